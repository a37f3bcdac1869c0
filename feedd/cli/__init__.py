"""The command line. Commands import what they need when they run: `feedd --help` must not wait for a database driver.

Data goes to stdout, messages to stderr; an error is one message with the next step, and an exit code (`feedd.errors`).
"""

from __future__ import annotations

import os
import sys


def main() -> None:
    """The console script."""
    _speak_utf8()
    _have_streams()
    from feedd.cli.app import feedd

    feedd(prog_name="feedd")


def _speak_utf8() -> None:
    """File names are UTF-8 for us whatever the locale says: an article must not vanish, nor get another id, because
    cron runs with LC_ALL=C and without Python's own remedies. Same process, started anew."""
    if sys.getfilesystemencoding() != "utf-8" and not sys.flags.utf8_mode:
        os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])  # noqa: S606


def _have_streams() -> None:
    """With a standard stream closed (`>&-`), the next file that is opened would take its number, and get our output."""
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if getattr(sys, name) is None:
            nowhere = os.open(os.devnull, os.O_RDWR)
            if nowhere != number:
                os.dup2(nowhere, number)
                os.close(nowhere)
            setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115
    # A name that is not UTF-8 is shown with escapes, and is no reason to stop.
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]


__all__ = ["main"]
