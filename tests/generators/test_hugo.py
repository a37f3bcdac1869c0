"""Hugo: small odd sites, and what Hugo 0.168 itself says of each page (`hugo_golden.json`; a layout prints .Permalink,
.PublishDate, .Aliases and the others as JSON)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given

from feedd.generators import GeneratorError, kind
from feedd.model import Entry
from feedd.normalizer.normalize import Reading
from tests.support.any_matter import matters, meet
from tests.support.scratch_site import URL, ScratchSite, build

GOLDEN: dict[str, dict[str, Any]] = json.loads(Path(__file__).with_name("hugo_golden.json").read_text("utf-8"))
PIXEL = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\x9cc\xfa\xcf\0\0\0\x02\0"
    b"\x01\xe2!\xbc3\0\0\0\0IEND\xaeB`\x82"
)
CONFIG = f"baseURL = '{URL}/'\n"


def _post(head: str, text: str = "Some text.") -> str:
    return f"---\n{head}\n---\n{text}\n"


def _said(entry: Entry, wanted: dict[str, Any]) -> dict[str, Any]:
    """What we say where Hugo says something, in Hugo's words."""
    said = {
        "link": unquote(entry.url),
        "title": entry.title,
        "date": entry.published.isoformat(),
        "expires": entry.expires_at.isoformat() if entry.expires_at else None,
        "draft": entry.draft,
        "language": entry.language,
        "aliases": [unquote(each.removeprefix(URL)).rstrip("/") for each in entry.aliases],
        "tags": list(entry.tags),
        "categories": list(entry.categories),
    }
    return {key: said[key] for key in wanted}


@pytest.mark.parametrize("name", GOLDEN)
def test_hugo_says_the_same(name: str, tmp_path: Path) -> None:
    """Address, title, dates, draft, language, aliases and terms of every page are Hugo's."""
    golden = GOLDEN[name]
    site = build(tmp_path, "hugo", golden["files"], golden["source"], golden["timezone"])
    below = "" if golden["source"] == "." else golden["source"] + "/"
    wanted = {
        path: {
            **page,
            "link": unquote(page["link"]),
            **({"aliases": [a.rstrip("/") for a in page["aliases"]]} if "aliases" in page else {}),
        }
        for path, page in golden["pages"].items()
    }
    assert {path: _said(site.entry(path.removeprefix(below)), page) for path, page in wanted.items()} == wanted


def test_pages_without_terms_have_none(tmp_path: Path) -> None:
    """Only taxonomies make tags: keywords, sections and other words of the front matter are none to Hugo."""
    site = _one(tmp_path, "title: A\nkeywords: [k]\nsection: s\nseries: [x]")
    assert (_entry(site).tags, _entry(site).categories) == ((), ())


def _one(folder: Path, head: str, text: str = "Text.", config: str = CONFIG, **files: str | bytes) -> ScratchSite:
    return build(folder, "hugo", {"hugo.toml": config, "content/posts/a.md": _post(head, text), **files}, "content")


def _entry(site: ScratchSite, path: str = "posts/a.md") -> Entry:
    return site.entry(path)


def test_what_hugo_does_not_publish_is_a_draft(tmp_path: Path) -> None:
    """Headless pages, pages that are never rendered, ignored files and disabled languages are not published, and each
    says why."""
    files = {
        "hugo.toml": CONFIG + "ignoreFiles = ['\\.tmp\\.md$']\n[languages.en]\n[languages.fr]\ndisabled = true\n",
        "content/a.md": _post("title: A\nbuild: {render: never}"),
        "content/b.md": _post("title: B\nheadless: true"),
        "content/c.tmp2.md": _post("title: C"),
        "content/c.tmp.md2.md": _post("title: C2"),
        "content/d.fr.md": _post("title: D"),
        "content/e.md": _post("title: E\npublished: false"),
        "content/x.tmp.md": _post("title: X"),
    }
    site = build(tmp_path, "hugo", files, "content")
    drafts = {path: site.rules(path)["draft"] for path in site.readings if site.entry(path).draft}
    assert drafts == {
        "a.md": "front matter",
        "b.md": "front matter",
        "d.fr.md": "its language is disabled",
        "e.md": "front matter",
        "x.tmp.md": "ignoreFiles",
    }


