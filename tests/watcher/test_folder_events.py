"""Hints from the real kernel: they lead to everything that differs, and no loss of events stays unnoticed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from pathlib import Path
from queue import Empty, SimpleQueue

import pytest
from file_deeds import DEEDS, NEW, Deed
from watched_tree import Tree, changed, gone

from feedd.hints import Changed, Hint, Sweep
from feedd.watcher.events import FolderEvents

DEADLINE = 15.0
SUFFIXES = frozenset({".md", ".html"})


class Watch:
    """FolderEvents on one tree, and the hints that came."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.queue: SimpleQueue[Hint] = SimpleQueue()
        self.hints: list[Hint] = []
        self.events = FolderEvents([tree.source], self.queue.put, SUFFIXES)

    @property
    def mode(self) -> str:
        return self.events.modes()["blog"]

    def until(self, done: Callable[[], bool], *, check: bool = False) -> None:
        """Take hints (and check, as the daemon does) until it is so."""
        end = time.monotonic() + DEADLINE
        while not done():
            assert time.monotonic() < end, f"never came true; hints: {self.hints}"
            try:
                self.hints.append(self.queue.get(timeout=0.05))
            except Empty:
                if check:
                    self.events.check()

    def until_hint(self, hint: Hint, *, check: bool = False) -> None:
        self.until(lambda: hint in self.hints, check=check)

    def passed(self, name: str = "fence.md") -> list[Hint]:
        """The hints up to one that is provoked now: whatever happened before has been told by then."""
        self.tree.write(name, NEW)
        self.until_hint(Changed("blog", name, vouched=True))
        return [hint for hint in self.hints if getattr(hint, "path", "") != name]

    def looked(self) -> tuple[list[str], list[str]]:
        """What looking at the hinted paths comes to."""
        paths = [hint.path for hint in self.hints if isinstance(hint, Changed)]
        result = self.tree.look(*paths, *([""] if any(isinstance(hint, Sweep) for hint in self.hints) else []))
        return changed(result), gone(result)


@contextmanager
def watching(tree: Tree) -> Iterator[Watch]:
    watch = Watch(tree)
    watch.events.start()
    try:
        yield watch
    finally:
        watch.events.stop()


@pytest.fixture
def watch(articles: Tree) -> Iterator[Watch]:
    with watching(articles) as watch:
        assert (watch.mode, watch.events.healthy(), watch.events.problems()) == ("events", True, ())
        yield watch


@pytest.mark.parametrize("deed", [deed for deed in DEEDS if deed.changed or deed.gone], ids=lambda deed: deed.name)
def test_hints_lead_to_every_change(deed: Deed, watch: Watch, tmp_path: Path) -> None:
    """After any deed, looking where the hints point comes to exactly what a scan comes to."""
    if deed.needs and shutil.which(deed.needs) is None:
        pytest.skip(f"no {deed.needs} here")
    (tmp_path / "beside").mkdir()
    deed.do(watch.tree.root, tmp_path / "beside")
    watch.until(lambda: watch.looked() == (list(deed.changed), list(deed.gone)))
    watch.events.check()
    assert watch.events.healthy()


def test_litter_gives_no_hints(watch: Watch, tmp_path: Path) -> None:
    """Temporary names, other suffixes and everything in ignored folders are kept quiet; those are not even watched."""
    (deed,) = [deed for deed in DEEDS if deed.name == "litter_of_all_kinds"]
    deed.do(watch.tree.root, tmp_path)
    (watch.tree.root / ".git/more").mkdir()
    (watch.tree.root / ".git/more/e.md").write_text(NEW)
    assert watch.passed() == []


def test_our_own_reading_gives_no_hints(watch: Watch) -> None:
    """Scanning and reading everything leaves the queue empty."""
    for _ in range(3):
        watch.tree.index.clear()
        watch.tree.learn()
    assert watch.passed() == []


