"""`feedd check`: settings and every article, without writing anything."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from feedd.cli import find
from feedd.cli.say import data, plural, say, say_problem
from feedd.errors import EXIT_FINDINGS, EXIT_SETTINGS, SettingsError
from feedd.model import Level, Problem, Settings
from feedd.telling import told


def check(config: str | None, changes: Sequence[str], errors_only: bool, as_json: bool) -> None:
    try:
        loaded = find.read(config, changes)
    except SettingsError as error:
        if not as_json:
            raise
        data(None, ok=False, code=EXIT_SETTINGS, messages=[told(problem) for problem in error.problems])
        sys.exit(EXIT_SETTINGS)
    files, found = _check_articles(loaded.settings)
    every: list[tuple[Problem, str | None]] = [(problem, None) for problem in loaded.warnings]
    every += found
    every = [(p, text) for p, text in every if not (errors_only and p.level is Level.WARNING)]
    code = EXIT_FINDINGS if every else 0
    if as_json:
        data({"files": files}, ok=not every, code=code, messages=[told(problem) for problem, _ in every])
        sys.exit(code)
    for problem, path in every:
        say_problem(problem, text=None if path is None else _read(path))
    errors = sum(problem.level is Level.ERROR for problem, _ in every)
    say(f"{plural(errors, 'error')}, {plural(len(every) - errors, 'warning')} in {plural(files, 'article')}")
    sys.exit(code)


def _check_articles(settings: Settings) -> tuple[int, list[tuple[Problem, str | None]]]:
    """The first half of the journey on an empty memory: everything is read, recognised and believed."""
    from feedd import wiring
    from feedd.pipeline import Report, Scope
    from feedd.store.memory import MemoryStore

    store = MemoryStore()
    report = Report()
    wiring.rehearsal(settings, store, ()).refresh(Scope.everything(), wiring.clock(), report)
    folders = {source.name: source.path for source in settings.sources}
    found = []
    for key, problem in store.problems():
        folder = folders.get(key.root)
        found.append((problem, os.path.join(folder, key.path) if folder and key.path else None))
    return report.files, found


def _read(path: str) -> str:
    if not os.path.isfile(path):
        return ""  # a FIFO among the articles would keep us waiting for ever
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read(1_000_000)
    except OSError:
        return ""
