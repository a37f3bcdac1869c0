"""RFC 5005 archives: whoever walks the chain meets each entry once, pages keep their members, and a new entry costs two
documents at most."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import chain

import pytest

from feedd import settings
from feedd.errors import PublishError
from feedd.lint import Level, lint
from feedd.model import ArchivePage, ChangeKind, Feed, Problem, Query
from feedd.pipeline.gate import HELD, Gate
from feedd.renderer import render
from feedd.store.memory import MemoryStore
from feedd.store.sql import SqlStore
from tests.support.house import HOOK, HUB, MAIN, START
from tests.support.press import SUFFIXES, Press, article, links, path_of
from tests.support.publishers import MemoryPublisher

MANY = 5_000
FORMATS = tuple(SUFFIXES)
HOURLY = timedelta(hours=1)
OTHER = "tag:ann.example,2026:other"


class CountingStore(SqlStore):
    """Remembers the most bodies that were asked for at once, and how many pages were looked into."""

    most = looked = 0

    def contents(self, wanted, version):
        entries = list(wanted)
        self.most = max(self.most, len(entries))
        return super().contents(entries, version)

    def archived_digests(self, feed, page):
        self.looked += 1
        return super().archived_digests(feed, page)


def ids(*numbers: int) -> list[str]:
    return [article(n).id for n in numbers]


def paths(report) -> set[str]:
    """Which documents were rewritten, in any format."""
    return {each.path.rpartition(".")[0] for each in report.published}


def press(*, archive: int = 3, limit: int = 2, **more) -> Press:
    return Press(replace(MAIN, archive=archive, limit=limit, **more), store=MemoryStore())


def grown(count: int, **more) -> Press:
    """One entry after the other, each published by itself."""
    made = press(**more)
    for number in range(count):
        made.add(article(number))
        made.run()
    return made


# --- five thousand


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """Built at once, as a first build is."""
    store = CountingStore(str(tmp_path_factory.mktemp("archive") / "state.db"))
    made = Press(replace(MAIN, archive=100), store=store)
    for start in range(0, MANY, 1000):
        made.add(*(article(number) for number in range(start, start + 1000)))
    made.run()
    assert store.most < 200, "the bodies of a page at a time, not of the archive"
    yield made
    store.close()


@pytest.mark.parametrize("format", FORMATS)
def test_a_walk_over_five_thousand_entries_finds_each_once(many, format):
    """In every format by its own links, newest first."""
    met = list(chain.from_iterable(many.walk(format)))
    newest_first = sorted((entry.id for entry in many.store.live_entries(limit=10**6)), reverse=True)
    assert len(met) >= MANY
    assert met == newest_first


def test_adding_an_entry_rewrites_at_most_two_documents(many):
    """The feed's own; and, now and then, a new page, or the page before that, which learns of it one entry later."""
    seen = []
    for number in range(MANY, MANY + 110):
        many.add(article(number))
        rewritten = paths(many.run())
        assert "feed" in rewritten
        assert len(rewritten) <= 2
        seen += sorted(rewritten - {"feed"})
    assert seen == ["feed/archive/50", "feed/archive/49"]
    assert len(list(chain.from_iterable(many.walk("atom")))) == MANY + 110


def test_editing_an_old_entry_rewrites_its_page_only(many):
    """From the items that are kept and one that is made, once a format."""
    many.edit(article(1), title="First")
    many.run()
    many.pipeline.fragments.made = 0
    many.edit(article(1), title="Better")
    report = many.run()
    assert paths(report) == {"feed/archive/1"}
    assert many.pipeline.fragments.made == len(FORMATS)
    assert b"Better" in many.document("feed/archive/1.xml")


def test_a_run_without_news_looks_into_no_page(many):
    """Nor is anything rendered or written, also after a restart that looks at everything."""
    many.restart()
    many.pipeline.fragments.made = many.store.looked = 0
    report = many.run(verify=True)
    assert (report.published, report.rendered, many.pipeline.fragments.made) == ([], [], 0)
    assert many.run().published == []
    assert many.store.looked == 0


