"""The only door to `yaml`: YAML 1.2 core schema, a line and column for everything, and no bomb gets through.

Theory. libyaml's C parser gives *events*; from them we build a small node tree with an explicit stack, count what an
alias would unfold to, and only then make values. So nothing recurses on the author's nesting, nothing is expanded
before it is known to be small, and no tag can name a Python object.

What differs from PyYAML's loaders (they implement YAML 1.1): `no`, `on`, `yes` and `off` are text, `12:30` is text,
`010` is ten, `0o10` is eight, timestamps are text (YAML 1.2.2, section 10.3.2), and a key is always text. The one thing
kept from 1.1 is the merge key `<<`, because people write it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import yaml

MAX_TEXT = 1_000_000  # characters
MAX_NODES = 15_000  # with every alias unfolded
MAX_DEPTH = 64  # likewise; also what lets us recurse over the finished tree
MAX_NUMBER = 400  # characters of a number; CPython refuses integers of more than 4,300 digits with a ValueError

Path = tuple[str | int, ...]


class Mark(NamedTuple):
    """A place in the file, both counted from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class YamlWarning:
    """Something that was read, but hardly meant: a key that is written twice."""

    message: str
    line: int
    column: int


class YamlError(Exception):
    """The text cannot be used. `line` and `column` count from 1 in the file, `hint` is the next step."""

    def __init__(self, message: str, line: int, column: int, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column
        self.hint = hint

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.message}" + (f" - {self.hint}" if self.hint else "")


@dataclass(frozen=True, slots=True)
class Loaded:
    """A document's value, and where each part of it stands. Paths are like ("feeds", 0, "title"); the root is ().

    `keys` has the mark of every mapping key, `values` of every value, `raw` the source text of each unquoted scalar
    that did not become text (`1.10` is the number 1.1, its raw text is "1.10").
    """

    value: Any
    keys: Mapping[Path, Mark]
    values: Mapping[Path, Mark]
    raw: Mapping[Path, str]
    warnings: tuple[YamlWarning, ...] = ()


def load(text: str, *, first_line: int = 1) -> Loaded:
    """Read one YAML document; no document at all is the value None.

    `first_line` is the file line on which `text` begins. Raises YamlError, and nothing else, for whatever `text` holds.
    """
    shift = first_line - 1
    if len(text) > MAX_TEXT:
        raise YamlError(f"more than {MAX_TEXT:,} characters of YAML", first_line, 1, "split the file")
    _refuse_control_characters(text, shift)
    root = _Composer(text, shift).compose()
    builder = _Builder(shift)
    value = builder.build(root, ()) if root is not None else None
    return Loaded(value, builder.keys, builder.values, builder.raw, tuple(builder.warnings.values()))


# --- Text to nodes ----------------------------------------------------------------------------------------------------

# What libyaml refuses (YAML 1.2.2, production [1] c-printable); checked here first because it reports such a character
# by its offset only, and a lone surrogate as a UnicodeEncodeError.
_NOT_PRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_TOO_DEEP = f"nested more than {MAX_DEPTH} levels deep"

# Line breaks in YAML 1.1 (and so for libyaml), ordinary characters in 1.2. As spaces they keep every position.
_OLD_BREAKS = str.maketrans("\x85\u2028\u2029", "   ")


def _refuse_control_characters(text: str, shift: int) -> None:
    found = _NOT_PRINTABLE.search(text)
    if found is None:
        return
    line = text.count("\n", 0, found.start()) + 1
    column = found.start() - (text.rfind("\n", 0, found.start()) + 1) + 1
    raise YamlError(
        f"an invisible control character (U+{ord(found[0]):04X})", line + shift, column, "delete it and type it anew"
    )


@dataclass(slots=True)
class _Node:
    """`value` is the text of a scalar, the items of a list, or the (key, value) pairs of a mapping."""

    kind: str  # scalar | list | map
    value: Any
    line: int
    column: int
    tag: str | None = None
    plain: bool = False
    anchor: str | None = None
    size: int = 1
    height: int = 1
    key: _Node | None = field(default=None, repr=False)  # of a mapping under construction: waits for its value


