"""The settings of generators that are written in Python (`pelicanconf.py`, `conf.py`), read and never run.

Plain assignments are understood: literals, names that were assigned before, lists and texts added together, entries put
into a mapping, f-strings and conditions on what is known. Everything else is *unknown*: its name is remembered with its
line, and whoever needs that setting says so.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from feedd.generators import GeneratorError

LARGEST = 20_000  # characters and items of one value; `x = [x, x]` forty times over is no setting


class _UnknownError(Exception):
    """This expression has no value that we know."""


@dataclass(frozen=True, slots=True)
class PythonSettings:
    """`values` by name; `unknown` are names whose value is computed, with the line of the last assignment."""

    values: Mapping[str, Any] = field(default_factory=dict)
    unknown: Mapping[str, int] = field(default_factory=dict)


def is_quick(pattern: str) -> bool:
    """May this regular expression of a person's settings meet the names and titles of articles? Not if it repeats what
    repeats or chooses itself (`(a+)+`, `(a|b)*`), refers back, or repeats in more than eight places: such a pattern can
    take for ever, and nobody here has a clock."""
    if _REFERS_BACK.search(pattern):
        return False
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        return False
    repeats = [False]  # by open group: does it hold a choice or a repetition?
    total = 0
    for token in _REGEX_TOKEN.finditer(pattern):
        if token[0].startswith("("):
            repeats.append(False)
            continue
        if token[0].startswith(")"):
            inner = repeats.pop() if len(repeats) > 1 else False
            if token["again"] and inner:
                return False
            repeats[-1] |= inner
        repeats[-1] |= bool(token["again"] or token["more"]) or token[0] == "|"
        total += bool(token["again"] or token["more"])
    return total <= 8


_AGAIN = r"[*+]|\{[0-9]*(?:,[0-9]*)?\}"
_REGEX_TOKEN = re.compile(
    rf"(?P<one>\\.|\[\^?\]?(?:\\.|[^\]\\])*+\]|[^()|])(?P<more>{_AGAIN})?|\((?:\?P<\w+>|\?[^)]?)?|\)(?P<again>{_AGAIN})?|\|",
    re.DOTALL,
)
_REFERS_BACK = re.compile(r"\\[1-9]|\(\?P=|\(\?\(")


def read(files: Mapping[str, str], path: str) -> PythonSettings:
    """The settings of one file among `files`; what it imports with `*` from another of them counts too.
    GeneratorError where it is no Python."""
    reader = _Reader(files)
    reader.read(path)
    return PythonSettings(reader.values, reader.unknown)


class _Reader:
    def __init__(self, files: Mapping[str, str]) -> None:
        self._files = files
        self._done: set[str] = set()
        self.values: dict[str, Any] = {}
        self.unknown: dict[str, int] = {}

    def read(self, path: str) -> None:
        self._done.add(path)
        try:
            tree = ast.parse(self._files[path])
        except SyntaxError as bad:
            raise GeneratorError(path, f"not readable as Python: {bad.msg}", "", bad.lineno, bad.offset) from None
        except (ValueError, RecursionError, MemoryError):
            raise GeneratorError(path, "not readable as Python: nested too deep, or it holds a NUL byte") from None
        try:
            self._block(tree.body, path)
        except RecursionError:
            raise GeneratorError(path, "not readable: nested too deep") from None

    def _block(self, body: list[ast.stmt], path: str) -> None:
        for statement in body:
            step = _STATEMENTS.get(type(statement))
            if step is None:
                self._forget(statement)
            else:
                step(self, statement, path)

    # --- statements

    def _assign(self, node: Any, path: str) -> None:
        if node.value is None:  # an annotation alone
            return
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            try:
                self._store(target, self._value(node.value))
            except _UnknownError:
                self._forget(node)

    def _store(self, target: ast.expr, value: Any) -> None:
        if isinstance(target, ast.Name):
            self.values[target.id] = value
            self.unknown.pop(target.id, None)
        elif isinstance(target, ast.Subscript):
            self._put(target, value)
        elif isinstance(target, ast.Tuple | ast.List) and isinstance(value, list | tuple):
            if len(value) != len(target.elts):
                raise _UnknownError
            for each, item in zip(target.elts, value, strict=True):
                self._store(each, item)

    def _put(self, target: ast.Subscript, value: Any) -> None:
        """`X["a"] = 1`, by replacing the mapping: another name may hold the old one."""
        name, key = target.value, self._value(target.slice)
        if not isinstance(name, ast.Name) or not isinstance(self.values.get(name.id), dict):
            raise _UnknownError
        self.values[name.id] = self._small({**self.values[name.id], _key(key): value})

    def _add(self, node: ast.AugAssign, path: str) -> None:
        try:
            if not isinstance(node.op, ast.Add) or not isinstance(node.target, ast.Name):
                raise _UnknownError
            self._store(node.target, _sum(self._name(node.target.id), self._value(node.value)))
        except _UnknownError:
            self._forget(node)

    def _call(self, node: ast.Expr, path: str) -> None:
        """`X.append(…)`, `X.extend(…)` and `X.update(…)`; any other call may do anything, to nothing we know of."""
        call = node.value
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute) or len(call.args) != 1:
            return
        if not isinstance(call.func.value, ast.Name) or call.func.value.id not in self.values:
            return
        name = call.func.value.id
        try:
            before, given = self.values[name], self._value(call.args[0])
            grow = _GROWTHS.get((call.func.attr, type(before)))
            if grow is None or (call.func.attr != "append" and type(given) is not type(before)):
                raise _UnknownError
            self.values[name] = self._small(grow(before, given))
        except _UnknownError:
            self._unknown(name, node.lineno)

    def _if(self, node: ast.If, path: str) -> None:
        try:
            self._block(node.body if self._value(node.test) else node.orelse, path)
        except _UnknownError:
            self._forget(node)

    def _try(self, node: ast.Try, path: str) -> None:
        self._block([*node.body, *node.orelse, *node.finalbody], path)

    def _import(self, node: ast.ImportFrom, path: str) -> None:
        other = f"{(node.module or '').replace('.', '/')}.py"
        if [each.name for each in node.names] == ["*"] and other in self._files and other not in self._done:
            self.read(other)

    def _pass(self, node: ast.stmt, path: str) -> None:
        """Says nothing about settings."""

    def _forget(self, statement: ast.AST) -> None:
        """Every name that may be assigned in here is unknown from now on."""
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                self._unknown(node.id, node.lineno)
            elif (
                isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store) and isinstance(node.value, ast.Name)
            ):
                self._unknown(node.value.id, node.lineno)

    def _unknown(self, name: str, line: int) -> None:
        self.values.pop(name, None)
        self.unknown[name] = line

    # --- expressions

    def _value(self, node: ast.expr) -> Any:
        find = _EXPRESSIONS.get(type(node))
        if find is None:
            raise _UnknownError
        return self._small(find(self, node))

    def _small(self, value: Any) -> Any:
        if sum(1 for _, _ in zip(range(LARGEST + 1), _parts(value), strict=False)) > LARGEST:
            raise _UnknownError
        return value

    def _name(self, name: str) -> Any:
        if name not in self.values:
            raise _UnknownError
        return self.values[name]

    def _constant(self, node: ast.Constant) -> Any:
        if isinstance(node.value, str | int | float | bool | None):
            return node.value
        raise _UnknownError

    def _sequence(self, node: Any) -> Any:
        items = [self._value(each) for each in node.elts]
        return tuple(items) if isinstance(node, ast.Tuple) else items

    def _mapping(self, node: ast.Dict) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            if key is None:  # **other
                other = self._value(value)
                if not isinstance(other, dict):
                    raise _UnknownError
                found.update(other)
                continue
            try:
                found[_key(self._value(key))] = self._value(value)
            except _UnknownError:  # one entry that is computed leaves the others as they are
                continue
        return found

    def _operation(self, node: ast.BinOp) -> Any:
        if not isinstance(node.op, ast.Add):
            raise _UnknownError
        return _sum(self._value(node.left), self._value(node.right))

    def _sign(self, node: ast.UnaryOp) -> Any:
        value = self._value(node.operand)
        if isinstance(node.op, ast.Not):
            return not value
        if isinstance(node.op, ast.USub) and isinstance(value, int | float):
            return -value
        raise _UnknownError

    def _choice(self, node: ast.IfExp) -> Any:
        return self._value(node.body if self._value(node.test) else node.orelse)

    def _comparison(self, node: ast.Compare) -> bool:
        if len(node.ops) != 1 or not isinstance(node.ops[0], ast.Eq | ast.NotEq):
            raise _UnknownError
        same = self._value(node.left) == self._value(node.comparators[0])
        return bool(same) == isinstance(node.ops[0], ast.Eq)

    def _item(self, node: ast.Subscript) -> Any:
        try:
            return self._value(node.value)[self._value(node.slice)]
        except (KeyError, IndexError, TypeError):
            raise _UnknownError from None

    def _format(self, node: ast.JoinedStr) -> str:
        return "".join(self._piece(each) for each in node.values)

    def _piece(self, node: ast.expr) -> str:
        if isinstance(node, ast.Constant):
            return str(node.value)
        value = self._value(node.value) if isinstance(node, ast.FormattedValue) and not node.format_spec else None
        if not isinstance(value, str):
            raise _UnknownError
        return value


def _sum(one: Any, other: Any) -> Any:
    if type(one) is not type(other) or not isinstance(one, str | list | tuple):
        raise _UnknownError
    return one + other


def _key(value: Any) -> Any:
    if not isinstance(value, str | int | float | bool | None):
        raise _UnknownError
    return value


def _parts(value: Any) -> Iterator[None]:
    """One for each character and item."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        yield None
        if isinstance(each, str):
            for _ in each:
                yield None
        elif isinstance(each, dict):
            waiting.extend(each.values())
        elif isinstance(each, list | tuple):
            waiting.extend(each)


