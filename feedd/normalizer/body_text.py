"""Plain text -> HTML: paragraphs, verse, lists, quotes, rules and bare links, as a person typed them. Pure."""

from __future__ import annotations

import re
from html import escape
from itertools import pairwise
from statistics import median

from linkify_it import LinkifyIt

from feedd.normalizer.body_summary import MORE

DEEPEST_QUOTE = 16
PROSE_WIDTH = 50  # a hard-wrapped paragraph has lines at least this long; verse, addresses and menus have not
LONGEST_WORD = 2_048  # linkify-it is quadratic on some words ("http://a/(" 10,000 times: 14 s)

_BLANK = re.compile(r"\n[ \t]*\n\s*")
_BULLET = re.compile(r"[ \t]*[-*•–][ \t]+(?=\S)")
_NUMBER = re.compile(r"[ \t]*(\d{1,3})[.)][ \t]+(?=\S)")
_QUOTE = re.compile(r"[ \t]*>[ \t]?")
_RULE = re.compile(r"[ \t]*(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,}|(?:#[ \t]*){3,}|⁂)[ \t]*\Z")
_LINKISH = re.compile(r"://|www\.|@")
_WORD = re.compile(r"(\s+)")
_FIXED = {"rule": "<hr>", "more": "<!--more-->"}
_LINKIFY = LinkifyIt()  # keeps the place of its last match: for one thread, which is all that renders


def to_html(source: str) -> str:
    """Blocks are separated by blank lines; inside one, lines of a kind belong together."""
    return "\n".join(_blocks(source, 0))


def escaped(source: str) -> str:
    """The text and nothing but the text: the refuge for a body that is not fit to be rendered."""
    blocks = (block.strip() for block in _BLANK.split(source))
    return "\n".join(f"<p>{escape(block, quote=False)}</p>" for block in blocks if block)


def _blocks(source: str, depth: int) -> list[str]:
    found: list[str] = []
    for block in _BLANK.split(source.strip("\n")):
        for kind, lines in _runs(block.split("\n"), depth):
            found.append(_render(kind, lines, depth))
    return found


def _runs(lines: list[str], depth: int) -> list[tuple[str, list[str]]]:
    """Neighbouring lines of one kind. An indented line goes on with the list item above it."""
    runs: list[tuple[str, list[str]]] = []
    for line in lines:
        if not line.strip():
            continue
        kind = _kind(line, depth)
        if kind == "text" and runs and runs[-1][0] in ("bullet", "number") and line[0] in " \t":
            kind = runs[-1][0]
        if runs and runs[-1][0] == kind:
            runs[-1][1].append(line)
        else:
            runs.append((kind, [line]))
    return runs


def _kind(line: str, depth: int) -> str:
    if _RULE.match(line):
        return "rule"
    if MORE.fullmatch(line.strip()):
        return "more"
    if depth < DEEPEST_QUOTE and _QUOTE.match(line):
        return "quote"
    if _BULLET.match(line):
        return "bullet"
    return "number" if _NUMBER.match(line) else "text"


def _render(kind: str, lines: list[str], depth: int) -> str:
    if kind in _FIXED:
        return _FIXED[kind]
    if kind == "quote":
        inner = "\n".join(_QUOTE.sub("", line, count=1) for line in lines)
        return "<blockquote>\n" + "\n".join(_blocks(inner, depth + 1)) + "\n</blockquote>"
    if kind == "bullet":
        return _list("<ul>", _items(lines, _BULLET), "</ul>")
    if kind == "number" and _counts(lines):
        first = int(_NUMBER.match(lines[0])[1])  # type: ignore[index]  # the run starts with a numbered line
        return _list("<ol>" if first == 1 else f'<ol start="{first}">', _items(lines, _NUMBER), "</ol>")
    return f"<p>{_paragraph(lines)}</p>"


def _counts(lines: list[str]) -> bool:
    """1, 2, 3: a list. "12. Mai" on its own is a sentence."""
    numbers = [int(match[1]) for match in map(_NUMBER.match, lines) if match]
    ascending = all(b == a + 1 for a, b in pairwise(numbers))
    return ascending and (numbers[0] == 1 or len(numbers) > 1)


def _items(lines: list[str], marker: re.Pattern[str]) -> list[str]:
    items: list[str] = []
    for line in lines:
        text, count = marker.subn("", line, count=1)
        if count:
            items.append(text.strip())
        else:
            items[-1] += " " + text.strip()
    return items


def _list(opening: str, items: list[str], closing: str) -> str:
    return "\n".join([opening, *(f"<li>{_linked(item)}</li>" for item in items), closing])


def _paragraph(lines: list[str]) -> str:
    words = [_linked(line.strip()) for line in lines]
    return ("<br>\n" if _is_verse(lines) else "\n").join(words)


def _is_verse(lines: list[str]) -> bool:
    """The last line of a wrapped paragraph may be short, so it has no vote."""
    return len(lines) > 1 and median(len(line.strip()) for line in lines[:-1]) < PROSE_WIDTH


def _linked(text: str) -> str:
    if not _LINKISH.search(text):
        return escape(text, quote=False)
    return "".join(_word(word) for word in _WORD.split(text))


def _word(word: str) -> str:
    if len(word) > LONGEST_WORD or not _LINKISH.search(word):
        return escape(word, quote=False)
    pieces, done = [], 0
    for match in _LINKIFY.match(word) or ():
        if not match.url.startswith(("http://", "https://", "mailto:")) or (
            not match.schema and not match.text.lower().startswith("www.")
        ):
            continue
        url = match.url if match.schema else match.url.replace("http://", "https://", 1)
        label = escape(match.text, quote=False)
        pieces.append(escape(word[done : match.index], quote=False) + f'<a href="{escape(url)}">{label}</a>')
        done = match.last_index
    return "".join(pieces) + escape(word[done:], quote=False)