def test_pages_that_no_list_has_stand_in_no_feed(tmp_path: Path) -> None:
    """`build.list: never` is published, and in no feed."""
    site = _one(tmp_path, "title: A\nbuild: {list: never}")
    assert (_entry(site).draft, _entry(site).feeds) == (False, ())


def test_section_pages_and_the_home_page_are_no_articles(tmp_path: Path) -> None:
    """_index files, content/index.md, and what is no content to Hugo are left out; README.md is a page."""
    names = ("_index.md", "index.md", "posts/_index.de.md", "posts/notes.txt", "posts/README.md", "posts/a.md")
    files = {"hugo.toml": CONFIG, **{f"content/{name}": _post("title: A") for name in names}}
    assert sorted(build(tmp_path, "hugo", files, "content").readings) == ["posts/README.md", "posts/a.md"]


def test_the_whole_project_as_a_source(tmp_path: Path) -> None:
    """Where the source is the project, only its content is read."""
    names = (
        "content/posts/a.md",
        "archetypes/default.md",
        "themes/x/README.md",
        "public/posts/a/index.html",
        "NOTES.md",
    )
    files = {"hugo.toml": CONFIG, **{name: _post("title: A") for name in names}}
    site = build(tmp_path, "hugo", files, ".")
    assert {path: site.entry(path).url for path in site.readings} == {"content/posts/a.md": f"{URL}/posts/a/"}


def test_one_section_as_a_source(tmp_path: Path) -> None:
    """Where the source is a section, addresses still begin at the content folder."""
    files = {
        "hugo.toml": CONFIG,
        "content/posts/deep/a.md": _post("title: A", "[b](../b.md)"),
        "content/posts/b.md": _post("title: B"),
    }
    site = build(tmp_path, "hugo", files, "content/posts")
    assert site.entry("deep/a.md").url == f"{URL}/posts/deep/a/"
    assert dict(site.entry("deep/a.md").references) == {"../b.md": f"{URL}/posts/b/"}


def test_the_future_and_the_past_as_configured(tmp_path: Path) -> None:
    """A date to come is an embargo unless buildFuture; expiry counts unless buildExpired; drafts unless buildDrafts."""
    head = "title: A\ndate: 2090-01-01\nexpiryDate: 2091-01-01\ndraft: true"
    plain = _entry(_one(tmp_path / "1", head))
    config = CONFIG + "buildFuture = true\nbuildExpired = true\nbuildDrafts = true\n"
    built = _entry(_one(tmp_path / "2", head, config=config))
    assert (plain.publish_at is not None, plain.expires_at is not None, plain.draft) == (True, True, True)
    assert (built.publish_at, built.expires_at, built.draft) == (None, None, False)


def test_a_past_publish_date_beats_a_date_to_come(tmp_path: Path) -> None:
    """Hugo asks publishDate alone whether a page is out; readers see it as the date."""
    entry = _entry(_one(tmp_path, "title: A\ndate: 2090-01-01\npublishDate: 2024-05-06T07:08:09Z"))
    assert entry.published.isoformat() == "2024-05-06T07:08:09+00:00"
    assert entry.publish_at is not None and entry.publish_at.year == 2024


def test_times_without_a_zone_are_in_hugos_zone(tmp_path: Path) -> None:
    """timeZone says what a time without offset means, whatever feedd's zone is."""
    config = CONFIG + "timeZone = 'Europe/Oslo'\n"
    entry = _entry(_one(tmp_path, "title: A\ndate: 2024-07-01 10:00:00\nlastmod: 2024-07-02T10:00:00", config=config))
    assert (entry.published.isoformat(), entry.updated.isoformat()) == (
        "2024-07-01T08:00:00+00:00",
        "2024-07-02T08:00:00+00:00",
    )


