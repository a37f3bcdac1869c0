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

from feedd.model import (
    ChangeSet,
    Entry,
    Feed,
    FileStat,
    IndexedFile,
    Known,
    Moment,
    Problem,
    SourceKey,
)
from feedd.store import schema as t
from feedd.store.codec import moment, pack, pack_entry, seconds, unpack
from feedd.store.standing import MOST_MOMENTS, MOST_TOMBSTONES, NOBODY, Turned, changed, turned

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
    stat = FileStat(SourceKey(row.root, row.path), row.size, row.mtime_ns, row.ctime_ns, row.inode, row.beside)
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
        "beside": stat.beside,
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
    rows = [
        changed(change, before.get(change.entry.id, NOBODY), now, quiet=changes.quiet) for change in changes.changes
    ]
    write_entries(connection, rows, memberships, before)
    # A file that moved gives up its old row before the new one is written: an entry has one file.
    remove_at(connection, t.file, changes.forgotten)
    put(connection, t.file, [file_row(file) for file in changes.index])
    put_problems(connection, changes.problems)


def turn(connection: sa.Connection, entries: Sequence[Entry], memberships: Memberships, now: datetime) -> None:
    before = known_by_id(connection, [entry.id for entry in entries])
    rows = [turned(entry, before[entry.id], now) for entry in entries if entry.id in before]
    write_entries(connection, rows, memberships, before)


def write_entries(
    connection: sa.Connection, turned: Sequence[Turned], memberships: Memberships, before: Iterable[str]
) -> None:
    """Entries with their new standing: rows, bodies, memberships, tombstones, dirty feeds, events, history. `before`
    are the ids of those that were there."""
    for page in pages(turned):
        put(connection, t.entry, [entry_row(each.entry, each.standing.live) for each in page])
        put(connection, t.body, [{"entry_id": each.entry.id, "text": each.entry.body} for each in page])
        left = feeds_of(connection, [each.entry.id for each in page])
        joined = {each.entry.id: memberships.get(each.entry.id, ()) for each in page if each.standing.live}
        for loud in (True, False):
            touched = [each.entry.id for each in page if each.standing.touched and each.loud is loud]
            paths = {path for id in touched for path in left.get(id, ())}
            soil(connection, paths | {f.path for id in touched for f in joined.get(id, ())}, loud=loud)
            spoil(connection, touched)
        remove_of(connection, t.membership, left)
        remove_of(connection, t.content, [each.entry.id for each in page if not each.standing.live])
        join(connection, [(each.entry, joined[each.entry.id]) for each in page if each.entry.id in joined])
        _mourn(connection, page, left, joined)
    events = [
        {"entry_id": each.entry.id, "kind": each.standing.event} for each in turned if each.standing.event and each.loud
    ]
    if events:
        connection.execute(sa.insert(t.event), events)
    _remember(connection, [(each.entry.id, each.moment) for each in turned if each.moment], frozenset(before))


def feeds_of(connection: sa.Connection, ids: Sequence[str]) -> dict[str, list[str]]:
    m = t.membership.c
    found: dict[str, list[str]] = {}
    for row in connection.execute(sa.select(m.entry_id, m.feed).where(m.entry_id.in_(ids))):
        found.setdefault(row.entry_id, []).append(row.feed)
    return found


def remove_of(connection: sa.Connection, table: sa.Table, ids: Iterable[str]) -> None:
    for page in pages(ids):
        connection.execute(sa.delete(table).where(table.c.entry_id.in_(page)))


def _mourn(
    connection: sa.Connection,
    page: Sequence[Turned],
    left: Mapping[str, Sequence[str]],
    joined: Mapping[str, Sequence[Feed]],
) -> None:
    """A tombstone in each feed that an entry left, none in those it is in."""
    rows, filled = [], set()
    back = [{"at_feed": feed.path, "at_id": id} for id, feeds in joined.items() for feed in feeds]
    for each in page:
        here = {feed.path for feed in joined.get(each.entry.id, ())}
        if each.leaves is None:
            continue
        for path in set(left.get(each.entry.id, ())) - here:
            filled.add(path)
            data = pack(each.leaves)
            rows.append({"feed": path, "entry_id": each.entry.id, "at": seconds(each.leaves.when), "data": data})
    s = t.tombstone.c
    if back and connection.scalar(sa.select(sa.exists().where(s.feed.is_not(None)))):
        here_again = sa.and_(s.feed == sa.bindparam("at_feed"), s.entry_id == sa.bindparam("at_id"))
        connection.execute(sa.delete(t.tombstone).where(here_again), back)
    put(connection, t.tombstone, rows)
    for path in sorted(filled):
        newest = sa.select(s.entry_id).where(s.feed == path).order_by(s.at.desc(), s.entry_id).limit(MOST_TOMBSTONES)
        connection.execute(sa.delete(t.tombstone).where(s.feed == path, s.entry_id.not_in(newest)))


def _remember(connection: sa.Connection, moments: Sequence[tuple[str, Moment]], before: frozenset[str]) -> None:
    """Lines of history. One that stands there already is not written again: applying twice is applying once."""
    h = t.history.c
    old = [id for id, _ in moments if id in before]
    last: dict[str, bytes] = {}
    for page in pages(old):
        newest = sa.select(sa.func.max(h.seq)).where(h.entry_id.in_(page)).group_by(h.entry_id)
        for row in connection.execute(sa.select(h.entry_id, h.data).where(h.seq.in_(newest))):
            last[row.entry_id] = row.data
    rows = [
        {"entry_id": id, "at": seconds(moment.at), "kind": moment.kind, "data": data}
        for id, moment in moments
        if (data := pack(moment)) != last.get(id)
    ]
    if rows:
        connection.execute(sa.insert(t.history), rows)
    if old:
        id: sa.BindParameter[str] = sa.bindparam("of_id")
        oldest = (
            sa.select(h.seq).where(h.entry_id == id).order_by(h.seq.desc()).limit(1).offset(MOST_MOMENTS)
        ).scalar_subquery()
        connection.execute(sa.delete(t.history).where(h.entry_id == id, h.seq <= oldest), [{"of_id": i} for i in old])


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


def spoil(connection: sa.Connection, ids: Sequence[str]) -> None:
    """The archive pages in which these entries stand are not what they were."""
    a = t.archived.c
    theirs = sa.select(a.feed, a.page).where(a.entry_id.in_(ids))
    where = sa.tuple_(t.archive.c.feed, t.archive.c.page).in_(theirs)
    connection.execute(sa.update(t.archive).where(where).values(stale=True))


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
