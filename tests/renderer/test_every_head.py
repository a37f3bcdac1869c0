"""Every field of a feed, its site and its show, in each format: where a reader finds it, or why nowhere."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from email.utils import format_datetime
from typing import Any

import pytest
from lxml import etree

from feedd.model import FeedSnapshot
from feedd.podcasting import guid_of
from feedd.renderer import render
from tests.renderer.everything import FEED, PAGES, PODCAST, snapshot
from tests.renderer.spoken import INSIDE, NO_WORD, Said, Table, lost, names, values, without
from tests.renderer.words_of_entries import stamp, truth

A_SHOWS = "says what makes it a show: in podcasts"
ITEMS = "by their own fields: test_every_field"


def of(name: str) -> Callable[[FeedSnapshot], list[Any]]:
    return lambda given: values(given, name)


def part(name: str, number: int) -> Callable[[FeedSnapshot], list[Any]]:
    """Of a field of tuples: one part of each, where there is one."""
    return lambda given: [each[number] for each in values(given, name) if each[number] != ""]


def always(text: str) -> Callable[[Any], str]:
    return lambda _: text


def address(suffix: str, name: str = "feed.path") -> Callable[[FeedSnapshot], list[str]]:
    """Of a document, written out."""
    return lambda given: [
        f"https://feeds.ann.example/x/{path.replace(' ', '%20')}{suffix}" for path in values(given, name)
    ]


def on_pages(suffix: str, name: str) -> Callable[[FeedSnapshot], list[str]]:
    """Of a page of the archive only."""
    return lambda given: address(suffix, name)(given) if given.chain and given.chain.archive else []


def newest(given: FeedSnapshot) -> list[str]:
    return [format_datetime(max(item.entry.updated for item in given.items))]


def only_in_feeds(name: str) -> Callable[[FeedSnapshot], list[Any]]:
    return lambda given: [] if given.chain and given.chain.archive else values(given, name)


def icon(given: FeedSnapshot) -> list[str]:
    show = given.feed.podcast
    return [(show and show.image) or given.site.icon or ""]


def rights(given: FeedSnapshot) -> list[str]:
    show = given.feed.podcast
    return [(show and show.copyright) or given.site.rights or ""]


NOWHERE: Table = {
    **{name: ITEMS for name in names(FeedSnapshot) if name.startswith("items.")},
    **{f"feed.{name}": INSIDE for name in ("query", "limit", "max_age", "at_least", "formats", "schedule", "archive")},
    **{f"feed.{name}": INSIDE for name in ("each", "value", "definition", "max_bytes")},
    "feed.landing": "a document of its own: test_pages",
    "feed.content": "says what items carry: test_render",
    "feed.atom_content": "says how items are written: test_xhtml",
    "feed.retractions": "a word before the title of an entry: test_retractions",
    "site.title": "each feed has its own",
    "site.timezone": INSIDE,
    "chain.archive": "says what the other names mean",
}
NO_SHOW: Table = {name: A_SHOWS for name in names(FeedSnapshot) if name.startswith("feed.podcast.")}
SELF = "atom:link[@rel='self']"
RSS: Table = {
    **NOWHERE,
    **NO_SHOW,
    "updated": Said("lastBuildDate/text()", None, newest),
    "site.url": (Said("link/text()", lambda url: f"{url}/"), Said("image/link/text()", lambda url: f"{url}/")),
    "site.feeds_url": Said(f"{SELF}/@href", None, address(".xml")),
    "site.description": "each feed has its own: test_every_fallback",
    "site.author.name": Said("managingEditor/text()", lambda name: f"ann@ann.example ({name})"),
    "site.author.email": Said("managingEditor/text()", lambda mail: f"{mail} (Ann)"),
    "site.author.uri": NO_WORD,
    "site.language": "each feed has its own: test_every_fallback",
    "site.icon": Said("image/url/text()", None, icon),
    "site.rights": Said("copyright/text()", None, rights),
    "feed.path": Said(f"{SELF}[@type='application/rss+xml']/@href", None, address(".xml")),
    "feed.title": (Said("title/text()"), Said("image/title/text()")),
    "feed.description": Said("description/text()"),
    "feed.hubs": Said("atom:link[@rel='hub']/@href"),
    "feed.language": Said("language/text()"),
    "feed.style": Said("/processing-instruction()", lambda name: f'type="text/css" href="../{name}"'),
    "feed.cloud": (
        Said("cloud/@domain", always("cloud.example"), only_in_feeds("feed.cloud")),
        Said("cloud/@port", always("444"), only_in_feeds("feed.cloud")),
        Said("cloud/@path", always("/pn?token=1&b=2"), only_in_feeds("feed.cloud")),
        Said("cloud/@protocol", always("https-post"), only_in_feeds("feed.cloud")),
        Said("cloud/@registerProcedure", always(""), only_in_feeds("feed.cloud")),
    ),
    "tombstones.id": NO_WORD,
    "tombstones.url": NO_WORD,
    "tombstones.title": NO_WORD,
    "tombstones.when": NO_WORD,
    "tombstones.published": "who is retracted: test_retractions",
    "chain.current": Said("atom:link[@rel='current']/@href", None, on_pages(".xml", "chain.current")),
    "chain.previous": Said("atom:link[@rel='prev-archive']/@href", None, address(".xml", "chain.previous")),
    "chain.next": Said("atom:link[@rel='next-archive']/@href", None, address(".xml", "chain.next")),
}
ATOM: Table = {
    **NOWHERE,
    **NO_SHOW,
    "updated": Said("a:updated/text()", stamp),
    "site.url": Said("a:link[@rel='alternate'][@type='text/html']/@href", lambda url: f"{url}/"),
    "site.feeds_url": Said("a:link[@rel='self']/@href", None, address(".atom")),
    "site.description": RSS["site.description"],
    "site.author.name": Said("a:author/a:name/text()"),
    "site.author.email": Said("a:author/a:email/text()"),
    "site.author.uri": Said("a:author/a:uri/text()"),
    "site.language": RSS["site.language"],
    "site.icon": Said("a:icon/text()"),
    "site.rights": Said("a:rights/text()", None, rights),
    "feed.path": (
        Said("a:link[@rel='self'][@type='application/atom+xml']/@href", None, address(".atom")),
        Said(
            "a:id/text()",
            None,
            lambda given: on_pages(".atom", "chain.current")(given) or address(".atom")(given),
        ),
    ),
    "feed.title": Said("a:title/text()"),
    "feed.description": Said("a:subtitle/text()"),
    "feed.hubs": Said("a:link[@rel='hub']/@href"),
    "feed.language": Said("@xml:lang"),
    "feed.style": RSS["feed.style"],
    "feed.cloud": NO_WORD,
    "tombstones.id": Said("at:deleted-entry/@ref"),
    "tombstones.url": NO_WORD,
    "tombstones.title": NO_WORD,
    "tombstones.when": Said("at:deleted-entry/@when", stamp),
    "tombstones.published": "who is retracted: test_retractions",
    "chain.current": Said("a:link[@rel='current']/@href", None, on_pages(".atom", "chain.current")),
    "chain.previous": Said("a:link[@rel='prev-archive']/@href", None, address(".atom", "chain.previous")),
    "chain.next": Said("a:link[@rel='next-archive']/@href", None, address(".atom", "chain.next")),
}
JSON: Table = {
    **NOWHERE,
    **NO_SHOW,
    "updated": NO_WORD,
    "site.url": Said("home_page_url", lambda url: f"{url}/"),
    "site.feeds_url": Said("feed_url", None, address(".json")),
    "site.description": RSS["site.description"],
    "site.author.name": Said("authors[].name"),
    "site.author.email": Said("authors[]._feedd.email"),
    "site.author.uri": Said("authors[].url"),
    "site.language": RSS["site.language"],
    "site.icon": Said("icon", None, icon),
    "site.rights": Said("_feedd.rights", None, rights),
    "feed.path": Said("feed_url", None, address(".json")),
    "feed.title": Said("title"),
    "feed.description": Said("description"),
    "feed.hubs": Said(
        "hubs[].type|url",
        lambda url: f"{'rssCloud' if 'cloud' in url else 'WebSub'} {url}",
        lambda given: values(given, "feed.hubs") + only_in_feeds("feed.cloud")(given),
    ),
    "feed.language": Said("language"),
    "feed.style": NO_WORD,
    "feed.cloud": "among the hubs",
    "tombstones.id": Said("_feedd.deleted[].id"),
    "tombstones.url": Said("_feedd.deleted[].url"),
    "tombstones.title": NO_WORD,
    "tombstones.when": Said("_feedd.deleted[].date_deleted", stamp),
    "tombstones.published": "who is retracted: test_retractions",
    "chain.current": NO_WORD,
    "chain.previous": Said("next_url", None, address(".json", "chain.previous")),
    "chain.next": NO_WORD,
}
SHOW: Table = {
    "categories": (
        Said("itunes:category/@text", None, lambda _: ["Arts", "Technology"]),
        Said("itunes:category/itunes:category/@text", None, lambda _: ["Books", "Design"]),
    ),
    "image": Said("itunes:image/@href"),
    "explicit": Said("itunes:explicit/text()", truth),
    "author": Said("itunes:author/text()"),
    "owner.name": Said("itunes:owner/itunes:name/text()"),
    "owner.email": (Said("itunes:owner/itunes:email/text()"), Said("podcast:locked/@owner")),
    "owner.uri": NO_WORD,
    "type": Said("itunes:type/text()"),
    "complete": (Said("itunes:complete/text()", always("Yes")), Said("podcast:updateFrequency/@complete", truth)),
    "block": (Said("itunes:block/text()", always("Yes")), Said("podcast:block[not(@id)]/text()", always("yes"))),
    "new_feed_url": Said("itunes:new-feed-url/text()"),
    "copyright": "the feed's rights: site.rights",
    "guid": Said("podcast:guid/text()"),
    "locked": Said("podcast:locked/text()", always("yes")),
    "funding": (
        Said("podcast:funding/@url", None, part("feed.podcast.funding", 0)),
        Said("podcast:funding/text()", None, part("feed.podcast.funding", 1)),
    ),
    "people.name": Said("podcast:person/text()"),
    "people.role": Said("podcast:person/@role"),
    "people.group": Said("podcast:person/@group"),
    "people.image": Said("podcast:person/@img"),
    "people.url": Said("podcast:person/@href"),
    "locations.name": Said("podcast:location/text()"),
    "locations.geo": Said("podcast:location/@geo"),
    "locations.osm": Said("podcast:location/@osm"),
    "locations.country": Said("podcast:location/@country"),
    "locations.made": Said("podcast:location/@rel", lambda made: "creator" if made else "subject"),
    "license.name": Said("podcast:license/text()"),
    "license.url": Said("podcast:license/@url"),
    "medium": Said("podcast:medium/text()"),
    "trailers.title": Said("podcast:trailer/text()"),
    "trailers.url": Said("podcast:trailer/@url"),
    "trailers.published": Said("podcast:trailer/@pubdate", format_datetime),
    "trailers.media_type": Said("podcast:trailer/@type"),
    "trailers.length": Said("podcast:trailer/@length", str),
    "trailers.season": Said("podcast:trailer/@season", str),
    "texts": (
        Said("podcast:txt/@purpose", None, part("feed.podcast.texts", 0)),
        Said("podcast:txt/text()", None, part("feed.podcast.texts", 1)),
    ),
    "blocked": (
        Said("podcast:block/@id", None, part("feed.podcast.blocked", 0)),
        Said("podcast:block[@id]/text()", lambda yes: "yes" if yes else "no", part("feed.podcast.blocked", 1)),
    ),
    "podroll": (
        Said("podcast:podroll/podcast:remoteItem/@feedGuid", None, part("feed.podcast.podroll", 0)),
        Said("podcast:podroll/podcast:remoteItem/@feedUrl", None, part("feed.podcast.podroll", 1)),
        Said("podcast:podroll/podcast:remoteItem/@title", None, part("feed.podcast.podroll", 2)),
    ),
    "frequency": (
        Said("podcast:updateFrequency/text()", None, lambda given: values(given, "feed.podcast.frequency")[:1]),
        Said("podcast:updateFrequency/@rrule", None, lambda given: values(given, "feed.podcast.frequency")[1:]),
    ),
    "chapters": "says what episodes carry: test_every_field",
}
_PARTS = {
    "categories": ("category", "subcategory"),
    "funding": ("url", "text"),
    "texts": ("purpose", "text"),
    "blocked": ("platform", "blocked"),
    "podroll": ("guid", "url", "title"),
}
_SEVERAL = ("people", "locations", "trailers")


def in_extension(name: str) -> Said | tuple[Said, ...] | str:
    """ "people.name": _feedd.podcast.people[].name."""
    parts = [f"{each}[]" if each in _SEVERAL else each for each in name.split(".")]
    where = ".".join(("_feedd.podcast", *parts)).replace("media_type", "mime_type").replace("length", "size_in_bytes")
    if name in _PARTS:
        field = f"feed.podcast.{name}"
        return tuple(Said(f"{where}[].{each}", None, part(field, n)) for n, each in enumerate(_PARTS[name]))
    said = of(f"feed.podcast.{name}")
    how = stamp if name.endswith("published") else None
    return Said(where, how, lambda given: [each for each in said(given) if each is not False])


def of_show(table: Table) -> Table:
    return {f"feed.podcast.{name}": said for name, said in table.items()}


_JSON_SHOW: Table = {
    **{name: in_extension(name) for name in SHOW},
    "chapters": SHOW["chapters"],
    "copyright": SHOW["copyright"],
    "image": (Said("icon"), Said("_feedd.podcast.image")),
    "complete": (Said("expired"), Said("_feedd.podcast.complete")),
    "frequency": (
        Said("_feedd.podcast.frequency.text", None, lambda given: values(given, "feed.podcast.frequency")[:1]),
        Said("_feedd.podcast.frequency.rrule", None, lambda given: values(given, "feed.podcast.frequency")[1:]),
    ),
}
_ATOM_SHOW: Table = {
    **SHOW,
    "image": (Said("itunes:image/@href"), Said("a:logo/text()")),
    "complete": Said("podcast:updateFrequency/@complete", truth),
}
KINDS = {
    "normal": (FEED, {"rss": RSS, "atom": ATOM, "json": JSON}),
    "podcast": (
        PODCAST,
        {
            "rss": {**without(NO_SHOW, RSS), **of_show(SHOW)},
            "atom": {**without(NO_SHOW, ATOM), **of_show(_ATOM_SHOW)},
            "json": {**without(NO_SHOW, JSON), **of_show(_JSON_SHOW)},
        },
    ),
}
EVERY = [(kind, format) for kind in KINDS for format in ("rss", "atom", "json")]


def written(given: FeedSnapshot) -> Any:
    """The head, as a parser that is not ours finds it."""
    (document,) = render.render(given, render.Fragments())
    if document.format == "json":
        found = json.loads(document.data)
        for hub in found.get("hubs", []):
            hub["type|url"] = f"{hub['type']} {hub['url']}"
        return found
    root = etree.fromstring(document.data)
    return root.find("channel") if document.format == "rss" else root


@pytest.mark.parametrize(("kind", "format"), EVERY)
def test_every_field_is_spoken_of(kind: str, format: str) -> None:
    """A new field has its place in each format, or the reason why it has none."""
    known = {name for name in names(FeedSnapshot) if name != "feed.podcast"}
    assert known == set(KINDS[kind][1][format])


@pytest.mark.parametrize("page", [None, *PAGES])
@pytest.mark.parametrize(("kind", "format"), EVERY)
def test_every_field_is_said(kind: str, format: str, page: str | None) -> None:
    """Where the table says, letter by letter and in order, in feeds and in the pages of their archives."""
    feed, tables = KINDS[kind]
    given = snapshot(feed, format, chain=PAGES[page] if page else None)
    missing = lost(given, written(given), tables[format])
    assert not missing, "\n".join(missing)


@pytest.mark.parametrize("format", ["rss", "atom", "json"])
def test_every_fallback(format: str) -> None:
    """What a feed does not say, its site says."""
    given = snapshot(replace(FEED, description="", language=None), format)
    where = {
        "rss": {"site.description": "description/text()", "site.language": "language/text()"},
        "atom": {"site.description": "a:subtitle/text()", "site.language": "@xml:lang"},
        "json": {"site.description": "description", "site.language": "language"},
    }[format]
    assert not lost(given, written(given), {name: Said(place) for name, place in where.items()})


def test_a_show_has_one_id() -> None:
    """That of its RSS document, in every format and on every page; the one that is set, where one is."""
    feed = replace(PODCAST, podcast=replace(PODCAST.podcast, guid=None))
    expected = guid_of("https://feeds.ann.example/x/in/a%20b.xml")
    places = {"rss": "podcast:guid/text()", "atom": "podcast:guid/text()", "json": "_feedd.podcast.guid"}
    for format, place in places.items():
        for chain in (None, *PAGES.values()):
            path = "in/a b/archive/7" if chain and chain.archive else feed.path
            given = snapshot(replace(feed, path=path), format, chain=chain)
            assert not lost(given, written(given), {"feed.podcast.guid": Said(place, None, lambda _: [expected])})


def test_the_feed_says_everything() -> None:
    """Or the comparison would prove nothing: each field that is compared has a value."""
    given = [snapshot(feed, "rss", chain=chain) for feed, _ in KINDS.values() for chain in PAGES.values()]
    tables = [table for _, of_formats in KINDS.values() for table in of_formats.values()]
    compared = {name for table in tables for name, said in table.items() if not isinstance(said, str)}
    assert not {name for name in compared if not any(values(each, name) for each in given)}
