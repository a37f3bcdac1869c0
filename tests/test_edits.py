"""What an edit does to readers, and what is remembered of it: significance, history, dates, tombstones."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from lxml import etree

from feedd.model import Feed
from feedd.store.memory import MemoryStore
from feedd.store.sql import SqlStore
from tests.support.house import HOOK, HUB, MAIN, START, House

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
AT = "{http://purl.org/atompub/tombstones/1.0}"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(params=["memory", "sqlite"])
def house(request, tmp_path):
    """Both stores: the journey must not know the difference."""
    store = MemoryStore() if request.param == "memory" else SqlStore(str(tmp_path / "state.db"))
    yield House(tmp_path, endpoints=[HUB, HOOK], store=store)
    store.close()


def items(house, path="feed.json"):
    return {item["title"]: item for item in json.loads(house.read(path))["items"]}


def told(house):
    """Who is told; and that is over now."""
    waiting = house.store.deliveries(["pending"])
    house.store.drop_endpoints([])
    return sorted(delivery.kind for delivery in waiting)


def moments(house, path):
    (found,) = house.store.find_entries(path)
    return [(each.kind, each.why, *each.differences) for each in house.store.history(found.entry.id)]


def entry_of(house, path):
    (found,) = house.store.find_entries(path)
    return found.entry


class TestEdits:
    @pytest.fixture(autouse=True)
    def published(self, house):
        house.article("a.md", "A", "Some *words* of mine.", date="2026-11-20")
        house.article("b.md", "B")
        house.run()
        house.before = {suffix: house.read(f"feed.{suffix}") for suffix in ("xml", "atom", "json")}

    def test_an_edit_that_readers_cannot_see_changes_no_byte(self, house):
        """Markup, quotes, the order of keys: the file is known as it is now, and that is all."""
        house.write("a.md", '---\ndate: 2026-11-20\ntitle: "A"\n---\n\nSome _words_\nof mine.\n')
        report = house.run(after=MINUTE)
        assert (report.changes, report.rendered, told(house)) == (0, [], [])
        assert {suffix: house.read(f"feed.{suffix}") for suffix in house.before} == house.before
        assert moments(house, "a.md")[0] == ("unchanged", "the same path")
        assert house.run(after=MINUTE).read == 0

    def test_many_of_those_do_not_add_up_unseen(self, house):
        """What was published is what the next edit is compared with."""
        for text in ("Some _words_ of mine.", "Some <em>words</em> of mine.", "Some _words_ of yours."):
            house.article("a.md", "A", text, date="2026-11-20")
            house.run(after=MINUTE)
        assert items(house)["A"]["date_modified"] == "2026-11-23T12:03:00Z"
        assert "<em>words</em> of yours" in items(house)["A"]["content_html"]
        assert moments(house, "a.md")[0] == ("revised", "the same path", "text: 1 word more, 1 less")

    def test_another_style_goes_out_and_nobody_is_told(self, house):
        house.article("a.md", "A", "Some **words** of mine.", date="2026-11-20")
        house.run(after=MINUTE)
        assert "<strong>" in items(house)["A"]["content_html"]
        assert items(house)["A"]["date_modified"] == items(house)["A"]["date_published"]
        assert told(house) == []
        assert moments(house, "a.md")[0] == ("revised", "the same path", "style")

    def test_a_word_moves_updated_and_is_announced(self, house):
        house.article("a.md", "A", "Some *words* of yours.", date="2026-11-20")
        house.run(after=MINUTE)
        assert items(house)["A"]["date_modified"] == "2026-11-23T12:01:00Z"
        assert told(house) == ["webhook", *["websub"] * 3]

    def test_a_minor_edit_goes_out_and_nobody_is_told(self, house):
        house.article("a.md", "A", "Quite other words.", date="2026-11-20", minor="true")
        house.run(after=MINUTE)
        assert "Quite other" in items(house)["A"]["content_html"]
        assert items(house)["A"]["date_modified"] == items(house)["A"]["date_published"]
        assert told(house) == []
        (moment, _) = house.store.history(entry_of(house, "a.md").id)
        assert not moment.announced

    def test_a_minor_article_is_announced_the_first_time(self, house):
        """The word is about edits; a draft that is published is none."""
        house.article("c.md", "C", minor="true")
        house.article("d.md", "D", minor="true", draft="true")
        house.run(after=MINUTE)
        assert told(house) == ["webhook", *["websub"] * 3]
        house.article("d.md", "D", minor="true")
        house.run(after=MINUTE)
        assert told(house) == ["webhook", *["websub"] * 3]
        house.article("d.md", "D", minor="true", draft="true")
        house.run(after=MINUTE)
        assert told(house) == ["webhook", *["websub"] * 3]

    def test_a_major_edit_counts_whatever_it_is(self, house):
        """But a file that was only touched is no edit."""
        house.article("a.md", "A", "Some _words_ of mine.", date="2026-11-20", major="true")
        house.run(after=MINUTE)
        assert items(house)["A"]["date_modified"] == "2026-11-23T12:01:00Z"
        assert told(house) == ["webhook", *["websub"] * 3]
        os.utime(house.posts / "a.md", (1, 1))
        house.run(after=MINUTE)
        assert items(house)["A"]["date_modified"] == "2026-11-23T12:01:00Z"
        assert told(house) == []

    def test_updated_as_stated_wins(self, house):
        house.article("a.md", "A", "Some _words_ of mine.", date="2026-11-20", updated="2026-11-22")
        house.run(after=MINUTE)
        assert items(house)["A"]["date_modified"] == "2026-11-22T00:00:00Z"
        assert told(house) == ["webhook", *["websub"] * 2]  # RSS does not say when something changed
        assert moments(house, "a.md")[0][2:] == ("updated",)
        house.article("a.md", "A", "Quite other words.", date="2026-11-20", updated="2026-11-22")
        house.run(after=MINUTE)
        assert items(house)["A"]["date_modified"] == "2026-11-22T00:00:00Z"
        assert told(house) == ["webhook", *["websub"] * 3]

    def test_an_edit_of_settings_after_an_edit_that_nobody_saw_is_quiet_too(self, house):
        """The version that readers have and the file differ; reading everything again tells nobody."""
        house.article("a.md", "A", "Some _words_ of mine.", date="2026-11-20")
        house.run(after=MINUTE)
        house.use(site=replace(house.settings.site, language="de"))
        house.run(after=MINUTE)
        assert told(house) == []
        assert items(house)["A"]["date_modified"] == items(house)["A"]["date_published"]

    def test_an_edit_of_a_file_that_moved_is_one_line(self, house):
        (house.posts / "a.md").unlink()
        house.article("new/a.md", "A", "Some *words* of yours.", date="2026-11-20")
        house.run(after=MINUTE)
        kind, why, *differences = moments(house, "new/a.md")[0]
        assert (kind, why) == ("revised", "most words in common with lost a.md")
        assert differences == ["link", "text: 1 word more, 1 less"]


class TestHistory:
    def test_a_life(self, house):
        """Each line says what happened and how the entry was recognised."""
        house.run()
        house.article("a.md", "A", "Ten words of which none is in any other text.", expires="2026-11-24 12:00")
        house.run(after=MINUTE)
        (house.posts / "a.md").rename(house.posts / "b.md")
        house.run(after=MINUTE)
        (house.posts / "b.md").unlink()
        house.run(after=MINUTE)
        house.article("b.md", "A", "Ten words of which none is in any other text.", expires="2026-11-24 12:00")
        house.run(after=MINUTE)
        house.write("b.md", "---\ntitle: [\n---\n")
        house.run(after=MINUTE)
        house.run(after=DAY)
        assert moments(house, "b.md") == [
            ("hidden", "it expired"),
            ("unchanged", "the last good version stays (FD224)"),
            ("added", "came back"),
            ("withdrawn", "its file is gone"),
            ("revised", "the same text as lost a.md", "link"),
            ("added", "a new file"),
        ]

    def test_a_draft_that_is_none_any_more_says_so(self, house):
        house.article("a.md", "A", draft="true")
        house.run()
        house.article("a.md", "A")
        house.run(after=MINUTE)
        assert moments(house, "a.md")[0][2:] == ("date: 2026-11-23 12:00 -> 2026-11-23 12:01", "no draft any more")

    def test_who_states_another_id_leaves_as_who_it_was(self, house):
        house.article("a.md", "A")
        house.run()
        old = entry_of(house, "a.md").id
        house.article("a.md", "A", id="urn:x")
        house.run(after=MINUTE)
        assert [m.why for m in house.store.history(old)] == ["its file states another id", "a new file"]
        assert [m.why for m in house.store.history("urn:x")] == ["states this id"]


class TestDates:
    @pytest.mark.parametrize("date", ["2026-11-23", None, "2026-11-23T09:00:00Z"])
    def test_a_date_never_moves_after_the_first_sight(self, house, date):
        """Not with an edit on the same day, not with `touch`, not with a checkout, not in a second build of it."""
        fields = {"date": date} if date else {}
        house.settings = replace(
            house.settings, sources=(replace(house.settings.sources[0], link="{site}/{year}/{month}/{day}/{slug}/"),)
        )
        house.restart()
        house.article("a.md", "A", **fields)
        house.run()
        first = entry_of(house, "a.md")
        for hours, text in enumerate(("Other words.", "Other words.", "Some text.", "And again."), 1):
            house.article("a.md", "A", text, **fields)
            moment = START + timedelta(hours=hours * 9)
            os.utime(house.posts / "a.md", (moment.timestamp(), moment.timestamp()))
            house.restart()
            house.run(after=9 * HOUR)
            now = entry_of(house, "a.md")
            assert (now.id, now.published, now.url) == (first.id, first.published, first.url)
            assert now.updated >= now.published

    def test_a_new_date_of_its_author_is_believed(self, house):
        house.article("a.md", "A", date="2026-11-23")
        house.run()
        house.article("a.md", "A", date="2026-11-21")
        house.run(after=MINUTE)
        assert entry_of(house, "a.md").published == datetime(2026, 11, 21, tzinfo=UTC)

    def test_an_undated_file_of_a_repository_has_the_date_of_its_first_commit(self, house):
        """A clone gives every file the same time; what the file says itself is believed first, and it is no embargo."""

        def git(*arguments, when=None):
            env = {"GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when} if when else {}
            names = ("-c", "user.name=Ann", "-c", "user.email=ann@ann.example", "-c", "commit.gpgsign=false")
            subprocess.run(
                ["git", *names, *arguments], cwd=house.posts, check=True, capture_output=True, env={**os.environ, **env}
            )

        house.article("old.md", "Old")
        house.article("dated.md", "Dated", date="2026-01-01")
        git("init", "-q")
        git("add", ".")
        git("commit", "-qm", "one", when="2024-05-06T07:08:09Z")
        house.article("new.md", "New")
        house.run()
        found = {entry.title: (entry.published, entry.publish_at) for entry in house.store.live_entries()}
        assert found["Old"] == (datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC), None)
        assert found["Dated"][0] == datetime(2026, 1, 1, tzinfo=UTC)
        assert found["New"] == (START, None)
        assert entry_of(house, "old.md").id == "tag:ann.example,2024:old"
        git("add", ".")
        git("commit", "-qm", "two", when="2026-11-20T00:00:00Z")
        house.article("new.md", "New", "Other words.")
        house.run(after=MINUTE)
        assert entry_of(house, "new.md").published == START


class TestTombstones:
    @pytest.fixture(autouse=True)
    def published(self, house):
        house.use(feeds=(MAIN, Feed("tags/{tag}", "{tag}", each="tag")))
        for name in "abc":
            house.article(f"{name}.md", name.upper(), tags=f"[{name}]")
        house.run()

    def deleted(self, house, path="feed.json"):
        return [each["id"] for each in json.loads(house.read(path))["_feedd"].get("deleted", [])]

    def test_a_first_build_makes_none(self, house):
        assert self.deleted(house) == []
        assert b"deleted-entry" not in house.read("feed.atom")

    def test_an_article_that_is_deleted_is_named_where_the_format_can(self, house):
        """Atom by RFC 6721, JSON Feed by our extension; the Atom feed's date says that there is news."""
        rss = etree.fromstring(house.read()).findtext("channel/lastBuildDate")
        (house.posts / "a.md").unlink()
        house.run(after=HOUR)
        root = etree.fromstring(house.read("feed.atom"))
        (gone,) = root.iter(f"{AT}deleted-entry")
        assert dict(gone.attrib) == {"ref": "tag:ann.example,2026:a", "when": "2026-11-23T13:00:00Z"}
        assert root.findtext(f"{ATOM}updated") == "2026-11-23T13:00:00Z"
        assert json.loads(house.read("feed.json"))["_feedd"]["deleted"] == [
            {
                "id": "tag:ann.example,2026:a",
                "url": "https://ann.example/a/",
                "date_deleted": "2026-11-23T13:00:00Z",
            }
        ]
        assert etree.fromstring(house.read()).findtext("channel/lastBuildDate") == rss
        assert len(house.entries("feed.atom")) == 2
        assert self.deleted(house, "tags/a.json") == ["tag:ann.example,2026:a"]
        assert self.deleted(house, "tags/b.json") == []

    def test_drafts_expiry_and_other_tags_count_and_who_is_back_is_not_named(self, house):
        house.article("a.md", "A", tags="[a]", draft="true")
        house.article("b.md", "B", tags="[b]", expires="2026-11-23 14:00")
        house.article("c.md", "C", tags="[x]")
        house.run(after=HOUR)
        house.run(after=HOUR)
        assert self.deleted(house) == ["tag:ann.example,2026:b", "tag:ann.example,2026:a"]
        assert self.deleted(house, "tags/c.json") == ["tag:ann.example,2026:c"]
        house.article("a.md", "A", tags="[a]")
        house.run(after=HOUR)
        assert self.deleted(house) == ["tag:ann.example,2026:b"]
        assert self.deleted(house, "tags/a.json") == []

    def test_time_alone_rewrites_nothing_and_the_next_change_forgets(self, house):
        (house.posts / "a.md").unlink()
        house.run(after=HOUR)
        before = house.read("feed.atom")
        assert house.run(after=90 * DAY, ticks=None).rendered == []
        house.restart()
        house.run(after=90 * DAY)
        assert house.read("feed.atom") == before
        house.article("b.md", "B", "Other words.", tags="[b]")
        house.run(after=HOUR)
        assert self.deleted(house) == []

    def test_other_settings_make_none_and_may_forbid_them(self, house):
        house.use(feeds=(Feed("feed", "Ann writes", query=replace(MAIN.query, tags=("a", "b"))),))
        house.run(after=HOUR)
        assert self.deleted(house) == []
        (house.posts / "a.md").unlink()
        house.use(tombstones=timedelta(0))
        house.run(after=HOUR)
        assert self.deleted(house) == []
