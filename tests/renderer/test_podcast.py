"""What an RSS document says to podcast programs."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from lxml import etree

from feedd.model import (
    Chain,
    Chapter,
    Content,
    Credit,
    Enclosure,
    Episode,
    Feed,
    FeedItem,
    FeedSnapshot,
    Image,
    License,
    Location,
    Person,
    Podcast,
    Site,
    Soundbite,
    Trailer,
    Transcript,
)
from feedd.renderer import render
from tests.support.make import NOON, entry, feed

SITE = Site("https://ann.example", "https://ann.example", "Ann", language="en", rights="© site")
NAMES = {
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "podcast": "https://podcastindex.org/namespace/1.0",
    "psc": "http://podlove.org/simple-chapters",
}
SHOW = Podcast(
    categories=(("Arts", "Books"), ("Technology", ""), ("Arts", "Design")),
    image="https://ann.example/c.jpg",
    explicit=True,
    author="Ann & Bob",
    owner=Person("Ann", "ann@ann.example"),
    type="serial",
    complete=True,
    block=True,
    new_feed_url="https://new.example/f.xml",
    copyright="© show",
    locked=True,
    funding=(("https://ann.example/give", "Give"),),
    people=(Credit("Ann"), Credit("Bob", "guest", "cast", "https://b.example/b.jpg", "https://b.example/")),
    locations=(Location("Prague", "geo:50.08,14.42", "R435514", "CZ", True),),
    license=License("cc-by-4.0"),
    medium="audiobook",
    trailers=(Trailer("Soon", "https://ann.example/t.mp3", datetime(2026, 10, 1, tzinfo=UTC), "audio/mpeg", 9, 2),),
    texts=(("verify", "abc"), ("", "x")),
    blocked=(("spotify", False),),
    podroll=(("917393e3-1b1e-5cef-ace4-edaa54e1f810", "https://o.example/f", "Other"),),
    frequency=("Weekly", "FREQ=WEEKLY"),
)
SOUND = Enclosure("https://ann.example/a.m4a", "audio/mp4", 1000, duration=60)
EPISODE = Episode(
    season=2,
    season_name="Two",
    number=3,
    display="Ch. 3",
    type="bonus",
    title="Short",
    subtitle="Sub",
    explicit=False,
    block=True,
    transcripts=(Transcript("https://ann.example/a.vtt", "text/vtt", "de", True),),
    chapters=("https://ann.example/a.json", "application/json+chapters"),
    marks=(Chapter(0, "Intro"), Chapter(3661.5, "Main", "https://ann.example/m")),
    soundbites=(Soundbite(10.25, 30, "Best"),),
    people=(Credit("Cyd", "guest"),),
    locations=(Location("Brno"),),
    license=License("mine", "https://ann.example/l"),
)


def document(show: Podcast | None, *items: FeedItem, **fields: Any) -> Any:
    return etree.fromstring(text(show, *items, **fields))


def text(show: Podcast | None, *items: FeedItem, **fields: Any) -> bytes:
    snapshot = FeedSnapshot(feed("show", podcast=show, formats=("rss",), **fields), SITE, items, NOON)
    return render.render(snapshot, render.Fragments())[0].data


def item(**fields: Any) -> FeedItem:
    given = {"enclosures": (SOUND,), "episode": EPISODE} | fields
    return FeedItem(entry("a.md", **given), Content("<p>Text</p>", "Text"))


def said(element: Any, names: list[str]) -> list[tuple[str, str | None, dict[str, str]]]:
    """(name, text, attributes) of the children in the namespaces of podcasts."""
    prefixes = {uri: prefix for prefix, uri in NAMES.items() if prefix in names}
    found = []
    for child in element:
        uri, _, name = child.tag.removeprefix("{").partition("}")
        if uri in prefixes:
            found.append((f"{prefixes[uri]}:{name}", (child.text or "").strip() or None, dict(child.attrib)))
    return found


def test_a_show_to_apple() -> None:
    """In a fixed order; subcategories stand in their category, once."""
    channel = document(SHOW)[0]
    assert said(channel, ["itunes"]) == [
        ("itunes:author", "Ann & Bob", {}),
        ("itunes:explicit", "true", {}),
        ("itunes:type", "serial", {}),
        ("itunes:image", None, {"href": "https://ann.example/c.jpg"}),
        ("itunes:category", None, {"text": "Arts"}),
        ("itunes:category", None, {"text": "Technology"}),
        ("itunes:owner", None, {}),
        ("itunes:block", "Yes", {}),
        ("itunes:complete", "Yes", {}),
        ("itunes:new-feed-url", "https://new.example/f.xml", {}),
    ]
    assert channel.xpath("itunes:category/itunes:category/@text", namespaces=NAMES) == ["Books", "Design"]
    assert channel.xpath("itunes:owner/*/text()", namespaces=NAMES) == ["Ann", "ann@ann.example"]
    assert channel.xpath("copyright/text()") == ["© show"]


def test_a_show_to_the_namespace() -> None:
    channel = document(SHOW)[0]
    assert said(channel, ["podcast"]) == [
        ("podcast:guid", "f245dc55-c08f-58bb-b1bd-7db5c4b000da", {}),
        ("podcast:medium", "audiobook", {}),
        ("podcast:locked", "yes", {"owner": "ann@ann.example"}),
        ("podcast:block", "yes", {}),
        ("podcast:block", "no", {"id": "spotify"}),
        ("podcast:funding", "Give", {"url": "https://ann.example/give"}),
        ("podcast:person", "Ann", {}),
        (
            "podcast:person",
            "Bob",
            {"role": "guest", "group": "cast", "img": "https://b.example/b.jpg", "href": "https://b.example/"},
        ),
        (
            "podcast:location",
            "Prague",
            {"rel": "creator", "geo": "geo:50.08,14.42", "osm": "R435514", "country": "CZ"},
        ),
        ("podcast:license", "cc-by-4.0", {}),
        (
            "podcast:trailer",
            "Soon",
            {
                "pubdate": "Thu, 01 Oct 2026 00:00:00 +0000",
                "url": "https://ann.example/t.mp3",
                "length": "9",
                "type": "audio/mpeg",
                "season": "2",
            },
        ),
        ("podcast:updateFrequency", "Weekly", {"complete": "true", "rrule": "FREQ=WEEKLY"}),
        ("podcast:podroll", None, {}),
        ("podcast:txt", "abc", {"purpose": "verify"}),
        ("podcast:txt", "x", {}),
    ]


def test_an_archive_page_is_of_the_same_show() -> None:
    """Its own address makes no other id."""
    page = FeedSnapshot(
        feed("show/archive/7", podcast=SHOW, formats=("rss",)), SITE, (), NOON, chain=Chain("show", archive=True)
    )
    ids = [
        etree.fromstring(data).findtext(".//podcast:guid", namespaces=NAMES)
        for data in (text(SHOW), render.render(page, render.Fragments())[0].data)
    ]
    assert ids[0] == ids[1]


def test_an_episode() -> None:
    """What it says, and its recording under Apple's name of the type."""
    found = document(SHOW, item(image=Image("https://ann.example/a.jpg"), authors=(Person("Ann"), Person("Bob"))))
    element = found.find(".//item")
    assert dict(element.find("enclosure").attrib) == {
        "url": "https://ann.example/a.m4a",
        "length": "1000",
        "type": "audio/x-m4a",
    }
    assert said(element, ["itunes", "podcast"]) == [
        ("itunes:title", "Short", {}),
        ("itunes:author", "Ann, Bob", {}),
        ("itunes:subtitle", "Sub", {}),
        ("itunes:summary", "Text", {}),
        ("itunes:duration", "60", {}),
        ("itunes:image", None, {"href": "https://ann.example/a.jpg"}),
        ("itunes:explicit", "false", {}),
        ("itunes:episodeType", "bonus", {}),
        ("itunes:season", "2", {}),
        ("itunes:episode", "3", {}),
        ("itunes:block", "Yes", {}),
        ("podcast:season", "2", {"name": "Two"}),
        ("podcast:episode", "3", {"display": "Ch. 3"}),
        (
            "podcast:transcript",
            None,
            {"url": "https://ann.example/a.vtt", "type": "text/vtt", "language": "de", "rel": "captions"},
        ),
        ("podcast:chapters", None, {"url": "https://ann.example/a.json", "type": "application/json+chapters"}),
        ("podcast:soundbite", "Best", {"startTime": "10.25", "duration": "30"}),
        ("podcast:person", "Cyd", {"role": "guest"}),
        ("podcast:location", "Brno", {"rel": "subject"}),
        ("podcast:license", "mine", {"url": "https://ann.example/l"}),
    ]


