"""How often a feed has news, in the words of RSS (ttl, and sy: of the syndication module). Pure.

In coarse steps, so that the head of a document does not change with every entry; from the entries that it shows and
never from a clock.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from feedd.model import FeedSnapshot

SYNDICATION: Final = "http://purl.org/rss/1.0/modules/syndication/"
_RECENT: Final = 20  # entries that say how often it has news now
_FEWEST: Final = 3
# (minutes, sy:updatePeriod, sy:updateFrequency). A day is the most: who comes rarely would hear of news too late.
_STEPS: Final = (
    (15, "hourly", 4),
    (30, "hourly", 2),
    (60, "hourly", 1),
    (120, "daily", 12),
    (240, "daily", 6),
    (480, "daily", 3),
    (720, "daily", 2),
    (1440, "daily", 1),
)


def cadence(snapshot: FeedSnapshot) -> tuple[int, str, int] | None:
    """(minutes that a reader may wait, the same as a period and how often in it): half of the time between two entries,
    and no less than the feed's own schedule. None where nothing can be said: too few entries, or all of one hour, as
    after an import; and of an archive page, which nobody asks for again."""
    if snapshot.chain is not None and snapshot.chain.archive:
        return None
    moments = [item.entry.published for item in snapshot.items[:_RECENT]]
    if len(moments) < _FEWEST or max(moments) - min(moments) < timedelta(hours=1):
        return None
    wait = (max(moments) - min(moments)) / (len(moments) - 1) / 2
    schedule = snapshot.feed.schedule
    if schedule is not None and schedule.every is not None:
        wait = max(wait, schedule.every)
    minutes = wait.total_seconds() / 60
    return max((step for step in _STEPS if step[0] <= minutes), default=_STEPS[0])
