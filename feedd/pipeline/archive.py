"""Archives (RFC 5005 4): what a feed's subscription document no longer carries stands in numbered pages, for good.

    live entries, newest first
    |- in no page: the subscription document -|- page 3 -|- page 2 -|- page 1 -|
       its prev-archive ----------------------^   its prev-archive ---^

An entry stands in the subscription document until it may leave (`limit`, `max_age`) and a page's worth of others may
leave with it, or until `max_bytes` leaves no room; then the oldest of them become the next page. Which page an entry
stands in is decided once and recorded with the publication of the page: edits and withdrawals rewrite that page and no
other, an entry that returns returns to it, one that comes late is new like any other. So nothing is ever renumbered,
each live entry stands in exactly one document, and a new entry costs two documents at most: the subscription document,
and a new page or an older one that is told of its successor. Pages made in one run name each other from the beginning.
"""

from __future__ import annotations

import json
import re
from collections.abc import Container, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol

from feedd.model import (
    ArchivePage,
    Chain,
    Feed,
    FeedDocument,
    FeedItem,
    FeedSnapshot,
    Publication,
    Query,
    Tombstone,
    digest_of,
)
from feedd.normalizer import body
from feedd.pipeline.scope import Desk, RenderingError, Report, feed_key
from feedd.renderer import fit, render

Window = Sequence[tuple[str, str]]  # (id, digest and updated) of entries, as the store gives it
Standing = Mapping[str, Publication]
Issued = tuple[FeedDocument, Publication]

_FAR = 10**6  # the number of a page whose links are as long as any will be
_AT_FIRST = 64  # entries; mostly more than a document has

EVER = datetime(1970, 1, 1, tzinfo=UTC)
_PAGE = re.compile(r"(.+)/archive/[0-9]+")


@dataclass(frozen=True, slots=True)
class Run:
    """What the pages of all feeds have in common. `dirty` are feeds that may have changed since they were published."""

    standing: Standing
    dirty: Container[str]
    verify: bool
    now: datetime
    report: Report


class Press(Protocol):
    """What archives need of the one who publishes."""

    fragments: render.Fragments

    def whole(self, feed: Feed, window: Window, report: Report) -> FeedSnapshot: ...
    def items(self, window: Window, report: Report) -> tuple[FeedItem, ...]: ...
    def write(self, fitted: fit.Fitted, report: Report) -> tuple[FeedDocument, ...]: ...
    def stands(self, feed: Feed, fingerprint: str, standing: Standing, verify: bool) -> bool: ...
    def issue(self, wanted: Sequence[Issued], standing: Standing, report: Report) -> Sequence[Issued]: ...
    def mended(self, feed: Feed, report: Report) -> None: ...
    def alone(self, path: str) -> AbstractContextManager[None]: ...


class UnissuedPageError(Exception):
    """A new page is not in place, so no document may link to it yet."""


def page_path(feed: Feed, number: int) -> str:
    return f"{feed.path}/archive/{number}"


def owner(path: str) -> str:
    """The feed whose page this may be; the path itself if it looks like no page's."""
    found = _PAGE.fullmatch(path)
    return found[1] if found else path


def fingerprint(given: str, chain: Chain | None) -> str:
    """Of a subscription document: what it is made of, and the page that it names."""
    return f"{given}.{body.VERSION}{f'.{chain.previous}' if chain else ''}"


def names(publication: Publication) -> str | None:
    """The page that a subscription document names, below the output root; None if it names none."""
    page = publication.fingerprint.split(".", 2)[2:]
    known = render.FORMATS.get(publication.format)
    return page[0] + known.suffix if page and known else None