def test_apple_is_told_no_fraction() -> None:
    element = document(SHOW, item(episode=Episode(number=12.5))).find(".//item")
    assert element.find("itunes:episode", NAMES) is None
    assert element.find("podcast:episode", NAMES).text == "12.5"


def test_other_forms_are_alternates() -> None:
    """The form that most programs play is the enclosure, wherever it stands."""
    ogg = Enclosure("https://ann.example/a.ogg", "audio/ogg", 500)
    pdf = Enclosure("https://ann.example/a.pdf", "application/pdf", 500)
    element = document(SHOW, item(enclosures=(pdf, ogg, SOUND))).find(".//item")
    assert element.find("enclosure").get("url") == SOUND.url
    (other,) = element.findall("podcast:alternateEnclosure", NAMES)
    assert dict(other.attrib) == {"type": "audio/ogg", "length": "500"}
    assert other.find("podcast:source", NAMES).get("uri") == ogg.url


def test_different_recordings_are_no_alternates() -> None:
    """Without a rel they would be the enclosure in another encoding; each has its own, forms of one have the same."""
    more = (
        Enclosure("https://ann.example/p2.mp3", "audio/mpeg"),
        Enclosure("https://ann.example/p2.ogg", "audio/ogg"),
        Enclosure("https://ann.example/2/a.m4a", "audio/mp4"),
        Enclosure("https://ann.example/x.mp3", "audio/mpeg", title="p2"),
        Enclosure("https://ann.example/a.ogg", "audio/ogg"),
        Enclosure("https://ann.example/default.mp3", "audio/mpeg"),
        Enclosure(f"https://ann.example/{'x' * 50}.mp3", "audio/mpeg"),
        Enclosure(f"https://ann.example/{'x' * 51}.mp3", "audio/mpeg"),
    )
    element = document(SHOW, item(enclosures=(SOUND, *more))).find(".//item")
    found = {each[0].get("uri"): each.get("rel") for each in element.findall("podcast:alternateEnclosure", NAMES)}
    assert found == {
        "https://ann.example/p2.mp3": "p2",
        "https://ann.example/p2.ogg": "p2",
        "https://ann.example/2/a.m4a": "a",
        "https://ann.example/x.mp3": "p2 4",
        "https://ann.example/a.ogg": None,
        "https://ann.example/default.mp3": "default 5",
        f"https://ann.example/{'x' * 50}.mp3": "x" * 32,
        f"https://ann.example/{'x' * 51}.mp3": "x" * 28 + " 7",
    }


