"""Deliveries through a real outbox and real connections: nothing is lost, and nobody waits for the dead."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from feedd.errors import StoreError
from feedd.model import Delivery, DeliveryState, Endpoint, HttpRequest, HttpResponse, Outcome, Verdict
from feedd.notifier import NOTIFIERS, deliver, load
from feedd.notifier.deliver import Deliverer
from feedd.outbound import Client
from feedd.store.memory import MemoryStore
from tests.support.loopback import Answer, Loopback, free_port
from tests.support.make import NOON, delivery

PENDING, CLAIMED, DONE = DeliveryState.PENDING, DeliveryState.CLAIMED, DeliveryState.DONE
GIVEN_UP, SUPERSEDED = DeliveryState.GIVEN_UP, DeliveryState.SUPERSEDED
PATIENCE = 10.0  # seconds until a test that waits for a thread or a socket gives up


class Clock:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **time: float) -> None:
        self.now += timedelta(**time)


class World:
    """An outbox, its deliverer, and a clock."""

    def __init__(self, *endpoints: Endpoint, store: Any = None, workers: int = 8, clock: Any = None) -> None:
        self.clock = clock or Clock()
        self.store: Any = store or MemoryStore()
        self.endpoints = {endpoint.id: endpoint for endpoint in endpoints}
        self.notifiers: dict[str, Any] = {kind: load(kind) for kind in NOTIFIERS}
        self.deliverer = Deliverer(
            self.store,
            Client(),
            self.notifiers,
            self.endpoints,
            clock=self.clock,
            spread=lambda: 0.5,
            workers=workers,
        )

    def put(self, endpoint: Endpoint, count: int = 1, **fields: Any) -> None:
        """`count` deliveries of different topics, due now."""
        now = self.clock()
        values = {"kind": endpoint.kind, "url": endpoint.url, "created": now, "due": now, "endpoint": endpoint.id}
        rows = [
            delivery(**({"id": f"{endpoint.id}-{n}", "topic": f"https://ann.example/{n}.xml"} | values | fields))
            for n in range(count)
        ]
        self.store.record([], rows, clean=(), now=now)

    def due(self) -> Sequence[deliver.Tried]:
        return asyncio.run(self.deliverer.deliver_due())

    def states(self, *endpoints: str) -> list[str]:
        rows = self.store.deliveries()
        return sorted(d.state.value for d in rows if not endpoints or d.endpoint in endpoints)

    def row(self, id: str) -> Delivery:
        return next(d for d in self.store.deliveries() if d.id == id)

    async def until(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < deadline, f"not so after {PATIENCE} s: {self.states()}"
            await asyncio.sleep(0.01)

    def running(self, body: Callable[[], Awaitable[None]]) -> None:
        """Run the deliverer around `body`, stop it, and insist that it stops at once and leaves nothing behind."""

        async def go() -> None:
            stop = asyncio.Event()
            run = asyncio.create_task(self.deliverer.run(stop))
            try:
                await body()
            finally:
                stop.set()
                await asyncio.wait_for(run, 2)
                await self.deliverer.drain(0)
            assert asyncio.all_tasks() == {asyncio.current_task()}

        asyncio.run(go())


def hub(server: Loopback | str, id: str = "hub", **fields: Any) -> Endpoint:
    url = server if isinstance(server, str) else f"{server.url}/{id}"
    values = {"kind": "websub", "allow_private": True, "timeout": timedelta(seconds=5)} | fields
    return Endpoint(id=id, url=url, **values)


# --- one try at a time


def test_what_is_due_is_delivered() -> None:
    """Everything due is tried once, and its result is in the outbox."""
    with Loopback() as server:
        world = World(hub(server))
        world.put(hub(server), 5)
        tried = world.due()
        assert sorted(t.delivery.id for t in tried) == [f"hub-{n}" for n in range(5)]
        assert all(t.settled and t.outcome.ok for t in tried)
        assert world.states() == ["done"] * 5
        assert (len(server.requests), world.due()) == (5, ())


def test_one_delivery() -> None:
    """`deliver_once` makes the longest-due delivery, and says so when there is none."""
    with Loopback() as server:
        world = World(hub(server))
        world.put(hub(server), 2)
        tried = asyncio.run(world.deliverer.deliver_once())
        assert tried is not None
        assert tried.delivery.id == "hub-0"
        assert world.states() == ["done", "pending"]
        assert asyncio.run(World(hub(server)).deliverer.deliver_once()) is None


def test_a_failure_is_tried_again_when_its_time_has_come() -> None:
    """A failed delivery waits; it is not tried before its time, and succeeds later under the same id."""
    with Loopback(Answer(503), Answer(204)) as server:
        hook = hub(server, kind="webhook")
        world = World(hook)
        world.put(hook, payload={"a": 1})
        assert [t.verdict.state for t in world.due()] == [PENDING]
        assert (world.row("hub-0").last_status, world.row("hub-0").attempts) == (503, 1)
        world.clock.forward(seconds=4)
        assert world.due() == ()
        world.clock.forward(seconds=1)
        assert [t.verdict.state for t in world.due()] == [DONE]
        first, second = server.requests
        assert (first.headers["webhook-id"], first.body) == (second.headers["webhook-id"], second.body)


def test_the_whole_life_of_a_delivery_that_never_succeeds() -> None:
    """Twelve tries with growing waits, then it is given up, kept, and never tried again."""
    with Loopback(Answer(500)) as server:
        world = World(hub(server))
        world.put(hub(server))
        while (due := world.store.next_delivery()) is not None:
            world.clock.now = max(due, world.clock.now)
            if not world.due():
                world.clock.forward(minutes=1)  # the host is being left alone
        assert (len(server.requests), world.states()) == (12, ["given up"])
        assert "given up after 12 tries" in (world.row("hub-0").last_error or "")


def test_an_endpoint_that_left_the_settings() -> None:
    """Its deliveries are given up without a call, and the reason is kept."""
    with Loopback() as server:
        world = World()
        world.put(hub(server))
        (tried,) = world.due()
        assert (tried.verdict.state, server.connections) == (GIVEN_UP, 0)
        assert world.row("hub-0").last_error == "the endpoint is no longer in the settings"


def test_new_settings_are_used_from_the_next_delivery_on() -> None:
    """After `use`, an endpoint that is new is called and one that is gone is not."""
    with Loopback() as server:
        old, new = hub(server, "old"), hub(server, "new")
        world = World(old)
        world.put(old)
        world.put(new)
        world.deliverer.use({"new": new}, world.notifiers)
        assert {t.delivery.endpoint: t.verdict.state for t in world.due()} == {"old": GIVEN_UP, "new": DONE}


def test_a_kind_without_a_notifier() -> None:
    """A delivery whose kind is not furnished ends with a reason instead of an exception."""
    world = World(hub("http://127.0.0.1:9/", kind="pigeon"))
    world.put(hub("http://127.0.0.1:9/", kind="pigeon"))
    (tried,) = world.due()
    assert tried.verdict.state is GIVEN_UP
    assert "pigeon" in tried.verdict.detail


class Broken:
    """A notifier with a mistake in it."""

    def __init__(self, where: str) -> None:
        self._where = where

    def request(self, item: Delivery, endpoint: Endpoint, now: datetime) -> HttpRequest:
        if self._where == "request":
            raise ZeroDivisionError("a secret")
        return HttpRequest("POST", item.url, (), b"", endpoint.timeout, allow_private=True)

    def judge(self, response: HttpResponse, now: datetime) -> Outcome:
        raise ZeroDivisionError("a secret")


@pytest.mark.parametrize("where", ["request", "judge"])
def test_a_mistake_of_ours_is_one_failed_try(where: str, caplog: pytest.LogCaptureFixture) -> None:
    """An exception in a notifier costs that delivery a try; the others go out, and the log has the traceback."""
    with Loopback() as server:
        good, bad = hub(server, "good"), hub(server, "bad", kind="broken")
        world = World(good, bad)
        world.notifiers["broken"] = Broken(where)
        world.put(bad)
        world.put(good)
        found = {t.delivery.endpoint: t.verdict for t in world.due()}
        assert (found["good"].state, found["bad"].state) == (DONE, PENDING)
        assert found["bad"].detail == "an error of ours: ZeroDivisionError"
        assert "ZeroDivisionError" in caplog.text


def test_logs_name_the_endpoint_not_its_url(caplog: pytest.LogCaptureFixture) -> None:
    """A webhook's address may be a secret in itself, so no log line and no result contains it."""
    caplog.set_level("INFO")
    with Loopback(Answer(204), Answer(503), Answer(410)) as server:
        for _ in range(3):
            endpoint = hub(f"{server.url}/T0K3N", kind="webhook", secrets=("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",))
            world = World(endpoint)
            world.put(endpoint)
            world.due()
            assert "T0K3N" not in (world.row("hub-0").last_error or "")
    assert caplog.text.count("feedd.notifier") == 3
    assert "T0K3N" not in caplog.text
    assert "MfKQ" not in caplog.text


