"""Which article is this item? By what can be said for certain first, and never by a guess that could be two. Pure.

    id        the article has that very id already
    link      the same address, whatever the scheme, "www.", the slash at the end, the encoding or tracking may be
    alias     a former address that the article states
    id link   the item's id is the article's address
    path      the same path on another host, where the whole feed is of that other host (a site that moved)
    day       the same title on the same day
    title     the same title, and only one of each, with dates not too far apart
    elsewhere the item's link is the page that the article, a link post, is about

Every item is one article at most, and every article one item.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from feedd.takeover.read import ForeignItem

T = TypeVar("T")

SAME_DAY = timedelta(hours=24)  # a day has another date in another zone
FAR_APART = timedelta(days=400)
MOST_ALIKE = 500  # a title that more articles or items have names none of them

_INDEX = re.compile(r"(?<=/)(?:index|default)\.(?:html?|php|xhtml)$", re.IGNORECASE)
_TRACKING = re.compile(r"utm_|mtm_|pk_|fbclid$|gclid$|mc_[ce]id$|ref$|ref_src$|xtor$|cmpid$|ito$|ns_")
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article, as far as it can be recognised. `name` is for people: its path."""

    id: str
    name: str
    url: str
    title: str
    published: datetime
    aliases: tuple[str, ...] = ()
    elsewhere: str = ""  # the page that a link post is about


@dataclass(frozen=True, slots=True)
class Match:
    item: ForeignItem
    candidate: Candidate
    how: str


@dataclass(frozen=True, slots=True)
class Plan:
    """`missing` items have no article, `ambiguous` ones more than one, or share theirs with others: (item, why)."""

    matches: tuple[Match, ...] = ()
    missing: tuple[ForeignItem, ...] = ()
    ambiguous: tuple[tuple[ForeignItem, str], ...] = ()


def match(items: Iterable[ForeignItem], candidates: Sequence[Candidate], site: str) -> Plan:
    """`items` newest document first: of two with one id the first one counts (RFC 5005 section 4)."""
    unique = {item.id: item for item in reversed(list(items))}
    matching = _Matching(list(reversed(unique.values())), candidates)
    matching.by("id", lambda item: [item.id], lambda one: [one.id])
    matching.by("link", _pages, lambda one: [same_page(one.url)])
    matching.by("alias", _pages, lambda one: map(same_page, one.aliases))
    matching.by("id link", lambda item: [same_page(item.id)], lambda one: map(same_page, (one.url, *one.aliases)))
    old = _old_host(matching.items, site)
    if old:
        matching.by("path", lambda item: _paths(item, old), lambda one: [same_page(one.url).partition("/")[2]])
    matching.by_title("day", SAME_DAY, alone=False)
    matching.by_title("title", FAR_APART, alone=True)
    matching.by("elsewhere", _pages, lambda one: [same_page(one.elsewhere)])
    return matching.plan()


