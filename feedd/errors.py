"""What can go wrong, and the next step: one family, split by who must act.

Expected failure is a value (`model.Problem` for a file, `model.Outcome` for an endpoint). An exception from here means
that the command as a whole cannot go on; the command line prints it as one message and leaves with its exit code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from feedd.model import Problem

# The exit codes are API (docs/cli.md): a script may rely on them, and unknown codes mean failure.
EXIT_OK = 0
EXIT_FINDINGS = 1
EXIT_USAGE = 2
EXIT_PARTLY = 3
EXIT_NO_DAEMON = 4
EXIT_LOCKED = 5
EXIT_UNAVAILABLE = 69
EXIT_CANNOT_WRITE = 73
EXIT_SETTINGS = 78
EXIT_INTERRUPTED = 130


class FeeddError(Exception):
    """Base of every error we raise on purpose. `hint` is the next step for the person who reads it."""

    exit_code = EXIT_FINDINGS

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class SettingsError(FeeddError):
    """The settings cannot be used. Carries *all* problems found, never only the first."""

    exit_code = EXIT_SETTINGS

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(f"{len(problems)} problem{'s' * (len(problems) != 1)} in the settings")
        self.problems = problems


class UsageError(FeeddError):
    """The command line itself does not make sense (a folder that is not there, two options that exclude each other)."""

    exit_code = EXIT_USAGE


class LockedError(FeeddError):
    """Another process is the one writer of this state or this output folder."""

    exit_code = EXIT_LOCKED


class NoDaemonError(FeeddError):
    """A command needs a running daemon, and none answers."""

    exit_code = EXIT_NO_DAEMON


class StoreError(FeeddError):
    """The state database cannot be opened, is from a newer feedd, or is damaged."""

    exit_code = EXIT_CANNOT_WRITE


class PublishError(FeeddError):
    """A document could not be put in place. The old one still stands, byte for byte."""

    exit_code = EXIT_CANNOT_WRITE


class OutboundError(FeeddError):
    """No answer came from an endpoint. `permanent` says that trying again cannot help (blocked by policy, bad URL)."""

    exit_code = EXIT_UNAVAILABLE

    def __init__(self, message: str, *, permanent: bool = False, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.permanent = permanent
