"""An entry in place of one that was withdrawn, for readers that know no tombstones."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from lxml import etree

from tests.support.house import MAIN, House

AT = "{http://purl.org/atompub/tombstones/1.0}"
ATOM = "{http://www.w3.org/2005/Atom}"
HOUR = timedelta(hours=1)


def house_with(tmp_path, feed):
    """Two articles, and an hour later one."""
    house = House(tmp_path, feeds=[feed])
    house.article("stays.md", "Stays", date="2026-11-01 10:00")
    house.article("goes.md", "Goes & goes", date="2026-11-02 10:00")
    house.run()
    ids = {entry.title: entry.id for entry in house.entries()}
    (house.posts / "goes.md").unlink()
    house.run(after=HOUR)
    return house, ids["Goes & goes"]


def test_without_the_setting_it_is_gone(tmp_path):
    house, _ = house_with(tmp_path, MAIN)
    assert house.titles() == ["Stays"]


def test_every_format_shows_it_under_the_old_id(tmp_path):
    """A reader that knows the id shows the retraction in place of the article."""
    house, id = house_with(tmp_path, replace(MAIN, retractions="Withdrawn"))
    for path in ("feed.xml", "feed.atom"):
        entries = house.entries(path)
        assert [entry.title for entry in entries] == ["Withdrawn: Goes & goes", "Stays"]
        assert entries[0].id == id
    assert b'"title": "Withdrawn: Goes & goes"' in house.read("feed.json")


def test_who_knows_tombstones_removes_it(tmp_path):
    """The deletion is younger than the entry that stands there (RFC 6721 3)."""
    house, id = house_with(tmp_path, replace(MAIN, retractions="Zurückgezogen"))
    root = etree.fromstring(house.read("feed.atom"))
    (deleted,) = root.iter(f"{AT}deleted-entry")
    entry = next(each for each in root.iter(f"{ATOM}entry") if each.findtext(f"{ATOM}id") == id)
    assert entry.findtext(f"{ATOM}title") == "Zurückgezogen: Goes & goes"
    updated = datetime.fromisoformat(entry.findtext(f"{ATOM}updated"))
    assert updated < datetime.fromisoformat(deleted.get("when"))


def test_what_comes_back_is_no_retraction(tmp_path):
    house, id = house_with(tmp_path, replace(MAIN, retractions="Withdrawn"))
    house.article("goes.md", "Goes & goes", date="2026-11-02 10:00")
    house.run(after=HOUR)
    assert house.titles() == ["Goes & goes", "Stays"]
    assert house.entries()[0].id == id
