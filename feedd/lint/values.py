"""What a value must look like: one small check for each kind, the same for elements and attributes.

A check is called with the book, the element it is about, the value, and what to call it in a message. Every regular
expression here is linear.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from feedd.lint.findings import Book, quoted
from feedd.lint.tree import Node

Check = Callable[[Book, Node, str, str], None]

EARLIEST: Final = 1990  # no feed is older than that; a date before it is mostly a clock that was never set
_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_RFC822 = re.compile(
    r"(?:(Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?(\d{1,2}) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) (\d{4})"
    r" (\d\d):(\d\d)(?::(\d\d))? ([+-]\d\d[03]0|[+-]\d\d45|GMT|UTC?|Z|[ECMP][SD]T)"
)
_RFC822_LOOSE = re.compile(
    r"(?:([a-z]{3})\s*,\s*)?(\d\d?)\s+([a-z]{3})\s+(\d\d|\d{4})\s+(\d\d):(\d\d)(?::(\d\d))?"
    r"\s+([+-]\d{4}|ut|gmt|[ecmp][sd]t|[a-ik-z])?"
)
_COMMENT = re.compile(r"\([^()]*\)")
_RFC3339 = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d+)?(Z|[+-]\d\d:\d\d)")
_W3CDTF = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?)?)?")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_BAD_IN_URL = re.compile(r"[\x00-\x20\"<>\\^`{|}]|%(?![0-9A-Fa-f]{2})")
_TAG_URI = re.compile(r"tag:(?:[\w.+-]+@)?[A-Za-z0-9.-]+,\d{4}(?:-\d\d(?:-\d\d)?)?:[^#\s]*(?:#\S*)?", re.ASCII)
_URN = re.compile(r"urn:[a-z0-9][a-z0-9-]{1,31}:\S+", re.IGNORECASE)
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_MAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.?")
_MAIL_NAME = re.compile(r"(\S+)(?: \(.+\))")
_WORD: Final = r"[^\s()<>,;:\\\"/\[\]?=]+"
_MIME = re.compile(rf"{_WORD}/{_WORD}(?:\s*;\s*{_WORD}=(?:\"[^\"]*\"|{_WORD}))*")
_LANGUAGE = re.compile(r"(?:[A-Za-z]{2,3}|[xi])(?:-[A-Za-z0-9]{1,8})*")
_MARKUP = re.compile(r"</([A-Za-z][A-Za-z0-9]*)>")
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,8});")
_NPT = re.compile(r"now|\d+(?:\.\d+)?|\d+:\d\d:\d\d(?:\.\d+)?")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d*)?")
# Names that markup in a title has; "</T>" in a title about generics is none.
INLINE: Final = frozenset(
    (
        *("a", "abbr", "address", "article", "aside", "b", "big", "blockquote", "br", "center", "cite", "code", "dd"),
        *("del", "div", "dl", "dt", "em", "figure", "font", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header"),
        *("i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "section", "small", "span", "strike"),
        *("strong", "sub", "sup", "table", "tbody", "td", "th", "tr", "tt", "u", "ul"),
    )
)


# --- Dates ------------------------------------------------------------------------------------------------------------


def rfc822_date(book: Book, node: Node, value: str, name: str) -> None:
    """RSS 2.0: date-times conform to RFC 822, but for the year, which has four digits."""
    found = _RFC822.fullmatch(value)
    if found is None:
        _loose_date(book, node, value, name)
        return
    day, number, month, year, hour, minute, second, zone = found.groups()
    when = _date(int(year), _MONTHS.index(month.lower()) + 1, int(number))
    if when is None or not _is_time(hour, minute, second):
        book.add("date-rfc822", f"{name} {quoted(value)} is no day or no time", node)
        return
    if day and _DAYS[when.weekday()] != day.lower():
        wanted = _DAYS[when.weekday()].title()
        book.add("date-weekday", f"{name} {quoted(value)}: that day is a {wanted}", node)
    if zone.endswith("T") and zone not in ("GMT", "UT"):
        book.add("date-zone", f"{name} {quoted(value)}: {zone} is known to few", node)
    _plausible(book, node, when, name)


def _loose_date(book: Book, node: Node, value: str, name: str) -> None:
    text = " ".join(_COMMENT.sub(" ", value[:200].lower()).split())
    found = _RFC822_LOOSE.fullmatch(text)
    if found is None or found[3] not in _MONTHS or (found[1] and found[1] not in _DAYS):
        book.add("date-rfc822", f"{name} {quoted(value)} is no RFC 822 date", node)
    else:
        book.add("date-rfc822-form", f"{name} {quoted(value)} is a form that not all readers know", node)


def rfc3339_date(book: Book, node: Node, value: str, name: str) -> None:
    """RFC 4287 3.3."""
    found = _RFC3339.fullmatch(value)
    when = None if found is None else _date(int(found[1]), int(found[2]), int(found[3]))
    if found is None or when is None or not _is_time(found[4], found[5], found[6]):
        book.add("date-rfc3339", f"{name} {quoted(value)} is no RFC 3339 date", node)
        return
    if found[7] not in ("Z", "+00:00", "-00:00"):
        book.add("date-offset", f"{name} {quoted(value)}", node)
    _plausible(book, node, when, name)


def w3c_date(book: Book, node: Node, value: str, name: str) -> None:
    """Dublin Core's profile of ISO 8601: what is left out is left out from the end."""
    found = _W3CDTF.fullmatch(value)
    when = None if found is None else _date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
    if found is None or when is None or not _is_time(found[4] or "0", found[5] or "0", found[6]):
        book.add("date-w3c", f"{name} {quoted(value)} is no W3C date", node)
    else:
        _plausible(book, node, when, name)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _is_time(hour: str, minute: str, second: str | None) -> bool:
    return int(hour) < 24 and int(minute) < 60 and int(second or 0) <= 60


