"""Readings + what is known -> a ChangeSet: who is new, who changed, who only moved, who is gone. Pure.

This is where identity is kept. An entry is recognised, in this order, by the id its file states; by its path (an
editor's backup dance, a restored file, a checkout and back); by its content, when a file appears while another
disappears (a rename); and only then it is somebody new.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
from feedd.normalizer import identity, significance
from feedd.normalizer.normalize import Reading

GONE = "its file is gone"  # why an entry is withdrawn
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
            ids.update((reading.entry.id,) if reading.entry.id else _mintable(reading, reading.entry, host))
    return ids


def _mintable(reading: Reading, entry: Entry, host: str) -> Iterator[str]:
    return identity.mint(host, entry.published, entry.key, reading.stat.ctime_ns)


def compare(
    readings: Sequence[Reading],
    past: Past,
    host: str,
    now: datetime,
    *,
    quiet: bool = False,
    same_dates: bool = False,
    wary: bool = False,
) -> ChangeSet:
    """Decide about files that are there. `same_dates` when only the settings changed: new links and zones are no news,
    so `updated` stays and no reader shows the archive as unread. When `wary`, no live entry gets another id or date:
    such files keep what was published and are named in `reidentified` and `redated`."""
    batch = _Batch(readings, past, host, now, same_dates, wary)
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
    others: int = 0,
) -> ChangeSet:
    """Decide about files that are gone. `live` is the number of entries shown now, `others` of those that went shortly
    before or are held already. More withdrawals than the larger of `limits` (a count, a share of the entries) are held:
    an unmounted volume is not a decision of the author."""
    gone = list(lost)
    shown = [(key, entry) for key, entry in gone if entry is not None and entry.withdrawn is None and not entry.draft]
    if shown and not accept and len(shown) + others > most(limits, live):
        kept = {key for key, _ in shown}
        forgotten = tuple(key for key, _ in gone if key not in kept)
        return ChangeSet(forgotten=forgotten, problems=tuple((k, ()) for k in forgotten), held=tuple(sorted(kept)))
    changes = [
        EntryChange(
            ChangeKind.WITHDRAWN,
            replace(entry, withdrawn=now.replace(microsecond=0)),
            entry,
            "its source left the settings" if quiet and accept else GONE,
        )
        for _, entry in gone
        if entry is not None and entry.withdrawn is None
    ]
    keys = tuple(key for key, _ in gone)
    return ChangeSet(tuple(changes), forgotten=keys, problems=tuple((key, ()) for key in keys), quiet=quiet)


def most(limits: tuple[int, float], live: int) -> int:
    """So many entries may change their fate at once without a person's word."""
    return max(limits[0], int(live * limits[1]))


@dataclass(frozen=True, slots=True)
class _Match:
    """Who a file is, and in a few words how it was recognised."""

    known: Known | None
    why: str


