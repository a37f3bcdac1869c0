"""An archive of 5,000 articles: the work of an edit is that of the edit, not of the archive. Counted, not timed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from feedd.model import Feed
from feedd.renderer.slugs import slugify
from feedd.store.sql import SqlStore
from tests.bench import corpus
from tests.support.house import MAIN, House

pytestmark = pytest.mark.timeout(180)

ARTICLES = 5_000
MINUTE = timedelta(minutes=1)
FEEDS = (
    MAIN,
    Feed("tags/{tag}", "About {tag}", each="tag"),
    Feed("categories/{category}", "{category}", each="category"),
    Feed("authors/{author}", "By {author}", each="author"),
)


@dataclass
class Archive:
    """The house, and what its feeds must show, worked out from the files without feedd."""

    house: House
    dates: dict[str, datetime] = field(default_factory=dict)
    feeds: dict[str, list[str]] = field(default_factory=dict)  # the paths of each feed's articles, newest first

    def learn(self) -> None:
        for path, head in corpus.heads(self.house.posts):
            self.dates[path] = head["date"]
            names = ["feed", f"authors/{slugify(head['author'])}"]
            names += [f"tags/{slugify(tag)}" for tag in head["tags"]]
            names += [f"categories/{slugify(category)}" for category in head["categories"]]
            for name in names:
                self.feeds.setdefault(name, []).append(path)
        for paths in self.feeds.values():
            paths.sort(key=self.dates.__getitem__, reverse=True)

    def showing(self, path: str) -> list[str]:
        """The feeds in whose window the article stands."""
        return sorted(name for name, paths in self.feeds.items() if path in paths[: MAIN.limit])

    def documents(self) -> dict[str, tuple[int, int]]:
        """Every published file with its inode and time: both change when it is written."""
        files = [path for path in self.house.public.rglob("*") if path.is_file()]
        return {path.relative_to(self.house.public).as_posix(): _mark(path.stat()) for path in files}

    def edit(self, path: str) -> None:
        file = self.house.posts / path
        file.write_text(file.read_text(encoding="utf-8") + "\nOne more sentence.\n", encoding="utf-8")
        self.house.watcher.reads.clear()
        self.house.pipeline.fragments.made = 0


def _mark(stat):
    return stat.st_ino, stat.st_mtime_ns


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """Built once: the tests below edit different articles of it."""
    folder = tmp_path_factory.mktemp("scale")
    store = SqlStore(str(folder / "state.db"))
    made = Archive(House(folder, feeds=FEEDS, store=store))
    corpus.make(made.house.posts, ARTICLES)
    made.learn()
    report = made.house.run()
    assert (report.read, len(report.added)) == (ARTICLES, ARTICLES)
    assert report.rendered == sorted(made.feeds)
    yield made
    store.close()


def test_one_edited_file_reads_one_article_and_renders_its_feeds_only(archive):
    """The newest article stands in every feed it belongs to: these are rendered anew, from the items that are kept and
    from one that is made."""
    newest = archive.feeds["feed"][0]
    touched = archive.showing(newest)
    assert len(touched) >= 4
    archive.edit(newest)
    archive.house.look(newest, after=MINUTE)  # a pipeline that was just started has no items yet
    before = archive.documents()
    archive.edit(newest)
    report = archive.house.look(newest, after=MINUTE)
    assert archive.house.watcher.reads == [newest]
    assert report.rendered == touched
    written = sorted(f"{name}.{suffix}" for name in touched for suffix in ("xml", "atom", "json"))
    assert sorted(publication.path for publication in report.published) == written
    after = archive.documents()
    assert sorted(path for path in after if after[path] != before[path]) == written
    assert archive.house.pipeline.fragments.made == 3  # one entry, once a format


def test_an_article_in_some_windows_renders_these_only(archive):
    """An article too old for the main feed, still shown by one of its others."""
    shown = {path for paths in archive.feeds.values() for path in paths[: MAIN.limit]}
    path = min(shown, key=archive.dates.__getitem__)
    touched = archive.showing(path)
    assert touched and "feed" not in touched
    archive.edit(path)
    report = archive.house.look(path, after=MINUTE)
    assert (archive.house.watcher.reads, report.rendered) == ([path], touched)


def test_an_edit_outside_every_window_renders_and_writes_nothing(archive):
    """The oldest article is read and remembered; no feed shows it."""
    oldest = archive.feeds["feed"][-1]
    assert archive.showing(oldest) == []
    before = archive.documents()
    archive.edit(oldest)
    report = archive.house.look(oldest, after=MINUTE)
    assert archive.house.watcher.reads == [oldest]
    assert [entry.key.path for entry in report.revised] == [oldest]
    assert (report.rendered, report.published, archive.house.pipeline.fragments.made) == ([], [], 0)
    assert archive.documents() == before


def test_a_restart_with_nothing_changed_reads_and_renders_nothing(archive):
    """A new process sweeps 5,000 files and finds that every document stands."""
    before = archive.documents()
    archive.house.restart()
    report = archive.house.run(after=MINUTE)
    assert (report.files, archive.house.watcher.reads, report.rendered) == (ARTICLES, [], [])
    assert (report.changes, archive.house.pipeline.fragments.made) == (0, 0)
    assert archive.documents() == before


def test_our_own_articles_are_like_the_shared_ones(tmp_path):
    """Whichever generator wrote the archive, it has what the tests and the bench count on."""
    corpus.write(tmp_path, 200)
    found = list(corpus.heads(tmp_path))
    assert len(found) == 200
    assert {len(head["tags"]) for _, head in found} == {1, 2, 3, 4}
    assert all(head["date"].tzinfo and head["author"] and len(head["categories"]) == 1 for _, head in found)
    sizes = sorted((tmp_path / path).stat().st_size for path, _ in found)
    assert 4000 < sizes[100] < 8000
