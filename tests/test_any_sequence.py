"""Whatever an author does to a folder, in whatever order: no article is lost, none is there twice, ids stay.

The same deeds are done to two houses, one with each store, and both must say the same.
"""

from __future__ import annotations

import itertools
import json
import shutil
import tempfile
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from feedd.model import Entry, Feed, Query
from feedd.store.memory import MemoryStore
from feedd.store.sql import SqlStore
from tests.support.house import HOOK, HUB, MAIN, START, House

PATHS = ("a.md", "b.md", "news/a.md", "c.html")
EVER = START - timedelta(days=10_000)
LOOKS = st.sampled_from(("everything", "changed", "not yet"))
FEEDS = (MAIN, Feed("tags/{tag}", "{tag}", each="tag"), Feed("news", "News", query=Query(folders=("news",)), limit=2))


@dataclass(frozen=True)
class File:
    """What a file says. `number` makes its words its own."""

    number: int
    tag: str = "x"
    draft: bool = False
    id: str | None = None
    quoted: bool = False  # nobody sees how it was written

    @property
    def title(self) -> str:
        return f"Title {self.number}"

    def text(self) -> str:
        title = f'"{self.title}"' if self.quoted else self.title
        fields = {"title": title, "tags": f"[{self.tag}]", "draft": str(self.draft).lower(), "id": self.id}
        head = "".join(f"{name}: {value}\n" for name, value in fields.items() if value is not None)
        words = " ".join(f"w{self.number}n{n}" for n in range(10))
        return f"---\n{head}---\n\n{'__' if self.quoted else '**'}{words}{'__' if self.quoted else '**'}\n"


