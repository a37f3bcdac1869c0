"""HTML articles: what a page says in its head, which part of it is the article, and that no page is slow."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedd.model import Person
from feedd.normalizer.findings import Reading
from feedd.normalizer.html import read_html
from feedd.normalizer.html_tokens import text_of, tokens


def first(reading: Reading, field: str) -> Any:
    return next(((c.value, c.rule, c.line) for c in reading.claims if c.field == field), None)


PAGE = """\
<!doctype html>
<html lang="de-AT">
<head>
  <meta charset="utf-8">
  <title>Sturm &amp; Drang | Die Zeitung</title>
  <meta name="Description" content="Was der Wind tat.">
  <meta name="author" content="Ann Lee"><meta name=author content='Bob Ray'>
  <meta property="article:author" content="https://social.example/ann">
  <meta property="article:published_time" content="2026-11-23T10:00:00Z">
  <meta property="article:modified_time" content="2026-11-24T10:00:00Z">
  <meta property="article:section" content="Wetter">
  <meta name="keywords" content="sturm, see und land">
  <meta property="og:image" content="/wind.jpg">
  <link rel="shortcut icon" href="/i.png"><link href="https://x.example/sturm" rel=canonical>
</head>
<body class="page">
<nav><a href="/">Start</a></nav>
<main>
<article>
  <h1>Sturm &amp; <em>Drang</em></h1>
  <p>Am <time datetime="2030-01-01">Neujahr</time> …</p>
