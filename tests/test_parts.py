"""What recordings hold inside is published beside the documents that name it: covers and chapters."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from feedd.generators import kind
from feedd.model import Feed, Podcast, ServerSettings, Source
from feedd.pipeline import Pipeline
from feedd.publisher.cache import DocumentCache
from feedd.server.answer import Health, Request, answer
from feedd.wiring import ServedShelf
from tests.support.house import START, House
from tests.support.media import jpeg, m4a, mp3

MINUTE = timedelta(minutes=1)
LAST_WEEK = START - timedelta(days=7)
COVER, OTHER = jpeg(1500, 1500), jpeg(1600, 1600)
CHAPTERS = [(0, "Hello"), (12.5, "News"), (40, "Bye")]
ADDRESS = "https://ann.example"


def house_of(folder: Path) -> House:
    show = Feed("show", "The show", podcast=Podcast(categories=(("Arts", ""),)))
    house = House(folder, feeds=(show,))
    house.use(sources=(Source("posts", str(house.posts), preset=kind("podcast").make({}, "").preset),))
    return house


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = house_of(tmp_path)
    tags = {"TIT2": "One", "TDRC": "2026-11-01"}
    house.write("one.mp3", mp3(60, tags, cover=COVER, chapters=CHAPTERS), at=LAST_WEEK)
    return house


def item(house: House, title: str) -> dict[str, object]:
    found: list[dict[str, object]] = json.loads(house.read("show.json"))["items"]
    return next(each for each in found if each["title"] == title)


def public(house: House, folder: str) -> list[bytes]:
    return [file.read_bytes() for file in sorted((house.public / folder).glob("*"))]


def test_a_cover_and_chapters_are_files_that_the_feed_names(house: House) -> None:
    """Programs find the picture, and the chapters in the form of the podcast namespace."""
    house.run()
    (entry,) = house.entries("show.xml")
    cover = house.public / entry.image.href.removeprefix(ADDRESS + "/")
    assert (cover.read_bytes(), item(house, "One")["image"]) == (COVER, entry.image.href)
    assert f'<podcast:chapters url="{ADDRESS}/chapters/'.encode() in house.read("show.xml")
    (chapters,) = public(house, "chapters")
    assert json.loads(chapters) == {
        "version": "1.2.0",
        "chapters": [
            {"startTime": 0.0, "title": "Hello"},
            {"startTime": 12.5, "title": "News"},
            {"startTime": 40.0, "title": "Bye"},
        ],
    }


def test_what_the_author_says_comes_first(house: House) -> None:
    """A picture or chapters in the notes, or beside the recording."""
    house.write("one.md", "---\ntitle: One\nchapters: https://ann.example/own.json\n---\n\nText.\n", at=LAST_WEEK)
    house.write("one.jpg", OTHER, at=LAST_WEEK)
    house.run()
    assert item(house, "One")["image"] == f"{ADDRESS}/one.jpg"
    assert b'url="https://ann.example/own.json"' in house.read("show.xml")
    assert (public(house, "covers"), public(house, "chapters")) == ([], [])


def test_one_cover_of_many_episodes_is_one_file(house: House) -> None:
    """Whatever holds it."""
    tags = {"©nam": "Two", "©day": "2026-11-02"}
    house.write("two.m4a", m4a(60, tags, cover=COVER), at=LAST_WEEK)
    house.run()
    assert item(house, "One")["image"] == item(house, "Two")["image"]
    assert public(house, "covers") == [COVER]


def test_another_cover_is_another_file(house: House) -> None:
    """So no program shows an old picture that it keeps; the entry is updated."""
    house.run()
    before = item(house, "One")["image"]
    again = mp3(60, {"TIT2": "One", "TDRC": "2026-11-01"}, cover=OTHER)
    house.write("one.mp3", again, at=house.now - MINUTE)
    assert [entry.title for entry in house.look("one.mp3", after=MINUTE).revised] == ["One"]
    after = item(house, "One")["image"]
    assert before != after
    assert sorted(public(house, "covers")) == sorted([COVER, OTHER])


def test_a_picture_that_no_program_shows_is_none(house: House) -> None:
    """Not too large, and a JPEG or PNG whatever the tag says."""
    for name, cover in (("large", COVER + bytes(2_000_000)), ("odd", b"GIF89a" + bytes(20))):
        tags = {"TIT2": name, "TDRC": "2026-11-03"}
        house.write(f"{name}.mp3", mp3(60, tags, cover=cover), at=LAST_WEEK)
    house.run()
    assert ["image" in item(house, name) for name in ("large", "odd")] == [False, False]


def test_what_went_missing_comes_back(house: House) -> None:
    """With the next sweep that looks, without reading any article again."""
    house.run()
    before = public(house, "covers"), public(house, "chapters")
    for folder in ("covers", "chapters"):
        shutil.rmtree(house.public / folder)
    house.watcher.reads.clear()
    assert house.run(verify=True, after=MINUTE).rendered == []
    assert (public(house, "covers"), public(house, "chapters"), house.watcher.reads) == (*before, [])


def test_a_document_waits_for_what_it_names(house: House) -> None:
    """Where a cover cannot be put, the old document stays; once it can, all of it is published."""
    house.public.mkdir()
    obstacle = house.public / "covers"
    obstacle.write_text("a file of the site's")
    report = house.run()
    assert not (house.public / "show.xml").exists()
    assert len(report.failed) == 1
    obstacle.unlink()
    assert [each.path for each in house.run(after=MINUTE).published]
    assert (house.titles("show.xml"), public(house, "covers")) == (["One"], [COVER])


def test_pages_of_an_archive_name_them_too(house: House) -> None:
    """An episode that stands in no subscription document has its cover and chapters as any."""
    (feed,) = house.settings.feeds
    house.use(feeds=(replace(feed, limit=1, archive=2),))
    for number in range(2, 6):
        tags = {"TIT2": str(number), "TDRC": f"2026-11-0{number}"}
        house.write(f"{number}.mp3", mp3(60, tags, cover=jpeg(1500, 1500 + number)), at=LAST_WEEK)
    house.run()
    page = json.loads(house.read("show/archive/1.json"))["items"]
    named = [str(each["image"]).removeprefix(ADDRESS + "/") for each in page]
    assert len(named) == 2
    assert all((house.public / path).is_file() for path in named)
    assert len(public(house, "covers")) == 5


class Served:
    """The house with a server's shelf."""

    def __init__(self, house: House) -> None:
        self.cache = DocumentCache()
        shelf = ServedShelf(self.cache, ServerSettings())
        publishers = house.pipeline.publishers
        house.pipeline = Pipeline(house.settings, house.watcher, house.store, publishers, shelf, new_id=lambda: "msg")
        house.pipeline.preload()

    def get(self, url: object) -> tuple[int, dict[str, str], bytes]:
        path = str(url).removeprefix(ADDRESS)
        headers = [(b"host", b"a"), (b"accept-encoding", b"gzip")]
        response = answer(Request("GET", path, headers), self.cache, lambda: Health(alive=True, ready=True))
        return response.status, {n.decode(): v.decode() for n, v in response.headers}, response.body


