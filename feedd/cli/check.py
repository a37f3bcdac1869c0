"""`feedd check`: settings and every article, without writing anything."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from feedd.cli import find
from feedd.cli.say import data, plural, say, say_problem
from feedd.errors import EXIT_FINDINGS
from feedd.model import Level, Problem, Settings
from feedd.telling import path_of, told

Finding = tuple[Problem, str, str | None]  # the problem, its source, the path of its file


def check(config: str | None, changes: Sequence[str], errors_only: bool, as_json: bool) -> None:
    loaded = find.read(config, changes)
    files, found = _check_articles(loaded.settings)
    found = [*((warning, "", None) for warning in loaded.warnings), *found]
    if errors_only:
        found = [finding for finding in found if finding[0].level is Level.ERROR]
    code = EXIT_FINDINGS if found else 0
    if as_json:
        data({"files": files}, ok=not found, code=code, messages=[told(*finding) for finding in found])
        sys.exit(code)
    for problem, _, path in found:
        say_problem(problem, path)
    errors = sum(problem.level is Level.ERROR for problem, _, _ in found)
    counts = f"{plural(errors, 'error')}, {plural(len(found) - errors, 'warning')}" if found else "nothing to mend"
    say(f"{counts} in {plural(files, 'article')}")
    sys.exit(code)


def _check_articles(settings: Settings) -> tuple[int, list[Finding]]:
    """The first half of the journey on an empty memory: everything is read, recognised and believed."""
    from feedd import wiring
    from feedd.pipeline import Report, Scope
    from feedd.store.memory import MemoryStore

    store = MemoryStore()
    report = Report()
    wiring.rehearsal(settings, store, ()).refresh(Scope.everything(), wiring.clock(), report)
    return report.files, [(problem, key.root, path_of(key, settings)) for key, problem in store.problems()]