def test_what_sections_hand_down(tmp_path: Path) -> None:
    """Fields and parameters of cascades reach the pages below; the nearer section wins, the page's own words most."""
    files = {
        "hugo.toml": CONFIG + "[[cascade]]\nauthor = 'Site'\ncover = '/s.png'\n[cascade.target]\npath = '/posts/**'\n",
        "content/posts/_index.md": _post("title: P\ncascade:\n  author: Section\n  params: {tags: [x]}\n"),
        "content/posts/deep/_index.md": _post(
            "title: D\ncascade:\n  - author: Deep\n  - {draft: true, target: {path: '/posts/deep/no*'}}\n"
        ),
        "content/posts/a.md": _post("title: A"),
        "content/posts/own.md": _post("title: Own\nauthor: Own\ntags: [y]"),
        "content/posts/deep/b.md": _post("title: B"),
        "content/posts/deep/not.md": _post("title: N"),
        "content/other/c.md": _post("title: C"),
    }
    site = build(tmp_path, "hugo", files, "content")
    said = {path: ([p.name for p in e.authors], e.tags, e.draft) for path in site.readings for e in [site.entry(path)]}
    assert said == {
        "posts/a.md": (["Section"], ("x",), False),
        "posts/own.md": (["Own"], ("y",), False),
        "posts/deep/b.md": (["Deep"], ("x",), False),
        "posts/deep/not.md": (["Deep"], ("x",), True),
        "other/c.md": ([], (), False),
    }
    assert site.rules("posts/a.md")["authors"] == "cascade"
    picture = site.entry("posts/a.md").image
    assert picture is not None and picture.url == f"{URL}/s.png"


def test_authors_by_their_pages_and_the_sites_own(tmp_path: Path) -> None:
    """An author with a page of his own is called as it is; the site's params.author is everybody else's."""
    files = {
        "hugo.toml": CONFIG + "[params.author]\nname = 'Ann Lee'\nemail = 'ann@ann.example'\n",
        "content/authors/bob-ray/_index.md": _post("title: Bob Ray"),
        "content/posts/a.md": _post("title: A\nauthors: [bob-ray]"),
        "content/posts/b.md": _post("title: B"),
        "content/posts/c.md": _post("title: C\nparams: {author: Cid}"),
    }
    site = build(tmp_path, "hugo", files, "content")
    names = {path: [(p.name, p.email) for p in site.entry(path).authors] for path in site.readings}
    assert names == {
        "posts/a.md": [("Bob Ray", None)],
        "posts/b.md": [("Ann Lee", "ann@ann.example")],
        "posts/c.md": [("Cid", None)],
    }


@pytest.mark.parametrize(
    ("head", "wanted"),
    [
        ("cover: {image: c.png, caption: Sea}", f"{URL}/posts/a/c.png"),
        ("images: [img/s.png]", f"{URL}/img/s.png"),
        ("featured_image: /img/s.png", f"{URL}/img/s.png"),
        ("resources: [{name: featured-image, src: c.png}]", f"{URL}/posts/a/c.png"),
        ("params: {thumbnail: c.png}", f"{URL}/posts/a/c.png"),
    ],
)
def test_pictures_as_themes_name_them(head: str, wanted: str, tmp_path: Path) -> None:
    """A picture of the bundle, or one of the static folder, under the names that themes have; its file is measured."""
    files = {
        "hugo.toml": CONFIG,
        "content/posts/a/index.md": _post(f"title: A\n{head}"),
        "content/posts/a/c.png": PIXEL,
        "static/img/s.png": PIXEL,
    }
    picture = build(tmp_path, "hugo", files, "content").entry("posts/a/index.md").image
    assert picture is not None and (picture.url, picture.length, picture.width) == (wanted, len(PIXEL), 1)


LINKS = {
    "hugo.toml": CONFIG + "[languages.en]\n[languages.de]\n[params]\nword = 'site'\n[params.deep]\nword = 3\n",
    "content/posts/_index.md": _post("title: P"),
    "content/posts/one.md": _post("title: One\nslug: uno\nmine: own"),
    "content/posts/two.md": _post("title: Two"),
    "content/posts/two.de.md": _post("title: Zwei", "[two](two.md) [one](one.md)"),
    "content/posts/bun/index.md": _post(
        "title: Bun\nslug: bundle", "![c](c.png) [two](../two.md) [one](/posts/one.md)"
    ),
    "content/posts/bun/index.de.md": _post("title: Bund", "![c](c.png)"),
    "content/posts/bun/c.png": PIXEL,
    "content/docs/guide.md": _post("title: Guide", "[one](../posts/one.md#part) [no](no.md) ![q](q.png)"),
    "content/docs/q.png": PIXEL,
}


