"""Markdown as GitHub's readers and writers know it, in the form feed readers get."""

from __future__ import annotations

import pytest

from feedd.normalizer.body import content
from tests.support.make import entry

PAGE = "https://ann.example/posts/hello/"
FEATURES = [
    ("emphasis", "*a* **b** `c`", "<p><em>a</em> <strong>b</strong> <code>c</code></p>"),
    ("strikethrough", "~~a~~", "<p><del>a</del></p>"),
    ("autolink", "see https://a.example/x", '<p>see <a href="https://a.example/x">https://a.example/x</a></p>'),
    ("hard break", "a  \nb", "<p>a<br>\nb</p>"),
    ("heading", "## a `b` ##", "<h2>a <code>b</code></h2>"),
    ("heading attributes", "## a {#some-id .cls}\n\nb {#c}", "<h2>a</h2>\n<p>b {#c}</p>"),
    ("table", "|a|b|\n|:-|-:|\n|1|2|",
     '<table>\n<thead>\n<tr>\n<th style="text-align:left">a</th>\n<th style="text-align:right">b</th>\n'
     '</tr>\n</thead>\n'
     '<tbody>\n<tr>\n<td style="text-align:left">1</td>\n<td style="text-align:right">2</td>\n'
     '</tr>\n</tbody>\n</table>'),
    ("task list", "- [x] a\n- [ ] b", "<ul>\n<li>☑ a</li>\n<li>☐ b</li>\n</ul>"),
    ("ordered list", "3. a\n4. b", '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>'),
    ("description list", "a\n\n: b", "<dl>\n<dt>a</dt>\n<dd>\n<p>b</p>\n</dd>\n</dl>"),
    ("footnote", "a[^1]\n\n[^1]: b",
     f'<p>a<sup><a href="{PAGE}#fn-1">1</a></sup></p>\n'
     '<hr>\n<section>\n<ol>\n<li>\n<p>b </p>\n</li>\n</ol>\n</section>'),
    ("alert", "> [!WARNING]\n> a", "<blockquote>\n<p><strong>Warning</strong></p>\n<p>a</p>\n</blockquote>"),
    ("fence", '```python title="x"\na < b & c\n```',
     '<pre><code class="language-python">a &lt; b &amp; c\n</code></pre>'),
    ("fence keeps tabs and empty lines", "```\n\n\ta\n\n```", "<pre><code>\n\ta\n\n</code></pre>"),
    ("fence keeps addresses", '~~~html\n<a href="/x">\n~~~',
     '<pre><code class="language-html">&lt;a href="/x"&gt;\n</code></pre>'),
    ("code span keeps entities", "`&amp; <b>`", "<p><code>&amp;amp; &lt;b&gt;</code></p>"),
    ("relative image", '![a](i.png "t")', f'<p><img alt="a" src="{PAGE}i.png" title="t"></p>'),
    ("raw html", "<details><summary>a</summary>\n\n*b*\n\n</details>",
     "<details><summary>a</summary>\n<p><em>b</em></p>\n</details>"),
    ("shortcodes stay text", "{{< youtube x >}} and {% raw %}", "<p>{{&lt; youtube x &gt;}} and {% raw %}</p>"),
    ("entities", "&copy; &lt;", "<p>© &lt;</p>"),
    ("heading without a number", "## a {-}", "<h2>a</h2>"),
    ("fence with classes", '```{.python .numberLines hl_lines="1"}\na\n```',
     '<pre><code class="language-python">a\n</code></pre>'),
    ("fence with options", "```rust,ignore\na\n```", '<pre><code class="language-rust">a\n</code></pre>'),
    ("fence of R Markdown", "```{r, echo=FALSE}\na\n```", '<pre><code class="language-r">a\n</code></pre>'),
    ("tight description list", "a\n: b\n: c", "<dl>\n<dt>a</dt>\n<dd>b</dd>\n<dd>c</dd>\n</dl>"),
    ("description of two paragraphs", "a\n:   b\n\n    c",
     "<dl>\n<dt>a</dt>\n<dd>\n<p>b</p>\n<p>c</p>\n</dd>\n</dl>"),
    ("footnote of two paragraphs", "a[^n]\n\n[^n]: b\n\n    c",
     f'<p>a<sup><a href="{PAGE}#fn-n">1</a></sup></p>\n'
     "<hr>\n<section>\n<ol>\n<li>\n<p>b</p>\n<p>c </p>\n</li>\n</ol>\n</section>"),
    ("alert of GitHub with a title", "> [!NOTE] Look\n> a",
     "<blockquote>\n<p><strong>Look</strong></p>\n<p>a</p>\n</blockquote>"),
    ("callout of Obsidian", "> [!danger] Look\n> a",
     "<blockquote>\n<p><strong>Look</strong></p>\n<p>a</p>\n</blockquote>"),
    ("folded callout", "> [!tip]- Look\n> a", "<blockquote>\n<p><strong>Look</strong></p>\n<p>a</p>\n</blockquote>"),
    ("admonition", '!!! note "A *b*"\n    c\n\n    d\n\ne',
     "<blockquote>\n<p><strong>A <em>b</em></strong></p>\n<p>c</p>\n<p>d</p>\n</blockquote>\n<p>e</p>"),
    ("admonition without a title of its own", "!!! warning inline end\n    a",
     "<blockquote>\n<p><strong>Warning</strong></p>\n<p>a</p>\n</blockquote>"),
    ("admonition without a title", '!!! note ""\n    a', "<blockquote>\n<p>a</p>\n</blockquote>"),
    ("folded admonition", '??? tip\n    a', "<blockquote>\n<p><strong>Tip</strong></p>\n<p>a</p>\n</blockquote>"),
    ("open admonition", '???+ tip\n\ta', "<blockquote>\n<p><strong>Tip</strong></p>\n<p>a</p>\n</blockquote>"),
    ("admonition in an admonition", "!!! a\n    b\n\n    !!! c\n        d\n\n    e",
     "<blockquote>\n<p><strong>A</strong></p>\n<p>b</p>\n<blockquote>\n<p><strong>C</strong></p>\n<p>d</p>\n"
     "</blockquote>\n<p>e</p>\n</blockquote>"),
    ("admonition in a list", "1. a\n\n    !!! b\n        c\n\n2. d",
     "<ol>\n<li>\n<p>a</p>\n <blockquote>\n<p><strong>B</strong></p>\n<p>c</p>\n </blockquote>\n</li>\n<li>\n<p>d</p>\n"
     "</li>\n</ol>"),
    ("listing in an admonition", "!!! a\n    ```py\n    !!! b\n        c\n    ```",
     '<blockquote>\n<p><strong>A</strong></p>\n<pre><code class="language-py">!!! b\n    c\n</code></pre>\n'
     "</blockquote>"),
    ("a fence in a listing is not its end", "```\n!!! a\n\n        ```\n        ```\n!!! b\n    c\n```",
     "<pre><code>!!! a\n\n        ```\n        ```\n!!! b\n    c\n</code></pre>"),
    ("container in a list with a lazy line", "1. a\nb\n\n    :::tip\n    c\n    :::",
     "<ol>\n<li>\n<p>a\nb</p>\n <blockquote>\n<p><strong>Tip</strong></p>\n<p>c</p>\n </blockquote>\n</li>\n</ol>"),
    ("exclamation marks", "!!! so what\n\n!!! a", "<p>!!! so what</p>\n<p>!!! a</p>"),
    ("admonition in a listing", "    !!! a\n        b", "<pre><code>!!! a\n    b\n</code></pre>"),
    ("tabs of Material", '=== "A"\n    a\n\n=== "B"\n    b',
     "<blockquote>\n<p><strong>A</strong></p>\n<p>a</p>\n</blockquote>\n<blockquote>\n<p><strong>B</strong></p>\n<p>b</p>\n"
     "</blockquote>"),
    ("container", "::: tip\na\n:::", "<blockquote>\n<p><strong>Tip</strong></p>\n<p>a</p>\n</blockquote>"),
    ("container with a title", ":::warning A `b`\na\n:::",
     "<blockquote>\n<p><strong>A <code>b</code></strong></p>\n<p>a</p>\n</blockquote>"),
    ("container with a label", ":::note[A]{#b}\na\n:::",
     "<blockquote>\n<p><strong>A</strong></p>\n<p>a</p>\n</blockquote>"),
    ("container in a container", ":::: info\na\n\n::: tip\nb\n:::\n::::",
     "<blockquote>\n<p><strong>Info</strong></p>\n<p>a</p>\n<blockquote>\n<p><strong>Tip</strong></p>\n<p>b</p>\n"
     "</blockquote>\n</blockquote>"),
    ("div of Pandoc", '::: {.callout-note title="A"}\na\n:::',
     "<blockquote>\n<p><strong>A</strong></p>\n<p>a</p>\n</blockquote>"),
    ("div that says nothing", "::: columns\na\n:::", "<div>\n<p>a</p>\n</div>"),
    ("container that is not closed", "::: tip\na", "<p>::: tip\na</p>"),
    ("Markdown in HTML", '<div markdown="1">\n*a*\n</div>', "<div>\n<p><em>a</em></p>\n</div>"),
    ("Markdown in one line of HTML", "<div class=x markdown>*a*</div>", "<div>\n<p><em>a</em></p>\n</div>"),
    ("table of contents", "[TOC]\n\na\n\n[[toc]]", "<p>a</p>"),
    ("table of contents in a sentence", "a [TOC] b", "<p>a [TOC] b</p>"),
    ("formulas stay as they are", "$a_1 * b_2 * c_1$, $$d*e*f$$", "<p>$a_1 * b_2 * c_1$, $$d*e*f$$</p>"),
    ("formula of its own", "$$\na * b * c < d\n$$", "<p>$$\na * b * c &lt; d\n$$</p>"),
    ("money is no formula", "$5 and *$6*", "<p>$5 and <em>$6</em></p>"),
    ("marks of other dialects are text", "==a== b^c^ :smile: [[d]]", "<p>==a== b^c^ :smile: [[d]]</p>"),
    ("comments go", "a <!-- b --> c\n\n<!-- d -->", "<p>a  c</p>"),
    ("more mark", "a\n\n<!--more-->\n\nb", "<p>a</p>\n\n<p>b</p>"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "expected"), [row[1:] for row in FEATURES], ids=[row[0] for row in FEATURES])
def test_feature(source: str, expected: str) -> None:
    """Each construct of the dialect becomes the HTML readers show."""
    result = content(entry("posts/hello.md", body=source, body_type="markdown"))
    assert expected == result.html
    assert result.removed == ()


def test_notes_cost_no_indentation() -> None:
    """A note in a note, deeper than anybody nests them, is cut off at a depth and keeps its text."""
    source = "\n".join(" " * 4 * depth + f"!!! note\n{' ' * 4 * (depth + 1)}deep" for depth in range(60))
    result = content(entry(body=source, body_type="markdown")).html
    assert result.count("<blockquote>") == 32
    assert result.count("deep") == 60


def test_many_quote_marks_in_text_are_text() -> None:
    """The guard counts only the marks that open a quote."""
    source = "a " + ">" * 100
    assert content(entry(body=source, body_type="markdown")).html == "<p>a " + "&gt;" * 100 + "</p>"


def test_a_table_may_be_wide() -> None:
    """Two thousand columns are a table, however useless."""
    source = "|a" * 2_000 + "|\n" + "|-" * 2_000 + "|\n"
    assert content(entry(body=source, body_type="markdown")).html.count("<th>") == 2_000
