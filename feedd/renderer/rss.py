"""RSS 2.0 with the RSS Board's profile: a head and items as bytes. Pure."""

from __future__ import annotations

import html
from datetime import datetime
from email.utils import format_datetime
from functools import partial
from typing import Any, Final

from lxml import etree

from feedd.model import Entry, Feed, FeedItem, FeedSnapshot
from feedd.renderer import chain, podcast
from feedd.renderer.xml import ATOM, CONTENT, DC, entry_of, fragment, generator_of, split, terms

# The prefix `atom:` is literal on purpose: clients exist that look for the prefix and not for the namespace.
NAMESPACES: Final = {"atom": ATOM, "content": CONTENT, "dc": DC}


def head(snapshot: FeedSnapshot, self_url: str) -> tuple[bytes, bytes]:
    """What stands before and after the items of an RSS document."""
    feed, site = snapshot.feed, snapshot.site
    # RSS has no word for who left, so that is no news here.
    updated = max((item.entry.updated for item in snapshot.items), default=None)
    generator = generator_of(snapshot, partial(_mend_head, snapshot, updated, self_url))
    generator.feedd.namespaces = podcast.namespaces(feed)
    generator.description(feed.description or site.description or feed.title)
    generator.link(href=site.url + "/", rel="alternate")  # last: the channel's link is whatever was added last
    root, _ = generator._create_rss(extensions=True)
    podcast.mend(root[0], snapshot, self_url)
    return split(root, b"</channel>")


def item(entry_item: FeedItem, feed: Feed) -> bytes:
    """One `<item>`."""
    entry = entry_item.entry
    element = entry_of(partial(_mend_item, entry))
    element.title(entry.title or None)
    element.link(href=entry.url)
    element.guid(entry.id, permalink=entry.id == entry.url)
    # description is HTML (RSS 2.0): plain text is escaped once here and once more by the serialiser
    summary = html.escape(entry_item.content.summary, quote=False) or html.escape(entry.title, quote=False) or entry.url
    if feed.content == "full" and entry_item.content.html:
        element.content(entry_item.content.html)  # feedgen writes content:encoded only beside a description
    element.description(summary, isSummary=True)
    for term in terms(entry):
        element.category(term=term)
    enclosure = podcast.enclosure(entry, feed)  # RSS 2.0 readers know one; Atom and JSON Feed carry all
    if enclosure is not None:
        element.enclosure(enclosure.url, str(enclosure.length), podcast.enclosure_type(enclosure, feed))
    made = element.rss_entry()
    made.extend(podcast.item(entry_item, feed))
    return fragment(made, "rss", NAMESPACES | podcast.namespaces(feed))


def _mend_head(snapshot: FeedSnapshot, updated: datetime | None, self_url: str, root: Any) -> None:
    channel = root[0]
    links = [etree.Element(f"{{{ATOM}}}link", href=self_url, rel="self", type="application/rss+xml")]
    links += [etree.Element(f"{{{ATOM}}}link", href=hub, rel="hub") for hub in snapshot.feed.hubs]
    links += [
        etree.Element(f"{{{ATOM}}}link", href=href, rel=rel, type="application/rss+xml")
        for rel, href in chain.links(snapshot, self_url).items()
    ]
    if chain.is_archive(snapshot):
        links.append(etree.Element(f"{{{chain.HISTORY}}}archive", nsmap={"fh": chain.HISTORY}))
    for link in reversed(links):
        channel.insert(3, link)  # after title, link, description
    dated = channel.find("lastBuildDate")
    if updated is None:
        channel.remove(dated)
    else:
        dated.text = format_datetime(updated)


def _mend_item(entry: Entry, item: Any) -> None:
    for person in entry.authors:
        etree.SubElement(item, f"{{{DC}}}creator").text = person.name
    # Written here: feedgen's own formatter switches the locale of the process to "C" and back.
    etree.SubElement(item, "pubDate").text = format_datetime(entry.published)
