"""The rhythm of tries, and when it ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedd.model import DeliveryState, Endpoint, Outcome
from feedd.notifier.settle import verdict
from tests.support.make import NOON, at, delivery

PENDING, DONE, GIVEN_UP = DeliveryState.PENDING, DeliveryState.DONE, DeliveryState.GIVEN_UP
HUB = Endpoint("websub:hub", "websub", "https://hub.example/")
DOWN = Outcome(ok=False, status=503, detail="answered 503")
WAITS = [5, 30, 120, 600, 1800, 7200, 18000, 36000, 36000, 36000]  # seconds


def test_success() -> None:
    """A success is done, whatever went before."""
    got = verdict(delivery(attempts=12), HUB, Outcome(ok=True, status=204), at(days=9), 0.5)
    assert (got.state, got.due, got.status, got.detail) == (DONE, None, 204, "")


@pytest.mark.parametrize("attempts", range(1, 11))
def test_the_waits(attempts: int) -> None:
    """The waits grow from seconds to hours; the dice move them by a fifth at most."""
    dues = [verdict(delivery(attempts=attempts), HUB, DOWN, NOON, spread).due for spread in (0, 0.5, 1 - 1e-9)]
    wait = WAITS[attempts - 1]
    assert dues == [at(seconds=round(wait * factor)) for factor in (0.8, 1, 1.2)]


def test_the_default_endpoint_is_tried_for_more_than_a_day() -> None:
    """Twelve tries with the default limits span a weekend's first day, and end within the three days allowed."""
    now, item, tries = NOON, delivery(), 0
    while True:
        tries += 1
        item = replace(item, attempts=tries)
        got = verdict(item, HUB, DOWN, now, 0.5)
        if got.state is GIVEN_UP:
            break
        assert got.due is not None
        now = got.due
    assert tries == 12
    assert timedelta(days=1) < now - NOON < timedelta(days=3)


def test_no_more_tries() -> None:
    """At the endpoint's limit of tries the delivery is given up, and says so."""
    got = verdict(delivery(attempts=3), replace(HUB, max_attempts=3), DOWN, NOON, 0.5)
    assert (got.state, got.due) == (GIVEN_UP, None)
    assert got.detail == "answered 503 - given up after 3 tries"


def test_no_more_time() -> None:
    """A try that would come after the time allowed is not waited for."""
    short = replace(HUB, give_up_after=timedelta(minutes=1))
    assert verdict(delivery(attempts=2), short, DOWN, at(seconds=20), 0.5).state is PENDING
    assert verdict(delivery(attempts=2), short, DOWN, at(seconds=31), 0.5).state is GIVEN_UP


def test_permanent() -> None:
    """A final answer ends it at the first try."""
    got = verdict(delivery(attempts=1), HUB, Outcome(ok=False, retry=False, status=410, detail="gone"), NOON, 0.5)
    assert (got.state, got.detail, got.status) == (GIVEN_UP, "gone", 410)


def test_an_endpoint_that_is_gone() -> None:
    """A delivery to an endpoint that left the settings is given up with that reason."""
    got = verdict(delivery(attempts=1), None, Outcome(ok=False), NOON, 0.5)
    assert (got.state, got.detail) == (GIVEN_UP, "the endpoint is no longer in the settings")


@pytest.mark.parametrize("status", [200, 302, 400, 401, 403, 404, 422])
def test_what_looks_like_a_mistake_is_tried_three_times(status: int) -> None:
    """An answer that time does not heal is tried again after minutes and hours, twice."""
    no = Outcome(ok=False, status=status)
    states = [(v.state, v.due) for v in (verdict(delivery(attempts=n), HUB, no, NOON, 0.5) for n in (1, 2, 3))]
    assert states == [(PENDING, at(minutes=10)), (PENDING, at(hours=2)), (GIVEN_UP, None)]


@pytest.mark.parametrize(
    ("asked", "expected"), [(0, 30), (29, 30), (31, 31), (3600, 3600), (90000, 86400), (10**9, 86400)]
)
def test_retry_after(asked: int, expected: int) -> None:
    """What the peer asks for is honoured between our own wait and a day."""
    outcome = replace(DOWN, retry_after=timedelta(seconds=asked))
    assert verdict(delivery(attempts=2), HUB, outcome, NOON, 0.5).due == at(seconds=expected)


def test_details_are_bounded() -> None:
    """However much there is to say, it fits on a line."""
    got = verdict(delivery(attempts=99), HUB, replace(DOWN, detail="x" * 500), NOON, 0.5)
    assert len(got.detail) == 200


@given(
    st.integers(1, 50), st.floats(0, 1, exclude_max=True), st.none() | st.timedeltas(min_value=timedelta(0)),
    st.none() | st.integers(100, 599), st.timedeltas(timedelta(0), timedelta(days=5)), st.booleans(),
)  # fmt: skip
def test_any_verdict_is_sound(
    attempts: int, spread: float, asked: timedelta | None, status: int | None, age: timedelta, retry: bool
) -> None:
    """A delivery waits only for a moment in the future within its time, and never past its tries."""
    now = NOON + timedelta(seconds=int(age.total_seconds()))
    outcome = Outcome(ok=False, retry=retry, retry_after=asked, status=status)
    got = verdict(delivery(attempts=attempts), HUB, outcome, now, spread)
    if got.state is PENDING:
        assert retry
        assert attempts < HUB.max_attempts
        assert got.due is not None
        assert now < got.due <= NOON + HUB.give_up_after
        assert got.due.microsecond == 0
    else:
        assert (got.state, got.due) == (GIVEN_UP, None)
