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
    ("more mark", "a\n\n<!--more-->\n\nb", "<p>a</p>\n\n<p>b</p>"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "expected"), [row[1:] for row in FEATURES], ids=[row[0] for row in FEATURES])
def test_feature(source: str, expected: str) -> None:
    """Each construct of the dialect becomes the HTML readers show."""
    result = content(entry("posts/hello.md", body=source, body_type="markdown"))
    assert expected == result.html
    assert result.removed == ()


def test_many_quote_marks_in_text_are_text() -> None:
    """The guard counts only the marks that open a quote."""
    source = "a " + ">" * 100
    assert content(entry(body=source, body_type="markdown")).html == "<p>a " + "&gt;" * 100 + "</p>"


def test_a_table_may_be_wide() -> None:
    """Two thousand columns are a table, however useless."""
    source = "|a" * 2_000 + "|\n" + "|-" * 2_000 + "|\n"
    assert content(entry(body=source, body_type="markdown")).html.count("<th>") == 2_000
