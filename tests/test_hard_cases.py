"""The journey where it is hard: identities that cross, settings that change, clocks that jump, things that break."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta

import pytest

from feedd.model import Feed, Query, Source, Target
from feedd.normalizer import body
from feedd.pipeline import Scope
from feedd.renderer import render
from feedd.store.memory import MemoryStore
from feedd.store.sql import SqlStore
from tests.support.house import HOOK, HUB, MAIN, START, House

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@pytest.fixture(params=["memory", "sqlite"])
def house(request, tmp_path):
    store = MemoryStore() if request.param == "memory" else SqlStore(str(tmp_path / "state.db"))
    yield House(tmp_path, endpoints=[HUB, HOOK], store=store)
    store.close()


def told(house):
    """What the webhook will hear: (event, title) of every entry that waits to be told."""
    return [
        (item["event"], item["title"])
        for delivery in house.store.deliveries(["pending"])
        if delivery.kind == "webhook"
        for item in delivery.payload["data"]["entries"]
    ]


def ids(house, path="feed.xml"):
    return {entry.title: entry.id for entry in house.entries(path)}


class TestIdentity:
    def test_two_files_that_swap_their_stated_ids_swap_their_entries(self, house):
        one, two = house.article("a.md", "A", id="urn:example:a"), house.article("b.md", "B", id="urn:example:b")
        house.run()
        spare = house.posts / "spare"
        one.rename(spare)
        two.rename(one)
        spare.rename(two)
        report = house.look("a.md", "b.md", after=MINUTE)
        assert report.problems == []
        assert ids(house) == {"A": "urn:example:a", "B": "urn:example:b"}
        assert house.store.index("posts")["a.md"].entry_id == "urn:example:b"

    def test_an_article_that_states_another_id_is_not_there_twice(self, house):
        house.article("a.md", "A", id="urn:example:old")
        house.run()
        house.article("a.md", "A", id="urn:example:new")
        report = house.look("a.md", after=MINUTE)
        assert ids(house) == {"A": "urn:example:new"}
        assert [entry.id for entry in report.withdrawn] == ["urn:example:old"]

    def test_an_article_that_takes_the_id_of_a_lost_one_leaves_its_own(self, house):
        house.article("a.md", "A", id="urn:example:a")
        house.article("b.md", "B", id="urn:example:b")
        house.run()
        (house.posts / "a.md").unlink()
        house.article("b.md", "B", id="urn:example:a")
        house.look("a.md", "b.md", after=MINUTE)
        assert ids(house) == {"B": "urn:example:a"}

    def test_a_refused_id_is_looked_at_again_when_the_other_one_let_it_go(self, house):
        """The second file was not touched, and yet it is published once its id is free."""
        house.article("a.md", "A", id="urn:example:one")
        house.run()
        house.article("b.md", "B", id="urn:example:one")
        assert [p.code for p in house.run(after=MINUTE).problems] == ["FD207"]
        assert house.run(after=MINUTE).problems == []  # said once
        house.article("a.md", "A", id="urn:example:two")
        house.run(after=MINUTE)
        house.run(after=MINUTE)
        assert ids(house) == {"A": "urn:example:two", "B": "urn:example:one"}
        assert house.store.problems() == ()

    def test_a_refused_file_that_goes_takes_its_problem_along(self, house):
        house.article("a.md", "A", id="urn:example:one")
        house.article("b.md", "B", id="urn:example:one")
        house.run()
        (house.posts / "b.md").unlink()
        house.run(after=MINUTE)
        assert house.store.problems() == ()

    def test_one_name_used_again_and_again_never_costs_an_article(self, house):
        """Somebody writes every article in new.md and renames it when it is done."""
        house.run()
        for n in range(6):
            house.article("new.md", f"Title {n}", f"unique{n} " * 20)
            house.look("new.md", after=MINUTE)
            (house.posts / "new.md").rename(house.posts / f"{n}.md")
            house.look("new.md", f"{n}.md", after=MINUTE)
        assert sorted(house.titles()) == [f"Title {n}" for n in range(6)]
        assert len(set(ids(house).values())) == 6

    def test_a_broken_file_that_is_renamed_keeps_its_last_good_version(self, house):
        house.article("a.md", "A")
        house.run()
        house.write("a.md", "---\ntitle: [unclosed\n---\n\ntext")
        house.run(after=MINUTE)
        (house.posts / "a.md").rename(house.posts / "b.md")
        house.look("a.md", "b.md", after=MINUTE)
        assert house.titles() == ["A"]
        house.article("b.md", "Mended")
        house.look("b.md", after=MINUTE)
        assert ids(house) == {"Mended": "tag:ann.example,2026:a"}

    def test_an_exact_copy_is_recognised_before_a_similar_text(self, house):
        words = "the sea and the wind and the birds above the harbour at noon in may"
        file = house.article("m.md", "Same", words)
        house.run()
        file.rename(house.posts / "z.md")
        house.article("a.md", "Same", words + " and more")
        house.look("a.md", "m.md", "z.md", after=MINUTE)
        assert house.store.index("posts")["z.md"].entry_id == "tag:ann.example,2026:m"

    def test_a_checkout_of_another_branch_and_back_is_no_news(self, house):
        files = {f"{n}.md": house.article(f"{n}.md", f"N {n}").read_bytes() for n in range(5)}
        house.run()
        before = house.read()
        for path in files:
            (house.posts / path).unlink()
        house.article("branch.md", "Elsewhere", "Quite another text.")
        house.run(after=HOUR)
        assert house.titles() == ["Elsewhere"]
        (house.posts / "branch.md").unlink()
        for path, data in files.items():
            (house.posts / path).write_bytes(data)
        house.run(after=HOUR)
        assert house.read() == before

    def test_a_renamed_source_keeps_the_ids(self, house):
        house.article("a.md", "A")
        house.article("b.md", "B", id="urn:example:b")
        house.run()
        before = ids(house)
        house.use(sources=(replace(house.settings.sources[0], name="articles"),))
        report = house.run(after=MINUTE)
        assert (ids(house), report.problems, told(house)) == (before, [], [])


class TestDates:
    def test_an_embargo_that_is_taken_away_leaves_no_date_in_the_future(self, house):
        house.article("a.md", "A", date="2027-01-01T00:00:00Z")
        house.run()
        house.article("a.md", "A")
        house.look("a.md", after=MINUTE)
        (entry,) = house.entries("feed.atom")
        assert entry.published == entry.updated == "2026-11-23T12:01:00Z"

    def test_updated_never_steps_back_over_a_time_as_a_draft(self, house):
        house.article("a.md", "A", date="2026-11-20T10:00:00Z")
        house.run()
        house.article("a.md", "A", "Edited.", date="2026-11-20T10:00:00Z")
        house.run(after=MINUTE)
        house.article("a.md", "A", "Edited.", date="2026-11-20T10:00:00Z", draft="true")
        house.run(after=MINUTE)
        house.article("a.md", "A", "Edited again.", date="2026-11-20T10:00:00Z")
        house.run(after=MINUTE)
        (entry,) = house.entries("feed.atom")
        assert (entry.published, entry.updated) == ("2026-11-20T10:00:00Z", "2026-11-23T12:03:00Z")

    def test_no_moment_has_a_fraction_of_a_second(self, house):
        house.run()
        house.now += timedelta(microseconds=654321)
        house.article("a.md", "A", draft="true")
        house.run()
        house.article("a.md", "A")
        house.run()
        house.article("a.md", "A", "Edited.")
        house.run()
        (entry,) = house.store.live_entries()
        assert (entry.published.microsecond, entry.updated.microsecond) == (0, 0)
        (house.posts / "a.md").unlink()
        house.run()
        assert house.store.entries_by_id([entry.id])[entry.id].entry.withdrawn.microsecond == 0

    def test_what_a_clock_that_ran_ahead_let_expire_comes_back(self, house):
        house.article("a.md", "A", expires="2027-06-01")
        house.run()
        house.run(after=timedelta(days=365))
        assert house.titles() == []
        house.run(after=-timedelta(days=364))
        assert house.titles() == ["A"]

    def test_a_year_before_1000_is_still_a_date(self, house):
        house.article("a.md", "A", date="0999-01-02T03:04:05Z")
        house.run()
        assert b"<published>0999-01-02T03:04:05Z</published>" in house.read("feed.atom")

    def test_old_entries_leave_a_feed_with_a_maximum_age_although_nothing_changes(self, house):
        house.use(feeds=(replace(MAIN, max_age=timedelta(hours=48)),))
        house.article("a.md", "A", date="2026-11-22T12:00:00Z")
        house.run()
        assert house.titles() == ["A"]
        house.run(after=timedelta(days=2), sweep=frozenset(["posts"]))
        assert house.titles() == []


class TestFeeds:
    def test_a_feed_that_an_entry_leaves_without_looking_different_loses_it(self, house):
        """The address is stated, so nothing a reader sees changes but where it stands."""
        feeds = (Feed("old", "Old", query=Query(folders=("old",))), Feed("new", "New", query=Query(folders=("new",))))
        house.use(feeds=feeds)
        file = house.article("old/a.md", "A", url="/a/")
        house.run()
        (house.posts / "new").mkdir()
        file.rename(house.posts / "new/a.md")
        house.look("old/a.md", "new/a.md", after=MINUTE)
        assert (house.titles("old.xml"), house.titles("new.xml")) == ([], ["A"])

    def test_an_article_that_chooses_other_feeds_leaves_the_first(self, house):
        house.use(feeds=(MAIN, Feed("second", "Second")))
        house.article("a.md", "A")
        house.run()
        house.article("a.md", "A", feeds="[second]")
        house.look("a.md", after=MINUTE)
        assert (house.titles("feed.xml"), house.titles("second.xml")) == ([], ["A"])

    def test_an_article_in_no_feed_is_announced_to_nobody(self, house):
        house.run()
        house.article("private.md", "Private", feed="false")
        house.run(after=MINUTE)
        assert told(house) == []
        assert house.store.events() == ()

    def test_a_tag_feeds_title_is_as_the_first_entry_wrote_it(self, house):
        house.use(feeds=(Feed("tags/{tag}", "About {tag}", each="tag"),))
        house.article("a.md", "A", tags="[Python]")
        house.run()
        house.article("b.md", "B", tags="[python]")
        house.look("b.md", after=MINUTE)
        assert b"<title>About Python</title>" in house.read("tags/python.xml")

    def test_a_tag_feed_that_lost_its_last_entry_stands_empty(self, house):
        house.use(feeds=(MAIN, Feed("tags/{tag}", "About {tag}", each="tag")))
        house.article("a.md", "A", tags="[x]")
        house.run()
        house.article("a.md", "A", tags="[y]")
        house.look("a.md", after=MINUTE)
        assert (house.titles("tags/x.xml"), house.titles("tags/y.xml")) == ([], ["A"])
        assert house.store.dirty() == ()

    def test_a_name_of_a_feed_that_nobody_knows_is_a_problem(self, house):
        house.use(feeds=(MAIN, Feed("tags/{tag}", "About {tag}", each="tag")))
        house.article("a.md", "A", tags="[x]", feeds="[mian, tags/x, 'fe*', 'tags/{tag}']")
        report = house.run()
        (problem,) = report.problems
        assert (problem.where, problem.level) == ("a.md", "warning")
        assert "mian" in problem.message
        assert "tags/x" not in problem.message


class TestSettingsThatChange:
    def test_the_entries_of_a_removed_source_leave_the_feeds_quietly_and_come_back(self, house, tmp_path):
        other = tmp_path / "other"
        other.mkdir()
        both = (*house.settings.sources, Source("other", str(other)))
        house.use(sources=both)
        house.article("a.md", "A")
        (other / "b.md").write_text("---\ntitle: B\nexpires: 2026-11-23T15:00:00Z\n---\n\nText of b.\n")
        (other / "bad.md").write_text("---\ntitle: [B\n---\n")
        house.run()
        before = ids(house)
        house.use(sources=both[:1])
        house.run(after=MINUTE)
        assert (house.titles(), told(house)) == (["A"], [])
        assert [key.root for key, _ in house.store.problems()] == []
        house.use(sources=both)
        house.run(after=MINUTE)
        assert (ids(house), told(house)) == (before, [])

    def test_another_link_template_gives_every_entry_its_new_address_and_no_noise(self, house):
        house.article("a.md", "A")
        house.run()
        house.use(sources=(replace(house.settings.sources[0], link="{site}/blog/{slug}"),))
        house.run(after=MINUTE)
        (entry,) = house.entries()
        assert (entry.link, entry.id) == ("https://ann.example/blog/a", "tag:ann.example,2026:a")
        assert told(house) == []
        assert house.run(after=MINUTE).read == 0

    def test_an_edit_made_together_with_a_change_of_settings_is_announced(self, house):
        house.article("a.md", "A")
        house.article("b.md", "B")
        house.run()
        house.article("b.md", "B", "Edited.")
        house.use(sources=(replace(house.settings.sources[0], link="{site}/blog/{slug}"),))
        house.run(after=MINUTE)
        assert told(house) == [("updated", "B")]

    def test_a_new_output_folder_gets_every_document(self, house, tmp_path):
        house.article("a.md", "A")
        house.run()
        from feedd.publisher.folder import FolderPublisher

        second = Target(str(tmp_path / "second"))
        house.pipeline.publishers = [*house.pipeline.publishers, FolderPublisher(second)]
        report = house.pipeline.run(Scope.everything(), house.now)
        assert (tmp_path / "second/feed.xml").read_bytes() == house.read()
        assert (report.published, report.deliveries) == ([], 0)

    def test_a_rebuild_puts_a_deleted_document_back(self, house):
        house.article("a.md", "A")
        house.run()
        whole = house.read()
        (house.public / "feed.xml").unlink()
        house.pipeline.run(Scope.everything(), house.now)
        assert house.read() == whole

    def test_removed_feeds_are_not_dirty_for_ever(self, house):
        house.article("a.md", "A", tags="[x]")
        house.use(feeds=(MAIN, Feed("second", "Second"), Feed("tags/{tag}", "{tag}", each="tag")))
        house.run()
        house.use(feeds=(MAIN,))
        house.run(after=MINUTE)
        assert house.store.dirty() == ()
        assert set(house.store.publications()) == {"feed.xml", "feed.atom", "feed.json"}


class TestWhatBreaks:
    def test_a_body_that_we_fail_to_render_is_published_as_text(self, house, monkeypatch):
        house.article("good.md", "Good")
        house.article("bad.md", "Bad", "Dear <b>reader</b>")
        real = body.content

        def broken(entry):
            if entry.title == "Bad":
                raise RecursionError("too deep")
            return real(entry)

        monkeypatch.setattr(body, "content", broken)
        report = house.run()
        assert sorted(house.titles()) == ["Bad", "Good"]
        assert b"Dear &amp;lt;b&amp;gt;reader" in house.read("feed.atom")
        assert [(p.code, p.where) for p in report.problems] == [("FD299", "bad.md")]
        monkeypatch.undo()
        house.article("bad.md", "Bad", "Dear reader")
        house.run(after=MINUTE)
        assert house.store.problems() == ()

    def test_a_feed_that_we_fail_to_render_does_not_stop_the_others(self, house, monkeypatch):
        house.use(feeds=(Feed("bad", "Bad"), Feed("good", "Good")))
        house.article("a.md", "A")
        real = render.render

        def broken(snapshot, fragments):
            if snapshot.feed.path == "bad":
                raise ValueError("no")
            return real(snapshot, fragments)

        monkeypatch.setattr(render, "render", broken)
        report = house.run()
        assert house.titles("good.xml") == ["A"]
        assert [p.code for p in report.problems] == ["FD502"]
        assert house.run(after=MINUTE).problems == []
        monkeypatch.undo()
        house.run(after=MINUTE)
        assert house.titles("bad.xml") == ["A"]
        assert house.store.problems() == ()

    def test_one_document_that_cannot_be_put_does_not_silence_the_others_entries(self, house):
        house.use(feeds=(Feed("a", "A", query=Query(folders=("a",))), Feed("b", "B", query=Query(folders=("b",)))))
        house.run()
        (house.public / "a.xml").write_text("<rss>hand-made</rss>")
        house.article("a/one.md", "One")
        house.article("b/two.md", "Two")
        report = house.run(after=MINUTE)
        assert len(report.failed) == 1
        assert told(house) == [("published", "Two")]
        (house.public / "a.xml").unlink()
        house.run(after=MINUTE)
        assert told(house) == [("published", "Two"), ("published", "One")]

    def test_a_target_that_fails_is_said_once_whatever_the_number_of_feeds(self, house):
        house.use(feeds=tuple(Feed(f"f{n:02}", f"F {n}") for n in range(30)))
        house.public.mkdir()
        (house.public / "f00.xml").write_text("<rss>hand-made</rss>")
        house.article("a.md", "A")
        assert [p.code for p in house.run().problems] == ["FD501"]
        assert house.run(after=MINUTE).problems == []
        assert [p.code for _, p in house.store.problems()] == ["FD501"]
        (house.public / "f00.xml").unlink()
        house.run(after=MINUTE)
        assert house.store.problems() == ()

    def test_an_output_folder_that_cannot_be_opened_is_a_problem_and_no_crash(self, house):
        house.article("a.md", "A")
        house.run()
        house.public.rename(house.public.with_name("away"))
        house.public.symlink_to(house.public)
        house.article("a.md", "A2")
        report = house.run(after=MINUTE)
        assert [p.code for p in report.problems] == ["FD501"]
        house.restart()
        house.pipeline.preload()
        house.public.unlink()
        house.public.with_name("away").rename(house.public)
        house.run(after=MINUTE)
        assert (house.titles(), house.store.problems()) == (["A2"], ())

    @pytest.mark.parametrize("patient", [False, True])
    def test_held_withdrawals_are_said_once(self, house, patient):
        for n in range(20):
            house.article(f"{n}.md", f"N {n}", f"Text {n}.")
        house.run()
        for n in range(15):
            (house.posts / f"{n}.md").unlink()
        said = []
        for _ in range(3):
            report = house.run(after=MINUTE, patient=patient)
            said += report.problems
            if patient:
                said += house.look(*(key.path for key in report.unsure)).problems
        assert [p.code for p in said] == ["FD401"]
        assert [p.code for _, p in house.store.problems()] == ["FD401"]

    def test_an_unreadable_file_that_goes_takes_its_problem_along(self, house, monkeypatch):
        from feedd.model import Problem, Refused

        house.article("a.md", "A")
        real = type(house.watcher).read
        refusal = Problem("FD312", "posts/a.md", "no permission to read the file")
        monkeypatch.setattr(type(house.watcher), "read", lambda self, source, stat: Refused(stat.key, refusal))
        house.run()
        house.run(after=MINUTE)
        assert [p.code for _, p in house.store.problems()] == ["FD312"]
        monkeypatch.setattr(type(house.watcher), "read", real)
        (house.posts / "a.md").unlink()
        house.run(after=MINUTE)
        assert house.store.problems() == ()

    def test_a_problem_that_was_found_by_a_run_that_died_is_said_by_the_next(self, house, monkeypatch):
        house.write("a.md", "---\ntitle: [unclosed\n---\n\ntext")

        def die(*_args, **_more):
            raise OSError

        monkeypatch.setattr(type(house.store), "apply", die)
        with pytest.raises(OSError):
            house.run()
        monkeypatch.undo()
        assert len(house.run(after=MINUTE).problems) == 1

    def test_a_withdrawn_entry_leaves_no_rendered_body_behind(self, house):
        house.article("a.md", "A")
        house.run()
        (entry,) = house.store.live_entries()
        assert house.store.contents([entry], body.VERSION)
        (house.posts / "a.md").unlink()
        house.run(after=MINUTE)
        assert house.store.contents([entry], body.VERSION) == {}


class TestAddresses:
    @pytest.mark.parametrize(
        ("path", "url"),
        [
            ("100% sure?.md", "https://ann.example/100%25%20sure%3F/"),
            ("a#b.md", "https://ann.example/a%23b/"),
            ("été/naïve.md", "https://ann.example/%C3%A9t%C3%A9/na%C3%AFve/"),
            ("{slug}.md", "https://ann.example/%7Bslug%7D/"),
            ("what?.html", "https://ann.example/what%3F.html"),
            ("a#b.html", "https://ann.example/a%23b.html"),
            ("index.html", "https://ann.example/"),
            ("trip/index.html", "https://ann.example/trip/"),
            ("myindex.html", "https://ann.example/myindex.html"),
        ],
    )
    def test_any_file_name_makes_an_address(self, tmp_path, path, url):
        house = House(tmp_path)
        text = "<title>T</title><p>Text.</p>" if path.endswith("html") else "# T\n\nText."
        house.write(path, text)
        house.run()
        assert [entry.link for entry in house.entries()] == [url]

    @pytest.mark.parametrize(
        ("given", "url"),
        [
            ("javascript:alert(1)", "https://ann.example/a/"),
            ("//evil.example/x", "https://ann.example/a/"),
            ("data:text/html,x", "https://ann.example/a/"),
            ("https://", "https://ann.example/a/"),
            ("/été/?q=ä", "https://ann.example/%C3%A9t%C3%A9/?q=%C3%A4"),
            ("https://münchen.example/bier", "https://xn--mnchen-3ya.example/bier"),
            ("/100%/", "https://ann.example/100%25/"),
            ("/a%20b/", "https://ann.example/a%20b/"),
        ],
    )
    def test_a_stated_address_is_a_web_address_or_nothing(self, tmp_path, given, url):
        house = House(tmp_path)
        house.article("a.md", "T", url=f'"{given}"')
        house.run()
        assert [entry.link for entry in house.entries()] == [url]

    def test_a_stated_picture_has_an_ascii_address(self, tmp_path):
        house = House(tmp_path)
        house.article("a.md", "T", image='"my phöto.jpg"')
        house.run()
        (entry,) = house.store.live_entries()
        assert entry.image.url == "https://ann.example/a/my%20ph%C3%B6to.jpg"

    @pytest.mark.parametrize("id", ["a b", "42", "ünï ☃", "x" * 5000, "<&>\"'", "tag:ann.example,2026:b"])
    def test_any_stated_id_is_carried_as_it_is(self, tmp_path, id):
        house = House(tmp_path)
        house.article("a.md", "A", id=f"'{id.replace(chr(39), chr(39) * 2)}'")
        house.article("b.md", "B")
        house.run()
        assert ids(house)["A"] == ids(house, "feed.atom")["A"] == id
        assert len(house.titles()) == 2

    def test_an_article_of_nothing_but_a_title(self, tmp_path):
        house = House(tmp_path)
        house.write("a.md", "---\ntitle: Only a title\n---\n")
        house.run()
        for path in ("feed.xml", "feed.atom"):
            assert house.titles(path) == ["Only a title"]


def test_the_shelf_follows_the_clock_of_the_files_only(tmp_path):
    """A file from the future is dated now, not then."""
    house = House(tmp_path)
    house.write("a.md", "# A\n\nText.", at=START + timedelta(days=900))
    house.run()
    (entry,) = house.entries("feed.atom")
    assert entry.published == "2026-11-23T12:00:00Z"
    assert os.stat(house.posts / "a.md").st_mtime > START.timestamp()
