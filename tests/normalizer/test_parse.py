"""One file taken apart, from bytes to an Article."""

from __future__ import annotations

import time
from hashlib import blake2b
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedd.model import Article, Claim, FileStat, Level, Person, Problem, SourceDocument, SourceKey
from feedd.normalizer import SUFFIXES
from feedd.normalizer.findings import Reading
from feedd.normalizer.parse import FORMATS, parse, suffix_of
from feedd.normalizer.plain import xml_safe


def document(path: str, data: bytes | str) -> SourceDocument:
    raw = data.encode() if isinstance(data, str) else data
    key = SourceKey("site", path)
    return SourceDocument(key, raw, FileStat(key, len(raw), 0, 0, 1), blake2b(raw, digest_size=16).hexdigest())


def article(path: str, data: bytes | str) -> Article:
    found = parse(document(path, data))
    assert isinstance(found, Article), found
    return found


def said(found: Article) -> dict[str, Any]:
    return {claim.field: claim.value for claim in reversed(found.claims)}


def test_markdown() -> None:
    """Front matter is believed before the file's name; the body is what is below both front matter and heading."""
    found = article(
        "2026-11-23-hello.md",
        "---\ntitle: Hello\nauthor: Ann\ndate: 2026-11-24\n---\n\n# Hello\n\nText\n",
    )
    assert found.claims == (
        Claim("title", "Hello", "front matter", 2),
        Claim("date", "2026-11-24", "front matter", 4),
        Claim("authors", (Person("Ann"),), "front matter", 3),
        Claim("date", "2026-11-23", "file name"),
        Claim("slug", "hello", "file name"),
    )
    assert (found.key, found.body, found.body_type, found.body_line) == (
        SourceKey("site", "2026-11-23-hello.md"),
        "Text",
        "markdown",
        9,
    )
    assert found.problems == ()


def test_html_and_text_may_have_front_matter() -> None:
    """Any format may begin with front matter; lines below it are the file's."""
    page = article("a.html", "---\ntitle: Hello\n---\n<html lang=de><body><h1>Hello</h1>\n<p>x</body>")
    assert said(page) == {"title": "Hello", "language": "de"}
    assert (page.body, page.body_type, page.body_line) == ("<p>x", "html", 5)
    note = article("a.txt", '{"title": "Hello"}\n\nHello\n\nBy Ann Lee\n\nThe text of the note.\n')
    assert said(note) == {"title": "Hello", "authors": (Person("Ann Lee"),)}
    assert (note.body, note.body_line) == ("The text of the note.", 7)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_make_no_difference(end: str) -> None:
    """The same article with other line ends is the same article."""
    text = "---\ntitle: Hello\ntags: [a]\n---\n\nOne\n\n    code\n"
    assert article("a.md", text.replace("\n", end)) == article("a.md", text)
    assert article("a.md", "\ufeff" + text.replace("\n", end)) == article("a.md", text)


def test_warnings_travel_with_the_article() -> None:
    """An article with blemishes is published, and every one is said with its line."""
    found = article("a.md", "---\ntitle: Hello\ntitle: {a: b}\nlang: English\n---\nTe\x08xt\n")
    assert [(p.code, p.level, p.line) for p in found.problems] == [
        ("FD223", Level.WARNING, 6),
        ("FD225", Level.WARNING, 3),
        ("FD226", Level.WARNING, 3),
        ("FD226", Level.WARNING, 4),
    ]
    assert found.body == "Text"


@pytest.mark.parametrize(
    ("path", "data", "level", "code"),
    [
        ("a.md", b"", Level.WARNING, "FD221"),
        ("a.html", b" \n\n\t", Level.WARNING, "FD221"),
        ("a.md", b"---\n---\n", Level.WARNING, "FD221"),
        ("2026-11-23-a.txt", b"\xef\xbb\xbf", Level.WARNING, "FD221"),
        ("a.txt", b"a\x00b", Level.ERROR, "FD220"),
        ("a.docx", b"text", Level.ERROR, "FD220"),
        ("a", b"text", Level.ERROR, "FD220"),
        ("a.md", b"---\ntitle: x\n", Level.ERROR, "FD224"),
        ("a.md", "é é é".encode() + b"\xff", Level.ERROR, "FD222"),
    ],
)
def test_no_article(path: str, data: bytes, level: Level, code: str) -> None:
    """What is empty, binary, unknown or broken is one Problem."""
    found = parse(document(path, data))
    assert isinstance(found, Problem)
    assert (found.level, found.code, found.where) == (level, code, path)


