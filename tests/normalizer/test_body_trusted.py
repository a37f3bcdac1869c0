"""A trusted author's HTML: nothing is taken out, addresses are made absolute, documents stay whole."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from feedd.model import Content
from feedd.normalizer.body import content
from tests.support.make import entry

PAGE = "https://ann.example/posts/hello/"


def made(body: str, body_type: str = "html", **fields: Any) -> Content:
    return content(entry("posts/hello.md", body=body, body_type=body_type, trusted=True, **fields))


AS_WRITTEN = [
    '<p CLASS=a id="b" onclick="f()" data-x>x</p>',
    "<script>if (a < b) document.write('<a href=\"x\">')</script>",
    '<iframe src="https://m.example/?a=1&amp;copy=2" allowfullscreen></iframe>',
    '<form action="https://a.example/"><input name=q><button>go</button></form>',
    '<svg viewBox="0 0 1 1"><use href="#a"/><animate/></svg>',
    '<a href="javascript:f()">x</a><a href="mailto:ann@ann.example">y</a><img src="data:image/png;base64,AA==">',
    '<a href=https://a.example/?b=1&c=2 target=_blank rel="me">x</a>',
    "<p>a < b & c <b>d</p><!-- <a href='x'> -->",
    '<my-card href2="x"></my-card>',
]


@pytest.mark.parametrize("html", AS_WRITTEN)
def test_it_is_published_as_it_was_written(html: str) -> None:
    """To the character: scripts, players, forms, handlers, comments and mistakes."""
    result = made(html)
    assert html == result.html
    assert result.removed == ()


ABSOLUTE = [
    ('<a HREF = "../x" class=b>y</a>', '<a HREF = "https://ann.example/posts/x" class=b>y</a>'),
    ("<a href='?a=1&copy=2'>y</a>", f'<a href="{PAGE}?a=1&amp;copy=2">y</a>'),
    ("<a href=#a>y</a>", f'<a href="{PAGE}#a">y</a>'),
    ("<script src=a.js></script>", f'<script src="{PAGE}a.js"></script>'),
    ('<img srcset="a.png 1x, /b.png 2x">', f'<img srcset="{PAGE}a.png 1x, https://ann.example/b.png 2x">'),
    ("<iframe src='//m.example/'></iframe>", '<iframe src="https://m.example/"></iframe>'),
    ("<form action=/go></form>", '<form action="https://ann.example/go"></form>'),
    ("<video poster=a.png src=b.mp4>", f'<video poster="{PAGE}a.png" src="{PAGE}b.mp4">'),
    ('<p style="background:url(a.png)">x</p>', f'<p style="background:url({PAGE}a.png)">x</p>'),
    ("<style>p{background:url('a.png')}</style>", f"<style>p{{background:url('{PAGE}a.png')}}</style>"),
    ('<object data="a.pdf"></object>', f'<object data="{PAGE}a.pdf"></object>'),
]  # fmt: skip


@pytest.mark.parametrize(("html", "expected"), ABSOLUTE)
def test_addresses_become_absolute(html: str, expected: str) -> None:
    """Each in its place, and nothing else changes; doing it again changes nothing."""
    assert expected == made(html).html == made(expected).html


def test_explained_addresses_are_replaced() -> None:
    """The pairs of the folder count for a trusted author as well."""
    result = made('<a href="../b.md#c">x</a>', references=(("../b.md#c", "https://ann.example/b/#c"),))
    assert result.html == '<a href="https://ann.example/b/#c">x</a>'


def test_markdown_keeps_its_html() -> None:
    """The author's Markdown is rendered, and the HTML in it stays."""
    result = made("*a* <span class='b' onclick=f()>c</span>\n\n[d](e)\n\n<script>f()</script>", "markdown")
    assert result.html == (
        f"<p><em>a</em> <span class='b' onclick=f()>c</span></p>\n<p><a href=\"{PAGE}e\">d</a></p>\n"
        "<script>f()</script>"
    )


def test_the_summary_is_text_and_the_picture_is_found() -> None:
    """Scripts say nothing, and the first picture that is one stands for the article."""
    result = made('<script>f()</script><p>Words.</p><img src="i.png" width="16"><img src="b.png">')
    assert (result.summary, result.image) == ("Words.", f"{PAGE}b.png")


def test_what_xml_forbids_goes_all_the_same() -> None:
    """Trust does not reach to characters that break a feed."""
    result = made("<p>a\x08b\ud800c\ufffe</p>")
    assert (result.html, result.removed) == ("<p>abc</p>", ("control character (3)",))


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["<a href=", "<p style='", "url(", '"', "'", ">", "/>", "x y", "&", "&amp;", "]]>", "<![CDATA[", "<!--",
             "-->", "<script>", "</script>", "<style>", "</style>", "=", " ", "\n", "\x0b", "\ud800", "é",
             "<img src=a srcset='a 1x'"]
        ),
        max_size=30,
    ).map("".join),
    st.sampled_from(["html", "markdown", "text"]),
)  # fmt: skip
def test_nothing_breaks_the_documents(body: str, body_type: str) -> None:
    """Whatever the author wrote is text in XML and in JSON, and comes back as it went in."""
    html = made(body, body_type).html
    node = etree.Element("content")
    node.text = html
    assert html == (etree.fromstring(etree.tostring(node, encoding="utf-8")).text or "")
    assert html == json.loads(json.dumps(html).encode("utf-8"))
