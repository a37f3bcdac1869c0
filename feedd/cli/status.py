"""`feedd status`: from the running daemon, or from what the state remembers."""

from __future__ import annotations

import os
import sys
from typing import Any

import rich_click as click

from feedd.cli import find
from feedd.cli.say import data, plural, say
from feedd.errors import EXIT_FINDINGS, EXIT_NO_DAEMON, NoDaemonError
from feedd.model import Settings


def status(config: str | None, quiet: bool, as_json: bool) -> None:
    from feedd import control

    settings = find.load(config)
    try:
        found = control.ask(settings.state_dir, {"do": "status"}, timeout=30)
    except NoDaemonError as error:
        if quiet:
            sys.exit(EXIT_NO_DAEMON)
        found = _from_disk(settings)
        if found is None:
            raise NoDaemonError(
                "nothing was built yet, and no feedd is running", hint="'feedd run' or 'feedd build'"
            ) from error
    if quiet:
        sys.exit(0 if found["daemon"]["alive"] else EXIT_FINDINGS)
    if as_json:
        data(found)
    else:
        _tell(found)


def _from_disk(settings: Settings) -> dict[str, Any] | None:
    from feedd import status, wiring

    if not os.path.exists(os.path.join(settings.state_dir, wiring.DATABASE)):
        return None
    store = wiring.open_store(settings)
    try:
        return status.collect(store, settings, wiring.clock()) | {"daemon": None}
    finally:
        store.close()


def _tell(found: dict[str, Any]) -> None:
    counts, daemon = found["counts"], found["daemon"]
    state = "not running" if daemon is None else ("running" if daemon["alive"] else "running, but stuck")
    click.echo(f"{'DAEMON':<10} {state}")
    late = [feed["feed"] for feed in found["feeds"] if not feed["current"]]
    word = f"{len(late)} behind: {', '.join(late[:5])}" if late else "all current"
    entries, feeds = plural(counts["live"], "entry", "entries"), plural(len(found["feeds"]), "feed")
    click.echo(f"{'PUBLISHED':<10} {entries} in {feeds}, {word}")
    for feed in found["feeds"][:10]:
        click.echo(f"{'':<10} {feed['feed']:<24} {feed['entries']:>4} entries, changed {feed['changed']}")
    if len(found["feeds"]) > 10:
        click.echo(f"{'':<10} … and {len(found['feeds']) - 10} more ('feedd status --json' has all)")
    click.echo(
        f"{'KEPT BACK':<10} {plural(counts['drafts'], 'draft')}, {counts['scheduled']} scheduled"
        + (f", next moment {found['next_due']}" if found["next_due"] else "")
    )
    click.echo(f"{'WAITING':<10} {plural(len(found['waiting']), 'announcement')}, {len(found['given_up'])} given up")
    for delivery in (*found["waiting"], *found["given_up"])[:10]:
        why = f": {delivery['error']}" if delivery["error"] else ""
        tries = plural(delivery["attempts"], "try", "tries")
        click.echo(f"{'':<10} {delivery['kind']} {delivery['host']}  {tries}, next {delivery['due']}{why}")
    click.echo(f"{'PROBLEMS':<10} {len(found['problems']) or 'none'}")
    for problem in found["problems"][:20]:
        place = problem["file"] + (f":{problem['line']}" if problem["line"] else "")
        click.echo(f"{'':<10} {problem['code']} {place}: {problem['message']}")
        if problem["hint"]:
            click.echo(f"{'':<16} {problem['hint']}")
    if found["given_up"]:
        say("Next: feedd retry")
