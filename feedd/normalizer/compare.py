"""Readings + what is known -> a ChangeSet: who is new, who changed, who only moved, who is gone. Pure.

This is where identity is kept. An entry is recognised, in this order, by the id its file states; by its path (an
editor's backup dance, a restored file, a checkout and back); by its content, when a file appears while another
disappears (a rename); and only then it is somebody new.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from feedd.model import (
    ChangeKind,
    ChangeSet,
    Entry,
    EntryChange,
    IndexedFile,
    Known,
    Problem,
    SourceKey,
)
from feedd.normalizer import identity
from feedd.normalizer.normalize import Reading

# A renamed *and* edited article is recognised when this share of its words is still the same.
_SAME_ARTICLE = 0.5
# Comparing words costs; beyond this many pairs only exact copies count as renames.
_MOST_PAIRS = 20_000


@dataclass(frozen=True, slots=True)
class Past:
    """What the store knows that matters for one batch.

    `at` is by file, `by_id` for every id a reading states or might be given; `lost` are the entries whose file is gone,
    by entry id, with their index row and, where there are few, the entry itself.
    """

    at: Mapping[SourceKey, Known]
    by_id: Mapping[str, Known]
    lost: Mapping[str, tuple[IndexedFile, Entry | None]] = field(default_factory=dict)


def candidate_ids(readings: Iterable[Reading], host: str) -> set[str]:
    """Every id that `compare` may ask `Past.by_id` about."""
    ids: set[str] = set()
    for reading in readings:
        if reading.entry is not None:
            ids.update(
                (reading.entry.id,)
                if reading.entry.id
                else identity.mint(host, reading.entry.published, reading.entry.key)
            )
    return ids


def compare(readings: Sequence[Reading], past: Past, host: str, now: datetime, *, quiet: bool = False) -> ChangeSet:
    """Decide about files that are there."""
    batch = _Batch(past, host, now)
    for reading in sorted(readings, key=lambda r: r.stat.key):
        batch.take(reading)
    return replace(batch.result(), quiet=quiet)


def withdraw(
    lost: Iterable[tuple[SourceKey, Entry | None]],
    live: int,
    limits: tuple[int, float],
    now: datetime,
    *,
    accept: bool = False,
    quiet: bool = False,
) -> ChangeSet:
    """Decide about files that are gone. `live` is the number of entries shown now. More withdrawals at once than the
    larger of `limits` (a count, a share of `live`) are held: an unmounted volume is not a decision of the author."""
    gone = list(lost)
    shown = [(key, entry) for key, entry in gone if entry is not None and entry.withdrawn is None and not entry.draft]
    if not accept and len(shown) > max(limits[0], int(live * limits[1])):
        kept = {key for key, _ in shown}
        forgotten = tuple(key for key, _ in gone if key not in kept)
        return ChangeSet(forgotten=forgotten, problems=tuple((k, ()) for k in forgotten), held=tuple(sorted(kept)))
    changes = [
        EntryChange(ChangeKind.WITHDRAWN, replace(entry, withdrawn=now), entry)
        for _, entry in gone
        if entry is not None and entry.withdrawn is None
    ]
    keys = tuple(key for key, _ in gone)
    return ChangeSet(tuple(changes), forgotten=keys, problems=tuple((key, ()) for key in keys), quiet=quiet)


class _Batch:
    """The growing decision about one batch; knows which ids and lost entries it has given away already."""

    def __init__(self, past: Past, host: str, now: datetime) -> None:
        self._past, self._host, self._now = past, host, now
        self._taken: dict[str, SourceKey] = {}
        self._found: set[str] = set()  # lost entries that turned up again
        self._by_digest: dict[str, list[str]] = {}
        for id, (file, _) in past.lost.items():
            self._by_digest.setdefault(file.digest, []).append(id)
        self._changes: list[EntryChange] = []
        self._index: list[IndexedFile] = []
        self._problems: list[tuple[SourceKey, tuple[Problem, ...]]] = []
        self._forgotten: list[SourceKey] = []

    def result(self) -> ChangeSet:
        return ChangeSet(
            changes=tuple(self._changes),
            index=tuple(self._index),
            forgotten=tuple(self._forgotten),
            problems=tuple(self._problems),
        )

    def take(self, reading: Reading) -> None:
        key = reading.stat.key
        known = self._past.at.get(key, Known(None, None))
        if reading.entry is None:
            self._keep_last_good(reading, known)
            return
        before = self._recognise(reading, known)
        if isinstance(before, Problem):
            self._keep_last_good(replace(reading, problems=(*reading.problems, before)), known)
            return
        entry = self._settle(reading, reading.entry, before)
        self._taken[entry.entry.id] = key
        self._index.append(IndexedFile(reading.stat, reading.digest, entry.entry.id))
        self._problems.append((key, reading.problems))
        if entry.kind is not ChangeKind.UNCHANGED:
            self._changes.append(entry)

    def _keep_last_good(self, reading: Reading, known: Known) -> None:
        """A file that turned bad keeps its entry; the row remembers that this version was read, so that it is not read
        again before it changes."""
        entry_id = known.file.entry_id if known.file else None
        self._index.append(IndexedFile(reading.stat, reading.digest, entry_id))
        self._problems.append((reading.stat.key, reading.problems))

    # --- who is it

    def _recognise(self, reading: Reading, known: Known) -> Known | Problem | None:
        assert reading.entry is not None
        if reading.entry.id:
            return self._by_stated_id(reading.entry)
        if known.entry is not None and known.entry.id not in self._taken:
            return known
        return self._renamed(reading) or self._returned(reading.entry)

    def _by_stated_id(self, entry: Entry) -> Known | Problem | None:
        owner = self._taken.get(entry.id)
        known = self._past.by_id.get(entry.id)
        if owner is None and known is not None and known.file is not None and known.entry is not None:
            elsewhere = known.file.stat.key
            if elsewhere != entry.key and entry.id not in self._past.lost and known.entry.withdrawn is None:
                owner = elsewhere
        if owner is not None:
            return Problem(
                "FD207",
                entry.key.path,
                f"states the id {entry.id!r}, which belongs to {owner.path}",
                "give one of the two another 'id:'; until then the first one stays",
            )
        if known is not None:
            self._claim_lost(entry.id, entry.key)
        return known

    def _renamed(self, reading: Reading) -> Known | None:
        for id in self._by_digest.get(reading.digest, ()):
            if id not in self._found:
                return self._claim_lost(id, reading.stat.key)
        assert reading.entry is not None
        return self._renamed_and_edited(reading.entry)

    def _renamed_and_edited(self, entry: Entry) -> Known | None:
        rivals = [(id, e) for id, (_, e) in self._past.lost.items() if e is not None and id not in self._found]
        if not rivals or len(rivals) ** 2 > _MOST_PAIRS:
            return None
        words = _words(entry)
        best = max(rivals, key=lambda rival: (_alike(words, _words(rival[1])), rival[0]))
        if _alike(words, _words(best[1])) < _SAME_ARTICLE:
            return None
        return self._claim_lost(best[0], entry.key)

    def _claim_lost(self, id: str, key: SourceKey) -> Known | None:
        lost = self._past.lost.get(id)
        if lost is not None:
            self._found.add(id)
            if lost[0].stat.key != key:
                self._forgotten.append(lost[0].stat.key)
                self._problems.append((lost[0].stat.key, ()))
        known = self._past.by_id.get(id)
        if known is None and lost is not None and lost[1] is not None:
            known = Known(lost[0], lost[1], True)
        return known

    def _returned(self, entry: Entry) -> Known | None:
        """Somebody who was withdrawn and would be given the same id again is that same somebody (a deleted hello.md
        that comes back as hello.html)."""
        for id in identity.mint(self._host, entry.published, entry.key):
            known = self._past.by_id.get(id)
            if known is None or id in self._taken:
                continue
            if known.entry is not None and known.entry.withdrawn is not None and known.file is None:
                return known
        return None

    # --- what is new about it

    def _settle(self, reading: Reading, entry: Entry, known: Known | None) -> EntryChange:
        before = known.entry if known is not None else None
        id = before.id if before is not None else entry.id or self._mint(entry)
        published = self._published(reading, entry, before)
        entry = replace(entry, id=id, published=published, updated=max(published, entry.updated))
        entry = replace(entry, digest=identity.fingerprint(entry))
        entry = replace(entry, updated=self._updated(reading, entry, known))
        return EntryChange(_kind(entry, before), entry, before)

    def _mint(self, entry: Entry) -> str:
        ids = list(identity.mint(self._host, entry.published, entry.key))
        free = (id for id in ids if id not in self._taken and id not in self._past.by_id)
        return next(free, ids[-1])

    def _published(self, reading: Reading, entry: Entry, before: Entry | None) -> datetime:
        if before is None or ("date" in reading.given and not _same_day_as_before(entry, before)):
            return entry.published
        if before.draft and not entry.draft and "date" not in reading.given:
            return self._now  # an undated draft is published when it stops being one
        return before.published

    def _updated(self, reading: Reading, entry: Entry, known: Known | None) -> datetime:
        if "updated" in reading.given:
            return entry.updated
        if known is None or known.entry is None:
            return entry.published
        before = known.entry
        if not known.live and before.withdrawn is None:
            return entry.published  # nobody has seen the earlier versions
        if before.digest == entry.digest:
            return max(before.updated, entry.published)
        return max(self._now, before.updated, entry.published)


def _kind(entry: Entry, before: Entry | None) -> ChangeKind:
    if before is None or before.withdrawn is not None:
        return ChangeKind.ADDED
    if entry == before:
        return ChangeKind.UNCHANGED
    if entry.digest == before.digest and entry.key != before.key:
        return ChangeKind.MOVED
    return ChangeKind.REVISED


def _same_day_as_before(entry: Entry, before: Entry) -> bool:
    """The statement of the date did not change: its moment is the same (a date without a time was given a time of day
    from the file when it was first seen, and keeps it)."""
    return entry.publish_at == before.publish_at and before.publish_at is not None


def _words(entry: Entry) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", f"{entry.title} {entry.body}"))


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    """Jaccard: 1.0 for the same words, 0.0 for none in common (and for two empty texts, which prove nothing)."""
    union = len(one | other)
    return len(one & other) / union if union else 0.0
