"""No document with an error goes out: the gate between rendering and public."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from feedd.lint import lint
from feedd.model import Feed, FeedDocument, FeedItem, Person, digest_of
from feedd.pipeline.gate import Gate
from feedd.renderer import render
from tests.lint.documents import ADDRESS, ITEM, atom, json_feed, json_item, rss
from tests.support.house import HUB, MAIN, SITE, House

# An author without a name makes JSON Feed invalid, and RSS not. Settings refuse it; here it stands for a bug of ours.
BAD = replace(SITE, author=Person(""))
FEED = replace(MAIN, formats=("rss", "json"))
OTHER = Feed("other", "Others")


def problems(house: House) -> list[tuple[str, str]]:
    return [(problem.code, problem.where) for _, problem in house.store.problems()]


def a_house(tmp_path: Path, **more: Any) -> House:
    """With one article, published."""
    house = House(tmp_path, feeds=(FEED,), **more)
    house.article("a.md", "First")
    house.run()
    return house


def test_a_broken_document_is_held_and_the_old_one_stays(tmp_path: Path) -> None:
    """In all formats of the feed, the good ones too, so that they say the same; one problem says the place."""
    house = a_house(tmp_path)
    before = {path: house.read(path) for path in ("feed.xml", "feed.json")}
    house.use(site=BAD)
    house.article("b.md", "Second")
    report = house.run()
    assert {path: house.read(path) for path in before} == before
    assert problems(house) == [("FD503", "feed")]
    (problem,) = report.problems
    assert problem.message.startswith("feed.json is held back, what was published stays: line ")
    assert "[json-author]" in problem.message


def test_the_other_feeds_go_on(tmp_path: Path) -> None:
    """Each feed is judged alone."""
    house = House(tmp_path, feeds=(FEED, replace(OTHER, formats=("rss",))))
    house.use(site=BAD)
    house.article("a.md", "First")
    house.run()
    assert house.titles("other.xml") == ["First"]
    assert not (house.public / "feed.xml").exists()


@pytest.mark.parametrize("more", [{}, {"max_bytes": 1_000_000}, {"max_bytes": 1_000_000, "archive": 2, "limit": 1}])
def test_a_bug_of_ours_in_one_feed_stops_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: dict[str, Any]
) -> None:
    """Wherever an item is written: for the document, to weigh it, for a page of the archive."""
    house = House(tmp_path, feeds=(replace(FEED, **more), replace(OTHER, formats=("atom",))))
    rss = render.FORMATS["rss"]

    def item(entry_item: FeedItem, *rest: Any) -> bytes:
        if entry_item.entry.title == "Second":
            raise KeyError("a bug")
        return rss.item(entry_item, *rest)

    monkeypatch.setitem(render.FORMATS, "rss", replace(rss, item=item))
    for number, title in enumerate(("First", "Second", "Third", "Fourth")):
        house.article(f"{title}.md", title, date=f"2026-11-0{number + 1}")
    house.run()
    assert house.titles("other.atom") == ["Fourth", "Third", "Second", "First"]
    assert {code for code, _ in problems(house)} == {"FD502"}


def test_a_bug_of_the_lint_keeps_nothing_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not to have looked is no reason to keep news from readers."""
    house = House(tmp_path, feeds=(FEED,))

    def judge(*_: object) -> None:
        raise RecursionError("a bug")

    monkeypatch.setattr(Gate, "judge", judge)
    house.article("a.md", "First")
    house.run()
    assert (house.titles(), problems(house)) == (["First"], [])


def test_the_same_bytes_are_not_told_twice_and_a_good_document_ends_it(tmp_path: Path) -> None:
    """The feed stays behind until its inputs change; then nothing is left of the problem."""
    house = a_house(tmp_path)
    house.use(site=BAD)
    house.article("b.md", "Second")
    assert len(house.run().problems) == 1
    assert house.run().problems == []
    assert [dirty.path for dirty in house.store.dirty()] == ["feed"]
    house.use(site=replace(SITE, author=Person("Ann")))
    house.run()
    assert problems(house) == []
    assert sorted(house.titles()) == ["First", "Second"]


def test_going_back_to_the_inputs_that_stand_ends_it_too(tmp_path: Path) -> None:
    """Nothing is published then, but nothing is wrong any more."""
    house = a_house(tmp_path)
    before = house.read()
    house.use(site=BAD)
    house.run()
    assert problems(house) == [("FD503", "feed")]
    house.use(site=SITE)
    report = house.run()
    assert (problems(house), report.published, house.read()) == ([], [], before)


