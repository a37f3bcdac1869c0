"""What changed since a version, in the documents that the renderer writes."""

from __future__ import annotations

import json
from dataclasses import replace

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedd.model import Content, Entry, Feed, FeedDocument, FeedItem, FeedSnapshot, Person, Site, Tombstone
from feedd.publisher import changes
from feedd.renderer import render
from tests.support.make import NOON, at, entry

SITE = Site("https://ann.example", "https://ann.example", "Ann & <co>", author=Person("Ann"))
FEED = Feed("feed", "Ann writes")
FORMATS = pytest.mark.parametrize("format", sorted(render.FORMATS))
# Whatever an article says about items stays text.
HTML = '<p>&lt;item&gt; "items": [ ]]&gt;</p><pre>\n    &lt;/item&gt;\n    }\n  "items": [\n    {\n</pre>'


def numbered(number: int, **fields: object) -> Entry:
    return entry(f"{number}.md", title=f"No. {number} <item>", published=at(days=-number), **fields)


def document(format: str, *entries: Entry, gone: tuple[Tombstone, ...] = ()) -> FeedDocument:
    items = tuple(FeedItem(each, Content(HTML, "a summary")) for each in entries)
    feed = replace(FEED, formats=(format,))
    (made,) = render.render(FeedSnapshot(feed, SITE, items, render.updated(entries), gone), render.Fragments())
    return made


def lineage(*versions: FeedDocument) -> changes.Lineage:
    first, *others = versions
    found = changes.begin(first.data, first.digest, first.media_type)
    for each in others:
        assert found is not None
        found = changes.follow(found, each.data, each.digest, each.media_type)
    assert found is not None
    return found


def ids(data: bytes | None) -> list[str]:
    assert data is not None
    if data.startswith(b"{"):
        return [item["id"] for item in json.loads(data)["items"]]
    parsed = feedparser.parse(data)
    assert not parsed.bozo
    return [item.id for item in parsed.entries]


ONE, TWO, THREE, FOUR = (numbered(number) for number in (1, 2, 3, 4))


@FORMATS
def test_what_came_and_what_was_edited(format: str) -> None:
    """In the order of the feed, from any version that it had."""
    edited = replace(TWO, title="Another", digest="another")
    versions = [
        document(format, TWO, THREE),
        document(format, ONE, TWO, THREE),
        document(format, ONE, edited, THREE),
        document(format, ONE, edited),
    ]
    found = lineage(*versions)
    assert [ids(found.since(version.digest)) for version in versions] == [[ONE.id, TWO.id], [TWO.id], [], []]
    assert found.since("unknown") is None


@FORMATS
def test_everything_but_the_items_is_the_same(format: str) -> None:
    """What has all items in it is the document itself; with none of them it still is a feed with its title."""
    old, new = document(format, FOUR), document(format, ONE, TWO, THREE)
    assert lineage(old, new).since(old.digest) == new.data
    empty = lineage(old, new).since(new.digest)
    assert empty is not None
    if format == "json":
        assert json.loads(empty) == json.loads(new.data) | {"items": []}
    else:
        assert feedparser.parse(empty).feed == feedparser.parse(new.data).feed


@FORMATS
def test_one_item_that_comes_back_counts_as_new(format: str) -> None:
    """A reader that removed it in between gets it again."""
    versions = [document(format, ONE, TWO), document(format, ONE), document(format, ONE, TWO)]
    found = lineage(*versions[:2], versions[2])
    assert ids(found.since(versions[1].digest)) == [TWO.id]


@FORMATS
def test_tombstones_stay_in(format: str) -> None:
    """They stand with the feed's own elements: who asks for changes learns what left, too."""
    gone = (Tombstone("tag:ann.example,2026:gone", "https://ann.example/gone/", "Gone", NOON),)
    old, new = document(format, ONE, TWO), document(format, ONE, gone=gone)
    data = lineage(old, new).since(old.digest)
    assert data is not None
    assert (b"tag:ann.example,2026:gone" in data) is (b"tag:ann.example,2026:gone" in new.data)
    assert ids(data) == []


@FORMATS
def test_old_versions_are_forgotten(format: str) -> None:
    """The last twenty are known, the one that stands included."""
    versions = [document(format, *(numbered(number) for number in range(count + 1))) for count in range(25)]
    found = lineage(*versions)
    assert [found.since(version.digest) is not None for version in versions] == [False] * 5 + [True] * 20


@FORMATS
def test_a_feed_without_entries_has_no_items_to_choose_from(format: str) -> None:
    """Its history begins when it has some."""
    empty = document(format)
    assert changes.begin(empty.data, empty.digest, empty.media_type) is None


@given(st.binary(max_size=300), st.sampled_from(["application/rss+xml", "application/feed+json"]))
def test_nothing_is_an_error(data: bytes, media_type: str) -> None:
    """Whatever a document is, it has items or it has none."""
    changes.begin(data, "x", media_type)
    changes.begin(b"<rss><channel>" + data + b"</channel></rss>", "x", media_type)
    changes.begin(b'{\n  "items": [\n    {' + data, "x", media_type)


@pytest.mark.parametrize(
    "data",
    [
        b"<rss><channel><item><a/></item><!-- a --><item><a/></item><item><a/></item></channel></rss>",
        b"<rss><channel><item><a/></item><title/><item><a/></item>\n<item><a/></item></channel></rss>",
        b"<rss><channel><item/></channel></rss>",
        b"<rss><channel><item>x</item><item><a/></item></channel></rss>",
        b"<item/>",
        b"<feed><entry/></feed>",
        b"<rss><channel><x><item/></x></channel></rss>",
    ],
)
def test_documents_of_another_shape_are_left_alone(data: bytes) -> None:
    """Where something stands between two items, or an item stands elsewhere, nothing is cut."""
    assert changes.begin(data, "x", "application/rss+xml") is None


def test_an_item_may_hold_one() -> None:
    """Only the channel's own count."""
    data = b"<rss><channel><item><x><item><a/></item></x></item><item><b/></item></channel></rss>"
    found = changes.begin(data, "x", "application/rss+xml")
    assert found is not None
    assert len(found.spans) == 2
