"""What the crash test is made of: an editor who never stops writing, a reader who never stops reading, a hub that looks
at what it is told about, and a killer who knows the bad moments."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import parse_qs

from lxml import etree

from tests.support.daemon import Site, until
from tests.support.loopback import Loopback, Received

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
SITEMAP = "feeds-sitemap.xml"
TAGS = ("red", "green", "blue", "grey")


# --- documents as a strict reader takes them --------------------------------------------------------------------------


@dataclass(frozen=True)
class Item:
    """One entry of a document: its id, and everything that must be the same in a build from nothing."""

    id: str
    title: str
    link: str
    content: str
    published: str
    tags: tuple[str, ...]


def items(path: str, data: bytes) -> list[Item]:
    """The entries of a document, in order. Anything that is not well-formed and complete raises."""
    if path.endswith(".json"):
        return _json_items(data)
    root = etree.fromstring(data)
    return _rss_items(root) if path.endswith(".xml") else _atom_items(root)


def _json_items(data: bytes) -> list[Item]:
    document = json.loads(data)
    assert document["version"] == "https://jsonfeed.org/version/1.1"
    return [
        Item(
            each["id"],
            each.get("title", ""),
            each["url"],
            each.get("content_html", ""),
            each["date_published"],
            tuple(each.get("tags", ())),
        )
        for each in document["items"]
    ]


def _rss_items(root: Any) -> list[Item]:
    assert (root.tag, len(root)) == ("rss", 1)
    return [
        Item(
            each.findtext("guid"),
            each.findtext("title", ""),
            each.findtext("link"),
            each.findtext(f"{CONTENT}encoded", ""),
            each.findtext("pubDate"),
            tuple(term.text for term in each.findall("category")),
        )
        for each in root[0].findall("item")
    ]


def _atom_items(root: Any) -> list[Item]:
    assert root.tag == f"{ATOM}feed"
    return [
        Item(
            each.findtext(f"{ATOM}id"),
            each.findtext(f"{ATOM}title", ""),
            each.find(f"{ATOM}link[@rel='alternate']").get("href"),
            each.findtext(f"{ATOM}content", ""),
            each.findtext(f"{ATOM}published"),
            tuple(term.get("term") for term in each.findall(f"{ATOM}category")),
        )
        for each in root.findall(f"{ATOM}entry")
    ]


def paths(public: Path) -> list[str]:
    """The feeds in the output folder. The pages for people and lists beside them are not what this is about."""
    found = (
        os.path.relpath(os.path.join(folder, name), public) for folder, _, names in os.walk(public) for name in names
    )
    return [
        path
        for path in found
        if path.endswith((".xml", ".atom", ".json")) and path != SITEMAP and not os.path.basename(path).startswith(".")
    ]


def documents(public: Path) -> dict[str, bytes]:
    return {path: (public / path).read_bytes() for path in paths(public)}


def litter(public: Path) -> list[str]:
    return [name for _, _, names in os.walk(public) for name in names if name.startswith(".")]


def digest(data: bytes) -> str:
    return blake2b(data, digest_size=16).hexdigest()


# --- the editor -------------------------------------------------------------------------------------------------------


@dataclass
class Article:
    number: int
    path: str
    version: int = 1
    tags: tuple[str, ...] = ()
    touched: bool = False  # edited, renamed or new since the first build

    @property
    def title(self) -> str:
        return f"Article {self.number}, version {self.version}"

    def text(self) -> str:
        words = " ".join(f"word{self.number}x{n}" for n in range(60))  # no two articles are alike
        head = f"title: {self.title}\ndate: 2026-01-01T{self.number // 60:02}:{self.number % 60:02}:00Z\n"
        return f"---\n{head}tags: [{', '.join(self.tags)}]\n---\n\n{words}\n\nThis is version {self.version}.\n"


class Editor:
    """Writes, edits, renames and deletes articles, one deed after the other. A path is used once and never again.

    Articles of odd numbers are edited in place, with a pause in the middle, and never renamed: a half-written file that
    is renamed is nobody's article any more. The others are replaced whole.
    """

    def __init__(self, site: Site, seed: int) -> None:
        self.articles: dict[int, Article] = {}
        self.dropped: set[int] = set()
        self.renamed: set[int] = set()
        self.deeds = 0
        self._site = site
        self._random = Random(seed)
        self._next = 1

    def begin(self, count: int) -> None:
        for _ in range(count):
            self._new().touched = False

    def go_on(self) -> None:
        """One deed, then a moment's rest."""
        deeds: list[Callable[[], object]] = [self.edit] * 12 + [self._rename] * 3
        if len(self.articles) < 24:
            deeds += [self._new] * 3
        if len(self.articles) > 12:
            deeds += [self._delete] * 2
        self._random.choice(deeds)()
        self.deeds += 1
        time.sleep(self._random.uniform(0.005, 0.09))

    def _new(self) -> Article:
        number, self._next = self._next, self._next + 1
        folder = self._random.choice(("", "", "news/"))
        article = self.articles[number] = Article(number, f"{folder}article-{number}.md", touched=True)
        self._save(article)
        return article

    def edit(self) -> None:
        article = self._any()
        article.version += 1
        article.touched = True
        self._save(article)

    def _save(self, article: Article) -> None:
        article.tags = tuple(sorted(self._random.sample(TAGS, self._random.randint(1, 2))))
        if article.number % 2:
            self._save_in_place(article)
        else:
            self._site.write(article.path, article.text())

    def _save_in_place(self, article: Article) -> None:
        file = self._site.posts / article.path
        file.parent.mkdir(exist_ok=True)
        text = article.text()
        middle = self._random.randrange(len(text))
        with file.open("w") as opened:
            opened.write(text[:middle])
            opened.flush()
            time.sleep(self._random.choice((0, 0.002, 0.02)))
            opened.write(text[middle:])

    def _rename(self) -> None:
        """To another name and perhaps into another folder; sometimes the text changes in the same breath."""
        even = [article for article in self.articles.values() if not article.number % 2]
        article = self._random.choice(even)
        old = self._site.posts / article.path
        folder = self._random.choice(("", "news/"))
        article.path = f"{folder}article-{article.number}-at-{self.deeds}.md"
        article.touched = True
        self.renamed.add(article.number)
        (self._site.posts / article.path).parent.mkdir(exist_ok=True)
        old.rename(self._site.posts / article.path)
        if self._random.random() < 0.3:
            article.version += 1
            self._save(article)

    def _delete(self) -> None:
        article = self._any()
        (self._site.posts / article.path).unlink()
        del self.articles[article.number]
        self.dropped.add(article.number)

    def _any(self) -> Article:
        return self._random.choice(list(self.articles.values()))


