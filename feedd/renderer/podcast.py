"""What an RSS document says to podcast programs: Apple's elements (itunes:) and those of the podcast namespace. Pure.

Only feeds that are podcasts have these, and only they declare the namespaces. The order is fixed, and what says nothing
is left out: an absent itunes:explicit of an episode means that the show's counts.

Left out on purpose: podcast:value (feedd moves no money), itunes:keywords (Apple took it back).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from email.utils import format_datetime
from typing import Any, Final
from urllib.parse import quote

from lxml import etree

from feedd import podcasting
from feedd.model import (
    Chapter,
    Credit,
    Enclosure,
    Entry,
    Episode,
    Feed,
    FeedItem,
    FeedSnapshot,
    License,
    Location,
    Podcast,
)
from feedd.podcasting import ITUNES, LONGEST, LONGEST_DISPLAY, LONGEST_LABEL, LONGEST_TEXT, NAMESPACE

PSC: Final = "http://podlove.org/simple-chapters"


def namespaces(feed: Feed) -> dict[str, str]:
    """By prefix, what the root of the feed's RSS document declares besides."""
    if feed.podcast is None:
        return {}
    chapters = {"psc": PSC} if feed.podcast.chapters else {}
    return {"itunes": ITUNES, "podcast": NAMESPACE} | chapters


def style(feed: Feed) -> Hashable:
    """What an item's bytes depend on of the feed's podcast."""
    return None if feed.podcast is None else feed.podcast.chapters


def enclosure(entry: Entry, feed: Feed) -> Enclosure | None:
    """The one attachment that RSS has room for: in a podcast the recording that most programs play."""
    first = entry.enclosures[0] if entry.enclosures else None
    return first if feed.podcast is None else podcasting.recording(entry) or first


def enclosure_type(found: Enclosure, feed: Feed) -> str:
    return found.media_type if feed.podcast is None else podcasting.apple_type(found)


# --- The show ---------------------------------------------------------------------------------------------------------


def mend(channel: Any, snapshot: FeedSnapshot, self_url: str) -> None:
    """Into a channel without items. `self_url` is the document's own address, of which the show's id is made."""
    show = snapshot.feed.podcast
    if show is None:
        return
    if show.copyright:
        element = channel.find("copyright")
        element = etree.SubElement(channel, "copyright") if element is None else element
        element.text = show.copyright
    channel.extend(_show_to_apple(show))
    chain = snapshot.chain
    home = self_url if chain is None else f"{snapshot.site.feeds_url}/{quote(chain.current)}.xml"
    channel.extend(_show_to_others(show, home))


def _show_to_apple(show: Podcast) -> Iterator[Any]:
    if show.author:
        yield _itunes("author", show.author[:LONGEST])
    yield _itunes("explicit", _truth(show.explicit))
    yield _itunes("type", show.type)
    if show.image:
        yield _itunes("image", href=show.image)
    yield from _categories(show)
    if show.owner is not None and show.owner.email:
        owner = _itunes("owner")
        owner.append(_itunes("name", show.owner.name[:LONGEST]))
        owner.append(_itunes("email", show.owner.email))
        yield owner
    if show.block:
        yield _itunes("block", "Yes")
    if show.complete:
        yield _itunes("complete", "Yes")
    if show.new_feed_url:
        yield _itunes("new-feed-url", show.new_feed_url)


def _categories(show: Podcast) -> Iterator[Any]:
    for name in dict.fromkeys(each for each, _ in show.categories):
        element = _itunes("category", text=name)
        for inner in (inner for each, inner in show.categories if each == name and inner):
            element.append(_itunes("category", text=inner))
        yield element


def _show_to_others(show: Podcast, home: str) -> Iterator[Any]:
    """`home` is the address that listeners have: an archive page is of the same show."""
    yield _podcast("guid", show.guid or podcasting.guid_of(home))
    yield _podcast("medium", show.medium)
    if show.locked is not None:
        owner = show.owner.email if show.owner else None
        yield _podcast("locked", "yes" if show.locked else "no", owner=owner)
    if show.block:
        yield _podcast("block", "yes")
    for platform, blocked in show.blocked:
        yield _podcast("block", "yes" if blocked else "no", id=platform)
    for url, text in show.funding:
        yield _podcast("funding", text[:LONGEST_LABEL], url=url)
    yield from _common(show.people, show.locations, show.license)
    for trailer in show.trailers:
        yield _podcast(
            "trailer",
            trailer.title,
            pubdate=format_datetime(trailer.published),
            url=trailer.url,
            length=str(trailer.length) if trailer.length else None,
            type=trailer.media_type,
            season=str(trailer.season) if trailer.season else None,
        )
    if show.frequency or show.complete:
        text, rule = show.frequency or ("Complete", "")
        complete = "true" if show.complete else None
        yield _podcast("updateFrequency", text, complete=complete, rrule=rule or None)
    if show.podroll:
        roll = _podcast("podroll")
        for guid, url, title in show.podroll:
            roll.append(_podcast("remoteItem", feedGuid=guid, feedUrl=url or None, title=title or None))
        yield roll
    for purpose, text in show.texts:
        yield _podcast("txt", text[:LONGEST_TEXT], purpose=purpose or None)


