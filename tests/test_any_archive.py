"""Whatever happens to entries and settings, in whatever order: a walk finds each live entry once, a page keeps its
members, and no document is too large."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from feedd.model import Entry, Feed, Query
from feedd.store.memory import MemoryStore
from tests.support.house import MAIN, START
from tests.support.press import Press, article

FEED = replace(MAIN, archive=2, limit=2)
Y_ONLY = Query(tags=("y",))


class Dying(MemoryStore):
    """Records so many times and then loses its power once."""

    left: int | None = None

    def record(self, publications, deliveries, **more):
        if self.left is not None and publications:
            self.left -= 1
            if self.left < 0:
                self.left = None
                raise RuntimeError("no power")
        super().record(publications, deliveries, **more)


class AnArchive(RuleBasedStateMachine):
    """Entries come, change, go and return; feedd looks now and then, and sometimes dies."""

    def __init__(self) -> None:
        super().__init__()
        self.numbers = itertools.count(1)
        self.live: dict[str, Entry] = {}
        self.gone: dict[str, Entry] = {}
        self.members: dict[str, set[str]] = {}  # by page: who was ever seen in it
        self.looked = False

    @initialize()
    def a_press(self) -> None:
        self.press = Press(FEED, store=Dying())
        for tag in "xyy":  # so many that there are pages whatever is done next
            self.add(tag=tag, size=1, count=3, look=True)

    @property
    def feed(self) -> Feed:
        return self.press.settings.feeds[0]

    @rule(
        tag=st.sampled_from("xy"), size=st.sampled_from((1, 1, 100, 600)), count=st.integers(1, 5), look=st.booleans()
    )
    def add(self, tag: str, size: int, count: int, look: bool) -> None:
        for _ in range(count):
            number = next(self.numbers)
            entry = article(number, body=f"Word {number}. " * size, tags=(tag,))
            self.press.add(entry)
            self.live[entry.id] = entry
        self.then(look)

    @rule(size=st.sampled_from((1, 100, 300, 600)))
    def add_one_alone(self, size: int) -> None:
        """It costs the feed's own document, and one page at most."""
        self.look()
        number = next(self.numbers)
        entry = article(number, body=f"Word {number}. " * size, tags=("y",))
        self.press.add(entry)
        self.live[entry.id] = entry
        assert len(self.look()) <= 2

    @precondition(lambda self: self.live)
    @rule(data=st.data())
    def edit_one_alone(self, data: st.DataObject) -> None:
        """It costs the document that the entry stands in, and moves nothing."""
        self.look()
        id = data.draw(st.sampled_from(sorted(self.live)))
        here = self.feed.query == Query() or "y" in self.live[id].tags
        self.live[id] = self.press.edit(self.live[id], body=self.live[id].body.swapcase())
        assert len(self.look()) == here

    @rule(days=st.integers(0, 5000), look=st.booleans())
    def add_an_old_one(self, days: int, look: bool) -> None:
        entry = article(next(self.numbers), published=START - timedelta(days=days), tags=("y",))
        self.press.add(entry)
        self.live[entry.id] = entry
        self.then(look)

    @precondition(lambda self: self.live)
    @rule(data=st.data(), tag=st.sampled_from("xy"), size=st.sampled_from((1, 100, 600)), look=st.booleans())
    def edit(self, data: st.DataObject, tag: str, size: int, look: bool) -> None:
        id = data.draw(st.sampled_from(sorted(self.live)))
        body = f"Another word {next(self.numbers)}. " * size
        self.live[id] = self.press.edit(self.live[id], body=body, tags=(tag,))
        self.then(look)

    @precondition(lambda self: self.live)
    @rule(data=st.data(), look=st.booleans())
    def withdraw(self, data: st.DataObject, look: bool) -> None:
        id = data.draw(st.sampled_from(sorted(self.live)))
        self.gone[id] = self.live.pop(id)
        self.press.withdraw(self.gone[id])
        self.then(look)

    @precondition(lambda self: self.gone)
    @rule(data=st.data(), look=st.booleans())
    def restore(self, data: st.DataObject, look: bool) -> None:
        id = data.draw(st.sampled_from(sorted(self.gone)))
        self.live[id] = self.gone.pop(id)
        self.press.add(self.live[id])
        self.then(look)

    @rule(
        limit=st.integers(1, 5),
        archive=st.integers(2, 4),
        days=st.sampled_from((None, 350)),
        most=st.sampled_from((None, 12_000)),
        query=st.sampled_from((Query(), Y_ONLY)),
    )
    def set(self, limit: int, archive: int, days: int | None, most: int | None, query: Query) -> None:
        age = None if days is None else timedelta(days=days)
        self.press.use(replace(FEED, limit=limit, archive=archive, max_age=age, max_bytes=most, query=query))
        self.look()

    @rule(records=st.integers(0, 3))
    def die(self, records: int) -> None:
        self.press.store.left = records
        try:
            self.press.run()
        except RuntimeError:
            self.press.restart()
        self.press.store.left = None
        self.looked = False

    @rule()
    def lose_every_document(self) -> None:
        """What is published is what would be made now; nothing depends on how it came about."""
        self.look()
        self.press.run(sweep=None)
        before = dict(self.press.standing)
        self.press.standing.clear()
        self.press.restart()
        self.press.run(verify=True, after=timedelta(0))
        assert self.press.standing == before

    @rule()
    def do_nothing(self) -> None:
        self.look()

    def look(self) -> set[str]:
        """Which documents were rewritten, in any format."""
        report = self.press.run()
        self.looked = True
        return {each.path.rpartition(".")[0] for each in report.published if each.feed}

    def then(self, look: bool) -> None:
        self.looked = False
        if look:
            self.look()

    @invariant()
    def a_walk_finds_each_once(self) -> None:
        if not self.looked:
            return
        chosen = {id for id, entry in self.live.items() if self.feed.query == Query() or "y" in entry.tags}
        walked = dict(self.press.chain())
        met = list(itertools.chain.from_iterable(walked.values()))
        assert sorted(met) == sorted(chosen)
        for format in ("rss", "atom"):
            assert self.press.walk(format) == list(walked.values())
        assert self.press.store.dirty() == ()
        for path, ids in list(walked.items())[1:]:
            before = self.members.setdefault(path, set())
            assert not set(ids) & set().union(*(m for other, m in self.members.items() if other != path)), "moved"
            assert (before & chosen) <= set(ids), "lost"
            before |= set(ids)

    @invariant()
    def no_document_is_too_large(self) -> None:
        if self.looked and self.feed.max_bytes is not None:
            assert max(map(len, self.press.standing.values())) <= self.feed.max_bytes


TestAnyArchive = AnArchive.TestCase
TestAnyArchive.settings = settings(
    max_examples=40,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
