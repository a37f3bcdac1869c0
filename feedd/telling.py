"""A report in words for the log, and in data for programs."""

from __future__ import annotations

import logging
from typing import Any

from feedd.model import Problem
from feedd.pipeline import Report

log = logging.getLogger("feedd")


def tell(report: Report, reason: str, *, first: bool) -> None:
    """What happened, a line each, for the person who looks at the log."""
    for problem in report.problems:
        log.log(_level(problem), "%s [%s]", problem, problem.code, extra={"code": problem.code, "file": problem.where})
    if first or report.first_build:
        log.info("%d articles seen, %d read, %d new", report.files, report.read, len(report.added))
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


def summary(report: Report) -> dict[str, Any]:
    """A report as JSON-shaped data, for `feedd build`."""
    return {
        "files": report.files,
        "read": report.read,
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
        "problems": [told(problem) for problem in report.problems],
        "failed": [error.message for error in report.failed],
    }


def told(problem: Problem, source: str = "") -> dict[str, Any]:
    """A problem as JSON-shaped data; the same in `status`, `check`, `build` and `preview`."""
    return {
        "code": problem.code,
        "level": problem.level.value,
        "file": problem.where,
        "source": source,
        "line": problem.line,
        "column": problem.column,
        "message": problem.message,
        "hint": problem.hint,
    }
