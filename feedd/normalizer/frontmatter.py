"""The block above an article's text: YAML between `---` lines, TOML between `+++` lines, a JSON object, a header block
of `Title: …` lines, or nothing.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from feedd.model import Problem
from feedd.normalizer.findings import DUPLICATE_KEY, FRONT_MATTER, error, warning
from feedd.yaml_core import YamlError, load

_ENDLESS = "the front matter is nested too deep, or holds an endless number"
MAX_SIZE = 256_000  # characters; real front matter has some hundred


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What stands above the text. `lines` has the file line of each top-level key, `raw` the source text of the values
    that are not text (a title `1.10` is the number 1.1). The text below begins on `body_line`."""

    data: Mapping[str, Any]
    body: str
    body_line: int = 1
    lines: Mapping[str, int] = field(default_factory=dict)
    raw: Mapping[tuple[str | int, ...], str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def split(text: str, where: str) -> FrontMatter | Problem:
    """Take the front matter off a text whose line ends are "\\n"; a Problem (with line and column) if it cannot be
    read. Text without front matter comes back whole, with no data."""
    for opening, read in _KINDS:
        if opening.match(text):
            return read(text, where)
    return FrontMatter({}, text)


@dataclass(frozen=True, slots=True)
class _Block:
    """The lines between two fences: `text` begins on file line 2, the body on `body_line`."""

    text: str
    body: str
    body_line: int


def _fenced(text: str, where: str, fence: str, closing: re.Pattern[str]) -> _Block | Problem:
    start = text.find("\n") + 1
    end = closing.search(text, start, start + MAX_SIZE + 10) if start else None
    if end is None:
        if len(text) > MAX_SIZE:
            return _too_large(where)
        return error(
            FRONT_MATTER,
            where,
            "the front matter is opened here and never closed",
            f'add a line "{fence}" below it',
            1,
        )
    inner = text[start : end.start()]
    return _Block(inner, text[end.end() + 1 :], inner.count("\n") + 3)


def _too_large(where: str) -> Problem:
    hint = "is the closing line missing?"
    return error(FRONT_MATTER, where, f"more than {MAX_SIZE // 1000} kB of front matter", hint, 1)


def _not_a_mapping(where: str, value: Any, line: int) -> Problem:
    found = "a list" if isinstance(value, list) else "plain text"
    return error(FRONT_MATTER, where, f"the front matter is {found}", 'write it as "name: value" lines', line)


# --- YAML -------------------------------------------------------------------------------------------------------------

_YAML_END = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)


def _yaml(text: str, where: str) -> FrontMatter | Problem:
    block = _fenced(text, where, "---", _YAML_END)
    if isinstance(block, Problem):
        return block
    try:
        loaded = load(block.text, first_line=2)
    except YamlError as bad:
        return error(FRONT_MATTER, where, bad.message, bad.hint, bad.line, bad.column)
    value = {} if loaded.value is None else loaded.value
    if not isinstance(value, dict):
        return _not_a_mapping(where, value, loaded.values[()].line)
    lines = {str(path[0]): mark.line for path, mark in loaded.keys.items() if len(path) == 1}
    problems = tuple(
        warning(DUPLICATE_KEY, where, each.message, "delete one of the two", each.line) for each in loaded.warnings
    )
    return FrontMatter(value, block.body, block.body_line, lines, loaded.raw, problems)


# --- TOML -------------------------------------------------------------------------------------------------------------

_TOML_END = re.compile(r"^\+\+\+[ \t]*$", re.MULTILINE)
_TOML_KEY = re.compile(r"""^[ \t]*\[{0,2}[ \t]*["']?([\w-]+)["']?(?=[ \t]*[.=\]"'])""", re.MULTILINE)
# tomllib keeps every prefix of a dotted key: one of 100,000 parts takes all memory there is [measured]. No key that a
# person writes has more than a few parts.
_ENDLESS_KEY = re.compile(r"""(?<![\w-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){33}""")
_TOML_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


