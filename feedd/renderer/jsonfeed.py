"""JSON Feed 1.1 (jsonfeed.org/version/1.1): a head and items as bytes, joined like the XML formats. Pure."""

from __future__ import annotations

import json
from typing import Any

from feedd.model import Enclosure, Entry, Feed, FeedItem, FeedSnapshot, Person, Tombstone
from feedd.renderer import chain
from feedd.renderer.extras import NOTHING
from feedd.renderer.xml import stamp, terms


def head(snapshot: FeedSnapshot, self_url: str) -> tuple[bytes, bytes]:
    """What stands before and after the items."""
    feed, site = snapshot.feed, snapshot.site
    values: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": site.url + "/",
        "feed_url": self_url,
        "next_url": chain.links(snapshot, self_url).get("prev-archive"),
        "description": feed.description or site.description,
        "icon": site.icon,
        "authors": [_author(site.author)] if site.author else None,
        "language": feed.language or site.language,
        "hubs": [{"type": "WebSub", "url": hub} for hub in feed.hubs],
        # JSON Feed has no generator; an extension object says whose file this is (names start with an underscore).
        # JSON Feed has no word for entries that left either.
        "_feedd": {"generator": "feedd"} | _deleted(snapshot.tombstones),
    }
    start = _dump(values)[:-2]  # without the closing "\n}"
    return start + b',\n  "items": [\n', b"\n  ]\n}\n"


SEPARATOR = b",\n"


def _deleted(tombstones: tuple[Tombstone, ...]) -> dict[str, Any]:
    found = [{"id": each.id, "url": each.url, "date_deleted": stamp(each.when)} for each in tombstones]
    return {"deleted": found} if found else {}


def item(entry_item: FeedItem, feed: Feed) -> bytes:
    """One item. Every item has content, as the format demands."""
    entry, made = entry_item.entry, entry_item.content
    more = entry.extras or NOTHING
    values: dict[str, Any] = {
        "id": entry.id,
        "url": entry.url,
        "title": entry.title,
        "content_html": made.html if feed.content == "full" else "",
        "summary": made.summary,
        "image": entry.image.url if entry.image else made.image,
        "date_published": stamp(entry.published),
        "date_modified": stamp(entry.updated),
        "authors": [_author(person) for person in entry.authors],
        "tags": list(terms(entry)),
        "language": entry.language,
        "attachments": [_attachment(e) for e in entry.enclosures],
        "external_url": more.external_url,
        "banner_image": more.banner,
        "_feedd": _besides(entry),
    }
    if not values["content_html"]:
        values["content_text"] = made.summary or entry.title or entry.url
    return b"\n".join(b"    " + line for line in _dump(values).split(b"\n"))


def _besides(entry: Entry) -> dict[str, Any]:
    """What JSON Feed has no words for, in an extension object (1.1, "Extensions")."""
    more = entry.extras or NOTHING
    image = entry.image
    values: dict[str, Any] = {
        "categories": list(entry.categories) if entry.tags else None,  # `tags` has both
        "image": {
            name: value
            for name, value in (
                ("caption", (image.caption if image else None) or entry.caption),
                ("credit", (image.credit if image else None) or entry.credit),
                ("width", image.width if image else None),
                ("height", image.height if image else None),
            )
            if value
        },
        "contributors": [_author(person) for person in more.contributors],
        "rights": more.rights,
        "license": more.license.url if more.license else None,
        "comments_url": more.comments,
        "in_reply_to": [{"id": each.ref} | ({"url": each.href} if each.href else {}) for each in more.replies_to],
        "geo": {"lat": more.geo[0], "lon": more.geo[1]} if more.geo else None,
        "source": {"title": more.source.title, "url": more.source.url}
        | ({"feed_url": more.source.feed} if more.source.feed else {})
        if more.source
        else None,
    }
    return {name: value for name, value in values.items() if value}


def _dump(values: dict[str, Any]) -> bytes:
    """Without what is empty: absent says the same and is smaller."""
    given = {name: value for name, value in values.items() if value not in (None, "", [], {})}
    return json.dumps(given, ensure_ascii=False, indent=2).encode("utf-8")


def _author(person: Person) -> dict[str, str]:
    # JSON Feed has no e-mail field; a mailto: URL is how it names one (1.1, "authors").
    url = person.uri or (f"mailto:{person.email}" if person.email else None)
    return {"name": person.name} | ({"url": url} if url else {})


def _attachment(enclosure: Enclosure) -> dict[str, Any]:
    values = {"url": enclosure.url, "mime_type": enclosure.media_type, "title": enclosure.title}
    given = {name: value for name, value in values.items() if value}
    numbers = {"size_in_bytes": enclosure.length, "duration_in_seconds": enclosure.duration}
    return given | {name: number for name, number in numbers.items() if number}
