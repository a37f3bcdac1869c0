"""One file -> its bytes, whole, or the reason why not.

1. Open without blocking and without following a link; a link is followed only where it turns out to stay in the root.
2. Ask the open file, not the path: a regular file, inside the root, not too large.
3. Wait until its last change is older than the clock's tick, so that a later change cannot carry the same times.
4. Read, and ask again: the same size, times and inode, or it is read anew, three times at most.

A sound or film that is an entry by itself is not read: it is looked into, within bounds, once it has been quiet for a
while, because a program that is told of half a recording fetches half of it.

So the bytes are what the file held at one moment. A writer that edits in place and pauses half-way leaves a file that
really is half old: not reading too early is what settling, and the event that a writer is done, are for.

Problems: FD301 no regular file, FD302 out of the source, FD303 broken link, FD306 no root, FD310 too large, FD311 still
being written (warning), FD312 no permission, FD313 cannot be read.
"""

from __future__ import annotations

import errno
import os
import stat as modes
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from feedd.model import (
    Companion,
    FileStat,
    Gone,
    Level,
    MediaTags,
    Problem,
    Refused,
    Source,
    SourceDocument,
    SourceKey,
    digest_of,
)
from feedd.watcher import companions, recordings
from feedd.watcher.ignore import shown
from feedd.watcher.recordings import Inspect, Uncover
from feedd.watcher.scan import file_stat, root_problem

T = TypeVar("T")

_TRIES = 3
_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
# The kernel stamps files with the time of its last timer tick, at most 10 ms ago (CONFIG_HZ=100). Two writes within
# one tick leave the same mtime and ctime; git calls such an index entry racy (Documentation/technical/racy-git.txt).
_TICK_NS = 10_000_000
_QUIET = 1.0  # seconds without a write, after which a recording counts as copied; a source may ask for more


def read(source: Source, stat: FileStat, inspect: Inspect | None = None) -> SourceDocument | Gone | Refused:
    """Read the file that `stat` was found for. The document's own `stat` is that of the bytes read. `inspect` looks
    into sounds and films."""
    path = os.path.join(source.path, stat.key.path)
    for _ in range(_TRIES):
        try:
            answer = _read_once(source, stat, path, inspect)
        except OSError as error:
            return _failure(source, stat.key, path, error)
        if answer is not None:
            return answer
    return _still_written(stat.key)


def _still_written(key: SourceKey) -> Refused:
    message, hint = "the file is still being written", "nothing: it will be read when it is quiet"
    return _refused(key, "FD311", message, hint, level=Level.WARNING)


def _read_once(
    source: Source, stat: FileStat, path: str, inspect: Inspect | None
) -> SourceDocument | Gone | Refused | None:
    """None if the file, or its sidecar, changed while it was read."""
    key = stat.key
    media = companions.parts(key.path)[1] in recordings.suffixes_of(source)
    fd = _open(path)
    try:
        found = os.fstat(fd)
        refusal = _refusal(source, key, path, fd, found, any_size=media)
        if refusal is not None:
            return refusal
        _let_a_tick_pass(found.st_ctime_ns)
        before = file_stat(key, found)
        if media:
            if not _is_quiet(source, path, found.st_mtime_ns):
                return _still_written(key)
            document = _looked_into(key, fd, before, inspect)
        else:
            data = _read_at_most(fd, before.size + 1)
            document = SourceDocument(key, data, before, digest_of(data))
        after = file_stat(key, os.fstat(fd))
    finally:
        os.close(fd)
    if before != after or (not media and len(document.data) != after.size):
        return None
    if not stat.beside:  # what came since the scan, the next one sees
        return document
    return _with_companions(source, document, stat.beside, inspect)


def _is_quiet(source: Source, path: str, mtime_ns: int) -> bool:
    """Was nothing written for a while? The usual second is waited for here, so that a single build finds what was just
    copied; after a longer one somebody comes back. A copy that keeps its time sets it when it is whole."""
    quiet = max(_QUIET, source.settle.total_seconds())
    missing = quiet - (time.time_ns() - mtime_ns) / 1e9
    if not 0 < missing <= quiet:  # also a time in the future
        return True
    if missing > _QUIET:
        return False
    time.sleep(missing)
    return os.stat(path).st_mtime_ns == mtime_ns