def _toml(text: str, where: str) -> FrontMatter | Problem:
    block = _fenced(text, where, "+++", _TOML_END)
    if isinstance(block, Problem):
        return block
    if endless := _ENDLESS_KEY.search(block.text):
        line = block.text.count("\n", 0, endless.start()) + 2
        return error(FRONT_MATTER, where, "a key of more than 32 parts", "text goes in quotes", line)
    try:
        data = tomllib.loads(block.text)
    except (ValueError, RecursionError) as bad:  # a number of 5,000 digits is a plain ValueError
        return _toml_problem(bad, where, block)
    return FrontMatter(data, block.body, block.body_line, _first_lines(_TOML_KEY, block.text, 2))


def _toml_problem(bad: Exception, where: str, block: _Block) -> Problem:
    if not isinstance(bad, tomllib.TOMLDecodeError):
        return error(FRONT_MATTER, where, _ENDLESS, line=1)
    place = _TOML_PLACE.search(str(bad))
    line, column = (int(place[1]) + 1, int(place[2])) if place and place[1] else (block.body_line - 1, None)
    message = _TOML_PLACE.sub("", str(bad))
    return error(FRONT_MATTER, where, f"not readable as TOML: {message}", "text goes in quotes", line, column)


def _first_lines(pattern: re.Pattern[str], text: str, first_line: int) -> dict[str, int]:
    """The line on which each key is first seen; a key inside a long text may be seen too early, which costs nothing
    but a wrong line in a message."""
    lines: dict[str, int] = {}
    line, position = first_line, 0
    for found in pattern.finditer(text):
        line += text.count("\n", position, found.start(1))
        position = found.start(1)
        lines.setdefault(found[1], line)
    return lines


# --- JSON -------------------------------------------------------------------------------------------------------------

_JSON_KEY = re.compile(r'"((?:[^"\\\n]){1,100})"[ \t]*:')


def _json(text: str, where: str) -> FrontMatter | Problem:
    repeated: list[str] = []

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        data = dict(items)
        if len(data) < len(items):
            names = [name for name, _ in items]
            repeated.extend(name for name in data if names.count(name) > 1)
        return data

    head = text[:MAX_SIZE]
    try:
        data, end = json.JSONDecoder(object_pairs_hook=pairs).raw_decode(head)
    except json.JSONDecodeError as bad:
        if len(text) > MAX_SIZE and (bad.pos >= MAX_SIZE - 100 or bad.msg.startswith("Unterminated string")):
            return _too_large(where)
        message = f"not readable as JSON: {bad.msg[:1].lower()}{bad.msg[1:]}"
        return error(FRONT_MATTER, where, message, "check commas and quotes", bad.lineno, bad.colno)
    except (ValueError, RecursionError):
        return error(FRONT_MATTER, where, _ENDLESS, line=1)
    lines = _first_lines(_JSON_KEY, text[:end], 1)
    problems = tuple(
        warning(DUPLICATE_KEY, where, f'"{name[:60]}" is given twice', "delete one of the two", lines.get(name))
        for name in repeated
    )
    body = text[end:].lstrip(" \t")
    line = text.count("\n", 0, end) + 1
    after = body.startswith("\n")
    return FrontMatter(data, body[after:], line + after, lines, problems=problems)


# --- Header block -----------------------------------------------------------------------------------------------------

# MultiMarkdown's keys may have blanks; Pelican's (Python-Markdown's "meta" extension) may not, and its values need no
# blank before them.
_HEADER_LINE = re.compile(r"([A-Za-z][A-Za-z0-9_ -]{0,30}):(?:[ \t]+(.*))?$")
_STRICT_LINE = re.compile(r"[ ]{0,3}([A-Za-z0-9_-]{1,31}):(?!//)[ \t]*(.*)$")
_MORE_OF_IT = re.compile(r"(?:[ ]{4}|\t)[ \t]*(\S.*)$")
_MOST_HEADERS = 50


