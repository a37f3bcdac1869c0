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
import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
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
from feedd.normalizer.normalize import Reading, believed_with, normalize
from feedd.normalizer.parse import parse
from feedd.notifier import plan as notifier
from feedd.ports import Publisher, Scan, Store, Watcher, iterate
from feedd.renderer import render, select

log = logging.getLogger(__name__)

T = TypeVar("T")
Window = Sequence[tuple[str, str]]  # (id, digest and updated) of the entries that a feed shows, as the store gives it

READ_AT_ONCE = 500  # files in one transaction: small enough that a bad moment costs little, large enough to be fast
FEEDS_AT_ONCE = 20  # feeds whose documents are in memory together
KEPT_BYTES = 16_000_000  # of entries with their rendered bodies: an edit should not load its whole window again
_ENTRY_SIZE = 2_000  # what an entry weighs without its body, about
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
    verify: bool = False  # look whether what was published still stands in every target, although we put it there
    patient: bool = False  # what a sweep misses is only reported as `unsure`, to be looked at again

    def ticked(self, feed: Feed) -> bool:
        """Has this scheduled feed's time come?"""
        return self.ticks is None or (feed.definition or feed.path) in self.ticks

    @classmethod
    def everything(cls, *, accept: bool = False, patient: bool = False) -> Scope:
        return cls(sweep=None, ticks=None, accept=accept, patient=patient, verify=True)


