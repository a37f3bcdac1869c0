"""Word documents (.docx), by mammoth: the text as plain HTML, and what the document's properties claim. Pure.

A .docx is a ZIP of XML. Before anybody unpacks it, its size, its number of parts and its lack of entity declarations
are checked; mammoth is not let near other files.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from typing import Any
from zipfile import BadZipFile, ZipFile

from lxml import etree

from feedd.model import Claim, Problem
from feedd.normalizer.body_links import LONGEST_DATA
from feedd.normalizer.claims import Stated, read_claims
from feedd.normalizer.findings import NO_READER, NOT_AN_ARTICLE, Reading, error, same_words
from feedd.normalizer.html_tokens import text_of

MOST_PARTS = 5_000
LARGEST_XML = 6_000_000  # bytes, unpacked, of all XML: a novel has 3 MB, and mammoth takes a second for each [measured]
LARGEST = 500_000_000  # bytes, unpacked, of everything; pictures are never all in memory
_DECLARES = re.compile(rb"<!(?:DOCTYPE|ENTITY)|<\0!\0|\0<\0!")
_CORE = "docProps/core.xml"
_PROPERTIES = (  # ECMA-376 part 2, clause 8.3: element -> the key of a front matter that means the same
    ("{http://purl.org/dc/elements/1.1/}title", "title"),
    ("{http://purl.org/dc/elements/1.1/}creator", "author"),
    ("{http://purl.org/dc/elements/1.1/}description", "description"),
    ("{http://purl.org/dc/elements/1.1/}language", "language"),
    ("{http://purl.org/dc/terms/}created", "created"),
    ("{http://purl.org/dc/terms/}modified", "modified"),
    ("{http://schemas.openxmlformats.org/package/2006/metadata/core-properties}keywords", "keywords"),
    ("{http://schemas.openxmlformats.org/package/2006/metadata/core-properties}category", "category"),
)
_HEADING = re.compile(r"\s*<h1>(.{1,2000}?)</h1>", re.DOTALL)
_PICTURE_LEFT_OUT = re.compile(r'<img(?: alt="[^"]*")? />')
_STYLES = "p[style-name='Title'] => h1:fresh"  # the others are as mammoth has them
LEFT_OUT = "<em>(A picture is left out here; it is too large for a feed.)</em>"


@cache
def mammoth() -> Any:
    """The library, or None where the extra is not installed."""
    try:
        import mammoth as library
    except ImportError:
        return None
    return library


def read_docx(data: bytes, title: str | None) -> Reading | Problem:
    """The document's text as HTML, and its claims. A heading that opens the text is the title, before the one in the
    properties, which often is an older document's."""
    if mammoth() is None:
        return error(NO_READER, "", ".docx files need mammoth", "install it with: pip install 'feedd[docx]'")
    try:
        core = _checked_core(data)
        if isinstance(core, Problem):
            return core
        html = _html(data)
    except Exception as bad:  # zipfile, expat and mammoth raise what they raise; RecursionError among it
        return _unreadable(f"not readable as a Word document: {type(bad).__name__}")
    stated = list(_stated(core)) if core is not None else []
    claims, _ = read_claims(stated, "")
    heading = _HEADING.match(html)
    words = text_of(heading[1]) if heading else ""
    if heading and words and (title is None or same_words(title, words)):
        claims = (Claim("title", words, "first heading"), *claims) if title is None else claims
        html = html[heading.end() :]
    return Reading(claims, html, "html", 1)


def _checked_core(data: bytes) -> bytes | Problem | None:
    """The document's properties; a Problem for what no editor writes."""
    try:
        archive = ZipFile(BytesIO(data))
    except BadZipFile:
        return _unreadable("not a Word document (.docx); older ones (.doc) and encrypted ones are not read")
    with archive:
        parts = archive.infolist()
        xml = [part for part in parts if part.filename.lower().endswith((".xml", ".rels"))]
        if "word/document.xml" not in archive.namelist():
            return _unreadable("not a Word document: it has no text")
        sizes = sum(part.file_size for part in xml), sum(part.file_size for part in parts)
        if len(parts) > MOST_PARTS or sizes[0] > LARGEST_XML or sizes[1] > LARGEST:
            return _unreadable("the document is larger than any article")
        for part in xml:  # zipfile reads no more than the size it declares
            if _DECLARES.search(archive.read(part)):
                return _unreadable("the document declares entities, which no editor does")
        return archive.read(_CORE) if _CORE in archive.namelist() else None


def _unreadable(message: str) -> Problem:
    return error(NOT_AN_ARTICLE, "", message, "open it in a word processor and save it as .docx")


def _html(data: bytes) -> str:
    library = mammoth()
    converted = library.convert_to_html(
        BytesIO(data),
        convert_image=library.images.img_element(_picture),
        style_map=_STYLES,
        external_file_access=False,
        include_embedded_style_map=False,
    )
    return _PICTURE_LEFT_OUT.sub(LEFT_OUT, str(converted.value))


def _picture(image: Any) -> dict[str, str]:
    """As a data: address where it is small; else without one."""
    with image.open() as file:
        data = file.read(LONGEST_DATA)
    address = f"data:{image.content_type};base64,{b64encode(data).decode('ascii')}"
    return {"src": address} if len(address) <= LONGEST_DATA else {}


def _stated(core: bytes) -> Iterator[Stated]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    root = etree.fromstring(core, parser)
    for name, key in _PROPERTIES:
        text = (root.findtext(name) or "").strip()
        if text and not text.startswith("0001-"):
            yield Stated(key, text.replace(";", ",") if key == "keywords" else text, "document metadata")
