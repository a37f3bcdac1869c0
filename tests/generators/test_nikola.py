"""Nikola: a small odd site, and what Nikola 8.3.3 itself says of each post."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from feedd.generators import GeneratorError, kind
from feedd.normalizer.normalize import Reading
from tests.support.scratch_site import URL, ScratchSite, build

CONF = """\
import time
BLOG_AUTHOR = {"en": "The Desk", "es": "La Redacción"}
BLOG_TITLE = "Ann"
SITE_URL = "https://ann.example/"
BLOG_EMAIL = "desk@ann.example"
DEFAULT_LANG = "en"
TRANSLATIONS = {DEFAULT_LANG: "", "es": "./es"}
NAVIGATION_LINKS = {DEFAULT_LANG: ()}
TIMEZONE = "Europe/Prague"
POSTS = (
    ("posts/*.md", {"en": "blog", "es": "bitacora"}, "post.tmpl"),
    ("posts/*.rst", "blog", "post.tmpl"),
    ("posts/*.html", "blog", "post.tmpl"),
    ("notes/*.md", "", "post.tmpl"),
)
PAGES = (("pages/*.md", "", "page.tmpl"),)
COMPILERS = {"markdown": [".md"], "rest": [".rst"], "html": [".html"]}
PRETTY_URLS = True
MARKDOWN_EXTENSIONS = ["markdown.extensions.fenced_code"]
CATEGORY_DESTPATH_AS_DEFAULT = True
CONTENT_FOOTER = "Contents of {}".format(time.gmtime().tm_year)
"""


def _md(**head: str) -> str:
    return "<!--\n" + "".join(f".. {key}: {value}\n" for key, value in head.items()) + "-->\n\nSome text.\n"


def _rst(**head: str) -> str:
    return "".join(f".. {key}: {value}\n" for key, value in head.items()) + "\nSome text.\n"


_DATE = "2024-01-31 10:00:00"
ARTICLES: dict[str, str] = {
    "posts/plain.md": _md(title="A plain post", slug="a-plain-post", date=_DATE, tags="one, two words,three"),
    "posts/No Slug_here.md": _md(title="No slug", date=_DATE),
    "posts/Größe-ßtraße.md": _md(title="Letters", date=_DATE),
    "posts/плюс+минус.md": _md(title="More letters", date=_DATE),
    "posts/deep/er/nested.md": _md(title="Nested", slug="nested", date=_DATE),
    "posts/utc.md": _md(title="In UTC", slug="utc", date="2024-02-01 23:30:00 UTC"),
    "posts/offset.md": _md(title="With an offset", slug="offset", date="2024-02-01 23:30:00 UTC+05:30"),
    "posts/slashes.md": _md(title="Slashes", slug="slashes", date="2024/02/02 08:15"),
    "posts/day.md": _md(title="A day", slug="day", date="2024-02-03"),
    "posts/iso.md": _md(title="ISO", slug="iso", date="2024-07-03T08:15:30+0200"),
    "posts/updated.md": _md(title="Updated", slug="updated", date=_DATE, updated="2024-03-01 09:00:00"),
    "posts/draft-status.md": _md(title="A draft", slug="d1", date=_DATE, status="draft"),
    "posts/draft-tag.md": _md(title="A draft by tag", slug="d2", date=_DATE, tags="Draft, x".lower()),
    "posts/private.md": _md(title="Private", slug="d3", date=_DATE, status="private"),
    "posts/private-tag.md": _md(title="Private by tag", slug="d4", date=_DATE, tags="private,y"),
    "posts/featured.md": _md(title="Featured", slug="featured", date=_DATE, status="featured"),
    "posts/author.md": _md(title="One author", slug="author", date=_DATE, author="Ann Lee"),
    "posts/authors.md": _md(title="Two authors", slug="authors", date=_DATE, author="Ann Lee, Bob Ray"),
    "posts/category.md": _md(title="A category", slug="category", date=_DATE, category="Field/Notes"),
    "posts/section.md": _md(title="A section", slug="section", date=_DATE, section="Old name"),
    "posts/ugly.md": _md(title="No pretty address", slug="ugly", date=_DATE, pretty_url="False"),
    "posts/index.md": _md(title="An index", slug="index", date=_DATE),
    "posts/linked.md": _md(title="A link", slug="linked", date=_DATE, link="https://x.example/other"),
    "posts/guid.md": _md(title="A guid", slug="guid", date=_DATE, guid="https://ann.example/?p=7"),
    "posts/twice.md": "<!--\n.. title: First\n.. title: Second\n.. slug: twice\n.. date: 2024-01-31\n-->\n\nText.\n",
    "posts/blanks.md": "<!--  \n.. title:  Many  blanks \n.. slug: blanks\n.. date: 2024-01-31\n.. tags: \n-->\nText.",
    "posts/untitled.md": "<!--\n.. slug: untitled\n.. date: 2024-01-31\n-->\n\nText.\n",
    "posts/colon.md": _md(title="Colon: after", slug="colon", date=_DATE),
    "posts/yaml.md": "---\ntitle: In YAML\nslug: yaml\ndate: 2024-02-04 10:00:00\ntags: [a, b c]\n---\n\nText.\n",
    "posts/toml.md": '+++\ntitle = "In TOML"\nslug = "toml"\ndate = "2024-02-05 10:00"\ntags = "a,b"\n+++\n\nText.\n',
    "posts/rest.rst": _rst(title="reStructuredText", slug="rest", date=_DATE, tags="r, s"),
    "posts/rest-indented.rst": "  .. title: Indented\n  .. slug: indented\n  .. date: 2024-01-31\n\nText.\n",
    "posts/page.html": _md(title="HTML", slug="html", date=_DATE),
    "posts/two.md": "Text with its head in another file.\n",
    "posts/two.meta": ".. title: Two files\n.. slug: two-files\n.. date: 2024-02-06 10:00\n.. tags: m\n",
    "posts/trip.md": _md(title="A trip", slug="trip", date=_DATE, tags="t"),
    "posts/trip.es.md": _md(title="Un viaje", slug="viaje", date=_DATE, tags="t"),
    "posts/cuento.es.md": _md(title="Solo en español", slug="cuento", date=_DATE),
    "notes/short.md": _md(title="At the root", slug="short", date=_DATE),
    "notes/2024/inner.md": _md(title="In a folder of the root", slug="inner", date=_DATE),
    "pages/about.md": _md(title="About", slug="about"),
}
SITE: dict[str, str | bytes] = {"conf.py": CONF, **ARTICLES}

# Recorded: path: (address, title, date in UTC, categories, tags, authors)
RECORDED: dict[str, tuple[Any, ...]] = {
    "notes/2024/inner.md": (
        "/2024/inner/",
        "In a folder of the root",
        "2024-01-31 09:00:00",
        ("2024",),
        (),
        ("The Desk",),
        "shown",
        "en",
    ),
    "notes/short.md": ("/short/", "At the root", "2024-01-31 09:00:00", (".",), (), ("The Desk",), "shown", "en"),
    "posts/Größe-ßtraße.md": (
        "/blog/grosse-sstrasse/",
        "Letters",
        "2024-01-31 09:00:00",
        ("blog",),
        (),
        ("The Desk",),
        "shown",
        "en",
    ),
    "posts/No Slug_here.md": (
        "/blog/no-slug_here/",
        "No slug",
        "2024-01-31 09:00:00",
        ("blog",),
        (),
        ("The Desk",),
        "shown",
        "en",
    ),
    "posts/author.md": (
        "/blog/author/",
        "One author",
        "2024-01-31 09:00:00",
        ("blog",),
        (),
        ("Ann Lee",),
        "shown",
        "en",
    ),
    "posts/authors.md": (
        "/blog/authors/",
        "Two authors",
        "2024-01-31 09:00:00",
        ("blog",),
        (),
        ("Ann Lee", "Bob Ray"),
        "shown",
        "en",
    ),
    "posts/blanks.md": (
        "/blog/blanks/",
        "Many blanks",
        "2024-01-30 23:00:00",
        ("blog",),
        (),
        ("The Desk",),
        "shown",
        "en",
    ),
    "posts/category.md": (
        "/blog/category/",
        "A category",
        "2024-01-31 09:00:00",
        ("Field/Notes",),
        (),
        ("The Desk",),
        "shown",
        "en",
    ),
    "posts/colon.md": (
        "/blog/colon/",
        "Colon: after",
        "2024-01-31 09:00:00",
        ("blog",),
        (),
        ("The Desk",),
        "shown",
        "en",
    ),
    "posts/cuento.es.md": (
        "/es/bitacora/cuento/",
        "Solo en español",
        "2024-01-31 09:00:00",
        ("bitacora",),
        (),
        ("La Redacción",),
        "shown",
        "es",
    ),
    "posts/day.md": ("/blog/day/", "A day", "2024-02-02 23:00:00", ("blog",), (), ("The Desk",), "shown", "en"),
    "posts/deep/er/nested.md": (
        "/blog/deep/er/nested/",
        "Nested",
        "2024-01-31 09:00:00",
        ("blog",),
        (),
        ("The Desk",),
        "shown",
        "en",
    ),
    "posts/draft-status.md": (
        "/blog/d1/",
        "A draft",
        "2024-01-31 09:00:00",
        ("blog",),
        (),
        ("The Desk",),
        "not shown",
        "en",
    ),
    "posts/draft-tag.md": (
        "/blog/d2/",
        "A draft by tag",
        "2024-01-31 09:00:00",
        ("blog",),
        ("x",),
        ("The Desk",),
        "not shown",
        "en",
    ),
    "posts/featured.md": (
        "/blog/featured/",
        "Featured",
        "2024-01-31 09:00:00",
        ("blog",),
        (),
        ("The Desk",),
        "shown",
        "en",
    ),
    "posts/guid.md": ("/blog/guid/", "A guid", "2024-01-31 09:00:00", ("blog",), (), ("The Desk",), "shown", "en"),
    "posts/index.md": ("/blog/", "An index", "2024-01-31 09:00:00", ("blog",), (), ("The Desk",), "shown", "en"),
    "posts/iso.md": ("/blog/iso/", "ISO", "2024-07-03 06:15:30", ("blog",), (), ("The Desk",), "shown", "en"),
    "posts/linked.md": ("/blog/linked/", "A link", "2024-01-31 09:00:00", ("blog",), (), ("The Desk",), "shown", "en"),
    "posts/offset.md": (
        "/blog/offset/",
        "With an offset",
        "2024-02-01 18:00:00",
        ("blog",),
        (),
        ("The Desk",),
        "shown",
        "en",
    ),
    "posts/page.html": ("/blog/html/", "HTML", "2024-01-31 09:00:00", ("blog",), (), ("The Desk",), "shown", "en"),
    "posts/plain.md": (
        "/blog/a-plain-post/",
        "A plain post",
        "2024-01-31 09:00:00",
        ("blog",),
        ("one", "three", "two words"),
        ("The Desk",),
        "shown",
        "en",
    ),
    "posts/private-tag.md": (
        "/blog/d4/",
        "Private by tag",
        "2024-01-31 09:00:00",
        ("blog",),
        ("y",),
        ("The Desk",),
        "not shown",
        "en",
    ),
    "posts/private.md": (
        "/blog/d3/",
        "Private",
        "2024-01-31 09:00:00",
        ("blog",),
        (),
        ("The Desk",),
        "not shown",
        "en",
    ),
    "posts/rest-indented.rst": (
        "/blog/indented/",
        "Indented",
        "2024-01-30 23:00:00",
        ("blog",),
        (),
        ("The Desk",),
        "shown",
        "en",
    ),
    "posts/rest.rst": (
        "/blog/rest/",
        "reStructuredText",
        "2024-01-31 09:00:00",
        ("blog",),
        ("r", "s"),
        ("The Desk",),
        "shown",
        "en",
    ),
    "posts/section.md": (
        "/blog/section/",
        "A section",
        "2024-01-31 09:00:00",
        ("Old name",),
        (),
        ("The Desk",),
        "shown",
        "en",
    ),
    "posts/slashes.md": (
        "/blog/slashes/",
        "Slashes",
        "2024-02-02 07:15:00",
        ("blog",),
        (),
        ("The Desk",),
        "shown",
        "en",
    ),
    "posts/toml.md": (
        "/blog/toml/",
        "In TOML",
        "2024-02-05 09:00:00",
        ("blog",),
        ("a", "b"),
        ("The Desk",),
        "shown",
        "en",
    ),
    "posts/trip.es.md": (
        "/es/bitacora/viaje/",
        "Un viaje",
        "2024-01-31 09:00:00",
        ("bitacora",),
        ("t",),
        ("La Redacción",),
        "shown",
        "es",
    ),
    "posts/trip.md": ("/blog/trip/", "A trip", "2024-01-31 09:00:00", ("blog",), ("t",), ("The Desk",), "shown", "en"),
    "posts/twice.md": ("/blog/twice/", "Second", "2024-01-30 23:00:00", ("blog",), (), ("The Desk",), "shown", "en"),
    "posts/two.md": (
        "/blog/two-files/",
        "Two files",
        "2024-02-06 09:00:00",
        ("blog",),
        ("m",),
        ("The Desk",),
        "shown",
        "en",
    ),
    "posts/ugly.md": (
        "/blog/ugly.html",
        "No pretty address",
        "2024-01-31 09:00:00",
        ("blog",),
        (),
        ("The Desk",),
        "shown",
        "en",
    ),
    "posts/untitled.md": (
        "/blog/untitled/",
        "untitled",
        "2024-01-30 23:00:00",
        ("blog",),
        (),
        ("The Desk",),
        "shown",
        "en",
    ),
    "posts/updated.md": (
        "/blog/updated/",
        "Updated",
        "2024-01-31 09:00:00",
        ("blog",),
        (),
        ("The Desk",),
        "shown",
        "en",
    ),
    "posts/utc.md": ("/blog/utc/", "In UTC", "2024-02-01 23:30:00", ("blog",), (), ("The Desk",), "shown", "en"),
    "posts/yaml.md": (
        "/blog/yaml/",
        "In YAML",
        "2024-02-04 09:00:00",
        ("blog",),
        ("a", "b c"),
        ("The Desk",),
        "shown",
        "en",
    ),
    "posts/плюс+минус.md": (
        "/blog/plius%2Bminus/",
        "More letters",
        "2024-01-31 09:00:00",
        ("blog",),
        (),
        ("The Desk",),
        "shown",
        "en",
    ),
}

NOT_READ = {"posts/two.meta", "pages/about.md"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> ScratchSite:
    return build(tmp_path_factory.mktemp("nikola"), "nikola", SITE, ".", "Europe/Prague")


@pytest.mark.parametrize("path", sorted(RECORDED))
def test_as_nikola_has_it(site: ScratchSite, path: str) -> None:
    """Address, title, date, labels, authors, status and language are Nikola's own."""
    url, title, date, categories, tags, authors, shown, language = RECORDED[path]
    entry = site.entry(path)
    found = (
        entry.url.removeprefix(URL),
        entry.title,
        f"{entry.published:%Y-%m-%d %H:%M:%S}",
        entry.categories,
        tuple(sorted(entry.tags)),
        tuple(author.name for author in entry.authors),
        entry.draft,
        entry.language,
    )
    # Nikola calls the category of a post that is published at the site's root "."; that is none.
    assert found == (
        url,
        title,
        date,
        () if categories == (".",) else categories,
        tags,
        authors,
        shown != "shown",
        language,
    )


