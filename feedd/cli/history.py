"""`feedd log ENTRY`: what happened to an entry, newest first, and why."""

from __future__ import annotations

from typing import Any

from feedd.cli import find as settings_of
from feedd.cli.entries import find, memory_of
from feedd.cli.ids import stamp
from feedd.cli.say import clean, data, out, say
from feedd.model import Moment


def log(entry: str, config: str | None, as_json: bool) -> None:
    settings = settings_of.load(config)
    with memory_of(settings) as store:
        _, found = find(store, settings, entry)
        moments = store.history(found.id)
    if as_json:
        data({"id": found.id, "url": found.url, "title": found.title, "history": [_told(each) for each in moments]})
        return
    out(clean(f"{found.title or found.key.path}  {found.id}"))
    path = found.key.path
    for moment in moments:
        out(_line(moment, path))
        path = moment.path
    if not moments:
        say("nothing is written down: it was not touched since feedd keeps histories")


def _told(moment: Moment) -> dict[str, Any]:
    return {
        "at": stamp(moment.at),
        "kind": moment.kind,
        "file": moment.path,
        "why": moment.why,
        "differences": list(moment.differences),
        "announced": moment.announced,
    }


def _line(moment: Moment, path: str) -> str:
    """ "2026-11-23T14:02:11Z  revised    title, body: the text differs; announced"; the file where it was another."""
    parts = [", ".join(moment.differences), moment.why]
    words = ": ".join(clean(part) for part in parts if part)
    end = "announced" if moment.announced else "nobody was told"
    where = "" if moment.path == path else f" (then {clean(moment.path)})"
    return f"{stamp(moment.at)}  {moment.kind:<9}  {words}{'; ' if words else ''}{end}{where}"
