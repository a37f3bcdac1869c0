"""Front matter, tags and what lies beside: what makes an entry an episode."""

from __future__ import annotations

from typing import Any

import pytest

from feedd import yaml_core
from feedd.generators import kind
from feedd.generators.podcast import served_from
from feedd.model import (
    Chapter,
    Companion,
    Credit,
    Episode,
    FileStat,
    License,
    Location,
    MediaTags,
    Soundbite,
    Source,
    SourceDocument,
    Transcript,
)
from feedd.normalizer.episode import FIELDS
from feedd.normalizer.normalize import Reading, normalize
from feedd.normalizer.parse import parse, suffixes_of
from tests.support.house import SITE, START
from tests.support.make import key

PRESET = kind("podcast").make({}, "").preset
TAGS = MediaTags(
    title="From the tags",
    artist="Ann",
    date="2026-11-20",
    notes="Notes of the tags",
    episode="3",
    season="2",
    duration=59.7,
    chapters=(Chapter(0, "Intro"),),
)


def believe(path: str, text: str = "", *companions: Companion, tags: MediaTags | None = None, **source: Any) -> Reading:
    values: dict[str, Any] = {"preset": PRESET} | source
    ours = Source("posts", "/audio", **values)
    stat = FileStat(key(path), 1000, 1_790_000_000 * 10**9, 1, 1)
    document = SourceDocument(key(path), text.encode(), stat, "digest", companions, tags)
    article = parse(document, suffixes=suffixes_of(ours))
    assert not hasattr(article, "code"), article
    return normalize(article, ours, SITE, stat, "digest", START)


def sound(name: str = "a.mp3", tags: MediaTags | None = TAGS) -> Companion:
    return Companion(name, 2000, tags=tags)


def episode(matter: str) -> tuple[Episode | None, list[str]]:
    reading = believe("a.md", f"---\n{matter}\n---\nText", sound(tags=MediaTags()))
    assert reading.entry is not None
    return reading.entry.episode, [problem.message for problem in reading.problems]


def test_a_recording_alone() -> None:
    """Title, people, date, notes and numbers are those of its tags; its link is itself."""
    entry = believe("s1/a b.mp3", tags=TAGS).entry
    assert entry is not None
    assert (entry.title, entry.authors[0].name, entry.published.day) == ("From the tags", "Ann", 20)
    assert (entry.body, entry.body_type, entry.url) == ("Notes of the tags", "text", "https://ann.example/s1/a%20b.mp3")
    (part,) = entry.parts
    chapters = (f"https://ann.example/{part.path}", "application/json+chapters")
    assert entry.episode == Episode(season=2, number=3, marks=(Chapter(0, "Intro"),), chapters=chapters)
    (enclosure,) = entry.enclosures
    assert (enclosure.url, enclosure.media_type, enclosure.length, enclosure.duration) == (
        "https://ann.example/s1/a%20b.mp3",
        "audio/mpeg",
        1000,
        60,
    )


def test_a_recording_without_tags_has_its_file_name() -> None:
    """And the date in it; what is wrong with the file is a warning."""
    reading = believe("2026-11-03-why_not  now.mp3", tags=MediaTags(problem="it is damaged"))
    assert reading.entry is not None
    assert (reading.entry.title, reading.entry.published.day) == ("Why not now", 3)
    assert [(each.code, each.where) for each in reading.problems] == [("FD240", "2026-11-03-why_not  now.mp3")]


def test_notes_win_over_tags_and_tags_fill_what_they_leave_out() -> None:
    """Also a sidecar is notes; HTML in tags stays HTML."""
    text = "---\ntitle: Written\nseason: 5\nduration: '1:02:03'\n---\n"
    entry = believe("a.md", text, sound()).entry
    assert entry is not None
    assert (entry.title, entry.authors[0].name, entry.body) == ("Written", "Ann", "Notes of the tags")
    assert entry.episode is not None
    assert (entry.episode.season, entry.episode.number, entry.enclosures[0].duration) == (5, 3, 3723)
    html = MediaTags(notes="<p>Hello</p>")
    beside = believe("a.mp3", "", Companion("a.yaml", 9, b"title: Beside\nepisode: 7\n"), tags=html).entry
    assert beside is not None
    assert beside.episode is not None
    assert (beside.title, beside.episode.number, beside.body_type) == ("Beside", 7, "html")


def test_what_lies_beside() -> None:
    """Words in several languages and forms, chapters, a picture, another form; none of them taken for front matter."""
    names = ["a.vtt", "a.de.srt", "a.transcript.html", "a.transcript.json", "a.chapters.json", "a.jpg", "a.ogg"]
    entry = believe("a.mp3", "", *(Companion(name, 9) for name in names), tags=TAGS).entry
    assert entry is not None
    assert entry.episode is not None
    base = "https://ann.example/"
    assert entry.episode.transcripts == (
        Transcript(f"{base}a.de.srt", "application/x-subrip", "de", True),
        Transcript(f"{base}a.transcript.html", "text/html"),
        Transcript(f"{base}a.transcript.json", "application/json"),
        Transcript(f"{base}a.vtt", "text/vtt", None, True),
    )
    assert entry.episode.chapters == (f"{base}a.chapters.json", "application/json+chapters")
    assert [each.url for each in entry.enclosures] == [f"{base}a.mp3", f"{base}a.ogg"]


