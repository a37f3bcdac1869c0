"""What a path in the settings means: relative to the file's folder, `~` is home, no `..` left."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Paths:
    """`base` is the absolute folder that relative paths start from."""

    base: str
    home: str | None = None

    def absolute(self, path: str) -> str:
        if self.home and (path == "~" or path.startswith("~/")):
            path = self.home + path[1:]
        return normal(posixpath.join(self.base, path))


def normal(path: str) -> str:
    """Without "..", doubled and trailing slashes (POSIX lets normpath keep two leading ones)."""
    return "/" + posixpath.normpath(path).lstrip("/")


def state_folder(given: str | None, paths: Paths, env: Mapping[str, str]) -> str:
    """What the settings say; else what systemd gives (StateDirectory=, the first of its list); else beside the file."""
    if given is not None:
        return paths.absolute(given)
    systemd = env.get("STATE_DIRECTORY", "").split(":")[0]
    return normal(systemd) if systemd.startswith("/") else paths.absolute(".feedd")
