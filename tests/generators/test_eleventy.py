"""Eleventy: an odd site of which Eleventy itself told the addresses, dates, titles and tags, and what else is known."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import pytest
from hypothesis import given

from feedd.generators import GeneratorError, eleventy_links, kind, scripts
from feedd.generators.liquid_values import UNKNOWN
from feedd.normalizer.normalize import Reading
from tests.support.any_matter import matters, meet
from tests.support.scratch_site import URL, build

GOLDEN = json.loads((Path(__file__).parent / "eleventy_golden.json").read_text("utf-8"))
CONFIG = "export default { dir: { input: 'src' } };\n"
PIXEL = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\x9cc\xfa\xcf\0\0\0\x02\0"
    b"\x01\xe2!\xbc3\0\0\0\0IEND\xaeB`\x82"
)


def post(head: str = "title: A", text: str = "Text.") -> str:
    return f"---\n{head}\n---\n{text}\n"


def test_the_golden_site(tmp_path: Path) -> None:
    """Every page is where Eleventy puts it, with its date, title, tags and author."""
    pages = {f"src/{page['path']}": page["text"] for page in GOLDEN["pages"]}
    site = build(tmp_path, "eleventy", {**GOLDEN["files"], **pages}, "src")
    assert site.warnings == ()
    for page in GOLDEN["pages"]:
        path, entry = page["path"], site.entry(page["path"])
        topics: dict[str, str] = {}
        for tag in page["tags"]:
            if tag.strip() not in ("all", "nav", "post", "posts"):
                topics.setdefault(tag.strip().casefold(), tag.strip())
        if page["url"]:
            assert entry.url == URL + quote(page["url"], safe="/-._~!$&'()*+,;=:@"), path
        else:
            assert entry.draft, path
        assert f"{entry.published:%Y-%m-%dT%H:%M:%SZ}" == page["date"], path
        assert page["title"] in (None, entry.title), path
        assert list(entry.tags) == list(topics.values()), path
        assert [person.name for person in entry.authors] == [page["author"] or "Ann"], path
        assert site.problems(path) == [], path


def test_what_is_in_no_feed_and_what_is_not_published(tmp_path: Path) -> None:
    """`eleventyExcludeFromCollections` keeps a page out of feeds; `permalink: false`, drafts and pagination are no
    articles; a date to come is no embargo."""
    heads = {
        "excluded": "eleventyExcludeFromCollections: true",
        "from-posts": "eleventyExcludeFromCollections: [posts]",
        "from-nav": "eleventyExcludeFromCollections: [nav]",
        "never": "permalink: false",
        "draft": "draft: true",
        "many": "pagination: {data: x, size: 1}",
        "soon": "date: 2099-01-01",
    }
    site = build(
        tmp_path,
        "eleventy",
        {"eleventy.config.js": CONFIG, **{f"src/{n}.md": post(h) for n, h in heads.items()}},
        "src",
    )
    feeds = {name: site.entry(f"{name}.md").feeds for name in heads}
    assert [name for name, chosen in feeds.items() if chosen == ()] == ["excluded", "from-posts"]
    assert [name for name in heads if site.entry(f"{name}.md").draft] == ["never", "draft", "many"]
    assert site.entry("soon.md").publish_at is None


def test_what_is_no_article(tmp_path: Path) -> None:
    """Includes, data, output, ignored files, the home page and formats that are no templates are left out."""
    files = {
        "eleventy.config.js": "export default (c) => { c.ignores.add('src/old/');"
        " return { dir: { input: 'src', includes: '../parts', output: 'src/out' } } };",
        ".eleventyignore": "# comment\nsrc/private\n*.draft.md\n",
        "parts/a.md": post(),
        **{
            f"src/{name}": post()
            for name in ("index.md", "404.html", "old/a.md", "private/a.md", "b.draft.md", "out/a.html")
        },
        **{f"src/{name}": post() for name in ("_data/a.md", "notes.txt", "c.rst", "posts/index.md", "a.md")},
    }
    assert set(build(tmp_path, "eleventy", files, "src").readings) == {"a.md", "posts/index.md"}
    assert set(build(tmp_path, "eleventy", files, ".").readings) == {"src/a.md", "src/posts/index.md"}
    assert set(build(tmp_path, "eleventy", files, "src/posts").readings) == {"index.md"}


def test_the_source_may_be_the_project_its_input_or_a_folder(tmp_path: Path) -> None:
    """The same article has the same address, whatever folder the settings name."""
    files = {"eleventy.config.js": CONFIG, "src/posts/hello.md": post(), "src/posts/posts.json": '{"tags": "own"}'}
    for source, path in (("src/posts", "hello.md"), ("src", "posts/hello.md"), (".", "src/posts/hello.md")):
        site = build(tmp_path, "eleventy", files, source)
        assert (site.entry(path).url, site.entry(path).tags) == (f"{URL}/posts/hello/", ("own",))


def test_a_path_prefix_is_added_once(tmp_path: Path) -> None:
    """`pathPrefix` is part of every address, unless the site's address ends in it."""
    config = "module.exports = (c) => ({ pathPrefix: '/log/' });"
    files = {".eleventy.js": config, "a.md": post("title: A", "[x]({{ '/b/' | url }})")}
    site = build(tmp_path, "eleventy", files, ".")
    assert site.entry("a.md").url == f"{URL}/log/a/"
    assert site.entry("a.md").body.strip() == "[x](/log/b/)"


