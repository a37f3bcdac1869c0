"""Archive pages: which entry stands in which page of which feed, once and for good. Statements only; the promises are
in `ports.Store`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert as upsert

from feedd.model import ArchivePage, Feed
from feedd.store import schema as t
from feedd.store.entries import pages, put, spoil


def archive(connection: sa.Connection, feed: Feed) -> tuple[ArchivePage, ...]:
    a = t.archive.c
    rows = connection.execute(sa.select(t.archive).where(a.feed == feed.path).order_by(a.page))
    return tuple(ArchivePage(row.feed, row.page, row.linked, row.stale) for row in rows)


def digests(connection: sa.Connection, feed: Feed, page: int) -> tuple[tuple[str, str], ...]:
    """The members that the feed has now as its window has them, then the others with an empty mark."""
    a, m, e = t.archived.c, t.membership.c, t.entry.c
    statement = (
        sa.select(a.entry_id, m.published, e.digest, e.updated)
        .join_from(t.archived, t.membership, sa.and_(m.feed == a.feed, m.entry_id == a.entry_id), isouter=True)
        .join(t.entry, e.id == m.entry_id, isouter=True)
        .where(a.feed == feed.path, a.page == page)
        .order_by(m.published.is_(None), m.published.desc(), a.entry_id)
    )
    return tuple(
        (row.entry_id, "" if row.published is None else f"{row.digest}@{row.updated}")
        for row in connection.execute(statement)
    )


def paged(connection: sa.Connection, feed: Feed, ids: Iterable[str]) -> frozenset[str]:
    a = t.archived.c
    statement = sa.select(a.entry_id).where(a.feed == feed.path)
    found = (connection.execute(statement.where(a.entry_id.in_(page))).scalars() for page in pages(ids))
    return frozenset(chain.from_iterable(found))


def unarchived(feed: Feed) -> sa.ColumnElement[bool]:
    """For a selection of memberships: those that stand in no page."""
    a, m = t.archived.c, t.membership.c
    return ~sa.exists().where(a.feed == feed.path, a.entry_id == m.entry_id)


def record(connection: sa.Connection, archived: Sequence[ArchivePage], dropped: Iterable[str]) -> None:
    """Pages as they stand in public now; feeds that have no archive any more."""
    rows = [{"feed": p.feed, "page": p.number, "linked": p.linked, "stale": p.stale} for p in archived]
    put(connection, t.archive, rows)
    members = [{"feed": p.feed, "page": p.number, "entry_id": id} for p in archived for id in p.members]
    if members:  # an entry has one page for good: whoever says otherwise later is not believed
        connection.execute(upsert(t.archived).on_conflict_do_nothing(), members)
    for page in pages(dropped):
        for table in (t.archive, t.archived):
            connection.execute(sa.delete(table).where(table.c.feed.in_(page)))


def spoil_all(connection: sa.Connection) -> None:
    connection.execute(sa.update(t.archive).values(stale=True))


def call_otherwise(connection: sa.Connection, others: Sequence[tuple[str, str]]) -> None:
    """Members get the id that their entry has now. One that stood in a page already keeps that place: its withdrawn
    namesake's, whose history the entry takes over, too."""
    if not others:
        return
    a, ids = t.archived.c, [old for old, _ in others]
    rows = [row for page in pages(ids) for row in connection.execute(sa.select(t.archived).where(a.entry_id.in_(page)))]
    new = dict(others)
    for page in pages(ids):
        spoil(connection, page)
        connection.execute(sa.delete(t.archived).where(a.entry_id.in_(page)))
    moved = [{"feed": row.feed, "page": row.page, "entry_id": new[row.entry_id]} for row in rows]
    if moved:
        connection.execute(upsert(t.archived).on_conflict_do_nothing(), moved)
    for page in pages(new.values()):
        spoil(connection, page)