def test_nothing_beside_a_recording_is_another_episode() -> None:
    """A podcast program finds one thing to play, whatever lies beside it, and no caption in place of the notes."""
    podcastparser = pytest.importorskip("podcastparser")
    pdf = Enclosure("https://ann.example/a.pdf", "application/pdf", 500, "The notes")
    picture = Image("https://ann.example/a.jpg", "A caption", "An agency", "image/jpeg", 9, 1500, 1500)
    data = text(SHOW, item(enclosures=(pdf, SOUND), image=picture))
    (episode,) = podcastparser.parse("https://ann.example/show.xml", io.BytesIO(data))["episodes"]
    kinds = [each["mime_type"] for each in episode["enclosures"]]
    assert kinds == ["audio/x-m4a", "application/pdf"]
    assert episode["description"] == "Text"
    assert episode["episode_art_url"] == picture.url


@pytest.mark.parametrize(
    ("titles", "names", "found"),
    [
        ((None, None), ("clip.mp3", "clip.ogg"), ["A", "A"]),
        (("Small", None), ("clip.mp3", "clip.ogg"), ["Small", None]),
        ((None, None), ("one.mp3", "two.ogg"), [None, None]),
        ((None,) * 4, ("one.mp3", "one.ogg", "two.mp3", "two.ogg"), ["one", "one", "two", "two"]),
    ],
)
def test_forms_of_one_recording_share_a_title_in_json(
    titles: tuple[str | None, ...], names: tuple[str, ...], found: list[str | None]
) -> None:
    """By which JSON Feed knows them; where their author calls them something, that stays."""
    types = {"mp3": "audio/mpeg", "ogg": "audio/ogg"}
    files = [Enclosure(f"https://ann.example/{name}", types[name[-3:]]) for name in names]
    given = tuple(replace(each, title=title) for each, title in zip(files, titles, strict=True))
    snapshot = FeedSnapshot(feed("show", formats=("json",)), SITE, (item(enclosures=given),), NOON)
    (made,) = json.loads(render.render(snapshot, render.Fragments())[0].data)["items"]
    assert [each.get("title") for each in made["attachments"]] == found


def test_chapters_of_the_recording_are_written_where_wanted() -> None:
    """Only then is their namespace declared."""
    assert b"simple-chapters" not in text(SHOW, item())
    marked = document(Podcast(chapters=True), item())
    assert [dict(each.attrib) for each in marked.iterfind(".//psc:chapter", NAMES)] == [
        {"start": "00:00:00.000", "title": "Intro"},
        {"start": "01:01:01.500", "title": "Main", "href": "https://ann.example/m"},
    ]


def test_what_is_no_podcast_says_nothing_of_it() -> None:
    """Neither a feed that is none, nor a text between the episodes; an item declares nothing itself."""
    assert not any(name.encode() in text(None, item()) for name in ("itunes", "podcastindex", "psc"))
    plain = document(SHOW, item(enclosures=(), episode=None)).find(".//item")
    assert said(plain, ["itunes", "podcast"]) == []
    whole = text(SHOW, item())
    assert whole.count(b"xmlns:itunes") == whole.count(b"xmlns:podcast") == 1


def test_a_fragment_is_not_shared_with_a_feed_that_is_no_podcast() -> None:
    """The same entry, the same memory, two feeds."""
    fragments = render.Fragments()
    for show in (None, SHOW, Podcast(chapters=True), None):
        of: Feed = feed("x", podcast=show, formats=("rss",))
        data = render.render(FeedSnapshot(of, SITE, (item(),), NOON), fragments)[0].data
        assert (b"itunes:duration" in data) is (show is not None)
    assert fragments.made == 3


def test_json_feed_says_how_long_it_is() -> None:
    snapshot = FeedSnapshot(feed("show", formats=("json",)), SITE, (item(),), NOON)
    assert b'"duration_in_seconds": 60' in render.render(snapshot, render.Fragments())[0].data