# --- leases and crashes


class Wrapped:
    """A store in which some calls can be replaced."""

    def __init__(self, **replaced: Any) -> None:
        self._store = MemoryStore()
        self._replaced = {name: lambda *a, _f=f, **k: _f(self._store, *a, **k) for name, f in replaced.items()}

    def __getattr__(self, name: str) -> Any:
        return self._replaced.get(name) or getattr(self._store, name)


def failing(times: int, then: str) -> Callable[..., Any]:
    left = [times]

    def call(store: MemoryStore, *args: Any, **more: Any) -> Any:
        if left[0]:
            left[0] -= 1
            raise StoreError("database is locked")
        return getattr(store, then)(*args, **more)

    return call


@pytest.fixture
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliver, "SETTLE_PAUSES", (0.0, 0.0, 0.0))
    monkeypatch.setattr(deliver, "STORE_PAUSES", (0.01,))


@pytest.mark.usefixtures("no_pauses")
def test_a_store_that_fails_for_a_moment_does_not_cause_a_repetition() -> None:
    """The result of a try is written although the store failed twice."""
    with Loopback() as server:
        world = World(hub(server), store=Wrapped(settle=failing(2, "settle")))
        world.put(hub(server))
        assert [t.settled for t in world.due()] == [True]
        assert world.states() == ["done"]