def _looked_into(key: SourceKey, fd: int, stat: FileStat, inspect: Inspect | None) -> SourceDocument:
    tags = recordings.look(inspect, key.path, fd, stat.size) if inspect is not None else MediaTags()
    return SourceDocument(key, b"", stat, digest_of(f"{stat.size} {tags!r}".encode()), tags=tags)


def _with_companions(
    source: Source, document: SourceDocument, noted: str, inspect: Inspect | None
) -> SourceDocument | Refused | None:
    """The document with what the scan saw beside it, as it is now."""
    folder, slash, _ = document.key.path.rpartition("/")
    full = os.path.join(source.path, folder)
    names = [each.name for each in companions.noted(noted)]
    before = companions.look_beside(full, names)
    media = recordings.suffixes_of(source)
    for each in companions.noted(before) if media else ():
        place = os.path.join(full, each.name)
        if companions.parts(each.name)[1] in media and not _is_quiet(source, place, each.mtime_ns):
            waits = _still_written(SourceKey(document.key.root, folder + slash + each.name))
            return replace(waits, key=document.key)
    found = tuple(_companion(source, folder + slash, each, inspect) for each in companions.noted(before))
    if companions.look_beside(full, names) != before:
        return None
    sidecars = [each.data for each in found if each.data is not None]
    digest = digest_of(b"\0".join((document.data, *sidecars))) if sidecars else document.digest
    return replace(document, stat=replace(document.stat, beside=before), digest=digest, companions=found)


def _companion(source: Source, prefix: str, seen: companions.Beside, inspect: Inspect | None) -> Companion:
    data = None
    media = recordings.suffixes_of(source)
    suffix = companions.parts(seen.name)[1]
    if suffix in media and inspect is not None:
        return Companion(prefix + seen.name, seen.size, tags=_tags_of(source, prefix + seen.name, inspect))
    if media and companions.is_part(seen.name):
        return Companion(prefix + seen.name, seen.size)
    if suffix in companions.SIDECARS and seen.size <= companions.LARGEST_SIDECAR:
        _let_a_tick_pass(seen.ctime_ns)
        inside = replace(source, site_root=None)  # as the article itself, it must not lie anywhere else in the site
        found = peek(inside, prefix + seen.name, companions.LARGEST_SIDECAR)
        data = found[0] if found is not None else None
    return Companion(prefix + seen.name, seen.size, data)


def _tags_of(source: Source, path: str, inspect: Inspect) -> MediaTags | None:
    """Of a sound or film beside an article; None where it cannot be read, or a link leads out."""
    return _looking(source, path, lambda fd, size: recordings.look(inspect, path, fd, size))


def cover(source: Source, path: str, uncover: Uncover) -> bytes | None:
    """The picture inside a sound or film of the source, as it is now."""
    return _looking(source, path, lambda fd, size: uncover(recordings.glance(fd, size)))


def _looking(source: Source, path: str, look: Callable[[int, int], T | None]) -> T | None:
    """What is seen in the open file, of some size; None where it cannot be read, or a link leads out."""
    full = os.path.join(source.path, path)
    try:
        fd = _open(full)
    except OSError:
        return None
    try:
        found = os.fstat(fd)
        if not modes.S_ISREG(found.st_mode) or not _is_inside(source.path, full, fd):
            return None
        return look(fd, found.st_size)
    finally:
        os.close(fd)


def peek(source: Source, path: str, most: int) -> tuple[bytes, int] | None:
    """The beginning of a file below `source.root` and its size; None if no regular file is there, or it cannot be read,
    or a link leads out. A glance, for what an article refers to: a file that changes meanwhile may be seen half."""
    full = os.path.join(source.root, path)
    try:
        fd = _open(full)
    except (OSError, ValueError):
        return None
    try:
        found = os.fstat(fd)
        if not modes.S_ISREG(found.st_mode) or not _is_inside(source.root, full, fd):
            return None
        return _read_at_most(fd, min(most, found.st_size)), found.st_size
    except OSError:
        return None
    finally:
        os.close(fd)


