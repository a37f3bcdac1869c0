"""`python -m tests.bench [ARTICLES]`: what a cold build, a warm one and one edit cost, each beside the least that it
could cost, measured in the same minutes on the same machine. The ratios travel; the seconds do not.
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import yaml

from feedd import wiring
from feedd.cli import find
from feedd.model import Settings
from feedd.pipeline import Pipeline, Report, Scope
from feedd.publisher.cache import DocumentCache
from feedd.server.answer import Health, Request, answer
from tests.bench import corpus

SETTINGS = """\
site: https://ann.example
source: posts
publish: public
state: state
feeds:
  - path: feed
  - {path: "tags/{tag}", each: tag}
  - {path: "categories/{category}", each: category}
  - {path: "authors/{author}", each: author}
"""
COLD_RUNS, RUNS, EDITS, POLLS = 3, 5, 15, 20_000
GZIP = {"level": 6, "wbits": 31}


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds on the clock, seconds of processor, and the most memory at one time (0: not a process of its own)."""

    wall: float
    cpu: float
    rss: int = 0


def middle(costs: Sequence[Cost]) -> Cost:
    return Cost(median(c.wall for c in costs), median(c.cpu for c in costs), max(c.rss for c in costs))


def measured(work: Callable[[], object]) -> Cost:
    gc.collect()
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Cost(time.perf_counter() - wall, time.process_time() - cpu)


def repeated(runs: int, work: Callable[[], object]) -> Cost:
    return middle([measured(work) for _ in range(runs)])


# Started from here, a process would count our memory as its peak (it begins as our copy), so a small one starts it.
START = """
import json, os, sys, time
begun = time.perf_counter()
pid = os.posix_spawn(sys.executable, [sys.executable, *sys.argv[1:]], os.environ)
_, status, used = os.wait4(pid, 0)
wall = time.perf_counter() - begun
print(json.dumps([os.waitstatus_to_exitcode(status), wall, used.ru_utime + used.ru_stime, used.ru_maxrss // 1024]))
"""


