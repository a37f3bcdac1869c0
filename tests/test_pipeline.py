"""The journey, without a thread or a socket: files in, documents and deliveries out."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from feedd.model import Feed, Query, Schedule
from feedd.store.memory import MemoryStore
from feedd.store.sql import SqlStore
from tests.support.house import HOOK, HUB, MAIN, START, House

MINUTE = timedelta(minutes=1)


@pytest.fixture(params=["memory", "sqlite"])
def house(request, tmp_path):
    """Both stores: the journey must not know the difference."""
    store = MemoryStore() if request.param == "memory" else SqlStore(str(tmp_path / "state.db"))
    yield House(tmp_path, endpoints=[HUB, HOOK], store=store)
    store.close()


def waiting(house):
    return {(d.kind, d.topic): d for d in house.store.deliveries(["pending"])}


class TestPublishing:
    def test_an_article_reaches_all_three_formats(self, house):
        house.article("hello.md", "Hello", date="2026-11-20T10:00:00Z", tags="[a, b]", author="Ann")
        house.run()
        (rss,), (atom,) = house.entries("feed.xml"), house.entries("feed.atom")
        (item,) = json.loads(house.read("feed.json"))["items"]
        assert rss.title == atom.title == item["title"] == "Hello"
        assert rss.link == atom.link == item["url"] == "https://ann.example/hello/"
        assert rss.id == atom.id == item["id"] == "tag:ann.example,2026:hello"
        assert rss.published_parsed[:6] == atom.published_parsed[:6] == (2026, 11, 20, 10, 0, 0)
        assert item["date_published"] == "2026-11-20T10:00:00Z"
        assert rss.content[0].value == atom.content[0].value == item["content_html"]
        assert "<p>Some text.</p>" in item["content_html"]
        assert [t.term for t in rss.tags] == [t.term for t in atom.tags] == item["tags"] == ["a", "b"]
        assert rss.author == atom.author == item["authors"][0]["name"] == "Ann"

    def test_the_first_build_announces_nothing_and_says_so(self, house):
        house.article("old.md", "Old")
        report = house.run()
        assert report.first_build == ["posts"]
        assert [p.path for p in report.published] == ["feed.xml", "feed.atom", "feed.json"]
        assert waiting(house) == {}

    def test_a_new_article_is_announced_to_everybody_once(self, house):
        house.run()
        house.article("hello.md", "Hello")
        house.look("hello.md", after=MINUTE)
        assert set(waiting(house)) == {
            ("websub", "https://ann.example/feed.xml"),
            ("websub", "https://ann.example/feed.atom"),
            ("websub", "https://ann.example/feed.json"),
            ("webhook", "entries"),
        }
        (told,) = waiting(house)["webhook", "entries"].payload["data"]["entries"]
        assert (told["id"], told["title"]) == ("tag:ann.example,2026:hello", "Hello")
        feeds = waiting(house)["webhook", "entries"].payload["data"]["feeds"]
        assert sorted(feeds) == [f"https://ann.example/feed.{suffix}" for suffix in ("atom", "json", "xml")]
        assert house.run(after=MINUTE).deliveries == 0

    def test_nothing_changed_means_nothing_is_touched(self, house):
        """Same bytes, same time stamps, nothing rendered, nobody told; also after a restart."""
        house.article("hello.md", "Hello")
        house.run()
        before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in house.public.iterdir()}
        house.restart()
        report = house.run(after=timedelta(days=400))
        assert (report.read, report.rendered, report.published, report.deliveries) == (0, [], [], 0)
        assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in house.public.iterdir()} == before

    def test_a_deleted_document_is_put_back(self, house):
        house.article("hello.md", "Hello")
        house.run()
        whole = house.read()
        (house.public / "feed.xml").unlink()
        house.restart()
        report = house.run()
        assert house.read() == whole
        assert report.published == []  # its bytes are those that were announced already

    def test_an_edit_moves_updated_and_keeps_everything_else(self, house):
        house.article("hello.md", "Hello", date="2026-11-20T10:00:00Z")
        house.run()
        house.article("hello.md", "Hello", "Better text.", date="2026-11-20T10:00:00Z")
        house.look("hello.md", after=MINUTE)
        (entry,) = house.entries("feed.atom")
        assert (entry.id, entry.published) == ("tag:ann.example,2026:hello", "2026-11-20T10:00:00Z")
        assert entry.updated == "2026-11-23T12:01:00Z"

    @pytest.mark.parametrize("touch", ["mtime", "trailing blanks", "crlf"])
    def test_what_no_reader_can_see_is_no_edit(self, house, touch):
        file = house.article("hello.md", "Hello", "One.\n\nTwo.", date="2026-11-20T10:00:00Z")
        house.run()
        text = file.read_bytes()
        if touch == "trailing blanks":
            file.write_bytes(text.replace(b"One.\n", b"One. \n") + b"\n\n")
        elif touch == "crlf":
            file.write_bytes(text.replace(b"\n", b"\r\n"))
        os.utime(file, (1, 1))
        report = house.look("hello.md", after=MINUTE)
        assert (report.read, report.published, report.deliveries) == (1, [], 0)

    def test_a_deleted_article_leaves_the_feed_and_hooks_hear_of_it(self, house):
        house.article("hello.md", "Hello")
        house.article("other.md", "Other")
        house.run()
        (house.posts / "hello.md").unlink()
        house.look("hello.md", after=MINUTE)
        assert house.titles() == ["Other"]
        (told,) = waiting(house)["webhook", "entries"].payload["data"]["entries"]
        assert told["event"] == "withdrawn"

    def test_an_article_that_comes_back_is_the_same_article(self, house):
        house.article("hello.md", "Hello")
        house.article("other.md", "Other")
        house.run()
        before = house.entries()
        (house.posts / "hello.md").unlink()
        house.run(after=MINUTE)
        house.article("hello.md", "Hello")
        house.run(after=MINUTE)
        assert {(e.id, e.published) for e in house.entries()} == {(e.id, e.published) for e in before}


class TestIdentity:
    def test_a_rename_keeps_the_id(self, house):
        file = house.article("hello.md", "Hello", date="2026-11-20T10:00:00Z")
        house.run()
        file.rename(house.posts / "greetings.md")
        report = house.look("greetings.md", young=["hello.md"], after=MINUTE)
        (entry,) = house.entries()
        assert entry.id == "tag:ann.example,2026:hello"
        assert entry.link == "https://ann.example/greetings/"
        assert (len(report.added), len(report.withdrawn)) == (0, 0)

    def test_a_rename_with_an_edit_keeps_the_id(self, house):
        house.article("hello.md", "Hello", "A long text about the sea and the wind and the birds above.")
        house.run()
        (house.posts / "hello.md").unlink()
        house.article("sea.md", "Hello", "A long text about the sea and the wind and the gulls above.")
        house.look("sea.md", "hello.md", after=MINUTE)
        assert [e.id for e in house.entries()] == ["tag:ann.example,2026:hello"]

    def test_a_whole_folder_moves_without_anybody_noticing(self, house):
        for n in range(30):
            house.article(f"a/{n}.md", f"Number {n}", f"Text {n} {'x' * n}", url=f"/n/{n}/")
        house.run()
        before = house.read()
        (house.posts / "a").rename(house.posts / "b")
        report = house.run(after=MINUTE)
        assert (len(report.moved), report.published, report.withdrawn) == (30, [], [])
        assert house.read() == before

    def test_two_files_may_not_state_one_id(self, house):
        house.article("a.md", "First", id="tag:x,2026:one")
        house.run()
        house.article("b.md", "Second", id="tag:x,2026:one")
        report = house.run(after=MINUTE)
        assert house.titles() == ["First"]
        assert [p.code for p in report.problems] == ["FD207"]

    def test_files_that_differ_only_in_their_suffix_are_two_entries(self, house):
        house.write("hello.md", "# One\n\nText of one.")
        house.write("hello.txt", "Something else\n\nText of the other that is long enough.")
        house.run()
        ids = {e.id for e in house.entries()}
        assert ids == {"tag:ann.example,2026:hello", "tag:ann.example,2026:hello.txt"}

    def test_an_id_survives_the_domain(self, house):
        house.article("hello.md", "Hello")
        house.run()
        site = replace(house.settings.site, url="https://new.example", feeds_url="https://new.example")
        house.use(site=site)
        house.article("hello.md", "Hello again")
        house.run(after=MINUTE)
        (entry,) = house.entries()
        assert (entry.id, entry.link) == ("tag:ann.example,2026:hello", "https://new.example/hello/")

    def test_a_new_domain_makes_nothing_look_unread(self, house):
        house.article("hello.md", "Hello", date="2026-11-20T10:00:00Z")
        house.run()
        site = replace(house.settings.site, url="https://new.example", feeds_url="https://new.example")
        house.use(site=site)
        house.run(after=MINUTE)
        (entry,) = house.entries("feed.atom")
        assert (entry.link, entry.updated) == ("https://new.example/hello/", "2026-11-20T10:00:00Z")
        assert waiting(house) == {}

    def test_a_missing_file_is_not_believed_to_be_gone_while_it_may_be_in_a_dance(self, house):
        """vim moves the file away and writes a new one: the moment between is no deletion."""
        file = house.article("hello.md", "Hello")
        house.run()
        text = file.read_bytes()
        file.unlink()
        report = house.look("hello.md", young=["hello.md"], after=MINUTE)
        assert [key.path for key in report.unsure] == ["hello.md"]
        assert house.titles() == ["Hello"]
        file.write_bytes(text)
        assert house.look("hello.md").published == []

    def test_a_missing_file_waits_for_the_new_one_that_is_being_written(self, house):
        """Cut here and pasted there: the old name is quiet a moment before the new one is."""
        file = house.article("hello.md", "Hello")
        house.run()
        file.rename(house.posts / "greetings.md")
        report = house.look("hello.md", young=["greetings.md"], after=MINUTE)
        assert [key.path for key in report.unsure] == ["hello.md"]
        assert (house.titles(), report.withdrawn) == (["Hello"], [])
        report = house.look("greetings.md", "hello.md")
        assert (len(report.added), len(report.withdrawn)) == (0, 0)
        assert [entry.id for entry in house.entries()] == ["tag:ann.example,2026:hello"]


class TestMoments:
    def test_a_future_date_appears_at_its_moment_also_after_a_restart(self, house):
        house.run()
        house.article("later.md", "Later", date="2026-11-23T13:00:00Z")
        house.run()
        assert house.titles() == []
        assert waiting(house) == {}
        assert house.store.next_due(house.now) == START + timedelta(hours=1)
        house.restart()
        house.now = START + timedelta(minutes=59, seconds=59)
        house.look()
        assert house.titles() == []
        house.now = START + timedelta(hours=1)
        report = house.look()
        assert house.titles() == ["Later"]
        assert report.deliveries == 4

    def test_an_expiry_leaves_at_its_moment(self, house):
        house.article("offer.md", "Offer", expires="2026-11-23T13:00:00Z")
        house.run()
        assert house.titles() == ["Offer"]
        house.now = START + timedelta(hours=1)
        house.look()
        assert house.titles() == []

    def test_a_draft_stays_out_until_it_is_none(self, house):
        house.run()
        house.article("draft.md", "Draft", draft="true")
        house.look("draft.md")
        assert (house.titles(), waiting(house)) == ([], {})
        house.article("draft.md", "Draft")
        house.look("draft.md", after=MINUTE)
        (entry,) = house.entries("feed.atom")
        assert entry.published == "2026-11-23T12:01:00Z"

    def test_nothing_hidden_moves_the_feeds_date(self, house):
        house.article("now.md", "Now", date="2026-11-20T10:00:00Z")
        house.article("later.md", "Later", date="2027-01-01T00:00:00Z")
        house.run()
        assert b"<updated>2026-11-20T10:00:00Z</updated>" in house.read("feed.atom")
        assert b"2027" not in house.read("feed.atom") + house.read("feed.xml") + house.read("feed.json")


class TestFeeds:
    def test_each_tag_has_a_feed_of_its_own(self, house):
        house.use(feeds=(MAIN, Feed("tags/{tag}", "About {tag}", each="tag")))
        house.article("a.md", "A", tags="[Python, C++]")
        house.article("b.md", "B", tags="[python]")
        house.run()
        assert sorted(house.titles("tags/python.xml")) == ["A", "B"]
        assert house.titles("tags/c-plus-plus.xml") == ["A"]

    def test_an_edit_renders_only_the_feeds_it_touches(self, house):
        house.use(feeds=(MAIN, Feed("tags/{tag}", "About {tag}", each="tag")))
        for n in range(20):
            house.article(f"{n}.md", f"N {n}", tags=f"[t{n % 5}]")
        house.run()
        house.watcher.reads.clear()
        house.article("7.md", "Seven", tags="[t2]")
        report = house.look("7.md", after=MINUTE)
        assert house.watcher.reads == ["7.md"]
        assert report.rendered == ["feed", "tags/t2"]

    def test_an_edit_outside_every_window_renders_nothing(self, house):
        house.use(feeds=(replace(MAIN, limit=3),))
        for n in range(6):
            house.article(f"{n}.md", f"N {n}", date=f"2026-11-1{n}T00:00:00Z")
        house.run()
        assert house.titles() == ["N 5", "N 4", "N 3"]
        house.article("0.md", "Edited", date="2026-11-10T00:00:00Z")
        report = house.look("0.md", after=MINUTE)
        assert (report.read, report.rendered, report.published) == (1, [], [])

    def test_a_query_chooses(self, house):
        queries = {
            "folder": Query(folders=("news",)),
            "tag": Query(tags=("X",)),
            "author": Query(authors=("ann",)),
            "both": Query(folders=("news",), tags=("x",)),
        }
        house.use(feeds=tuple(Feed(name, name, query=query) for name, query in queries.items()))
        house.article("news/a.md", "A", tags="[x]", author="Ann")
        house.article("news/b.md", "B")
        house.article("newsroom/c.md", "C", tags="[x]")
        house.run()
        found = {name: sorted(house.titles(f"{name}.xml")) for name in queries}
        assert found == {"folder": ["A", "B"], "tag": ["A", "C"], "author": ["A"], "both": ["A"]}

    def test_an_article_may_choose_its_feeds(self, house):
        house.use(feeds=(MAIN, Feed("second", "Second")))
        house.article("a.md", "A", feeds="[second]")
        house.article("b.md", "B", feed="false")
        house.run()
        assert (house.titles("feed.xml"), house.titles("second.xml")) == ([], ["A"])

    def test_other_feeds_in_the_settings_take_over_what_is_known(self, house):
        house.article("a.md", "A", tags="[x]")
        house.run()
        house.use(feeds=(Feed("all", "All"), Feed("tags/{tag}", "{tag}", each="tag")))
        report = house.run(after=MINUTE)
        assert (report.read, report.deliveries) == (0, 0)
        assert house.titles("all.xml") == house.titles("tags/x.xml") == ["A"]

    def test_a_scheduled_feed_waits_for_its_tick(self, house):
        batched = Feed("batched", "Batched", schedule=Schedule(every=timedelta(hours=1)))
        house.use(feeds=(MAIN, batched))
        house.article("a.md", "A")
        house.run()
        house.article("b.md", "B", date="2026-11-23T10:00:00Z")
        report = house.look("b.md", after=MINUTE)
        assert report.deferred == ["batched"]
        assert (len(house.titles("feed.xml")), len(house.titles("batched.xml"))) == (2, 1)
        house.pipeline.run(type_scope(ticks=frozenset(["batched"])), house.now)
        assert len(house.titles("batched.xml")) == 2

    def test_a_summary_feed_has_no_content(self, house):
        house.use(feeds=(replace(MAIN, content="summary"),))
        house.article("a.md", "A", f"First paragraph. {'So it goes. ' * 20}\n\n## More\n\nThe rest of it.")
        house.run()
        (rss,), (atom,) = house.entries("feed.xml"), house.entries("feed.atom")
        assert "content" not in rss
        assert "content" not in atom
        assert "First paragraph." in rss.summary
        assert b"The rest of it" not in house.read("feed.xml") + house.read("feed.json")


def type_scope(**given):
    from feedd.pipeline import Scope

    return Scope(**given)


class TestWhenThingsBreak:
    def test_a_file_that_turns_bad_keeps_its_last_good_version(self, house):
        house.article("a.md", "A")
        house.article("b.md", "B")
        house.run()
        house.write("a.md", "---\ntitle: [unclosed\n---\n\ntext")
        report = house.run(after=MINUTE)
        assert sorted(house.titles()) == ["A", "B"]
        (problem,) = report.problems
        assert (problem.where, problem.level) == ("a.md", "error")
        assert problem.line is not None
        assert house.run(after=MINUTE).problems == []  # said once
        house.article("a.md", "A, mended")
        house.run(after=MINUTE)
        assert sorted(house.titles()) == ["A, mended", "B"]
        assert house.store.problems() == ()

    def test_a_folder_that_is_not_there_withdraws_nothing(self, house):
        house.article("a.md", "A")
        house.run()
        house.posts.rename(house.posts.with_name("unmounted"))
        report = house.run(after=MINUTE)
        assert house.titles() == ["A"]
        assert [p.code for p in report.problems] == ["FD306"]
        house.posts.with_name("unmounted").rename(house.posts)
        house.run(after=MINUTE)
        assert house.store.problems() == ()

    def test_many_missing_articles_are_held_until_a_person_accepts(self, house):
        for n in range(20):
            house.article(f"{n}.md", f"N {n}", f"Text {n}.")
        house.run()
        for n in range(15):
            (house.posts / f"{n}.md").unlink()
        report = house.run(after=MINUTE)
        assert (len(report.held), len(house.titles())) == (15, 20)
        assert [p.code for p in report.problems] == ["FD401"]
        assert house.run(after=MINUTE, accept=True).held == []
        assert len(house.titles()) == 5
        house.run(after=MINUTE)
        assert house.store.problems() == ()

    def test_an_empty_feed_is_never_published_by_accident(self, tmp_path):
        """A new memory and a folder that is not mounted: what stands in public is not replaced by nothing."""
        house = House(tmp_path)
        house.article("a.md", "A")
        house.run()
        before = house.read()
        house.posts.rename(tmp_path / "elsewhere")
        again = House.__new__(House)
        again.__dict__ |= house.__dict__ | {"store": MemoryStore()}
        again.restart()
        again.run()
        assert house.read() == before

    def test_a_file_of_somebody_else_is_not_overwritten(self, house):
        house.public.mkdir()
        (house.public / "feed.xml").write_text("<rss>hand-made</rss>")
        house.article("a.md", "A")
        report = house.run()
        assert (house.public / "feed.xml").read_text() == "<rss>hand-made</rss>"
        assert len(report.failed) == 1
        assert house.titles("feed.atom") == ["A"]

    @pytest.mark.parametrize("dies_in", ["apply", "put", "record"])
    def test_whatever_dies_in_between_nothing_is_lost(self, tmp_path, dies_in, monkeypatch):
        """The process ends before a step; the next start finishes the journey: published and announced, once."""
        store = SqlStore(str(tmp_path / "state.db"))
        house = House(tmp_path, endpoints=[HUB, HOOK], store=store)
        house.run()
        house.article("a.md", "A")

        class Killed(BaseException):
            pass

        def die(*_args: object, **_more: object) -> None:
            raise Killed

        owner = house.pipeline.publishers[0] if dies_in == "put" else store
        monkeypatch.setattr(owner, dies_in, die)
        with pytest.raises(Killed):
            house.run()
        monkeypatch.undo()
        house.restart()
        house.run(after=MINUTE)
        assert house.titles() == ["A"]
        assert len(waiting(house)) == 4
        assert house.run(after=MINUTE).deliveries == 0
        store.close()


def test_the_same_folder_gives_the_same_bytes_in_any_year_and_zone(tmp_path: Path) -> None:
    """Two first builds, thirty years and twelve hours apart."""
    from freezegun import freeze_time

    from feedd.wiring import clock

    made = []
    for name, moment, zone in (
        ("one", "2027-01-01", "Pacific/Auckland"),
        ("two", "2057-07-07 23:59:59", "America/Lima"),
    ):
        os.environ["TZ"], before = zone, os.environ.get("TZ")
        try:
            with freeze_time(moment, real_asyncio=True):
                house = House(tmp_path / name)
                house.article("dated.md", "Dated", date="2026-11-20T10:00:00+02:00")
                house.article("day.md", "Day", date="2026-11-20")
                house.write("undated.md", "# Undated\n\nText.")
                house.write("2026-11-19-named.md", "# Named\n\nText.")
                house.now = clock()
                house.run()
                made.append({path.name: path.read_bytes() for path in house.public.iterdir()})
        finally:
            os.environ.pop("TZ")
            if before is not None:
                os.environ["TZ"] = before
    assert made[0] == made[1]
    assert len(made[0]) == 3
