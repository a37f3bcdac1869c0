"""`feedd ping`, `feedd retry`, `feedd reload`: talk to the daemon, or deliver from here when none runs."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Any

from feedd.cli import find
from feedd.cli.say import clean, data, out, plural, say
from feedd.errors import EXIT_UNAVAILABLE, NoDaemonError
from feedd.model import Settings

if TYPE_CHECKING:
    from feedd.notifier.deliver import Tried


def ping(config: str | None, everything: bool, dry_run: bool, as_json: bool) -> None:
    settings = find.load(config)
    if not settings.endpoints:
        say("nobody to tell: the settings have no 'ping:'")
        if as_json:
            data([])
        return
    if dry_run:
        _rehearse(settings, everything, as_json)
        return
    _act(settings, "ping" if everything else "retry", as_json, announce=everything, given_up=False)


def retry(config: str | None, as_json: bool) -> None:
    _act(find.load(config), "retry", as_json, announce=False, given_up=True)


def reload(config: str | None) -> None:
    from feedd import control

    settings = find.load(config)
    answer = control.ask(settings.state_dir, {"do": "reload"})
    restart = answer["needs_restart"]
    say("reloaded" + (f"; {' and '.join(restart)} changed, too: that takes a restart" if restart else ""))


def _rehearse(settings: Settings, everything: bool, as_json: bool) -> None:
    from feedd.cli.rehearse import rehearse_announcing, rehearse_waiting

    planned = rehearse_announcing(settings) if everything else rehearse_waiting(settings)
    if as_json:
        data(planned)
        return
    for announcement in planned:
        out("would tell {kind} {host} about {topic}".format(**announcement))
    if not planned:
        say("nothing waits" if not everything else "nothing is published yet")
        say("Next: feedd build" if everything else "Next: feedd ping --all announces every feed, changed or not")
        return
    say("Nothing was sent (dry run).")


def _act(settings: Settings, action: str, as_json: bool, *, announce: bool, given_up: bool) -> None:
    from feedd import control

    try:
        answer = control.ask(settings.state_dir, {"do": action, "given_up": given_up})
    except NoDaemonError:
        _here(settings, as_json, announce=announce, given_up=given_up)
        return
    if as_json:
        data(answer)
    elif answer["deliveries"]:
        say(f"{plural(answer['deliveries'], 'announcement')} on the way; 'feedd status' shows how they fare")
    else:
        say(_nothing(announce, given_up))


def _here(settings: Settings, as_json: bool, *, announce: bool, given_up: bool) -> None:
    tried = asyncio.run(deliver_here(settings, announce=announce, given_up=given_up, now_all=True))
    failed = [one for one in tried if not one.outcome.ok]
    code = EXIT_UNAVAILABLE if failed else 0
    if as_json:
        data([_told(one) for one in tried], ok=not failed, code=code)
    else:
        for one in tried:
            told = _told(one)
            out(f"{told['kind']} {told['host']}  {told['topic']}  {clean(told['result'])}")
        say(f"{plural(len(tried) - len(failed), 'announcement')} sent, {len(failed)} failed"
            if tried else _nothing(announce, given_up))  # fmt: skip
        if failed:
            say("Next: 'feedd run' tries again by itself, 'feedd retry' tries now")
    sys.exit(code)


def _nothing(announce: bool, given_up: bool) -> str:
    if announce:
        return "nothing is published that could be announced; 'feedd build' publishes"
    return "nothing waits" if given_up else "nothing waits; 'feedd ping --all' announces every feed, changed or not"


def _told(tried: Tried) -> dict[str, Any]:
    outcome = tried.outcome
    result = "ok" if outcome.ok else outcome.detail or f"HTTP {outcome.status}"
    return {"kind": tried.delivery.kind, "host": tried.delivery.host, "topic": tried.delivery.topic, "result": result}


async def deliver_here(
    settings: Settings, *, announce: bool = False, given_up: bool = False, now_all: bool = False
) -> tuple[Tried, ...]:
    """Deliver from this process, under the lock; `announce` everything first, `now_all` does not wait for due times."""
    from feedd import wiring

    if not wiring.has_state(settings):
        return ()  # nothing was ever built
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
