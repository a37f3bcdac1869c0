"""Moments become hints. Triggers are asked for their times; the thread is asked once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from feedd.hints import Hint, HintQueue, Moment, Sweep, Tick
from feedd.model import Feed, Schedule
from feedd.scheduler import Scheduler, trigger, weekdays
from tests.support.daemon import until
from tests.support.house import House

BERLIN = "Europe/Berlin"


def times(schedule: Schedule, after: datetime, count: int, zone: str = BERLIN) -> list[str]:
    """The next moments, as a clock on the wall shows them."""
    made, last, found = trigger(schedule, zone, after), None, []
    for _ in range(count):
        last = made.get_next_fire_time(last, after if last is None else last.astimezone(UTC))
        found.append(last.astimezone(ZoneInfo(zone)).strftime("%a %d %b %H:%M"))
    return found


@pytest.mark.parametrize(
    ("cron", "expected"),
    [
        ("30 7 * * *", ["Mon 23 Nov 07:30", "Tue 24 Nov 07:30"]),
        ("0 9 * * 0", ["Sun 29 Nov 09:00", "Sun 06 Dec 09:00"]),  # 0 is Sunday, as in cron(8)
        ("0 9 * * 7", ["Sun 29 Nov 09:00", "Sun 06 Dec 09:00"]),
        ("0 9 * * 1-5", ["Mon 23 Nov 09:00", "Tue 24 Nov 09:00"]),
        ("0 9 13 * fri", ["Fri 27 Nov 09:00", "Fri 04 Dec 09:00", "Fri 11 Dec 09:00", "Sun 13 Dec 09:00"]),
        ("0 0 1 jan *", ["Fri 01 Jan 00:00"]),
        ("*/20 8 * * *", ["Mon 23 Nov 08:00", "Mon 23 Nov 08:20", "Mon 23 Nov 08:40", "Tue 24 Nov 08:00"]),
    ],
)
def test_cron_means_what_cron_means(cron: str, expected: list[str]) -> None:
    """In the site's zone; of two restricted days either is enough."""
    monday = datetime(2026, 11, 23, 0, 30, tzinfo=ZoneInfo(BERLIN))
    assert times(Schedule(cron=cron), monday, len(expected)) == expected


@pytest.mark.parametrize(
    ("field", "names"),
    [
        ("*", "*"),
        ("0", "sun"),
        ("7", "sun"),
        ("1-5", "mon,tue,wed,thu,fri"),
        ("5-7", "fri,sat,sun"),
        ("fri-mon", "fri,sat,sun,mon"),
        ("*/2", "sun,tue,thu,sat"),
        ("1,3,3", "mon,wed"),
        ("Monday", "mon"),
    ],
)
def test_days_are_counted_from_sunday(field: str, names: str) -> None:
    """The library counts from Monday, so it is given names."""
    assert weekdays(field) == names


def test_no_day_is_skipped_where_clocks_change() -> None:
    """The hour that does not exist moves; the one that is there twice may come twice."""
    spring = times(Schedule(cron="30 2 * * *"), datetime(2027, 3, 27, 12, tzinfo=UTC), 2)
    assert [moment[:6] for moment in spring] == ["Sun 28", "Mon 29"]
    autumn = times(Schedule(cron="30 2 * * *"), datetime(2026, 10, 24, 12, tzinfo=UTC), 3)
    assert {moment[:6] for moment in autumn} >= {"Sun 25", "Mon 26"}


def test_an_interval_knows_no_zone() -> None:
    """An hour is an hour, also at night in October."""
    made = trigger(Schedule(every=timedelta(hours=1)), BERLIN, datetime(2026, 10, 25, tzinfo=UTC))
    first = made.get_next_fire_time(None, datetime(2026, 10, 25, tzinfo=UTC))
    second = made.get_next_fire_time(first, first)
    assert second - first == timedelta(hours=1)


@pytest.fixture
def queue() -> HintQueue:
    return HintQueue()


@pytest.fixture
def scheduler(queue: HintQueue) -> Iterator[Scheduler]:
    made = Scheduler(queue.put)
    made.start()
    yield made
    made.stop()


def jobs(scheduler: Scheduler) -> list[Hint]:
    return [job.args[0] for job in scheduler._scheduler.get_jobs()]


def test_settings_become_jobs_and_other_settings_other_jobs(scheduler: Scheduler, tmp_path: Path) -> None:
    """A sweep for each source, a tick for each scheduled feed, and a look at the clock."""
    house = House(tmp_path, feeds=[Feed("feed", "F"), Feed("slow", "S", schedule=Schedule(every=timedelta(hours=1)))])
    scheduler.use(house.settings, house.now)
    assert {type(hint) for hint in jobs(scheduler)} == {Sweep, Tick, Moment}
    assert [hint for hint in jobs(scheduler) if isinstance(hint, Tick)] == [Tick("slow")]
    house.use(feeds=(Feed("feed", "F"),))
    scheduler.use(house.settings, house.now)
    assert {type(hint) for hint in jobs(scheduler)} == {Sweep, Moment}


@pytest.mark.parametrize("late", [timedelta(days=400), timedelta(seconds=5), timedelta(0)])
def test_a_moment_that_is_over_already_is_not_dropped(scheduler: Scheduler, queue: HintQueue, late: timedelta) -> None:
    """The library's default would drop an embargo that ended two seconds ago."""
    scheduler.due_at(datetime.now(UTC) - late)
    assert until(lambda: queue.take(0.1), "the hint") == [Moment()]


def test_there_is_one_next_moment(scheduler: Scheduler, queue: HintQueue) -> None:
    """A new one replaces it, None takes it away, and taking it away twice is no error."""
    later = datetime.now(UTC) + timedelta(days=1)
    scheduler.due_at(later)
    scheduler.due_at(later + timedelta(days=1))
    assert len(jobs(scheduler)) == 1
    scheduler.due_at(None)
    scheduler.due_at(None)
    assert jobs(scheduler) == []
    assert len(queue) == 0


def test_it_knows_whether_it_lives_and_may_be_stopped_twice(queue: HintQueue) -> None:
    """And what is said to it after that is no error: the writer finishes its batch."""
    made = Scheduler(queue.put)
    assert not made.is_alive()
    made.start()
    assert made.is_alive()
    made.stop()
    made.stop()
    assert not made.is_alive()
    made.due_at(datetime.now(UTC))
    made.due_at(None)
