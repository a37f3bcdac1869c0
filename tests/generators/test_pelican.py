"""Pelican: small odd sites, and what Pelican 4.12 itself says of each article."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from feedd.generators import GeneratorError, kind
from feedd.normalizer.normalize import Reading
from tests.support.scratch_site import URL, ScratchSite, build

CONF = """\
from datetime import date
AUTHOR = "The Desk"
SITENAME = "Ann"
SITEURL = ""
PATH = "content"
TIMEZONE = "Europe/Prague"
DEFAULT_LANG = "en"
BASE = "{date:%Y}/{date:%b}/{date:%-d}"
ARTICLE_URL = BASE + "/{slug}/"
ARTICLE_SAVE_AS = ARTICLE_URL + "index.html"
ARTICLE_LANG_URL = "{lang}/{category}/{slug}.html"
ARTICLE_LANG_SAVE_AS = ARTICLE_LANG_URL
ARTICLE_PATHS = ["blog", "notes/short"]
ARTICLE_EXCLUDES = ["blog/old"]
PAGE_PATHS = ["pages", "blog/pages"]
FILENAME_METADATA = r"(?P<date>\\d{4}-\\d{2}-\\d{2})_(?P<slug>.*)"
PATH_METADATA = r"blog/(?P<series>[^/]*)/.*"
EXTRA_PATH_METADATA = {
    "blog/letters": {"status": "draft"},
    "extra/robots.txt": {"path": "robots.txt"},
}
DEFAULT_METADATA = {"tags": "everywhere"}
READERS = {"html": None}
STATIC_PATHS = ["images", "extra"]
COPYRIGHT_YEAR = date.today().year
MARKDOWN = {"extension_configs": {"markdown.extensions.toc": {}, "markdown.extensions.meta": {}}}
"""


def _head(text: str = "Some text.", **head: str) -> str:
    return "".join(f"{key}: {value}\n" for key, value in head.items()) + f"\n{text}\n"


_DATE = "2024-01-31 10:00"
ARTICLES: dict[str, str] = {
    "blog/plain.md": _head(
        Title="A plain article", Date=_DATE, Tags="one, two words", Category="News", Summary="Short."
    ),
    "blog/order.md": _head(Date=_DATE, Slug="own-slug", Title="The title stands last"),
    "blog/lower.md": _head(title="Keys in lower case", date=_DATE, tags="single tag"),
    "blog/close.md": "Title:No blank\nDate:2024-01-31 10:00\nTags:a;b, c;d\n\nText.\n",
    "blog/indented.md": "Title: A long value\nDate: 2024-01-31\nSummary: One\n    and two\nTags: x,\n    y\n\nText.\n",
    "blog/twice.md": "Title: First\nDate: 2024-01-31\nTags: a\nTags: b\nCategory: C\nCategory: D\n\nText.\n",
    "blog/no-gap.md": "Title: No blank line\nDate: 2024-01-31\nThe text begins at once.\n\nMore.\n",
    "blog/2024-02-01_from-name.md": _head(Title="Date and slug from the name"),
    "blog/2024-02-02_beaten.md": _head(Title="The head beats the name", Date="2024-02-03", Slug="head"),
    "blog/deep/er/folder.md": _head(Title="The folder is the category", Date=_DATE),
    "blog/series/part.md": _head(Title="From the path", Date=_DATE, Category=""),
    "blog/letters/one.md": _head(Title="From the settings", Date=_DATE),
    "blog/letters/two.md": _head(Title="Beats the settings", Date=_DATE, Status="published", Author="Ann Lee"),
    "blog/authors.md": _head(Title="Authors", Date=_DATE, Authors="Ann Lee, Bob Ray"),
    "blog/authors2.md": _head(Title="Authors turned round", Date=_DATE, Authors="Lee, Ann; Ray, Bob"),
    "blog/both.md": _head(Title="Both kinds", Date=_DATE, Author="One, Two", Authors="Three, Four"),
    "blog/author.md": _head(Title="One author", Date=_DATE, Author="Ann Lee"),
    "blog/draft.md": _head(Title="A draft", Date=_DATE, Status="draft"),
    "blog/draft-case.md": _head(Title="A draft in capitals", Date=_DATE, Status="DRAFT"),
    "blog/dateless.md": _head(Title="A draft without a date", Status="draft"),
    "blog/hidden.md": _head(Title="Hidden", Date=_DATE, Status="hidden"),
    "blog/skip.md": _head(Title="Skipped", Date=_DATE, Status="skip"),
    "blog/unknown.md": _head(Title="Unknown status", Date=_DATE, Status="ready"),
    "blog/undated.md": _head(Title="No date at all"),
    "blog/untitled.md": _head(Date=_DATE, Tags="x"),
    "blog/future.md": _head(Title="To come", Date="2090-01-31 10:00"),
    "blog/french.md": _head(Title="Une histoire", Date=_DATE, Lang="fr", Slug="story"),
    "blog/english.md": _head(Title="A story", Date=_DATE, Lang="en", Slug="story"),
    "blog/french-alone.md": _head(Title="Été à Nîmes", Date=_DATE, Lang="fr"),
    "blog/url.md": _head(Title="Own address", Date=_DATE, url="special/here/", save_as="special/here/index.html"),
    "blog/save.md": _head(Title="Own file", Date=_DATE, save_as="only/file.html"),
    "blog/month.md": _head(Title="Month first", Date="03/04/2024 10:00"),
    "blog/day.md": _head(Title="Day first", Date="30/04/2024"),
    "blog/words.md": _head(Title="A date in words", Date="2 December 2010 10:14"),
    "blog/words2.md": _head(Title="Another date in words", Date="Thu, 02 Dec 2010 10:14:00 +0100"),
    "blog/underscore.md": _head(Title="A date with underscores", Date="2024-02-05_10:14"),
    "blog/zone.md": _head(Title="A zone of its own", Date="2024-01-31T23:30:00-05:00"),
    "blog/modified.md": _head(Title="Modified", Date=_DATE, Modified="2024-03-01 09:00"),
    "blog/umlaut.md": _head(Title="Größe & Maße – ein Überblick", Date=_DATE),
    "blog/cyrillic.md": _head(Title="Ещё одна Щука", Date=_DATE),
    "blog/greek.md": _head(Title="Ψυχή και σώμα", Date=_DATE),
    "blog/signs.md": _head(Title="C++ / C#: 100% “new” — it’s £5…", Date=_DATE),
    "blog/markup.md": _head(Title="A <em>b</em> &amp; c", Date=_DATE),
    "blog/blanks.md": _head(Title="  Many   blanks - - here  ", Date=_DATE),
    "blog/emoji.md": _head(Title="Party 🎉 time", Date=_DATE),
    "blog/colon.md": _head(Title="Colon: after", Date=_DATE),
    "blog/tagless.md": _head(Title="No tags", Date=_DATE, Tags=""),
    "blog/rest.rst": "reStructuredText\n################\n\n:date: 2024-01-31 10:00\n:tags: r, s t\n:category: R\n"
    ":author: Ann Lee\n:slug: rest\n:modified: 2024-02-01\n\nText.\n",
    "blog/rest-authors.rst": "Two *authors* of ``code``\n#########################\n\n:date: 2024-01-31\n"
    ":authors: Ann Lee, Bob Ray\n:tags: single tag\n:url: from/rest/\n\nText.\n",
    "blog/links.md": _head(
        Title="Links",
        Date=_DATE,
        text="[a]({filename}plain.md#part) [b]({filename}/notes/short/one.md) [c]({filename}deep/er/folder.md)"
        " ![d]({static}/images/a.png) ![e]({attach}pics/b.png) [f]({tag}Two Words) [g]({category}News) [h]({index})"
        " [i](<{author}Ann Lee>) [j](|filename|plain.md) [k]({static}/extra/robots.txt) [l]({filename}none.md)"
        "\n\n[TOC]",
    ).replace("({tag}Two Words)", "(<{tag}Two Words>)"),
    "notes/short/one.md": _head(Title="In the second folder", Date=_DATE),
    "notes/long/two.md": _head(Title="In neither folder", Date=_DATE),
    "blog/old/gone.md": _head(Title="In an excluded folder", Date=_DATE),
    "blog/pages/about.md": _head(Title="A page", Date=_DATE),
    "blog/page.html": "<html><head><title>Not read</title></head><body>Text</body></html>",
    "blog/notes.txt": "Title: Not read either\nDate: 2024-01-31\n\nText\n",
    "top.md": _head(Title="Above the folders", Date=_DATE),
}
PIXEL = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\x9cc\xfa\xcf\0\0\0\x02\0"
    b"\x01\xe2!\xbc3\0\0\0\0IEND\xaeB`\x82"
)
SITE: dict[str, str | bytes] = {
    "pelicanconf.py": CONF,
    "publishconf.py": "from pelicanconf import *\nSITEURL = 'https://ann.example'\nRELATIVE_URLS = False\n",
    "content/images/a.png": PIXEL,
    "content/blog/pics/b.png": PIXEL,
    "content/extra/robots.txt": "User-agent: *\n",
    **{f"content/{path}": text for path, text in ARTICLES.items()},
}

# Recorded: path: (address, title, date in UTC, categories, tags, authors)
RECORDED: dict[str, tuple[Any, ...]] = {
    "blog/2024-02-01_from-name.md": (
        "/2024/Feb/1/from-name/",
        "Date and slug from the name",
        "2024-01-31 23:00:00",
        ("blog",),
        ("everywhere",),
        ("The Desk",),
        "published",
        "en",
    ),
    "blog/2024-02-02_beaten.md": (
        "/2024/Feb/3/head/",
        "The head beats the name",
        "2024-02-02 23:00:00",
        ("blog",),
        ("everywhere",),
        ("The Desk",),
        "published",
        "en",
    ),
    "blog/author.md": (
        "/2024/Jan/31/one-author/",
        "One author",
        "2024-01-31 09:00:00",
        ("blog",),
        ("everywhere",),
        ("Ann Lee",),
        "published",
        "en",
    ),
    "blog/authors.md": (
        "/2024/Jan/31/authors/",
        "Authors",
        "2024-01-31 09:00:00",
        ("blog",),
        ("everywhere",),
        ("Ann Lee", "Bob Ray"),
        "published",
        "en",
    ),
    "blog/authors2.md": (
        "/2024/Jan/31/authors-turned-round/",
        "Authors turned round",
        "2024-01-31 09:00:00",
        ("blog",),
        ("everywhere",),
        ("Lee, Ann", "Ray, Bob"),
        "published",
        "en",
    ),
    "blog/blanks.md": (
        "/2024/Jan/31/many-blanks-here/",
        "Many blanks - - here",
        "2024-01-31 09:00:00",
        ("blog",),
        ("everywhere",),
        ("The Desk",),
        "published",
        "en",
    ),
    "blog/both.md": (
        "/2024/Jan/31/both-kinds/",
        "Both kinds",
        "2024-01-31 09:00:00",
        ("blog",),
        ("everywhere",),
        ("Three", "Four"),
        "published",
        "en",
    ),
    "blog/close.md": (
        "/2024/Jan/31/no-blank/",
        "No blank",
        "2024-01-31 09:00:00",
        ("blog",),
        ("a", "b, c", "d"),
        ("The Desk",),
        "published",
        "en",
    ),
    "blog/colon.md": (
        "/2024/Jan/31/colon-after/",
        "Colon: after",
        "2024-01-31 09:00:00",
        ("blog",),
        ("everywhere",),
        ("The Desk",),
        "published",
        "en",
    ),
    "blog/cyrillic.md": (
        "/2024/Jan/31/eshchio-odna-shchuka/",
        "Ещё одна Щука",
        "2024-01-31 09:00:00",
        ("blog",),
        ("everywhere",),
        ("The Desk",),
        "published",
        "en",
    ),
    "blog/dateless.md": (
        "/drafts/a-draft-without-a-date.html",
        "A draft without a date",
        None,
        ("blog",),
        ("everywhere",),
        ("The Desk",),
        "draft",
        "en",
    ),
    "blog/day.md": (
        "/2024/Apr/30/day-first/",
        "Day first",
        "2024-04-29 22:00:00",
        ("blog",),
        ("everywhere",),
        ("The Desk",),
        "published",
        "en",
    ),
    "blog/deep/er/folder.md": (
        "/2024/Jan/31/the-folder-is-the-category/",
        "The folder is the category",
        "2024-01-31 09:00:00",
        ("er",),
        ("everywhere",),
        ("The Desk",),
        "published",
        "en",
    ),
    "blog/draft-case.md": (
        "/drafts/a-draft-in-capitals.html",
        "A draft in capitals",
        "2024-01-31 09:00:00",
        ("blog",),
        ("everywhere",),
        ("The Desk",),
        "draft",
        "en",
    ),
    "blog/draft.md": (
        "/drafts/a-draft.html",
        "A draft",
        "2024-01-31 09:00:00",
        ("blog",),
        ("everywhere",),
        ("The Desk",),
        "draft",
        "en",
    ),
    "blog/emoji.md": (
        "/2024/Jan/31/party-time/",
        "Party 🎉 time",
        "2024-01-31 09:00:00",
        ("blog",),
        ("everywhere",),
        ("The Desk",),
        "published",
        "en",
    ),
    "blog/english.md": (
        "/2024/Jan/31/story/",
        "A story",
        "2024-01-31 09:00:00",
        ("blog",),
        ("everywhere",),
        ("The Desk",),
        "published",
        "en",
    ),
    "blog/french-alone.md": (
        "/fr/blog/ete-a-nimes.html",
        "Été à Nîmes",
        "2024-01-31 09:00:00",
        ("blog",),
        ("everywhere",),
        ("The Desk",),
        "published",
        "fr",
    ),
    "blog/french.md": (
        "/fr/blog/story.html",
        "Une histoire",
        "2024-01-31 09:00:00",
        ("blog",),
        ("everywhere",),
        ("The Desk",),
        "published",
        "fr",
    ),
    "blog/future.md": (
        "/2090/Jan/31/to-come/",
        "To come",
        "2090-01-31 09:00:00",
        ("blog",),
        ("everywhere",),
        ("The Desk",),
        "published",
        "en",
    ),
    "blog/greek.md": (
        "/2024/Jan/31/psukhe-kai-soma/",
        "Ψυχή και σώμα",
        "2024-01-31 09:00:00",
        ("blog",),
        ("everywhere",),
        ("The Desk",),
        "published",
        "en",
    ),
    "blog/hidden.md": (
        "/2024/Jan/31/hidden/",
        "Hidden",
        "2024-01-31 09:00:00",
        ("blog",),
        ("everywhere",),
        ("The Desk",),
        "hidden",
        "en",
    ),
    "blog/indented.md": (
        "/2024/Jan/31/a-long-value/",
        "A long value",
        "2024-01-30 23:00:00",
        ("blog",),
        ("x",),
        ("The Desk",),
        "published",
        "en",
    ),
    "blog/letters/one.md": (
        "/drafts/from-the-settings.html",
        "From the settings",
        "2024-01-31 09:00:00",
        ("letters",),
        ("everywhere",),
        ("The Desk",),
        "draft",
        "en",
    ),
    "blog/letters/two.md": (
        "/2024/Jan/31/beats-the-settings/",
        "Beats the settings",
        "2024-01-31 09:00:00",
        ("letters",),
        ("everywhere",),
        ("Ann Lee",),
        "published",
        "en",
    ),
    "blog/links.md": (
        "/2024/Jan/31/links/",
        "Links",
        "2024-01-31 09:00:00",
        ("blog",),
        ("everywhere",),
        ("The Desk",),
        "published",
        "en",
    ),
    "blog/lower.md": (
        "/2024/Jan/31/keys-in-lower-case/",
        "Keys in lower case",
        "2024-01-31 09:00:00",
        ("blog",),
        ("single tag",),
        ("The Desk",),
        "published",
        "en",
    ),
    "blog/markup.md": (
        "/2024/Jan/31/a-b-c/",
        "A b & c",
        "2024-01-31 09:00:00",
        ("blog",),
        ("everywhere",),
        ("The Desk",),
        "published",
        "en",
    ),
    "blog/modified.md": (
        "/2024/Jan/31/modified/",
        "Modified",
        "2024-01-31 09:00:00",
        ("blog",),
        ("everywhere",),
        ("The Desk",),
        "published",
        "en",
    ),
    "blog/month.md": (
        "/2024/Mar/4/month-first/",
        "Month first",
        "2024-03-04 09:00:00",
        ("blog",),
        ("everywhere",),
        ("The Desk",),
        "published",
        "en",
    ),
    "blog/no-gap.md": (
        "/2024/Jan/31/no-blank-line/",
        "No blank line",
        "2024-01-30 23:00:00",
        ("blog",),
        ("everywhere",),
        ("The Desk",),
        "published",
        "en",
    ),
    "blog/order.md": (
        "/2024/Jan/31/own-slug/",
        "The title stands last",
        "2024-01-31 09:00:00",
        ("blog",),
        ("everywhere",),
        ("The Desk",),
        "published",
        "en",
    ),
    "blog/plain.md": (
        "/2024/Jan/31/a-plain-article/",
        "A plain article",
        "2024-01-31 09:00:00",
        ("News",),
        ("one", "two words"),
        ("The Desk",),
        "published",
        "en",
    ),
    "blog/rest-authors.rst": (
        "/from/rest/",
        "Two authors of code",
        "2024-01-30 23:00:00",
        ("blog",),
        ("single tag",),
        ("Ann Lee", "Bob Ray"),
        "published",
        "en",
    ),
    "blog/rest.rst": (
        "/2024/Jan/31/rest/",
        "reStructuredText",
        "2024-01-31 09:00:00",
        ("R",),
        ("r", "s t"),
        ("Ann Lee",),
        "published",
        "en",
    ),
    "blog/save.md": (
        "/2024/Jan/31/own-file/",
        "Own file",
        "2024-01-31 09:00:00",
        ("blog",),
        ("everywhere",),
        ("The Desk",),
        "published",
        "en",
    ),
    "blog/series/part.md": (
        "/2024/Jan/31/from-the-path/",
        "From the path",
        "2024-01-31 09:00:00",
        ("series",),
        ("everywhere",),
        ("The Desk",),
        "published",
        "en",
    ),
    "blog/signs.md": (
        "/2024/Jan/31/c-c-100-new-its-ps5/",
        "C++ / C#: 100% “new” — it’s £5…",
        "2024-01-31 09:00:00",
        ("blog",),
        ("everywhere",),
        ("The Desk",),
        "published",
        "en",
    ),
    "blog/tagless.md": (
        "/2024/Jan/31/no-tags/",
        "No tags",
        "2024-01-31 09:00:00",
        ("blog",),
        ("everywhere",),
        ("The Desk",),
        "published",
        "en",
    ),
    "blog/twice.md": (
        "/2024/Jan/31/first/",
        "First",
        "2024-01-30 23:00:00",
        ("C",),
        ("a",),
        ("The Desk",),
        "published",
        "en",
    ),
    "blog/umlaut.md": (
        "/2024/Jan/31/grosse-masse-ein-uberblick/",
        "Größe & Maße – ein Überblick",
        "2024-01-31 09:00:00",
        ("blog",),
        ("everywhere",),
        ("The Desk",),
        "published",
        "en",
    ),
    "blog/underscore.md": (
        "/2024/Feb/5/a-date-with-underscores/",
        "A date with underscores",
        "2024-02-05 09:14:00",
        ("blog",),
        ("everywhere",),
        ("The Desk",),
        "published",
        "en",
    ),
    "blog/url.md": (
        "/special/here/",
        "Own address",
        "2024-01-31 09:00:00",
        ("blog",),
        ("everywhere",),
        ("The Desk",),
        "published",
        "en",
    ),
    "blog/words.md": (
        "/2010/Dec/2/a-date-in-words/",
        "A date in words",
        "2010-12-02 09:14:00",
        ("blog",),
        ("everywhere",),
        ("The Desk",),
        "published",
        "en",
    ),
    "blog/words2.md": (
        "/2010/Dec/2/another-date-in-words/",
        "Another date in words",
        "2010-12-02 09:14:00",
        ("blog",),
        ("everywhere",),
        ("The Desk",),
        "published",
        "en",
    ),
    "blog/zone.md": (
        "/2024/Jan/31/a-zone-of-its-own/",
        "A zone of its own",
        "2024-02-01 04:30:00",
        ("blog",),
        ("everywhere",),
        ("The Desk",),
        "published",
        "en",
    ),
    "notes/short/one.md": (
        "/2024/Jan/31/in-the-second-folder/",
        "In the second folder",
        "2024-01-31 09:00:00",
        ("short",),
        ("everywhere",),
        ("The Desk",),
        "published",
        "en",
    ),
}

# Pelican gives no list of these at all: not an article, no date, no title, or a status that it does not know.
LEFT_OUT = {"blog/skip.md", "blog/unknown.md", "blog/undated.md", "blog/untitled.md"}
NO_ARTICLES = {
    "notes/long/two.md", "blog/old/gone.md", "blog/pages/about.md", "blog/page.html", "blog/notes.txt", "top.md",
}  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> ScratchSite:
    return build(tmp_path_factory.mktemp("pelican"), "pelican", SITE, "content", "Europe/Prague")


def _row(site: ScratchSite, path: str) -> tuple[Any, ...]:
    entry = site.entry(path)
    return (
        entry.url.removeprefix(URL),
        entry.title,
        f"{entry.published:%Y-%m-%d %H:%M:%S}",
        entry.categories,
        entry.tags,
        tuple(author.name for author in entry.authors),
        entry.draft,
        entry.language,
    )


@pytest.mark.parametrize("path", sorted(RECORDED))
def test_as_pelican_has_it(site: ScratchSite, path: str) -> None:
    """Address, title, date, labels, authors, status and language are Pelican's own."""
    url, title, date, categories, tags, authors, status, language = RECORDED[path]
    found = _row(site, path)
    if date is None:  # a draft without a date is the last one of all times
        found = (*found[:2], None, *found[3:])
    assert found == (url, title, date, categories, tags, authors, status != "published", language)


