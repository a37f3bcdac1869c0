"""Which feeds an entry belongs to."""

from __future__ import annotations

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
    assert select.matches(query, ENTRY) is matches


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
    feeds = select.feeds_of(ENTRY, [Feed(f"by/{{{each}}}", f"About {{{each}}}", each=each)])
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
    assert [feed.path for feed in select.feeds_of(entry("a.md", tags=ENTRY.tags, feeds=names), FEEDS)] == paths


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


def test_two_definitions_that_meet_in_one_path_are_one_feed() -> None:
    """The first one in the settings counts."""
    feeds = [Feed("tags/python", "Ours"), Feed("tags/{tag}", "{tag}", each="tag")]
    assert [feed.title for feed in select.feeds_of(ENTRY, feeds)] == ["Ours", "C++"]
