"""Word documents: text, properties, and what is no document of anybody's."""

from __future__ import annotations

import time
from base64 import b64decode
from typing import Any

import pytest

from feedd.model import Article, FileStat, Person, Problem, SourceDocument, SourceKey, digest_of
from feedd.normalizer import word
from feedd.normalizer.parse import parse
from tests.support.docx import core, document, paragraph

pytest.importorskip("mammoth")

PIXEL = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
PICTURE_PART = '<Relationship Id="p" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" '
DRAWING = (
    '<w:p><w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing">'
    '<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:graphicData>'
    '<pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:blipFill><a:blip '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:{how}="p"/></pic:blipFill>'
    "</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
)


def parsed(data: bytes) -> Article | Problem:
    key = SourceKey("posts", "a.docx")
    return parse(SourceDocument(key, data, FileStat(key, len(data), 0, 0, 1), digest_of(data)))


def article(data: bytes) -> Article:
    found = parsed(data)
    assert isinstance(found, Article), found
    return found


def claims(found: Article) -> dict[str, tuple[Any, str]]:
    return {claim.field: (claim.value, claim.rule) for claim in reversed(found.claims)}


def test_text_and_properties() -> None:
    """The body is HTML; the properties are claims of their own rule."""
    properties = core(
        dc_title="The Ferry",
        dc_creator="Ann Lee;Bob Ray",
        dcterms_created="2026-01-02T03:04:05Z",
        dcterms_modified="2026-02-03T04:05:06Z",
        cp_keywords="harbour; old ships",
        dc_description="It is back.",
    )
    data = document(paragraph("It is back.") + paragraph("At last.", bold=True), {"docProps/core.xml": properties})
    found = article(data)
    assert (found.body, found.body_type) == ("<p>It is back.</p><p><strong>At last.</strong></p>", "html")
    assert claims(found) == {
        "title": ("The Ferry", "document metadata"),
        "authors": ((Person("Ann Lee"), Person("Bob Ray")), "document metadata"),
        "date": ("2026-01-02T03:04:05Z", "document metadata"),
        "updated": ("2026-02-03T04:05:06Z", "document metadata"),
        "tags": (("harbour", "old ships"), "document metadata"),
        "summary": ("It is back.", "document metadata"),
    }


@pytest.mark.parametrize("style", ["Title", "Heading1"])
def test_a_heading_that_opens_the_text_is_the_title(style: str) -> None:
    """It leaves the body, and wins over the properties, which often are an older document's."""
    parts: dict[str, bytes | str] = {"docProps/core.xml": core(dc_title="Last year's")}
    found = article(document(paragraph("Rock &amp; Roll", style) + paragraph("Text"), parts))
    assert claims(found)["title"] == ("Rock & Roll", "first heading")
    assert found.body == "<p>Text</p>"


@pytest.mark.parametrize(("size", "kept"), [(len(PIXEL), True), (word.LONGEST_DATA, False)])
def test_pictures(size: int, kept: bool) -> None:
    """A small one travels with the text, of a large one a note stays."""
    parts: dict[str, bytes | str] = {"word/media/i.png": PIXEL.ljust(size, b"\0")}
    relation = f'{PICTURE_PART}Target="media/i.png"/>'
    found = article(document(paragraph("x") + DRAWING.format(how="embed"), parts, relation))
    assert ("data:image/png;base64," in found.body, word.LEFT_OUT in found.body) == (kept, not kept)


def test_other_files_are_not_read(tmp_path: Any) -> None:
    """A picture that is only linked stays where it is."""
    secret = tmp_path / "secret.png"
    secret.write_bytes(PIXEL)
    relation = f'{PICTURE_PART}Target="file://{secret}" TargetMode="External"/>'
    found = parsed(document(paragraph("x") + DRAWING.format(how="link"), relations=relation))
    assert isinstance(found, Problem) or "base64" not in found.body


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, "not a Word document (.docx)"),
        (b"text", "not a Word document (.docx)"),
        (document("", {"word/document.xml": "<broken"}), "not readable"),
        (document(paragraph("x"), {"x.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}), "declares entities"),
        (document(paragraph("x"), {"x.xml": '<!DOCTYPE a SYSTEM "b">'.encode("utf-16")}), "declares entities"),
        (document(paragraph("x"), {"x.xml": b" " * (word.LARGEST_XML + 1)}), "larger than any article"),
        (document(paragraph("x"), {f"{n}": b"" for n in range(word.MOST_PARTS)}), "larger than any article"),
        (document("<w:tbl><w:tr><w:tc>" * 20_000 + "</w:tc></w:tr></w:tbl>" * 20_000), "not readable"),
    ],
    ids=["old or encrypted", "text", "broken", "entities", "entities in UTF-16", "bomb", "many parts", "deep"],
)
def test_what_is_no_document(data: bytes, words: str) -> None:
    """An error that says what to do; found before anything large is unpacked."""
    started = time.perf_counter()
    found = parsed(data)
    assert isinstance(found, Problem)
    assert (found.code, found.where) == ("FD220", "a.docx")
    assert words in found.message
    assert time.perf_counter() - started < 3


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says how to install it."""
    monkeypatch.setattr(word, "mammoth", lambda: None)
    found = parsed(document(paragraph("x")))
    assert isinstance(found, Problem)
    assert (found.code, found.hint) == ("FD228", "install it with: pip install 'feedd[docx]'")