def test_a_closed_or_moved_in_file_is_vouched_for(watch: Watch, tmp_path: Path) -> None:
    """An event that says its writer is done carries that; one that does not, does not."""
    root = watch.tree.root
    file = (root / "open.md").open("w")
    watch.until_hint(Changed("blog", "open.md", vouched=False))
    assert Changed("blog", "open.md", vouched=True) not in watch.hints
    file.close()
    watch.until_hint(Changed("blog", "open.md", vouched=True))
    (tmp_path / "outside").write_text(NEW)
    (tmp_path / "outside").rename(root / "in.md")
    watch.until_hint(Changed("blog", "in.md", vouched=True))
    (root / ".x.tmp").write_text(NEW)
    (root / ".x.tmp").rename(root / "saved.md")
    watch.until_hint(Changed("blog", "saved.md", vouched=True))
    assert Changed("blog", "saved.md", vouched=False) not in watch.hints


def test_a_configmap_swap_is_hinted(tree: Tree) -> None:
    """The link through which articles are linked has a hidden name; its swap asks for a look all the same."""
    tree.write("..1/a.md", "one")
    tree.write("..2/a.md", "two")
    (tree.root / "..data").symlink_to("..1")
    (tree.root / "a.md").symlink_to("..data/a.md")
    tree.learn()
    with watching(tree) as watch:
        (tree.root / "..data_tmp").symlink_to("..2")
        (tree.root / "..data_tmp").rename(tree.root / "..data")
        watch.until(lambda: watch.looked() == (["a.md"], []))


def test_a_name_that_is_not_utf8_hints_its_folder(watch: Watch) -> None:
    """No hint carries a broken name; looking at its folder reports it."""
    with open(os.fsencode(watch.tree.root) + b"/news/caf\xe9.md", "w"):
        pass
    watch.until_hint(Changed("blog", "news"))
    assert all(getattr(hint, "path", "").isascii() for hint in watch.hints)


def test_articles_in_a_folder_moved_out_and_in_again(watch: Watch, tmp_path: Path) -> None:
    """The folder is watched on after its return."""
    for _ in range(2):
        (watch.tree.root / "news").rename(tmp_path / "news")
        watch.until_hint(Changed("blog", "news"))
        (tmp_path / "news").rename(watch.tree.root / "news")
        watch.until_hint(Changed("blog", "news", vouched=True))
        watch.hints.clear()
        watch.tree.write("news/c.md", NEW)
        watch.until_hint(Changed("blog", "news/c.md", vouched=True))
        watch.hints.clear()
    assert watch.events.healthy()


def sees_changes(watch: Watch) -> None:
    watch.hints.clear()
    watch.tree.write("seen.md", NEW + str(time.monotonic()))
    watch.until_hint(Changed("blog", "seen.md", vouched=True))


@pytest.mark.parametrize("pause", [False, True], ids=["at once", "with a pause"])
def test_a_root_removed_and_made_again(watch: Watch, pause: bool) -> None:
    """It is watched again by the next check, which asks for a sweep; also if it got its old inode back."""
    shutil.rmtree(watch.tree.root)
    if pause:
        watch.until(lambda: watch.mode == "waiting", check=True)
        assert watch.events.healthy()
        watch.until_hint(Sweep("blog", "folder is gone"))
    watch.tree.root.mkdir()
    watch.tree.write("a.md", NEW)
    anew = {Sweep("blog", "folder was replaced"), Sweep("blog", "watching stopped")}
    watch.until(lambda: not anew.isdisjoint(watch.hints), check=True)
    assert (watch.mode, watch.events.healthy()) == ("events", True)
    sees_changes(watch)


def test_a_root_swapped_by_renaming(watch: Watch, tmp_path: Path) -> None:
    """A deployment that renames the new folder into place is noticed, and the new folder is watched."""
    (tmp_path / "next").mkdir()
    watch.tree.root.rename(tmp_path / "last")
    (tmp_path / "next").rename(watch.tree.root)
    watch.until_hint(Sweep("blog", "folder was replaced"), check=True)
    sees_changes(watch)


