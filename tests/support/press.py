"""A pipeline without files: entries go straight into the store, documents into memory, and a reader walks them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from lxml import etree

from feedd.model import ChangeKind, ChangeSet, Endpoint, Entry, EntryChange, Feed, ServerSettings, Settings, Source
from feedd.pipeline import Pipeline, Report, Scope
from feedd.pipeline.scope import baseline
from feedd.ports import Publisher, Store
from feedd.renderer import select
from feedd.wiring import NoShelf
from tests.support import make
from tests.support.house import SITE, START, CountingWatcher
from tests.support.publishers import MemoryPublisher

ATOM = "{http://www.w3.org/2005/Atom}"
SUFFIXES = {"rss": ".xml", "atom": ".atom", "json": ".json"}


class Press:
    """`add` entries, `edit`, `withdraw` or `restore` them, `run`, and read what is published in `standing`."""

    def __init__(
        self,
        *feeds: Feed,
        store: Store,
        endpoints: Sequence[Endpoint] = (),
        publisher: Publisher | None = None,
        **more: Any,
    ) -> None:
        source = Source("posts", "/nowhere")
        self.store, self.now = store, START
        self.publisher = publisher or MemoryPublisher()
        self.settings = Settings(
            SITE, (source,), feeds, (), tuple(endpoints), ServerSettings(listen=None), "/nowhere", **more
        )
        self._ids = count(1)
        store.mark(baseline(source), "seen")
        store.mark("sources", json.dumps({"posts": source.path}))
        self.restart()

    @property
    def standing(self) -> dict[str, bytes]:
        assert isinstance(self.publisher, MemoryPublisher)
        return self.publisher.standing

    def restart(self) -> None:
        new_id = lambda: f"msg_{next(self._ids):05}"  # noqa: E731
        self.pipeline = Pipeline(
            self.settings, CountingWatcher(), self.store, [self.publisher], NoShelf(), new_id=new_id
        )

    def use(self, *feeds: Feed) -> None:
        self.settings = replace(self.settings, feeds=feeds)
        self.restart()

    def run(self, *, after: timedelta = timedelta(minutes=1), **scope: Any) -> Report:
        self.now += after
        return self.pipeline.run(Scope(**scope), self.now)

    def apply(self, kind: ChangeKind, *entries: Entry) -> None:
        feeds = {entry.id: select.feeds_of(entry, self.settings.feeds, self.settings.site.zone) for entry in entries}
        self.store.apply(ChangeSet(changes=tuple(EntryChange(kind, entry) for entry in entries)), feeds, self.now)

    def add(self, *entries: Entry) -> None:
        self.apply(ChangeKind.ADDED, *entries)

    def edit(self, entry: Entry, **fields: Any) -> Entry:
        edited = replace(entry, **({"updated": self.now} | fields))
        edited = replace(edited, digest=make.digest(edited.title, edited.body, edited.tags, edited.published))
        self.apply(ChangeKind.REVISED, edited)
        return edited

    def withdraw(self, entry: Entry) -> None:
        self.apply(ChangeKind.WITHDRAWN, replace(entry, withdrawn=self.now))

    def walk(self, format: str = "json", feed: str = "feed") -> list[list[str]]:
        """The ids in each document of the chain, as a reader of that format meets them."""
        return [ids for _, ids in self.chain(format, feed)]

    def chain(self, format: str = "json", feed: str = "feed") -> Iterator[tuple[str, list[str]]]:
        path: str | None = feed + SUFFIXES[format]
        while path is not None:
            read = read_json if format == "json" else read_xml
            ids, older = read(self.document(path))
            yield path, ids
            path = older and path_of(older)

    def document(self, path: str) -> bytes:
        found = self.publisher.get(path)
        assert found is not None, f"{path} is linked and not there"
        return found


def path_of(url: str) -> str:
    assert url.startswith(SITE.feeds_url + "/")
    return url.removeprefix(SITE.feeds_url + "/")


def read_json(data: bytes) -> tuple[list[str], str | None]:
    document = json.loads(data)
    return [item["id"] for item in document["items"]], document.get("next_url")


def read_xml(data: bytes) -> tuple[list[str], str | None]:
    root = etree.fromstring(data)
    ids = [each.text for each in root.iterfind(f"{ATOM}entry/{ATOM}id")]
    ids += [each.text for each in root.iterfind("channel/item/guid")]
    return ids, links(data).get("prev-archive")


def links(data: bytes) -> dict[str, str]:
    """The document's own links by relation."""
    root = etree.fromstring(data)
    own = root if root.tag == f"{ATOM}feed" else root[0]
    return {each.get("rel"): each.get("href") for each in own.iterfind(f"{ATOM}link")}


def article(number: int, published: datetime | None = None, **fields: Any) -> Entry:
    """The later the number, the newer."""
    moment = published or START - timedelta(days=400) + timedelta(hours=number)
    return make.entry(f"e{number:05}.md", **({"published": moment, "body": f"Words of {number}."} | fields))
