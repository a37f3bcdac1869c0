"""What an article's front matter says, kept small for the questions of `where`. Pure."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import date, time
from typing import Any

MOST_BYTES = 8_000  # of one entry
_MOST_TEXT = 1_000
_MOST_ITEMS = 100
_MOST_DEPTH = 4
_MOST_NUMBER = 10**18  # a longer one is no number that anybody compares
_NOTHING = object()


def kept(matter: Mapping[str, Any]) -> str:
    """Compact JSON, "" for nothing. A key that would not fit any more, or whose value nothing can be asked about, is
    left out."""
    parts: list[str] = []
    room = MOST_BYTES - 2
    for key, value in matter.items():
        plain = _plain(value, _MOST_DEPTH)
        if plain is _NOTHING:
            continue
        part = f"{_json(_text(str(key)))}:{_json(plain)}"
        size = len(part.encode()) + 1
        if size <= room:
            room -= size
            parts.append(part)
    return f"{{{','.join(parts)}}}" if parts else ""


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _text(text: str) -> str:
    """Half a character (a lone surrogate) cannot be stored."""
    return text[:_MOST_TEXT].encode("utf-8", "replace").decode()


def _plain(value: Any, depth: int) -> Any:
    """The value as JSON has it: dates as text."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, (int, float)):
        return value if math.isfinite(value) and abs(value) <= _MOST_NUMBER else _NOTHING
    if depth and isinstance(value, Mapping):
        pairs = ((_text(str(key)), _plain(item, depth - 1)) for key, item in list(value.items())[:_MOST_ITEMS])
        return {key: item for key, item in pairs if item is not _NOTHING}
    if depth and isinstance(value, (list, tuple)):
        return [item for each in value[:_MOST_ITEMS] if (item := _plain(each, depth - 1)) is not _NOTHING]
    return _NOTHING
