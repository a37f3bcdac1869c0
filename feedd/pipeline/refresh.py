"""Files -> entries: what differs is read, believed, recognised and committed; what is gone is withdrawn or held."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from feedd import podcasting
from feedd.model import (
    Article,
    ChangeKind,
    ChangeSet,
    Claim,
    Entry,
    Feed,
    FileStat,
    Gone,
    IndexedFile,
    Known,
    Level,
    Problem,
    Refused,
    Source,
    SourceDocument,
    SourceKey,
    digest_of,
)
from feedd.normalizer import compare, episode, identity
from feedd.normalizer.normalize import Reading, believed_with, normalize
from feedd.normalizer.parse import parse, suffix_of, suffixes_of
from feedd.pipeline.held import MISSING, REDATED, REIDENTIFIED, Held
from feedd.pipeline.scope import Desk, Report, Scope, baseline, covered, pages
from feedd.pipeline.surroundings import Neighbourhood
from feedd.ports import Scan, iterate
from feedd.renderer import select

log = logging.getLogger(__name__)

READ_AT_ONCE = 500  # files in one transaction: small enough that a bad moment costs little, large enough to be fast
FEW_LOST = 200  # so many missing files are compared word by word with new ones; more only by their bytes
_NOBODY = Known(None, None)
_TREE_PROBLEMS = frozenset(f"FD30{n}" for n in range(1, 8))  # what a scan finds, and what looking again clears
_READ_PROBLEMS = frozenset(("FD311", "FD312", "FD313"))  # of files that were never read: over when they are gone
_SOURCES = "sources"  # the fact which sources the settings had
UNKNOWN_FEED = "FD213"
EPISODE = "FD241"


class Refresh:
    """COMMIT 1."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._ledger = desk.ledger
        self._held = Held(desk.store, desk.ledger)
        self._born: dict[str, Mapping[str, datetime]] = {}
        self._neighbours: dict[str, Neighbourhood] = {}
        self._seen: dict[str, set[str]] = {}  # by source: articles of this run that the index may not have yet

    def refresh(self, scope: Scope, now: datetime, report: Report) -> None:
        self._neighbours.clear()
        self._seen.clear()
        self._born.clear()
        self.remember_feeds(now)
        self._leave_sources(now, report)
        for source in self._desk.settings.sources:
            if scope.sweep is None or source.name in scope.sweep:
                self._sweep(source, scope, now, report)
            elif source.name in scope.paths or source.name in scope.young:
                self._look(source, scope, now, report)
        if scope.accept:
            self._held.accept(now)

    def _leave_sources(self, now: datetime, report: Report) -> None:
        """What came from a source that the settings no longer have leaves the feeds, quietly like every change of
        settings. Its ids stay known: the files may turn up in another source, or the source may come back."""
        current = {source.name: source.path for source in self._desk.settings.sources}
        before: dict[str, str] = json.loads(self._desk.store.marked(_SOURCES) or "{}")
        if before == current:
            return
        for name, path in before.items():
            if name not in current:
                source, index = Source(name, path), self._desk.store.index(name)
                keys = [row.stat.key for row in index.values()]
                self._withdraw(keys, source, index, True, True, now, report)
                for key in [key for key in self._ledger.wrong() if key.root == name]:
                    self._ledger.settle(key, report)
                self._held.forget(source, report)
                self._desk.store.mark(baseline(source), "")
        self._desk.store.mark(_SOURCES, json.dumps(current))

    def _sweep(self, source: Source, scope: Scope, now: datetime, report: Report) -> None:
        index = self._desk.store.index(source.name)
        found = self._desk.watcher.scan(source, index)
        report.files += found.files
        self._clear_stale(source, found, None, report)
        if not found.complete:
            return  # nothing is known about this folder, so nothing is gone from it
        first = not self._desk.store.marked(baseline(source))
        unsure = frozenset(index) if scope.patient else frozenset()
        self._take(source, found, index, unsure, scope.accept, first, now, report)
        self._believe_again(source, first, scope.accept, now, report)
        if first:
            self._desk.store.mark(baseline(source), now.isoformat())
            report.first_build.append(source.name)

    def _believe_again(self, source: Source, first: bool, accept: bool, now: datetime, report: Report) -> None:
        """An entry depends on some settings, too. When those are others than before, every file is read once more;
        quietly, because it was no author who changed something."""
        name, given = f"believed:{source.name}", believed_with(source, self._desk.settings.site)
        if self._desk.store.marked(name) == given:
            return
        stats = [] if first else [row.stat for row in self._desk.store.index(source.name).values()]
        wary = self._is_wary(source, len(stats), accept)
        doubts = _Doubts()
        for done, page in pages(stats, READ_AT_ONCE):
            readings = self._read(source, page, now, report)
            changes = self._compare(source, readings, {}, now, quiet=True, same_dates=True, wary=wary)
            self._apply(changes, now, report)
            doubts.add(changes)
            self._desk.progress("reading articles", done, len(stats))
        self._settle_doubts(source, frozenset(stat.key.path for stat in stats), doubts, accept, True, now, report)
        self._desk.store.mark(name, given)

    # --- the circuit breaker

    def _is_wary(self, source: Source, files: int, accept: bool) -> bool:
        """Few files are believed whatever they say, unless others wait for a person's word."""
        return not accept and (files > self._desk.settings.max_withdrawals[0] or self._held.any(source))

    def _settle_doubts(
        self,
        source: Source,
        looked_at: frozenset[str],
        doubts: _Doubts,
        accept: bool,
        quiet: bool,
        now: datetime,
        report: Report,
    ) -> None:
        """Hold what a wary comparison left out, or believe it after all when it is not much."""
        for code, paths in doubts.paths.items():
            before = self._held.paths(source, code)
            waiting = {path: by for path, by in before.items() if path not in looked_at} | dict.fromkeys(paths, quiet)
            most, live = self._desk.settings.max_withdrawals[0], 0
            if len(waiting) > most and not accept:
                most, live = self._held.most(self._desk.settings)
            believed = accept or len(waiting) <= most
            self._held.put(source, code, {} if believed else waiting, live, report)
            if believed:
                self._believe_held(source, waiting, now, report)
            else:
                report.held.extend(SourceKey(source.name, path) for path in sorted(waiting))

    def _believe_held(self, source: Source, waiting: Mapping[str, bool], now: datetime, report: Report) -> None:
        """Read them once more, as quietly as the first time."""
        index = self._desk.store.index(source.name, under=waiting) if waiting else {}
        for quiet in (False, True):
            stats = [index[path].stat for path, by in sorted(waiting.items()) if by is quiet and path in index]
            for _, page in pages(stats, READ_AT_ONCE):
                readings = self._read(source, page, now, report)
                self._apply(self._compare(source, readings, {}, now, quiet, same_dates=quiet), now, report)

    def _look(self, source: Source, scope: Scope, now: datetime, report: Report) -> None:
        young = scope.young.get(source.name, frozenset())
        ready = _with_kin(source, scope.paths.get(source.name, frozenset()))
        paths = ready | young
        if not self._desk.store.marked(baseline(source)):
            return  # the first sweep is still to come and will see it
        index = self._desk.store.index(source.name, under=paths)
        found = self._desk.watcher.look(source, sorted(paths), index)
        settled = tuple(stat for stat in found.changed if covered(stat.key.path, ready))
        self._clear_stale(source, found, paths, report)
        unsure = frozenset(key.path for key in found.gone if covered(key.path, young))
        if any(stat.key.path not in index and not covered(stat.key.path, ready) for stat in found.changed):
            unsure = frozenset(key.path for key in found.gone)  # what is missing may be what is being written elsewhere
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
        wary = not quiet and self._is_wary(source, len(found.changed), accept)
        doubts = _Doubts()
        self._seen.setdefault(source.name, set()).update(stat.key.path for stat in found.changed)
        recognised: set[SourceKey] = set()
        for done, stats in pages(found.changed, READ_AT_ONCE):
            readings = self._read(source, stats, now, report)
            changes = self._compare(source, readings, remaining, now, quiet, wary=wary)
            self._apply(changes, now, report)
            doubts.add(changes)
            recognised.update(changes.forgotten)
            remaining = {id: each for id, each in remaining.items() if each[0].stat.key not in recognised}
            self._desk.progress("reading articles", done, len(found.changed))
        gone = [key for key in found.gone if key not in recognised]
        report.unsure.extend(key for key in gone if key.path in unsure)
        self._withdraw([key for key in gone if key.path not in unsure], source, index, accept, quiet, now, report)
        looked_at = frozenset(key.path for key in (*found.gone, *(stat.key for stat in found.changed)))
        self._settle_doubts(source, looked_at, doubts, accept, False, now, report)

    def _read(self, source: Source, stats: Sequence[FileStat], now: datetime, report: Report) -> list[Reading]:
        known = self._desk.store.known([stat.key for stat in stats])
        readings = []
        for stat in stats:
            document = self._desk.watcher.read(source, stat)
            report.read += 1
            if isinstance(document, Gone):
                report.unsure.append(document.key)
            elif isinstance(document, Refused):
                self._refuse(document, report)
                if document.stat is not None and document.problem.code == "FD310":  # too large: that will not change
                    readings.append(Reading(document.stat, "", None, (document.problem,)))
            else:
                readings.append(self._believe(document, source, now, known.get(document.key, _NOBODY).entry))
        return readings

    def believe(self, document: SourceDocument, source: Source, now: datetime) -> Reading:
        """One file taken apart and believed, with what is remembered of it."""
        known = self._desk.store.known([document.key]).get(document.key, _NOBODY)
        return self._believe(document, source, now, known.entry)

    def _believe(self, document: SourceDocument, source: Source, now: datetime, before: Entry | None) -> Reading:
        """A bug of ours in one file never stops the others."""
        try:
            article = parse(document, suffixes=suffixes_of(source))
            if isinstance(article, Problem):
                return Reading(document.stat, document.digest, None, (article,))
            reading = self._normalized(article, document, source, now)
            reading = self._doubt_feeds(self._dated(article, document, source, now, reading, before))
            return self._doubt_episode(reading, source)
        except Exception as error:
            log.exception("reading %s failed", document.key)
            problem = Problem(
                "FD299",
                document.key.path,
                f"feedd failed to understand this file ({type(error).__name__}: {error})",
                "this is a bug in feedd, please report it with the file; what was published stays",
            )
            return Reading(document.stat, document.digest, None, (problem,))

    def _normalized(
        self, article: Article, document: SourceDocument, source: Source, now: datetime, seen: datetime | None = None
    ) -> Reading:
        """`seen` is when the file was first seen, where its own time does not say so."""
        stat = document.stat if seen is None else replace(document.stat, mtime_ns=int(seen.timestamp()) * 10**9)
        site = self._desk.settings.site
        reading = normalize(article, source, site, stat, document.digest, now, self._around(source, now))
        return replace(reading, stat=document.stat)

    def _dated(
        self,
        article: Article,
        document: SourceDocument,
        source: Source,
        now: datetime,
        reading: Reading,
        before: Entry | None,
    ) -> Reading:
        """A file's own time counts the first time it is seen only: later it may have been touched, copied or checked
        out, and neither the date nor an address made of it may move. For a new file its first commit knows better."""
        entry = reading.entry
        if entry is None:
            return reading
        if before is not None and entry.id in ("", before.id):
            kept_back = before.draft and not entry.draft and "date" not in reading.given
            if before.published == entry.published or kept_back:
                return reading
            again = self._normalized(article, document, source, now, before.published)
            return again if again.entry and again.entry.published == before.published else reading
        born = self._first_commit(source, document.key.path) if "date" not in reading.given else None
        if born is None or born > now:
            return reading
        again = self._normalized(article, document, source, now, born)
        trace = tuple(
            Claim("date", born, "first commit in git") if claim.field == "date" else claim for claim in again.trace
        )
        return replace(again, trace=trace)

    def _first_commit(self, source: Source, path: str) -> datetime | None:
        """Asked once in a run, and only if a file says nothing of its date."""
        if source.name not in self._born:
            self._born[source.name] = self._desk.watcher.born(source)
        return self._born[source.name].get(path)

    def _around(self, source: Source, now: datetime) -> Neighbourhood:
        """One for each source and run: a file that changes in between is seen by the next run."""
        if source.name not in self._neighbours:
            desk = self._desk
            seen = self._seen.setdefault(source.name, set())
            self._neighbours[source.name] = Neighbourhood(
                source, desk.settings.site, desk.watcher, lambda: seen | desk.store.index(source.name).keys(), now
            )
        return self._neighbours[source.name]

    def _doubt_feeds(self, reading: Reading) -> Reading:
        """An article that names a feed which is not there would stand nowhere, and nobody would know why."""
        named = reading.entry.feeds if reading.entry is not None else None
        unknown = select.unknown(named or (), self._desk.settings.feeds)
        if not unknown:
            return reading
        names = ", ".join(feed.path for feed in self._desk.settings.feeds)
        problem = Problem(
            UNKNOWN_FEED,
            reading.stat.key.path,
            f"names feeds that are not in the settings: {', '.join(unknown)[:200]}",
            f"known are {names[:200]}",
            level=Level.WARNING,
        )
        return replace(reading, problems=(*reading.problems, problem))

    def _doubt_episode(self, reading: Reading, source: Source) -> Reading:
        """What podcast directories would not take. A text between the episodes is none, except among recordings."""
        entry = reading.entry
        if entry is None or (podcasting.recording(entry) is None and not _holds_recordings(source)):
            return reading
        shows = [feed.podcast for feed in self._feeds_of(entry) if feed.podcast]
        found = dict.fromkeys(each for show in shows for each in podcasting.episode(entry, show))
        where = reading.stat.key.path
        problems = (Problem(EPISODE, where, what, hint, level=Level.WARNING) for what, hint in found)
        return replace(reading, problems=(*reading.problems, *problems))

    def _refuse(self, refused: Refused, report: Report) -> None:
        if refused.problem.level is Level.WARNING:
            report.unsettled.append(refused.key)
        self._ledger.say(refused.key, (refused.problem,), report)
        self._desk.store.put_problems(refused.key, (refused.problem,))

    def _with_entries(
        self, lost: Mapping[str, tuple[IndexedFile, Entry | None]]
    ) -> Mapping[str, tuple[IndexedFile, Entry | None]]:
        if not lost or len(lost) > FEW_LOST:
            return lost
        known = self._desk.store.entries_by_id(lost)
        return {
            id: (row, known[id].entry) for id, (row, _) in lost.items() if id in known and known[id].entry is not None
        }

    def _compare(
        self,
        source: Source,
        readings: Sequence[Reading],
        lost: Mapping[str, tuple[IndexedFile, Entry | None]],
        now: datetime,
        quiet: bool,
        *,
        same_dates: bool = False,
        wary: bool = False,
    ) -> ChangeSet:
        host = identity.host_of(self._desk.settings.site.url)
        at = self._desk.store.known([reading.stat.key for reading in readings])
        several = len(readings) > 1  # among several a known file may have passed its name on, and be somebody new
        strangers = [
            r
            for r in readings
            if (r.entry and r.entry.id)
            or (known := at.get(r.stat.key, _NOBODY)).entry is None
            or (several and known.file is not None and known.file.digest != r.digest)
        ]
        ids = compare.candidate_ids(strangers, host)
        digests = {reading.digest for reading in readings}
        ids |= {id for id, (row, entry) in lost.items() if entry is not None or row.digest in digests}
        past = compare.Past(at, self._desk.store.entries_by_id(ids), lost)
        return compare.compare(readings, past, host, now, quiet=quiet, same_dates=same_dates, wary=wary)

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
        """Believe that files are gone, or hold it. What is held already and was not looked at now counts, and so does
        what went shortly before."""
        waiting = {path: quiet for path in self._held.paths(source, MISSING) if path not in index}
        if not gone:
            if not any(key.root == source.name for key in report.unsure):
                self._held.put(source, MISSING, waiting, self._desk.store.counts()["live"] if waiting else 0, report)
            return
        ids = [row.entry_id for key in gone if (row := index.get(key.path)) is not None and row.entry_id]
        known = self._desk.store.entries_by_id(ids)
        lost = []
        for key in gone:
            row = index.get(key.path)
            lost.append((key, known[row.entry_id].entry if row and row.entry_id in known else None))
        limits = self._desk.settings.max_withdrawals
        lately = 0 if accept else self._held.lately(now)
        live = 0
        if len(gone) + len(waiting) + lately > limits[0]:  # counting is a pass over the archive
            live = self._desk.store.counts()["live"]
        changes = compare.withdraw(
            lost, live + lately, limits, now, accept=accept, quiet=quiet, others=len(waiting) + lately
        )
        self._apply(changes, now, report)
        report.held.extend(changes.held)
        waiting |= dict.fromkeys((key.path for key in changes.held), quiet)
        self._held.put(source, MISSING, {} if accept else waiting, live, report)

    def _apply(self, changes: ChangeSet, now: datetime, report: Report) -> None:
        memberships = {change.entry.id: self._feeds_of(change.entry) for change in changes.changes}
        for key, problems in changes.problems:
            self._ledger.say(key, problems, report)
        if changes.changes or changes.index or changes.forgotten or changes.problems:
            self._desk.store.apply(changes, memberships, now)
        lists = {
            ChangeKind.ADDED: report.added,
            ChangeKind.REVISED: report.revised,
            ChangeKind.MOVED: report.moved,
            ChangeKind.WITHDRAWN: report.withdrawn,
        }
        for change in changes.changes:
            if change.kind in lists:
                lists[change.kind].append(replace(change.entry, body=""))

    def _clear_stale(self, source: Source, found: Scan, paths: Iterable[str] | None, report: Report) -> None:
        """Record what the tree itself has wrong, and forget what it had wrong before where we have looked now."""
        now_wrong: dict[SourceKey, list[Problem]] = {}
        for key, problem in found.problems:
            now_wrong.setdefault(key, []).append(problem)
        seen = None if paths is None else frozenset(paths)
        to_read = {stat.key for stat in found.changed}
        for key, problem in self._desk.store.problems():
            looked_at = key.root == source.name and (seen is None or covered(key.path, seen))
            over = problem.code in _TREE_PROBLEMS or (problem.code in _READ_PROBLEMS and key not in to_read)
            if looked_at and over and key not in now_wrong and found.complete:
                self._ledger.settle(key, report)
        for key, problems in now_wrong.items():
            self._ledger.say(key, problems, report)
            self._desk.store.put_problems(key, problems)

    def turn(self, now: datetime, report: Report) -> None:
        """Show what an embargo kept back until now; hide what has expired."""
        while due := self._desk.store.due(now):
            memberships = {entry.id: self._feeds_of(entry) for entry in due}
            self._desk.store.turn(due, memberships, now)
            report.turned.extend(replace(entry, body="") for entry in due)

    def remember_feeds(self, now: datetime) -> None:
        """If the settings define other feeds than the last time, every entry's memberships are decided anew."""
        given = digest_of(repr((self._desk.settings.feeds, self._desk.settings.site.timezone, select.VERSION)).encode())
        if self._desk.store.feeds_fingerprint() == given:
            return
        doubted = {key for key, problem in self._desk.store.problems() if problem.code == UNKNOWN_FEED}
        rows = [known.file for known in self._desk.store.known(doubted).values() if known.file is not None]
        if rows:  # the next sweep reads them again, because no file has such a time
            again = tuple(replace(row, stat=replace(row.stat, mtime_ns=-1)) for row in rows)
            self._desk.store.apply(ChangeSet(index=again), {}, now)
        self._desk.store.remember_feeds(given, ((entry, self._feeds_of(entry)) for entry in iterate(self._desk.store)))

    def _feeds_of(self, entry: Entry) -> tuple[Feed, ...]:
        return select.feeds_of(entry, self._desk.settings.feeds, self._desk.settings.site.zone)


def _holds_recordings(source: Source) -> bool:
    return episode.FORMAT in suffixes_of(source).values()


def _with_kin(source: Source, paths: frozenset[str]) -> frozenset[str]:
    """Where recordings are entries, whether x.mp3 is one depends on x.md being there: they are looked at together."""
    if not _holds_recordings(source):
        return paths
    suffixes = suffixes_of(source)
    stems = {path[: len(path) - len(suffix_of(path))] for path in paths if suffix_of(path) in suffixes}
    return paths | {stem + suffix for stem in stems for suffix in suffixes}


class _Doubts:
    """What wary comparisons left out, by reason."""

    def __init__(self) -> None:
        self.paths: dict[str, list[str]] = {REIDENTIFIED: [], REDATED: []}

    def add(self, changes: ChangeSet) -> None:
        self.paths[REIDENTIFIED] += [key.path for key in changes.reidentified]
        self.paths[REDATED] += [key.path for key in changes.redated]


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