class _Batch:
    """The growing decision about one batch; knows which ids and lost entries it has given away already."""

    def __init__(
        self,
        readings: Sequence[Reading],
        past: Past,
        host: str,
        now: datetime,
        same_dates: bool = False,
        wary: bool = False,
    ) -> None:
        self._same_dates, self._wary = same_dates, wary
        self._past, self._host, self._now = past, host, now.replace(microsecond=0)
        self._stated = {r.stat.key: r.entry.id for r in readings if r.entry is not None}
        self._claimed = frozenset(self._stated.values())
        self._digests = {r.digest for r in readings}
        self._taken: dict[str, SourceKey] = {}
        self._left: list[Entry] = []  # entries whose file states another id now
        self._words: dict[str, frozenset[str]] = {}  # of lost entries
        self._found: set[str] = set()  # lost entries that turned up again
        self._by_digest: dict[str, list[str]] = {}
        for id, (file, _) in past.lost.items():
            self._by_digest.setdefault(file.digest, []).append(id)
        self._passed_on = self._find_passed_on(readings)
        self._promised = {known.entry.id for known in self._passed_on.values() if known.entry is not None}
        self._changes: list[EntryChange] = []
        self._index: list[IndexedFile] = []
        self._problems: list[tuple[SourceKey, tuple[Problem, ...]]] = []
        self._forgotten: list[SourceKey] = []
        self._reidentified: list[SourceKey] = []
        self._redated: list[SourceKey] = []

    def result(self) -> ChangeSet:
        gone = [
            EntryChange(ChangeKind.WITHDRAWN, replace(entry, withdrawn=self._now), entry, "its file states another id")
            for entry in self._left
            if entry.id not in self._taken
        ]
        return ChangeSet(
            changes=(*self._changes, *gone),
            index=tuple(self._index),
            forgotten=tuple(self._forgotten),
            problems=tuple(self._problems),
            reidentified=tuple(self._reidentified),
            redated=tuple(self._redated),
        )

    def take(self, reading: Reading) -> None:
        key = reading.stat.key
        known = self._past.at.get(key, Known(None, None))
        if reading.entry is None:
            self._keep_last_good(reading, known)
            return
        if self._wary and self._states_another_id(reading.entry, known):
            self._hold(reading, known, self._reidentified)
            return
        match = self._recognise(reading, known)
        if isinstance(match, Problem):
            # Whether the id is free may change although this file does not: a time that no file has is looked at again.
            again = replace(reading, stat=replace(reading.stat, mtime_ns=-1), problems=(*reading.problems, match))
            self._keep_last_good(again, known)
            return
        change = self._settle(reading, reading.entry, match)
        if self._wary and match.known is not None and match.known.live and _moves_the_date(change):
            self._hold(reading, match.known, self._redated)
            return
        self._taken[change.entry.id] = key
        if known.file is not None and known.entry is not None and known.entry.id != change.entry.id:
            self._left.append(known.entry)
        self._index.append(IndexedFile(reading.stat, reading.digest, change.entry.id))
        self._problems.append((key, reading.problems))
        asked = change.before is None or change.entry.matter != change.before.matter
        if change.kind is not ChangeKind.UNCHANGED or asked or self._is_rewritten(reading, known):
            self._changes.append(change)

    def _is_rewritten(self, reading: Reading, known: Known) -> bool:
        """Are there other bytes in the file than before? Its history says what came of them."""
        return known.file is not None and known.file.digest != reading.digest

    def _states_another_id(self, entry: Entry, known: Known) -> bool:
        return bool(entry.id) and known.entry is not None and known.live and self._leaves(known.entry.id, entry.id)

    def _leaves(self, old: str, new: str) -> bool:
        return old != new and old not in self._taken

    def _hold(self, reading: Reading, known: Known, held: list[SourceKey]) -> None:
        """What was published stays; the row remembers that this version was read."""
        assert known.entry is not None
        self._taken[known.entry.id] = reading.stat.key
        self._index.append(IndexedFile(reading.stat, reading.digest, known.entry.id))
        self._problems.append((reading.stat.key, reading.problems))
        held.append(reading.stat.key)

    def _keep_last_good(self, reading: Reading, known: Known) -> None:
        """A file that turned bad keeps its entry, also under another name; the row remembers that this version was
        read, so that it is not read again before it changes."""
        rewritten = self._is_rewritten(reading, known)
        if known.file is None and reading.digest and (found := self._exact_copy(reading)) is not None:
            known = found.known or known
        entry_id = known.entry.id if known.file and known.entry else None
        self._index.append(IndexedFile(reading.stat, reading.digest, entry_id))
        self._problems.append((reading.stat.key, reading.problems))
        if rewritten and known.entry is not None and known.live:
            codes = ", ".join(sorted({problem.code for problem in reading.problems})) or "unreadable"
            why = f"the last good version stays ({codes})"
            self._changes.append(EntryChange(ChangeKind.UNCHANGED, known.entry, known.entry, why, announced=False))

    # --- who is it

    def _find_passed_on(self, readings: Sequence[Reading]) -> dict[SourceKey, Known]:
        """Files that have the text which another file of this batch had: two swapped their names, or a whole row was
        renumbered. There the id goes with the text, if that other file has a known text, too, or this one's own old
        text stands elsewhere. (Whoever copies a file and then edits the original gives us neither sign, so the
        original keeps its id.)"""
        now = {reading.stat.key: reading.digest for reading in readings}
        was = {
            key: known.file.digest
            for key, known in self._past.at.items()
            if known.file is not None and known.entry is not None and now.get(key) != known.file.digest
        }
        owner = {digest: key for key, digest in was.items()}
        known_texts, texts = owner.keys() | self._by_digest.keys(), set(now.values())
        passed = {}
        for key, digest in now.items():
            other = owner.get(digest, key)
            if other != key and (now[other] in known_texts or was.get(key) in texts):
                passed[key] = self._past.at[other]
        return passed

    def _recognise(self, reading: Reading, known: Known) -> _Match | Problem:
        assert reading.entry is not None
        if reading.entry.id:
            return self._by_stated_id(reading.entry)
        passed = self._passed_on.get(reading.stat.key)
        if (
            passed is not None
            and passed.entry
            and passed.file
            and passed.entry.id not in self._taken.keys() | self._claimed
        ):
            return _Match(passed, f"the same text as {passed.file.stat.key.path} had")
        if known.file is not None and known.entry is not None and self._may_keep(known.entry.id):
            return _Match(known, "other settings" if self._same_dates else "the same path")
        return (
            self._exact_copy(reading)
            or self._withdrawn_from_here(known)
            or self._same_name(reading)
            or self._renamed_and_edited(reading.entry)
            or self._returned(reading, reading.entry)
            or _Match(None, "a new file")
        )

    def _withdrawn_from_here(self, known: Known) -> _Match | None:
        if known.entry is None or not self._is_free(known.entry.id):
            return None
        return _Match(known, "came back")

    def _may_keep(self, id: str) -> bool:
        """An id that we gave stays with its place. One that a person stated goes where it is stated now."""
        return id not in self._taken and id not in self._promised and (id not in self._claimed or self._is_ours(id))

    def _is_ours(self, id: str) -> bool:
        return id.startswith(f"tag:{self._host},")

    def _is_free(self, id: str) -> bool:
        """Did no file of this batch take the id, does none state it, and is it promised to none?"""
        return id not in self._taken and id not in self._claimed and id not in self._promised

    def _by_stated_id(self, entry: Entry) -> _Match | Problem:
        owner = self._taken.get(entry.id)
        known = self._past.by_id.get(entry.id)
        if owner is None and known is not None and known.file is not None and known.entry is not None:
            elsewhere = known.file.stat.key
            still_there = entry.id not in self._past.lost and known.entry.withdrawn is None
            stated = self._stated.get(elsewhere, entry.id)  # two files may swap their ids
            came_along = (passed := self._passed_on.get(entry.key)) is not None and passed.entry == known.entry
            let_go = stated != entry.id and (stated != "" or came_along or not self._is_ours(entry.id))
            if elsewhere != entry.key and still_there and not let_go:
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
        return _Match(known, "states this id")

    def _exact_copy(self, reading: Reading) -> _Match | None:
        for id in self._by_digest.get(reading.digest, ()):
            if id not in self._found:
                return self._as_lost(id, reading.stat.key, "the same text as")
        return None

    def _same_name(self, reading: Reading) -> _Match | None:
        """A recording that got notes, or lost them; an article that was written anew in another format."""
        name = identity.stem(reading.stat.key.path)
        for id, (file, entry) in self._past.lost.items():
            free = entry is not None and id not in self._found and file.digest not in self._digests
            if free and identity.stem(file.stat.key.path) == name and file.stat.key.root == reading.stat.key.root:
                return self._as_lost(id, reading.stat.key, "the same name as")
        return None

    def _as_lost(self, id: str, key: SourceKey, how: str) -> _Match | None:
        known = self._claim_lost(id, key)
        return _Match(known, f"{how} lost {self._past.lost[id][0].stat.key.path}") if known is not None else None

    def _renamed_and_edited(self, entry: Entry) -> _Match | None:
        """The lost entry with the most words in common, unless an exact copy of it is in this batch."""
        rivals = [
            (id, e)
            for id, (file, e) in self._past.lost.items()
            if e is not None and id not in self._found and file.digest not in self._digests
        ]
        if not rivals or len(rivals) ** 2 > _MOST_PAIRS:
            return None
        words = _words(entry)
        likeness, best = max((_alike(words, self._words_of(rival)), id) for id, rival in rivals)
        if likeness < _SAME_ARTICLE:
            return None
        return self._as_lost(best, entry.key, "most words in common with")

    def _words_of(self, lost: Entry) -> frozenset[str]:
        if lost.id not in self._words:
            self._words[lost.id] = _words(lost)
        return self._words[lost.id]

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

    def _returned(self, reading: Reading, entry: Entry) -> _Match | None:
        """Somebody who was withdrawn and would be given the same id again is that same somebody (a deleted hello.md
        that comes back as hello.html)."""
        for id in _mintable(reading, entry, self._host):
            known = self._past.by_id.get(id)
            if known is None or not self._is_free(id):
                continue
            if known.entry is not None and known.entry.withdrawn is not None and known.file is None:
                return _Match(known, "came back")
        return None

    # --- what is new about it

    def _settle(self, reading: Reading, entry: Entry, match: _Match) -> EntryChange:
        known = match.known
        before = known.entry if known is not None else None
        id = before.id if before is not None else entry.id or self._mint(reading, entry)
        published = self._published(reading, entry, known)
        entry = replace(entry, id=id, published=published, updated=max(published, entry.updated))
        entry = replace(entry, digest=identity.fingerprint(entry))
        edit = self._weigh(reading, entry, known)
        if before is not None and not edit.restyled and not edit.rewritten:
            # Nothing to see: what was published stays as it is, down to the bytes.
            entry = replace(
                entry,
                body=before.body,
                body_type=before.body_type,
                references=before.references,
                trusted=before.trusted,
                digest=before.digest,
            )
        entry = replace(entry, updated=self._updated(reading, entry, known, edit))
        kind = _kind(entry, before)
        seen = known is not None and known.live and entry.visible(self._now) and kind is ChangeKind.REVISED
        if before is None or not seen:
            return EntryChange(kind, entry, before, match.why, self._differences(before, entry, edit))
        dated = entry.updated > before.updated and "minor" not in reading.given
        differences = self._differences(before, entry, edit) or (("updated",) if dated else ())
        return EntryChange(kind, entry, before, match.why, differences, edit.rewritten or dated)

    def _differences(self, before: Entry | None, entry: Entry, edit: significance.Edit) -> tuple[str, ...]:
        return (*edit.differences, *significance.standing(before, entry)) if before is not None else ()

    def _weigh(self, reading: Reading, entry: Entry, known: Known | None) -> significance.Edit:
        """What of this edit readers see, and what its author says of it."""
        before = known.entry if known is not None else None
        if known is None or before is None:
            return significance.Edit(True)
        edit = significance.Edit(False)
        if before.digest != entry.digest:
            edit = significance.weigh(before, entry, closely=known.live and not self._same_dates)
        if "minor" in reading.given:
            return replace(edit, rewritten=False, restyled=edit.rewritten or edit.restyled)
        if "major" in reading.given and self._is_rewritten(reading, known):
            return replace(edit, rewritten=True)
        return edit

    def _mint(self, reading: Reading, entry: Entry) -> str:
        ids = list(_mintable(reading, entry, self._host))
        free = (id for id in ids if self._is_free(id) and id not in self._past.by_id)
        return next(free, ids[-1])

    def _published(self, reading: Reading, entry: Entry, known: Known | None) -> datetime:
        before = known.entry if known is not None else None
        if before is None or ("date" in reading.given and not _same_day_as_before(entry, before)):
            return entry.published
        if "date" not in reading.given and not entry.draft and self._was_kept_back(before):
            return self._now  # an undated draft is published when it stops being one
        return before.published

    def _was_kept_back(self, before: Entry) -> bool:
        return before.draft or (before.publish_at is not None and before.publish_at > self._now)

    def _updated(self, reading: Reading, entry: Entry, known: Known | None, edit: significance.Edit) -> datetime:
        if "updated" in reading.given:
            return entry.updated
        if known is None or known.entry is None:
            return entry.published
        before = known.entry
        # It never steps back, not even over a time as a draft; but a moment still to come was seen by nobody.
        earlier = before.updated if known.live else min(before.updated, self._now)
        if not edit.rewritten or self._same_dates:
            return max(earlier, entry.published)
        return max(self._now, earlier, entry.published)


def _kind(entry: Entry, before: Entry | None) -> ChangeKind:
    if before is None or before.withdrawn is not None:
        return ChangeKind.ADDED
    if replace(entry, matter=before.matter) == before:
        return ChangeKind.UNCHANGED
    if entry.digest == before.digest and entry.key != before.key:
        return ChangeKind.MOVED
    return ChangeKind.REVISED


def _moves_the_date(change: EntryChange) -> bool:
    return change.before is not None and change.before.published != change.entry.published


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