def test_which_files_are_articles(site: ScratchSite) -> None:
    """What Pelican leaves out is not read, and what it refuses is a draft that says why."""
    assert set(site.readings) == RECORDED.keys() | LEFT_OUT
    assert set(ARTICLES) == RECORDED.keys() | LEFT_OUT | NO_ARTICLES
    assert [site.entry(path).draft for path in sorted(LEFT_OUT)] == [True] * 4
    assert site.rules("blog/undated.md")["draft"] == "Pelican publishes nothing without a date"
    assert site.rules("blog/unknown.md")["draft"] == "front matter, status ready"


def test_what_is_computed_matters_only_where_it_is_used(site: ScratchSite) -> None:
    """COPYRIGHT_YEAR is computed, and nobody needs it."""
    assert site.warnings == ()


def test_future_dates_are_no_embargo(site: ScratchSite) -> None:
    """WITH_FUTURE_DATES is on unless the settings say otherwise."""
    assert site.entry("blog/future.md").publish_at is None


def test_links(site: ScratchSite) -> None:
    """{filename}, {static}, {attach}, {tag}, {category}, {author} and {index} go where Pelican sends them."""
    links = dict(site.entry("blog/links.md").references)
    day = f"{URL}/2024/Jan/31"
    assert links == {
        "{filename}plain.md#part": f"{day}/a-plain-article/#part",
        "|filename|plain.md": f"{day}/a-plain-article/",
        "{filename}/notes/short/one.md": f"{day}/in-the-second-folder/",
        "{filename}deep/er/folder.md": f"{day}/the-folder-is-the-category/",
        "{filename}none.md": f"{URL}/blog/none.md",
        "{static}/images/a.png": f"{URL}/images/a.png",
        "{static}/extra/robots.txt": f"{URL}/robots.txt",
        "{attach}pics/b.png": f"{day}/links/pics/b.png",
        "{tag}Two Words": f"{URL}/tag/two-words.html",
        "{category}News": f"{URL}/category/news.html",
        "{author}Ann Lee": f"{URL}/author/ann-lee.html",
        "{index}": f"{URL}/index.html",
    }
    assert "[TOC]" not in site.entry("blog/links.md").body


