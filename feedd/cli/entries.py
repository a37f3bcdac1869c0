"""What commands about single entries share: which entry a person means, and how entries get other ids."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from feedd.cli.say import progress
from feedd.errors import FeeddError, LockedError, NoDaemonError, UsageError
from feedd.identities import AT_ONCE, Gift, give, told
from feedd.model import Entry, Known, Settings, SourceKey
from feedd.ports import Store

Wishes = Callable[[Store], Sequence[Gift]]
_MOST = 20  # entries that a person may have meant


@contextmanager
def memory_of(settings: Settings) -> Iterator[Store]:
    """What is remembered, to be read only: a copy, or nothing at all."""
    from feedd import wiring
    from feedd.cli.rehearse import copied_store
    from feedd.store.memory import MemoryStore

    if wiring.has_state(settings):
        with copied_store(settings) as store:
            yield store
    else:
        yield MemoryStore()


def key_of(file: str, settings: Settings) -> SourceKey | None:
    """Which file of which source a path on this disk is."""
    full = os.path.realpath(file)
    for source in settings.sources:
        relative = os.path.relpath(full, os.path.realpath(source.path))
        if relative.split(os.sep)[0] != "..":
            return SourceKey(source.name, relative)
    return None


def find(store: Store, settings: Settings, text: str) -> tuple[Known, Entry]:
    """The one entry that a person means, or an error that names those it could be."""
    key = key_of(text, settings) if os.path.isfile(text) else None
    found = tuple(store.known([key]).values()) if key is not None else store.find_entries(text, _MOST)
    standing = [known for known in found if known.entry is not None and known.entry.withdrawn is None]
    rivals = standing or [known for known in found if known.entry is not None]
    if len(rivals) == 1 and (entry := rivals[0].entry) is not None:
        return rivals[0], entry
    if not rivals:
        hint = "name it by its id, its address, its file, or the end of its path; 'feedd build' takes in new files"
        raise FeeddError(f"no entry is known as {text}", hint=hint)
    names = ", ".join(f"{known.entry.key.path} ({known.entry.id})" for known in rivals[:5] if known.entry is not None)
    raise UsageError(f"{text} could be {len(rivals)} entries: {names}", hint="name one by its id or its whole path")


def giving(settings: Settings, wishes: Wishes, why: str, *, dry_run: bool) -> dict[str, Any]:
    """Give entries other ids: here under the lock, after what a build would read first; by the daemon if one runs; or,
    for a rehearsal, to a copy of the state."""
    from feedd import wiring
    from feedd.cli.rehearse import copied_store

    if dry_run:
        with copied_store(settings) as store:
            result = _give(wiring.rehearsal(settings, store, ()), store, wishes, why)
        return result | {"by": "nobody"}
    try:
        with wiring.the_one_writer(settings) as publishers, progress() as show:
            own = wiring.open_store(settings)
            try:
                pipeline = wiring.furnish(settings, own, publishers, wiring.NoShelf(), show)
                return _give(pipeline, own, wishes, why) | {"by": "this process"}
            finally:
                own.close()
    except LockedError as locked:
        with copied_store(settings) as store:
            gifts = wishes(store)
        return _ask(settings, gifts, why, locked) | {"by": "the running daemon"}


def _give(pipeline: Any, store: Store, wishes: Wishes, why: str) -> dict[str, Any]:
    from feedd import wiring
    from feedd.pipeline import Report, Scope

    now = wiring.clock().replace(microsecond=0)
    pipeline.refresh(Scope.everything(), now, Report())
    gifts = wishes(store)
    return _sum(give(pipeline, store, page, now, why) for page in _pages(gifts))


def _ask(settings: Settings, gifts: Sequence[Gift], why: str, locked: LockedError) -> dict[str, Any]:
    from feedd import control

    def answers() -> Iterator[dict[str, Any]]:
        for page in _pages(gifts):
            request = {"do": "give", "gifts": [told(gift) for gift in page], "why": why}
            try:
                yield control.ask(settings.state_dir, request)
            except NoDaemonError:
                raise locked from None

    return _sum(answers())


def _pages(gifts: Sequence[Gift]) -> Iterator[Sequence[Gift]]:
    for start in range(0, len(gifts), AT_ONCE):
        yield gifts[start : start + AT_ONCE]


def _sum(results: Iterator[dict[str, Any]]) -> dict[str, Any]:
    total: dict[str, Any] = {"given": [], "same": 0, "refused": []}
    for result in results:
        total = {name: total[name] + result[name] for name in total}
    return total
