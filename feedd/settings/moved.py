"""`server.moved` spelled out: one line may stand for all documents of a feed. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from feedd.settings.shape import File

SUFFIXES = {"rss": ".xml", "atom": ".atom", "json": ".json"}


@dataclass(frozen=True, slots=True)
class Step:
    """`old` and `new` are paths below the feeds' address, `new` may be a URL; `key` is the line in the settings."""

    key: str
    old: str
    new: str
    status: int

    @property
    def leaves(self) -> bool:
        return "://" in self.new


def steps(file: File) -> Iterator[Step]:
    """Every address that leads elsewhere."""
    documents = {feed.path: [SUFFIXES[name] for name in feed.formats] for feed in file.feeds if feed.each is None}
    for key, moved in file.server.moved.items():
        old, new = _file(key), moved.to
        if new in documents:
            # A feed under another name: its documents, and the bare name for who followed that.
            pairs = [(old, new + documents[new][0]), *((old + suffix, new + suffix) for suffix in documents[new])]
        elif old in documents and "://" in new:
            pairs = [(old + suffix, new) for suffix in documents[old]]
        else:
            pairs = [(old, new if "://" in new else _file(new))]
        for before, after in pairs:
            yield Step(key, before, after, moved.status)


def _file(path: str) -> str:
    """ "feed/" is asked for as the folder's index, as every server does."""
    return path + "index.html" if path.endswith("/") or not path else path
