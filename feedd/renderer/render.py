"""FeedSnapshot -> FeedDocuments: a head and items per format, items from the fragments that are kept. Pure.

`FORMATS` is the room's table: to add a format, write its head and item functions and a row here.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Generic, TypeVar
from urllib.parse import quote

from feedd.model import Entry, Feed, FeedDocument, FeedItem, FeedSnapshot, Site, Tombstone, digest_of
from feedd.renderer import atom, jsonfeed, landing, podcast, rss, xml

T = TypeVar("T")

# Raised whenever the same entries give other bytes than before; part of every fingerprint and fragment key.
VERSION = "3"


@dataclass(frozen=True, slots=True)
class Format:
    """How one format is written. `head` gives what stands before and after the items."""

    name: str
    suffix: str
    media_type: str
    head: Callable[[FeedSnapshot, str], tuple[bytes, bytes]]
    item: Callable[[FeedItem, Feed, Site], bytes]
    separator: bytes = b""


FORMATS: dict[str, Format] = {
    "rss": Format("rss", ".xml", "application/rss+xml", xml.styled(rss.head), rss.item),
    "atom": Format("atom", ".atom", "application/atom+xml", xml.styled(atom.head), atom.item),
    "json": Format("json", ".json", "application/feed+json", jsonfeed.head, jsonfeed.item, jsonfeed.SEPARATOR),
}


class Memo(Generic[T]):
    """What was made lately, the most recently used up to `most_bytes`. With or without it the bytes are the same."""

    def __init__(self, most_bytes: int) -> None:
        self._kept: OrderedDict[Hashable, tuple[T, int]] = OrderedDict()
        self._most_bytes = most_bytes
        self._bytes = 0

    def get(self, key: Hashable) -> T | None:
        found = self._kept.get(key)
        if found is None:
            return None
        self._kept.move_to_end(key)
        return found[0]

    def keep(self, key: Hashable, value: T, size: int) -> None:
        """`key` is new: what it stands for was not found."""
        self._kept[key] = (value, size)
        self._bytes += size
        while self._bytes > self._most_bytes:
            self._bytes -= self._kept.popitem(last=False)[1][1]


class Fragments:
    """Rendered items, the most recently used ones. `made` counts the items that had to be rendered."""

    def __init__(self, most_bytes: int = 64_000_000) -> None:
        self._memo: Memo[bytes] = Memo(most_bytes)
        self.made = 0

    def get(self, item: FeedItem, format: Format, snapshot: FeedSnapshot) -> bytes:
        """The item as it stands in this feed's document."""
        entry, site = item.entry, snapshot.site
        feed = replace(snapshot.feed, content="summary") if item.brief else snapshot.feed
        key = (entry.id, entry.digest, entry.updated, format.name, _style(feed, site))
        fragment = self._memo.get(key)
        if fragment is None:
            fragment = format.item(item, feed, site)
            self.made += 1
            self._memo.keep(key, fragment, len(fragment))
        return fragment


def _style(feed: Feed, site: Site) -> tuple[Hashable, ...]:
    """What an item's bytes depend on besides the entry: a feed that is like another in this shares its fragments."""
    return (feed.content, feed.atom_content, podcast.style(feed), site.url)


def document_path(feed: Feed, format: str) -> str:
    """Where a feed's document stands below the output root: "tags/python" in RSS is tags/python.xml."""
    return feed.path + FORMATS[format].suffix


def document_paths(feed: Feed) -> tuple[str, ...]:
    """Where all that is published of a feed stands, its landing page too; without its archive."""
    page = landing.path_of(feed)
    return (*(document_path(feed, name) for name in feed.formats), *([page] if page else []))


def document_url(feed: Feed, format: str, site: Site) -> str:
    """The one public address of a document, the rel=self in all of its places."""
    return f"{site.feeds_url}/{quote(document_path(feed, format))}"


def updated(entries: Iterable[Entry], tombstones: Iterable[Tombstone] = ()) -> datetime | None:
    """When a feed last said something new: the newest `updated` of the entries it shows, or that one left. Nothing
    hidden counts."""
    moments = [entry.updated for entry in entries] + [tombstone.when for tombstone in tombstones]
    return max(moments, default=None)


def remembered(
    tombstones: Sequence[Tombstone], last_entry: datetime | None, window: timedelta
) -> tuple[Tombstone, ...]:
    """Those of a feed's tombstones, newest first, that its documents name: as old as `window` when the feed last said
    something. Counted from there and not from the clock, so that the same data is the same bytes on any day, and a
    document is not written anew because time went by."""
    moments = [tombstone.when for tombstone in tombstones] + ([last_entry] if last_entry else [])
    if not window or not moments:
        return ()
    last = max(moments)
    return tuple(tombstone for tombstone in tombstones if last - tombstone.when <= window)


def fingerprint(feed: Feed, site: Site, window: Sequence[tuple[str, str]], tombstones: Sequence[Tombstone] = ()) -> str:
    """What a feed's bytes depend on. The same fingerprint as at the last publication: nothing needs to be rendered."""
    given = [
        VERSION,
        repr(feed),
        repr(site),
        *map(list, window),
        *([each.id, each.url, each.when.isoformat()] for each in tombstones),
    ]
    return digest_of(json.dumps(given).encode())


def render(snapshot: FeedSnapshot, fragments: Fragments) -> tuple[FeedDocument, ...]:
    """The documents of one feed, one per format, and its landing page."""
    documents = tuple(_document(snapshot, FORMATS[name], fragments) for name in snapshot.feed.formats)
    path = landing.path_of(snapshot.feed)
    return documents if path is None else (*documents, landing.document(path, snapshot, documents))


def _document(snapshot: FeedSnapshot, format: Format, fragments: Fragments) -> FeedDocument:
    feed = snapshot.feed
    url = document_url(feed, format.name, snapshot.site)
    before, after = format.head(snapshot, url)
    items = format.separator.join(fragments.get(item, format, snapshot) for item in snapshot.items)
    data = b"".join((before, items, after))
    return FeedDocument(
        feed=feed.path,
        format=format.name,
        path=document_path(feed, format.name),
        media_type=format.media_type,
        data=data,
        digest=digest_of(data),
        url=url,
        hubs=feed.hubs,
    )
