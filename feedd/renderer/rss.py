"""RSS 2.0 with the RSS Board's profile: a head and items as bytes. Pure."""

from __future__ import annotations

import html
from collections.abc import Iterator
from datetime import datetime
from email.utils import format_datetime
from functools import partial
from typing import Any, Final
from urllib.parse import urlsplit

from lxml import etree

from feedd import podcasting
from feedd.model import Enclosure, Entry, Feed, FeedItem, FeedSnapshot, Origin, Person, Site
from feedd.renderer import cadence, chain, extras, media, podcast
from feedd.renderer.xml import ATOM, CONTENT, DC, entry_of, fragment, generator_of, split, terms

# The prefix `atom:` is literal on purpose: clients exist that look for the prefix and not for the namespace.
NAMESPACES: Final = {"atom": ATOM, "content": CONTENT, "dc": DC, "media": media.MEDIA}
_PICTURES: Final = (".png", ".jpg", ".jpeg", ".gif", ".webp")  # an icon in another format is no picture to most readers


def head(snapshot: FeedSnapshot, self_url: str) -> tuple[bytes, bytes]:
    """What stands before and after the items of an RSS document."""
    feed, site = snapshot.feed, snapshot.site
    # RSS has no word for who left, so that is no news here.
    updated = max((item.entry.updated for item in snapshot.items), default=None)
    generator = generator_of(snapshot, partial(_mend_head, snapshot, updated, self_url))
    generator.feedd.namespaces = {"media": media.MEDIA} | podcast.namespaces(feed)
    generator.description(feed.description or site.description or feed.title)
    generator.link(href=site.url + "/", rel="alternate")  # last: the channel's link is whatever was added last
    root, _ = generator._create_rss(extensions=True)
    root[0].extend(podcast.show(snapshot))
    before, after = split(root, b"</channel>")
    return _plain_title(before), after


def item(entry_item: FeedItem, feed: Feed, site: Site) -> bytes:
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
        element.category(term=term, scheme=extras.scheme(entry, term, site))
    enclosure = podcast.enclosure(entry, feed)  # RSS 2.0 readers know one; Atom and JSON Feed carry all
    if enclosure is not None:
        element.enclosure(enclosure.url, str(enclosure.length), podcast.enclosure_type(enclosure, feed))
    made = element.rss_entry()
    made.extend(media.elements(entry_item) if feed.podcast is None else media.beside_recordings(entry_item))
    made.extend(media.attachments(_others(entry, enclosure, feed)))
    made.extend(podcast.item(entry_item, feed))
    return _plain_title(fragment(made, "rss", NAMESPACES | podcast.namespaces(feed)))


def _others(entry: Entry, enclosure: Enclosure | None, feed: Feed) -> Iterator[Enclosure]:
    """The attachments that have no <enclosure>. Its title and duration, for which that has no attributes, would have
    room in a media:content of the same address; but podcastparser and Liferea then list the attachment twice. A podcast
    names its recordings in its own words."""
    for each in entry.enclosures:
        if each is not enclosure and (feed.podcast is None or not podcasting.is_recording(each)):
            yield each


def _plain_title(data: bytes) -> bytes:
    """The first title with its signs as hexadecimal references: some readers take a title for HTML, and these they read
    as the same signs (RSS Advisory Board's profile, "character data")."""
    start = data.find(b"<title>")
    end = data.find(b"</title>", start)
    if start < 0 or end < 0:
        return data
    title = data[start:end].replace(b"&amp;", b"&#x26;").replace(b"&lt;", b"&#x3C;").replace(b"&gt;", b"&#x3E;")
    return data[:start] + title + data[end:]


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
    _mend_channel(snapshot, channel)
    if snapshot.site.author:
        channel.append(_author(snapshot.site.author))
    dated = channel.find("lastBuildDate")
    if updated is None:
        channel.remove(dated)
    else:
        dated.text = format_datetime(updated)


def _author(person: Person) -> Any:
    """With the mail where it is known: "ann@ann.example (Ann)" (RSS Board profile, managingEditor). Never both, which
    would say the same twice. Items do not repeat it: they say who wrote them, or nobody does."""
    element = etree.Element("managingEditor" if person.email else f"{{{DC}}}creator")
    # The name is a comment of RFC 822, which a bracket would end.
    name = person.name.replace("(", "[").replace(")", "]")
    element.text = f"{person.email} ({name})" if person.email else person.name
    return element


def _mend_channel(snapshot: FeedSnapshot, channel: Any) -> None:
    feed, site = snapshot.feed, snapshot.site
    icon = (feed.podcast.image if feed.podcast else None) or site.icon
    if icon and icon.partition("?")[0].lower().endswith(_PICTURES):
        image = etree.SubElement(channel, "image")
        # RSS 2.0: in practice its title and link are the channel's.
        for name, text in (("url", icon), ("title", feed.title), ("link", site.url + "/")):
            etree.SubElement(image, name).text = text
    if feed.cloud and not chain.is_archive(snapshot):
        parts = urlsplit(feed.cloud)
        etree.SubElement(
            channel,
            "cloud",
            domain=parts.hostname or "",
            port=str(parts.port or (443 if parts.scheme == "https" else 80)),
            path=(parts.path or "/") + (f"?{parts.query}" if parts.query else ""),
            registerProcedure="",
            # RSS 2.0 knows http-post; the servers that are in use know https-post as well.
            protocol="https-post" if parts.scheme == "https" else "http-post",
        )
    often = cadence.cadence(snapshot)
    if often is not None:
        etree.SubElement(channel, "ttl").text = str(often[0])
        for name, value in (("updatePeriod", often[1]), ("updateFrequency", str(often[2]))):
            element = etree.SubElement(channel, f"{{{cadence.SYNDICATION}}}{name}", nsmap={"sy": cadence.SYNDICATION})
            element.text = value


def _source(origin: Origin) -> Any:
    """The address of <source> is a feed's (RSS 2.0, source); where none is known, that of the publication is said."""
    element = etree.Element("source", url=origin.feed) if origin.feed else etree.Element(f"{{{DC}}}source")
    element.text = origin.title if origin.feed else origin.url
    return element


# When an entry was edited is not said: some readers (rss2email, feed2exec) take an atom:updated in an item for the date
# of publication.
def _mend_item(entry: Entry, item: Any) -> None:
    for person in entry.authors:
        etree.SubElement(item, f"{{{DC}}}creator").text = person.name
    if entry.language:
        etree.SubElement(item, f"{{{DC}}}language").text = entry.language
    more = entry.extras or extras.NOTHING
    for person in more.contributors:
        etree.SubElement(item, f"{{{DC}}}contributor").text = person.name
    if more.rights:
        etree.SubElement(item, f"{{{DC}}}rights").text = more.rights
    if more.license is not None:
        # Not an atom:link: readers that overlook the namespace would take it for the item's.
        name = f"{{{extras.CREATIVE_COMMONS}}}license"
        space = {"creativeCommons": extras.CREATIVE_COMMONS}
        etree.SubElement(item, name, nsmap=space).text = more.license.url
    if more.comments:
        etree.SubElement(item, "comments").text = more.comments
    if more.source is not None:
        item.append(_source(more.source))
    item.extend(extras.shared(entry))
    # Written here: feedgen's own formatter switches the locale of the process to "C" and back.
    etree.SubElement(item, "pubDate").text = format_datetime(entry.published)
