"""Settings given beside the file: "feeds.0.limit" = "20". They win, and problems name them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from feedd import yaml_core
from feedd.model import Problem
from feedd.settings import codes
from feedd.settings.findings import Loc


def override(tree: Any, overrides: Mapping[str, Any]) -> tuple[Any, dict[Loc, str], tuple[Problem, ...]]:
    """The tree with the overrides in it, where each of them stands, and those that fit nowhere."""
    places: dict[Loc, str] = {}
    problems: list[Problem] = []
    for name, given in overrides.items():
        where = f"--set {name}"
        try:
            value = _value(given) if isinstance(given, str) else given
            loc = tuple(int(step) if step.isdecimal() else step for step in name.split("."))
            tree = _put(tree, loc, value)
            places[loc] = where
        except LookupError as error:
            problems.append(Problem(codes.UNKNOWN_KEY, where, str(error.args[0])))
    return tree, places, tuple(problems)


def _value(text: str) -> Any:
    """What YAML makes of a text; what is no YAML is meant as it stands ("[::1]:8731")."""
    try:
        return yaml_core.load(text).value
    except yaml_core.YamlError:
        return text


# The short forms of `shape`, spelled out where an override reaches below one: `server: off` and server.max_age.
_SHORT_FOR = {"site": "url", "server": "listen", "source": "path", "publish": "to"}


def _put(tree: Any, loc: Loc, value: Any) -> Any:
    """A copy of the tree with a value at a place; mappings on the way are made, list items are not."""
    if not loc:
        return value
    step, rest = loc[0], loc[1:]
    if isinstance(tree, list):
        if not isinstance(step, int):
            raise LookupError(f'the settings have a list here, and "{step}" is no position in it (0 is the first)')
        if step > len(tree):
            raise LookupError(f"there are only {len(tree)} items before position {step}")
        return [*tree[:step], _put(tree[step] if step < len(tree) else {}, rest, value), *tree[step + 1 :]]
    if isinstance(tree, dict):
        below = tree.get(step)
        if rest and step in _SHORT_FOR and isinstance(below, (str, bool, int)):
            below = {_SHORT_FOR[str(step)]: below}
        return {**tree, step: _put({} if below is None else below, rest, value)}
    raise LookupError(f'the settings have a single value above "{step}", so nothing can be put below it')
