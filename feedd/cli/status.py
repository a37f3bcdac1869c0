"""`feedd status`: from the running daemon, or from what the state remembers."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Any

from feedd.cli import find
from feedd.cli.say import clean, data, out, place_of, plural, say
from feedd.errors import EXIT_FINDINGS, EXIT_NO_DAEMON, NoDaemonError
from feedd.model import Settings

MOST_FEEDS = 10
MOST_PROBLEMS = 20


def status(config: str | None, quiet: bool, as_json: bool) -> None:
    from feedd import control

    settings = find.load(config)
    try:
        found = control.ask(settings.state_dir, {"do": "status"}, timeout=30)
    except NoDaemonError as error:
        if quiet:
            sys.exit(EXIT_NO_DAEMON)
        found = from_disk(settings)
        if found is None:
            hint = f"'feedd run' or 'feedd build' is the first step (the state would be in {settings.state_dir})"
            raise NoDaemonError("nothing was built yet, and no feedd is running", hint=hint) from error
    if quiet:
        sys.exit(0 if found["daemon"]["alive"] else EXIT_FINDINGS)
    if as_json:
        data(found)
    else:
        _tell(found, datetime.now(UTC))


def from_disk(settings: Settings) -> dict[str, Any] | None:
    """What the state remembers; None if there is none."""
    from feedd import status, wiring

    if not wiring.has_state(settings):
        return None
    store = wiring.open_store(settings)
    try:
        return status.collect(store, settings, wiring.clock()) | {"daemon": None}
    finally:
        store.close()


def _tell(found: dict[str, Any], now: datetime) -> None:
    _tell_feeds(found, now)
    _tell_waiting(found, now)
    problems = found["problems"]
    _row("PROBLEMS", f"{len(problems) or 'none'}")
    for problem in problems[:MOST_PROBLEMS]:
        _row("", f"{problem['code']} {place_of(problem)}: {clean(problem['message'])}")
        if problem["hint"]:
            _row("", f"      {clean(problem['hint'])}")
    if len(problems) > MOST_PROBLEMS:
        _row("", f"… and {len(problems) - MOST_PROBLEMS} more; 'feedd check' tells all")
    if found["given_up"]:
        say("Next: feedd retry")
    elif found["daemon"] is None:
        say("Next: feedd run")


def _tell_feeds(found: dict[str, Any], now: datetime) -> None:
    counts, daemon, feeds = found["counts"], found["daemon"], found["feeds"]
    state = "not running" if daemon is None else ("running" if daemon["alive"] else "running, but stuck")
    _row("DAEMON", state)
    late = [feed["feed"] for feed in feeds if not feed["current"]]
    word = f"{len(late)} behind: {', '.join(late[:5])}" if late else "all current"
    _row("PUBLISHED", f"{_entries(counts['live'])} in {plural(len(feeds), 'feed')}, {word}")
    width = max((len(feed["feed"]) for feed in feeds[:MOST_FEEDS]), default=0)
    for feed in feeds[:MOST_FEEDS]:
        held = f"{_entries(feed['entries'])}{_elsewhere(feed)}"
        _row("", f"{clean(feed['feed']):<{width}}  {held}, changed {_when(feed['changed'], now)}")
    if len(feeds) > MOST_FEEDS:
        _row("", f"… and {len(feeds) - MOST_FEEDS} more ('feedd status --json' has all)")
    moment = f"; next at {found['next_due']}" if found["next_due"] else ""
    _row("KEPT BACK", f"{plural(counts['drafts'], 'draft')}, {counts['scheduled']} scheduled{moment}")


def _elsewhere(feed: dict[str, Any]) -> str:
    """What the feed's own document does not show."""
    left_out, pages = feed["left_out"], feed["archive_pages"]
    words = [f"{left_out} more do not fit into max_bytes"] if left_out else []
    words += [plural(pages, "archive page")] if pages else []
    words += [f"rolled back to version {feed['rolled_back']}"] if feed["rolled_back"] else []
    return f" ({', '.join(words)})" if words else ""


def _tell_waiting(found: dict[str, Any], now: datetime) -> None:
    _row("WAITING", f"{plural(len(found['waiting']), 'announcement')}, {len(found['given_up'])} given up")
    for delivery in found["waiting"][:MOST_FEEDS]:
        _row("", f"{_delivery(delivery)}, next {_when(delivery['due'], now)}{_why(delivery)}")
    for delivery in found["given_up"][:MOST_FEEDS]:
        _row("", f"{_delivery(delivery)}, given up{_why(delivery)}")


def _row(name: str, text: str) -> None:
    out(f"{name:<10} {text}")


def _entries(count: int) -> str:
    return plural(count, "entry", "entries")


def _delivery(delivery: dict[str, Any]) -> str:
    return f"{delivery['kind']} {delivery['host']}  {plural(delivery['attempts'], 'try', 'tries')}"


def _why(delivery: dict[str, Any]) -> str:
    return f": {clean(delivery['error'])}" if delivery["error"] else ""


def _when(text: str | None, now: datetime) -> str:
    """ "2026-11-23T14:02:11Z (2 min ago)"."""
    if text is None:
        return "never"
    seconds = round((now - datetime.fromisoformat(text)).total_seconds())
    ago, distance = seconds >= 0, abs(seconds)
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if distance >= size:
            words = f"{distance // size} {unit}"
            break
    else:
        words = f"{distance} s"
    return f"{text} ({words} ago)" if ago else f"{text} (in {words})"
