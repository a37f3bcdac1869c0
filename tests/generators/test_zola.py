"""Zola: small odd sites, and what Zola's own source makes of them (components/content/src, the tests of its sites)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given

from feedd.generators import GeneratorError, kind
from feedd.normalizer.normalize import Reading
from tests.support.any_matter import matters, meet
from tests.support.scratch_site import URL, build

PIXEL = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\x9cc\xfa\xcf\0\0\0\x02\0"
    b"\x01\xe2!\xbc3\0\0\0\0IEND\xaeB`\x82"
)
CONFIG = f"base_url = '{URL}'\n"


def _page(head: str = "title = 'A'", text: str = "Some text.") -> str:
    return f"+++\n{head}\n+++\n{text}\n"


ADDRESSES = [
    ("hello.md", "", "/hello/"),
    ("posts/My Post_Here.md", "", "/posts/my-post-here/"),
    ("posts/2016-10-08_with-date.md", "", "/posts/with-date/"),
    ("posts/2016-10-08-dashed.md", "", "/posts/dashed/"),
    ("posts/2018-10-02T15:00:00Z-clock.md", "", "/posts/clock/"),
    ("posts/2016-10-08.md", "", "/posts/2016-10-08/"),
    ("posts/2016-13-08-no-date.md", "", "/posts/2016-13-08-no-date/"),
    ("posts/a.md", "slug = 'Own Slug & more'", "/posts/own-slug-more/"),
    ("posts/b.md", "path = '2025/05/15/x'", "/2025/05/15/x/"),
    ("posts/c.md", "path = '/Kept/As It Is/'", "/Kept/As It Is/"),
    ("posts/d.md", "path = 'p'\nslug = 's'", "/p/"),
    ("posts/Deep Er/e.md", "", "/posts/Deep Er/e/"),
    ("posts/Bundle Name/index.md", "", "/posts/bundle-name/"),
    ("posts/2020-01-02-bundle/index.md", "", "/posts/bundle/"),
    ("posts/sluggy/index.md", "slug = 'other'", "/posts/other/"),
    ("about/index.md", "", "/about/"),
    ("posts/README.md", "", "/posts/readme/"),
    ("posts/Größe & Maß.md", "", "/posts/grosse-mass/"),
    ("posts/Привет мир.md", "", "/posts/privet-mir/"),
    ("posts/C++ #1.md", "", "/posts/c-1/"),
    ("posts/dots.in.name.md", "", "/posts/dots-in-name/"),
]


def test_addresses(tmp_path: Path) -> None:
    """Folders as they are, slugs from names, dates in names left out, `slug` and `path` as stated."""
    files = {f"content/{path}": _page(f"title = 'A'\n{head}") for path, head, _ in ADDRESSES}
    site = build(tmp_path, "zola", {"zola.toml": CONFIG, **files}, "content")
    links = {path: unquote(site.entry(path).url).removeprefix(URL) for path in site.readings}
    assert links == {path: address for path, _, address in ADDRESSES}


@pytest.mark.parametrize(
    ("strategy", "name", "wanted"),
    [
        ("safe", "Größe & 日本: a?.md", "/Größe & 日本 a/"),
        ("safe", "dot. .md", "/dot/"),
        ("off", "Any Thing.md", "/Any Thing/"),
        ("on", "Any Thing.md", "/any-thing/"),
    ],
)
def test_ways_to_spell(strategy: str, name: str, wanted: str, tmp_path: Path) -> None:
    """`slugify.paths`: plain letters, whatever a file system takes, or nothing changed."""
    files = {"config.toml": f"{CONFIG}[slugify]\npaths = '{strategy}'\n", f"content/{name}": _page()}
    assert unquote(build(tmp_path, "zola", files, "content").entry(name).url) == URL + wanted


def test_dates_may_stay_in_addresses(tmp_path: Path) -> None:
    """`paths_keep_dates`."""
    files = {"zola.toml": f"{CONFIG}[slugify]\npaths_keep_dates = true\n", "content/2020-01-02-a.md": _page()}
    assert build(tmp_path, "zola", files, "content").entry("2020-01-02-a.md").url == f"{URL}/2020-01-02-a/"


def test_an_address_that_only_zola_can_spell_is_told(tmp_path: Path) -> None:
    """No made-up address: a crab in a file's name becomes a word that we do not know."""
    site = build(tmp_path, "zola", {"zola.toml": CONFIG, "content/🦀.md": _page()}, "content")
    assert [each.partition(": only")[0] for each in site.problems("🦀.md")] == ["🦀.md: its address cannot be known"]


