"""A Hugo page's address (resources/page/permalinks.go, page_paths.go). Pure."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from urllib.parse import unquote_plus

from feedd.generators.hugo_config import TOKEN, Language
from feedd.generators.hugo_paths import Place, lower, spelled

NO_DATE = datetime(1, 1, 1)  # noqa: DTZ001 - Go's zero time, which Hugo puts into addresses


@dataclass(frozen=True, slots=True)
class Target:
    """`link` is the page's path on the site, `files` the folder that its bundle's files are published in."""

    link: str
    files: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What patterns are filled with. `sections` are the page's sections from the top ("posts", "2026"), `slugs` what
    those are called in addresses by their slugs or titles."""

    place: Place
    title: str
    slug: str
    date: datetime  # as its author's clock showed it
    sections: tuple[str, ...]
    slugs: tuple[str, ...]


def target(facts: Facts, language: Language, url: str) -> Target:
    """`url` is what the front matter says, which beats everything."""
    if url:
        return _stated(unquote_plus(_filled(url, facts, language)) if ":" in url else url, language)
    pattern = next((rule.pattern for rule in language.permalinks if matches(rule.paths, facts.place.path)), None)
    place = facts.place
    if pattern is not None:
        body = posixpath.normpath(unquote_plus(_filled(pattern, facts, language)))
        elements = [each for each in (body,) if each not in ("", ".", "/")]
    else:
        name = facts.slug or place.name
        folder, name = (place.folder, name) if not language.lower else (lower(place.folder), facts.slug or lower(name))
        elements = [each for each in (folder, name) if each not in ("", "/")]
        if name == "index" and not place.bundle:  # that is the folder's own page
            elements = elements[:-1]
            return _with_prefix(_ended(_path(elements, language), False), language)
    return _with_prefix(_ended(_path(elements, language), is_ugly(facts.place, language)), language)


def _path(elements: list[str], language: Language) -> str:
    return "/" + "/".join(spelled(each, language).strip("/") for each in elements)


def is_ugly(place: Place, language: Language) -> bool:
    return place.section in language.ugly if isinstance(language.ugly, tuple) else language.ugly


def _ended(path: str, ugly: bool) -> Target:
    path = path.replace("#", "%23")
    if path == "/":
        return Target("/", "")
    if ugly:
        return Target(f"{path}.html", path)
    return Target(f"{path}/", path)


def _with_prefix(found: Target, language: Language) -> Target:
    prefix = f"/{language.prefix}" if language.prefix else ""
    return Target(prefix + found.link, prefix + found.files)


def _stated(url: str, language: Language) -> Target:
    """A `url:` is taken as it is written; one that begins without "/" is below the language's prefix."""
    if ".." in url:
        url = posixpath.normpath(f"/{url}")
    parts = [part for part in url.split("/") if part]
    link = "/" + "/".join(parts)
    if url.endswith("/") or "." not in url:
        found = Target(link.rstrip("/") + "/", link.rstrip("/"))
    elif parts and parts[-1] == "index.html":
        folder = "/" + "/".join(parts[:-1])
        found = Target(folder.rstrip("/") + "/", folder.rstrip("/"))
    else:
        found = Target(link, link[: len(link) - len(posixpath.splitext(link)[1])])
    found = Target(found.link.replace("#", "%23"), found.files)
    return found if url.startswith("/") else _with_prefix(found, language)


# --- Patterns ---------------------------------------------------------------------------------------------------------

_COLON = "\x00"


def _filled(pattern: str, facts: Facts, language: Language) -> str:
    found = TOKEN.sub(lambda token: _value(token[1], facts, language), pattern.replace("\\:", _COLON))
    return found.replace(_COLON, ":")


def _value(token: str, facts: Facts, language: Language) -> str:
    if token in _BY_DATE:
        return _BY_DATE[token](facts.date)
    if token in _BY_NAME:
        return spelled(_BY_NAME[token](facts), language)
    name, bracket, cut = token.partition("[")
    if name == "sections":
        return "/".join(_slice(facts.sections, cut) if bracket else facts.sections)
    if name == "sectionslugs":
        return "/".join(spelled(each, language) for each in (_slice(facts.slugs, cut) if bracket else facts.slugs))
    return _GO.sub(lambda part: _GO_PARTS[part[0]](facts.date), token)


def _filename(facts: Facts) -> str:
    """A bundle is called after its folder."""
    return facts.place.own.rpartition("/")[2] if facts.place.bundle else facts.place.file