</article>
</main>
<footer>Impressum</footer>
</body>
</html>
"""


def test_a_page() -> None:
    """Head and headline become claims with their lines; the body is the article without its headline."""
    reading = read_html(PAGE, 1, None)
    assert {c.field: (c.value, c.rule, c.line) for c in reversed(reading.claims)} == {
        "title": ("Sturm & Drang", "<h1>", 20),
        "date": ("2026-11-23T10:00:00Z", "<meta article:published_time>", 9),
        "updated": ("2026-11-24T10:00:00Z", "<meta article:modified_time>", 10),
        "url": ("https://x.example/sturm", "<link rel=canonical>", 14),
        "authors": ((Person("Ann Lee"), Person("Bob Ray")), "<meta author>", 7),
        "categories": (("Wetter",), "<meta article:section>", 11),
        "tags": (("sturm", "see und land"), "<meta keywords>", 12),
        "language": ("de-AT", "<html lang>", 2),
        "summary": ("Was der Wind tat.", "<meta description>", 6),
        "image": ("/wind.jpg", "<meta og:image>", 13),
    }
    assert reading.body == '  <p>Am <time datetime="2030-01-01">Neujahr</time> …</p>'
    assert (reading.body_line, reading.body_type, reading.problems) == (21, "html", ())


@pytest.mark.parametrize(
    ("page", "body"),
    [
        ("<p>A fragment", "<p>A fragment"),
        ("Only text & no tags", "Only text & no tags"),
        ("<body><nav>n</nav><article><p>a</article>", "<p>a"),
        ("<body><nav>n</nav><main><p>m</main><footer>f</footer></body>", "<p>m"),
        ("<html><head><title>t</title></head><body id='<x>'><p>b</p></body></html>", "<p>b</p>"),
        ("<!doctype html><title>t</title><meta name=author content=a><p>b", "<p>b"),
        ('<?xml version="1.0"?>\n<html><head/><body>\n<p>b</p>\n</body></html>', "<p>b</p>"),
        ("<html><head><title>t</title></head><p>no body tag", "<p>no body tag"),
        ("<article><p>a<article>comment</article>z</article>", "<p>a<article>comment</article>z"),
        (
            "<main><article>the long one of the page</article><article>teaser</article></main>",
            "the long one of the page",
        ),
        ("<main><article>one</article><article>two</article></main>", "<article>one</article><article>two</article>"),
        ("<body><!-- <article>no</article> --><script>'<article>'</script><main>m</main>", "m"),
        ("<ARTICLE CLASS=x><P>a</ARTICLE>", "<P>a"),
        ("<article><p>never closed", "<p>never closed"),
        ("a < b and <c", "a < b and <c"),
    ],
)
def test_the_part_that_is_the_article(page: str, body: str) -> None:
    """`<article>`, else `<main>`, else what the body tags enclose, else all of it; untouched source."""
    assert read_html(page, 1, None).body == body


OLD_BLOG = """\
<!DOCTYPE html>
<html><head><title>The Ferry Is Back – Harbour News</title>
<meta property="og:site_name" content="Harbour News"></head>
<body>
<header class="site-header"><a href="/">Harbour News</a></header>
<nav><ul><li>Home</li></ul></nav>
<div class="post">
<h1>The Ferry Is Back</h1>
<p>It sails again.</p>
<blockquote><p>At last.</p><footer>A passenger</footer></blockquote>
<div class="sharedaddy">Tell others</div>
<div id="comments"><h2>2 comments</h2><form><textarea></textarea></form></div>
</div>
<aside>Advertisement</aside>
<footer>Imprint</footer>
</body></html>
"""


def test_a_page_without_an_article_element() -> None:
    """Navigation, comments, forms and footers are not the story; what belongs to a quotation is."""
    reading = read_html(OLD_BLOG, 1, None)
    assert [line for line in reading.body.split("\n") if line.strip()] == [
        '<div class="post">',
        "<p>It sails again.</p>",
        "<blockquote><p>At last.</p><footer>A passenger</footer></blockquote>",
        "</div>",
    ]
    assert reading.body_line == 7


@pytest.mark.parametrize(
    ("page", "body"),
    [
        ("<html><article><h1>T</h1><p>by</p><div class='e-content'><p>a</div><div>z</div></article>", "<p>a"),
        ("<html><body><div itemprop=articleBody><p>a</div><div>rest</div>", "<p>a"),
        ("<html><article><div class=post-content>a</div><div class=post-content>b</div></article>",
         "<div class=post-content>a</div><div class=post-content>b</div>"),
        ("<html><article><p>a<aside>note</aside><nav>n</nav></article>", "<p>a<aside>note</aside>"),
        ("<html><body><div role=navigation>n</div><p>a</body>", "<p>a"),
        ("<html><body><nav>only this</nav></body>", "<nav>only this</nav>"),
        ("<p>a fragment</p><nav>of its author's</nav>", "<p>a fragment</p><nav>of its author's</nav>"),
        ("<html><body><nav>never closed<p>a", "<nav>never closed<p>a"),
    ],
)  # fmt: skip
def test_what_is_no_part_of_the_story(page: str, body: str) -> None:
    """Taken out of whole pages only, and never so that nothing is left."""
    assert read_html(page, 1, None).body == body


def test_the_sites_name_in_a_title() -> None:
    """Where the page says what its site is called, no headline is needed to know."""
    page = '<title>A – b – The Site</title><meta property="og:site_name" content="The Site"><p>x'
    assert first(read_html(page, 1, None), "title") == ("A – b", "<title>", 1)
    assert first(read_html(page.replace("A – b – ", ""), 1, None), "title") == ("The Site", "<title>", 1)


H_ENTRY = """\
<html><body><div class="h-entry">
<h1 class="p-name">A note</h1>
<a class="p-author h-card" href="https://ann.example/">Ann <b>Lee</b></a>
<time class="dt-published" datetime="2026-05-01T10:00:00Z">1 May</time>
<time class="dt-updated" datetime="2026-05-02T10:00:00Z">2 May</time>
<a class="u-url" href="https://ann.example/note">#</a> <img class="u-photo" src="/n.jpg" alt="">
<a class="p-category">one</a> <a class="p-category" href="/two">two words</a>
<p class="p-summary">In short.</p>
<div class="e-content"><p>The <i>note</i>.</p></div>
</div></body></html>
"""


def test_h_entry() -> None:
    """The properties of microformats2, and the content only as body."""
    reading = read_html(H_ENTRY, 1, None)
    assert {c.field: (c.value, c.rule) for c in reversed(reading.claims)} == {
        "title": ("A note", "<h1>"),
        "date": ("2026-05-01T10:00:00Z", "h-entry dt-published"),
        "updated": ("2026-05-02T10:00:00Z", "h-entry dt-updated"),
        "url": ("https://ann.example/note", "h-entry u-url"),
        "authors": ((Person("Ann Lee"),), "h-entry p-author"),
        "tags": (("one", "two words"), "h-entry p-category"),
        "summary": ("In short.", "h-entry p-summary"),
        "image": ("/n.jpg", "h-entry u-photo"),
    }
    assert (reading.body, reading.body_line) == ("<p>The <i>note</i>.</p>", 9)


@pytest.mark.parametrize(
    "source",
    [
        '[{"@type": "WebSite"}, {"@type": "NewsArticle", "author": [{"@type": "Person", "name": "Ann Lee"}]}]',
        '{"@graph": [{"@type": ["Thing", "Article"], "author": {"@id": "#a"}}, {"@id": "#a", "name": "Ann Lee"}]}',
        '{"@type": "BlogPosting", "author": "Ann Lee"}',
    ],
)
def test_json_ld_authors(source: str) -> None:
    """In an array, in a graph, or only by reference."""
    reading = read_html(f'<script type="application/ld+json">{source}</script><p>x', 1, None)
    assert first(reading, "authors") == ((Person("Ann Lee"),), "JSON-LD", 1)


@pytest.mark.parametrize(
    "bomb",
    [
        "<div class=comments>" * 25_000,
        "<div class=e-content>" * 25_000,
        "<footer>a</footer>" * 25_000 + "<blockquote>x</blockquote>" * 15_000,
        "<a class='h-entry p-author'>" * 25_000,
        "<div><nav>" * 25_000 + "</div></nav>" * 25_000,
    ],
)
def test_no_whole_page_is_slow(bomb: str) -> None:
    """Half a megabyte of boxes."""
    started = time.perf_counter()
    read_html(f"<html>{bomb}", 1, None)
    assert time.perf_counter() - started < 3


@pytest.mark.parametrize(
    ("page", "title", "rule"),
    [
        ("<title>Hello</title><p>x", "Hello", "<title>"),
        ("<title>\n Hello\n  you </title><p>x", "Hello you", "<title>"),
        ("<p>x<h1>Hello</h1>", "Hello", "<h1>"),
        ("<title>Hello - My site</title><body><h1>Hello</h1>", "Hello", "<h1>"),
        ("<title>My site: Hello</title><article><h1>Hello</h1></article>", "Hello", "<h1>"),
        ("<title>Hello | My site</title><body><h1>My site</h1><p>x", "Hello | My site", "<title>"),
        ("<title>A</title><body><h1>B</h1>", "A", "<title>"),
        ("<title>A - site</title><meta property='og:title' content='A'><p>x", "A", "og:title"),
        ("<svg><title>drawing</title></svg><h1>Hello</h1>", "Hello", "<h1>"),
        ("<title>1 &lt; 2</title><p>x", "1 < 2", "<title>"),
    ],
)
def test_title(page: str, title: str, rule: str) -> None:
    """The page's title, but without the site's name where the headline shows which part that is."""
    found = first(read_html(page, 1, None), "title")
    assert found is not None
    assert found[:2] == (title, rule)


def test_headline_in_the_body() -> None:
    """The headline is cut out where it repeats the title and nothing visible stands above; every line keeps its
    number."""
    assert read_html("<h1>Hello</h1>\n<p>x", 1, None).body == "<p>x"
    assert read_html("<h1>\nHello\n</h1><p>x", 1, None).body_line == 3
    assert read_html("<header><h1>Hello</h1></header><p>x", 1, "hello").body == "<header></header><p>x"
    assert read_html("<h1>Other</h1><p>x", 1, "Hello").body == "<h1>Other</h1><p>x"
    assert read_html("<img src=a><h1>Hello</h1><p>x", 1, None).body == "<img src=a><h1>Hello</h1><p>x"


@pytest.mark.parametrize(
    ("page", "value"),
    [
        ("<time class='dt-published' datetime=2026-01-02>x</time>", "2026-01-02"),
        ("<p>on <time datetime=2030-01-01>x</time></p><time pubdate datetime=2026-01-02>x</time>", "2026-01-02"),
        ("<h1>H</h1><time datetime='2026-01-02'>x</time><p>y", "2026-01-02"),
        ("<p>The fair is on <time datetime=2030-01-01>New Year</time>", None),
        ("<time class=updated datetime=2026-01-02>x</time>", None),
    ],
)
def test_time_element(page: str, value: str | None) -> None:
    """A time that is marked as published, or stands above the text, is the date; one in the text is some other day."""
    found = first(read_html(page, 1, None), "date")
    assert (found and found[0]) == value


def test_json_ld() -> None:
    """An article in JSON-LD says what the head's own elements do not."""
    page = """<title>T</title>
<script type="application/ld+json">{"@graph": [{"@type": "WebSite", "name": "S"}, {"@type": ["Thing", "NewsArticle"],
"headline": "LD", "datePublished": "2026-01-02", "author": [{"@type": "Person", "name": "Ann", "url": "https://a.example"}],
"image": {"url": "https://x.example/i.jpg"}}]}</script><p>x"""
    reading = read_html(page, 1, None)
    assert first(reading, "title") == ("T", "<title>", 1)
    assert first(reading, "date") == ("2026-01-02", "JSON-LD", 2)
    assert first(reading, "authors") == ((Person("Ann", uri="https://a.example"),), "JSON-LD", 2)
    assert first(reading, "image") == ("https://x.example/i.jpg", "JSON-LD", 2)


