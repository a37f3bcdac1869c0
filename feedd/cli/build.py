"""`feedd build`: bring everything up to date once; by the daemon if one runs, else here, under the lock."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Sequence
from typing import Any

from feedd.cli import find
from feedd.cli.say import clean, data, out, plural, progress, relative, say, say_problem
from feedd.errors import EXIT_CANNOT_WRITE, EXIT_PARTLY, LockedError, NoDaemonError, UsageError
from feedd.model import Settings

MARKS = {"added": "+", "revised": "~", "moved": ">", "withdrawn": "-", "turned": "@"}
MOST_LINES = 20


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
    from feedd import wiring

    if dry_run and ping:
        raise UsageError("--ping sends, and --dry-run sends nothing", hint="leave one of them out")
    loaded = find.read(config, changes)
    for warning in loaded.warnings:
        say_problem(warning)
    settings = wiring.adopting(loaded.settings) if adopt else loaded.settings
    begun = time.monotonic()
    if dry_run:
        from feedd.cli.rehearse import rehearse

        result = rehearse(settings, accept)
    else:
        result = _build(settings, accept, adopt, changes)
        if ping and result["by"] == "this process":
            result["sent"], result["unsent"] = _send(settings)
    code = _code(result)
    if as_json:
        data(result, ok=code == 0, code=code, messages=result["problems"])
    elif dry_run:
        _tell_rehearsal(result, diff, settings)
    else:
        _tell(result, time.monotonic() - begun, settings)
    sys.exit(code)


def _build(settings: Settings, accept: bool, adopt: bool, changes: Sequence[str]) -> dict[str, Any]:
    from feedd import wiring
    from feedd.pipeline import Scope
    from feedd.telling import summary

    try:
        with wiring.the_one_writer(settings) as publishers, progress() as show:
            store = wiring.open_store(settings)
            try:
                pipeline = wiring.furnish(settings, store, publishers, wiring.NoShelf(), show)
                report = pipeline.run(Scope.everything(accept=accept), wiring.clock())
                waiting = store.counts()["pending"]
                return summary(report, store, settings) | {"waiting": waiting, "by": "this process"}
            finally:
                store.close()
    except LockedError as locked:
        return _ask(settings, accept, adopt, changes, locked)


def _ask(settings: Settings, accept: bool, adopt: bool, changes: Sequence[str], locked: LockedError) -> dict[str, Any]:
    """Let the running daemon do it. LockedError if it is no daemon that holds the lock."""
    from feedd import control

    if changes:
        raise LockedError(
            "a feedd is running, and --set cannot change its settings",
            hint="change the settings file and run 'feedd reload', or stop it first",
        ) from locked
    try:
        answer = control.ask(settings.state_dir, {"do": "build", "accept": accept, "adopt": adopt})
    except NoDaemonError:
        raise locked from None
    return dict(answer) | {"by": "the running daemon"}


def _send(settings: Settings) -> tuple[int, int]:
    """Deliver what waits, in this process; the daemon does it by itself. How many were sent, and how many not."""
    from feedd.cli.ping import deliver_here

    tried = asyncio.run(deliver_here(settings))
    failed = sum(not one.outcome.ok for one in tried)
    return len(tried) - failed, failed


def _code(result: dict[str, Any]) -> int:
    if result["failed"]:
        return EXIT_CANNOT_WRITE
    errors = any(problem["level"] == "error" for problem in result["problems"])
    return EXIT_PARTLY if errors or result["held"] or result.get("unsent") else 0


# --- In words ---------------------------------------------------------------------------------------------------------


def _tell(result: dict[str, Any], seconds: float, settings: Settings) -> None:
    _tell_problems(result)
    if not result["first_build"]:
        for line in _change_lines(result):
            say(line)
    counts = {name: len(result[name]) for name in MARKS}
    changed = ", ".join(f"{count:,} {name}" for name, count in counts.items() if count)
    by = "" if result["by"] == "this process" else f", by {result['by']}"
    say(f"{plural(result['files'], 'article')} seen, {result['read']:,} read: {changed or 'nothing new'}"
        f" ({seconds:.1f} s{by})")  # fmt: skip
    if result["published"]:
        say(f"published {', '.join(result['published'][:8])}" + (" …" if len(result["published"]) > 8 else ""))
    elif not result["failed"]:
        say("every document stands as it was")
    for name in result["first_build"]:
        say(f"first build of {name}: everything is published, nothing is announced")
    _tell_what_is_left(result, settings)


def _tell_what_is_left(result: dict[str, Any], settings: Settings) -> None:
    if result["deferred"]:
        say(f"{', '.join(result['deferred'][:8])} waits for its schedule; a running feedd keeps it")
    if result["held"]:
        say(f"{plural(len(result['held']), 'change')} held; 'feedd build --accept' believes them")
    if "sent" in result:
        say(f"{plural(result['sent'], 'announcement')} sent, {result['unsent']} failed")
    elif result.get("waiting"):
        waits = "announcement waits" if result["waiting"] == 1 else "announcements wait"
        say(f"{result['waiting']:,} {waits}; a running feedd or 'feedd ping' sends them")
    if not result["files"]:
        example = relative(os.path.join(settings.sources[0].path, "hello.md"))
        say(f"Next: write an article, as {example}")
    elif result["first_build"] and result["by"] == "this process":
        say("Next: feedd run")


def _tell_rehearsal(result: dict[str, Any], diff: bool, settings: Settings) -> None:
    _tell_problems(result)
    if not result["first_build"]:
        for line in _change_lines(result):
            out(line)
    documents = result["documents"]
    names, words = (max((len(d[key]) for d in documents), default=0) for key in ("path", "summary"))
    for document in documents:
        out(f"{document['path']:<{names}}  {document['summary']:<{words}}  would write {document['size']:,} bytes")
        if diff:
            out(document["diff"])
    if not documents and not result["failed"]:
        out("every document would stay as it is")
    for announcement in result["announcements"]:
        out("would tell {kind} {host} about {topic}".format(**announcement))
    if documents and not result["announcements"] and not result["first_build"]:
        out("would tell nobody" + ("" if settings.endpoints else ": the settings have no 'ping:'"))
    for name in result["first_build"]:
        say(f"this would be the first build of {name}: nothing would be announced")
    if result["held"]:
        say(f"{plural(len(result['held']), 'change')} would be held; '--accept' believes them")
    say("Nothing was written (dry run).")


def _change_lines(result: dict[str, Any]) -> list[str]:
    """`+ posts/hello.md  "Hello again"`, as in the daemon's log."""
    shown = result["changes"][:MOST_LINES]
    lines = [f'{MARKS[c["change"]]} {clean(_file(c))}  "{clean(c["title"])}"' for c in shown]
    more = len(result["changes"]) - len(shown)
    return [*lines, f"… and {more:,} more"] if more else lines


def _file(change: dict[str, Any]) -> str:
    return relative(change["path"]) if change["path"] else str(change["file"])


def _tell_problems(result: dict[str, Any]) -> None:
    from feedd.telling import untold

    problems = result["problems"]
    for problem in problems[:MOST_LINES]:
        say_problem(untold(problem), problem["path"])
    if len(problems) > MOST_LINES:
        say(f"… and {plural(len(problems) - MOST_LINES, 'problem')} more; 'feedd check' tells all")
