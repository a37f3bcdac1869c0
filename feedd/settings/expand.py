"""${VAR} and ${VAR:-default} in every text of a settings tree. `$${` stands for a literal `${`.

The tree is plain data (dict, list, scalars); a new one is made. Where a variable is not set the finding says so, and
the value stays as it was written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from feedd.settings import codes
from feedd.settings.findings import Finding, Loc

# The name rule is POSIX's for shell variables; anything else between the braces is reported, not passed through.
_VARIABLE = re.compile(r"\$\$\{|\$\{([^{}]*)\}")
_NAME = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?", re.DOTALL)


def expand(tree: Any, env: Mapping[str, str]) -> tuple[Any, tuple[Finding, ...]]:
    """The tree with every variable filled in, and what could not be."""
    findings: list[Finding] = []
    return _walk(tree, (), env, findings), tuple(findings)


def _walk(value: Any, loc: Loc, env: Mapping[str, str], findings: list[Finding]) -> Any:
    if isinstance(value, dict):
        return {key: _walk(item, (*loc, key), env, findings) for key, item in value.items()}
    if isinstance(value, list):
        return [_walk(item, (*loc, number), env, findings) for number, item in enumerate(value)]
    return _text(value, loc, env, findings) if isinstance(value, str) and "${" in value else value


def _text(text: str, loc: Loc, env: Mapping[str, str], findings: list[Finding]) -> str:
    def fill(match: re.Match[str]) -> str:
        if match[1] is None:
            return "${"
        named = _NAME.fullmatch(match[1])
        if named is None:
            findings.append(_odd(loc, match[0]))
            return match[0]
        name, default = named.groups()
        # As in the shell, ":-" also replaces a variable that is set but empty.
        value = env.get(name, "") or default if default is not None else env.get(name)
        if value is None:
            findings.append(_unset(loc, name))
            return match[0]
        return value

    return _VARIABLE.sub(fill, text)


def _unset(loc: Loc, name: str) -> Finding:
    hint = f"set it, or give a default: ${{{name}:-…}}; for a literal ${{ write $${{"
    return Finding(loc, codes.UNSET_VARIABLE, f"the environment variable {name} is not set", hint)


def _odd(loc: Loc, text: str) -> Finding:
    return Finding(loc, codes.UNSET_VARIABLE, f"{text} is not a variable", "for a literal ${ write $${")
