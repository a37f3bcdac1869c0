"""reStructuredText: the head becomes claims, the body becomes HTML, and nothing else is read."""

from __future__ import annotations

import pytest

from feedd.model import SourceDocument
from feedd.normalizer import body, body_rst
from feedd.normalizer.parse import parse
from tests.support.make import entry, key, stat

DOCUMENT = """My *super* title
################

:date: 2026-10-03 10:20
:tags: sea, wind
:author: Ann

The lead paragraph, with a `link <../menu/>`_ and a note [1]_.

More
----

.. code-block:: python

   x < 1

.. raw:: html

   <script>alert(1)</script>

.. include:: /etc/passwd

.. [1] The note.
"""


def article(text):
    return parse(SourceDocument(key("a.rst"), text.encode(), stat("a.rst"), ""))


def test_the_head_of_a_document_is_claimed_with_its_lines():
    claims = {(c.field, c.line): c.value for c in article(DOCUMENT).claims}
    assert claims["title", 1] == "My super title"
    assert claims["date", 4] == "2026-10-03 10:20"
    assert claims["tags", 5] == ("sea", "wind")
    assert [person.name for person in claims["authors", 6]] == ["Ann"]


def test_the_body_is_rendered_without_its_head():
    made = body.content(entry("a.rst", body=DOCUMENT, body_type="rst"))
    assert made.summary.startswith("The lead paragraph")
    assert '<a href="https://ann.example/menu/">link</a>' in made.html
    assert "<h2>More</h2>" in made.html
    assert "x &lt; 1" in made.html
    assert "super title" not in made.html
    assert "2026-10-03" not in made.html


def test_nothing_but_the_article_is_read():
    """Raw HTML and includes are off: no script, no file of the machine."""
    made = body.content(entry("a.rst", body=DOCUMENT, body_type="rst"))
    assert "alert" not in made.html
    assert "root:" not in made.html


@pytest.mark.parametrize("text", ["*" * 5000, "- " * 3000, "|a" * 2000, "`" * 9999, ".. _a:\n" * 500, "=\n" * 2000])
def test_what_docutils_cannot_read_is_still_published(text):
    assert body_rst.to_html(text)[0] is not None
    assert article(text).body_type in ("rst", "text")
