"""The leaves of the settings: text, numbers, durations, languages, secrets. Each check says plainly what is wrong.

A check looks at one value and at nothing else. It returns the value in its final form or raises `fault`.
"""

from __future__ import annotations

import base64
import binascii
import difflib
import re
import zoneinfo
from collections.abc import Callable, Iterable
from typing import TypeVar

from pydantic_core import PydanticCustomError

from feedd import where as language_of_where
from feedd.settings import codes, cron, units

_T = TypeVar("_T")


def fault(code: str, message: str, hint: str = "") -> PydanticCustomError:
    """An error of ours for pydantic to collect; `words.tell` takes it apart again."""
    return PydanticCustomError("feedd", "{message}", {"code": code, "message": message, "hint": hint})


def close_to(word: str, words: Iterable[str]) -> str:
    """`did you mean "x"?` for the nearest of the words, or nothing."""
    near = difflib.get_close_matches(word, sorted(words), 1, 0.6)
    return f'did you mean "{near[0]}"?' if near else ""


def kind(value: object) -> str:
    """What a YAML value is, as its author would call it."""
    if isinstance(value, bool):
        return "true or false"
    names = ((int, "a number"), (float, "a number"), (str, "text"), (dict, "a mapping"), (list, "a list"))
    return next((name for of, name in names if isinstance(value, of)), "empty" if value is None else "something else")


# --- Text and numbers -------------------------------------------------------------------------------------------------


QUOTE_IT = "put it in quotes:"


# What XML 1.0 (2.2, Char) leaves out: it would stop every feed that shows the text.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def text(value: object) -> str:
    """One text. Numbers and booleans are refused: YAML may have changed how they were written (1.10 is 1.1)."""
    if not isinstance(value, str):
        quotable = isinstance(value, (bool, int, float))
        hint = f'{QUOTE_IT} "{str(value).lower() if isinstance(value, bool) else value}"' if quotable else ""
        raise fault(codes.BAD_VALUE, f"text is needed here, not {kind(value)}", hint)
    if not value.strip():
        raise fault(codes.BAD_VALUE, "this is an empty text", "give it a value or remove the line")
    bad = _UNFIT.search(value)
    if bad is not None:
        raise fault(codes.BAD_VALUE, f"the text has a character that no feed may carry, U+{ord(bad[0]):04X}")
    return value.strip()


def one_of(*choices: str) -> Callable[[object], str]:
    """A check that a text is one of the choices, in any case of letters."""

    def check(value: object) -> str:
        if isinstance(value, str) and value.strip().lower() in choices:
            return value.strip().lower()
        named = f'"{value}"' if isinstance(value, str) else kind(value)
        allowed = f"{', '.join(choices[:-1])} or {choices[-1]}"
        hint = close_to(value.lower(), choices) if isinstance(value, str) else ""
        raise fault(codes.BAD_VALUE, f"{named} is not {allowed}", hint)

    return check


def whole(low: int, high: int) -> Callable[[object], int]:
    """A check for a whole number in a range. Digits in a text are welcome, since ${VAR} always gives text."""

    def check(value: object) -> int:
        number = int(value) if isinstance(value, str) and re.fullmatch(r"\s*\d{1,9}\s*", value, re.ASCII) else value
        if isinstance(number, bool) or not isinstance(number, int):
            said = f'"{value}"' if isinstance(value, str) else kind(value)
            raise fault(codes.BAD_VALUE, f"a whole number is needed here, not {said}")
        if not low <= number <= high:
            raise fault(codes.BAD_VALUE, f"{number} is not between {low} and {high}")
        return number

    return check


_SAID = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


