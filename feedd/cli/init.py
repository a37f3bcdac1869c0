"""`feedd init`: look at a folder, write a settings file of a few lines."""

from __future__ import annotations

import os
import sys

import rich_click as click

from feedd.cli.find import NAMES
from feedd.cli.say import say
from feedd.errors import UsageError


def init(folder: str, url: str | None, only_print: bool, force: bool) -> None:
    from feedd import discover

    if not os.path.isdir(folder):
        raise UsageError(f"{folder} is not a folder", hint="name the folder of your site or of your articles")
    found = discover.look(folder)
    say(discover.describe(found))
    url = url or _ask(found.site_url)
    text = discover.starter(found, url)
    if only_print:
        click.echo(text, nl=False)
        return
    path = os.path.join(folder, NAMES[0])
    existing = [name for name in NAMES if os.path.exists(os.path.join(folder, name))]
    if existing and not force:
        raise UsageError(f"{os.path.join(folder, existing[0])} is there already", hint="--force replaces it")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    say(f"Wrote {path} ({len(text.splitlines())} lines). Nothing is published yet.")
    where = "" if os.path.samefile(folder, ".") else f" --config {path}"
    say(f"Next: feedd run{where}          (or feedd build{where} --dry-run, to look first)")


def _ask(guess: str | None) -> str:
    """The one thing that cannot be seen in a folder. Never asked where nobody can answer."""
    if sys.stdin.isatty() and sys.stderr.isatty():
        return str(click.prompt("Site address (https://…)", default=guess, err=True))
    if guess:
        return guess
    raise UsageError("the address of the site is missing", hint="feedd init --url https://your.site")
