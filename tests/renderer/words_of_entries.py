"""Where each field of an entry stands in a feed that is no podcast, in each format."""

from __future__ import annotations

import html
from collections.abc import Callable
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from feedd.model import Enclosure, FeedItem, Image
from tests.renderer.spoken import INSIDE, NO_WORD, Said, Table, names, values

TAGS, CATEGORIES = "https://ann.example/#tags", "https://ann.example/#categories"
OTHERS = "media:content[@medium!='image']"
PICTURE = "media:content[@medium='image']"
A_PODCASTS = "says what makes it an episode: in podcasts"
VIA_PICTURE = "stands with the entry's own picture: entry.image"


def stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def decimal(value: float) -> str:
    return f"{value:.10g}"


def truth(value: bool) -> str:
    return "true" if value else "false"


def of(name: str) -> Callable[[FeedItem], list[Any]]:
    return lambda item: values(item, name)


def only_tags(item: FeedItem) -> list[str]:
    """A tag that repeats a category says nothing more."""
    known = [each.casefold() for each in item.entry.categories]
    return [each for each in item.entry.tags if each.casefold() not in known]


def terms(item: FeedItem) -> list[str]:
    return [*item.entry.categories, *only_tags(item)]


def picture(name: str) -> Callable[[FeedItem], list[Any]]:
    """Of the entry's own: what is known of its file counts, and a caption that stands beside it."""

    def found(item: FeedItem) -> list[Any]:
        own = item.entry.image
        if own is None:
            return []
        known: Image = item.content.picture or own
        beside = getattr(item.entry, name, None) if name in ("caption", "credit") else None
        value = getattr(own, name) or getattr(known, name) or beside
        return [value] if value else []

    return found


def sources(with_feed: bool, name: str) -> Callable[[FeedItem], list[Any]]:
    def found(item: FeedItem) -> list[Any]:
        origin = item.entry.extras.source if item.entry.extras else None
        return [getattr(origin, name)] if origin and bool(origin.feed) is with_feed else []

    return found


def files(name: str, of: Callable[[FeedItem], list[Enclosure]]) -> Callable[[FeedItem], list[Any]]:
    return lambda item: [value for each in of(item) if (value := getattr(each, name))]


def others(item: FeedItem) -> list[Enclosure]:
    return list(item.entry.enclosures[1:])


def every(item: FeedItem) -> list[Enclosure]:
    return list(item.entry.enclosures)


def point(item: FeedItem) -> list[str]:
    return [" ".join(map(decimal, item.entry.extras.geo))] if item.entry.extras and item.entry.extras.geo else []


