"""What was found, and the book that findings are written into."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from feedd.lint.rules import RULES

if TYPE_CHECKING:
    from feedd.lint.tree import Node

MOST = 20  # findings of one rule: the twenty-first of a thousand equal ones tells nobody anything
_WIDEST = 80  # characters of a value in a message


class Level(StrEnum):
    ERROR = "error"  # the document breaks its specification or readers
    WARNING = "warning"  # some readers show something else than was meant
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Finding:
    """`line` and `column` count from 1, None where the document has no such place; `path` names the element."""

    rule: str
    level: Level
    message: str
    line: int | None = None
    column: int | None = None
    hint: str = ""
    path: str = ""


class Book:
    """The findings of one document. `address` is where it is in public, `now` the moment it is read at: None where
    that is not known, and then nothing that depends on it is said."""

    def __init__(self, address: str | None = None, now: datetime | None = None) -> None:
        self.address = address
        self.now = now
        self._found: list[Finding] = []
        self._counts: Counter[str] = Counter()

    def add(self, rule: str, message: str, node: Node | None = None) -> None:
        """Something about an element, or about the document as a whole."""
        if node is None:
            self.put(rule, message)
        elif self._counts[rule] < MOST:
            self.put(rule, message, node.line, node.column, node.path())
        else:
            self._counts[rule] += 1

    def put(self, rule: str, message: str, line: int | None = None, column: int | None = None, path: str = "") -> None:
        self._counts[rule] += 1
        if self._counts[rule] <= MOST:
            known = RULES[rule]
            self._found.append(Finding(rule, Level(known.level), message, line, column, known.hint, path))

    def findings(self) -> tuple[Finding, ...]:
        """In the order of the document; the last one of a rule says how many there were."""
        last = {finding.rule: number for number, finding in enumerate(self._found)}
        found = [
            _counted(finding, self._counts[finding.rule] - MOST) if last[finding.rule] == number else finding
            for number, finding in enumerate(self._found)
        ]
        return tuple(sorted(found, key=lambda finding: (finding.line or 0, finding.column or 0)))


def _counted(finding: Finding, more: int) -> Finding:
    return replace(finding, message=f"{finding.message} (and {more:,} more like it)") if more > 0 else finding


def quoted(value: str) -> str:
    """A value as a message may show it: short, on one line, nothing invisible."""
    short = value if len(value) <= _WIDEST else value[: _WIDEST - 1] + "…"
    return '"' + "".join(c if c.isprintable() else ascii(c)[1:-1] for c in short) + '"'
