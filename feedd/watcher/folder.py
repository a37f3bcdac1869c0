"""`FileWatcher`: the promise of `ports.Watcher`, kept for folders on disk. Holds nothing but the suffixes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from feedd.model import FileStat, Gone, IndexedFile, Refused, Source, SourceDocument
from feedd.watcher import reader, scan
from feedd.watcher.ignore import Rules, compile_rules
from feedd.watcher.scan import ScanResult


@dataclass(frozen=True, slots=True)
class FileWatcher:
    """`suffixes` say which files are articles: lower case with their dot (".md"). What they mean is not known here."""

    suffixes: frozenset[str]

    def scan(self, source: Source, index: Mapping[str, IndexedFile]) -> ScanResult:
        return scan.scan(source, index, self._rules(source))

    def look(self, source: Source, paths: Iterable[str], index: Mapping[str, IndexedFile]) -> ScanResult:
        return scan.look(source, paths, index, self._rules(source))

    def read(self, source: Source, stat: FileStat) -> SourceDocument | Gone | Refused:
        return reader.read(source, stat)

    def _rules(self, source: Source) -> Rules:
        return compile_rules(self.suffixes, source.ignore)