def _common(people: tuple[Credit, ...], locations: tuple[Location, ...], license: License | None) -> Iterator[Any]:
    for person in people:
        attributes = {"role": person.role, "group": person.group, "img": person.image, "href": person.url}
        yield _podcast("person", person.name, **attributes)
    for place in locations:
        rel = "creator" if place.made else "subject"
        yield _podcast("location", place.name, rel=rel, geo=place.geo, osm=place.osm, country=place.country)
    if license is not None:
        yield _podcast("license", license.name, url=license.url)


# --- An episode -------------------------------------------------------------------------------------------------------


def item(entry_item: FeedItem, feed: Feed) -> Iterator[Any]:
    """The elements of an item; none for an entry without a sound or film."""
    entry = entry_item.entry
    found = podcasting.recording(entry)
    if feed.podcast is None or found is None:
        return
    about = entry.episode or Episode()
    yield from _episode_to_apple(entry, about, found, entry_item.content.summary)
    yield from _episode_to_others(about)
    yield from _other_forms(entry, found)
    if feed.podcast.chapters and about.marks:
        yield _marks(about.marks)


def _episode_to_apple(entry: Entry, about: Episode, found: Enclosure, summary: str) -> Iterator[Any]:
    if about.title:
        yield _itunes("title", about.title[:LONGEST])
    if entry.authors:
        yield _itunes("author", ", ".join(person.name for person in entry.authors)[:LONGEST])
    if about.subtitle:
        yield _itunes("subtitle", about.subtitle[:LONGEST])
    if summary:
        yield _itunes("summary", summary[:LONGEST_TEXT])
    if found.duration:
        yield _itunes("duration", str(found.duration))
    if entry.image is not None:
        yield _itunes("image", href=entry.image.url)
    if about.explicit is not None:
        yield _itunes("explicit", _truth(about.explicit))
    if about.type:
        yield _itunes("episodeType", about.type)
    if about.season is not None:
        yield _itunes("season", str(about.season))
    if about.number is not None and not about.number % 1:  # Apple knows no fractions
        yield _itunes("episode", str(int(about.number)))
    if about.block:
        yield _itunes("block", "Yes")


def _episode_to_others(about: Episode) -> Iterator[Any]:
    if about.season is not None:
        name = about.season_name[:LONGEST_LABEL] if about.season_name else None
        yield _podcast("season", str(about.season), name=name)
    if about.number is not None:
        display = about.display[:LONGEST_DISPLAY] if about.display else None
        yield _podcast("episode", _decimal(about.number), display=display)
    for each in about.transcripts:
        rel = "captions" if each.captions else None
        yield _podcast("transcript", url=each.url, type=each.media_type, language=each.language, rel=rel)
    if about.chapters is not None:
        yield _podcast("chapters", url=about.chapters[0], type=about.chapters[1])
    for bite in about.soundbites:
        yield _podcast("soundbite", bite.title, startTime=_decimal(bite.start), duration=_decimal(bite.duration))
    yield from _common(about.people, about.locations, about.license)


def _other_forms(entry: Entry, found: Enclosure) -> Iterator[Any]:
    """The same recording in other formats. Several recordings in one are not told apart from that."""
    for each in entry.enclosures:
        if each is not found and podcasting.is_recording(each):
            length = str(each.length) if each.length else None
            element = _podcast("alternateEnclosure", type=each.media_type, length=length, title=each.title)
            element.append(_podcast("source", uri=each.url))
            yield element


def _marks(marks: tuple[Chapter, ...]) -> Any:
    element = etree.Element(f"{{{PSC}}}chapters", {"version": "1.2"})
    for mark in marks:
        hours, rest = divmod(round(mark.start * 1000), 3_600_000)
        minutes, rest = divmod(rest, 60_000)
        start = f"{hours:02}:{minutes:02}:{rest // 1000:02}.{rest % 1000:03}"
        link = {"href": mark.url} if mark.url else {}
        etree.SubElement(element, f"{{{PSC}}}chapter", {"start": start, "title": mark.title} | link)
    return element


# --- Elements ---------------------------------------------------------------------------------------------------------


def _itunes(name: str, content: str = "", /, **attributes: str | None) -> Any:
    return _element(f"{{{ITUNES}}}{name}", content, attributes)


def _podcast(name: str, content: str = "", /, **attributes: str | None) -> Any:
    return _element(f"{{{NAMESPACE}}}{name}", content, attributes)


def _element(name: str, content: str, attributes: dict[str, str | None]) -> Any:
    element = etree.Element(name, {key: value for key, value in attributes.items() if value is not None})
    element.text = content or None
    return element


def _truth(value: bool) -> str:
    return "true" if value else "false"


def _decimal(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")
