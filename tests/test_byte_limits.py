"""`max_bytes`: no document is larger, in any format; what has no room is archived, or left out and said."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from itertools import chain

import pytest

from feedd import status
from feedd.model import Level
from feedd.renderer import fit
from feedd.store.memory import MemoryStore
from tests.support.house import MAIN
from tests.support.press import SUFFIXES, Press, article, links

LIMIT = 20_000


def limited(**more) -> Press:
    return Press(replace(MAIN, max_bytes=LIMIT, **more), store=MemoryStore())


def words(size: int) -> str:
    return "Word and word. " * (size // 15)


def sized(number: int, size: int, **more):
    return article(number, body=words(size), **more)


def ids(*numbers: int) -> list[str]:
    return [article(n).id for n in numbers]


def largest(made: Press) -> int:
    return max(len(data) for data in made.standing.values())


def codes(made: Press) -> list[str]:
    return [problem.code for _, problem in made.store.problems()]


def test_the_newest_that_fit_stay():
    """All formats show the same entries; how many have no room is no problem and can be asked."""
    made = limited()
    made.add(*(sized(number, 2_000) for number in range(30)))
    made.run()
    (shown,) = made.walk()
    assert 5 <= len(shown) < 10
    assert shown == ids(*range(29, 29 - len(shown), -1))
    assert made.walk("rss") == made.walk("atom") == [shown]
    assert LIMIT - 3_000 < largest(made) <= LIMIT
    assert made.store.problems() == ()
    (told,) = status.collect(made.store, made.settings, made.now)["feeds"]
    assert (told["entries"], told["left_out"]) == (len(shown), 30 - len(shown))
    made.use(MAIN)
    made.run()
    assert len(made.walk()[0]) == 30


def test_nothing_stands_behind_a_gap():
    """A small old entry does not take the place of a large newer one."""
    made = limited()
    made.add(sized(3, 9_000), sized(2, 9_000), sized(1, 9_000), sized(0, 10))
    made.run()
    assert made.walk() == [ids(3)] or made.walk() == [ids(3, 2)]


@pytest.mark.parametrize("archive", [0, 5])
def test_an_entry_too_large_by_itself_is_carried_with_its_summary(archive):
    """And whole again once there is room."""
    made = limited(archive=archive)
    made.add(sized(0, 500), sized(1, 3 * LIMIT), sized(2, 500))
    made.run()
    assert made.walk() == [ids(2, 1, 0)]
    assert largest(made) <= LIMIT
    items = {item["id"]: item for item in json.loads(made.standing["feed.json"])["items"]}
    (large,) = ids(1)
    assert "content_html" not in items[large]
    assert items[large]["summary"]
    ((_, problem),) = made.store.problems()
    assert (problem.code, problem.level) == ("FD510", Level.WARNING)
    assert problem.message.startswith("e00001.md is carried")
    made.edit(sized(1, 3 * LIMIT), body="Short now.")
    made.run()
    assert made.store.problems() == ()
    assert largest(made) < LIMIT / 2


@pytest.mark.parametrize("archive", [0, 2])
def test_an_entry_of_which_not_even_the_summary_fits_is_left_out(archive):
    """The others are there."""
    made = limited(archive=archive, limit=2)
    huge = sized(1, 500, tags=tuple(f"{n:060}" for n in range(300)))
    made.add(sized(0, 500), huge, sized(2, 500), sized(3, 500))
    made.run()
    met = list(chain.from_iterable(made.walk()))
    assert met == (ids(3, 2, 0) if archive else ids(3, 2))
    assert largest(made) <= LIMIT
    assert codes(made) == (["FD511"] if archive else [])  # without archives it is no longer in the window at all
    made.use(replace(MAIN, max_bytes=100 * LIMIT, archive=archive, limit=2))
    made.run()
    assert list(chain.from_iterable(made.walk())) == (ids(3, 2, 1, 0) if archive else ids(3, 2))
    assert codes(made) == []


def test_a_head_that_does_not_fit_leaves_every_entry_out():
    """The document is there and says so; nothing is broken."""
    made = Press(replace(MAIN, max_bytes=100), store=MemoryStore())
    made.add(article(0))
    made.run()
    assert made.walk() == [[]]
    assert codes(made) == ["FD511"]


def test_what_has_no_room_goes_into_the_archive():
    """A page at a time, each within the limit; half of the room is made, so that pages are not of one entry each."""
    made = limited(archive=100)
    written = []
    for number in range(60):
        made.add(sized(number, 2_000))
        written.append(len({each.path.rpartition(".")[0] for each in made.run().published}))
        assert largest(made) <= LIMIT
    assert max(written) == 2
    walked = made.walk()
    assert list(chain.from_iterable(walked)) == ids(*range(59, -1, -1))
    assert 10 <= len(walked) <= 20
    for format in SUFFIXES:
        assert made.walk(format) == walked
    assert made.store.problems() == ()


def test_many_entries_at_once_become_pages_that_fit():
    """The first build of an archive, with long and short ones mixed."""
    made = limited(archive=10, limit=5)
    made.add(*(sized(number, (number * 977) % 9_000) for number in range(80)))
    made.run()
    assert sorted(chain.from_iterable(made.walk())) == ids(*range(80))
    assert largest(made) <= LIMIT
    assert max(map(len, made.walk())) <= 14


def test_a_page_that_grows_keeps_its_entries_and_its_limit():
    """The largest of them are carried with their summaries."""
    made = limited(archive=4, limit=1)
    made.add(*(sized(number, 1_000) for number in range(9)))
    made.run()
    before = made.walk()
    for number in (0, 1, 2):
        made.edit(sized(number, 1_000), body=words(9_000 + 100 * number))
    made.run()
    assert made.walk() == before
    assert largest(made) <= LIMIT
    items = {item["id"]: item for item in json.loads(made.standing["feed/archive/1.json"])["items"]}
    assert [id for id in ids(0, 1, 2, 3) if "content_html" not in items[id]] in (ids(2), ids(1, 2))
    assert codes(made) == ["FD510"]
    made.use(replace(MAIN, limit=1))
    made.run()
    assert made.store.problems() == ()


def test_a_large_page_that_grows_is_weighed_in_a_few_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not once for each entry that must become smaller: a page may have thousands."""
    weighed = []
    sizes = fit._sizes
    monkeypatch.setattr(fit, "_sizes", lambda *given: weighed.append(1) or sizes(*given))
    made = Press(replace(MAIN, limit=1, archive=200), store=MemoryStore())
    made.add(*(sized(number, 1_000) for number in range(202)))
    made.run()
    assert weighed == []
    made.use(replace(MAIN, limit=1, archive=200, max_bytes=LIMIT * 6))
    made.run()
    assert largest(made) <= LIMIT * 6
    assert 200 < len(weighed) < 200 * 20


