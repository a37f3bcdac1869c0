"""The command line. Commands import what they need when they run: `feedd --help` must not wait for a database driver.

Data goes to stdout, messages to stderr; an error is one message with the next step, and an exit code (`feedd.errors`).
"""

from __future__ import annotations

import os
import sys


def main() -> None:
    """The console script."""
    # A pager or `head` that hangs up is no error of ours.
    try:
        from feedd.cli.app import feedd
        from feedd.cli.say import failing

        with failing():
            feedd(prog_name="feedd")
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)


__all__ = ["main"]
