"""A body on its whole way: what is kept, made absolute, replaced, put in front, and said to be removed."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from feedd.model import Content, Image
from feedd.normalizer.body import content
from feedd.normalizer.plain import words
from tests.support.make import entry

PAGE = "https://ann.example/posts/hello/"


def made(body: str, body_type: str = "html", **fields: Any) -> Content:
    return content(entry("posts/hello.md", body=body, body_type=body_type, **fields))


KEPT = [
    ("figure", '<figure><img alt="x" src="https://a.example/i.png"><figcaption>c</figcaption></figure>'),
    ("table", "<table><thead><tr><th>h</th></tr></thead><tbody><tr><td>d</td></tr></tbody></table>"),
    ("spans", '<table><tbody><tr><td colspan="2" rowspan="3">d</td></tr></tbody></table>'),
    ("details", "<details open><summary>s</summary><p>t</p></details>"),
    ("description list", "<dl><dt>t</dt><dd>d</dd></dl>"),
    ("phrases", "<p><sub>a</sub><sup>b</sup><abbr title=\"x\">c</abbr><kbd>d</kbd><mark>e</mark><q>f</q><s>g</s></p>"),
    ("time", '<p><time datetime="2026-11-23">today</time></p>'),
    ("ruby", "<p><ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby></p>"),
    ("code", '<pre><code class="language-c++">a</code></pre>'),
    ("ordered list", '<ol reversed start="3" type="a"><li value="7">x</li></ol>'),
    ("video", '<video controls poster="https://a.example/p.jpg" src="https://a.example/v.mp4"></video>'),
    ("mathml", '<math display="block"><mfrac><mi>x</mi><mn>2</mn></mfrac></math>'),
    ("language", '<p dir="rtl" lang="he">שלום</p>'),
    ("style", '<p style="text-align:center">x</p>'),
    ("drawing", '<svg height="5" viewBox="0 0 9 5" width="9"><path d="M0 0L1,2z" fill="#fff" stroke-width="2"></path>'
                '<text x="1">a &lt; b</text></svg>'),
    ("mail", '<p><a href="mailto:ann@ann.example">write</a></p>'),
]  # fmt: skip


@pytest.mark.parametrize("html", [html for _, html in KEPT], ids=[name for name, _ in KEPT])
def test_what_readers_show_is_kept(html: str) -> None:
    """Meaningful HTML passes unchanged, and nothing is said to be removed."""
    result = made(html)
    assert html == result.html.replace('=""', "")
    assert result.removed == ()


CHANGED = [
    ("relative link", '<a href="../other/">x</a>', '<a href="https://ann.example/posts/other/">x</a>'),
    ("root link", '<a href="/x?a=1&amp;b=2">x</a>', '<a href="https://ann.example/x?a=1&amp;b=2">x</a>'),
    ("fragment", '<a href="#fn-1">1</a>', f'<a href="{PAGE}#fn-1">1</a>'),
    ("no scheme", '<img alt="" src="//cdn.example/i.png">', '<img alt="" src="https://cdn.example/i.png">'),
    ("unicode path", '<a href="/ü b">x</a>', '<a href="https://ann.example/%C3%BC%20b">x</a>'),
    ("cite", '<blockquote cite="/s">x</blockquote>', '<blockquote cite="https://ann.example/s">x</blockquote>'),
    ("class and id", '<p class="a" id="b" data-x="y">x</p>', "<p>x</p>"),
    ("target", f'<a href="{PAGE}" target="_blank" rel="noopener">x</a>', f'<a href="{PAGE}">x</a>'),
    ("align", '<p align="center">x</p>', '<p style="text-align:center">x</p>'),
    ("anchor", '<p><a name="top">x</a></p>', "<p>x</p>"),
    ("css url", '<p style="background-image: url(i.png)">x</p>',
     f'<p style="background-image:url(&quot;{PAGE}i.png&quot;)">x</p>'),
    ("css position", '<p style="position:fixed;color:red">x</p>', '<p style="color:red">x</p>'),
    ("srcset", '<img alt="" src="a.png" srcset="a.png 1x, /b.png 2x">',
     f'<img alt="" src="{PAGE}a.png" srcset="{PAGE}a.png 1x, https://ann.example/b.png 2x">'),
    ("lazy", '<img src="data:image/gif;base64,R0lGOD" data-src="a.png" loading="lazy">',
     f'<img alt="" src="{PAGE}a.png">'),
    ("lazy set", '<img data-srcset="a.png 320w, b.png 640w">',
     f'<img alt="" src="{PAGE}a.png" srcset="{PAGE}a.png 320w, {PAGE}b.png 640w">'),
    ("lazy original", '<img src="blank.gif" data-original="/a.png">', '<img alt="" src="https://ann.example/a.png">'),
    ("lazy twin", '<img data-src="a.png"><noscript><img src="a.png"></noscript>', f'<img alt="" src="{PAGE}a.png">'),
    ("noscript", '<noscript><p>x</p></noscript>', "<p>x</p>"),
    ("picture", '<picture><source srcset="a.webp" type="image/webp"><img src="a.png" alt="A"></picture>',
     f'<picture><source srcset="{PAGE}a.webp" type="image/webp"><img alt="A" src="{PAGE}a.png"></picture>'),
    ("old names", "<p><strike>a</strike><tt>b</tt><font color=red>c</font></p>", "<p><s>a</s><code>b</code>c</p>"),
    ("first line feed of pre", "<pre>\n\nx</pre>", "<pre>\n\nx</pre>"),
    ("no link in code", '<pre>&lt;a href="/x"&gt;</pre>', '<pre>&lt;a href="/x"&gt;</pre>'),
    ("carriage return", "<p>a&#13;b</p>", "<p>a\nb</p>"),
    ("span without attributes", '<p><span class="x">a</span> <span lang="de">b</span></p>',
     '<p>a <span lang="de">b</span></p>'),
    ("lazy player", '<video data-src="a.mp4"></video>', f'<video controls="" src="{PAGE}a.mp4"></video>'),
    ("placeholder", '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw="><noscript><img src="a.png"></noscript>',
     f'<img alt="" src="{PAGE}a.png">'),
    ("amp", '<amp-img src="a.png" alt="A"></amp-img>', f'<img alt="A" src="{PAGE}a.png">'),
    ("base on the same host", '<base href="/other/"><a href="x">x</a><a href="#y">y</a>',
     f'<a href="https://ann.example/other/x">x</a><a href="{PAGE}#y">y</a>'),
    ("heading's own link", '<h2>a<a class="headerlink" href="#a">¶</a></h2>', "<h2>a</h2>"),
    ("heading's hidden link", '<h2><a aria-hidden="true" href="#a">#</a>a</h2>', "<h2>a</h2>"),
    ("way back from a footnote", '<p>a <a class="reversefootnote" href="#fnref:1">↩</a></p>', "<p>a </p>"),
    ("formula twice", '<p><math><mi>x</mi></math><span class="katex-html"><span>x</span></span></p>',
     "<p><math><mi>x</mi></math></p>"),
    ("note of docutils", '<aside class="admonition tip"><p class="admonition-title">Tip</p><p>a</p></aside>',
     "<blockquote><p><strong>Tip</strong></p><p>a</p></blockquote>"),
    ("colours", '<pre class="chroma"><code class="language-go" data-lang="go"><span class="kn">package</span> '
     '<span class="nx">a</span>\n</code></pre>', '<pre><code class="language-go">package a\n</code></pre>'),
    ("Rouge's line numbers",
     '<div class="language-ruby highlighter-rouge"><pre class="highlight"><code><table class="rouge-table"><tbody><tr>'
     '<td class="rouge-gutter gl"><pre class="lineno">1\n2\n</pre></td><td class="rouge-code"><pre><span class="k">a'
     '</span>\nb\n</pre></td></tr></tbody></table></code></pre></div>',
     '<div><pre><code class="language-ruby">a\nb\n</code></pre></div>'),
    ("Hugo's line numbers",
     '<table class="lntable"><tr><td class="lntd"><pre><code><span class="lnt">1\n</span></code></pre></td>'
     '<td class="lntd"><pre><code class="language-go">a\n</code></pre></td></tr></table>',
     '<pre><code class="language-go">a\n</code></pre>'),
    ("Hugo's line numbers in the text", '<pre><code><span class="ln">1</span><span class="cl">a\n</span></code></pre>',
     "<pre><code>a\n</code></pre>"),
    ("Pygments' line numbers",
     '<table class="highlighttable"><tr><td class="linenos"><div class="linenodiv"><pre>1</pre></div></td>'
     '<td class="code"><div><pre>a\n</pre></div></td></tr></table>', "<div><pre>a\n</pre></div>"),
    ("language around a listing", '<div class="highlight-python"><pre><code>a</code></pre></div>',
     '<div><pre><code class="language-python">a</code></pre></div>'),
    ("language of Pandoc", '<pre class="sourceCode rust"><code>a</code></pre>',
     '<pre><code class="language-rust">a</code></pre>'),
    ("an ordinary table stays", '<table><tr><td class="code">a</td></tr></table>',
     "<table><tbody><tr><td>a</td></tr></tbody></table>"),
    ("drawing's title", '<svg viewBox="0 0 9 5"><title>A line</title><path d="M0"/></svg>',
     '<svg aria-label="A line" height="5" role="img" viewBox="0 0 9 5" width="9"><path d="M0"></path></svg>'),
    ("drawing's style", '<svg width="9"><g style="fill:red;position:fixed"><path/></g></svg>',
     '<svg width="9"><g fill="red"><path></path></g></svg>'),
    ("drawing's programs' notes", '<svg width="9"><metadata><rdf:x></rdf:x></metadata><path inkscape:x="1"/></svg>',
     '<svg width="9"><path></path></svg>'),
]  # fmt: skip


@pytest.mark.parametrize(("html", "expected"), [row[1:] for row in CHANGED], ids=[row[0] for row in CHANGED])
def test_what_is_changed(html: str, expected: str) -> None:
    """Addresses become absolute against the permalink, lazy pictures real, and page furniture goes."""
    assert expected == made(html).html


REMOVED = [
    ("script", "<p>x</p><script>1</script><script>2</script>", "<p>x</p>", ("script (2)",)),
    ("style element", "<style>p{}</style><p>x</p>", "<p>x</p>", ("style",)),
    ("form", "<form action=/x><p>x</p><input name=q><button>go</button></form>", "<p>x</p>", ("input", "button")),
    ("handler", "<p onclick=f()>x</p>", "<p>x</p>", ("onclick attribute",)),
    ("script link", "<p><a href='javascript:f()'>x</a></p>", "<p>x</p>", ("javascript: address",)),
    ("tracker", "<p>x<img src=//t.example/p width=1 height=1></p>", "<p>x</p>", ("tracking pixel",)),
    ("hidden tracker", "<p>x<img src=//t.example/p style='display:none'></p>", "<p>x</p>", ("tracking pixel",)),
    ("drawing with a script", "<p>x<svg><script>1</script><path/></svg></p>", "<p>x</p>", ("svg",)),
    ("drawing with a style", "<p>x<svg><style>a{}</style><path/></svg></p>", "<p>x</p>", ("svg",)),
    ("drawing of another", "<p>x<svg><use href=#a /></svg></p>", "<p>x</p>", ("svg",)),
    ("drawing with a picture", "<p>x<svg><image href=a.png /></svg></p>", "<p>x</p>", ("svg",)),
    ("drawing that moves", "<p>x<svg><path><animate/></path></svg></p>", "<p>x</p>", ("svg",)),
    ("nothing drawn", "<p>x<svg></svg></p>", "<p>x</p>", ("svg",)),
    ("icon", '<p>x<svg aria-hidden="true" width="16"><path/></svg></p>', "<p>x</p>", ("svg",)),
    ("custom element", "<my-card><p>x</p></my-card>", "<p>x</p>", ("my-card tag",)),
    ("style attribute", '<p style="position:fixed">x</p>', "<p>x</p>", ("style attribute",)),
    ("control characters", "<p>x\x08\x00</p>", "<p>x</p>", ("control character (2)",)),
    ("large data", f"<p>x<img src='data:image/png;base64,{'A' * 20_000}'></p>", "<p>x</p>",
     ("data: address", "img without an address")),
    ("iframe", '<iframe src="//maps.example/m" title="Map"></iframe>',
     '<p><a href="https://maps.example/m">Map</a></p>', ("iframe -> link",)),
    ("iframe without address", "<p>x</p><iframe srcdoc='<script>1</script>'></iframe>", "<p>x</p>", ("iframe",)),
    ("vimeo", '<iframe src="https://player.vimeo.com/video/76979871?h=8" title="V"></iframe>',
     '<p><a href="https://vimeo.com/76979871">V</a></p>', ("iframe -> link",)),
    ("object", "<object data=/m.swf><p>x</p></object>",
     '<p><a href="https://ann.example/m.swf">Embedded content at ann.example</a></p>', ("object -> link",)),
]  # fmt: skip


@pytest.mark.parametrize(("html", "expected", "words"), [row[1:] for row in REMOVED], ids=[row[0] for row in REMOVED])
def test_what_is_removed_is_said(html: str, expected: str, words: tuple[str, ...]) -> None:
    """What a reader must not or cannot show is taken out, and `removed` says so in words."""
    result = made(html)
    assert expected == result.html
    assert words == result.removed


@pytest.mark.parametrize(
    "src",
    ["https://www.youtube.com/embed/dQw4w9WgXcQ?start=3", "//www.youtube-nocookie.com/embed/dQw4w9WgXcQ", "https://youtu.be/dQw4w9WgXcQ"],
)  # fmt: skip
def test_a_youtube_player_becomes_a_poster_with_a_link(src: str) -> None:
    """Readers show no players, but they show a picture that links to one."""
    result = made(f'<iframe src="{src}" title="A song"></iframe>')
    poster = "https://i.ytimg.com/vi/dQw4w9WgXcQ/hqdefault.jpg"
    assert (
        f'<p><a href="https://www.youtube.com/watch?v=dQw4w9WgXcQ"><img alt="" height="360" src="{poster}" width="480">'
        "<br>A song</a></p>"
    ) == result.html
    assert poster == result.image


def test_an_embed_inside_a_paragraph_or_a_link_stays_a_phrase() -> None:
    """Paragraphs and links do not nest, so the replacement fits where the player stood."""
    assert (
        made("<p>a <iframe src=//m.example/1 title=M></iframe></p>").html
        == '<p>a <a href="https://m.example/1">M</a></p>'
    )
    link = '<a href="https://a.example/"><iframe src=//m.example/1 title=M></iframe></a>'
    assert made(link).html == '<a href="https://a.example/">M</a>'


# --- picture, caption and credit of the entry


def test_the_entrys_picture_comes_first() -> None:
    """An image from the front matter stands above the body with its caption and credit."""
    result = made("<p>x</p>", image=Image("https://ann.example/i.jpg", "A bridge.", "Ann & Co"))
    caption = "<figcaption>A bridge. Photo: Ann &amp; Co</figcaption>"
    assert f'<figure><img alt="" src="https://ann.example/i.jpg">{caption}</figure>\n<p>x</p>' == result.html
    assert result.image == "https://ann.example/i.jpg"


def test_a_picture_that_the_body_shows_is_not_repeated() -> None:
    """The same address, however it is written in the body, counts as shown."""
    result = made('<p><img src="/posts/i.jpg" alt="A"></p>', image=Image("https://ann.example/posts/i.jpg"))
    assert result.html.count("<img") == 1


def test_words_in_the_stead_of_the_picture() -> None:
    """What a picture shows is the alt of the <img> that stands above the body, and nowhere to be seen."""
    result = made("<p>x</p>", image=Image("https://ann.example/i.jpg", alt='A "cat" & a mat'), caption="Minou")
    picture = '<img alt="A &quot;cat&quot; &amp; a mat" src="https://ann.example/i.jpg">'
    assert f"<figure>{picture}<figcaption>Minou</figcaption></figure>\n<p>x</p>" == result.html


def test_a_caption_without_a_picture_is_told_once_and_never_in_the_summary() -> None:
    """Newsroom text keeps its photo credit though the photo is not in the file."""
    result = made("Long enough to be a lead.", "text", caption="At the bridge.", credit="Getty Images/Getty Images")
    assert result.html.startswith(
        "<figure><figcaption>At the bridge. Photo: Getty Images/Getty Images</figcaption></figure>"
    )
    assert result.html.count("Getty Images/Getty Images") == 1
    assert result.summary == "Long enough to be a lead."


def test_the_first_picture_of_the_body_is_the_entrys() -> None:
    """Without one in the front matter the first real picture counts: no data, no tracker."""
    body = '<img src="data:image/gif;base64,R0lG"><img src=/t width=1 height=1><img src=b.png><img src=c.png>'
    assert f"{PAGE}b.png" == made(body).image
    assert made("<p>x</p>").image is None


NO_PICTURES = [
    '<img src="https://img.shields.io/a.svg">',
    '<img src="https://github.com/a/b/actions/workflows/ci.yml/badge.svg">',
    '<img class="emoji" src="smile.png">',
    '<img src="https://s.w.org/images/core/emoji/72x72/1f600.png">',
    '<img src="i.png" width="32">',
    '<img src="i.png" height="47px">',
    '<img src="data:image/png;base64,iVBORw0=">',
]


@pytest.mark.parametrize("html", NO_PICTURES)
def test_an_ornament_does_not_stand_for_the_article(html: str) -> None:
    """Badges, emoji and what is declared smaller than 48 pixels are shown, but the picture is the next one."""
    result = made(f'<p>{html}<img src="b.png" width="48"></p>')
    assert f"{PAGE}b.png" == result.image
    assert result.html.count("<img") == 2


# --- addresses that only the folder explains


REFERENCES = [
    ("../other.md#part", "[a](../other.md#part)", "markdown"),
    ("über uns.md", "[a](<über uns.md>)", "markdown"),
    ("%C3%BCber.md", "[a](über.md)", "markdown"),
    ("a\\_b.md", "[a](a\\_b.md)", "markdown"),
    ("a&amp;b.md", '<a href="a&amp;b.md">a</a>', "html"),
    ("a.md", '<a href=" a.md\n">a</a>', "html"),
]


@pytest.mark.parametrize(("written", "body", "body_type"), REFERENCES)
def test_an_explained_address_is_replaced(written: str, body: str, body_type: str) -> None:
    """The pair that was found when the article was read wins over what a browser would make of the address."""
    meant = "https://ann.example/elsewhere/#part"
    result = made(body, body_type, references=((written, meant),))
    assert f'<a href="{meant}">a</a>' in result.html


def test_explained_pictures_players_and_backgrounds() -> None:
    """Every place of an address knows the pairs: src, srcset, poster, lazy sources, styles."""
    pairs = (("i.png", "https://ann.example/m/i.png"), ("v.mp4", "https://ann.example/m/v.mp4"))
    body = (
        '<img src="i.png" srcset="i.png 1x, j.png 2x"><img data-src="i.png"><video src="v.mp4" poster="i.png"></video>'
        '<p style="background-image:url(i.png)">x</p>'
    )
    html = made(body, references=pairs).html
    assert html.count("https://ann.example/m/i.png") == 5
    assert html.count("https://ann.example/m/v.mp4") == 1
    assert f"{PAGE}j.png 2x" in html


def test_an_explained_address_is_judged_like_any_other() -> None:
    """A pair cannot bring in a script."""
    assert made('<a href="a.md">a</a>', references=(("a.md", "javascript:alert(1)"),)).html == "a"


# --- drawings


def test_names_in_a_drawing_belong_to_its_article() -> None:
    """Two articles on one page of a reader do not paint with each other's colours."""
    body = (
        '<svg width="9"><defs><linearGradient id="a"><stop offset="0" stop-color="red"/></linearGradient></defs>'
        '<rect fill="url(#a)"/></svg>'
    )
    one, two = made(body).html, made(body, url="https://ann.example/posts/other/").html
    names = [re.findall(r'id="(\w+-a)"', html) + re.findall(r"url\(#(\w+-a)\)", html) for html in (one, two)]
    assert names[0][0] == names[0][1] != names[1][0] == names[1][1]


