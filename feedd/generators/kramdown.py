"""What only kramdown understands in Markdown, taken out where another reader of Markdown would show it as text. Pure.

Attribute lists behind a span or on a line of their own (`{: .class #id}`, with the `{:toc}` that stands for a table of
contents), extensions (`{::comment}…{:/}`, `{::nomarkdown}`, `{::options … /}`), definitions of abbreviations, and the
attribute `markdown="1"`. https://kramdown.gettalong.org/syntax.html. Code stays as it is.
"""

from __future__ import annotations

import re

# `.class`, `#id`, `key="value"`, or the name of a list of attributes; `{:k=>42}` in a text about Ruby is no such list.
_ATTRIBUTES = (
    r"""\{:(?![:/])\s*+(?:(?:[.#][\w:-]++|[\w:-]++=(?:"[^"\n]*+"|'[^'\n]*+')|[\w-]++:?+|\\\})\s*+)++\}|\{:\s*+\}"""
)
_LINE = re.compile(rf"[ \t>]*+(?:{_ATTRIBUTES})[ \t]*+")
_TOC = re.compile(r"(?<![\w.#-])toc(?![\w-])")
_ITEM = re.compile(r"[ \t]*+(?:[*+-]|[0-9]{1,9}[.)])[ \t]++")
_FIRST_IN_ITEM = re.compile(rf"([ \t]*+(?:[*+-]|[0-9]{{1,9}}[.)])[ \t]++)(?:{_ATTRIBUTES})[ \t]*+")
_SPAN = re.compile(
    rf"(?P<code>(?P<ticks>`++)[^`\n]{{1,1000}}+(?P=ticks)(?!`))(?:{_ATTRIBUTES})?+|(?<=[)\]*_>])(?:{_ATTRIBUTES})"
)
_EXTENSION = re.compile(r"\{::(?:nomarkdown|options|comment)\b[^{}\n]{0,500}/?\}|\{:/(?:nomarkdown|options|comment)?\}")
_COMMENT = re.compile(r"\{::comment\}")
_COMMENT_END = re.compile(r"\{:/(?:comment)?\}")
_ABBREVIATION = re.compile(r" {0,3}\*\[[^\]\n]{1,100}\]:.*")
_MARKDOWN_TAG = re.compile(
    r"""(<[a-zA-Z][\w-]{0,30}[^<>\n]{0,500}?)\s+markdown=["']?(?:1|block|span|0)["']?([^<>\n]*>)"""
)
_FENCE = re.compile(r"[ \t>]*+(`{3,}|~{3,})")
_PRE = re.compile(r"<(/?)(?:pre|script|style)\b", re.IGNORECASE)


def without_kramdown(text: str) -> str:
    """The same Markdown for others to read."""
    if not ("{:" in text or "*[" in text or "markdown=" in text):
        return text
    kept: list[str] = []
    code = _Code()
    hidden = False  # inside {::comment}
    lines = text.split("\n")
    endable = "{:/" in text
    for at, line in enumerate(lines):
        shown = line
        if not hidden and code.holds(line):
            kept.append(line)
            continue
        if hidden or (endable and _COMMENT.search(line)):
            shown, hidden = _uncommented(line, hidden)
            if hidden and not shown.strip():
                continue
        following = lines[at + 1] if at + 1 < len(lines) else ""
        _keep(kept, shown, following)
    return "\n".join(kept)


def _keep(kept: list[str], line: str, following: str) -> None:
    if _LINE.fullmatch(line):
        if _TOC.search(line) and kept and _ITEM.match(kept[-1]):
            kept.pop()
        if following.strip() and not _ITEM.match(following):
            kept.append("")
        return
    if _ABBREVIATION.fullmatch(line):
        return
    if "{:" in line:
        plain = _EXTENSION.sub("", line)
        plain = _SPAN.sub(lambda found: found["code"] or "", _FIRST_IN_ITEM.sub(r"\1", plain))
        if line.strip() and not plain.strip():
            return
        line = plain
    if "markdown=" in line and (found := _MARKDOWN_TAG.search(line)):
        line = _MARKDOWN_TAG.sub(r"\1\2", line)
        kept.append(line)
        if line.rstrip().endswith(">") and not line[found.start() :].count("</"):
            kept.append("")  # so that what follows is Markdown again
        return
    kept.append(line)


def _uncommented(line: str, hidden: bool) -> tuple[str, bool]:
    """The line without what stands in comments, and whether one is open at its end."""
    shown = []
    while line:
        mark = (_COMMENT_END if hidden else _COMMENT).search(line)
        if not hidden:
            shown.append(line[: mark.start()] if mark else line)
        if mark is None:
            break
        line, hidden = line[mark.end() :], not hidden
    return "".join(shown), hidden


class _Code:
    """Tells, line by line, what is code: fenced, indented, or in `<pre>`."""

    def __init__(self) -> None:
        self._fence = ""
        self._pre = False
        self._list = False
        self._blank = True
        self._indented = False

    def holds(self, line: str) -> bool:
        if self._pre or self._fence:
            self._close(line)
            return True
        if found := _FENCE.match(line):
            self._fence = found[1]
            return True
        if self._is_indented(line):
            return True
        marks = [each[1] for each in _PRE.finditer(line)] if "<" in line else []
        self._pre = bool(marks) and marks[-1] == ""
        return bool(marks)

    def _close(self, line: str) -> None:
        if self._pre:
            marks = [each[1] for each in _PRE.finditer(line)]
            self._pre = not marks or marks[-1] == ""
            return
        stripped = line.strip(" \t>")
        if stripped.startswith(self._fence) and not stripped.strip(self._fence[0]):
            self._fence = ""

    def _is_indented(self, line: str) -> bool:
        blank = not line.strip()
        width = len(line.expandtabs(4)) - len(line.expandtabs(4).lstrip())
        if not blank and width < 4:
            self._list = bool(_ITEM.match(line)) or (self._list and not self._blank)
        deep = width >= (8 if self._list else 4)
        self._indented = not blank and deep and (self._blank or self._indented)
        self._blank = blank
        return self._indented