def test_the_head_is_explained(site: ScratchSite) -> None:
    """Each field says which of Pelican's sources it comes from."""
    rules = site.rules("blog/2024-02-01_from-name.md")
    assert (rules["date"], rules["categories"], rules["tags"], rules["authors"]) == (
        "file name, ISO 8601",
        "folder name",
        "DEFAULT_METADATA in pelicanconf.py",
        "AUTHOR in pelicanconf.py",
    )
    assert rules["url"] == "the rules of pelican"


def _alone(tmp_path: Path, conf: str, article: str, path: str = "content/a.md", source: str = "content") -> ScratchSite:
    return build(tmp_path, "pelican", {"pelicanconf.py": conf, path: article}, source)


_ARTICLE = "Title: The C++ Way\nDate: 2024-01-31 23:30\nCategory: My News\n\nText.\n"


@pytest.mark.parametrize(
    ("conf", "url"),
    [
        ("PATH='content'", "/the-c-way.html"),
        ("PATH='content'\nSLUGIFY_SOURCE='basename'", "/a.html"),
        ("PATH='content'\nSLUGIFY_PRESERVE_CASE=True", "/The-C-Way.html"),
        ("PATH='content'\nSLUG_SUBSTITUTIONS=(('C++', 'cpp'),)", "/the-cpp-way.html"),
        ("PATH='content'\nSLUG_SUBSTITUTIONS=(('C++ ', 'c+ ', True),)", "/the c+ way.html"),
        ("PATH='content'\nSLUG_REGEX_SUBSTITUTIONS=[(r'\\s', '_')]", "/the_c++_way.html"),
        ("PATH='content'\nARTICLE_URL='{category}/{slug}'", "/my-news/the-c-way"),
        ("PATH='content'\nARTICLE_URL='{author}/{slug}'\nAUTHOR='Ann Lee'", "/ann-lee/the-c-way"),
        ("PATH='content'\nARTICLE_URL='{date:%y-%-m/%A}/{path}'", "/24-1/Wednesday/a.md"),
        ("PATH='content'\nARTICLE_URL='{date.year}/{slug}'", "/2024/the-c-way"),
        ("PATH='content'\nTIMEZONE='America/New_York'\nARTICLE_URL='{date:%d}/{slug}'", "/31/the-c-way"),
        ("PATH='content'\nif True:\n  ARTICLE_URL='x/{slug}'\nelse:\n  ARTICLE_URL='y'", "/x/the-c-way"),
    ],
)
def test_addresses(tmp_path: Path, conf: str, url: str) -> None:
    """The settings that make addresses, each with what Pelican 4.12 makes of it."""
    assert _alone(tmp_path, conf, _ARTICLE).entry("a.md").url == URL + url.replace(" ", "%20")