@dataclass(slots=True)
class Report:
    """What one run did, for logs, the command line and tests. Counts are of this run only. Entries come without their
    bodies: the report of a first build is as long as the archive, and need not be as heavy."""

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
        self._kept: render.Memo[FeedItem] = render.Memo(KEPT_BYTES)
        self._watcher = watcher
        self._store = store
        self._new_id = new_id
        self._progress = progress
        self._said: dict[SourceKey, frozenset[Problem]] | None = None

    def run(self, scope: Scope, now: datetime) -> Report:
        """Bring everything in `scope` up to date: entries, then documents, then announcements in the outbox."""
        report = Report()
        try:
            self.refresh(scope, now, report)
            self.turn(now, report)
            self.publish(scope, now, report)
        except BaseException:
            self._said = None  # nobody heard what was said in this run
            raise
        return report

    # --- files -> entries ---------------------------------------------------------------------------------------------

    def refresh(self, scope: Scope, now: datetime, report: Report) -> None:
        self._remember_feeds(now)
        self._leave_sources(now, report)
        for source in self.settings.sources:
            if scope.sweep is None or source.name in scope.sweep:
                self._sweep(source, scope, now, report)
            elif source.name in scope.paths or source.name in scope.young:
                self._look(source, scope, now, report)

    def _leave_sources(self, now: datetime, report: Report) -> None:
        """What came from a source that the settings no longer have leaves the feeds, quietly like every change of
        settings. Its ids stay known: the files may turn up in another source, or the source may come back."""
        current = {source.name: source.path for source in self.settings.sources}
        before: dict[str, str] = json.loads(self._store.marked(_SOURCES) or "{}")
        if before == current:
            return
        for name, path in before.items():
            if name not in current:
                source, index = Source(name, path), self._store.index(name)
                keys = [row.stat.key for row in index.values()]
                self._withdraw(keys, source, index, True, True, now, report)
                for key in [key for key in self._wrong() if key.root == name or key == _held_key(source)]:
                    self._settle_problem(key, report)
                self._store.mark(_baseline(source), "")
        self._store.mark(_SOURCES, json.dumps(current))

    def _sweep(self, source: Source, scope: Scope, now: datetime, report: Report) -> None:
        index = self._store.index(source.name)
        found = self._watcher.scan(source, index)
        report.files += found.files
        self._clear_stale(source, found, None, report)
        if not found.complete:
            return  # nothing is known about this folder, so nothing is gone from it
        first = not self._store.marked(_baseline(source))
        unsure = frozenset(index) if scope.patient else frozenset()
        self._take(source, found, index, unsure, scope.accept, first, now, report)
        if not any(key.root == source.name for key in (*report.held, *report.unsure)):
            self._settle_problem(_held_key(source), report)
        self._believe_again(source, first, now, report)
        if first:
            self._store.mark(_baseline(source), now.isoformat())
            report.first_build.append(source.name)

    def _believe_again(self, source: Source, first: bool, now: datetime, report: Report) -> None:
        """An entry depends on some settings, too. When those are others than before, every file is read once more;
        quietly, because it was no author who changed something."""
        name, given = f"believed:{source.name}", believed_with(source, self.settings.site)
        if self._store.marked(name) == given:
            return
        stats = [] if first else [row.stat for row in self._store.index(source.name).values()]
        for done, page in _pages(stats, READ_AT_ONCE):
            self._apply(self._compare(self._read(source, page, now, report), {}, now, True), now, report)
            self._progress("reading articles", done, len(stats))
        self._store.mark(name, given)

    def _look(self, source: Source, scope: Scope, now: datetime, report: Report) -> None:
        young = scope.young.get(source.name, frozenset())
        ready = scope.paths.get(source.name, frozenset())
        paths = ready | young
        if not self._store.marked(_baseline(source)):
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
            recognised.update(changes.forgotten)
            remaining = {id: each for id, each in remaining.items() if each[0].stat.key not in recognised}
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
            reading = normalize(article, source, self.settings.site, document.stat, document.digest, now)
            return self._doubt_feeds(reading)
        except Exception as error:
            log.exception("reading %s failed", document.key)
            problem = Problem(
                "FD299",
                document.key.path,
                f"feedd failed to understand this file ({type(error).__name__}: {error})",
                "this is a bug in feedd, please report it with the file; what was published stays",
            )
            return Reading(document.stat, document.digest, None, (problem,))

    def _doubt_feeds(self, reading: Reading) -> Reading:
        """An article that names a feed which is not there would stand nowhere, and nobody would know why."""
        named = reading.entry.feeds if reading.entry is not None else None
        unknown = select.unknown(named or (), self.settings.feeds)
        if not unknown:
            return reading
        names = ", ".join(feed.path for feed in self.settings.feeds)
        problem = Problem(
            UNKNOWN_FEED,
            reading.stat.key.path,
            f"names feeds that are not in the settings: {', '.join(unknown)[:200]}",
            f"known are {names[:200]}",
            level=Level.WARNING,
        )
        return replace(reading, problems=(*reading.problems, problem))

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
        if not gone:
            return
        ids = [row.entry_id for key in gone if (row := index.get(key.path)) is not None and row.entry_id]
        known = self._store.entries_by_id(ids)
        lost = []
        for key in gone:
            row = index.get(key.path)
            lost.append((key, known[row.entry_id].entry if row and row.entry_id in known else None))
        few = len(gone) <= self.settings.max_withdrawals[0]
        live = 0 if few else self._store.counts()["live"]  # a pass over the archive; few are believed whatever it says
        changes = compare.withdraw(lost, live, self.settings.max_withdrawals, now, accept=accept, quiet=quiet)
        self._apply(changes, now, report)
        report.held.extend(changes.held)
        if changes.held:
            problem = _held(source, changes.held, live)
            self._record_problem(_held_key(source), problem, report)

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
            lists[change.kind].append(replace(change.entry, body=""))

    # --- problems

    def _say(self, key: SourceKey, problems: Sequence[Problem], report: Report) -> None:
        """Each problem is said once; a problem that went away and comes back is said again."""
        said = self._wrong()
        before = said.pop(key, frozenset())
        report.problems.extend(problem for problem in problems if problem not in before)
        if problems:
            said[key] = frozenset(problems)

    def _wrong(self) -> dict[SourceKey, frozenset[Problem]]:
        """What is known to be wrong, and was said."""
        if self._said is None:
            self._said = {}
            for known, problem in self._store.problems():
                self._said[known] = self._said.get(known, frozenset()) | {problem}
        return self._said

    def _record_problem(self, key: SourceKey, problem: Problem, report: Report) -> None:
        self._say(key, (problem,), report)
        self._store.put_problems(key, (problem,))

    def _settle_problem(self, key: SourceKey, report: Report) -> None:
        if key in self._wrong():
            self._say(key, (), report)
            self._store.put_problems(key, ())

    def _clear_stale(self, source: Source, found: Scan, paths: Iterable[str] | None, report: Report) -> None:
        """Record what the tree itself has wrong, and forget what it had wrong before where we have looked now."""
        now_wrong: dict[SourceKey, list[Problem]] = {}
        for key, problem in found.problems:
            now_wrong.setdefault(key, []).append(problem)
        seen = None if paths is None else frozenset(paths)
        to_read = {stat.key for stat in found.changed}
        for key, problem in self._store.problems():
            looked_at = key.root == source.name and (seen is None or _covered(key.path, seen))
            over = problem.code in _TREE_PROBLEMS or (problem.code in _READ_PROBLEMS and key not in to_read)
            if looked_at and over and key not in now_wrong and found.complete:
                self._settle_problem(key, report)
        for key, problems in now_wrong.items():
            self._say(key, problems, report)
            self._store.put_problems(key, problems)

    # --- moments ------------------------------------------------------------------------------------------------------

    def turn(self, now: datetime, report: Report) -> None:
        """Show what an embargo kept back until now; hide what has expired."""
        while due := self._store.due(now):
            memberships = {entry.id: select.feeds_of(entry, self.settings.feeds) for entry in due}
            self._store.turn(due, memberships, now)
            report.turned.extend(replace(entry, body="") for entry in due)

    # --- entries -> documents -> outbox -------------------------------------------------------------------------------

    def _remember_feeds(self, now: datetime) -> None:
        """If the settings define other feeds than the last time, every entry's memberships are decided anew."""
        given = hashlib.blake2b(repr(self.settings.feeds).encode(), digest_size=16).hexdigest()
        if self._store.feeds_fingerprint() == given:
            return
        feeds = self.settings.feeds
        doubted = {key for key, problem in self._store.problems() if problem.code == UNKNOWN_FEED}
        rows = [known.file for known in self._store.known(doubted).values() if known.file is not None]
        if rows:  # the next sweep reads them again, because no file has such a time
            again = tuple(replace(row, stat=replace(row.stat, mtime_ns=-1)) for row in rows)
            self._store.apply(ChangeSet(index=again), {}, now)
        self._store.remember_feeds(given, ((entry, select.feeds_of(entry, feeds)) for entry in iterate(self._store)))

    def publish(self, scope: Scope, now: datetime, report: Report) -> None:
        """Render what is dirty, put it in public, and record it with its announcements."""
        if not any(self._store.marked(_baseline(source)) for source in self.settings.sources):
            return  # no folder was ever seen whole: an empty feed now would be an accident, not news
        self._remember_feeds(now)
        loud = {dirty.path: dirty.loud for dirty in self._store.dirty()}
        feeds = self.feeds()
        standing = self._store.publications()
        wanted = self._wanted(feeds, loud, standing, scope, report)
        behind = set(report.deferred)
        for done, page in _pages(wanted, FEEDS_AT_ONCE):
            behind |= self._publish_page(page, loud, standing, scope.verify, now, report)
            self._progress("rendering feeds", done, len(wanted))
        self._retire(feeds, standing, loud, now)
        self._settle_house(feeds, report)
        self._announce_entries(behind, now, report)

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
            ages = feed.max_age is not None and (scope.sweep != frozenset() or scope.ticked(feed))
            if path in loud and waits and not missing:
                report.deferred.append(path)
            elif path in loud or missing or scope.sweep is None or (ages and not waits):
                wanted.append(feed)
        return wanted

    def _publish_page(
        self,
        feeds: Sequence[Feed],
        loud: Mapping[str, bool],
        standing: Mapping[str, Publication],
        verify: bool,
        now: datetime,
        report: Report,
    ) -> set[str]:
        """One batch: a document is in place before it is recorded or announced; one that cannot be rendered or put
        keeps only its own feed dirty. The feeds of which that is so."""
        wanted: list[tuple[FeedDocument, Publication]] = []
        broken = set()
        for feed in feeds:
            try:
                wanted.extend(self._documents(feed, standing, verify, now, report))
            except _RenderingError as error:
                self._record_problem(_feed_key(feed.path), error.problem, report)
                broken.add(feed.path)
        replaced = {document.path for document, _ in wanted if self._is_replaced(document)}
        missing = self._put([document for document, _ in wanted], report)
        documents = [(document, publication) for document, publication in wanted if document.path not in missing]
        behind = broken | {document.feed for document, _ in wanted if document.path in missing}
        self.shelf.show([(document.data, publication) for document, publication in documents])
        changed = [
            p
            for d, p in documents
            if d.path in replaced or (old := standing.get(d.path)) is None or old.digest != p.digest
        ]
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
        return behind

    def _documents(
        self, feed: Feed, standing: Mapping[str, Publication], verify: bool, now: datetime, report: Report
    ) -> Iterator[tuple[FeedDocument, Publication]]:
        window = self._store.window_digests(feed, now)
        fingerprint = f"{render.fingerprint(feed, self.settings.site, window)}.{body.VERSION}"
        if self._still_stands(feed, fingerprint, standing, verify):
            return
        snapshot = self.snapshot(feed, window, report)
        rendered = self._render(snapshot)
        report.rendered.append(feed.path)
        self._settle_problem(_feed_key(feed.path), report)
        for document in rendered:
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

    def _render(self, snapshot: FeedSnapshot) -> tuple[FeedDocument, ...]:
        """A bug of ours in one feed never stops the others."""
        try:
            return render.render(snapshot, self.fragments)
        except Exception as error:
            path = snapshot.feed.path
            problem = Problem(
                "FD502",
                path,
                f"feedd failed to render this feed ({type(error).__name__}: {error})",
                "this is a bug in feedd, please report it; what was published stays",
            )
            if problem not in self._wrong().get(_feed_key(path), ()):
                log.exception("rendering %s failed", path)
            raise _RenderingError(problem) from error

    def _still_stands(self, feed: Feed, fingerprint: str, standing: Mapping[str, Publication], verify: bool) -> bool:
        """The inputs are those of the last publication, and what was published is still there, byte for byte."""
        publications = [standing.get(render.document_path(feed, name)) for name in feed.formats]
        found = []
        for publication in publications:
            if publication is None or publication.fingerprint != fingerprint:
                return False
            shown = self.shelf.has(publication)
            if verify or not shown:
                data = self._standing_bytes(publication)
                if data is None:
                    return False
                if not shown:
                    found.append((data, publication))
        self.shelf.show(found)
        return True

    def _standing_bytes(self, publication: Publication) -> bytes | None:
        """What stands in every target, if it is what we published."""
        data = None
        for publisher in self.publishers:
            data = _get(publisher, publication.path)
            if data is None or _digest(data) != publication.digest:
                return None
        return data

    def _is_replaced(self, document: FeedDocument) -> bool:
        """Does something else stand there now? Also where the record says otherwise: a killed run may have put it
        there, and somebody may have read it."""
        return any(_get(publisher, document.path) not in (None, document.data) for publisher in self.publishers)

    def snapshot(self, feed: Feed, window: Window, report: Report) -> FeedSnapshot:
        """What a feed says while it shows these entries."""
        items = self._items(window, report)
        return FeedSnapshot(feed, self.settings.site, items, render.updated(item.entry for item in items))

    def _items(self, window: Window, report: Report) -> tuple[FeedItem, ...]:
        """The entries with their bodies rendered: as kept in memory, else as kept in the store, else made now."""
        found = {key: item for key in window if (item := self._kept.get(key)) is not None}
        missing = {id: (id, mark) for id, mark in window if (id, mark) not in found}
        known = self._store.entries_by_id(missing)
        entries = [each.entry for each in known.values() if each.entry is not None]
        contents = self._store.contents(entries, body.VERSION)
        made = [(entry, self._content(entry, report)) for entry in entries if entry.id not in contents]
        self._store.save_contents(made, body.VERSION)
        contents |= {entry.id: content for entry, content in made}
        for entry in entries:
            item = FeedItem(replace(entry, body=""), contents[entry.id])  # what readers see of a body is the content
            found[missing[entry.id]] = item
            self._kept.keep(missing[entry.id], item, len(item.content.html) + _ENTRY_SIZE)
        return tuple(found[key] for key in window if key in found)

    def _content(self, entry: Entry, report: Report) -> Content:
        """The body made fit for readers. If a bug of ours prevents that, its text as it was written: an article that
        does not look well is better than one that is missing, and than a feed that stops."""
        try:
            return body.content(entry)
        except Exception as error:
            log.exception("rendering the body of %s failed", entry.key)
            problem = Problem(
                "FD299",
                entry.key.path,
                f"feedd failed to render the body ({type(error).__name__}: {error}); it is published as plain text",
                "this is a bug in feedd, please report it with the file",
            )
            known = [each for key, each in self._store.problems() if key == entry.key and each.code != problem.code]
            self._say(entry.key, (*known, problem), report)
            self._store.put_problems(entry.key, (*known, problem))
            return body.unrendered(entry)

    def _put(self, documents: Sequence[FeedDocument], report: Report) -> set[str]:
        """Put documents into every target. The paths of those that do not stand everywhere now: there the old ones
        still stand, their feeds stay dirty, and the next run tries again."""
        missing: set[str] = set()
        for publisher in self.publishers if documents else ():
            try:
                publisher.put(documents)
            except PublishError as error:
                missing |= {document.path for document in documents if _get(publisher, document.path) != document.data}
                problem = Problem("FD501", publisher.name, error.message, error.hint)
                self._record_problem(SourceKey("", publisher.name), problem, report)
                report.failed.append(error)
        return missing

    def _settle_house(self, feeds: Mapping[str, Feed], report: Report) -> None:
        """Targets that could not be written and now can, feeds that could not be rendered and are no more."""
        for key, problems in list(self._wrong().items()):
            codes = {problem.code for problem in problems}
            mended = "FD501" in codes and not report.failed and not report.deferred
            if mended or ("FD502" in codes and not any(key == _feed_key(path) for path in feeds)):
                self._settle_problem(key, report)

    def _announce_entries(self, behind: set[str], now: datetime, report: Report) -> None:
        """Tell webhooks what happened to entries, once at least one feed that shows it stands in public. What is in no
        feed is nobody's business."""
        consumed, public = [], []
        for event in self._store.events():
            paths = {feed.path for feed in select.feeds_of(event.entry, self.settings.feeds)}
            if paths and paths <= behind:
                continue
            consumed.append(event.seq)
            if paths:
                public.append(event)
        if not consumed:
            return
        deliveries = self._plan([], frozenset(), public, now)
        report.deliveries += len(deliveries)
        self._store.record([], deliveries, clean=(), consumed=consumed, now=now)

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

    def _retire(
        self, feeds: Mapping[str, Feed], standing: Mapping[str, Publication], dirty: Iterable[str], now: datetime
    ) -> None:
        """Documents of feeds that the settings no longer define: forgotten here, 410 on the server. The file in the
        output folder is left to the person who owns the folder."""
        current = {render.document_path(feed, name) for feed in feeds.values() for name in feed.formats}
        retired, undefined = sorted(set(standing) - current), set(dirty) - feeds.keys()
        if retired or undefined:
            self._store.record([], [], clean=undefined, now=now, retired=retired)
        if retired:
            self.shelf.retire(retired)


_NOBODY = Known(None, None)
_TREE_PROBLEMS = frozenset(f"FD30{n}" for n in range(1, 8))  # what a scan finds, and what looking again clears
_READ_PROBLEMS = frozenset(("FD311", "FD312", "FD313"))  # of files that were never read: over when they are gone
_SOURCES = "sources"  # the fact which sources the settings had
UNKNOWN_FEED = "FD213"


class _RenderingError(Exception):
    """Carries the problem with one feed to the batch it is in; never leaves this file."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


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


def _held_key(source: Source) -> SourceKey:
    return SourceKey("", f"held {source.name}")


def _feed_key(path: str) -> SourceKey:
    return SourceKey("", f"feed {path}")


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


def _get(publisher: Publisher, path: str) -> bytes | None:
    """What stands there. What cannot be read counts as nothing: `put` replaces it, or says why it cannot."""
    try:
        return publisher.get(path)
    except PublishError:
        return None


def _digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def _pages(items: Sequence[T], size: int) -> Iterator[tuple[int, list[T]]]:
    """(how many are done once this page is, the page)."""
    iterator = iter(items)
    done = 0
    while page := list(islice(iterator, size)):
        done += len(page)
        yield done, page
