"""What an article says of itself besides its text, for those who ask: who helped, whose it is, what it answers, where
it plays. Pure.

Many of these names mean something else to some generator (`comments: true`, `source: Reuters`), so a value that cannot
be meant is passed over in silence; a warning is only worth it where nothing else can be meant.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from feedd.model import Article, Claim, Extras, License, Origin, Person, Problem, Reply
from feedd.normalizer.claims import fold
from feedd.normalizer.findings import FIELD, warning
from feedd.normalizer.values import MAX_LABELS, Misfit, first_of, is_web_url, plain, read_authors

Reader = Callable[[Any, str], Any]


@dataclass(frozen=True, slots=True)
class Believed:
    """`extras` None: it says nothing of the kind."""

    extras: Extras | None
    trace: tuple[Claim, ...] = ()
    problems: tuple[Problem, ...] = ()


def believe(
    article: Article, line: Callable[[Any], str], encode: Callable[[str], str], resolve: Callable[[str], str]
) -> Believed:
    """`line` makes text fit for a feed, `encode` an absolute address, `resolve` one that may be relative."""
    named = {fold(str(key)): str(key) for key in reversed(list(article.matter))}
    said: dict[str, Any] = {}
    trace: list[Claim] = []
    problems: list[Problem] = []
    for field, names, read in FIELDS:
        for key in (named[name] for name in names.split() if name in named):
            value, at = read(article.matter[key], key[:40]), article.lines.get(key)
            if isinstance(value, Misfit):
                problems.append(warning(FIELD, article.key.path, value.message, value.hint, at))
                value = value.value
            if value is not None and field not in said:
                said[field] = value
                trace.append(Claim(field.replace("_", " "), value, "front matter", at))
    fit: dict[str, Callable[[Any], Any]] = {
        "contributors": lambda people: tuple(_person(each, line) for each in people),
        "rights": line,
        "license": lambda each: License(line(each.name), encode(each.url)),
        "external_url": encode,
        "banner": resolve,
        "comments": encode,
        "source": lambda each: Origin(line(each.title), encode(each.url), encode(each.feed) if each.feed else None),
    }
    found = Extras(**{field: fit[field](value) if field in fit else value for field, value in said.items()})
    return Believed(found if found != Extras() else None, tuple(trace), tuple(problems))


def _person(person: Person, line: Callable[[Any], str]) -> Person:
    return Person(line(person.name) or "?", line(person.email) or None, line(person.uri) or None)


# --- Values -----------------------------------------------------------------------------------------------------------


def _read_people(value: Any, key: str) -> Any:
    return None if isinstance(value, bool) else read_authors(value, None, key)


def _read_rights(value: Any, key: str) -> str | None:
    return None if isinstance(value, bool) else plain(value)


def _read_url(value: Any, key: str) -> str | None:
    text = plain(value)
    return text if text and is_web_url(text) else None


def _read_picture(value: Any, key: str) -> str | None:
    parts = value if isinstance(value, Mapping) else {"url": value}
    text = None if isinstance(value, bool) else plain(first_of(parts, "url", "src", "image", "path"))
    relative = text is not None and not re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:", text)
    return text if text and (is_web_url(text) or (relative and not re.search(r"[\x00-\x20\\]", text))) else None


_CREATIVE_COMMONS = re.compile(r"cc[- ](by(?:-(?:nc|sa|nd|nc-sa|nc-nd))?)[- ]?([1-4]\.0)", re.IGNORECASE)
_ZERO = re.compile(r"cc[- ]?0(?:[- ]1\.0)?", re.IGNORECASE)


def _read_license(value: Any, key: str) -> License | None:
    """An address, a mapping with one, or a Creative Commons name, whose address everybody knows. Another name alone has
    no address that a feed could give."""
    parts = value if isinstance(value, Mapping) else {"name": value}
    name, url = plain(first_of(parts, "name", "identifier", "spdx")), plain(first_of(parts, "url", "href", "link"))
    if url is None and name is not None:
        if is_web_url(name):
            url = name
        elif found := _CREATIVE_COMMONS.fullmatch(name):
            url = f"https://creativecommons.org/licenses/{found[1].lower()}/{found[2]}/"
        elif _ZERO.fullmatch(name):
            url = "https://creativecommons.org/publicdomain/zero/1.0/"
    return License(name or url, url) if url and is_web_url(url) else None


def _read_replies(value: Any, key: str) -> tuple[Reply, ...] | Misfit | None:
    items = value if isinstance(value, list) else [value]
    found = [_reply(item) for item in items[:MAX_LABELS] if item not in (None, "", {})]
    good = tuple(each for each in found if each is not None)
    if len(good) == len(found):
        return good or None
    return Misfit(f"{key} is not the address of a post", "write https://…, or {id: …, url: https://…}", good or None)


def _reply(value: Any) -> Reply | None:
    parts = value if isinstance(value, Mapping) else {"ref": value}
    ref, href = plain(first_of(parts, "ref", "id")), plain(first_of(parts, "href", "url", "link"))
    href = href if href and is_web_url(href) else None
    if ref is None:
        return Reply(href, href) if href else None
    if is_web_url(ref):
        return Reply(ref, href or ref)
    return Reply(ref, href) if re.fullmatch(r"(?:tag|urn):[!-~]+", ref) else None


_PAIR = re.compile(
    r"(?:geo:)?\s*(-?[0-9]{1,3}(?:\.[0-9]{1,15})?)\s*[,; ]\s*(-?[0-9]{1,3}(?:\.[0-9]{1,15})?)(?:[,;].*)?"
)


def _read_geo(value: Any, key: str) -> tuple[float, float] | Misfit | None:
    """Latitude and longitude (WGS 84) in any of the usual shapes."""
    if isinstance(value, Mapping):
        pair = [first_of(value, "lat", "latitude"), first_of(value, "lon", "lng", "long", "longitude")]
    else:
        pair = list(value) if isinstance(value, list) else [value]
    if not any(each is not None for each in pair):
        return None
    found = _PAIR.fullmatch(", ".join(plain(each) or "" for each in pair))
    if found and abs(float(found[1])) <= 90 and abs(float(found[2])) <= 180:
        return float(found[1]), float(found[2])
    return Misfit(f"{key} is no place on earth", "write latitude and longitude: [48.2082, 16.3738]")


def _read_place(value: Any, key: str) -> tuple[float, float] | None:
    """`location: Vienna` is a word for people; with a latitude it is a place."""
    found = _read_geo(value, key) if isinstance(value, Mapping) else None
    return found if isinstance(found, tuple) else None


def _read_source(value: Any, key: str) -> Origin | None:
    if not isinstance(value, Mapping):
        return None
    title, url = plain(first_of(value, "title", "name")), plain(first_of(value, "url", "link", "href"))
    feed = plain(first_of(value, "feed", "feed_url", "rss", "atom"))
    feed = feed if feed and is_web_url(feed) else None
    return Origin(title, url, feed) if title and url and is_web_url(url) else None


# (field of Extras, the names people give it, how its value is read). Names are compared as those of `claims`.
FIELDS: tuple[tuple[str, str, Reader], ...] = (
    ("contributors", "contributors contributor", _read_people),
    ("rights", "rights copyright", _read_rights),
    ("license", "license licence", _read_license),
    ("external_url", "externalurl linkedurl linkurl linkto", _read_url),
    ("banner", "bannerimage banner", _read_picture),
    ("comments", "commentsurl comments discussion discussionurl", _read_url),
    ("replies_to", "inreplyto replyto", _read_replies),
    ("geo", "geo coordinates latlng gps", _read_geo),
    ("geo", "location", _read_place),
    ("source", "source republishedfrom", _read_source),
)
