"""Literals in JavaScript and TypeScript: the settings of Eleventy and Astro are programs, which are read and never run.

Only what stands there as a literal is understood: texts, numbers, lists, objects, names of constants that were given a
literal before, calls with such arguments. Everything else (functions, sums, imports) is `UNKNOWN`, not an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

_DEEPEST = 20
_MOST_TOKENS = 100_000
_LONGEST = 10_000  # tokens of one value
_MOST_PLACES = 100  # of one kind, so that no text keeps us for long
# Each alternative is possessive, and takes a text that is never closed whole: no input makes it go back.
_TOKEN = re.compile(
    r"[\s\ufeff]++|//[^\n]*+|/\*(?:[^*]|\*(?!/))*+\*/"
    r"|(?P<token>\"(?:[^\"\\\n]|\\.)*+\"?|'(?:[^'\\\n]|\\.)*+'?|`(?:[^`\\]|\\.)*+`?"
    r"|[\w$]++(?:\.[0-9]++)?|=>|\.\.\.|.)",
    re.DOTALL,
)
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_NAME = re.compile(r"[A-Za-z_$][\w$]*")
_ESCAPE = re.compile(r"\\(?:u\{([0-9A-Fa-f]{1,6})\}|u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|(.))", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": ""}
_HOLE = re.compile(r"\$\{\s*([\w$]+)\s*\}")
_WORDS = {"true": True, "false": False, "null": None, "undefined": None}
_OPEN, _CLOSED = "([{", ")]}"
_ENDS = (",", ";", *_CLOSED)
# After a value these go on with an expression: what it comes to is not known.
_GOES_ON = ("+", "-", "*", "/", "%", ".", "?", "(", "[", "=>", "|", "&", "<", ">", "=", "!")


class _Unknown:
    """What cannot be known without running the program. Equal to nothing but itself, and false."""

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __bool__(self) -> bool:
        return False


UNKNOWN: Any = _Unknown()


@dataclass(frozen=True, slots=True)
class Call:
    """A call whose arguments are literals: `glob({base: "./posts"})`."""

    name: str
    arguments: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Script:
    """A program's tokens, and what is known of its constants."""

    tokens: tuple[str, ...]
    names: Mapping[str, Any]

    def after(self, *words: str) -> Iterator[Any]:
        """The value behind each place where these tokens stand: `after("dir", ":")`."""
        for at in self._places(words):
            yield _Reader(self.tokens, self.names, at + len(words)).value()

    def calls(self, name: str) -> Iterator[tuple[Any, ...]]:
        """The arguments of each call of this function."""
        for at in self._places((name, "(")):
            yield _Reader(self.tokens, self.names, at + 2).items(")")

    def exported(self) -> Mapping[str, Any]:
        """The object that the module gives: exported itself, or returned by the function that is exported."""
        exports: tuple[tuple[str, ...], ...] = (("export", "default"), ("module", ".", "exports", "="))
        returns: tuple[tuple[str, ...], ...] = (("=>", "(", "{"), ("return", "{"))
        for words in exports:
            for at in self._places(words):
                value = _Reader(self.tokens, self.names, at + len(words)).value()
                if isinstance(value, Call) and value.arguments:  # defineConfig({…})
                    value = value.arguments[0]
                if isinstance(value, dict):
                    return value
        for words in returns:
            for at in self._places(words):
                value = _Reader(self.tokens, self.names, at + len(words) - 1).value()
                if isinstance(value, dict):
                    return value
        return {}

    def _places(self, words: tuple[str, ...]) -> Iterator[int]:
        """Where these tokens stand, the first of them."""
        every = range(len(self.tokens) - len(words) + 1)
        at_words = (at for at in every if self.tokens[at] == words[0] and self.tokens[at : at + len(words)] == words)
        return islice(at_words, _MOST_PLACES)


def read(text: str) -> Script:
    """Take a program apart. Never raises; constants are known from their first line on."""
    tokens = tuple(found["token"] for found in _TOKEN.finditer(text) if found["token"] is not None)[:_MOST_TOKENS]
    names: dict[str, Any] = {}
    places = (at for at in range(len(tokens) - 3) if tokens[at] in ("const", "let", "var"))
    for at in islice(places, _MOST_PLACES):
        start = _assigned(tokens, at + 2) if _NAME.fullmatch(tokens[at + 1]) else None
        if start is not None:
            value = _Reader(tokens, names, start).value()
            if value is not UNKNOWN:
                names[tokens[at + 1]] = value
    return Script(tokens, names)


