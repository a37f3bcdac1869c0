"""A tree into a `File`, even when parts of it are wrong: those are taken out, so that the rest can be checked as well.

Without this a misspelt key would hide that two feeds share a path, and a person would mend the file twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from feedd.settings import codes
from feedd.settings.findings import Finding, Loc, compact, original, without, written
from feedd.settings.shape import File
from feedd.settings.words import plain, tell

# Each round takes at least one thing out; a broken section is gone after a few.
_ROUNDS = 20


@dataclass(frozen=True, slots=True)
class Salvaged:
    """`file` is None when not even the whole is a mapping. `tree` is the tree with holes: `original` needs it."""

    file: File | None
    findings: tuple[Finding, ...]
    damaged: frozenset[str]
    tree: Any


def salvage(tree: Any, raw: Mapping[Loc, str], broken: tuple[Loc, ...] = ()) -> Salvaged:
    """Validate; `broken` are places that are known to be wrong already (and reported)."""
    damaged = {str(loc[0]) for loc in broken if loc}
    tree = _remove(tree, broken)
    findings: tuple[Finding, ...] = ()
    for attempt in range(_ROUNDS):
        try:
            return Salvaged(File.model_validate(compact(tree)), findings, frozenset(damaged), tree)
        except ValidationError as error:
            if attempt == 0:
                told = tell(error, compact(tree), raw)
                findings = tuple(_at_home(tree, finding) for finding in told)
                damaged |= {str(each.loc[0]) for each in told if each.loc and each.code != codes.UNKNOWN_KEY}
            places = [original(tree, _culprit(item)) for item in error.errors(include_url=False, include_input=False)]
            if not all(written(tree, place) for place in places):
                break
            tree = _remove(tree, places)
    return Salvaged(None, findings, frozenset(damaged), tree)


def _at_home(tree: Any, finding: Finding) -> Finding:
    return Finding(
        original(tree, finding.loc), finding.code, finding.message, finding.hint, finding.level, finding.at_key
    )


def _culprit(error: Any) -> Loc:
    """What to take out: the value that is wrong, or the mapping that lacks something."""
    loc = plain(error["loc"])
    return loc[:-1] if error["type"] == "missing" else loc


def _remove(tree: Any, places: Iterable[Loc]) -> Any:
    """Deepest first, so that no place is gone when its turn comes."""
    for place in sorted({written(tree, place) for place in places} - {()}, key=len, reverse=True):
        if written(tree, place) == place:
            tree = without(tree, place)
    return tree