def test_a_formula_in_a_huge_article_is_kept() -> None:
    """A body that is tamed first keeps its MathML and its drawings, self-closing elements included."""
    body = '<math><mspace width="1"/><mi>x</mi></math><svg width="9"><path d="M0"/></svg><p>y</p>'
    huge = made(body + "<p>z</p>" * 1_001).html
    assert huge.startswith(made(body).html)


# --- properties


def test_an_empty_body_is_an_empty_string() -> None:
    """No body is no error: the summary may still be there."""
    for body_type in ("markdown", "html", "text"):
        assert Content("", "Said.") == made("", body_type, summary="Said.")


_PIECES = st.sampled_from(
    sorted(
        words(
            "<p> </p> <div> </div> <b> </b> <i> <em> <a&href=/x> </a> <h2> </h2> <ul> <li> </ul> <table> <tr> <td> "
            "</td> </table> <pre> </pre> <code> <button> </button> <object> </object> <svg> </svg> <math> <mi> "
            "<mtext> </math> <select> <option> <iframe&src=//a.b/c> <img&src=x> <img&data-src=y> <noscript> "
            "</noscript> <script> </script> <style> <textarea> <title> <template> <ruby> <rt> <dl> <dt> <dd> "
            "<details> <summary> <caption> <video> <picture> <source> <form> <input> <xmp> <p&style=color:red> "
            "<p&align=right> <nobr> <br> <hr> <!-- --> <!--more--> <![CDATA[ ]]> &amp; &lt; &#8; &#13; &nbsp; < > - * "
            "``` # > | [a](b) _x_ <svg> </svg> <path&d=M0/> <linearGradient&id=a> <text> </text> <g&style=fill:red> "
            "<base&href=/x> <table&class=lntable> <span&class=lnt> !!!&note === ::: :::&tip $ $$ [!x] {/* */} <X> </X>"
        )
    )
)  # fmt: skip
_SOUP = st.lists(_PIECES | st.sampled_from(["\n", "\n\n", "    "]) | st.text(max_size=5), max_size=30).map(
    lambda pieces: "".join(piece.replace("&href", " href").replace("&src", " src").replace("&data", " data")
                           .replace("&style", " style").replace("&align", " align").replace("&d=", " d=")
                           .replace("&id", " id").replace("&class", " class").replace("&note", " note\n    ")
                           .replace("&tip", " tip") for piece in pieces)
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(_SOUP, st.sampled_from(["html", "markdown", "text"]))
def test_doing_it_again_changes_nothing(body: str, body_type: str) -> None:
    """The result is HTML that parses to the same tree, and legal XML text for any parser."""
    first = made(body, body_type)
    again = made(first.html)
    assert first.html == again.html
    node = etree.Element("content")
    node.text = first.html  # raises ValueError for what XML 1.0 forbids
    node.set("summary", first.summary)
    back = etree.fromstring(etree.tostring(node, encoding="utf-8"))
    assert first.html == (back.text or "")


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(codec=None), max_size=80), st.sampled_from(["html", "markdown", "text"]))
def test_no_text_is_too_strange(text: str, body_type: str) -> None:
    """Lone surrogates, controls and noncharacters never raise and never come out."""
    result = made(text, body_type, caption=text)
    for value in (result.html, result.summary):
        value.encode("utf-8")
        assert not set(value) & set("\x00\x08\x0b\x0c\x1f\r\ufffe\uffff")
