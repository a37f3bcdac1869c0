"""The unit file is part of the product: it is valid, hardened, and agrees with the daemon."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from feedd import daemon, errors

UNIT = Path(__file__).parent.parent / "systemd" / "feedd.service"
needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")


def settings() -> dict[str, str]:
    lines = (line for line in UNIT.read_text().splitlines() if "=" in line and not line.startswith("#"))
    return dict(line.split("=", 1) for line in lines)


@needs_systemd
def test_exposure_is_two_or_lower():
    """What systemd itself says about the sandbox (0 is tight, 10 is open)."""
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", str(UNIT)], capture_output=True, text=True
    )
    found = re.search(r"Overall exposure level[^:]*: ([\d.]+)", done.stdout)
    assert found is not None, done.stdout + done.stderr
    assert float(found[1]) <= 2.0


@needs_systemd
def test_the_unit_is_valid(tmp_path):
    """No unknown keys, no bad values (the program's own path may be missing on this machine)."""
    copy = tmp_path / "feedd.service"
    copy.write_text(UNIT.read_text().replace("/usr/local/bin/feedd", "/bin/true"))
    done = subprocess.run(["systemd-analyze", "verify", str(copy)], capture_output=True, text=True)
    complaints = [line for line in done.stderr.splitlines() if "feedd.service" in line and "man " not in line]
    assert complaints == []


def test_the_stop_timeout_leaves_time_to_drain():
    """systemd must not kill what is still finishing."""
    assert int(settings()["TimeoutStopSec"]) > daemon.DRAIN + 5


def test_wrong_settings_are_not_restarted():
    """The exit codes that trying again cannot mend are those the unit names."""
    named = {int(code) for code in settings()["RestartPreventExitStatus"].split()}
    assert named == {errors.EXIT_USAGE, errors.EXIT_SETTINGS}


def test_the_watchdog_is_patient_enough_for_the_heartbeat():
    """Several heartbeats fit into one watchdog period."""
    assert int(settings()["WatchdogSec"]) > 3 * daemon.CHECK_EVERY