@pytest.mark.parametrize(
    ("path", "source", "name"),
    [
        ("content/news/a.md", "content", "news/a.md"),
        ("content/news/a.md", "content/news", "a.md"),
        ("content/news/a.md", ".", "content/news/a.md"),
    ],
)
def test_a_source_above_or_below_the_path(tmp_path: Path, path: str, source: str, name: str) -> None:
    """PATH may be the source, lie in it, or hold it; what Pelican sees is the same."""
    conf = "PATH='content'\nARTICLE_URL='{path}-{category}'\nARTICLE_PATHS=['news']\nPAGE_PATHS=[]"
    article = "Title: Hello\nDate: 2024-01-31\n\n[self]({filename}a.md) ![]({static}/a.png)\n"
    files = {"pelicanconf.py": conf, path: article, "content/else/b.md": article, "readme/c.md": article}
    site = build(tmp_path, "pelican", files, source)
    assert set(site.readings) == {name}
    assert site.entry(name).url == f"{URL}/news/a.md-news"
    assert dict(site.entry(name).references) == {
        "{filename}a.md": f"{URL}/news/a.md-news",
        "{static}/a.png": f"{URL}/a.png",
    }


def test_a_time_is_in_the_zone_of_the_settings(tmp_path: Path) -> None:
    """TIMEZONE counts for times, whatever zone the settings of feedd say."""
    entry = _alone(tmp_path, "PATH='content'\nTIMEZONE='America/New_York'", _ARTICLE).entry("a.md")
    assert f"{entry.published:%Y-%m-%d %H:%M}" == "2024-02-01 04:30"


