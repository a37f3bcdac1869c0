"""Who left a feed: named while the feed's last news is not much later, whatever the day."""

from __future__ import annotations

import json
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from feedd.model import FeedSnapshot, Site, Tombstone
from feedd.renderer import render
from tests.support.make import at, feed

SITE = Site("https://ann.example", "https://ann.example", "Ann writes")
MONTH = timedelta(days=30)


def stone(days, id="tag:ann.example,2026:gone"):
    return Tombstone(id, "https://ann.example/gone/", "Gone", at(days=days))


def documents(*tombstones):
    snapshot = FeedSnapshot(feed(), SITE, (), render.updated((), tombstones), tuple(tombstones))
    return {document.format: document.data for document in render.render(snapshot, render.Fragments())}


def test_any_id_is_carried_in_well_formed_documents():
    """A stated id may have every character."""
    id = 'urn:x?a=1&b="2"<\'>é'
    made = documents(stone(0, id))
    (gone,) = etree.fromstring(made["atom"]).iter("{http://purl.org/atompub/tombstones/1.0}deleted-entry")
    assert gone.get("ref") == id
    assert json.loads(made["json"])["_feedd"]["deleted"][0]["id"] == id
    assert b"gone" not in made["rss"]


def test_without_any_no_byte_is_different():
    """The namespace is declared where it is used."""
    made = documents()
    assert b"tombstones" not in made["atom"]
    assert json.loads(made["json"])["_feedd"] == {"generator": "feedd"}


def test_a_fingerprint_covers_them():
    one, other = stone(0), stone(1)
    prints = [render.fingerprint(feed(), SITE, (), found) for found in ((), (one,), (other,), (other, one))]
    assert len(set(prints)) == 4


@given(days=st.lists(st.integers(0, 400), max_size=9), entry=st.none() | st.integers(0, 400))
def test_they_are_counted_from_the_last_news(days, entry):
    """Either an entry's or a tombstone's; the newest tombstone of a feed that says nothing else stays."""
    stones = [stone(day, f"urn:{n}") for n, day in enumerate(sorted(days, reverse=True))]
    last = None if entry is None else at(days=entry)
    kept = render.remembered(stones, last, MONTH)
    newest = max([each.when for each in stones] + ([last] if last else []), default=None)
    assert kept == tuple(each for each in stones if newest is not None and newest - each.when <= MONTH)
    assert list(kept) == stones[: len(kept)]
    assert render.remembered(stones, last, timedelta(0)) == ()
