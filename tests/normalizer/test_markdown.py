"""Markdown articles: which first line is a title, and what is left below it."""

from __future__ import annotations

import time

import pytest

from feedd.model import Claim
from feedd.normalizer.markdown import inline_text, read_markdown


@pytest.mark.parametrize(
    ("text", "title", "line", "body", "body_line"),
    [
        ("# Hello\n\nText\n", "Hello", 5, "Text", 7),
        ("\n\n# Hello\nText", "Hello", 7, "Text", 8),
        ("   #  Hello ##  \n\n\nText", "Hello", 5, "Text", 8),
        ("#\tHello\nText", "Hello", 5, "Text", 6),
        ("Hello\n=====\n\nText", "Hello", 5, "Text", 8),
        ("# C#\nText", "C#", 5, "Text", 6),
        ("# Hello {#top .big}\nText", "Hello", 5, "Text", 6),
        ("# Hello\n\n    code\n", "Hello", 5, "    code", 7),
        ("# Hello", "Hello", 5, "", 6),
        ("# Hello\n# Hello\n", "Hello", 5, "# Hello", 6),
    ],
)
def test_first_heading(text: str, title: str, line: int, body: str, body_line: int) -> None:
    """A first-level heading that is the first block is the title, and not in the body any more."""
    reading = read_markdown(text, 5, None)
    assert reading.claims == (Claim("title", title, "first heading", line),)
    assert (reading.body, reading.body_line, reading.body_type) == (body, body_line, "markdown")


@pytest.mark.parametrize(
    "text",
    [
        "Text\n\n# Later",
        "## Second level\n\nText",
        "#hashtag\n\nText",
        "#\n\nText",
        "    # code\n\nText",
        "- item\n===\n",
        "> quote\n===\n",
        "Two lines\nof text\n===\n",
        "<h1>x</h1>\n===\n",
        "Text",
        "# " + "x" * 2_000,
    ],
)
def test_no_title(text: str) -> None:
    """Everything else is body, untouched."""
    reading = read_markdown(text, 1, None)
    assert (reading.claims, reading.body, reading.body_line) == ((), text.rstrip(), 1)


def test_heading_below_a_title_from_the_front_matter() -> None:
    """A heading that repeats the title is dropped, whatever its case; another one stays."""
    assert read_markdown("# hello  WORLD\n\nText", 4, "Hello World").body == "Text"
    assert read_markdown("# hello  WORLD\n\nText", 4, "Hello World").claims == ()
    assert read_markdown("# Part one\n\nText", 4, "Hello World").body == "# Part one\n\nText"


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("**Big** *news* and ~~old~~ ***both***", "Big news and old both"),
        ("snake_case_name and 2*3*4", "snake_case_name and 2*3*4"),
        ("_so_ and __so__", "so and so"),
        ("`a*b*c` and ``x`y``", "a*b*c and x`y"),
        ("a [link](https://x.example) and [ref][1]", "a link and ref"),
        ("[![alt](i.png)](u) after", "alt after"),
        (r"\*not\* and \[not\]", "*not* and [not]"),
        ("R&amp;D &lt;b&gt; &#8212; <b>x</b>", "R&D <b> — x"),
        ("<https://x.example/>", "https://x.example/"),
        ("a < b and c > d", "a < b and c > d"),
        ("&#" + "1" * 500 + ";", "\ufffd"),
        ("  many   blanks ", "many blanks"),
    ],
)
def test_inline_text(markup: str, text: str) -> None:
    """A title is plain text: marks, links and references are gone, their words are there."""
    assert inline_text(markup) == text


@pytest.mark.parametrize(
    "piece", ["[", "*", "`", "*a ", "`a ", "<a ", " #", "{", "_a ", "[a](", "<!--", "\n \n", "&#1", "\\"]
)
def test_no_line_is_slow(piece: str) -> None:
    """A line of two hundred thousand marks takes no time worth mentioning."""
    started = time.process_time()
    read_markdown("# " + piece * (200_000 // len(piece)), 1, None)
    read_markdown("# " + piece * (990 // len(piece)), 1, None)
    assert time.process_time() - started < 1
