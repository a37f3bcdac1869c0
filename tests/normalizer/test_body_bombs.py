"""Bodies made to cost: each must come out small, shallow and with its text, in time."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from feedd.normalizer.body import LARGEST_GROWTH, SMALLEST_CAP, content
from tests.support.make import entry

N = 40_000
FORMATS = "".join(f"<b id={number}>" for number in range(2_000))
BOMBS = [
    ("nested div", "html", "<div>" * N + "end"),
    ("nested div behind comments", "html", "<div><!--</div>-->" * N + "end"),
    ("nested div behind scripts", "html", "<div><script><!--<script></script></div></script>" * 10_000 + "end"),
    ("nested div over table walls", "html", "<div><table><td></div></table>" * 10_000 + "end"),
    ("misnested formats", "html", "<b><div>" * N + "</b>" * N + "end"),
    ("reopened formats", "html", f"<p>{FORMATS}</p>" + "<p>x" * 2_000 + "<p>end"),
    ("attributes", "html", "<p " + " ".join(f"a{number}=1" for number in range(100_000)) + ">end"),
    ("tables in tables", "html", "<table><tr><td>" * N + "end"),
    ("lists in lists", "html", "<ul><li>" * N + "end"),
    ("open quotes", "html", "end<a href='" * N),
    ("open comments", "html", "end" + "<!--" * N),
    ("less-than", "html", "end" + "<" * 1_000_000),
    ("ampersands", "html", "end" + "&" * 2_500_000),
    ("no-break spaces", "html", "end" + "&nbsp;" * 1_000_000),
    ("style", "html", '<p style="' + "a:(" * 200_000 + '">end'),
    ("srcset", "html", 'end<img srcset="' + "a 1x, " * 200_000 + '">'),
    ("long address", "html", f'<a href="{"x" * 3_000_000}">end</a>'),
    ("quotes in one line", "markdown", ">" * 200_000 + "\n\nend"),
    ("quotes in lists", "markdown", ("1. - " + ">" * 2_000 + " ") * 100 + "\n\nend"),
    ("lists in one line", "markdown", "- " * 200_000 + "end"),
    ("brackets", "markdown", "[" * 200_000 + "end"),
    ("emphasis", "markdown", "*a _b " * N + "end"),
    ("backticks", "markdown", "".join("e" + "`" * number for number in range(1_000)) + "\n\nend"),
    ("one wide table", "markdown", "|a" * 60_000 + "|\n" + "|-" * 60_000 + "|\n\nend"),
    ("references", "markdown", "end\n\n[a]: /" + "u" * 100_000 + "\n\n" + "[a]" * N),
    ("footnotes", "markdown", "end" + "[^a]" * 50_000 + "\n\n[^a]: x\n"),
    ("footnotes of themselves", "markdown", "end[^a]\n\n[^a]: " + "[^a]" * 50_000),
    ("notes in notes", "markdown", "\n".join(" " * 4 * (depth % 60) + "!!! a" for depth in range(20_000)) + "\n\nend"),
    ("containers", "markdown", "::: tip\n" * 50_000 + "end"),
    ("containers that end", "markdown", "::: tip\n" * 20_000 + ":::\n" * 20_000 + "\nend"),
    ("definitions", "markdown", "a\n : b\n" * 20_000 + "\nend"),
    ("definitions and blank lines", "markdown", "a\n: b\n" * 10_000 + "\n" * 10_000 + "end"),
    ("exclamation marks", "markdown", ("!!! " + "a " * 200 + "\n") * 1_000 + "end"),
    ("open attributes", "markdown", "<div " + "markdown " * 50_000 + ">\nend"),
    ("dollars", "markdown", "$" * 100_000 + " $a" * 50_000 + "\n\nend"),
    ("callouts", "markdown", "> [!" * 20_000 + "\n\nend"),
    ("marks", "html", "<!-- more" * 50_000 + "--> end"),
    ("languages", "html", '<pre class="' + "language-" * 20_000 + '"><code>end</code></pre>'),
    ("listings in listings", "html", "<pre><code>" * 20_000 + "end"),
    ("line numbers", "html", "<table class=lntable><tr><td class=lntd>" * 5_000 + "end"),
    ("drawing", "html", "<svg>" + "<g>" * N + "</svg>end"),
    ("drawings", "html", "<svg width=9><path/></svg>" * 10_000 + "end"),
    ("drawing of one path", "html", f'<svg width=9><path d="{"url" * 100_000}"/></svg>end'),
    ("drawing of many attributes", "html", "<svg " + " ".join(f"a{n}=1" for n in range(20_000)) + "><path/></svg>end"),
    ("formulas", "html", "<math><mi/>" * 10_000 + "</math>" * 10_000 + "end"),
    ("self-closing elements", "html", "<svg><p>" + "<b/>" * N + "end"),
    ("links of odd words", "text", "end " + "http://a/(" * N),
    ("quotes", "text", "> " * 100_000 + "end"),
    ("one line", "text", "word " * 400_000 + "end"),
]  # fmt: skip


def depth_of(html: str) -> int:
    deepest, depth, node = 0, 0, LexborHTMLParser(html, is_fragment=True).root
    while node is not None:
        if node.is_element_node and node.first_child is not None:
            node, depth = node.first_child, depth + 1
            deepest = max(deepest, depth)
            continue
        while node is not None and node.next is None:
            node, depth = node.parent, depth - 1
        node = node.next if node is not None else None
    return deepest


MDX = [
    ("components", "<A>" * N + "end"),
    ("components over lines", "<A>\n" * N + "end"),
    ("open components", "<A " * N + "end"),
    ("open strings", "<A a='" * N + "end"),
    ("open braces", "<A {" * N + "end"),
    ("braces", "{" * N + "end" + "}" * N),
    ("braces in values", "<A a={" + "{}" * N + "\n\nend"),
    ("open comments", "{/*" * N + "end"),
    ("comments", "{/* */}" * N + "end"),
    ("backticks", "`a ``" * N + "end"),
    ("exports", "export const a = {\n" * 10_000 + "\nend"),
    ("exports apart", "export const a = {\n\n" * 10_000 + "\nend"),
    ("imports", "import a\n" * N + "\nend"),
]


@pytest.mark.timeout(30)
@pytest.mark.parametrize("body", [row[1] for row in MDX], ids=[row[0] for row in MDX])
def test_a_bomb_in_mdx_fizzles_out(body: str) -> None:
    """Reading the program away is as linear as the rest."""
    result = content(entry("posts/hello.mdx", body=body, body_type="markdown"))
    assert "end" in result.html
    assert len(result.html) <= max(SMALLEST_CAP, LARGEST_GROWTH * len(body))


@pytest.mark.timeout(30)
@pytest.mark.parametrize(("kind", "body"), [row[1:] for row in BOMBS], ids=[row[0] for row in BOMBS])
def test_a_bomb_of_a_trusted_author_fizzles_out(kind: str, body: str) -> None:
    """Nothing is taken out, but the size is bounded all the same."""
    result = content(entry("posts/hello.md", body=body, body_type=kind, trusted=True))
    assert "end" in result.html
    assert len(result.html) <= max(SMALLEST_CAP, LARGEST_GROWTH * len(body))


@pytest.mark.timeout(30)
@pytest.mark.parametrize(("kind", "body"), [row[1:] for row in BOMBS], ids=[row[0] for row in BOMBS])
def test_a_bomb_fizzles_out(kind: str, body: str) -> None:
    """The output is bounded in size and depth and still holds the text."""
    result = content(entry("posts/hello.md", body=body, body_type=kind))
    assert "end" in result.html
    assert len(result.html) <= max(SMALLEST_CAP, LARGEST_GROWTH * len(body))
    assert depth_of(result.html) <= 256
    assert len(result.summary) <= 400


def test_a_body_that_explodes_is_published_as_its_own_text() -> None:
    """What would grow more than 20 times is escaped instead, and that is said."""
    body = "[^a]" * 50_000 + "\n\n[^a]: <b>x</b>\n"
    result = content(entry("posts/hello.md", body=body, body_type="markdown"))
    assert result.html.startswith("<p>[^a][^a]")
    assert "&lt;b&gt;x&lt;/b&gt;" in result.html
    assert result.removed == ("all markup: the body grows to more than 20 times its size",)


def test_a_long_permalink_does_not_multiply() -> None:
    """Relative links cannot make a body explode either."""
    item = entry("posts/hello.md", body="[a](b) " * 10_000, url="https://ann.example/" + "x" * 4_000 + "/")
    result = content(item)
    assert len(result.html) <= max(SMALLEST_CAP, LARGEST_GROWTH * len(item.body))


def test_a_large_honest_document_is_published_whole() -> None:
    """Taming changes nothing about a long article whose tags are in order, or left out where HTML allows it."""
    part = '<h2>H</h2><p>a <b>b</b> <a href="/c">c</a><p>d<ul><li>e<li>f</ul><table><tr><td>g<td>h<tr><td>i</table>'
    small = content(entry("posts/hello.md", body=part, body_type="html")).html
    large = content(entry("posts/hello.md", body=part * 200, body_type="html"))
    assert small * 200 == large.html
    assert large.removed == ()
