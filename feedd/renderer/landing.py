"""A feed's page for people: what it is, the addresses to copy, readers that take it, the latest entries. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from feedd.model import Entry, Feed, FeedDocument, FeedItem, FeedSnapshot, digest_of
from feedd.renderer import page
from feedd.renderer.xml import stamp

LATEST = 10
_BEST = ("rss", "atom", "json")  # only RSS has what makes a podcast
_SUFFIX = ".html"
# What follows is the feed's address: whole and percent-encoded, as it is, or without its scheme.
_READERS = (
    ("Feedly", "https://feedly.com/i/subscription/feed%2F{quoted}"),
    ("Inoreader", "https://www.inoreader.com/?add_feed={quoted}"),
    ("NewsBlur", "https://www.newsblur.com/?url={quoted}"),
    ("The Old Reader", "https://theoldreader.com/feeds/subscribe?url={quoted}"),
    ("NetNewsWire and other apps", "feed:{url}"),
)
_PODCAST_READERS = (
    ("Apple Podcasts", "podcast://{rest}"),
    ("Overcast", "overcast://x-callback-url/add?url={quoted}"),
    ("Pocket Casts", "pktc://subscribe/{rest}"),
    ("AntennaPod", "https://antennapod.org/deeplink/subscribe?url={quoted}"),
)


@dataclass(frozen=True, slots=True)
class Address:
    """A document of the feed. `raw` is where a browser sees the document itself, and is not sent back here."""

    format: str
    label: str
    media_type: str
    href: str
    raw: str
    url: str


@dataclass(frozen=True, slots=True)
class _Link:
    label: str
    href: str


@dataclass(frozen=True, slots=True)
class _Shown:
    title: str  # empty: the date stands for it
    url: str
    language: str | None
    stamp: str
    day: str
    authors: str
    summary: str


def path_of(feed: Feed) -> str | None:
    """Where the page stands, None for none. "blog/index.html" is the folder's own page, whoever makes it, and the list
    of all feeds has its name, too."""
    path = feed.path + _SUFFIX
    return path if feed.landing and path.rpartition("/")[2] != "index.html" and path != page.INDEX else None


def document(path: str, snapshot: FeedSnapshot, documents: Sequence[FeedDocument]) -> FeedDocument:
    """The page at `path` for these documents of the feed."""
    feed, site, chain = snapshot.feed, snapshot.site, snapshot.chain
    addresses = tuple(address(each.format, each.media_type, each.path, each.url, path) for each in documents)
    language = feed.language or site.language
    data = page.write(
        "landing.html",
        site=site,
        feed=feed,
        title_language=page.language_of(feed.title, feed, site),
        lead_language=page.language_of(feed.description, feed, site),
        style=page.relative(page.PAGE_STYLE, path),
        index=page.relative(page.INDEX, path),
        addresses=addresses,
        readers=_readers(feed, addresses),
        entries=tuple(_shown(item, snapshot, language) for item in snapshot.items[:LATEST]),
        count=len(snapshot.items),
        older=_older(chain.previous, documents[0], feed, path) if chain and chain.previous else None,
    )
    url = f"{site.feeds_url}/{quote(path)}"
    return FeedDocument(feed.path, page.HTML, path, "text/html", data, digest_of(data), url)


def address(format: str, media_type: str, path: str, url: str, here: str) -> Address:
    """A document as a page at `here` shows it."""
    href = page.relative(path, here)
    return Address(format, page.LABELS.get(format, format), media_type, href, f"{href}?raw", url)


def best(addresses: Sequence[Address]) -> Address:
    """The one that most programs know."""
    return min(addresses, key=lambda each: _BEST.index(each.format) if each.format in _BEST else len(_BEST))


def _readers(feed: Feed, addresses: Sequence[Address]) -> tuple[_Link, ...]:
    url = best(addresses).url
    words = {"url": url, "quoted": quote(url, safe=""), "rest": url.partition("://")[2]}
    return tuple(_Link(name, to.format(**words)) for name, to in (_PODCAST_READERS if feed.podcast else _READERS))


def _shown(item: FeedItem, snapshot: FeedSnapshot, language: str | None) -> _Shown:
    entry = item.entry
    return _Shown(
        title=entry.title,
        url=entry.url,
        language=entry.language or language,
        stamp=stamp(entry.published),
        day=page.day(entry.published, snapshot.site.timezone),
        authors=_authors(entry, snapshot),
        summary=item.content.summary,
    )


def _authors(entry: Entry, snapshot: FeedSnapshot) -> str:
    """Not where it is the site's own author: every line would say so."""
    author = snapshot.site.author
    names = [person.name for person in entry.authors]
    return "" if author is not None and names == [author.name] else ", ".join(names)


def _older(previous: str, document: FeedDocument, feed: Feed, path: str) -> str:
    suffix = document.path.removeprefix(feed.path)
    return page.relative(previous + suffix, path) + "?raw"
