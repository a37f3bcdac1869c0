"""The only door to feedgen: heads and items of RSS 2.0 and Atom 1.0 as bytes. Pure.

feedgen 1.0.0 builds the elements; what it gets wrong is mended through its own extension hook, each with its reason:
it loses the attributes of Atom entry links, writes no hub link into RSS, has no dc:creator for authors without e-mail,
refuses untitled Atom entries, writes +00:00 where some readers only understand Z, and formats RSS dates by switching
the locale of the whole process. Every date is set, because what is not set becomes the clock.

A document is a head and items, joined as bytes: an item is rendered once and kept (`render.Fragments`), so an edit of
one entry in a feed of a thousand renders one item.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator
from datetime import datetime
from email.utils import format_datetime
from functools import partial
from typing import Any, Final

from lxml import etree  # before feedgen: feedgen.util takes lxml.etree for granted

from feedgen.entry import FeedEntry  # isort: skip
from feedgen.ext.base import BaseExtension  # isort: skip
from feedgen.feed import FeedGenerator  # isort: skip

from feedd.model import Entry, Feed, FeedItem, FeedSnapshot, Person, Tombstone

ATOM: Final = "http://www.w3.org/2005/Atom"
CONTENT: Final = "http://purl.org/rss/1.0/modules/content/"
DC: Final = "http://purl.org/dc/elements/1.1/"
TOMBSTONES: Final = "http://purl.org/atompub/tombstones/1.0"
# The prefix `atom:` is literal on purpose: clients exist that look for the prefix and not for the namespace.
RSS_NAMESPACES: Final = {"atom": ATOM, "content": CONTENT, "dc": DC}
_UNTITLED: Final = "untitled"  # what feedgen is told, because it refuses an empty title; removed again below


def stamp(moment: datetime) -> str:
    """RFC 3339 with Z: at least one reader ignores numeric offsets, none minds Z."""
    return moment.replace(microsecond=0, tzinfo=None).isoformat() + "Z"  # strftime writes the year 999 in three digits


# --- RSS --------------------------------------------------------------------------------------------------------------


def rss_head(snapshot: FeedSnapshot, self_url: str) -> tuple[bytes, bytes]:
    """What stands before and after the items of an RSS document."""
    feed, site = snapshot.feed, snapshot.site
    # RSS has no word for who left, so that is no news here.
    updated = max((item.entry.updated for item in snapshot.items), default=None)
    generator = _generator(snapshot, partial(_mend_rss_head, feed, updated, self_url))
    generator.description(feed.description or site.description or feed.title)
    generator.link(href=site.url + "/", rel="alternate")  # last: the channel's link is whatever was added last
    root, _ = generator._create_rss(extensions=True)
    return _split(root, b"</channel>")


def rss_item(item: FeedItem, content: str) -> bytes:
    """One `<item>`; `content` is "full" or "summary"."""
    entry = item.entry
    element = FeedEntry()
    element.title(entry.title or None)
    element.link(href=entry.url)
    element.guid(entry.id, permalink=entry.id == entry.url)
    # description is HTML (RSS 2.0): plain text is escaped once here and once more by the serialiser
    summary = html.escape(item.content.summary, quote=False) or html.escape(entry.title, quote=False) or entry.url
    if content == "full" and item.content.html:
        element.content(item.content.html)  # feedgen writes content:encoded only beside a description
    element.description(summary, isSummary=True)
    for term in terms(entry):
        element.category(term=term)
    for enclosure in entry.enclosures[:1]:  # RSS 2.0 readers know one; Atom and JSON Feed carry all
        element.enclosure(enclosure.url, str(enclosure.length), enclosure.media_type)
    element.register_extension("feedd", _Mend)
    element.feedd.mend = partial(_mend_rss_item, entry)
    return _fragment(element.rss_entry(), "rss", RSS_NAMESPACES)


def _mend_rss_head(feed: Feed, updated: datetime | None, self_url: str, root: Any) -> None:
    channel = root[0]
    links = [etree.Element(f"{{{ATOM}}}link", href=self_url, rel="self", type="application/rss+xml")]
    links += [etree.Element(f"{{{ATOM}}}link", href=hub, rel="hub") for hub in feed.hubs]
    for link in reversed(links):
        channel.insert(3, link)  # after title, link, description
    dated = channel.find("lastBuildDate")
    if updated is None:
        channel.remove(dated)
    else:
        dated.text = format_datetime(updated)


def _mend_rss_item(entry: Entry, item: Any) -> None:
    for person in entry.authors:
        etree.SubElement(item, f"{{{DC}}}creator").text = person.name
    # Written here: feedgen's own formatter switches the locale of the process to "C" and back.
    etree.SubElement(item, "pubDate").text = format_datetime(entry.published)


# --- Atom -------------------------------------------------------------------------------------------------------------


def atom_head(snapshot: FeedSnapshot, self_url: str) -> tuple[bytes, bytes]:
    """What stands before and after the entries of an Atom document."""
    feed, site = snapshot.feed, snapshot.site
    generator = _generator(snapshot, _mend_atom_dates)
    generator.id(self_url)
    generator.author(_atom_person(site.author or Person(site.title)))
    generator.link(href=self_url, rel="self", type="application/atom+xml")
    for hub in feed.hubs:
        generator.link(href=hub, rel="hub")
    generator.link(href=site.url + "/", rel="alternate", type="text/html")
    if site.icon:
        generator.icon(site.icon)
    if feed.description or site.description:
        generator.subtitle(feed.description or site.description)
    root, _ = generator._create_atom(extensions=True)
    before, after = _split(root, b"</feed>")
    return before, b"".join(map(_deleted, snapshot.tombstones)) + after


def _deleted(tombstone: Tombstone) -> bytes:
    """RFC 6721 3. The namespace stands here and not at the root: feeds without tombstones do not mention it."""
    element = etree.Element(f"{{{TOMBSTONES}}}deleted-entry", nsmap={"at": TOMBSTONES})
    element.set("ref", tombstone.id)
    element.set("when", stamp(tombstone.when))
    return b"  " + etree.tostring(element) + b"\n"


def atom_entry(item: FeedItem, content: str) -> bytes:
    """One `<entry>`; `content` is "full" or "summary"."""
    entry = item.entry
    element = FeedEntry()
    element.id(entry.id)
    element.title(entry.title or _UNTITLED)
    element.updated(entry.updated)
    element.published(entry.published)
    element.link(href=entry.url, rel="alternate")
    for person in entry.authors:
        element.author(_atom_person(person))
    for term in terms(entry):
        element.category(term=term, label=term)
    if content == "full" and item.content.html:
        element.content(item.content.html, type="html")
    element.summary(item.content.summary or None)
    element.register_extension("feedd", _Mend)
    element.feedd.mend = partial(_mend_atom_entry, entry)
    return _fragment(element.atom_entry(), "feed", {None: ATOM})


def _mend_atom_entry(entry: Entry, element: Any) -> None:
    if not entry.title:
        element.find("title").text = None  # RFC 4287 4.2.14 wants the element, not a text
    if entry.language:
        element.set("{http://www.w3.org/XML/1998/namespace}lang", entry.language)
    first = element.find("link")
    links = [{"href": entry.url, "rel": "alternate", "type": "text/html"}]
    links += [
        {"href": e.url, "rel": "enclosure", "type": e.media_type}
        | ({"length": str(e.length)} if e.length else {})
        | ({"title": e.title} if e.title else {})
        for e in entry.enclosures
    ]
    for link in links:  # feedgen loses every attribute but href
        first.addprevious(etree.Element("link", link))
    element.remove(first)
    _mend_atom_dates(element)


def _mend_atom_dates(element: Any) -> None:
    for name in ("published", "updated"):
        for date in element.findall(name):
            date.text = stamp(datetime.fromisoformat(date.text))


def _atom_person(person: Person) -> dict[str, str]:
    given = {"name": person.name, "email": person.email, "uri": person.uri}
    return {name: value for name, value in given.items() if value}


# --- both -------------------------------------------------------------------------------------------------------------


def terms(entry: Entry) -> Iterator[str]:
    """Categories, then tags that do not repeat one."""
    seen = set()
    for term in (*entry.categories, *entry.tags):
        if term.casefold() not in seen:
            seen.add(term.casefold())
            yield term


def _generator(snapshot: FeedSnapshot, mend: Callable[[Any], None]) -> Any:
    feed, site = snapshot.feed, snapshot.site
    # A feed without entries has no news; RFC 4287 wants a date all the same, and the clock is not one.
    updated = snapshot.updated or datetime.fromisoformat("1970-01-01T00:00:00+00:00")
    generator = FeedGenerator()
    generator.title(feed.title)
    generator.updated(updated)
    generator.lastBuildDate(updated)
    generator.generator("feedd")
    generator.docs("https://www.rssboard.org/rss-specification")
    if feed.language or site.language:
        generator.language(feed.language or site.language)
    if site.rights:
        generator.rights(site.rights)
    generator.register_extension("feedd", _Mend)
    generator.feedd.mend = mend
    return generator


class _Mend(BaseExtension):  # type: ignore[misc]
    """feedgen's own door for changes: it calls us with each finished element, we hand it to `mend`."""

    mend: Callable[[Any], None]

    def extend_ns(self) -> dict[str, str]:
        return {"dc": DC}

    def extend_rss(self, element: Any) -> Any:
        self.mend(element)
        return element

    def extend_atom(self, element: Any) -> Any:
        self.mend(element)
        return element


def _split(root: Any, end: bytes) -> tuple[bytes, bytes]:
    """A serialised document without items, cut where they belong."""
    data = etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    cut = data.rindex(end)
    indent = data.rindex(b"\n", 0, cut) + 1
    return data[:indent], data[indent:]


def _fragment(element: Any, root_name: str, namespaces: dict[Any, str]) -> bytes:
    """An item as it looks inside a document that declares these namespaces at its root: without declarations of its
    own. Serialised inside such a root and cut out again."""
    root = etree.Element(root_name, nsmap={k: v for k, v in namespaces.items() if k})
    root.append(element)
    data = etree.tostring(root, encoding="UTF-8", pretty_print=True)
    start = data.index(b">") + 1
    return data[start : data.rindex(b"</")].strip(b"\n") + b"\n"
