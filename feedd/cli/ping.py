"""`feedd ping`, `feedd retry`, `feedd reload`: talk to the daemon, or deliver from here when none runs."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Any

import rich_click as click

from feedd.cli import find
from feedd.cli.say import data, plural, say
from feedd.errors import EXIT_UNAVAILABLE, NoDaemonError
from feedd.model import Settings

if TYPE_CHECKING:
    from feedd.notifier.deliver import Tried


def ping(config: str | None, everything: bool, dry_run: bool, as_json: bool) -> None:
    settings = find.load(config)
    if not settings.endpoints:
        say("nobody to tell: the settings have no 'ping:'")
        return
    if dry_run:
        _rehearse(settings)
        return
    _act(settings, "ping" if everything else "retry", as_json, announce=everything, given_up=False)


def retry(config: str | None, as_json: bool) -> None:
    _act(find.load(config), "retry", as_json, announce=False, given_up=True)


def reload(config: str | None) -> None:
    from feedd import control

    answer = control.ask(find.load(config).state_dir, {"do": "reload"})
    restart = answer["needs_restart"]
    say("reloaded" + (f"; {', '.join(restart)} take a restart" if restart else ""))


def _rehearse(settings: Settings) -> None:
    for endpoint in settings.endpoints:
        covered = ", ".join(endpoint.feeds) or "every feed"
        click.echo(f"{endpoint.kind:<8} {endpoint.url}  ({covered})")


def _act(settings: Settings, action: str, as_json: bool, *, announce: bool, given_up: bool) -> None:
    from feedd import control

    try:
        answer = control.ask(settings.state_dir, {"do": action, "given_up": given_up})
    except NoDaemonError:
        _here(settings, as_json, announce=announce, given_up=given_up)
        return
    if as_json:
        data(answer)
    else:
        say(f"{plural(answer['deliveries'], 'announcement')} on the way; 'feedd status' shows how they fare")


def _here(settings: Settings, as_json: bool, *, announce: bool, given_up: bool) -> None:
    tried = asyncio.run(deliver_here(settings, announce=announce, given_up=given_up, now_all=True))
    failed = [one for one in tried if not one.outcome.ok]
    code = EXIT_UNAVAILABLE if failed else 0
    if as_json:
        data([_told(one) for one in tried], ok=not failed, code=code)
    else:
        for one in tried:
            click.echo("{kind} {host}  {result}".format(**_told(one)))
        say(f"{plural(len(tried), 'announcement')} sent, {len(failed)} failed")
    sys.exit(code)


def _told(tried: Tried) -> dict[str, Any]:
    outcome = tried.outcome
    result = "ok" if outcome.ok else outcome.detail or f"HTTP {outcome.status}"
    return {"kind": tried.delivery.kind, "host": tried.delivery.host, "topic": tried.delivery.topic, "result": result}


async def deliver_here(
    settings: Settings, *, announce: bool = False, given_up: bool = False, now_all: bool = False
) -> tuple[Tried, ...]:
    """Deliver from this process, under the lock; `announce` everything first, `now_all` does not wait for due times."""
    from feedd import wiring

    with wiring.the_one_writer(settings) as publishers:
        store = wiring.open_store(settings)
        deliverer, client = wiring.open_deliverer(settings, store)
        try:
            if announce:
                wiring.furnish(settings, store, publishers, wiring.NoShelf()).announce_all(wiring.clock())
            if now_all:
                store.retry(wiring.clock(), given_up=given_up)
            return await deliverer.deliver_due()
        finally:
            await client.close()
            store.close()