_GROWTHS: dict[tuple[str, type], Callable[[Any, Any], Any]] = {
    ("append", list): lambda before, given: [*before, given],
    ("extend", list): lambda before, given: [*before, *given],
    ("update", dict): lambda before, given: {**before, **given},
}
_STATEMENTS: dict[type[ast.stmt], Callable[[_Reader, Any, str], None]] = {
    ast.Assign: _Reader._assign,
    ast.AnnAssign: _Reader._assign,
    ast.AugAssign: _Reader._add,
    ast.Expr: _Reader._call,
    ast.If: _Reader._if,
    ast.Try: _Reader._try,
    ast.ImportFrom: _Reader._import,
    ast.FunctionDef: _Reader._pass,
    ast.ClassDef: _Reader._pass,
}
_EXPRESSIONS: dict[type[ast.expr], Callable[[_Reader, Any], Any]] = {
    ast.Constant: _Reader._constant,
    ast.Name: lambda reader, node: reader._name(node.id),
    ast.List: _Reader._sequence,
    ast.Tuple: _Reader._sequence,
    ast.Set: _Reader._sequence,
    ast.Dict: _Reader._mapping,
    ast.BinOp: _Reader._operation,
    ast.UnaryOp: _Reader._sign,
    ast.IfExp: _Reader._choice,
    ast.Compare: _Reader._comparison,
    ast.Subscript: _Reader._item,
    ast.JoinedStr: _Reader._format,
}
