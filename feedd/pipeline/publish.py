"""Entries -> documents in public: what is dirty is rendered, put in place and recorded with its announcements."""

from __future__ import annotations

import json
import logging
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from feedd.errors import FeeddError, PublishError
from feedd.model import (
    Content,
    Entry,
    Feed,
    FeedDocument,
    FeedItem,
    FeedSnapshot,
    Image,
    Level,
    Problem,
    Publication,
    SourceKey,
    Tombstone,
    digest_of,
)
from feedd.normalizer import body, references
from feedd.pipeline import archive
from feedd.pipeline.announce import Announce
from feedd.pipeline.archive import EVER, Archives, Issued, Run, Standing, UnissuedPageError, Window, newest_of, owner
from feedd.pipeline.gate import HELD, Gate
from feedd.pipeline.listing import Listing, goes
from feedd.pipeline.parts import Parts
from feedd.pipeline.rollback import restored
from feedd.pipeline.scope import Desk, RenderingError, Report, Scope, baseline, feed_key, found_at, pages
from feedd.pipeline.surroundings import Neighbourhood
from feedd.renderer import fit, render

log = logging.getLogger(__name__)

FEEDS_AT_ONCE = 20  # feeds whose documents are in memory together
PRELOADED = 100  # documents, at once
KEPT_BYTES = 16_000_000  # of entries with their rendered bodies: an edit should not load its whole window again
_SIZES = frozenset(("FD510", "FD511"))
_REFUSED = frozenset(("FD502", HELD))  # of a feed that is not published
_NAMED = 3  # of the entries that do not fit
_GONE = "gone"  # the fact which documents were retired
_ENTRY_SIZE = 2_000  # what an entry weighs without its body, about


