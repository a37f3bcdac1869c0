"""Files, entries, memberships and moments: the half of the SQL store that the pipeline writes. Statements only; the
promises are in `ports.Store`, the decisions in `standing`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert as upsert

from feedd.model import ChangeKind, ChangeSet, Entry, Feed, FileStat, IndexedFile, Known, Problem, SourceKey
from feedd.store import schema as t
from feedd.store.codec import moment, pack, pack_entry, seconds, unpack
from feedd.store.standing import Standing, standing

T = TypeVar("T")
Memberships = Mapping[str, tuple[Feed, ...]]

# SQLite allows 32,766 variables in a statement; smaller pages keep the planner and the memory calm.
_PAGE = 500


def pages(items: Iterable[T], size: int = _PAGE) -> Iterator[list[T]]:
    iterator = iter(items)
    while page := list(islice(iterator, size)):
        yield page


def put(connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert or replace by primary key."""
    if not rows:
        return
    statement = upsert(table)
    keys = [column.name for column in table.primary_key]
    rest = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    statement = (
        statement.on_conflict_do_update(index_elements=keys, set_=rest)
        if rest
        else statement.on_conflict_do_nothing(index_elements=keys)
    )
    connection.execute(statement, list(rows))


# --- rows to nouns ----------------------------------------------------------------------------------------------------


def to_file(row: Any) -> IndexedFile:
    stat = FileStat(SourceKey(row.root, row.path), row.size, row.mtime_ns, row.ctime_ns, row.inode)
    return IndexedFile(stat, row.digest, row.entry_id)


def to_entry(row: Any) -> Entry:
    return replace(unpack(Entry, row.data), body=row.text or "")


def file_row(file: IndexedFile) -> dict[str, Any]:
    stat = file.stat
    return {
        "root": stat.key.root,
        "path": stat.key.path,
        "size": stat.size,
        "mtime_ns": stat.mtime_ns,
        "ctime_ns": stat.ctime_ns,
        "inode": stat.inode,
        "digest": file.digest,
        "entry_id": file.entry_id,
    }


def entry_row(entry: Entry, live: bool) -> dict[str, Any]:
    return {
        "id": entry.id,
        "root": entry.key.root,
        "path": entry.key.path,
        "live": live,
        "hidden": entry.draft or entry.withdrawn is not None,
        "published": seconds(entry.published),
        "updated": seconds(entry.updated),
        "publish_at": seconds(entry.publish_at),
        "expires_at": seconds(entry.expires_at),
        "digest": entry.digest,
        "data": pack_entry(entry),
    }


ENTRIES = sa.select(t.entry.c.data, t.entry.c.live, t.body.c.text).join_from(
    t.entry, t.body, t.body.c.entry_id == t.entry.c.id, isouter=True
)


# --- reading ----------------------------------------------------------------------------------------------------------


def index(connection: sa.Connection, root: str, under: Iterable[str] | None) -> dict[str, IndexedFile]:
    wanted = [sa.true()] if under is None else [_at_or_below(path) for path in under]
    found = {}
    for page in pages(wanted, 100):
        for row in connection.execute(sa.select(t.file).where(t.file.c.root == root, sa.or_(*page))):
            found[row.path] = to_file(row)
    return found


def _at_or_below(path: str) -> sa.ColumnElement[bool]:
    """A range on the primary key, not a LIKE: "0" is the character after "/"."""
    if not path:
        return sa.true()
    return sa.or_(t.file.c.path == path, sa.and_(t.file.c.path > path + "/", t.file.c.path < path + "0"))


def files_of(connection: sa.Connection, keys: Iterable[SourceKey]) -> dict[SourceKey, IndexedFile]:
    found: dict[SourceKey, IndexedFile] = {}
    by_root: dict[str, list[str]] = {}
    for key in keys:
        by_root.setdefault(key.root, []).append(key.path)
    for root, paths in by_root.items():
        for page in pages(paths):
            where = sa.and_(t.file.c.root == root, t.file.c.path.in_(page))
            for row in connection.execute(sa.select(t.file).where(where)):
                file = to_file(row)
                found[file.stat.key] = file
    return found


