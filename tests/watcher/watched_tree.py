"""A source's folder on disk with its index, as the watcher's tests use it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from feedd.model import IndexedFile, Source, SourceDocument
from feedd.watcher.folder import FileWatcher
from feedd.watcher.scan import ScanResult

ARTICLES = ("a.md", "b.md", "news/c.md", "news/d.md")


class Tree:
    """A source's folder. `learn` makes the index say what stands there now."""

    def __init__(self, root: Path, **options: Any) -> None:
        self.root = root
        self.source = Source("blog", str(root), **options)
        self.watcher = FileWatcher(frozenset({".md", ".html"}))
        self.index: dict[str, IndexedFile] = {}

    def write(self, path: str, text: str = "text") -> Path:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def set(self, **options: Any) -> None:
        self.source = replace(self.source, **options)

    def learn(self) -> None:
        for stat in self.scan().changed:
            document = self.watcher.read(self.source, stat)
            assert isinstance(document, SourceDocument)
            self.index[stat.key.path] = IndexedFile(document.stat, document.digest, None)

    def scan(self) -> ScanResult:
        return self.watcher.scan(self.source, self.index)

    def look(self, *paths: str) -> ScanResult:
        return self.watcher.look(self.source, paths, self.index)

    def read(self, path: str) -> Any:
        """Read what a scan found at this path."""
        (stat,) = [stat for stat in self.watcher.scan(self.source, {}).changed if stat.key.path == path]
        return self.watcher.read(self.source, stat)


def changed(result: ScanResult) -> list[str]:
    return [stat.key.path for stat in result.changed]


def gone(result: ScanResult) -> list[str]:
    return [key.path for key in result.gone]


def codes(result: ScanResult) -> dict[str, str]:
    return {key.path: problem.code for key, problem in result.problems}
