"""Kept versions, and the way back to them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from feedd.errors import FeeddError
from feedd.model import Version
from feedd.pipeline import Report
from feedd.store.sql import SqlStore
from tests.support.house import HUB, MAIN, House

MINUTE = timedelta(minutes=1)
PATHS = ("feed.xml", "feed.atom", "feed.json")


def documents(house: House) -> dict[str, bytes]:
    return {path: house.read(path) for path in PATHS}


def back(house: House, to: int | None = None) -> tuple[Version, Report]:
    report = Report()
    return house.pipeline.roll_back("feed", to, house.now, report), report


def titled(house: House, *titles: str) -> list[dict[str, bytes]]:
    """One run for each title of the same article; the documents after each."""
    found = []
    for title in titles:
        house.article("a.md", title)
        house.run()
        found.append(documents(house))
    return found


def test_the_version_before_comes_back_byte_for_byte(tmp_path: Path) -> None:
    """In every format, and subscribers are told."""
    house = House(tmp_path, endpoints=(HUB,))
    first, second = titled(house, "One", "Two")
    assert first != second
    version, report = back(house)
    assert version.number == 1
    assert documents(house) == first
    assert sorted(publication.path for publication in report.published) == sorted(PATHS)
    assert report.deliveries == 3


def test_it_stays_until_an_article_changes(tmp_path: Path) -> None:
    """Neither a run nor a restart undoes it; the next edit does."""
    house = House(tmp_path)
    first, _ = titled(house, "One", "Two")
    back(house)
    house.run(verify=True)
    house.restart()
    house.run(verify=True)
    assert documents(house) == first
    house.article("a.md", "Three")
    house.run()
    assert house.titles() == ["Three"]
    assert not house.pipeline.kept("feed").rolled_back


def test_it_ends_when_it_is_released(tmp_path: Path) -> None:
    """What the entries say is published again, and told again."""
    house = House(tmp_path, endpoints=(HUB,))
    _, second = titled(house, "One", "Two")
    back(house)
    report = Report()
    house.pipeline.release("feed", house.now, report)
    assert documents(house) == second
    assert report.deliveries == 3
    assert house.pipeline.kept("feed").standing == 2
    with pytest.raises(FeeddError, match="not rolled back"):
        house.pipeline.release("feed", house.now, Report())


def test_a_document_that_goes_missing_comes_back_as_it_was_rolled_back(tmp_path: Path) -> None:
    """Somebody deletes the file; what is put there is not what was not wanted."""
    house = House(tmp_path)
    first, _ = titled(house, "One", "Two")
    back(house)
    (house.public / "feed.xml").unlink()
    house.run(verify=True)
    assert documents(house) == first


def test_further_back_step_by_step_and_to_a_number(tmp_path: Path) -> None:
    """Each time the one before what stands; forward by its number."""
    house = House(tmp_path)
    states = titled(house, "One", "Two", "Three")
    for number in (2, 1):
        assert back(house)[0].number == number
        assert documents(house) == states[number - 1]
    with pytest.raises(FeeddError, match="before this one"):
        back(house)
    back(house, 3)
    assert documents(house) == states[2]
    with pytest.raises(FeeddError, match="not kept") as raised:
        back(house, 9)
    assert "3, 2, 1" in raised.value.hint


def test_only_so_many_are_kept(tmp_path: Path) -> None:
    """And what did not change is no version."""
    house = House(tmp_path)
    house.use(versions=2)
    titled(house, "One", "Two", "Three", "Four")
    house.run(verify=True)
    assert [version.number for version in house.pipeline.kept("feed").versions] == [4, 3]
    house.use(versions=0)
    titled(house, "Five")
    assert house.pipeline.kept("feed").versions == ()


def test_a_format_that_was_not_there_then_keeps_its_document(tmp_path: Path) -> None:
    """There is nothing to put back for it."""
    house = House(tmp_path)
    house.use(feeds=(replace(MAIN, formats=("rss",)),))
    house.article("a.md", "One")
    house.run()
    before = house.read()
    house.use(feeds=(MAIN,))
    house.article("a.md", "Two")
    house.run()
    atom = house.read("feed.atom")
    back(house)
    assert (house.read(), house.read("feed.atom")) == (before, atom)


def test_a_feed_that_is_not_there_has_no_versions(tmp_path: Path) -> None:
    """The message names those that are."""
    house = House(tmp_path)
    titled(house, "One")
    with pytest.raises(FeeddError) as raised:
        house.pipeline.kept("nowhere")
    assert "feed" in raised.value.hint


def test_no_version_crosses_a_new_archive(tmp_path: Path) -> None:
    """Its pages have other entries under the same names, or are gone: with the archive go the versions that name it."""
    for name, store in (("one", None), ("two", SqlStore(str(tmp_path / "state.db")))):
        house = House(tmp_path / name, feeds=[replace(MAIN, limit=3, archive=2)], store=store)
        for number in range(6):
            house.article(f"{number}.md", f"N{number}", date=f"2020-01-0{1 + number}")
            house.run()
        house.use(feeds=[replace(MAIN, limit=3)])
        house.run()
        (only,) = house.pipeline.kept("feed").versions
        assert house.pipeline.kept("feed").standing == only.number
        house.use(feeds=[replace(MAIN, limit=3, archive=3)])
        house.run()
        first, *others = (each.number for each in reversed(house.pipeline.kept("feed").versions))
        assert (first, len(others)) == (only.number, 1)
        house.store.close()


def test_a_version_is_refused_that_links_to_a_page_which_is_not_there(tmp_path: Path) -> None:
    """Readers would be led nowhere."""
    house = House(tmp_path, feeds=[replace(MAIN, limit=3, archive=2)])
    for number in range(7):
        house.article(f"{number}.md", f"N{number}", date=f"2020-01-0{1 + number}")
        house.run()
    numbers = [each.number for each in house.pipeline.kept("feed").versions]
    before = documents(house)
    house.store.record([], [], clean=(), now=house.now, retired=[f"feed/archive/1.{end}" for end in ("atom", "xml")])
    with pytest.raises(FeeddError, match=r"links to feed/archive/1\.(atom|xml), which is not there"):
        back(house, numbers[1])
    assert documents(house) == before


def test_the_versions_of_a_feed_that_left_are_forgotten(tmp_path: Path) -> None:
    """As its publications are."""
    house = House(tmp_path, store=SqlStore(str(tmp_path / "state.db")))
    titled(house, "One", "Two")
    house.use(feeds=(replace(MAIN, path="other"),))
    house.run()
    assert house.store.versions("feed") == ()
    house.store.close()


def test_a_version_that_cannot_be_put_whole_is_taken_back(tmp_path: Path) -> None:
    """Where one format cannot be put, the next run has all of them say the same again: what the entries say."""
    house = House(tmp_path)
    _, second = titled(house, "One", "Two")
    (house.public / "feed.json").unlink()
    (house.public / "feed.json").mkdir()
    _, report = back(house)
    assert (len(report.failed), house.titles("feed.xml")) == (1, ["One"])
    (house.public / "feed.json").rmdir()
    house.look(after=MINUTE)
    assert documents(house) == second
    assert not house.pipeline.kept("feed").rolled_back


def test_a_release_that_cannot_be_put_is_tried_again(tmp_path: Path) -> None:
    """By any run, not only by one that looks at everything."""
    house = House(tmp_path)
    _, second = titled(house, "One", "Two")
    back(house)
    for path in PATHS:
        (house.public / path).unlink()
        (house.public / path).mkdir()
    report = Report()
    house.pipeline.release("feed", house.now, report)
    assert len(report.failed) == 1
    for path in PATHS:
        (house.public / path).rmdir()
    house.look(after=MINUTE)
    assert documents(house) == second