def yes_or_no(value: object) -> bool:
    """true or false; yes, no, on and off are text in YAML 1.2 but mean the same to everybody."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().lower() in _SAID:
        return _SAID[value.strip().lower()]
    named = f'"{value}"' if isinstance(value, str) else kind(value)
    raise fault(codes.BAD_VALUE, f"true or false is needed here, not {named}")


PAGE_SIZE = 100


def page_size(value: object) -> int:
    """How many entries an archive page holds: a number, or yes for the usual one; 0 for no."""
    if isinstance(value, bool) or (isinstance(value, str) and value.strip().lower() in _SAID):
        return PAGE_SIZE if yes_or_no(value) else 0
    # Two at least: between two new pages there is an entry with which the older one learns of the newer.
    return whole(2, 10_000)(value)


def quantity(parse: Callable[[object], _T], least: _T | None = None, shown: str = "") -> Callable[[object], _T]:
    """A check by one of `units`, at least `least` where that is given; `shown` is `least` as a person writes it."""

    def check(value: object) -> _T:
        try:
            found = parse(value)
        except units.UnitError as error:
            raise fault(codes.BAD_UNIT, error.message, error.hint) from None
        if least is not None and found < least:  # type: ignore[operator]
            raise fault(codes.BAD_UNIT, f"this is less than {shown}", f"{shown} is the least that makes sense here")
        return found

    return check


# --- Languages, zones, schedules, secrets -----------------------------------------------------------------------------

# The parts of RFC 5646 that occur in practice: language, script, region, variants, one private-use tail.
_LANGUAGE = re.compile(
    r"[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|\d{3}))?(-([A-Za-z0-9]{5,8}|\d[A-Za-z0-9]{3}))*(-x(-[A-Za-z0-9]{1,8})+)?",
    re.ASCII,
)


def language(value: object) -> str:
    """A language tag by its shape (RFC 5646): en, en-GB, zh-Hant-TW."""
    given = text(value)
    if not _LANGUAGE.fullmatch(given):
        guess = given.split(".")[0].replace("_", "-")
        hint = f'did you mean "{guess}"?' if _LANGUAGE.fullmatch(guess) else "write it like en, en-GB or zh-Hant"
        raise fault(codes.BAD_LOCALE, f'"{given}" is not a language tag', hint)
    return given


def timezone(value: object) -> str:
    """An IANA zone that exists on this machine or in the tzdata package."""
    given = text(value)
    try:
        zoneinfo.ZoneInfo(given)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):  # OSError: "Europe" is a folder in the database
        zones = zoneinfo.available_timezones()
        is_region = any(zone.startswith(f"{given}/") for zone in zones)
        hint = ("" if is_region else close_to(given, zones)) or "use a name like Europe/Prague, America/New_York or UTC"
        raise fault(codes.BAD_LOCALE, f'there is no time zone "{given}"', hint) from None
    return given


def file_type(value: object) -> str:
    """A suffix in lower case, with or without its dot."""
    given = text(value).lower().removeprefix(".")
    if not given.isalnum():
        raise fault(codes.BAD_VALUE, f'"{given}" is not a file type', "write it like md or html")
    return given


def where(value: object) -> str:
    """A question that articles are asked."""
    given = text(value)
    try:
        language_of_where.compiled(given)
    except language_of_where.WhereError as error:
        hint = 'write it like rating >= 4 and section == "news"'
        raise fault(codes.BAD_WHERE, f"at character {error.at}: {error.message}", hint) from None
    return given


def cron_line(value: object) -> str:
    """A cron line of five fields, with single spaces."""
    line = " ".join(text(value).split())
    if wrong := cron.wrong_with(line):
        raise fault(codes.BAD_SCHEDULE, wrong, 'minute hour day month weekday, as in "0 7 * * mon-fri"')
    return line


SECRET_HINT = "make one with: echo whsec_$(openssl rand -base64 32)"  # noqa: S105 - an advice, not a secret


def secret(value: object) -> str:
    """A Standard Webhooks symmetric key: whsec_ and the base64 of 24 to 64 bytes. Never repeated in a message."""
    given = value.strip() if isinstance(value, str) else ""
    if not given.startswith("whsec_"):
        raise fault(codes.BAD_SECRET, "a secret begins with whsec_", SECRET_HINT)
    try:
        size = len(base64.b64decode(given.removeprefix("whsec_"), validate=True))
    except (binascii.Error, ValueError):
        raise fault(codes.BAD_SECRET, "what follows whsec_ is not base64", SECRET_HINT) from None
    if not 24 <= size <= 64:
        raise fault(codes.BAD_SECRET, f"a secret has 24 to 64 bytes, this one has {size}", SECRET_HINT)
    return given


def source_name(value: object) -> str:
    """The short name of a source. It is part of every stored key, so no slash and nothing invisible."""
    given = text(value)
    if not re.fullmatch(r"[\w][\w.-]*", given):
        raise fault(codes.BAD_VALUE, f'"{given}" cannot be a name', "use letters, digits, - _ and .")
    return given