def _headers(text: str, where: str) -> FrontMatter | Problem:
    """`Title: Hello` lines up to the first blank line, as Pelican and MultiMarkdown have them; an indented line goes on
    with the value above it. With two such lines above it, a line of another shape is where the text begins
    (Python-Markdown); after one alone the whole block is text. So is a block without a title."""
    block, _, _ = text[: MAX_SIZE + 1].partition("\n\n")
    if len(block) > MAX_SIZE:
        return FrontMatter({}, text)
    rows = block.split("\n", _MOST_HEADERS)
    head = _read_headers(rows[:_MOST_HEADERS], _HEADER_LINE)
    if head.rows < len(rows):
        head = _read_headers(rows[:_MOST_HEADERS], _STRICT_LINE)
        if head.rows < min(2, len(rows)):
            return FrontMatter({}, text)
    if not any(key.casefold() == "title" and value for key, value in head.data.items()):
        return FrontMatter({}, text)
    whole = head.rows == len(rows)
    size = len(block) + 2 if whole else sum(len(row) + 1 for row in rows[: head.rows])
    problems = tuple(
        warning(DUPLICATE_KEY, where, f'"{key}" is given twice; the first one counts', "delete one of the two", line)
        for key, line in head.repeated
    )
    return FrontMatter(head.data, text[size:], head.rows + (2 if whole else 1), head.lines, problems=problems)


@dataclass(slots=True)
class _Headers:
    data: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    repeated: list[tuple[str, int]] = field(default_factory=list)
    rows: int = 0  # how many belong to the block


def _read_headers(rows: list[str], pattern: re.Pattern[str]) -> _Headers:
    """The rows from the first one on that have the shape of a head."""
    head = _Headers()
    names: dict[str, str] = {}  # as they are compared: as they are written
    last: str | None = None  # the key that an indented line goes on with
    for number, row in enumerate(rows, 1):
        found = pattern.fullmatch(row.rstrip())
        more = _MORE_OF_IT.fullmatch(row.rstrip()) if found is None and names else None
        if found is None and more is None:
            break
        head.rows = number
        if found is None:
            if last is not None and more is not None:
                head.data[last] = f"{head.data[last]}\n{more[1]}".strip()
            continue
        key = found[1]
        last = key if key.casefold() not in names else None
        if last is None:
            head.repeated.append((key, number))
            continue
        names[key.casefold()] = key
        head.data[key], head.lines[key] = (found[2] or "").strip(), number
    return head


# --- Nikola's comments ------------------------------------------------------------------------------------------------

_COMMENT_LINE = re.compile(r"[ \t]*\.\. ([A-Za-z_][\w-]{0,40}):(?:[ \t]+(.*))?$")


def _comments(text: str, where: str) -> FrontMatter | Problem:
    """`.. title: Hello` lines, in reStructuredText as they are, elsewhere within `<!--` and `-->`; up to the first
    blank line or the end of the comment (Nikola's metadata_extractors.NikolaMetadata). The last of two counts there."""
    opening = re.match(r"<!--[ \t]*\n?", text)
    first = opening.end() if opening else 0
    end = text.find("-->", first, first + MAX_SIZE) if opening else -1
    if opening and end < 0:
        return FrontMatter({}, text)
    head = text[first:end] if opening else text[:MAX_SIZE]
    data: dict[str, str] = {}
    lines: dict[str, int] = {}
    line, used = 1 + text.count("\n", 0, first), 0
    for number, row in enumerate(head.split("\n")):
        found = _COMMENT_LINE.fullmatch(row.rstrip())
        if found is None and not opening:
            break
        used = number + 1
        if found is not None and found[2]:
            data[found[1]], lines[found[1]] = found[2], line + number
    if opening:
        body = text[end + 3 :]
        return FrontMatter(data, body, 1 + text.count("\n", 0, end), lines)
    return FrontMatter(data, "\n".join(text.split("\n", used)[used:]), used + 1, lines)


_HEADS = "title|date|slug|category|tags|authors?|summary|status|modified|lang"
# What a kind begins with; the first row that fits counts. A `{` alone is no JSON: it may be a template tag or an
# attribute list, so a quoted key or the end of the object must follow.
_KINDS: tuple[tuple[re.Pattern[str], Callable[[str, str], FrontMatter | Problem]], ...] = (
    (re.compile(r"---[ \t]*(?:\n|$)"), _yaml),
    (re.compile(r"\+\+\+[ \t]*(?:\n|$)"), _toml),
    (re.compile(r'\{\s*["}]'), _json),
    (re.compile(rf"(?:<!--[ \t]*\n?)?[ \t]*\.\. (?:{_HEADS}|link|type|description):(?=\s)", re.IGNORECASE), _comments),
    (re.compile(rf"(?:{_HEADS}):", re.IGNORECASE), _headers),
)
