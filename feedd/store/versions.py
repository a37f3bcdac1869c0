"""What feeds' documents said before: a version is what they all were after one publication.

An edit changes the head of a document and one of its items, so documents are kept in pieces, an item each, and versions
share them: five versions of a feed weigh little more than one. Statements only; the promises are in `ports.Store`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from itertools import groupby
from operator import attrgetter

import sqlalchemy as sa
import zstandard
from sqlalchemy.dialects.sqlite import insert as upsert

from feedd.model import Publication, Version
from feedd.store import schema as t
from feedd.store.codec import moment, pack, seconds, unpack
from feedd.store.entries import pages, put

Document = tuple[Publication, bytes]

_MARK = 16  # bytes of a piece's digest
_SEAMS = (b"</item>\n", b"</entry>\n", b"\n    },\n")
_DROPPED = "versions dropped"  # the fact how many documents were forgotten since pieces were last looked through
_FEW = 32  # forgotten documents that are not worth looking
_LEVEL = 1  # 190 kB of 450 kB in 1.3 ms; what is written at each edit is an item and a head


def record(connection: sa.Connection, documents: Sequence[Document], keep: int, now: datetime) -> None:
    """Remember what feeds say now, as a new version where it differs from the newest one."""
    dropped = sum(
        _record(connection, feed, list(group), keep, now)
        for feed, group in groupby(sorted(documents, key=_feed), key=_feed)
    )
    if dropped:
        _sweep_if_worth_it(connection, dropped)


def _sweep_if_worth_it(connection: sa.Connection, dropped: int) -> None:
    """Looking costs what all versions of all feeds weigh, so it waits until as many were forgotten as there are."""
    known = connection.scalar(sa.select(t.fact.c.value).where(t.fact.c.name == _DROPPED))
    dropped += int(known or 0)
    if dropped >= max(_FEW, connection.scalar(sa.select(sa.func.count()).select_from(t.version)) or 0):
        sweep(connection)
        dropped = 0
    put(connection, t.fact, [{"name": _DROPPED, "value": str(dropped)}])


def _feed(document: Document) -> str:
    return document[0].feed


def _record(connection: sa.Connection, feed: str, documents: Sequence[Document], keep: int, now: datetime) -> int:
    """How many documents of old versions were forgotten."""
    v = t.version.c
    newest = connection.scalar(sa.select(sa.func.max(v.number)).where(v.feed == feed)) or 0
    rows = connection.execute(sa.select(v.data, v.pieces).where(v.feed == feed, v.number == newest)).all()
    before = {unpack(Publication, row.data).digest for row in rows}
    if keep and before != {publication.digest for publication, _ in documents}:
        newest += 1
        known = {mark for row in rows for mark in _marks(row.pieces)}
        put(connection, t.version, [_row(connection, feed, newest, each, known, now) for each in documents])
    return connection.execute(sa.delete(t.version).where(v.feed == feed, v.number <= newest - keep)).rowcount


def _row(
    connection: sa.Connection, feed: str, number: int, document: Document, known: set[bytes], now: datetime
) -> dict[str, object]:
    publication, data = document
    pieces = [(sha256(piece).digest()[:_MARK], piece) for piece in split(data)]
    compressor = zstandard.ZstdCompressor(level=_LEVEL)
    new = [{"digest": mark, "data": compressor.compress(piece)} for mark, piece in pieces if mark not in known]
    if new:  # another feed may show the same item
        connection.execute(upsert(t.piece).on_conflict_do_nothing(), new)
    return {
        "feed": feed,
        "number": number,
        "path": publication.path,
        "at": seconds(now),
        "data": pack(publication),
        "pieces": b"".join(mark for mark, _ in pieces),
    }


def split(data: bytes) -> list[bytes]:
    """An item each, with the head before the first one; joined they are the document."""
    for seam in _SEAMS:
        parts = data.split(seam)
        if len(parts) > 1:
            return [*(part + seam for part in parts[:-1]), parts[-1]]
    return [data]


def _marks(pieces: bytes) -> list[bytes]:
    return [pieces[at : at + _MARK] for at in range(0, len(pieces), _MARK)]


def listing(connection: sa.Connection, feed: str) -> tuple[Version, ...]:
    v = t.version.c
    rows = connection.execute(sa.select(v.number, v.at, v.data).where(v.feed == feed).order_by(v.number.desc(), v.path))
    found = []
    for number, group in groupby(rows, key=attrgetter("number")):
        each = list(group)
        at = moment(each[0].at)
        assert at is not None
        found.append(Version(feed, number, at, tuple(unpack(Publication, row.data) for row in each)))
    return tuple(found)


def data(connection: sa.Connection, feed: str, number: int) -> Mapping[str, bytes]:
    v = t.version.c
    rows = connection.execute(sa.select(v.path, v.pieces).where(v.feed == feed, v.number == number)).all()
    pieces = _pieces(connection, {mark for row in rows for mark in _marks(row.pieces)})
    return {row.path: b"".join(pieces[mark] for mark in _marks(row.pieces)) for row in rows}


def _pieces(connection: sa.Connection, marks: Iterable[bytes]) -> dict[bytes, bytes]:
    unpacker = zstandard.ZstdDecompressor()
    found = {}
    for page in pages(marks):
        for row in connection.execute(sa.select(t.piece).where(t.piece.c.digest.in_(page))):
            found[row.digest] = unpacker.decompress(row.data)
    return found


def forget(connection: sa.Connection, paths: Iterable[str]) -> None:
    """The documents are no more: their feed left the settings, or its format did."""
    for page in pages(paths):
        connection.execute(sa.delete(t.version).where(t.version.c.path.in_(page)))


def forget_feeds(connection: sa.Connection, feeds: Iterable[str]) -> None:
    """All but what stands now: the others name archive pages that are not there, or not the same."""
    v = t.version.c
    for feed in feeds:
        newest = connection.scalar(sa.select(sa.func.max(v.number)).where(v.feed == feed)) or 0
        rows = connection.execute(sa.select(v.data).where(v.feed == feed, v.number == newest)).scalars()
        stands = all(_stands(connection, unpack(Publication, data)) for data in rows)
        connection.execute(sa.delete(t.version).where(v.feed == feed, v.number < newest + (not stands)))


def _stands(connection: sa.Connection, then: Publication) -> bool:
    data = connection.scalar(sa.select(t.publication.c.data).where(t.publication.c.path == then.path))
    return data is not None and unpack(Publication, data).digest == then.digest


def sweep(connection: sa.Connection) -> None:
    """Pieces of versions that are gone."""
    needed = {mark for row in connection.execute(sa.select(t.version.c.pieces)) for mark in _marks(row.pieces)}
    there = set(connection.execute(sa.select(t.piece.c.digest)).scalars())
    for page in pages(there - needed):
        connection.execute(sa.delete(t.piece).where(t.piece.c.digest.in_(page)))