def test_one_edit_in_a_feed_of_a_thousand_renders_one_entry():
    """A fragment for each format."""
    made = Press(replace(MAIN, limit=1000), store=MemoryStore())
    made.add(*(article(number) for number in range(1000)))
    made.run()
    assert made.pipeline.fragments.made == 1000 * len(FORMATS)
    made.edit(article(500), title="Better")
    made.run()
    assert made.pipeline.fragments.made == 1001 * len(FORMATS)


# --- what a page is


def test_pages_grow_one_after_the_other():
    """A page's worth leaves together; the pages that are there stay as they are."""
    made = grown(12)
    assert made.walk() == [ids(11, 10, 9), ids(8, 7, 6), ids(5, 4, 3), ids(2, 1, 0)]
    before = {path: data for path, data in made.standing.items() if path.startswith("feed/archive/1.")}
    made.add(*(article(number) for number in range(12, 30)))
    made.run()
    assert made.walk()[-3:] == [ids(8, 7, 6), ids(5, 4, 3), ids(2, 1, 0)]
    assert before == {path: made.standing[path] for path in before}
    assert sum(map(len, made.walk())) == 30


def test_the_links_of_the_chain_lead_there_and_back():
    """From the oldest page forward to the newest, and from each to the feed."""
    made = grown(13)
    for format in ("rss", "atom"):
        path, forward = "feed/archive/1" + SUFFIXES[format], []
        while path:
            forward.append(path)
            found = links(made.document(path))
            assert path_of(found["current"]) == "feed" + SUFFIXES[format]
            assert "hub" not in found
            path = path_of(found["next-archive"]) if "next-archive" in found else None
        assert forward == [path for path, _ in made.chain(format)][:0:-1]
        assert {"current", "next-archive"}.isdisjoint(links(made.document("feed" + SUFFIXES[format])))


def test_one_build_and_many_make_the_same_pages():
    """What is in a page does not depend on how often feedd looked."""
    one, other = press(), grown(14)
    one.add(*(article(number) for number in range(14)))
    one.run()
    assert one.walk() == other.walk()


def test_a_feed_without_archives_has_none():
    """And one that is too young for a page has no chain yet."""
    made = Press(MAIN, Feed("young", "Young", archive=10, limit=2), store=MemoryStore())
    made.add(*(article(number) for number in range(11)))
    made.run()
    assert {path.rpartition(".")[0] for path in made.standing} == {"feed", "young"}
    assert len(made.walk(feed="young")[0]) == 11


def test_an_entry_that_comes_late_is_new():
    """An old date renumbers nothing: it waits in the feed's own document for the next page."""
    made = grown(8)
    made.add(article(100, published=START - timedelta(days=4000)))
    made.run()
    assert made.walk()[1:] == [ids(5, 4, 3), ids(2, 1, 0)]
    made.add(*(article(number) for number in (8, 9, 10)))
    made.run()
    assert made.walk() == [ids(10, 9, 8), ids(7, 6, 100), ids(5, 4, 3), ids(2, 1, 0)]


def test_who_leaves_a_page_leaves_a_tombstone_in_it_and_may_return():
    """Also after another page was made meanwhile, and over a restart."""
    made = grown(9)
    gone = article(1)
    made.withdraw(gone)
    assert paths(made.run()) == {"feed", "feed/archive/1"}  # the feed has the tombstone, too: it is what readers poll
    assert made.walk()[-1] == ids(2, 0)
    for path in ("feed.atom", "feed/archive/1.atom"):
        assert b"deleted-entry" in made.standing[path]
        assert gone.id.encode() in made.standing[path]
    assert b"deleted-entry" not in made.standing["feed/archive/2.atom"]
    made.add(*(article(number) for number in range(9, 12)))
    made.run()
    made.restart()
    made.add(gone)
    made.run()
    assert made.walk()[-1] == ids(2, 1, 0)
    assert b"deleted-entry" not in made.standing["feed/archive/1.atom"]


