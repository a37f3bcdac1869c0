"""The store in dictionaries: the same promises as `sql.SqlStore`, for tests that should read like use. It passes the
same contract suite; nothing else may be assumed of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from threading import RLock
from uuid import uuid4

from feedd.model import (
    ArchivePage,
    ChangeSet,
    Content,
    Delivery,
    DeliveryState,
    DirtyFeed,
    Entry,
    EntryEvent,
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
from feedd.store.outbox_rules import KEEP
from feedd.store.standing import MOST_MOMENTS, MOST_TOMBSTONES, Turned, changed, refuse_taken, renamed, turned

Memberships = Mapping[str, tuple[Feed, ...]]
WAITING = (DeliveryState.PENDING, DeliveryState.CLAIMED)


class MemoryStore:
    """Keeps `ports.Store` until the process ends."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._files: dict[SourceKey, IndexedFile] = {}
        self._entries: dict[str, tuple[Entry, bool]] = {}
        self._contents: dict[str, tuple[str, str, Content]] = {}
        self._feeds: dict[str, Feed] = {}
        self._members: dict[str, set[str]] = {}
        self._dirty: dict[str, bool] = {}
        self._events: list[EntryEvent] = []
        self._seq = 0
        self._problems: dict[SourceKey, tuple[Problem, ...]] = {}
        self._publications: dict[str, Publication] = {}
        self._outbox: dict[str, Delivery] = {}
        self._facts: dict[str, str] = {}
        self._versions: dict[str, list[tuple[Version, dict[str, bytes]]]] = {}  # by feed, oldest first
        self._history: dict[str, list[tuple[int, Moment]]] = {}  # oldest first
        self._lines = 0  # of all histories
        self._tombstones: dict[tuple[str, str], Tombstone] = {}  # by feed and entry
        self._pages: dict[tuple[str, int], ArchivePage] = {}
        self._archived: dict[tuple[str, str], int] = {}  # the number of the page, by feed and entry

    # --- files and entries

    def index(self, root: str, under: Iterable[str] | None = None) -> dict[str, IndexedFile]:
        wanted = None if under is None else tuple(under)
        return {
            key.path: file
            for key, file in self._files.items()
            if key.root == root and (wanted is None or any(is_under(key.path, path) for path in wanted))
        }

    def known(self, keys: Iterable[SourceKey]) -> dict[SourceKey, Known]:
        found = {}
        for key in keys:
            if file := self._files.get(key):
                entry, live = self._entries.get(file.entry_id or "", (None, False))
                found[key] = Known(file, entry, live)
            else:
                gone = [e for e, _ in self._entries.values() if e.key == key and e.withdrawn is not None]
                if gone:
                    found[key] = Known(None, max(gone, key=lambda e: e.updated), False)
        return found

    def entries_by_id(self, ids: Iterable[str]) -> dict[str, Known]:
        files = {file.entry_id: file for file in self._files.values()}
        return {id: Known(files.get(id), *self._entries[id]) for id in ids if id in self._entries}

    def counts(self) -> Mapping[str, int]:
        rows = list(self._entries.values())
        states = [delivery.state for delivery in self._outbox.values()]
        return {
            "entries": len(rows),
            "live": sum(live for _, live in rows),
            "withdrawn": sum(e.withdrawn is not None for e, _ in rows),
            "drafts": sum(e.draft and e.withdrawn is None for e, _ in rows),
            "scheduled": sum(
                not live and not e.draft and e.withdrawn is None and e.publish_at is not None for e, live in rows
            ),
            "files": len(self._files),
            "problems": sum(map(len, self._problems.values())),
            "pending": sum(state in WAITING for state in states),
            "given_up": states.count(DeliveryState.GIVEN_UP),
        }

    def apply(self, changes: ChangeSet, memberships: Memberships, now: datetime) -> None:
        with self._lock:
            rows = [
                changed(change, self._known(change.entry.id), now, quiet=changes.quiet) for change in changes.changes
            ]
            self._write(rows, memberships)
            for key in changes.forgotten:
                self._files.pop(key, None)
            for file in changes.index:
                self._files[file.stat.key] = file
            for key, problems in changes.problems:
                self.put_problems(key, problems)

    def _known(self, id: str) -> Known:
        entry, live = self._entries.get(id, (None, False))
        return Known(None, entry, live)

    def _write(self, rows: Iterable[Turned], memberships: Memberships) -> None:
        for each in rows:
            entry, verdict = each.entry, each.standing
            left = {path for path, ids in self._members.items() if entry.id in ids}
            joined = memberships.get(entry.id, ()) if verdict.live else ()
            here = {feed.path for feed in joined}
            self._entries[entry.id] = (entry, verdict.live)
            for path in left:
                self._members[path].discard(entry.id)
            self._join(entry, joined)
            if not verdict.live:
                self._contents.pop(entry.id, None)
            if verdict.touched:
                self._soil(left | here, loud=each.loud)
                self._spoil(entry.id)
            if verdict.event and each.loud:
                self._seq += 1
                self._events.append(EntryEvent(self._seq, verdict.event, entry))
            for path in here:
                self._tombstones.pop((path, entry.id), None)
            if each.leaves:
                for path in left - here:
                    self._mourn(path, each.leaves)
            if each.moment:
                self._remember(entry.id, each.moment)

    def _mourn(self, path: str, tombstone: Tombstone) -> None:
        self._tombstones[path, tombstone.id] = tombstone
        for old in self._graves(path)[MOST_TOMBSTONES:]:
            del self._tombstones[path, old.id]

    def _graves(self, path: str) -> list[Tombstone]:
        found = [tombstone for (feed, _), tombstone in self._tombstones.items() if feed == path]
        return sorted(found, key=lambda each: (-each.when.timestamp(), each.id))

    def _remember(self, id: str, moment: Moment) -> None:
        moments = self._history.setdefault(id, [])
        if not moments or moments[-1][1] != moment:
            self._lines += 1
            moments.append((self._lines, moment))
        del moments[:-MOST_MOMENTS]

    def _join(self, entry: Entry, feeds: Iterable[Feed]) -> None:
        for feed in feeds:
            self._feeds.setdefault(feed.path, feed)
            self._members.setdefault(feed.path, set()).add(entry.id)

    def _soil(self, paths: Iterable[str], *, loud: bool) -> None:
        for path in paths:
            self._dirty[path] = self._dirty.get(path, False) or loud

    def _spoil(self, id: str) -> None:
        theirs = [(feed, page) for (feed, member), page in self._archived.items() if member == id]
        self._pages |= {place: replace(self._pages[place], stale=True) for place in theirs}

    def due(self, now: datetime, limit: int = 1000) -> tuple[Entry, ...]:
        rows = self._entries.values()
        show = [e for e, live in rows if not live and e.visible(now)]
        hide = [e for e, live in rows if live and e.expires_at is not None and e.expires_at <= now]
        show.sort(key=lambda e: (e.publish_at is not None, e.publish_at, e.id))
        hide.sort(key=lambda e: (e.expires_at, e.id))
        return tuple((show + hide)[:limit])

    def turn(self, entries: Sequence[Entry], memberships: Memberships, now: datetime) -> None:
        with self._lock:
            rows = [turned(entry, self._known(entry.id), now) for entry in entries if entry.id in self._entries]
            self._write(rows, memberships)

    def next_due(self, now: datetime) -> datetime | None:
        moments = []
        for e, live in self._entries.values():
            hidden = e.draft or e.withdrawn is not None
            moment = e.expires_at if live else (None if hidden else e.publish_at)
            if moment is not None and moment > now:
                moments.append(moment)
        return min(moments, default=None)

    def live_entries(self, after: str = "", limit: int = 1000) -> tuple[Entry, ...]:
        ids = sorted(id for id, (_, live) in self._entries.items() if live and id > after)
        return tuple(self._entries[id][0] for id in ids[:limit])

    def remember_feeds(self, fingerprint: str, memberships: Iterable[tuple[Entry, tuple[Feed, ...]]]) -> None:
        with self._lock:
            old = set(self._feeds)
            rows = list(memberships)
            self._members.clear()
            self._feeds.clear()
            for entry, feeds in rows:
                self._join(entry, feeds)
            self._dirty = {path: loud for path, loud in self._dirty.items() if path not in old - set(self._feeds)}
            self._soil(old | set(self._feeds), loud=False)
            self._pages = {place: replace(page, stale=True) for place, page in self._pages.items()}
            self._facts["feeds"] = fingerprint

    def feeds_fingerprint(self) -> str | None:
        return self.marked("feeds")

    def history(self, id: str, limit: int = 200) -> tuple[Moment, ...]:
        return tuple(moment for _, moment in self._history.get(id, [])[::-1][:limit])

    def lately(self, kind: str, why: str, since: datetime) -> int:
        return sum(
            not self._entries[id][1]
            and any(m.announced and (m.kind, m.why) == (kind, why) and m.at > since for _, m in moments)
            for id, moments in self._history.items()
            if id in self._entries
        )

    def rename(self, renames: Iterable[tuple[str, Entry]], memberships: Memberships, now: datetime, why: str) -> None:
        with self._lock:
            pairs = list(renames)
            before = {id: self._known(id) for old, entry in pairs for id in (old, entry.id) if id in self._entries}
            refuse_taken(pairs, before)
            new = {old: entry for old, entry in pairs if old in before}
            histories = {old: self._history.pop(old, []) for old in new}
            for old in new:
                self._soil([path for path, ids in self._members.items() if old in ids], loud=False)
                del self._entries[old]
                for ids in self._members.values():
                    ids.discard(old)
            self._files = {
                key: replace(file, entry_id=new[file.entry_id].id) if file.entry_id in new else file
                for key, file in self._files.items()
            }
            self._events = [replace(e, entry=new.get(e.entry.id, e.entry)) for e in self._events]
            self._rename_archived({old: entry.id for old, entry in new.items() if old != entry.id})
            for old, entry in new.items():
                self._history[entry.id] = sorted(self._history.get(entry.id, []) + histories[old], key=_line)
            self._write([renamed(entry, before[old], now, why) for old, entry in new.items()], memberships)

    def _rename_archived(self, others: Mapping[str, str]) -> None:
        for old in others:
            self._spoil(old)
        moved = {(feed, others[id]): page for (feed, id), page in self._archived.items() if id in others}
        kept = {place: page for place, page in self._archived.items() if place[1] not in others}
        self._archived = moved | kept
        for new in others.values():
            self._spoil(new)

    def find_entries(self, text: str, limit: int = 10) -> tuple[Known, ...]:
        entries = [entry for entry, _ in self._entries.values()]
        found = [e for e in entries if text in (e.id, e.url, e.key.path)]
        found = found or [e for e in entries if e.key.path.endswith(text)] if text else []
        found.sort(key=lambda e: (not self._entries[e.id][1], e.key.path, e.id))
        known = self.entries_by_id([e.id for e in found[:limit]])
        return tuple(known.values())

    def mark(self, name: str, value: str) -> None:
        self._facts[name] = value

    def marked(self, name: str) -> str | None:
        return self._facts.get(name)

    # --- problems

    def problems(self) -> tuple[tuple[SourceKey, Problem], ...]:
        return tuple((key, problem) for key in sorted(self._problems) for problem in self._problems[key])

    def put_problems(self, key: SourceKey, problems: Sequence[Problem]) -> None:
        if problems:
            self._problems[key] = tuple(problems)
        else:
            self._problems.pop(key, None)

    # --- feeds

    def feeds(self) -> tuple[Feed, ...]:
        return tuple(self._feeds[path] for path in sorted(self._feeds))

    def dirty(self) -> tuple[DirtyFeed, ...]:
        return tuple(DirtyFeed(path, loud) for path, loud in sorted(self._dirty.items()))

    def window(self, feed: Feed, now: datetime) -> tuple[Entry, ...]:
        members, most = [self._entries[id][0] for id in self._members.get(feed.path, ())], feed.limit
        if feed.archive:
            rest = [e for e in members if (feed.path, e.id) not in self._archived]
            return tuple(sorted(rest, key=_newest_first))
        if feed.max_age is not None:
            oldest = int(now.timestamp()) - int(feed.max_age.total_seconds())
            young = sum(e.published.timestamp() >= oldest for e in members)
            most = min(most, max(young, feed.at_least))
        members.sort(key=_newest_first)
        return tuple(members[:most])

    def window_digests(self, feed: Feed, now: datetime) -> tuple[tuple[str, str], ...]:
        return tuple((e.id, _mark(e)) for e in self.window(feed, now))

    def archive(self, feed: Feed) -> tuple[ArchivePage, ...]:
        return tuple(self._pages[place] for place in sorted(self._pages) if place[0] == feed.path)

    def archived_digests(self, feed: Feed, page: int) -> tuple[tuple[str, str], ...]:
        ids = {id for (path, id), number in self._archived.items() if (path, number) == (feed.path, page)}
        here = ids & self._members.get(feed.path, set())
        shown = sorted((self._entries[id][0] for id in here), key=_newest_first)
        return (*((e.id, _mark(e)) for e in shown), *((id, "") for id in sorted(ids - here)))

    def paged(self, feed: Feed, ids: Iterable[str]) -> frozenset[str]:
        return frozenset(id for id in ids if (feed.path, id) in self._archived)

    def tombstones(self, feed: Feed, since: datetime) -> tuple[Tombstone, ...]:
        return tuple(each for each in self._graves(feed.path) if each.when > since)

    def contents(self, wanted: Iterable[Entry], version: str) -> dict[str, Content]:
        found = {}
        for entry in wanted:
            digest, made_by, content = self._contents.get(entry.id, ("", "", None))
            if content is not None and (digest, made_by) == (entry.digest, version):
                found[entry.id] = content
        return found

    def save_contents(self, contents: Iterable[tuple[Entry, Content]], version: str) -> None:
        for entry, content in contents:
            self._contents[entry.id] = (entry.digest, version, content)

    # --- publications and outbox

    def publications(self) -> dict[str, Publication]:
        return dict(self._publications)

    def events(self) -> tuple[EntryEvent, ...]:
        return tuple(replace(event, entry=self._entries[event.entry.id][0]) for event in self._events)

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
        with self._lock:
            self._publications |= {p.path: p for p in publications}
            for path in retired:
                self._publications.pop(path, None)
            for path in clean:
                self._dirty.pop(path, None)
            self._soil(dirty, loud=True)
            over_with = set(consumed)
            self._events = [event for event in self._events if event.seq not in over_with]
            without = set(unarchived)
            self._record_archive(archived, without)
            self._forget_versions(set(retired))
            for feed in without:
                self._versions[feed] = [each for each in self._versions.get(feed, [])[-1:] if self._stands(each[0])]
            for feed in sorted({publication.feed for publication, _ in kept}):
                self._keep(feed, [each for each in kept if each[0].feed == feed], keep, now)
            for delivery in deliveries:
                if waiting := self.pending(delivery.endpoint, delivery.topic):
                    superseded = replace(waiting, state=DeliveryState.SUPERSEDED, last_at=delivery.created)
                    self._outbox[waiting.id] = superseded
                self._outbox[delivery.id] = replace(delivery, attempts=0, state=DeliveryState.PENDING)
            over = [
                d for d in self._outbox.values() if d.state in KEEP and (d.last_at or d.created) < now - KEEP[d.state]
            ]
            for delivery in over:
                del self._outbox[delivery.id]

    def _record_archive(self, archived: Sequence[ArchivePage], dropped: set[str]) -> None:
        for page in archived:
            self._pages[page.feed, page.number] = replace(page, members=())
            for id in page.members:
                self._archived.setdefault((page.feed, id), page.number)
        self._pages = {place: page for place, page in self._pages.items() if place[0] not in dropped}
        self._archived = {place: page for place, page in self._archived.items() if place[0] not in dropped}

    def _keep(self, feed: str, documents: Sequence[tuple[Publication, bytes]], keep: int, now: datetime) -> None:
        known = self._versions.setdefault(feed, [])
        newest = known[-1][0] if known else None
        before = {publication.digest for publication in newest.publications} if newest else set()
        if keep and before != {publication.digest for publication, _ in documents}:
            publications = tuple(sorted((each for each, _ in documents), key=lambda each: each.path))
            version = Version(feed, newest.number + 1 if newest else 1, now.replace(microsecond=0), publications)
            known.append((version, {publication.path: data for publication, data in documents}))
        del known[: max(0, len(known) - keep)]

    def _forget_versions(self, paths: set[str]) -> None:
        for feed, known in self._versions.items():
            left = [
                (replace(v, publications=tuple(p for p in v.publications if p.path not in paths)), data)
                for v, data in known
            ]
            self._versions[feed] = [(v, data) for v, data in left if v.publications]

    def _stands(self, version: Version) -> bool:
        now = {path: publication.digest for path, publication in self._publications.items()}
        return all(now.get(then.path) == then.digest for then in version.publications)

    def versions(self, feed: str) -> tuple[Version, ...]:
        return tuple(version for version, _ in reversed(self._versions.get(feed, [])))

    def version_data(self, feed: str, number: int) -> Mapping[str, bytes]:
        for version, data in self._versions.get(feed, []):
            if version.number == number:
                return {publication.path: data[publication.path] for publication in version.publications}
        return {}

    def pending(self, endpoint: str, topic: str) -> Delivery | None:
        wanted = (endpoint, topic, DeliveryState.PENDING)
        return next((d for d in self._outbox.values() if (d.endpoint, d.topic, d.state) == wanted), None)

    def last_done(self, endpoint: str, topic: str) -> datetime | None:
        wanted = (endpoint, topic, DeliveryState.DONE)
        done = [d.last_at for d in self._outbox.values() if (d.endpoint, d.topic, d.state) == wanted and d.last_at]
        return max(done, default=None)

    def claim(self, now: datetime, lease: timedelta, *, busy_hosts: Iterable[str] = ()) -> Delivery | None:
        busy = set(busy_hosts)
        with self._lock:
            rows = self._outbox.values()
            in_flight = {
                (d.endpoint, d.topic) for d in rows if d.state is DeliveryState.CLAIMED and not _claimable(d, now)
            }
            ready = [
                d for d in rows if d.host not in busy and _claimable(d, now) and (d.endpoint, d.topic) not in in_flight
            ]
            if not ready:
                return None
            oldest = min(ready, key=lambda d: (d.due, d.id))
            claimed = replace(
                oldest,
                state=DeliveryState.CLAIMED,
                token=uuid4().hex,
                lease_until=now + lease,
                attempts=oldest.attempts + 1,
            )
            self._outbox[claimed.id] = claimed
            return claimed

    def release(self) -> int:
        with self._lock:
            claimed = [d for d in self._outbox.values() if d.state is DeliveryState.CLAIMED]
            self._outbox |= {d.id: replace(d, lease_until=d.due) for d in claimed}
            return len(claimed)

    def settle(self, delivery: Delivery, verdict: Verdict, now: datetime) -> bool:
        with self._lock:
            row = self._outbox.get(delivery.id)
            if row is None or row.state is not DeliveryState.CLAIMED or row.token != delivery.token:
                return False
            state = verdict.state
            if state is DeliveryState.PENDING and self._has_newer(row):
                state = DeliveryState.SUPERSEDED
            self._outbox[row.id] = replace(
                row,
                state=state,
                due=verdict.due or row.due,
                token=None,
                lease_until=None,
                last_error=None if verdict.state is DeliveryState.DONE else verdict.detail[:500],
                last_status=verdict.status,
                last_at=now,
            )
            return True

    def _has_newer(self, row: Delivery) -> bool:
        return any(
            (d.endpoint, d.topic) == (row.endpoint, row.topic)
            and d.id != row.id
            and (d.state is DeliveryState.PENDING or d.created > row.created)
            for d in self._outbox.values()
        )

    def deliveries(self, states: Iterable[str] = (), limit: int = 1000) -> tuple[Delivery, ...]:
        wanted = set(states)
        rows = [d for d in self._outbox.values() if not wanted or d.state in wanted]
        rows.sort(key=lambda d: (d.created, d.id), reverse=True)
        return tuple(rows[:limit])

    def next_delivery(self) -> datetime | None:
        waiting = [d.due for d in self._outbox.values() if d.state is DeliveryState.PENDING]
        leased = [d.lease_until for d in self._outbox.values() if d.state is DeliveryState.CLAIMED and d.lease_until]
        return min(waiting + leased, default=None)

    def retry(self, now: datetime, *, endpoint: str | None = None, given_up: bool = True, pending: bool = True) -> int:
        count = 0
        with self._lock:
            for d in self.deliveries(limit=len(self._outbox)):
                if endpoint is not None and d.endpoint != endpoint:
                    continue
                if pending and d.state is DeliveryState.PENDING:
                    self._outbox[d.id] = replace(d, due=now)
                    count += 1
                elif given_up and d.state is DeliveryState.GIVEN_UP:
                    if self.pending(d.endpoint, d.topic):
                        self._outbox[d.id] = replace(d, state=DeliveryState.SUPERSEDED, last_at=now)
                    else:
                        again = replace(d, state=DeliveryState.PENDING, due=now, created=now, attempts=0)
                        self._outbox[d.id] = again
                        count += 1
        return count

    def drop_endpoints(self, keep: Iterable[str]) -> int:
        kept = set(keep)
        why = "the endpoint is no longer in the settings"
        dropped = [d for d in self._outbox.values() if d.state is DeliveryState.PENDING and d.endpoint not in kept]
        for d in dropped:
            self._outbox[d.id] = replace(d, state=DeliveryState.GIVEN_UP, last_error=why)
        return len(dropped)

    def close(self) -> None:
        """Nothing to close; what was remembered is still there, as with a database file."""


def _newest_first(entry: Entry) -> tuple[float, str]:
    return (-entry.published.timestamp(), entry.id)


def _mark(entry: Entry) -> str:
    return f"{entry.digest}@{int(entry.updated.timestamp())}"


def _line(numbered: tuple[int, Moment]) -> int:
    return numbered[0]


def is_under(path: str, folder: str) -> bool:
    return not folder or path == folder or path.startswith(folder + "/")


def _claimable(delivery: Delivery, now: datetime) -> bool:
    if delivery.state is DeliveryState.PENDING:
        return delivery.due <= now
    lease = delivery.lease_until
    return delivery.state is DeliveryState.CLAIMED and lease is not None and lease <= now
