"""One value of a front matter -> one typed value of a claim, whatever of its usual shapes it was written in.

Every reader here takes (value, source text of the value if it was not text, key as written) and gives what belongs
into the claim, None where nothing is said ("", null, an empty list), or a `Misfit`: why it cannot be used.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any
from urllib.parse import urlsplit

from feedd import podcasting
from feedd.model import Enclosure, License, Person
from feedd.normalizer.plain import xml_safe

MAX_LABELS = 100
_DEEPEST = 4  # lists in lists of tags


@dataclass(frozen=True, slots=True)
class Misfit:
    """`value` is what can be claimed nevertheless (None: nothing)."""

    message: str
    hint: str = ""
    value: Any = None


ValueReader = Callable[[Any, str | None, str], Any]


def plain(value: Any, raw: str | None = None) -> str | None:
    """A scalar as its author wrote it, fit for XML, without white space at its ends; None for anything else or
    nothing."""
    if isinstance(value, str):
        text = value
    elif isinstance(value, bool | int | float):
        text = raw if raw is not None else _number(value)
    elif isinstance(value, date | datetime | time):
        text = value.isoformat()
    else:
        return None
    return xml_safe(text)[0].replace("\ufeff", "").strip() or None


def _number(value: float) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    try:
        return str(value)
    except ValueError:  # an integer of more than 4,300 digits
        return ""


def _kind(value: Any) -> str:
    return "a mapping" if isinstance(value, Mapping) else "a list" if isinstance(value, list) else "no text"


def read_text(value: Any, raw: str | None, key: str) -> str | Misfit | None:
    """Text, or a number or date that is meant as text."""
    if value is None:
        return None
    if isinstance(value, Mapping | list):
        return Misfit(f"{key} is {_kind(value)}, not text", "put the value in quotes")
    return plain(value, raw)


def read_line(value: Any, raw: str | None, key: str) -> str | Misfit | None:
    """The same in one line."""
    text = read_text(value, raw, key)
    return " ".join(text.split()) or None if isinstance(text, str) else text


def read_moment(value: Any, raw: str | None, key: str) -> Any:
    """A date as it stands: `dates.parse_date` understands it later, with the site's zone."""
    if isinstance(value, Mapping | list):
        return Misfit(f"{key} is {_kind(value)}, not a date", "write it like 2026-11-23 10:00")
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    return xml_safe(value)[0] if isinstance(value, str) else value


_WORDS = {
    **dict.fromkeys(("true", "yes", "on", "1", "y"), True),
    **dict.fromkeys(("false", "no", "off", "0", "n"), False),
}


def truth(value: Any) -> bool | None:
    """True or false, also in the words of YAML 1.1 (`draft: yes`), which our YAML leaves as text."""
    if isinstance(value, bool):
        return value
    text = plain(value)
    return _WORDS.get(text.casefold()) if text else None


def read_draft(value: Any, raw: str | None, key: str) -> bool | Misfit | None:
    """What cannot be understood here counts as a draft: publishing it could not be taken back."""
    if value is None or value == "":
        return None
    found = truth(value)
    if found is None:
        return Misfit(f"{key} is neither true nor false, so this stays a draft", "write true or false", True)
    return found


def read_switch(value: Any, raw: str | None, key: str) -> bool | Misfit | None:
    """True or false, nothing else."""
    if value is None or value == "":
        return None
    found = truth(value)
    return found if found is not None else Misfit(f"{key} is neither true nor false", "write true or false")


def read_published(value: Any, raw: str | None, key: str) -> bool | None:
    """`published: false` is a draft; `published: 2026-11-23` is a date and says nothing about drafts."""
    found = truth(value)
    return None if found is None else not found


_STATUS = {
    **dict.fromkeys(("draft", "hidden", "private", "pending", "unpublished", "trash"), True),
    **dict.fromkeys(("published", "publish", "public", "live"), False),
}


def read_status(value: Any, raw: str | None, key: str) -> bool | None:
    text = plain(value)
    return _STATUS.get(text.casefold()) if text else None


# --- Addresses --------------------------------------------------------------------------------------------------------

_FORBIDDEN_IN_URL = re.compile(r"[\x00-\x20\x7f<>\"\\^`{|}]")