def test_nothing_is_announced_of_what_is_held(tmp_path: Path) -> None:
    """And everything once it is out."""
    house = a_house(tmp_path, endpoints=(HUB,))
    house.use(site=BAD)
    house.article("b.md", "Second")
    assert house.run().deliveries == 0
    house.use(site=SITE)
    assert house.run().deliveries == 2


def test_the_gate_can_be_left_open(tmp_path: Path) -> None:
    """`limits: {lint: false}`: if feedd's own check is wrong, people publish all the same."""
    house = House(tmp_path, feeds=(FEED,))
    house.use(lint=False, site=BAD)
    house.article("a.md", "First")
    house.run()
    assert house.titles() == ["First"]
    assert problems(house) == []


def test_one_odd_value_keeps_nobody_from_anything(tmp_path: Path) -> None:
    """An id that is no URI is an error to mend, in one article; the feed goes out."""
    house = House(tmp_path)
    house.article("a.md", "First", id="hello world")
    house.run()
    assert house.titles() == ["First"]
    assert "url-absolute" in {finding.rule for finding in lint(house.read("feed.atom"))}


def test_a_problem_goes_with_its_feed(tmp_path: Path) -> None:
    """A feed that the settings no longer have cannot be mended."""
    house = House(tmp_path, feeds=(FEED, replace(OTHER, formats=("rss",))))
    house.use(site=BAD)
    house.article("a.md", "First")
    house.run()
    assert problems(house) == [("FD503", "feed")]
    house.use(feeds=(replace(OTHER, formats=("rss",)),))
    house.run()
    assert problems(house) == []


# --- What is looked at ------------------------------------------------------------------------------------------------


def document(data: bytes, format: str) -> FeedDocument:
    return FeedDocument("feed", format, "feed.xml", "", data, digest_of(data), ADDRESS)


@pytest.mark.parametrize(
    ("format", "good", "bad"),
    [
        ("rss", rss(), rss(items=f"<item>{ITEM}</item><item>{ITEM.replace('Mon,', 'Tue,')}</item>")),
        ("atom", atom(), atom().replace(b"</entry>", b"</entry><entry><id>x y</id></entry>", 1)),
        ("json", json_feed(), json_item(id=7)),
    ],
)
def test_what_was_well_is_not_looked_at_again_and_what_is_new_is(format: str, good: bytes, bad: bytes) -> None:
    """Items that were seen are cut out of what is linted; a bad one beside them is found."""
    gate = Gate()
    assert gate.judge([document(good, format)]) is None
    probe, marks = gate._new_of(document(good, format))
    assert marks == []
    assert len(probe) < len(good)
    problem = gate.judge([document(bad, format)])
    assert problem is not None
    assert problem.code == "FD503"


def test_an_item_is_looked_at_again_under_another_head() -> None:
    """What is well in a feed with an author is not in a feed without."""
    gate = Gate()
    assert gate.judge([document(atom(), "atom")]) is None
    without = atom().replace(b"<author><name>Ann</name></author>", b"")
    assert gate.judge([document(without, "atom")]) is not None


def test_a_seam_in_a_text_deceives_nobody() -> None:
    """If what was cut out makes nonsense of the rest, the whole document decides."""
    tricky = rss(items=f"<item>{ITEM.replace('Hello.', '<![CDATA[<item></item> and <item>]]>')}</item>")
    assert lint(tricky, address=ADDRESS) == ()
    gate = Gate()
    assert gate.judge([document(tricky, "rss")]) is None
    assert gate.judge([document(tricky, "rss")]) is None


def test_pages_for_people_pass_by() -> None:
    """HTML is not a feed."""
    assert Gate().judge([document(b"<!DOCTYPE html>", "html")]) is None


def test_what_feedd_writes_passes(tmp_path: Path) -> None:
    """The hard articles: every kind of field, in all formats, without an error and without a warning but those that an
    author asked for."""
    site = replace(SITE, author=Person("Ann", "ann@ann.example"), language="en", icon="https://ann.example/i.png")
    house = House(tmp_path, site=site)
    house.article("a.md", "Ampersand & <b> \u2028 ünï", "![x](a.png) [y](b.md) <em>z</em>", tags="[C++, 'a & b', <x>]")
    house.article("b.md", "", "No title.", date="1970-01-01")
    house.article("c.md", "Sound", enclosure="https://ann.example/a b.mp3", authors="[Ann, Bob <bob@bob.example>]")
    house.article("d.md", "Address", canonical="https://münchen.example/ü?q=a b")
    house.run()
    assert {code for code, _ in problems(house)} == {"FD226"}  # two addresses were no addresses
    for name in ("rss", "atom", "json"):
        found = lint(house.read(render.document_path(MAIN, name)), address=render.document_url(MAIN, name, site))
        assert [finding for finding in found if finding.level == "error"] == [], name