class Publish:
    """COMMIT 2."""

    def __init__(self, desk: Desk, announce: Announce) -> None:
        self._desk = desk
        self._ledger = desk.ledger
        self._announce = announce
        self._archives = Archives(desk, self)
        self._listing = Listing(desk, self._put)
        self._parts = Parts(desk, self._put)
        self.fragments = render.Fragments()
        self._gate = Gate()
        self._kept: render.Memo[FeedItem] = render.Memo(KEPT_BYTES)

    def publish(self, scope: Scope, now: datetime, report: Report) -> None:
        """Render what is dirty, put it in public, and record it with its announcements."""
        if not any(self._desk.store.marked(baseline(source)) for source in self._desk.settings.sources):
            return  # no folder was ever seen whole: an empty feed now would be an accident, not news
        loud = {dirty.path: dirty.loud for dirty in self._desk.store.dirty()}
        standing = self._desk.store.publications()
        feeds = self._inhabited(self.feeds(), standing, loud, scope, now)
        wanted = self._wanted(feeds, loud, standing, scope, report)
        behind = set(report.deferred)
        for done, page in pages(wanted, FEEDS_AT_ONCE):
            behind |= self._publish_page(page, loud, standing, scope.verify, now, report)
            self._desk.progress("rendering feeds", done, len(wanted))
        retired = self._retire(feeds, standing, loud, now, report)
        if scope.verify:
            self._parts.look_after(report)
        self._listing.bring(feeds.values(), scope.sweep is None or retired or bool(report.published), report)
        self._settle_house(feeds, report)
        self._announce.entries(behind, now, report)

    def publish_again(self, feed: Feed, now: datetime, report: Report) -> None:
        """One feed, as if something about it had changed that everybody is to be told."""
        standing = self._desk.store.publications()
        self._publish_page([feed], {feed.path: True}, standing, False, now, report)

    def preload(self) -> int:
        """Put what stands in public on the shelf, so that a restarted server answers at once. Renders nothing."""
        standing, count = list(self._desk.store.publications().values()), 0
        for _, page in pages(standing, PRELOADED):  # an archive of a gigabyte is not in memory twice
            found = [(data, publication) for publication in page if (data := self._standing_bytes(publication))]
            self._desk.shelf.show(found)
            count += len(found)
        self._desk.shelf.retire(self._gone())
        self._parts.show()
        self._listing.show(self.feeds().values())
        return count

    def feeds(self) -> dict[str, Feed]:
        """Every concrete feed by path: those of the settings, and the ones that tags and the like have brought up."""
        feeds = {feed.path: feed for feed in self._desk.store.feeds() if feed.value is not None}
        return feeds | {feed.path: feed for feed in self._desk.settings.feeds if feed.each is None}

    def _inhabited(
        self, feeds: Mapping[str, Feed], standing: Standing, dirty: Container[str], scope: Scope, now: datetime
    ) -> dict[str, Feed]:
        """Without those that a value made and nobody is in any more, once they have nobody to name as withdrawn. Who
        was in one when it was published still is, unless it changed; one that waits for its schedule is as it was."""
        shown = {publication.feed for publication in standing.values() if publication.entries}
        same = {path for path in shown if path not in dirty or _waits(feeds.get(path), scope)}
        return {
            path: feed
            for path, feed in feeds.items()
            if feed.value is None or path in same or self._is_inhabited(feed, now)
        }

    def _is_inhabited(self, feed: Feed, now: datetime) -> bool:
        store, named = self._desk.store, self._desk.settings.tombstones
        whole = replace(feed, limit=1, max_age=None, archive=0)
        return bool(store.window_digests(whole, now) or (named and store.tombstones(feed, now - named)))

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
        archived: dict[str, list[Publication]] = {}
        for publication in standing.values():
            if publication.page:
                archived.setdefault(publication.feed, []).append(publication)
        for path, feed in sorted(feeds.items()):
            documents = [standing.get(document) for document in render.document_paths(feed)]
            documents += archived.get(path, ()) if feed.archive else ()
            missing = any(document is None or not self._desk.shelf.has(document) for document in documents)
            waits = _waits(feed, scope)
            ages = feed.max_age is not None and (scope.sweep != frozenset() or scope.ticked(feed))
            swept = scope.sweep != frozenset() and self._archives.waits(feed)
            if path in loud and waits and not missing:
                report.deferred.append(path)
            elif path in loud or missing or scope.sweep is None or ((ages or swept) and not waits):
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
        wanted: list[Issued] = []
        behind = set()
        run = Run(standing, loud, verify, now, report)
        for feed in feeds:
            try:
                # Pages before the document that links to them; where a new one is missing, the old document stays.
                if not self._archives.bring(feed, run):
                    behind.add(feed.path)
                wanted.extend(self._documents(feed, standing, verify, now, report))
            except UnissuedPageError:
                behind.add(feed.path)
            except RenderingError as error:
                self._ledger.record(feed_key(error.problem.where), error.problem, report)
                behind.add(feed.path)
        before = len(report.published)
        documents = self.issue(wanted, standing, report)
        changed = report.published[before:]
        in_place = {document.path for document, _ in documents}
        behind |= {document.feed for document, _ in wanted if document.path not in in_place}
        audible = frozenset(feed.path for feed in feeds if loud.get(feed.path))
        deliveries = self._announce.plan(changed, audible, (), now)
        report.deliveries += len(deliveries)
        self._desk.store.record(
            [publication for _, publication in documents],
            deliveries,
            clean=[feed.path for feed in feeds if feed.path not in behind],
            now=now,
            kept=[(p, d.data) for d, p in documents if p.feed not in behind and not p.rolled_back],
            keep=self._desk.settings.versions,
        )
        return behind

    def issue(self, wanted: Sequence[Issued], standing: Standing, report: Report) -> Sequence[Issued]:
        """Into every target and onto the shelf: those that are in place now, as readers see them."""
        late = self._parts.bring((document for document, _ in wanted), report)
        wanted = [(document, publication) for document, publication in wanted if document.path not in late]
        replaced = {document.path for document, _ in wanted if self._is_replaced(document)}
        missing = self._put([document for document, _ in wanted], report)
        documents = [(document, publication) for document, publication in wanted if document.path not in missing]
        self._desk.shelf.show([(document.data, publication) for document, publication in documents])
        report.published.extend(
            p
            for d, p in documents
            if d.path in replaced or (old := standing.get(d.path)) is None or old.digest != p.digest
        )
        return documents

    def _documents(
        self, feed: Feed, standing: Mapping[str, Publication], verify: bool, now: datetime, report: Report
    ) -> Iterator[tuple[FeedDocument, Publication]]:
        window = self._desk.store.window_digests(feed, now)
        given = render.fingerprint(feed, self._desk.settings.site, window, self._tombstones(feed, window))
        fingerprint = archive.fingerprint(given, self._archives.chain(feed))
        if self.stands(feed, fingerprint, standing, verify):
            self.mended(feed, report)
            return
        if (put_back := restored(self._desk.store, feed, fingerprint, standing)) is not None:
            yield from put_back
            return
        with self.alone(feed.path):
            fitted = self._fitted(feed, window, report)
        rendered = self.write(fitted, report)
        report.rendered.append(feed.path)
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
                    entries=len(fitted.snapshot.items) - fitted.retracted,
                    left_out=len(fitted.rest) + len(fitted.lost),
                    updated=fitted.snapshot.updated or EVER,
                ),
            )

    def write(self, fitted: fit.Fitted, report: Report) -> tuple[FeedDocument, ...]:
        """The documents, and what is to be said of them."""
        documents = self._render(fitted.snapshot)
        self._parts.need(fitted.snapshot.feed.path, (item.entry for item in fitted.snapshot.items))
        if self._desk.settings.lint and (problem := self._judged(documents)) is not None:
            raise RenderingError(problem)
        key, problems = feed_key(fitted.snapshot.feed.path), tuple(_too_large(fitted))
        if problems:
            self._ledger.say(key, problems, report)
            self._desk.store.put_problems(key, problems)
        else:
            self._ledger.settle(key, report)
        return documents

    def mended(self, feed: Feed, report: Report) -> None:
        """What could not be published is not wanted any more: the inputs are again those of what stands."""
        key = feed_key(feed.path)
        if any(problem.code in _REFUSED for problem in self._ledger.wrong().get(key, ())):
            self._ledger.settle(key, report)

    def _judged(self, documents: Sequence[FeedDocument]) -> Problem | None:
        """What keeps them back; not that we failed to look."""
        try:
            return self._gate.judge(documents)
        except Exception:
            log.exception("looking at %s failed; it is published as it is", documents[0].path)
            return None

    def _render(self, snapshot: FeedSnapshot) -> tuple[FeedDocument, ...]:
        with self.alone(snapshot.feed.path):
            return render.render(snapshot, self.fragments)

    @contextmanager
    def alone(self, path: str) -> Iterator[None]:
        """For what is made of entries: a bug of ours in one feed never stops the others."""
        try:
            yield
        except (RenderingError, FeeddError):
            raise
        except Exception as error:
            problem = Problem(
                "FD502",
                path,
                f"feedd failed to render this feed ({type(error).__name__}: {error})",
                "this is a bug in feedd, please report it; what was published stays",
            )
            if problem not in self._ledger.wrong().get(feed_key(path), ()):
                log.exception("rendering %s failed", path)
            raise RenderingError(problem) from error

    def stands(self, feed: Feed, fingerprint: str, standing: Standing, verify: bool) -> bool:
        """The inputs are those of the last publication, and what was published is still there, byte for byte."""
        publications = [standing.get(path) for path in render.document_paths(feed)]
        found = []
        for publication in publications:
            if publication is None or publication.fingerprint != fingerprint:
                return False
            shown = self._desk.shelf.has(publication)
            if verify or not shown:
                data = self._standing_bytes(publication)
                if data is None:
                    return False
                if not shown:
                    found.append((data, publication))
        self._desk.shelf.show(found)
        return True

    def _standing_bytes(self, publication: Publication) -> bytes | None:
        """What stands in every target, if it is what we published."""
        data = None
        for publisher in self._desk.publishers:
            if not goes(publication.path, publication.format, publisher):
                continue
            data = found_at(publisher, publication.path)
            if data is None or digest_of(data) != publication.digest:
                return None
        return data

    def _is_replaced(self, document: FeedDocument) -> bool:
        """Does something else stand there now? Also where the record says otherwise: a killed run may have put it
        there, and somebody may have read it."""
        return any(
            goes(document.path, document.format, publisher)
            and found_at(publisher, document.path) not in (None, document.data)
            for publisher in self._desk.publishers
        )

    def snapshot(self, feed: Feed, window: Window, report: Report) -> FeedSnapshot:
        """What a feed says while it shows these entries, or those of them that fit."""
        return self._fitted(feed, window, report).snapshot

    def _fitted(self, feed: Feed, window: Window, report: Report) -> fit.Fitted:
        snapshot = self.whole(feed, window, report)
        return fit.document(snapshot, self._retractable(feed, snapshot.tombstones), self.fragments)

    def whole(self, feed: Feed, window: Window, report: Report) -> FeedSnapshot:
        items, gone = self.items(window, report), self._tombstones(feed, window)
        updated = render.updated((item.entry for item in items), gone)
        return FeedSnapshot(feed, self._desk.settings.site, items, updated, gone, self._archives.chain(feed))

    def _retractable(self, feed: Feed, gone: Sequence[Tombstone]) -> Sequence[Tombstone]:
        """Who may have stood in the subscription document: what left a page of the archive is named in that page."""
        if feed.retractions is None or not feed.archive:
            return gone if feed.retractions is not None else ()
        paged = self._desk.store.paged(feed, [each.id for each in gone])
        return [each for each in gone if each.id not in paged]

    def _tombstones(self, feed: Feed, window: Window) -> tuple[Tombstone, ...]:
        """Who left the feed not long before it last said something."""
        if not self._desk.settings.tombstones:
            return ()
        known = self._desk.store.tombstones(feed, EVER)
        return render.remembered(known, newest_of(window), self._desk.settings.tombstones)

    def items(self, window: Window, report: Report) -> tuple[FeedItem, ...]:
        """The entries with their bodies rendered: as kept in memory, else as kept in the store, else made now."""
        found = {key: item for key in window if (item := self._kept.get(key)) is not None}
        missing = {id: (id, mark) for id, mark in window if (id, mark) not in found}
        known = self._desk.store.entries_by_id(missing)
        entries = [each.entry for each in known.values() if each.entry is not None]
        contents = self._desk.store.contents(entries, body.VERSION)
        made = [(entry, self._content(entry, report)) for entry in entries if entry.id not in contents]
        self._desk.store.save_contents(made, body.VERSION)
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
            content = body.content(entry)
            return replace(content, picture=self._picture(entry, content))
        except Exception as error:
            log.exception("rendering the body of %s failed", entry.key)
            problem = Problem(
                "FD299",
                entry.key.path,
                f"feedd failed to render the body ({type(error).__name__}: {error}); it is published as plain text",
                "this is a bug in feedd, please report it with the file",
            )
            known = [
                each for key, each in self._desk.store.problems() if key == entry.key and each.code != problem.code
            ]
            self._ledger.say(entry.key, (*known, problem), report)
            self._desk.store.put_problems(entry.key, (*known, problem))
            return body.unrendered(entry)

    def _picture(self, entry: Entry, content: Content) -> Image | None:
        """The entry's picture, or the first of its body, with what its file says of it."""
        source = next((each for each in self._desk.settings.sources if each.name == entry.key.root), None)
        if entry.image is not None or content.image is None or source is None:
            return entry.image
        site = self._desk.settings.site
        # Only files are asked for here: neither other articles nor the moment matter.
        around = Neighbourhood(source, site, self._desk.watcher, tuple, entry.updated)
        return references.picture_at(content.image, entry, site, source, around)

    def _put(self, documents: Sequence[FeedDocument], report: Report) -> set[str]:
        """Put documents into every target. The paths of those that do not stand everywhere now: there the old ones
        still stand, their feeds stay dirty, and the next run tries again."""
        missing: set[str] = set()
        for publisher in self._desk.publishers if documents else ():
            ours = self._listing.ours(documents, publisher)
            try:
                publisher.put(ours)
            except PublishError as error:
                missing |= {document.path for document in ours if found_at(publisher, document.path) != document.data}
                problem = Problem("FD501", publisher.name, error.message, error.hint)
                self._ledger.record(SourceKey("", publisher.name), problem, report)
                report.failed.append(error)
        return missing

    def _settle_house(self, feeds: Mapping[str, Feed], report: Report) -> None:
        """Targets that could not be written and now can, feeds that could not be rendered and are no more."""
        for key, problems in list(self._ledger.wrong().items()):
            codes = {problem.code for problem in problems}
            mended = "FD501" in codes and not report.failed and not report.deferred
            orphaned = codes & {*_REFUSED, *_SIZES} and not any(key == feed_key(path) for path in feeds)
            page_of = feeds.get(owner(key.path.removeprefix("feed ")))
            if mended or (orphaned and not (page_of and page_of.archive)):
                self._ledger.settle(key, report)

    def _retire(
        self, feeds: Mapping[str, Feed], standing: Standing, dirty: Iterable[str], now: datetime, report: Report
    ) -> bool:
        """Documents of feeds that the settings no longer define: forgotten here, 410 on the server. The file in the
        output folder is left to the person who owns the folder. Were there any?"""
        current = {path for feed in feeds.values() for path in render.document_paths(feed)}
        archived = {path: feed for path, feed in feeds.items() if feed.archive}
        there = [each for each in (*standing.values(), *report.published) if each.page]
        current |= {p.path for p in there if p.feed in archived and p.format in archived[p.feed].formats}
        retired, undefined = sorted(set(standing) - current), set(dirty) - feeds.keys()
        if retired or undefined:
            unarchived = {page.feed for page in there} - archived.keys()
            self._desk.store.record([], [], clean=undefined, now=now, retired=retired, unarchived=unarchived)
        before = self._gone()
        gone = sorted({*before, *retired} - current)
        if gone != before:
            self._desk.store.mark(_GONE, json.dumps(gone))
        if retired:
            self._desk.shelf.retire(retired)
        return bool(retired)

    def _gone(self) -> list[str]:
        """Documents that were public once; readers who still ask are told that they may stop."""
        return list(json.loads(self._desk.store.marked(_GONE) or "[]"))


def _waits(feed: Feed | None, scope: Scope) -> bool:
    return feed is not None and feed.schedule is not None and not scope.ticked(feed)


def _too_large(fitted: fit.Fitted) -> Iterator[Problem]:
    """What does not fit as it is. That there are more entries than fit is no problem: it is what `max_bytes` is for."""
    feed = fitted.snapshot.feed
    brief = [item.entry for item in fitted.snapshot.items if item.brief]
    if brief:
        message = f"{_some(brief)} carried with the summary only: the whole would not fit into max_bytes"
        hint = "raise max_bytes, or take the feed's content: summary"
        yield Problem("FD510", feed.path, message, hint, level=Level.WARNING)
    lost = [item.entry for item in fitted.lost]
    if lost:
        message = f"{_some(lost)} left out: not even the summary fits into max_bytes ({feed.max_bytes} bytes)"
        yield Problem("FD511", feed.path, message, "raise max_bytes")


def _some(entries: Sequence[Entry]) -> str:
    named = ", ".join(entry.key.path for entry in entries[:_NAMED])
    more = f" and {len(entries) - _NAMED} more are" if len(entries) > _NAMED else " are" if len(entries) > 1 else " is"
    return named + more
