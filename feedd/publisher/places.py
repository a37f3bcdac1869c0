"""Places below an output folder, and the file operations on them: never over a link, never outside, never half.

A place is an open folder and a name in it. Every step down from the root is one `openat` with O_NOFOLLOW, so a folder
that is swapped for a link between a check and a write leads to an error, not to somebody else's files.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from contextlib import ExitStack, suppress
from dataclasses import dataclass

from feedd.errors import PublishError

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
# A FIFO that somebody put there must not make us wait for its writer: hence O_NONBLOCK.
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_WRITE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_NO_WAY = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP})
_NO_FILE = frozenset({errno.ENOENT, errno.ELOOP, errno.ENXIO})  # nothing, a link, a socket

_HEAD = 4096
# How our documents sign: RSS and Atom by their generator element, JSON Feed by our extension, pages by theirs; style
# sheets, OPML and sitemap by a comment at their top.
_SIGNATURE = re.compile(
    rb'<generator\b[^>]*>\s*feedd\b|"_feedd"|<meta name="generator" content="feedd\b|(?:/\*|<!--)\s*feedd\b'
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a document belongs: an open folder (whoever opened it closes it) and a name in it."""

    folder: int
    name: str

    def stat(self) -> os.stat_result | None:
        """What stands there, links unfollowed; None for nothing."""
        try:
            return os.stat(self.name, dir_fd=self.folder, follow_symlinks=False)
        except FileNotFoundError:
            return None

    def read(self, most: int = -1) -> bytes | None:
        """The bytes of a regular file. None for nothing, and for anything else."""
        try:
            descriptor = os.open(self.name, _READ, dir_fd=self.folder)
        except OSError as error:
            if error.errno in _NO_FILE:
                return None
            raise
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):  # asked here: `open` raises on a folder, and leaves it open
            os.close(descriptor)
            return None
        with open(descriptor, "rb") as file:
            return file.read(most)

    def is_foreign(self) -> bool:
        """Does something stand there that feedd did not write? An empty file is nobody's."""
        if self.stat() is None:
            return False
        head = self.read(_HEAD)
        return head is None or (head != b"" and not is_ours(head))


def is_ours(head: bytes) -> bool:
    """Does a document that begins like this (4 KiB are enough) name feedd as its generator?"""
    return _SIGNATURE.search(head[:_HEAD]) is not None


def steps(path: str) -> tuple[str, ...]:
    """`path` as steps below the root. PublishError for one that could lead out of it, or names no file."""
    parts = tuple(path.split("/"))
    try:
        good = "\0" not in path and path.encode() and not any(part in ("", ".", "..") for part in parts)
    except UnicodeEncodeError:  # half a surrogate pair
        good = False
    if not good:
        raise PublishError(f"{path!r} is no path below the output folder", hint="give the feed a plain relative path")
    return parts


class Folders:
    """The folders on the way to some documents, each opened once. All are closed when `stack` unwinds."""

    def __init__(self, root: int, stack: ExitStack) -> None:
        """Takes over `root`, an open folder."""
        self._stack = stack
        self._open: dict[tuple[str, ...], int] = {}
        self._touched: set[tuple[str, ...]] = set()
        self._keep((), root)

    def place(self, path: str) -> Place:
        """The place of a document that is to be written; folders on the way are made."""
        parts = steps(path)
        self._touched.add(parts[:-1])
        return Place(self._folder(parts[:-1], make=True), parts[-1])

    def find(self, path: str) -> Place | None:
        """The place of a document that may exist. None where the way to it does not, or leads over a link."""
        parts = steps(path)
        try:
            return Place(self._folder(parts[:-1], make=False), parts[-1])
        except OSError as error:
            if error.errno in _NO_WAY:
                return None
            raise

    def sync(self) -> None:
        """Make what was made and renamed in these folders survive a power cut."""
        for parts in sorted(self._touched & self._open.keys()):
            os.fsync(self._open[parts])

    def _folder(self, parts: tuple[str, ...], *, make: bool) -> int:
        if parts not in self._open:
            parent = self._folder(parts[:-1], make=make)
            if make:
                self._make(parts, parent)
            self._keep(parts, os.open(parts[-1], _FOLDER | os.O_NOFOLLOW, dir_fd=parent))
        return self._open[parts]

    def _make(self, parts: tuple[str, ...], parent: int) -> None:
        with suppress(FileExistsError):
            os.mkdir(parts[-1], dir_fd=parent)
            self._touched.add(parts[:-1])

    def _keep(self, parts: tuple[str, ...], folder: int) -> None:
        self._open[parts] = folder
        self._stack.callback(os.close, folder)


def open_root(path: str, *, make: bool) -> int:
    """Open the output folder, which itself may be a link (to this release, to another disk)."""
    if make:
        os.makedirs(path, exist_ok=True)
    return os.open(path, _FOLDER)


def create(place: Place, *, private: bool) -> int:
    """A new file, open for writing: 0600 until `dress` if it is to replace one, else 0644 as the umask allows."""
    return os.open(place.name, _WRITE, 0o600 if private else 0o644, dir_fd=place.folder)


def dress(file: int, like: Place, old: os.stat_result) -> None:
    """Make a new file look like the one it will replace: owner, mode, and ACLs and security labels where we may."""
    with suppress(PermissionError):  # only root may give files away; the rest is worth keeping all the same
        os.fchown(file, old.st_uid, old.st_gid)
    os.fchmod(file, stat.S_IMODE(old.st_mode) & 0o777)
    with suppress(OSError), open(os.open(like.name, _READ, dir_fd=like.folder), "rb") as standing:
        for label in os.listxattr(standing.fileno()):
            with suppress(OSError):
                os.setxattr(file, label, os.getxattr(standing.fileno(), label))


def write(file: int, data: bytes) -> None:
    """All of it: a single write may take less (a signal, a full disk about to say so)."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(file, rest) :]