# --- the reader -------------------------------------------------------------------------------------------------------


class Reader:
    """Looks at every document on the disk again and again, reads what is not as it was, and believes nothing."""

    def __init__(self, public: Path) -> None:
        self.looks = 0
        self.versions = 0
        self.complaints: list[str] = []
        self.ids: dict[str, set[str]] = {}  # by link
        self._public = public
        self._seen: dict[str, tuple[int, ...]] = {}

    def go_on(self) -> None:
        now = {path: _times(self._public / path) for path in paths(self._public)}
        self.complaints += [f"{path} is gone" for path in self._seen.keys() - now.keys()]
        for path, times in now.items():
            self.looks += 1
            if self._seen.get(path) != times:
                self._judge(path, (self._public / path).read_bytes())
        self._seen |= now
        time.sleep(0.001)

    def _judge(self, path: str, data: bytes) -> None:
        self.versions += 1
        try:
            found = items(path, data)
        except Exception as error:
            self.complaints.append(f"{path}, {len(data)} bytes: {error!r}")
            return
        if len({item.id for item in found}) != len(found):
            self.complaints.append(f"{path}: an id stands there twice")
        for item in found:
            self.ids.setdefault(item.link, set()).add(item.id)


# --- the hub and the receiver -----------------------------------------------------------------------------------------


class Ears(Loopback):
    """A WebSub hub that fetches what it is told about (from the disk, at once), and a webhook's receiver."""

    def __init__(self, public: Path) -> None:
        self.rang = threading.Event()
        self.fetched: dict[str, str] = {}  # document path -> digest of what stood there at its last ping
        self.entries: dict[str, dict[str, Any]] = {}  # entry id -> the last that was said about it
        self.said: set[tuple[str, str, str]] = set()  # (id, url, title)
        self._public = public
        self._one_by_one = threading.Lock()
        super().__init__()

    def _answer(self, connection: Any, request: Received) -> None:
        self.rang.set()
        if len(request.body) == int(request.headers["content-length"]):  # else its sender was killed
            with self._one_by_one:
                self._fetch(request) if request.path == "/hub" else self._listen(request)
        super()._answer(connection, request)

    def _fetch(self, request: Received) -> None:
        asked = parse_qs(request.body.decode())
        path = asked["hub.url"][0].removeprefix("https://ann.example/")
        self.fetched[path] = digest((self._public / path).read_bytes())

    def _listen(self, request: Received) -> None:
        for entry in json.loads(request.body)["data"]["entries"]:
            self.entries[entry["id"]] = entry
            self.said.add((entry["id"], entry["url"], entry["title"]))


