"""The one file of this room that talks: takes due deliveries out of the outbox, makes one try each, writes down what
came of it.

1. claimed   the store hands out the longest-due delivery under a lease, and counts the attempt
2. tried     its notifier makes the request, the door sends it, the notifier judges the answer
3. settled   done, waiting again, or given up; a crash before this point means one more try, with the same id

A delivery is claimed only when a worker is free for it, so a lease never runs out in a queue. One loop claims, the
tries run beside each other; whatever one of them comes to, the others and the loop go on.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from feedd.errors import OutboundError
from feedd.model import Delivery, DeliveryState, Endpoint, HttpRequest, Outcome, Verdict
from feedd.notifier import settle
from feedd.notifier.hosts import Hosts
from feedd.ports import Notifier, Outbound, Store

log = logging.getLogger(__name__)

LEASE_MARGIN = timedelta(seconds=30)  # on top of the longest timeout: for a slow disk, not for a slow peer
SHORTEST_REST = 0.5  # seconds
LONGEST_REST = 30.0  # seconds: the wall clock may have been set, so look again at least this often
STORE_PAUSES = (1.0, 2.0, 5.0, 15.0, 30.0, 60.0)  # seconds between looks while the store fails
SETTLE_PAUSES = (0.0, 0.2, 1.0, 5.0, 10.0)  # seconds before each try to write a result; well within the lease margin


@dataclass(frozen=True, slots=True)
class Tried:
    """One try and what became of it. `settled` False: the result could not be written, or another process had taken
    the delivery over; it will be tried again."""

    delivery: Delivery
    outcome: Outcome
    verdict: Verdict
    settled: bool


class Deliverer:
    """Makes deliveries until it is told to stop. `clock` gives an aware UTC time, `spread` a number in [0, 1).

    `run` for the daemon; `deliver_due` and `deliver_once` for commands and tests, on an instance that does not run.
    """

    def __init__(
        self,
        store: Store,
        outbound: Outbound,
        notifiers: Mapping[str, Notifier],
        endpoints: Mapping[str, Endpoint],
        *,
        clock: Callable[[], datetime],
        spread: Callable[[], float],
        workers: int = 8,
    ) -> None:
        self._store = store
        self._outbound = outbound
        self._notifiers = notifiers
        self._endpoints = endpoints
        self._clock = clock
        self._spread = spread
        self._workers = workers
        self._hosts = Hosts()
        self._tries: set[asyncio.Task[Tried]] = set()
        self._bell = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def use(self, endpoints: Mapping[str, Endpoint], notifiers: Mapping[str, Notifier]) -> None:
        """Take new settings over, from the next delivery on. Deliveries to an endpoint that is gone are given up."""
        self._endpoints = endpoints
        self._notifiers = notifiers
        self.wake()

    def wake(self) -> None:
        """There may be something to deliver. May be called from any thread, at any time, as often as one likes."""
        loop = self._loop
        if loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop was closed meanwhile
                loop.call_soon_threadsafe(self._bell.set)

    async def run(self, stop: asyncio.Event) -> None:
        """Deliver until `stop` is set. Tries under way are not waited for: that is `drain`."""
        self._loop = asyncio.get_running_loop()
        watcher = asyncio.create_task(self._ring_at(stop))
        failures = 0
        try:
            while not stop.is_set():
                self._bell.clear()
                try:
                    rest = await self._start_what_is_due(stop)
                    failures = 0
                except Exception:
                    # Locked, full, unreachable: the outbox is still there, and so are we. The bell is not listened to
                    # meanwhile, or every saved file would hammer a store that is in trouble.
                    rest = STORE_PAUSES[min(failures, len(STORE_PAUSES) - 1)]
                    failures += 1
                    log.exception("the outbox cannot be read; looking again in %g s", rest)
                    await _wait_for(stop, rest)
                else:
                    await _wait_for(self._bell, rest)
        finally:
            self._loop = None
            watcher.cancel()

    async def drain(self, timeout: float) -> int:  # noqa: ASYNC109 - a limit for others' tries, not for this call
        """Give the tries under way `timeout` seconds to end, then cut them off. Returns how many were cut off: their
        leases run out, and they are tried again."""
        if self._tries:
            await asyncio.wait(self._tries, timeout=timeout)
        cut = [task for task in self._tries if not task.done()]
        for task in cut:
            task.cancel()
        if cut:
            await asyncio.wait(cut)
        return len(cut)

    async def deliver_due(self) -> tuple[Tried, ...]:
        """Try everything that is due now, once, and wait for it. Store errors are raised."""
        begun = self._clock()
        tasks: list[asyncio.Task[Tried]] = []
        while True:
            while (task := await self._start_one(begun)) is not None:
                tasks.append(task)
            if not self._tries:
                return tuple(task.result() for task in tasks if not task.cancelled())
            await asyncio.wait(self._tries, return_when=asyncio.FIRST_COMPLETED)

    async def deliver_once(self) -> Tried | None:
        """Try the longest-due delivery, if there is one."""
        task = await self._start_one(self._clock())
        return None if task is None else await task

    # --- claiming

    async def _start_what_is_due(self, stop: asyncio.Event) -> float:
        """Fill the free workers. Returns for how many seconds there is nothing to do unless the bell rings."""
        while not stop.is_set() and await self._start_one(self._clock()) is not None:
            pass
        if len(self._tries) >= self._workers:
            return LONGEST_REST  # a try that ends rings the bell
        due = await asyncio.to_thread(self._store.next_delivery)
        if due is None:
            return LONGEST_REST
        # Overdue and yet not ours: its host is busy or left alone. What is due behind it must not wait for that.
        return min(max((due - self._clock()).total_seconds(), SHORTEST_REST), LONGEST_REST)

    async def _start_one(self, due_by: datetime) -> asyncio.Task[Tried] | None:
        """Claim one delivery that is due at `due_by` and start its try. None: no worker is free, or nothing is due."""
        if len(self._tries) >= self._workers:
            return None
        now = self._clock()
        timeouts = [endpoint.timeout for endpoint in self._endpoints.values()]
        lease = max(timeouts, default=timedelta(0)) + LEASE_MARGIN + max(now - due_by, timedelta(0))
        busy = self._hosts.busy(now)
        delivery = await asyncio.to_thread(self._store.claim, due_by, lease, busy_hosts=busy)
        if delivery is None:
            return None
        self._hosts.start(delivery.host)
        task = asyncio.create_task(self._deliver(delivery), name=f"delivery {delivery.id}")
        self._tries.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Tried]) -> None:
        self._tries.discard(task)
        self._bell.set()
        if not task.cancelled() and task.exception() is not None:
            log.error("%s: an error of ours", task.get_name(), exc_info=task.exception())

    async def _ring_at(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self._bell.set()

    # --- one delivery

    async def _deliver(self, delivery: Delivery) -> Tried:
        alive: bool | None = None
        try:
            endpoint = self._endpoints.get(delivery.endpoint)
            outcome, alive = await self._try(delivery, endpoint)
            now = self._clock()
            verdict = settle.verdict(delivery, endpoint, outcome, now, self._spread())
            _report(delivery, outcome, verdict)
            return Tried(delivery, outcome, verdict, await self._settle(delivery, verdict, now))
        finally:
            self._hosts.finish(delivery.host, alive=alive, now=self._clock())

    async def _try(self, delivery: Delivery, endpoint: Endpoint | None) -> tuple[Outcome, bool | None]:
        """One try, and whether the host is alive (None where it was not asked). Never raises."""
        if endpoint is None:
            return Outcome(ok=False, retry=False), None
        notifier = self._notifiers.get(delivery.kind)
        if notifier is None:
            return Outcome(ok=False, retry=False, detail=f"there is no notifier of the kind {delivery.kind!r}"), None
        try:
            request = notifier.request(delivery, endpoint, self._clock())
            if not isinstance(request, HttpRequest):
                return request, None
            response = await self._outbound.send(request)
            return notifier.judge(response, self._clock()), response.status < 500
        except OutboundError as error:
            words = error.message + (f" - {error.hint}" if error.hint else "")
            return Outcome(ok=False, retry=not error.permanent, detail=words), None if error.permanent else False
        except Exception as error:
            log.exception("delivery %s to %s: an error of ours", delivery.id, delivery.endpoint)
            return Outcome(ok=False, retry=True, detail=f"an error of ours: {type(error).__name__}"), None

    async def _settle(self, delivery: Delivery, verdict: Verdict, now: datetime) -> bool:
        """Write the result down. A store that fails for a moment must not turn a delivery that was made into one that
        is made again, so this is tried for a while."""
        for pause in SETTLE_PAUSES:
            await asyncio.sleep(pause)
            try:
                return await asyncio.to_thread(self._store.settle, delivery, verdict, now)
            except Exception as error:
                problem = error
        log.error(
            "delivery %s to %s: its result (%s) cannot be written, so it will be made again: %s",
            delivery.id, delivery.endpoint, verdict.state, problem,
        )  # fmt: skip
        return False


async def _wait_for(event: asyncio.Event, seconds: float) -> None:
    """Until the event is set, but no longer than that."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()


LEVELS = {
    DeliveryState.DONE: logging.INFO,
    DeliveryState.PENDING: logging.WARNING,
    DeliveryState.GIVEN_UP: logging.ERROR,
}


def _report(delivery: Delivery, outcome: Outcome, verdict: Verdict) -> None:
    """One line a try. Endpoints are named by id: a webhook's URL may be a secret in itself."""
    words = {
        DeliveryState.DONE: f"told ({outcome.status})",
        DeliveryState.PENDING: f"try {delivery.attempts} failed, next at {verdict.due}: {verdict.detail}",
        DeliveryState.GIVEN_UP: f"given up: {verdict.detail}",
    }
    log.log(
        LEVELS[verdict.state], "%s %s: %s", delivery.endpoint, delivery.topic, words[verdict.state],
        extra={"delivery": delivery.id, "endpoint": delivery.endpoint, "status": outcome.status},
    )  # fmt: skip