def _title(facts: Facts) -> str:
    return re.sub(r"[/\\]", "-", facts.title)  # one part of the address; older Hugos left slashes in


_BY_NAME: Mapping[str, Callable[[Facts], str]] = {
    "title": _title,
    "slug": lambda facts: facts.slug or _title(facts),
    "filename": _filename,
    "slugorfilename": lambda facts: facts.slug or _filename(facts),
    "contentbasename": lambda facts: facts.place.name,
    "slugorcontentbasename": lambda facts: facts.slug or facts.place.name,
    "section": lambda facts: facts.place.section,
    "sectionslug": lambda facts: facts.slugs[0] if facts.slugs else "",
}
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_BY_DATE: Mapping[str, Callable[[datetime], str]] = {
    "year": lambda date: str(date.year),
    "month": lambda date: f"{date.month:02}",
    "monthname": lambda date: _MONTHS[date.month - 1],
    "day": lambda date: f"{date.day:02}",
    "weekday": lambda date: str(date.isoweekday() % 7),
    "weekdayname": lambda date: _DAYS[date.isoweekday() % 7],
    "yearday": lambda date: str(date.timetuple().tm_yday),
}
# Go's way to write a date is an example of one: 2 January 2006, 15:04:05 (time.Format).
_GO_PARTS: Mapping[str, Callable[[datetime], str]] = {
    "2006": lambda date: f"{date.year:04}",
    "January": _BY_DATE["monthname"],
    "Monday": _BY_DATE["weekdayname"],
    "Jan": lambda date: _MONTHS[date.month - 1][:3],
    "Mon": lambda date: _DAYS[date.isoweekday() % 7][:3],
    "002": lambda date: f"{date.timetuple().tm_yday:03}",
    "01": _BY_DATE["month"],
    "02": _BY_DATE["day"],
    "03": lambda date: f"{(date.hour - 1) % 12 + 1:02}",
    "04": lambda date: f"{date.minute:02}",
    "05": lambda date: f"{date.second:02}",
    "06": lambda date: f"{date.year % 100:02}",
    "15": lambda date: f"{date.hour:02}",
    "PM": lambda date: "PM" if date.hour >= 12 else "AM",
    "1": lambda date: str(date.month),
    "2": lambda date: str(date.day),
    "3": lambda date: str((date.hour - 1) % 12 + 1),
    "4": lambda date: str(date.minute),
    "5": lambda date: str(date.second),
}
_GO = re.compile("|".join(_GO_PARTS))


def _slice(parts: tuple[str, ...], cut: str) -> tuple[str, ...]:
    """[1:], [:last], [0], [last]; what is out of bounds gives nothing (toSliceFunc)."""
    low, colon, high = cut.rstrip("]").strip().lower().partition(":")
    first = _index(low, len(parts), 0, -1)
    if not parts or first < 0:
        return ()
    if not colon:
        return parts[first : first + 1]
    return parts[first : _index(high, len(parts), len(parts), len(parts))]


def _index(text: str, length: int, default: int, beyond: int) -> int:
    if not text:
        return default
    number = length - 1 if text == "last" else int(text) if text.isdecimal() else 0
    return number if number < length else beyond


# --- Globs of targets (hugofs/hglob) ----------------------------------------------------------------------------------


def matches(glob: str, path: str) -> bool:
    """`*` stays inside a folder, `**` does not, `{a,b}` is either. An empty glob is for everything."""
    return not glob or _expression(glob).fullmatch(path) is not None


_GLOB = re.compile(r"\*\*|[*?{},]|\[!?[^\]]+\]|\\.|.", re.DOTALL)
_GLOB_SIGNS = {"**": ".*", "*": "[^/]*", "?": "[^/]", "{": "(?:", "}": ")", ",": "|"}


@lru_cache(maxsize=512)
def _expression(glob: str) -> re.Pattern[str]:
    written: list[str] = []
    for part in _GLOB.findall(glob.lower()):
        if part.startswith("[") and len(part) > 2:
            letters = re.escape(part[1:-1].lstrip("!")).replace(r"\-", "-")
            written.append(f"[{'^' if part[1] == '!' else ''}{letters}]")
        else:
            written.append(_GLOB_SIGNS.get(part) or re.escape(part[-1]))
    try:
        return re.compile("".join(written), re.DOTALL)
    except re.error:  # brackets that do not fit together: then it means itself
        return re.compile(re.escape(glob.lower()))
