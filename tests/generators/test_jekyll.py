"""The preset jekyll against what Jekyll itself makes of the same files; the expected values come from its builds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from feedd.generators import GeneratorError, kind
from feedd.model import Entry, Problem, Site, Source
from feedd.normalizer import SUFFIXES
from feedd.normalizer.normalize import Reading, normalize
from feedd.normalizer.parse import parse
from feedd.pipeline.surroundings import Neighbourhood
from feedd.watcher.folder import FileWatcher
from feedd.yaml_core import load

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
GOLDEN = load((Path(__file__).parent / "jekyll_golden.yaml").read_text("utf-8")).value


ANN = Site("https://ann.example", "https://ann.example", "Ann")


@dataclass(frozen=True)
class Blog:
    """A Jekyll site on disk, read as the daemon reads it."""

    root: Path
    site: Site = ANN
    below: str = ""

    def write(self, files: Mapping[str, str]) -> Blog:
        for path, text in files.items():
            target = self.root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, "utf-8")
        return self

    def readings(self) -> dict[str, Reading]:
        """What every article that is found became, by path."""
        texts = {path.relative_to(self.root).as_posix(): path for path in self.root.rglob("*") if path.is_file()}
        found = kind("jekyll")
        settings = {
            name: path.read_text("utf-8")
            for name, path in texts.items()
            if any(Path(name).match(pattern) for pattern in found.reads)
        }
        preset = found.make(settings, self.below).preset
        folder = self.root / self.below if self.below else self.root
        source = Source("blog", str(folder), ignore=preset.ignore, preset=preset, site_root=str(self.root))
        watcher = FileWatcher(frozenset(SUFFIXES))
        stats = {stat.key.path: stat for stat in watcher.scan(source, {}).changed}
        around = Neighbourhood(source, self.site, watcher, lambda: stats, NOW)
        made = {}
        for path, stat in stats.items():
            article = parse(watcher.read(source, stat))
            assert not isinstance(article, Problem), article
            made[path] = normalize(article, source, self.site, stat, "", NOW, around)
        return made

    def entry(self, path: str) -> Entry:
        entry = self.readings()[path].entry
        assert entry is not None
        return entry


@pytest.fixture
def blog(tmp_path: Path) -> Blog:
    return Blog(tmp_path)


def post(body: str = "Text.", **matter: Any) -> str:
    lines = "".join(f"{key}: {value}\n" for key, value in matter.items())
    return f"---\n{lines}---\n{body}\n"


# --- Against Jekyll ---------------------------------------------------------------------------------------------------


def expected(row: Mapping[str, Any], site: str) -> dict[str, Any]:
    """As Jekyll has it, in our words. Labels that differ only in case are one, the first."""
    labels = row.get("categories", [])
    first = [each for at, each in enumerate(labels) if each.casefold() not in map(str.casefold, labels[:at])]
    return {
        "url": site + row["url"],
        "title": " ".join(row["title"].split()),
        "date": row["date"] and datetime.fromisoformat(row["date"]),
        "categories": tuple(first),
        "tags": tuple(row.get("tags", [])),
        "authors": tuple([row["author"]] if row.get("author") else []),
    }


def shown(entry: Entry) -> dict[str, Any]:
    return {
        "url": entry.url,
        "title": entry.title,
        "date": entry.published,
        "categories": entry.categories,
        "tags": entry.tags,
        "authors": tuple(person.name for person in entry.authors),
    }


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda golden: golden["name"])
def test_every_file_is_what_jekyll_makes_of_it(tmp_path: Path, golden: dict[str, Any]) -> None:
    """Addresses, titles, dates, labels and authors equal Jekyll's, and what is no article there is none here."""
    config = load(golden["config"]).value
    site = replace(ANN, url=ANN.url + config.get("baseurl", ""), timezone=config["timezone"])
    blog = Blog(tmp_path, site).write({"_config.yml": golden["config"]})
    blog.write({row["path"]: row["text"] for row in golden["files"]})
    made = {path: each.entry for path, each in blog.readings().items() if each.entry and not each.entry.draft}
    wanted = {row["path"]: row for row in golden["files"] if "url" in row}
    assert sorted(made) == sorted(wanted)
    for path, row in wanted.items():
        want = expected(row, site.url)
        want["date"] = want["date"] or made[path].published
        assert shown(made[path]) == want, path


