"""A feed that says all that a feed can say: every field of every noun that reaches readers has a value of its own."""

from __future__ import annotations

from dataclasses import replace

from feedd.model import (
    Chain,
    Chapter,
    Content,
    Credit,
    Enclosure,
    Entry,
    Episode,
    Extras,
    Feed,
    FeedItem,
    FeedSnapshot,
    Image,
    License,
    Location,
    Origin,
    Person,
    Podcast,
    Reply,
    Site,
    Soundbite,
    Tombstone,
    Trailer,
    Transcript,
)
from tests.support.make import NOON, at, entry

SITE = Site(
    url="https://ann.example",
    feeds_url="https://feeds.ann.example/x",
    title="Ann's",
    description="What Ann says & does",
    author=Person("Ann", "ann@ann.example", "https://ann.example/me"),
    language="en",
    timezone="Europe/Prague",
    icon="https://ann.example/icon.png",
    rights="© site",
)
FEED = Feed(
    path="in/a b",
    title="Ann & <co>",
    description="The feed's own words",
    hubs=("https://hub.example/?a=1&b=2", "https://other.example/"),
    language="en-GB",
    style="feed.css",
    cloud="https://cloud.example:444/pn?token=1&b=2",
)
SHOW = Podcast(
    categories=(("Arts", "Books"), ("Technology", ""), ("Arts", "Design")),
    image="https://ann.example/cover.jpg",
    explicit=True,
    author="Ann & Bob",
    owner=Person("Olga", "olga@ann.example", "https://ann.example/olga"),
    type="serial",
    complete=True,
    block=True,
    new_feed_url="https://new.example/f.xml",
    copyright="© show",
    guid="917393e3-1b1e-5cef-ace4-edaa54e1f811",
    locked=True,
    funding=(("https://ann.example/give", "Give"), ("https://ann.example/more", "More")),
    people=(Credit("Ann", "host", "cast", "https://ann.example/ann.jpg", "https://ann.example/ann"), Credit("Bob")),
    locations=(Location("Prague", "geo:50.08,14.42", "R435514", "CZ", True), Location("Brno")),
    license=License("cc-by-4.0", "https://creativecommons.org/licenses/by/4.0/"),
    medium="audiobook",
    trailers=(Trailer("Soon", "https://ann.example/t.mp3", at(days=-9), "audio/mpeg", 9, 2),),
    texts=(("verify", "abc"), ("", "x")),
    blocked=(("spotify", False), ("amazon", True)),
    podroll=(("917393e3-1b1e-5cef-ace4-edaa54e1f810", "https://o.example/f", "Other"),),
    frequency=("Weekly", "FREQ=WEEKLY"),
    chapters=True,
)
PODCAST = replace(FEED, podcast=SHOW)
EPISODE = Episode(
    season=2,
    season_name="The second",
    number=3,
    display="Ch. 3",
    type="bonus",
    title="Short",
    subtitle="Below",
    explicit=False,
    block=True,
    transcripts=(Transcript("https://ann.example/a.vtt", "text/vtt", "cs", True),),
    chapters=("https://ann.example/a.json", "application/json+chapters"),
    marks=(Chapter(0, "Intro"), Chapter(3661.5, "Main", "https://ann.example/m")),
    soundbites=(Soundbite(10.25, 30, "Best"),),
    people=(Credit("Cyd", "guest", "crew", "https://c.example/c.jpg", "https://c.example/"),),
    locations=(Location("Oslo", "geo:59.9,10.7", "R406091", "NO", True),),
    license=License("mine", "https://ann.example/mine"),
)
EXTRAS = Extras(
    contributors=(Person("Cid", "cid@c.example", "https://c.example/cid"), Person("Dan")),
    rights="© entry",
    license=License("My licence", "https://ann.example/licence"),
    external_url="https://elsewhere.example/page",
    banner="https://ann.example/banner.jpg",
    comments="https://ann.example/a/#comments",
    replies_to=(Reply("tag:b.example,2026:1", "https://b.example/1"), Reply("tag:b.example,2026:2")),
    geo=(50.083333, -14.42),
    source=Origin("Their feed", "https://theirs.example/", "https://theirs.example/feed.xml"),
)
ENCLOSURES = (
    Enclosure("https://ann.example/a.mp3?x=1&y=2", "audio/mpeg", 1000, "The sound", 60),
    Enclosure("https://ann.example/notes.pdf", "application/pdf", 500, "The notes"),
    Enclosure("https://ann.example/a.ogg", "audio/ogg", 700, "As Ogg", 61),
    Enclosure("https://ann.example/b.mp4", "video/mp4", 800, "Part two", 62),
)
RICH = entry(
    "a.md",
    title="A & <b>",
    published=NOON,
    updated=at(hours=1, minutes=2),
    authors=(Person("Bo", "bo@b.example", "https://b.example/bo"), Person("Cy & co")),
    categories=("World", "arts"),
    tags=("world", "x & Y", "Apple"),
    language="de",
    image=Image("https://ann.example/a.jpg", "What is beside it", "The agency", alt="What it shows"),
    enclosures=ENCLOSURES,
    episode=EPISODE,
    extras=EXTRAS,
)
# A caption that stands beside the picture; the address as the id; who wrote it is known by mail or by address alone.
OTHER = entry(
    "b.md",
    id="https://ann.example/b/",
    published=at(days=-1),
    authors=(Person("Di", "di@d.example"), Person("Ed", None, "https://e.example/")),
    image=Image("https://ann.example/b.png", media_type="image/png", length=77, width=30, height=20),
    caption="Beside it",
    credit="Somebody",
    enclosures=(Enclosure("https://ann.example/c.mp3", "audio/mpeg"),),
    episode=Episode(),
    extras=Extras(
        source=Origin("Them", "https://them.example/"),
        license=License("https://ann.example/license", "https://ann.example/license"),
    ),
)
BARE = entry("c.md", published=at(days=-2))


def _with(given: Entry, picture: Image | None) -> FeedItem:
    html = f"<p>Text of <em>{given.key.path}</em> &amp; more</p>"
    return FeedItem(given, Content(html, f"Text of {given.key.path} & <more>", picture and picture.url, (), picture))


ITEMS = (
    _with(RICH, Image("https://ann.example/a.jpg", None, None, "image/jpeg", 999, 1500, 1400)),
    _with(OTHER, OTHER.image),
    _with(BARE, None),
)
TOMBSTONES = (Tombstone("tag:ann.example,2026:gone", "https://ann.example/gone/", "Gone", at(hours=-3)),)


def snapshot(feed: Feed, format: str, **fields: object) -> FeedSnapshot:
    made = FeedSnapshot(replace(feed, formats=(format,)), SITE, ITEMS, at(hours=1, minutes=2), TOMBSTONES)
    return replace(made, **fields)  # type: ignore[arg-type]


PAGES = {
    "the newest page": Chain("in/a b", previous="in/a b/archive/7"),
    "a page of the archive": Chain("in/a b", "in/a b/archive/6", "in/a b/archive/8", archive=True),
}