class _Composer:
    """Events to nodes, on a stack of ours, under the limits."""

    def __init__(self, text: str, shift: int) -> None:
        self._text = text
        self._shift = shift
        self._parser = yaml.CSafeLoader(text.translate(_OLD_BREAKS))
        self._open: list[_Node] = []
        self._anchors: dict[str, _Node] = {}
        self._root: _Node | None = None
        self._count = 0

    def compose(self) -> _Node | None:
        steps: dict[type[Any], Callable[[Any], None]] = {
            yaml.ScalarEvent: self._scalar,
            yaml.SequenceStartEvent: self._start,
            yaml.MappingStartEvent: self._start,
            yaml.SequenceEndEvent: self._end,
            yaml.MappingEndEvent: self._end,
            yaml.AliasEvent: self._alias,
            yaml.DocumentStartEvent: self._document,
        }
        while True:
            event = self._next_event()
            if isinstance(event, yaml.StreamEndEvent):
                return self._root
            step = steps.get(type(event))
            if step is not None:
                step(event)

    def _next_event(self) -> Any:
        try:
            return self._parser.get_event()
        except yaml.MarkedYAMLError as error:
            raise _explain(error, self._text, self._shift) from None
        except yaml.YAMLError as error:
            raise YamlError(f"not readable as YAML: {error}", self._shift + 1, 1) from None

    def _document(self, event: Any) -> None:
        if self._root is not None:
            raise self._error("a second YAML document begins here", event.start_mark, 'remove the "---" line')

    def _scalar(self, event: Any) -> None:
        mark = event.start_mark
        plain = event.implicit[0] and event.tag is None
        node = _Node("scalar", event.value, mark.line, mark.column, event.tag, plain, event.anchor)
        self._finish(node)

    def _start(self, event: Any) -> None:
        mark = event.start_mark
        if len(self._open) >= MAX_DEPTH:
            raise self._error(_TOO_DEEP, mark)
        kind = "list" if isinstance(event, yaml.SequenceStartEvent) else "map"
        self._open.append(_Node(kind, [], mark.line, mark.column, event.tag, anchor=event.anchor))

    def _end(self, event: Any) -> None:
        self._finish(self._open.pop())

    def _alias(self, event: Any) -> None:
        node = self._anchors.get(event.anchor)
        if any(each.anchor == event.anchor for each in self._open):
            raise self._error(f'"*{event.anchor}" contains itself', event.start_mark)
        if node is None:
            raise self._error(
                f'"*{event.anchor}" refers to nothing', event.start_mark, "if it is meant as text, put it in quotes"
            )
        self._place(node, event.start_mark)

    def _finish(self, node: _Node) -> None:
        if node.anchor is not None:
            self._anchors[node.anchor] = node
        self._place(node, node)

    def _place(self, node: _Node, mark: Any) -> None:
        """Put a finished (or repeated) node where it belongs, and count what it unfolds to."""
        self._count += 1
        if self._count > MAX_NODES:
            raise self._error(f"more than {MAX_NODES:,} values", mark)
        if not self._open:
            self._root = node
            return
        parent = self._open[-1]
        parent.size += node.size
        parent.height = max(parent.height, node.height + 1)
        if parent.size > MAX_NODES:
            raise self._error("its aliases unfold to far more than is written", mark, "repeat less with * and <<")
        if parent.height + len(self._open) - 1 > MAX_DEPTH:
            raise self._error(_TOO_DEEP, mark)
        if parent.kind == "list":
            parent.value.append(node)
        elif parent.key is None:
            parent.key = node
        else:
            parent.value.append((parent.key, node))
            parent.key = None

    def _error(self, message: str, mark: Any, hint: str = "") -> YamlError:
        return YamlError(message, mark.line + 1 + self._shift, mark.column + 1, hint)


# --- Nodes to values --------------------------------------------------------------------------------------------------

_NULL = frozenset(("", "~", "null", "Null", "NULL"))
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o[0-7]+")
_HEX = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_SPECIAL_FLOAT = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_NUMBER_START = frozenset("+-.0123456789")

