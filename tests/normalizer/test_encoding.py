"""Bytes to text: what is UTF-8, what is something else, and what is no text."""

from __future__ import annotations

from html import escape
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from feedd.model import Level, Problem
from feedd.normalizer.encoding import Text, decode
from feedd.normalizer.plain import xml_safe

LINES = "Überschrift\n\nText – mit „Zeichen“ 🎉\n"


def text_of(data: bytes, *, html: bool = False) -> str:
    found = decode(data, "a.md", html=html)
    assert isinstance(found, Text), found
    assert found.problems == ()
    return found.value


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode(codec: str) -> None:
    """UTF-8 with and without its mark, and the others with theirs, give the same text."""
    assert text_of(LINES.encode(codec)) == LINES


@pytest.mark.parametrize("codec", ["utf-16-be", "utf-16-le"])
def test_utf16_needs_its_mark(codec: str) -> None:
    """UTF-16 without a byte-order mark is refused, and the hint says what to do."""
    found = decode("Some western text\n".encode(codec), "a.md")
    assert isinstance(found, Problem)
    assert (found.level, found.hint) == (Level.ERROR, "save it as UTF-8")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(end: str) -> None:
    """However lines end in the file, they end in \\n here."""
    assert text_of(LINES.replace("\n", end).encode()) == LINES
    assert text_of(b"a\r\nb\rc\n") == "a\nb\nc\n"


def test_windows_1252() -> None:
    """Bytes of an old Windows editor are read as such, with one warning that names the first line."""
    found = decode("one\r\ntwo\r\ncafé – olé\r\n".encode("cp1252"), "a.md")
    assert isinstance(found, Text)
    assert found.value == "one\ntwo\ncafé – olé\n"
    (problem,) = found.problems
    assert (problem.level, problem.line) == (Level.WARNING, 3)
    assert "0xE9" in problem.message


@pytest.mark.parametrize(
    ("data", "line"),
    [
        pytest.param("é ü ö\nß ".encode() + b"\xff", 2, id="damaged UTF-8"),
        pytest.param("é\r\rü".encode()[:-1], 3, id="cut UTF-8"),
        pytest.param(b"a\nb\x81c", 2, id="not Windows-1252 either"),
        pytest.param(b"\xff\xfea\x00\x00\xd8", 1, id="broken UTF-16"),
    ],
)
def test_no_mojibake(data: bytes, line: int) -> None:
    """Text that was UTF-8 and was damaged is an error at its first bad byte, never a page of wrong letters."""
    found = decode(data, "a.md")
    assert isinstance(found, Problem)
    assert (found.level, found.line) == (Level.ERROR, line)


def test_overlong_utf8_is_reported() -> None:
    """An overlong form is not UTF-8: no slash is smuggled in, and the file is reported."""
    found = decode(b"a\n\xc0\xaf", "a.md")
    assert isinstance(found, Text)
    assert "/" not in found.value
    assert found.problems[0].line == 2


@pytest.mark.parametrize(
    ("declaration", "codec"),
    [
        ('<meta charset="iso-8859-2">', "iso-8859-2"),
        ("<meta charset=ISO-8859-1>", "cp1252"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=windows-1250">', "cp1250"),
        ('<?xml version="1.0" encoding="iso-8859-15"?>', "iso-8859-15"),
        ("<meta charset='shift_jis'>", "cp932"),
        ("<meta charset='iso-2022-jp'>", "iso2022-jp"),
    ],
)
def test_declared_by_the_page(declaration: str, codec: str) -> None:
    """HTML may declare its character set; other text may not."""
    word = "日本" if "jp" in codec or codec == "cp932" else "Žš" if "50" in codec or codec.endswith("-2") else "é"
    data = f"{declaration}<p>{word}".encode(codec)
    assert text_of(data, html=True).endswith(f"<p>{word}")


def test_declaration_that_is_not_true() -> None:
    """A page that declares Latin-1 and is valid UTF-8 is UTF-8; a codec that is no character set is not used."""
    assert text_of("<meta charset=iso-8859-1>é".encode(), html=True).endswith("é")
    found = decode(b"<meta charset=unicode_escape>\xe9\\x41", "a.html", html=True)
    assert isinstance(found, Text)
    assert found.value.endswith("é\\x41")


def test_nul_is_no_text() -> None:
    """A NUL byte means a binary file."""
    found = decode(b"%PDF\x00\x01\x02 and much more", "a.txt")
    assert isinstance(found, Problem)
    assert (found.level, found.code) == (Level.ERROR, "FD220")


@pytest.mark.parametrize("data", [b"", b" \r\n\t\n", b"\xef\xbb\xbf", b"\x08\x0c"])
def test_empty(data: bytes) -> None:
    """A file with nothing in it is not wrong, there is just nothing to publish yet."""
    found = decode(data, "a.md")
    assert isinstance(found, Problem)
    assert (found.level, found.message) == (Level.WARNING, "empty: nothing to publish yet")


@pytest.mark.parametrize(
    "character", ["\x01", "\x08", "\x1f", "\ufffe", "\uffff", "\ufdd0", "\U0001ffff", "\ud800", "\udfff"]
)
def test_xml_safe_removes(character: str) -> None:
    """What XML 1.0 forbids, noncharacters and lone surrogates go, and are counted."""
    assert xml_safe(f"a\nb{character}c\n{character}") == ("a\nbc\n", 2)


def test_xml_safe_replaces_what_separates_words() -> None:
    """A vertical tab or form feed becomes a space and counts; line ends become one kind and do not."""
    assert xml_safe("a\x0bb\x0cc\r\nd\re") == ("a b c\nd\ne", 2)


@pytest.mark.parametrize(
    "text", ["", "\t\n ~", "\x7f\x85\u2028", "é🎉\ufdcf\ufdf0\ufffd", "\U00010000\U0010fffd\u200d\ufeff"]
)
def test_xml_safe_keeps(text: str) -> None:
    """Everything else is kept."""
    assert xml_safe(text) == (text, 0)


@given(st.text(st.characters(codec=None), max_size=60))
def test_xml_safe_text_survives_any_xml_parser(text: str) -> None:
    """What comes out goes through two parsers unchanged, and nothing but forbidden characters went."""
    safe, count = xml_safe(text)
    assert xml_safe(safe) == (safe, 0)
    document = f"<a>{escape(safe)}</a>".encode()
    assert (etree.fromstring(document).text or "") == safe
    assert (ElementTree.fromstring(document).text or "") == safe
    lines = text.replace("\r\n", "\n")
    words = sum(lines.count(character) for character in "\x0b\x0c")
    assert len(lines) - len(safe) == count - words


def test_removed_characters_are_said() -> None:
    """An invisible control character costs itself and a warning, never the feed."""
    found = decode(b"title\n\nbo\x08dy\x0c\n", "a.md")
    assert isinstance(found, Text)
    assert found.value == "title\n\nbody \n"
    assert [(p.level, p.line, p.code) for p in found.problems] == [(Level.WARNING, 3, "FD223")]


@settings(deadline=None)
@given(st.binary(max_size=200), st.booleans())
def test_any_bytes(data: bytes, html: bool) -> None:
    """Any bytes are text that XML can carry, or a Problem."""
    found = decode(data, "a", html=html)
    if isinstance(found, Text):
        assert xml_safe(found.value) == (found.value, 0)
        assert "\r" not in found.value
        found.value.encode()
