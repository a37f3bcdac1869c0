"""A whole feedd without a thread or a socket: the real watcher, normaliser, renderer and folder publisher around the
pipeline, on a real folder, with a clock in the test's hand."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import feedparser

from feedd.model import (
    Endpoint,
    Feed,
    ServerSettings,
    Settings,
    Site,
    Source,
    SourceDocument,
    Target,
)
from feedd.normalizer import SUFFIXES, media_tags
from feedd.pipeline import Pipeline, Report, Scope
from feedd.ports import Store
from feedd.publisher.folder import FolderPublisher
from feedd.store.memory import MemoryStore
from feedd.watcher.folder import FileWatcher
from feedd.wiring import NoShelf

START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SITE = Site("https://ann.example", "https://ann.example", "Ann writes")
MAIN = Feed("feed", "Ann writes")
HUB = Endpoint("websub:hub", "websub", "https://hub.example/")
HOOK = Endpoint(
    "webhook:hook", "webhook", "https://hook.example/", secrets=("whsec_" + "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0",)
)


class CountingWatcher(FileWatcher):
    """The real watcher; remembers which files were read."""

    __slots__ = ("reads",)

    def __init__(self) -> None:
        super().__init__(frozenset(SUFFIXES), media_tags.read, media_tags.cover)
        object.__setattr__(self, "reads", [])

    def read(self, source: Source, stat: Any) -> Any:
        found = super().read(source, stat)
        if isinstance(found, SourceDocument):
            self.reads.append(found.key.path)
        return found


class House:
    """`write` an article, `run` the pipeline, look at `entries("feed.xml")`."""

    def __init__(
        self,
        folder: Path,
        *,
        feeds: Sequence[Feed] = (MAIN,),
        endpoints: Sequence[Endpoint] = (),
        store: Store | None = None,
        site: Site = SITE,
    ) -> None:
        self.posts = folder / "posts"
        self.public = folder / "public"
        self.posts.mkdir(parents=True, exist_ok=True)
        self.now = START
        self.settings = Settings(
            site=site,
            sources=(Source("posts", str(self.posts)),),
            feeds=tuple(feeds),
            targets=(Target(str(self.public)),),
            endpoints=tuple(endpoints),
            server=ServerSettings(),
            state_dir=str(folder / ".feedd"),
        )
        self.store = store if store is not None else MemoryStore()
        self._ids = count(1)
        self.restart()

    def restart(self) -> None:
        """What is in memory is gone; store and files stay."""
        self.watcher = CountingWatcher()
        publishers = [FolderPublisher(target) for target in self.settings.targets]
        self.pipeline = Pipeline(
            self.settings,
            self.watcher,
            self.store,
            publishers,
            NoShelf(),
            new_id=lambda: f"msg_{next(self._ids):04}",
        )

    def use(self, **changes: Any) -> None:
        """Other settings from now on, as after a restart."""
        self.settings = replace(self.settings, **changes)
        self.restart()

    def write(self, path: str, text: str | bytes, *, at: datetime = START) -> Path:
        """A file with a known time."""
        file = self.posts / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        os.utime(file, (at.timestamp(), at.timestamp()))
        return file

    def article(self, path: str, title: str, body: str = "Some text.", **fields: object) -> Path:
        head = "".join(f"{name}: {value}\n" for name, value in ({"title": title} | fields).items())
        return self.write(path, f"---\n{head}---\n\n{body}\n")

    def run(self, *, after: timedelta = timedelta(0), **scope: Any) -> Report:
        """Everything is looked at, as after a sweep."""
        self.now += after
        return self.pipeline.run(Scope(**({"sweep": None} | scope)), self.now)

    def look(self, *paths: str, young: Sequence[str] = (), after: timedelta = timedelta(0)) -> Report:
        """Only these paths are looked at, as after events."""
        self.now += after
        return self.pipeline.run(Scope(paths={"posts": frozenset(paths)}, young={"posts": frozenset(young)}), self.now)

    def read(self, path: str = "feed.xml") -> bytes:
        return (self.public / path).read_bytes()

    def entries(self, path: str = "feed.xml") -> list[Any]:
        """A document as a feed reader understands it; the document must be well-formed."""
        parsed = feedparser.parse(self.read(path))
        assert not parsed.bozo, parsed.bozo_exception
        return list(parsed.entries)

    def titles(self, path: str = "feed.xml") -> list[str]:
        return [entry.title for entry in self.entries(path)]
