"""Hugo's settings files -> one table with lower-case keys: Hugo reads keys in any case.

hugo.* or config.* at the root, then config/_default/*, then config/production/* (the environment of `hugo build`); the
later ones win key by key. A theme's settings may add parameters, never a rule about addresses, and are not read.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Mapping
from typing import Any

from feedd.generators import GeneratorError
from feedd.yaml_core import YamlError, load

MARKERS = tuple(f"{name}.{suffix}" for name in ("hugo", "config") for suffix in ("toml", "yaml", "yml", "json"))
FOLDERS = ("config/_default", "config/production")


def settings(files: Mapping[str, str]) -> tuple[dict[str, Any], str]:
    """The table, and the file to name in messages. Raises GeneratorError where one cannot be read."""
    found: dict[str, Any] = {}
    first = next((name for name in MARKERS if name in files), None)
    if first is not None:
        _merge(found, _parse(first, files[first]))
    for folder in FOLDERS:
        for path in sorted(path for path in files if path.rpartition("/")[0] == folder):
            if path.rpartition(".")[2].lower() in _PARSERS:
                _merge(found, _placed(path, _parse(path, files[path])))
    return found, first or f"{FOLDERS[0]}/hugo.toml"


def _parse(path: str, text: str) -> dict[str, Any]:
    try:
        found = _PARSERS[path.rpartition(".")[2].lower()](text)
    except YamlError as bad:
        raise GeneratorError(path, bad.message, bad.hint, bad.line, bad.column) from None
    except (ValueError, RecursionError) as bad:  # TOMLDecodeError and JSONDecodeError are ValueErrors
        place = re.search(r"line (\d+)", str(bad))
        raise GeneratorError(path, str(bad), "", int(place[1]) if place else None) from None
    if found is not None and not isinstance(found, Mapping):
        raise GeneratorError(path, "this is no table of settings")
    return dict(lower_keys(found or {}))


_PARSERS: Mapping[str, Callable[[str], Any]] = {
    "toml": tomllib.loads,
    "yaml": lambda text: load(text).value,
    "yml": lambda text: load(text).value,
    "json": json.loads,
}


def lower_keys(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key).lower(): lower_keys(each) for key, each in value.items()}
    return [lower_keys(each) for each in value] if isinstance(value, list) else value


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _placed(path: str, settings: dict[str, Any]) -> dict[str, Any]:
    """`params.de.toml` holds `languages.de.params`, `languages.de.toml` holds `languages.de`, `hugo.toml` the root."""
    stem = path.rpartition("/")[2].rpartition(".")[0].lower()
    name, _, language = stem.partition(".")
    if name in ("hugo", "config"):
        found = settings
    elif name == "languages":
        return {"languages": {language: settings} if language else settings}
    else:
        found = {name: settings}
    return {"languages": {language: found}} if language else found


def _merge(into: dict[str, Any], other: Mapping[str, Any]) -> None:
    for key, value in other.items():
        if isinstance(value, Mapping) and isinstance(into.get(key), dict):
            _merge(into[key], value)
        else:
            into[key] = _copy(value)


def in_language(settings: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """A language's own value replaces the site's; only parameters are merged. A list of permalinks is not looked at
    there by Hugo itself (0.168)."""
    params: dict[str, Any] = {}
    for each in (settings, own):
        if isinstance(each.get("params"), Mapping):
            _merge(params, each["params"])
    own = {key: each for key, each in own.items() if key != "permalinks" or isinstance(each, Mapping)}
    return {**settings, **own, "params": params}


def _copy(value: Any) -> Any:
    return {key: _copy(each) for key, each in value.items()} if isinstance(value, Mapping) else value