_CORE_TAG = "tag:yaml.org,2002:"
_SCALAR_TAGS: dict[str, tuple[type, ...]] = {
    "null": (type(None),),
    "bool": (bool,),
    "int": (int,),
    "float": (int, float),
}
_TAG_OF_KIND = {"list": "seq", "map": "map"}


def _resolve(text: str) -> Any:
    """The value of an unquoted scalar by the core schema's table (YAML 1.2.2, section 10.3.2)."""
    if text in _NULL:
        return None
    if text in _BOOL:
        return _BOOL[text]
    if text[0] not in _NUMBER_START:
        return text
    if _INT.fullmatch(text):
        return int(text)
    if _OCTAL.fullmatch(text):
        return int(text[2:], 8)
    if _HEX.fullmatch(text):
        return int(text[2:], 16)
    if _FLOAT.fullmatch(text):
        return float(text)
    if _SPECIAL_FLOAT.fullmatch(text):
        return float(text.replace(".", ""))
    return text


class _Builder:
    """Nodes to Python values, with marks by path. Recurses at most MAX_DEPTH deep: the composer saw to that."""

    def __init__(self, shift: int) -> None:
        self._shift = shift
        self.keys: dict[Path, Mark] = {}
        self.values: dict[Path, Mark] = {}
        self.raw: dict[Path, str] = {}
        self.warnings: dict[Mark, YamlWarning] = {}  # by place: a mapping that is merged twice is looked at twice

    def build(self, node: _Node, path: Path) -> Any:
        self.values[path] = self._mark(node)
        if node.kind == "scalar":
            return self._scalar(node, path)
        self._check_tag(node)
        if node.kind == "list":
            return [self.build(item, (*path, index)) for index, item in enumerate(node.value)]
        return self._mapping(node, path)

    def _mark(self, node: _Node) -> Mark:
        return Mark(node.line + 1 + self._shift, node.column + 1)

    def _error(self, message: str, node: _Node, hint: str = "") -> YamlError:
        return YamlError(message, *self._mark(node), hint)

    def _scalar(self, node: _Node, path: Path) -> Any:
        text: str = node.value
        if (not node.plain and node.tag is None) or node.tag in ("!", _CORE_TAG + "str"):
            return text
        wanted = self._scalar_tag(node) if node.tag else None
        if len(text) > MAX_NUMBER and text[0] in _NUMBER_START and _INT.fullmatch(text):
            raise self._error(f"a number of {len(text):,} digits", node, "put it in quotes if it is meant as text")
        value = _resolve(text) if len(text) <= MAX_NUMBER else text
        if wanted is not None and not isinstance(value, wanted):
            raise self._error(f'"{text[:40]}" does not fit its tag {_short(node.tag)}', node, "remove the tag")
        if not isinstance(value, str):
            self.raw[path] = text
        return value

    def _scalar_tag(self, node: _Node) -> tuple[type, ...]:
        name = (node.tag or "").removeprefix(_CORE_TAG)
        if name not in _SCALAR_TAGS:
            raise self._error(f"unknown tag {_short(node.tag)}", node, "remove the tag, or put the value in quotes")
        return _SCALAR_TAGS[name]

    def _check_tag(self, node: _Node) -> None:
        if node.tag not in (None, "!", _CORE_TAG + _TAG_OF_KIND[node.kind]):
            raise self._error(f"unknown tag {_short(node.tag)}", node, "remove the tag")

    def _mapping(self, node: _Node, path: Path) -> dict[str, Any]:
        pairs = self._pairs(node)
        result: dict[str, Any] = {}
        for name, (key, value) in pairs.items():
            self.keys[*path, name] = self._mark(key)
            result[name] = self.build(value, (*path, name))
        return result

    def _pairs(self, node: _Node) -> dict[str, tuple[_Node, _Node]]:
        """A mapping's entries by name. A key written twice means its last value; a written key beats a merged one."""
        written: dict[str, tuple[_Node, _Node]] = {}
        merged: dict[str, tuple[_Node, _Node]] = {}
        for key, value in node.value:
            if key.kind == "scalar" and key.plain and key.value == "<<":
                for source in self._merge_sources(value):
                    for name, pair in self._pairs(source).items():
                        merged.setdefault(name, pair)
                continue
            name = self._name(key)
            if name in written:
                first, mark = self._mark(written[name][0]), self._mark(key)
                self.warnings[mark] = YamlWarning(
                    f'"{name[:60]}" is given twice (first on line {first.line}); this one counts', *mark
                )
            written[name] = (key, value)
        return written if not merged else {**merged, **written}

    def _merge_sources(self, value: _Node) -> list[_Node]:
        sources = value.value if value.kind == "list" else [value]
        for source in sources:
            if source.kind != "map":
                raise self._error('"<<" takes a mapping, or a list of mappings', value, "write << : *name")
        return list(sources)

    def _name(self, key: _Node) -> str:
        if key.kind != "scalar":
            raise self._error("a list or a mapping cannot be a key", key, "put the key in quotes")
        if key.tag not in (None, "!", _CORE_TAG + "str"):
            self._scalar_tag(key)
        return str(key.value)


