"""Atom 1.0 (RFC 4287): a head and entries as bytes. Pure."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any, Final

from lxml import etree

from feedd.model import Entry, Feed, FeedItem, FeedSnapshot, License, Origin, Person, Site, Tombstone
from feedd.podcasting import ITUNES
from feedd.renderer import chain, extras, media, podcast, xhtml
from feedd.renderer.xml import ATOM, entry_of, fragment, generator_of, split, stamp, terms

TOMBSTONES: Final = "http://purl.org/atompub/tombstones/1.0"
_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_UNTITLED: Final = "untitled"  # what feedgen is told, because it refuses an empty title; removed again below


def head(snapshot: FeedSnapshot, self_url: str) -> tuple[bytes, bytes]:
    """What stands before and after the entries of an Atom document."""
    feed, site = snapshot.feed, snapshot.site
    generator = generator_of(snapshot, partial(_mend_head, snapshot))
    generator.feedd.namespaces = {"media": media.MEDIA} | podcast.namespaces(feed)
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
    if feed.podcast is not None and feed.podcast.image:
        generator.logo(feed.podcast.image)
    if feed.description or site.description:
        generator.subtitle(feed.description or site.description)
    root, _ = generator._create_atom(extensions=True)
    # The W3C validator knows no itunes:complete; podcast:updateFrequency says the same.
    root.extend(each for each in podcast.show(snapshot) if each.tag != f"{{{ITUNES}}}complete")
    before, after = split(root, b"</feed>")
    return before, b"".join(map(_deleted, snapshot.tombstones)) + after


def _mend_head(snapshot: FeedSnapshot, element: Any) -> None:
    if chain.is_archive(snapshot):
        element.append(etree.Element(f"{{{chain.HISTORY}}}archive", nsmap={"fh": chain.HISTORY}))
    language = snapshot.feed.language or snapshot.site.language
    if language:
        element.set(_LANG, language)
    _mend_dates(element)


def _deleted(tombstone: Tombstone) -> bytes:
    """RFC 6721 3. The namespace stands here and not at the root: feeds without tombstones do not mention it."""
    element = etree.Element(f"{{{TOMBSTONES}}}deleted-entry", nsmap={"at": TOMBSTONES})
    element.set("ref", tombstone.id)
    element.set("when", stamp(tombstone.when))
    return b"  " + etree.tostring(element) + b"\n"


def item(entry_item: FeedItem, feed: Feed, site: Site) -> bytes:
    """One `<entry>`."""
    entry = entry_item.entry
    element = entry_of(partial(_mend_entry, entry_item, feed))
    element.id(entry.id)
    element.title(entry.title or _UNTITLED)
    element.updated(entry.updated)
    element.published(entry.published)
    element.link(href=entry.url, rel="alternate")
    for person in entry.authors:
        element.author(_person(person))
    for term in terms(entry):
        element.category(term=term, label=term, scheme=extras.scheme(entry, term, site))
    more = entry.extras or extras.NOTHING
    for person in more.contributors:
        element.contributor(_person(person))
    if more.rights:
        element.rights(more.rights)
    html = entry_item.content.html if feed.content == "full" else ""
    tree = xhtml.tree_of(html) if html and feed.atom_content == "xhtml" else None
    if html and tree is None:
        element.content(html, type="html")
    # An entry of which nothing is said says its name: some readers drop one without text.
    element.summary(entry_item.content.summary or (None if html else entry.title or entry.url))
    made = fragment(element.atom_entry(), "feed", {None: ATOM, "media": media.MEDIA} | podcast.namespaces(feed))
    if tree is None:
        return made
    # Put in as bytes: white space between inline elements is seen, and the serialiser of the entry adds some.
    cut = made.rindex(b"</entry>")
    return made[:cut] + b'  <content type="xhtml">' + tree + b"</content>\n  " + made[cut:]


def _mend_entry(entry_item: FeedItem, feed: Feed, element: Any) -> None:
    entry = entry_item.entry
    more = entry.extras or extras.NOTHING
    if not entry.title:
        element.find("title").text = None  # RFC 4287 4.2.14 wants the element, not a text
    if entry.language:
        element.set(_LANG, entry.language)
    first = element.find("link")
    page = {} if _is_recording(entry) else {"type": "text/html"}
    links = [{"href": entry.url, "rel": "alternate"} | page]
    # The duration is not said: Liferea lists an attachment twice that a media:content names as well.
    links += [
        {"href": e.url, "rel": "enclosure", "type": e.media_type}
        | ({"length": str(e.length)} if e.length else {})
        | ({"title": e.title} if e.title else {})
        for e in entry.enclosures
    ]
    if more.external_url:
        links.append({"href": more.external_url, "rel": "related"})
    if more.license is not None:  # RFC 4946
        links.append({"href": more.license.url or "", "rel": "license"} | _titled(more.license))
    if more.comments:  # RFC 4685 4
        links.append({"href": more.comments, "rel": "replies", "type": "text/html"})
    for link in links:  # feedgen loses every attribute but href
        first.addprevious(etree.Element("link", link))
    element.remove(first)
    if more.source is not None:
        element.append(_source(more.source, entry))
    element.extend(extras.shared(entry))
    element.extend(media.elements(entry_item))
    element.extend(podcast.item(entry_item, feed))
    _mend_dates(element)


def _is_recording(entry: Entry) -> bool:
    """Is it one of its own attachments that it links to? That may stand behind the address of a service that counts."""
    address = entry.url.removeprefix("https://")
    return any(each.url == entry.url or each.url.endswith(f"/{address}") for each in entry.enclosures)


def _titled(license: License) -> dict[str, str]:
    return {} if license.name == license.url else {"title": license.name}


def _source(origin: Origin, entry: Entry) -> Any:
    """RFC 4287 4.2.11. When that feed was updated nobody wrote down; not before it had this entry."""
    element = etree.Element("source")
    etree.SubElement(element, "id").text = origin.feed or origin.url
    etree.SubElement(element, "title").text = origin.title
    etree.SubElement(element, "updated").text = stamp(entry.published)
    etree.SubElement(element, "link", {"rel": "alternate", "href": origin.url})
    if origin.feed:
        etree.SubElement(element, "link", {"rel": "self", "href": origin.feed})
    return element


def _mend_dates(element: Any) -> None:
    for name in ("published", "updated"):
        for date in element.findall(name):
            date.text = stamp(datetime.fromisoformat(date.text))


def _person(person: Person) -> dict[str, str]:
    given = {"name": person.name, "email": person.email, "uri": person.uri}
    return {name: value for name, value in given.items() if value}
