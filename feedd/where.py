"""`where:` - which articles a feed has, by what they say of themselves: "rating >= 4 and not draft_of". Pure.

    or      = and {"or" and}            compare = "==" | "!=" | "<" | "<=" | ">" | ">="
    and     = not {"and" not}                   | "in" | "not" "in" | "contains" | "matches"
    not     = "not" not | test          value   = number | text | "true" | "false" | "null" | list | name
    test    = value [compare value]             | "has" "(" name ")" | "(" or ")"
    list    = "[" [value {"," value}] "]"       name = key {"." key | "[" text "]"}

An expression is compiled once and asked for every entry. It comes from settings, what it is asked about from articles:
compiling may fail (WhereError), asking never does. Both are bounded: the length and depth of an expression are limited,
and no pattern backtracks.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache
from typing import Any, NoReturn, Protocol

MOST_CHARACTERS = 2_000
MOST_DEPTH = 16  # of parentheses, lists and "not"

Value = Any  # None, bool, int, float, str, datetime, or a sequence or mapping of such
Name = tuple[str, ...]  # ("author", "name") for author.name


class Facts(Protocol):
    """What an expression is asked about."""

    @property
    def zone(self) -> tzinfo:
        """Whose days a date without a time means."""

    def value(self, name: Name) -> Value:
        """What goes by this name; None for nothing."""


class WhereError(Exception):
    """`at` counts characters from 1."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.message, self.at = message, at


_Ask = Callable[[Facts], Value]


@dataclass(frozen=True, slots=True)
class Where:
    """A compiled expression, and the names in it."""

    ask: _Ask
    names: tuple[Name, ...]

    def holds(self, facts: Facts) -> bool:
        return truth(self.ask(facts))


@lru_cache(maxsize=256)
def compiled(text: str) -> Where:
    """Raises WhereError."""
    if len(text) > MOST_CHARACTERS:
        raise WhereError(f"it has more than {MOST_CHARACTERS} characters", MOST_CHARACTERS + 1)
    return _Parser(text).parse()


# --- Words ------------------------------------------------------------------------------------------------------------

_TOKEN = re.compile(
    r"""(?P<space>\s++)
      | (?P<number>-?[0-9]{1,15}+(?:\.[0-9]{1,15}+)?+(?![\w.]))
      | (?P<text>'(?:[^'\\]|\\.)*+'|"(?:[^"\\]|\\.)*+")
      | (?P<quoted>`[^`]++`)
      | (?P<name>[^\W\d][\w-]*+)
      | (?P<sign>==|!=|<=|>=|[<>()\[\],.])""",
    re.VERBOSE | re.DOTALL,
)
_WORDS = frozenset(("and", "or", "not", "in", "contains", "matches", "has", "true", "false", "null"))
_CONSTANTS: dict[str, Value] = {"true": True, "false": False, "null": None}
# What people write who know another language.
_FOREIGN = {
    "=>": ">=",
    "=<": "<=",
    "&&": "and",
    "||": "or",
    "=~": "matches",
    "=": "==",
    "&": "and",
    "|": "or",
    "!": "not",
    "~": "matches",
}


@dataclass(frozen=True, slots=True)
class _Token:
    """`kind` is "number", "text", "name", "end", or the sign or word itself."""

    kind: str
    text: str
    at: int


def _tokens(text: str) -> list[_Token]:
    found, place = [], 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            _refuse(text, place)
        kind, said = match.lastgroup or "", match[0]
        if kind == "sign" or (kind == "name" and said in _WORDS):
            kind = said
        if kind == "quoted":
            kind, said = "name", said[1:-1]
        if kind != "space":
            found.append(_Token(kind, said, place + 1))
        place = match.end()
    return [*found, _Token("end", "", len(text) + 1)]


def _refuse(text: str, place: int) -> NoReturn:
    sign = text[place]
    if sign in "'\"`":
        raise WhereError(f"the quote {sign} is never closed", place + 1)
    for said in (text[place : place + 2], sign):
        if said in _FOREIGN:
            raise WhereError(f'"{said}" is not known here, write "{_FOREIGN[said]}"', place + 1)
    if sign.isdecimal():
        raise WhereError("this number cannot be read", place + 1)
    raise WhereError(f'"{sign}" is not known here', place + 1)


