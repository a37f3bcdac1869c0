"""How the command line talks: messages on stderr, data on stdout, errors as one message with the next step."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import rich_click as click

from feedd.errors import EXIT_INTERRUPTED, FeeddError, SettingsError

if TYPE_CHECKING:
    from feedd.model import Problem
    from feedd.pipeline import Progress


def say(message: str = "") -> None:
    click.echo(message, err=True)


def data(value: Any, *, ok: bool = True, code: int = 0, messages: Sequence[dict[str, Any]] = ()) -> None:
    """The envelope of every --json: one object, the same fields everywhere."""
    envelope = {"schema": 1, "ok": ok, "code": code, "data": value, "messages": list(messages)}
    click.echo(json.dumps(envelope, ensure_ascii=False, indent=2))


@contextlib.contextmanager
def failing() -> Iterator[None]:
    """Our errors become a message and an exit code; anything else is a bug and keeps its traceback."""
    try:
        yield
    except SettingsError as error:
        for problem in error.problems:
            say_problem(problem)
        say(error.message)
        sys.exit(error.exit_code)
    except FeeddError as error:
        say(f"{click.style('error', fg='red', bold=True)}: {error.message}")
        if error.hint:
            say(f"  {click.style('help', fg='cyan')}: {error.hint}")
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(EXIT_INTERRUPTED)


def say_problem(problem: Problem, text: str | None = None) -> None:
    """
    error[FD102]: unknown key "tilte"
      --> feedd.yaml:4:3
        4 |   tilte: My blog
          |   ^ did you mean "title"?
    """
    color = "red" if problem.level == "error" else "yellow"
    say(f"{click.style(f'{problem.level}[{problem.code}]', fg=color, bold=True)}: {problem.message}")
    place = problem.where + "".join(f":{n}" for n in (problem.line, problem.column) if n)
    line = _line(text if text is not None else _text_of(problem.where), problem.line)
    if line is None:
        say(f"  --> {place}" + (f"\n  {click.style('help', fg='cyan')}: {problem.hint}" if problem.hint else ""))
        return
    number = str(problem.line)
    margin = " " * len(number)
    say(f"  --> {place}\n  {margin} |\n  {number} | {line}")
    say(f"  {margin} | {' ' * ((problem.column or 1) - 1)}^ {problem.hint}\n")


def _text_of(path: str) -> str:
    if not os.path.isfile(path):
        return ""
    with contextlib.suppress(OSError, UnicodeDecodeError), open(path, encoding="utf-8") as file:
        return file.read(1_000_000)
    return ""


def _line(text: str, number: int | None) -> str | None:
    lines = text.splitlines()
    if number is None or not 0 < number <= len(lines):
        return None
    line = lines[number - 1]
    return line if len(line) <= 200 else line[:200] + "…"


@contextlib.contextmanager
def progress() -> Iterator[Progress]:
    """A bar on stderr for long work, where somebody looks at it."""
    from feedd.pipeline import silent

    if not sys.stderr.isatty():
        yield silent
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, Any] = {}

        def show(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=total)
            bar.update(tasks[what], completed=done, total=total)

        yield show


def plural(count: int, noun: str, nouns: str | None = None) -> str:
    """ "1 article", "2 articles", "1 entry", "2 entries"."""
    return f"{count} {noun if count == 1 else nouns or noun + 's'}"
