"""The links of a document that has archives (RFC 5005 4): relations and addresses, the same in every format. Pure."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from feedd.model import FeedSnapshot

HISTORY: Final = "http://purl.org/syndication/history/1.0"


def links(snapshot: FeedSnapshot, self_url: str) -> dict[str, str]:
    """Relation -> address, of the documents in the format of `self_url`; empty for a feed without archives."""
    chain = snapshot.chain
    if chain is None:
        return {}
    paths = {
        "current": chain.current if chain.archive else None,
        "prev-archive": chain.previous,
        "next-archive": chain.next,
    }
    suffix = "." + self_url.rpartition(".")[2]
    return {rel: _address(snapshot, path, suffix) for rel, path in paths.items() if path is not None}


def is_archive(snapshot: FeedSnapshot) -> bool:
    return snapshot.chain is not None and snapshot.chain.archive


def identity(snapshot: FeedSnapshot, self_url: str) -> str:
    """The atom:id: an archive document is a part of its feed and bears the feed's (RFC 5005 4, its example)."""
    if snapshot.chain is None or not snapshot.chain.archive:
        return self_url
    return _address(snapshot, snapshot.chain.current, "." + self_url.rpartition(".")[2])


def _address(snapshot: FeedSnapshot, path: str, suffix: str) -> str:
    return f"{snapshot.site.feeds_url}/{quote(path + suffix)}"
