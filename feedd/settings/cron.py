"""Is this a cron line? Five fields as in crontab(5): numbers, names, *, ranges, lists and steps; Sunday is 0 or 7.

Only the shape and the ranges are checked here, and that some month has the day; when it fires is for the scheduler.
"""

from __future__ import annotations

import re

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
_FIELDS: tuple[tuple[str, int, int, dict[str, int]], ...] = (
    ("minute", 0, 59, {}),
    ("hour", 0, 23, {}),
    ("day of month", 1, 31, {}),
    ("month", 1, 12, {name: number for number, name in enumerate(_MONTHS, 1)}),
    ("day of week", 0, 7, {name: number for number, name in enumerate(_DAYS)}),
)
_PART = re.compile(r"(?:(\*)|([0-9a-z]+)(?:-([0-9a-z]+))?)(?:/([0-9]+))?", re.ASCII)
_LONGEST_MONTH = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}
_WEEKDAY = 4


def wrong_with(line: str) -> str | None:
    """What is wrong with a cron line, in words; None if nothing is."""
    if line.strip().startswith("@"):
        return f'"{line.strip()}" is a nickname, and only the five fields are understood'
    fields = line.lower().split()
    if len(fields) != len(_FIELDS):
        return f"a cron line has five fields, this one has {len(fields)}"
    values: list[frozenset[int]] = []
    for text, (name, low, high, names) in zip(fields, _FIELDS, strict=True):
        numbers = _numbers(text, low, high, names)
        if isinstance(numbers, str):
            return f"{name}: {numbers}"
        values.append(numbers)
    # Days of month and week are alternatives in cron(8), so the day must exist only where the weekday is free.
    if fields[_WEEKDAY] == "*" and not any(min(values[2]) <= _LONGEST_MONTH.get(month, 31) for month in values[3]):
        return f"no such month has a day {min(values[2])}, so it would never come"
    return None


def _numbers(text: str, low: int, high: int, names: dict[str, int]) -> frozenset[int] | str:
    """The numbers a field stands for, or what is wrong with it."""
    found: set[int] = set()
    for part in text.split(","):
        match = _PART.fullmatch(part)
        if match is None:
            return f'"{part}" is not understood'
        star, first, last, step = match.groups()
        ends = (low, high) if star else (_number(first, names), _number(last or first, names))
        if ends[0] is None or ends[1] is None or not low <= ends[0] <= high or not low <= ends[1] <= high:
            return f'"{part}" is outside {low} to {high}'
        if ends[0] > ends[1]:
            return f'"{part}" runs backwards'
        if step is not None and int(step) == 0:
            return f'"{part}" has a step of 0'
        stop = high if step and not star and last is None else ends[1]  # "5/15" means 5-59/15
        found.update(range(ends[0], stop + 1, int(step or 1)))
    return frozenset(found)


def _number(text: str, names: dict[str, int]) -> int | None:
    if text.isdecimal():
        return int(text)
    return names.get(text)
