"""What may lie beside an article under the same name: its picture, its sound, its sidecar of front matter.

A scan notes them in `FileStat.beside`, so that a change of one is a change of the article, and so that reading an
article needs no second look into its folder. What they mean is not known here.
"""

from __future__ import annotations

import os
import stat as modes
from collections.abc import Iterable, Iterator
from typing import NamedTuple

SIDECARS = (".yaml", ".yml", ".toml", ".json", ".meta")
_PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif")
_ENCLOSURES = (".mp3", ".m4a", ".ogg", ".opus", ".mp4", ".webm", ".pdf", ".epub")
SUFFIXES = frozenset((*SIDECARS, *_PICTURES, *_ENCLOSURES))

LARGEST_SIDECAR = 256_000  # bytes; real ones have some hundred. A larger one is data, not front matter


class Beside(NamedTuple):
    """One companion as it was seen; the numbers are those of `FileStat`."""

    name: str
    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int


def parts(name: str) -> tuple[str, str]:
    """("hello", ".jpg") of "hello.JPG"; a name without a dot, or hidden, has no suffix."""
    stem, dot, suffix = name.rpartition(".")
    return (stem, dot + suffix.lower()) if stem else (name, "")


def is_companion(name: str) -> bool:
    return parts(name)[1] in SUFFIXES


def look_beside(folder: str, names: Iterable[str]) -> str:
    """`FileStat.beside` for these names as they stand now; what is no file any more is left out. No name can contain
    the "/" between the parts."""
    seen = []
    for name in sorted(names):
        try:
            found = os.stat(os.path.join(folder, name))
        except OSError:
            continue
        if modes.S_ISREG(found.st_mode):
            seen.append(Beside(name, found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino))
    return "/".join(str(part) for each in seen for part in each)


def noted(beside: str) -> Iterator[Beside]:
    """What `look_beside` wrote."""
    fields = beside.split("/") if beside else []
    for name, *numbers in zip(*[iter(fields)] * 5, strict=True):
        yield Beside(name, *map(int, numbers))


def may_belong_to(path: str, suffixes: Iterable[str]) -> Iterator[str]:
    """The articles that a companion at this path could belong to."""
    stem = path[: len(path) - len(parts(path.rpartition("/")[2])[1])]
    return (stem + suffix for suffix in sorted(suffixes))
