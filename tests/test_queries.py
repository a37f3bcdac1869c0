"""Feeds by what articles say of themselves, and feeds that come and go with a value: a real folder, both stores."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from feedd.model import Feed, Query, Source
from feedd.store.memory import MemoryStore
from feedd.store.sql import SqlStore
from tests.support.house import HOOK, HUB, MAIN, House

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
BEST = Feed("best", "The best", query=Query(where="rating >= 4"))
TAGS = Feed("tags/{tag}", "{tag}", each="tag", formats=("rss", "json"))


@pytest.fixture(params=["memory", "sqlite"])
def house(request, tmp_path):
    """Nothing written yet."""
    store = MemoryStore() if request.param == "memory" else SqlStore(str(tmp_path / "state.db"))
    yield House(tmp_path, feeds=[MAIN, BEST, TAGS], endpoints=[HUB, HOOK], store=store)
    store.close()


def titles(house, path):
    return sorted(item["title"] for item in json.loads(house.read(f"{path}.json"))["items"])


def test_front_matter_that_nobody_sees_moves_an_article(house):
    """A better rating brings it into the feed of the best: its date stays, and it is no update of the article."""
    house.article("a.md", "A", rating=2, date="2026-11-20")
    house.article("b.md", "B", rating=4, date="2026-11-20")
    house.run()
    before = house.read("feed.json")
    assert titles(house, "best") == ["B"]
    house.store.drop_endpoints([])
    house.article("a.md", "A", rating=5, date="2026-11-20")
    report = house.run(after=HOUR)
    assert titles(house, "best") == ["A", "B"]
    assert house.read("feed.json") == before
    assert {publication.feed for publication in report.published} == {"best"}
    assert (report.revised, report.added) == ([], [])
    assert {delivery.kind for delivery in house.store.deliveries(["pending"])} == {"websub"}
    house.article("a.md", "A", date="2026-11-20")
    house.run(after=HOUR)
    assert titles(house, "best") == ["B"]
    assert house.run(after=HOUR).rendered == []


def test_an_expression_is_asked_anew_when_it_changes(house):
    """Other settings, other members, and nobody's file is read again."""
    for n in range(5):
        house.article(f"{n}.md", f"N{n}", rating=n, date="2026-11-20")
    house.run()
    house.use(feeds=(MAIN, replace(BEST, query=Query(where="rating < 2"))))
    house.run(after=HOUR)
    assert titles(house, "best") == ["N0", "N1"]
    assert house.watcher.reads == []


def test_a_feed_over_two_folders(house, tmp_path):
    """Of one source the essays, of the other what has a prize."""
    (tmp_path / "press").mkdir()
    essays, prized = Query(sources=("posts",), folders=("essays",)), Query(sources=("press",), where="prize")
    house.use(
        sources=(*house.settings.sources, Source("press", str(tmp_path / "press"))),
        feeds=(MAIN, Feed("both", "Both", query=Query(any=(essays, prized), none=(Query(tags=("old",)),)))),
    )
    house.article("essays/a.md", "Essay")
    house.article("essays/b.md", "Old", tags="old")
    house.article("c.md", "Note", prize="yes")
    for name, prize in (("x", "true"), ("y", "false")):
        (tmp_path / f"press/{name}.md").write_text(f"---\ntitle: {name}\nprize: {prize}\n---\nText.\n")
    house.run()
    assert titles(house, "both") == ["Essay", "x"]
    assert len(titles(house, "feed")) == 5


def test_a_feed_of_a_value_goes_when_nobody_is_left(house):
    """It stays, empty, while it names who left; then its documents are gone. The value may come back."""
    house.article("a.md", "A", tags="slow", date="2026-11-20")
    house.run()
    path = "tags/slow.xml"
    assert path in house.store.publications()
    house.article("a.md", "A", tags="fast", date="2026-11-20")
    house.run(after=HOUR)
    assert titles(house, "tags/slow") == []
    house.run(after=29 * DAY)
    assert path in house.store.publications()
    house.run(after=2 * DAY)
    assert path not in house.store.publications()
    assert path in json.loads(house.store.marked("gone"))
    assert b"tags/slow" not in b"".join(each.read_bytes() for each in house.public.glob("feeds.*"))
    assert house.run(after=HOUR).published == []
    house.article("a.md", "A", tags="slow", date="2026-11-20")
    house.run(after=HOUR)
    assert titles(house, "tags/slow") == ["A"]
    assert path not in json.loads(house.store.marked("gone"))


def test_where_nobody_is_named_such_a_feed_goes_at_once(house):
    """In the run that takes its last article, whatever else there is to do."""
    house.use(tombstones=timedelta(0))
    house.article("a.md", "A", tags="slow", date="2026-11-20")
    house.run()
    house.article("a.md", "A", tags="fast", date="2026-11-20")
    house.run(after=HOUR)
    assert "tags/slow.xml" not in house.store.publications()
    assert "tags/slow.xml" in json.loads(house.store.marked("gone"))
    assert titles(house, "tags/fast") == ["A"]
    assert house.store.dirty() == ()


def test_the_lists_of_the_feeds_are_the_same_whenever_they_are_made(tmp_path):
    """The same folder built on another day gives the same bytes."""
    made = []
    for name, days in (("one", 0), ("two", 40)):
        there = House(tmp_path / name, feeds=[MAIN, TAGS])
        there.use(index=True)
        there.now += days * DAY
        there.article("a.md", "A", tags="slow", date="2026-11-20")
        there.run()
        made.append({each.name: each.read_bytes() for each in there.public.glob("feeds*")})
    assert "feeds.opml" in made[0]
    assert made[0] == made[1]


def test_an_idle_feed_of_a_value_is_not_gone(house):
    """Its articles are too old to be shown, but they are there; and some stay in any case."""
    brief = replace(TAGS, max_age=10 * DAY)
    house.use(feeds=(MAIN, brief, replace(brief, path="some/{tag}", at_least=1)))
    house.article("a.md", "A", tags="slow", date="2026-11-20")
    house.article("b.md", "B", tags="slow", date="2026-11-21")
    house.run()
    house.run(after=60 * DAY)
    house.run(after=60 * DAY)
    assert (titles(house, "tags/slow"), titles(house, "some/slow")) == ([], ["B"])
    assert "tags/slow.xml" in house.store.publications()