def test_which_files_are_posts(site: ScratchSite) -> None:
    """Only what a row of POSTS names is read."""
    assert set(site.readings) == RECORDED.keys() == set(ARTICLES) - NOT_READ
    assert site.warnings == ()


def test_fields_are_explained(site: ScratchSite) -> None:
    """Each field says where it comes from."""
    rules = site.rules("posts/plain.md")
    assert (rules["title"], rules["authors"], rules["categories"], rules["url"]) == (
        "front matter",
        "BLOG_AUTHOR in conf.py",
        "CATEGORY_DESTPATH_AS_DEFAULT in conf.py",
        "the rules of nikola",
    )
    assert site.rules("posts/draft-tag.md")["draft"] == "front matter, tag draft"
    assert site.entry("posts/guid.md").id == "https://ann.example/?p=7"


def _alone(tmp_path: Path, conf: str, files: dict[str, str | bytes], source: str = "posts") -> ScratchSite:
    return build(tmp_path, "nikola", {"conf.py": conf, **files}, source)


_POSTS = "POSTS = (('posts/*.md', 'blog', 'post.tmpl'), ('posts/*.rst', 'blog', 'post.tmpl'))\n"


@pytest.mark.parametrize(
    ("conf", "name", "url"),
    [
        ("", "Hello World.md", "/blog/hello-world/"),
        ("PRETTY_URLS = False", "hello.md", "/blog/hello.html"),
        ("STRIP_INDEXES = False", "hello.md", "/blog/hello/index.html"),
        ("USE_SLUGIFY = False", "Hello: World.md", "/blog/Hello-%20World/"),
        (
            "FILE_METADATA_REGEXP = r'.*/(?P<date>\\d{4}-\\d\\d)-(?P<slug>.*)-(?P<title>.*)\\.md'",
            "2024-01-a-b.md",
            "/blog/a/",
        ),
        ("TRANSLATIONS = {'en': '', 'pl': './pl'}", "hello.pl.md", "/pl/blog/hello/"),
        ("TRANSLATIONS = {'en': '', 'pl': 'polski'}\nTRANSLATIONS_PATTERN = '{path}_{lang}.{ext}'", "x.md", "/blog/x/"),
        ("TRANSLATIONS = {'en': 'english'}", "hello.md", "/english/blog/hello/"),
    ],
)
def test_addresses(tmp_path: Path, conf: str, name: str, url: str) -> None:
    """The settings that make addresses. (A translation has the slug of the post that it is one of.)"""
    text = "<!--\n.. date: 2024-01-31\n-->\n\nText.\n"
    files: dict[str, str | bytes] = {f"posts/{name}": text, f"posts/{name.replace('.pl', '')}": text}
    assert _alone(tmp_path, _POSTS + conf, files).entry(name).url == URL + url


