"""What is in public -> the outbox: deliveries are planned, never made, here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from feedd.model import (
    Delivery,
    Endpoint,
    Entry,
    EntryEvent,
    Publication,
)
from feedd.notifier import plan as notifier
from feedd.pipeline.scope import Desk, Report
from feedd.renderer import render, select

_PINGS = ("websub", "xmlrpc")  # they hear of documents, with the publication; the others hear of entries


class Announce:
    """Plans for every endpoint of the settings."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def entries(self, behind: set[str], now: datetime, report: Report) -> None:
        """Tell webhooks what happened to entries, once at least one feed that shows it stands in public. What is in no
        feed is nobody's business."""
        consumed, public = [], []
        for event in self._desk.store.events():
            paths = set(self._feeds_of(event.entry))
            if paths and paths <= behind:
                continue
            consumed.append(event.seq)
            if paths:
                public.append(event)
        if not consumed:
            return
        tellers = [e for e in self._desk.settings.endpoints if e.kind not in _PINGS]
        changed = report.published
        deliveries = self.plan(changed, frozenset(p.feed for p in changed), public, now, tellers)
        report.deliveries += len(deliveries)
        self._desk.store.record([], deliveries, clean=(), consumed=consumed, now=now)

    def plan(
        self,
        published: Sequence[Publication],
        loud: frozenset[str],
        events: Sequence[EntryEvent],
        now: datetime,
        endpoints: Sequence[Endpoint] | None = None,
    ) -> Sequence[Delivery]:
        """The deliveries for these documents and events, to all endpoints or to those given."""
        endpoints = self._desk.settings.endpoints if endpoints is None else endpoints
        site = self._desk.settings.site
        # Readers come to archive pages from their feed, and a landing page is no feed.
        published = [each for each in published if not each.page and each.format in render.FORMATS]
        if not endpoints or not (loud or events):
            return ()
        waiting = notifier.unfinished(self._desk.store.deliveries(["pending", "claimed"], limit=10**6))
        last = {key: self._desk.store.last_done(*key) for key in notifier.keys(endpoints, site, published)}
        return notifier.plan(
            endpoints,
            site,
            published,
            loud,
            events,
            pending=waiting,
            last_done={key: moment for key, moment in last.items() if moment is not None},
            new_id=self._desk.new_id,
            now=now,
            feeds_of=self._feeds_of,
        )

    def _feeds_of(self, entry: Entry) -> list[str]:
        settings = self._desk.settings
        return [feed.path for feed in select.feeds_of(entry, settings.feeds, settings.site.zone)]

    def everything(self, now: datetime, *, endpoint: str | None = None) -> int:
        """Announce what stands in public, changed or not (`feedd ping --all`). How many deliveries that makes."""
        standing = list(self._desk.store.publications().values())
        endpoints = [e for e in self._desk.settings.endpoints if endpoint in (None, e.id, e.kind)]
        deliveries = self.plan(standing, frozenset(p.feed for p in standing), (), now, endpoints)
        self._desk.store.record([], deliveries, clean=(), now=now)
        return len(deliveries)
