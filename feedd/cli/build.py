"""`feedd build`: bring everything up to date once; by the daemon if one runs, else here, under the lock."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import rich_click as click

from feedd.cli import find
from feedd.cli.say import data, plural, progress, say, say_problem
from feedd.errors import EXIT_CANNOT_WRITE, EXIT_PARTLY, LockedError, NoDaemonError
from feedd.model import Level, Problem, Settings


def build(
    config: str | None,
    changes: Sequence[str],
    dry_run: bool,
    diff: bool,
    accept: bool,
    adopt: bool,
    ping: bool,
    as_json: bool,
) -> None:
    loaded = find.read(config, changes)
    for warning in loaded.warnings:
        say_problem(warning)
    settings = loaded.settings
    if adopt:
        targets = tuple(replace(target, adopt=True) for target in settings.targets)
        settings = replace(settings, targets=targets)
    if dry_run:
        from feedd.cli.rehearse import rehearse

        result = rehearse(settings, accept)
        if not as_json:
            _tell_rehearsal(result, diff)
    else:
        result = _build(settings, accept)
        if ping:
            result["sent"] = _send(settings)
        if not as_json:
            _tell(result)
    code = _code(result)
    if as_json:
        data(result, ok=code == 0, code=code, messages=result["problems"])
    sys.exit(code)


def _build(settings: Settings, accept: bool) -> dict[str, Any]:
    from feedd import wiring
    from feedd.pipeline import Scope
    from feedd.telling import summary

    try:
        with wiring.the_one_writer(settings) as publishers, progress() as show:
            store = wiring.open_store(settings)
            try:
                pipeline = wiring.furnish(settings, store, publishers, wiring.NoShelf(), show)
                report = pipeline.run(Scope.everything(accept=accept), wiring.clock())
                return summary(report) | {"waiting": store.counts()["pending"], "by": "this process"}
            finally:
                store.close()
    except LockedError as locked:
        from feedd import control

        try:
            answer = control.ask(settings.state_dir, {"do": "build", "accept": accept})
        except NoDaemonError:
            raise locked from None
        return dict(answer) | {"by": "the running daemon"}


def _send(settings: Settings) -> int:
    """Deliver what waits, in this process; the daemon does it by itself."""
    from feedd.cli.ping import deliver_here

    return len(asyncio.run(deliver_here(settings)))


def _code(result: dict[str, Any]) -> int:
    if result["failed"]:
        return EXIT_CANNOT_WRITE
    errors = [problem for problem in result["problems"] if problem["level"] == "error"]
    return EXIT_PARTLY if errors or result["held"] else 0


def _tell(result: dict[str, Any]) -> None:
    for problem in result["problems"]:
        say_problem(_problem(problem), text="")
    counts = {name: len(result[name]) for name in ("added", "revised", "moved", "withdrawn", "turned")}
    changed = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    say(f"{plural(result['files'], 'article')} seen, {result['read']} read: {changed or 'nothing new'}")
    if result["published"]:
        say(f"published {', '.join(result['published'][:8])}" + (" …" if len(result["published"]) > 8 else ""))
    else:
        say("every document stands as it was")
    for name in result["first_build"]:
        say(f"first build of {name}: everything is published, nothing is announced")
    for message in result["failed"]:
        say(f"{click.style('error', fg='red', bold=True)}: {message}")
    if result["held"]:
        say(f"{plural(len(result['held']), 'withdrawal')} held; 'feedd build --accept' believes them")
    if result.get("waiting") and "sent" not in result:
        say(f"{plural(result['waiting'], 'announcement')} wait; a running feedd or 'feedd ping' sends them")


def _tell_rehearsal(result: dict[str, Any], diff: bool) -> None:
    for problem in result["problems"]:
        say_problem(_problem(problem), text="")
    for document in result["documents"]:
        click.echo(f"{document['path']}  {document['summary']}  would write {document['size']:,} bytes")
        if diff:
            click.echo(document["diff"])
    if not result["documents"]:
        click.echo("every document would stay as it is")
    for announcement in result["announcements"]:
        click.echo(f"would tell {announcement['kind']} {announcement['host']} about {announcement['topic']}")
    for name in result["first_build"]:
        say(f"this would be the first build of {name}: nothing would be announced")
    say("Nothing was written (dry run).")


def _problem(told: dict[str, Any]) -> Problem:
    level = Level(told["level"])
    return Problem(told["code"], told["file"], told["message"], told["hint"], told["line"], told["column"], level)