def test_an_entry_in_a_page_keeps_its_page_when_its_date_moves():
    """Only the order in the page follows."""
    made = grown(9)
    made.edit(article(0), published=START)
    made.run()
    assert made.walk()[-1] == ids(0, 2, 1)


def test_the_last_entry_of_a_page_leaves_an_empty_page():
    """The chain goes on through it."""
    made = grown(9)
    for number in (3, 4, 5):
        made.withdraw(article(number))
    made.run()
    assert made.walk() == [ids(8, 7, 6), [], ids(2, 1, 0)]


def test_old_entries_leave_by_age_too():
    """As soon as a page's worth of them is too old, however few are left."""
    made = press(limit=50, max_age=timedelta(days=1))
    made.add(*(article(number, published=START - number * HOURLY) for number in range(10)))
    made.run()
    assert made.walk() == [ids(*range(10))]
    made.run(sweep=None, after=timedelta(hours=15, minutes=30))
    assert made.walk() == [ids(*range(10))]  # only one is too old
    made.run(sweep=None, after=timedelta(hours=2))
    assert made.walk() == [ids(*range(7)), ids(7, 8, 9)]


def test_some_stay_in_the_feed_at_any_age():
    """A page's worth leaves only if as many as wanted stay behind."""
    made = press(limit=50, max_age=timedelta(days=1), at_least=5)
    made.add(*(article(number, published=START - number * HOURLY) for number in range(10)))
    made.run()
    made.run(sweep=None, after=timedelta(days=9))
    assert made.walk() == [ids(*range(7)), ids(7, 8, 9)]


@pytest.mark.parametrize("count", [5, 8, 9])
def test_the_chain_needs_no_excuse(count):
    """The lint warns of no page: not of the only one, nor of one that learns of its neighbour with the next entry."""
    made = grown(count)
    pages = [data for path, data in made.standing.items() if "/archive/" in path]
    found = [each for data in pages for each in lint(data) if each.rule.startswith("paging")]
    assert pages
    assert [each.rule for each in found if each.level is not Level.INFO] == []


# --- settings


@pytest.mark.parametrize(("written", "size"), [("true", 100), ("no", 0), ("false", 0), ("30", 30), ('"30"', 30)])
def test_the_setting_says_how_many_entries_a_page_has(tmp_path, written, size):
    """Yes and no, or a number."""
    (tmp_path / "posts").mkdir()
    file = tmp_path / "feedd.yaml"
    file.write_text(
        f"site: https://ann.example\nsource: posts\npublish: out\nfeeds: {{path: feed, archive: {written}}}\n"
    )
    assert settings.read(str(file), env={}).settings.feeds[0].archive == size


def test_other_sizes_hold_for_the_pages_to_come():
    """What is in a page stays in it; a smaller limit makes more pages, a larger one takes nothing back."""
    made = grown(9)
    made.use(replace(MAIN, archive=2, limit=1))
    made.run()
    made.add(article(9))
    made.run()
    assert made.walk() == [ids(9, 8), ids(7, 6), ids(5, 4, 3), ids(2, 1, 0)]
    made.use(replace(MAIN, archive=3, limit=100))
    made.add(article(10))
    assert paths(made.run(sweep=None)) == {"feed"}
    assert made.walk()[0] == ids(10, 9, 8)


def test_another_choice_of_entries_renumbers_nothing():
    """Who is chosen no more leaves its page, who is chosen now is new, who is chosen again returns."""
    made = press()
    made.add(*(article(number, tags=("x",) if number % 2 else ("x", "y")) for number in range(9)))
    made.run()
    made.use(replace(MAIN, archive=3, limit=2, query=Query(tags=("y",))))
    made.run(sweep=None)
    assert made.walk() == [ids(8, 6), ids(4), ids(2, 0)]
    made.use(replace(MAIN, archive=3, limit=2))
    made.run(sweep=None)
    assert made.walk() == [ids(8, 7, 6), ids(5, 4, 3), ids(2, 1, 0)]