def rewritten(report) -> set[str]:
    return {each.path.rpartition(".")[0] for each in report.published if each.feed}


@pytest.mark.parametrize(("most", "archive", "size"), [(20_000, 100, 30), (100_000, 50, 6_000)])
def test_pages_made_together_name_each_other_at_once(most, archive, size):
    """So neither the next entry nor an edit has to tell them."""
    made = Press(replace(MAIN, limit=10_000, max_bytes=most, archive=archive), store=MemoryStore())
    made.add(*(sized(number, size) for number in range(300)))
    made.run()
    last = len(made.walk()) - 1
    assert last > 5
    for number in range(1, last):
        assert f"feed/archive/{number + 1}.atom" in links(made.standing[f"feed/archive/{number}.atom"])["next-archive"]
    made.edit(sized(0, size), body=words(size).swapcase())
    assert rewritten(made.run()) == {"feed/archive/1"}
    for number in (300, 301, 302):
        made.add(sized(number, size))
        assert len(rewritten(made.run())) <= 2
    assert sorted(chain.from_iterable(made.walk())) == ids(*range(303))


def test_where_every_entry_makes_a_page_they_are_told_in_a_run_that_has_nothing_else_to_do():
    """And until then a new entry costs two documents, an edit one."""
    made = limited(archive=10)
    for number in range(8):
        made.add(sized(number, 12_000))
        assert len(rewritten(made.run())) <= 2
    made.edit(sized(0, 12_000), body=words(12_000).swapcase())
    assert rewritten(made.run()) == {"feed/archive/1"}
    assert "next-archive" not in links(made.standing["feed/archive/3.atom"])
    made.run(sweep=frozenset({"posts"}))
    for number in range(1, 7):
        assert f"feed/archive/{number + 1}.atom" in links(made.standing[f"feed/archive/{number}.atom"])["next-archive"]
    assert rewritten(made.run(sweep=None, verify=True)) == set()
    assert made.walk() == [ids(number) for number in range(7, -1, -1)]