def _short(tag: str | None) -> str:
    return '"' + (tag or "").replace(_CORE_TAG, "!!")[:60] + '"'


# --- Words for libyaml's complaints -----------------------------------------------------------------------------------

_TAB = ("a tab is used for indentation", "use spaces instead of the tab")
_QUOTES = "put the value in quotes"

# Problems that are better shown where their context begins: what is left open, a line that should have had a ":".
_SHOWN_AT_BEGINNING = (
    "unexpected end of stream",
    "expected ',' or",
    "expected ':'",
    "expected alphabetic or numeric",
    "expected node content",
)

# (part of libyaml's problem, what we say, the next step); the first row that fits counts.
_EXPLANATIONS = (
    ("found a tab character", *_TAB),
    ("unexpected end of stream", "a quote is opened here and never closed", "close the quote"),
    ("mapping values are not allowed", 'a second ":" in one value, or a line indented too far', _QUOTES),
    ("cannot start any token", "a value cannot begin with this character", _QUOTES),
    ("expected alphabetic or numeric", "a value cannot begin with this character", _QUOTES),
    ("found unknown escape character", "an unknown \\ escape in double quotes", "use single quotes, or write \\\\"),
    ("invalid Unicode character escape", "an escape that is not a character", "remove the escape"),
    (
        "did not find expected ',' or ']'",
        "a list is opened with [ and not closed",
        'add the "]", or put the value in quotes',
    ),
    (
        "did not find expected ',' or '}'",
        "a mapping is opened with { and not closed",
        'add the "}", or put the value in quotes',
    ),
    ("did not find expected node content", "a value is missing here", "close what was opened with [ or {"),
    (
        "could not find expected ':'",
        'a line without ":"',
        'write it as "name: value", or indent it under the line above',
    ),
    (
        "did not find expected key",
        "this line does not fit the ones above",
        "indent it like them, or put the value in quotes",
    ),
    (
        "did not find expected '-' indicator",
        "this line does not fit the list above",
        'begin it with "- ", or indent it',
    ),
    ("document start", "text after the end of the document", 'indent it, or remove the "..." above'),
    ("document separator", "the document ends inside a quoted value", "close the quote"),
)


def _explain(error: Any, text: str, shift: int) -> YamlError:
    """libyaml's complaint in plain words. What is left open is shown where it opens, not where the text ends."""
    problem = str(error.problem or error)
    mark = error.problem_mark or error.context_mark
    if error.context_mark is not None and any(part in problem for part in _SHOWN_AT_BEGINNING):
        mark = error.context_mark
    line, column = (mark.line, mark.column) if mark is not None else (0, 0)
    message, hint = next(((m, h) for part, m, h in _EXPLANATIONS if part in problem), (problem, ""))
    if "cannot start any token" in problem and _character_at(text, line, column) == "\t":
        message, hint = _TAB
    return YamlError(message, line + 1 + shift, column + 1, hint)


def _character_at(text: str, line: int, column: int) -> str:
    lines = text.split("\n", line + 1)
    return lines[line][column : column + 1] if line < len(lines) else ""
