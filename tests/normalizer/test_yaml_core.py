"""The only door to YAML: the core schema, places for everything, and refusals that are quick and in plain words."""

from __future__ import annotations

import json
import math
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedd.yaml_core import Loaded, Mark, YamlError, load

QUICK = 0.1  # seconds of work within which anything is refused; far more than it takes


def refusal(text: str, **options: int) -> YamlError:
    """The error for a text, which came quickly (the best of three, because other processes share the machine)."""
    best = math.inf
    for _ in range(3):
        started = time.process_time()
        with pytest.raises(YamlError) as caught:
            load(text, **options)
        best = min(best, time.process_time() - started)
    assert best < QUICK
    return caught.value


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("no", "no"),
        ("On", "On"),
        ("yes", "yes"),
        ("off", "off"),
        ("12:30", "12:30"),
        ("2026-11-23", "2026-11-23"),
        ("2026-11-23T10:00:00Z", "2026-11-23T10:00:00Z"),
        ("1_000", "1_000"),
        ("010", 10),
        ("0o10", 8),
        ("0x1F", 31),
        ("-7", -7),
        ("1.10", 1.1),
        ("1e3", 1000.0),
        (".inf", math.inf),
        ("-.INF", -math.inf),
        ("true", True),
        ("False", False),
        ("~", None),
        ("null", None),
        ("", None),
        ("'1'", "1"),
        ('"null"', "null"),
        ("!!str 12", "12"),
        ("! 12", "12"),
        ("!!float 3", 3),
        ("1.2.3", "1.2.3"),
        ("=", "="),
        ("<<", "<<"),
    ],
)
def test_core_schema(written: str, value: Any) -> None:
    """An unquoted scalar means what the YAML 1.2 core schema says, of which `no` and `12:30` are text."""
    assert load(f"key: {written}\n").value == {"key": value}
    assert type(load(f"key: {written}\n").value["key"]) is type(value)


def test_not_a_number() -> None:
    """`.nan` is the number that is none."""
    assert math.isnan(load(".nan").value)


def test_source_text_of_numbers() -> None:
    """What became a number, a truth value or nothing can still be had as it was written; text needs no second copy."""
    loaded = load("version: 1.10\nlist: [010, x, ~]\nquoted: '1.10'\n")
    assert loaded.raw == {("version",): "1.10", ("list", 0): "010", ("list", 2): "~"}


def test_places() -> None:
    """Every key and value has its line and column in the file."""
    loaded = load("title: Hello\nfeeds:\n  - path: a\n    limit: 5\n", first_line=11)
    assert loaded.keys["title",] == Mark(11, 1)
    assert loaded.values["title",] == Mark(11, 8)
    assert loaded.keys["feeds", 0, "limit"] == Mark(14, 5)
    assert loaded.values["feeds", 0, "limit"] == Mark(14, 12)
    assert loaded.values[()] == Mark(11, 1)


def test_keys_are_text() -> None:
    """A key that looks like a number or nothing is the text that was written."""
    assert load("1: a\n010: b\nnull: c\ntrue: d\n~: e\n").value == {
        "1": "a",
        "010": "b",
        "null": "c",
        "true": "d",
        "~": "e",
    }


def test_key_given_twice() -> None:
    """The last value of a key counts, and a warning says so once, with its line."""
    loaded = load("a: 1\nb: &b {x: 1, x: 2}\nc: *b\na: 3\n", first_line=2)
    assert loaded.value == {"a": 3, "b": {"x": 2}, "c": {"x": 2}}
    assert [(w.line, w.column) for w in loaded.warnings] == [(5, 1), (3, 14)]
    assert "line 2" in loaded.warnings[0].message


def test_merge_keys() -> None:
    """`<<` takes over what a mapping does not say itself; of several sources the first wins."""
    text = "a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc: {<<: [*a, *b], x: 0}\nd:\n  x: 9\n  <<: *a\n"
    value = load(text).value
    assert value["c"] == {"x": 0, "y": 1, "z": 2}
    assert value["d"] == {"x": 9, "y": 1}
    assert load('{"<<": {a: 1}}').value == {"<<": {"a": 1}}


def test_anchors() -> None:
    """An alias stands for the value of its anchor, and its path has places too."""
    loaded = load("a: &x [1, {b: 2}]\nc: *x\n")
    assert loaded.value == {"a": [1, {"b": 2}], "c": [1, {"b": 2}]}
    assert loaded.values["c", 1, "b"] == Mark(1, 15)


def test_nothing_at_all() -> None:
    """No document, or only comments, is nothing."""
    assert load("") == Loaded(None, {}, {}, {})
    assert load("# only a comment\n").value is None


def test_line_separators_are_characters() -> None:
    """U+2028, U+2029 and U+0085 end no line in YAML 1.2: they are read as spaces."""
    assert load("a: x\u2028y\nb: x\x85y\n").value == {"a": "x y", "b": "x y"}