def test_the_golden_sites_are_rich_enough() -> None:
    """The comparison above is worth something: over sixty files, and every placeholder of a permalink."""
    files = [row for golden in GOLDEN for row in golden["files"]]
    assert len(files) > 60
    assert sum("url" not in row for row in files) > 10


# --- What is an article -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("below", "found"),
    [
        ("", ["_posts/2026-05-01-a.md", "_posts/x/2026-05-02-b.md", "en/_posts/2026-05-03-c.md"]),
        ("_posts", ["2026-05-01-a.md", "x/2026-05-02-b.md"]),
        ("_posts/x", ["2026-05-02-b.md"]),
        ("en", ["_posts/2026-05-03-c.md"]),
        ("_people", ["ann.md"]),
    ],
)
def test_a_source_may_be_any_folder_of_the_site(tmp_path: Path, below: str, found: list[str]) -> None:
    """The site's root, its posts, a part of them, a language, or a collection: only their articles are found."""
    files = [
        "_posts/2026-05-01-a.md",
        "_posts/x/2026-05-02-b.md",
        "_posts/notes.md",
        "en/_posts/2026-05-03-c.md",
        "en/about.md",
        "_people/ann.md",
        "_includes/2026-05-01-i.md",
        "_layouts/post.html",
        "_site/2026/05/01/a.html",
        "_posts/2026-05-01-a.sync-conflict-1.md",
        "index.md",
        "node_modules/_posts/2026-05-04-d.md",
    ]
    blog = Blog(tmp_path, below=below).write({"_config.yml": "", **dict.fromkeys(files, post(title="X"))})
    assert sorted(blog.readings()) == found


def test_an_address_does_not_depend_on_which_folder_is_the_source(tmp_path: Path) -> None:
    """The folders above the source count, too: categories and places come from the whole path."""
    files = {"_config.yml": "", "news/_posts/2026-05-01-a.md": post(title="A")}
    whole = Blog(tmp_path).write(files).entry("news/_posts/2026-05-01-a.md")
    part = Blog(tmp_path, below="news/_posts").entry("2026-05-01-a.md")
    assert part.url == whole.url == "https://ann.example/news/2026/05/01/a.html"
    assert part.categories == whole.categories == ("news",)


def test_the_sites_files_may_lie_in_a_folder_of_their_own(blog: Blog) -> None:
    """`source: src`: posts, includes and pictures are looked for there, and addresses do not show it."""
    blog.write(
        {
            "_config.yml": "source: ./src\nexclude: [old]\n",
            "src/_posts/2026-05-01-a.md": post("{% include hi.md %} {% link about.md %}", title="A"),
            "src/old/_posts/2026-05-01-b.md": post(title="B"),
            "src/_includes/hi.md": "Hi!",
            "src/about.md": post(title="About"),
            "_posts/2026-05-01-c.md": post(title="C"),
        }
    )
    assert list(blog.readings()) == ["src/_posts/2026-05-01-a.md"]
    entry = blog.entry("src/_posts/2026-05-01-a.md")
    assert entry.url == "https://ann.example/2026/05/01/a.html"
    assert entry.body == "Hi! /about.html"


def test_collections_that_jekyll_feed_names_are_the_articles(blog: Blog) -> None:
    """With `feed: collections:` only those and the posts are news; without it every collection with pages is."""
    files = {"_docs/a.md": post(title="A"), "_changes/b.md": post(title="B"), "_posts/2026-05-01-c.md": post(title="C")}
    collections = "collections: {docs: {output: true}, changes: {output: true}}\n"
    blog.write({**files, "_config.yml": collections})
    assert sorted(blog.readings()) == ["_changes/b.md", "_docs/a.md", "_posts/2026-05-01-c.md"]
    blog.write({"_config.yml": collections + "feed: {collections: [changes]}\n"})
    assert sorted(blog.readings()) == ["_changes/b.md", "_posts/2026-05-01-c.md"]


