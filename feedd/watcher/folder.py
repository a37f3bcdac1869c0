"""`FileWatcher`: the promise of `ports.Watcher`, kept for folders on disk. Holds the suffixes, and what git said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from feedd.model import FileStat, Gone, IndexedFile, Refused, Source, SourceDocument
from feedd.watcher import reader, scan
from feedd.watcher.history import History
from feedd.watcher.ignore import Rules, rules_of
from feedd.watcher.recordings import Inspect, Uncover
from feedd.watcher.scan import ScanResult


@dataclass(frozen=True, slots=True)
class FileWatcher:
    """`suffixes` say which files are articles: lower case with their dot (".md"). What they mean is not known here, and
    neither what stands in a sound or film: `inspect` says that, and `uncover` gives the picture in it."""

    suffixes: frozenset[str]
    inspect: Inspect | None = None
    uncover: Uncover | None = None
    _history: History = field(default_factory=History, repr=False, compare=False)

    def scan(self, source: Source, index: Mapping[str, IndexedFile]) -> ScanResult:
        return scan.scan(source, index, self._rules(source))

    def look(self, source: Source, paths: Iterable[str], index: Mapping[str, IndexedFile]) -> ScanResult:
        return scan.look(source, paths, index, self._rules(source))

    def read(self, source: Source, stat: FileStat) -> SourceDocument | Gone | Refused:
        return reader.read(source, stat, self.inspect)

    def peek(self, source: Source, path: str, most: int) -> tuple[bytes, int] | None:
        return reader.peek(source, path, most)

    def cover(self, source: Source, path: str) -> bytes | None:
        return reader.cover(source, path, self.uncover) if self.uncover is not None else None

    def born(self, source: Source) -> Mapping[str, datetime]:
        return self._history.born(source)

    def _rules(self, source: Source) -> Rules:
        return rules_of(source, self.suffixes)