def _assigned(tokens: tuple[str, ...], at: int) -> int | None:
    """Where the value begins in `const x = …` and `const x: Type = …`."""
    for step in range(at, min(at + 8, len(tokens) - 1)):
        if tokens[step] == "=":
            return step + 1
        if tokens[step] in (";", "(", "{"):
            return None
    return None


class _Reader:
    """One walk over tokens, from a place onwards."""

    def __init__(self, tokens: tuple[str, ...], names: Mapping[str, Any], at: int) -> None:
        self._tokens, self._names, self._at, self._depth = tokens, names, at, 0
        self._end = min(at + _LONGEST, len(tokens))

    def value(self) -> Any:
        """The literal here; UNKNOWN, and past it, if it is none."""
        self._depth += 1
        found = self._one() if self._depth <= _DEEPEST else UNKNOWN
        self._depth -= 1
        if self._peek() in ("as", "satisfies"):  # TypeScript: `"x" as const`
            self._skip()
        elif found is UNKNOWN or self._peek() in _GOES_ON:
            self._skip()
            return UNKNOWN
        return found

    def items(self, end: str) -> tuple[Any, ...]:
        """Values with commas between them, up to the closing bracket."""
        found: list[Any] = []
        while (here := self._peek()) not in ("", end):
            before = self._at
            if here == ",":
                self._at += 1
            else:
                found.append(self.value())
            if self._at == before:  # a bracket that closes nothing
                self._at += 1
        self._at += 1
        return tuple(found)

    def _peek(self, ahead: int = 0) -> str:
        at = self._at + ahead
        return self._tokens[at] if at < self._end else ""

    def _one(self) -> Any:
        here = self._peek()
        self._at += 1
        if here[:1] in ("'", '"'):
            return _text(here) if _is_text(here) else UNKNOWN
        if here[:1] == "`":
            return self._template(here) if _is_text(here) else UNKNOWN
        if _NUMBER.fullmatch(here[:20]):
            return float(here) if "." in here else int(here[:20])
        if here == "[":
            return list(self.items("]"))
        if here == "{":
            return self._object()
        if here in _WORDS:
            return _WORDS[here]
        if _NAME.fullmatch(here) and self._peek() == "(":
            self._at += 1
            return Call(here, self.items(")"))
        if here in _CLOSED:
            self._at -= 1
            return UNKNOWN
        return self._names.get(here, UNKNOWN)

    def _object(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while (token := self._peek()) not in ("", "}"):
            before = self._at
            following = self._peek(1)
            key = _text(token) if token[:1] in ("'", '"') and _is_text(token) else token
            if following == ":":
                self._at += 2
                found[key] = self.value()
            elif following in (",", "}") and _NAME.fullmatch(token):  # {blog, notes}
                self._at += 1
                found[key] = self._names.get(token, UNKNOWN)
            elif following == "(" and _NAME.fullmatch(token):  # permalink(data) {…}
                found[key] = UNKNOWN
                self._skip()
            else:
                self._skip()
            if self._peek() == ",":
                self._at += 1
            if self._at == before:
                self._at += 1
        self._at += 1
        return found

    def _template(self, token: str) -> Any:
        """A text with holes for constants that are known."""
        holes = {name: self._names.get(name) for name in _HOLE.findall(token)}
        if token.count("${") != len(_HOLE.findall(token)) or not all(isinstance(x, str) for x in holes.values()):
            return UNKNOWN
        return _HOLE.sub(lambda hole: str(holes[hole[1]]), _text(token))

    def _skip(self) -> None:
        """Past an expression: to the next comma, semicolon or bracket that closes what is open around it."""
        open_brackets = 0
        while token := self._peek():
            if open_brackets == 0 and token in _ENDS:
                return
            open_brackets += (token in _OPEN) - (token in _CLOSED)
            self._at += 1


def _is_text(token: str) -> bool:
    """Is it closed by the quote that opens it?"""
    return len(token) > 1 and token[-1] == token[0]


def _text(token: str) -> str:
    return _ESCAPE.sub(_unescaped, token[1:-1])


def _unescaped(found: re.Match[str]) -> str:
    code = found[1] or found[2] or found[3]
    if code is None:
        return _ESCAPED.get(found[4], found[4])
    number = int(code, 16)
    return chr(number) if number < 0x110000 else "\ufffd"
