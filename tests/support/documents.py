"""Feed documents for the rooms after the renderer: minimal, valid, and signed as ours."""

from __future__ import annotations

from datetime import timedelta
from hashlib import blake2b
from typing import Any

from feedd.model import FeedDocument, Publication
from tests.support.make import NOON

MAX_AGE = timedelta(minutes=5)
_RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>Ann</title><link>https://ann.example/</link>\
<description>Words</description><generator>feedd</generator>
%s</channel></rss>
"""
_ITEM = '<item><title>No. %d</title><guid isPermaLink="false">tag:ann.example,2026:%d</guid></item>\n'


def rss(items: int = 3) -> bytes:
    """An RSS document with that many items: about 80 bytes each, and unlike any with another number of them."""
    return (_RSS % "".join(_ITEM % (number, number) for number in range(items))).encode()


def document(path: str = "feed.xml", data: bytes | None = None, **fields: Any) -> FeedDocument:
    data = rss() if data is None else data
    values: dict[str, Any] = {
        "feed": path.rsplit(".", 1)[0],
        "format": "rss",
        "path": path,
        "media_type": "application/rss+xml",
        "data": data,
        "digest": blake2b(data, digest_size=16).hexdigest(),
        "url": f"https://ann.example/{path}",
    }
    return FeedDocument(**(values | fields))


def published(document: FeedDocument, **fields: Any) -> Publication:
    """The publication that records this document, at NOON."""
    values: dict[str, Any] = {
        "path": document.path,
        "feed": document.feed,
        "format": document.format,
        "media_type": document.media_type,
        "digest": document.digest,
        "size": len(document.data),
        "url": document.url,
        "published_at": NOON,
        "fingerprint": "f1",
        "hubs": document.hubs,
    }
    return Publication(**(values | fields))
