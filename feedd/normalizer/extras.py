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

from feedd import podcasting
from feedd.model import Article, Claim, Extras, License, Origin, Person, Problem, Reply
from feedd.normalizer.claims import fold
from feedd.normalizer.findings import FIELD, warning
from feedd.normalizer.values import (
    MAX_LABELS,
    MEDIA_TYPES,
    Misfit,
    coordinates,
    first_of,
    has_coordinates,
    is_reference,
    is_web_url,
    plain,
    read_authors,
    read_license,
)

Reader = Callable[[Any, str], Any]


@dataclass(frozen=True, slots=True)
class Believed:
    """`extras` None: it says nothing of the kind."""

    extras: Extras | None
    trace: tuple[Claim, ...] = ()
    problems: tuple[Problem, ...] = ()


def believe(
    article: Article,
    person: Callable[[Person], Person],
    encode: Callable[[str], str],
    resolve: Callable[[str], str],
    on_site: Callable[[str], str],
) -> Believed:
    """`person` makes somebody fit for a feed, `encode` an absolute address; `resolve` and `on_site` one that may be
    relative, to the article or to the site."""
    named = {fold(str(key)): str(key) for key in reversed(list(article.matter))}
    said: dict[str, Any] = {}
    trace: list[Claim] = []
    problems: list[Problem] = []
    fit = _fitting(person, encode, resolve, on_site)
    for field, names, read in FIELDS:
        for key in (named[name] for name in names.split() if name in named):
            value, at = read(article.matter[key], key[:40]), article.lines.get(key)
            if isinstance(value, Misfit):
                problems.append(warning(FIELD, article.key.path, value.message, value.hint, at))
                value = value.value
            if value is not None and field not in said:
                said[field] = value = fit[field](value) if field in fit else value
                trace.append(Claim(field.replace("_", " "), value, "front matter", at))
    found = Extras(**said)
    return Believed(found if found != Extras() else None, tuple(trace), tuple(problems))


def _fitting(
    person: Callable[[Person], Person],
    encode: Callable[[str], str],
    resolve: Callable[[str], str],
    on_site: Callable[[str], str],
) -> dict[str, Callable[[Any], Any]]:
    """What each field has to go through. `plain` has made all text fit for XML before."""
    return {
        "contributors": lambda people: tuple(person(each) for each in people),
        "rights": _line,
        "license": lambda each: License(_line(each.name), encode(each.url)),
        "external_url": on_site,
        "banner": resolve,
        "comments": resolve,
        "replies_to": lambda replies: tuple(_encoded(each, encode) for each in replies),
        "source": lambda each: Origin(_line(each.title), encode(each.url), encode(each.feed) if each.feed else None),
    }


def _line(text: str) -> str:
    return " ".join(text.split())


def _encoded(reply: Reply, encode: Callable[[str], str]) -> Reply:
    """Ids are compared letter by letter (RFC 4685 3), so a stated one stays as it is."""
    href = encode(reply.href) if reply.href else None
    return Reply(reply.ref or href or "", href)


# --- Values -----------------------------------------------------------------------------------------------------------


def _read_people(value: Any, key: str) -> Any:
    return None if isinstance(value, bool) else read_authors(value, None, key)


def _read_rights(value: Any, key: str) -> str | None:
    return None if isinstance(value, bool) else plain(value)


_FORBIDDEN = re.compile(r"[\x00-\x20<>\"\\^`{|}]")


def _read_elsewhere(value: Any, key: str) -> str | Misfit | None:
    """An address, of another site or on this one."""
    text = None if isinstance(value, bool) else plain(value)
    if value in (None, "", [], {}):
        return None
    if text and is_reference(text) and not _FORBIDDEN.search(text):
        return text
    return Misfit(f"{key} is not the address of a page", "write https://… or a path that begins with /")


def _read_comments(value: Any, key: str) -> str | None:
    """An address, or a path that shows by its beginning that it is one."""
    text = plain(value)
    if not text or not is_reference(text) or _FORBIDDEN.search(text):
        return None
    return text if is_web_url(text) or text.startswith(("/", "./", "../", "#")) else None


def _read_picture(value: Any, key: str) -> str | None:
    parts = value if isinstance(value, Mapping) else {"url": value}
    text = None if isinstance(value, bool) else plain(first_of(parts, "url", "src", "image", "path"))
    return text if text and is_reference(text) and not _is_prose(text) else None


def _is_prose(text: str) -> bool:
    """Blanks stand in names of files, and in the words of a banner for people."""
    return " " in text and not MEDIA_TYPES.get(text.rpartition(".")[2].lower(), "").startswith("image/")


def _read_license(value: Any, key: str) -> License | Misfit | None:
    """By the name that it was given. One that is known to podcast programs alone has no address that a feed could
    give."""
    found = read_license(value, None, key)
    if not isinstance(found, License):
        return found
    known = podcasting.creative_commons(found.name)
    url = found.url or (known.url if known else None)
    written = plain(first_of(value, "name", "identifier", "spdx") if isinstance(value, Mapping) else value)
    return License(written or found.name, url) if url else None


def _read_replies(value: Any, key: str) -> tuple[Reply, ...] | Misfit | None:
    items = value if isinstance(value, list) else [value]
    found = [_reply(item) for item in items[:MAX_LABELS] if item not in (None, "", {})]
    good = tuple(each for each in found if each is not None)
    if any(each.href is None for each in good):
        return Misfit(f"{key} does not say where the post is", "write {id: …, url: https://…}", good)
    if len(good) == len(found):
        return good or None
    return Misfit(f"{key} is not the address of a post", "write https://…, or {id: …, url: https://…}", good or None)


def _reply(value: Any) -> Reply | None:
    """Without a `ref` where it is to be made from the address."""
    parts = value if isinstance(value, Mapping) else {"url" if is_web_url(plain(value) or "") else "ref": value}
    ref, href = plain(first_of(parts, "ref", "id")), plain(first_of(parts, "href", "url", "link"))
    href = href if href and is_web_url(href) else None
    if ref is None:
        return Reply("", href) if href else None
    if is_web_url(ref):
        return Reply(ref, href or ref)
    return Reply(ref, href) if re.fullmatch(r"(?:tag|urn):[!-~]+", ref) else None


def _read_geo(value: Any, key: str) -> tuple[float, float] | Misfit | None:
    if not has_coordinates(value):
        return None
    found = _degrees(coordinates(value))
    return found or Misfit(f"{key} is no place on earth", "write latitude and longitude: [48.2082, 16.3738]")


def _degrees(found: tuple[str, str] | None) -> tuple[float, float] | None:
    return (float(found[0]), float(found[1])) if found else None


def _read_place(value: Any, key: str) -> tuple[float, float] | None:
    """`location: Vienna` is a word for people; with a latitude it is a place. Of several the first counts."""
    places = [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, Mapping)]
    found = (_degrees(coordinates(each) or coordinates(first_of(each, "geo"))) for each in places)
    return next((each for each in found if each), None)


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
    ("external_url", "externalurl linkedurl linkurl linkto", _read_elsewhere),
    ("banner", "bannerimage banner", _read_picture),
    ("comments", "commentsurl comments discussion discussionurl", _read_comments),
    ("replies_to", "inreplyto replyto", _read_replies),
    ("geo", "geo coordinates latlng gps", _read_geo),
    ("geo", "location", _read_place),
    ("source", "source republishedfrom", _read_source),
)