def _plausible(book: Book, node: Node, when: date, name: str) -> None:
    if when.year < EARLIEST:
        book.add("date-implausible", f"{name} lies in {when.year}", node)
    elif book.now is not None and when > (book.now.astimezone(UTC) + timedelta(days=1)).date():
        book.add("date-future", f"{name} is {when.isoformat()}", node)


def moment_of(value: str) -> datetime | None:
    """An RFC 3339 date as an instant, None for anything else."""
    if not _RFC3339.fullmatch(value):
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


# --- Addresses --------------------------------------------------------------------------------------------------------


def absolute_url(book: Book, node: Node, value: str, name: str) -> None:
    """An address that means the same everywhere: scheme and, where the scheme has one, host."""
    scheme = _SCHEME.match(value)
    if scheme is None:
        book.add("url-absolute", f"{name} {quoted(value)} is not absolute", node)
        return
    iri(book, node, value, name)


def web_url(book: Book, node: Node, value: str, name: str) -> None:
    """What a reader will fetch."""
    if not value.lower().startswith(("http://", "https://")):
        book.add("url-web", f"{name} {quoted(value)} is no http or https address", node)
        return
    iri(book, node, value, name)


def identifier(book: Book, node: Node, value: str, name: str) -> None:
    """An absolute IRI that is only compared: encoding its letters would make it another one."""
    if _SCHEME.match(value) is None:
        book.add("url-absolute", f"{name} {quoted(value)} is not absolute", node)
    else:
        _well_formed(book, node, value, name)


def iri(book: Book, node: Node, value: str, name: str) -> None:
    """RFC 3987, absolute or relative, and what the schemes that feeds use demand besides."""
    if _well_formed(book, node, value, name) and not value.isascii():
        book.add("url-ascii", f"{name} {quoted(value)}", node)


def _well_formed(book: Book, node: Node, value: str, name: str) -> bool:
    if found := _BAD_IN_URL.search(value):
        book.add("url-characters", f"{name} {quoted(value)}: {quoted(found[0])} cannot stand in an address", node)
        return False
    scheme = _SCHEME.match(value)
    kind = scheme[1].lower() if scheme else ""
    if kind in ("http", "https", "ftp") and not _has_host(value):
        book.add("url-host", f"{name} {quoted(value)} has no host", node)
    elif kind == "tag" and not _TAG_URI.fullmatch(value):
        book.add("url-tag", f"{name} {quoted(value)} is no tag URI (tag:ann.example,2026:hello)", node)
    elif kind == "urn" and not _is_urn(value):
        book.add("url-urn", f"{name} {quoted(value)} is no URN", node)
    else:
        return True
    return False


def _has_host(value: str) -> bool:
    try:
        return bool(urlsplit(value).hostname)
    except ValueError:
        return False