class Archives:
    """The pages of all feeds."""

    def __init__(self, desk: Desk, press: Press) -> None:
        self._desk = desk
        self._press = press
        self._waiting: set[str] = set()  # feeds; after a restart all are looked at anyway

    def chain(self, feed: Feed) -> Chain | None:
        """Where the subscription document stands."""
        pages = self._desk.store.archive(feed) if feed.archive else ()
        return Chain(feed.path, previous=page_path(feed, pages[-1].number)) if pages else None

    def bring(self, feed: Feed, run: Run) -> bool:
        """Make the feed's pages stand as they should: new ones, and those that changed. False if one that is linked
        already could not be brought up to date. UnissuedPageError or RenderingError if a new one could not be made:
        its entries are still in the window."""
        if not feed.archive:
            return True
        pages = self._desk.store.archive(feed)
        newest = pages[-1].number if pages else 0
        window = self._desk.store.window_digests(feed, run.now)
        frozen = self._freeze(feed, newest, window, run)
        known = _told(pages, newest + frozen, self._most_told(feed, window, frozen, run))
        self._note(feed, len(_waiting(known, newest + frozen)) > 1)
        return self._renew(feed, known, newest + frozen, run)

    def _most_told(self, feed: Feed, window: Window, frozen: int, run: Run) -> int | None:
        """How many pages may learn of their successor in this run, so that a new entry costs two documents; that the
        feed has more entries than were published says that some are new. None: as many as wait, for where every entry
        makes a page they would wait for ever, and this run has nothing else to do."""
        if new := max(0, len(window) - _carried(feed, run.standing)):
            return max(0, 2 * new - 1 - frozen)
        return 0 if feed.path in run.dirty else None

    def waits(self, feed: Feed) -> bool:
        """Do more pages wait to be told of their successor than the next entry will see to?"""
        return feed.path in self._waiting

    def _note(self, feed: Feed, waits: bool) -> None:
        (self._waiting.add if waits else self._waiting.discard)(feed.path)

    # --- new pages

    def _freeze(self, feed: Feed, newest: int, window: Window, run: Run) -> int:
        """Entries that may leave the subscription document leave it. How many pages that makes; each but the last names
        the one after it from the beginning."""
        made, number = self._made(feed), newest
        count = self._ripe(feed, window, run)
        while count:
            number += 1
            members, window = window[-count:], window[:-count]
            count = self._ripe(feed, window, run)
            last = number + bool(count)
            page = ArchivePage(feed.path, number, linked=bool(count), members=tuple(id for id, _ in members))
            fingerprint = _fingerprint(made, page, last, self._members(feed, members))
            if not self._issue(feed, page, last, fingerprint, members, run):
                raise UnissuedPageError
        return number - newest

    def _ripe(self, feed: Feed, window: Window, run: Run) -> int:
        """How many of the oldest entries become the next page; 0: none yet."""
        with self._press.alone(feed.path):
            return self._ready(feed, window, run)

    def _ready(self, feed: Feed, window: Window, run: Run) -> int:
        due = feed.archive if self._are_due(feed, window, run.now) else 0
        if feed.max_bytes is None or not window:
            return due
        short = self._beyond(feed, window, feed.max_bytes, run)
        if short:
            # Half of the room is made where some is needed; else every new entry would push one out, into its own page.
            short = max(short, self._beyond(feed, window, feed.max_bytes // 2, run))
        # What stood in one document goes into one page, however many that are: a new entry costs no second one.
        most = max(due, min(short, max(feed.archive, _carried(feed, run.standing))))
        if not most:
            return 0
        page = self._snapshot(feed, _FAR, _FAR + 1, window[-most:], run.report)
        fitted = fit.fit(page, feed.max_bytes, self._press.fragments, oldest=True)
        return max(1, most - len(fitted.rest))

    def _are_due(self, feed: Feed, window: Window, now: datetime) -> bool:
        """May a page's worth of the oldest entries leave? They stand in the order of their age: one speaks for all."""
        at = len(window) - feed.archive
        if at < 0 or at >= feed.limit:
            return at >= 0
        if feed.max_age is None or at < feed.at_least:
            return False
        known = self._desk.store.entries_by_id([window[at][0]])
        return any(each.entry and each.entry.published < now - feed.max_age for each in known.values())

    def _beyond(self, feed: Feed, window: Window, most: int, run: Run) -> int:
        """How many of the oldest entries have no room in a document of so many bytes: neither in the subscription
        document nor in a page, whose head may be longer, for that is where they all go one day. As many of the newest
        are looked at as it takes."""
        looked = _AT_FIRST
        while True:
            part = window[:looked]
            whole = self._press.whole(feed, part, run.report)
            page = self._snapshot(feed, _FAR, _FAR + 1, part, run.report)
            short = max(len(fit.fit(each, most, self._press.fragments).rest) for each in (whole, page))
            if short or looked >= len(window):
                return len(window) - len(part) + short
            looked *= 2

    # --- pages that are there

    def _renew(self, feed: Feed, pages: Sequence[ArchivePage], newest: int, run: Run) -> bool:
        """What a page depends on is in its fingerprint: how it is made, and its members, which are looked at only where
        something about one of them changed."""
        well, settled, made = True, [], self._made(feed)
        for known in pages:
            paper = _paper(feed, known.number)
            window = self._desk.store.archived_digests(feed, known.number) if known.stale else None
            members = _members_of(paper, run.standing) if window is None else self._members(feed, window)
            before = _fingerprint_of(paper, run.standing)
            is_other = before not in (None, _fingerprint(made, known, newest, members))
            page = replace(known, linked=True) if is_other and known.number < newest else known  # it is written anyway
            fingerprint = _fingerprint(made, page, newest, members)
            if not self._press.stands(paper, fingerprint, run.standing, run.verify):
                well &= self._reissue(feed, page, newest, made, window, run)
                continue
            self._press.mended(paper, run.report)
            if page.stale:
                settled.append(replace(page, stale=False))
        if settled:
            self._desk.store.record([], [], clean=(), now=run.now, archived=settled)
        return well

    def _reissue(self, feed: Feed, page: ArchivePage, newest: int, made: str, window: Window | None, run: Run) -> bool:
        if window is None:
            window = self._desk.store.archived_digests(feed, page.number)
        fingerprint = _fingerprint(made, page, newest, self._members(feed, window))
        try:
            return self._issue(feed, replace(page, stale=False), newest, fingerprint, window, run)
        except RenderingError as error:
            self._desk.ledger.record(feed_key(error.problem.where), error.problem, run.report)
            return False

    # --- one page

    def _issue(self, feed: Feed, page: ArchivePage, newest: int, fingerprint: str, window: Window, run: Run) -> bool:
        """Into public, and then into the store: whoever dies in between finds nothing that links to the page, and may
        make another one of that number."""
        snapshot = self._snapshot(feed, page.number, newest if page.linked else page.number, window, run.report)
        fitted = fit.Fitted(snapshot)
        if feed.max_bytes is not None:
            with self._press.alone(snapshot.feed.path):
                fitted = fit.squeeze(snapshot, feed.max_bytes, self._press.fragments)
        wanted = []
        for document in self._press.write(fitted, run.report):
            old = run.standing.get(document.path)
            same = old is not None and old.digest == document.digest
            publication = Publication(
                path=document.path,
                feed=feed.path,
                format=document.format,
                media_type=document.media_type,
                digest=document.digest,
                size=len(document.data),
                url=document.url,
                published_at=old.published_at if same and old else run.now.replace(microsecond=0),
                fingerprint=fingerprint,
                entries=len(fitted.snapshot.items),
                left_out=len(fitted.lost),
                page=page.number,
                updated=fitted.snapshot.updated or EVER,
            )
            wanted.append((replace(document, feed=feed.path), publication))
        issued = self._press.issue(wanted, run.standing, run.report)
        if len(issued) < len(wanted):
            return False
        publications = [publication for _, publication in issued]
        self._desk.store.record(publications, [], clean=(), now=run.now, archived=[page])
        return True

    def _snapshot(self, feed: Feed, number: int, newest: int, window: Window, report: Report) -> FeedSnapshot:
        paper, gone = _paper(feed, number), self._gone(feed, window)
        items = self._press.items([each for each in window if each[1]], report)
        chain = Chain(
            current=feed.path,
            previous=page_path(feed, number - 1) if number > 1 else None,
            next=page_path(feed, number + 1) if number < newest else None,
            archive=True,
        )
        moment = render.updated((item.entry for item in items), gone)
        return FeedSnapshot(paper, self._desk.settings.site, items, moment, gone, chain)

    def _gone(self, feed: Feed, window: Window) -> tuple[Tombstone, ...]:
        """Members that left, as long as the feed itself says so."""
        left = {id for id, mark in window if not mark}
        if not left or not self._desk.settings.tombstones:
            return ()
        known = [each for each in self._desk.store.tombstones(feed, EVER) if each.id in left]
        return render.remembered(known, newest_of(window), self._desk.settings.tombstones)

    def _made(self, feed: Feed) -> str:
        """What all pages of a feed are made with."""
        return f"{render.fingerprint(_paper(feed, 0), self._desk.settings.site, ())}.{body.VERSION}"

    def _members(self, feed: Feed, window: Window) -> str:
        gone = [[each.id, each.url, each.when.isoformat()] for each in self._gone(feed, window)]
        return digest_of(json.dumps([[each for each in window if each[1]], gone]).encode())


def _fingerprint(made: str, page: ArchivePage, newest: int, members: str) -> str:
    return f"{made}.{'linked' if page.linked and page.number < newest else 'last'}/{members}"


def _told(pages: Sequence[ArchivePage], newest: int, most: int | None) -> Sequence[ArchivePage]:
    """The pages, with so many of them naming the page after them that did not, the oldest first; None: all, unless
    one alone waits for the entry that is to come."""
    waiting = _waiting(pages, newest)
    if most is None:
        most = len(waiting) if len(waiting) > 1 else 0
    told = {page.number for page in waiting[:most]}
    return [replace(page, linked=True) if page.number in told else page for page in pages]


def _waiting(pages: Sequence[ArchivePage], newest: int) -> list[ArchivePage]:
    return [page for page in pages if not page.linked and page.number < newest]


def _carried(feed: Feed, standing: Standing) -> int:
    """How many entries the subscription document has, or has no room for, as it was published."""
    paths = (render.document_path(feed, name) for name in feed.formats)
    found = [each for path in paths if (each := standing.get(path))]
    return max((each.entries + each.left_out for each in found), default=0)


def _members_of(paper: Feed, standing: Standing) -> str:
    """The part of the fingerprint that speaks of the members, as it was when the page was published."""
    return (_fingerprint_of(paper, standing) or "").rpartition("/")[2]


def _fingerprint_of(paper: Feed, standing: Standing) -> str | None:
    found = standing.get(render.document_path(paper, paper.formats[0]))
    return found.fingerprint if found else None


def _paper(feed: Feed, number: int) -> Feed:
    """The feed as its page has it: without what only the subscription document says, or what only chooses entries."""
    return replace(
        feed,
        path=page_path(feed, number),
        query=Query(),
        limit=0,
        max_age=None,
        schedule=None,
        hubs=(),
        archive=0,
        landing=False,
    )


def newest_of(window: Window) -> datetime | None:
    """When the newest of these entries was updated."""
    moments = [int(mark.rpartition("@")[2]) for _, mark in window if mark]
    return datetime.fromtimestamp(max(moments), UTC) if moments else None
