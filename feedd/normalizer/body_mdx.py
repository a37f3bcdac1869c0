"""MDX -> Markdown: what React would run goes, what a person would read stays. Pure, and linear.

`import` and `export` go, comments in braces go, components (capital letters) are unwrapped, `{expressions}` stay as
they were written; a picture that was imported is found again. MDX has no indented code, so what stands in a component
loses the component's indentation. Listings are left alone.
"""

from __future__ import annotations

import re
from collections import Counter
from html import escape

# What comes in holds no control characters, so two of them can mark where a component began and ended.
_OPEN, _CLOSE = "\x02", "\x03"
_LONGEST_MODULE = 100  # lines; what is not closed by then ends at its first blank line

_MODULE = re.compile(
    r"import\s+(?:[\"'{*]|[\w$]+[\s,]+(?:from\s|\{|\*))|export\s+(?:default|const|let|var|function|async|class|[{*])(?![\w$])"
)
_IMPORTED = re.compile(r"import\s+([\w$]+)\s+from\s+[\"']([^\"'\n]{1,500})[\"']")
_FENCE = re.compile(r"[ \t]*(`{3,}|~{3,})")

# Braces in braces, three deep: possessive, so that no character is looked at more than four times.
_BRACES = r"\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*+\})*+\})*+\}"
_VALUE = rf"(?:\"[^\"]{{0,2000}}+\"|'[^']{{0,2000}}+'|{_BRACES}|[^\s<>{{}}\"'/]++)"
_ATTRIBUTES = rf"(?:\s++(?:[\w:.@-]++(?:\s*+=\s*+{_VALUE})?+|{_BRACES}))*+"
_TOKEN = re.compile(
    r"(?P<code>(?<!`)(`{1,3})(?!`)[^`]{1,500}+\2(?!`))"
    r"|(?P<comment>\{\s{0,9}/\*)"
    r"|(?P<space>\{\s{0,9}[\"'] [\"']\s{0,9}\})"
    rf"|<(?P<end>/?)(?P<name>[A-Za-z][\w.-]{{0,60}}+|(?=/?>))(?P<attributes>{_ATTRIBUTES})\s*+(?P<empty>/?)>"
)
_ATTRIBUTE = re.compile(rf"\s++([\w:.@-]++)(?:\s*+=\s*+({_VALUE}))?+|\s++{_BRACES}")
_COMMENT_END = re.compile(r"\*/\s{0,9}\}")
_MARK = re.compile(r"\s*(?:more|truncate)\s*\Z", re.IGNORECASE)
_LITERAL = re.compile(r"[\"'`]([^\"'`{}<>\n]{1,2000})[\"'`]")
_NAME = re.compile(r"\{\s*([\w$]+)(?:\.src|\.default)?\s*\}\Z")

_KNOWN = {"Image": "img", "Img": "img", "Picture": "img", "Link": "a"}  # of Next, Astro, Gatsby, Docusaurus
_RENAMED = {"to": "href", "className": "class"}


def to_markdown(source: str) -> tuple[str, tuple[str, ...]]:
    """Markdown and HTML that say what the document says, and the components that are not in it."""
    reader = _Reader()
    pieces = _pieces(source.splitlines(keepends=True))
    text = "".join(text if is_code else reader.readable(text) for text, is_code in pieces)
    return _dedented(text), tuple(f"{name} component" for name in sorted(reader.lost.elements()))


def _pieces(lines: list[str]) -> list[tuple[str, bool]]:
    """(text, is it a listing), in order."""
    pieces: list[tuple[str, bool]] = []
    run: list[str] = []
    fence, column = "", 0
    for line in lines:
        found = _FENCE.match(line)
        mark = found[1] if found else ""
        if found and not fence:
            pieces.append(("".join(run), False))
            run, fence, column = [line], mark, found.start(1)
        elif found and mark.startswith(fence) and found.start(1) <= column + 3 and not line.strip().strip(fence[0]):
            pieces.append(("".join([*run, line]), True))
            run, fence = [], ""
        else:
            run.append(line)
    pieces.append(("".join(run), bool(fence)))
    return pieces