def test_front_matter_alone_is_an_article() -> None:
    """A title without a text is something to publish."""
    assert article("a.md", "---\ntitle: Hello\n---\n").body == ""


@pytest.mark.parametrize(
    ("path", "suffix"), [("a/b.MD", ".md"), ("a.b/c", ""), (".md", ""), ("a.tar.gz", ".gz"), ("x.", ".")]
)
def test_suffix_of(path: str, suffix: str) -> None:
    """The last suffix of the name, whatever its case; a name that is only a suffix has none."""
    assert suffix_of(path) == suffix


def test_a_new_format_is_two_rows() -> None:
    """A format from outside is a suffix and a reader; it gets the front matter's title and gives what it found."""

    def read_list(text: str, first_line: int, title: str | None) -> Reading:
        return Reading((Claim("summary", f"for {title}", "first item", first_line),), f"<li>{text}", "html", first_line)

    found = parse(
        document("a.list", "---\ntitle: T\n---\none"),
        suffixes={**SUFFIXES, ".list": "list"},
        formats={**FORMATS, "list": read_list},
    )
    assert isinstance(found, Article)
    assert (said(found)["summary"], found.body, found.body_type) == ("for T", "<li>one", "html")


def strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, Person):
        return [value.name]
    return [text for each in value for text in strings(each)] if isinstance(value, tuple) else []


FRAGMENTS = st.sampled_from(
    [
        "---\n",
        "+++\n",
        '{"',
        "title: ",
        "# ",
        "\n",
        "\n\n",
        "By Ann Lee",
        "<h1>",
        "</h1>",
        "<title>",
        "tags: [",
        "]",
        ": ",
        "é",
        "\ud83d",
        "\x00",
        "\x08",
        "\ufffe",
        "&#8;",
        "text",
        "date: 2026-11-23\n",
        "author: {",
        "}",
        "&a ",
        "*a",
        "<<: ",
        "===\n",
        "\r",
        "\r\n",
    ]
)
SOME_BYTES = st.one_of(
    st.binary(max_size=120),
    st.lists(FRAGMENTS, max_size=20).map(lambda pieces: "".join(pieces).encode("utf-8", "surrogatepass")),
)


@settings(deadline=None, max_examples=300)
@given(st.sampled_from(["a.md", "a.html", "a.txt", "2026-11-23-a.md"]), SOME_BYTES)
def test_any_bytes(path: str, data: bytes) -> None:
    """Whatever a file holds, it is an Article whose text XML can carry and whose lines are the file's, or a Problem."""
    found = parse(document(path, data))
    if isinstance(found, Problem):
        assert found.where == path
        return
    lines = len(data.decode("utf-8", "replace").splitlines()) + 2
    assert xml_safe(found.body) == (found.body, 0)
    assert 1 <= found.body_line <= lines
    for claim in found.claims:
        assert claim.line is None or 1 <= claim.line <= lines
        for text in strings(claim.value):
            assert xml_safe(text) == (text, 0)
    assert all(problem.level is Level.WARNING for problem in found.problems)
    assert parse(document(path, data)) == found


def test_speed() -> None:
    """A thousand ordinary articles are taken apart within seconds, on any machine that can run the rest."""
    text = (
        "---\ntitle: Hello\ndate: 2026-11-23 10:00\ntags: [a, b]\nauthor: Ann\n---\n\n# Hello\n\n"
        + "Some words. " * 500
    )
    source = document("a.md", text)
    started = time.process_time()
    for _ in range(1_000):
        parse(source)
    assert time.process_time() - started < 3