LAUGHS = "a: &a [x]\n" + "".join(f"b{i}: &b{i} [{('*a, ' if i == 0 else f'*b{i - 1}, ') * 9}]\n" for i in range(9))
MERGES = "a0: &a0 {x: 1}\n" + "".join(f"a{i}: &a{i} {{<<: [*a{i - 1}, *a{i - 1}]}}\n" for i in range(1, 40))
CHAIN = "a0: &a0 x\n" + "".join(f"a{i}: &a{i} {'[' * 30}*a{i - 1}{']' * 30}\n" for i in range(1, 60))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(LAUGHS, id="billion laughs"),
        pytest.param(MERGES, id="merge keys that double"),
        pytest.param(CHAIN, id="depth by aliases"),
        pytest.param("[" * 20_000, id="open brackets"),
        pytest.param("- " * 20_000, id="nested lists"),
        pytest.param("{a: " * 20_000, id="open braces"),
        pytest.param("? " * 20_000, id="nested keys"),
        pytest.param("a: &a [*a]", id="contains itself"),
        pytest.param("a: &a {b: {c: *a}}", id="contains itself further down"),
        pytest.param("a: &a {<<: *a}", id="merges itself"),
        pytest.param("a: " + "9" * 200_000, id="endless number"),
        pytest.param("a: {" + "b, " * 30_000 + "}", id="too many values"),
        pytest.param("a: b\n" * 300_000, id="too much text"),
        pytest.param("a: !!python/object/apply:os.system [id]", id="python tag"),
        pytest.param("a: !!python/name:os.system", id="python name"),
        pytest.param("a: !mine x", id="unknown tag"),
        pytest.param("a: !mine {b: c}", id="unknown tag on a mapping"),
        pytest.param("!mine a: b", id="unknown tag on a key"),
        pytest.param("a: !!int x", id="tag that does not fit"),
        pytest.param("a: !!binary aGk=", id="tag outside the core schema"),
        pytest.param("a: b\x00c", id="NUL"),
        pytest.param("a: b\x08c", id="control character"),
        pytest.param("a: \ud800", id="lone surrogate"),
        pytest.param("[a, b]: c", id="list as key"),
        pytest.param("<<: 3", id="merges a number"),
        pytest.param("a: 1\n---\nb: 2\n", id="second document"),
        pytest.param("%YAML 9.9\n---\na: 1\n", id="YAML of the future"),
    ],
)
def test_refused(text: str) -> None:
    """A bomb, a tag or a thing that is no data is a YamlError, at once."""
    assert refusal(text).message


@pytest.mark.parametrize(
    ("text", "line", "column", "message", "hint"),
    [
        ("a:\n\tb: 1\n", 2, 1, "tab", "spaces"),
        ("a:\n  b: 1\n\tc: 2\n", 3, 1, "tab", "spaces"),
        ("title: War: the end\n", 1, 11, '":"', "quotes"),
        ("title: @someone\n", 1, 8, "cannot begin", "quotes"),
        ("title: `code`\n", 1, 8, "cannot begin", "quotes"),
        ("a: 1\ntitle: 'open\nb: 2\n", 2, 8, "never closed", "quote"),
        ("tags: [a, b\nc: d\n", 1, 7, "[", "]"),
        ("title: *starred*\n", 1, 8, "cannot begin", "quotes"),
        ("title: *star\n", 1, 8, "refers to nothing", "quotes"),
        ("a: 1\nfoo\n", 2, 1, 'without ":"', "name: value"),
        ('a: "\\q"\n', 1, 5, "escape", "single quotes"),
        ("title: x\x07y\n", 1, 9, "U+0007", "anew"),
        ("é: 1\né: a: b\n", 2, 5, '":"', "quotes"),
    ],
)
def test_messages(text: str, line: int, column: int, message: str, hint: str) -> None:
    """A refusal says where, what, and the next step; an open quote is reported where it opens."""
    error = refusal(text)
    assert (error.line, error.column) == (line, column)
    assert message in error.message
    assert hint in error.hint


def test_places_in_messages_are_the_files() -> None:
    """`first_line` moves the lines of messages as well."""
    assert refusal("a: 1\nb: c: d\n", first_line=2).line == 3
    assert str(refusal("a: b: c", first_line=2)).startswith("line 2, column 5: ")


YAMLISH = st.text(alphabet="ab10.:-?[]{}&*!|>'\"%@`#,~<\n\t \\=/é\x00\x85\u2028\ud800", max_size=60)


@settings(deadline=None)
@given(st.one_of(YAMLISH, st.text(max_size=60)))
def test_only_yaml_errors(text: str) -> None:
    """Whatever the text, it is read or refused with a YamlError that has a place."""
    try:
        load(text)
    except YamlError as error:
        assert error.line >= 1
        assert error.column >= 1


CORE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@settings(deadline=None)
@given(CORE)
def test_json_is_yaml(value: Any) -> None:
    """JSON, which YAML 1.2 contains, comes back as it was written."""
    text = json.dumps(value)
    if "\\ud" in text or "\\u0000" in text.lower():
        return  # surrogate pairs written as escapes are JSON's own
    assert load(text).value == value