@pytest.mark.parametrize("config", ["_config.yml", "_config.yaml", "_config.toml"])
def test_the_settings_are_found_in_each_of_their_forms(blog: Blog, config: str) -> None:
    """Jekyll reads `_config.yml`, `.yaml` and `.toml`, in this order."""
    text = 'permalink = "/:slug/"\n' if config.endswith("toml") else "permalink: /:slug/\n"
    blog.write({config: text, "_posts/2026-05-01-Hello.md": post(title="H")})
    assert blog.entry("_posts/2026-05-01-Hello.md").url == "https://ann.example/hello/"


def test_settings_that_cannot_be_read_are_an_error_with_its_line() -> None:
    """The message names the file, the line and the next step."""
    with pytest.raises(GeneratorError) as caught:
        kind("jekyll").make({"_config.yml": "title: x\nurl: [a\n"}, "")
    assert (caught.value.path, caught.value.line) == ("_config.yml", 2)
    with pytest.raises(GeneratorError, match="no settings"):
        kind("jekyll").make({"_config.yml": "- a\n"}, "")


def test_an_unknown_zone_is_a_warning(blog: Blog) -> None:
    """Nothing else depends on it; the site's own zone takes its place."""
    (warning,) = kind("jekyll").make({"_config.yml": "timezone: Mars/Base\n"}, "").warnings
    assert warning[0] == "_config.yml"
    assert "Mars/Base" in warning[1]


# --- Dates, drafts ----------------------------------------------------------------------------------------------------


def test_the_baseurl_stands_in_an_address_once(tmp_path: Path) -> None:
    """Whether the settings' site address ends with the baseurl or not."""
    files = {"_config.yml": "baseurl: /blog/\n", "_posts/2026-05-01-a.md": post("{{ site.url }}{{ site.baseurl }}/x")}
    for address in ("https://ann.example", "https://ann.example/blog"):
        entry = Blog(tmp_path, Site(address, address, "Ann")).write(files).entry("_posts/2026-05-01-a.md")
        assert entry.url == "https://ann.example/blog/2026/05/01/a.html"
        assert entry.body == "https://ann.example/blog/x"


def test_a_day_without_a_time_stays_one(blog: Blog) -> None:
    """So that a post written today takes the time at which it was written; only times are given their zone."""
    blog.write(
        {
            "_config.yml": "timezone: America/New_York\n",
            "_posts/2026-05-01-day.md": post(title="D"),
            "_posts/2026-05-01-time.md": post(title="T", date="2026-05-01 20:30"),
        }
    )
    assert blog.entry("_posts/2026-05-01-day.md").published == datetime(2026, 5, 1, tzinfo=UTC)
    timed = blog.entry("_posts/2026-05-01-time.md")
    assert timed.published == datetime(2026, 5, 2, 0, 30, tzinfo=UTC)
    assert timed.url == "https://ann.example/2026/05/01/time.html"


@pytest.mark.parametrize(
    ("config", "path", "matter", "draft"),
    [
        ("", "_drafts/a.md", {}, True),
        ("", "_drafts/a.md", {"published": "true", "draft": "false"}, True),
        ("show_drafts: true", "_drafts/a.md", {}, False),
        ("", "_posts/2026-05-01-a.md", {"published": "false"}, True),
        ("unpublished: true", "_posts/2026-05-01-a.md", {"published": "false"}, False),
        ("", "_posts/2026-05-01-a.md", {"draft": "true"}, True),
        ("", "_posts/2026-05-01-a.md", {"published": "true"}, False),
    ],
)
def test_what_is_a_draft(blog: Blog, config: str, path: str, matter: dict[str, str], draft: bool) -> None:
    """Folders, `published` and the site's switches decide, and `draft: true` keeps its word, other than in Jekyll."""
    blog.write({"_config.yml": config, path: post(title="A", **matter)})
    assert blog.entry(path).draft is draft


