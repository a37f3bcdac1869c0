"""What is wrong, and whether it was said: every problem is kept until it is over and told once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from feedd.model import Problem, SourceKey
from feedd.ports import Store


class Heard(Protocol):
    """Where what is said is heard: a run's report."""

    problems: list[Problem]


class Ledger:
    """The store's problems, with a memory of what was said since the process began."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._said: dict[SourceKey, frozenset[Problem]] | None = None

    def forget(self) -> None:
        """A run failed and nobody heard what it said: it is to be said again."""
        self._said = None

    def say(self, key: SourceKey, problems: Sequence[Problem], report: Heard) -> None:
        """Each problem is said once; a problem that went away and comes back is said again."""
        said = self.wrong()
        before = said.pop(key, frozenset())
        report.problems.extend(problem for problem in problems if problem not in before)
        if problems:
            said[key] = frozenset(problems)

    def wrong(self) -> dict[SourceKey, frozenset[Problem]]:
        """What is known to be wrong, and was said."""
        if self._said is None:
            self._said = {}
            for known, problem in self._store.problems():
                self._said[known] = self._said.get(known, frozenset()) | {problem}
        return self._said

    def record(self, key: SourceKey, problem: Problem, report: Heard) -> None:
        self.say(key, (problem,), report)
        self._store.put_problems(key, (problem,))

    def settle(self, key: SourceKey, report: Heard) -> None:
        if key in self.wrong():
            self.say(key, (), report)
            self._store.put_problems(key, ())