LANGUAGES = CONFIG + "default_language = 'en'\n[languages.fr]\n[languages.it]\n"


def test_languages_by_file_name(tmp_path: Path) -> None:
    """Other languages have a folder of their own in addresses; `path` is taken as it is."""
    names = (
        "base.md",
        "base.fr.md",
        "blog/x.it.md",
        "blog/with/index.fr.md",
        "blog/with/index.md",
        "a.b.md",
        "index.md",
    )
    files = {f"content/{name}": _page() for name in names} | {"content/p.fr.md": _page("title = 'A'\npath = 'chemin'")}
    site = build(tmp_path, "zola", {"zola.toml": LANGUAGES, **files}, "content")
    assert {path: (site.entry(path).url.removeprefix(URL), site.entry(path).language) for path in site.readings} == {
        "base.md": ("/base/", "en"),
        "base.fr.md": ("/fr/base/", "fr"),
        "blog/x.it.md": ("/it/blog/x/", "it"),
        "blog/with/index.fr.md": ("/fr/blog/with/", "fr"),
        "blog/with/index.md": ("/blog/with/", "en"),
        "a.b.md": ("/a-b/", "en"),
        "index.md": ("/", "en"),
        "p.fr.md": ("/chemin/", "fr"),
    }


@pytest.mark.parametrize(
    ("name", "head", "wanted", "rule"),
    [
        ("a.md", "date = 2024-05-06", "2024-05-06T00:00:00+00:00", "front matter, TOML date"),
        ("a.md", "date = 2024-05-06T07:08:09+02:00", "2024-05-06T05:08:09+00:00", "front matter, TOML date-time"),
        ("2024-05-07-a.md", "", "2024-05-07T00:00:00+00:00", "file name, ISO 8601"),
        ("2024-05-07-a.md", "date = '2024-05-06'", "2024-05-06T00:00:00+00:00", "front matter, ISO 8601"),
        ("2024-05-07T10:00:00Z-a.md", "", "2024-05-07T10:00:00+00:00", "file name, ISO 8601"),
        ("a.md", "path = 'inside/2024/5/08/x'", "2024-05-08T00:00:00+00:00", "path, ISO 8601"),
    ],
)
def test_where_dates_come_from(name: str, head: str, wanted: str, rule: str, tmp_path: Path) -> None:
    """Front matter, then the file's name, then the path it is published at."""
    site = build(tmp_path, "zola", {"zola.toml": CONFIG, f"content/{name}": _page(f"title = 'A'\n{head}")}, "content")
    entry = site.entry(name)
    assert (entry.published.isoformat(), site.rules(name)["date"], entry.feeds) == (wanted, rule, None)


def test_pages_without_a_date_stand_in_no_feed(tmp_path: Path) -> None:
    """As in Zola's own feeds; a page may still name its feeds."""
    files = {"content/a.md": _page(), "content/b.md": _page("title = 'B'\nfeeds = ['main']")}
    site = build(tmp_path, "zola", {"zola.toml": CONFIG, **files}, "content")
    assert (site.entry("a.md").feeds, site.entry("b.md").feeds) == ((), ("main",))


def test_drafts(tmp_path: Path) -> None:
    """Drafts, pages that are not rendered, and everything below a section that is a draft."""
    files = {
        "content/a.md": _page("title = 'A'\ndraft = true"),
        "content/b.md": _page("title = 'B'\nrender = false"),
        "content/c.md": _page("title = 'C'\ndraft = false\nrender = true"),
        "content/secret/_index.md": _page("draft = true"),
        "content/secret/deep/d.md": _page(),
        "content/secrets/e.md": _page(),
    }
    site = build(tmp_path, "zola", {"zola.toml": CONFIG, **files}, "content")
    assert {path for path in site.readings if site.entry(path).draft} == {"a.md", "b.md", "secret/deep/d.md"}


