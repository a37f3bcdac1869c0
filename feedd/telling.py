"""A report in words for the log, and in data for programs."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from typing import Any

from feedd.model import Entry, Level, Problem, Settings, SourceKey
from feedd.pipeline import Report
from feedd.ports import Store

log = logging.getLogger("feedd")


def tell(report: Report, reason: str, *, first: bool) -> None:
    """What happened, a line each, for the person who looks at the log."""
    for problem in report.problems:
        log.log(_level(problem), "%s [%s]", problem, problem.code, extra={"code": problem.code, "file": problem.where})
    if first or report.first_build:
        noun = "article" if report.files == 1 else "articles"
        log.info("%d %s seen, %d read, %d new", report.files, noun, report.read, len(report.added))
        for name in report.first_build:
            log.info("first build of %s: everything is published, nothing is announced", name)
    else:
        marks = (
            ("+", report.added),
            ("~", report.revised),
            (">", report.moved),
            ("-", report.withdrawn),
            ("@", report.turned),
        )
        for mark, entries in marks:
            for entry in entries[:20]:
                log.info("%s %s %r", mark, entry.key.path, entry.title, extra={"entry": entry.id})
            if len(entries) > 20:
                log.info("%s … and %d more", mark, len(entries) - 20)
    if report.published:
        names = [publication.path for publication in report.published]
        shown = ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")
        log.info("published %s%s", shown, f" ({reason})" if reason else "")
    for error in report.failed:
        log.error("%s (%s); trying again", error.message, error.hint)


def _level(problem: Problem) -> int:
    return logging.ERROR if problem.level == "error" else logging.WARNING


def summary(report: Report, store: Store, settings: Settings) -> dict[str, Any]:
    """A report as JSON-shaped data, for `feedd build`. Its `problems` are all that stand now, new or not: a build in a
    script must not look well the second time because the broken article was told the first time."""
    return {
        "files": report.files,
        "read": report.read,
        "changes": [change for kind, entries in _changes(report) for change in _entries(kind, entries, settings)],
        "added": [entry.id for entry in report.added],
        "revised": [entry.id for entry in report.revised],
        "moved": [entry.id for entry in report.moved],
        "withdrawn": [entry.id for entry in report.withdrawn],
        "turned": [entry.id for entry in report.turned],
        "held": [str(key) for key in report.held],
        "rendered": report.rendered,
        "published": [publication.path for publication in report.published],
        "deferred": report.deferred,
        "deliveries": report.deliveries,
        "first_build": report.first_build,
        "problems": standing_problems(store, settings),
        "failed": [error.message for error in report.failed],
    }


def _changes(report: Report) -> tuple[tuple[str, list[Entry]], ...]:
    return (
        ("added", report.added),
        ("revised", report.revised),
        ("moved", report.moved),
        ("withdrawn", report.withdrawn),
        ("turned", report.turned),
    )


def _entries(kind: str, entries: list[Entry], settings: Settings) -> list[dict[str, Any]]:
    return [
        {
            "change": kind,
            "id": entry.id,
            "title": entry.title,
            "file": entry.key.path,
            "path": path_of(entry.key, settings),
        }
        for entry in entries
    ]


def standing_problems(store: Store, settings: Settings) -> list[dict[str, Any]]:
    """What is wrong now, as far as it concerns what the settings still have."""
    ours = {source.name for source in settings.sources}
    ours_too = {f"held {name}" for name in ours} | {f"folder {target.path}" for target in settings.targets}
    return [
        told(problem, key.root, path_of(key, settings))
        for key, problem in store.problems()
        if key.root in ours or (not key.root and (key.path in ours_too or key.path.startswith("feed ")))
    ]


def path_of(key: SourceKey, settings: Settings) -> str | None:
    """The absolute path of an article; None for what is no file."""
    folder = next((source.path for source in settings.sources if source.name == key.root), None)
    return None if folder is None else os.path.join(folder, key.path) if key.path else folder


def told(problem: Problem, source: str = "", path: str | None = None) -> dict[str, Any]:
    """A problem as JSON-shaped data; the same in `status`, `check`, `build` and `preview`. `file` is the name that the
    problem itself gives, `path` the absolute path where it is about a file in a source."""
    return {
        "code": problem.code,
        "level": problem.level.value,
        "file": problem.where,
        "path": path,
        "source": source,
        "line": problem.line,
        "column": problem.column,
        "message": problem.message,
        "hint": problem.hint,
    }


def untold(told: Mapping[str, Any]) -> Problem:
    """The problem again, from what `told` made of it."""
    level = Level(told["level"])
    return Problem(told["code"], told["file"], told["message"], told["hint"], told["line"], told["column"], level)