def test_where_the_files_are() -> None:
    """Another server, and a service that counts: only recordings are behind that."""
    entry = believe(
        "s1/a.mp3",
        "",
        Companion("s1/a.vtt", 9),
        tags=TAGS,
        preset=served_from(PRESET, "https://cdn.example/x"),
        media_prefix="https://op3.dev/e/",
    ).entry
    assert entry is not None
    assert entry.episode is not None
    assert entry.enclosures[0].url == "https://op3.dev/e/cdn.example/x/s1/a.mp3"
    assert entry.url == "https://cdn.example/x/s1/a.mp3"
    assert entry.episode.transcripts[0].url == "https://cdn.example/x/s1/a.vtt"


@pytest.mark.parametrize(
    ("matter", "expected"),
    [
        ("season: 1\nseasonName: One", Episode(season=1, season_name="One")),
        ("episode: 12.5\nepisode_display: Ch. 12b", Episode(number=12.5, display="Ch. 12b")),
        ("episode_type: Bonus\nexplicit: yes\nblock: true", Episode(type="bonus", explicit=True, block=True)),
        ("explicit: clean\nsubtitle: Sub\nitunes_title: Short", Episode(explicit=False, subtitle="Sub", title="Short")),
        (
            "transcript: {url: t.json, language: de_AT, rel: captions}",
            Episode(transcripts=(Transcript("https://ann.example/t.json", "application/json", "de-AT", True),)),
        ),
        (
            "chapters: https://x.example/c.json",
            Episode(chapters=("https://x.example/c.json", "application/json+chapters")),
        ),
        ("soundbite: {start: '1:10', duration: 30.5, title: T}", Episode(soundbites=(Soundbite(70, 30.5, "T"),))),
        (
            "people: Ann\nhost: {name: Bob, href: 'https://bob.example/'}\nguests: [Cyd, {name: Di, group: writing}]",
            Episode(
                people=(
                    Credit("Ann"),
                    Credit("Bob", "host", url="https://bob.example/"),
                    Credit("Cyd", "guest"),
                    Credit("Di", "guest", "writing"),
                )
            ),
        ),
        (
            "location: [Prague, {name: Brno, geo: '49.2,16.6', osm: R438171, country: cz, rel: creator}]",
            Episode(locations=(Location("Prague"), Location("Brno", "geo:49.2,16.6", "R438171", "CZ", True))),
        ),
        ("license: CC-BY-4.0", Episode(license=License("cc-by-4.0"))),
        ("license: CC0-1.0", Episode(license=License("cc0-1.0", "https://creativecommons.org/publicdomain/zero/1.0/"))),
        (
            "license: {name: Ours, url: 'https://x.example/ü'}",
            Episode(license=License("Ours", "https://x.example/%C3%BC")),
        ),
        ("guests: 'Gus <g@x.example>'", Episode(people=(Credit("Gus", "guest"),))),
        (
            "guest: 'Gus <g@x.example> (https://x.example/ü)'",
            Episode(people=(Credit("Gus", "guest", url="https://x.example/%C3%BC"),)),
        ),
        ("people: Ann, Bob", Episode(people=(Credit("Ann"), Credit("Bob")))),
        ("host: Ann; Bob", Episode(people=(Credit("Ann", "host"), Credit("Bob", "host")))),
        ("person: 'Bob, the builder'", Episode(people=(Credit("Bob, the builder"),))),
        ("location: {name: Brno, lat: 49.2, lon: 16.6}", Episode(locations=(Location("Brno", "geo:49.2,16.6"),))),
    ],
)
def test_front_matter(matter: str, expected: Episode) -> None:
    assert episode(matter) == (expected, [])


@pytest.mark.parametrize(
    "matter",
    [
        "season: 0",
        "season: first",
        "episode: twelve",
        "episode_type: special",
        "explicit: rather",
        "duration: long",
        "soundbites: [{start: 1}]",
        "transcript: 'javascript:alert(1)'",
        "location: {name: X, geo: 'geo:99,0'}",
        "license: Mine",
        "chapters: [1, 2]",
        "people: [{role: host}]",
        "location: {lat: 99, lon: 16}",
        "location: {name: X, lat: 99, lon: 16}",
        "location: {osm: R1}",
        "episode_display: Ch. 3",
        "season_name: The first",
    ],
)
def test_what_does_not_fit_is_a_warning_and_left_out(matter: str) -> None:
    found, messages = episode(matter)
    assert found is None
    assert len(messages) == 1


@pytest.mark.parametrize("where", ["{lat: 48, lon: 16}", "{geo: 'geo:48,16'}", "[{lat: 48, lon: 16}]"])
def test_coordinates_alone_are_a_place_on_the_map(where: str) -> None:
    """podcast:location wants a name, georss:point does not."""
    reading = believe("a.md", f"---\nlocation: {where}\n---\nText", sound(tags=MediaTags()))
    assert reading.entry is not None
    assert (reading.entry.episode, reading.problems) == (None, ())
    assert reading.entry.extras is not None
    assert reading.entry.extras.geo == (48, 16)


def test_an_article_without_a_recording_is_not_asked() -> None:
    """There, these words belong to somebody else."""
    reading = believe("a.md", "---\nlocation: {x: 1}\nseason: first\nepisode: pilot\n---\nText", preset=None)
    assert reading.entry is not None
    assert (reading.entry.episode, reading.problems) == (None, ())


@pytest.mark.parametrize("value", ["[]", "{}", "null", "[[[]]]", "{a: {b: c}}", "1.5", "-3", "''", "[null, 1, x, {}]"])
def test_no_value_stops_it(value: str) -> None:
    """Any field may hold anything."""
    matter = "\n".join(f"{names.split()[0]}: {value}" for _, names, _ in FIELDS)
    assert yaml_core.load(matter).value
    episode(matter)
