"""Short ways to make nouns in tests; every field that a test does not name is dull."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from feedd.model import (
    ChangeKind,
    ChangeSet,
    Delivery,
    Entry,
    EntryChange,
    Feed,
    FileStat,
    IndexedFile,
    Publication,
    SourceKey,
)

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def at(**shift: float) -> datetime:
    """NOON and a bit: at(minutes=5)."""
    return NOON + timedelta(**shift)


def key(path: str = "hello.md", root: str = "posts") -> SourceKey:
    return SourceKey(root, path)


def digest(*parts: object) -> str:
    return hashlib.blake2b(repr(parts).encode(), digest_size=16).hexdigest()


def entry(path: str = "hello.md", **fields: Any) -> Entry:
    stem = path.rsplit(".", 1)[0]
    values: dict[str, Any] = {
        "key": key(path),
        "id": f"tag:ann.example,2026:{stem}",
        "url": f"https://ann.example/{stem}/",
        "title": stem.title(),
        "published": NOON,
        "updated": fields.get("published", NOON),
        "body": f"Text of {stem}.",
    }
    values |= fields
    values.setdefault("digest", digest(sorted((k, str(v)) for k, v in values.items() if k != "updated")))
    return Entry(**values)


def stat(path: str = "hello.md", **fields: int) -> FileStat:
    values = {"size": 10, "mtime_ns": 1, "ctime_ns": 1, "inode": 1} | fields
    return FileStat(key(path), **values)


def file(item: Entry | None, path: str = "hello.md", **fields: int) -> IndexedFile:
    if item is None:
        return IndexedFile(stat(path, **fields), digest(path, fields), None)
    return IndexedFile(
        FileStat(item.key, **({"size": 10, "mtime_ns": 1, "ctime_ns": 1, "inode": 1} | fields)),
        digest(item.digest),
        item.id,
    )


def added(*items: Entry, quiet: bool = False) -> ChangeSet:
    return ChangeSet(
        changes=tuple(EntryChange(ChangeKind.ADDED, item) for item in items),
        index=tuple(file(item) for item in items),
        quiet=quiet,
    )


def revised(*items: Entry) -> ChangeSet:
    return ChangeSet(
        changes=tuple(EntryChange(ChangeKind.REVISED, item) for item in items),
        index=tuple(file(item, size=11) for item in items),
    )


def feed(path: str = "feed", **fields: Any) -> Feed:
    return Feed(**({"path": path, "title": f"The {path} feed"} | fields))


def delivery(id: str = "one", **fields: Any) -> Delivery:
    values: dict[str, Any] = {
        "id": id,
        "endpoint": "websub:hub",
        "kind": "websub",
        "url": "https://hub.example/",
        "topic": "https://ann.example/feed.xml",
        "payload": {"url": "https://ann.example/feed.xml"},
        "created": NOON,
        "due": NOON,
    }
    return Delivery(**(values | fields))


def publication(path: str = "feed.xml", **fields: Any) -> Publication:
    values: dict[str, Any] = {
        "path": path,
        "feed": "feed",
        "format": "rss",
        "media_type": "application/rss+xml",
        "digest": digest(path),
        "size": 100,
        "url": f"https://ann.example/{path}",
        "published_at": NOON,
        "fingerprint": "f1",
    }
    return Publication(**(values | fields))
