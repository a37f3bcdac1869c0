"""Settings -> furnished rooms. The only file that knows every concrete class."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import SystemRandom
from typing import TYPE_CHECKING
from uuid import uuid4

from feedd import notifier
from feedd.model import FileStat, Publication, ServerSettings, Settings, Source, SourceKey
from feedd.normalizer import SUFFIXES, UNREAD, media_tags
from feedd.pipeline import Pipeline, Progress, Shelf, silent
from feedd.pipeline.parts import FORMAT as PART
from feedd.ports import Notifier, Publisher, Store
from feedd.publisher.folder import FolderPublisher
from feedd.renderer.page import INDEX
from feedd.store import lock
from feedd.store.sql import SqlStore
from feedd.watcher.folder import FileWatcher

if TYPE_CHECKING:
    from feedd.notifier.deliver import Deliverer
    from feedd.outbound import Client
    from feedd.publisher.cache import CachedDocument, DocumentCache

DATABASE = "state.db"
_FRONT = "index.html"  # what the server takes / for
_STYLE_AGE = timedelta(days=1)
ARTICLES = frozenset((*SUFFIXES, *UNREAD))  # also those that get only a message


def watcher() -> FileWatcher:
    return FileWatcher(ARTICLES, media_tags.read, media_tags.cover)


def clock() -> datetime:
    return datetime.now(UTC)


def new_id() -> str:
    """A delivery's name: no dot (Standard Webhooks), unguessable, unique over machines."""
    return f"msg_{uuid4().hex}"


def open_store(settings: Settings) -> SqlStore:
    lock.prepare(settings.state_dir)
    return SqlStore(os.path.join(settings.state_dir, DATABASE))


def has_state(settings: Settings) -> bool:
    """Was anything ever built?"""
    return os.path.exists(os.path.join(settings.state_dir, DATABASE))


def open_publishers(settings: Settings) -> list[FolderPublisher]:
    return [FolderPublisher(target) for target in settings.targets]


def adopting(settings: Settings) -> Settings:
    """The same settings, but files in the output folders that feedd did not write may be replaced."""
    return replace(settings, targets=tuple(replace(target, adopt=True) for target in settings.targets))


class Outputs:
    """The locks of the output folders, by path: other settings may name other folders while feedd runs."""

    def __init__(self) -> None:
        self._held: dict[str, ExitStack] = {}

    def use(self, settings: Settings) -> list[FolderPublisher]:
        """Lock the folders that are new, or LockedError with the old ones still held; then let go of the others."""
        publishers = open_publishers(settings)
        wanted = {target.path: publisher for target, publisher in zip(settings.targets, publishers, strict=True)}
        new: dict[str, ExitStack] = {}
        with ExitStack() as unless_all:
            for path in wanted.keys() - self._held.keys():
                new[path] = unless_all.enter_context(ExitStack())
                new[path].enter_context(wanted[path].lock())
                wanted[path].clean()
            unless_all.pop_all()
        for path in self._held.keys() - wanted.keys():
            self._held.pop(path).close()
        self._held |= new
        return publishers

    def __enter__(self) -> Outputs:
        return self

    def __exit__(self, *_: object) -> None:
        for held in self._held.values():
            held.close()
        self._held.clear()


@contextmanager
def the_one_writer(settings: Settings) -> Iterator[list[FolderPublisher]]:
    """Hold the locks of the state and of every output folder, or LockedError; tidy up what a killed process left."""
    with lock.hold(settings.state_dir), Outputs() as outputs:
        yield outputs.use(settings)


def furnish(
    settings: Settings,
    store: SqlStore,
    publishers: Sequence[FolderPublisher],
    shelf: Shelf,
    progress: Progress = silent,
) -> Pipeline:
    return Pipeline(settings, watcher(), store, publishers, shelf, new_id=new_id, progress=progress)


def open_deliverer(settings: Settings, store: SqlStore) -> tuple[Deliverer, Client]:
    from feedd.notifier.deliver import Deliverer
    from feedd.outbound import Client

    endpoints = {endpoint.id: endpoint for endpoint in settings.endpoints}
    client = Client()
    deliverer = Deliverer(store, client, notifiers_for(settings), endpoints, clock=clock, spread=SystemRandom().random)
    return deliverer, client


def notifiers_for(settings: Settings) -> dict[str, Notifier]:
    return {kind: notifier.load(kind) for kind in sorted({endpoint.kind for endpoint in settings.endpoints})}


class NoShelf:
    """For a build without a server: remembers which documents were seen to stand, not what they say."""

    def __init__(self) -> None:
        self._seen: set[tuple[str, str]] = set()

    def show(self, documents: Sequence[tuple[bytes, Publication]]) -> None:
        self._seen.update((publication.path, publication.digest) for _, publication in documents)

    def retire(self, paths: Iterable[str]) -> None:
        """There is nobody to tell."""

    def has(self, publication: Publication) -> bool:
        return (publication.path, publication.digest) in self._seen


class ServedShelf:
    """What the pipeline publishes goes into the server's cache, prepared; the list of the feeds is also at /."""

    def __init__(self, cache: DocumentCache, server: ServerSettings) -> None:
        self.cache = cache
        self.use(server)
        self._publications: dict[str, Publication] = {}

    def use(self, server: ServerSettings) -> None:
        self._max_age = server.max_age
        self.cache.move(server.moved)

    def show(self, documents: Sequence[tuple[bytes, Publication]]) -> None:
        from feedd.publisher.cache import cached_part, restored

        prepared = restored([(data, each) for data, each in documents if each.feed], self._max_age)
        for data, publication in documents:
            if publication.format == PART:
                prepared.append(cached_part(publication, data))
            elif not publication.feed:  # of all feeds: pages and what belongs to them
                prepared += self._pages(data, publication)
        self._publications |= {publication.path: publication for _, publication in documents}
        if prepared:
            self.cache.update(prepared)

    def _pages(self, data: bytes, page: Publication) -> list[CachedDocument]:
        from feedd.publisher.cache import cached_page

        paths = (page.path, _FRONT) if page.path == INDEX else (page.path,)
        max_age = max(self._max_age, _STYLE_AGE) if page.format == "css" else self._max_age
        return [cached_page(path, page.media_type, data, page.published_at, max_age) for path in paths]

    def retire(self, paths: Iterable[str]) -> None:
        gone = list(paths)
        for path in gone:
            self._publications.pop(path, None)
        self.cache.update((), gone)

    def has(self, publication: Publication) -> bool:
        shown = self._publications.get(publication.path)
        return shown is not None and (shown.digest, shown.published_at) == (
            publication.digest,
            publication.published_at,
        )


def rehearsal(settings: Settings, store: Store, publishers: Sequence[Publisher]) -> Pipeline:
    """A pipeline whose every effect goes to what it is given."""
    return Pipeline(settings, watcher(), store, publishers, NoShelf(), new_id=new_id)


def stat_of(source: Source, path: str) -> FileStat:
    """A file as it stands, for messages about files that are no articles."""
    found = os.lstat(os.path.join(source.path, path))
    return FileStat(SourceKey(source.name, path), found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)
