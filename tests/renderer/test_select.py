"""Which feeds an entry belongs to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC

import pytest

from feedd.model import Feed, Person, Query
from feedd.renderer import select
from tests.support.make import entry

ENTRY = entry("news/eu/a.md", tags=("Python", "C++"), categories=("World",), authors=(Person("Ann"), Person("Bo")))


@pytest.mark.parametrize(
    ("query", "matches"),
    [
        (Query(), True),
        (Query(sources=("posts",)), True),
        (Query(sources=("other",)), False),
        (Query(folders=("news",)), True),
        (Query(folders=("/news/eu/",)), True),
        (Query(folders=("new",)), False),
        (Query(folders=("sport", "news")), True),
        (Query(tags=("PYTHON",)), True),
        (Query(tags=("c",)), False),
        (Query(categories=("world",)), True),
        (Query(authors=("bo",)), True),
        (Query(authors=("cy",)), False),
        (Query(tags=("python",), authors=("cy",)), False),
        (Query(tags=("python", "x"), authors=("cy", "ann")), True),
    ],
    ids=str,
)
def test_fields_are_and_and_values_are_or(query: Query, matches: bool) -> None:
    """An empty field does not restrict; names compare without case; a folder is no prefix of a name."""
    assert select.matches(query, ENTRY, UTC) is matches


@pytest.mark.parametrize(
    ("each", "paths"),
    [
        ("tag", ["by/python", "by/c-plus-plus"]),
        ("category", ["by/world"]),
        ("author", ["by/ann", "by/bo"]),
    ],
)
def test_each_value_is_a_feed(each: str, paths: list[str]) -> None:
    """A definition stands for one feed a value, each with its own path and title."""
    feeds = select.feeds_of(ENTRY, [Feed(f"by/{{{each}}}", f"About {{{each}}}", each=each)], UTC)
    assert [feed.path for feed in feeds] == paths
    assert all(feed.definition == f"by/{{{each}}}" and feed.title == f"About {feed.value}" for feed in feeds)


FEEDS = (Feed("feed", "All"), Feed("news/eu", "EU"), Feed("tags/{tag}", "{tag}", each="tag"))


@pytest.mark.parametrize(
    ("names", "paths"),
    [
        (None, ["feed", "news/eu", "tags/python", "tags/c-plus-plus"]),
        ((), []),
        (("feed",), ["feed"]),
        (("tags/*",), ["tags/python", "tags/c-plus-plus"]),
        (("tags/{tag}",), ["tags/python", "tags/c-plus-plus"]),
        (("tags/python", "news/eu"), ["news/eu", "tags/python"]),
        (("nobody",), []),
    ],
)
def test_an_article_may_name_its_feeds(names: tuple[str, ...] | None, paths: list[str]) -> None:
    """By path, by pattern or by definition; none at all is a choice, too."""
    assert [feed.path for feed in select.feeds_of(entry("a.md", tags=ENTRY.tags, feeds=names), FEEDS, UTC)] == paths


@pytest.mark.parametrize(
    ("names", "unknown"),
    [
        ((), ()),
        (("feed", "tags/*", "tags/{tag}", "tags/rust", "f*", "*"), ()),
        (("mian", "tag/x", "news"), ("mian", "tag/x", "news")),
    ],
)
def test_a_name_that_can_mean_no_feed_is_noticed(names: tuple[str, ...], unknown: tuple[str, ...]) -> None:
    """A tag nobody used yet may come; a misspelt feed will not."""
    assert select.unknown(names, FEEDS) == unknown


@pytest.mark.parametrize("name", ["tags", "categories", "authors", "author", "section", "folder", "language", "title"])
def test_what_an_article_does_not_say_is_null(name: str) -> None:
    """There is nothing by that name, whether it would be a list, a text or nothing else."""
    bare, full = entry("a.md", title=""), replace(ENTRY, language="en")
    for where, holds in ((f"has({name})", False), (f"{name} == null", True), (f"not has({name})", True)):
        assert select.matches(Query(where=where), bare, UTC) is holds
        assert select.matches(Query(where=where), full, UTC) is not holds


@pytest.mark.parametrize(
    ("first", "then", "paths"),
    [
        ("{tag}", "x-{category}", ["python", "c-plus-plus"]),
        ("tags/{tag}", "Tags/{category}", ["tags/python", "tags/c-plus-plus"]),
        ("tags/{tag}", "sections/{category}", ["tags/python", "tags/c-plus-plus", "sections/world"]),
    ],
)
def test_no_feed_has_the_entries_of_two_definitions(first: str, then: str, paths: list[str]) -> None:
    """What the first can make is the first's, also where this entry has no such value."""
    feeds = [Feed(first, "{tag}", each="tag"), Feed(then, "{category}", each="category")]
    assert [feed.path for feed in select.feeds_of(ENTRY, feeds, UTC)] == paths


