"""THE JOURNEY. Read this first.

    watcher -> normalizer -> store        refresh: files -> entries            COMMIT 1
    store -> renderer -> publisher        publish: entries -> documents
    -> notifier                           announce: documents -> outbox        COMMIT 2

One conductor calls the rooms in order; data in, data out; rooms do not call each other. It never asks "what happened?"
but "what is out of date?", so a file event, a timer, an embargo that ends, a restart after a crash and a manual rebuild
are the same call of `run`. It may die anywhere: what was not committed is found again, what was committed but not
published is still dirty, what was published but not announced still has its events.

`now` is read once by the caller. Everything here runs on one thread.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from feedd.model import Feed, FeedDocument, Settings, Source, SourceDocument, Version
from feedd.normalizer.normalize import Reading
from feedd.pipeline.announce import Announce
from feedd.pipeline.ledger import Ledger
from feedd.pipeline.publish import Publish
from feedd.pipeline.refresh import Refresh
from feedd.pipeline.rollback import Kept, Rollback
from feedd.pipeline.scope import Desk, Progress, Report, Scope, Shelf, silent
from feedd.ports import Publisher, Store, Watcher
from feedd.renderer import render

__all__ = ["Pipeline", "Progress", "Report", "Scope", "Shelf", "silent"]


class Pipeline:
    """The conductor. `settings` and `publishers` may be replaced between two runs."""

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
        ledger = Ledger(store)
        self._desk = Desk(settings, watcher, store, publishers, shelf, new_id, progress, ledger)
        self._refresh = Refresh(self._desk)
        self._announce = Announce(self._desk)
        self._publish = Publish(self._desk, self._announce)
        self._rollback = Rollback(self._desk, self._announce, self._publish)

    def run(self, scope: Scope, now: datetime) -> Report:
        """Bring everything in `scope` up to date: entries, then documents, then announcements in the outbox."""
        report = Report()
        try:
            self.refresh(scope, now, report)
            self._refresh.turn(now, report)
            self._publish.publish(scope, now, report)
        except BaseException:
            self._desk.ledger.forget()
            raise
        return report

    def refresh(self, scope: Scope, now: datetime, report: Report) -> None:
        """The first half alone: files -> entries."""
        # Whole seconds: entries' dates are written in whole seconds, and a date must compare equal to what was written.
        self._refresh.refresh(scope, now.replace(microsecond=0), report)

    def turn(self, now: datetime, report: Report) -> None:
        """Show what an embargo kept back until `now`, hide what has expired by then; publishes nothing."""
        self._refresh.turn(now, report)

    def documents(self, feed: Feed, now: datetime, report: Report) -> tuple[FeedDocument, ...]:
        """What the documents of a feed are with the entries that it shows at `now`; they are put nowhere."""
        window = self._desk.store.window_digests(feed, now)
        snapshot = self._publish.snapshot(feed, window, report)
        gone = tuple(each for each in snapshot.tombstones if each.when <= now)
        return render.render(replace(snapshot, tombstones=gone), self.fragments)

    def believe(self, document: SourceDocument, source: Source, now: datetime) -> Reading:
        """One file taken apart and believed, for `feedd preview`."""
        return self._refresh.believe(document, source, now)

    def preload(self) -> int:
        """Put what stands in public on the shelf, so that a restarted server answers at once. Renders nothing."""
        return self._publish.preload()

    def kept(self, path: str) -> Kept:
        """The versions of a feed that can be put back."""
        return self._rollback.kept(path)

    def roll_back(self, path: str, to: int | None, now: datetime, report: Report) -> Version:
        """Put a kept version of a feed back in public; None: the one before what stands."""
        return self._rollback.go(path, to, now, report)

    def release(self, path: str, now: datetime, report: Report) -> None:
        """Publish again what the entries of a feed say."""
        self._rollback.release(path, now, report)

    def announce_all(self, now: datetime, *, endpoint: str | None = None) -> int:
        """Announce what stands in public, changed or not (`feedd ping --all`). How many deliveries that makes."""
        return self._announce.everything(now, endpoint=endpoint)

    def feeds(self) -> dict[str, Feed]:
        """Every concrete feed by path."""
        return self._publish.feeds()

    @property
    def settings(self) -> Settings:
        return self._desk.settings

    @settings.setter
    def settings(self, settings: Settings) -> None:
        self._desk.settings = settings

    @property
    def publishers(self) -> Sequence[Publisher]:
        return self._desk.publishers

    @publishers.setter
    def publishers(self, publishers: Sequence[Publisher]) -> None:
        self._desk.publishers = publishers

    @property
    def fragments(self) -> render.Fragments:
        return self._publish.fragments