class AnAuthor(RuleBasedStateMachine):
    """Does things to files, and lets feedd look now and then: at everything, or at what changed."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="feedd-test-"))
        self.numbers = itertools.count(1)
        self.files: dict[str, File] = {}
        self.touched: set[str] = set()
        self.seen: dict[str, tuple[File, str]] = {}  # at the last look: what each file said and the id it had
        self.last: dict[str, Entry] = {}
        self.looked = False

    @initialize()
    def a_house(self) -> None:
        self.houses = [
            House(self.folder / name, feeds=FEEDS, endpoints=[HUB, HOOK], store=store)
            for name, store in (("memory", MemoryStore()), ("sql", SqlStore(str(self.folder / "state.db"))))
        ]
        self.looked_at_everything()

    def teardown(self) -> None:
        for house in getattr(self, "houses", ()):
            house.store.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    # --- deeds

    def look(self, how: str) -> None:
        if how == "everything":
            self.looked_at_everything()
        elif how == "changed" and self.touched:
            self.looked_at_what_changed()

    def put(self, path: str, file: File | None) -> None:
        self.files.pop(path, None)
        for house in self.houses:
            if file is None:
                (house.posts / path).unlink()
            else:
                house.write(path, file.text(), at=START - timedelta(days=file.number))
        if file is not None:
            self.files[path] = file
        self.touched.add(path)
        self.looked = False

    @rule(
        path=st.sampled_from(PATHS),
        tag=st.sampled_from("xXy"),
        draft=st.booleans(),
        id=st.sampled_from("ij--"),
        look=LOOKS,
    )
    def write(self, path: str, tag: str, draft: bool, id: str, look: str) -> None:
        rows = self.houses[0].store.index("posts")
        taken = {file.id for other, file in self.files.items() if other != path}
        taken |= {row.entry_id for other, row in rows.items() if other != path}
        stated = None if id == "-" or f"urn:example:{id}" in taken else f"urn:example:{id}"
        self.put(path, File(next(self.numbers), tag, draft, stated))
        self.look(look)

    @precondition(lambda self: self.files)
    @rule(data=st.data(), look=LOOKS)
    def toggle_draft(self, data: st.DataObject, look: str) -> None:
        path = data.draw(st.sampled_from(sorted(self.files)))
        self.put(path, replace(self.files[path], draft=not self.files[path].draft))
        self.look(look)

    @precondition(lambda self: len(self.files) > 1)
    @rule(data=st.data(), look=LOOKS)
    def delete(self, data: st.DataObject, look: str) -> None:
        self.put(data.draw(st.sampled_from(sorted(self.files))), None)
        self.look(look)

    @precondition(lambda self: 0 < len(self.files) < len(PATHS))
    @rule(data=st.data(), look=LOOKS)
    def rename(self, data: st.DataObject, look: str) -> None:
        old = data.draw(st.sampled_from(sorted(self.files)))
        suffix = old.rpartition(".")[2]
        places = sorted(path for path in PATHS if path not in self.files and path.endswith(suffix))
        if places:
            file = self.files[old]
            self.put(old, None)
            self.put(data.draw(st.sampled_from(places)), file)
            self.look(look)

    @precondition(lambda self: len(self.files) > 1)
    @rule(data=st.data(), look=LOOKS)
    def swap(self, data: st.DataObject, look: str) -> None:
        one, two = data.draw(st.permutations(sorted(self.files)))[:2]
        here, there = self.files[one], self.files[two]
        self.put(one, there)
        self.put(two, here)
        self.look(look)

    @precondition(lambda self: self.files)
    @rule(data=st.data(), look=LOOKS)
    def touch(self, data: st.DataObject, look: str) -> None:
        path = data.draw(st.sampled_from(sorted(self.files)))
        self.put(path, self.files[path])
        self.look(look)

    @precondition(lambda self: self.files)
    @rule(data=st.data(), look=LOOKS)
    def write_otherwise(self, data: st.DataObject, look: str) -> None:
        path = data.draw(st.sampled_from(sorted(self.files)))
        if path.endswith(".md"):
            self.put(path, replace(self.files[path], quoted=not self.files[path].quoted))
            self.look(look)

    @rule()
    def restart(self) -> None:
        for house in self.houses:
            house.restart()

    # --- looks

    def looked_at_everything(self) -> None:
        for house in self.houses:
            house.run(after=timedelta(minutes=1), accept=True)
        self.look_done()

    def looked_at_what_changed(self) -> None:
        for house in self.houses:
            house.look(*self.touched, after=timedelta(minutes=1))
        self.look_done()

    def look_done(self) -> None:
        self.touched = set()
        self.looked = True
        store = self.houses[0].store
        ids = {path: row.entry_id for path, row in store.index("posts").items()}
        self.nobody_lost_an_id(ids)
        self.no_time_ran_back({entry.id: entry for entry in store.live_entries()})
        self.seen = {path: (file, ids[path]) for path, file in self.files.items()}

    def nobody_lost_an_id(self, ids: dict[str, str]) -> None:
        stated = {file.id for file in self.files.values()}
        was_at = {file: (path, id) for path, (file, id) in self.seen.items()}
        for path, file in self.files.items():
            before = self.seen.get(path)
            moved = was_at.get(file)
            if file.id is not None:
                assert ids[path] == file.id
            elif before is not None and before[1] not in stated:
                # Who has now the text that another file had may have its id, too: names may be shuffled.
                shuffled = moved is not None and moved[0] != path and ids[path] == moved[1]
                assert shuffled or ids[path] == before[1], "edited in place"
            elif before is None and moved is not None and moved[0] not in self.files and moved[1] not in stated:
                assert ids[path] == moved[1], "renamed"

    def no_time_ran_back(self, now: dict[str, Entry]) -> None:
        for id, entry in now.items():
            before = self.last.get(id)
            if before is not None:
                assert entry.updated >= before.updated
                assert entry.published == before.published
                assert (entry.updated > before.updated) == (entry.digest != before.digest)
        self.last = now

    # --- what is always true once feedd looked

    @invariant()
    def every_article_is_there_once(self) -> None:
        if not self.looked:
            return
        public = sorted(file.title for file in self.files.values() if not file.draft)
        tags = {file.tag.lower() for file in self.files.values() if not file.draft}
        for house in self.houses:
            items = json.loads(house.read("feed.json"))["items"]
            assert sorted(item["title"] for item in items) == public
            assert len({item["id"] for item in items}) == len(items)
            assert all(item["date_modified"] >= item["date_published"] for item in items)
            assert all(urlsplit(item["url"]).hostname == "ann.example" for item in items)
            assert house.store.problems() == house.store.dirty() == house.store.events() == ()
            for tag in tags:
                tagged = sorted(f.title for f in self.files.values() if not f.draft and f.tag.lower() == tag)
                assert sorted(house.titles(f"tags/{tag}.xml")) == tagged

    @invariant()
    def nobody_is_here_and_gone(self) -> None:
        if not self.looked:
            return
        for house in self.houses:
            for file in house.public.rglob("*.json"):
                document = json.loads(file.read_bytes())
                gone = {each["id"] for each in document["_feedd"].get("deleted", ())}
                assert not gone & {item["id"] for item in document["items"]}

    @invariant()
    def both_stores_say_the_same(self) -> None:
        one, other = self.houses
        assert {f.name: f.read_bytes() for f in one.public.rglob("*.*")} == {
            f.name: f.read_bytes() for f in other.public.rglob("*.*")
        }
        for ask in ("live_entries", "feeds", "dirty", "events", "publications", "problems", "counts"):
            assert getattr(one.store, ask)() == getattr(other.store, ask)(), ask
        for id in self.last:
            assert one.store.history(id) == other.store.history(id)
        for feed in one.store.feeds():
            assert one.store.tombstones(feed, EVER) == other.store.tombstones(feed, EVER)
        assert told(one) == told(other)


def told(house: House) -> list[tuple[str, str, str, datetime]]:
    return sorted((d.endpoint, d.topic, json.dumps(d.payload, sort_keys=True), d.due) for d in house.store.deliveries())


TestAnyDeeds = AnAuthor.TestCase
TestAnyDeeds.settings = settings(
    max_examples=20,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