# What no format shows of an entry.
NOWHERE: Table = {
    "entry.key": INSIDE,
    "entry.summary": "became content.summary",
    "entry.body": "became content.html",
    "entry.body_type": "the body is rendered",
    "entry.caption": VIA_PICTURE,
    "entry.credit": VIA_PICTURE,
    "entry.draft": INSIDE,
    "entry.publish_at": INSIDE,
    "entry.expires_at": INSIDE,
    "entry.feeds": INSIDE,
    "entry.aliases": INSIDE,
    "entry.trusted": INSIDE,
    "entry.parts.path": "where the addresses of image and episode.chapters lead: test_parts",
    "entry.parts.media_type": "test_parts",
    "entry.parts.recording": INSIDE,
    "entry.references": "they stand in the body",
    "entry.withdrawn": "who left has a tombstone: test_every_head",
    "entry.digest": INSIDE,
    "entry.matter": "what queries ask",
    "content.removed": "for its author",
    "content.image": "content.picture, as far as it is in no file",
    "content.picture.caption": VIA_PICTURE,
    "content.picture.credit": VIA_PICTURE,
    "content.picture.alt": VIA_PICTURE,
    "content.picture.media_type": VIA_PICTURE,
    "content.picture.length": VIA_PICTURE,
    "brief": "its summary stands for it: test_byte_limits",
}
_EPISODE_NAMES = [name for name in names(FeedItem) if name.startswith("entry.episode.")]
NO_EPISODE: Table = dict.fromkeys(_EPISODE_NAMES, A_PODCASTS)
MEDIA: Table = {
    "entry.image.url": (Said(f"{PICTURE}/@url"), Said("media:thumbnail/@url", None, picture("url"))),
    "entry.image.caption": Said(f"{PICTURE}/media:description/text()", None, picture("caption")),
    "entry.image.credit": Said(f"{PICTURE}/media:credit/text()", None, picture("credit")),
    "entry.image.alt": "Media RSS has no word for it; the <img> that the body shows it in has: test_body",
    "entry.image.media_type": Said(f"{PICTURE}/@type", None, picture("media_type")),
    "entry.image.length": Said(f"{PICTURE}/@fileSize", str, picture("length")),
    "entry.image.width": Said(f"{PICTURE}/@width", str, picture("width")),
    "entry.image.height": Said(f"{PICTURE}/@height", str, picture("height")),
    "content.picture.url": Said("media:thumbnail/@url"),
    "content.picture.width": Said("media:thumbnail/@width", str),
    "content.picture.height": Said("media:thumbnail/@height", str),
}
SHARED: Table = {
    "entry.extras.replies_to.ref": Said("thr:in-reply-to/@ref"),
    "entry.extras.replies_to.href": Said("thr:in-reply-to/@href"),
    "entry.extras.geo": Said("georss:point/text()", None, point),
    "entry.extras.banner": NO_WORD,
}
RSS: Table = {
    **NOWHERE,
    **NO_EPISODE,
    **MEDIA,
    **SHARED,
    "entry.id": (
        Said("guid/text()"),
        Said("guid/@isPermaLink", None, lambda item: [truth(item.entry.id == item.entry.url)]),
    ),
    "entry.url": Said("link/text()"),
    "entry.title": Said("title/text()"),
    "entry.published": Said("pubDate/text()", format_datetime),
    "entry.updated": "readers take it for the date of publication",
    "entry.authors.name": Said("dc:creator/text()"),
    "entry.authors.email": NO_WORD,
    "entry.authors.uri": NO_WORD,
    "entry.categories": (Said(f"category[@domain='{CATEGORIES}']/text()"), Said("category/text()", None, terms)),
    "entry.tags": Said(f"category[@domain='{TAGS}']/text()", None, only_tags),
    "entry.language": Said("dc:language/text()"),
    "entry.enclosures.url": (Said("enclosure/@url | media:content[@medium!='image']/@url"),),
    "entry.enclosures.media_type": Said(f"enclosure/@type | {OTHERS}/@type"),
    "entry.enclosures.length": (
        Said("enclosure/@length", str, lambda item: [each.length for each in item.entry.enclosures[:1]]),
        Said(f"{OTHERS}/@fileSize", str, files("length", others)),
    ),
    "entry.enclosures.title": Said(f"{OTHERS}/media:title/text()", None, files("title", others)),
    "entry.enclosures.duration": Said(f"{OTHERS}/@duration", str, files("duration", others)),
    "entry.extras.contributors.name": Said("dc:contributor/text()"),
    "entry.extras.contributors.email": NO_WORD,
    "entry.extras.contributors.uri": NO_WORD,
    "entry.extras.rights": Said("dc:rights/text()"),
    "entry.extras.license.name": NO_WORD,
    "entry.extras.license.url": Said("creativeCommons:license/text()"),
    "entry.extras.external_url": NO_WORD,
    "entry.extras.comments": Said("comments/text()"),
    "entry.extras.source.title": Said("source/text()", None, sources(True, "title")),
    "entry.extras.source.url": Said("dc:source/text()", None, sources(False, "url")),
    "entry.extras.source.feed": Said("source/@url"),
    "content.html": Said("content:encoded/text()"),
    "content.summary": Said("description/text()", lambda text: html.escape(text, quote=False)),
}
ATOM: Table = {
    **NOWHERE,
    **NO_EPISODE,
    **MEDIA,
    **SHARED,
    "entry.id": Said("a:id/text()"),
    "entry.url": (Said("a:link[@rel='alternate'][@type='text/html']/@href"), Said("a:link[@rel='alternate']/@href")),
    "entry.title": Said("a:title/text()"),
    "entry.published": Said("a:published/text()", stamp),
    "entry.updated": Said("a:updated/text()", stamp),
    "entry.authors.name": Said("a:author/a:name/text()"),
    "entry.authors.email": Said("a:author/a:email/text()"),
    "entry.authors.uri": Said("a:author/a:uri/text()"),
    "entry.categories": (
        Said(f"a:category[@scheme='{CATEGORIES}']/@term"),
        Said("a:category/@term", None, terms),
        Said("a:category/@label", None, terms),
    ),
    "entry.tags": Said(f"a:category[@scheme='{TAGS}']/@term", None, only_tags),
    "entry.language": Said("@xml:lang"),
    "entry.enclosures.url": Said("a:link[@rel='enclosure']/@href"),
    "entry.enclosures.media_type": Said("a:link[@rel='enclosure']/@type"),
    "entry.enclosures.length": Said("a:link[@rel='enclosure']/@length", str, files("length", every)),
    "entry.enclosures.title": Said("a:link[@rel='enclosure']/@title"),
    "entry.enclosures.duration": "Liferea lists an attachment twice that a media:content names as well",
    "entry.extras.contributors.name": Said("a:contributor/a:name/text()"),
    "entry.extras.contributors.email": Said("a:contributor/a:email/text()"),
    "entry.extras.contributors.uri": Said("a:contributor/a:uri/text()"),
    "entry.extras.rights": Said("a:rights/text()"),
    "entry.extras.license.name": Said(
        "a:link[@rel='license']/@title",
        None,
        lambda item: [each for each in of("entry.extras.license.name")(item) if "://" not in each],
    ),
    "entry.extras.license.url": Said("a:link[@rel='license']/@href"),
    "entry.extras.external_url": Said("a:link[@rel='related']/@href"),
    "entry.extras.comments": Said("a:link[@rel='replies'][@type='text/html']/@href"),
    "entry.extras.source.title": Said("a:source/a:title/text()"),
    "entry.extras.source.url": (
        Said("a:source/a:link[@rel='alternate']/@href"),
        Said("a:source/a:id/text()", None, lambda item: sources(True, "feed")(item) + sources(False, "url")(item)),
    ),
    "entry.extras.source.feed": Said("a:source/a:link[@rel='self']/@href"),
    "content.html": Said("a:content[@type='html']/text()"),
    "content.summary": Said("a:summary/text()"),
}


