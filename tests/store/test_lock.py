"""One writer."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from feedd.errors import LockedError, StoreError
from feedd.store import lock


def test_the_second_one_is_told_who_holds_it(tmp_path: Path) -> None:
    """At once, with the process to stop."""
    with (
        lock.hold(str(tmp_path)),
        pytest.raises(LockedError, match=f"process {os.getpid()}"),
        lock.hold(str(tmp_path)),
    ):
        pass
    with lock.hold(str(tmp_path)):
        """It is free again."""


def test_the_kernel_frees_it_however_the_process_ends(tmp_path: Path) -> None:
    """Killed outright, nothing is left that a person would have to remove."""
    code = (
        "import sys; from feedd.store import lock\n"
        "with lock.hold(sys.argv[1]): print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(LockedError, match=f"process {other.pid}"), lock.hold(str(tmp_path)):
            pass
        other.kill()
        other.wait()
    with lock.hold(str(tmp_path)):
        """Ours now."""


def test_a_process_that_we_start_does_not_inherit_it(tmp_path: Path) -> None:
    """Or a child that outlives us would hold it for ever."""
    with lock.hold(str(tmp_path)):
        child = subprocess.Popen(["sleep", "60"])
    try:
        with lock.hold(str(tmp_path)):
            """The child has no part in it."""
    finally:
        child.kill()
        child.wait()


def test_the_state_folder_is_private_and_kept_out_of_version_control(tmp_path: Path) -> None:
    """What is in it is made by feedd and of use to nobody else."""
    state = tmp_path / "deep" / ".feedd"
    lock.prepare(str(state))
    assert stat.S_IMODE(state.stat().st_mode) == 0o700
    assert (state / ".gitignore").read_text().endswith("*\n")
    lock.prepare(str(state))


@pytest.mark.parametrize("what", ["folder", "lock"])
def test_a_place_that_cannot_be_used_is_one_clear_message(tmp_path: Path, what: str) -> None:
    """A file where the folder should be, a folder where the lock should be."""
    state = tmp_path / "state"
    if what == "folder":
        state.write_text("")
    else:
        (state / "lock").mkdir(parents=True)
    with pytest.raises(StoreError, match="cannot use the state folder") as raised, lock.hold(str(state)):
        pass
    assert "state:" in raised.value.hint
