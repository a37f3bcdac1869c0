"""The queue between everybody and the one writer."""

from __future__ import annotations

import threading
import time

import pytest

from feedd.errors import FeeddError
from feedd.hints import Changed, HintQueue, Moment, Request, Sweep, Tick


def taken(queue: HintQueue) -> list[object]:
    return list(queue.take(0))


def test_each_hint_stands_in_it_once_in_order_of_arrival() -> None:
    """However often a file is written before somebody looks."""
    queue = HintQueue()
    for hint in (Moment(), Changed("posts", "a"), Moment(), Tick("feed"), Changed("posts", "a")):
        queue.put(hint)
    assert taken(queue) == [Moment(), Tick("feed"), Changed("posts", "a")]
    assert taken(queue) == []


def test_the_latest_event_of_a_path_comes_last() -> None:
    """Closed, and then written again: it is not vouched for any more."""
    queue = HintQueue()
    for vouched in (False, True, False):
        queue.put(Changed("posts", "a", vouched))
    assert taken(queue)[-1] == Changed("posts", "a", vouched=False)


def test_too_many_paths_are_one_sweep() -> None:
    """Of their source only; what comes after is in it."""
    queue = HintQueue(most_paths=3)
    queue.put(Changed("other", "x"))
    for n in range(10):
        queue.put(Changed("posts", f"{n}"))
    assert taken(queue) == [Changed("other", "x"), Sweep("posts")]
    queue.put(Changed("posts", "again"))
    assert taken(queue) == [Changed("posts", "again")]


def test_a_hint_that_comes_wakes_whoever_waits() -> None:
    """From another thread, long before the time is over."""
    queue = HintQueue()
    threading.Timer(0.05, queue.put, [Moment()]).start()
    began = time.monotonic()
    assert queue.take(20) == [Moment()]
    assert time.monotonic() - began < 10


def test_closing_wakes_whoever_waits() -> None:
    """With nothing."""
    queue = HintQueue()
    threading.Timer(0.05, queue.close).start()
    assert queue.take(20) == []
    assert queue.closed


def test_a_closed_queue_refuses_requests_at_once() -> None:
    """Nobody waits for an answer that cannot come."""
    queue = HintQueue()
    queue.close()
    queue.put(Moment())
    request = Request(lambda: None)
    queue.put(request)
    assert len(queue) == 0
    with pytest.raises(FeeddError, match="stopping"):
        request.answer.result(0)


def test_two_requests_are_never_one() -> None:
    """Each person gets an answer, although both ask the same."""
    queue = HintQueue()

    def work() -> None:
        """The same for both."""

    queue.put(Request(work))
    queue.put(Request(work))
    assert len(taken(queue)) == 2


def test_a_request_that_nobody_waits_for_is_refused_without_noise() -> None:
    """Its caller went away."""
    request = Request(lambda: None)
    assert request.answer.cancel()
    request.refuse()
