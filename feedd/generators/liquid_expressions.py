"""Expressions of Liquid and Nunjucks: `page.title | default: "none" | upcase`, `a == "b" and c contains d`. Pure.

Grammar: https://shopify.github.io/liquid/basics/operators/ and lib/liquid/expression.rb; of Nunjucks `filter(args)`,
`not`, `===` and `x if y else z`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from feedd.generators.liquid_values import UNKNOWN, Filter, bounded, member, truth, written

LONGEST_SOURCE = 10_000  # characters of one expression
MOST_TOKENS = 500  # of one expression
MOST_STEPS = 1_000  # of a range


@dataclass(frozen=True, slots=True)
class Names:
    """What an expression may ask for. `look` gives the value of a name; `empty_is_false` is Nunjucks' idea of truth."""

    look: Callable[[str], Any]
    filters: Mapping[str, Filter]
    empty_is_false: bool = False


_TOKEN = re.compile(
    r"""\s*+(?:(?P<text>"[^"]*+"|'[^']*+')|(?P<number>-?[0-9]++(?:\.[0-9]++)?+)(?![\w.])|(?P<from>-?[0-9]++)(?=\.\.)"""
    r"""|(?P<name>[^\W\d][\w-]*+\??)|(?P<sign>\.\.|===|!==|[=!<>]=|<>|[|:,.()\[\]<>=~+{}*/%-])|(?P<other>\S))"""
)
_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": lambda one, other: one < other,
    ">": lambda one, other: one > other,
    "<=": lambda one, other: one <= other,
    ">=": lambda one, other: one >= other,
}
_SAME = {"==": True, "===": True, "!=": False, "!==": False, "<>": False}
_LITERALS: Mapping[str, Any] = {
    "nil": None,
    "null": None,
    "none": None,
    "undefined": None,
    "true": True,
    "false": False,
}
_FAILURES = (TypeError, ValueError, KeyError, AttributeError, IndexError, ArithmeticError)


class _Empty:
    """`x == empty`, `x == blank`."""


_EMPTY: Final = _Empty()


def evaluate(expression: str, names: Names) -> Any:
    """The value of an expression with its filters; UNKNOWN where it cannot be told, also for what is no expression."""
    return _run(expression, names, _Reader.filtered)


def decide(condition: str, names: Names) -> bool | None:
    """Is the condition true? None: nobody can tell."""
    return truth(_run(condition, names, _Reader.condition), names.empty_is_false)


def _run(source: str, names: Names, rule: Callable[[_Reader], Any]) -> Any:
    reader = _Reader(source, names)
    try:
        value = rule(reader)
    except (_NotAnExpressionError, *_FAILURES, RecursionError):
        return UNKNOWN
    return UNKNOWN if reader.kind else value  # something is left over


class _NotAnExpressionError(Exception):
    pass


