"""Values of template languages: what is known, what is not, and how each is printed. Pure.

What a value cannot be told without the generator is UNKNOWN, and stays it through filters and comparisons; a name that
is known to have no value is None, as Liquid's nil.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Final


class _Unknown:
    """A value that only the generator knows."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = _Unknown()

LONGEST = 200_000  # characters or items of one value: what grows beyond is unknown

Filter = Callable[..., Any]  # (value, *arguments, **named ones) -> value


def truth(value: Any, empty_is_false: bool = False) -> bool | None:
    """Liquid takes everything for true but nil and false."""
    if value is UNKNOWN:
        return None
    return bool(value) if empty_is_false else value is not None and value is not False


def member(value: Any, name: Any) -> Any:
    """`value.name` and `value["name"]`, with Liquid's `size`, `first` and `last`."""
    if value is UNKNOWN or name is UNKNOWN:
        return UNKNOWN
    if isinstance(value, Mapping):
        return value[name] if name in value else len(value) if name == "size" else None
    if isinstance(value, list | tuple):
        if isinstance(name, int) and not isinstance(name, bool):
            return value[name] if -len(value) <= name < len(value) else None
        ends = {"size": len(value), "length": len(value)}
        ends |= {"first": value[0], "last": value[-1]} if value else {}
        return ends.get(name)
    return len(value) if isinstance(value, str) and name in ("size", "length") else None


def written(value: Any) -> str | None:
    """A value as it is printed; None for what has no sensible text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S %z}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        parts = [written(each) for each in value]
        return None if None in parts else "".join(part or "" for part in parts)
    return None


def bounded(value: Any) -> Any:
    return UNKNOWN if isinstance(value, str | list | tuple) and len(value) > LONGEST else value
