"""Is an entry shown, what does a change mean to readers, and what is written into its history? Pure; shared by both
stores, so they cannot differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from feedd.model import ChangeKind, Entry, EntryChange, EventKind, Known, Moment, Tombstone

MOST_MOMENTS = 200  # of one entry's history
MOST_TOMBSTONES = 50  # of one feed
NOBODY = Known(None, None)


@dataclass(frozen=True, slots=True)
class Standing:
    """`live` is what the entry is from now on, `event` what there is to announce, `touched` whether its feeds (those it
    was in and those it is in now) may look different."""

    live: bool
    event: EventKind | None
    touched: bool


@dataclass(frozen=True, slots=True)
class Turned:
    """An entry with its new standing. `loud`: there is somebody to tell. `leaves`: what readers of a feed are told if
    it is in that feed no more, None to tell nobody."""

    entry: Entry
    standing: Standing
    loud: bool
    moment: Moment | None
    leaves: Tombstone | None


def changed(change: EntryChange, was: Known, now: datetime, *, quiet: bool) -> Turned:
    """By its author. What settings do is quiet and leaves no tombstone."""
    verdict = standing(was.entry, was.live, change.entry, now)
    if change.kind is ChangeKind.UNCHANGED and was.live == verdict.live:
        # What no reader sees of the front matter may decide which feeds it is in.
        asked = verdict.live and was.entry is not None and was.entry.matter != change.entry.matter
        verdict = Standing(verdict.live, None, asked)
    moment = Moment(
        now.replace(microsecond=0),
        change.kind.value,
        change.entry.key.path,
        change.why,
        change.differences,
        change.announced and not quiet and verdict.event is not None,
    )
    leaves = None if quiet else _tombstone(change.entry, now)
    return Turned(change.entry, verdict, change.announced and not quiet, moment, leaves)


def turned(entry: Entry, was: Known, now: datetime) -> Turned:
    """By time: an embargo is over, or it expired."""
    verdict = standing(was.entry, was.live, entry, now)
    moment = None
    if verdict.live != was.live:
        kind, why = ("shown", "its moment has come") if verdict.live else ("hidden", "it expired")
        moment = Moment(now.replace(microsecond=0), kind, entry.key.path, why)
    return Turned(entry, verdict, True, moment, _tombstone(entry, now))


def renamed(entry: Entry, was: Known, now: datetime, why: str) -> Turned:
    """By a person at the command line: nobody is told. Its old id did not leave, it is only called otherwise."""
    verdict = standing(was.entry, was.live, entry, now)
    kind = "imported" if why.startswith("imported") else "pinned"
    moment = Moment(now.replace(microsecond=0), kind, entry.key.path, why, announced=False)
    return Turned(entry, Standing(verdict.live, None, True), False, moment, None)


def refuse_taken(pairs: Sequence[tuple[str, Entry]], before: Mapping[str, Known]) -> None:
    """An id belongs to one entry."""
    given = {old for old, _ in pairs}
    for id, times in Counter(entry.id for _, entry in pairs).items():
        there = before.get(id, NOBODY).entry
        if times > 1 or (id not in given and there is not None and there.withdrawn is None):
            raise ValueError(f"the id {id!r} belongs to another entry")


def _tombstone(entry: Entry, now: datetime) -> Tombstone:
    return Tombstone(entry.id, entry.url, entry.title, now.replace(microsecond=0), entry.published)


def standing(before: Entry | None, was_live: bool, entry: Entry, now: datetime) -> Standing:
    """Decide from the entry as it was, whether it was shown, and as it is now."""
    live = entry.visible(now) or _still_shown(before, was_live, entry, now)
    if live and not was_live:
        return Standing(live, EventKind.PUBLISHED, True)
    if was_live and not live:
        return Standing(live, EventKind.WITHDRAWN, True)
    if not live or before is None:
        return Standing(live, None, False)
    news = before.digest != entry.digest or entry.updated > before.updated
    return Standing(live, EventKind.UPDATED if news else None, _shown(before) != _shown(entry))


def _shown(entry: Entry) -> tuple[object, ...]:
    """What decides what its feeds look like, and which feeds those are."""
    return (entry.digest, entry.updated, entry.published, entry.key, entry.feeds, entry.matter)


def _still_shown(before: Entry | None, was_live: bool, entry: Entry, now: datetime) -> bool:
    """A clock that steps back does not take back what was published: an entry that is out stays out unless a person
    moved its moment or it has expired."""
    if before is None or not was_live or entry.publish_at is None or entry.publish_at != before.publish_at:
        return False
    return entry.visible(max(now, entry.publish_at))
