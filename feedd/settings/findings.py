"""What is wrong with a settings tree, by place in the tree, and how a place in the tree becomes a line in the file.

A place is a tuple of keys and list positions: ("feeds", 0, "path"). The shapes let people write less than the full form
(`source: posts` for `sources: [{path: posts}]`), so a place may have steps that are not in the file; those are skipped,
and the finding points at what the person wrote.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from feedd.model import Level

Loc = tuple[str | int, ...]


class Mark(Protocol):
    """A position in the file, both counted from 1."""

    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem that does not know its line yet. `at_key` points at the name of the setting instead of its value."""

    loc: Loc
    code: str
    message: str
    hint: str = ""
    level: Level = Level.ERROR
    at_key: bool = False


def has(tree: Any, step: str | int) -> bool:
    if isinstance(tree, list):
        return isinstance(step, int) and step < len(tree)
    return isinstance(tree, dict) and step in tree


def written(tree: Any, loc: Loc) -> Loc:
    """The part of a place that exists in the tree as written."""
    found: list[str | int] = []
    for step in loc:
        if has(tree, step):
            tree = tree[step]
            found.append(step)
    return tuple(found)


def locate(
    tree: Any, finding: Finding, keys: Mapping[Loc, Mark], values: Mapping[Loc, Mark]
) -> tuple[int | None, int | None]:
    """Line and column of a finding; the nearest enclosing node where the place itself has none."""
    place = written(tree, finding.loc)
    for end in range(len(place), -1, -1):
        tables = (keys, values) if finding.at_key else (values, keys)
        for marks in tables:
            if mark := marks.get(place[:end]):
                return mark.line, mark.column
    return None, None


class _Hole:
    """Stands for a list item that was taken out, so that the others keep their positions."""


HOLE = _Hole()


def without(tree: Any, place: Loc) -> Any:
    """A copy of the tree in which the node at `place` is gone; the place must exist and not be the root."""
    step, rest = place[0], place[1:]
    if isinstance(tree, dict):
        if not rest:
            return {key: value for key, value in tree.items() if key != step}
        return {key: without(value, rest) if key == step else value for key, value in tree.items()}
    return [value if number != step else without(value, rest) if rest else HOLE for number, value in enumerate(tree)]


def compact(tree: Any) -> Any:
    """The tree without its holes."""
    if isinstance(tree, dict):
        return {key: compact(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return [compact(value) for value in tree if value is not HOLE]
    return tree


def original(tree: Any, loc: Loc) -> Loc:
    """A place in `compact(tree)` as a place in `tree`: what stands second there may have stood third before."""
    section = tree.get(loc[0]) if loc and isinstance(tree, dict) else None
    if len(loc) < 2 or not isinstance(section, list) or not isinstance(loc[1], int):
        return loc
    positions = [number for number, value in enumerate(section) if value is not HOLE]
    return (loc[0], positions[loc[1]], *loc[2:]) if loc[1] < len(positions) else loc
