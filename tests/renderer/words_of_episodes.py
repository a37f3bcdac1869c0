"""Where each field of an entry stands in a podcast, in each format."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from feedd.model import Enclosure, FeedItem
from tests.renderer.spoken import NO_WORD, Said, Table, names, without
from tests.renderer.words_of_entries import (
    ATOM,
    JSON,
    NO_EPISODE,
    PICTURE,
    RSS,
    decimal,
    every,
    files,
    of,
    others,
    picture,
    truth,
)


def alternative(item: FeedItem) -> list[str]:
    """What a picture shows, or the words beside it."""
    return [item.entry.image.alt] if item.entry.image and item.entry.image.alt else picture("caption")(item)


def in_podcast_order(item: FeedItem) -> list[Enclosure]:
    """The recording; what is none; the recording again, where its title needs room, and the others."""
    first, *rest = item.entry.enclosures or (Enclosure("", ""),)
    sounds = [each for each in rest if each.media_type != "application/pdf"]
    papers = [each for each in rest if each not in sounds]
    return [first, *papers, *([first] if first.title else []), *sounds]


_EPISODE_NAMES = [name for name in names(FeedItem) if name.startswith("entry.episode.")]
EPISODE: Table = {
    "entry.episode.season": (Said("itunes:season/text()", str), Said("podcast:season/text()", str)),
    "entry.episode.season_name": Said("podcast:season/@name"),
    "entry.episode.number": (Said("itunes:episode/text()", decimal), Said("podcast:episode/text()", decimal)),
    "entry.episode.display": Said("podcast:episode/@display"),
    "entry.episode.type": Said("itunes:episodeType/text()"),
    "entry.episode.title": Said("itunes:title/text()"),
    "entry.episode.subtitle": Said("itunes:subtitle/text()"),
    "entry.episode.explicit": Said("itunes:explicit/text()", truth),
    "entry.episode.block": Said(
        "itunes:block/text()", lambda _: "Yes", lambda item: [each for each in of("entry.episode.block")(item) if each]
    ),
    "entry.episode.transcripts.url": Said("podcast:transcript/@url"),
    "entry.episode.transcripts.media_type": Said("podcast:transcript/@type"),
    "entry.episode.transcripts.language": Said("podcast:transcript/@language"),
    "entry.episode.transcripts.captions": Said("podcast:transcript/@rel", lambda _: "captions"),
    "entry.episode.chapters": Said("podcast:chapters/@url | podcast:chapters/@type"),
    "entry.episode.marks.start": Said(
        "psc:chapters/psc:chapter/@start", {0: "00:00:00.000", 3661.5: "01:01:01.500"}.get
    ),
    "entry.episode.marks.title": Said("psc:chapters/psc:chapter/@title"),
    "entry.episode.marks.url": Said("psc:chapters/psc:chapter/@href"),
    "entry.episode.soundbites.start": Said("podcast:soundbite/@startTime", decimal),
    "entry.episode.soundbites.duration": Said("podcast:soundbite/@duration", decimal),
    "entry.episode.soundbites.title": Said("podcast:soundbite/text()"),
    "entry.episode.people.name": Said("podcast:person/text()"),
    "entry.episode.people.role": Said("podcast:person/@role"),
    "entry.episode.people.group": Said("podcast:person/@group"),
    "entry.episode.people.image": Said("podcast:person/@img"),
    "entry.episode.people.url": Said("podcast:person/@href"),
    "entry.episode.locations.name": Said("podcast:location/text()"),
    "entry.episode.locations.geo": Said("podcast:location/@geo"),
    "entry.episode.locations.osm": Said("podcast:location/@osm"),
    "entry.episode.locations.country": Said("podcast:location/@country"),
    "entry.episode.locations.made": Said("podcast:location/@rel", lambda made: "creator" if made else "subject"),
    "entry.episode.license.name": Said("podcast:license/text()"),
    "entry.episode.license.url": Said("podcast:license/@url"),
}
SEVERAL = ("transcripts", "marks", "soundbites", "people", "locations")


def in_extension(name: str) -> str:
    """ "entry.episode.people.name": _feedd.episode.people[].name."""
    parts = [f"{part}[]" if part in SEVERAL else part for part in name.split(".")[1:]]
    return ".".join(("_feedd", *parts)).replace("media_type", "mime_type")


def said_in_json(name: str) -> Callable[[FeedItem], list[Any]]:
    """What is false by itself is not said; an episode that is not explicit is one that says so."""
    return lambda item: [each for each in of(name)(item) if each is not False or name.endswith("explicit")]


SQUARE = Said(
    "podcast:image/@aspect-ratio",
    None,
    lambda item: [f"{w}/{h}" for w, h in zip(picture("width")(item), picture("height")(item), strict=True)],
)
RECORDINGS: Table = {
    "entry.enclosures.title": Said(
        "podcast:alternateEnclosure/@title",
        None,
        lambda item: [each.title for each in every(item) if each.title and each.media_type != "application/pdf"],
    ),
    "entry.enclosures.duration": Said("itunes:duration/text()", str, lambda item: files("duration", every)(item)[:1]),
}
PODCASTS: dict[str, Table] = {
    "rss": {
        **without(NO_EPISODE, RSS),
        **EPISODE,
        **RECORDINGS,
        "entry.authors.name": (
            Said("dc:creator/text()"),
            Said(
                "itunes:author/text()",
                None,
                lambda item: [", ".join(each) for each in [of("entry.authors.name")(item)] if each],
            ),
        ),
        "entry.image.url": (
            Said("itunes:image/@href"),
            Said("podcast:image/@href"),
            Said("media:thumbnail/@url"),
            Said(f"{PICTURE}/@url", None, lambda _: []),  # podcast programs would list it as an episode
        ),
        "entry.image.caption": Said("podcast:image/@alt", None, alternative),
        "entry.image.alt": Said("podcast:image/@alt", None, alternative),
        "entry.image.credit": Said("media:credit/text()", None, picture("credit")),
        "entry.image.media_type": Said("podcast:image/@type", None, picture("media_type")),
        "entry.image.length": NO_WORD,
        "entry.image.width": (Said("podcast:image/@width", str, picture("width")), SQUARE),
        "entry.image.height": Said("podcast:image/@height", str, picture("height")),
        "entry.enclosures.url": Said(
            "enclosure/@url | media:content/@url | podcast:alternateEnclosure/podcast:source/@uri",
            None,
            files("url", in_podcast_order),
        ),
        "entry.enclosures.media_type": Said(
            "enclosure/@type | media:content/@type | podcast:alternateEnclosure/@type",
            None,
            files("media_type", in_podcast_order),
        ),
        "entry.enclosures.length": Said(
            "enclosure/@length[.!='0'] | media:content/@fileSize | podcast:alternateEnclosure/@length",
            str,
            files("length", in_podcast_order),
        ),
        "entry.enclosures.title": (
            RECORDINGS["entry.enclosures.title"],  # type: ignore[dict-item]
            Said(
                "media:content/media:title/text()", None, lambda item: [e.title for e in others(item) if "pdf" in e.url]
            ),
        ),
        "content.summary": (
            RSS["content.summary"],
            Said("itunes:summary/text()", None, lambda item: [item.content.summary] if every(item) else []),
        ),  # type: ignore[dict-item]
    },
    "atom": {
        **without(NO_EPISODE, ATOM),
        **EPISODE,
        "entry.enclosures.duration": RECORDINGS["entry.enclosures.duration"],
    },
    "json": {
        **without(NO_EPISODE, JSON),
        **{name: Said(in_extension(name), None, said_in_json(name)) for name in _EPISODE_NAMES},
        "entry.episode.chapters": (
            Said("_feedd.episode.chapters.url", None, lambda item: of("entry.episode.chapters")(item)[:1]),
            Said("_feedd.episode.chapters.mime_type", None, lambda item: of("entry.episode.chapters")(item)[1:]),
        ),
    },
}