def test_times_are_in_utc_and_days_stay_days(tmp_path: Path) -> None:
    """A time without a zone is in UTC to Eleventy; a day alone is that day of the site, also in the address."""
    files = {
        "eleventy.config.js": CONFIG,
        "src/time.md": post("date: 2026-05-01 10:00"),
        "src/day.md": post("date: 2026-05-01\npermalink: \"/{{ page.date | date: '%Y/%m/%d' }}/\""),
        "src/late.md": post("date: 2026-05-01T23:30:00\npermalink: \"/{{ page.date | date: '%d' }}/\""),
    }
    site = build(tmp_path, "eleventy", files, "src", zone="Europe/Prague")
    assert f"{site.entry('time.md').published:%H:%M}" == "10:00"
    assert f"{site.entry('day.md').published:%m-%d %H:%M}" == "04-30 22:00"
    assert (site.entry("day.md").url, site.entry("late.md").url) == (f"{URL}/2026/05/01/", f"{URL}/01/")


@pytest.mark.parametrize("word", ["Created", "Last Modified", "git Created", "git last modified"])
def test_words_for_dates_are_left_to_feedd(word: str, tmp_path: Path) -> None:
    """`date: Created` is no date of the article, and wins over the date in its name."""
    site = build(
        tmp_path, "eleventy", {"eleventy.config.js": CONFIG, "src/2020-01-02-a.md": post(f"date: {word}")}, "src"
    )
    assert site.problems("2020-01-02-a.md") == []
    assert site.entry("2020-01-02-a.md").published.year == 2001  # when the file was written


def test_permalinks_that_nobody_can_work_out_are_told(tmp_path: Path) -> None:
    """A filter of the site is a warning at the article, a function in a data file one about the settings."""
    files = {
        "eleventy.config.js": CONFIG,
        "src/a.md": post("permalink: /{{ title | ownFilter }}/"),
        "src/p/p.11tydata.js": "export default { permalink: (data) => `/x/${data.title}/` };",
        "src/p/b.md": post(),
        "src/c.md": post("permalink: '{% if x %}/a/{% endif %}'"),
    }
    site = build(tmp_path, "eleventy", files, "src")
    assert "cannot be worked out without Eleventy" in site.problems("a.md")[0]
    assert site.entry("a.md").url == f"{URL}/a/"
    assert site.entry("p/b.md").url == f"{URL}/p/b/"
    assert len(site.problems("c.md")) == 1
    assert len(site.warnings) == 1
    assert "src/p/p.11tydata.js: the permalink is made by a program" in site.warnings[0]


def test_data_files_say_what_front_matter_does_not(tmp_path: Path) -> None:
    """Title, summary, language and picture come from the nearest data file; front matter wins; ids never come so."""
    files = {
        "eleventy.config.js": CONFIG,
        "src/p/p.json": json.dumps(
            {"description": "All of p", "lang": "cs", "image": "/all.png", "id": "x", "url": "/x/"}
        ),
        "src/p/a.11tydata.json": json.dumps({"description": "Only a"}),
        "src/p/a.md": post("title: A\nlang: de"),
        "src/p/b.md": post("title: B"),
    }
    site = build(tmp_path, "eleventy", files, "src")
    a, b = site.entry("p/a.md"), site.entry("p/b.md")
    assert (a.summary, a.language, b.summary, b.language) == ("Only a", "de", "All of p", "cs")
    assert a.image is not None
    assert (a.image.url, a.id, b.url) == (f"{URL}/all.png", "", f"{URL}/p/b/")
    assert site.rules("p/b.md")["summary"] == "src/p/p.json"