def _open(path: str) -> int:
    try:
        return os.open(path, _FLAGS | os.O_NOFOLLOW)
    except OSError as error:
        if error.errno != errno.ELOOP:
            raise
    return os.open(path, _FLAGS)  # a link: where it led to is judged on the open file


def _refusal(
    source: Source, key: SourceKey, path: str, fd: int, found: os.stat_result, *, any_size: bool = False
) -> Gone | Refused | None:
    if modes.S_ISDIR(found.st_mode):
        return Gone(key)
    if not modes.S_ISREG(found.st_mode):
        return _refused(key, "FD301", "this is not a regular file", "remove it, or rename it to another suffix")
    if not _is_inside(source.path, path, fd):
        hint = "copy the file into the folder, or make its folder a source of its own"
        return _refused(key, "FD302", "a link leads out of the source and is not followed", hint)
    if found.st_size > source.max_size and not any_size:
        message = f"the file has {found.st_size:,} bytes, more than max_size allows ({source.max_size:,})"
        hint = "make the article smaller, or raise max_size of this source"
        return _refused(key, "FD310", message, hint, file_stat(key, found))
    return None


def _is_inside(root_path: str, path: str, fd: int) -> bool:
    """Is the file we have open below the root, whatever links there were on the way? The kernel knows its real place,
    so nobody can swap a folder for a link between the question and the opening."""
    place = _place(fd, path)
    if place == path:  # no link anywhere on the way: the usual case, and one call instead of four
        return True
    root = os.open(root_path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        inside = _place(root, root_path).rstrip("/") + "/"
    finally:
        os.close(root)
    return place.startswith(inside)


def _place(fd: int, path: str) -> str:
    try:
        return os.readlink(f"/proc/self/fd/{fd}")
    except OSError:
        return os.path.realpath(path)  # no /proc


def _let_a_tick_pass(ctime_ns: int) -> None:
    """At most 10 ms, and only after a change of this very moment. A time in the future (another machine's clock) is
    not waited for."""
    age = time.time_ns() - ctime_ns
    if 0 <= age < _TICK_NS:
        time.sleep((_TICK_NS - age) / 1e9)


def _read_at_most(fd: int, size: int) -> bytes:
    chunks = []
    while size > 0 and (chunk := os.read(fd, size)):
        chunks.append(chunk)
        size -= len(chunk)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _failure(source: Source, key: SourceKey, path: str, error: OSError) -> Gone | Refused:
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return _absence(source, key, path)
    if error.errno == errno.ELOOP:
        return _refused(key, "FD303", "the link leads in a circle", "correct the link's target or remove the link")
    if error.errno in (errno.ENXIO, errno.ENODEV):  # a socket, a device without a driver
        return _refused(key, "FD301", "this is not a regular file", "remove it, or rename it to another suffix")
    if error.errno in (errno.EACCES, errno.EPERM):
        return _refused(key, "FD312", "no permission to read the file", "let feedd's user read it (chmod a+r)")
    return _refused(key, "FD313", f"the file cannot be read: {error.strerror}", "check the disk; it is tried again")


def _absence(source: Source, key: SourceKey, path: str) -> Gone | Refused:
    """Not there, or only not to be seen: a root that is gone takes no article with it."""
    problem = root_problem(source)
    if problem is not None:
        return Refused(key, problem)
    if os.path.islink(path):
        return _refused(key, "FD303", "the link leads nowhere", "correct the link's target or remove the link")
    return Gone(key)


def _refused(
    key: SourceKey, code: str, message: str, hint: str, stat: FileStat | None = None, level: Level = Level.ERROR
) -> Refused:
    return Refused(key, Problem(code, shown(str(key)), message, hint, level=level), stat)