@pytest.mark.parametrize(
    ("config", "waits"),
    [("", True), ("future: true", False), ("future: yes", False), ("collections: {posts: {future: true}}", False)],
)
def test_a_date_to_come_is_an_embargo_unless_the_site_says_otherwise(blog: Blog, config: str, waits: bool) -> None:
    """Jekyll leaves posts of the future out, without `future: true`."""
    blog.write({"_config.yml": config, "_posts/2027-05-01-a.md": post(title="A")})
    assert blog.entry("_posts/2027-05-01-a.md").visible(NOW) is not waits


# --- Fields -----------------------------------------------------------------------------------------------------------


def test_authors_are_looked_up_in_the_sites_data(blog: Blog) -> None:
    """As jekyll-feed does it: a short name, a name, a mapping, several of them, else the site's author."""
    blog.write(
        {
            "_config.yml": "author: bob\n",
            "_data/authors.yml": "ann: {name: Ann A., email: a@ann.example, uri: https://ann.example/me}\nbob: {}\n",
            "_posts/2026-05-01-one.md": post(author="ann"),
            "_posts/2026-05-02-two.md": post(authors="[ann, Carl]"),
            "_posts/2026-05-03-none.md": post(title="N"),
            "_posts/2026-05-04-map.md": post(author="{name: Dee}"),
        }
    )
    (ann,) = blog.entry("_posts/2026-05-01-one.md").authors
    assert (ann.name, ann.email, ann.uri) == ("Ann A.", "a@ann.example", "https://ann.example/me")
    names = {path[18:-3]: tuple(p.name for p in each.entry.authors) for path, each in blog.readings().items()}
    assert names == {"one": ("Ann A.",), "two": ("Ann A.", "Carl"), "none": ("bob",), "map": ("Dee",)}


def test_a_comma_between_labels_is_not_part_of_them(blog: Blog) -> None:
    """Jekyll splits `a, b` at blanks only and keeps the comma, in the address too; readers see the words."""
    blog.write({"_config.yml": "", "_posts/2026-05-01-a.md": post(categories="News, World", tags="x, y")})
    entry = blog.entry("_posts/2026-05-01-a.md")
    assert entry.url == "https://ann.example/news,/world/2026/05/01/a.html"
    assert (entry.categories, entry.tags) == (("News", "World"), ("x", "y"))


def test_what_only_others_understand_does_not_change_an_address(blog: Blog) -> None:
    """`link:` and `url:` in a post of Jekyll are data for its layouts; a permalink's template is no mistake."""
    blog.write(
        {"_config.yml": "", "_posts/2026-05-01-a.md": post(link="https://x.example/", permalink="/:year/:title/")}
    )
    reading = blog.readings()["_posts/2026-05-01-a.md"]
    assert reading.entry is not None
    assert reading.entry.url == "https://ann.example/2026/a/"
    assert reading.problems == ()


def test_a_heading_stays_in_a_post_without_a_title(blog: Blog) -> None:
    """Jekyll titles it after its file, and shows the heading in the text."""
    blog.write({"_config.yml": "", "_posts/2026-05-01-my-trip.md": post("# To the *sea*\n\nText.", layout="post")})
    entry = blog.entry("_posts/2026-05-01-my-trip.md")
    assert (entry.title, entry.body) == ("My Trip", "# To the sea\n\nText.")


def test_former_addresses_and_other_fields_come_along(blog: Blog) -> None:
    """jekyll-redirect-from's list, the language, the picture, the description, also from the defaults."""
    blog.write(
        {
            "_config.yml": "defaults: [{scope: {path: ''}, values: {lang: de, image: /a.png}}]\n",
            "_posts/2026-05-01-a.md": post(redirect_from="[/old/, /older.html]", description="Short."),
        }
    )
    entry = blog.entry("_posts/2026-05-01-a.md")
    assert entry.aliases == ("https://ann.example/old/", "https://ann.example/older.html")
    assert (entry.language, entry.summary) == ("de", "Short.")
    assert entry.image is not None and entry.image.url == "https://ann.example/a.png"