def is_web_url(text: str) -> bool:
    """An absolute http(s) URL with a host, without characters that must not stand in one."""
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and not _FORBIDDEN_IN_URL.search(text)
    except ValueError:
        return False


def read_url(value: Any, raw: str | None, key: str) -> str | Misfit | None:
    """An absolute http(s) URL, or a path on the site ("/about/"). Not a template ("/:year/:title/")."""
    text = read_line(value, raw, key)
    if not isinstance(text, str):
        return text
    on_site = text.startswith("/") and not text.startswith("//") and not _FORBIDDEN_IN_URL.search(text)
    if is_web_url(text) or (on_site and "/:" not in text and ".." not in text.split("/")):
        return text
    return Misfit(f'{key} "{text[:80]}" is no address', "write https://… or a path that begins with /")


def read_addresses(value: Any, raw: str | None, key: str) -> tuple[str, ...] | None:
    """Addresses on the site or elsewhere, one or a list; what is none is left out, nobody sees these."""
    items = value if isinstance(value, list) else [value]
    found = (plain(each) for each in items[:MAX_LABELS])
    return tuple(each for each in found if each is not None and is_reference(each)) or None


def is_reference(text: str) -> bool:
    """May it be a link to a file: relative, or absolute with http(s)?"""
    try:
        scheme = urlsplit(text).scheme
    except ValueError:
        return False
    return (not scheme or is_web_url(text)) and not re.search(r"[\x00-\x1f\\]", text)


def first_of(value: Mapping[str, Any], *names: str) -> Any:
    """The first of these keys that has a value, in whatever case it is written."""
    lower = {str(key).casefold(): each for key, each in value.items()}
    return next((lower[name] for name in names if lower.get(name) not in (None, "", [], {})), None)


def read_image(value: Any, raw: str | None, key: str) -> dict[str, str] | Misfit | None:
    """The picture's `url`, and its `caption`, `credit` and `alt` where a mapping gives them. What a picture shows is no
    caption: that one is seen beside the picture, the other in its place (HTML, 4.8.4.4.13)."""
    if isinstance(value, list):
        value = value[0] if value else None
    if value is None or value == "" or isinstance(value, bool):
        return None
    parts = value if isinstance(value, Mapping) else {"url": value}
    url = plain(first_of(parts, "url", "src", "image", "path", "href", "file"))
    if url is None or not is_reference(url):
        return Misfit(f"{key} is not the address of a picture", "write a URL or a path")
    found = {
        "url": url,
        "caption": plain(first_of(parts, "caption", "title")),
        "credit": plain(first_of(parts, "credit", "credits", "copyright", "source", "photographer")),
        "alt": plain(first_of(parts, "alt", "alttext", "alt_text")),
    }
    return {name: each for name, each in found.items() if each is not None}


# By suffix. Python's `mimetypes` also asks the machine, and the same file must give the same feed on any machine.
MEDIA_TYPES = {
    "mp3": "audio/mpeg", "m4a": "audio/mp4", "aac": "audio/aac", "ogg": "audio/ogg", "oga": "audio/ogg",
    "opus": "audio/ogg", "wav": "audio/wav", "flac": "audio/flac", "mp4": "video/mp4", "m4v": "video/mp4",
    "m4b": "audio/mp4", "webm": "video/webm", "mov": "video/quicktime", "ogv": "video/ogg", "pdf": "application/pdf",
    "epub": "application/epub+zip", "zip": "application/zip", "jpg": "image/jpeg", "jpeg": "image/jpeg",
    "png": "image/png", "gif": "image/gif", "webp": "image/webp", "avif": "image/avif", "svg": "image/svg+xml",
    "torrent": "application/x-bittorrent",
}  # fmt: skip
UNKNOWN_TYPE = "application/octet-stream"
_MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+", re.ASCII)


def read_enclosures(value: Any, raw: str | None, key: str) -> tuple[Enclosure, ...] | Misfit | None:
    """A URL or path, a mapping (url, type, length, title), or a list of these."""
    items = value if isinstance(value, list) else [value]
    found = [_enclosure(item) for item in items[:MAX_LABELS] if item not in (None, "", False, True)]
    good = tuple(each for each in found if each is not None)
    if len(good) < len(found):
        return Misfit(f"{key} has an item without a usable address", "write a url (and type and length)", good or None)
    return good or None


