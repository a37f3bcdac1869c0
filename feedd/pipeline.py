"""THE JOURNEY. Read this first.

    watcher -> normalizer -> store        refresh: files -> entries            COMMIT 1
    store -> renderer -> publisher        publish: entries -> documents
    -> notifier                                    documents -> outbox         COMMIT 2

One conductor calls the rooms in order; data in, data out; rooms do not call each other. It never asks "what happened?"
but "what is out of date?", so a file event, a timer, an embargo that ends, a restart after a crash and a manual rebuild
are the same call of `run`. It may die anywhere: what was not committed is found again, what was committed but not
published is still dirty, what was published but not announced still has its events.

`now` is read once by the caller. Everything here runs on one thread.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Protocol, TypeVar

from feedd.errors import PublishError
from feedd.model import (
    ChangeKind,
    ChangeSet,
    Content,
    Delivery,
    Endpoint,
    Entry,
    EntryEvent,
    Feed,
    FeedDocument,
    FeedItem,
    FeedSnapshot,
    FileStat,
    Gone,
    IndexedFile,
    Known,
    Level,
    Problem,
    Publication,
    Refused,
    Settings,
    Source,
    SourceDocument,
    SourceKey,
)
from feedd.normalizer import body, compare, identity
from feedd.normalizer.normalize import Reading, normalize
from feedd.normalizer.parse import parse
from feedd.notifier import plan as notifier
from feedd.ports import Publisher, Scan, Store, Watcher, iterate
from feedd.renderer import render, select

log = logging.getLogger(__name__)

T = TypeVar("T")

READ_AT_ONCE = 500  # files in one transaction: small enough that a bad moment costs little, large enough to be fast
FEEDS_AT_ONCE = 20  # feeds whose documents are in memory together
FEW_LOST = 200  # so many missing files are compared word by word with new ones; more only by their bytes


class Shelf(Protocol):
    """What the server serves from: told of every document that stands in public, before it is announced."""

    def show(self, documents: Sequence[tuple[bytes, Publication]]) -> None: ...
    def retire(self, paths: Iterable[str]) -> None: ...
    def has(self, publication: Publication) -> bool: ...


@dataclass(frozen=True, slots=True)
class Scope:
    """What to look at. `sweep` are sources to compare whole (None: all), `paths` what to look at in the others. `young`
    are paths in the middle of a change: what is missing there is not believed to be gone yet (but may be recognised
    under another name), and what is there is read only if it stands in `paths` too. `ticks` are scheduled feeds whose
    time has come (None: all)."""

    sweep: frozenset[str] | None = frozenset()
    paths: Mapping[str, frozenset[str]] = field(default_factory=dict)
    young: Mapping[str, frozenset[str]] = field(default_factory=dict)
    ticks: frozenset[str] | None = frozenset()
    accept: bool = False  # believe withdrawals of any number
    patient: bool = False  # what a sweep misses is only reported as `unsure`, to be looked at again

    def ticked(self, feed: Feed) -> bool:
        """Has this scheduled feed's time come?"""
        return self.ticks is None or (feed.definition or feed.path) in self.ticks

    @classmethod
    def everything(cls, *, accept: bool = False, patient: bool = False) -> Scope:
        return cls(sweep=None, ticks=None, accept=accept, patient=patient)


@dataclass(slots=True)
class Report:
    """What one run did, for logs, the command line and tests. Counts are of this run only."""

    files: int = 0  # seen by sweeps
    read: int = 0
    added: list[Entry] = field(default_factory=list)
    revised: list[Entry] = field(default_factory=list)
    moved: list[Entry] = field(default_factory=list)
    withdrawn: list[Entry] = field(default_factory=list)
    turned: list[Entry] = field(default_factory=list)  # whose moment had come
    held: list[SourceKey] = field(default_factory=list)
    unsure: list[SourceKey] = field(default_factory=list)  # look again: missing, but perhaps only for a moment
    unsettled: list[SourceKey] = field(default_factory=list)  # look again: being written
    problems: list[Problem] = field(default_factory=list)  # not said before
    rendered: list[str] = field(default_factory=list)  # feeds
    published: list[Publication] = field(default_factory=list)  # documents whose bytes changed
    deferred: list[str] = field(default_factory=list)  # dirty feeds that wait for their schedule
    deliveries: int = 0
    first_build: list[str] = field(default_factory=list)  # sources: published, not announced
    failed: list[PublishError] = field(default_factory=list)

    @property
    def changes(self) -> int:
        return len(self.added) + len(self.revised) + len(self.moved) + len(self.withdrawn) + len(self.turned)


