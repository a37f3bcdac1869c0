"""What an author wrote as a date -> an instant, by a table of shapes and never by today's date.

A shape is read only if it can mean one thing. `03/04/2026` is refused rather than guessed, and so are a year alone, a
week date and "yesterday"; a message says how to write it instead.

A time without a zone is local time in the given zone. Where clocks go back the earlier of the two instants is meant;
where they go forward a time in the gap moves forward by it, 02:30 becoming 03:30 (`fold=0`, PEP 495).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

_ADVICE = "write it like 2026-11-23 10:00 or 2026-11-23T10:00:00+01:00"

# A margin of 14 hours at both ends of Python's calendar: whoever shows the instant in some zone stays inside it.
_EARLIEST = datetime(1, 1, 1, 14, tzinfo=UTC)
_LATEST = datetime(9999, 12, 31, 9, 59, 59, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ParsedDate:
    """`instant` is in UTC, without microseconds. `date_only` means that no time was given: it is that day's midnight in
    the zone. `rule` names the shape, for people."""

    instant: datetime
    date_only: bool
    rule: str


class _RefusedError(Exception):
    """Carries the message out of a shape; never leaves this file."""


def parse_date(raw: Any, zone: ZoneInfo, order: str | None = None) -> ParsedDate | str:
    """Read a date claim (text, a number, or what TOML makes of a date). The error message if that is not possible.
    `order`, "dmy" or "mdy", is what the settings say 03/04/2026 means."""
    try:
        return _finish(*_read(_in_order(raw, order)), zone)
    except _RefusedError as refusal:
        return str(refusal)
    except OverflowError:
        return "the date is beyond the end of the calendar"


def _in_order(raw: Any, order: str | None) -> Any:
    """A date in numbers with the year first, where the settings say which of the others is which."""
    found = _ALL_NUMBERS.match(raw.strip()) if order is not None and isinstance(raw, str) else None
    if found is None:
        return raw
    day, month = found.group(1, 3) if order == "dmy" else found.group(3, 1)
    return f"{found[4]}-{month}-{day}{raw.strip()[found.end() :]}"


def _finish(local: datetime, date_only: bool, rule: str, zone: ZoneInfo) -> ParsedDate:
    aware = local if local.tzinfo is not None else local.replace(tzinfo=zone)
    instant = aware.astimezone(UTC).replace(microsecond=0)
    if not _EARLIEST <= instant <= _LATEST:
        raise _RefusedError(f"{local.date().isoformat()} is too close to the end of the calendar")
    return ParsedDate(instant, date_only, rule)


# A shape gives the local (or aware) time, whether there was no time in it, and its name.
_Read = tuple[datetime, bool, str]


def _read(raw: Any) -> _Read:
    for kind, read in _BY_TYPE:
        if isinstance(raw, kind):
            return read(raw)
    raise _RefusedError(f"{_kind(raw)} is not a date - {_ADVICE}")


def _kind(raw: Any) -> str:
    names = {type(None): "nothing", list: "a list", tuple: "a list", dict: "a mapping"}
    return names.get(type(raw), f"a {type(raw).__name__}")


def _refuse(kind: str) -> Callable[[Any], _Read]:
    def read(raw: Any) -> _Read:
        raise _RefusedError(f"{kind} is not a date - {_ADVICE}")

    return read


# --- Numbers ----------------------------------------------------------------------------------------------------------

_COMPACT = re.compile(
    r"((?:1[5-9]|2[01])[0-9]{2})([0-9]{2})([0-9]{2})(?:T?([0-9]{2})([0-9]{2})([0-9]{2})?(z|[+-][0-9]{2}:?[0-9]{2})?)?",
    re.I | re.A,
)


def _from_number(raw: float) -> _Read:
    """20261123 is a day; nine or ten digits are seconds since 1970, twelve or thirteen milliseconds."""
    if not 0 <= raw < 10**15:  # false for nan, too
        raise _RefusedError(f"the number is not a date - {_ADVICE}")
    if raw == int(raw) and (compact := _COMPACT.fullmatch(str(int(raw)))):
        return _from_compact(compact)
    for least, unit, rule in ((10**8, 1, "Unix seconds"), (10**11, 1000, "Unix milliseconds")):
        if least <= raw < least * 100:
            return datetime.fromtimestamp(int(raw) // unit, UTC), False, rule
    raise _RefusedError(f"the number {raw:.15g} is not a date - {_ADVICE}")


def _from_compact(found: re.Match[str]) -> _Read:
    day = _day(*found.group(1, 2, 3))
    if found[4] is None:
        return day, True, "YYYYMMDD"
    local = day + _clock(found[4], found[5], found[6])
    return local.replace(tzinfo=_zone(found[7]) if found[7] else None), False, "YYYYMMDDhhmm"


# --- Text -------------------------------------------------------------------------------------------------------------

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_WEEKDAY = r"(?:(?:mon|tue(?:s)?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
_TIME = (
    r"(?P<hour>[0-9]{1,2})(?::(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]+))?)?)?"
    r"\s*(?P<half>[ap]\.?m\.?)?"
)
_ZONE = r"(?P<zone>z|[a-z]{2,5}|(?:gmt|utc)?[+-][0-9]{1,2}(?::?[0-9]{2})?(?:\s*\([a-z ]+\))?)"
_CLOCK = rf"(?:{_TIME}(?:\s*{_ZONE})?)"

_YEAR, _DAY, _ORDINAL = r"(?P<year>[0-9]{4})", r"(?P<day>[0-9]{1,2})", r"(?:st|nd|rd|th)?"
_AND_CLOCK = rf"(?:(?:,?\s+at|,)?\s+{_CLOCK})?"
_FLAGS = re.IGNORECASE | re.ASCII

_SHAPES = tuple(
    (rule, re.compile(pattern, _FLAGS))
    for rule, pattern in (
        ("ISO 8601", rf"{_YEAR}(?P<sep>[-/.])(?P<month>[0-9]{{1,2}})(?P=sep){_DAY}(?:(?:\s*T\s*|,?\s+){_CLOCK})?"),
        ("RFC 822", rf"{_WEEKDAY}{_DAY}\s+{_MONTH}\s+(?P<year>[0-9]{{4}}|[0-9]{{2}})\s+{_TIME}\s*{_ZONE}"),
        (
            "day month year",
            rf"{_WEEKDAY}{_DAY}(?:{_ORDINAL}|\.)(?:\s+|-|\s+of\s+){_MONTH},?(?:\s+|-){_YEAR}{_AND_CLOCK}",
        ),
        ("month day, year", rf"{_WEEKDAY}{_MONTH}\s+{_DAY}{_ORDINAL},?\s+{_YEAR}{_AND_CLOCK}"),
        ("C asctime", rf"{_WEEKDAY}{_MONTH}\s+{_DAY}\s+{_TIME}\s+(?:(?P<zone>[a-z]{{2,5}})\s+)?{_YEAR}"),
    )
)
_NUMERIC = re.compile(
    rf"(?P<one>[0-9]{{1,2}})(?P<sep>[-/.])(?P<two>[0-9]{{1,2}})(?P=sep){_YEAR}(?:,?\s+{_CLOCK})?", _FLAGS
)
_ALL_NUMBERS = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})(?![0-9])", re.ASCII)
_WEEK = re.compile(r"[0-9]{4}-?W[0-9]{2}(-?[0-9])?.*", re.I | re.A)
_DIGITS = re.compile(r"[0-9]{1,20}(\.[0-9]{1,20})?", re.A)

# RFC 5322, 4.3 for the American ones. Letters that mean several zones (IST, CST in China, BST in Bangladesh) are here
# only where the RFC settles it, or where one meaning is far more frequent in news.
_ZONES = {
    **dict.fromkeys(("z", "ut", "utc", "gmt", "wet"), 0),
    **dict.fromkeys(("bst", "cet", "west", "met"), 60),
    **dict.fromkeys(("cest", "eet", "mest", "sast"), 120),
    **dict.fromkeys(("eest", "msk"), 180),
    **dict.fromkeys(("jst", "kst"), 540),
    **dict.fromkeys(("awst", "hkt", "sgt"), 480),
    **dict.fromkeys(("aest",), 600),
    **dict.fromkeys(("aedt",), 660),
    **dict.fromkeys(("nzst",), 720),
    **dict.fromkeys(("nzdt",), 780),
    **dict.fromkeys(("hst",), -600),
    **dict.fromkeys(("akst",), -540),
    **dict.fromkeys(("akdt", "pst"), -480),
    **dict.fromkeys(("pdt", "mst"), -420),
    **dict.fromkeys(("mdt", "cst"), -360),
    **dict.fromkeys(("cdt", "est"), -300),
    **dict.fromkeys(("edt",), -240),
}
_OFFSET = re.compile(r"(?:gmt|utc)?([+-])([0-9]{1,2})(?::?([0-9]{2}))?(?:\s*\(.*\))?", re.I | re.A)


def _from_text(raw: str) -> _Read:
    text = " ".join(raw.replace("\u2212", "-").split())
    if not text:
        raise _RefusedError(f"the date is empty - {_ADVICE}")
    if len(text) > 100:
        raise _RefusedError(f'"{text[:40]}…" is not a date - {_ADVICE}')
    if compact := _COMPACT.fullmatch(text):
        return _from_compact(compact)
    if _DIGITS.fullmatch(text):
        return _from_number(float(text))
    for rule, pattern in _SHAPES:
        if found := pattern.fullmatch(text):
            return _from_parts(found.groupdict(), rule)
    if found := _NUMERIC.fullmatch(text):
        return _from_numeric(found.groupdict(), text)
    if _WEEK.fullmatch(text):
        raise _RefusedError(f'"{text}" is a week, not a day - {_ADVICE}')
    raise _RefusedError(f'"{text[:60]}" is not a date - {_ADVICE}')


def _from_numeric(parts: dict[str, str | None], text: str) -> _Read:
    """Day and month in either order, read only where just one order gives a day."""
    one, two = str(parts["one"]), str(parts["two"])
    orders = {(day, month) for day, month in ((one, two), (two, one)) if int(month) <= 12}
    if len(orders) > 1:
        raise _RefusedError(f'"{text}" can be two days: is {one} the day or the month? Write it like 2026-11-23')
    if not orders:
        raise _RefusedError(f'"{text}" has no month between 1 and 12')
    day, month = orders.pop()
    return _from_parts({**parts, "day": day, "month": month}, "day and month in one possible order")


def _from_parts(parts: dict[str, str | None], rule: str) -> _Read:
    day = _day(str(parts["year"]), str(parts["month"]), str(parts["day"]))
    hour, half = parts.get("hour"), parts.get("half")
    if hour is None:
        return day, True, rule
    if parts["minute"] is None and half is None:
        raise _RefusedError(f"the time has an hour ({hour}) but no minutes - {_ADVICE}")
    local = day + _clock(hour, parts["minute"], parts["second"], half)
    zone = _zone(parts["zone"]) if parts["zone"] else None
    return local.replace(tzinfo=zone), False, rule


def _day(year: str, month: str, day: str) -> datetime:
    number = int(month) if month.isdigit() else _MONTHS.index(month[:3].casefold()) + 1
    full = int(year)
    if len(year) == 2:  # RFC 5322, 4.3: 00-49 are 2000-2049, the others 1950-1999
        full += 2000 if full < 50 else 1900
    try:
        return datetime(full, number, int(day))  # noqa: DTZ001 - its zone comes last
    except ValueError:
        raise _RefusedError(f"there is no day {year}-{number:02d}-{int(day):02d} in the calendar") from None


def _clock(hour: str, minute: str | None, second: str | None = None, half: str | None = None) -> timedelta:
    """The time of day as a distance from midnight: 24:00 is the next midnight, a leap second the second after :59."""
    h, m, s = int(hour), int(minute or 0), int(second or 0)
    if half is not None:
        if not 1 <= h <= 12:
            raise _RefusedError(f"there is no {h} o'clock {half}")
        h = h % 12 + (12 if half[0] in "pP" else 0)
    if m > 59 or s > 60 or h > 24 or (h == 24 and (m or s)):
        raise _RefusedError(f"there is no time {h:02d}:{m:02d}:{s:02d}")
    return timedelta(hours=h, minutes=m, seconds=s)


def _zone(text: str) -> tzinfo:
    minutes = _ZONES.get(text.casefold())
    if minutes is None:
        found = _OFFSET.fullmatch(text)
        if found is None:
            raise _RefusedError(f'the zone "{text}" is not known, or means several: write an offset like +01:00')
        size = int(found[2]) * 60 + int(found[3] or 0)
        if size > 14 * 60 or int(found[3] or 0) > 59:
            raise _RefusedError(f"there is no offset {text} from UTC")
        minutes = -size if found[1] == "-" else size
    return timezone(timedelta(minutes=minutes))


# The first row that fits counts: bool is an int, and datetime is a date.
_BY_TYPE: tuple[tuple[type, Callable[[Any], _Read]], ...] = (
    (str, _from_text),
    (bool, _refuse("true or false")),
    (int, _from_number),
    (float, _from_number),
    (datetime, lambda raw: (raw, False, "TOML date-time")),
    (date, lambda raw: (datetime.combine(raw, time()), True, "TOML date")),
)