# --- Sentences --------------------------------------------------------------------------------------------------------


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._place = 0
        self._depth = 0
        self._names: dict[Name, None] = {}

    def parse(self) -> Where:
        ask = self._or()
        if self._next.kind != "end":
            self._expected("and, or, or the end")
        return Where(ask, tuple(self._names))

    @property
    def _next(self) -> _Token:
        return self._tokens[self._place]

    def _take(self, *kinds: str) -> _Token | None:
        token = self._next
        if token.kind not in kinds:
            return None
        self._place += 1
        return token

    def _need(self, kind: str, what: str) -> _Token:
        return self._take(kind) or self._expected(what)

    def _expected(self, what: str) -> NoReturn:
        token = self._next
        found = "the end" if token.kind == "end" else f'"{token.text}"'
        raise WhereError(f"expected {what}, found {found}", token.at)

    def _deeper(self, inner: Callable[[], Any]) -> Any:
        if self._depth == MOST_DEPTH:
            raise WhereError(f"it is nested more than {MOST_DEPTH} levels deep", self._next.at)
        self._depth += 1
        found = inner()
        self._depth -= 1
        return found

    def _or(self) -> _Ask:
        parts = [self._and()]
        while self._take("or"):
            parts.append(self._and())
        return parts[0] if len(parts) == 1 else lambda facts: any(truth(part(facts)) for part in parts)

    def _and(self) -> _Ask:
        parts = [self._not()]
        while self._take("and"):
            parts.append(self._not())
        return parts[0] if len(parts) == 1 else lambda facts: all(truth(part(facts)) for part in parts)

    def _not(self) -> _Ask:
        if not self._take("not"):
            return self._test()
        inner: _Ask = self._deeper(self._not)
        return lambda facts: not truth(inner(facts))

    def _test(self) -> _Ask:
        left = self._value()
        negated = self._next.kind == "not" and self._take("not") is not None
        if negated and self._next.kind != "in":
            self._expected('"in" after "not"')
        token = self._take(*_COMPARE)
        if token is None:
            return left
        compare, right = _COMPARE[token.kind], self._value()
        if negated:
            return lambda facts: not compare(left(facts), right(facts), facts.zone)
        return lambda facts: compare(left(facts), right(facts), facts.zone)

    def _value(self) -> _Ask:
        if token := self._take("number"):
            number = float(token.text) if "." in token.text else int(token.text)
            return lambda facts: number
        if token := self._take("text"):
            text = _unquoted(token.text)
            return lambda facts: text
        if token := self._take(*_CONSTANTS):
            constant = _CONSTANTS[token.kind]
            return lambda facts: constant
        if self._take("["):
            return self._list()
        if self._take("("):
            inner: _Ask = self._deeper(self._or)
            self._need(")", '")"')
            return inner
        if self._take("has"):
            self._need("(", '"(" after has')
            named = self._name()
            self._need(")", '")"')
            return lambda facts: facts.value(named) is not None
        name = self._name()
        return lambda facts: facts.value(name)

    def _list(self) -> _Ask:
        items: list[_Ask] = []
        while not self._take("]"):
            items.append(self._deeper(self._value))
            if self._next.kind != "]":
                self._need(",", '"," or "]"')
        return lambda facts: [item(facts) for item in items]

    def _name(self) -> Name:
        keys = [self._need("name", "a name or a value").text]
        while token := self._take(".", "["):
            if token.kind == ".":
                keys.append(self._key())
            else:
                keys.append(_unquoted(self._need("text", "a key in quotes").text))
                self._need("]", '"]"')
        name = tuple(keys)
        self._names[name] = None
        return name

    def _key(self) -> str:
        """Behind a dot every word is a name."""
        token = self._take("name", *_WORDS)
        return token.text if token else self._expected("a name")


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL)


# --- What is true -----------------------------------------------------------------------------------------------------

_SAID = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_NUMBER = re.compile(r"-?[0-9]{1,15}+(?:\.[0-9]{1,15}+)?+")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?P<time>[T ][0-9]{2}:[0-9]{2}[0-9:.+Z-]{0,24}+)?+")


def truth(value: Value) -> bool:
    """Nothing, zero, what is empty, and the words no, false and off are not true."""
    if isinstance(value, str):
        return bool(value) and _SAID.get(value.strip().lower(), True)
    return bool(value)


def fold(text: str) -> str:
    """A text as it is compared."""
    return text.lower() if text.isascii() else unicodedata.normalize("NFC", text).casefold()


def _same(one: Value, other: Value, zone: tzinfo) -> bool:
    if one is None or other is None:
        return one is other
    if _is_list(one) and _is_list(other):
        return len(one) == len(other) and all(_same(a, b, zone) for a, b in zip(one, other, strict=True))
    pair = _comparable(one, other, zone)
    return pair is not None and bool(pair[0] == pair[1])