def test_the_server_has_them_too_also_after_a_restart(house: House) -> None:
    """A picture is sent as it is and may be kept for good; pages of other sites may read the chapters."""
    house.run()
    for _ in range(2):
        served = Served(house)
        status, headers, body = served.get(item(house, "One")["image"])
        assert (status, headers["content-type"], body) == (200, "image/jpeg", COVER)
        assert (headers["cache-control"], "content-encoding" in headers) == (
            "public, max-age=31536000, immutable",
            False,
        )
        (chapters,) = (house.public / "chapters").glob("*")
        status, headers, _ = served.get(f"/chapters/{chapters.name}")
        assert (status, headers["access-control-allow-origin"]) == (200, "*")
        assert headers["content-type"].startswith("application/json+chapters")


def test_a_withdrawn_episode_takes_its_cover_along(house: House) -> None:
    """From the server, with the next sweep that looks; nobody is told of the cover, and no list of feeds names it."""
    house.run()
    address = item(house, "One")["image"]
    served = Served(house)
    assert not [each for each in house.store.publications() if not each.startswith("show")]
    (house.posts / "one.mp3").unlink()
    house.write("two.md", "# Two\n\nText.\n", at=LAST_WEEK)
    house.run(after=MINUTE, verify=True, accept=True)
    assert served.get(address)[0] == 410


def test_another_address_of_the_feeds_is_another_address_of_the_cover(house: House) -> None:
    """The files stay what they are, and nobody is told anything."""
    house.run()
    house.use(site=replace(house.settings.site, feeds_url="https://feeds.ann.example"))
    report = house.run(after=MINUTE)
    assert str(item(house, "One")["image"]).startswith("https://feeds.ann.example/covers/")
    assert (public(house, "covers"), report.deliveries) == ([COVER], 0)