def test_links_and_pictures_go_where_hugo_puts_them(tmp_path: Path) -> None:
    """Links to files mean pages, in the page's own language where there is one; files of a bundle are published with
    the page in the default language."""
    site = build(tmp_path, "hugo", LINKS, "content")
    assert {path: dict(site.entry(path).references) for path in site.readings if site.entry(path).references} == {
        "posts/two.de.md": {"two.md": f"{URL}/de/posts/two/", "one.md": f"{URL}/posts/uno/"},
        "posts/bun/index.md": {"../two.md": f"{URL}/posts/two/", "/posts/one.md": f"{URL}/posts/uno/"},
        "posts/bun/index.de.md": {"c.png": f"{URL}/posts/bundle/c.png"},
        "docs/guide.md": {"../posts/one.md#part": f"{URL}/posts/uno/#part", "q.png": f"{URL}/docs/q.png"},
    }


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ('{{< ref "two.md" >}}', f"{URL}/posts/two/"),
        ('{{< relref "/docs/guide" >}}', f"{URL}/docs/guide/"),
        ('{{< ref "bun" >}}', f"{URL}/posts/bundle/"),
        ('{{< ref "bun/index.md#x" >}}', f"{URL}/posts/bundle/#x"),
        ('{{< ref "guide" >}}', f"{URL}/docs/guide/"),
        ('{{< ref "/posts" >}}', f"{URL}/posts/"),
        ('{{< ref "#here" >}}', "#here"),
        ('{{< ref path="two.md" lang="de" >}}', f"{URL}/de/posts/two/"),
        ('[t]({{< ref "nowhere" >}})', "[t]()"),
        ("{{< param mine >}}", "own"),
        ("{{< param word >}} {{% param deep.word %}}", "site 3"),
        ("{{< param nobody >}}", ""),
        ("{{< youtube abc-1 >}}", '<iframe src="https://www.youtube.com/embed/abc-1" title="YouTube video"></iframe>'),
        ("{{< vimeo id=12 title=V >}}", '<iframe src="https://player.vimeo.com/video/12" title="V"></iframe>'),
        ('{{< youtube `a"b` >}}', ""),
        ("{{< gist ann 12 >}}", '<a href="https://gist.github.com/ann/12">Gist ann/12</a>'),
        ('{{< x user="ann" id="12" >}}', '<a href="https://x.com/ann/status/12">Post by @ann on X</a>'),
        ("{{< tweet 12 >}}", '<a href="https://x.com/i/status/12">Post on X</a>'),
        ("{{< instagram AbC >}}", '<a href="https://www.instagram.com/p/AbC/">Post on Instagram</a>'),
        ('{{< qr text="x" />}}', ""),
        ("{{% comment %}} a {{% /comment %}}", ""),
        ("{{< rawhtml >}}<b>x</b>{{< /rawhtml >}}", "<b>x</b>"),
        ("{{< unknown a=b >}}", ""),
        ("{{< note >}}**Mind** this{{< /note >}}", "**Mind** this"),
        ("{{< highlight go >}}x := `a`{{< /highlight >}}", "`` x := `a` ``"),
    ],
)
def test_shortcodes_without_hugo(written: str, wanted: str, tmp_path: Path) -> None:
    """What each of Hugo's shortcodes leaves in a body."""
    files = {**LINKS, "content/posts/one.md": _post("title: One\nmine: own", f"Before {written} after")}
    body = build(tmp_path, "hugo", files, "content").entry("posts/one.md").body.strip()
    assert body == f"Before {wanted} after"


def test_a_figure_with_all_its_words(tmp_path: Path) -> None:
    """src, alt, title, a caption in Markdown, a credit and links; the text after it is still Markdown."""
    text = (
        '{{< figure src="/a.png" title="T" caption="A *b*" alt="x" link="https://y.example" attr="Me"\n'
        '  attrlink="https://z.example" width=3 >}}\n**next**'
    )
    assert _entry(_one(tmp_path, "title: A", text)).body.strip() == (
        '<figure><a href="https://y.example"><img src="/a.png" alt="x"></a><figcaption><h4>T</h4><p>A <em>b</em>'
        ' <a href="https://z.example">Me</a></p></figcaption></figure>\n\n**next**'
    )


def test_highlighted_code_in_a_list(tmp_path: Path) -> None:
    """Code becomes a fenced block as deep as its shortcode, longer than any fence inside."""
    text = '- item\n\n  {{< highlight md "linenos=table" >}}\n  ```\n  {{< x >}}\n  ```\n  {{< /highlight >}}\n\nend'
    assert _entry(_one(tmp_path, "title: A", text)).body.strip() == (
        "- item\n\n  ````md\n  ```\n  {{< x >}}\n  ```\n  ````\n\nend"
    )