class _Reader:
    """Evaluates while it reads. `kind` and `word` are the token ahead, "" at the end."""

    def __init__(self, source: str, names: Names) -> None:
        self._names = names
        found = list(_TOKEN.finditer(source.strip()[:LONGEST_SOURCE].rstrip()))
        self._tokens = [(str(each.lastgroup), each[str(each.lastgroup)]) for each in found[: MOST_TOKENS + 1]]
        if len(self._tokens) > MOST_TOKENS:
            self._tokens = [("other", source[:1])]
        self._at = -1
        self._depth = 0
        self.kind, self.word = "", ""
        self._take()

    def _take(self) -> str:
        word = self.word
        self._at += 1
        self.kind, self.word = self._tokens[self._at] if self._at < len(self._tokens) else ("", "")
        return word

    def _is(self, *words: str) -> bool:
        return self.kind in ("sign", "name") and self.word in words

    def _skip(self, word: str) -> bool:
        if self._is(word):
            self._take()
            return True
        return False

    def _need(self, word: str) -> None:
        if not self._skip(word):
            raise _NotAnExpressionError

    # --- conditions

    def condition(self) -> Any:
        """`and` and `or` group from the right, as Liquid does it: true or false and false is true."""
        self._deeper()
        left = self._comparison()
        if self._is("and", "or"):
            word = self._take()
            left = self._joined(word, left, self.condition())
        self._depth -= 1
        return left

    def _joined(self, word: str, left: Any, right: Any) -> Any:
        one, other = (truth(each, self._names.empty_is_false) for each in (left, right))
        decisive = word == "or"
        if one is decisive or other is decisive:
            return decisive
        return UNKNOWN if one is None or other is None else not decisive

    def _comparison(self) -> Any:
        if self._skip("not"):
            told = truth(self._comparison(), self._names.empty_is_false)
            return UNKNOWN if told is None else not told
        left = self.filtered()
        if self._is("contains", "in"):
            swapped = self._take() == "in"
            right = self.filtered()
            return _contains(right, left) if swapped else _contains(left, right)
        if not self._is(*_SAME, *_COMPARE):
            return left
        sign = self._take()
        right = self.filtered()
        if left is UNKNOWN or right is UNKNOWN:
            return UNKNOWN
        if sign in _SAME:
            return _same(left, right) is _SAME[sign]
        return _COMPARE[sign](left, right) if left is not None and right is not None else False

    # --- values

    def filtered(self) -> Any:
        value = self._value()
        while self._skip("|"):
            if self.kind != "name":
                raise _NotAnExpressionError
            name = self._take()
            plain, named = self._arguments()
            value = self._filter(name, value, plain, named)
        if self._is("if"):  # Nunjucks: x if y else z
            self._take()
            told = truth(self.condition(), self._names.empty_is_false)
            other = self.filtered() if self._skip("else") else None
            value = UNKNOWN if told is None else value if told else other
        return value

    def _arguments(self) -> tuple[list[Any], dict[str, Any]]:
        """`: a, b, key: c` or `(a, b, key=c)`."""
        plain: list[Any] = []
        named: dict[str, Any] = {}
        bracket = self._skip("(")
        if bracket and self._skip(")"):
            return plain, named
        if not bracket and not self._skip(":"):
            return plain, named
        while True:
            following = self._tokens[self._at + 1][1] if self._at + 1 < len(self._tokens) else ""
            if self.kind == "name" and following == ("=" if bracket else ":"):
                name = self._take()
                self._take()
                named[name] = self._value()
            else:
                plain.append(self._value())
            if not self._skip(","):
                break
        if bracket:
            self._need(")")
        return plain, named

    def _filter(self, name: str, value: Any, plain: list[Any], named: dict[str, Any]) -> Any:
        run = self._names.filters.get(name)
        if run is None or UNKNOWN in plain or (value is UNKNOWN and name != "default"):
            return UNKNOWN
        try:
            return bounded(run(value, *plain, **named))
        except _FAILURES:
            return UNKNOWN

    def _value(self) -> Any:
        kind = self.kind
        if kind == "text":
            return self._take()[1:-1]
        if kind in ("number", "from"):
            word = self._take()
            return float(word) if "." in word else int(word) if len(word) < 19 else UNKNOWN
        if kind == "name":
            return self._members(self._named(self._take()))
        if self._skip("("):
            return self._bracket()
        raise _NotAnExpressionError

    def _named(self, name: str) -> Any:
        if name in ("empty", "blank"):
            return _EMPTY
        return _LITERALS[name] if name in _LITERALS else self._names.look(name)

    def _members(self, value: Any) -> Any:
        while self._is(".", "["):
            if self._take() == ".":
                if self.kind not in ("name", "number"):
                    raise _NotAnExpressionError
                name = self._take()
                value = member(value, int(name) if name.isdigit() else name)
                continue
            self._deeper()
            value = member(value, self.filtered())
            self._depth -= 1
            self._need("]")
        return UNKNOWN if self._is("(") else value  # a call

    def _bracket(self) -> Any:
        """`(1..3)`, or a condition in brackets."""
        value = self.condition()
        if self._skip(".."):
            value = _range(value, self._value())
        self._need(")")
        return value

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > 50:
            raise _NotAnExpressionError


def _range(first: Any, last: Any) -> Any:
    if not isinstance(first, int) or not isinstance(last, int) or last - first > MOST_STEPS:
        return UNKNOWN
    return list(range(first, last + 1))


def _contains(where: Any, what: Any) -> Any:
    if where is UNKNOWN or what is UNKNOWN:
        return UNKNOWN
    if isinstance(where, str):
        return what is not None and (written(what) or "") in where
    return what in where if isinstance(where, list | tuple | Mapping) else False


def _same(one: Any, other: Any) -> bool:
    if one is _EMPTY or other is _EMPTY:
        value = other if one is _EMPTY else one
        return value is None or value is False or value in ("", [], {}, ())
    return bool(one == other)
