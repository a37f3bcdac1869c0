"""Markdown as generators extend it -> Markdown that comrak knows, before it is parsed. Pure, one pass over the lines.

    !!! note "Title"        Python-Markdown, MkDocs; also ??? and ???+, and Material's === "Tab"; content is indented
    ::: tip Title … :::     Docusaurus, VitePress, Pandoc's and MyST's fenced divs
    <div markdown="1">      Python-Markdown, kramdown: Markdown inside HTML
    > [!tip]- Title         Obsidian's folded callouts

A note becomes a quote with a strong first line, written as HTML so that it costs no indentation. Listings are left
alone. What is not closed is text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from feedd.normalizer.plain import words

DEEPEST = 32
_LONGEST_DEFINITION = 100  # lines looked ahead

# One look for nearly every article.
_USED = re.compile(
    r"^[ \t]{0,99}(?:!!!|\?\?\?|:::|===[+!]?[ ]\"|:[ \t]|<[a-z0-9]{1,20}\s[^<>\n]{0,300}markdown\b|>[> \t]{0,99}\[!)",
    re.MULTILINE,
)
_FENCE = re.compile(r"(?:[>\s]|[-*+][ \t]|\d{1,9}[.)][ \t])*+(`{3,}|~{3,})")
_NOTE = re.compile(
    r"([ \t]*+)(?:!!!|\?\?\?\+?)[ \t]++([a-zA-Z][\w-]*+)(?:[ \t]++[\w-]++)*+[ \t]*+(\"[^\n]*\")?[ \t]*\Z"
)
_TAB = re.compile(r"([ \t]*+)===[+!]?[ \t]++\"([^\n]*)\"[ \t]*\Z")
_DIV = re.compile(r"([ \t]*+)(:{3,})[ \t]*+(\{[^{}\n]*\}|[a-zA-Z][\w-]*+)(.*)\Z")
_DIV_END = re.compile(r"[ \t]*:{3,}[ \t]*\Z")
_LIST = re.compile(r"[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]")
_HTML = re.compile(
    r"([ ]{0,3})(<(article|aside|blockquote|center|details|div|figure|figcaption|footer|header|main|p|section|summary"
    r"|td)\s[^<>\n]{0,300}?markdown(?:=[\"']?(?:1|block|span)[\"']?)?(?=[\s>])[^<>\n]*>)(.*)\Z"
)
_FOLDED = re.compile(r"([ \t]*>[> \t]*\[![A-Za-z][\w-]{0,30}\])[+-]")
_DEFINITION = re.compile(r"[ ]{0,3}:[ \t]+\S")
_KINDS = words(
    "abstract attention bug callout caution check cite danger details done error example fail failure faq hint "
    "important info missing note question quote seealso success summary tip tldr todo warning"
)
_QUOTED = re.compile(r"title=(?:\"([^\"]*)\"|'([^']*)')")
_ATTRIBUTES = re.compile(r"\{[^{}\n]*\}")
_CLASS = re.compile(r"[.{]((?:callout-)?[a-zA-Z][\w-]*)")


@dataclass(frozen=True, slots=True)
class _Open:
    """A note whose end was not seen yet."""

    indent: int  # of its first line, as written
    is_indented: bool  # its content is, and its end is where that ends; else it has an end of its own
    pad: str
    tag: str
    at: int  # where its beginning was written
    source: str


def plain_markdown(source: str) -> str:
    """The same document without the extensions."""
    return _Pass(source.split("\n")).run() if _USED.search(source) else source


class _Pass:
    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._out: list[str] = []
        self._open: list[_Open] = []
        self._fence = ""
        self._column = 0  # of the fence
        self._in_list = False
        self._after_blank = True

    def run(self) -> str:
        for number, line in enumerate(self._lines):
            self._line(line, number)
        self._close_to(0)
        return "\n".join(self._out)

    def _line(self, line: str, number: int) -> None:
        if not line.strip():
            self._out.append(line)
            self._after_blank = True
            return
        indent = _indent(line)
        self._leave(indent)
        loss = 4 * sum(each.is_indented for each in self._open)
        if loss:
            line = " " * (indent - loss) + line.lstrip(" \t")
        if self._is_listing(line) or not self._rewrite(line, number, indent):
            self._out.append(line)
        goes_on = line[0] in " \t" or not self._after_blank
        self._in_list = bool(_LIST.match(line)) or (self._in_list and goes_on)
        self._after_blank = False

    def _leave(self, indent: int) -> None:
        """Content that stands further out than it must ends its note, and every one in it."""
        for depth, each in enumerate(self._open):
            if each.is_indented and indent < each.indent + 4:
                self._close_to(depth)
                self._fence = ""
                return

    def _is_listing(self, line: str) -> bool:
        found = _FENCE.match(line)
        mark = found[1] if found else ""
        if self._fence:
            is_end = mark.startswith(self._fence) and line.rstrip().endswith(mark)
            if found and is_end and found.start(1) <= self._column + 3:  # CommonMark, "Fenced code blocks"
                self._fence = ""
            return True
        if found and not (mark[0] == "`" and "`" in line[found.end() :]):
            self._fence, self._column = mark, found.start(1)
        return bool(self._fence)

    def _rewrite(self, line: str, number: int, indent: int) -> bool:
        first = line.lstrip(" \t")[0]
        if first in ":!?=":
            is_code = _indent(line) >= 4 and not self._in_list
            return not is_code and (
                self._note(line, number, indent) or self._div(line, indent) or self._definition(line, number)
            )
        if first == "<" and (found := _HTML.match(line)):
            pad, tag, name, rest = found.groups()
            closer = f"</{name}>"
            inner = rest.removesuffix(closer)
            tail = ["", pad + closer] if inner != rest else []
            self._out.extend([pad + tag, "", *([pad + inner] if inner.strip() else []), *tail])
            return True
        if first == ">" and (found := _FOLDED.match(line)):
            self._out.append(found[1] + line[found.end() :])
            return True
        return False

    def _note(self, line: str, number: int, indent: int) -> bool:
        """A note whose content is indented; without any, it is a sentence with many exclamation marks."""
        found, tab = _NOTE.match(line), _TAB.match(line)
        if (not found and not tab) or not self._is_followed_by(indent + 4, number) or len(self._open) >= DEEPEST:
            return False
        if tab:
            pad, title = tab[1], tab[2]
        else:
            assert found is not None
            pad, title = found[1], found[3][1:-1] if found[3] else _as_title(found[2])
        self._begin(_Open(indent, True, pad, "blockquote", len(self._out), line), title)
        return True

    def _is_followed_by(self, indent: int, number: int) -> bool:
        following = next((line for line in self._lines[number + 1 : number + 4] if line.strip()), "")
        return _indent(following) >= indent

    def _div(self, line: str, indent: int) -> bool:
        if _DIV_END.match(line):
            if self._open and not self._open[-1].is_indented:
                self._end(self._open.pop())
                return True
            return False
        found = _DIV.match(line)
        if found is None or len(self._open) >= DEEPEST:
            return False
        kind, title = _kind_and_title(found[3], found[4])
        is_note = bool(title) or kind in _KINDS
        tag = "blockquote" if is_note else "div"
        self._begin(
            _Open(indent, False, found[1], tag, len(self._out), line), (title or _as_title(kind)) if is_note else ""
        )
        return True

    def _definition(self, line: str, number: int) -> bool:
        """comrak runs the paragraphs of a definition together unless a blank line stands before it."""
        if not _DEFINITION.match(line) or not self._out or not self._out[-1].strip():
            return False
        blank = False
        for following in self._lines[number + 1 : number + _LONGEST_DEFINITION]:
            if following.strip() and following[0] not in " \t":
                return False
            if following.strip() and blank:
                self._out.extend(["", line])
                return True
            blank = blank or not following.strip()
        return False

    def _begin(self, opened: _Open, title: str) -> None:
        self._open.append(opened)
        strong = f"{opened.pad}<strong>{title.strip()}</strong>\n" if title.strip() else ""
        self._out.append(f"\n{opened.pad}<{opened.tag}>\n\n{strong}")

    def _end(self, opened: _Open) -> None:
        self._out.append(f"\n{opened.pad}</{opened.tag}>\n")

    def _close_to(self, depth: int) -> None:
        while len(self._open) > depth:
            each = self._open.pop()
            if each.is_indented:
                self._end(each)
            else:
                self._out[each.at] = each.source


def _indent(line: str) -> int:
    head = line[: len(line) - len(line.lstrip(" \t"))]
    return len(head.expandtabs(4))


def _as_title(kind: str) -> str:
    return kind.replace("-", " ").capitalize()


def _kind_and_title(name: str, rest: str) -> tuple[str, str]:
    """`tip Title`, `note[Title]`, `{.callout-tip title="Title"}`, `{tip} Title`."""
    quoted = _QUOTED.search(name + rest)
    if name.startswith("{"):
        found = next((each for each in _CLASS.findall(name)), "")
        name = found.removeprefix("callout-")
    title = _ATTRIBUTES.sub("", rest).strip(" \t:")
    if title.startswith("[") and title.endswith("]"):
        title = title[1:-1]
    return name.lower(), (quoted[1] or quoted[2] or "") if quoted else title
