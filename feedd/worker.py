"""The pipeline thread: takes hints, lets paths settle, runs the pipeline, says what happened. The one writer."""

from __future__ import annotations

import logging
import threading
import time
from datetime import datetime
from typing import TYPE_CHECKING

from feedd import wiring
from feedd.errors import StoreError
from feedd.hints import Changed, Hint, Moment, Request, Sweep, Tick
from feedd.model import Source
from feedd.pipeline import Report, Scope
from feedd.settling import Settling
from feedd.telling import tell

if TYPE_CHECKING:
    from feedd.daemon import Daemon as House

log = logging.getLogger(__name__)

TRY_AGAIN = 2.0  # seconds until what could not be written is tried again; doubled each time,
AT_LATEST = 60.0  # up to this
MOST_FAILURES = 3  # errors of ours in a row, after which systemd should start us anew


class Worker:
    """The pipeline thread: takes hints, lets paths settle, runs the pipeline, says what happened."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._thread = threading.Thread(target=self._run, name="pipeline", daemon=True)
        self._settling = _settling(house.settings.sources)
        self._again_at: float | None = None  # when to try again what could not be written
        self._tries = 0  # in vain, one after the other
        self._failures = 0
        self._trouble = ""  # with the store, as it was told
        self._first = True

    def start(self) -> None:
        self._thread.start()

    def join(self) -> None:
        if self._thread.ident is not None:
            self._thread.join()

    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def settle_as(self, sources: tuple[Source, ...]) -> None:
        self._settling = _settling(sources)

    def _run(self) -> None:
        queue = self._house.queue
        try:
            self._turn_and_turn()
        finally:
            queue.close()  # nobody will come for what is put there from now on
            for hint in queue.take(0):
                if isinstance(hint, Request):
                    hint.refuse()

    def _turn_and_turn(self) -> None:
        house = self._house
        while not house.queue.closed:
            try:
                self._turn()
                self._failures, self._trouble = 0, ""
            except StoreError as error:
                # A full disk is not our death: what stands in public is still served, and the next try may succeed.
                if str(error) != self._trouble:
                    log.error("%s (%s)", error.message, error.hint)
                self._trouble = str(error)
                house.queue.put(Sweep(None, "after an error"))
                self._pause()
            except Exception:
                self._failures += 1
                log.exception("an error of ours in the pipeline (%d of %d)", self._failures, MOST_FAILURES)
                if self._failures >= MOST_FAILURES:
                    house.stop(failed=True)
                    return
                house.queue.put(Sweep(None, "after an error"))
                self._pause()

    def _pause(self) -> None:
        threading.Event().wait(TRY_AGAIN if not self._house.queue.closed else 0)

    def _turn(self) -> None:
        house = self._house
        hints = house.queue.take(self._patience())
        house.moved()
        requests = [hint for hint in hints if isinstance(hint, Request)]
        try:
            scope, reason = self._scope(hints)
            if scope is not None:
                now = wiring.clock()
                self.after(house.pipeline.run(scope, now), reason, now)
        finally:  # a person waits for an answer, whatever became of the files
            for request in requests:
                self._do(request)

    def _patience(self) -> float:
        """Seconds until something must be looked at even if no hint comes; at most 5, to show that we turn."""
        moments = [moment for moment in (self._settling.next(), self._again_at) if moment is not None]
        return max(0.0, min([5.0, *(moment - time.monotonic() for moment in moments)]))

    def _scope(self, hints: list[Hint]) -> tuple[Scope | None, str]:
        """What the hints and the clock ask for: a scope (None: nothing to look at), and the reason to tell."""
        at = time.monotonic()
        for hint in hints:
            if isinstance(hint, Changed):
                self._settling.note(hint, at)
        sweeps = [hint for hint in hints if isinstance(hint, Sweep)]
        ticks = frozenset(hint.feed for hint in hints if isinstance(hint, Tick))
        reason = ", ".join(sorted({hint.reason for hint in sweeps}))
        if any(hint.root is None for hint in sweeps):
            self._settling = _settling(self._house.settings.sources)
            # A tick that was missed while we were down is caught now; later sweeps leave scheduled feeds their time.
            ticks_or_all = None if self._first else ticks
            return Scope(None, ticks=ticks_or_all, patient=True, verify=not self._first), reason
        swept = frozenset(hint.root for hint in sweeps if hint.root is not None)
        for root in swept:
            self._settling.forget(root)
        ready, young = self._settling.take(at)
        if not (swept or ready or ticks or self._is_time(hints, at)):
            return None, reason
        return Scope(swept, ready, young, ticks, patient=True), reason

    def _is_time(self, hints: list[Hint], at: float) -> bool:
        """An embargo, an expiry or another try may be due."""
        again = self._again_at is not None and at >= self._again_at
        if again:
            self._again_at = None
        return again or any(isinstance(hint, Moment) for hint in hints)

    def _do(self, request: Request) -> None:
        if not request.answer.set_running_or_notify_cancel():
            return  # nobody waits any more
        try:
            request.answer.set_result(request.work())
        except Exception as error:
            request.answer.set_exception(error)

    def after(self, report: Report, reason: str, now: datetime) -> None:
        """What a run of that `now` leaves to do: look again, try again, wake the deliverer, set the next moment."""
        house, at = self._house, time.monotonic()
        house.moved()
        for key in (*report.unsure, *report.unsettled):
            self._settling.note(Changed(key.root, key.path), at)
        self._tries = self._tries + 1 if report.failed else 0
        self._again_at = at + min(TRY_AGAIN * 2 ** (self._tries - 1), AT_LATEST) if report.failed else None
        if report.deliveries:
            house.deliverer.wake()
        house.scheduler.due_at(house.store.next_due(now))  # a moment that came meanwhile, too
        tell(report, reason, first=self._first)
        self._first = False
        house.ready = True


def _settling(sources: tuple[Source, ...]) -> Settling:
    return Settling({source.name: source.settle.total_seconds() for source in sources})
