"""A build that changes nothing: the real pipeline on a copy of the state, with output folders that only pretend."""

from __future__ import annotations

import difflib
import os
import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from typing import Any

from feedd import wiring
from feedd.model import FeedDocument, Settings
from feedd.pipeline import Scope
from feedd.ports import Publisher
from feedd.telling import summary


class Pretending:
    """A publisher that keeps its promise in memory: what would be put is what `get` gives from then on."""

    def __init__(self, real: Publisher) -> None:
        self._real = real
        self.documents: dict[str, FeedDocument] = {}

    @property
    def name(self) -> str:
        return self._real.name

    def put(self, documents: Sequence[FeedDocument]) -> None:
        self.documents |= {d.path: d for d in documents if self._real.get(d.path) != d.data}

    def get(self, path: str) -> bytes | None:
        pretended = self.documents.get(path)
        return pretended.data if pretended else self._real.get(path)

    def foreign(self, path: str) -> bool:
        return path not in self.documents and self._real.foreign(path)


def rehearse(settings: Settings, accept: bool) -> dict[str, Any]:
    """What a build would do now, as `summary` plus documents and announcements."""
    with tempfile.TemporaryDirectory(prefix="feedd-rehearsal-") as folder:
        _copy_state(os.path.join(settings.state_dir, wiring.DATABASE), os.path.join(folder, wiring.DATABASE))
        store = wiring.open_store(replace(settings, state_dir=folder))
        try:
            before = {delivery.id for delivery in store.deliveries()}
            targets = [Pretending(publisher) for publisher in wiring.open_publishers(settings)]
            pipeline = wiring.rehearsal(settings, store, targets)
            report = pipeline.run(Scope.everything(accept=accept), wiring.clock())
            planned = [delivery for delivery in store.deliveries(["pending"]) if delivery.id not in before]
        finally:
            store.close()
    documents: dict[str, Any] = {}
    for target in targets:
        for path, document in target.documents.items():
            documents.setdefault(path, _change(document, wiring.open_publishers(settings), path))
    return summary(report) | {
        "documents": [documents[path] for path in sorted(documents)],
        "announcements": [{"kind": d.kind, "host": d.host, "topic": d.topic} for d in planned],
    }


def _copy_state(path: str, copy: str) -> None:
    """A consistent copy, also of the database of a running daemon."""
    if not os.path.exists(path):
        return
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)


def _change(document: FeedDocument, publishers: Sequence[Publisher], path: str) -> dict[str, Any]:
    old = next((data for publisher in publishers if (data := publisher.get(path)) is not None), b"")
    before = old.decode("utf-8", "replace").splitlines(keepends=True)
    after = document.data.decode("utf-8", "replace").splitlines(keepends=True)
    lines = list(difflib.unified_diff(before, after, f"{path} (published)", f"{path} (now)", n=1))
    plus = sum(line.startswith("+") for line in lines[2:])
    minus = sum(line.startswith("-") for line in lines[2:])
    words = "new document" if not old else f"+{plus} -{minus} lines"
    return {"path": path, "summary": words, "size": len(document.data), "diff": "".join(lines)}