BODIES = [
    ("{% raw %}{{ kept }}{% endraw %}", "{{ kept }}", ()),
    ("{{ title }} {{ metadata.title }} {{ page.fileSlug }} {{ page.url }}", "A Ann writes a /a/", ()),
    ("x{% css %}b{}{% endcss %}y", "xy", ()),
    ('{% highlight "js" %}\nlet a = "{{ b }}";\n{% endhighlight %}', '```js\nlet a = "{{ b }}";\n```', ()),
    ("{% include 'part.md' %}", "Part of A", ()),
    ("{% include part.md %}", "Part of A", ()),
    ("{% youtube 'dQw4w9WgXcQ' %}", "<https://www.youtube.com/watch?v=dQw4w9WgXcQ>", ()),
    ("{% image './src/img/cat.png', 'A cat' %}", "![A cat](/img/cat.png)", ()),
    ("{% image './own/cat.png', 'A cat' %}", "A cat", ("tag image ./own/cat.png",)),
    ("{% image 'https://x.example/a.png', 'x' %}", "![x](https://x.example/a.png)", ()),
    ("{% callout %}Mind this.{% endcallout %}", "Mind this.", ("tag callout",)),
    ("{{ '/b.md' | inputPathToUrl }}", f"{URL}/bb/", ()),
    ("{{ '/none.md' | inputPathToUrl }}!", "!", ("{{ '/none.md' | inputPathToUrl }}",)),
    ("{# a comment in Nunjucks #}x", "x", ()),
]


@pytest.mark.parametrize(("body", "expected", "removed"), BODIES)
def test_bodies(body: str, expected: str, removed: tuple[str, ...], tmp_path: Path) -> None:
    """What can be worked out without Eleventy is, the rest is named, and no template code is left."""
    files = {
        "eleventy.config.js": "export default (c) => { c.addPassthroughCopy('src/img');"
        " return { markdownTemplateEngine: 'njk', dir: { input: 'src' } } };",
        "src/a.md": post("title: A", body),
        "src/b.md": post("title: B\npermalink: /bb/"),
        "src/img/cat.png": PIXEL,
        "src/_includes/part.md": "---\nlayout: x\n---\nPart of {{ title }}",
        "src/_data/metadata.json": '{"title": "Ann writes"}',
    }
    site = build(tmp_path, "eleventy", files, "src")
    reading = site.readings["a.md"]
    assert isinstance(reading, Reading)
    assert (site.entry("a.md").body.strip(), reading.removed) == (expected, removed)


def test_bodies_that_are_no_templates(tmp_path: Path) -> None:
    """`markdownTemplateEngine: false` and `templateEngineOverride: md` leave `{{ … }}` as text."""
    config = "export default { markdownTemplateEngine: false, dir: { input: 'src' } };"
    site = build(
        tmp_path / "a", "eleventy", {"eleventy.config.js": config, "src/a.md": post("title: A", "{{ x }}")}, "src"
    )
    assert site.entry("a.md").body.strip() == "{{ x }}"
    files = {"eleventy.config.js": CONFIG, "src/a.md": post("templateEngineOverride: md", "{{ x }}")}
    files["src/b.md"] = post("templateEngineOverride: njk,md", "{{ title or 'y' }}{# gone #}")
    site = build(tmp_path / "b", "eleventy", files, "src")
    assert site.entry("a.md").body.strip() == "{{ x }}"
    assert "{#" not in site.entry("b.md").body


def test_links_to_templates_and_copied_pictures(tmp_path: Path) -> None:
    """Links to source files mean their pages; a picture that is copied from beside the article has its own address."""
    body = "[1](../b.md#x) [2](/posts/a.md) [3](b.md) ![4](pic.png) ![5](/img/c.png)"
    files: dict[str, str | bytes] = {
        "eleventy.config.js": "export default (c) => { c.addPassthroughCopy('src/posts/pic.png');"
        " c.addPassthroughCopy({ 'static': '/' }); return { dir: { input: 'src' } } };",
        "src/posts/a.md": post("title: A\npermalink: /deep/er/a/\nimage: /img/c.png", body),
        "src/b.md": post("title: B\npermalink: /bb.html"),
        "src/posts/pic.png": PIXEL,
        "static/img/c.png": PIXEL,
    }
    entry = build(tmp_path, "eleventy", files, "src").entry("posts/a.md")
    assert dict(entry.references) == {
        "../b.md#x": f"{URL}/bb.html#x",
        "/posts/a.md": f"{URL}/deep/er/a/",
        "b.md": f"{URL}/bb.html",
        "pic.png": f"{URL}/posts/pic.png",
    }
    assert entry.image is not None
    assert (entry.image.url, entry.image.width) == (f"{URL}/img/c.png", 1)