def test_the_default_date(tmp_path: Path) -> None:
    """DEFAULT_DATE is the date of an article without one; "fs" leaves it to the file."""
    article = "Title: Undated\n\nText.\n"
    fixed = _alone(tmp_path / "a", "PATH='content'\nDEFAULT_DATE=(2012, 3, 2, 14, 1)", article).entry("a.md")
    file = _alone(tmp_path / "b", "PATH='content'\nDEFAULT_DATE='fs'", article).entry("a.md")
    assert (f"{fixed.published:%Y-%m-%d %H:%M}", fixed.draft, file.draft) == ("2012-03-02 14:01", False, False)


def test_a_future_date_is_an_embargo_where_the_settings_say_so(tmp_path: Path) -> None:
    """WITH_FUTURE_DATES off."""
    conf = "PATH='content'\nWITH_FUTURE_DATES=False"
    entry = _alone(tmp_path, conf, "Title: To come\nDate: 2090-01-31\n\nText.\n").entry("a.md")
    assert entry.publish_at is not None


def test_letters_that_take_a_library(tmp_path: Path) -> None:
    """A title in a script without a table is given a readable address and a message, unless Unidecode is there."""
    site = _alone(tmp_path, "PATH='content'", "Title: 你好 世界\nDate: 2024-01-31\n\nText.\n")
    try:
        import unidecode  # noqa: F401
    except ImportError:
        assert [text.partition(" - ")[2] for text in site.problems("a.md")] == [
            'add "Slug: …" to the article, or install Unidecode beside feedd'
        ]
        assert site.entry("a.md").url == f"{URL}/%E4%BD%A0%E5%A5%BD-%E4%B8%96%E7%95%8C.html"
    else:
        assert site.entry("a.md").url == f"{URL}/ni-hao-shi-jie.html"


