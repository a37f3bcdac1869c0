"""A line of a newsroom's text that is a date, and which one: of publication, of the last change, of an embargo. Pure.

The date itself is understood by `dates`; here a label before it and a place are taken off, and the months of some
languages are brought into a form that is read there.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from zoneinfo import ZoneInfo

from feedd.normalizer.dates import parse_date

_UTC = ZoneInfo("UTC")  # only to see whether a line is a date
LONGEST_LINE = 100  # characters

# The first letters of the months that tell them apart: German, French, Spanish, Italian, Portuguese, Dutch (and English
# in the order of those: "28 de mayo de 2026").
_MONTHS = (
    "jan|jän|ene|gen", "feb|fév|fev", "mar|mär|mrz|maa", "apr|avr|abr", "may|mai|mag|mei", "jun|juin|giu",
    "jul|juil|lug", "aug|aoû|ago", "sep|set", "oct|okt|ott|out", "nov", "dec|dez|déc|dic",
)  # fmt: skip
_MONTH_OF = re.compile("|".join(f"(?P<m{n}>{names})" for n, names in enumerate(_MONTHS, 1)), re.IGNORECASE)
_DAY_MONTH_YEAR = re.compile(
    r"([0-9]{1,2})(?:\.|er|º|°)?\s(?:de\s)?([^\W\d_]{3,10})\.?,?\s(?:de\s|del\s)?([0-9]{4})"
    r"(?:,?\s(?:um\s|à\s|a\slas\s|alle\s|às\s|om\s|at\s|-\s)?([0-9]{1,2})\s?[:.hH]\s?([0-9]{2}))?(?:\s(?:Uhr|uur|h))?"
)
_HOUR_WORD = re.compile(r"\s(?:Uhr|uur)$")

_LABEL = re.compile(r"(?:[^\W\d_][\w'’-]{0,20}\s){0,3}[^\W\d_][\w'’-]{0,20}(?::\s*|\s)")
_PLACE = re.compile(r"[^\W\d_][\w.'’ -]{1,40},\s+(?:(?:le|den|de|el)\s)?")
_EMBARGO = re.compile(  # at the beginning of a line: "Oil Embargo of 1973" is a headline
    r"(?:(?:strictly\s)?(?:under\s)?embargo(?:ed)?\s?(?::|(?:until|till|for|bis)\b)|sperrfrist\s?(?::|bis\b)"
    r"|not\sfor\s(?:release|publication)\sbefore\b)",
    re.IGNORECASE,
)
_CHANGE = re.compile(
    r"updat|modifi|chang|revis|correct|aktualis|geändert|actualiz|actualis|mis à jour|aggiorn|atualiz", re.I
)


class DateLine(NamedTuple):
    """`field` is the claim it makes; `value` is for `dates.parse_date`, None for an embargo that cannot be read."""

    field: str
    value: str | None


def read_date_line(text: str) -> DateLine | None:
    """The date that a line consists of, after a label ("Published: …") or a place ("Lisbon, …") if there is one."""
    text = text.strip(" *")
    if len(text) > LONGEST_LINE or not any(character.isdigit() for character in text):
        return None
    label, value = _label_and_date(text)
    if _EMBARGO.match(text):
        return DateLine("publish_at", value)
    if value is None:
        return None
    return DateLine("updated" if _CHANGE.search(label) else "date", value)


def _label_and_date(text: str) -> tuple[str, str | None]:
    if (value := _as_date(text)) is not None:
        return "", value
    for start in (_LABEL, _PLACE):
        found = start.match(text)
        while found is not None:
            if (value := _as_date(text[found.end() :].strip())) is not None:
                return text[: found.end()], value
            # A label without a colon may end at any word: "Last updated on March 1, 2026".
            shorter = text.rfind(" ", 0, found.end() - 1)
            found = start.match(text, 0, shorter + 1) if shorter > 0 else None
    return "", None


def _as_date(text: str) -> str | None:
    rest = _HOUR_WORD.sub("", text)
    if rest.replace(" ", "").isdigit():
        return None
    if not isinstance(parse_date(rest, _UTC), str):
        return rest
    found = _DAY_MONTH_YEAR.fullmatch(rest)
    month = _MONTH_OF.match(found[2]) if found else None
    if found is None or month is None or month.lastgroup is None:
        return None
    day = f"{found[3]}-{int(month.lastgroup[1:]):02}-{int(found[1]):02}"
    written = f"{day} {int(found[4]):02}:{found[5]}" if found[4] else day
    return None if isinstance(parse_date(written, _UTC), str) else written


# "PORTO, Portugal – February 28, 2026 – The ferry …", "LISBOA, 28 de febrero de 2026 (Agencia).- El ferri …"
_OPENING = re.compile(
    r"[^\W\d_][\w.'’ -]{1,40}(?:,\s[^\W\d_][\w.'’ -]{1,40})?(?:,\s|\s[–—-]{1,2}\s)"
    r"(?P<date>[^–—()]{6,30}?)\s?(?:\([^()]{1,40}\)\s?)?(?:\.-|[–—]|\s-{1,2})\s"
)


def date_of_opening(text: str) -> str | None:
    """The whole date in the dateline that a story begins with. One without a year is none."""
    found = _OPENING.match(text[:200])
    return _as_date(found["date"].strip()) if found else None