SLUGS = [
    ("Ünïcode & Señor's C++ Straße", "uenicode-and-senors-c-strasse", "unicode-and-senor's-c++-strasse"),
    ("It's a Fine Day: 100% yes", "its-a-fine-day-100-yes", "it's-a-fine-day:-100percent-yes"),
    ("naïve café łódź Þór", "naive-cafe-lodz-thor", "naive-cafe-lodz-thor"),
    ("foo_bar  baz--qux", "foo-bar-baz-qux", "foo_bar-baz-qux"),
    ("Привет, мир: щи", "privet-mir-schi", UNKNOWN),
    ("Ελληνικά ξένος", "ellinika-ksenos", UNKNOWN),
    ("日本", UNKNOWN, UNKNOWN),
]


@pytest.mark.parametrize(("text", "slugified", "slugged"), SLUGS)
def test_slugs_are_those_of_the_libraries(text: str, slugified: Any, slugged: Any) -> None:
    """As @sindresorhus/slugify and slugify gave them; what they spell and we cannot is unknown, never guessed."""
    assert (eleventy_links.slugify(text), eleventy_links.slug(text)) == (slugified, slugged)


def test_an_input_folder_outside_is_refused() -> None:
    """Nothing outside the project is ever read."""
    with pytest.raises(GeneratorError):
        kind("eleventy").make({"eleventy.config.js": "export default { dir: { input: '../x' } };"}, "")


@given(
    matters(
        ("permalink", "tags", "date", "pagination", "draft", "title", "eleventyExcludeFromCollections", "override:tags")
    )
)
def test_no_front_matter_stops_it(matter: dict[str, Any]) -> None:
    """Whatever an article or a data file says, every question has an answer."""
    files = {"eleventy.config.js": CONFIG, "src/posts/posts.json": json.dumps(matter)}
    meet(kind("eleventy").make(files, "src").preset, "posts/2026-01-02-a.md", matter)


def test_the_same_files_make_the_same_preset() -> None:
    """Its `repr` tells whether entries must be read again, so it holds the data and nothing of the moment."""
    files = {"eleventy.config.js": CONFIG, "src/p/p.json": '{"tags": ["a"], "permalink": "/x/"}'}
    make = kind("eleventy").make
    assert repr(make(files, "src").preset) == repr(make(dict(reversed(files.items())), "src").preset)
    assert repr(make(files, "src").preset) != repr(make({**files, "src/p/p.json": '{"tags": "b"}'}, "src").preset)


# --- Programs that are only read --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("program", "found"),
    [
        (
            "export default { a: 1, 'b': [\"x\", `y`], c: { d: true, e: null }, };",
            {"a": 1, "b": ["x", "y"], "c": {"d": True, "e": None}},
        ),
        (
            "const N = 'n';\nmodule.exports = { a: N, b: `${N}/x`, c: N + 'x', d: `${f()}` };",
            {"a": "n", "b": "n/x"},
        ),
        ("export default () => ({ a: 'x' })", {"a": "x"}),
        ("module.exports = async function () { const y = 1; return { a: 'x', y }; }", {"a": "x", "y": 1}),
        (
            "export default f({ a: 'x' /* {b: 1} */, // c: 2\n ...more, d() { return { e: 1 } }, g: (x) => ({}) })",
            {"a": "x"},
        ),
        (
            "export default { a: 'x' as const, b: -1, c: 'it\\'s', d: '\\u00e9\\x41' }",
            {"a": "x", "c": "it's", "d": "éA"},
        ),
        ("not a program at all {{{ ' \" `", {}),
        ("", {}),
    ],
)
def test_literals_are_read_from_programs(program: str, found: dict[str, Any]) -> None:
    """Texts, numbers, lists, objects and known constants; whatever must be run is unknown."""
    exported = scripts.read(program).exported()
    assert {key: value for key, value in exported.items() if value is not scripts.UNKNOWN} == found


@pytest.mark.parametrize(
    "evil", ["{", "[", "`", "'\\", "const x = {", "a(", "const a=b?", "dir:{", "/*", "`${", "return {"]
)
def test_no_program_keeps_us_for_long(evil: str) -> None:
    """Reading is linear: a hundred thousand characters of the worst take a blink."""
    began = time.process_time()
    script = scripts.read(evil * (100_000 // len(evil)))
    list(script.after("dir", ":"))
    list(script.calls("a"))
    script.exported()
    assert time.process_time() - began < 5


def test_addresses_are_decoded_for_people() -> None:
    """What the golden site compares is the address as Eleventy writes it, quoted once."""
    assert unquote(eleventy_links.default("posts/ünï ?#.md")) == "/posts/ünï ?#/"
    assert "?" not in eleventy_links.default("posts/ünï ?#.md")