def known_by_id(connection: sa.Connection, ids: Iterable[str]) -> dict[str, Known]:
    found: dict[str, Known] = {}
    for page in pages(dict.fromkeys(ids)):
        files = {
            row.entry_id: to_file(row)
            for row in connection.execute(sa.select(t.file).where(t.file.c.entry_id.in_(page)))
        }
        for row in connection.execute(ENTRIES.where(t.entry.c.id.in_(page))):
            entry = to_entry(row)
            found[entry.id] = Known(files.get(entry.id), entry, row.live)
    return found


def known_by_key(connection: sa.Connection, keys: Iterable[SourceKey]) -> dict[SourceKey, Known]:
    wanted = list(dict.fromkeys(keys))
    files = files_of(connection, wanted)
    by_id = known_by_id(connection, [file.entry_id for file in files.values() if file.entry_id])
    found = {}
    for key, file in files.items():
        became = by_id.get(file.entry_id or "", Known(None, None))
        found[key] = Known(file, became.entry, became.live)
    found |= _withdrawn_at(connection, [key for key in wanted if key not in files])
    return found


def _withdrawn_at(connection: sa.Connection, keys: Iterable[SourceKey]) -> dict[SourceKey, Known]:
    """Entries that were last read from these paths and are gone: a file that comes back is the same entry (D11)."""
    found: dict[SourceKey, Known] = {}
    for page in pages(keys):
        where = sa.tuple_(t.entry.c.root, t.entry.c.path).in_([(key.root, key.path) for key in page])
        statement = ENTRIES.where(where, t.entry.c.hidden).order_by(t.entry.c.updated)
        for row in connection.execute(statement):
            entry = to_entry(row)
            if entry.withdrawn is not None:
                found[entry.key] = Known(None, entry, row.live)
    return found


# --- writing ----------------------------------------------------------------------------------------------------------


def apply(connection: sa.Connection, changes: ChangeSet, memberships: Memberships, now: datetime) -> None:
    before = known_by_id(connection, [change.entry.id for change in changes.changes])
    turned = []
    for change in changes.changes:
        was = before.get(change.entry.id, Known(None, None))
        verdict = standing(was.entry, was.live, change.entry, now)
        if change.kind is ChangeKind.UNCHANGED and was.live == verdict.live:
            verdict = Standing(verdict.live, None, False)
        turned.append((change.entry, verdict))
    write_entries(connection, turned, memberships, loud=not changes.quiet)
    # A file that moved gives up its old row before the new one is written: an entry has one file.
    remove_at(connection, t.file, changes.forgotten)
    put(connection, t.file, [file_row(file) for file in changes.index])
    put_problems(connection, changes.problems)


def write_entries(
    connection: sa.Connection, turned: Sequence[tuple[Entry, Standing]], memberships: Memberships, *, loud: bool
) -> None:
    """Entries with their new standing: rows, bodies, memberships, dirty feeds, events."""
    for page in pages(turned):
        ids = [entry.id for entry, _ in page]
        put(connection, t.entry, [entry_row(entry, verdict.live) for entry, verdict in page])
        put(connection, t.body, [{"entry_id": entry.id, "text": entry.body} for entry, _ in page])
        touched = [entry.id for entry, verdict in page if verdict.touched]
        left = connection.execute(
            sa.select(t.membership.c.feed).distinct().where(t.membership.c.entry_id.in_(touched))
        ).scalars()
        soil(connection, left, loud=loud)
        connection.execute(sa.delete(t.membership).where(t.membership.c.entry_id.in_(ids)))
        hidden = [entry.id for entry, verdict in page if not verdict.live]
        connection.execute(sa.delete(t.content).where(t.content.c.entry_id.in_(hidden)))
        join(connection, [(entry, memberships.get(entry.id, ())) for entry, verdict in page if verdict.live])
        soil(connection, {f.path for id in touched for f in memberships.get(id, ())}, loud=loud)
    if loud:
        events = [{"entry_id": entry.id, "kind": verdict.event} for entry, verdict in turned if verdict.event]
        if events:
            connection.execute(sa.insert(t.event), events)