def test_what_stands_in_bodies(tmp_path: Path) -> None:
    """Shortcodes, `link://` and the teaser's end become what a reader understands; code samples stay."""
    body = (
        "{{% raw %}}{{% no %}}{{% /raw %}} {{% gist 123 %}} {{% doc %}}Other <b>{{% /doc %}} {{% youtube abc %}}\n\n"
        '{{% thumbnail "/images/a.png" alt="A" %}}Words{{% /thumbnail %}} {{% chart Bar %}}kept{{% /chart %}}\n\n'
        "<!-- TEASER_END: Read on -->\n\n[b](link://slug/b) [c](link://filename/posts/b.md#x) `link://slug/b`\n"
    )
    files: dict[str, str | bytes] = {
        "posts/a.md": f"<!--\n.. title: A\n.. date: 2024-01-31\n-->\n\n{body}",
        "posts/b.md": "<!--\n.. title: B\n.. date: 2024-01-31\n-->\n\nText.\n",
    }
    site = _alone(tmp_path, _POSTS, files)
    reading = site.readings["a.md"]
    assert isinstance(reading, Reading)
    assert site.entry("a.md").body == (
        '{{% no %}} <a href="https://gist.github.com/123">https://gist.github.com/123</a>'
        f' <a href="{URL}/blog/b/">Other</a>'
        ' <a href="https://www.youtube.com/watch?v=abc">https://www.youtube.com/watch?v=abc</a>\n\n'
        '<figure><img src="/images/a.png" alt="A"><figcaption>Words</figcaption></figure> kept\n\n'
        f"<!-- more -->\n\n[b]({URL}/blog/b/) [c]({URL}/blog/b/#x) `link://slug/b`"
    )
    assert reading.removed == ("shortcode chart",)


