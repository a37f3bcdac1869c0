"""Jupyter notebooks: what of a cell is an article's text, and that no notebook can do harm."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedd.model import Article, FileStat, Person, Problem, SourceDocument, SourceKey, digest_of
from feedd.normalizer.notebook import LARGEST_PICTURE, LEFT_OUT
from feedd.normalizer.parse import parse


def parsed(book: Any) -> Article | Problem:
    data = book if isinstance(book, bytes) else json.dumps(book).encode()
    key = SourceKey("posts", "a.ipynb")
    return parse(SourceDocument(key, data, FileStat(key, len(data), 0, 0, 1), digest_of(data)))


def article(*cells: dict[str, Any], **metadata: Any) -> Article:
    found = parsed({"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": list(cells)})
    assert isinstance(found, Article), found
    return found


def markdown(source: Any, **more: Any) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": source, **more}


def code(source: str, *outputs: dict[str, Any], tags: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"cell_type": "code", "metadata": {"tags": list(tags)}, "source": source, "outputs": list(outputs)}


def result(**data: Any) -> dict[str, Any]:
    named = {"plain": "text/plain", "html": "text/html", "png": "image/png", "latex": "text/latex"}
    return {"output_type": "execute_result", "data": {named[name]: value for name, value in data.items()}}


def said(found: Article) -> dict[str, Any]:
    return {claim.field: claim.value for claim in reversed(found.claims)}


def test_a_notebook() -> None:
    """Text, code in its language, and results in order; the first heading is the title."""
    found = article(
        markdown(["# Counting\n", "\n", "How *many*?"]),
        code("print(1)\n1 + 1", {"output_type": "stream", "name": "stdout", "text": ["1\n"]}, result(plain="2")),
        markdown("The end."),
        language_info={"name": "python"},
    )
    assert said(found) == {"title": "Counting"}
    assert found.body_type == "markdown"
    assert found.body == "How *many*?\n\n```python\nprint(1)\n1 + 1\n```\n\n```\n1\n```\n\n```\n2\n```\n\nThe end."


def test_version_3() -> None:
    """Worksheets, headings as cells, code as input, results with short names."""
    cells = [
        {"cell_type": "heading", "level": 1, "source": ["Old"]},
        {"cell_type": "code", "input": ["1 +\n", " 1"], "outputs": [{"output_type": "pyout", "text": ["2"]}]},
    ]
    found = parsed({"nbformat": 3, "metadata": {"name": ""}, "worksheets": [{"cells": cells}]})
    assert isinstance(found, Article)
    assert (said(found), found.body) == ({"title": "Old"}, "```python\n1 +\n 1\n```\n\n```\n2\n```")


@pytest.mark.parametrize("kind", ["raw", "markdown"])
def test_front_matter_in_the_first_cell(kind: str) -> None:
    """It wins over the notebook's metadata, and leaves the text."""
    first = {"cell_type": kind, "metadata": {}, "source": "---\ntitle: A\ntags: [b]\n---\nText"}
    found = article(first, title="Other", authors=[{"name": "Ann Lee"}], nikola={"date": "2026-01-02"})
    assert said(found) == {"title": "A", "tags": ("b",), "authors": (Person("Ann Lee"),), "date": "2026-01-02"}
    assert found.body == "Text"
    assert found.matter["title"] == "A"


def test_a_bad_front_matter_is_an_error() -> None:
    """As in a text, and it says where to look."""
    found = parsed({"cells": [markdown("---\ntitle: [\n---\n")]})
    assert isinstance(found, Problem)
    assert found.message.startswith("in the first cell: ")


def test_results_that_are_html() -> None:
    """One block of HTML without blank lines, so that Markdown leaves it alone."""
    found = article(code("x", result(html=["<table>\n", "\n", "    <tr><td>1</td></tr>\n", "</table>"], plain="1")))
    assert found.body.endswith("<div>\n<table>\n    <tr><td>1</td></tr>\n</table>\n</div>")


def test_pictures() -> None:
    """A small one travels, of a large one a note stays; one is better than a script."""
    assert article(code("", result(png="iVBO\nRw==", plain="<Figure>"))).body == "![](data:image/png;base64,iVBORw==)"
    assert article(code("", result(png="A" * LARGEST_PICTURE, plain="<Figure>"))).body == LEFT_OUT
    assert (
        article(code("", result(png="iVBO", html="<script>draw()</script>"))).body == "![](data:image/png;base64,iVBO)"
    )


def test_attachments() -> None:
    """A picture inside a Markdown cell; one that is not there keeps its address."""
    found = article(
        markdown("![a](attachment:a.png) ![b](attachment:b.png)", attachments={"a.png": {"image/png": "iVBO"}})
    )
    assert found.body == "![a](data:image/png;base64,iVBO) ![b](attachment:b.png)"


def test_what_is_hidden_stays_hidden() -> None:
    """By the tags that nbconvert and Jupyter Book know, and the check marks of Jupyter."""
    output = result(plain="result")
    assert article(markdown("t"), code("code", output, tags=("remove_input",))).body == "t\n\n```\nresult\n```"
    assert article(markdown("t"), code("code", output, tags=("hide-output",))).body == "t\n\n```python\ncode\n```"
    assert article(markdown("t"), code("code", output, tags=("remove-cell",))).body == "t"
    folded = code("code", output) | {"metadata": {"jupyter": {"source_hidden": True}}}
    assert article(markdown("t"), folded).body == "t\n\n```\nresult\n```"


def test_errors_and_noise() -> None:
    """An error is a line without its traceback; what went to stderr and colours of a terminal are left out."""
    found = article(
        code(
            "",
            {"output_type": "stream", "name": "stderr", "text": "a warning"},
            {"output_type": "stream", "name": "stdout", "text": "\x1b[31mred\x1b[0m"},
            {"output_type": "error", "ename": "ValueError", "evalue": "no", "traceback": ["long"]},
        )
    )
    assert found.body == "```\nred\n```\n\n```\nValueError: no\n```"


def test_a_fence_in_code_cannot_be_left() -> None:
    """The fence is longer than any in the code."""
    assert article(code("a\n````\nb")).body == "`````python\na\n````\nb\n`````"


@pytest.mark.parametrize("source", [b"{", b"[]", b"1", b"null", b'{"cells": 1}', b'{"metadata": {}}', b"[" * 100_000])
def test_what_is_no_notebook(source: bytes) -> None:
    """It cannot be read, and says so."""
    found = parsed(source)
    assert isinstance(found, Problem)
    assert found.code == "FD224"


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ("cells", "cell_type", "source", "outputs", "output_type", "data", "text", "metadata", "tags", "level",
             "name", "worksheets", "text/html", "image/png", "nikola", "attachments", "language_info")
        ),
        inner | st.sampled_from(("code", "markdown", "heading", "raw", "stream", "error", "display_data", "x")),
        max_size=5,
    ),
    max_leaves=30,
)  # fmt: skip


@given(_JSON)
def test_never_raises(book: Any) -> None:
    """Whatever the JSON is."""
    parsed(book if isinstance(book, dict) else {"cells": book})
