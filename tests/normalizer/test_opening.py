"""Front matter where it does not stand as usual: below blank lines, in a comment, under other fences, as Org has it."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedd.model import Problem
from feedd.normalizer.frontmatter import FrontMatter
from feedd.normalizer.opening import read_sidecar, split


def front(text: str) -> FrontMatter:
    found = split(text, "a.md")
    assert isinstance(found, FrontMatter), found
    return found


@pytest.mark.parametrize(
    ("text", "data", "body", "body_line", "title_line"),
    [
        ("---\ntitle: x\n---\nbody", {"title": "x"}, "body", 4, 2),
        ("---\ntitle: x\n...\nbody", {"title": "x"}, "body", 4, 2),
        ("\ufeff\n \n---\ntitle: x\n---\nbody", {"title": "x"}, "body", 6, 4),
        ("\n\n+++\ntitle = 'x'\n+++\nbody", {"title": "x"}, "body", 6, 4),
        ('\n{"title": "x"}\nbody', {"title": "x"}, "body", 3, 2),
        ("\ntitle: x\n\nbody", {"title": "x"}, "body", 4, 2),
        ("---yaml\ntitle: x\n---\nbody", {"title": "x"}, "body", 4, 2),
        ("---toml\ntitle = 'x'\n---\nbody", {"title": "x"}, "body", 4, 2),
        ('---json\n{"title": "x"}\n---\nbody', {"title": "x"}, "body", 4, 2),
        (';;;\n"title": "x",\n"tags": ["a"]\n;;;\nbody', {"title": "x", "tags": ["a"]}, "body", 5, 2),
        ("<!-- ---\ntitle: x\n--- -->\nbody", {"title": "x"}, "body", 4, 2),
        ("<!--\n---\ntitle: x\n---\n-->\n\nbody", {"title": "x"}, "\nbody", 6, 3),
        ("<!--\ntitle: x\ntags:\n- a\n-->\n<p>body", {"title": "x", "tags": ["a"]}, "<p>body", 6, 2),
        ("<!-- title: x -->body", {"title": "x"}, "body", 1, 1),
        ("#+title: x\n#+FILETAGS: :a:b:\n\nbody", {"title": "x", "tags": ["a", "b"]}, "\nbody", 3, 1),
        ("#+TITLE: x\n#+DATE: <2026-02-28 Sat 10:00>\nb", {"title": "x", "date": "2026-02-28 10:00"}, "b", 3, 1),
        ("#+TITLE: x\n#+TITLE: y\nbody", {"title": "x y"}, "body", 3, 1),
        ("#+TITLE: x\n#+DATE: [2026-02-28 sam.]\nbody", {"title": "x", "date": "2026-02-28"}, "body", 3, 1),
    ],
)  # fmt: skip
def test_found(text: str, data: dict[str, Any], body: str, body_line: int, title_line: int) -> None:
    """What it says, what is left, and on which lines of the file they stand."""
    found = front(text)
    assert (dict(found.data), found.body, found.body_line) == (data, body, body_line)
    assert found.lines["title"] == title_line


@pytest.mark.parametrize(
    "text",
    [
        "\n---\nA rule above a text.\n",
        "\n---\n\n---\ntext",
        "\n{{ brace }}",
        "<!-- Copyright: nobody, 2026 -->\n<p>x",
        "<!-- note -->\ntext",
        "<!--\ntitle: x\nand some words\n-->\ntext",
        "<!-- title: never closed",
        "<!--->\ntitle: x",
        "#+begin_src python\nx\n#+end_src",
        "#+options: toc:nil\ntext",
        ";;;\nnever closed",
        "---json\nnever closed",
        "\n\nplain",
    ],
)
def test_what_only_looks_like_one_is_text(text: str) -> None:
    """All of it is published, and nobody is told off."""
    assert front(text) == FrontMatter({}, text)


def test_a_mistake_below_blank_lines_has_its_line() -> None:
    """It is meant as a front matter, so it is an error and no text."""
    found = split("\n\n---\ntitle: x\ntags: [a\n---\nbody", "a.md")
    assert isinstance(found, Problem)
    assert (found.code, found.line) == ("FD224", 5)


@pytest.mark.parametrize(
    ("name", "text", "data", "lines"),
    [
        ("a.yaml", "title: x\ndate: 2026-01-02\n", {"title": "x", "date": "2026-01-02"}, {"title": 1, "date": 2}),
        ("a.yml", "---\ntitle: x\n---\n", {"title": "x"}, {"title": 2}),
        ("a.yaml", "- a\n- b\n", {}, {}),
        ("a.yaml", "just text\n", {}, {}),
        ("a.toml", "title = 'x'\n", {"title": "x"}, {"title": 1}),
        ("a.json", '\n{"title": "x"}\n', {"title": "x"}, {"title": 2}),
        ("a.json", "[1, 2]", {}, {}),
        ("a.meta", ".. title: x\n.. slug: y\n", {"title": "x", "slug": "y"}, {"title": 1, "slug": 2}),
        ("a.meta", "Title: x\nDate: 2026-01-02\n", {"Title": "x", "Date": "2026-01-02"}, {"Title": 1, "Date": 2}),
        ("a.meta", "---\ntitle: x\n---\n", {"title": "x"}, {"title": 2}),
    ],
)
def test_sidecars(name: str, text: str, data: dict[str, Any], lines: dict[str, int]) -> None:
    """A file that is nothing but a front matter; a list is data for something else."""
    found = read_sidecar(text, name)
    assert isinstance(found, FrontMatter)
    assert (dict(found.data), dict(found.lines)) == (data, lines)


def test_a_sidecar_with_a_mistake() -> None:
    """The message names the sidecar and the line in it."""
    found = read_sidecar("title: x\ntags: [a\ndate: y\n", "news/a.yaml")
    assert isinstance(found, Problem)
    assert (found.where, found.line) == ("news/a.yaml", 2)


@given(
    st.lists(
        st.sampled_from(
            [
                "---",
                "+++",
                "<!--",
                "-->",
                ";;;",
                "\n",
                " ",
                "\ufeff",
                "#+title:",
                "title: x",
                "{",
                '"a":',
                "}",
                "json",
                ":",
            ]
        )
    ).map("".join)
)
def test_never_raises_and_loses_nothing(text: str) -> None:
    """Without data the text comes back with all that is visible in it."""
    found = split(text, "a.md")
    if isinstance(found, FrontMatter) and not found.data and len(found.body) == len(text):
        assert found.body == text


@pytest.mark.parametrize(
    "piece", ["\n", " \n", "<!--", "<!-- a: b -->", "#+a: b\n", ";;;\n", "<2026-01-01 ", "---json\n"]
)
def test_no_opening_is_slow(piece: str) -> None:
    """Half a megabyte of it."""
    started = time.perf_counter()
    split(piece * (500_000 // len(piece)), "a.md")
    split("#+date: " + piece * (200_000 // len(piece)), "a.md")
    assert time.perf_counter() - started < 2