@pytest.mark.parametrize(
    ("config", "body", "marked"),
    [
        ("excerpt_separator: <!-- cut -->", "A\n<!-- cut -->\nB", "A\n<!--more-->\nB"),
        ("excerpt_separator: '----'", "A\n\n----\nB", "A\n\n<!--more-->----\nB"),
        ("", "A\n\nB", "A\n\nB"),
    ],
)
def test_the_end_of_the_excerpt_is_marked(blog: Blog, config: str, body: str, marked: str) -> None:
    """The site's own separator becomes the mark that feedd cuts summaries at."""
    blog.write({"_config.yml": config, "_posts/2026-05-01-a.md": post(body, title="A")})
    assert blog.entry("_posts/2026-05-01-a.md").body == marked


# --- Bodies -----------------------------------------------------------------------------------------------------------

SITE = {
    "_config.yml": "title: Ann's\nurl: https://ann.example\nbaseurl: /b\ntwitter: {name: ann}\n"
    "collections: {docs: {output: true, permalink: '/d/:name/'}}\n",
    "_data/releases.yml": "- {version: 1.10, url: https://x.example/a}\n- {version: 2.0, url: https://x.example/b}\n",
    "_data/team/lead.json": '{"name": "Ann"}',
    "_data/rows.csv": "a,b\n1,2\n",
    "_includes/plain.html": "<b>plain</b>\n",
    "_includes/figure.html": '<figure>\n\n    <img src="{{ include.src | relative_url }}">\n'
    "    {% if include.caption %}<p>{{ include.caption }}</p>{% endif %}\n</figure>\n",
    "_includes/related.html": "See also {% for post in site.related_posts %}{{ post.title }}{% endfor %}",
    "_includes/loop.html": "{% include loop.html %}",
    "about.md": "---\npermalink: /us/\n---\nAbout\n",
    "files/paper.txt": "no front matter",
    "_docs/guide.md": "---\ntitle: G\n---\nGuide\n",
    "_posts/2026-05-01-first.md": "---\ntitle: First\n---\nFirst\n",
    "_posts/sub/2026-05-02-second.md": "---\ntitle: Second\ncategories: x\n---\nSecond\n",
    "secret.txt": "secret",
}
BODIES = [
    ("{{ site.title }} {{ site.baseurl }} {{ site.twitter.name }}", "Ann's /b ann"),
    ("{{ page.title }} {{ page.date | date: '%-d %b %Y' }} {{ page.mood }}", "Body 9 May 2026 fine"),
    ("{{ '/a b.png' | relative_url }} {{ 'x' | absolute_url }}", "/b/a%20b.png https://ann.example/b/x"),
    ("{{ 'x' | prepend: site.baseurl }} {{ page.date | date_to_string }}", "/bx 09 May 2026"),
    ("[f]({% post_url 2026-05-01-first %})", "[f](https://ann.example/b/2026/05/01/first.html)"),
    ("[s]({% post_url sub/2026-05-02-second %})", "[s](https://ann.example/b/x/2026/05/02/second.html)"),
    ("[s]({% post_url 2026-05-02-second %})", "[s](https://ann.example/b/x/2026/05/02/second.html)"),
    ("{% link _posts/2026-05-01-first.md %}", "https://ann.example/b/2026/05/01/first.html"),
    ("{% link about.md %} {% link files/paper.txt %}", "/b/us/ /b/files/paper.txt"),
    ("{% link _docs/guide.md %}", "https://ann.example/b/d/guide/"),
    ("{% assign r = site.data.releases | where: 'version', '2.0' | first %}{{ r.url }}", "https://x.example/b"),
    ("{{ site.data.team.lead.name }} {{ site.data.rows[0].b }}", "Ann 2"),
    ("{% include plain.html %}", "<b>plain</b>"),
    (
        '{% include figure.html src="/i.png" caption="So \\"it\\" is" %}',
        '<figure>\n<img src="/b/i.png">\n<p>So "it" is</p>\n</figure>',
    ),
    ("{% include_relative 2026-05-01-first.md %}", "---\ntitle: First\n---\nFirst"),
    ("{% highlight c++ linenos %}\na < b\n{% endhighlight %}", '<pre><code class="language-c++">a &lt; b</code></pre>'),
    ("{% gist ann/123 %}", '<a href="https://gist.github.com/ann/123">gist: ann/123</a>'),
    ("{% youtube dQw4w9WgXcQ %}", '<iframe src="https://www.youtube.com/embed/dQw4w9WgXcQ"></iframe>'),
    ("```\n{% raw %}{{ x }}{% endraw %} {{ page.title }}\n```", "```\n{{ x }} Body\n```"),
]


