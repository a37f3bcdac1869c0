"""Texts as Pelican makes them: slugs, titles without tags, addresses from templates, dates."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from html import unescape
from typing import Any

from feedd.generators.transliterate import to_ascii

LONGEST = 1_000  # characters of a title or path that meet a regular expression of the settings
SUBSTITUTIONS = ((r"[^\w\s-]", ""), (r"(?u)\A\s*", ""), (r"(?u)\s*\Z", ""), (r"[-\s]+", "-"))  # in slugs


@lru_cache(maxsize=64)
def compiled(pattern: str, *, ignore_case: bool = False) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE if ignore_case else re.NOFLAG)


_TAG = re.compile(r"<!--.{0,1000}?-->|<[^<>]{0,1000}>", re.DOTALL)


def strip_tags(text: str) -> str:
    """markupsafe's `striptags`: the text of a piece of HTML in one line."""
    return unescape(" ".join(_TAG.sub("", text).split()))


def slugify(text: str, substitutions: tuple[tuple[str, str], ...], *, letters: bool, case: bool) -> str | None:
    """pelican/utils.py, `slugify`; None if it takes Unidecode. `letters` and `case` are left as they are."""
    value = unicodedata.normalize("NFKC", strip_tags(text[:LONGEST]))
    if not letters:
        spelled = to_ascii(value)
        if spelled is None:
            return None
        value = spelled
    for source, target in substitutions:
        pattern = compiled(unicodedata.normalize("NFKC", source), ignore_case=True)
        value = pattern.sub(unicodedata.normalize("NFKC", target), value)
    return (value if case else value.lower()).strip()


# --- Dates ------------------------------------------------------------------------------------------------------------

_NUMBERS = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})(?![0-9])", re.ASCII)


def month_first(text: str) -> str:
    """03/04/2026 is the fourth of March for dateutil, and 30/04/2026 the thirtieth of April."""
    found = _NUMBERS.match(text)
    if found is None:
        return text
    month, day = found[1], found[3]
    if int(month) > 12:
        month, day = day, month
    return f"{found[4]}-{month}-{day}{text[found.end() :]}"


def written(value: Any) -> str:
    """DEFAULT_DATE as text: a date, or the arguments of `datetime`."""
    if isinstance(value, str):
        return value
    numbers = [*value, 0, 0, 0][:6]
    return "{:04}-{:02}-{:02} {:02}:{:02}:{:02}".format(*numbers)


# --- Templates of addresses -------------------------------------------------------------------------------------------

_PLACE = re.compile(r"\{([A-Za-z_]\w{0,60})(?:\.(year|month|day|hour|minute|second))?(?::([^{}]{0,60}))?\}|\{\{|\}\}")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_NAMES: dict[str, Callable[[datetime], str]] = {
    "a": lambda date: _DAYS[date.weekday()][:3],
    "A": lambda date: _DAYS[date.weekday()],
    "b": lambda date: _MONTHS[date.month - 1][:3],
    "B": lambda date: _MONTHS[date.month - 1],
    "h": lambda date: _MONTHS[date.month - 1][:3],
    "Y": lambda date: f"{date.year:04}",
    "p": lambda date: "PM" if date.hour >= 12 else "AM",
}
_DIRECTIVE = re.compile(r"%(-?)([aAbBhdHIjmMpSUwWyYVGu%])")


def formatted(date: datetime, pattern: str) -> str:
    """strftime in the C locale, "%-d" without a leading zero (pelican/utils.py, `strftime`)."""

    def one(found: re.Match[str]) -> str:
        name = found[2]
        text = _NAMES[name](date) if name in _NAMES else date.strftime(f"%{name}")
        return (text.lstrip("0") or "0") if found[1] else text

    return _DIRECTIVE.sub(one, pattern)


def has_strange_places(template: str) -> bool:
    """Does it have places that `fill` does not understand?"""
    return "{" in _PLACE.sub("", template)


def fill(template: str, fields: Mapping[str, Any]) -> str | None:
    """A template such as "{date:%Y}/{slug}.html"; None if it asks for what the fields do not have. Not `str.format`,
    which can be made to reach into objects."""
    missing = has_strange_places(template)

    def one(found: re.Match[str]) -> str:
        nonlocal missing
        if found[1] is None:
            return found[0][0]
        value, part, pattern = fields.get(found[1]), found[2], found[3]
        if isinstance(value, datetime):
            if part is not None:
                return str(getattr(value, part))
            return formatted(value, pattern) if pattern else value.strftime("%Y-%m-%d %H:%M:%S")
        missing = missing or value is None or part is not None or bool(pattern)
        return str(value)

    text = _PLACE.sub(one, template)
    return None if missing else text