def _enclosure(value: Any) -> Enclosure | None:
    parts = value if isinstance(value, Mapping) else {"url": value}
    url = plain(first_of(parts, "url", "src", "href", "file", "path"))
    if url is None or not is_reference(url):
        return None
    kind = plain(first_of(parts, "type", "mime", "mimetype", "mime_type", "media_type"))
    if kind is None or not _MEDIA_TYPE.fullmatch(kind):
        suffix = re.split(r"[?#]", url)[0].rpartition(".")[2].casefold()
        kind = MEDIA_TYPES.get(suffix, UNKNOWN_TYPE)
    title = plain(first_of(parts, "title", "name"))
    return Enclosure(url, kind, _length(first_of(parts, "length", "size", "bytes", "size_in_bytes")), title)


def _length(value: Any) -> int:
    text = (plain(value) or "").replace(",", "").replace("_", "")
    return int(text) if re.fullmatch(r"[0-9]{1,15}", text) else 0


def read_license(value: Any, raw: str | None, key: str) -> License | Misfit | None:
    """An address, a mapping with one, or a name that everybody knows, whose address may be left out. A theme's switch
    (`license: false`) is no licence."""
    parts = value if isinstance(value, Mapping) else {"name": value}
    name, url = plain(first_of(parts, "name", "identifier", "spdx")), plain(first_of(parts, "url", "href", "link"))
    if isinstance(value, bool) or value in (None, "", {}, []):
        return None
    if url is not None and is_web_url(url):
        return podcasting.license_of(name or url, url)
    if url is None and name is not None:
        found = License(name, name) if is_web_url(name) else None
        if known := podcasting.license_of(name) or found:
            return known
    hint = "write the name of a Creative Commons one, as CC-BY-4.0, or {name: …, url: https://…}"
    return Misfit(f'{key} "{(name or url or "")[:40]}" is not known by its name alone', hint)


# --- Coordinates ------------------------------------------------------------------------------------------------------

_PAIR = re.compile(
    r"(?:geo:)?\s*(-?[0-9]{1,3}(?:\.[0-9]{1,15})?)\s*[,; ]\s*(-?[0-9]{1,3}(?:\.[0-9]{1,15})?)(?:[,;].*)?"
)


def coordinates(value: Any) -> tuple[str, str] | None:
    """Latitude and longitude (WGS 84) as written, in any of the usual shapes; None for what is no place on earth."""
    found = _PAIR.fullmatch(", ".join(plain(each) or "" for each in _pair(value)))
    if found and abs(float(found[1])) <= 90 and abs(float(found[2])) <= 180:
        return found[1], found[2]
    return None


def has_coordinates(value: Any) -> bool:
    """Does it say any, right or wrong?"""
    return any(each is not None for each in _pair(value))


def _pair(value: Any) -> list[Any]:
    if isinstance(value, Mapping):
        return [first_of(value, "lat", "latitude"), first_of(value, "lon", "lng", "long", "longitude")]
    return list(value) if isinstance(value, list) else [value]


# --- People -----------------------------------------------------------------------------------------------------------

_NAME_AND_MAIL = re.compile(r"\s*(?P<name>[^<>]*?)\s*<\s*(?:mailto:)?(?P<mail>[^<>@\s]+@[^<>@\s]+)\s*>\s*")
_MAIL_AND_NAME = re.compile(r"\s*(?P<mail>[^()@\s]+@[^()@\s]+)\s*\((?P<name>[^()]+)\)\s*")
_AND_PAGE = re.compile(r"(?P<who>.*\S)\s*\((?P<page>[^()\s]+)\)\s*", re.DOTALL)  # npm, package.json: people fields
_MAIL = re.compile(r"[^\s@<>()]+@[^\s@<>()]+\.[^\s@<>()]+")


def read_authors(value: Any, raw: str | None, key: str) -> tuple[Person, ...] | Misfit | None:
    """One person or a list: "Name", "Name <mail>", "Name <mail> (url)", or a mapping (name, email, url)."""
    items = each_person(value, key)
    found = [read_person(item) for item in items[:MAX_LABELS] if isinstance(item, Mapping) or plain(item)]
    seen: dict[str, Person] = {}
    for person in found:
        if person is not None:
            seen.setdefault(person.name.casefold(), person)
    people = tuple(seen.values())
    if None in found:
        return Misfit(f"{key} has somebody without a name", "write a name, or name: and email:", people or None)
    return people or None


