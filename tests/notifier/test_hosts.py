"""Which hosts are left alone, and for how long."""

from __future__ import annotations

from feedd.notifier.hosts import Hosts
from tests.support.make import NOON, at

HOST = "https://hub.example"


def fail(hosts: Hosts, times: int, seconds: float = 0) -> None:
    for _ in range(times):
        hosts.start(HOST)
        hosts.finish(HOST, alive=False, now=at(seconds=seconds))


def test_two_calls_at_once() -> None:
    """A host with two calls is busy until one of them ends; others are not."""
    hosts = Hosts()
    hosts.start(HOST)
    assert hosts.busy(NOON) == ()
    hosts.start(HOST)
    hosts.start("https://other.example")
    assert hosts.busy(NOON) == (HOST,)
    hosts.finish(HOST, alive=True, now=NOON)
    assert hosts.busy(NOON) == ()


def test_a_host_that_fails_is_left_alone() -> None:
    """Five failures in a row close a host for half a minute; then it gets one probe at a time."""
    hosts = Hosts()
    fail(hosts, 4)
    assert hosts.busy(NOON) == ()
    fail(hosts, 1)
    assert hosts.busy(at(seconds=29)) == (HOST,)
    assert hosts.busy(at(seconds=30)) == ()
    hosts.start(HOST)
    assert hosts.busy(at(seconds=30)) == (HOST,)


def test_pauses_grow_to_five_minutes() -> None:
    """Each failed probe doubles the pause, up to five minutes."""
    hosts = Hosts()
    fail(hosts, 4)
    now, pauses = 0.0, []
    for _ in range(6):
        fail(hosts, 1, now)
        pause = next(s for s in range(1, 1000) if not hosts.busy(at(seconds=now + s)))
        pauses.append(pause)
        now += pause
    assert pauses == [30, 60, 120, 240, 300, 300]


def test_one_answer_opens_it() -> None:
    """Any answer of a living host makes everything as before."""
    hosts = Hosts()
    fail(hosts, 7)
    hosts.start(HOST)
    hosts.finish(HOST, alive=True, now=NOON)
    fail(hosts, 4)
    assert hosts.busy(NOON) == ()


def test_what_teaches_nothing_changes_nothing() -> None:
    """A delivery that never got to the network neither counts against the host nor for it."""
    hosts = Hosts()
    fail(hosts, 5)
    hosts.start(HOST)
    hosts.finish(HOST, alive=None, now=NOON)
    assert hosts.busy(at(seconds=1)) == (HOST,)


def test_a_clock_that_is_set_back_does_not_close_a_host_for_long() -> None:
    """After the clock went back by a year the host is asked again at once."""
    hosts = Hosts()
    fail(hosts, 5)
    assert hosts.busy(at(days=-365)) == ()
