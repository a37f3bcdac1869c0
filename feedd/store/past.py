"""What happened to entries, who left, and what a person makes of it: history, tombstones, other ids. Statements only;
the promises are in `ports.Store`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa

from feedd.model import Entry, Feed, Known, Moment, Tombstone
from feedd.store import archives
from feedd.store import schema as t
from feedd.store.codec import seconds, unpack
from feedd.store.entries import Memberships, feeds_of, known_by_id, pages, remove_of, soil, write_entries
from feedd.store.standing import refuse_taken, renamed


def rename(
    connection: sa.Connection,
    renames: Iterable[tuple[str, Entry]],
    memberships: Memberships,
    now: datetime,
    why: str,
) -> None:
    pairs = list(renames)
    before = known_by_id(connection, [id for old, entry in pairs for id in (old, entry.id)])
    refuse_taken(pairs, before)
    pairs = [(old, entry) for old, entry in pairs if old in before]
    left = {
        path
        for page in pages([old for old, _ in pairs])
        for paths in feeds_of(connection, page).values()
        for path in paths
    }
    soil(connection, left, loud=False)
    remove_of(connection, t.membership, [old for old, _ in pairs])
    others = [(old, entry.id) for old, entry in pairs if old != entry.id]
    for table in (t.entry, t.body, t.content):
        column = table.c.id if table is t.entry else table.c.entry_id
        for page in pages([old for old, _ in others]):
            connection.execute(sa.delete(table).where(column.in_(page)))
    for table in (t.file, t.event, t.history):
        _call_otherwise(connection, table, others)
    archives.call_otherwise(connection, others)
    rows = [renamed(entry, before[old], now, why) for old, entry in pairs]
    write_entries(connection, rows, memberships, [entry.id for _, entry in pairs])


def _call_otherwise(connection: sa.Connection, table: sa.Table, others: Sequence[tuple[str, str]]) -> None:
    """Rows of the one id become rows of the other. In two steps, for one may take the id that another gives up."""
    if not others:
        return
    statement = sa.update(table).where(table.c.entry_id == sa.bindparam("old")).values(entry_id=sa.bindparam("new"))
    connection.execute(statement, [{"old": old, "new": f"\0{new}"} for old, new in others])
    connection.execute(statement, [{"old": f"\0{new}", "new": new} for _, new in others])


def history(connection: sa.Connection, id: str, limit: int) -> tuple[Moment, ...]:
    h = t.history.c
    statement = sa.select(h.data).where(h.entry_id == id).order_by(h.seq.desc()).limit(limit)
    return tuple(unpack(Moment, data) for data in connection.execute(statement).scalars())


def lately(connection: sa.Connection, kind: str, why: str, since: datetime) -> int:
    h, e = t.history.c, t.entry.c
    such = sa.and_(
        h.at > seconds(since),
        h.kind == kind,
        sa.func.json_extract(h.data, "$.why") == why,
        sa.func.json_extract(h.data, "$.announced").is_(None),  # what is left out is true
        ~e.live,
    )
    statement = sa.select(sa.func.count(h.entry_id.distinct())).join_from(t.history, t.entry, e.id == h.entry_id)
    return connection.scalar(statement.where(such)) or 0


def find(connection: sa.Connection, text: str, limit: int) -> tuple[Known, ...]:
    """A pass over the archive: people ask seldom."""
    e = t.entry.c
    exact = sa.or_(e.id == text, sa.func.json_extract(e.data, "$.url") == text, e.path == text)
    ends = sa.func.substr(e.path, sa.func.length(e.path) - len(text) + 1) == text
    for where in (exact, ends) if text else ():
        ids = list(
            connection.execute(
                sa.select(e.id).where(where).order_by(e.live.desc(), e.path, e.id).limit(limit)
            ).scalars()
        )
        if ids:
            known = known_by_id(connection, ids)
            return tuple(known[id] for id in ids)
    return ()


def tombstones(connection: sa.Connection, feed: Feed, since: datetime) -> tuple[Tombstone, ...]:
    s = t.tombstone.c
    statement = sa.select(s.data).where(s.feed == feed.path, s.at > seconds(since)).order_by(s.at.desc(), s.entry_id)
    return tuple(unpack(Tombstone, data) for data in connection.execute(statement).scalars())
