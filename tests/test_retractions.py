"""An entry in place of one that was withdrawn, for readers that know no tombstones."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from lxml import etree

from feedd.store.memory import MemoryStore
from tests.support.house import MAIN, House
from tests.support.press import Press, article

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


def withdrawn(count, *numbers, **more):
    """A feed of so many articles, of which these are withdrawn one after the other."""
    made = Press(replace(MAIN, retractions="Withdrawn", **more), store=MemoryStore())
    made.add(*(article(number) for number in range(count)))
    made.run()
    for number in numbers:
        made.now += HOUR
        made.withdraw(article(number))
    made.run()
    return made


def ids(*numbers):
    return [article(number).id for number in numbers]


def test_no_more_is_shown_than_the_limit_says():
    """Retractions take half of it at most, those of the last to leave; the rest is live."""
    made = withdrawn(30, *range(20, 30), limit=5)
    assert made.walk() == [ids(29, 28, 19, 18, 17)]
    assert withdrawn(30, 29, limit=1).walk() == [ids(28)]


def test_only_what_readers_saw_is_retracted():
    """An entry that was older than all that the feed had is not shown now; one of its oldest gives way to nobody."""
    assert withdrawn(30, 2, limit=3).walk() == [ids(29, 28, 27)]
    assert withdrawn(30, 27, limit=3).walk() == [ids(27, 29, 28)]
    assert withdrawn(3, 0, limit=3).walk() == [ids(0, 2, 1)]
    old = timedelta(days=300)  # all articles are older
    assert withdrawn(9, 2, limit=5, max_age=old, at_least=2).walk() == [ids(8, 7)]


def test_a_feed_with_archives_shows_all_its_entries_besides():
    """What left a page is named in that page only, and no entry goes into a page because of a retraction."""
    made = withdrawn(9, 0, limit=4, archive=2)
    assert made.walk() == [ids(8, 7, 6, 5, 4), ids(3, 2), ids(1)]
    made = withdrawn(9, 8, 7, 6, limit=4, archive=2)
    assert made.walk() == [ids(6, 7, 5, 4), ids(3, 2), ids(1, 0)]
    made.add(article(9))
    made.run()
    assert made.walk() == [ids(6, 7, 9, 5, 4), ids(3, 2), ids(1, 0)]


def test_a_retraction_is_no_entry_of_its_feed():
    """It is not counted as one."""
    made = withdrawn(3, 0)
    assert {each.entries for each in made.store.publications().values()} == {2}