def test_an_archive_that_leaves_the_settings_is_gone():
    """Its documents are retired, the feed is as any other; setting it again begins anew."""
    made = grown(9)
    made.use(replace(MAIN, limit=4))
    made.run(sweep=None)
    assert made.walk() == [ids(8, 7, 6, 5)]
    known = made.store.publications()
    assert sorted(known) == ["feed.atom", "feed.json", "feed.xml"]
    retired = made.store.marked("gone")
    assert all(f"feed/archive/{page}{suffix}" in retired for page in (1, 2) for suffix in SUFFIXES.values())
    made.use(replace(MAIN, archive=2, limit=1))
    made.run(sweep=None)
    assert made.walk() == [ids(8), ids(7, 6), ids(5, 4), ids(3, 2), ids(1, 0)]
    assert made.store.marked("gone") == "[]"


def test_each_feed_of_a_definition_has_its_own_archive():
    """With paths below its own; one that is no more takes its pages along."""
    made = Press(Feed("tags/{tag}", "{tag}", each="tag", archive=2, limit=1), store=MemoryStore())
    made.add(*(article(number, tags=("x", "y") if number < 5 else ("x",)) for number in range(7)))
    made.run()
    assert made.walk(feed="tags/x") == [ids(6), ids(5, 4), ids(3, 2), ids(1, 0)]
    assert made.walk(feed="tags/y") == [ids(4), ids(3, 2), ids(1, 0)]
    made.use(Feed("tags/{tag}", "{tag}", each="tag", archive=2, limit=1, query=Query(tags=("nobody",))))
    made.run(sweep=None)
    assert made.store.publications() == {}
    assert made.store.archive(Feed("tags/x", "x")) == ()


# --- announcements


def test_pages_are_not_announced():
    """Hubs and webhooks hear of the feed's own documents, with a new page as without."""
    made = Press(replace(MAIN, archive=2, limit=1, hubs=(HUB.url,)), store=MemoryStore(), endpoints=[HUB, HOOK])
    made.add(*(article(number) for number in range(6)))
    report = made.run()
    made.pipeline.announce_all(made.now)
    assert any(each.page for each in report.published)
    topics = {each.topic for each in made.store.deliveries() if each.kind == "websub"}
    assert topics == {f"https://ann.example/feed{suffix}" for suffix in SUFFIXES.values()}
    told = [each.payload["data"]["feeds"] for each in made.store.deliveries() if each.kind == "webhook"]
    assert all("/archive/" not in url for urls in told for url in urls)


# --- accidents


@pytest.mark.parametrize("mend", [True, False])
def test_a_page_that_is_held_back_holds_back_nothing_else(monkeypatch, mend):
    """What stood there stays and the feed goes on, until the entry is mended or what was done to it is taken back."""

    def judge(_gate, documents):
        wrong = [each for each in documents if b"Wrong" in each.data]
        return Problem(HELD, wrong[0].feed, "wrong") if wrong else None

    monkeypatch.setattr(Gate, "judge", judge)
    made = grown(9)
    before = made.standing["feed/archive/1.atom"]
    made.edit(article(1), title="Wrong")
    made.add(article(9))
    made.run()
    assert made.standing["feed/archive/1.atom"] == before
    assert made.walk()[0][0] == ids(9)[0]
    assert [(key.path, problem.code) for key, problem in made.store.problems()] == [("feed feed/archive/1", HELD)]
    assert [each.path for each in made.store.dirty()] == ["feed"]
    if mend:
        made.edit(article(1), title="Right")
    else:
        made.apply(ChangeKind.REVISED, article(1))
    made.run()
    assert made.store.dirty() == made.store.problems() == ()
    assert (b"Right" in made.standing["feed/archive/1.atom"]) is mend


class Dying(MemoryStore):
    """Loses its power when it is to record the page of this number, or the feed itself (0)."""

    at: int | None = None

    def record(self, publications, deliveries, **more):
        if any(each.page == self.at for each in publications):
            self.at = None
            raise RuntimeError("no power")
        super().record(publications, deliveries, **more)