def _is_urn(value: str) -> bool:
    if value.lower().startswith("urn:uuid:"):
        return _UUID.fullmatch(value[9:]) is not None
    return _URN.fullmatch(value) is not None


def is_relative(value: str) -> bool:
    return bool(value) and _SCHEME.match(value) is None and not value.startswith("#")


# --- Text -------------------------------------------------------------------------------------------------------------


def text(book: Book, node: Node, value: str, name: str) -> None:
    """Anything."""


def not_blank(book: Book, node: Node, value: str, name: str) -> None:
    if not value:
        book.add("blank", f"{name} is empty", node)


def plain_text(book: Book, node: Node, value: str, name: str) -> None:
    """Text that readers show as it is: titles, names."""
    found = _MARKUP.search(value)
    if found and found[1].lower() in INLINE:
        book.add("text-markup", f"{name} {quoted(value)}", node)
    elif reference := _REFERENCE.search(value):
        book.add("text-reference", f"{name} {quoted(value)} has {reference[0]} as text", node)
    if "\u2028" in value or "\u2029" in value:
        book.add("text-separator", f"{name} {quoted(value)}", node)


def email_with_name(book: Book, node: Node, value: str, name: str) -> None:
    """RSS Board profile: author, managingEditor and webMaster are "ann@ann.example (Ann)"."""
    address = value.removeprefix("mailto:")
    if _MAIL.fullmatch(address):
        book.add("email-name", f"{name} {quoted(value)} has no name", node)
    elif (found := _MAIL_NAME.fullmatch(address)) and _MAIL.fullmatch(found[1]):
        return
    elif "@" in address and " " in address and len(address) < 500 and _MAIL.search(address):
        book.add("email-form", f"{name} {quoted(value)}", node)
    else:
        book.add("email", f"{name} {quoted(value)} has no e-mail address", node)


def email(book: Book, node: Node, value: str, name: str) -> None:
    if not _MAIL.fullmatch(value):
        book.add("email", f"{name} {quoted(value)} is no e-mail address", node)


def mime_type(book: Book, node: Node, value: str, name: str) -> None:
    if not _MIME.fullmatch(value):
        book.add("media-type", f"{name} {quoted(value)} is no media type", node)


def language(book: Book, node: Node, value: str, name: str) -> None:
    if not _LANGUAGE.fullmatch(value):
        book.add("language", f"{name} {quoted(value)} is no language tag", node)


def uuid(book: Book, node: Node, value: str, name: str) -> None:
    if not _UUID.fullmatch(value):
        book.add("podcast-guid", f"{name} {quoted(value)} is no UUID", node)


# --- Numbers and words ------------------------------------------------------------------------------------------------


def whole(least: int, most: int | None = None, rule: str = "integer") -> Check:
    """A whole number in these bounds."""
    bounds = f"from {least}" + (f" to {most}" if most is not None else "")

    def check(book: Book, node: Node, value: str, name: str) -> None:
        sensible = value.isascii() and value.isdigit() and len(value) < 19
        if not sensible or int(value) < least or (most is not None and int(value) > most):
            book.add(rule, f"{name} {quoted(value)} is no whole number {bounds}", node)

    return check


def number(book: Book, node: Node, value: str, name: str) -> None:
    if not _NUMBER.fullmatch(value):
        book.add("number", f"{name} {quoted(value)} is no number", node)


def degrees(most: int) -> Check:
    def check(book: Book, node: Node, value: str, name: str) -> None:
        if not _NUMBER.fullmatch(value) or len(value) > 40 or abs(float(value)) > most:
            book.add("geo", f"{name} {quoted(value)} is no number from -{most} to {most}", node)

    return check


def play_time(book: Book, node: Node, value: str, name: str) -> None:
    if not _NPT.fullmatch(value):
        book.add("media-time", f"{name} {quoted(value)} is no time", node)


def one_of(rule: str, *words: str, any_case: bool = False) -> Check:
    def check(book: Book, node: Node, value: str, name: str) -> None:
        if (value.lower() if any_case else value) not in words:
            book.add(rule, f"{name} is {quoted(value)}, not {', '.join(words)}", node)

    return check


def at_most(length: int, rule: str) -> Check:
    def check(book: Book, node: Node, value: str, name: str) -> None:
        if len(value) > length:
            book.add(rule, f"{name} has {len(value):,} characters, more than {length:,}", node)

    return check
