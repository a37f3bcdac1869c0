"""kill -9 at any moment: what stands on the disk is always whole, and in the end everybody was told.

FEEDD_KILLS says how often (`make crash`: 200), FEEDD_SEED makes the same plan again. The plan is the editor's deeds and
the killer's moments; what they meet in the daemon is the machine's chance, as in life.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from dataclasses import replace
from datetime import timedelta
from random import Random, SystemRandom

import pytest

from feedd.store.sql import SqlStore
from tests.support.crash import Ears, Editor, Killer, Reader, busy, digest, documents, items, litter
from tests.support.daemon import Site, until
from tests.support.house import HUB, House

KILLS = int(os.environ.get("FEEDD_KILLS", "8"))
FIRST_KILLS = max(2, KILLS // 20)
LAST_KILLS = max(4, KILLS // 5)
SEED = int(os.environ.get("FEEDD_SEED") or SystemRandom().randrange(10**6))

MINUTE = timedelta(minutes=1)

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(60 + 3 * KILLS)]

FEEDS = """limits: {withdrawals: {count: 1000}}
feeds:
  - {path: feed, limit: 15}
  - {path: "tags/{tag}", each: tag, formats: [rss]}
"""


@pytest.fixture
def site(tmp_path):
    return Site(tmp_path / "site", FEEDS)


@pytest.fixture
def ears(site):
    with Ears(site.public) as ears:
        with site.settings.open("a") as settings:
            settings.write(
                "ping:\n"
                f'  - {{websub: "{ears.url}/hub", allow_private: true, min_interval: 0s}}\n'
                f'  - {{webhook: "{ears.url}/hook", allow_private: true, min_interval: 0s}}\n'
            )
        yield ears


@pytest.fixture
def killer(site, ears):
    print(f"FEEDD_SEED={SEED} FEEDD_KILLS={KILLS}")
    yield Killer(site, ears, Random(SEED))
    site.kill()


def test_killed_at_any_moment(site, ears, killer):
    """Under a stream of edits, killed again and again: documents are whole at every moment; after the last restart they
    say what a build from nothing says, and hub and receiver have heard of the final version of each."""
    editor, reader = Editor(site, SEED), Reader(site.public)
    editor.begin(15)
    killer.run()
    until(lambda: documents(site.public), "the first build")
    with busy(reader.go_on):
        with busy(editor.go_on):
            for moment in killer.moments(KILLS):
                killer.kill(moment)
                killer.run()
        expected = from_nothing(site)
        until(lambda: standing(site) == expected, "everything is published", within=30)
        until(lambda: is_quiet(site), "everything is announced", within=20)
    assert reader.complaints == []
    assert reader.versions > KILLS
    assert {path: ids for path, ids in reader.ids.items() if len(ids) != 1} == {}
    everybody_heard(site, ears, editor)
    assert killer.site.stop() == 0
    nothing_is_left_behind(site)


def test_the_last_edit_before_a_kill_is_announced(site, ears, killer):
    """No later edit makes good for a lost announcement: one edit, one kill while it is published, and after the restart
    everybody hears of it."""
    editor = Editor(site, SEED)
    editor.begin(10)
    killer.run()
    until(lambda: documents(site.public) and is_quiet(site), "the first build")
    silent = {path: digest(data) for path, data in documents(site.public).items()}
    for moment in killer.moments(LAST_KILLS, ("replaced", "soon", "committed", "told")):
        editor.edit()
        killer.kill(moment)
        killer.run()
        until(lambda: has_heard(site, ears, editor, silent), f"everybody heard of what was edited before: {moment}")


def has_heard(site, ears, editor, silent):
    final = documents(site.public)
    told = {item.title for item in items("feed.json", final["feed.json"])}
    said = {title for _, _, title in ears.said}
    return (
        told == {article.title for article in editor.articles.values()}
        and {article.title for article in editor.articles.values() if article.touched} <= said
        and all(ears.fetched.get(path, silent.get(path)) == digest(data) for path, data in final.items())
    )


def test_a_first_build_that_is_killed_stays_silent(site, ears, killer):
    """However often the first build must begin anew, it publishes everything and announces nothing."""
    Editor(site, SEED).begin(15)
    pace = killer.pace()
    for number in range(FIRST_KILLS):
        killer.run()
        killer.kill_after(pace * (0.6 + 0.7 * number / FIRST_KILLS))
    expected = from_nothing(site)
    killer.run()
    until(lambda: standing(site) == expected, "everything is published")
    until(lambda: is_quiet(site), "nothing waits")
    assert ears.requests == []
    assert killer.site.stop() == 0
    nothing_is_left_behind(site)


def test_what_a_killed_run_put_in_place_may_have_been_read(tmp_path):
    """Killed between the rename and COMMIT 2, and the edit is taken back before the restart: the bytes are those of the
    record again, but whoever looked meanwhile must hear of it."""
    store = SqlStore(str(tmp_path / "state.db"))
    house = House(tmp_path, endpoints=[HUB], store=store)
    house.article("a.md", "A")
    house.run()
    recorded = house.read()
    house.article("b.md", "B")
    with killed_at(store, "record"):
        house.run(after=MINUTE)
    assert house.read() != recorded
    (house.posts / "b.md").unlink()
    house.restart()
    house.run(after=MINUTE)
    assert house.read() == recorded
    assert "https://ann.example/feed.xml" in {delivery.topic for delivery in store.deliveries(["pending"])}
    store.close()


@contextlib.contextmanager
def killed_at(store, step):
    """Nothing from this step on is done; what was done before stays."""
    setattr(store, step, lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        yield
    delattr(store, step)


def test_a_folder_in_a_documents_place_stops_that_document_only(tmp_path):
    """Found after a restart, too: it is said, and the others are published."""
    house = House(tmp_path)
    house.article("a.md", "A")
    house.run()
    (house.public / "feed.xml").unlink()
    (house.public / "feed.xml").mkdir()
    house.restart()
    house.pipeline.preload()
    house.article("b.md", "B")
    report = house.run(after=MINUTE)
    assert [problem.code for problem in report.problems] == ["FD501"]
    assert sorted(house.titles("feed.atom")) == ["A", "B"]


# --- what must be true in the end


def from_nothing(site):
    """What a feedd that has never seen the folder makes of it, without the ids."""
    other = Site(site.folder / "other", FEEDS)
    other.settings.write_text(other.settings.read_text().replace("source: posts", f"source: {site.posts}"))
    built = other.cli("build")
    assert built.returncode == 0, built.stderr
    return standing(other)


def standing(site):
    """Path -> what the document there says, without the ids. A tag's feed that lost its last entry says nothing."""
    return {path: said for path, data in documents(site.public).items() if (said := without_ids(path, data))}


