"""How the command line talks: messages on stderr, data on stdout, errors as one message with the next step."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import stat
import sys
import time
import unicodedata
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import rich_click as click

from feedd.errors import EXIT_CANNOT_WRITE, EXIT_INTERRUPTED, FeeddError, SettingsError

if TYPE_CHECKING:
    from feedd.model import Problem
    from feedd.pipeline import Progress

EXIT_HUNG_UP = 141  # as a shell shows a process that SIGPIPE ended
LONG = 0.5  # seconds after which work is long enough for a progress bar
MOST_TEXT = 1_000_000  # bytes of a file that are looked at to show one of its lines
WIDEST = 160  # columns of a line that is shown


def say(message: str = "") -> None:
    """A message for people. Without stderr there is nobody to tell, and that stops no work."""
    with contextlib.suppress(OSError):
        click.echo(message, err=True)


def out(text: str | bytes, *, nl: bool = True) -> None:
    """Data. What cannot be written is an error: half of it may be what somebody's script goes on with."""
    try:
        click.echo(text, nl=nl)
    except BrokenPipeError:
        raise
    except OSError as error:
        failure = FeeddError(f"stdout cannot be written: {error.strerror}", hint="look at the disk it goes to")
        failure.exit_code = EXIT_CANNOT_WRITE
        raise failure from error


def data(value: Any, *, ok: bool = True, code: int = 0, messages: Sequence[dict[str, Any]] = ()) -> None:
    """The envelope of every --json: one object, the same fields everywhere."""
    envelope = {"schema": 1, "ok": ok, "code": code, "data": value, "messages": list(messages)}
    # Not every locale has every letter; \u escapes are the same JSON.
    anything = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    out(json.dumps(envelope, ensure_ascii=not anything, indent=2))


# --- Errors -----------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def failing(as_json: bool = False) -> Iterator[None]:
    """Our errors become a message and an exit code, and with `as_json` the envelope too; anything else is a bug and
    keeps its traceback."""
    try:
        yield
    except FeeddError as error:
        _tell_error(error)
        if as_json:
            with contextlib.suppress(FeeddError):
                data(None, ok=False, code=error.exit_code, messages=_messages(error))
        sys.exit(error.exit_code)
    except BrokenPipeError:  # a pager or `head` that has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(EXIT_HUNG_UP)
    except (KeyboardInterrupt, EOFError, click.Abort):
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # once is enough: a second one would only show a traceback
        say("\ninterrupted")
        sys.exit(EXIT_INTERRUPTED)


def _tell_error(error: FeeddError) -> None:
    if isinstance(error, SettingsError):
        for problem in error.problems:
            say_problem(problem)
        say(error.message)
        return
    say(f"{_error('error')}: {clean(error.message)}")
    if error.hint:
        say(f"  {_help()}: {clean(error.hint)}")


def _messages(error: FeeddError) -> list[dict[str, Any]]:
    if not isinstance(error, SettingsError):
        return [{"code": None, "level": "error", "message": error.message, "hint": error.hint}]
    from feedd.telling import told

    return [told(problem) for problem in error.problems]


# --- Problems ---------------------------------------------------------------------------------------------------------


def say_problem(problem: Problem, path: str | None = None) -> None:
    """`path` is the file it is about, if that is not what `problem.where` says.

    error[FD102]: unknown key "tilte"
      --> feedd.yaml:4:3
        |
      4 |   tilte: My blog
        |   ^ did you mean "title"?
    """
    mark = f"{problem.level}[{problem.code}]"
    colored = _error(mark) if problem.level == "error" else click.style(mark, fg="yellow", bold=True)
    say(f"{colored}: {clean(problem.message)}")
    file = problem.where if path is None else path
    place = clean(relative(file) if os.path.isabs(file) else file) + "".join(
        f":{n}" for n in (problem.line, problem.column) if n
    )
    line = None if problem.line is None else _line(file, problem.line)
    if line is None:
        say(f"  --> {place}" + (f"\n  {_help()}: {clean(problem.hint)}" if problem.hint else ""))
        return
    number = str(problem.line)
    margin = " " * len(number)
    text, before = _window(line, problem.column or 1)
    say(f"  --> {place}\n  {margin} |\n  {number} | {text}")
    say(f"  {margin} | {' ' * before}^ {clean(problem.hint)}\n")


def place_of(problem: dict[str, Any]) -> str:
    """`posts/a.md:4` of a told problem, as a person would type it here."""
    shown = relative(problem["path"]) if problem.get("path") else problem["file"]
    return clean(shown) + (f":{problem['line']}" if problem["line"] else "")


def relative(path: str) -> str:
    """The path as a person would type it in the current folder, so that an editor can jump to it."""
    try:
        found = os.path.relpath(path)
    except OSError:  # the current folder is gone
        return path
    return path if found.startswith("../../..") else found


def clean(text: str) -> str:
    """Without what would move a terminal's cursor or start a new line: names of files are other people's."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def _line(path: str, number: int) -> str | None:
    """A line of a regular file: a FIFO would wait for ever."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            return None
        with open(path, encoding="utf-8", errors="replace") as file:
            lines = file.read(MOST_TEXT).splitlines()
    except (OSError, ValueError):
        return None
    return lines[number - 1] if 0 < number <= len(lines) else None


def _window(line: str, column: int) -> tuple[str, int]:
    """The part of a line around a column, with one sign for each of its characters, and how many cells come before."""
    start = max(0, column - 1 - WIDEST // 2) if len(line) > WIDEST else 0
    signs = [c if c.isprintable() else (" " if c == "\t" else "·") for c in line[start : start + WIDEST]]
    head, tail = "…" * (start > 0), "…" * (start + WIDEST < len(line))
    before = len(head) + sum(map(_cells, signs[: column - 1 - start]))
    return head + "".join(signs) + tail, before


def _cells(sign: str) -> int:
    if unicodedata.combining(sign):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1


def _error(text: str) -> str:
    return click.style(text, fg="red", bold=True)


def _help() -> str:
    return click.style("help", fg="cyan")


# --- Long work --------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def progress() -> Iterator[Progress]:
    """A bar on stderr for long work, where somebody looks at it."""
    from feedd.pipeline import silent

    if not sys.stderr.isatty():
        yield silent
        return
    begun = time.monotonic()
    with contextlib.ExitStack() as stack:
        bars: list[Any] = []
        tasks: dict[str, Any] = {}

        def show(what: str, done: int, total: int) -> None:
            if not bars:
                if time.monotonic() - begun < LONG:
                    return
                bars.append(stack.enter_context(_bar()))
            if what not in tasks:
                tasks[what] = bars[0].add_task(what, total=total)
            bars[0].update(tasks[what], completed=done, total=total)

        yield show


def _bar() -> Any:
    from rich.console import Console
    from rich.progress import Progress as Bar

    return Bar(console=Console(stderr=True), transient=True)


def plural(count: int, noun: str, nouns: str | None = None) -> str:
    """ "1 article", "2 articles", "1 entry", "2 entries"."""
    return f"{count:,} {noun if count == 1 else nouns or noun + 's'}"
