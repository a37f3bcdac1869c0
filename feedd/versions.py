"""Going back to a kept version of a feed, for the command line and the daemon alike."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from feedd.model import Version
from feedd.pipeline import Pipeline, Report


def act(pipeline: Pipeline, request: Mapping[str, Any], now: datetime, report: Report) -> dict[str, Any]:
    """Roll back (`to` a version, or the one before) or `release`; then how things stand, JSON-shaped."""
    feed = str(request["feed"])
    if request.get("release"):
        pipeline.release(feed, now, report)
    else:
        to = request.get("to")
        pipeline.roll_back(feed, None if to is None else int(to), now, report)
    return listing(pipeline, feed) | {
        "published": [publication.path for publication in report.published],
        "deliveries": report.deliveries,
        "failed": [{"message": error.message, "hint": error.hint} for error in report.failed],
    }


def listing(pipeline: Pipeline, feed: str) -> dict[str, Any]:
    """The kept versions, newest first."""
    kept = pipeline.kept(feed)
    return {
        "feed": feed,
        "standing": kept.standing,
        "rolled_back": kept.rolled_back,
        "versions": [_told(version) for version in kept.versions],
    }


def _told(version: Version) -> dict[str, Any]:
    return {
        "number": version.number,
        "at": version.at.isoformat().replace("+00:00", "Z"),
        "entries": max(publication.entries for publication in version.publications),
        "documents": {publication.path: publication.size for publication in version.publications},
    }
