"""Is an entry shown, and what does a change mean to readers? Pure; shared by both stores, so they cannot differ."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from feedd.model import Entry, EventKind


@dataclass(frozen=True, slots=True)
class Standing:
    """`live` is what the entry is from now on, `event` what there is to announce, `touched` whether its feeds (those it
    was in and those it is in now) may look different."""

    live: bool
    event: EventKind | None
    touched: bool


def standing(before: Entry | None, was_live: bool, entry: Entry, now: datetime) -> Standing:
    """Decide from the entry as it was, whether it was shown, and as it is now."""
    live = entry.visible(now) or _still_shown(before, was_live, entry, now)
    if live and not was_live:
        return Standing(live, EventKind.PUBLISHED, True)
    if was_live and not live:
        return Standing(live, EventKind.WITHDRAWN, True)
    if not live or before is None:
        return Standing(live, None, False)
    return Standing(live, EventKind.UPDATED if before.digest != entry.digest else None, _shown(before) != _shown(entry))


def _shown(entry: Entry) -> tuple[object, ...]:
    """What decides what its feeds look like, and which feeds those are."""
    return (entry.digest, entry.updated, entry.published, entry.key, entry.feeds)


def _still_shown(before: Entry | None, was_live: bool, entry: Entry, now: datetime) -> bool:
    """A clock that steps back does not take back what was published: an entry that is out stays out unless a person
    moved its moment or it has expired."""
    if before is None or not was_live or entry.publish_at is None or entry.publish_at != before.publish_at:
        return False
    return entry.visible(max(now, entry.publish_at))