@pytest.mark.usefixtures("no_pauses")
def test_a_crash_before_the_result_is_written(caplog: pytest.LogCaptureFixture) -> None:
    """A result that never reaches the outbox means one more try when the lease is over, with the same id."""
    with Loopback() as server:
        hook = hub(server, kind="webhook")
        world = World(hook, store=Wrapped(settle=failing(3, "settle")))
        world.put(hook)
        assert [t.settled for t in world.due()] == [False]
        assert "will be made again" in caplog.text
        assert world.states() == ["claimed"]
        world.clock.forward(seconds=34)
        assert world.due() == ()
        world.clock.forward(seconds=1)
        assert [(t.settled, t.delivery.attempts) for t in world.due()] == [(True, 2)]
        assert [r.headers["webhook-id"] for r in server.requests] == ["hub-0", "hub-0"]


def test_a_delivery_that_another_process_took_over() -> None:
    """A result that comes after the lease was taken over changes nothing."""

    def settle(store: MemoryStore, item: Delivery, verdict: Verdict, now: datetime) -> bool:
        return store.settle(replace(item, token="older"), verdict, now)

    with Loopback() as server:
        world = World(hub(server), store=Wrapped(settle=settle))
        world.put(hub(server))
        assert [t.settled for t in world.due()] == [False]
        assert world.states() == ["claimed"]


