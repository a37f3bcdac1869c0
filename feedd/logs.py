"""Log lines: text for people, JSON for machines, priorities for the journal. Everything logs through `logging`."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable
from typing import Any

import structlog

_PRIORITY = {"critical": "<2>", "error": "<3>", "warning": "<4>", "info": "<6>", "debug": "<7>"}


def configure(format: str, level: str) -> None:
    """`format` is auto, text or json; auto is text. stderr, so that data on stdout stays data."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso" if format == "json" else "%H:%M:%S", utc=format == "json"),
    ]
    last: Any = structlog.processors.JSONRenderer(ensure_ascii=False) if format == "json" else _text(to_journal())
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                last,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # Some of them would print request headers at DEBUG, signatures included.
    for noisy in ("apscheduler", "alembic", "httpx2", "httpcore2", "uvicorn"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def to_journal() -> bool:
    """Does stderr go to the journal? The variable alone says little: a desktop's terminals inherit it."""
    try:
        found = os.fstat(sys.stderr.fileno())
    except (OSError, ValueError, AttributeError):
        return False
    return os.environ.get("JOURNAL_STREAM") == f"{found.st_dev}:{found.st_ino}"


def _text(journal: bool) -> Callable[[object, str, Any], str]:
    def line(_logger: object, _name: str, event: Any) -> str:
        """`14:02:11 + hello.md 'Hello again'`; under the journal a priority instead of the time, which it has."""
        level = event.pop("level")
        moment = event.pop("timestamp")
        trace = event.pop("exception", "")
        mark = "" if level in ("info", "debug") else f"{level}: "
        head = _PRIORITY.get(level, "") if journal else f"{moment} "
        lines = [f"{head}{mark}{_printable(str(event.pop('event')))}"]
        # A trace may quote what a file says; with this margin no line of it looks like one of ours.
        lines += [f"{head if journal else ''}  | {_printable(each)}" for each in trace.splitlines()]
        return "\n".join(lines)

    return line


def _printable(text: str) -> str:
    """A file name with a newline must not look like a second line of the log, nor one with ESC paint the terminal."""
    return text if text.isprintable() else "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
