"""Every field of an entry, and of the nouns in it, in each format and in both kinds of feeds: where a reader finds it,
or why nowhere. A field that is added to a noun fails here until somebody says which."""

from __future__ import annotations

import json
from typing import Any

import pytest
from lxml import etree

from feedd.model import Feed, FeedItem
from feedd.renderer import render
from tests.renderer.everything import FEED, ITEMS, PODCAST, snapshot
from tests.renderer.spoken import PREFIXES, lost, names, values
from tests.renderer.words_of_entries import ATOM, JSON, RSS
from tests.renderer.words_of_episodes import PODCASTS

KINDS = {"normal": (FEED, {"rss": RSS, "atom": ATOM, "json": JSON}), "podcast": (PODCAST, PODCASTS)}
EVERY = [(kind, format) for kind in KINDS for format in ("rss", "atom", "json")]


def written(feed: Feed, format: str) -> list[Any]:
    """What stands for each item, as a parser that is not ours finds it."""
    (document,) = render.render(snapshot(feed, format), render.Fragments())
    if format == "json":
        return list(json.loads(document.data)["items"])
    return list(etree.fromstring(document.data).xpath("//item | //a:entry", namespaces=PREFIXES))


@pytest.mark.parametrize(("kind", "format"), EVERY)
def test_every_field_is_spoken_of(kind: str, format: str) -> None:
    """A new field has its place in each format, or the reason why it has none."""
    table = KINDS[kind][1][format]
    assert set(names(FeedItem)) == set(table)


@pytest.mark.parametrize(("kind", "format"), EVERY)
def test_every_field_is_said(kind: str, format: str) -> None:
    """Where the table says, letter by letter and in order; and nothing there where the entry says nothing."""
    feed, tables = KINDS[kind]
    found = written(feed, format)
    assert len(found) == len(ITEMS)
    missing = [
        f"{i.entry.id}: {each}" for i, x in zip(ITEMS, found, strict=True) for each in lost(i, x, tables[format])
    ]
    assert not missing, "\n".join(missing)


def test_the_entries_say_everything() -> None:
    """Or the comparison would prove nothing: each field that is compared has a value in some entry."""
    compared = {
        name
        for _, tables in KINDS.values()
        for table in tables.values()
        for name, said in table.items()
        if not isinstance(said, str)
    }
    silent = {name for name in compared if not any(values(item, name) for item in ITEMS)}
    assert not silent