@pytest.mark.parametrize("at", [0, 1, 2, 3])
def test_whoever_dies_between_putting_and_recording_ends_the_same(at):
    """Wherever it happens, and although an entry goes before it starts again: nothing is linked that is not there, and
    nothing is lost."""
    whole, store = press(), Dying()
    made = Press(replace(MAIN, archive=3, limit=2), store=store)
    for each in (whole, made):
        each.add(*(article(number) for number in range(6)))
        each.run()
    store.at = at + 1 if at else 0
    for each in (whole, made):
        each.add(*(article(number) for number in range(6, 16)))
    with pytest.raises(RuntimeError):
        made.run()
    assert made.walk()[0][0] in (*ids(5), *ids(15))
    made.restart()
    made.run(after=timedelta(0))
    whole.run()
    assert made.walk() == whole.walk()
    for each in (whole, made):
        for number in (16, 17):  # with the first comes a page, with the second the links
            each.add(article(number))
            each.run()
    assert made.standing == whole.standing


def test_a_page_that_was_promised_and_never_came_is_not_linked():
    """A run died between two new pages, and what the second was to hold was withdrawn."""
    store = Dying()
    made = Press(replace(MAIN, archive=3, limit=2), store=store)
    made.add(*(article(number) for number in range(8)))
    store.at = 2
    with pytest.raises(RuntimeError):
        made.run()
    made.withdraw(article(4))
    made.withdraw(article(5))
    made.run()
    assert made.walk() == [ids(7, 6, 3), ids(2, 1, 0)]
    assert "next-archive" not in links(made.standing["feed/archive/1.atom"])


def test_no_document_links_to_a_page_that_cannot_be_put():
    """The old document stands, the feed stays dirty, and the next run makes up for it."""
    publisher = MemoryPublisher()
    made = Press(replace(MAIN, archive=2, limit=1), Feed("other", "Other"), store=MemoryStore(), publisher=publisher)
    publisher.plant("feed/archive/1.json", b"somebody's")
    made.add(*(article(number) for number in range(4)))
    report = made.run()
    assert [type(error) for error in report.failed] == [PublishError]
    assert "feed.json" not in made.standing
    assert "other.json" in made.standing
    assert [each.path for each in made.store.dirty()] == ["feed"]
    publisher.strangers.clear()
    made.run()
    assert made.walk() == [ids(3, 2), ids(1, 0)]
    assert made.store.dirty() == made.store.problems() == ()


def test_a_page_that_cannot_be_rendered_holds_up_nobody_else(monkeypatch):
    """The old page stands and the feed goes on; once it can be rendered, the problem is over."""
    made = grown(9)
    whole = render.render

    def broken(snapshot, fragments):
        if snapshot.feed.path == "feed/archive/1":
            raise ValueError("a bug")
        return whole(snapshot, fragments)

    monkeypatch.setattr(render, "render", broken)
    made.edit(article(1), title="Better")
    made.add(article(9))
    made.run()
    assert made.walk()[0][0] == ids(9)[0]
    assert [problem.code for _, problem in made.store.problems()] == ["FD502"]
    monkeypatch.undo()
    made.run()
    assert b"Better" in made.standing["feed/archive/1.xml"]
    assert made.store.dirty() == made.store.problems() == ()


def test_a_page_that_vanished_is_made_again():
    """From what is recorded, with the same bytes."""
    made = grown(9)
    before = dict(made.standing)
    for path in ("feed/archive/1.xml", "feed/archive/2.json"):
        del made.standing[path]
    made.restart()
    report = made.run(sweep=None, verify=True)
    assert made.standing == before
    assert report.deliveries == 0


def test_an_id_that_changes_takes_its_place_in_the_archive_along():
    """Its page is rewritten, and nothing else moves."""
    made = grown(9)
    made.store.rename([(article(1).id, replace(article(1), id=OTHER))], {OTHER: made.settings.feeds}, START, "pinned")
    made.run()
    assert made.walk() == [ids(8, 7, 6), ids(5, 4, 3), [ids(2)[0], OTHER, ids(0)[0]]]
    assert made.store.archive(MAIN) == (ArchivePage("feed", 1, linked=True), ArchivePage("feed", 2))
