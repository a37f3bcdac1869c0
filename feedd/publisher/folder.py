"""Publishes to a folder: a reader of a file in it sees a whole old document or a whole new one, at any instant.

The life of one `put`:

    1. look      compare with what stands there; equal bytes are left alone, mtime and all
    2. stage     write the others beside their places, under a name no reader asks for
    3. sync      fsync all of them: a rename alone may survive a power cut without the bytes it points to
    4. rename    each takes its place in one step
    5. sync      fsync the folders, so that the renames survive, too

Until step 4 nothing that readers see has changed, so whatever fails before it costs nothing. What stands in one
document's way (a folder of that name, a file that is not ours) stops that document only and is told at the end; what
would stop any of them (a full disk) stops all before the first rename.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import secrets
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import TypeVar

from feedd.errors import LockedError, PublishError
from feedd.model import FeedDocument, Target
from feedd.publisher.places import Folders, Place, create, dress, open_root, steps, write

T = TypeVar("T")

_LITTER = re.compile(r"\.feedd-[0-9a-f]{16}\.tmp")
_SYNC_BATCH = 64  # files held open at once: with many written before the first fsync, the disk takes them together

# What concerns one place in the tree; every other error would meet the next document as well.
_LOCAL = frozenset({errno.EACCES, errno.EPERM, errno.ENOTDIR, errno.EISDIR, errno.ELOOP, errno.ENAMETOOLONG})
_NOT_A_FOLDER = "move away what stands there instead of a folder; links below the output folder are not followed"
_HINTS = {
    errno.ENOSPC: "make room on that disk (or free inodes: df -i)",
    errno.EDQUOT: "raise the quota of the user feedd runs as, or make room",
    errno.EFBIG: "raise the file size limit (ulimit -f, LimitFSIZE=) or give the feed a smaller limit",
    errno.EROFS: "mount it read-write, or name it in ReadWritePaths= of the service",
    errno.EACCES: "give the user feedd runs as write permission for that folder",
    errno.EPERM: "give the user feedd runs as write permission; lsattr tells whether the file is immutable",
    errno.ENOENT: "make the folder, or correct the path in the settings",
    errno.EEXIST: _NOT_A_FOLDER,
    errno.ENOTDIR: _NOT_A_FOLDER,
    errno.ELOOP: _NOT_A_FOLDER,
    errno.EISDIR: "move away the folder that stands where the document belongs",
    errno.ENAMETOOLONG: "give that feed a shorter path",
    errno.EIO: "the disk reports errors: look into the kernel's log first",
    errno.EMFILE: "raise the limit of open files (ulimit -n, LimitNOFILE=)",
}


@dataclass(frozen=True, slots=True)
class _Staged:
    path: str
    place: Place
    temporary: Place


class FolderPublisher:
    """Keeps `ports.Publisher` for a local folder."""

    def __init__(self, target: Target) -> None:
        self._root = target.path
        self._adopt = target.adopt

    @property
    def name(self) -> str:
        return f"folder {self._root}"

    def put(self, documents: Sequence[FeedDocument]) -> None:
        """Put all that can be put; folders that are missing are made, the root included. PublishError if some could not
        be put: every file is whole all the same, and `get` tells which documents stand."""
        obstacles: list[PublishError] = []
        with ExitStack() as stack:
            try:
                folders = Folders(open_root(self._root, make=True), stack)
                for item in self._stage(documents, folders, stack, obstacles):
                    self._rename(item, obstacles)
                folders.sync()
            except OSError as error:
                raise self._failed(error) from error
        if obstacles:
            raise PublishError("; ".join(each.message for each in obstacles), hint=obstacles[0].hint)

    def get(self, path: str) -> bytes | None:
        """What stands there now. None for nothing, and for what is no regular file inside the folder."""
        return self._ask(path, Place.read)

    def foreign(self, path: str) -> bool:
        return bool(self._ask(path, Place.is_foreign))

    def clean(self) -> int:
        """Remove what a feedd that was killed left half-written; how many files. Only under `lock`."""
        removed = 0
        with ExitStack() as stack:
            try:
                root = open_root(self._root, make=False)
            except OSError:  # nothing there, nothing to clean; `put` will say what is wrong with it
                return 0
            stack.callback(os.close, root)
            for _, _, names, folder in os.fwalk(".", dir_fd=root):
                for name in filter(_LITTER.fullmatch, names):
                    with suppress(OSError):
                        os.unlink(name, dir_fd=folder)
                        removed += 1
        return removed

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Be the only feedd that publishes here, or raise LockedError at once. The lock is on the folder itself: it
        leaves no file in a web root, and the kernel frees it however the process ends."""
        try:
            folder = open_root(self._root, make=True)
        except OSError as error:
            raise self._failed(error) from error
        try:
            self._flock(folder)
            yield
        finally:
            os.close(folder)

    def _flock(self, folder: int) -> None:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            hint = "stop the other one, or give this one another folder"
            raise LockedError(f"another feedd publishes to {self._root}", hint=hint) from error
        except OSError as error:  # NFS has no lock on folders
            hint = "publish to a local folder and copy from there"
            raise PublishError(f"cannot lock {self._root}: {error.strerror}", hint=hint) from error

    # --- the steps of put

    def _stage(
        self, documents: Sequence[FeedDocument], folders: Folders, stack: ExitStack, obstacles: list[PublishError]
    ) -> list[_Staged]:
        """Steps 1 to 3. What is staged and not renamed by then is removed when `stack` unwinds."""
        staged: list[_Staged] = []
        for start in range(0, len(documents), _SYNC_BATCH):
            with ExitStack() as files:
                opened: list[int] = []
                for document in documents[start : start + _SYNC_BATCH]:
                    try:
                        staged.extend(self._stage_one(document, folders, stack, files, opened))
                    except PublishError as obstacle:
                        obstacles.append(obstacle)
                    except OSError as error:
                        if error.errno not in _LOCAL:
                            raise self._failed(error, document.path) from error
                        obstacles.append(self._failed(error, document.path))
                for file in opened:
                    os.fsync(file)
        return staged

    def _stage_one(
        self, document: FeedDocument, folders: Folders, stack: ExitStack, files: ExitStack, opened: list[int]
    ) -> tuple[_Staged, ...]:
        """The document beside its place, written but not synced; () if it stands there already."""
        place = folders.place(document.path)
        old = place.stat()
        if old is not None and self._stands(document, place, old):
            return ()
        temporary = Place(place.folder, f".feedd-{secrets.token_hex(8)}.tmp")
        replaces = old is not None and stat.S_ISREG(old.st_mode)
        file = create(temporary, private=replaces)
        stack.callback(_discard, temporary)
        files.callback(os.close, file)
        if old is not None and replaces:
            dress(file, place, old)
        write(file, document.data)
        opened.append(file)
        return (_Staged(document.path, place, temporary),)

    def _stands(self, document: FeedDocument, place: Place, old: os.stat_result) -> bool:
        """Do these very bytes stand there? Raises for what may not be replaced."""
        if stat.S_ISDIR(old.st_mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if stat.S_ISREG(old.st_mode) and old.st_size == len(document.data) and place.read() == document.data:
            return True
        if not self._adopt and place.is_foreign():
            raise PublishError(
                f"{self._root}/{document.path} was not written by feedd and is left as it is",
                hint="move it away, or let feedd replace it: feedd build --adopt",
            )
        return False

    def _rename(self, item: _Staged, obstacles: list[PublishError]) -> None:
        folder = item.place.folder
        try:
            os.rename(item.temporary.name, item.place.name, src_dir_fd=folder, dst_dir_fd=folder)
        except OSError as error:
            obstacles.append(self._failed(error, item.path))

    # --- questions and words

    def _ask(self, path: str, question: Callable[[Place], T]) -> T | None:
        """The answer for the place of this document, None where there is no such place."""
        steps(path)  # a bad path is an error even where no folder is
        with ExitStack() as stack:
            try:
                place = Folders(open_root(self._root, make=False), stack).find(path)
                return None if place is None else question(place)
            except (FileNotFoundError, NotADirectoryError):  # no output folder yet
                return None
            except OSError as error:
                raise self._failed(error, path) from error

    def _failed(self, error: OSError, path: str = "") -> PublishError:
        number = error.errno or 0
        message = f"cannot publish {path} to {self._root}" if path else f"cannot publish to {self._root}"
        return PublishError(f"{message}: {os.strerror(number)}", hint=_HINTS.get(number, ""))


def _discard(temporary: Place) -> None:
    with suppress(OSError):  # it took its place by now, or its folder is gone
        os.unlink(temporary.name, dir_fd=temporary.folder)
