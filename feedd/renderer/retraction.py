"""An entry in place of one that was withdrawn, for readers that know no tombstones: it has the id of the old one, so
they show it in its place. Pure.

It is for those who saw the old one, so only what stood in the document is retracted there; and live entries are what a
feed is for: retractions take no place of an entry that is newer than what was withdrawn, and half of all at most.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from feedd.model import Content, Entry, Feed, FeedItem, SourceKey, Tombstone, digest_of


def items(tombstones: Iterable[Tombstone], feed: Feed) -> tuple[FeedItem, ...]:
    return tuple(item(each, feed.retractions) for each in tombstones if feed.retractions is not None)


def beside(feed: Feed, live: Sequence[FeedItem], gone: Sequence[Tombstone], limit: int) -> tuple[Tombstone, ...]:
    """Which of those that left are shown above live ones in a document for `limit` entries, who left last first. Of a
    feed with archives no live entry gives way: it stands nowhere else."""
    if feed.archive:
        return tuple(gone[: max(0, min(limit // 2, limit + feed.archive - len(live)))])
    shown: list[Tombstone] = []
    for each in gone:
        if len(shown) == limit // 2:
            break
        there = (*shown, each)
        if _was_young(each, feed, len(live)) and not newer(there, live[limit - len(there) :]):
            shown.append(each)
    return tuple(shown)


def newer(shown: Iterable[Tombstone], displaced: Iterable[FeedItem]) -> bool:
    """Is one of these entries newer than one of those that were withdrawn?"""
    oldest = min(map(_published, shown))
    return any(each.entry.published > oldest for each in displaced)


def _was_young(tombstone: Tombstone, feed: Feed, live: int) -> bool:
    """Had it not left by its age before?"""
    return feed.max_age is None or live < feed.at_least or tombstone.when - _published(tombstone) <= feed.max_age


def _published(tombstone: Tombstone) -> datetime:
    return tombstone.published or tombstone.when


def item(tombstone: Tombstone, word: str) -> FeedItem:
    """`word` is what its title begins with. Older by a second than the tombstone, so that a reader that knows both
    removes it (RFC 6721 3: a deletion concerns what was updated before it)."""
    when = tombstone.when - timedelta(seconds=1)
    title = f"{word}: {tombstone.title or tombstone.url}"
    entry = Entry(
        key=SourceKey("", ""),
        id=tombstone.id,
        url=tombstone.url,
        title=title,
        published=when,
        updated=when,
        digest=digest_of(f"{word}\n{tombstone.title}\n{tombstone.url}".encode("utf-8", "surrogatepass")),
    )
    return FeedItem(entry, Content(f"<p>{html.escape(title)}</p>", title))
