"""Pages for people: the list of the feeds. Data in, bytes out; the same data gives the same bytes.

Links are relative to the page, so that it works under the public address, behind a proxy and on 127.0.0.1 alike; the
addresses to copy are the public ones.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from feedd.model import Feed, Publication, Site

INDEX_PATH = "index.html"
STYLE_PATH = "feedd.css"
HTML = "text/html"
CSS = "text/css"

_LABELS = {"rss": "RSS", "atom": "Atom", "json": "JSON Feed"}
_GROUPS = {None: "Feeds", "tag": "By tag", "category": "By category", "author": "By author"}


@dataclass(frozen=True, slots=True)
class _Address:
    label: str
    media_type: str
    href: str
    url: str


@dataclass(frozen=True, slots=True)
class _Listed:
    title: str
    description: str
    language: str | None
    entries: int
    documents: tuple[_Address, ...]


@dataclass(frozen=True, slots=True)
class _Group:
    """`main` feeds are those a reader should offer of itself: a browser would choke on a link for each tag."""

    id: str
    title: str
    main: bool
    feeds: tuple[_Listed, ...]


def index(site: Site, feeds: Sequence[Feed], publications: Iterable[Publication]) -> bytes:
    """The page at /. Lists the concrete `feeds` in their order with what is published of each; others are left out."""
    by_feed: dict[str, list[Publication]] = defaultdict(list)
    for publication in publications:
        by_feed[publication.feed].append(publication)
    groups = tuple(
        _Group(f"feeds-{each or 'main'}", title, each is None, listed)
        for each, title in _GROUPS.items()
        if (listed := tuple(_listed(site, feed, by_feed[feed.path]) for feed in feeds if _lists(each, feed, by_feed)))
    )
    page = _template().render(site=site, groups=groups, style=STYLE_PATH)
    return page.encode()


@cache
def stylesheet() -> bytes:
    """The style sheet of our pages, a document of its own: the content policy allows no style in the page."""
    return files("feedd.server").joinpath("templates", STYLE_PATH).read_bytes()


def _lists(each: str | None, feed: Feed, by_feed: dict[str, list[Publication]]) -> bool:
    return (feed.each if feed.value is not None else None) == each and bool(by_feed.get(feed.path))


def _listed(site: Site, feed: Feed, publications: Sequence[Publication]) -> _Listed:
    order = {name: position for position, name in enumerate(feed.formats)}
    ordered = sorted(publications, key=lambda each: (order.get(each.format, len(order)), each.path))
    return _Listed(
        title=feed.title,
        description=feed.description,
        language=feed.language or site.language,
        entries=max(each.entries for each in publications),
        documents=tuple(_address(each) for each in ordered),
    )


def _address(publication: Publication) -> _Address:
    # "./" keeps a path with a colon in its first step from reading as a scheme (RFC 3986 §4.2).
    href = "./" + quote(publication.path, safe="/")
    return _Address(_LABELS.get(publication.format, publication.format), publication.media_type, href, publication.url)


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("feedd.server"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template(INDEX_PATH)
