"""The store on SQLAlchemy Core: each public method is one transaction around statements of `entries` and `outbox`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from feedd.errors import StoreError
from feedd.model import (
    ArchivePage,
    ChangeSet,
    Content,
    Delivery,
    DeliveryState,
    DirtyFeed,
    Entry,
    EntryEvent,
    EventKind,
    Feed,
    IndexedFile,
    Known,
    Moment,
    Problem,
    Publication,
    SourceKey,
    Tombstone,
    Verdict,
    Version,
)
from feedd.store import archives, entries, outbox, past, versions
from feedd.store import schema as t
from feedd.store.codec import pack, seconds, unpack
from feedd.store.engine import open_engine
from feedd.store.entries import Memberships


class SqlStore:
    """Keeps `ports.Store` in a SQLite file. Safe to use from several threads; each call takes its own connection."""

    def __init__(self, path: str) -> None:
        self._engine = open_engine(path)

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        with _mendable("read"), self._engine.connect().execution_options(feedd_reading=True) as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        with _mendable("written"), self._engine.begin() as connection:
            yield connection

    # --- files and entries

    def index(self, root: str, under: Iterable[str] | None = None) -> dict[str, IndexedFile]:
        with self._reading() as connection:
            return entries.index(connection, root, under)

    def known(self, keys: Iterable[SourceKey]) -> dict[SourceKey, Known]:
        with self._reading() as connection:
            return entries.known_by_key(connection, keys)

    def entries_by_id(self, ids: Iterable[str]) -> dict[str, Known]:
        with self._reading() as connection:
            return entries.known_by_id(connection, ids)

    def counts(self) -> Mapping[str, int]:
        e, d = t.entry.c, t.delivery.c
        withdrawn = sa.func.json_extract(e.data, "$.withdrawn").is_not(None)
        wanted: dict[str, sa.Select[Any]] = {
            "entries": _count(t.entry),
            "live": _count(t.entry).where(e.live),
            "withdrawn": _count(t.entry).where(e.hidden, withdrawn),
            "drafts": _count(t.entry).where(e.hidden, ~withdrawn),
            "scheduled": _count(t.entry).where(~e.live, ~e.hidden, e.publish_at.is_not(None)),
            "files": _count(t.file),
            "problems": _count(t.problem),
            "pending": _count(t.delivery).where(d.state.in_([DeliveryState.PENDING, DeliveryState.CLAIMED])),
            "given_up": _count(t.delivery).where(d.state == DeliveryState.GIVEN_UP),
        }
        with self._reading() as connection:
            return {name: connection.scalar(statement) or 0 for name, statement in wanted.items()}

    def apply(self, changes: ChangeSet, memberships: Memberships, now: datetime) -> None:
        with self._writing() as connection:
            entries.apply(connection, changes, memberships, now)

    def due(self, now: datetime, limit: int = 1000) -> tuple[Entry, ...]:
        with self._reading() as connection:
            return entries.due(connection, now, limit)

    def turn(self, turned: Sequence[Entry], memberships: Memberships, now: datetime) -> None:
        with self._writing() as connection:
            entries.turn(connection, turned, memberships, now)

    def next_due(self, now: datetime) -> datetime | None:
        with self._reading() as connection:
            return entries.next_due(connection, now)

    def live_entries(self, after: str = "", limit: int = 1000) -> tuple[Entry, ...]:
        statement = entries.ENTRIES.where(t.entry.c.live, t.entry.c.id > after).order_by(t.entry.c.id).limit(limit)
        with self._reading() as connection:
            return tuple(entries.to_entry(row) for row in connection.execute(statement))

    def remember_feeds(self, fingerprint: str, memberships: Iterable[tuple[Entry, tuple[Feed, ...]]]) -> None:
        with self._writing() as connection:
            old = set(connection.execute(sa.select(t.feed.c.path)).scalars())
            connection.execute(sa.delete(t.membership))
            connection.execute(sa.delete(t.feed))
            for page in entries.pages(memberships):
                entries.join(connection, page)
            new = set(connection.execute(sa.select(t.feed.c.path)).scalars())
            _remove(connection, t.dirty.c.feed, old - new)
            entries.soil(connection, new | old, loud=False)
            archives.spoil_all(connection)
            entries.put(connection, t.fact, [{"name": "feeds", "value": fingerprint}])

    def feeds_fingerprint(self) -> str | None:
        return self.marked("feeds")

    def history(self, id: str, limit: int = 200) -> tuple[Moment, ...]:
        with self._reading() as connection:
            return past.history(connection, id, limit)

    def lately(self, kind: str, why: str, since: datetime) -> int:
        with self._reading() as connection:
            return past.lately(connection, kind, why, since)

    def rename(self, renames: Iterable[tuple[str, Entry]], memberships: Memberships, now: datetime, why: str) -> None:
        with self._writing() as connection:
            past.rename(connection, renames, memberships, now, why)

    def find_entries(self, text: str, limit: int = 10) -> tuple[Known, ...]:
        with self._reading() as connection:
            return past.find(connection, text, limit)

    def mark(self, name: str, value: str) -> None:
        with self._writing() as connection:
            entries.put(connection, t.fact, [{"name": name, "value": value}])

    def marked(self, name: str) -> str | None:
        with self._reading() as connection:
            return connection.scalar(sa.select(t.fact.c.value).where(t.fact.c.name == name))

    # --- problems

    def problems(self) -> tuple[tuple[SourceKey, Problem], ...]:
        statement = sa.select(t.problem).order_by(t.problem.c.root, t.problem.c.path, t.problem.c.n)
        with self._reading() as connection:
            return tuple(
                (SourceKey(row.root, row.path), unpack(Problem, row.data)) for row in connection.execute(statement)
            )

    def put_problems(self, key: SourceKey, problems: Sequence[Problem]) -> None:
        with self._writing() as connection:
            entries.put_problems(connection, [(key, problems)])

    # --- feeds

    def feeds(self) -> tuple[Feed, ...]:
        with self._reading() as connection:
            rows = connection.execute(sa.select(t.feed.c.data).order_by(t.feed.c.path)).scalars()
            return tuple(unpack(Feed, data) for data in rows)

    def dirty(self) -> tuple[DirtyFeed, ...]:
        with self._reading() as connection:
            rows = connection.execute(sa.select(t.dirty).order_by(t.dirty.c.feed))
            return tuple(DirtyFeed(row.feed, row.loud) for row in rows)

    def window(self, feed: Feed, now: datetime) -> tuple[Entry, ...]:
        ids = _window_ids(feed, now).subquery()
        statement = entries.ENTRIES.join(ids, ids.c.entry_id == t.entry.c.id).order_by(
            ids.c.published.desc(), ids.c.entry_id
        )
        with self._reading() as connection:
            return tuple(entries.to_entry(row) for row in connection.execute(statement))

    def window_digests(self, feed: Feed, now: datetime) -> tuple[tuple[str, str], ...]:
        ids = _window_ids(feed, now).subquery()
        statement = (
            sa.select(t.entry.c.id, t.entry.c.digest, t.entry.c.updated)
            .join(ids, ids.c.entry_id == t.entry.c.id)
            .order_by(ids.c.published.desc(), ids.c.entry_id)
        )
        with self._reading() as connection:
            return tuple((row.id, f"{row.digest}@{row.updated}") for row in connection.execute(statement))

    def archive(self, feed: Feed) -> tuple[ArchivePage, ...]:
        with self._reading() as connection:
            return archives.archive(connection, feed)

    def archived_digests(self, feed: Feed, page: int) -> tuple[tuple[str, str], ...]:
        with self._reading() as connection:
            return archives.digests(connection, feed, page)

    def paged(self, feed: Feed, ids: Iterable[str]) -> frozenset[str]:
        with self._reading() as connection:
            return archives.paged(connection, feed, ids)

    def tombstones(self, feed: Feed, since: datetime) -> tuple[Tombstone, ...]:
        with self._reading() as connection:
            return past.tombstones(connection, feed, since)

    def contents(self, wanted: Iterable[Entry], version: str) -> dict[str, Content]:
        digests = {entry.id: entry.digest for entry in wanted}
        found: dict[str, Content] = {}
        with self._reading() as connection:
            for page in entries.pages(digests):
                statement = sa.select(t.content).where(t.content.c.entry_id.in_(page), t.content.c.version == version)
                for row in connection.execute(statement):
                    if row.digest == digests[row.entry_id]:
                        found[row.entry_id] = unpack(Content, row.data)
        return found

    def save_contents(self, contents: Iterable[tuple[Entry, Content]], version: str) -> None:
        rows = [
            {"entry_id": entry.id, "digest": entry.digest, "version": version, "data": pack(content)}
            for entry, content in contents
        ]
        if rows:
            with self._writing() as connection:
                entries.put(connection, t.content, rows)

    # --- publications and outbox

    def publications(self) -> dict[str, Publication]:
        with self._reading() as connection:
            rows = connection.execute(sa.select(t.publication.c.path, t.publication.c.data))
            return {row.path: unpack(Publication, row.data) for row in rows}

    def events(self) -> tuple[EntryEvent, ...]:
        with self._reading() as connection:
            rows = connection.execute(sa.select(t.event).order_by(t.event.c.seq)).all()
            known = entries.known_by_id(connection, [row.entry_id for row in rows])
        return tuple(
            EntryEvent(row.seq, EventKind(row.kind), entry)
            for row in rows
            if (entry := known.get(row.entry_id, Known(None, None)).entry) is not None
        )

    def record(
        self,
        publications: Sequence[Publication],
        deliveries: Sequence[Delivery],
        *,
        clean: Iterable[str],
        dirty: Iterable[str] = (),
        consumed: Iterable[int] = (),
        now: datetime,
        retired: Iterable[str] = (),
        archived: Sequence[ArchivePage] = (),
        unarchived: Iterable[str] = (),
        kept: Sequence[tuple[Publication, bytes]] = (),
        keep: int = 0,
    ) -> None:
        without = frozenset(unarchived)
        with self._writing() as connection:
            rows = [{"path": p.path, "feed": p.feed, "data": pack(p)} for p in publications]
            entries.put(connection, t.publication, rows)
            _remove(connection, t.publication.c.path, retired)
            _remove(connection, t.dirty.c.feed, clean)
            entries.soil(connection, dirty, loud=True)
            _remove(connection, t.event.c.seq, consumed)
            archives.record(connection, archived, without)
            versions.forget(connection, retired)
            versions.forget_feeds(connection, without)
            versions.record(connection, kept, keep, now)
            outbox.enqueue(connection, deliveries)
            outbox.prune(connection, now)

    def versions(self, feed: str) -> tuple[Version, ...]:
        with self._reading() as connection:
            return versions.listing(connection, feed)

    def version_data(self, feed: str, number: int) -> Mapping[str, bytes]:
        with self._reading() as connection:
            return versions.data(connection, feed, number)

    def pending(self, endpoint: str, topic: str) -> Delivery | None:
        with self._reading() as connection:
            return outbox.pending(connection, endpoint, topic)

    def last_done(self, endpoint: str, topic: str) -> datetime | None:
        with self._reading() as connection:
            return outbox.last_done(connection, endpoint, topic)

    def claim(self, now: datetime, lease: timedelta, *, busy_hosts: Iterable[str] = ()) -> Delivery | None:
        with self._writing() as connection:
            return outbox.claim(connection, now, lease, busy_hosts)

    def release(self) -> int:
        with self._writing() as connection:
            return outbox.release(connection)

    def settle(self, delivery: Delivery, verdict: Verdict, now: datetime) -> bool:
        with self._writing() as connection:
            return outbox.settle(connection, delivery, verdict, now)

    def deliveries(self, states: Iterable[str] = (), limit: int = 1000) -> tuple[Delivery, ...]:
        with self._reading() as connection:
            return outbox.listing(connection, states, limit)

    def next_delivery(self) -> datetime | None:
        with self._reading() as connection:
            return outbox.next_delivery(connection)

    def retry(self, now: datetime, *, endpoint: str | None = None, given_up: bool = True, pending: bool = True) -> int:
        with self._writing() as connection:
            return outbox.retry(connection, now, endpoint, given_up, pending)

    def drop_endpoints(self, keep: Iterable[str]) -> int:
        with self._writing() as connection:
            return outbox.drop_endpoints(connection, keep)

    def close(self) -> None:
        self._engine.dispose()


@contextmanager
def _mendable(what: str) -> Iterator[None]:
    """A full disk and the like is the operator's to mend; what was remembered stands."""
    try:
        yield
    except sa.exc.OperationalError as error:
        raise StoreError(
            f"the state database cannot be {what}: {error.orig}", hint="look at the disk; feedd tries again"
        ) from error


def _remove(connection: sa.Connection, column: sa.Column[Any], values: Iterable[Any]) -> None:
    """The rows with one of these values, a page at a time: there is a limit to what one statement may name."""
    for page in entries.pages(values):
        connection.execute(sa.delete(column.table).where(column.in_(page)))


def _count(table: sa.Table) -> sa.Select[Any]:
    return sa.select(sa.func.count()).select_from(table)


def _window_ids(feed: Feed, now: datetime) -> sa.Select[Any]:
    m = t.membership.c
    statement = sa.select(m.entry_id, m.published).where(m.feed == feed.path)
    if feed.archive:
        return statement.where(archives.unarchived(feed)).order_by(m.published.desc(), m.entry_id)
    if feed.max_age is not None:
        young = m.published >= (seconds(now) or 0) - int(feed.max_age.total_seconds())
        newest = sa.select(m.entry_id).where(m.feed == feed.path).order_by(m.published.desc(), m.entry_id)
        stays = m.entry_id.in_(newest.limit(feed.at_least)) if feed.at_least else sa.false()
        statement = statement.where(young | stays)
    return statement.order_by(m.published.desc(), m.entry_id).limit(feed.limit)