@pytest.mark.parametrize("archive", [0, 5])
def test_those_who_left_do_not_push_out_those_who_are_there(archive):
    """Fifty tombstones take a quarter of the room at most, the newest of them; the rest is the entries'."""
    made = Press(replace(MAIN, max_bytes=10_000, archive=archive), store=MemoryStore())
    everyone = [sized(number, 100) for number in range(60)]
    made.add(*everyone)
    made.run()
    for each in everyone[:50]:
        made.now += timedelta(seconds=1)
        made.withdraw(each)
    made.run()
    assert largest(made) <= 10_000
    assert list(chain.from_iterable(made.walk())) == ids(*range(59, 49, -1))
    named = json.loads(made.standing["feed.json"])["_feedd"]["deleted"]
    assert [each["id"] for each in named] == ids(*range(49, 49 - len(named), -1))
    assert 5 < len(named) < 25
    made.add(sized(60, 100))
    made.run()
    assert list(chain.from_iterable(made.walk())) == ids(*range(60, 49, -1))
    assert largest(made) <= 10_000


@pytest.mark.parametrize("archive", [0, 3])
def test_an_entry_that_needs_the_room_has_it(archive):
    """Tombstones give way to the newest entry, and retractions, too."""
    made = limited(archive=archive, retractions="Withdrawn")
    made.add(*(sized(number, 300) for number in range(40)))
    made.run()
    for number in range(20, 40):
        made.withdraw(sized(number, 300))
    made.add(sized(40, 18_300))
    made.run()
    assert made.walk()[0] == ids(40)
    assert largest(made) <= LIMIT
    assert "content_html" in json.loads(made.standing["feed.json"])["items"][0]


def test_the_tombstones_of_a_page_take_the_room_that_its_entries_leave():
    """An entry of a page is not cut for the sake of those that left it."""
    made = Press(replace(MAIN, max_bytes=10_000, archive=100, limit=5, content="summary"), store=MemoryStore())
    everyone = [sized(number, 100) for number in range(120)]
    made.add(*everyone)
    made.run()
    for each in everyone[:50]:
        made.withdraw(each)
    made.run()
    assert largest(made) <= 10_000
    assert list(chain.from_iterable(made.walk())) == ids(*range(119, 49, -1))


def test_retractions_leave_half_of_the_bytes_to_the_entries():
    """And none is shown for what stood in no document."""
    made = Press(replace(MAIN, max_bytes=10_000, retractions="Withdrawn"), store=MemoryStore())
    everyone = [sized(number, 300) for number in range(70)]
    made.add(*everyone)
    made.run()
    (before,) = made.walk()
    for each in everyone[-20:]:
        made.withdraw(each)
    made.run()
    (after,) = made.walk()
    retracted = [id for id in after if id not in ids(*range(50))]
    assert 0 < len(retracted) <= len(after) / 2
    assert after[len(retracted) :] == ids(*range(49, 49 - len(after) + len(retracted), -1))
    assert len(after) <= len(before) + 1
    assert largest(made) <= 10_000
    made.withdraw(everyone[0])
    made.run()
    assert everyone[0].id not in made.walk()[0]


def test_retractions_send_no_entry_into_the_archive():
    """They are not what a page is made for."""
    made = Press(replace(MAIN, max_bytes=10_000, archive=10, retractions="Withdrawn"), store=MemoryStore())
    everyone = [sized(number, 300) for number in range(70)]
    made.add(*everyone)
    made.run()
    for each in everyone[10:]:
        made.withdraw(each)
    made.run()
    pages = len(made.store.archive(made.settings.feeds[0]))
    made.add(sized(70, 300))
    made.run()
    assert ids(70)[0] in made.walk()[0]
    assert len(made.store.archive(made.settings.feeds[0])) == pages
    assert largest(made) <= 10_000


def test_the_same_entries_make_the_same_choice_in_any_order():
    """What is kept in memory changes no byte."""
    one, other = limited(), limited()
    entries = [sized(number, (number * 977) % 9_000) for number in range(20)]
    one.add(*entries)
    one.run()
    for each in reversed(entries):
        other.add(each)
        other.run()
    assert one.standing == other.standing
