"""`feedd rollback FEED`: an earlier version of a feed in public again; by the daemon if one runs, else here."""

from __future__ import annotations

import sys
from typing import Any

from feedd import versions, wiring
from feedd.cli import find
from feedd.cli.entries import memory_of
from feedd.cli.say import clean, data, out, plural, say
from feedd.errors import EXIT_CANNOT_WRITE, FeeddError, LockedError, NoDaemonError, UsageError
from feedd.model import Settings


def rollback(feed: str, config: str | None, to: int | None, only_list: bool, release: bool, as_json: bool) -> None:
    if sum((to is not None, only_list, release)) > 1:
        raise UsageError("--to, --list and --release exclude each other", hint="give one of them")
    settings = find.load(config)
    if not wiring.has_state(settings):
        raise FeeddError("nothing was built yet", hint="'feedd run' or 'feedd build' is the first step")
    if only_list:
        _list(settings, feed, as_json)
        return
    request = {"do": "rollback", "feed": feed, "to": to, "release": release}
    result = _act(settings, request)
    code = EXIT_CANNOT_WRITE if result["failed"] else 0
    if as_json:
        data(result, ok=code == 0, code=code)
    else:
        _tell(result, release)
    sys.exit(code)


def _act(settings: Settings, request: dict[str, Any]) -> dict[str, Any]:
    from feedd import control
    from feedd.pipeline import Report

    try:
        with wiring.the_one_writer(settings) as publishers:
            store = wiring.open_store(settings)
            try:
                pipeline = wiring.furnish(settings, store, publishers, wiring.NoShelf())
                return versions.act(pipeline, request, wiring.clock(), Report()) | {"by": "this process"}
            finally:
                store.close()
    except LockedError as locked:
        try:
            return dict(control.ask(settings.state_dir, request)) | {"by": "the running daemon"}
        except NoDaemonError:
            raise locked from None


def _list(settings: Settings, feed: str, as_json: bool) -> None:
    with memory_of(settings) as store:
        found = versions.listing(wiring.rehearsal(settings, store, ()), feed)
    if as_json:
        data(found)
        return
    for version in found["versions"]:
        size = sum(version["documents"].values())
        mark = "  stands in public" if version["number"] == found["standing"] else ""
        entries = plural(version["entries"], "entry", "entries")
        documents = plural(len(version["documents"]), "document")
        out(f"{version['number']:>4}  {version['at']}  {entries} in {documents}, {size:,} bytes{mark}")
    if not found["versions"]:
        say("no version is kept yet: they are kept from the next change on")


def _tell(result: dict[str, Any], release: bool) -> None:
    for failure in result["failed"]:
        say(f"error: {clean(failure['message'])} ({clean(failure['hint'])})")
    feed, published = clean(result["feed"]), ", ".join(result["published"]) or "nothing, it stood there already"
    if release:
        say(f"{feed} says again what its entries say; published {published}")
        return
    say(f"{feed} is back at version {result['standing']}; published {published}")
    say(f"Next: it stays so until an article or setting of the feed changes, or 'feedd rollback {feed} --release'")
