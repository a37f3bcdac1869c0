"""The filters that Liquid has everywhere (lib/liquid/standardfilters.rb), as far as an article needs them. Pure.

A filter that cannot work with what it is given raises one of the ordinary errors; its value is unknown then.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from html import escape
from typing import Any
from urllib.parse import quote, quote_plus, unquote_plus

from feedd.generators.liquid_values import LONGEST, UNKNOWN, Filter, member, written

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def text(value: Any) -> str:
    found = written(value)
    if found is None:
        raise TypeError("no text")
    return found


def items(value: Any) -> list[Any]:
    """What Liquid goes through: a list, or one thing as a list of one."""
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def number(value: Any) -> int | float:
    if isinstance(value, int | float):
        return value
    found = re.match(r"-?[0-9]{1,15}(\.[0-9]{1,15})?", text(value).strip())
    if found is None:
        return 0
    return float(found[0]) if found[1] else int(found[0])


# --- Dates ------------------------------------------------------------------------------------------------------------

_DIRECTIVE = re.compile(r"%([-0^#_]?)([a-zA-Z%])")
_MADE = {
    "Y": lambda at: f"{at.year:04}",
    "C": lambda at: f"{at.year // 100:02}",
    "y": lambda at: f"{at.year % 100:02}",
    "m": lambda at: f"{at.month:02}",
    "B": lambda at: MONTHS[at.month - 1],
    "b": lambda at: MONTHS[at.month - 1][:3],
    "h": lambda at: MONTHS[at.month - 1][:3],
    "d": lambda at: f"{at.day:02}",
    "e": lambda at: f"{at.day:2}",
    "j": lambda at: f"{at.timetuple().tm_yday:03}",
    "H": lambda at: f"{at.hour:02}",
    "k": lambda at: f"{at.hour:2}",
    "I": lambda at: f"{(at.hour - 1) % 12 + 1:02}",
    "l": lambda at: f"{(at.hour - 1) % 12 + 1:2}",
    "M": lambda at: f"{at.minute:02}",
    "S": lambda at: f"{at.second:02}",
    "L": lambda at: "000",
    "p": lambda at: "AM" if at.hour < 12 else "PM",
    "P": lambda at: "am" if at.hour < 12 else "pm",
    "A": lambda at: DAYS[at.weekday()],
    "a": lambda at: DAYS[at.weekday()][:3],
    "u": lambda at: str(at.isoweekday()),
    "w": lambda at: str(at.isoweekday() % 7),
    "G": lambda at: f"{at.isocalendar()[0]:04}",
    "V": lambda at: f"{at.isocalendar()[1]:02}",
    "s": lambda at: str(int(at.timestamp())),
    "z": lambda at: at.strftime("%z"),
    "Z": lambda at: at.tzname() or "",
    "F": lambda at: f"{at:%Y-%m-%d}",
    "T": lambda at: f"{at:%H:%M:%S}",
    "R": lambda at: f"{at:%H:%M}",
    "D": lambda at: f"{at:%m/%d}/{at.year % 100:02}",
    "n": lambda at: "\n",
    "t": lambda at: "\t",
    "%": lambda at: "%",
}


def strftime(at: datetime, pattern: str) -> str:
    """Ruby's `strftime` in English, whatever the machine's locale; KeyError for what is not known here."""

    def made(found: re.Match[str]) -> str:
        plain = str(_MADE[found[2]](at))  # type: ignore[no-untyped-call]
        if found[1] == "-":
            return plain.lstrip("0 ") or "0"
        return plain.upper() if found[1] == "^" else plain

    return _DIRECTIVE.sub(made, pattern)


def moment(value: Any) -> datetime:
    """A date as a template holds it; "now" is nothing that a text may depend on."""
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return datetime.fromtimestamp(value, UTC)
    found = datetime.fromisoformat(text(value).strip().replace(" UTC", "+00:00"))
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _date(value: Any, pattern: Any = "") -> Any:
    return value if value is None or not pattern else strftime(moment(value), text(pattern))


# --- Text -------------------------------------------------------------------------------------------------------------

_BLOCKS = re.compile(r"<(script|style)\b[^>]{0,500}>.{0,20000}?</\1>|<!--.{0,20000}?-->", re.DOTALL | re.IGNORECASE)
_TAGS = re.compile(r"<[^<>]{0,5000}>")
_ENTITY = re.compile(r"&(?!(?:[a-zA-Z]{1,40}|#[0-9]{1,9});)")


def strip_html(value: Any) -> str:
    return _TAGS.sub("", _BLOCKS.sub("", text(value)))


def _escape(value: Any) -> Any:
    return None if value is None else escape(text(value)).replace("&#x27;", "&#39;")


def _escape_once(value: Any) -> str:
    return escape(_ENTITY.sub("&amp;", text(value))).replace("&amp;", "&").replace("&#x27;", "&#39;")


def _replaced(value: Any, old: Any, new: Any = "", count: int = -1) -> Any:
    whole, what, by = text(value), text(old), text(new)
    if not what or len(by) * whole.count(what) > LONGEST:
        return UNKNOWN
    return whole.replace(what, by, count)


def _remove_last(value: Any, what: Any) -> str:
    head, found, tail = text(value).rpartition(text(what))
    return head + tail if found else tail


def _truncate(value: Any, length: Any = 50, mark: Any = "...") -> str:
    whole, end = text(value), text(mark)
    most = int(number(length))
    return whole if len(whole) <= most else whole[: max(most - len(end), 0)] + end


def _truncatewords(value: Any, count: Any = 15, mark: Any = "...") -> str:
    whole, most = text(value), max(int(number(count)), 1)
    words = whole.split()
    return whole if len(words) <= most else " ".join(words[:most]) + text(mark)


def _slice(value: Any, start: Any, length: Any = 1) -> Any:
    whole = value if isinstance(value, list | tuple) else text(value)
    first = int(number(start))
    first = first + len(whole) if first < 0 else first
    return whole[first : first + int(number(length))] if first >= 0 else whole[:0]


def _split(value: Any, separator: Any = " ") -> list[str]:
    whole, mark = text(value), text(separator)
    parts = list(whole) if not mark else whole.split() if mark == " " else whole.split(mark)
    while parts and not parts[-1]:  # Ruby drops what is empty at the end
        parts.pop()
    return parts


# --- Lists ------------------------------------------------------------------------------------------------------------


def _where(value: Any, name: Any, wanted: Any = None) -> list[Any]:
    """Jekyll's `where` compares text with text, Liquid's finds what has the member at all."""
    found = items(value if not isinstance(value, Mapping) else list(value.values()))
    if wanted is None:
        return [each for each in found if member(each, name) not in (None, False)]
    return [each for each in found if _matches(member(each, name), wanted)]


def _matches(has: Any, wanted: Any) -> bool:
    if isinstance(has, list | tuple):
        return any(_matches(each, wanted) for each in has)
    return has is not None and written(has) == written(wanted)


def _key(name: Any) -> Any:
    def key(each: Any) -> tuple[bool, Any]:
        value = each if name is None else member(each, name)
        return (value is None, "" if value is None else value)

    return key


def _uniq(value: Any) -> list[Any]:
    found: list[Any] = []
    for each in items(value)[:1_000]:  # the comparison is quadratic
        if each not in found:
            found.append(each)
    return found


def _join(value: Any, glue: Any = " ") -> Any:
    parts, mark = [text(each) for each in items(value)], text(glue)
    return UNKNOWN if sum(map(len, parts)) + len(mark) * len(parts) > LONGEST else mark.join(parts)


def _flat(values: Iterable[Any]) -> list[Any]:
    return [one for each in values for one in items(each)]


def _default(value: Any, other: Any = "", allow_false: bool = False) -> Any:
    if value is UNKNOWN or value in (None, "", [], {}) or (value is False and not allow_false):
        return other
    return value


def _divided(value: Any, by: Any) -> int | float:
    one, other = number(value), number(by)
    return one // other if isinstance(one, int) and isinstance(other, int) else one / other


def _round(value: Any, digits: Any = 0) -> int | float:
    places = int(number(digits))
    found = math.floor(number(value) * 10**places + 0.5) / 10**places
    return found if places > 0 else int(found)


STANDARD: Mapping[str, Filter] = {
    "abs": lambda value: abs(number(value)),
    "append": lambda value, more="": text(value) + text(more),
    "at_least": lambda value, least: max(number(value), number(least)),
    "at_most": lambda value, most: min(number(value), number(most)),
    "capitalize": lambda value: text(value).capitalize(),
    "ceil": lambda value: math.ceil(number(value)),
    "compact": lambda value: [each for each in items(value) if each is not None],
    "concat": lambda value, more: items(value) + items(more),
    "date": _date,
    "default": _default,
    "divided_by": _divided,
    "downcase": lambda value: text(value).lower(),
    "escape": _escape,
    "escape_once": _escape_once,
    "first": lambda value: member(value, "first"),
    "floor": lambda value: math.floor(number(value)),
    "h": _escape,
    "join": _join,
    "last": lambda value: member(value, "last"),
    "lstrip": lambda value: text(value).lstrip(),
    "map": lambda value, name: [member(each, name) for each in _flat([value])],
    "minus": lambda value, less: number(value) - number(less),
    "modulo": lambda value, by: number(value) % number(by),
    "newline_to_br": lambda value: text(value).replace("\n", "<br />\n"),
    "plus": lambda value, more: number(value) + number(more),
    "prepend": lambda value, more="": text(more) + text(value),
    "remove": _replaced,
    "remove_first": lambda value, what: _replaced(value, what, "", 1),
    "remove_last": _remove_last,
    "replace": _replaced,
    "replace_first": lambda value, what, by="": _replaced(value, what, by, 1),
    "reverse": lambda value: items(value)[::-1],
    "round": _round,
    "rstrip": lambda value: text(value).rstrip(),
    "size": lambda value: len(value) if isinstance(value, str | list | tuple | Mapping) else 0,
    "slice": _slice,
    "sort": lambda value, name=None: sorted(items(value), key=_key(name)),
    "sort_natural": lambda value: sorted(items(value), key=lambda each: text(each).casefold()),
    "split": _split,
    "strip": lambda value: text(value).strip(),
    "strip_html": strip_html,
    "strip_newlines": lambda value: re.sub(r"\r?\n", "", text(value)),
    "times": lambda value, by: number(value) * number(by),
    "truncate": _truncate,
    "truncatewords": _truncatewords,
    "uniq": _uniq,
    "upcase": lambda value: text(value).upper(),
    "uri_escape": lambda value: quote(text(value), safe="/-._~!$&'()*+,;=:@?#[]%"),
    "url_decode": lambda value: unquote_plus(text(value)),
    "url_encode": lambda value: quote_plus(text(value)),
    "where": _where,
}
