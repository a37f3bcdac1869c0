"""When each file came to be, by the git repository that the folder lies in: one call of git for the whole folder.

What a repository says in its own configuration is not obeyed: no hook, no pager, no file system monitor, no external
diff, nothing fetched. Where git refuses (another user's repository, `safe.directory`), is missing, takes too long, or
knows only a part of the history (a shallow or partial clone), nothing is known, and that is no error.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from feedd.model import Source
from feedd.watcher.ignore import is_text

TIMEOUT = 60  # seconds, for all of a history: 19,000 commits take 0.4 s
_MARK = "\x01"  # stands before a commit's time; a path with it in front is no trouble, because it never stands there

_GIT = (
    "git", "--no-pager", "--no-replace-objects", "--literal-pathspecs",
    "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "protocol.allow=never",
    "-c", "log.showRoot=true", "-c", "log.showSignature=false",
)  # fmt: skip
_LOG = (
    "log", "-z", f"--format={_MARK}%at", "--reverse", "--date-order", "--name-status", "--diff-filter=AR", "-M",
    "--no-ext-diff", "--no-textconv", "--no-color", "--no-relative", "--no-show-signature", "--no-notes",
    "--no-diff-merges", "--ignore-submodules=all",
)  # fmt: skip


class History:
    """Remembers what git said until the repository's head moves."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, Mapping[str, datetime]]] = {}

    def born(self, source: Source) -> Mapping[str, datetime]:
        """The time of the first commit of each file, by its path below the source; renames are followed."""
        place = _place(source.path)
        if place is None:
            return {}
        head, prefix = place
        known = self._known.get(source.path)
        if known is None or known[0] != head:
            known = head, _below(prefix, _first_commits(source.path, head))
            self._known[source.path] = known
        return known[1]


def _place(folder: str) -> tuple[str, str] | None:
    """The head's commit and the folder's path below the work tree; None without a work tree or a whole history."""
    asked = ("--is-inside-work-tree", "--is-shallow-repository", "--show-prefix", "--verify", "HEAD")
    answer = (_git(folder, "rev-parse", *asked) or "").split("\n")
    if len(answer) < 4 or answer[:2] != ["true", "false"]:
        return None
    return answer[3], answer[2]


def _first_commits(folder: str, head: str) -> dict[str, int]:
    """Seconds since 1970 by path below the work tree, oldest commit first. A file that was renamed keeps the time it
    had; one that was deleted and comes back does, too."""
    times: dict[str, int] = {}
    for time, old, new in _events(_git(folder, *_LOG, head) or ""):
        times[new] = min(times.get(old, time), times.get(new, time))
    return times


def _events(output: str) -> Iterator[tuple[int, str, str]]:
    """(time, old path, new path) of each file that was added (then both are the same) or renamed."""
    time = 0
    fields = iter(output.split("\0"))
    for each in fields:
        field = each.lstrip("\n")
        if field.startswith(_MARK):
            time = int(field.removeprefix(_MARK) or 0)
        elif field.startswith("R"):
            yield time, next(fields, ""), next(fields, "")
        elif field:
            path = next(fields, "")
            yield time, path, path


def _below(prefix: str, times: Mapping[str, int]) -> Mapping[str, datetime]:
    born = {}
    for path, time in times.items():
        if path.startswith(prefix) and is_text(path) and 0 < time < 2**32:
            born[path.removeprefix(prefix)] = datetime.fromtimestamp(time, UTC)
    return born


def _git(folder: str, *arguments: str) -> str | None:
    try:
        done = subprocess.run(
            [*_GIT, "-C", folder, *arguments],
            env=_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TIMEOUT,
            check=True,
        )
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return os.fsdecode(done.stdout)


def _environment() -> dict[str, str]:
    """Ours, less what would lead git elsewhere or make it do more than read."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return kept | {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0"}