def test_details_stay_details(tmp_path: Path) -> None:
    """Its summary is a summary, its text Markdown."""
    text = '{{< details summary="More *here*" >}}\n**x**\n{{< /details >}}'
    assert _entry(_one(tmp_path, "title: A", text)).body.strip() == (
        "<details>\n<summary>More <em>here</em></summary>\n\n**x**\n\n</details>"
    )


def test_what_was_removed_is_told(tmp_path: Path) -> None:
    """`preview` names what nobody could resolve."""
    site = _one(tmp_path, "title: A", '{{< chart "x" >}} {{< ref "nowhere.md" >}} {{< note >}}n{{< /note >}}')
    reading = site.readings["posts/a.md"]
    assert isinstance(reading, Reading)
    assert reading.removed == ("shortcode chart", "shortcode note", "shortcode ref nowhere.md")


@pytest.mark.parametrize(
    ("files", "where", "line"),
    [
        ({"hugo.toml": "baseURL = 'x'\ntitle = \n"}, "hugo.toml", 2),
        ({"hugo.yaml": "a: 1\nb: 2: 3\n"}, "hugo.yaml", 2),
        ({"config.json": '{"a": 1,\n]'}, "config.json", 2),
        ({"config/_default/params.toml": "= 1"}, "config/_default/params.toml", 1),
        ({"hugo.yaml": "- a\n"}, "hugo.yaml", None),
    ],
)
def test_settings_that_cannot_be_read(files: dict[str, str], where: str, line: int | None) -> None:
    """The file and its line are named."""
    with pytest.raises(GeneratorError) as caught:
        kind("hugo").make(files, "content")
    assert (caught.value.path, caught.value.line) == (where, line)


def test_settings_that_are_only_odd_are_warnings() -> None:
    """Unknown tokens, zones and expressions are told and left out."""
    text = "timeZone = 'Nowhere/X'\nignoreFiles = ['(']\n[permalinks]\nposts = '/:yeer/:slug'\n"
    assert [message for _, message, _ in kind("hugo").make({"hugo.toml": text}, "").warnings] == [
        'the permalink token ":yeer" is not known',
        'the timeZone "Nowhere/X" is not known',
        "ignoreFiles: '(' is no expression that can be read here",
    ]


def test_settings_in_folders_win_by_environment() -> None:
    """config/production beats config/_default, which beats the file at the root; two sites are told apart."""
    files = {
        "hugo.toml": "timeZone = 'UTC'\n[permalinks]\na = '/1/'\n",
        "config/_default/permalinks.yaml": "a: /2/\nb: /2/\n",
        "config/production/config.json": '{"permalinks": {"page": {"b": "/3/"}}}',
    }
    made, other = kind("hugo").make(files, ""), kind("hugo").make({"hugo.toml": files["hugo.toml"]}, "")
    assert "/3/" in repr(made.preset) and "/1/" not in repr(made.preset)
    assert repr(made.preset) != repr(other.preset)


_FIELDS = (
    "date lastmod publishdate expirydate draft build headless slug url aliases tags categories author authors cascade"
    " params resources images cover title published"
)


@given(matters(_FIELDS.split()))
def test_nothing_that_a_page_says_can_hurt(matter: dict[str, Any]) -> None:
    """Whatever stands in a front matter, there is an answer."""
    files = {
        "hugo.toml": CONFIG + "[permalinks]\nposts = '/:year/:sections[1:]/:slug/:02/:title'\n",
        "content/posts/_index.md": "---\n" + json.dumps({"cascade": matter}) + "\n---\n",
    }
    meet(kind("hugo").make(files, "content").preset, "posts/2020-01-02-a.md", matter)


_SETTINGS = (
    "baseurl languages permalinks uglyurls frontmatter timezone taxonomies cascade params module contentdir staticdir"
    " theme ignorefiles defaultcontentlanguage disablelanguages buildfuture"
)


@given(matters(_SETTINGS.split()))
def test_nothing_that_settings_say_can_hurt(settings: dict[str, Any]) -> None:
    """Settings of any shape make a preset."""
    preset = kind("hugo").make({"hugo.json": json.dumps(settings)}, "content").preset
    meet(preset, "posts/a.de.md", {"title": "A", "date": "2024-01-01"})
