"""The only door to APScheduler: moments become hints in the queue, and nothing else ever happens in a job.

Its jobs live in memory; the settings and the store are the truth, and a tick that was missed while feedd was down is
caught by the sweep at start. A job never touches the scheduler (3.11 deadlocks on that at shutdown), never raises, and
takes no time. Late jobs run, however late: the default would drop an embargo that ended one second ago.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.combining import OrTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger

from feedd.hints import Hint, Moment, Sweep, Tick
from feedd.model import Feed, Schedule, Settings

# APScheduler sleeps by the monotonic clock: a wall clock that steps, or a machine that was asleep, is noticed when it
# wakes up. An embargo is late by this at most.
CLOCK_CHECK = timedelta(seconds=30)
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Scheduler:
    """Puts Sweep, Tick and Moment hints. `put` must be quick and safe to call from another thread."""

    def __init__(self, put: Callable[[Hint], None]) -> None:
        self._put = put
        # Ours, and never taken in a job. APScheduler stops outside its own locks: its thread then dies of a one-shot
        # job that fires at that moment, and a job may be gone between being found and being removed.
        self._lock = threading.Lock()
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
            daemon=True,
        )

    def start(self) -> None:
        self._scheduler.start()

    def use(self, settings: Settings, now: datetime) -> None:
        """Take the settings over: other jobs from now on. Not to be called from a job."""
        with self._lock:
            self._use(settings, now)

    def _use(self, settings: Settings, now: datetime) -> None:
        self._scheduler.remove_all_jobs()
        for source in settings.sources:
            self._add(IntervalTrigger(seconds=_whole(source.reconcile), timezone=UTC), Sweep(source.name, "reconcile"))
        for feed in _scheduled(settings.feeds):
            assert feed.schedule is not None
            self._add(trigger(feed.schedule, settings.site.timezone, now), Tick(feed.path))
        self._add(IntervalTrigger(seconds=_whole(CLOCK_CHECK), timezone=UTC), Moment())

    def due_at(self, moment: datetime | None) -> None:
        """Wake up when the next embargo or expiry is due. Once stopped, there is nobody to wake."""
        with self._lock:
            if not self._scheduler.running:
                return
            if moment is None:
                with contextlib.suppress(JobLookupError):
                    self._scheduler.remove_job("moment")
                return
            trigger = DateTrigger(moment, timezone=UTC)
            self._scheduler.add_job(self._put, trigger, args=(Moment(),), id="moment", replace_existing=True)

    def is_alive(self) -> bool:
        thread = getattr(self._scheduler, "_thread", None)
        return thread is not None and thread.is_alive()

    def stop(self) -> None:
        """No hint after this. Jobs take no time, so nothing is waited for."""
        with self._lock:
            if self._scheduler.running:
                self._scheduler.remove_all_jobs()
                self._scheduler.shutdown(wait=False)

    def _add(self, trigger: BaseTrigger, hint: Hint) -> None:
        self._scheduler.add_job(self._put, trigger, args=(hint,))


def trigger(schedule: Schedule, timezone: str, now: datetime) -> BaseTrigger:
    """An interval, or five cron fields in the site's zone with cron(8)'s meaning: Sunday is 0 or 7, and where both days
    are restricted either is enough (APScheduler counts from Monday and wants both)."""
    if schedule.every is not None:
        return IntervalTrigger(seconds=_whole(schedule.every), timezone=UTC)
    minute, hour, day, month, weekday = (schedule.cron or "").split()
    zone = ZoneInfo(timezone)
    when = {"minute": minute, "hour": hour, "month": month, "timezone": zone}
    weekday = weekdays(weekday)
    if day != "*" and weekday != "*":
        return OrTrigger([CronTrigger(day=day, **when), CronTrigger(day_of_week=weekday, **when)])
    return CronTrigger(day=day, day_of_week=weekday, **when)


def weekdays(field: str) -> str:
    """A cron day-of-week field with names for numbers: "1-5" is "mon,tue,wed,thu,fri"."""
    if field == "*":
        return field
    days: list[str] = []
    for part in field.lower().split(","):
        span, _, step = part.partition("/")
        first, _, last = span.partition("-")
        start, end = (0, 6) if first == "*" else (_day(first), _day(last or first))
        if end < start:
            end += 7
        days += [_DAYS[day % 7] for day in range(start, end + 1, int(step or 1))]
    return ",".join(dict.fromkeys(days))


def _day(name: str) -> int:
    return int(name) if name.isdigit() else _DAYS.index(name[:3])


def _scheduled(feeds: Iterable[Feed]) -> list[Feed]:
    return [feed for feed in feeds if feed.schedule is not None]


def _whole(duration: timedelta) -> int:
    return max(1, int(duration.total_seconds()))
