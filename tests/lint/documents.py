"""Small documents: good ones, and ways to spoil them."""

from __future__ import annotations

import json
from typing import Any

SPACES = (
    'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
    ' xmlns:podcast="https://podcastindex.org/namespace/1.0" xmlns:media="http://search.yahoo.com/mrss/"'
    ' xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" xmlns:georss="http://www.georss.org/georss"'
    ' xmlns:geo="http://www.w3.org/2003/01/geo/wgs84_pos#"'
)
ADDRESS = "https://ann.example/feed"
DATE = "Mon, 23 Nov 2026 12:00:00 +0000"
SELF = f'<atom:link href="{ADDRESS}" rel="self" type="application/rss+xml"/>'
TITLE, LINK, DESCRIPTION = (
    "<title>Ann</title>",
    "<link>https://ann.example/</link>",
    "<description>Of Ann</description>",
)
ITEM = (
    "<title>Hello</title><link>https://ann.example/1</link><description>Hello.</description>"
    f'<guid isPermaLink="false">tag:ann.example,2026:1</guid><pubDate>{DATE}</pubDate>'
)
SHOW = (
    '<itunes:image href="https://ann.example/c.jpg"/><itunes:category text="Technology"/>'
    "<itunes:explicit>false</itunes:explicit><itunes:owner><itunes:email>ann@ann.example</itunes:email></itunes:owner>"
)
EPISODE = ITEM + '<enclosure url="https://ann.example/1.mp3" length="1" type="audio/mpeg"/>'


def rss(
    channel: str = "",
    *,
    head: str = TITLE + LINK + DESCRIPTION + "<language>en</language>" + SELF,
    items: str = "<item>" + ITEM + "</item>",
    after: str = "",
    root: str = 'version="2.0"',
    spaces: str = SPACES,
) -> bytes:
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<rss {root} {spaces}><channel>{head}{channel}{items}{after}'
    return (text + "</channel></rss>").encode()


def item(more: str = "", base: str = ITEM) -> bytes:
    return rss(items=f"<item>{base}{more}</item>")


def podcast(show: str = SHOW, episode: str = EPISODE) -> bytes:
    return rss(show, items=f"<item>{episode}</item>")


ATOM_HEAD = (
    f"<id>{ADDRESS}</id><title>Ann</title><updated>2026-11-23T12:00:00Z</updated>"
    f'<author><name>Ann</name></author><link href="{ADDRESS}" rel="self"/>'
)
ENTRY = (
    "<id>tag:ann.example,2026:1</id><title>Hello</title><updated>2026-11-23T12:00:00Z</updated>"
    '<link href="https://ann.example/1"/>'
)
ATOM_SPACES = (
    'xmlns:thr="http://purl.org/syndication/thread/1.0" xmlns:fh="http://purl.org/syndication/history/1.0"'
    ' xmlns:at="http://purl.org/atompub/tombstones/1.0"'
)


def atom(
    more: str = "",
    *,
    head: str = ATOM_HEAD,
    entries: str = f"<entry>{ENTRY}<summary>Hi.</summary></entry>",
    after: str = "",
) -> bytes:
    text = f'<feed xmlns="http://www.w3.org/2005/Atom" {ATOM_SPACES}>{head}{more}{entries}{after}</feed>'
    return text.encode()


def entry(more: str, base: str = ENTRY, head: str = ATOM_HEAD) -> bytes:
    return atom(head=head, entries=f"<entry>{base}{more}</entry>")


JSON_ITEM: dict[str, Any] = {
    "id": "tag:ann.example,2026:1",
    "url": "https://ann.example/1",
    "content_html": "<p>Hello.</p>",
    "date_published": "2026-11-23T12:00:00Z",
}


def json_feed(items: object = None, without: str = "", **more: object) -> bytes:
    feed: dict[str, object] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Ann",
        "feed_url": ADDRESS,
        "items": [JSON_ITEM] if items is None else items,
    }
    feed.pop(without, None)
    return json.dumps(feed | more, indent=2).encode()


def json_item(**more: object) -> bytes:
    return json_feed([{key: value for key, value in (JSON_ITEM | more).items() if value is not None}])


def opml(
    body: str = '<outline text="Ann" type="rss" xmlUrl="https://ann.example/feed.xml"/>', version: str = "2.0"
) -> bytes:
    return f'<opml version="{version}"><head><title>Feeds</title></head><body>{body}</body></opml>'.encode()
