"""The tags of Liquid itself: conditions, loops, assignments (lib/liquid/tags/). Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from feedd.generators.liquid_filters import items, number
from feedd.generators.liquid_tree import Block, plain
from feedd.generators.liquid_values import UNKNOWN, member, written

if TYPE_CHECKING:
    from feedd.generators.liquid import Scope


def _assign(words: str, scope: Scope) -> str:
    name, sign, expression = words.partition("=")
    if sign:
        value = scope.value(expression)
        if value is UNKNOWN:
            scope.remove(f"assign {words}")
        for each in name.split(","):
            scope.assign(each.strip(), value)
    return ""


def _echo(words: str, scope: Scope) -> str:
    value = scope.value(words)
    found = None if value is UNKNOWN else written(value)
    if found is None:
        scope.remove("{{ " + words + " }}")
    return found or ""


def _interrupt(how: str) -> Callable[[str, Scope], str]:
    def make(words: str, scope: Scope) -> str:
        scope.stop(how)
        return ""

    return make


def _cycle(words: str, scope: Scope) -> str:
    values = words.rpartition(":")[2] if ":" in words else words
    found = [scope.value(each) for each in values.split(",")]
    at = member(scope.look("forloop"), "index0")
    return written(found[at % len(found)]) or "" if isinstance(at, int) and UNKNOWN not in found else ""


TAGS: Mapping[str, Callable[[str, Scope], str | None]] = {
    "assign": _assign,
    "set": _assign,
    "echo": _echo,
    "break": _interrupt("break"),
    "continue": _interrupt("continue"),
    "cycle": _cycle,
}


def _if(node: Block, scope: Scope) -> str:
    return next((scope.text_of(branch.nodes) for branch in node.branches if scope.holds(branch)), "")


def _case(node: Block, scope: Scope) -> str:
    value = scope.value(node.branches[0].words)
    for branch in node.branches[1:]:
        choices = branch.words.replace(" or ", ",").split(",")
        if branch.name == "else" or any(value == scope.value(each) for each in choices):
            return scope.text_of(branch.nodes)
    return ""


def _for(node: Block, scope: Scope) -> str:
    first, *others = node.branches
    name, _, rest = first.words.partition(" in ")
    source, options = _loop_options(rest)
    found = scope.value(source)
    if isinstance(found, Mapping):
        found = [list(pair) for pair in found.items()]
    if found is UNKNOWN or not name.strip():
        scope.remove(f"loop over {source}")
        return ""
    values = _part(items(found) if not isinstance(found, str) else [found] if found else [], options, scope)
    if not values:
        return "".join(scope.text_of(branch.nodes) for branch in others[:1])
    return scope.turns(values, name.strip(), first.nodes)


def _loop_options(words: str) -> tuple[str, dict[str, str]]:
    """`site.tags reversed limit: 3 offset:1`"""
    options: dict[str, str] = {}
    parts = words.replace(":", ": ").split()
    source: list[str] = []
    at = 0
    while at < len(parts):
        if parts[at] == "reversed":
            options["reversed"] = "true"
        elif parts[at] in ("limit:", "offset:", "cols:") and at + 1 < len(parts):
            options[parts[at][:-1]] = parts[at + 1]
            at += 1
        else:
            source.append(parts[at])
        at += 1
    return " ".join(source), options


def _part(values: list[Any], options: Mapping[str, str], scope: Scope) -> list[Any]:
    first, most = (scope.value(options[name]) if name in options else None for name in ("offset", "limit"))
    values = values[int(number(first)) if isinstance(first, int) else 0 :]
    values = values[: most if isinstance(most, int) else None]
    return values[::-1] if "reversed" in options else values


def _tablerow(node: Block, scope: Scope) -> str:
    return "<table><tr><td>" + _for(node, scope) + "</td></tr></table>"


def _capture(node: Block, scope: Scope) -> str:
    name = node.branches[0].words.strip().strip("\"'")
    scope.assign(name, scope.text_of(node.branches[0].nodes))
    return ""


def _raw(node: Block, scope: Scope) -> str:
    return "".join(map(plain, node.branches[0].nodes))


def _inside(node: Block, scope: Scope) -> str:
    return scope.text_of(node.branches[0].nodes)


def _nothing(node: Block, scope: Scope) -> str:
    return ""


BLOCKS: Mapping[str, Callable[[Block, Scope], str]] = {
    "if": _if,
    "unless": _if,
    "case": _case,
    "for": _for,
    "tablerow": _tablerow,
    "capture": _capture,
    "set": _capture,
    "ifchanged": _inside,
    "raw": _raw,
    "verbatim": _raw,
    "comment": _nothing,
}
