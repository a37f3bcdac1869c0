"""Atom 1.0 (RFC 4287): a head and entries as bytes. Pure."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any, Final

from lxml import etree

from feedd.model import Entry, Feed, FeedItem, FeedSnapshot, Person, Tombstone
from feedd.renderer import chain
from feedd.renderer.xml import ATOM, entry_of, fragment, generator_of, split, stamp, terms

TOMBSTONES: Final = "http://purl.org/atompub/tombstones/1.0"
_UNTITLED: Final = "untitled"  # what feedgen is told, because it refuses an empty title; removed again below


def head(snapshot: FeedSnapshot, self_url: str) -> tuple[bytes, bytes]:
    """What stands before and after the entries of an Atom document."""
    feed, site = snapshot.feed, snapshot.site
    generator = generator_of(snapshot, partial(_mend_head, snapshot))
    generator.id(chain.identity(snapshot, self_url))
    generator.author(_person(site.author or Person(site.title)))
    generator.link(href=self_url, rel="self", type="application/atom+xml")
    for hub in feed.hubs:
        generator.link(href=hub, rel="hub")
    for rel, href in chain.links(snapshot, self_url).items():
        generator.link(href=href, rel=rel, type="application/atom+xml")
    generator.link(href=site.url + "/", rel="alternate", type="text/html")
    if site.icon:
        generator.icon(site.icon)
    if feed.description or site.description:
        generator.subtitle(feed.description or site.description)
    root, _ = generator._create_atom(extensions=True)
    before, after = split(root, b"</feed>")
    return before, b"".join(map(_deleted, snapshot.tombstones)) + after


def _mend_head(snapshot: FeedSnapshot, element: Any) -> None:
    if chain.is_archive(snapshot):
        element.append(etree.Element(f"{{{chain.HISTORY}}}archive", nsmap={"fh": chain.HISTORY}))
    _mend_dates(element)


def _deleted(tombstone: Tombstone) -> bytes:
    """RFC 6721 3. The namespace stands here and not at the root: feeds without tombstones do not mention it."""
    element = etree.Element(f"{{{TOMBSTONES}}}deleted-entry", nsmap={"at": TOMBSTONES})
    element.set("ref", tombstone.id)
    element.set("when", stamp(tombstone.when))
    return b"  " + etree.tostring(element) + b"\n"


def item(entry_item: FeedItem, feed: Feed) -> bytes:
    """One `<entry>`."""
    entry = entry_item.entry
    element = entry_of(partial(_mend_entry, entry))
    element.id(entry.id)
    element.title(entry.title or _UNTITLED)
    element.updated(entry.updated)
    element.published(entry.published)
    element.link(href=entry.url, rel="alternate")
    for person in entry.authors:
        element.author(_person(person))
    for term in terms(entry):
        element.category(term=term, label=term)
    if feed.content == "full" and entry_item.content.html:
        element.content(entry_item.content.html, type="html")
    element.summary(entry_item.content.summary or None)
    return fragment(element.atom_entry(), "feed", {None: ATOM})


def _mend_entry(entry: Entry, element: Any) -> None:
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
    _mend_dates(element)


def _mend_dates(element: Any) -> None:
    for name in ("published", "updated"):
        for date in element.findall(name):
            date.text = stamp(datetime.fromisoformat(date.text))


def _person(person: Person) -> dict[str, str]:
    given = {"name": person.name, "email": person.email, "uri": person.uri}
    return {name: value for name, value in given.items() if value}
