"""Plain text as people type it: what becomes a paragraph, a verse, a list, a quote, a link."""

from __future__ import annotations

import pytest

from feedd.normalizer.body_text import to_html

LONG = "This line was wrapped by an editor at about seventy columns, as people do"
SHAPES = [
    ("paragraphs", "a\n\n\nb", "<p>a</p>\n<p>b</p>"),
    ("blank line of spaces", "a\n \t\nb", "<p>a</p>\n<p>b</p>"),
    ("wrapped prose", f"{LONG}\n{LONG}\nand ends.", f"<p>{LONG}\n{LONG}\nand ends.</p>"),
    ("verse", "Roses are red,\nviolets are blue,\nsugar is sweet.",
     "<p>Roses are red,<br>\nviolets are blue,<br>\nsugar is sweet.</p>"),
    ("bullets", "- a\n- b\n  goes on\n- c", "<ul>\n<li>a</li>\n<li>b goes on</li>\n<li>c</li>\n</ul>"),
    ("stars", "* a\n* b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
    ("numbers", "1. a\n2. b", "<ol>\n<li>a</li>\n<li>b</li>\n</ol>"),
    ("numbers from three", "3) a\n4) b", '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>'),
    ("a date is no list", "12. Mai war es.", "<p>12. Mai war es.</p>"),
    ("list after a line", "Buy:\n- a\n- b", "<p>Buy:</p>\n<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
    ("quote", "> a\n>> b", "<blockquote>\n<p>a</p>\n<blockquote>\n<p>b</p>\n</blockquote>\n</blockquote>"),
    ("rule", "a\n\n* * *\n\nb", "<p>a</p>\n<hr>\n<p>b</p>"),
    ("dash in prose", "a - b", "<p>a - b</p>"),
    ("markup is text", "<b> & *x*", "<p>&lt;b&gt; &amp; *x*</p>"),
    ("link", "See https://a.example/x_(y).", '<p>See <a href="https://a.example/x_(y)">https://a.example/x_(y)</a>.</p>'),
    ("link with query", "https://a.example/?a=1&b=2",
     '<p><a href="https://a.example/?a=1&amp;b=2">https://a.example/?a=1&amp;b=2</a></p>'),
    ("www", "(www.a.example.com)", '<p>(<a href="https://www.a.example.com">www.a.example.com</a>)</p>'),
    ("mail", "ann@example.com", '<p><a href="mailto:ann@example.com">ann@example.com</a></p>'),
    ("file names are no links", "see readme.md and 1.2.3.4", "<p>see readme.md and 1.2.3.4</p>"),
    ("javascript is no link", "javascript:alert(1)", "<p>javascript:alert(1)</p>"),
    ("empty", " \n ", ""),
]  # fmt: skip


@pytest.mark.parametrize(("source", "expected"), [row[1:] for row in SHAPES], ids=[row[0] for row in SHAPES])
def test_shape(source: str, expected: str) -> None:
    """The shape of typed text decides what it becomes."""
    assert expected == to_html(source)
