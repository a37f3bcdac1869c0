"""The circuit breaker's memory: which files are not believed until a person says so, by source and reason."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from feedd.model import Problem, Settings, Source, SourceKey
from feedd.normalizer import compare
from feedd.pipeline.ledger import Heard, Ledger
from feedd.ports import Store

MISSING, REIDENTIFIED, REDATED = "FD401", "FD402", "FD403"
LATELY = timedelta(minutes=10)  # so long small withdrawals one after the other count as one
_ACCEPTED = "accepted"  # the fact when a person last said so

# What is said: (the problem, what to do otherwise)
_WORDS = {
    MISSING: ("are missing at once", "otherwise bring the folder back", "go"),
    REIDENTIFIED: ("state another id at once", "otherwise put the ids back", "be other entries"),
    REDATED: ("would get another date at once", "otherwise put the dates or settings back", "move"),
}


class Held:
    """Kept as one fact for each source: reason -> path -> did only settings change? What is read again later must be as
    quiet as it was."""

    def __init__(self, store: Store, ledger: Ledger) -> None:
        self._store, self._ledger = store, ledger

    def paths(self, source: Source, code: str) -> dict[str, bool]:
        return self._all(source).get(code, {})

    def any(self, source: Source) -> bool:
        return bool(self._all(source))

    def put(self, source: Source, code: str, paths: Mapping[str, bool], live: int, report: Heard) -> None:
        """These are held for this reason and no others; what that means is said when it changes. `live` is the number
        of entries shown now."""
        known = self._all(source)
        if paths == known.get(code, {}):
            return
        known.pop(code, None)
        if paths:
            known[code] = dict(paths)
        self._store.mark(_fact(source), json.dumps(known, sort_keys=True) if known else "")
        key = held_key(source)
        others = [problem for at, problem in self._store.problems() if at == key and problem.code != code]
        problems = sorted([*others, *([_problem(source, code, paths, live)] if paths else [])], key=lambda p: p.code)
        self._ledger.say(key, problems, report)
        self._store.put_problems(key, problems)

    def forget(self, source: Source, report: Heard) -> None:
        """Its source is no more."""
        self._store.mark(_fact(source), "")
        self._ledger.settle(held_key(source), report)

    def accept(self, now: datetime) -> None:
        """A person believes what went until now: it does not count any more."""
        self._store.mark(_ACCEPTED, now.isoformat())

    def lately(self, now: datetime) -> int:
        """How many entries their authors withdrew shortly before."""
        accepted = self._store.marked(_ACCEPTED)
        since = max(now - LATELY, datetime.fromisoformat(accepted)) if accepted else now - LATELY
        return self._store.lately("withdrawn", compare.GONE, since)

    def most(self, settings: Settings) -> tuple[int, int]:
        """So many entries may change their fate at once, and how many are shown now."""
        live = self._store.counts()["live"]
        return compare.most(settings.max_withdrawals, live), live

    def _all(self, source: Source) -> dict[str, dict[str, bool]]:
        return dict(json.loads(self._store.marked(_fact(source)) or "{}"))


def held_key(source: Source) -> SourceKey:
    return SourceKey("", f"held {source.name}")


def _fact(source: Source) -> str:
    return f"held:{source.name}"


def _problem(source: Source, code: str, paths: Iterable[str], live: int) -> Problem:
    names = sorted(paths)
    shown = ", ".join(names[:3]) + (" …" if len(names) > 3 else "")
    what, otherwise, meant = _WORDS[code]
    return Problem(
        code,
        source.path,
        f"{len(names)} of {live} published articles {what} ({shown}); they stay published as they were",
        f"if they were meant to {meant}, run 'feedd build --accept'; {otherwise}",
    )
