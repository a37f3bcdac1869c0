"""Sounds and films as entries: which of the files of one name is the entry, and how one is looked into without reading
it. What their tags mean is not known here; whoever knows is handed in (`Inspect`).

Only a source whose preset says so has them. A file with notes (x.md beside x.mp3) belongs to its notes, and of several
forms of one recording (x.mp3 and x.ogg) the one that most programs play is the entry; the others belong to it.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterable
from typing import BinaryIO, cast

from feedd.model import MediaTags, Source

FORMAT = "media"  # what a preset calls the suffixes of sounds and films (`ports.Preset.suffixes`)
# The one that most programs play first.
SUFFIXES = (
    ".mp3", ".m4a", ".mp4", ".m4v", ".mov", ".m4b", ".aac", ".ogg", ".opus", ".oga", ".flac", ".wav", ".webm", ".ogv",
)  # fmt: skip

# (name, file, size) -> what it says of itself. Raises nothing for what a file contains.
Inspect = Callable[[str, BinaryIO, int], MediaTags]
# The picture that a file holds. Raises nothing either.
Uncover = Callable[[BinaryIO], bytes | None]

_MOST_WORK = 16_000_000
_COST_OF_A_CALL = 256  # about what a read of no bytes costs, in bytes that could have been copied meanwhile


def suffixes_of(source: Source) -> frozenset[str]:
    """The suffixes of this source's sounds and films that are entries; mostly none."""
    if source.preset is None:
        return frozenset()
    return frozenset(suffix for suffix, name in source.preset.suffixes if name == FORMAT)


def followers(names: Iterable[str], stem: Callable[[str], tuple[str, str]], media: frozenset[str]) -> frozenset[str]:
    """Of the articles of one folder, the sounds and films that belong to another one of the same stem."""
    groups: dict[str, list[tuple[int, str]]] = {}
    for name in names:
        start, suffix = stem(name)
        groups.setdefault(start, []).append((SUFFIXES.index(suffix) + 1 if suffix in media else 0, name))
    return frozenset(name for group in groups.values() for rank, name in sorted(group)[1:] if rank)


class Glance(io.RawIOBase):
    """An open file for somebody who seeks in it. What he may read altogether is bounded, so that no file, however made,
    takes memory or more than some ten milliseconds: a recording of gigabytes is asked for some kilobytes."""

    def __init__(self, fd: int, size: int) -> None:
        super().__init__()
        self._fd, self._size, self._at, self._left = fd, size, 0, _MOST_WORK

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        if start + offset < 0:
            raise OSError("a place before the beginning of the file")
        self._at = start + offset
        return self._at

    def read(self, size: int | None = -1) -> bytes:
        wanted = max(0, self._size - self._at)
        if size is not None and size >= 0:
            wanted = min(wanted, size)
        self._left -= wanted + _COST_OF_A_CALL
        if self._left < 0:
            raise OSError("there is too much to read")
        data = os.pread(self._fd, wanted, self._at)
        self._at += len(data)
        return data


def look(inspect: Inspect, name: str, fd: int, size: int) -> MediaTags:
    return inspect(name, glance(fd, size), size)


def glance(fd: int, size: int) -> BinaryIO:
    return cast(BinaryIO, Glance(fd, size))
