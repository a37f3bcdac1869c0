"""Log lines: text for people, JSON for machines, priorities for the journal. Everything logs through `logging`."""

from __future__ import annotations

import logging
import os
import sys
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
    last = structlog.processors.JSONRenderer(ensure_ascii=False) if format == "json" else _text
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


def _text(_logger: object, _name: str, event: Any) -> str:
    """`14:02:11 + posts/hello.md "Hello again"`; under the journal a priority instead of the time, which it has."""
    level = event.pop("level")
    moment = event.pop("timestamp")
    trace = event.pop("exception", "")
    # A file name with a newline must not look like a second line of the log.
    message = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in str(event.pop("event")))
    mark = "" if level in ("info", "debug") else f"{level}: "
    head = _PRIORITY.get(level, "") if "JOURNAL_STREAM" in os.environ else f"{moment} "
    return f"{head}{mark}{message}" + (f"\n{trace}" if trace else "")
