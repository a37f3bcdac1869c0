"""JSON Feed 1.1 (jsonfeed.org/version/1.1): a head and items as bytes, joined like the XML formats. Pure."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from feedd import podcasting
from feedd.model import Enclosure, Entry, Feed, FeedItem, FeedSnapshot, Image, Person, Site, Tombstone
from feedd.renderer import chain, media, podcast_json
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
        "icon": (feed.podcast.image if feed.podcast else None) or site.icon,
        "authors": [_author(site.author)] if site.author else None,
        "language": feed.language or site.language,
        "expired": True if feed.podcast and feed.podcast.complete else None,
        "hubs": _hubs(snapshot),
        "_feedd": _besides_items(snapshot),
    }
    start = _dump(values)[:-2]  # without the closing "\n}"
    return start + b',\n  "items": [\n', b"\n  ]\n}\n"


SEPARATOR = b",\n"


def _hubs(snapshot: FeedSnapshot) -> list[dict[str, str]]:
    hubs = [{"type": "WebSub", "url": hub} for hub in snapshot.feed.hubs]
    if snapshot.feed.cloud and not chain.is_archive(snapshot):
        hubs.append({"type": "rssCloud", "url": snapshot.feed.cloud})
    return hubs


def _besides_items(snapshot: FeedSnapshot) -> dict[str, Any]:
    """What JSON Feed has no words for: an extension object, whose name starts with an underscore (1.1, "Extensions").
    It says whose file this is, too."""
    show = snapshot.feed.podcast
    rights = (show.copyright if show else None) or snapshot.site.rights
    values = {"generator": "feedd", "rights": rights, "podcast": podcast_json.show(snapshot) if show else None}
    return {name: value for name, value in values.items() if value} | _deleted(snapshot.tombstones)


def _deleted(tombstones: tuple[Tombstone, ...]) -> dict[str, Any]:
    found = [{"id": each.id, "url": each.url, "date_deleted": stamp(each.when)} for each in tombstones]
    return {"deleted": found} if found else {}


def item(entry_item: FeedItem, feed: Feed, site: Site) -> bytes:
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
        "attachments": _attachments(entry),
        "external_url": more.external_url,
        "banner_image": more.banner,
        "_feedd": _besides(entry_item, feed),
    }
    if not values["content_html"]:
        values["content_text"] = made.summary or entry.title or entry.url
    return b"\n".join(b"    " + line for line in _dump(values).split(b"\n"))


def _besides(entry_item: FeedItem, feed: Feed) -> dict[str, Any]:
    """What JSON Feed has no words for, in an extension object (1.1, "Extensions")."""
    entry = entry_item.entry
    more = entry.extras or NOTHING
    values: dict[str, Any] = {
        "categories": list(entry.categories) if entry.tags else None,  # `tags` has both
        "image": _image(entry_item),
        "contributors": [_author(person) for person in more.contributors],
        "rights": more.rights,
        "license": more.license.url if more.license else None,
        "license_name": more.license.name if more.license and more.license.name != more.license.url else None,
        "comments_url": more.comments,
        "in_reply_to": [{"id": each.ref} | ({"url": each.href} if each.href else {}) for each in more.replies_to],
        "geo": {"lat": more.geo[0], "lon": more.geo[1]} if more.geo else None,
        "source": {"title": more.source.title, "url": more.source.url}
        | ({"feed_url": more.source.feed} if more.source.feed else {})
        if more.source
        else None,
        "episode": podcast_json.episode(entry, feed),
    }
    return {name: value for name, value in values.items() if value}


def _image(entry_item: FeedItem) -> dict[str, Any]:
    found = media.own(entry_item) or Image("", entry_item.entry.caption, entry_item.entry.credit)
    values = {
        "alt": found.alt,
        "caption": found.caption,
        "credit": found.credit,
        "mime_type": media.media_type(found),
        "size_in_bytes": found.length,
        "width": found.width,
        "height": found.height,
    }
    return {name: value for name, value in values.items() if value}


def _dump(values: dict[str, Any]) -> bytes:
    """Without what is empty: absent says the same and is smaller."""
    given = {name: value for name, value in values.items() if value not in (None, "", [], {})}
    return json.dumps(given, ensure_ascii=False, indent=2).encode("utf-8")


def _author(person: Person) -> dict[str, Any]:
    # JSON Feed has no e-mail field; a mailto: URL is how it names one (1.1, "authors").
    if person.uri and person.email:
        return {"name": person.name, "url": person.uri, "_feedd": {"email": person.email}}
    url = person.uri or (f"mailto:{person.email}" if person.email else None)
    return {"name": person.name} | ({"url": url} if url else {})


def _attachments(entry: Entry) -> list[dict[str, Any]]:
    titles = _common_titles(entry)
    return [_attachment(replace(each, title=each.title or titles.get(each.url))) for each in entry.enclosures]


def _common_titles(entry: Entry) -> dict[str, str]:
    """By address. Attachments of one title are one recording in several forms (1.1, "attachments"): where their author
    gave them none, they have that of the entry, or of the file where the entry has several such recordings."""
    groups = [each for each in podcasting.forms(entry) if len(each) > 1 and not any(form.title for form in each)]
    several = len(groups) > 1 or not entry.title
    names = [podcasting.stem(group[0].url) if several else entry.title for group in groups]
    return {form.url: name for group, name in zip(groups, names, strict=True) for form in group if name}


def _attachment(enclosure: Enclosure) -> dict[str, Any]:
    values = {"url": enclosure.url, "mime_type": enclosure.media_type, "title": enclosure.title}
    given = {name: value for name, value in values.items() if value}
    numbers = {"size_in_bytes": enclosure.length, "duration_in_seconds": enclosure.duration}
    return given | {name: number for name, number in numbers.items() if number}