@dataclass(slots=True)
class _Matching:
    items: list[ForeignItem]
    candidates: Sequence[Candidate]
    found: dict[str, Match] = field(default_factory=dict)  # by the item's id
    taken: dict[str, ForeignItem] = field(default_factory=dict)  # by the article's id
    doubts: dict[str, str] = field(default_factory=dict)

    def by(
        self,
        how: str,
        of_item: Callable[[ForeignItem], Iterable[str]],
        of_candidate: Callable[[Candidate], Iterable[str]],
    ) -> None:
        """Those that have a key in common; an empty one says nothing."""
        named: dict[str, dict[str, Candidate]] = {}
        for one in self.candidates:
            for key in of_candidate(one):
                named.setdefault(key, {})[one.id] = one
        wanted = {item.id: [key for key in of_item(item) if key] for item in self.items}
        shared = Counter(key for keys in wanted.values() for key in set(keys))
        for item in self._open():
            for key in wanted[item.id]:
                if key in named:
                    rivals = list(named[key].values())
                    # An address that several items have is none of their own, or one article came out several times.
                    alike = [one for one in rivals if words(one.title) == words(item.title)]
                    self._decide(item, alike if shared[key] > 1 else rivals, how)
                    break

    def by_title(self, how: str, most: timedelta, *, alone: bool) -> None:
        """The same words, close enough in time. `alone`: only if no other has this title on either side, and then an
        unknown date is close."""
        ours, theirs = _by_title(self.candidates, lambda c: c.title), _by_title(self.items, lambda i: i.title)
        for item in self._open():
            rivals, others = ours.get(words(item.title), []), theirs.get(words(item.title), [])
            if max(len(rivals), len(others)) > (1 if alone else MOST_ALIKE):
                continue
            close = [one for one in rivals if one.id not in self.taken and _close(item, one, most, alone)]
            if len(close) == 1 and sum(_close(other, close[0], most, alone) for other in others) == 1:
                self._decide(item, close, how)

    def _open(self) -> list[ForeignItem]:
        return [item for item in self.items if item.id not in self.found and item.id not in self.doubts]

    def _decide(self, item: ForeignItem, rivals: Sequence[Candidate], how: str) -> None:
        if not rivals:
            return
        if len(rivals) > 1:
            self.doubts[item.id] = f"could be {' or '.join(sorted(one.name for one in rivals)[:3])}"
            return
        (one,) = rivals
        if one.id in self.taken:
            self.doubts[item.id] = f"is {one.name}, as is {self.taken[one.id].id}, which stands before it"
            return
        self.found[item.id], self.taken[one.id] = Match(item, one, how), item

    def plan(self) -> Plan:
        return Plan(
            tuple(self.found.values()),
            tuple(self._open()),
            tuple((item, self.doubts[item.id]) for item in self.items if item.id in self.doubts),
        )


def _by_title(them: Iterable[T], title: Callable[[T], str]) -> dict[str, list[T]]:
    found: dict[str, list[T]] = {}
    for one in them:
        if key := words(title(one)):
            found.setdefault(key, []).append(one)
    return found


def _close(item: ForeignItem, one: Candidate, most: timedelta, undated: bool) -> bool:
    date = item.published or item.updated
    return undated if date is None else abs(date - one.published) <= most


def words(title: str) -> str:
    """A title without what typography, case and punctuation change."""
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFKC", title).casefold()))


# --- Addresses --------------------------------------------------------------------------------------------------------


def same_page(url: str) -> str:
    """A key that two spellings of one page's address share; "" for what is no web address."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in _PORTS or not parts.hostname:
        return ""
    host = _host(parts.hostname)
    place = host if port in (None, _PORTS[parts.scheme]) else f"{host}:{port}"
    path = _INDEX.sub("", unicodedata.normalize("NFC", unquote(parts.path)) or "/").rstrip("/")
    given = sorted(pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.match(pair[0]))
    query = f"?{urlencode(given)}" if given else ""
    fragment = "" if _TRACKING.match(parts.fragment) else parts.fragment
    return f"{place}{path}{query}" + (f"#{fragment}" if fragment else "")


def _pages(item: ForeignItem) -> list[str]:
    """A place on a page that is no article of its own is on the page that is one."""
    found = [same_page(link) for link in item.links]
    return [*found, *(page.partition("#")[0] for page in found if "#" in page)]


def _host(name: str) -> str:
    if not name.isascii():
        try:
            name = name.encode("idna").decode("ascii")
        except UnicodeError:
            return name
    return name.rstrip(".").removeprefix("www.")


def _old_host(items: Iterable[ForeignItem], site: str) -> str | None:
    """The host that most of the feed's links have, if it is not the site's."""
    hosts = Counter(same_page(item.links[0]).partition("/")[0] for item in items if item.links)
    hosts.pop("", None)
    if not hosts or same_page(site).partition("/")[0] in hosts:
        return None
    return hosts.most_common(1)[0][0]


def _paths(item: ForeignItem, host: str) -> list[str]:
    pages = (same_page(link).partition("/") for link in item.links)
    return [path for place, _, path in pages if place == host]
