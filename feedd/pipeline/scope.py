"""What a run is asked to look at, what it did, and what all its parts share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Protocol, TypeVar

from feedd.errors import PublishError
from feedd.model import Entry, Feed, Problem, Publication, Settings, Source, SourceKey
from feedd.pipeline.ledger import Ledger
from feedd.ports import Publisher, Store, Watcher

T = TypeVar("T")


class Shelf(Protocol):
    """What the server serves from: told of every document that stands in public, before it is announced."""

    def show(self, documents: Sequence[tuple[bytes, Publication]]) -> None: ...
    def retire(self, paths: Iterable[str]) -> None: ...
    def has(self, publication: Publication) -> bool: ...


class RenderingError(Exception):
    """Carries the problem with one document to the batch it is in; never leaves the pipeline."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Scope:
    """What to look at. `sweep` are sources to compare whole (None: all), `paths` what to look at in the others. `young`
    are paths in the middle of a change: what is missing there is not believed to be gone yet (but may be recognised
    under another name), and what is there is read only if it stands in `paths` too. `ticks` are scheduled feeds whose
    time has come (None: all)."""

    sweep: frozenset[str] | None = frozenset()
    paths: Mapping[str, frozenset[str]] = field(default_factory=dict)
    young: Mapping[str, frozenset[str]] = field(default_factory=dict)
    ticks: frozenset[str] | None = frozenset()
    accept: bool = False  # believe withdrawals of any number
    verify: bool = False  # look whether what was published still stands in every target, although we put it there
    patient: bool = False  # what a sweep misses is only reported as `unsure`, to be looked at again

    def ticked(self, feed: Feed) -> bool:
        """Has this scheduled feed's time come?"""
        return self.ticks is None or (feed.definition or feed.path) in self.ticks

    @classmethod
    def everything(cls, *, accept: bool = False, patient: bool = False) -> Scope:
        return cls(sweep=None, ticks=None, accept=accept, patient=patient, verify=True)


@dataclass(slots=True)
class Report:
    """What one run did, for logs, the command line and tests. Counts are of this run only. Entries come without their
    bodies: the report of a first build is as long as the archive, and need not be as heavy."""

    files: int = 0  # seen by sweeps
    read: int = 0
    added: list[Entry] = field(default_factory=list)
    revised: list[Entry] = field(default_factory=list)
    moved: list[Entry] = field(default_factory=list)
    withdrawn: list[Entry] = field(default_factory=list)
    turned: list[Entry] = field(default_factory=list)  # whose moment had come
    held: list[SourceKey] = field(default_factory=list)
    unsure: list[SourceKey] = field(default_factory=list)  # look again: missing, but perhaps only for a moment
    unsettled: list[SourceKey] = field(default_factory=list)  # look again: being written
    problems: list[Problem] = field(default_factory=list)  # not said before
    rendered: list[str] = field(default_factory=list)  # feeds
    published: list[Publication] = field(default_factory=list)  # documents whose bytes changed
    deferred: list[str] = field(default_factory=list)  # dirty feeds that wait for their schedule
    deliveries: int = 0
    first_build: list[str] = field(default_factory=list)  # sources: published, not announced
    failed: list[PublishError] = field(default_factory=list)

    @property
    def changes(self) -> int:
        return len(self.added) + len(self.revised) + len(self.moved) + len(self.withdrawn) + len(self.turned)


Progress = Callable[[str, int, int], None]  # (what, done, of how many)


def silent(what: str, done: int, total: int) -> None:
    """Nobody watches."""


@dataclass(slots=True)
class Desk:
    """The conductor's desk: the rooms as they were handed in, and the settings, which may change between two runs."""

    settings: Settings
    watcher: Watcher
    store: Store
    publishers: Sequence[Publisher]
    shelf: Shelf
    new_id: Callable[[], str]
    progress: Progress
    ledger: Ledger


def feed_key(path: str) -> SourceKey:
    """Where problems with the documents of a feed, or of one page of its archive, are kept."""
    return SourceKey("", f"feed {path}")


def found_at(publisher: Publisher, path: str) -> bytes | None:
    """What stands there. What cannot be read counts as nothing: `put` replaces it, or says why it cannot."""
    try:
        return publisher.get(path)
    except PublishError:
        return None


def baseline(source: Source) -> str:
    """The fact that a folder had its first build; bound to the path, so that another folder is another first build."""
    return f"baseline:{source.name}:{source.path}"


def covered(path: str, folders: frozenset[str]) -> bool:
    """Is the path one of these, or below one?"""
    while path:
        if path in folders:
            return True
        path = path.rpartition("/")[0]
    return "" in folders


def pages(items: Sequence[T], size: int) -> Iterator[tuple[int, list[T]]]:
    """(how many are done once this page is, the page)."""
    iterator = iter(items)
    done = 0
    while page := list(islice(iterator, size)):
        done += len(page)
        yield done, page
