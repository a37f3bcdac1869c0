"""Bytes -> the items of a feed, as far as moving needs them: RSS 0.9x, 1.0 and 2.0, Atom, JSON Feed. Pure."""

from __future__ import annotations

import calendar
import io
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit
from zoneinfo import ZoneInfo

import feedparser

from feedd.normalizer.dates import ParsedDate, parse_date
from feedd.normalizer.plain import xml_safe

_TAG = re.compile(r"<[^<>]{0,500}>")
_MOST_ID = 2000  # characters; what is longer is no name
# What leads to older items: RFC 5005 names both, archives first because they are complete.
_OLDER = ("prev-archive", "next")
_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class ForeignItem:
    """An item of another program's feed. `id` is the text by which readers know it: its guid or id exactly as it
    stands there, else its link. `links` are absolute where the document's address is known, the best first."""

    id: str
    links: tuple[str, ...] = ()
    title: str = ""
    published: datetime | None = None
    updated: datetime | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """`older` is the address of the document with the items before these, not `sure` where this is only known of the
    program that wrote it. `whole` is False if it is not well-formed,
    so that items may be missing."""

    kind: str  # for people: "RSS 2.0"
    items: tuple[ForeignItem, ...]
    older: str | None = None
    sure: bool = True
    whole: bool = True


def read(data: bytes, address: str = "") -> Document | None:
    """A feed document, None if it is none. `address` is where it was fetched, "" for a file. Never raises for what it
    contains."""
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        return _read_json(data, address)
    # Without an address of its own feedparser leaves a relative guid as it is, which is how readers know it.
    found = feedparser.parse(io.BytesIO(data), sanitize_html=False, resolve_relative_uris=False)
    version = str(found.get("version") or "")
    if not version:
        return None
    items = [_item(entry, version, address) for entry in found.entries]
    # Another encoding than was declared is no loss, and feedparser says so in the same place.
    whole = not found.bozo or isinstance(found.bozo_exception, feedparser.CharacterEncodingOverride)
    named = _named_older(found, address)
    older = named or (_next_of_wordpress(address) if items and _is_wordpress(found) else None)
    return Document(_kind(version), _known(items), older, named is not None, whole)


def _kind(version: str) -> str:
    name = {"rss": "RSS", "atom": "Atom", "cdf": "CDF"}.get(version.rstrip("0123456789nu"), version)
    digits = "".join(c for c in version if c.isdigit())
    return f"{name} {digits[0]}.{digits[1:]}" if len(digits) > 1 else name


def _known(items: Iterable[ForeignItem | None]) -> tuple[ForeignItem, ...]:
    return tuple(item for item in items if item is not None)


def _item(entry: Mapping[str, Any], version: str, address: str) -> ForeignItem | None:
    def stated(name: str) -> Any:  # feedparser's own `get` answers for `updated` with `published`, and the like
        return dict.get(entry, name)  # type: ignore[call-overload]

    alternate = [link.get("href") for link in stated("links") or () if link.get("rel") == "alternate"]
    links = [stated("feedburner_origlink"), stated("link"), *alternate]
    published, updated = _moment(stated("published_parsed")), _moment(stated("updated_parsed"))
    if published is None:
        published = _moment(stated("created_parsed"))
    if published is None and version.startswith("rss"):
        published, updated = updated, None  # RSS has no date of change: what is there (dc:date) is the item's date
    return _made(stated("id"), links, stated("title"), published, updated, address)


def _made(
    id: Any, links: Iterable[Any], title: Any, published: datetime | None, updated: datetime | None, address: str
) -> ForeignItem | None:
    places = [urls for link in links if isinstance(link, str) and (urls := _absolute(address, link))]
    name = _text(id) or (places[0] if places else "")
    if not name or len(name) > _MOST_ID:
        return None
    return ForeignItem(name, tuple(dict.fromkeys(places)), plain(title), published, updated)


def plain(title: Any) -> str:
    """A title as plain text: feeds hold it escaped once, twice, or with markup."""
    return " ".join(unescape(_TAG.sub("", unescape(_text(title)))).split())


def _text(value: Any) -> str:
    """JSON Feed 1.1: an id that is a number is to be read as its text."""
    return xml_safe(str(value))[0].strip() if isinstance(value, str | int | float) else ""


def _absolute(address: str, link: str) -> str:
    try:
        return urljoin(address, link.strip())
    except ValueError:  # an open bracket
        return ""


def _moment(parsed: Any) -> datetime | None:
    """feedparser gives UTC as a time tuple."""
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC) if parsed else None
    except (OverflowError, ValueError, OSError):
        return None


# --- Older items ------------------------------------------------------------------------------------------------------


def _named_older(found: Mapping[str, Any], address: str) -> str | None:
    links = {link.get("rel"): link.get("href") for link in reversed(found["feed"].get("links") or ())}
    href = next((links[rel] for rel in _OLDER if links.get(rel)), None)
    return _absolute(address, href) or None if href else None


def _is_wordpress(found: Mapping[str, Any]) -> bool:
    return "wordpress" in str(found["feed"].get("generator", "")).lower()


def _next_of_wordpress(address: str) -> str | None:
    """WordPress links to no other page, but has them: ?paged=2 and so on, until one is not found."""
    parts = urlsplit(address)
    if not parts.netloc:
        return None
    given = parse_qsl(parts.query, keep_blank_values=True)
    number = next((int(value) for name, value in given if name == "paged" and value.isdecimal()), 1)
    query = [(name, value) for name, value in given if name != "paged"] + [("paged", str(number + 1))]
    return parts._replace(query=urlencode(query)).geturl()


# --- JSON Feed --------------------------------------------------------------------------------------------------------


def _read_json(data: bytes, address: str) -> Document | None:
    try:
        found = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    items = found.get("items") if isinstance(found, dict) else None
    if not isinstance(items, list) or "jsonfeed" not in str(found.get("version")):
        return None
    older = found.get("next_url")
    version = str(found["version"]).rstrip("/").rpartition("/")[2]
    return Document(
        f"JSON Feed {version}",
        _known(_json_item(item, address) for item in items if isinstance(item, dict)),
        _absolute(address, older) or None if isinstance(older, str) else None,
    )


def _json_item(item: Mapping[str, Any], address: str) -> ForeignItem | None:
    links = (item.get("url"), item.get("external_url"))
    dates = [_json_date(item.get(name)) for name in ("date_published", "date_modified")]
    return _made(item.get("id"), links, item.get("title"), dates[0], dates[1], address)


def _json_date(raw: Any) -> datetime | None:
    parsed = parse_date(raw, _UTC) if isinstance(raw, str) else None
    return parsed.instant if isinstance(parsed, ParsedDate) else None