def test_a_feed_of_the_settings_is_not_made_besides() -> None:
    """The first one in the settings counts."""
    feeds = [Feed("tags/python", "Ours"), Feed("tags/{tag}", "{tag}", each="tag")]
    assert [feed.title for feed in select.feeds_of(ENTRY, feeds, UTC)] == ["Ours", "C++"]


ASKED = entry("news/eu/a.MD", tags=("Python",), language="en-GB", matter='{"rating":4}')


@pytest.mark.parametrize(
    ("query", "matches"),
    [
        (Query(languages=("en",)), True),
        (Query(languages=("EN-gb", "de")), True),
        (Query(languages=("e", "en-US")), False),
        (Query(file_types=("html", "md")), True),
        (Query(file_types=("html",)), False),
        (Query(where="rating >= 4"), True),
        (Query(where="rating > 4"), False),
        (Query(where="rating >= 4", tags=("rust",)), False),
        (Query(all=(Query(tags=("python",)), Query(where="section == 'news'"))), True),
        (Query(all=(Query(tags=("python",)), Query(tags=("rust",)))), False),
        (Query(any=(Query(tags=("rust",)), Query(folders=("news",)))), True),
        (Query(any=(Query(tags=("rust",)), Query(folders=("essays",)))), False),
        (Query(none=(Query(tags=("rust",)), Query(folders=("essays",)))), True),
        (Query(none=(Query(tags=("rust",)), Query(folders=("news",)))), False),
        (Query(none=(Query(any=(Query(tags=("rust",)),), none=(Query(where="true"),)),)), True),
    ],
    ids=str,
)
def test_choices_combine(query: Query, matches: bool) -> None:
    """All of `all`, one of `any`, none of `none`, and whatever stands beside them."""
    assert select.matches(query, ASKED, UTC) is matches
    assert not select.matches(Query(languages=("en",)), entry("a.md"), UTC)


@pytest.mark.parametrize(
    ("each", "path", "value"),
    [("section", "by/news", "news"), ("language", "by/en-gb", "en-GB"), ("year", "by/2026", "2026")],
)
def test_feeds_of_sections_languages_and_years(each: str, path: str, value: str) -> None:
    """Made as those of tags are; a feed of a language has it."""
    (feed,) = select.feeds_of(ASKED, [Feed(f"by/{{{each}}}", f"{{{each}}}", each=each)], UTC)
    assert (feed.path, feed.title) == (path, value)
    assert feed.language == ("en-GB" if each == "language" else None)
    assert select.feeds_of(entry("a.md"), [Feed("{section}", "{section}", each="section")], UTC) == ()


def test_titles_have_the_value_and_paths_its_slug() -> None:
    """A value that looks like a placeholder stays as it is."""
    made = Feed("t/{slug}/{value}", "{value} ({slug})", "About {tag}", each="tag")
    (feed,) = select.feeds_of(entry("a.md", tags=("{slug} C++",)), [made], UTC)
    slug = feed.path.rpartition("/")[2]
    assert (feed.title, feed.description) == (f"{{slug}} C++ ({slug})", "About {slug} C++")
    assert feed.path == f"t/{slug}/{slug}"


@pytest.mark.parametrize("template", ["tags/{tag}", "Tags/{tag}"])
def test_a_feed_of_the_settings_wins(template: str) -> None:
    """An article that only has the tag is not in the fixed feed of the tag's path, and makes no second one."""
    feeds = [Feed(template, "{tag}", each="tag"), Feed("Tags/Python", "Ours", query=Query(folders=("x",)))]
    found = [feed.path for feed in select.feeds_of(ENTRY, feeds, UTC)]
    assert found == [template.replace("{tag}", "c-plus-plus")]


def test_pages_of_the_whole_site_are_never_taken() -> None:
    """A tag "Index" makes no index.html beside its feed."""
    paths = [select.concrete(Feed("{tag}", "{tag}", each="tag"), value).path for value in ("Index", "feeds", "Feed")]
    assert paths[2] == "feed"
    assert paths[0].startswith("index-") and paths[1].startswith("feeds-") and len({*paths}) == 3