def test_terms_people_pictures_and_aliases(tmp_path: Path) -> None:
    """[taxonomies], authors, [extra] and aliases as themes use them; the site's author is everybody else's."""
    head = (
        "title = 'A'\ndate = 2024-05-06\naliases = ['/old/', 'older', 'oldest.html']\n"
        "authors = ['Ann <ann@ann.example>']\n"
        "[taxonomies]\ntags = ['one, two', 'b']\ncategories = ['C d']\nseries = ['s']\n"
        "[extra]\ncover = 'img/s.png'\nlink = 'x'"
    )
    files = {
        "zola.toml": f"{CONFIG}author = 'Bob'\n",
        "content/a.md": _page(head),
        "content/b.md": _page("title = 'B'\n[extra]\nauthor = 'Cid'"),
        "content/c.md": _page(),
        "static/img/s.png": PIXEL,
    }
    site = build(tmp_path, "zola", files, "content")
    entry = site.entry("a.md")
    assert (entry.tags, entry.categories, entry.url) == (("one, two", "b"), ("C d",), f"{URL}/a/")
    assert entry.aliases == (f"{URL}/old/", f"{URL}/older/", f"{URL}/oldest.html")
    assert entry.image is not None and (entry.image.url, entry.image.width) == (f"{URL}/img/s.png", 1)
    people = {path: [person.name for person in site.entry(path).authors] for path in site.readings}
    assert people == {"a.md": ["Ann"], "b.md": ["Cid"], "c.md": ["Bob"]}


def test_a_taxonomy_of_another_name(tmp_path: Path) -> None:
    """The site's only taxonomy makes its tags."""
    config = CONFIG + "taxonomies = [{name = 'topics'}]\n"
    files = {"zola.toml": config, "content/a.md": _page("title = 'A'\n[taxonomies]\ntopics = ['x']\nother = ['y']")}
    assert build(tmp_path, "zola", files, "content").entry("a.md").tags == ("x",)


def test_internal_links(tmp_path: Path) -> None:
    """@/ begins at content: pages by their own rules, sections by their folders; what is beside a page stays there."""
    text = (
        "[a](@/posts/2020-01-02-x.md#part) [b](@/posts/y/index.md) [c](@/posts/_index.md) [d](@/_index.fr.md#z)"
        " [e](@/gone.md) [f](2020-01-02-x.md) ![g](g.png) ![h](img/s.png) `[a](@/a.md)`"
    )
    files = {
        "zola.toml": LANGUAGES,
        "content/posts/a.md": _page("title = 'A'", text),
        "content/posts/2020-01-02-x.md": _page(),
        "content/posts/y/index.md": _page("title = 'Y'\nslug = 'why'", "![g](g.png)"),
        "content/posts/y/g.png": PIXEL,
        "static/img/s.png": PIXEL,
    }
    site = build(tmp_path, "zola", files, "content")
    assert dict(site.entry("posts/a.md").references) == {
        "@/posts/2020-01-02-x.md#part": f"{URL}/posts/x/#part",
        "@/posts/y/index.md": f"{URL}/posts/why/",
        "@/posts/_index.md": f"{URL}/posts/",
        "@/_index.fr.md#z": f"{URL}/fr/#z",
        "2020-01-02-x.md": f"{URL}/posts/x/",
        "img/s.png": f"{URL}/img/s.png",
    }
    assert site.entry("posts/y/index.md").references == ()


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        (
            '{{ youtube(id="a-b", autoplay=true) }}',
            '<iframe src="https://www.youtube.com/embed/a-b" title="YouTube video"></iframe>',
        ),
        ('{{ vimeo(id="12") }}', '<iframe src="https://player.vimeo.com/video/12" title="Vimeo video"></iframe>'),
        (
            '{{ gist(url="https://gist.github.com/ann/12") }}',
            '<a href="https://gist.github.com/ann/12">Gist ann/12</a>',
        ),
        ('{{ gist(url="javascript:x") }}', ""),
        ('{{ image(src="a.png", alt="x\'y") }}', '<figure><img src="a.png" alt="x&#x27;y"></figure>'),
        ('{% quote(author="V") %}**In**{% end %}', "**In**"),
        ('{{ unknown(a="b") }}', ""),
        ('`{{ unknown(a="b") }}`', '`{{ unknown(a="b") }}`'),
        ("{{ page.title }}", "{{ page.title }}"),
    ],
)
def test_shortcodes_without_zola(written: str, wanted: str, tmp_path: Path) -> None:
    """What each leaves in a body."""
    files = {"zola.toml": CONFIG, "content/a.md": _page("title = 'A'", f"Before {written} after")}
    assert build(tmp_path, "zola", files, "content").entry("a.md").body.strip() == f"Before {wanted} after"