@pytest.mark.parametrize(
    "source", ["{", "[" * 100_000, '{"a": ' + "1" * 5_000 + "}", "null", "[1, {}]", '{"@type": 3}', '{"@graph": 3}']
)
def test_json_ld_that_is_none(source: str) -> None:
    """JSON-LD that cannot be read says nothing."""
    assert read_html(f"<script type=application/ld+json>{source}</script><p>x", 1, None).claims == ()


def test_addresses_must_be_absolute() -> None:
    """A relative or foreign canonical address is no claim, and no problem either."""
    for href in ("/a", "//x.example/a", "javascript:alert(1)", "http://", "https://x.example/a b"):
        reading = read_html(f"<link rel=canonical href='{href}'><p>x", 1, None)
        assert (reading.claims, reading.problems) == ((), ())


def test_tokens() -> None:
    """Tags are found as a browser finds them: quotes may hold `>`, raw text and comments hold no tags."""
    source = "<a href='x>y' b=1 B=2 c>t</a><!-- <i> --><script>'<b>'</script><br/><?x?><!y>"
    found = list(tokens(source))
    assert [(t.name, t.closing) for t in found] == [
        ("a", False),
        ("a", True),
        ("!", False),
        ("script", False),
        ("br", False),
        ("!", False),
        ("!", False),
    ]
    assert found[0].attributes() == {"href": "x>y", "b": "1", "c": ""}
    assert [source[t.start : t.end] for t in found][3] == "<script>'<b>'</script>"
    assert text_of("a<br>b <b>c</b>d<style>x</style> &amp;<!-- no --> &#x41;") == "a b cd & A"