def join(connection: sa.Connection, members: Iterable[tuple[Entry, tuple[Feed, ...]]]) -> None:
    rows: list[dict[str, Any]] = []
    feeds: dict[str, Feed] = {}
    for entry, its_feeds in members:
        for feed in its_feeds:
            feeds.setdefault(feed.path, feed)
            rows.append({"feed": feed.path, "entry_id": entry.id, "published": seconds(entry.published)})
    # Its title is as the first entry wrote it, or two entries that differ in "Python" and "python" would fight.
    new = [{"path": path, "data": pack(feed)} for path, feed in sorted(feeds.items())]
    if new:
        connection.execute(upsert(t.feed).on_conflict_do_nothing(), new)
    put(connection, t.membership, rows)


def soil(connection: sa.Connection, feeds: Iterable[str], *, loud: bool) -> None:
    """Mark feeds dirty; loud wins over quiet."""
    rows = [{"feed": path, "loud": loud} for path in sorted(set(feeds))]
    if not rows:
        return
    statement = upsert(t.dirty)
    loudest = sa.or_(t.dirty.c.loud, statement.excluded.loud)
    connection.execute(statement.on_conflict_do_update(index_elements=["feed"], set_={"loud": loudest}), rows)


def put_problems(connection: sa.Connection, given: Iterable[tuple[SourceKey, Sequence[Problem]]]) -> None:
    """Replace what is known to be wrong with each key."""
    known = dict(given)
    remove_at(connection, t.problem, known)
    rows = [
        {"root": key.root, "path": key.path, "n": n, "data": pack(problem)}
        for key, problems in known.items()
        for n, problem in enumerate(problems)
    ]
    if rows:
        connection.execute(sa.insert(t.problem), rows)


def remove_at(connection: sa.Connection, table: sa.Table, keys: Iterable[SourceKey]) -> None:
    """The rows of these files; one statement for all, because a first build has tens of thousands."""
    rows = [{"at_root": key.root, "at_path": key.path} for key in keys]
    if rows:
        here = sa.and_(table.c.root == sa.bindparam("at_root"), table.c.path == sa.bindparam("at_path"))
        connection.execute(sa.delete(table).where(here), rows)


# --- moments ----------------------------------------------------------------------------------------------------------


def due(connection: sa.Connection, now: datetime, limit: int) -> tuple[Entry, ...]:
    at = seconds(now)
    # An entry without an embargo that has not expired is hidden only if a clock that ran ahead made it expire.
    to_show = sa.and_(
        ~t.entry.c.live,
        ~t.entry.c.hidden,
        sa.or_(t.entry.c.publish_at <= at, t.entry.c.publish_at.is_(None)),
        sa.or_(t.entry.c.expires_at.is_(None), t.entry.c.expires_at > at),
    )
    to_hide = sa.and_(t.entry.c.live, t.entry.c.expires_at <= at)
    entries: list[Entry] = []
    for where, order in ((to_show, t.entry.c.publish_at), (to_hide, t.entry.c.expires_at)):
        rows = connection.execute(ENTRIES.where(where).order_by(order, t.entry.c.id).limit(limit))
        entries.extend(to_entry(row) for row in rows)
    return tuple(entries[:limit])


def next_due(connection: sa.Connection, now: datetime) -> datetime | None:
    at = seconds(now)
    show = sa.select(sa.func.min(t.entry.c.publish_at)).where(
        ~t.entry.c.live, ~t.entry.c.hidden, t.entry.c.publish_at > at
    )
    hide = sa.select(sa.func.min(t.entry.c.expires_at)).where(t.entry.c.live, t.entry.c.expires_at > at)
    moments = [value for value in (connection.scalar(show), connection.scalar(hide)) if value is not None]
    return moment(min(moments)) if moments else None