def test_what_was_removed_is_told(tmp_path: Path) -> None:
    """`preview` names what nobody could resolve."""
    files = {"zola.toml": CONFIG, "content/a.md": _page("title = 'A'", '{{ chart(id="x") }}{% box() %}y{% end %}')}
    reading = build(tmp_path, "zola", files, "content").readings["a.md"]
    assert isinstance(reading, Reading) and reading.removed == ("shortcode chart", "shortcode box")


def test_only_markdown_in_content_is_an_article(tmp_path: Path) -> None:
    """Section pages, other formats, ignored content, and everything outside of content are left out."""
    names = (
        "content/a.md",
        "content/_index.md",
        "content/_index.fr.md",
        "content/b.html",
        "content/c.txt",
        "content/x/ign.md",
        "content/x/y.md",
    )
    config = f"{CONFIG}ignored_content = ['x/ign*']\n"
    files = {"zola.toml": config, **dict.fromkeys(names, _page()), "themes/t/README.md": "x", "NOTES.md": "x"}
    assert list(build(tmp_path / "1", "zola", files, ".").readings) == ["content/a.md", "content/x/y.md"]
    assert list(build(tmp_path / "2", "zola", files, "content").readings) == ["a.md", "x/y.md"]
    assert list(build(tmp_path / "3", "zola", files, "content/x").readings) == ["y.md"]


def test_a_site_below_a_path(tmp_path: Path) -> None:
    """The path of base_url is part of addresses."""
    files = {"zola.toml": f"base_url = '{URL}/blog/'\n", "content/a.md": _page()}
    assert build(tmp_path, "zola", files, "content").entry("a.md").url == f"{URL}/blog/a/"


def test_settings_that_cannot_be_read() -> None:
    """The file and its line are named."""
    with pytest.raises(GeneratorError) as caught:
        kind("zola").make({"config.toml": "base_url = 'x'\n[slugify\n"}, "content")
    assert (caught.value.path, caught.value.line) == ("config.toml", 2)


@given(
    matters(
        ["date", "draft", "render", "slug", "path", "aliases", "authors", "taxonomies", "extra", "updated", "title"]
    )
)
def test_nothing_that_a_page_says_can_hurt(matter: dict[str, Any]) -> None:
    """Whatever stands in a front matter, there is an answer."""
    preset = kind("zola").make({"zola.toml": LANGUAGES}, "content").preset
    meet(preset, "posts/2020-01-02-a.fr.md", matter)


@given(matters(["base_url", "default_language", "languages", "slugify", "taxonomies", "author", "ignored_content"]))
def test_nothing_that_settings_say_can_hurt(settings: dict[str, Any]) -> None:
    """Settings of any shape make a preset."""
    text = "".join(f"{key} = {_toml(value)}\n" for key, value in settings.items())
    meet(kind("zola").make({"zola.toml": text}, "content").preset, "a/b.fr.md", {"title": "A"})


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_toml(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return (
        json.dumps("" if value is None else value).replace("NaN", "nan").replace("Infinity", "inf").replace("e+", "e")
    )