def test_a_root_link_that_leads_elsewhere(articles: Tree, tmp_path: Path) -> None:
    """A source that is a link is watched where it leads, and followed when it is retargeted."""
    link = tmp_path / "current"
    link.symlink_to(articles.root)
    articles.set(path=str(link))
    (tmp_path / "next").mkdir()
    with watching(articles) as watch:
        sees_changes(watch)
        (tmp_path / "link.tmp").symlink_to("next")
        (tmp_path / "link.tmp").rename(link)
        watch.until_hint(Sweep("blog", "folder was replaced"), check=True)
        articles.root = tmp_path / "next"
        sees_changes(watch)


def test_a_missing_root_is_waited_for(articles: Tree) -> None:
    """Starting without the folder is no failure; it is watched when it comes."""
    shutil.rmtree(articles.root)
    with watching(articles) as watch:
        assert (watch.mode, watch.events.healthy()) == ("waiting", True)
        watch.events.check()
        assert watch.queue.empty()
        articles.root.mkdir()
        watch.until_hint(Sweep("blog", "folder was replaced"), check=True)
        assert watch.mode == "events"
        sees_changes(watch)


def test_a_folder_that_becomes_readable(
    open_articles: Tree, unprivileged: Callable[[], AbstractContextManager[None]]
) -> None:
    """A folder that could not be watched for lack of permission is, once it can be."""
    (open_articles.root / "news").chmod(0o000)
    with unprivileged(), watching(open_articles) as watch:
        watch.events.check()
        assert watch.queue.empty()
        if os.getuid() == 0:
            os.seteuid(0)
        (open_articles.root / "news").chmod(0o755)
        watch.until_hint(Sweep("blog", "a folder became readable"), check=True)
        open_articles.write("news/new.md")
        watch.until_hint(Changed("blog", "news/new.md", vouched=True))


def test_an_overflow_of_the_kernels_queue(watch: Watch) -> None:
    """A sweep is asked for at once, and again when everything is watched anew; the overflow is real."""
    overflow(watch)
    watch.until_hint(Sweep("blog", "overflow"))
    before = watch.events._folders[0].events
    watch.events.check()
    assert watch.events._folders[0].events is not before
    assert (watch.mode, watch.events.healthy()) == ("events", True)
    sees_changes(watch)