def test_the_lease_is_longer_than_the_longest_timeout() -> None:
    """The lease outlasts any try by half a minute."""
    with Loopback() as server:
        world = World(hub(server), hub(server, "slow", timeout=timedelta(seconds=60)))
        leases: list[timedelta] = []

        def claim(store: MemoryStore, now: datetime, lease: timedelta, **more: Any) -> Delivery | None:
            leases.append(lease)
            return store.claim(now, lease, **more)

        world = World(*world.endpoints.values(), store=Wrapped(claim=claim))
        world.put(hub(server))
        world.due()
        assert set(leases) == {timedelta(seconds=90)}


def test_store_errors_reach_a_command() -> None:
    """Outside the daemon a store that fails is an exception for the caller."""
    with pytest.raises(StoreError):
        World(store=Wrapped(claim=failing(1, "claim"))).due()


# --- side by side


def test_a_host_gets_two_calls_at_once() -> None:
    """However many deliveries wait, a host never sees more than two connections of ours."""
    with Loopback(Answer(delay=0.05)) as server:
        world = World(hub(server))
        world.put(hub(server), 9)
        assert len(world.due()) == 9
        assert server.most_at_once == 2


def test_workers_are_a_limit() -> None:
    """Over all hosts there are never more tries than workers."""
    with (
        Loopback(Answer(delay=0.05)) as one,
        Loopback(Answer(delay=0.05)) as two,
        Loopback(Answer(delay=0.05)) as three,
    ):
        endpoints = [hub(server, id) for server, id in ((one, "one"), (two, "two"), (three, "three"))]
        world = World(*endpoints, workers=3)
        for endpoint in endpoints:
            world.put(endpoint, 3)
        most = 0

        async def watch() -> int:
            nonlocal most
            done = asyncio.create_task(world.deliverer.deliver_due())
            while not done.done():
                most = max(most, sum(d.state is CLAIMED for d in world.store.deliveries()))
                await asyncio.sleep(0.002)
            return len(await done)

        assert asyncio.run(watch()) == 9
        assert most == 3


def test_a_dead_endpoint_never_delays_another() -> None:
    """While one host holds its connections without a word, all deliveries to the other are made."""
    with Loopback(Answer(silent=True)) as dead, Loopback() as alive:
        bad, good = hub(dead, "bad", timeout=timedelta(seconds=30)), hub(alive, "good")
        world = World(bad, good)
        world.put(bad, 20)
        world.put(good, 20)

        async def body() -> None:
            await world.until(lambda: world.states("good") == ["done"] * 20)
            assert world.states("bad") == ["claimed"] * 2 + ["pending"] * 18

        world.running(body)


def test_a_retry_behind_a_dead_host_comes_in_time() -> None:
    """What becomes due later is not forgotten while overdue deliveries of a busy host wait in front of it."""
    with Loopback(Answer(silent=True)) as dead, Loopback() as alive:
        bad, good = hub(dead, "bad", timeout=timedelta(seconds=30)), hub(alive, "good")
        world = World(bad, good)
        world.put(bad, 5)
        world.put(good, due=NOON + timedelta(seconds=5))

        async def body() -> None:
            await world.until(lambda: len(dead.requests) == 2)
            assert alive.requests == []
            world.clock.forward(seconds=5)
            await world.until(lambda: world.states("good") == ["done"])

        world.running(body)


def test_a_host_that_keeps_failing_is_left_alone_without_using_up_tries() -> None:
    """After five failures in a row the other deliveries to this host wait untried, and go on later."""
    endpoint = hub(f"http://127.0.0.1:{free_port()}/")
    world = World(endpoint)
    world.put(endpoint, 20)
    assert len(world.due()) in (5, 6)  # one more may have been under way
    untried = [d for d in world.store.deliveries() if d.attempts == 0]
    assert len(untried) >= 14
    world.clock.forward(seconds=30)
    assert len(world.due()) == 1