def test_letters_as_they_are(tmp_path: Path) -> None:
    """SLUGIFY_USE_UNICODE."""
    conf = "PATH='content'\nSLUGIFY_USE_UNICODE=True"
    site = _alone(tmp_path, conf, "Title: 你好 世界\nDate: 2024-01-31\n\nText.\n")
    assert site.problems("a.md") == []
    assert site.entry("a.md").url == f"{URL}/%E4%BD%A0%E5%A5%BD-%E4%B8%96%E7%95%8C.html"


def test_html_articles(tmp_path: Path) -> None:
    """The head of a page is metadata; a <time> in it is none."""
    article = (
        '<html><head><title>Hello</title><meta name="date" content="2024-01-31 10:00">'
        '<meta name="author" content="Ann Lee"></head><body><p>Text</p><time datetime="1999-01-01">then</time></body>'
    )
    site = _alone(tmp_path, "PATH='content'", article, "content/a.html")
    assert _row(site, "a.html")[:3] == ("/hello.html", "Hello", "2024-01-31 10:00:00")
    assert not site.entry("a.html").draft


def test_liquid_tags(tmp_path: Path) -> None:
    """The plugin's tags become plain Markdown where the site uses it; code samples stay."""
    text = (
        '{% img left /images/a.png 350 350 "A title" "Words" %} {% img {static}/b.png Some words %}'
        " {% youtube abc 640 480 %} {% notebook x.ipynb cells[1:] %} `{% img /c.png %}` {% broken"
    )
    article = f"Title: T\nDate: 2024-01-31\n\n{text}\n"
    used = _alone(tmp_path / "a", "PATH='content'\nPLUGINS=['liquid_tags.img', 'summary']", article)
    reading = used.readings["a.md"]
    assert isinstance(reading, Reading)
    watch = "https://www.youtube.com/watch?v=abc"
    assert used.entry("a.md").body == (
        f"![Words](/images/a.png) ![Some words]({{static}}/b.png) [{watch}]({watch})  `{{% img /c.png %}}` {{% broken"
    )
    assert reading.removed == ("tag notebook",)
    assert dict(used.entry("a.md").references) == {"{static}/b.png": f"{URL}/b.png"}
    assert _alone(tmp_path / "b", "PATH='content'", article).entry("a.md").body == text