def without_ids(path, data):
    return [replace(item, id="") for item in items(path, data)]


def is_quiet(site):
    status = site.status()
    files = sum(len(names) for _, _, names in os.walk(site.posts))
    if status["daemon"] is None or not status["daemon"]["ready"]:
        return False
    assert not status["given_up"]
    assert not status["problems"]
    return status["counts"]["files"] == files and not status["waiting"] and all(f["current"] for f in status["feeds"])


def everybody_heard(site, ears, editor):
    """The hub fetched the final bytes of each document; the receiver was told the final version of each article that
    changed since the first build, and last of all that those which are gone are gone."""
    final = documents(site.public)
    assert ears.fetched == {path: digest(data) for path, data in final.items()}
    live = {item.title: item for item in items("feed.json", final["feed.json"])}
    live |= {item.title: item for path in final if path.startswith("tags/") for item in items(path, final[path])}
    assert live.keys() == {article.title for article in editor.articles.values()}
    for article in editor.articles.values():
        item = live[article.title]
        if article.touched:
            assert (item.id, item.link, item.title) in ears.said
            assert ears.entries[item.id]["title"] == item.title
    ids = {item.id for item in live.values()}
    assert {id: last for id, last in ears.entries.items() if id not in ids and last["event"] != "withdrawn"} == {}
    assert {id: ears.entries[id] for id in ids & ears.entries.keys() if ears.entries[id]["event"] == "withdrawn"} == {}


def nothing_is_left_behind(site):
    assert litter(site.public) == []
    database = sqlite3.connect(site.folder / ".feedd" / "state.db")
    try:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    finally:
        database.close()
    for log in (site.folder / "logs").iterdir():
        assert "Traceback" not in log.read_text()
