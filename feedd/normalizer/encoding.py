"""Bytes -> text: UTF-8 unless a byte-order mark or the HTML itself says otherwise, "\\n" as the only line end, and no
character left that an XML document may not carry.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from feedd.model import Problem
from feedd.normalizer.findings import EMPTY, ENCODING, NOT_AN_ARTICLE, UNPRINTABLE, error, warning
from feedd.normalizer.plain import ILLEGAL, xml_safe

_MARKS = (  # the longer mark first: UTF-32's begins with UTF-16's
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_DECLARED = re.compile(
    rb"""<meta\s[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,30})|^\s*<\?xml\s[^>]{0,100}?encoding\s*=\s*["']([\w.:-]{2,30})""",
    re.IGNORECASE,
)
_SNIFFED = 1024  # bytes: where a declaration must stand (HTML, "prescan a byte stream")

# Labels of the Encoding Standard (encoding.spec.whatwg.org, 4.2) to Python's codecs; what is not here is not believed,
# for Python also knows "encodings" such as punycode and unicode_escape.
_CODECS = {
    **dict.fromkeys(("iso-8859-1", "iso8859-1", "latin1", "latin-1", "ascii", "us-ascii", "windows-1252"), "cp1252"),
    **{f"windows-125{n}": f"cp125{n}" for n in (0, 1, 3, 4, 5, 6, 7, 8)},
    **{f"iso-8859-{n}": f"iso8859-{n}" for n in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)},
    "iso-8859-9": "cp1254",
    "koi8-r": "koi8-r",
    "koi8-u": "koi8-u",
    "macintosh": "mac-roman",
    "shift_jis": "cp932",
    "euc-jp": "euc-jp",
    "iso-2022-jp": "iso2022-jp",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "big5": "big5hkscs",
    "euc-kr": "cp949",
}


@dataclass(frozen=True, slots=True)
class Text:
    """A file's text with "\\n" line ends, and what was noticed on the way (warnings only)."""

    value: str
    problems: tuple[Problem, ...] = ()


def decode(data: bytes, where: str, *, html: bool = False) -> Text | Problem:
    """The text of a file, or why it is none. `html` looks for a declared character set as well."""
    raw, problems = _characters(data, where, html)
    if raw is None:
        return problems[0]
    if "\0" in raw:
        hint = "save it as UTF-8" if _looks_like_utf16(data) else "keep such files out of the folder, or ignore them"
        return error(NOT_AN_ARTICLE, where, "not a text file: it holds NUL bytes", hint)
    text = raw.replace("\r\n", "\n").replace("\r", "\n")
    clean, count = xml_safe(text)
    if first := ILLEGAL.search(text):
        line = text.count("\n", 0, first.start()) + 1
        problems += (
            warning(
                UNPRINTABLE,
                where,
                f"{count} invisible character{'s' * (count != 1)} removed that no feed may carry",
                "delete them in the file as well",
                line,
            ),
        )
    if not clean.strip():
        return warning(EMPTY, where, "empty: nothing to publish yet")
    return Text(clean, problems)


def _characters(data: bytes, where: str, html: bool) -> tuple[str | None, tuple[Problem, ...]]:
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return _by_mark(data[len(mark) :], codec, where)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as bad:
        return _not_utf8(data, bad.start, where, html)
    return (_declared_text(data, html, only_stateful=True) or text), ()


def _by_mark(data: bytes, codec: str, where: str) -> tuple[str | None, tuple[Problem, ...]]:
    try:
        return data.decode(codec), ()
    except UnicodeDecodeError as bad:
        line = data[: bad.start].decode(codec, "ignore").count("\n") + 1
        name = codec.upper().removesuffix("-LE").removesuffix("-BE")
        message = f"the file begins as {name} but is not: the first bad byte is on line {line}"
        return None, (error(ENCODING, where, message, "save it as UTF-8", line),)


def _not_utf8(data: bytes, position: int, where: str, html: bool) -> tuple[str | None, tuple[Problem, ...]]:
    """Not UTF-8: what the page declares, else Windows-1252 with a warning, else no guess at all.

    A file that has more good multi-byte characters than bad bytes is UTF-8 that was damaged; reading it as
    Windows-1252 would turn every good one into mojibake.
    """
    declared = _declared_text(data, html)
    if declared is not None:
        return declared, ()
    line = len(re.findall(rb"\r\n|\r|\n", data[:position])) + 1
    found = f"not UTF-8: the first bad byte (0x{data[position]:02X}) is on line {line}"
    if not _is_damaged_utf8(data):
        try:
            return data.decode("cp1252"), (
                warning(ENCODING, where, f"{found}; read as Windows-1252", "save it as UTF-8", line),
            )
        except UnicodeDecodeError:
            pass
    return None, (error(ENCODING, where, found, "save it as UTF-8", line),)


def _is_damaged_utf8(data: bytes) -> bool:
    text = data.decode("utf-8", "replace")
    bad = text.count("\ufffd") - data.count(b"\xef\xbf\xbd")
    good = sum(character > "\x7f" for character in text) - bad
    return good >= bad


def _declared_text(data: bytes, html: bool, *, only_stateful: bool = False) -> str | None:
    """The text by the page's own declaration, None where it makes none that holds.

    Bytes that are valid UTF-8 stay UTF-8 whatever an old template declares; only ISO-2022-JP, which is plain ASCII on
    the outside, is believed then (`only_stateful`).
    """
    found = _DECLARED.search(data[:_SNIFFED]) if html else None
    if found is None:
        return None
    codec = _CODECS.get((found[1] or found[2]).decode("ascii", "replace").casefold())
    if codec is None or (only_stateful and codec != "iso2022-jp"):
        return None
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        return None


def _looks_like_utf16(data: bytes) -> bool:
    """Every other byte of western text in UTF-16 is a zero."""
    head = data[:200]
    return len(head) > 3 and max(head[0::2].count(0), head[1::2].count(0)) * 3 >= len(head)
