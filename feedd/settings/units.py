"""Text into durations, sizes and shares, and nothing guessed: a bare number has no unit, so it is no duration.

"15m" "1h30m" "2 days" "300ms" -> timedelta        "1MB" "512 kB" "1MiB" 4096 -> bytes        "20%" 0.2 -> 0.2
"""

from __future__ import annotations

import re
from datetime import timedelta

_DURATION_UNITS = {
    name: step
    for names, step in (
        ("ms millisecond milliseconds", timedelta(milliseconds=1)),
        ("s sec secs second seconds", timedelta(seconds=1)),
        ("m min mins minute minutes", timedelta(minutes=1)),
        ("h hr hrs hour hours", timedelta(hours=1)),
        ("d day days", timedelta(days=1)),
        ("w week weeks", timedelta(weeks=1)),
    )
    for name in names.split()
}
# SI prefixes are powers of 1000 and IEC prefixes powers of 1024; "KB" is the usual slip for "kB".
_SIZE_UNITS = {"b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "kib": 2**10, "mib": 2**20, "gib": 2**30}

_NUMBER = r"\d+(?:\.\d+)?"
_PART = re.compile(rf"\s*({_NUMBER})\s*([A-Za-z]+)\s*", re.ASCII)
_SIZE = re.compile(rf"\s*({_NUMBER})\s*([A-Za-z]*)\s*", re.ASCII)
_SHARE = re.compile(rf"\s*({_NUMBER})\s*%\s*", re.ASCII)
_LONGEST = timedelta(days=36500)


class UnitError(ValueError):
    """The text is no quantity of the kind asked for. `message` says what is wrong, `hint` shows one that is right."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def duration(value: object) -> timedelta:
    """Parse "1h30m". Raises UnitError for bare numbers, unknown units, an empty text and more than a century."""
    if isinstance(value, timedelta):
        return value
    hint = "durations look like 30s, 15m, 1h30m or 2 days"
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        raise UnitError(f"{value} has no unit", f"write {value}s for seconds or {value}m for minutes")
    if not isinstance(value, str):
        raise UnitError("this is not a duration", hint)
    total, at = timedelta(0), 0
    while at < len(value) and (part := _PART.match(value, at)):
        if part[2] not in _DURATION_UNITS:
            raise UnitError(f'"{part[2]}" is not a unit of time', "use ms, s, m, h, d or w, as in 1h30m")
        total, at = _add(total, float(part[1]), _DURATION_UNITS[part[2]], hint), part.end()
    if at == 0 or at < len(value):
        raise UnitError(f'"{value}" is not a duration', hint)
    return total


def _add(total: timedelta, count: float, step: timedelta, hint: str) -> timedelta:
    if count > _LONGEST / step or total + count * step > _LONGEST:
        raise UnitError("this is longer than a century", hint)
    return total + count * step


def size(value: object) -> int:
    """Parse "1MB" (10**6), "1MiB" (2**20) or a whole number of bytes. Raises UnitError."""
    hint = "sizes look like 512 kB, 5MB or 1MiB"
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not (match := _SIZE.fullmatch(value)):
        raise UnitError(f'"{value}" is not a size' if isinstance(value, str) else "this is not a size", hint)
    unit = match[2].lower() or "b"
    if unit not in _SIZE_UNITS:
        raise UnitError(f'"{match[2]}" is not a unit of size', "use B, kB, MB, GB, KiB, MiB or GiB")
    return int(float(match[1]) * _SIZE_UNITS[unit])


def share(value: object) -> float:
    """Parse "20%" or 0.2 into a number from 0 to 1. Raises UnitError."""
    hint = "shares look like 20% or 0.2"
    if isinstance(value, str) and (match := _SHARE.fullmatch(value)):
        number = float(match[1]) / 100
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        number = float(value)
    else:
        raise UnitError("this is not a share", hint)
    if not 0 <= number <= 1:
        raise UnitError(f"{value} is not between 0% and 100%", hint)
    return number
