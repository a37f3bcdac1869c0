"""`feedd id show|pin|merge`: who an entry is, and how a person decides it."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from feedd import identities, wiring
from feedd.cli import find as settings_of
from feedd.cli.entries import find, giving, key_of, memory_of
from feedd.cli.say import clean, data, out, say
from feedd.errors import FeeddError, UsageError
from feedd.identities import Gift, id_problem
from feedd.model import Entry, Known, Moment, Settings
from feedd.normalizer import identity
from feedd.ports import Store


def show(entry: str, config: str | None, as_json: bool) -> None:
    settings = settings_of.load(config)
    with memory_of(settings) as store:
        known, found = find(store, settings, entry)
        history = store.history(found.id)
        shown = _shown(known, found, history, _origin(known, found, history, settings, store))
    if as_json:
        data(shown)
        return
    words = {"former": ", ".join(shown["former_files"]) or "none", "aliases": ", ".join(shown["aliases"]) or "none"}
    for name in ("id", "origin", "url", "file", "title", "published", "updated"):
        out(f"{name:<13}{clean(str(shown[name] or '-'))}")
    out(f"{'first seen':<13}{shown['first_seen'] or 'before histories were kept'}")
    out(f"{'last changed':<13}{shown['last_changed'] or '-'}")
    out(f"{'state':<13}{shown['state']}")
    out(f"{'former files':<13}{clean(words['former'])}")
    out(f"{'aliases':<13}{clean(words['aliases'])}")


def _shown(known: Known, entry: Entry, history: Sequence[Moment], origin: str) -> dict[str, Any]:
    former = dict.fromkeys(moment.path for moment in history if moment.path != entry.key.path)
    return {
        "id": entry.id,
        "origin": origin,
        "url": entry.url,
        "file": entry.key.path,
        "source": entry.key.root,
        "title": entry.title,
        "published": stamp(entry.published),
        "updated": stamp(entry.updated),
        "first_seen": stamp(history[-1].at) if history else None,
        "last_changed": stamp(history[0].at) if history else None,
        "state": _state(known, entry),
        "former_files": list(former),
        "aliases": list(entry.aliases),
    }


def stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def _state(known: Known, entry: Entry) -> str:
    if entry.withdrawn is not None:
        return f"withdrawn {stamp(entry.withdrawn)}"
    if known.live:
        return "published"
    if entry.draft:
        return "a draft"
    return "kept back" if entry.publish_at is not None else "hidden"


def _origin(known: Known, entry: Entry, history: Sequence[Moment], settings: Settings, store: Store) -> str:
    """Where the id comes from: the file's own word, the newest decision of a person, else us."""
    if known.file is not None:
        reading = identities.read(wiring.rehearsal(settings, store, ()), known.file, wiring.clock())
        line = identities.line_of_id(reading)
        if "id" in reading.given:
            return "stated by the file" + (f", line {line}" if line else "")
    return origin(entry, history, settings)


def origin(entry: Entry, history: Sequence[Moment], settings: Settings) -> str:
    """Where an id that the file does not state comes from."""
    given = next((moment for moment in history if moment.kind in ("imported", "pinned")), None)
    if given is not None:
        return f"{given.why}, {stamp(given.at)}"
    if entry.id.startswith(f"tag:{identity.host_of(settings.site.url)},"):
        return "minted from host, year and path when it was first seen"
    return "kept from before"


def pin(file: str, id: str, config: str | None, dry_run: bool, as_json: bool) -> None:
    settings = settings_of.load(config)
    if problem := id_problem(id):
        raise UsageError(problem, hint="any text that no other entry has will do, best a URL or a tag: URI")
    if not os.path.isfile(file) or (key := key_of(file, settings)) is None:
        raise UsageError(f"{file} is no file of a watched folder", hint="name the article's file")

    def wishes(store: Store) -> list[Gift]:
        entry = store.known([key]).get(key, Known(None, None)).entry
        if entry is None:
            raise FeeddError(f"no entry comes from {file}", hint=f"'feedd preview {file}' says why")
        return [Gift(entry.id, id)]

    result = giving(settings, wishes, "pinned by a person", dry_run=dry_run)
    _tell(result, dry_run, as_json)


def merge(old: str, new: str, config: str | None, dry_run: bool, as_json: bool) -> None:
    settings = settings_of.load(config)

    def wishes(store: Store) -> list[Gift]:
        (_, former), (_, entry) = _gone(store, settings, old), find(store, settings, new)
        if former.id == entry.id:
            raise UsageError(f"{old} and {new} are the same entry already: {entry.id}")
        if entry.withdrawn is not None:
            raise FeeddError(f"{new} is withdrawn, too: no file of it is left", hint="put the file back, then merge")
        return [Gift(entry.id, former.id, former.published)]

    result = giving(settings, wishes, f"merged by a person: {old} goes on as {new}", dry_run=dry_run)
    _tell(result, dry_run, as_json)


def _gone(store: Store, settings: Settings, text: str) -> tuple[Known, Entry]:
    """The entry that was: its id names it for certain, for its path may be another's by now."""
    exact = store.entries_by_id([text]).get(text)
    if exact is None or exact.entry is None:
        withdrawn = [
            known
            for known in store.find_entries(text, 20)
            if known.entry is not None and known.entry.withdrawn is not None
        ]
        found = (withdrawn[0], withdrawn[0].entry) if len(withdrawn) == 1 else find(store, settings, text)
    else:
        found = (exact, exact.entry)
    known, entry = found
    assert entry is not None
    if entry.withdrawn is None:
        hint = "delete one of the two files first, let feedd see it ('feedd build'), then merge"
        raise FeeddError(f"{text} still has its file {entry.key.path}", hint=hint)
    return known, entry


def _tell(result: dict[str, Any], dry_run: bool, as_json: bool) -> None:
    code = FeeddError.exit_code if result["refused"] else 0
    if as_json:
        data(result | {"dry_run": dry_run}, ok=code == 0, code=code)
        sys.exit(code)
    for refused in result["refused"]:
        raise FeeddError(f"{refused['file'] or refused['entry']}: {refused['why']}")
    for given in result["given"]:
        out(f"{clean(given['file'])}  {clean(given['before'])} -> {clean(given['id'])}  {given['published']}")
    if dry_run:
        say("Nothing was changed (dry run).")
    elif not result["given"]:
        say("it is so already")
    elif result["by"] == "this process":
        say("Next: feedd build")
