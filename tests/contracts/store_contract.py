"""What every store promises (`feedd.ports.Store`). A store passes by inheriting this and giving the `store` fixture."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from feedd.model import (
    ArchivePage,
    ChangeKind,
    ChangeSet,
    Content,
    DeliveryState,
    DirtyFeed,
    EntryChange,
    EventKind,
    Moment,
    Person,
    Problem,
    Tombstone,
    Verdict,
)
from feedd.ports import Store
from tests.support.make import (
    NOON,
    added,
    at,
    delivery,
    digest,
    entry,
    feed,
    file,
    key,
    publication,
    revised,
    stat,
)

FEED = feed()
LEASE = timedelta(seconds=45)


def in_feed(*entries, feeds=(FEED,)):
    return {item.id: tuple(feeds) for item in entries}


def withdrawn(item, moment=NOON):
    gone = replace(item, withdrawn=moment)
    return ChangeSet(changes=(EntryChange(ChangeKind.WITHDRAWN, gone, item),), forgotten=(item.key,))


def done(status=204):
    return Verdict(DeliveryState.DONE, None, "", status)


def later(due, detail="HTTP 503"):
    return Verdict(DeliveryState.PENDING, due, detail, 503)


class StoreContract:
    @pytest.fixture
    def store(self) -> Store:
        raise NotImplementedError

    # --- files and entries

    def test_an_entry_comes_back_as_it_went_in(self, store):
        full = entry(
            "a/ünïcode.md",
            authors=(Person("Ann", "ann@ann.example", "https://ann.example/me"),),
            categories=("news",),
            tags=("python", "c++"),
            summary="In short.",
            expires_at=at(days=900),
            publish_at=at(days=-1),
            feeds=("feed",),
        )
        store.apply(added(full), in_feed(full), NOON)
        assert store.known([full.key])[full.key].entry == full
        assert store.entries_by_id([full.id])[full.id].live is True
        assert store.window(FEED, NOON) == (full,)

    def test_some_stay_although_they_are_too_old(self, store):
        """`at_least` counts from the newest, whatever their age; `limit` still holds, and equal dates take no more."""
        items = [entry(f"{n}.md", published=at(days=-n)) for n in range(4)]
        twin = entry("3b.md", published=at(days=-3))
        store.apply(added(*items, twin), in_feed(*items, twin), NOON)
        for least, limit, count in ((0, 50, 2), (1, 50, 2), (3, 50, 3), (4, 50, 4), (9, 50, 5), (4, 3, 3)):
            feed = replace(FEED, max_age=timedelta(days=1, hours=1), at_least=least, limit=limit)
            assert [e.id for e in store.window(feed, NOON)] == [e.id for e in (*items, twin)][:count]
            assert [id for id, _ in store.window_digests(feed, NOON)] == [e.id for e in store.window(feed, NOON)]

    def test_other_front_matter_moves_an_entry_and_is_no_event(self, store):
        one = entry("one.md", matter='{"rating":2}')
        store.apply(added(one), in_feed(one), NOON)
        store.record([], [], clean=["feed"], consumed=range(100), now=NOON)
        better, best = replace(one, matter='{"rating":5}'), replace(FEED, path="best")
        change = EntryChange(ChangeKind.UNCHANGED, better, one)
        store.apply(ChangeSet(changes=(change,), index=(file(better),)), {one.id: (FEED, best)}, at(hours=1))
        assert store.window(best, NOON) == (better,)
        assert {dirty.path for dirty in store.dirty()} == {"feed", "best"}
        assert store.events() == ()

    def test_the_index_knows_each_file_and_what_it_became(self, store):
        one = entry("one.md")
        store.apply(added(one), in_feed(one), NOON)
        store.apply(ChangeSet(index=(file(None, "notes.md"),)), {}, NOON)
        assert store.index("posts") == {"one.md": file(one), "notes.md": file(None, "notes.md")}
        assert store.index("elsewhere") == {}

    def test_the_index_can_be_asked_for_a_few_paths(self, store):
        for path in ("a.md", "a/b.md", "a/c/d.md", "a-b.md", "a0.md", "z.md"):
            store.apply(ChangeSet(index=(file(None, path),)), {}, NOON)
        assert set(store.index("posts", under=["a"])) == {"a/b.md", "a/c/d.md"}
        assert set(store.index("posts", under=["a.md", "a/c", "nobody"])) == {"a.md", "a/c/d.md"}
        assert len(store.index("posts", under=[""])) == 6
        assert store.index("posts", under=[]) == {}

    def test_a_key_never_seen_is_left_out(self, store):
        assert store.known([key("nobody.md")]) == {}
        assert store.entries_by_id(["tag:nobody"]) == {}

    def test_a_withdrawn_entry_is_still_known_by_its_path(self, store):
        """A file that comes back is the same entry."""
        one = entry("one.md")
        store.apply(added(one), in_feed(one), NOON)
        store.apply(withdrawn(one), {}, NOON)
        known = store.known([one.key])[one.key]
        assert known.file is None
        assert known.entry == replace(one, withdrawn=NOON)
        assert not known.live

    def test_applying_twice_leaves_the_same_state(self, store):
        one = entry("one.md")
        store.apply(added(one), in_feed(one), NOON)
        store.record([], [], clean=["feed"], consumed=range(100), now=NOON)
        store.apply(added(one), in_feed(one), NOON)
        assert store.dirty() == ()
        assert store.events() == ()
        assert store.window(FEED, NOON) == (one,)

    def test_a_feed_can_be_made_dirty_with_what_is_recorded(self, store):
        """Loudly, also where the same call has other feeds clean."""
        one = entry("one.md")
        store.apply(added(one), in_feed(one), NOON)
        store.record([], [], clean=["feed"], dirty=["other"], now=NOON)
        assert store.dirty() == (DirtyFeed("other", loud=True),)

    def test_many_entries_at_once(self, store):
        many = [entry(f"n{n:04}.md", published=at(seconds=n)) for n in range(1200)]
        store.apply(added(*many), in_feed(*many), at(days=1))
        assert len(store.index("posts")) == 1200
        assert len(store.known([item.key for item in many])) == 1200
        page = store.live_entries("", 1000)
        rest = store.live_entries(page[-1].id, 1000)
        assert [e.id for e in page + rest] == sorted(e.id for e in many)
        assert store.counts()["live"] == 1200

    # --- what a change means to readers

    def test_a_new_entry_makes_its_feeds_dirty_and_leaves_an_event(self, store):
        one = entry("one.md")
        store.apply(added(one), in_feed(one), NOON)
        assert store.dirty() == (DirtyFeed("feed", loud=True),)
        (event,) = store.events()
        assert (event.kind, event.entry) == (EventKind.PUBLISHED, one)

    def test_a_quiet_change_is_published_but_not_announced(self, store):
        one = entry("one.md")
        store.apply(added(one, quiet=True), in_feed(one), NOON)
        assert store.dirty() == (DirtyFeed("feed", loud=False),)
        assert store.events() == ()

    def test_loud_wins_over_quiet(self, store):
        one, two = entry("one.md"), entry("two.md")
        store.apply(added(one), in_feed(one), NOON)
        store.apply(added(two, quiet=True), in_feed(two), NOON)
        assert store.dirty() == (DirtyFeed("feed", loud=True),)

    def test_an_edit_is_an_update_event(self, store):
        one = entry("one.md")
        store.apply(added(one), in_feed(one), NOON)
        edited = entry("one.md", title="Better", updated=at(minutes=1))
        store.apply(revised(edited), in_feed(edited), NOON)
        assert [e.kind for e in store.events()] == [EventKind.PUBLISHED, EventKind.UPDATED]
        assert all(e.entry == edited for e in store.events())

    def test_a_moved_entry_leaves_one_feed_and_joins_another(self, store):
        one, old, new = entry("one.md"), feed("tags/old"), feed("tags/new")
        store.apply(added(one), in_feed(one, feeds=[old]), NOON)
        store.record([], [], clean=["tags/old"], consumed=range(100), now=NOON)
        edited = entry("one.md", tags=("new",))
        store.apply(revised(edited), in_feed(edited, feeds=[new]), NOON)
        assert store.dirty() == (DirtyFeed("tags/new", True), DirtyFeed("tags/old", True))
        assert store.window(old, NOON) == ()
        assert store.window(new, NOON) == (edited,)

    def test_a_withdrawal_leaves_the_feed_and_says_so(self, store):
        one = entry("one.md")
        store.apply(added(one), in_feed(one), NOON)
        store.record([], [], clean=["feed"], consumed=range(100), now=NOON)
        store.apply(withdrawn(one), {}, NOON)
        assert store.window(FEED, NOON) == ()
        assert store.dirty() == (DirtyFeed("feed", True),)
        assert [e.kind for e in store.events()] == [EventKind.WITHDRAWN]
        assert store.index("posts") == {}

    def test_a_draft_touches_no_feed(self, store):
        draft = entry("draft.md", draft=True)
        store.apply(added(draft), in_feed(draft), NOON)
        assert (store.dirty(), store.events(), store.window(FEED, NOON)) == ((), (), ())
        assert store.counts()["drafts"] == 1

    def test_a_touched_file_changes_nothing_for_readers(self, store):
        one = entry("one.md")
        store.apply(added(one), in_feed(one), NOON)
        store.record([], [], clean=["feed"], consumed=range(100), now=NOON)
        store.apply(ChangeSet(index=(file(one, mtime_ns=99),)), {}, NOON)
        assert (store.dirty(), store.events()) == ((), ())
        assert store.index("posts")["one.md"].stat.mtime_ns == 99

    # --- moments

    def test_an_embargo_ends_at_its_moment(self, store):
        later_one = entry("later.md", publish_at=at(hours=1), published=at(hours=1))
        store.apply(added(later_one), in_feed(later_one), NOON)
        assert store.window(FEED, NOON) == ()
        assert store.next_due(NOON) == at(hours=1)
        assert store.due(at(minutes=59, seconds=59)) == ()
        assert store.due(at(hours=1)) == (later_one,)
        store.turn([later_one], in_feed(later_one), at(hours=1))
        assert store.window(FEED, at(hours=1)) == (later_one,)
        assert store.due(at(hours=1)) == ()
        assert store.next_due(at(hours=1)) is None
        assert [e.kind for e in store.events()] == [EventKind.PUBLISHED]

    def test_an_expiry_leaves_at_its_moment(self, store):
        short = entry("short.md", expires_at=at(hours=1))
        store.apply(added(short), in_feed(short), NOON)
        assert store.next_due(NOON) == at(hours=1)
        assert store.due(at(hours=1)) == (short,)
        store.turn([short], {}, at(hours=1))
        assert store.window(FEED, at(hours=1)) == ()
        assert [e.kind for e in store.events()] == [EventKind.PUBLISHED, EventKind.WITHDRAWN]

    def test_a_moment_slept_through_entirely_shows_nothing(self, store):
        """An entry whose embargo and expiry both passed while nobody looked never appears."""
        brief = entry("brief.md", publish_at=at(hours=1), expires_at=at(hours=2))
        store.apply(added(brief), in_feed(brief), NOON)
        assert store.due(at(hours=3)) == ()
        assert store.next_due(at(hours=3)) is None

    def test_a_clock_that_steps_back_takes_nothing_back(self, store):
        out = entry("out.md", publish_at=at(hours=1))
        store.apply(added(out), in_feed(out), at(hours=1))
        edited = replace(out, title="Edited", digest="d2")
        store.apply(revised(edited), in_feed(edited), NOON)
        assert store.window(FEED, NOON) == (edited,)

    def test_a_person_may_move_the_moment_back_into_the_future(self, store):
        out = entry("out.md", publish_at=at(hours=1))
        store.apply(added(out), in_feed(out), at(hours=1))
        moved = replace(out, publish_at=at(hours=9), digest="d2")
        store.apply(revised(moved), in_feed(moved), at(hours=2))
        assert store.window(FEED, at(hours=2)) == ()

    # --- history

    def test_every_change_is_a_line_of_history(self, store):
        """Newest first, as it was decided; the same change applied twice is one line."""
        one = entry("one.md")
        store.apply(added(one, quiet=True), in_feed(one), NOON)
        edit = EntryChange(
            ChangeKind.REVISED, replace(one, digest="d2"), one, "the same path", ('title: "A" -> "B"',), announced=False
        )
        for _ in range(2):
            store.apply(ChangeSet(changes=(edit,)), in_feed(one), at(seconds=1.5))
        assert store.history(one.id) == (
            Moment(at(seconds=1), "revised", "one.md", "the same path", ('title: "A" -> "B"',), announced=False),
            Moment(NOON, "added", "one.md", announced=False),
        )
        assert store.history(one.id, limit=1) == store.history(one.id)[:1]
        assert store.history("nobody") == ()

    def test_a_moment_that_came_is_a_line_of_history(self, store):
        """Shown at the end of an embargo, hidden when expired; asked again it says nothing new."""
        brief = entry("brief.md", publish_at=at(hours=1), expires_at=at(hours=2))
        store.apply(added(brief), in_feed(brief), NOON)
        for hours in (1, 1, 2, 2):
            store.turn([brief], in_feed(brief), at(hours=hours))
        assert [(m.kind, m.at) for m in store.history(brief.id)] == [
            ("hidden", at(hours=2)),
            ("shown", at(hours=1)),
            ("added", NOON),
        ]

    def test_the_history_is_bounded(self, store):
        """The newest two hundred lines of each entry; another entry's lines are its own."""
        one, two = entry("one.md"), entry("two.md")
        store.apply(added(one, two), in_feed(one, two), NOON)
        for n in range(1, 205):
            store.apply(revised(replace(one, digest=f"d{n}")), in_feed(one), at(seconds=n))
        assert [m.at for m in store.history(one.id, limit=1000)] == [at(seconds=n) for n in range(204, 4, -1)]
        assert len(store.history(two.id)) == 1

    def test_an_unannounced_change_reaches_the_documents_and_nobody_is_told(self, store):
        """Its feeds are dirty without a sound, whatever else is loud in the same transaction."""
        one, two = entry("one.md"), entry("two.md")
        store.apply(added(one, two), in_feed(one, feeds=[FEED]) | in_feed(two, feeds=[feed("other")]), NOON)
        store.record([], [], clean=["feed", "other"], consumed=range(100), now=NOON)
        minor = EntryChange(ChangeKind.REVISED, replace(one, digest="d2"), one, announced=False)
        major = EntryChange(ChangeKind.REVISED, replace(two, digest="d2"), two)
        members = in_feed(one) | in_feed(two, feeds=[feed("other")])
        store.apply(ChangeSet(changes=(minor, major)), members, at(minutes=1))
        assert store.dirty() == (DirtyFeed("feed", False), DirtyFeed("other", True))
        assert [event.entry.id for event in store.events()] == [two.id]

    def test_what_went_lately_is_counted(self, store):
        """Announced, for this reason, after a moment, and not back since: each entry once."""
        items = one, back, quiet, draft = [entry(f"{name}.md") for name in ("one", "back", "quiet", "draft")]
        store.apply(added(*items), in_feed(*items), NOON)

        def gone(item, why="gone", quiet=False):
            change = EntryChange(ChangeKind.WITHDRAWN, replace(item, withdrawn=NOON), item, why)
            return ChangeSet(changes=(change,), quiet=quiet)

        store.apply(gone(one), {}, at(minutes=1))
        store.apply(gone(back), {}, at(minutes=1))
        store.apply(gone(quiet, quiet=True), {}, at(minutes=1))
        store.apply(gone(draft, "another reason"), {}, at(minutes=1))
        assert store.lately("withdrawn", "gone", NOON) == 2
        store.apply(added(back), in_feed(back), at(minutes=2))
        assert store.lately("withdrawn", "gone", NOON) == 1
        assert store.lately("withdrawn", "gone", at(minutes=1)) == 0

    # --- other ids

    def test_an_entry_gets_another_id_and_takes_everything_along(self, store):
        """Its file, memberships, events and history; a row with the new id that was withdrawn gives its history."""
        one, gone = entry("one.md"), entry("old.md", id="urn:x")
        store.apply(added(gone), in_feed(gone), at(hours=-2))
        store.apply(withdrawn(gone), {}, at(hours=-1))
        store.record([], [], clean=["feed"], consumed=range(100), now=NOON)
        store.apply(added(one), in_feed(one), NOON)
        store.record([], [], clean=["feed"], now=NOON)
        pinned = replace(one, id="urn:x", published=at(days=-9), updated=at(days=-8), digest="d2")
        store.rename([(one.id, pinned)], in_feed(pinned), at(minutes=1), "pinned by hand")
        assert store.entries_by_id([one.id]) == {}
        assert store.known([one.key])[one.key] == store.entries_by_id(["urn:x"])["urn:x"]
        assert store.known([one.key])[one.key].entry == pinned
        assert store.window(FEED, NOON) == (pinned,)
        assert store.dirty() == (DirtyFeed("feed", loud=False),)
        assert [event.entry.id for event in store.events()] == ["urn:x"]
        assert [m.kind for m in store.history("urn:x")] == ["pinned", "added", "withdrawn", "added"]
        assert store.history(one.id) == ()
        assert store.tombstones(FEED, at(days=-1)) == ()

    def test_only_the_dates_may_be_others(self, store):
        """An import that finds the id as it is."""
        one = entry("one.md")
        store.apply(added(one), in_feed(one), NOON)
        dated = replace(one, published=at(days=-9), digest="d2")
        store.rename([(one.id, dated), ("nobody", entry("no.md"))], in_feed(dated), NOON, "imported from a feed")
        assert store.window(FEED, NOON) == (dated,)
        assert [m.kind for m in store.history(one.id)] == ["imported", "added"]
        assert store.counts()["entries"] == 1

    def test_an_id_that_another_gives_up_in_the_same_moment_is_free(self, store):
        """Two that swap their ids keep their files."""
        one, two = entry("one.md"), entry("two.md")
        store.apply(added(one, two), in_feed(one, two), NOON)
        swapped = [(one.id, replace(one, id=two.id)), (two.id, replace(two, id=one.id))]
        store.rename(swapped, in_feed(one, two), NOON, "pinned")
        assert store.index("posts")["one.md"].entry_id == two.id
        assert store.entries_by_id([two.id])[two.id].entry.key == one.key
        assert len(store.window(FEED, NOON)) == 2

    def test_an_id_that_is_taken_is_refused(self, store):
        """Nothing is changed at all."""
        one, two = entry("one.md"), entry("two.md")
        store.apply(added(one, two), in_feed(one, two), NOON)
        with pytest.raises(ValueError, match="belongs to another"):
            store.rename([(one.id, replace(one, id=two.id))], {}, NOON, "pinned")
        assert store.entries_by_id([one.id])[one.id].entry == one

    def test_people_find_an_entry_by_its_id_address_or_path(self, store):
        """An exact answer first, else by the end of the path; live ones first."""
        one, two, gone = entry("a/one.md"), entry("b/one.md"), entry("0/one.md")
        store.apply(added(one, two, gone), in_feed(one, two, gone), NOON)
        store.apply(withdrawn(gone), {}, NOON)

        def found(text, limit=10):
            return [known.entry.key.path for known in store.find_entries(text, limit)]

        assert found(one.id) == found(one.url) == found("a/one.md") == ["a/one.md"]
        assert found("one.md") == ["a/one.md", "b/one.md", "0/one.md"]
        assert found("one.md", 1) == ["a/one.md"]
        assert found("%.md") == found("") == found("no such") == []
        assert store.find_entries("a/one.md")[0] == store.entries_by_id([one.id])[one.id]

    # --- tombstones

    def test_an_entry_that_leaves_leaves_a_tombstone_in_each_of_its_feeds(self, store):
        """Known by the entry's id and address, newest first, and only those after a moment."""
        one, two, tag = entry("one.md"), entry("two.md"), feed("tags/x")
        store.apply(added(one, two), in_feed(one, feeds=[FEED, tag]) | in_feed(two), NOON)
        assert store.tombstones(FEED, at(days=-9)) == ()
        store.apply(withdrawn(one), {}, at(minutes=1))
        store.apply(withdrawn(two), {}, at(minutes=2))
        stone = Tombstone(one.id, one.url, one.title, at(minutes=1), one.published)
        assert store.tombstones(tag, NOON) == (stone,)
        assert [each.id for each in store.tombstones(FEED, NOON)] == [two.id, one.id]
        assert [each.id for each in store.tombstones(FEED, at(minutes=1))] == [two.id]

    def test_drafts_the_expired_and_those_that_change_feeds_leave_one_too(self, store):
        """Whatever the reason, readers of that feed do not see it any more."""
        a, b, c = entry("a.md"), entry("b.md", expires_at=at(hours=1)), entry("c.md")
        store.apply(added(a, b, c), in_feed(a, b, c), NOON)
        store.apply(revised(replace(a, draft=True, digest="d2")), {}, at(minutes=1))
        store.turn([b], in_feed(b), at(hours=1))
        store.apply(revised(replace(c, tags=("y",), digest="d2")), in_feed(c, feeds=[feed("y")]), at(hours=2))
        assert [each.id for each in store.tombstones(FEED, NOON)] == [c.id, b.id, a.id]

    def test_who_comes_back_has_no_tombstone(self, store):
        """In the feed it came back to."""
        one = entry("one.md")
        store.apply(added(one), in_feed(one, feeds=[FEED, feed("other")]), NOON)
        store.apply(withdrawn(one), {}, at(minutes=1))
        store.apply(added(one), in_feed(one), at(minutes=2))
        assert store.tombstones(FEED, NOON) == ()
        assert len(store.tombstones(feed("other"), NOON)) == 1

    def test_what_settings_do_leaves_no_tombstone(self, store):
        """A quiet change, other feeds: no author took anything back."""
        one, two = entry("one.md"), entry("two.md")
        store.apply(added(one, two), in_feed(one, two), NOON)
        store.apply(replace(withdrawn(one), quiet=True), {}, at(minutes=1))
        store.remember_feeds("f2", [(two, ())])
        assert store.tombstones(FEED, at(days=-9)) == ()

    def test_a_feed_keeps_its_newest_fifty_tombstones(self, store):
        """A folder that is emptied is no reason for a feed of nothing but tombstones."""
        many = [entry(f"n{n:02}.md") for n in range(60)]
        store.apply(added(*many), in_feed(*many), NOON)
        for n, each in enumerate(many):
            store.apply(withdrawn(each), {}, at(minutes=n // 2))
        kept = [each.id for each in store.tombstones(FEED, at(days=-1))]
        assert len(kept) == 50
        assert kept[:3] == [many[58].id, many[59].id, many[56].id]
        assert kept[-1] == many[11].id

    # --- feeds

    def test_the_window_is_newest_first_bounded_and_ties_are_stable(self, store):
        items = [entry(f"{name}.md", published=at(minutes=m)) for name, m in (("a", 1), ("b", 3), ("c", 3), ("d", 2))]
        store.apply(added(*items), in_feed(*items), at(days=1))
        short = feed(limit=3)
        assert [e.title for e in store.window(short, NOON)] == ["B", "C", "D"]
        assert [id for id, _ in store.window_digests(short, NOON)] == [e.id for e in store.window(short, NOON)]

    def test_the_window_has_a_maximum_age(self, store):
        items = [entry("old.md", published=at(hours=-49)), entry("new.md", published=at(hours=-47))]
        store.apply(added(*items), in_feed(*items), NOON)
        recent = feed(max_age=timedelta(hours=48))
        assert [e.title for e in store.window(recent, NOON)] == ["New"]

    def test_a_window_digest_changes_with_the_entry(self, store):
        one = entry("one.md")
        store.apply(added(one), in_feed(one), NOON)
        first = store.window_digests(FEED, NOON)
        edited = entry("one.md", title="Better", updated=at(minutes=1))
        store.apply(revised(edited), in_feed(edited), NOON)
        assert store.window_digests(FEED, NOON) != first

    def test_new_feed_definitions_replace_every_membership(self, store):
        one, two = entry("one.md"), entry("two.md")
        store.apply(added(one, two), in_feed(one, two, feeds=[feed("old")]), NOON)
        store.record([], [], clean=["old"], consumed=range(100), now=NOON)
        store.remember_feeds("f2", [(one, (feed("new"),)), (two, (feed("new"), feed("tags/x")))])
        assert store.feeds_fingerprint() == "f2"
        assert [f.path for f in store.feeds()] == ["new", "tags/x"]
        assert set(store.dirty()) == {DirtyFeed("new", False), DirtyFeed("old", False), DirtyFeed("tags/x", False)}
        assert store.window(feed("old"), NOON) == ()
        assert len(store.window(feed("new"), NOON)) == 2

    # --- archives

    def test_who_stands_in_a_page_can_be_asked(self, store):
        """Also of an entry that left it; each feed has its own pages."""
        one, two, three = (entry(f"{n}.md", published=at(minutes=n)) for n in (1, 2, 3))
        store.apply(added(one, two, three), in_feed(one, two, three), at(days=1))
        store.record([], [], clean=(), now=NOON, archived=[ArchivePage("feed", 1, members=(two.id, one.id))])
        store.apply(withdrawn(one), {}, at(days=2))
        assert store.paged(FEED, [one.id, two.id, three.id]) == {one.id, two.id}
        assert store.paged(feed("other"), [one.id]) == frozenset()
        assert store.paged(FEED, []) == frozenset()

    def test_an_entry_of_an_archive_page_leaves_the_window_for_good(self, store):
        """Its page is decided once; a feed without archives does not know of it."""
        one, two, three = (entry(f"{n}.md", published=at(minutes=n)) for n in (1, 2, 3))
        store.apply(added(one, two, three), in_feed(one, two, three), at(days=1))
        paged = feed(archive=2, limit=1)
        assert [e.id for e in store.window(paged, NOON)] == [three.id, two.id, one.id]
        first = ArchivePage("feed", 1, members=(two.id, one.id))
        store.record([], [], clean=(), now=NOON, archived=[first])
        store.record([], [], clean=(), now=NOON, archived=[ArchivePage("feed", 2, members=(one.id,))])
        assert store.archive(paged) == (ArchivePage("feed", 1), ArchivePage("feed", 2))
        assert [e.id for e in store.window(paged, NOON)] == [three.id]
        assert [id for id, _ in store.window_digests(paged, NOON)] == [three.id]
        assert len(store.window(FEED, NOON)) == 3
        known = dict(store.window_digests(FEED, NOON))
        assert store.archived_digests(paged, 1) == ((two.id, known[two.id]), (one.id, known[one.id]))
        assert store.archived_digests(paged, 2) == ()
        assert store.archived_digests(feed("other", archive=2), 1) == ()

    def test_a_page_is_stale_once_one_of_its_entries_changes(self, store):
        """An edit, a withdrawal, a return and other definitions of the feeds; a page keeps whom it lost."""
        one, two = entry("one.md"), entry("two.md")
        store.apply(added(one, two), in_feed(one, two), NOON)
        paged = feed(archive=1)
        pages = [ArchivePage("feed", 1, linked=True, members=(one.id,)), ArchivePage("feed", 2, members=(two.id,))]
        store.record([], [], clean=(), now=NOON, archived=pages)
        edited = entry("one.md", title="Better", updated=at(minutes=1))
        mark = dict(store.window_digests(FEED, NOON))[one.id]
        for changes, shown in (
            (revised(edited), True),
            (withdrawn(edited), False),
            (added(edited), True),
        ):
            store.apply(changes, in_feed(edited), NOON)
            assert [page.stale for page in store.archive(paged)] == [True, False]
            ((id, now),) = store.archived_digests(paged, 1)
            assert (id, now != mark, bool(now)) == (one.id, True, shown)
            store.record([], [], clean=(), now=NOON, archived=[ArchivePage("feed", 1, linked=True)])
            assert store.archive(paged) == (ArchivePage("feed", 1, linked=True), ArchivePage("feed", 2))
        store.remember_feeds("f2", [(edited, (FEED,)), (two, (FEED,))])
        assert all(page.stale for page in store.archive(paged))

    def test_a_page_follows_an_entry_to_its_other_id(self, store):
        """Also where two entries swap theirs."""
        one, two = entry("one.md"), entry("two.md")
        store.apply(added(one, two), in_feed(one, two), NOON)
        paged = feed(archive=1)
        pages = [ArchivePage("feed", 1, members=(one.id,)), ArchivePage("feed", 2, members=(two.id,))]
        store.record([], [], clean=(), now=NOON, archived=pages)
        store.rename([(one.id, replace(one, id="urn:x"))], {"urn:x": (FEED,)}, NOON, "pinned")
        assert [id for id, mark in store.archived_digests(paged, 1) if mark] == ["urn:x"]
        assert [page.stale for page in store.archive(paged)] == [True, False]
        swapped = [("urn:x", replace(one, id=two.id)), (two.id, replace(two, id="urn:x"))]
        store.rename(swapped, in_feed(*(each for _, each in swapped)), NOON, "pinned")
        assert [id for id, mark in store.archived_digests(paged, 1) if mark] == [two.id]
        assert [id for id, mark in store.archived_digests(paged, 2) if mark] == ["urn:x"]

    def test_an_archive_can_be_forgotten(self, store):
        """Of one feed; that of another stays."""
        one = entry("one.md")
        store.apply(added(one), in_feed(one, feeds=[feed("a"), feed("b")]), NOON)
        pages = [ArchivePage(path, 1, members=(one.id,)) for path in "ab"]
        store.record([], [], clean=(), now=NOON, archived=pages)
        store.record([], [], clean=(), now=NOON, unarchived=["a"])
        assert store.archive(feed("a", archive=1)) == ()
        assert [e.id for e in store.window(feed("a", archive=1), NOON)] == [one.id]
        assert store.archive(feed("b", archive=1)) == (ArchivePage("b", 1),)

    # --- contents, facts, problems

    def test_a_rendered_body_is_found_for_its_digest_and_version_only(self, store):
        one = entry("one.md")
        content = Content("<p>Text</p>", "Text", removed=("script",))
        store.save_contents([(one, content)], "v1")
        assert store.contents([one], "v1") == {one.id: content}
        assert store.contents([one], "v2") == {}
        assert store.contents([replace(one, digest="other")], "v1") == {}

    def test_facts_are_remembered(self, store):
        assert store.marked("baseline:posts") is None
        store.mark("baseline:posts", "1")
        store.mark("baseline:posts", "2")
        assert store.marked("baseline:posts") == "2"

    def test_problems_are_kept_per_file_and_replaced(self, store):
        bad = Problem("FD203", "a.md", "no", "do this", line=3)
        store.put_problems(key("a.md"), [bad, replace(bad, line=4)])
        assert [p.line for _, p in store.problems()] == [3, 4]
        store.apply(ChangeSet(problems=((key("a.md"), (replace(bad, line=5),)),)), {}, NOON)
        assert store.problems() == ((key("a.md"), replace(bad, line=5)),)
        store.apply(ChangeSet(problems=((key("a.md"), ()),)), {}, NOON)
        assert store.problems() == ()

    # --- publications and outbox

    def test_a_publication_and_its_announcement_are_recorded_together(self, store):
        one = entry("one.md")
        store.apply(added(one), in_feed(one), NOON)
        seq = store.events()[-1].seq
        store.record([publication()], [delivery()], clean=["feed"], consumed=[seq], now=NOON)
        assert store.publications() == {"feed.xml": publication()}
        assert store.dirty() == ()
        assert store.events() == ()
        assert [d.id for d in store.deliveries(["pending"])] == ["one"]

    def test_nothing_is_recorded_when_one_part_fails(self, store):
        """One transaction: a delivery id that exists already takes the publication down with it."""
        if type(store).__name__ == "MemoryStore":
            pytest.skip("a dictionary has no constraint to break")
        store.record([], [delivery("one", topic="a")], clean=[], now=NOON)
        with pytest.raises(Exception, match="UNIQUE"):
            store.record([publication()], [delivery("one", topic="b")], clean=[], now=NOON)
        assert store.publications() == {}

    def test_a_retired_publication_is_forgotten(self, store):
        store.record([publication()], [], clean=[], now=NOON)
        store.record([], [], clean=[], now=NOON, retired=["feed.xml"])
        assert store.publications() == {}

    # --- kept versions

    def _keep(self, store, *texts, keep=5, feed="feed", now=NOON):
        """Each text is a document of a run; all of them are one version."""
        kept = [(publication(f"{feed}.{n}", feed=feed, digest=digest(text)), text) for n, text in enumerate(texts)]
        store.record([each for each, _ in kept], [], clean=[], now=now, kept=kept, keep=keep)

    def test_a_version_is_kept_whole(self, store):
        """All documents of a feed after a publication, byte for byte, however they are kept."""
        long = b"<item>" + b"x" * 5000 + b"</item>\n"
        texts = [b"", b"one", b"<rss>" + long * 3 + b"</rss>", bytes(range(256)) * 40, b"[\n    {\n    },\n    {}]"]
        self._keep(store, *texts, now=at(minutes=1))
        (version,) = store.versions("feed")
        assert (version.feed, version.number, version.at) == ("feed", 1, at(minutes=1))
        assert [each.path for each in version.publications] == [f"feed.{n}" for n in range(5)]
        assert store.version_data("feed", 1) == {f"feed.{n}": text for n, text in enumerate(texts)}

    def test_versions_are_numbered_for_each_feed_and_what_is_the_same_is_none(self, store):
        self._keep(store, b"a", b"b")
        self._keep(store, b"a", b"b", now=at(hours=1))
        self._keep(store, b"a", b"c", now=at(hours=2))
        self._keep(store, b"a", feed="other")
        assert [(v.number, v.at) for v in store.versions("feed")] == [(2, at(hours=2)), (1, NOON)]
        assert [v.number for v in store.versions("other")] == [1]
        assert store.version_data("feed", 1) == {"feed.0": b"a", "feed.1": b"b"}
        assert store.version_data("feed", 3) == {}

    def test_the_oldest_versions_go(self, store):
        """Their numbers are not given again; what the others share with them stays."""
        shared = b"<item>" + b"same" * 500 + b"</item>\n"
        for number in range(40):
            self._keep(store, shared + str(number).encode(), keep=3)
        assert [v.number for v in store.versions("feed")] == [40, 39, 38]
        assert store.version_data("feed", 38) == {"feed.0": shared + b"37"}
        assert store.version_data("feed", 37) == {}
        self._keep(store, b"last", keep=0)
        assert store.versions("feed") == ()

    def test_versions_go_with_their_documents(self, store):
        self._keep(store, b"a", b"b")
        store.record([], [], clean=[], now=NOON, retired=["feed.0"])
        assert store.version_data("feed", 1) == {"feed.1": b"b"}
        store.record([], [], clean=[], now=NOON, retired=["feed.1"])
        assert store.versions("feed") == ()

    def test_versions_go_with_the_archive_that_they_name(self, store):
        """All but the one that stands in public; other feeds keep theirs."""
        self._keep(store, b"a")
        self._keep(store, b"b")
        self._keep(store, b"a", feed="other")
        store.record([], [], clean=[], now=NOON, unarchived=iter(["feed", "none"]))
        assert [v.number for v in store.versions("feed")] == [2]
        assert store.version_data("feed", 2) == {"feed.0": b"b"}
        assert [v.number for v in store.versions("other")] == [1]
        store.record([publication("feed.0", digest=digest(b"c"))], [], clean=[], now=NOON, unarchived=["feed"])
        assert store.versions("feed") == ()

    def test_a_newer_delivery_supersedes_the_waiting_one(self, store):
        store.record([], [delivery("old")], clean=[], now=NOON)
        store.record([], [delivery("new"), delivery("other", topic="t2")], clean=[], now=NOON)
        assert {d.id for d in store.deliveries(["pending"])} == {"new", "other"}
        assert [d.id for d in store.deliveries(["superseded"])] == ["old"]
        assert store.pending("websub:hub", delivery().topic).id == "new"

    def test_a_claim_counts_the_attempt_and_is_exclusive(self, store):
        store.record([], [delivery()], clean=[], now=NOON)
        claimed = store.claim(NOON, LEASE)
        assert (claimed.attempts, claimed.state, claimed.lease_until) == (1, DeliveryState.CLAIMED, NOON + LEASE)
        assert claimed.payload == delivery().payload
        assert store.claim(NOON, LEASE) is None

    def test_nothing_is_claimed_before_it_is_due(self, store):
        store.record([], [delivery(due=at(seconds=30))], clean=[], now=NOON)
        assert store.claim(at(seconds=29), LEASE) is None
        assert store.next_delivery() == at(seconds=30)
        assert store.claim(at(seconds=30), LEASE) is not None

    def test_the_longest_due_goes_first_and_busy_hosts_are_left_out(self, store):
        rows = [
            delivery("slow", url="https://slow.example:8443/x", due=at(seconds=-9), topic="a"),
            delivery("fast", url="https://fast.example/", due=at(seconds=-5), topic="b"),
        ]
        store.record([], rows, clean=[], now=NOON)
        assert store.claim(NOON, LEASE, busy_hosts=["https://slow.example:8443"]).id == "fast"
        assert store.claim(NOON, LEASE).id == "slow"

    def test_a_claim_that_nobody_settles_is_taken_up_again(self, store):
        """kill -9 between send and settle: at least once, under the same id."""
        store.record([], [delivery()], clean=[], now=NOON)
        first = store.claim(NOON, LEASE)
        assert store.next_delivery() == NOON + LEASE
        again = store.claim(NOON + LEASE, LEASE)
        assert (again.id, again.attempts) == (first.id, 2)
        assert store.settle(first, done(), NOON) is False
        assert store.settle(again, done(), NOON) is True

    def test_what_a_dead_process_had_claimed_can_be_released(self, store):
        """Nobody waits for the lease of a process that is gone; the newer one waits its turn all the same."""
        store.record([], [delivery("old")], clean=[], now=NOON)
        store.claim(NOON, LEASE)
        store.record([], [delivery("new", due=at(seconds=1))], clean=[], now=NOON)
        assert store.release() == 1
        assert store.next_delivery() <= at(seconds=1)
        again = store.claim(at(seconds=1), LEASE)
        assert (again.id, again.attempts) == ("old", 2)
        assert store.claim(at(seconds=1), LEASE) is None
        store.settle(again, done(), at(seconds=1))
        assert store.claim(at(seconds=1), LEASE).id == "new"
        assert store.release() == 1

    def test_a_settled_delivery_is_done_and_remembered(self, store):
        store.record([], [delivery()], clean=[], now=NOON)
        store.settle(store.claim(NOON, LEASE), done(), at(seconds=1))
        (row,) = store.deliveries(["done"])
        assert (row.last_status, row.last_error) == (204, None)
        assert store.last_done("websub:hub", delivery().topic) == at(seconds=1)
        assert store.next_delivery() is None
        assert store.settle(row, done(), NOON) is False

    def test_a_retry_waits_and_keeps_its_reason(self, store):
        store.record([], [delivery()], clean=[], now=NOON)
        store.settle(store.claim(NOON, LEASE), later(at(seconds=5)), NOON)
        (row,) = store.deliveries(["pending"])
        assert (row.due, row.last_error, row.attempts, row.last_at) == (at(seconds=5), "HTTP 503", 1, NOON)

    def test_a_retry_gives_way_to_something_newer(self, store):
        store.record([], [delivery("old")], clean=[], now=NOON)
        claimed = store.claim(NOON, LEASE)
        store.record([], [delivery("new")], clean=[], now=NOON)
        assert store.settle(claimed, later(at(seconds=5)), NOON) is True
        assert [d.id for d in store.deliveries(["pending"])] == ["new"]
        assert [d.id for d in store.deliveries(["superseded"])] == ["old"]

    def test_a_newer_one_does_not_overtake_the_one_being_tried(self, store):
        store.record([], [delivery("old")], clean=[], now=NOON)
        claimed = store.claim(NOON, LEASE)
        store.record([], [delivery("new", created=at(seconds=1))], clean=[], now=NOON)
        assert store.claim(at(seconds=1), LEASE) is None
        store.settle(claimed, later(at(seconds=5)), at(seconds=2))
        assert store.claim(at(seconds=2), LEASE).id == "new"

    def test_a_retry_of_something_older_than_what_was_delivered_is_superseded(self, store):
        """Two processes: the older try hung, its lease ran out, the newer one went through."""
        store.record([], [delivery("old")], clean=[], now=NOON)
        claimed = store.claim(NOON, LEASE)
        store.record([], [delivery("new", created=at(seconds=1), due=at(seconds=-1))], clean=[], now=NOON)
        newer = store.claim(NOON + LEASE, LEASE)
        assert newer.id == "new"
        store.settle(newer, done(), NOON + LEASE)
        again = store.claim(NOON + LEASE, LEASE)
        assert again.id == "old"
        assert store.settle(claimed, later(at(hours=1)), NOON + LEASE) is False
        assert store.settle(again, later(at(hours=1)), NOON + LEASE) is True
        assert [d.id for d in store.deliveries(["superseded"])] == ["old"]

    def test_what_was_given_up_is_kept_and_can_be_retried(self, store):
        store.record([], [delivery()], clean=[], now=NOON)
        gone = Verdict(DeliveryState.GIVEN_UP, None, "HTTP 410", 410)
        store.settle(store.claim(NOON, LEASE), gone, NOON)
        assert store.counts()["given_up"] == 1
        assert store.claim(at(days=1), LEASE) is None
        assert store.retry(at(days=1)) == 1
        again = store.claim(at(days=1), LEASE)
        assert (again.id, again.attempts) == ("one", 1)

    def test_retry_makes_waiting_ones_due_now(self, store):
        rows = [delivery("a", due=at(hours=5)), delivery("b", endpoint="xmlrpc:x", due=at(hours=5))]
        store.record([], rows, clean=[], now=NOON)
        assert store.retry(NOON, endpoint="xmlrpc:x") == 1
        assert store.claim(NOON, LEASE).id == "b"

    def test_deliveries_of_removed_endpoints_are_given_up(self, store):
        store.record([], [delivery("a"), delivery("b", endpoint="x")], clean=[], now=NOON)
        assert store.drop_endpoints(["websub:hub"]) == 1
        assert [d.id for d in store.deliveries(["given up"])] == ["b"]

    def test_old_finished_deliveries_are_pruned(self, store):
        store.record([], [delivery("old")], clean=[], now=NOON)
        store.settle(store.claim(NOON, LEASE), done(), NOON)
        store.record([], [], clean=[], now=at(days=8))
        assert store.deliveries() == ()

    def test_stat_of_a_key_is_kept_exactly(self, store):
        big = replace(
            file(None, "big.md"),
            stat=replace(stat("big.md", size=2**40, mtime_ns=2**62, ctime_ns=-1, inode=2**62), beside="b1"),
        )
        store.apply(ChangeSet(index=(big,)), {}, NOON)
        assert store.index("posts")["big.md"] == big
