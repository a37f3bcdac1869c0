"""What changed in a document since a version that a reader has: for `A-IM: feed` (RFC 3229).

A document is a head, items and a tail. An item is told apart by its bytes, and carries the number of the version in
which these bytes came; so what a reader lacks is every item that is younger than the version it has.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import pairwise
from types import MappingProxyType
from xml.parsers import expat

_VERSIONS = 20  # that are remembered of a document; a reader with an older one gets the whole
_ITEMS = {"item": "channel", "http://www.w3.org/2005/Atom entry": "http://www.w3.org/2005/Atom feed"}

Span = tuple[int, int]  # where an item begins and ends, in bytes


@dataclass(frozen=True, slots=True)
class Lineage:
    """A document's items and the versions it had. `marks`, `born` and `spans` go together, `born` being the version in
    which an item came; `versions` are the numbers of versions by their digest."""

    digest: str
    data: bytes
    separator: bytes
    spans: tuple[Span, ...]
    marks: tuple[bytes, ...]
    born: tuple[int, ...]
    versions: Mapping[str, int]

    def since(self, digest: str) -> bytes | None:
        """The document with only the items that a reader of this version lacks; None for a version unknown here."""
        known, data = self.versions.get(digest), self.data
        if known is None:
            return None
        lacking = [data[start:end] for (start, end), born in zip(self.spans, self.born, strict=True) if born > known]
        return b"".join((data[: self.spans[0][0]], self.separator.join(lacking), data[self.spans[-1][1] :]))


def begin(data: bytes, digest: str, media_type: str) -> Lineage | None:
    """The first version that is remembered. None for a document without items, or of another shape than ours."""
    taken = _taken_apart(data, media_type)
    if taken is None:
        return None
    separator, spans = taken
    marks = _marks(data, spans)
    return Lineage(digest, data, separator, spans, marks, (0,) * len(spans), MappingProxyType({digest: 0}))


def follow(before: Lineage, data: bytes, digest: str, media_type: str) -> Lineage | None:
    """The next version of a document."""
    taken = _taken_apart(data, media_type)
    if taken is None:
        return None
    separator, spans = taken
    marks = _marks(data, spans)
    number = max(before.versions.values()) + 1
    known = dict(zip(before.marks, before.born, strict=True))
    born = tuple(known.get(mark, number) for mark in marks)
    versions = {tag: each for tag, each in before.versions.items() if each > number - _VERSIONS} | {digest: number}
    return Lineage(digest, data, separator, spans, marks, born, MappingProxyType(versions))


def _marks(data: bytes, spans: Sequence[Span]) -> tuple[bytes, ...]:
    return tuple(blake2b(data[start:end], digest_size=16).digest() for start, end in spans)


def _taken_apart(data: bytes, media_type: str) -> tuple[bytes, tuple[Span, ...]] | None:
    """(what stands between two items, where they are), if the same stands between all of them."""
    spans = _json_items(data) if "json" in media_type else _xml_items(data)
    gaps = {data[end:start] for (_, end), (start, _) in pairwise(spans)}
    return (gaps.pop() if gaps else b"", spans) if spans and len(gaps) < 2 else None


class _OddError(Exception):
    """Not a document of ours; never leaves this file."""


def _xml_items(data: bytes) -> tuple[Span, ...]:
    """Where the items of the channel, or the entries of the feed, stand; those of a foreign depth do not count. Nothing
    for an item without elements: of an empty tag expat does not say well where it ends, and none of ours is."""
    parser = expat.ParserCreate(namespace_separator=" ")
    above: list[str] = []
    latest = ""
    begun: list[int] = []
    spans: list[Span] = []

    def start(name: str, _attributes: object) -> None:
        nonlocal latest
        latest = name
        if name in _ITEMS and above and above[-1] == _ITEMS[name]:
            begun.append(parser.CurrentByteIndex)
        above.append(name)

    def end(name: str) -> None:
        above.pop()
        if name in _ITEMS and above and above[-1] == _ITEMS[name]:
            if latest == name:
                raise _OddError
            spans.append((begun.pop(), data.index(b">", parser.CurrentByteIndex) + 1))

    parser.StartElementHandler, parser.EndElementHandler = start, end
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, _OddError):
        return ()
    return tuple(spans)


def _json_items(data: bytes) -> tuple[Span, ...]:
    """By the indentation that we write: a line break never stands inside a JSON string, so lines can be trusted."""
    opening = b'\n  "items": [\n'
    place = data.find(opening)
    if place < 0:
        return ()
    place += len(opening)
    spans: list[Span] = []
    while data.startswith(b"    {", place) and (end := data.find(b"\n    }", place)) >= 0:
        end += len(b"\n    }")
        spans.append((place, end))
        place = end + len(b",\n")
    return tuple(spans)