class _Reader:
    def __init__(self) -> None:
        self.lost: Counter[str] = Counter()
        self._imported: dict[str, str] = {}

    def readable(self, text: str) -> str:
        text = self._without_modules(text)
        if "{" not in text and "<" not in text:
            return text
        out: list[str] = []
        position = 0
        while match := _TOKEN.search(text, position):
            out.append(text[position : match.start()])
            position = match.end()
            if match["comment"]:
                end = _COMMENT_END.search(text, position)
                if end is None:  # then no other ends either
                    return "".join(out) + text[match.start() :]
                out.append("<!--more-->" if _MARK.match(text[position : end.start()]) else "")
                position = end.end()
            elif match["code"]:
                out.append(match[0])
            else:
                out.append(" " if match["space"] else self._tag(match))
        out.append(text[position:])
        return "".join(out)

    def _without_modules(self, text: str) -> str:
        """Without `import` and `export`, which begin a block of lines and end with it."""
        if "import" not in text and "export" not in text:
            return text
        lines = text.splitlines(keepends=True)
        kept: list[str] = []
        at, may_begin = 0, True
        while at < len(lines):
            if may_begin and _MODULE.match(lines[at]):
                end = _module_end(lines, at)
                self._imported.update(_IMPORTED.findall("".join(lines[at:end])))
                at = end
                continue
            may_begin = not lines[at].strip()
            kept.append(lines[at])
            at += 1
        return "".join(kept)

    def _tag(self, match: re.Match[str]) -> str:
        name = match["name"]
        if name[:1].islower():
            return match[0] if "{" not in match[0] and "\n" not in match[0] else self._element(name, match)
        if name in _KNOWN:
            return self._element(_KNOWN[name], match)
        if match["empty"]:
            self.lost[name] += 1
            return ""
        return _CLOSE if match["end"] else _OPEN

    def _element(self, name: str, match: re.Match[str]) -> str:
        """A tag as HTML writes it: attributes that only React understands go."""
        if match["end"]:
            return f"</{name}>"
        written = []
        for key, value in _ATTRIBUTE.findall(match["attributes"]):
            known = self._value(value) if value else ""
            if key and known is not None:
                written.append(f' {_RENAMED.get(key, key)}="{known}"')
        return f"<{name}{''.join(written)}{'/' if match['empty'] else ''}>"

    def _value(self, written: str) -> str | None:
        if written[0] in "\"'":
            return written[1:-1].replace('"', "&quot;")
        if written[0] != "{":
            return written
        if (name := _NAME.match(written)) and name[1] in self._imported:
            return escape(self._imported[name[1]])
        literals = _LITERAL.findall(written) if ":" not in written.split("/")[0] else []
        return escape(literals[0]) if len(literals) == 1 else None


def _module_end(lines: list[str], start: int) -> int:
    """Behind the last line: the first blank one with every bracket closed."""
    depth, first_blank = 0, None
    for at in range(start, min(len(lines), start + _LONGEST_MODULE)):
        if not lines[at].strip():
            if depth <= 0:
                return at
            first_blank = first_blank or at
        depth += sum(lines[at].count(each) for each in "([{") - sum(lines[at].count(each) for each in ")]}")
        following = lines[at + 1] if at + 1 < len(lines) else ""
        if depth <= 0 and lines[at].startswith("import") and not _MODULE.match(following):
            return at + 1
    return first_blank or (len(lines) if depth <= 0 else start + 1)


def _dedented(text: str) -> str:
    """Without the marks, and without the indentation that components gave to what is in them."""
    if _OPEN not in text and _CLOSE not in text:
        return text
    out: list[str] = []
    open_: list[tuple[int, int | None]] = []  # how far the component stands in, and how much its content loses
    for line in text.split("\n"):
        bare = line.strip(" \t" + _OPEN + _CLOSE)
        indent = len(line) - len(line.lstrip(" \t"))
        opened, closed = line.count(_OPEN), line.count(_CLOSE)
        for _ in range(min(closed, len(open_)) if not bare else 0):
            open_.pop()
        outer = open_[-2][1] or 0 if len(open_) > 1 else 0
        if open_ and (bare or opened) and open_[-1][1] is None:
            open_[-1] = (open_[-1][0], max(0, indent - open_[-1][0]) + outer)
        loss = (open_[-1][1] or 0) if open_ else 0
        out.append(line[min(indent, loss) :].replace(_OPEN, "").replace(_CLOSE, ""))
        if bare:
            for _ in range(min(max(0, closed - opened), len(open_))):
                open_.pop()
        open_.extend((indent, None) for _ in range(opened if not bare else max(0, opened - closed)))
    return "\n".join(out)