Progress = Callable[[str, int, int], None]  # (what, done, of how many)


def silent(what: str, done: int, total: int) -> None:
    """Nobody watches."""


class Pipeline:
    """The conductor. `settings` may be replaced between two runs."""

    def __init__(
        self,
        settings: Settings,
        watcher: Watcher,
        store: Store,
        publishers: Sequence[Publisher],
        shelf: Shelf,
        *,
        new_id: Callable[[], str],
        progress: Progress = silent,
    ) -> None:
        self.settings = settings
        self.publishers = publishers
        self.shelf = shelf
        self.fragments = render.Fragments()
        self._watcher = watcher
        self._store = store
        self._new_id = new_id
        self._progress = progress
        self._said: dict[SourceKey, frozenset[Problem]] | None = None

    def run(self, scope: Scope, now: datetime) -> Report:
        """Bring everything in `scope` up to date: entries, then documents, then announcements in the outbox."""
        report = Report()
        self.refresh(scope, now, report)
        self.turn(now, report)
        self.publish(scope, now, report)
        return report

    # --- files -> entries ---------------------------------------------------------------------------------------------

    def refresh(self, scope: Scope, now: datetime, report: Report) -> None:
        self._remember_feeds()
        for source in self.settings.sources:
            if scope.sweep is None or source.name in scope.sweep:
                self._sweep(source, scope, now, report)
            elif source.name in scope.paths or source.name in scope.young:
                self._look(source, scope, now, report)

    def _sweep(self, source: Source, scope: Scope, now: datetime, report: Report) -> None:
        index = self._store.index(source.name)
        found = self._watcher.scan(source, index)
        report.files += found.files
        self._clear_stale(source, found, None, report)
        if not found.complete:
            return  # nothing is known about this folder, so nothing is gone from it
        self._settle_problem(SourceKey("", f"held {source.name}"), report)
        first = self._store.marked(_baseline(source)) is None
        unsure = frozenset(index) if scope.patient else frozenset()
        self._take(source, found, index, unsure, scope.accept, first, now, report)
        if first:
            self._store.mark(_baseline(source), now.isoformat())
            report.first_build.append(source.name)

    def _look(self, source: Source, scope: Scope, now: datetime, report: Report) -> None:
        young = scope.young.get(source.name, frozenset())
        ready = scope.paths.get(source.name, frozenset())
        paths = ready | young
        if self._store.marked(_baseline(source)) is None:
            return  # the first sweep is still to come and will see it
        index = self._store.index(source.name, under=paths)
        found = self._watcher.look(source, sorted(paths), index)
        settled = tuple(stat for stat in found.changed if _covered(stat.key.path, ready))
        self._clear_stale(source, found, paths, report)
        unsure = frozenset(key.path for key in found.gone if _covered(key.path, young))
        self._take(source, _Settled(found, settled), index, unsure, scope.accept, False, now, report)

    def _take(
        self,
        source: Source,
        found: Scan,
        index: Mapping[str, IndexedFile],
        unsure: frozenset[str],
        accept: bool,
        quiet: bool,
        now: datetime,
        report: Report,
    ) -> None:
        """Read what changed, recognise it, and believe or hold what is gone."""
        lost = {
            row.entry_id: (row, None)
            for key in found.gone
            if (row := index.get(key.path)) is not None and row.entry_id is not None
        }
        remaining = dict(self._with_entries(lost))
        recognised: set[SourceKey] = set()
        for done, stats in _pages(found.changed, READ_AT_ONCE):
            readings = self._read(source, stats, now, report)
            changes = self._compare(readings, remaining, now, quiet)
            self._apply(changes, now, report)
            for change in changes.changes:
                if found_again := remaining.pop(change.entry.id, None):
                    recognised.add(found_again[0].stat.key)
            self._progress("reading articles", done, len(found.changed))
        gone = [key for key in found.gone if key not in recognised]
        report.unsure.extend(key for key in gone if key.path in unsure)
        self._withdraw([key for key in gone if key.path not in unsure], source, index, accept, quiet, now, report)

    def _read(self, source: Source, stats: Sequence[FileStat], now: datetime, report: Report) -> list[Reading]:
        readings = []
        for stat in stats:
            document = self._watcher.read(source, stat)
            report.read += 1
            if isinstance(document, Gone):
                report.unsure.append(document.key)
            elif isinstance(document, Refused):
                self._refuse(document, report)
                if document.stat is not None and document.problem.code == "FD310":  # too large: that will not change
                    readings.append(Reading(document.stat, "", None, (document.problem,)))
            else:
                readings.append(self.believe(document, source, now))
        return readings

    def believe(self, document: SourceDocument, source: Source, now: datetime) -> Reading:
        """One file taken apart and believed. A bug of ours in one file never stops the others."""
        try:
            article = parse(document)
            if isinstance(article, Problem):
                return Reading(document.stat, document.digest, None, (article,))
            return normalize(article, source, self.settings.site, document.stat, document.digest, now)
        except Exception as error:
            log.exception("reading %s failed", document.key)
            problem = Problem(
                "FD299",
                document.key.path,
                f"feedd failed to understand this file ({type(error).__name__}: {error})",
                "this is a bug in feedd, please report it with the file; what was published stays",
            )
            return Reading(document.stat, document.digest, None, (problem,))

    def _refuse(self, refused: Refused, report: Report) -> None:
        if refused.problem.level is Level.WARNING:
            report.unsettled.append(refused.key)
        self._say(refused.key, (refused.problem,), report)
        self._store.put_problems(refused.key, (refused.problem,))

    def _with_entries(
        self, lost: Mapping[str, tuple[IndexedFile, Entry | None]]
    ) -> Mapping[str, tuple[IndexedFile, Entry | None]]:
        if not lost or len(lost) > FEW_LOST:
            return lost
        known = self._store.entries_by_id(lost)
        return {
            id: (row, known[id].entry) for id, (row, _) in lost.items() if id in known and known[id].entry is not None
        }

    def _compare(
        self,
        readings: Sequence[Reading],
        lost: Mapping[str, tuple[IndexedFile, Entry | None]],
        now: datetime,
        quiet: bool,
    ) -> ChangeSet:
        host = identity.host_of(self.settings.site.url)
        at = self._store.known([reading.stat.key for reading in readings])
        strangers = [r for r in readings if (r.entry and r.entry.id) or at.get(r.stat.key, _NOBODY).entry is None]
        ids = compare.candidate_ids(strangers, host)
        digests = {reading.digest for reading in readings}
        ids |= {id for id, (row, entry) in lost.items() if entry is not None or row.digest in digests}
        past = compare.Past(at, self._store.entries_by_id(ids), lost)
        return compare.compare(readings, past, host, now, quiet=quiet)

    def _withdraw(
        self,
        gone: Sequence[SourceKey],
        source: Source,
        index: Mapping[str, IndexedFile],
        accept: bool,
        quiet: bool,
        now: datetime,
        report: Report,
    ) -> None:
        held_key = SourceKey("", f"held {source.name}")
        if not gone:
            return
        ids = [row.entry_id for key in gone if (row := index.get(key.path)) is not None and row.entry_id]
        known = self._store.entries_by_id(ids)
        lost = []
        for key in gone:
            row = index.get(key.path)
            lost.append((key, known[row.entry_id].entry if row and row.entry_id in known else None))
        live = self._store.counts()["live"]
        changes = compare.withdraw(lost, live, self.settings.max_withdrawals, now, accept=accept, quiet=quiet)
        self._apply(changes, now, report)
        report.held.extend(changes.held)
        if changes.held:
            problem = _held(source, changes.held, live)
            self._say(held_key, (problem,), report)
            self._store.put_problems(held_key, (problem,))

    def _apply(self, changes: ChangeSet, now: datetime, report: Report) -> None:
        feeds = self.settings.feeds
        memberships = {change.entry.id: select.feeds_of(change.entry, feeds) for change in changes.changes}
        for key, problems in changes.problems:
            self._say(key, problems, report)
        if changes.changes or changes.index or changes.forgotten or changes.problems:
            self._store.apply(changes, memberships, now)
        lists = {
            ChangeKind.ADDED: report.added,
            ChangeKind.REVISED: report.revised,
            ChangeKind.MOVED: report.moved,
            ChangeKind.WITHDRAWN: report.withdrawn,
        }
        for change in changes.changes:
            lists[change.kind].append(change.entry)

    # --- problems

    def _say(self, key: SourceKey, problems: Sequence[Problem], report: Report) -> None:
        """Each problem is said once; a problem that went away and comes back is said again."""
        if self._said is None:
            self._said = {}
            for known, problem in self._store.problems():
                self._said[known] = self._said.get(known, frozenset()) | {problem}
        before = self._said.get(key, frozenset())
        report.problems.extend(problem for problem in problems if problem not in before)
        self._said[key] = frozenset(problems)

    def _settle_problem(self, key: SourceKey, report: Report) -> None:
        if self._said is None or self._said.get(key):
            self._say(key, (), report)
            self._store.put_problems(key, ())

    def _clear_stale(self, source: Source, found: Scan, paths: Iterable[str] | None, report: Report) -> None:
        """Record what the tree itself has wrong, and forget what it had wrong before where we have looked now."""
        now_wrong: dict[SourceKey, list[Problem]] = {}
        for key, problem in found.problems:
            now_wrong.setdefault(key, []).append(problem)
        seen = None if paths is None else frozenset(paths)
        for key, problem in self._store.problems():
            looked_at = key.root == source.name and (seen is None or _covered(key.path, seen))
            if looked_at and problem.code in _TREE_PROBLEMS and key not in now_wrong:
                self._say(key, (), report)
                self._store.put_problems(key, ())
        for key, problems in now_wrong.items():
            self._say(key, problems, report)
            self._store.put_problems(key, problems)

    # --- moments ------------------------------------------------------------------------------------------------------

    def turn(self, now: datetime, report: Report) -> None:
        """Show what an embargo kept back until now; hide what has expired."""
        while due := self._store.due(now):
            memberships = {entry.id: select.feeds_of(entry, self.settings.feeds) for entry in due}
            self._store.turn(due, memberships, now)
            report.turned.extend(due)

    # --- entries -> documents -> outbox -------------------------------------------------------------------------------

    def _remember_feeds(self) -> None:
        """If the settings define other feeds than the last time, every entry's memberships are decided anew."""
        given = hashlib.blake2b(repr(self.settings.feeds).encode(), digest_size=16).hexdigest()
        if self._store.feeds_fingerprint() == given:
            return
        feeds = self.settings.feeds
        self._store.remember_feeds(given, ((entry, select.feeds_of(entry, feeds)) for entry in iterate(self._store)))

    def publish(self, scope: Scope, now: datetime, report: Report) -> None:
        """Render what is dirty, put it in public, and record it with its announcements."""
        if not any(self._store.marked(_baseline(source)) for source in self.settings.sources):
            return  # no folder was ever seen whole: an empty feed now would be an accident, not news
        self._remember_feeds()
        loud = {dirty.path: dirty.loud for dirty in self._store.dirty()}
        feeds = self.feeds()
        standing = self._store.publications()
        wanted = self._wanted(feeds, loud, standing, scope, report)
        failed = False
        for done, page in _pages(wanted, FEEDS_AT_ONCE):
            failed |= not self._publish_page(page, loud, standing, now, report)
            self._progress("rendering feeds", done, len(wanted))
        self._retire(feeds, standing, now)
        if not failed:
            self._announce_entries(feeds, set(report.deferred), now, report)

    def preload(self) -> int:
        """Put what stands in public on the shelf, so that a restarted server answers at once. Renders nothing."""
        standing = self._store.publications().values()
        found = [(data, publication) for publication in standing if (data := self._standing_bytes(publication))]
        self.shelf.show(found)
        return len(found)

    def feeds(self) -> dict[str, Feed]:
        """Every concrete feed by path: those of the settings, and the ones that tags and the like have brought up."""
        feeds = {feed.path: feed for feed in self._store.feeds() if feed.value is not None}
        return feeds | {feed.path: feed for feed in self.settings.feeds if feed.each is None}

    def _wanted(
        self,
        feeds: Mapping[str, Feed],
        loud: Mapping[str, bool],
        standing: Mapping[str, Publication],
        scope: Scope,
        report: Report,
    ) -> list[Feed]:
        """The feeds to look at now. A scheduled one waits for its tick, except that something must stand at all."""
        wanted = []
        for path, feed in sorted(feeds.items()):
            documents = [standing.get(render.document_path(feed, name)) for name in feed.formats]
            missing = any(document is None or not self.shelf.has(document) for document in documents)
            waits = feed.schedule is not None and not scope.ticked(feed)
            if path in loud and waits and not missing:
                report.deferred.append(path)
            elif path in loud or missing or scope.sweep is None:
                wanted.append(feed)
        return wanted

    def _publish_page(
        self,
        feeds: Sequence[Feed],
        loud: Mapping[str, bool],
        standing: Mapping[str, Publication],
        now: datetime,
        report: Report,
    ) -> bool:
        """One batch: a document is in place before it is recorded or announced; one that cannot be put keeps only its
        own feed dirty. Were all put?"""
        wanted: list[tuple[FeedDocument, Publication]] = []
        for feed in feeds:
            wanted.extend(self._documents(feed, standing, now, report))
        missing = self._put([document for document, _ in wanted], report)
        documents = [(document, publication) for document, publication in wanted if document.path not in missing]
        behind = {document.feed for document, _ in wanted if document.path in missing}
        self.shelf.show([(document.data, publication) for document, publication in documents])
        changed = [p for d, p in documents if (old := standing.get(d.path)) is None or old.digest != p.digest]
        report.published.extend(changed)
        audible = frozenset(feed.path for feed in feeds if loud.get(feed.path))
        deliveries = self._plan(changed, audible, (), now)
        report.deliveries += len(deliveries)
        self._store.record(
            [publication for _, publication in documents],
            deliveries,
            clean=[feed.path for feed in feeds if feed.path not in behind],
            now=now,
        )
        return not missing

    def _documents(
        self, feed: Feed, standing: Mapping[str, Publication], now: datetime, report: Report
    ) -> Iterator[tuple[FeedDocument, Publication]]:
        window = self._store.window_digests(feed, now)
        fingerprint = render.fingerprint(feed, self.settings.site, window)
        if self._still_stands(feed, fingerprint, standing):
            return
        snapshot = self.snapshot(feed, now)
        report.rendered.append(feed.path)
        for document in render.render(snapshot, self.fragments):
            old = standing.get(document.path)
            same = old is not None and old.digest == document.digest
            yield (
                document,
                Publication(
                    path=document.path,
                    feed=feed.path,
                    format=document.format,
                    media_type=document.media_type,
                    digest=document.digest,
                    size=len(document.data),
                    url=document.url,
                    published_at=old.published_at if same and old else now.replace(microsecond=0),
                    fingerprint=fingerprint,
                    hubs=document.hubs,
                    entries=len(snapshot.items),
                ),
            )

    def _still_stands(self, feed: Feed, fingerprint: str, standing: Mapping[str, Publication]) -> bool:
        """The inputs are those of the last publication, and what was published is still there, byte for byte."""
        publications = [standing.get(render.document_path(feed, name)) for name in feed.formats]
        found = []
        for publication in publications:
            if publication is None or publication.fingerprint != fingerprint:
                return False
            if not self.shelf.has(publication):
                data = self._standing_bytes(publication)
                if data is None:
                    return False
                found.append((data, publication))
        self.shelf.show(found)
        return True

    def _standing_bytes(self, publication: Publication) -> bytes | None:
        """What stands in every target, if it is what we published."""
        data = None
        for publisher in self.publishers:
            data = publisher.get(publication.path)
            if data is None or _digest(data) != publication.digest:
                return None
        return data

    def snapshot(self, feed: Feed, now: datetime) -> FeedSnapshot:
        """What a feed says at `now`; bodies that are not rendered yet are rendered, and kept."""
        entries = self._store.window(feed, now)
        contents = self._store.contents(entries, body.VERSION)
        missing = [entry for entry in entries if entry.id not in contents]
        made: list[tuple[Entry, Content]] = [(entry, body.content(entry)) for entry in missing]
        self._store.save_contents(made, body.VERSION)
        contents |= {entry.id: content for entry, content in made}
        items = tuple(FeedItem(entry, contents[entry.id]) for entry in entries)
        return FeedSnapshot(feed, self.settings.site, items, render.updated(entries))

    def _put(self, documents: Sequence[FeedDocument], report: Report) -> set[str]:
        """Put documents into every target. The paths of those that do not stand everywhere now: there the old ones
        still stand, their feeds stay dirty, and the next run tries again."""
        missing: set[str] = set()
        for publisher in self.publishers if documents else ():
            key = SourceKey("", publisher.name)
            try:
                publisher.put(documents)
                self._settle_problem(key, report)
            except PublishError as error:
                missing |= {document.path for document in documents if publisher.get(document.path) != document.data}
                problem = Problem("FD501", publisher.name, error.message, error.hint)
                self._say(key, (problem,), report)
                self._store.put_problems(key, (problem,))
                report.failed.append(error)
        return missing

    def _announce_entries(self, feeds: Mapping[str, Feed], deferred: set[str], now: datetime, report: Report) -> None:
        """Tell webhooks what happened to entries, once at least one feed that shows it stands in public."""
        events = self._store.events()
        ready = [event for event in events if not self._is_deferred(event, deferred)]
        if not ready:
            return
        deliveries = self._plan([], frozenset(), ready, now)
        report.deliveries += len(deliveries)
        self._store.record([], deliveries, clean=(), consumed=[event.seq for event in ready], now=now)

    def _is_deferred(self, event: EntryEvent, deferred: set[str]) -> bool:
        paths = {feed.path for feed in select.feeds_of(event.entry, self.settings.feeds)}
        return bool(paths) and paths <= deferred

    def _plan(
        self,
        published: Sequence[Publication],
        loud: frozenset[str],
        events: Sequence[EntryEvent],
        now: datetime,
        endpoints: Sequence[Endpoint] | None = None,
    ) -> Sequence[Delivery]:
        endpoints = self.settings.endpoints if endpoints is None else endpoints
        site = self.settings.site
        if not endpoints or not (loud or events):
            return ()
        waiting = notifier.unfinished(self._store.deliveries(["pending", "claimed"], limit=10**6))
        last = {key: self._store.last_done(*key) for key in notifier.keys(endpoints, site, published)}
        return notifier.plan(
            endpoints,
            site,
            published,
            loud,
            events,
            pending=waiting,
            last_done={key: moment for key, moment in last.items() if moment is not None},
            new_id=self._new_id,
            now=now,
            feeds_of=lambda entry: [feed.path for feed in select.feeds_of(entry, self.settings.feeds)],
        )

    def announce_all(self, now: datetime, *, endpoint: str | None = None) -> int:
        """Announce what stands in public, changed or not (`feedd ping`). How many deliveries that makes."""
        standing = list(self._store.publications().values())
        endpoints = [e for e in self.settings.endpoints if endpoint in (None, e.id, e.kind)]
        deliveries = self._plan(standing, frozenset(p.feed for p in standing), (), now, endpoints)
        self._store.record([], deliveries, clean=(), now=now)
        return len(deliveries)

    def _retire(self, feeds: Mapping[str, Feed], standing: Mapping[str, Publication], now: datetime) -> None:
        """Documents of feeds that the settings no longer define: forgotten here, 410 on the server. The file in the
        output folder is left to the person who owns the folder."""
        current = {render.document_path(feed, name) for feed in feeds.values() for name in feed.formats}
        retired = sorted(set(standing) - current)
        if retired:
            self._store.record([], [], clean=(), now=now, retired=retired)
            self.shelf.retire(retired)


