"""All feeds of a site: a page for people, OPML for readers, a sitemap for search engines. Pure.

They are made of what is published and nothing else, and their names are ones that no site has by accident; in
particular not index.html and not sitemap.xml, which are the site's own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from html import escape
from typing import Any
from urllib.parse import quote

from lxml import etree

from feedd.model import FEED_STYLE, Feed, FeedDocument, Publication, Site, digest_of
from feedd.renderer import landing, page, render
from feedd.renderer.xml import stamp

SITEMAP = "feeds-sitemap.xml"
_SITEMAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"
_MOST_ADDRESSES = 50_000  # in one file (sitemaps.org)
_IN_ORDER = ("tag", "category", "author", "section", "language", "year")


@dataclass(frozen=True, slots=True)
class Listed:
    """A feed of which something is published. `name` is short where the heading says the rest; `page` is its landing
    page, below this page and in public."""

    feed: Feed
    name: str
    title: str
    description: str
    name_language: str | None
    description_language: str | None
    entries: int
    addresses: tuple[landing.Address, ...]
    page: str | None
    page_url: str | None


@dataclass(frozen=True, slots=True)
class Group:
    """`main` feeds are those that a reader should offer of itself: a browser would choke on a link for each tag."""

    id: str
    title: str
    main: bool
    feeds: tuple[Listed, ...]


def documents(
    site: Site, feeds: Iterable[Feed], publications: Sequence[Publication], moved: Collection[str] = ()
) -> tuple[FeedDocument, ...]:
    """All of them, and the style sheets that pages and feeds refer to. The paths in `moved` lead elsewhere by now."""
    groups = _groups(site, feeds, [each for each in publications if each.path not in moved])
    made = (
        (page.INDEX, page.HTML, "text/html", _index(site, groups)),
        (page.OPML, "opml", "text/x-opml", opml(site, groups, max(map(_changed, publications)))),
        (SITEMAP, "sitemap", "application/xml", _sitemap(site, groups, publications)),
        (page.PAGE_STYLE, "css", "text/css", page.style(page.PAGE_STYLE)),
        (FEED_STYLE, "css", "text/css", page.style(FEED_STYLE)),
    )
    return tuple(
        FeedDocument("", format, path, media_type, data, digest_of(data), f"{site.feeds_url}/{quote(path)}")
        for path, format, media_type, data in made
    )


def snippet(site: Site, feeds: Iterable[Feed], moved: Collection[str] = ()) -> str:
    """What a site writes into the head of its pages, so that browsers and readers find the feeds that are here."""
    lines = [
        f'<link rel="alternate" type="{render.FORMATS[name].media_type}" title="{escape(feed.title)}"'
        f' href="{escape(render.document_url(feed, name, site))}">'
        for feed in feeds
        for name in feed.formats
        if render.document_path(feed, name) not in moved
    ]
    return "".join(f"{line}\n" for line in lines)


# --- What there is ----------------------------------------------------------------------------------------------------


def _groups(site: Site, feeds: Iterable[Feed], publications: Iterable[Publication]) -> tuple[Group, ...]:
    by_feed: dict[str, list[Publication]] = defaultdict(list)
    for publication in publications:
        if not publication.page:
            by_feed[publication.feed].append(publication)
    grouped: dict[tuple[int, str, str], list[Listed]] = defaultdict(list)
    for feed in feeds:
        if listed := _listed(site, feed, by_feed.get(feed.path, ())):
            grouped[_group_of(feed)].append(listed)
    titles = [title for _, title, _ in grouped]
    return tuple(
        Group(
            id=f"group-{number}",
            title=title if titles.count(title) == 1 else f"{title} ({definition})",
            main=not definition,
            feeds=tuple(sorted(listed, key=_place) if definition else listed),
        )
        for number, ((_, title, definition), listed) in enumerate(sorted(grouped.items()), 1)
    )


def _group_of(feed: Feed) -> tuple[int, str, str]:
    """(rank, title, definition): the feeds of one definition stay together."""
    if feed.value is None:
        return (1, "Podcasts", "") if feed.podcast else (0, "Feeds", "")
    each = feed.each or "value"
    rank = _IN_ORDER.index(each) if each in _IN_ORDER else len(_IN_ORDER)
    return 2 + rank, f"By {each}", feed.definition or feed.path


def _place(listed: Listed) -> tuple[str, str]:
    return listed.name.casefold(), listed.feed.path


def _listed(site: Site, feed: Feed, publications: Sequence[Publication]) -> Listed | None:
    by_format = {each.format: each for each in publications}
    documents = [by_format[name] for name in feed.formats if name in by_format]
    if not documents:
        return None
    here = by_format.get(page.HTML)
    name, description = feed.value or feed.title, feed.description or site.description
    return Listed(
        feed=feed,
        name=name,
        title=feed.title,
        description=description,
        # "ar" is no Arabic.
        name_language=None if feed.each == "language" else page.language_of(name, feed, site),
        description_language=page.language_of(description, feed, site),
        entries=max(each.entries for each in documents),
        addresses=tuple(landing.address(p.format, p.media_type, p.path, p.url, page.INDEX) for p in documents),
        page=page.relative(here.path, page.INDEX) if here else None,
        page_url=here.url if here else None,
    )


# --- For people -------------------------------------------------------------------------------------------------------


def _index(site: Site, groups: Sequence[Group]) -> bytes:
    return page.write("index.html", site=site, groups=groups, style=page.PAGE_STYLE, opml=page.OPML)


# --- For programs -----------------------------------------------------------------------------------------------------


def opml(site: Site, groups: Sequence[Group], changed: datetime) -> bytes:
    """OPML 2.0 (opml.org/spec2.opml): what a reader imports to subscribe to everything at once."""
    root = etree.Element("opml", version="2.0")
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = f"Feeds of {site.title}"
    etree.SubElement(head, "dateModified").text = format_datetime(changed, usegmt=True)
    if site.author:
        etree.SubElement(head, "ownerName").text = site.author.name
        if site.author.email:
            etree.SubElement(head, "ownerEmail").text = site.author.email
    body = etree.SubElement(root, "body")
    for group in groups:
        # A folder for what would drown the rest; the main feeds stand where they are seen first.
        place = body if group.main else etree.SubElement(body, "outline", text=group.title)
        for listed in group.feeds:
            etree.SubElement(place, "outline", _outline(site, listed))
    return _xml(root)


def _outline(site: Site, listed: Listed) -> dict[str, str]:
    given = {
        "type": "rss",  # whatever its format: OPML knows no other word
        "text": listed.title,
        "title": listed.title,
        "description": listed.description,
        "language": listed.feed.language or site.language or "",
        "htmlUrl": site.url + "/",
        "xmlUrl": landing.best(listed.addresses).url,
    }
    return {name: value for name, value in given.items() if value}


def _sitemap(site: Site, groups: Sequence[Group], publications: Iterable[Publication]) -> bytes:
    """sitemaps.org 0.9: the landing pages and documents of the feeds, with the moment of their last change."""
    changed = {each.url: _changed(each) for each in publications}
    namespaces: dict[Any, str] = {None: _SITEMAPS}
    root = etree.Element(f"{{{_SITEMAPS}}}urlset", nsmap=namespaces)
    for number, url in enumerate(_addresses(groups)):
        if number == _MOST_ADDRESSES:
            break
        entry = etree.SubElement(root, f"{{{_SITEMAPS}}}url")
        etree.SubElement(entry, f"{{{_SITEMAPS}}}loc").text = url
        etree.SubElement(entry, f"{{{_SITEMAPS}}}lastmod").text = stamp(changed[url])
    return _xml(root)


def _changed(publication: Publication) -> datetime:
    """What the document says, so that the same entries make the same list whenever it is made."""
    return publication.updated or publication.published_at


def _addresses(groups: Iterable[Group]) -> Iterator[str]:
    for group in groups:
        for listed in group.feeds:
            if listed.page_url:
                yield listed.page_url
            yield from (address.url for address in listed.addresses)


def _xml(root: etree._Element) -> bytes:
    root.addprevious(etree.Comment(" feedd "))  # by which the publisher knows its own
    return etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=True, pretty_print=True)