# --- the daemon's loop


def test_the_loop_delivers_what_is_there_and_what_comes() -> None:
    """Deliveries that were there at the start go out, and later ones as soon as the bell rings, from any thread."""
    with Loopback() as server:
        world = World(hub(server))
        world.put(hub(server))

        async def body() -> None:
            await world.until(lambda: world.states() == ["done"])
            begun = time.monotonic()
            await asyncio.to_thread(world.put, hub(server), 1, id="later", topic="https://ann.example/later")
            await asyncio.to_thread(world.deliverer.wake)
            await world.until(lambda: world.states() == ["done", "done"])
            assert time.monotonic() - begun < 5

        world.running(body)


def test_the_loop_wakes_by_itself_for_a_retry() -> None:
    """A delivery that becomes due is made without anybody ringing."""
    with Loopback() as server:
        world = World(hub(server), clock=lambda: datetime.now(UTC))
        world.put(hub(server), due=datetime.now(UTC) + timedelta(seconds=0.3))

        async def body() -> None:
            await world.until(lambda: world.states() == ["done"])

        world.running(body)


@pytest.mark.usefixtures("no_pauses")
def test_the_loop_outlives_a_failing_store(caplog: pytest.LogCaptureFixture) -> None:
    """A store that fails for a while is asked again until it works; nothing is lost."""
    with Loopback() as server:
        world = World(hub(server), store=Wrapped(claim=failing(3, "claim"), next_delivery=failing(2, "next_delivery")))
        world.put(hub(server), 2)

        async def body() -> None:
            await world.until(lambda: world.states() == ["done", "done"])

        world.running(body)
        assert "database is locked" in caplog.text


def test_a_failing_store_does_not_keep_the_loop_from_stopping() -> None:
    """Stopping interrupts the pause after a store error."""
    world = World(store=Wrapped(claim=failing(10**6, "claim")))

    async def body() -> None:
        await asyncio.sleep(0)

    world.running(body)  # insists on two seconds


def test_waking_without_a_loop_does_nothing() -> None:
    """The bell may ring before the loop runs and after it ended."""
    world = World()
    world.deliverer.wake()
    world.running(lambda: asyncio.sleep(0))
    world.deliverer.wake()


def test_draining_waits_for_tries_under_way() -> None:
    """A try that is under way when we stop may end, and its result is written."""
    with Loopback(Answer(delay=0.3)) as server:
        world = World(hub(server))
        world.put(hub(server))

        async def go() -> int:
            stop = asyncio.Event()
            run = asyncio.create_task(world.deliverer.run(stop))
            await asyncio.to_thread(server.wait_for, 1)
            stop.set()
            await run
            return await world.deliverer.drain(PATIENCE)

        assert (asyncio.run(go()), world.states()) == (0, ["done"])


def test_draining_cuts_off_what_takes_too_long() -> None:
    """A try that does not end is cut off, counted, and left to its lease."""
    with Loopback(Answer(silent=True)) as server:
        world = World(hub(server, timeout=timedelta(seconds=60)))
        world.put(hub(server))

        async def go() -> int:
            stop = asyncio.Event()
            run = asyncio.create_task(world.deliverer.run(stop))
            await asyncio.to_thread(server.wait_for, 1)
            stop.set()
            await run
            return await world.deliverer.drain(0.05)

        assert (asyncio.run(go()), world.states()) == (1, ["claimed"])


def test_a_newer_delivery_makes_the_failed_one_superfluous() -> None:
    """A ping that fails while a newer one of the same topic waits is not tried again."""
    with Loopback(Answer(503, delay=0.2), Answer(204)) as server:
        world = World(hub(server), workers=1)
        world.put(hub(server))

        async def body() -> None:
            await asyncio.to_thread(server.wait_for, 1)
            world.put(hub(server), id="newer")
            world.deliverer.wake()
            await world.until(lambda: world.states() == ["done", "superseded"])

        world.running(body)