def overflow(watch: Watch) -> None:
    """More events than the kernel keeps, while watchdog's reader is held up."""
    most = int(Path("/proc/sys/fs/inotify/max_queued_events").read_text())
    events = watch.events._folders[0].events
    assert events is not None
    one, two = (watch.tree.write(name) for name in ("1.tmp", "2.tmp"))
    with events.inotify._lock:
        for _ in range(most // 2 + 1000):  # in turn, because the kernel joins equal neighbours
            os.utime(one)
            os.utime(two)


def test_a_queue_that_runs_over_again_and_again(watch: Watch) -> None:
    """After three checks in a row that found an overflow the folder is polled for a while, then events are tried."""
    for _ in range(3):
        assert watch.mode == "events"
        watch.hints.clear()
        overflow(watch)
        watch.until_hint(Sweep("blog", "overflow"))
        watch.events.check()
    assert (watch.mode, [p.code for p in watch.events.problems()]) == ("polling", ["FD322"])
    for _ in range(60):
        watch.events.check()
    assert (watch.mode, watch.events.problems()) == ("events", ())
    watch.until_hint(Sweep("blog", "trying events again"))


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("thread", ["dispatcher", "emitter", "reader"])
def test_a_dead_thread_is_replaced(watch: Watch, thread: str) -> None:
    """When one of watchdog's threads ends, health says so, and a check starts anew and asks for a sweep."""
    events = watch.events._folders[0].events
    assert events is not None
    victim = {"dispatcher": events.observer, "emitter": next(iter(events.observer.emitters)), "reader": events.inotify}
    if thread == "dispatcher":
        events.observer.event_queue.put("not an event")  # what an exception in a handler would do
    else:
        victim[thread].stop()
    watch.until(lambda: not victim[thread].is_alive())
    assert not watch.events.healthy()
    watch.events.check()
    assert watch.events.healthy()
    watch.until_hint(Sweep("blog", "watching stopped"))
    sees_changes(watch)


def test_a_hint_that_could_not_be_left(articles: Tree) -> None:
    """If the queue refuses a hint, the handler survives, and the next check asks for a sweep."""
    swept: SimpleQueue[Hint] = SimpleQueue()

    def put(hint: Hint) -> None:
        if isinstance(hint, Changed):
            raise MemoryError
        swept.put(hint)

    events = FolderEvents([articles.source], put, SUFFIXES)
    events.start()
    try:
        articles.write("a.md", NEW)
        end = time.monotonic() + DEADLINE
        while swept.empty() and time.monotonic() < end:
            events.check()
        assert (swept.get(timeout=1), events.healthy()) == (Sweep("blog", "a hint was lost"), True)
    finally:
        events.stop()


def test_polling(articles: Tree) -> None:
    """A source that says so is swept every `poll_every`, with no inotify instance at all."""
    articles.set(watch="poll", poll_every=timedelta(milliseconds=10))
    before = inotify_instances()
    with watching(articles) as watch:
        assert (watch.mode, inotify_instances(), watch.events.problems()) == ("polling", before, ())
        for _ in range(3):
            watch.hints.clear()
            watch.until_hint(Sweep("blog", "poll"))
        assert watch.events.healthy()
    while not watch.queue.empty():
        watch.queue.get()
    assert (watch.queue.empty(), watch.events.healthy()) == (True, False)


def inotify_instances() -> int:
    def target(fd: str) -> str:
        try:
            return os.readlink(f"/proc/self/fd/{fd}")
        except OSError:
            return ""

    return sum(target(fd) == "anon_inode:inotify" for fd in os.listdir("/proc/self/fd"))


def test_starting_and_stopping_leaves_nothing_behind(articles: Tree) -> None:
    """No thread and no descriptor stays, however often; stopping twice is fine, a check after it does nothing."""
    threads, files = threading.active_count(), len(os.listdir("/proc/self/fd"))
    for _ in range(10):
        watch = Watch(articles)
        watch.events.start()
        watch.events.stop()
        watch.events.stop()
        watch.events.check()
    assert (threading.active_count(), len(os.listdir("/proc/self/fd"))) == (threads, files)


LIMITED = """
import sys, threading, os
from datetime import timedelta
from feedd.model import Source
from feedd.hints import Sweep
from feedd.watcher.events import FolderEvents
root, limit, value = sys.argv[1:]
with open(f"/proc/sys/user/{limit}", "w") as file:
    file.write(value)
came = threading.Event()
source = Source("blog", root, poll_every=timedelta(milliseconds=10))
events = FolderEvents([source], lambda hint: came.set() if hint == Sweep("blog", "poll") else None, frozenset({".md"}))
events.start()
swept = came.wait(10)
print(events.modes()["blog"], swept, events.healthy(), *[p.code for p in events.problems()])
with open(f"/proc/sys/user/{limit}", "w") as file:
    file.write("1000")
for _ in range(60):
    events.check()
print(events.modes()["blog"], events.healthy(), events.problems(), len(os.listdir("/proc/self/fd")))
for path in range(int(value)):
    os.makedirs(f"{root}/more/{path}")
events.stop()
"""


@pytest.mark.parametrize(("limit", "value", "code"), [("watches", 3, "FD320"), ("instances", 0, "FD321")])
def test_without_room_in_the_kernel_a_source_is_polled(tmp_path: Path, limit: str, value: int, code: str) -> None:
    """Too few watches or no instance: the source is polled, a problem says why, and events are tried again later."""
    for folder in range(10):
        (tmp_path / f"root/{folder}/x").mkdir(parents=True)
    script = [sys.executable, "-W", "error", "-c", textwrap.dedent(LIMITED), str(tmp_path / "root")]
    command = ["unshare", "--user", "--map-root-user", *script, f"max_inotify_{limit}", str(value)]
    if subprocess.run([*command[:3], "true"], capture_output=True).returncode != 0:
        pytest.skip("no user namespaces here")
    done = subprocess.run(command, capture_output=True, text=True, timeout=50, cwd=Path(__file__).parents[2])
    first, second = done.stdout.splitlines() or ("", "")
    assert (first, done.stderr) == (f"polling True True {code}", "")
    assert second.startswith("events True ()")