def process(folder: Path, *arguments: str) -> Cost:
    """A whole process, from nothing to its exit."""
    command = [sys.executable, "-S", "-c", START, *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    code, wall, cpu, rss = json.loads(done.stdout.splitlines()[-1])
    if code:
        raise SystemExit(f"{' '.join(arguments)} failed:\n{done.stderr}")
    return Cost(wall, cpu, rss)


class Table:
    """Rows as they are measured: nobody likes to wait for all of them."""

    def __init__(self) -> None:
        print(f"{'':<44}{'wall':>11}{'processor':>12}{'peak MB':>9}   {'beside the floor'}")

    def head(self, text: str) -> None:
        print(f"\n{text}")

    def row(self, name: str, cost: Cost, floor: Cost | None = None, what: str = "") -> Cost:
        ratio = f"{cost.wall / floor.wall:6.1f} x {what}" if floor is not None else ""
        memory = str(cost.rss) if cost.rss else ""
        print(f"  {name:<42}{span(cost.wall):>11}{span(cost.cpu):>12}{memory:>9}   {ratio}".rstrip(), flush=True)
        return cost


def span(seconds: float) -> str:
    """A time in the unit that people would say it in."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.{2 if size == 1 else 1}f} {unit}"
    return f"{seconds * 1e9:.0f} ns"


# --- the floors -------------------------------------------------------------------------------------------------------


def walk(posts: Path) -> list[str]:
    """Names, sizes and times of all articles."""
    found, folders = [], [str(posts)]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                elif entry.stat(follow_symlinks=False).st_size:
                    found.append(entry.path)
    return sorted(found)


def read(files: Sequence[str]) -> list[str]:
    texts = []
    for path in files:
        with open(path, encoding="utf-8") as file:
            texts.append(file.read())
    return texts


def understand(texts: Sequence[str]) -> None:
    for text in texts:
        yaml.load(corpus.front_matter(text), yaml.CSafeLoader)


def put(folder: Path, documents: Sequence[bytes]) -> None:
    """Whole or not at all, as anybody would: a new file, on the disk, in the place of the old one."""
    for number, data in enumerate(documents):
        with open(folder / f"{number}.new", "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(folder / f"{number}.new", folder / str(number))


# --- what feedd does --------------------------------------------------------------------------------------------------


class Site:
    """A folder with the articles and the settings."""

    def __init__(self, folder: Path, articles: int) -> None:
        self.folder, self.posts, self.public = folder, folder / "posts", folder / "public"
        self.settings = folder / "feedd.yaml"
        self.settings.write_text(SETTINGS, encoding="utf-8")
        corpus.make(self.posts, articles)
        self.files = walk(self.posts)
        self.newest = max(self.files, key=lambda path: os.path.basename(path)[:10])  # its name begins with its date
        self._edits = 0

    def forget(self) -> None:
        for path in (self.folder / "state", self.public):
            if path.exists():
                path.rename(self.folder / f"old-{time.time_ns()}")

    def build(self) -> Cost:
        return process(self.folder, "-m", "feedd", "build", "--config", str(self.settings))

    def cold(self) -> Cost:
        self.forget()
        return self.build()

    def edit(self, path: str) -> str:
        """The article's name in feedd. It is read when its last change is a clock's tick old, so that is waited for."""
        self._edits += 1
        with open(path, "a", encoding="utf-8") as file:
            file.write(f"\nEdit {self._edits}.\n")
        time.sleep(0.02)
        return os.path.relpath(path, self.posts)

    def edited(self) -> Cost:
        self.edit(self.newest)
        return self.build()


class Running:
    """What the daemon's one writing thread works with."""

    def __init__(self, settings: Settings, shelf: str) -> None:
        self._settings = settings
        self.cache = DocumentCache()
        served = wiring.ServedShelf(self.cache, settings.server)
        self._lock = wiring.the_one_writer(settings)
        publishers = self._lock.__enter__()
        self._store = wiring.open_store(settings)
        self.pipeline: Pipeline = wiring.furnish(
            settings, self._store, publishers, served if shelf == "served" else wiring.NoShelf()
        )
        self.pipeline.preload()

    def close(self) -> None:
        self._store.close()
        self._lock.__exit__(None, None, None)

    def sweep(self) -> Report:
        return self.pipeline.run(Scope.everything(patient=True), wiring.clock())

    def look(self, path: str) -> Report:
        (source,) = self._settings.sources
        return self.pipeline.run(Scope(paths={source.name: frozenset([path])}), wiring.clock())


def edits(site: Site, running: Running, path: str) -> tuple[Cost, Report]:
    """The middle of some edits of this article; the first one, which fills the memory, does not count."""
    costs, report = [], Report()
    for _ in range(EDITS + 1):
        name = site.edit(path)

        def look(name: str = name) -> None:
            nonlocal report
            report = running.look(name)

        costs.append(measured(look))
    return middle(costs[1:]), report


def main(articles: int) -> None:
    with tempfile.TemporaryDirectory(prefix="feedd-bench-") as name:
        site = Site(Path(name), articles)
        print(f"{articles:,} articles; medians of {COLD_RUNS} cold builds, {RUNS} other builds, {EDITS} edits\n")
        table = Table()
        start, walked, understood = floors(site, table)
        builds(site, table, start, walked, understood)
        resident(site, table, walked)


def floors(site: Site, table: Table) -> tuple[Cost, Cost, Cost]:
    """(starting Python, listing the files, reading and understanding them)"""
    table.head("Floors: what others would need as well")
    start = middle([process(site.folder, "-c", "pass") for _ in range(RUNS)])
    table.row("start Python and do nothing", start)
    walked = table.row("list and stat all files", repeated(RUNS, lambda: walk(site.posts)))
    table.row("read all files", repeated(RUNS, lambda: read(site.files)))
    understood = repeated(COLD_RUNS, lambda: understand(read(site.files)))
    table.row("read all files and their YAML, in C", understood)
    return start, walked, understood


def builds(site: Site, table: Table, start: Cost, walked: Cost, understood: Cost) -> None:
    table.head("Processes")
    table.row(
        "feedd --version", middle([process(site.folder, "-m", "feedd", "-V") for _ in range(RUNS)]), start, "start"
    )
    helped = [process(site.folder, "-m", "feedd", "--help") for _ in range(RUNS)]
    table.row("feedd --help", middle(helped), start, "start")
    table.row("cold build: nothing known", middle([site.cold() for _ in range(COLD_RUNS)]), understood, "reading them")
    table.row("warm build: nothing changed", middle([site.build() for _ in range(RUNS)]), walked, "list and stat")
    table.row("build after one edit", middle([site.edited() for _ in range(RUNS)]), walked, "list and stat")


def resident(site: Site, table: Table, walked: Cost) -> None:
    settings = find.read(str(site.settings), ()).settings
    table.head("In the running daemon")
    running = Running(settings, "not served")
    running.sweep()
    table.row("a sweep that finds nothing", repeated(RUNS, running.sweep), walked, "list and stat")
    cost, report = edits(site, running, site.newest)
    documents = [(site.public / publication.path).read_bytes() for publication in report.published]
    floor = repeated(RUNS, lambda: put(site.folder, documents))
    what = f"putting {len(documents)} documents of {sum(map(len, documents)) / 1e6:.1f} MB"
    table.row(what, floor)
    table.row(f"one edit, {len(report.rendered)} feeds rendered", cost, floor, "putting them")
    cost, report = edits(site, running, site.files[0])
    table.row(f"one edit of an old article, {len(report.rendered)} feeds", cost)
    running.close()

    running = Running(settings, "served")
    running.sweep()
    packed = repeated(RUNS, lambda: [zlib.compress(data, **GZIP) for data in documents])
    table.row("gzip of these documents", packed)
    cost, _ = edits(site, running, site.newest)
    table.row("one edit, also compressed and served", cost, Cost(floor.wall + packed.wall, 0), "putting and gzip")
    polls(running, table)
    running.close()


def polls(running: Running, table: Table) -> None:
    """A reader that asks, and one that has it already."""
    well = Health(alive=True, ready=True)
    headers = ((b"host", b"ann.example"), (b"accept-encoding", b"gzip"), (b"user-agent", b"reader/1.0"))
    document = running.cache.get("feed.xml")
    packed = document and document.variant(b"gzip")
    assert packed is not None
    known = (*headers, (b"if-none-match", packed.etag))
    found = measured(lambda: [running.cache.get("feed.xml") for _ in range(POLLS)])
    floor = table.row("find a document in memory", each(found))
    for name, given, status in (("a poll: 200, gzip", headers, 200), ("a poll: 304", known, 304)):
        request = Request("GET", "/feed.xml", given)
        assert answer(request, running.cache, lambda: well).status == status
        cost = measured(lambda request=request: [answer(request, running.cache, lambda: well) for _ in range(POLLS)])
        table.row(name, each(cost), floor, "finding it")


def each(cost: Cost) -> Cost:
    return Cost(cost.wall / POLLS, cost.cpu / POLLS)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