def addresses(name: str) -> Callable[[FeedItem], list[str]]:
    """Of people: the address, or the mail as one."""

    def found(item: FeedItem) -> list[str]:
        uris = [(each.uri, each.email) for each in values(item, name)]
        return [uri or f"mailto:{mail}" for uri, mail in uris if uri or mail]

    return found


def mails(name: str) -> Callable[[FeedItem], list[str]]:
    return lambda item: [each.email for each in values(item, name) if each.uri and each.email]


JSON: Table = {
    **NOWHERE,
    **NO_EPISODE,
    "entry.id": Said("id"),
    "entry.url": Said("url"),
    "entry.title": Said("title"),
    "entry.published": Said("date_published", stamp),
    "entry.updated": Said("date_modified", stamp),
    "entry.authors.name": Said("authors[].name"),
    "entry.authors.email": Said("authors[]._feedd.email", None, mails("entry.authors")),
    "entry.authors.uri": Said("authors[].url", None, addresses("entry.authors")),
    "entry.categories": (Said("_feedd.categories[]"), Said("tags[]", None, terms)),
    "entry.tags": Said("tags[]", None, terms),
    "entry.language": Said("language"),
    "entry.image.url": Said("image"),
    "entry.image.caption": Said("_feedd.image.caption", None, picture("caption")),
    "entry.image.credit": Said("_feedd.image.credit", None, picture("credit")),
    "entry.image.alt": Said("_feedd.image.alt"),
    "entry.image.media_type": Said("_feedd.image.mime_type", None, picture("media_type")),
    "entry.image.length": Said("_feedd.image.size_in_bytes", None, picture("length")),
    "entry.image.width": Said("_feedd.image.width", None, picture("width")),
    "entry.image.height": Said("_feedd.image.height", None, picture("height")),
    "entry.enclosures.url": Said("attachments[].url"),
    "entry.enclosures.media_type": Said("attachments[].mime_type"),
    "entry.enclosures.length": Said("attachments[].size_in_bytes", None, files("length", every)),
    "entry.enclosures.title": Said("attachments[].title"),
    "entry.enclosures.duration": Said("attachments[].duration_in_seconds"),
    "entry.extras.contributors.name": Said("_feedd.contributors[].name"),
    "entry.extras.contributors.email": Said(
        "_feedd.contributors[]._feedd.email", None, mails("entry.extras.contributors")
    ),
    "entry.extras.contributors.uri": Said("_feedd.contributors[].url", None, addresses("entry.extras.contributors")),
    "entry.extras.rights": Said("_feedd.rights"),
    "entry.extras.license.name": Said("_feedd.license_name", None, ATOM["entry.extras.license.name"].of),  # type: ignore[union-attr]
    "entry.extras.license.url": Said("_feedd.license"),
    "entry.extras.external_url": Said("external_url"),
    "entry.extras.banner": Said("banner_image"),
    "entry.extras.comments": Said("_feedd.comments_url"),
    "entry.extras.replies_to.ref": Said("_feedd.in_reply_to[].id"),
    "entry.extras.replies_to.href": Said("_feedd.in_reply_to[].url"),
    "entry.extras.geo": (
        Said("_feedd.geo.lat", None, lambda item: of("entry.extras.geo")(item)[:1]),
        Said("_feedd.geo.lon", None, lambda item: of("entry.extras.geo")(item)[1:]),
    ),
    "entry.extras.source.title": Said("_feedd.source.title"),
    "entry.extras.source.url": Said("_feedd.source.url"),
    "entry.extras.source.feed": Said("_feedd.source.feed_url"),
    "content.html": Said("content_html"),
    "content.summary": Said("summary"),
    "content.image": Said("image"),
    "content.picture.url": Said("image"),
    "content.picture.width": "entry.image says it",
    "content.picture.height": "entry.image says it",
}
