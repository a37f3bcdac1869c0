"""The circuit breaker: what no author does by hand is held until a person says so; the rest goes on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from feedd.store.memory import MemoryStore
from feedd.store.sql import SqlStore
from tests.support.house import HOOK, House

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
MANY = 30


@pytest.fixture(params=["memory", "sqlite"])
def house(request, tmp_path):
    """Thirty articles that stand in public; more than ten at once are too many."""
    store = MemoryStore() if request.param == "memory" else SqlStore(str(tmp_path / "state.db"))
    house = House(tmp_path, endpoints=[HOOK], store=store)
    for n in range(MANY):
        article(house, n)
    house.run()
    yield house
    store.close()


def article(house, n, **fields):
    house.article(f"n{n:02}.md", f"N {n}", f"Words of number {n}: a{n} b{n} c{n}.", **({"date": "2026-10-10"} | fields))


def live(house):
    return {entry.key.path: entry for entry in house.store.live_entries()}


def codes(house):
    return [problem.code for key, problem in house.store.problems() if not key.root]


class TestWithdrawals:
    def delete(self, house, *numbers):
        paths = [f"n{n:02}.md" for n in numbers]
        for path in paths:
            (house.posts / path).unlink()
        return paths

    def test_many_small_deletions_count_as_one(self, house):
        """A folder that is emptied slowly; events bring one path at a time."""
        for n in range(20):
            house.look(*self.delete(house, n), after=timedelta(seconds=5))
        assert len(live(house)) == MANY - 10
        assert codes(house) == ["FD401"]
        ((_, problem),) = house.store.problems()
        assert problem.message.startswith("10 of 20 published articles are missing at once (n10.md, n11.md, n12.md …)")
        house.run(after=MINUTE)
        assert len(live(house)) == MANY - 10
        house.run(after=MINUTE, accept=True)
        assert (len(live(house)), codes(house)) == (MANY - 20, [])

    def test_an_afternoon_of_deletions_is_believed(self, house):
        for n in range(15):
            house.look(*self.delete(house, n), after=5 * MINUTE)
        assert (len(live(house)), codes(house)) == (MANY - 15, [])

    def test_what_was_accepted_does_not_count_any_more(self, house):
        self.delete(house, *range(15))
        assert len(house.run(after=MINUTE).held) == 15
        house.run(after=MINUTE, accept=True)
        house.look(*self.delete(house, 20), after=MINUTE)
        assert (len(live(house)), codes(house)) == (MANY - 16, [])

    def test_who_came_back_does_not_count(self, house):
        """A checkout of another branch, and back, and then a deletion."""
        house.look(*self.delete(house, *range(8)), after=MINUTE)
        for n in range(8):
            article(house, n)
        house.run(after=MINUTE)
        house.look(*self.delete(house, *range(10, 18)), after=MINUTE)
        assert (len(live(house)), codes(house)) == (MANY - 8, [])

    def test_files_that_are_back_end_it(self, house):
        self.delete(house, *range(15))
        house.run(after=MINUTE)
        for n in range(15):
            article(house, n)
        house.run(after=MINUTE)
        assert (len(live(house)), codes(house)) == (MANY, [])
        assert all(len(house.store.history(entry.id)) == 1 for entry in live(house).values())


class TestOtherIds:
    def test_a_script_that_gives_every_file_an_id_is_held(self, house):
        """Every entry would be unread in every reader. What is new goes on."""
        before = live(house)
        for n in range(MANY):
            article(house, n, id=f"urn:n:{n}")
        article(house, 99)
        report = house.run(after=MINUTE)
        assert (len(report.held), [entry.title for entry in report.added]) == (MANY, ["N 99"])
        assert codes(house) == ["FD402"]
        assert {path: entry for path, entry in live(house).items() if path != "n99.md"} == before
        assert house.run(after=MINUTE).read == 0
        house.run(after=MINUTE, accept=True)
        assert {entry.id for entry in live(house).values()} >= {f"urn:n:{n}" for n in range(MANY)}
        assert (len(live(house)), codes(house)) == (MANY + 1, [])

    def test_a_few_are_believed_also_among_many_edits(self, house):
        for n in range(MANY):
            article(house, n, **({"id": f"urn:n:{n}"} if n < 5 else {"author": "Bob"}))
        house.run(after=MINUTE)
        found = live(house)
        assert [found[f"n{n:02}.md"].id for n in range(5)] == [f"urn:n:{n}" for n in range(5)]
        assert all(found[f"n{n:02}.md"].authors for n in range(5, MANY))
        assert codes(house) == []

    def test_files_that_are_as_before_end_it(self, house):
        for n in range(MANY):
            article(house, n, id=f"urn:n:{n}")
        house.run(after=MINUTE)
        for n in range(MANY):
            article(house, n)
        house.run(after=MINUTE)
        assert codes(house) == []
        article(house, 0, author="Bob")
        house.run(after=MINUTE)
        assert live(house)["n00.md"].authors


class TestOtherDates:
    def test_a_script_that_moves_every_date_is_held(self, house):
        for n in range(MANY):
            article(house, n, date="2026-09-09")
        article(house, 0, author="Bob")
        before = live(house)
        house.run(after=MINUTE)
        after = live(house)
        assert {path: entry.published for path, entry in after.items()} == {
            path: entry.published for path, entry in before.items()
        }
        assert after["n00.md"].authors
        assert codes(house) == ["FD403"]
        article(house, 1, date="2026-09-09", author="Bob")  # one more edit does not let it through
        house.look("n01.md", after=MINUTE)
        assert codes(house) == ["FD403"]
        assert not live(house)["n01.md"].authors
        house.run(after=MINUTE, accept=True)
        assert sum(entry.published.month == 9 for entry in live(house).values()) == MANY - 1
        assert codes(house) == []

    def test_one_author_may_move_a_date(self, house):
        article(house, 3, date="2026-09-09")
        house.run(after=MINUTE)
        assert (live(house)["n03.md"].published.month, codes(house)) == (9, [])

    @pytest.mark.parametrize("back", [True, False])
    def test_another_time_zone_is_held_and_as_quiet_when_accepted(self, house, back):
        """Put back it is over; accepted it moves the dates and nothing else."""
        site = house.settings.site
        house.use(site=replace(site, timezone="America/New_York"))
        house.run(after=MINUTE)
        assert {entry.published.hour for entry in live(house).values()} == {0}
        assert codes(house) == ["FD403"]
        if back:
            house.use(site=site)
        house.run(after=MINUTE, accept=not back)
        assert codes(house) == []
        assert {entry.published.hour for entry in live(house).values()} == {0 if back else 4}
        assert {entry.updated for entry in live(house).values()} == {entry.published for entry in live(house).values()}
        assert house.store.deliveries(["pending"]) == ()

    def test_what_is_held_survives_a_restart(self, house):
        for n in range(MANY):
            article(house, n, date="2026-09-09")
        house.run(after=MINUTE)
        house.restart()
        assert house.run(after=HOUR).problems == []
        assert codes(house) == ["FD403"]
        house.run(after=MINUTE, accept=True)
        assert {entry.published.month for entry in live(house).values()} == {9}