# --- the killer -------------------------------------------------------------------------------------------------------


MOMENTS = ("starting", "any", "told", "writing", "replaced", "committed")


@dataclass
class Killer:
    """Runs the daemon and kills it: at its start, at any time, when somebody is told, when a document is being written,
    when one was just replaced, when something was just committed."""

    site: Site
    ears: Ears
    random: Random
    kills: dict[str, int] = field(default_factory=dict)

    def moments(self, count: int, kinds: Sequence[str] = MOMENTS) -> list[str]:
        """Each kind equally often, in any order."""
        wanted = [kinds[n % len(kinds)] for n in range(count)]
        self.random.shuffle(wanted)
        return wanted

    def run(self) -> None:
        """Start the daemon; it is not waited for. One log a life, so that a failure shows the last words."""
        logs = self.site.folder / "logs"
        logs.mkdir(exist_ok=True)
        self.site.log = logs / f"{sum(self.kills.values()):03}"
        with self.site.log.open("wb") as log:
            self.site.process = subprocess.Popen(self.site.command("run"), cwd=self.site.folder, stderr=log)

    def pace(self) -> float:
        """How long a start takes here and now; that one is killed at its end."""
        self.run()
        begun = time.monotonic()
        self._wait_until_it_serves()
        took = time.monotonic() - begun
        self._kill("starting")
        return took

    def kill(self, moment: str) -> None:
        if moment != "starting":
            self._wait_until_it_serves()
        getattr(self, f"_{moment}")()
        self._kill(moment)

    def kill_after(self, seconds: float) -> None:
        time.sleep(seconds)
        self._kill("starting")

    def _kill(self, moment: str) -> None:
        assert not self._died(), f"ended by itself: {self._words()}"
        self.site.kill()
        self.kills[moment] = self.kills.get(moment, 0) + 1

    def _wait_until_it_serves(self) -> None:
        said = self.site.log
        until(lambda: b"serving " in said.read_bytes() or self._died(), "the daemon serves")

    def _died(self) -> bool:
        assert self.site.process is not None
        return self.site.process.poll() is not None

    def _words(self) -> str:
        return self.site.log.read_text()[-3000:]

    # --- moments: each is waited for, but not longer than two seconds

    def _starting(self) -> None:
        time.sleep(self.random.uniform(0, 1.0))

    def _any(self) -> None:
        time.sleep(self.random.uniform(0, 1.2))

    def _soon(self) -> None:
        time.sleep(self.random.uniform(0, 0.15))

    def _told(self) -> None:
        self.ears.rang.clear()
        self.ears.rang.wait(2)
        time.sleep(self.random.choice((0, 0, 0.001, 0.005)))

    def _writing(self) -> None:
        self._wait_for(lambda: bool(litter(self.site.public)))

    def _replaced(self) -> None:
        self._wait_for_change(lambda: [entry.inode() for entry in os.scandir(self.site.public)])
        time.sleep(self.random.choice((0, 0.001, 0.003, 0.01, 0.02, 0.03)))  # the other documents, the commit, the news

    def _committed(self) -> None:
        wal = self.site.folder / ".feedd" / "state.db-wal"
        for _ in range(self.random.randint(1, 6)):
            self._wait_for_change(lambda: _times(wal))

    def _wait_for_change(self, look: Callable[[], object]) -> None:
        before = look()
        self._wait_for(lambda: look() != before)

    def _wait_for(self, look: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 2
        while not look() and time.monotonic() < deadline:
            time.sleep(0.0003)


def _times(file: Path) -> tuple[int, ...]:
    """What differs once a file was written to or replaced; () while there is none."""
    with contextlib.suppress(FileNotFoundError):
        found = file.stat()
        return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
    return ()


# --- threads ----------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def busy(deed: Callable[[], None]) -> Iterator[None]:
    """Do this over and over in a thread. What it raises is raised here, at the end."""
    enough = threading.Event()
    failed: list[BaseException] = []

    def work() -> None:
        try:
            while not enough.is_set():
                deed()
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        enough.set()
        thread.join()
    if failed:
        raise failed[0]
