"""`feedd init`: look at a folder, write a settings file of a few lines."""

from __future__ import annotations

import os
import sys

import rich_click as click

from feedd.cli import find
from feedd.cli.find import NAMES
from feedd.cli.say import clean, out, say, say_problem
from feedd.errors import EXIT_CANNOT_WRITE, FeeddError, SettingsError, UsageError


def init(folder: str, url: str | None, only_print: bool, force: bool) -> None:
    from feedd import discover

    if not os.path.isdir(folder):
        raise UsageError(f"{folder} is not a folder", hint="name the folder of your site or of your articles")
    path = os.path.normpath(os.path.join(folder, NAMES[0]))
    existing = [name for name in NAMES if os.path.lexists(os.path.join(folder, name))]
    if existing and not force and not only_print:
        there = os.path.normpath(os.path.join(folder, existing[0]))
        raise UsageError(
            f"{there} is there already", hint="--force replaces it, --print only shows what would be in it"
        )
    found = discover.look(folder)
    say(clean(discover.describe(found)))
    if (left_out := discover.omissions(found)) is not None:
        say(clean(left_out))
    if url is not None:
        _check(folder, url)
    url = url or _ask(folder, found.site_url)
    text = discover.starter(found, url)
    if only_print:
        out(text, nl=False)
        return
    _write(path, text)
    say(f"Wrote {path} ({len(text.splitlines())} lines). Nothing is published yet.")
    where = "" if os.path.samefile(folder, ".") else f" --config {path}"
    _say_snippet(path)
    say(f"Next: feedd run{where}          (or feedd build --dry-run{where}, to look first)")


def _say_snippet(path: str) -> None:
    """What the person's own pages need, while they think of the site."""
    from feedd.cli import snippet

    say("For the <head> of your pages (feedd snippet prints it again):")
    for line in snippet.text(find.load(path)).splitlines():
        say(f"  {line}")


def _check(folder: str, url: str) -> None:
    """SettingsError with what is wrong with the address, before anything is written."""
    from feedd import settings

    state = os.path.join(folder, ".feedd")
    settings.from_folder(folder, url, publish=None, listen="127.0.0.1:0", state_dir=state)


def _ask(folder: str, guess: str | None) -> str:
    """The one thing that cannot be seen in a folder. Never asked where nobody can answer."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        if guess:
            return guess
        raise UsageError("the address of the site is missing", hint="feedd init --url https://your.site")
    while True:
        url = str(click.prompt("Site address (https://…)", default=guess, err=True)).strip()
        try:
            _check(folder, url)
            return url
        except SettingsError as error:
            for problem in error.problems:
                say_problem(problem)


def _write(path: str, text: str) -> None:
    """Whole or not at all: an interrupted `--force` must not cost the old settings."""
    temporary = f"{path}.{os.getpid()}.tmp"
    try:
        with open(temporary, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(temporary, path)
    except OSError as error:
        failure = FeeddError(f"cannot write {path}: {error.strerror}", hint="or let 'feedd init --print' show it")
        failure.exit_code = EXIT_CANNOT_WRITE
        raise failure from error
