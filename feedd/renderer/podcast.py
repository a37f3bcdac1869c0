"""What a document says to podcast programs: Apple's elements (itunes:) and those of the podcast namespace. Pure.

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
from feedd.renderer import media

PSC: Final = "http://podlove.org/simple-chapters"
LONGEST_REL: Final = 32  # characters of an alternate enclosure's title and rel; more are cut off by programs


def namespaces(feed: Feed) -> dict[str, str]:
    """By prefix, what the root of the feed's RSS or Atom document declares besides."""
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


def show(snapshot: FeedSnapshot) -> Iterator[Any]:
    """What stands in the head of a document."""
    about = snapshot.feed.podcast
    if about is not None:
        yield from _show_to_apple(about)
        yield from _show_to_others(about, guid(about, snapshot))


def guid(about: Podcast, snapshot: FeedSnapshot) -> str:
    """Made from the address that listeners have: that of the RSS document. Other formats, and the pages of an archive,
    are of the same show."""
    path = snapshot.chain.current if snapshot.chain else snapshot.feed.path
    return about.guid or podcasting.guid_of(f"{snapshot.site.feeds_url}/{quote(path)}.xml")


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


def _show_to_others(show: Podcast, guid: str) -> Iterator[Any]:
    yield _podcast("guid", guid)
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
    """The elements of an item or entry; none for one without a sound or film."""
    entry = entry_item.entry
    found = podcasting.recording(entry)
    if feed.podcast is None or found is None:
        return
    about = entry.episode or Episode()
    yield from _episode_to_apple(entry, about, found, entry_item.content.summary)
    yield from _episode_to_others(about)
    yield from _pictures(entry_item)
    yield from _recordings(entry, found)
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


def _pictures(entry_item: FeedItem) -> Iterator[Any]:
    """What itunes:image has no attributes for. Without its shape a picture is taken for a square."""
    found = media.own(entry_item)
    if found is None or not (found.alt or found.caption or found.width or found.height):
        return
    size = {"width": str(found.width), "height": str(found.height)} if found.width and found.height else {}
    shape = {"aspect-ratio": f"{found.width}/{found.height}"} if size else {}
    given = {"href": found.url, "alt": found.alt or found.caption, "type": media.media_type(found)}
    yield _podcast("image", **given, **shape, **size)


def _recordings(entry: Entry, found: Enclosure) -> Iterator[Any]:
    """The same recording in other formats, and others. Without a `rel` it is the same as the enclosure; others have the
    `rel` that is theirs, so that no program plays one in place of the other. The enclosure itself is named again where
    it has a title, for which <enclosure> has no place."""
    for each, rel in _related(entry, found):
        if each is not found or each.title:
            length = str(each.length) if each.length else None
            default = "true" if each is found else None
            given = {"type": each.media_type, "length": length, "title": each.title, "rel": rel, "default": default}
            element = _podcast("alternateEnclosure", **given)
            element.append(_podcast("source", uri=each.url))
            yield element


def _related(entry: Entry, found: Enclosure) -> Iterator[tuple[Enclosure, str | None]]:
    """Each recording with its `rel`, None for the forms of the enclosure."""
    taken = {"default"}  # which would mean the enclosure
    for number, group in enumerate(podcasting.forms(entry), 1):
        rel = None if found in group else _name_of(group, number, taken)
        yield from ((each, rel) for each in group)


def _name_of(group: tuple[Enclosure, ...], number: int, taken: set[str]) -> str:
    """What the forms of one recording are called; no other recording of the entry is called so."""
    title = next((each.title for each in group if each.title), None)
    name = (title or podcasting.stem(group[0].url))[:LONGEST_REL]
    if not name or name.casefold() in taken:
        name = f"{name[: LONGEST_REL - 4]} {number}".strip()
    taken.add(name.casefold())
    return name


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
