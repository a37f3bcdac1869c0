"""A publisher that keeps the promise in memory, for the tests of those who use one."""

from __future__ import annotations

from collections.abc import Sequence

from feedd.errors import PublishError
from feedd.model import FeedDocument


class MemoryPublisher:
    """`standing` is what readers would fetch. `full` makes every put fail, as a full disk does; `puts` counts the
    documents that were really replaced."""

    name = "memory"

    def __init__(self) -> None:
        self.standing: dict[str, bytes] = {}
        self.strangers: set[str] = set()
        self.full = False
        self.puts = 0

    def put(self, documents: Sequence[FeedDocument]) -> None:
        changed = [each for each in documents if self.standing.get(each.path) != each.data]
        if changed and self.full:
            raise PublishError("cannot publish to memory: it is full", hint="make room")
        refused = []
        for each in changed:
            if each.path in self.strangers or ".." in each.path.split("/") or each.path.startswith("/"):
                refused.append(each.path)
                continue
            self.standing[each.path] = each.data
            self.puts += 1
        if refused:
            raise PublishError(f"{', '.join(refused)}: not ours to replace", hint="feedd build --adopt")

    def get(self, path: str) -> bytes | None:
        return self.standing.get(path)

    def foreign(self, path: str) -> bool:
        return path in self.strangers

    def plant(self, path: str, data: bytes) -> None:
        """Somebody else's file."""
        self.standing[path] = data
        self.strangers.add(path)