@pytest.mark.parametrize(("body", "text"), BODIES, ids=[body for body, _ in BODIES])
def test_template_code_in_a_body_is_worked_out(blog: Blog, body: str, text: str) -> None:
    """What the site's files say is put in; nothing is left of the template language, and nothing needs a person."""
    path = "_posts/2026-05-09-body.md"
    reading = blog.write({**SITE, path: post(body, mood="fine")}).readings()[path]
    assert reading.entry is not None
    assert (reading.entry.body.strip(), reading.removed) == (text, ())


@pytest.mark.parametrize(
    ("body", "text", "removed"),
    [
        ("a {% include related.html %} b", "a  b", "include related.html (needs loop over site.related_posts)"),
        ("a {% include gone.html %} b", "a  b", "include gone.html"),
        ("a {% include ../secret.txt %} b", "a  b", "include ../secret.txt"),
        ("a {% include_relative ../secret.txt %} b", "a  b", "include_relative"),
        ("a {% include loop.html %} b", "a  b", "include loop.html"),
        ("a {% post_url 2026-05-01-nothing %} b", "a  b", "tag post_url"),
        ("a {% link nothing.md %} b", "a  b", "tag link"),
        ("a {% chart x %} b", "a  b", "tag chart"),
        ("a {% note %}kept{% endnote %} b", "a kept b", "tag note"),
        ("a {{ site.posts.first.title }} b", "a  b", "{{ site.posts.first.title }}"),
        ("a {% for p in site.posts %}{{ p.title }}{% endfor %} b", "a  b", "loop over site.posts"),
    ],
)
def test_what_cannot_be_worked_out_is_named(blog: Blog, body: str, text: str, removed: str) -> None:
    """It leaves the text in it or nothing, never itself, and no file outside the site's is looked at."""
    path = "_posts/2026-05-09-body.md"
    reading = blog.write({**SITE, path: post(body)}).readings()[path]
    assert reading.entry is not None
    assert reading.entry.body == text
    assert any(each.startswith(removed.partition("_relative")[0]) for each in reading.removed)


def test_liquid_can_be_switched_off_for_a_post(blog: Blog) -> None:
    """`render_with_liquid: false` means that the braces are text."""
    blog.write({"_config.yml": "", "_posts/2026-05-01-a.md": post("{{ x }} {% y %}", render_with_liquid="false")})
    assert blog.entry("_posts/2026-05-01-a.md").body == "{{ x }} {% y %}"


def test_kramdown_marks_are_taken_out_of_markdown_only(blog: Blog) -> None:
    """Attribute lists are instructions in Markdown, text in HTML, and code in code."""
    body = "[a](b){: .c}\n{: #d}\n\n`{: .e}`"
    blog.write(
        {"_config.yml": "", "_posts/2026-05-01-a.md": post(body), "_posts/2026-05-01-b.html": post("<p>x{: .c}</p>")}
    )
    assert blog.entry("_posts/2026-05-01-a.md").body == "[a](b)\n\n`{: .e}`"
    assert "{: .c}" in blog.entry("_posts/2026-05-01-b.html").body


def test_pictures_of_a_collection_are_found_in_its_folder() -> None:
    """`/docs/a.png` is made from `_docs/a.png`, below the baseurl as well."""
    preset = kind("jekyll").make({"_config.yml": SITE["_config.yml"]}, "").preset
    assert preset.files("/b/docs/a.png") == ("docs/a.png", "_docs/a.png")
    assert preset.files("/img/a.png") == ("img/a.png",)