def test_directives_of_nikola(tmp_path: Path) -> None:
    """docutils does not know them, and would lose them."""
    text = (
        ".. title: A\n.. date: 2024-01-31\n\nOne.\n\n.. TEASER_END\n\n.. youtube:: abc\n   :width: 3\n\n"
        ".. thumbnail:: /images/a.png\n   :alt: A\n\n.. post-list::\n   :stop: 3\n\nSee :doc:`the other <b>`.\n"
    )
    other = ".. title: B\n.. date: 2024-01-31\n\nText.\n"
    site = _alone(tmp_path, _POSTS, {"posts/a.rst": text, "posts/b.rst": other})
    reading = site.readings["a.rst"]
    assert isinstance(reading, Reading)
    watch = "https://www.youtube.com/watch?v=abc"
    assert site.entry("a.rst").body == (
        f"One.\n\n.. more\n\n`{watch} <{watch}>`__\n\n.. image:: /images/a.png\n   :alt: A\n\n\n\n"
        f"See `the other <{URL}/blog/b/>`__."
    )
    assert reading.removed == ("directive post-list",)


def test_preview_images(tmp_path: Path) -> None:
    """`previewimage` is relative to the page; images lie where IMAGE_FOLDERS says."""
    pixel = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff!\xf9\x04\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;"
    head = "<!--\n.. title: T\n.. date: 2024-01-31\n.. previewimage: {}\n-->\n\nText.\n"
    files: dict[str, str | bytes] = {
        "posts/a.md": head.format("/images/a.gif"),
        "posts/b.md": head.format("b.gif"),
        "images/a.gif": pixel,
    }
    site = _alone(tmp_path, _POSTS, files)
    one, two = site.entry("a.md").image, site.entry("b.md").image
    assert one is not None and two is not None
    assert (one.url, one.length, one.width) == (f"{URL}/images/a.gif", len(pixel), 1)
    assert (two.url, two.length) == (f"{URL}/blog/b/b.gif", 0)


