"""What may lie beside an article under the same name: its picture, its sound, its sidecar of front matter.

A scan notes them in `FileStat.beside`, so that a change of one is a change of the article, and so that reading an
article needs no second look into its folder. What they mean is not known here.
"""

from __future__ import annotations

import os
import re
import stat as modes
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from feedd.watcher.recordings import SUFFIXES as MEDIA

SIDECARS = (".yaml", ".yml", ".toml", ".json", ".meta")
_PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif")
_ENCLOSURES = (".mp3", ".m4a", ".ogg", ".opus", ".mp4", ".webm", ".pdf", ".epub")
SUFFIXES = frozenset((*SIDECARS, *_PICTURES, *_ENCLOSURES))

BESIDE_MEDIA = SUFFIXES | frozenset(MEDIA)  # in a source of sounds and films
# Words and chapters of a recording: x.transcript.html, x.chapters.json, x.vtt, x.de.vtt
_PART = re.compile(
    r"(.+?)(\.(?:transcript|chapters)\.\w+|(?:\.[a-z]{2,3}(?:-[a-z]{2,4})?)?\.(?:vtt|srt))", re.IGNORECASE
)

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


def media_parts(name: str) -> tuple[str, str]:
    """The same in a source of sounds and films: ("hello", ".transcript.html") of "hello.transcript.html"."""
    found = _PART.fullmatch(name)
    return (found[1], found[2].lower()) if found else parts(name)


def is_part(name: str) -> bool:
    """Are these the words or chapters of a recording by their name, and so no article?"""
    return _PART.fullmatch(name) is not None


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


def may_belong_to(stem: str, suffixes: Iterable[str]) -> Iterator[str]:
    """The articles that a companion with this path but for its suffix could belong to."""
    return (stem + suffix for suffix in sorted(suffixes))
