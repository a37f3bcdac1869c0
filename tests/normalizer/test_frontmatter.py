"""The block above the text: which kind it is, what it says, on which lines, and what is wrong with it."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedd.model import Level, Problem
from feedd.normalizer.frontmatter import FrontMatter, split


def good(text: str) -> FrontMatter:
    found = split(text, "a.md")
    assert isinstance(found, FrontMatter), found
    return found


def bad(text: str) -> Problem:
    found = split(text, "a.md")
    assert isinstance(found, Problem)
    assert (found.level, found.where, found.code) == (Level.ERROR, "a.md", "FD224")
    return found


@pytest.mark.parametrize(
    ("text", "data", "body", "body_line", "lines"),
    [
        pytest.param("---\na: 1\nb: 2\n---\ntext\n", {"a": 1, "b": 2}, "text\n", 5, {"a": 2, "b": 3}, id="YAML"),
        pytest.param("---\na: 1\n...\ntext", {"a": 1}, "text", 4, {"a": 2}, id="YAML closed by dots"),
        pytest.param("--- \t\na: 1\n---  \ntext", {"a": 1}, "text", 4, {"a": 2}, id="blanks after the fences"),
        pytest.param("---\na: 1\n---", {"a": 1}, "", 4, {"a": 2}, id="nothing below"),
        pytest.param("---\n---\ntext", {}, "text", 3, {}, id="empty YAML"),
        pytest.param("---\n# note\n---\ntext", {}, "text", 4, {}, id="only a comment"),
        pytest.param("---\na: |\n  x\n\n  --- y\n---\nt", {"a": "x\n\n--- y\n"}, "t", 7, {"a": 2}, id="long text"),
        pytest.param(
            "+++\na = 1\n\n[b]\nc = 2\n+++\ntext",
            {"a": 1, "b": {"c": 2}},
            "text",
            7,
            {"a": 2, "b": 4, "c": 5},
            id="TOML",
        ),
        pytest.param("+++\nd = 2026-11-23\n+++\n", {"d": date(2026, 11, 23)}, "", 4, {"d": 2}, id="TOML date"),
        pytest.param('{"a": 1,\n "b": [2]}\ntext', {"a": 1, "b": [2]}, "text", 3, {"a": 1, "b": 2}, id="JSON"),
        pytest.param('{\n  "a": 1\n}\n\ntext', {"a": 1}, "\ntext", 4, {"a": 2}, id="JSON over several lines"),
        pytest.param("{}\ntext", {}, "text", 2, {}, id="empty JSON"),
        pytest.param(
            "Title: Hello: World\nDate: 2015-01-05\nTags:\n\ntext",
            {"Title": "Hello: World", "Date": "2015-01-05", "Tags": ""},
            "text",
            5,
            {"Title": 1, "Date": 2, "Tags": 3},
            id="header block",
        ),
        pytest.param(
            "Date: 2015-01-05\ntitle:Close\nSummary: One\n    and two\n\ttoo\n\ntext",
            {"Date": "2015-01-05", "title": "Close", "Summary": "One\nand two\ntoo"},
            "text",
            7,
            {"Date": 1, "title": 2, "Summary": 3},
            id="header block in Pelican's shapes",
        ),
        pytest.param(
            "Title: Hello\nDate: 2015-01-05\nThe text: at once.\nMore\n\nEnd",
            {"Title": "Hello", "Date": "2015-01-05"},
            "The text: at once.\nMore\n\nEnd",
            3,
            {"Title": 1, "Date": 2},
            id="header block without a blank line",
        ),
        pytest.param(
            "Title: Hello\nBase Header Level: 2\n\ntext",
            {"Title": "Hello", "Base Header Level": "2"},
            "text",
            4,
            {"Title": 1, "Base Header Level": 2},
            id="header block of MultiMarkdown",
        ),
        pytest.param(
            "<!--\n.. title: Hello: World\n.. tags: \n.. slug: hi\n-->\n\ntext",
            {"title": "Hello: World", "slug": "hi"},
            "\n\ntext",
            5,
            {"title": 2, "slug": 4},
            id="Nikola in an HTML comment",
        ),
        pytest.param(
            ".. link:\n  .. title: Hello\n.. date: 2015-01-05\n\n.. image:: a.png\n",
            {"title": "Hello", "date": "2015-01-05"},
            "\n.. image:: a.png\n",
            4,
            {"title": 2, "date": 3},
            id="Nikola in reStructuredText",
        ),
    ],
)
def test_kinds(text: str, data: object, body: str, body_line: int, lines: dict[str, int]) -> None:
    """Each kind gives its data, the line of each key, and the text below with its first line."""
    found = good(text)
    assert (found.data, found.body, found.body_line) == (data, body, body_line)
    assert dict(found.lines) == lines
    assert found.problems == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "text",
        "\n---\na: 1\n---\n",
        "----\na: 1\n----\n",
        "-- -\n",
        "++++\n",
        "{{ template }}\ntext",
        "{% tag %}\n",
        "{: .lead}\ntext",
        "{a}",
        "Title: Hello\nand then the text goes on\n\nmore",
        "Dear all: hello\n\ntext",
        "Date: 2015-01-05\nAuthor: Ann\n\ntext",
        "Author: Ann\nand text",
        "<!-- a comment\n.. title: Hello\n\ntext",
        "<!--\n.. title: Hello\n\nnever closed",
        ".. title:: Hello\n\ntext",
        ".. image:: a.png\n\ntext",
        "Title:\n\ntext",
    ],
)
def test_none(text: str) -> None:
    """What only resembles front matter is text, and stays whole."""
    assert good(text) == FrontMatter({}, text)


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        pytest.param("---\na: 1\n\ntext", 1, None, "never closed", id="YAML not closed"),
        pytest.param("---", 1, None, "never closed", id="a fence and nothing else"),
        pytest.param("+++\na = 1\n", 1, None, "never closed", id="TOML not closed"),
        pytest.param("---\n- a\n- b\n---\n", 2, None, "is a list", id="list"),
        pytest.param("---\n\njust text\n---\n", 3, None, "plain text", id="scalar"),
        pytest.param("---\na: 1\ntitle: b: c\n---\n", 3, 9, '":"', id="unquoted colon"),
        pytest.param("---\na:\n\tb: 1\n---\n", 3, 1, "tab", id="tab"),
        pytest.param("+++\na = 1\nb = yes\n+++\n", 3, 5, "TOML", id="bad TOML"),
        pytest.param("+++\na = 1\nb = [1,\n+++\n", 4, None, "TOML", id="open TOML list"),
        pytest.param("+++\na = 1\na = 2\n+++\n", 3, 6, "TOML", id="TOML key twice"),
        pytest.param('{"a": 1,\n "b" 2}\ntext', 2, 6, "JSON", id="bad JSON"),
        pytest.param('{"a": 1\ntext', 2, 1, "JSON", id="open JSON"),
    ],
)
def test_cannot_be_read(text: str, line: int, column: int | None, message: str) -> None:
    """What cannot be read is a Problem with its place and a hint."""
    found = bad(text)
    assert (found.line, found.column) == (line, column)
    assert message in found.message
    assert found.hint


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("---\n" + "a: b\n" * 1_000_000 + "---\n", id="5 MB of YAML"),
        pytest.param("+++\n" + "# note\n" * 700_000 + "+++\n", id="5 MB of TOML"),
        pytest.param('{"a": "' + "x" * 5_000_000 + '"}', id="5 MB of JSON"),
        pytest.param('{"a": [' + "1," * 2_000_000 + "1]}", id="5 MB of JSON numbers"),
    ],
)
def test_too_large(text: str) -> None:
    """Megabytes of front matter are refused without being read."""
    started = time.process_time()
    assert "256 kB" in bad(text).message
    assert time.process_time() - started < 0.5


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("+++\n" + "a." * 100_000 + "a = 1\n+++\n", id="endless TOML key"),
        pytest.param("+++\n[" + "a . " * 50_000 + "a]\n+++\n", id="endless TOML table"),
        pytest.param("+++\na = " + "[" * 100_000 + "\n+++\n", id="nested TOML lists"),
        pytest.param("+++\na = " + "{a=" * 60_000 + "\n+++\n", id="nested TOML tables"),
        pytest.param("+++\na = " + "1" * 100_000 + "\n+++\n", id="endless TOML number"),
        pytest.param("+++\n" + "a" * 250_000 + "\n+++\n", id="one TOML word"),
        pytest.param('{"a": ' + "[" * 100_000, id="nested JSON"),
        pytest.param('{"a": ' + "1" * 100_000 + "}", id="endless JSON number"),
        pytest.param("---\n" + "[" * 100_000 + "\n---\n", id="nested YAML"),
    ],
)
def test_bombs(text: str) -> None:
    """A bomb in any of the three languages is a Problem, soon."""
    started = time.process_time()
    bad(text)
    assert time.process_time() - started < 1


def test_header_given_twice() -> None:
    """The first one counts in a header block, as in Pelican, whatever its case."""
    found = good("Title: Hello\nTags: a\n    b\ntags: c\n    d\n\ntext")
    assert found.data == {"Title": "Hello", "Tags": "a\nb"}
    assert [(p.code, p.level, p.line) for p in found.problems] == [("FD225", Level.WARNING, 4)]


def test_key_given_twice() -> None:
    """The last value counts in YAML and JSON, with a warning."""
    for text, line in (("---\na: 1\nb: 2\na: 3\n---\n", 4), ('{"a": 1, "a": 3}\n', 1)):
        found = good(text)
        assert found.data["a"] == 3
        assert [(p.code, p.level, p.line) for p in found.problems] == [("FD225", Level.WARNING, line)]


def test_source_text_is_kept() -> None:
    """A title `1.10` can still be had as it was written."""
    assert good("---\ntitle: 1.10\n---\n").raw["title",] == "1.10"


@settings(deadline=None)
@given(
    st.sampled_from(["---\n", "+++\n", '{"', "Title: x\n"]), st.text(alphabet="ab:=.-+[]{}\"'\n #1,\\u", max_size=60)
)
def test_never_raises(opening: str, rest: str) -> None:
    """Whatever follows the first line, it is front matter or a Problem with a line inside the file."""
    text = opening + rest
    found = split(text, "a.md")
    if isinstance(found, Problem):
        assert found.line is not None
        assert 1 <= found.line <= text.count("\n") + 2
    else:
        assert text.endswith(found.body)