_NOBODY = Known(None, None)
_TREE_PROBLEMS = frozenset(f"FD30{n}" for n in range(1, 8))  # what a scan finds, and what looking again clears


@dataclass(frozen=True, slots=True)
class _Settled:
    """A scan, with only those changes that are not in the middle of happening."""

    of: Scan
    changed: tuple[FileStat, ...]

    @property
    def gone(self) -> tuple[SourceKey, ...]:
        return self.of.gone

    @property
    def problems(self) -> tuple[tuple[SourceKey, Problem], ...]:
        return self.of.problems

    @property
    def files(self) -> int:
        return self.of.files

    @property
    def complete(self) -> bool:
        return self.of.complete


def _baseline(source: Source) -> str:
    """The fact that a folder had its first build; bound to the path, so that another folder is another first build."""
    return f"baseline:{source.name}:{source.path}"


def _covered(path: str, folders: frozenset[str]) -> bool:
    """Is the path one of these, or below one?"""
    while path:
        if path in folders:
            return True
        path = path.rpartition("/")[0]
    return "" in folders


def _held(source: Source, held: Sequence[SourceKey], live: int) -> Problem:
    names = ", ".join(key.path for key in held[:3]) + (" …" if len(held) > 3 else "")
    return Problem(
        "FD401",
        source.path,
        f"{len(held)} of {live} published articles are missing at once ({names}); they stay published",
        "if they were meant to go, run 'feedd build --accept'; otherwise bring the folder back",
    )


def _digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def _pages(items: Sequence[T], size: int) -> Iterator[tuple[int, list[T]]]:
    """(how many are done once this page is, the page)."""
    iterator = iter(items)
    done = 0
    while page := list(islice(iterator, size)):
        done += len(page)
        yield done, page
