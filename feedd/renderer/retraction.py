"""An entry in place of one that was withdrawn, for readers that know no tombstones: it has the id of the old one, so
they show it in its place. Pure."""

from __future__ import annotations

import html
from datetime import timedelta

from feedd.model import Content, Entry, FeedItem, SourceKey, Tombstone, digest_of


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
