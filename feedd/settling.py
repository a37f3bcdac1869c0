"""Which hinted paths may be looked at now? Pure: hints and moments in, sets of paths out.

A path whose event vouches for it (the writer closed it, it was moved into place) is ready at once; any other when it
has been quiet for the source's settle time, and never later than two seconds after the first hint, however busy it is.
A path that had an event less than a settle time ago is young: if it is missing, it may be back in a moment (an editor's
backup dance, a checkout that deletes and creates).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from feedd.hints import Changed

LONGEST = 2.0  # seconds
Paths = dict[str, frozenset[str]]


@dataclass(slots=True)
class _Waiting:
    first: float
    last: float
    vouched: bool


class Settling:
    """The paths that wait. Times are seconds of a clock that never steps back."""

    def __init__(self, settle: Mapping[str, float]) -> None:
        self._settle = dict(settle)
        self._waiting: dict[str, dict[str, _Waiting]] = {}

    def note(self, hint: Changed, at: float) -> None:
        paths = self._waiting.setdefault(hint.root, {})
        known = paths.get(hint.path)
        if known is None:
            paths[hint.path] = _Waiting(at, at, hint.vouched)
        else:
            known.last, known.vouched = at, hint.vouched

    def take(self, at: float) -> tuple[Paths, Paths]:
        """(ready, young) by source. What is ready is forgotten; a source with nothing ready has nothing young."""
        ready: Paths = {}
        young: Paths = {}
        for root, paths in self._waiting.items():
            now = {path for path, waiting in paths.items() if self._is_ready(root, waiting, at)}
            if not now:
                continue
            ready[root] = frozenset(now)
            young[root] = frozenset(path for path, waiting in paths.items() if at - waiting.last < self._quiet(root))
            for path in now:
                del paths[path]
        return ready, young

    def next(self) -> float | None:
        """When `take` will have something."""
        moments = [
            waiting.last if waiting.vouched else min(waiting.last + self._quiet(root), waiting.first + LONGEST)
            for root, paths in self._waiting.items()
            for waiting in paths.values()
        ]
        return min(moments, default=None)

    def forget(self, root: str) -> None:
        """A sweep of the whole source answers all its hints."""
        self._waiting.pop(root, None)

    def _quiet(self, root: str) -> float:
        return self._settle.get(root, 0.3)

    def _is_ready(self, root: str, waiting: _Waiting, at: float) -> bool:
        return waiting.vouched or at - waiting.last >= self._quiet(root) or at - waiting.first >= LONGEST
