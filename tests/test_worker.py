"""The pipeline thread: whoever asks gets an answer, whatever becomes of the files, and trouble ends or is told."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from feedd import worker as room
from feedd.errors import FeeddError, StoreError
from feedd.hints import Changed, HintQueue, Moment, Request, Sweep
from feedd.model import Settings
from feedd.pipeline import Pipeline
from feedd.ports import Store
from feedd.store.sql import SqlStore
from feedd.worker import Worker
from tests.support.daemon import until
from tests.support.house import House


class Nobody:
    """Deliverer and scheduler of a house without network and timers."""

    def wake(self) -> None:
        """Nobody sleeps."""

    def due_at(self, moment: datetime | None) -> None:
        """Nobody waits."""


@dataclass
class Around:
    """What a worker sees of the daemon."""

    settings: Settings
    pipeline: Pipeline
    store: Store
    queue: HintQueue = field(default_factory=HintQueue)
    deliverer: Nobody = field(default_factory=Nobody)
    scheduler: Nobody = field(default_factory=Nobody)
    ready: bool = False
    stopped: threading.Event = field(default_factory=threading.Event)

    def moved(self) -> None:
        """Nobody watches."""

    def stop(self, *, failed: bool = False) -> None:
        self.stopped.set()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    store = SqlStore(str(tmp_path / "state.db"))
    yield House(tmp_path, store=store)
    store.close()


@pytest.fixture
def around(house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[Around]:
    monkeypatch.setattr(room, "TRY_AGAIN", 0.01)
    made = Around(house.settings, house.pipeline, house.store)
    yield made
    made.queue.close()


def started(around: Around) -> Worker:
    made = Worker(around)  # type: ignore[arg-type]
    made.start()
    return made


def asked(around: Around, work: Callable[[], Any]) -> Request:
    request = Request(work)
    around.queue.put(request)
    return request


def fails(error: Exception, times: int, then: Callable[..., Any]) -> Callable[..., Any]:
    """A method that fails a few times."""
    left = [times]

    def method(*arguments: Any, **more: Any) -> Any:
        if left[0]:
            left[0] -= 1
            raise error
        return then(*arguments, **more)

    return method


def test_files_become_feeds_and_requests_get_answers(house: House, around: Around) -> None:
    """The usual day."""
    house.article("a.md", "A")
    around.queue.put(Sweep(None, "start"))
    worker = started(around)
    assert asked(around, lambda: "done").answer.result(20) == "done"
    until(lambda: around.ready, "the first run")
    assert house.titles() == ["A"]
    house.article("b.md", "B", date="2026-11-20")
    around.queue.put(Changed("posts", "b.md", vouched=True))
    until(lambda: len(house.titles()) == 2, "the second article")
    around.queue.close()
    worker.join()


def test_a_store_that_fails_for_a_while_costs_no_article_and_no_answer(
    house: House, around: Around, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The disk is full, and then it is not. It is said once, and whoever asked meanwhile is answered."""
    error = StoreError("the state database cannot be written: full", hint="look at the disk")
    monkeypatch.setattr(house.store, "apply", fails(error, 5, house.store.apply))
    house.article("a.md", "A")
    around.queue.put(Sweep(None, "start"))
    request = asked(around, lambda: "done")
    started(around)
    assert request.answer.result(20) == "done"
    until(lambda: around.ready, "the disk has room again")
    assert house.titles() == ["A"]
    assert [record.getMessage() for record in caplog.records].count(f"{error.message} ({error.hint})") == 1
    assert not around.stopped.is_set()


def test_an_error_in_a_request_is_the_askers_and_not_the_workers(around: Around) -> None:
    """The next one is answered."""
    worker = started(around)

    def broken() -> None:
        raise FeeddError("no such endpoint")

    with pytest.raises(FeeddError, match="no such endpoint"):
        asked(around, broken).answer.result(20)
    assert asked(around, lambda: 1).answer.result(20) == 1
    assert worker.is_alive()


def test_a_request_whose_asker_went_away_is_not_done(around: Around) -> None:
    """And does no harm to the next one."""
    done: list[int] = []
    request = asked(around, lambda: done.append(1))
    assert request.answer.cancel()
    started(around)
    assert asked(around, lambda: 2).answer.result(20) == 2
    assert done == []


def test_three_errors_of_ours_in_a_row_end_it_and_nobody_waits_in_vain(
    house: House, around: Around, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The service manager starts us anew; who asks a dead worker hears so at once."""
    monkeypatch.setattr(house.pipeline, "run", fails(RuntimeError("a bug"), 99, house.pipeline.run))
    around.queue.put(Moment())
    worker = started(around)
    worker.join()
    assert around.stopped.wait(20)
    with pytest.raises(FeeddError, match="stopping"):
        asked(around, lambda: 1).answer.result(20)


def test_two_errors_of_ours_are_forgiven(house: House, around: Around, monkeypatch: pytest.MonkeyPatch) -> None:
    """And their hints are not lost: everything is looked at."""
    monkeypatch.setattr(house.pipeline, "run", fails(RuntimeError("a bug"), 2, house.pipeline.run))
    house.article("a.md", "A")
    around.queue.put(Changed("posts", "a.md", vouched=True))
    started(around)
    until(lambda: around.ready, "a run that succeeds")
    assert house.titles() == ["A"]


def test_requests_that_wait_when_it_is_stopped_are_answered(around: Around) -> None:
    """Done or refused, but answered."""
    entered, leave = threading.Event(), threading.Event()

    def slow() -> None:
        entered.set()
        leave.wait(20)

    asked(around, slow)
    worker = started(around)
    assert entered.wait(20)
    waiting = [asked(around, lambda: 1) for _ in range(3)]
    around.queue.close()
    leave.set()
    worker.join()
    for request in waiting:
        with pytest.raises(FeeddError, match="stopping"):
            request.answer.result(0)


def test_what_cannot_be_published_is_tried_again_less_and_less_often(
    house: House, around: Around, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else's file is in the way for a week: that is no reason to try twice a second."""
    monkeypatch.setattr(room, "TRY_AGAIN", 2.0)
    house.public.mkdir()
    (house.public / "feed.xml").write_text("<rss>hand-made</rss>")
    house.article("a.md", "A")
    worker = Worker(around)  # type: ignore[arg-type]
    waits = []
    for _ in range(8):
        worker.after(house.run(), "", house.now)
        waits.append(round((worker._again_at or 0) - time.monotonic()))
    assert waits == [2, 4, 8, 16, 32, 60, 60, 60]
    (house.public / "feed.xml").unlink()
    worker.after(house.run(), "", house.now)
    assert worker._again_at is None