@pytest.mark.parametrize("zone", ["Mars/Base", "Europe"])  # the second is a folder of zones
def test_settings_that_cannot_be_used(tmp_path: Path, zone: str) -> None:
    """Each is named, with what counts instead."""
    conf = (
        "import os\nPATH='content'\nARTICLE_URL=os.environ['X']\nPATH_METADATA=r'(([^/]*)*)/x'\nTIMEZONE="
        f"{zone!r}\n"
        "TAG_REGEX_SUBSTITUTIONS=[(r'(', '')]\nSLUG_REGEX_SUBSTITUTIONS=[(r'(a+)+', '')]\nDRAFT_URL='{slug!r}'\n"
    )
    site = _alone(tmp_path, conf, _ARTICLE)
    told = [text.partition("pelicanconf.py: ")[2] for text in site.warnings]
    assert told == [
        "ARTICLE_URL is computed on line 3, which feedd does not do - its default counts",
        "DRAFT_URL has places that feedd does not understand - such articles get feedd's own address",
        "PATH_METADATA is a regular expression that may take for ever - it is left out",
        f'TIMEZONE "{zone}" is not known - UTC is used',
        "SLUG_REGEX_SUBSTITUTIONS cannot be used - Pelican's own are used",
        "TAG_REGEX_SUBSTITUTIONS cannot be used - Pelican's own are used",
    ]
    assert site.entry("a.md").url == f"{URL}/the-c-way.html"


def test_settings_that_are_no_python() -> None:
    """A syntax error stops the preset, with its line."""
    with pytest.raises(GeneratorError) as caught:
        kind("pelican").make({"pelicanconf.py": "PATH = 'content'\nAUTHOR = \n"}, "content")
    assert (caught.value.path, caught.value.line) == ("pelicanconf.py", 2)


def test_nothing_that_a_file_holds_stops_it(tmp_path: Path) -> None:
    """Heads with odd values become entries or messages."""
    odd = ["date: [1]", "tags: {a: b}", "category: [x, [y]]", "author: {name: n}", "slug: [s]", "lang: 5", "url: [u]",
           "status: []", "title: [t]", "date: {a: 1}", "authors: [[a]]", "modified: .inf", "save_as: {}"]  # fmt: skip
    files: dict[str, str | bytes] = {
        f"content/{number}.md": f"---\ntitle: T\ndate: 2024-01-31\n{line}\n---\n\nText.\n"
        for number, line in enumerate(odd)
    }
    site = build(tmp_path, "pelican", {"pelicanconf.py": "PATH='content'", **files}, "content")
    assert len(site.readings) == len(odd)
    assert all(isinstance(each, Reading) for each in site.readings.values())