def test_future_posts(tmp_path: Path) -> None:
    """A date to come is an embargo, unless FUTURE_IS_NOW."""
    post: dict[str, str | bytes] = {"posts/a.md": "<!--\n.. title: T\n.. date: 2090-01-31\n-->\n\nText.\n"}
    assert _alone(tmp_path / "a", _POSTS, post).entry("a.md").publish_at is not None
    assert _alone(tmp_path / "b", _POSTS + "FUTURE_IS_NOW = True", post).entry("a.md").publish_at is None


@pytest.mark.parametrize("zone", ["Mars/Base", "Europe"])  # the second is a folder of zones
def test_settings_that_cannot_be_used(tmp_path: Path, zone: str) -> None:
    """Each is named, with what counts instead."""
    conf = f"{_POSTS}import os\nFILE_METADATA_REGEXP = r'(a+)+'\nPRETTY_URLS = bool(os.environ)\nTIMEZONE = {zone!r}\n"
    site = _alone(tmp_path, conf, {"posts/a.md": "<!--\n.. title: T\n.. date: 2024-01-31\n-->\n\nText.\n"})
    assert [text.partition("conf.py: ")[2] for text in site.warnings] == [
        "PRETTY_URLS is computed on line 4, which feedd does not do - its default counts",
        "FILE_METADATA_REGEXP is one that may take for ever - it is left out",
        f'TIMEZONE "{zone}" is not known - UTC is used',
    ]
    assert site.entry("a.md").url == f"{URL}/blog/a/"


def test_settings_that_are_no_python() -> None:
    """A syntax error stops the preset, with its line."""
    with pytest.raises(GeneratorError) as caught:
        kind("nikola").make({"conf.py": "POSTS = (\n"}, "posts")
    assert (caught.value.path, caught.value.line) == ("conf.py", 1)


def test_nothing_that_a_file_holds_stops_it(tmp_path: Path) -> None:
    """Heads with odd values become entries or messages."""
    odd = ["date: [1]", "tags: {a: b}", "category: [x]", "author: {name: n}", "slug: [s]", "status: []", "title: [t]",
           "previewimage: {}", "pretty_url: [x]", "updated: .inf"]  # fmt: skip
    files: dict[str, str | bytes] = {
        f"posts/{number}.md": f"---\ntitle: T\ndate: 2024-01-31\n{line}\n---\n\nText.\n"
        for number, line in enumerate(odd)
    }
    site = _alone(tmp_path, _POSTS, files)
    assert len(site.readings) == len(odd)
    assert all(isinstance(each, Reading) for each in site.readings.values())