def _ordered(decide: Callable[[Any, Any], bool]) -> Callable[[Value, Value, tzinfo], bool]:
    def compare(one: Value, other: Value, zone: tzinfo) -> bool:
        pair = _comparable(one, other, zone)
        return pair is not None and not isinstance(pair[0], bool) and decide(*pair)

    return compare


def _comparable(one: Value, other: Value, zone: tzinfo) -> tuple[Any, Any] | None:
    """Both as values of one kind, None where they are of different kinds. A text that is a number, a date, or yes or no
    counts as one beside a number, a date, or true or false: some front matter is all text."""
    if isinstance(one, str) and isinstance(other, str):
        dates = _dates(one, other, zone) if one[4:5] == "-" == other[4:5] else None
        return dates or (fold(one), fold(other))
    for kind, read in _KINDS:
        if isinstance(one, kind) or isinstance(other, kind):
            if kind is datetime:
                return _dates(one, other, zone)
            pair = read(one), read(other)
            return None if pair[0] is None or pair[1] is None else pair
    return None


def _as_bool(value: Value) -> bool | None:
    if isinstance(value, bool):
        return value
    return _SAID.get(value.strip().lower()) if isinstance(value, str) else None


def _as_number(value: Value) -> int | float | None:
    if isinstance(value, (int, float)):
        return value
    said = value.strip() if isinstance(value, str) else ""
    return (float(said) if "." in said else int(said)) if _NUMBER.fullmatch(said) else None


# `bool` first: to Python true is a number.
_KINDS: tuple[tuple[Any, Callable[[Value], Any]], ...] = (
    (bool, _as_bool),
    ((int, float), _as_number),
    (datetime, lambda value: value),
)


def _dates(one: Value, other: Value, zone: tzinfo) -> tuple[date, date] | None:
    """As days where one of them has no time of day, else as moments."""
    first, second = _as_date(one, zone), _as_date(other, zone)
    if first is None or second is None:
        return None
    if isinstance(first, datetime) and isinstance(second, datetime):
        # In one zone Python compares what the clock says, which in autumn it says twice.
        return first.astimezone(UTC), second.astimezone(UTC)
    return _day(first), _day(second)


def _as_date(value: Value, zone: tzinfo) -> date | None:
    """A day, or a moment as it is in the zone."""
    try:
        if isinstance(value, str):
            shape = _DATE.fullmatch(value.strip())
            if shape is None:
                return None
            if shape["time"] is None:
                return date.fromisoformat(shape[0])
            value = datetime.fromisoformat(shape[0])
        if not isinstance(value, datetime):
            return None
        return value.astimezone(zone) if value.tzinfo else value.replace(tzinfo=zone)
    except (ValueError, OverflowError):  # the 30th of February; the first hour of the year 1 in another zone
        return None


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def _is_list(value: Value) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _contains(whole: Value, part: Value, zone: tzinfo) -> bool:
    if isinstance(whole, str):
        return isinstance(part, str) and fold(part) in fold(whole)
    if isinstance(whole, Mapping):
        return isinstance(part, str) and any(fold(part) == fold(key) for key in whole)
    if not _is_list(whole):
        return False
    parts = part if _is_list(part) else (part,)
    return any(_same(one, other, zone) for one in parts for other in whole)


def _matches(value: Value, pattern: Value, zone: tzinfo) -> bool:
    if _is_list(value):
        return any(_matches(each, pattern, zone) for each in value)
    return isinstance(value, str) and isinstance(pattern, str) and glob(fold(value), fold(pattern))


def glob(text: str, pattern: str) -> bool:
    """`*` for any characters, `?` for one. Of several stars only the last is ever tried again, so the work is at most
    the product of the two lengths."""
    at = place = 0
    star, retry = -1, 0
    while at < len(text):
        if place < len(pattern) and pattern[place] == "*":
            star, retry = place, at
            place += 1
        elif place < len(pattern) and pattern[place] in ("?", text[at]):
            at, place = at + 1, place + 1
        elif star >= 0:
            retry += 1
            at, place = retry, star + 1
        else:
            return False
    return not pattern[place:].strip("*")


_COMPARE: dict[str, Callable[[Value, Value, tzinfo], bool]] = {
    "==": _same,
    "!=": lambda one, other, zone: not _same(one, other, zone),
    "<": _ordered(lambda one, other: one < other),
    "<=": _ordered(lambda one, other: one <= other),
    ">": _ordered(lambda one, other: one > other),
    ">=": _ordered(lambda one, other: one >= other),
    "in": lambda part, whole, zone: _contains(whole, part, zone),
    "contains": _contains,
    "matches": _matches,
}