def each_person(value: Any, key: str) -> list[Any]:
    """Text under a plural key is split at commas, any text at semicolons."""
    if isinstance(value, str):
        return re.split(r"[;,]" if key.casefold().endswith(("s", "people")) else ";", value)
    return value if isinstance(value, list) else [value]


def read_person(value: Any) -> Person | None:
    if isinstance(value, Mapping):
        mail = plain(first_of(value, "email", "mail", "e-mail"))
        uri = plain(first_of(value, "url", "uri", "website", "homepage", "link"))
        name = plain(first_of(value, "name", "display_name", "full_name", "title", "nickname")) or mail
        uri = uri if uri and is_web_url(uri) else None
        return Person(" ".join(name.split()), mail if mail and _MAIL.fullmatch(mail) else None, uri) if name else None
    text = plain(value)
    if text is None:
        return None
    if (found := _AND_PAGE.fullmatch(text)) and is_web_url(found["page"]):
        return replace(_named(found["who"]), uri=found["page"])
    return _named(text)


def _named(text: str) -> Person:
    for pattern in (_NAME_AND_MAIL, _MAIL_AND_NAME):
        if found := pattern.fullmatch(text):
            return Person(" ".join((found["name"] or found["mail"]).split()), found["mail"])
    if is_web_url(text):
        return Person(text, uri=text)
    return Person(" ".join(text.split()), text if _MAIL.fullmatch(text) else None)


# --- Labels -----------------------------------------------------------------------------------------------------------


def read_labels(value: Any, raw: str | None, key: str) -> tuple[str, ...] | Misfit | None:
    """Tags or categories, as written, each once whatever its case.

    In text a comma separates. Without one, text under a plural key (`tags: python web`) is split at blanks, as Jekyll
    and Hugo both do; a label of several words stands in a list, before a comma, or under a singular key.
    """
    if isinstance(value, Mapping):
        return Misfit(f"{key} is a mapping", "write a list")
    if isinstance(value, str):
        texts = iter(_split_labels(value, key))
    else:
        texts = _flat(value, raw, 0)
    seen: dict[str, str] = {}
    for text in texts:
        label = " ".join(text.split())
        if label:
            seen.setdefault(unicodedata.normalize("NFC", label).casefold(), label)
        if len(seen) > MAX_LABELS:
            kept = tuple(seen.values())[:MAX_LABELS]
            return Misfit(f"{key} has more than {MAX_LABELS} items; the others are left out", "keep the best", kept)
    return tuple(seen.values()) or None


def _split_labels(text: str, key: str) -> list[str]:
    clean = plain(text) or ""
    if "," in clean:
        return clean.split(",")
    return clean.split() if key.casefold() in ("tags", "categories") else [clean]


def _flat(value: Any, raw: str | None, depth: int) -> Iterator[str]:
    if isinstance(value, list):
        if depth < _DEEPEST:
            for item in value:
                yield from _flat(item, None, depth + 1)
    elif isinstance(value, Mapping):
        yield plain(first_of(value, "name", "title", "label", "slug")) or ""
    else:
        yield plain(value, raw) or ""


def read_feeds(value: Any, raw: str | None, key: str) -> tuple[str, ...] | Misfit | None:
    """The feeds an article may stand in; `feed: false` and an empty list are none at all, `feed: true` says nothing."""
    found = truth(value)
    if found is not None:
        return None if found else ()
    if value == []:
        return ()
    if isinstance(value, str):
        return tuple(part for part in (each.strip() for each in value.split(",")) if part) or None
    return read_labels(value, raw, key)


_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,4}")


def read_language(value: Any, raw: str | None, key: str) -> str | Misfit | None:
    """A language tag (BCP 47); a locale such as `de_AT.UTF-8` is read as one."""
    text = plain(value[0], None) if isinstance(value, list) and value else read_line(value, raw, key)
    if not isinstance(text, str):
        return text
    tag = text.partition(".")[0].partition("@")[0].replace("_", "-")
    if not _LANGUAGE.fullmatch(tag):
        return Misfit(f'{key} "{text[:40]}" is no language tag', "write it like de or pt-BR")
    return tag
