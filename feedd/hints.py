"""What the others leave for the one writer: small values in a queue that forgets duplicates. A hint is never the truth,
only a reason to look; losing one costs time until the next sweep, never an article.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from feedd.errors import FeeddError


@dataclass(frozen=True, slots=True)
class Changed:
    """Something happened at this path. `vouched` when the event says that the writer is done (closed, moved in)."""

    root: str
    path: str
    vouched: bool = False


@dataclass(frozen=True, slots=True)
class Sweep:
    """Compare a whole source with the index (None: every source). `reason` is for the log."""

    root: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """An embargo or an expiry may be due."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A scheduled feed's time has come. `feed` is the definition's path."""

    feed: str


@dataclass(frozen=True, slots=True, eq=False)
class Request:
    """A person asks, over the control socket or by SIGHUP: `work` runs on the pipeline thread between two batches and
    its result or error lands in `answer`."""

    work: Callable[[], Any]
    answer: Future[Any] = field(default_factory=Future)

    def refuse(self) -> None:
        """Nobody is there to do it any more; whoever waits for the answer hears that."""
        if self.answer.set_running_or_notify_cancel():
            self.answer.set_exception(FeeddError("feedd is stopping", hint="ask again when it runs"))


Hint = Changed | Sweep | Moment | Tick | Request


class HintQueue:
    """Thread-safe, bounded by what can differ: each hint stands in it once. More than `most_paths` changed paths of a
    source become one sweep, which is cheaper then."""

    def __init__(self, most_paths: int = 5000) -> None:
        self._most_paths = most_paths
        self._hints: dict[Hint, None] = {}
        self._paths: dict[str, int] = {}
        self._condition = threading.Condition()
        self._closed = False

    def put(self, hint: Hint) -> None:
        """After `close` nothing is taken in, and a request is refused at once."""
        with self._condition:
            if self._closed:
                if isinstance(hint, Request):
                    hint.refuse()
                return
            if isinstance(hint, Changed):
                if Sweep(hint.root) in self._hints:
                    return
                if hint in self._hints:  # the latest event decides whether the writer is done
                    del self._hints[hint]
                    self._hints[hint] = None
                    return
                count = self._paths.get(hint.root, 0) + 1
                if count > self._most_paths:
                    self._collapse(hint.root)
                    self._condition.notify_all()
                    return
                self._paths[hint.root] = count
            self._hints[hint] = None
            self._condition.notify_all()

    def _collapse(self, root: str) -> None:
        for hint in [h for h in self._hints if isinstance(h, Changed) and h.root == root]:
            del self._hints[hint]
        self._paths.pop(root, None)
        self._hints[Sweep(root)] = None

    def take(self, timeout: float | None = None) -> list[Hint]:
        """Everything there is, in order of arrival; waits up to `timeout` seconds for the first. Empty on timeout and
        once closed."""
        with self._condition:
            if not self._hints and not self._closed:
                self._condition.wait(timeout)
            hints = list(self._hints)
            self._hints.clear()
            self._paths.clear()
            return hints

    def close(self) -> None:
        """No more hints and no more waiting: `take` returns at once from now on."""
        with self._condition:
            self._closed = True
            self._condition.notify_all()

    @property
    def closed(self) -> bool:
        return self._closed

    def __len__(self) -> int:
        return len(self._hints)
