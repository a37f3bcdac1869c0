"""MDX: what a person would read of a document that is also a program."""

from __future__ import annotations

import pytest

from feedd.model import Content
from feedd.normalizer.body import content
from tests.support.make import entry

PAGE = "https://ann.example/posts/hello/"


def made(source: str) -> Content:
    return content(entry("posts/hello.mdx", body=source, body_type="markdown", url=PAGE))


FEATURES = [
    ("import and export",
     'import A from "a"\nimport {B} from "b"\n\nexport const c = {\n  d: 1,\n\n  e: [2],\n}\n\nText.',
     "<p>Text.</p>"),
    ("a sentence", "import duties rise.\n\nexport is a word.", "<p>import duties rise.</p>\n<p>export is a word.</p>"),
    ("import in a listing", "```js\nimport a from 'b'\n```",
     '<pre><code class="language-js">import a from \'b\'\n</code></pre>'),
    ("comment", "a {/* b\n\nc */} d", "<p>a  d</p>"),
    ("comment in code", "`{/* a */}`", "<p><code>{/* a */}</code></p>"),
    ("comment without an end", "a {/* b", "<p>a {/* b</p>"),
    ("expression", "a {props.b + 1} c", "<p>a {props.b + 1} c</p>"),
    ("space", 'a{" "}b', "<p>a b</p>"),
    ("component", "<Note kind='a'>\n\n*b*\n\n</Note>", "<p><em>b</em></p>"),
    ("component without blank lines", "<Note>\n  *a*\n</Note>", "<p><em>a</em></p>"),
    ("indented content", "<Tabs>\n    <Tab>\n        *a*\n\n        - b\n          - c\n    </Tab>\n</Tabs>\n\nd",
     "<p><em>a</em></p>\n<ul>\n<li>b\n<ul>\n<li>c</li>\n</ul>\n</li>\n</ul>\n<p>d</p>"),
    ("component in a sentence", "a <Badge.New text={b > c}>d</Badge.New> e", "<p>a d e</p>"),
    ("component over lines", "<Note\n  kind={{a: {b: 1}}}\n>\n  c\n</Note>", "<p>c</p>"),
    ("fragment", "<>a</>", "<p>a</p>"),
    ("attributes of React", '<div className="a" style={{color: "red"}}>\n\nb\n\n</div>', "<div>\n<p>b</p>\n</div>"),
    ("imported picture", 'import hero from "./hero.png"\n\n<Image src={hero} alt="A" />',
     f'<img alt="A" src="{PAGE}hero.png">'),
    ("required picture", "<img src={require('./a.png').default} />", f'<img alt="" src="{PAGE}a.png">'),
    ("link", '<Link to="/a">b</Link>', '<p><a href="https://ann.example/a">b</a></p>'),
    ("autolink", "<https://a.example/>", '<p><a href="https://a.example/">https://a.example/</a></p>'),
    ("less than", "a <B and c", "<p>a &lt;B and c</p>"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "expected"), [row[1:] for row in FEATURES], ids=[row[0] for row in FEATURES])
def test_feature(source: str, expected: str) -> None:
    """The program goes, the text stays."""
    result = made(source)
    assert expected == result.html
    assert result.removed == ()


def test_a_component_without_content_is_said_to_be_removed() -> None:
    """What only a browser could show leaves a word in `removed`."""
    result = made("a\n\n<Chart data={[1, 2]} />\n\n<Chart />")
    assert (result.html, result.removed) == ("<p>a</p>", ("Chart component (2)",))


@pytest.mark.parametrize("mark", ["{/* more */}", "{/* truncate */}", "<!-- truncate -->"])
def test_the_mark_may_be_a_comment_of_mdx(mark: str) -> None:
    """Docusaurus ends its excerpts with a comment."""
    assert made(f"One.\n\n{mark}\n\nTwo.").summary == "One."


def test_only_mdx_is_read_like_this() -> None:
    """In Markdown the same lines are text."""
    result = content(entry("posts/hello.md", body="import a from 'b'\n\n{/* c */}", body_type="markdown"))
    assert result.html == "<p>import a from 'b'</p>\n<p>{/* c */}</p>"
