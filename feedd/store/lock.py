"""One writer: an advisory lock on the state folder, held for the life of the process and freed by the kernel when it
dies, however it dies."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator

from feedd.errors import LockedError, StoreError


def prepare(state_dir: str) -> None:
    """Make the state folder, private to its owner, and keep version control away from it."""
    try:
        os.makedirs(state_dir, mode=0o700, exist_ok=True)
        ignore = os.path.join(state_dir, ".gitignore")
        if not os.path.exists(ignore):
            with open(ignore, "w", encoding="utf-8") as file:
                file.write("# what feedd remembers; made by feedd\n*\n")
    except OSError as error:
        raise _unusable(state_dir, error) from error


def _unusable(state_dir: str, error: OSError) -> StoreError:
    return StoreError(
        f"cannot use the state folder {state_dir}: {error.strerror}",
        hint="set 'state:' in the settings to a folder on this machine that feedd may write",
    )


@contextlib.contextmanager
def hold(state_dir: str) -> Iterator[None]:
    """Be the one writer of this state, or raise LockedError at once."""
    prepare(state_dir)
    path = os.path.join(state_dir, "lock")
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise _unusable(state_dir, error) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip() or "?"
            raise LockedError(
                f"another feedd (process {holder}) is using {state_dir}",
                hint="stop it, or talk to it: 'feedd build' and 'feedd status' work while the daemon runs",
            ) from error
        except OSError as error:  # a network file system without locks
            raise _unusable(state_dir, error) from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)
