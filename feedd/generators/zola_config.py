"""Zola's own settings -> what the preset needs of them (components/config/src). Pure."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from feedd.generators import GeneratorError

MARKERS = ("zola.toml", "config.toml")
CONTENT = "content"


@dataclass(frozen=True, slots=True)
class Config:
    base_path: str  # of base_url: "/blog", or ""
    language: str  # the default one
    languages: tuple[str, ...]  # the other ones
    slugify: str  # of paths: "on", "safe" or "off"
    keep_dates: bool  # the date of a file's name stays in its address
    taxonomies: tuple[str, ...]
    author: str
    ignored: tuple[str, ...]  # globs of files that are no content


def read(files: Mapping[str, str]) -> Config:
    """Raises GeneratorError where the file cannot be read."""
    path = next((name for name in MARKERS if name in files), None)
    settings = _parse(path, files[path]) if path is not None else {}
    slugify = _table(settings.get("slugify"))
    names = [_table(each).get("name") for each in _list(settings.get("taxonomies"))]
    return Config(
        base_path=_path_of(settings.get("base_url")),
        language=str(settings.get("default_language") or "en"),
        languages=tuple(_table(settings.get("languages"))),
        slugify=str(slugify.get("paths") or "on").lower(),
        keep_dates=slugify.get("paths_keep_dates") is True,
        taxonomies=tuple(name for name in names if isinstance(name, str)),
        author=str(settings.get("author") or ""),
        ignored=tuple(each for each in _list(settings.get("ignored_content")) if isinstance(each, str)),
    )


def _parse(path: str, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as bad:  # TOMLDecodeError is a ValueError
        place = re.search(r"line (\d+), column (\d+)", str(bad))
        line, column = (int(place[1]), int(place[2])) if place else (None, None)
        raise GeneratorError(path, f"not readable as TOML: {bad}", "text goes in quotes", line, column) from None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _table(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _path_of(address: Any) -> str:
    try:
        return urlsplit(str(address or "")).path.rstrip("/")
    except ValueError:
        return ""
