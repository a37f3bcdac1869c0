"""Who is new, who changed, who only moved, who is gone: the decisions one by one (the journey's: test_hard_cases)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from feedd.model import ChangeKind, IndexedFile, Known
from feedd.normalizer import compare, identity
from feedd.normalizer.normalize import Reading
from tests.support.make import NOON, at, digest, entry, key, stat

HOST = "ann.example"


def reading(path, *, given=(), data="1", **fields):
    """A file read at NOON; its entry has no id yet unless one is stated."""
    item = replace(entry(path, **fields), id=fields.get("id", ""), digest="")
    return Reading(stat(path), digest(path, data), item, given=frozenset(given))


def known(path, *, live=True, data="1", **fields):
    """What such a file became."""
    item = entry(path, **fields)
    item = replace(item, digest=identity.fingerprint(item))
    return Known(IndexedFile(stat(path), digest(path, data), item.id), item, live)


def past(*files, lost=(), others=()):
    here = [each for each in (*files, *others) if each.entry is not None]
    return compare.Past(
        {each.file.stat.key: each for each in files},
        {each.entry.id: each for each in (*here, *lost)},
        {each.entry.id: (each.file, each.entry) for each in lost},
    )


def decide(*readings, given=None, now=NOON):
    return compare.compare(readings, given or past(), HOST, now)


def kinds(changes):
    return [(change.kind, change.entry.id.rpartition(":")[2]) for change in changes.changes]


class TestWhoIsIt:
    def test_somebody_new(self):
        changes = decide(reading("a.md"))
        assert kinds(changes) == [(ChangeKind.ADDED, "a")]
        assert changes.index == (IndexedFile(stat("a.md"), digest("a.md", "1"), "tag:ann.example,2026:a"),)

    def test_a_touched_file_is_no_change(self):
        changes = decide(reading("a.md"), given=past(known("a.md")))
        assert changes.changes == ()
        assert len(changes.index) == 1

    def test_an_edit(self):
        assert kinds(decide(reading("a.md", title="B"), given=past(known("a.md")))) == [(ChangeKind.REVISED, "a")]

    def test_an_exact_copy_of_a_lost_file_moved(self):
        old = known("a.md")
        found = replace(reading("b.md", url=old.entry.url, title="A", body=old.entry.body), digest=old.file.digest)
        changes = decide(found, given=past(lost=[old]))
        assert kinds(changes) == [(ChangeKind.MOVED, "a")]
        assert changes.forgotten == (key("a.md"),)

    @pytest.mark.parametrize(("words", "kind"), [("one two three five", "a"), ("six seven eight nine", "b")])
    def test_half_of_the_words_are_enough(self, words, kind):
        old = known("a.md", title="T", body="one two three four")
        changes = decide(reading("b.md", title="T", body=words), given=past(lost=[old]))
        assert [change.entry.id.rpartition(":")[2] for change in changes.changes] == [kind]

    def test_two_empty_texts_are_not_the_same_article(self):
        old = known("a.md", title="", body="")
        assert kinds(decide(reading("b.md", title="", body=""), given=past(lost=[old]))) == [(ChangeKind.ADDED, "b")]

    def test_a_lost_file_is_found_once(self):
        old = known("a.md")
        copies = [replace(reading(path), digest=old.file.digest) for path in ("b.md", "c.md")]
        assert [id for _, id in kinds(decide(*copies, given=past(lost=[old])))] == ["a", "c"]

    def test_a_withdrawn_one_that_comes_back_is_the_same(self):
        gone = known("a.md", withdrawn=at(days=-1), live=False)
        back = past(others=[replace(gone, file=None)])
        assert kinds(decide(reading("a.html"), given=back)) == [(ChangeKind.ADDED, "a")]

    def test_the_order_of_the_readings_does_not_matter(self):
        one, two = reading("a.md"), reading("a.txt", title="Other")
        assert decide(one, two) == decide(two, one)

    def test_a_file_that_turned_bad_keeps_its_entry(self):
        bad = Reading(stat("a.md"), "new", None)
        changes = decide(bad, given=past(known("a.md")))
        (change,) = changes.changes
        assert (change.kind, change.entry, change.announced) == (ChangeKind.UNCHANGED, known("a.md").entry, False)
        assert change.why.startswith("the last good version stays")
        assert changes.index[0].entry_id == "tag:ann.example,2026:a"


class TestWhy:
    """How an entry was recognised, for `feedd log`."""

    def whys(self, *readings, given=None):
        return [change.why for change in decide(*readings, given=given).changes]

    def test_each_way(self):
        old = known("a.md", title="T", body="one two three four")
        gone = known("a.md", withdrawn=at(days=-1), live=False)
        exact = replace(reading("b.md", title="T"), digest=old.file.digest)
        assert self.whys(reading("a.md")) == ["a new file"]
        assert self.whys(reading("a.md", title="B"), given=past(known("a.md"))) == ["the same path"]
        assert self.whys(exact, given=past(lost=[old])) == ["the same text as lost a.md"]
        edited = reading("b.md", title="T", body="one two three five")
        assert self.whys(edited, given=past(lost=[old])) == ["most words in common with lost a.md"]
        assert self.whys(reading("a.md", id="urn:x")) == ["states this id"]
        assert self.whys(reading("a.html"), given=past(others=[replace(gone, file=None)])) == ["came back"]


class TestWary:
    """More than a person could have meant is left out, and named."""

    def decide(self, *readings, given):
        return compare.compare(readings, given, HOST, NOON, wary=True)

    def test_another_id_is_left_out(self):
        before = known("a.md")
        changes = self.decide(reading("a.md", id="urn:y", data="2"), reading("b.md"), given=past(before))
        assert changes.reidentified == (key("a.md"),)
        assert kinds(changes) == [(ChangeKind.ADDED, "b")]
        assert changes.index[0] == IndexedFile(stat("a.md"), digest("a.md", "2"), before.entry.id)

    def test_another_date_is_left_out(self):
        before = known("a.md")
        changes = self.decide(reading("a.md", published=at(days=-9), given=["date"]), given=past(before))
        assert (changes.redated, changes.changes) == ((key("a.md"),), ())
        assert changes.index[0].entry_id == before.entry.id

    def test_what_nobody_sees_may_change(self):
        hidden = known("a.md", live=False, draft=True)
        changes = self.decide(reading("a.md", published=at(days=-9), given=["date"], draft=True), given=past(hidden))
        assert kinds(changes) == [(ChangeKind.REVISED, "a")]

    def test_an_edit_is_no_matter_of_doubt(self):
        changes = self.decide(reading("a.md", title="B"), given=past(known("a.md")))
        assert kinds(changes) == [(ChangeKind.REVISED, "a")]


class TestStatedIds:
    def test_the_first_file_keeps_it(self):
        changes = decide(reading("a.md", id="urn:x"), reading("b.md", id="urn:x"))
        assert [(each.entry.id, each.entry.key.path) for each in changes.changes] == [("urn:x", "a.md")]
        ((_, ()), (_, (problem,))) = changes.problems
        assert (problem.code, problem.where) == ("FD207", "b.md")

    def test_the_refused_file_looks_as_if_never_read(self):
        changes = decide(reading("a.md", id="urn:x"), reading("b.md", id="urn:x"))
        assert {row.stat.key.path: row.stat == stat(row.stat.key.path) for row in changes.index} == {
            "a.md": True,
            "b.md": False,
        }

    def test_it_belongs_to_a_file_that_was_not_read_now(self):
        changes = decide(reading("b.md", id="urn:x"), given=past(others=[known("a.md", id="urn:x")]))
        assert changes.changes == ()

    def test_it_moves_with_its_file(self):
        old = known("a.md", id="urn:x")
        changes = decide(reading("b.md", id="urn:x", title="New"), given=past(lost=[old]))
        assert kinds(changes) == [(ChangeKind.REVISED, "x")]
        assert changes.forgotten == (key("a.md"),)

    def test_a_file_with_another_one_is_another_entry(self):
        changes = decide(reading("a.md", id="urn:y"), given=past(known("a.md", id="urn:x")))
        assert kinds(changes) == [(ChangeKind.ADDED, "y"), (ChangeKind.WITHDRAWN, "x")]

    def test_a_file_that_states_none_any_more_keeps_it(self):
        changes = decide(reading("a.md"), given=past(known("a.md", id="urn:x")))
        assert [change.entry.id for change in changes.changes] in ([], ["urn:x"])
        assert changes.index[0].entry_id == "urn:x"


LATER = at(hours=5)


class TestDates:
    def after(self, before, now_reading, now=LATER):
        (change,) = decide(now_reading, given=past(before), now=now).changes
        return change.entry.published - NOON, change.entry.updated - NOON

    def test_an_undated_article_keeps_the_day_it_was_first_seen(self):
        edited = reading("a.md", title="B", published=at(hours=4))
        assert self.after(known("a.md"), edited) == (timedelta(0), timedelta(hours=5))

    def test_a_date_that_is_stated_anew_counts(self):
        dated = reading("a.md", given=["date"], published=at(days=-9), publish_at=at(days=-9))
        assert self.after(known("a.md"), dated)[0] == timedelta(days=-9)

    def test_updated_never_steps_back_with_the_clock(self):
        before = known("a.md", updated=at(hours=9))
        assert self.after(before, reading("a.md", title="B"))[1] == timedelta(hours=9)

    def test_a_stated_update_is_believed_but_not_before_publication(self):
        stated = reading("a.md", title="B", given=["updated"], updated=at(days=-5))
        assert self.after(known("a.md"), stated)[1] == timedelta(0)

    def test_a_moment_that_nobody_saw_is_not_kept(self):
        """An embargo that is moved from next year to yesterday."""
        before = known("a.md", live=False, published=at(days=365), publish_at=at(days=365))
        moved = reading("a.md", given=["date"], published=at(days=-1), publish_at=at(days=-1))
        assert self.after(before, moved) == (timedelta(days=-1), timedelta(hours=5))


class TestWithdrawals:
    def lost(self, count, **fields):
        return [(key(f"{n}.md"), entry(f"{n}.md", **fields)) for n in range(count)]

    @pytest.mark.parametrize(
        ("count", "live", "held"),
        [(10, 10, 0), (11, 20, 11), (11, 55, 0), (20, 100, 0), (21, 100, 21), (0, 0, 0)],
    )
    def test_more_than_a_count_and_a_share_are_held(self, count, live, held):
        changes = compare.withdraw(self.lost(count), live, (10, 0.2), NOON)
        assert (len(changes.held), len(changes.changes)) == (held, count - held)

    def test_a_person_may_insist(self):
        assert len(compare.withdraw(self.lost(50), 50, (10, 0.2), NOON, accept=True).changes) == 50

    def test_drafts_do_not_count_but_go(self):
        changes = compare.withdraw(self.lost(50, draft=True), 50, (10, 0.2), NOON)
        assert (len(changes.changes), changes.held) == (50, ())

    def test_files_that_were_no_articles_are_forgotten_even_then(self):
        changes = compare.withdraw([*self.lost(11), (key("notes.md"), None)], 11, (10, 0.2), NOON)
        assert changes.forgotten == (key("notes.md"),)
