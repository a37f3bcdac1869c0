"""A build that changes nothing: the real pipeline on a copy of the state, with output folders that only pretend."""

from __future__ import annotations

import difflib
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from feedd import wiring
from feedd.cli import changes
from feedd.errors import PublishError, StoreError
from feedd.model import Delivery, FeedDocument, Settings, Target
from feedd.pipeline import Scope
from feedd.ports import Publisher
from feedd.renderer import render
from feedd.store.sql import SqlStore
from feedd.telling import summary


class Pretending:
    """A publisher that keeps its promise in memory: what would be put is what `get` gives from then on."""

    def __init__(self, real: Publisher, target: Target) -> None:
        self._real = real
        self._target = target
        self.documents: dict[str, FeedDocument] = {}

    @property
    def name(self) -> str:
        return self._real.name

    def put(self, documents: Sequence[FeedDocument]) -> None:
        wanted = {d.path: d for d in documents if self._real.get(d.path) != d.data}
        refused = [] if self._target.adopt else [path for path in wanted if self._real.foreign(path)]
        self.documents |= {path: document for path, document in wanted.items() if path not in refused}
        if refused:
            names = ", ".join(f"{self._target.path}/{path}" for path in refused)
            raise PublishError(
                f"{names} was not written by feedd and would be left as it is",
                hint="move it away, or let feedd replace it: feedd build --adopt",
            )

    def get(self, path: str) -> bytes | None:
        pretended = self.documents.get(path)
        return pretended.data if pretended else self._real.get(path)

    def foreign(self, path: str) -> bool:
        return path not in self.documents and self._real.foreign(path)

    def before(self, path: str) -> bytes | None:
        return self._real.get(path)


def rehearse(settings: Settings, accept: bool) -> dict[str, Any]:
    """What a build would do now, as `summary` plus documents and announcements."""
    with copied_store(settings) as store:
        before = {delivery.id for delivery in store.deliveries()}
        targets = [
            Pretending(publisher, target)
            for publisher, target in zip(wiring.open_publishers(settings), settings.targets, strict=True)
        ]
        pipeline = wiring.rehearsal(settings, store, targets)
        report = pipeline.run(Scope.everything(accept=accept), wiring.clock())
        planned = [delivery for delivery in store.deliveries(["pending"], 10**6) if delivery.id not in before]
        found = summary(report, store, settings)
    documents: dict[str, Any] = {}
    for target in targets:
        for path, document in target.documents.items():
            documents.setdefault(path, _change(document, target.before(path)))
    return found | {
        "documents": [documents[path] for path in sorted(documents)],
        "announcements": [announcement(delivery) for delivery in planned],
        "waiting": 0,
        "by": "nobody",
    }


def rehearse_announcing(settings: Settings) -> list[dict[str, Any]]:
    """Whom `feedd ping --all` would tell of what."""
    with copied_store(settings) as store:
        before = {delivery.id for delivery in store.deliveries(limit=10**6)}
        wiring.rehearsal(settings, store, ()).announce_all(wiring.clock())
        planned = store.deliveries(["pending"], 10**6)
        return [announcement(delivery) for delivery in planned if delivery.id not in before]


def rehearse_waiting(settings: Settings) -> list[dict[str, Any]]:
    """Whom `feedd ping` would tell of what."""
    with copied_store(settings) as store:
        return [announcement(delivery) for delivery in store.deliveries(["pending", "claimed"], 10**6)]


def announcement(delivery: Delivery) -> dict[str, Any]:
    return {"kind": delivery.kind, "host": delivery.host, "topic": delivery.topic}


@contextmanager
def copied_store(settings: Settings) -> Iterator[SqlStore]:
    """A store on a copy of the state, to be thrown away: whatever is done to it changes nothing."""
    with tempfile.TemporaryDirectory(prefix="feedd-rehearsal-") as folder:
        _copy_state(os.path.join(settings.state_dir, wiring.DATABASE), os.path.join(folder, wiring.DATABASE))
        store = wiring.open_store(replace(settings, state_dir=folder))
        try:
            yield store
        finally:
            store.close()


def _copy_state(path: str, copy: str) -> None:
    """A consistent copy, also of the database of a running daemon, that leaves no file beside the original."""
    if not os.path.exists(path):
        return
    busy, waiting = os.path.exists(f"{path}-shm"), os.path.exists(f"{path}-wal")
    try:
        if waiting and not busy:  # nobody has it open, and what was written last is still in its log
            shutil.copyfile(path, copy)
            shutil.copyfile(f"{path}-wal", f"{copy}-wal")
            return
        # Not open anywhere: SQLite would make the log's files to read it, and leave them, perhaps as root's.
        how = "mode=ro" if busy else "immutable=1"
        source = closing(sqlite3.connect(f"file:{quote(os.fsencode(path))}?{how}", uri=True))
        with source as original, closing(sqlite3.connect(copy)) as target:
            original.backup(target)
    except sqlite3.Error as error:
        raise StoreError(
            f"the state database {path} cannot be used: {error}",
            hint="move the file away and run 'feedd build': entries get the same ids again from the same files",
        ) from error


def _change(document: FeedDocument, old: bytes | None) -> dict[str, Any]:
    path = document.path
    before = (old or b"").decode("utf-8", "replace").splitlines(keepends=True)
    after = document.data.decode("utf-8", "replace").splitlines(keepends=True)
    lines = difflib.unified_diff(before, after, f"{path} (published)", f"{path} (now)", n=1)
    is_feed = document.format in render.FORMATS
    entries = changes.between(old, document.data, document.format) if is_feed and old is not None else None
    return {
        "path": path,
        "summary": _words(document, old, entries) if is_feed else "new" if old is None else "changed",
        "entries": None if entries is None else _told(entries),
        "size": len(document.data),
        "diff": "".join(lines),
    }


def _words(document: FeedDocument, old: bytes | None, entries: changes.Changes | None) -> str:
    if old is None:
        count = len(changes.items(document.data, document.format) or ())
        return f"new, {count} {'entry' if count == 1 else 'entries'}"
    return "replaces what is no feed of ours" if entries is None else entries.words()


def _told(entries: changes.Changes) -> dict[str, Any]:
    def brief(items: Sequence[changes.Item]) -> list[dict[str, str]]:
        return [{"id": item.id, "title": item.title} for item in items]

    return {
        "added": brief(entries.added),
        "changed": brief(entries.changed),
        "removed": brief(entries.removed),
        "same": entries.same,
    }
