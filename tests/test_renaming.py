"""Files that change their names among themselves, on a real folder: the id goes with the text."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.house import House

TEXTS = {f"{n}.md": f"# Part {n}\n\nThe text of part {n} and of no other.\n" for n in (1, 2, 3)}


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = House(tmp_path)
    for path, text in TEXTS.items():
        house.write(path, text)
    house.run()
    return house


def ids(house: House) -> dict[str, str]:
    return {entry.title: entry.id for entry in house.store.live_entries()}


def test_two_files_swap_their_names(house: House) -> None:
    """Each text keeps its id; nobody is new, nobody leaves."""
    before = ids(house)
    house.write("1.md", TEXTS["2.md"])
    house.write("2.md", TEXTS["1.md"])
    report = house.run()
    assert ids(house) == before
    assert (report.added, report.withdrawn) == ([], [])


@pytest.mark.parametrize("id", ["urn:example:own", "tag:ann.example,2026:own"])
def test_an_id_of_its_own_goes_along(house: House, id: str) -> None:
    """Also one of the form that ours have: what a file says of itself is in its text."""
    own = f"---\nid: {id}\n---\n# Part 9\n\nThe text of part 9 and of no other.\n"
    house.write("9.md", own)
    house.run()
    before = ids(house)
    house.write("9.md", TEXTS["1.md"])
    house.write("1.md", own)
    report = house.run()
    assert ids(house) == before
    assert (before["Part 9"], report.problems) == (id, [])


def test_a_row_of_files_is_renumbered(house: House) -> None:
    """A new first part: 1, 2, 3 become 2, 3, 4. Three move, one is new."""
    before = ids(house)
    for n in (3, 2, 1):
        (house.posts / f"{n}.md").rename(house.posts / f"{n + 1}.md")
    house.write("1.md", "# Part 0\n\nAn entirely different beginning.\n")
    report = house.run()
    after = ids(house)
    assert {title: after[title] for title in before} == before
    assert [entry.title for entry in report.added] == ["Part 0"]
    assert report.withdrawn == []


def test_the_rest_moves_up_when_one_goes(house: House) -> None:
    """The first part is deleted, 2 and 3 become 1 and 2: one leaves, two move."""
    before = ids(house)
    (house.posts / "2.md").rename(house.posts / "1.md")
    (house.posts / "3.md").rename(house.posts / "2.md")
    report = house.run()
    after = ids(house)
    assert after == {title: before[title] for title in ("Part 2", "Part 3")}
    assert [entry.title for entry in report.withdrawn] == ["Part 1"]
    assert report.added == []


def test_a_copy_is_somebody_new_and_the_edited_original_stays(house: House) -> None:
    """Copied for safety, then edited: the original keeps its id although its old text stands elsewhere."""
    before = ids(house)
    house.write("1-backup.md", TEXTS["1.md"])
    house.write("1.md", "# Part 1\n\nThe text of part 1, rewritten.\n")
    house.run()
    live = {entry.key.path: entry.id for entry in house.store.live_entries()}
    assert live["1.md"] == before["Part 1"]
    assert live["1-backup.md"] not in before.values()