BOMBS = [
    "<div>",
    "<",
    "<a ",
    "<!--",
    "<b a='",
    '<b a="',
    "<script>",
    "<title>",
    "<h1>",
    "</",
    "<a=",
    "<article>",
    "<svg>",
    "<meta name=description content=x>",
    "<time datetime=x>",
    "<!",
    "<script></script",
    "<a\"'",
    "&#1",
    "<article></article>",
]


@pytest.mark.parametrize("bomb", BOMBS)
def test_no_page_is_slow(bomb: str) -> None:
    """A megabyte of the same tag costs no more than reading it."""
    started = time.process_time()
    read_html(bomb * (1_000_000 // len(bomb)), 1, None)
    assert time.process_time() - started < 4


def test_endless_attributes() -> None:
    """A hundred thousand attributes on one tag are not looked at."""
    started = time.process_time()
    read_html("<meta " + " ".join(f"a{i}=1" for i in range(100_000)) + "><p>x", 1, None)
    assert time.process_time() - started < 1


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                *BOMBS,
                ">",
                "'",
                '"',
                "x",
                "\n",
                "-->",
                "</title>",
                "</h1>",
                "<body>",
                "</body>",
                "<main>",
                "</article>",
                "<p>",
                "<html lang=",
                "&amp;",
                "&#99999999999;",
            ]
        ),
        max_size=20,
    )
)
def test_never_raises(pieces: list[str]) -> None:
    """Any heap of tags is read, and the body is a part of it with its right line."""
    text = "".join(pieces)
    reading = read_html(text, 1, None)
    assert 1 <= reading.body_line <= text.count("\n") + 1
