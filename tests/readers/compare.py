"""What a reader found beside what it should have found, field by field."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import html

from tests.readers.truth import Expected

Row = Mapping[str, Any]
FIELDS = ("entries", "title", "published", "updated", "link", "id", "enclosures", "content")


@dataclass(frozen=True)
class Cell:
    """One field of one reader in one format: in how many entries it was right, and the first that was not. `of` is 0
    where the reader has no such field."""

    right: int
    of: int
    example: str = ""

    @property
    def perfect(self) -> bool:
        return self.right == self.of

    def __str__(self) -> str:
        return "–" if not self.of else "=" if self.perfect else f"{self.right}/{self.of}"


def compare(output: bytes, expected: Sequence[Expected]) -> dict[str, Cell]:
    """`output` is what an adapter printed."""
    rows = [json.loads(line) for line in output.decode().splitlines()]
    pairs = [(row, each) for each in expected if (row := _row_of(each, rows)) is not None]
    cells = {"entries": Cell(len(pairs), max(len(expected), len(rows)), f"{len(rows)} instead of {len(expected)}")}
    for name in FIELDS[1:]:
        known = [pair for pair in pairs if any(row.get(name) is not None for row, _ in pairs)]
        wrong = [(row.get(name), getattr(each, name)) for row, each in known if not _same(name, row.get(name), each)]
        example = f"{str(wrong[0][0])[:300]!r} instead of {str(wrong[0][1])[:300]!r}" if wrong else ""
        cells[name] = Cell(len(known) - len(wrong), len(known), example)
    return cells


def _row_of(entry: Expected, rows: Sequence[Row]) -> Row | None:
    """The reader's row for this entry: by id, by link, or by title."""
    for name in ("id", "link", "title"):
        for row in rows:
            if row.get(name) and row[name] == getattr(entry, name):
                return row
    return None


def _same(name: str, found: Any, entry: Expected) -> bool:
    wanted = getattr(entry, name)
    if name == "title":
        return " ".join((found or "").split()) == " ".join(wanted.split())
    if name == "content":
        return _skeleton(found or "") == _skeleton(wanted)
    if name == "enclosures":
        return len(found) == len(wanted) and all(map(_same_file, found, wanted))
    return bool(found == wanted)


def _same_file(found: Sequence[Any], wanted: Sequence[Any]) -> bool:
    """What a reader does not say is not wrong."""
    url, length, kind = found
    return url == wanted[0] and length in (None, wanted[1], str(wanted[1])) and kind in (None, wanted[2])


def _skeleton(content: str) -> tuple[str, list[str]]:
    """The words a person reads, and where links and pictures lead; readers rewrite the rest as they like."""
    if not content.strip():
        return "", []
    root = html.fromstring(f"<div>{content}</div>")
    places = [value for each in root.iter() for name in ("href", "src") if (value := each.get(name)) is not None]
    return "".join(root.text_content().split()), places
