"""Which feeds are podcasts, what is wrong with them, and what is made of their settings."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from feedd import podcasting
from feedd.model import Credit, Feed, Level, Location, Person, Podcast, Site, Trailer
from feedd.settings import codes, naming
from feedd.settings.findings import Finding, Loc
from feedd.settings.podcast_shape import PodcastShape, TrailerShape
from feedd.settings.shape import FeedShape, File, SourceShape

if TYPE_CHECKING:
    from feedd.settings.rules import Facts

PRESET = "podcast"
_TYPES = {
    "mp3": "audio/mpeg", "m4a": "audio/x-m4a", "mp4": "video/mp4", "m4v": "video/x-m4v", "mov": "video/quicktime",
    "ogg": "audio/ogg", "opus": "audio/ogg", "webm": "video/webm",
}  # fmt: skip


# A directory takes an episode that left the feed for one that was withdrawn, so a show keeps more than a blog does.
MOST_EPISODES = 1_000


def fit(feed: Feed, shape: FeedShape, file: File, site: Site) -> Feed:
    """The feed as a podcast, if it is one."""
    if not is_podcast(shape, file):
        return feed
    limit = feed.limit if "limit" in shape.model_fields_set else MOST_EPISODES
    return replace(feed, limit=limit, podcast=podcast(shape.podcast or PodcastShape(), site))


def is_podcast(feed: FeedShape, file: File) -> bool:
    """By its own word; else a feed of which all sources are recordings is one."""
    if feed.preset is not None:
        return feed.preset == PRESET
    if feed.podcast is not None:
        return True
    sources = [each for each in naming.sources_of(file) if not feed.from_ or _name(each) in feed.from_]
    return feed.each is None and sources != [] and all(each.preset == PRESET for each in sources)


def _name(source: SourceShape) -> str:
    return source.name or posixpath.basename(source.path.rstrip("/"))


def podcast(shape: PodcastShape, site: Site) -> Podcast:
    owner = Person(shape.owner.name or _author(shape, site), shape.owner.email) if shape.owner else site.author
    frequency = shape.update_frequency
    return Podcast(
        categories=tuple(dict.fromkeys(shape.category)),
        image=urljoin(f"{site.url}/", shape.image) if shape.image else None,
        explicit=shape.explicit,
        author=_author(shape, site),
        owner=owner if owner and owner.email else None,
        type=shape.type,
        complete=shape.complete,
        block=shape.block,
        new_feed_url=shape.new_feed_url,
        copyright=shape.copyright,
        guid=shape.guid,
        locked=shape.locked,
        funding=tuple((each.url, each.text) for each in shape.funding),
        people=tuple(Credit(each.name, each.role, each.group, each.image, each.url) for each in shape.people),
        locations=tuple(
            Location(each.name, each.geo, each.osm, each.country, each.rel == "creator") for each in shape.location
        ),
        license=podcasting.license_of(shape.license.name, shape.license.url) if shape.license else None,
        medium=shape.medium,
        trailers=tuple(_trailer(each, site) for each in shape.trailer),
        texts=tuple((each.purpose or "", each.text) for each in shape.txt),
        blocked=(*((each, True) for each in shape.block_on), *((each, False) for each in shape.allow_on)),
        podroll=tuple((each.guid, each.url or "", each.title or "") for each in shape.podroll),
        frequency=(frequency.text, frequency.rrule or "") if frequency else None,
        chapters=shape.simple_chapters,
    )


def _author(shape: PodcastShape, site: Site) -> str:
    return shape.author or (site.author.name if site.author else site.title)


def _trailer(shape: TrailerShape, site: Site) -> Trailer:
    published = shape.published if shape.published.tzinfo else shape.published.replace(tzinfo=site.zone)
    media_type = shape.type or _TYPES.get(podcasting.suffix(shape.url), "audio/mpeg")
    return Trailer(shape.title, shape.url, published.astimezone(UTC), media_type, shape.length or 0, shape.season)


# --- Rules ------------------------------------------------------------------------------------------------------------


def podcasts_are_whole(facts: Facts) -> Iterator[Finding]:
    """What directories ask for. Only of a feed that says it is a podcast: one may also be among friends."""
    site = facts.file.site
    if site is None or facts.damaged & {"feeds", "site", "source", "sources"}:
        return
    ours = Site(
        site.url,
        site.url,
        site.title or "",
        author=Person(site.author.name, site.author.email) if site.author else None,
    )
    for number, feed in enumerate(facts.file.feeds):
        if feed.preset == "none" or (feed.preset is None and feed.podcast is None):
            continue
        shape = feed.podcast or PodcastShape()
        made = podcast(shape, ours)
        for name, message, hint in podcasting.show(made, feed.language or site.language):
            loc: Loc = ("feeds", number, "podcast", name) if name != "language" else ("feeds", number, "language")
            yield Finding(loc, codes.UNLISTED, message, hint, Level.WARNING)
        if "rss" not in feed.formats:
            loc = ("feeds", number, "formats")
            yield Finding(loc, codes.UNLISTED, "podcast programs read RSS", "write formats: [rss]", Level.WARNING)
        yield from _picture(facts, number, shape, made)
        if shape.license and podcasting.license_of(shape.license.name, shape.license.url) is None:
            loc = ("feeds", number, "podcast", "license")
            message = f'nobody knows the licence "{shape.license.name}" by its name alone'
            yield Finding(loc, codes.BAD_VALUE, message, "write name and url, or a Creative Commons one: cc-by-4.0")
        if shape.allow_on and not shape.block:
            loc = ("feeds", number, "podcast", "allow_on")
            message = "allow_on makes exceptions from block, which is not set"
            yield Finding(loc, codes.BAD_VALUE, message, "write block: true, or block_on")


def _picture(facts: Facts, number: int, shape: PodcastShape, made: Podcast) -> Iterator[Finding]:
    """Measured where the file is at hand: below a source or in a folder that is published to."""
    if shape.image is None or "://" in shape.image or made.image is None:
        return
    name = shape.image.lstrip("/")
    sizes = (facts.measure(f"{folder}/{name}") for folder in (*facts.targets, *facts.sources))
    size = next((size for size in sizes if size is not None), None)
    if size is not None and (wrong := podcasting.picture(made.image, *size)) is not None:
        message = f"the picture is nothing for directories: {wrong}"
        loc: Loc = ("feeds", number, "podcast", "image")
        yield Finding(loc, codes.UNLISTED, message, "make it a square of 1400 to 3000 pixels", Level.WARNING)


def recordings_have_addresses(facts: Facts) -> Iterator[Finding]:
    for number, source in enumerate(naming.sources_of(facts.file)):
        if source.media_url is not None and source.preset != PRESET:
            loc: Loc = (facts.section, number, "media_url")
            message = "media_url says where recordings are, and this source has none"
            yield Finding(loc, codes.BAD_VALUE, message, "write preset: podcast, or remove it")
