"""Other ids and dates for entries that exist: taken over from a feed, pinned, or merged. The command line and the
daemon do it here, so that both refuse the same. Files are never written to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from feedd import wiring
from feedd.model import Entry, IndexedFile, Known, Settings, SourceDocument
from feedd.normalizer import identity
from feedd.normalizer.normalize import Reading
from feedd.pipeline import Pipeline
from feedd.ports import Store
from feedd.renderer import select

AT_ONCE = 1000  # gifts in one transaction, and in one message to the daemon (which takes a megabyte)
_PAGE = 500
Rename = tuple[str, Entry]  # the old id, and the entry as it is from now on
_NOBODY = Known(None, None)


@dataclass(frozen=True, slots=True)
class Gift:
    """`entry` is the id that the entry has; `id` what it gets, with the dates that readers know (None: unknown)."""

    entry: str
    id: str
    published: datetime | None = None
    updated: datetime | None = None


def told(gift: Gift) -> dict[str, Any]:
    """For the control socket."""
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in asdict(gift).items()}


def untold(told: Mapping[str, Any]) -> Gift:
    dates = [datetime.fromisoformat(told[name]) if told[name] else None for name in ("published", "updated")]
    return Gift(str(told["entry"]), str(told["id"]), *dates)


def entries(store: Store, settings: Settings) -> Iterator[Known]:
    """Every entry that has a file, shown or not, without its body."""
    for source in settings.sources:
        ids = [row.entry_id for row in store.index(source.name).values() if row.entry_id]
        for start in range(0, len(ids), _PAGE):
            for known in store.entries_by_id(ids[start : start + _PAGE]).values():
                if known.entry is not None:
                    yield replace(known, entry=replace(known.entry, body=""))


def give(pipeline: Pipeline, store: Store, gifts: Sequence[Gift], now: datetime, why: str) -> dict[str, Any]:
    """Give what can be given, in one transaction; nothing is announced. What became of each gift, as data."""
    giving = _Giving(pipeline, store, gifts, now)
    renames = giving.possible([rename for gift in gifts if (rename := giving.take(gift)) is not None])
    feeds, zone = pipeline.settings.feeds, pipeline.settings.site.zone
    if renames:
        store.rename(renames, {entry.id: select.feeds_of(entry, feeds, zone) for _, entry in renames}, now, why)
    return {
        "given": [_shown(old, entry) for old, entry in renames],
        "same": giving.same,
        "refused": giving.refused,
    }


def _shown(old: str, entry: Entry) -> dict[str, Any]:
    dates = {name: getattr(entry, name).isoformat().replace("+00:00", "Z") for name in ("published", "updated")}
    return {"file": str(entry.key.path), "title": entry.title, "before": old, "id": entry.id} | dates


class _Giving:
    """One transaction's worth of gifts, judged one after the other."""

    def __init__(self, pipeline: Pipeline, store: Store, gifts: Sequence[Gift], now: datetime) -> None:
        self._pipeline, self._now = pipeline, now
        ids = [id for gift in gifts for id in (gift.entry, gift.id)]
        self._known = store.entries_by_id(ids)
        self._taken: set[str] = set()
        self.same = 0
        self.refused: list[dict[str, Any]] = []

    def take(self, gift: Gift) -> Rename | None:
        known = self._known.get(gift.entry, _NOBODY)
        if known.entry is None or known.file is None:
            self._refuse(gift, None, "has no file any more")
            return None
        entry = known.entry
        reading = read(self._pipeline, known.file, self._now) if _differs(gift, entry) else None
        if reading is None:
            self.same += 1
            self._taken.add(entry.id)
            return None
        if gift.id != entry.id and (why := self._objection(gift, reading)):
            self._refuse(gift, entry, why)
            return None
        new = _given(gift, entry, keep_updated="updated" in reading.given)
        if new == entry:
            self.same += 1
            return None
        self._taken.add(new.id)
        return gift.entry, new

    def _objection(self, gift: Gift, reading: Reading) -> str:
        """Why the entry cannot have this id; "" if it can."""
        if "id" in reading.given:
            line = line_of_id(reading)
            place = f" in line {line}" if line else ""
            return f"states its own id{place}, and a file's own word counts; change it there"
        if gift.id in self._taken:
            return f"the id {gift.id} was given to another entry just now"
        return ""

    def possible(self, renames: list[Rename]) -> list[Rename]:
        """Without those whose id belongs to an entry that keeps it; two may exchange theirs."""
        while True:
            leaving = {old for old, entry in renames if old != entry.id}
            clashing = {
                entry.id: holder
                for old, entry in renames
                if (holder := self._known.get(entry.id, _NOBODY).entry) is not None
                and holder.withdrawn is None
                and holder.id != old
                and holder.id not in leaving
            }
            if not clashing:
                return renames
            for old, entry in renames:
                if entry.id in clashing:
                    owner = clashing[entry.id].key.path
                    self._refuse(Gift(old, entry.id), entry, f"the id {entry.id} belongs to {owner}")
            renames = [rename for rename in renames if rename[1].id not in clashing]

    def _refuse(self, gift: Gift, entry: Entry | None, why: str) -> None:
        file = entry.key.path if entry is not None else None
        self.refused.append({"file": file, "entry": gift.entry, "id": gift.id, "why": why})


def read(pipeline: Pipeline, file: IndexedFile, now: datetime) -> Reading:
    """What a file says now: its own id and its own date of change win over whatever is remembered."""
    key = file.stat.key
    source = next((each for each in pipeline.settings.sources if each.name == key.root), None)
    document = wiring.watcher().read(source, file.stat) if source is not None else None
    if source is None or not isinstance(document, SourceDocument):
        return Reading(file.stat, file.digest, None)
    return pipeline.believe(document, source, now)


def line_of_id(reading: Reading) -> int | None:
    return next((claim.line for claim in reading.trace if claim.field == "id"), None)


def _differs(gift: Gift, entry: Entry) -> bool:
    given = (gift.id, gift.published or entry.published, gift.updated or entry.updated)
    return given != (entry.id, entry.published, entry.updated)


def _given(gift: Gift, entry: Entry, *, keep_updated: bool) -> Entry:
    """The entry as readers know it. An entry that was never changed moves its `updated` with its date."""
    updated = None if keep_updated else gift.updated
    published = gift.published or min(entry.published, updated or entry.published)
    unchanged = published if entry.updated == entry.published else entry.updated
    new = replace(entry, id=gift.id, published=published, updated=max(published, updated or unchanged))
    return replace(new, digest=identity.fingerprint(new))


def id_problem(id: str) -> str:
    """Why a text cannot be an id; "" if it can."""
    if not id or id != id.strip():
        return "an id has no blanks at its ends, and is not empty"
    if not id.isprintable():
        return "an id has no control characters"
    return "an id is at most 2,000 characters long" if len(id) > 2000 else ""
