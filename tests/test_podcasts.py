"""A folder of recordings becomes a podcast: the whole journey, with real files."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import podcastparser
import pytest

from feedd.generators import kind
from feedd.model import Feed, Level, Podcast, Source
from tests.support.house import START, House
from tests.support.media import jpeg, m4a, mp3, opus

MINUTE = timedelta(minutes=1)
LAST_WEEK = START - timedelta(days=7)


@pytest.fixture
def house(tmp_path: Path) -> House:
    """With two episodes: one with notes, one alone."""
    show = Feed("show", "The show", podcast=Podcast(categories=(("Arts", ""),)))
    house = House(tmp_path, feeds=(show,))
    preset = kind("podcast").make({}, "").preset
    house.use(sources=(Source("posts", str(house.posts), preset=preset),))
    tags = {"TIT2": "Alone", "TPE1": "Ann", "TRCK": "1", "TDRC": "2026-11-01", "COMM": "What we said"}
    house.write("alone.mp3", mp3(60, tags), at=LAST_WEEK)
    house.write("noted.m4a", m4a(125, {"©nam": "From tags", "trkn": (2, 0), "©day": "2026-11-02"}), at=LAST_WEEK)
    house.write("noted.jpg", jpeg(1500, 1500), at=LAST_WEEK)
    house.write("noted.vtt", "WEBVTT\n", at=LAST_WEEK)
    house.write("noted.md", "---\ntitle: Noted\nseason: 1\n---\n\nWhat we *wrote*.\n", at=LAST_WEEK)
    return house


def ids(house: House) -> dict[str, str]:
    return {entry.title: entry.id for entry in house.entries("show.xml")}


def test_the_feed(house: House) -> None:
    """As a feed reader understands it, in all formats; nothing about it is wrong."""
    report = house.run()
    assert [str(problem) for _, problem in house.store.problems() if problem.level is Level.ERROR] == []
    assert len(report.added) == 2
    noted, alone = house.entries("show.xml")
    assert (noted.title, noted.itunes_duration, noted.image.href) == ("Noted", "125", "https://ann.example/noted.jpg")
    (file,) = noted.enclosures
    size = str((house.posts / "noted.m4a").stat().st_size)
    assert (file.href, file.type, file.length) == ("https://ann.example/noted.m4a", "audio/x-m4a", size)
    assert noted.content[0].value.endswith("<p>What we <em>wrote</em>.</p>")
    assert noted.link == "https://ann.example/noted/"
    assert (alone.title, alone.itunes_duration, alone.link) == ("Alone", "60", "https://ann.example/alone.mp3")
    assert (alone.author, alone.content[0].value) == ("Ann", "<p>What we said</p>")
    attachments = [item["attachments"] for item in json.loads(house.read("show.json"))["items"]]
    assert [[each["duration_in_seconds"] for each in listed] for listed in attachments] == [[125], [60]]
    assert b'podcast:transcript url="https://ann.example/noted.vtt"' in house.read("show.xml")


def test_a_program_for_podcasts_reads_it(house: House) -> None:
    """Another reader, made for these feeds."""
    house.run()
    parsed = podcastparser.parse("https://ann.example/show.xml", io.BytesIO(house.read("show.xml")))
    found = [
        (each["title"], each["total_time"], each.get("number"), each["enclosures"][0]["url"])
        for each in parsed["episodes"]
    ]
    assert found == [
        ("Noted", 125, 2, "https://ann.example/noted.m4a"),
        ("Alone", 60, 1, "https://ann.example/alone.mp3"),
    ]
    assert parsed["itunes_categories"] == [["Arts"]]


def test_notes_that_come_later_are_the_same_episode(house: House) -> None:
    """And so is the recording when its notes are taken away again: by an event as by a sweep."""
    house.run()
    before = ids(house)["Alone"]
    house.write("alone.md", "# With notes\n\nText.\n", at=house.now)
    house.look("alone.md", after=MINUTE)
    assert ids(house)["With notes"] == before
    assert house.store.index("posts").keys() == {"alone.md", "noted.md"}
    (house.posts / "alone.md").unlink()
    house.look("alone.md", after=MINUTE)
    assert ids(house)["Alone"] == before
    house.write("alone.md", "# Once more\n\nText.\n", at=house.now)
    house.run(after=MINUTE)
    assert ids(house)["Once more"] == before


def test_other_tags_are_an_update(house: House) -> None:
    """Of a recording alone, and of one with notes; a touch is none."""
    house.run()
    house.write("alone.mp3", (house.posts / "alone.mp3").read_bytes(), at=house.now - MINUTE)
    assert house.look("alone.mp3", after=MINUTE).revised == []
    house.write("alone.mp3", mp3(60, {"TIT2": "Renamed", "TDRC": "2026-11-01"}), at=house.now - MINUTE)
    house.write("noted.m4a", m4a(99, {"trkn": (2, 0), "©day": "2026-11-02"}), at=house.now - MINUTE)
    report = house.look("alone.mp3", "noted.m4a", after=MINUTE)
    assert sorted(entry.title for entry in report.revised) == ["Noted", "Renamed"]
    assert [entry.itunes_duration for entry in house.entries("show.xml")] == ["99", "60"]


def test_a_renamed_recording_keeps_its_id(house: House) -> None:
    """It is recognised by its tags and size, because nobody reads it whole."""
    house.run()
    before = ids(house)["Alone"]
    (house.posts / "alone.mp3").rename(house.posts / "elsewhere.mp3")
    house.run(after=MINUTE)
    assert ids(house)["Alone"] == before


def test_a_damaged_recording_stops_nobody(house: House) -> None:
    """It is an entry by its file's name, with a warning."""
    house.write("2026-11-03-broken.mp3", b"no sound at all", at=LAST_WEEK)
    house.run()
    assert house.titles("show.xml") == ["Broken", "Noted", "Alone"]
    codes = {(key.path, problem.code, problem.level) for key, problem in house.store.problems()}
    assert ("2026-11-03-broken.mp3", "FD240", Level.WARNING) in codes
    assert not [each for each in codes if each[0] == "alone.mp3"]


def test_what_directories_would_refuse_is_a_warning_of_the_file(house: House) -> None:
    """It is gone when the file is mended, and a feed that is no podcast has none."""
    house.write("form.opus", opus(30, ["TITLE=Form"]), at=LAST_WEEK)
    house.run()
    (problem,) = [problem for key, problem in house.store.problems() if key.path == "form.opus"]
    assert (problem.code, problem.level, "opus" in problem.message) == ("FD241", Level.WARNING, True)
    house.write("form.mp3", mp3(30, {"TIT2": "Form"}), at=LAST_WEEK)
    house.run(after=MINUTE)
    assert not [key for key, _ in house.store.problems() if key.path.startswith("form")]


def test_a_prefix_is_no_news(house: House) -> None:
    """A service that counts comes and goes with the settings, and nobody is told."""
    house.run()
    updated = [entry.updated for entry in house.entries("show.atom")]
    (source,) = house.settings.sources
    house.use(sources=(replace(source, media_prefix="https://op3.dev/e/"),))
    house.run(after=MINUTE)
    assert house.entries("show.xml")[1].enclosures[0].href == "https://op3.dev/e/ann.example/alone.mp3"
    assert [entry.updated for entry in house.entries("show.atom")] == updated
