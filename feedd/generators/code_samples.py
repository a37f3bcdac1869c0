"""Where code samples stand in a body: nothing in them is meant as template language."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

_FENCE = re.compile(r"[ \t]*(?:(?:>|[-*+]|[0-9]{1,9}[.)])[ \t]+){0,8}(`{3,}|~{3,})(.*)")
_TICKS = re.compile(r"\\?`+")
_ELEMENT = re.compile(r"<(/?)(pre|code|textarea|xmp)(?=[\s>/])[^<>]{0,1000}>", re.IGNORECASE)

Span = tuple[int, int]


class CodeSamples:
    """The places of a body that are code: fenced blocks and code spans in Markdown, `<pre>` and `<code>` anywhere."""

    def __init__(self, body: str, body_type: str) -> None:
        spans = [*_elements(body)]
        if body_type == "markdown":
            spans += _markdown(body)
        self._starts, self._ends = _merged(spans)

    def end(self, position: int) -> int | None:
        """Where the code around this position ends, None if there is none."""
        at = bisect_right(self._starts, position) - 1
        return self._ends[at] if at >= 0 and position < self._ends[at] else None


def _merged(spans: list[Span]) -> tuple[list[int], list[int]]:
    starts: list[int] = []
    ends: list[int] = []
    for start, end in sorted(spans):
        if ends and start <= ends[-1]:
            ends[-1] = max(ends[-1], end)
        else:
            starts.append(start)
            ends.append(end)
    return starts, ends


def _elements(body: str) -> Iterator[Span]:
    """From an opening tag to its closing one; an element that is never closed is no code."""
    opened: tuple[str, int] | None = None
    for tag in _ELEMENT.finditer(body):
        name = tag[2].lower()
        if opened is None and not tag[1]:
            opened = (name, tag.start())
        elif opened is not None and tag[1] and name == opened[0]:
            yield opened[1], tag.end()
            opened = None


def _markdown(body: str) -> Iterator[Span]:
    """Fenced blocks (CommonMark 4.5; one that is never closed ends with the text), and code spans between them."""
    fence, began, paragraph = "", 0, 0
    position = 0
    for line in body.splitlines(keepends=True):
        found = _FENCE.match(line)
        after = position + len(line)
        if fence:
            if found and found[1].startswith(fence) and not found[2].strip():
                yield began, after
                fence, paragraph = "", after
        elif found and not (found[1][0] == "`" and "`" in found[2]):
            yield from _spans(body, paragraph, position)
            fence, began = found[1], position
        elif not line.strip():
            yield from _spans(body, paragraph, position)
            paragraph = after
        position = after
    if fence:
        yield began, len(body)
    else:
        yield from _spans(body, paragraph, len(body))


def _spans(body: str, start: int, end: int) -> Iterator[Span]:
    """Code spans of one paragraph (CommonMark 6.1): a run of backticks up to the next run of the same length."""
    runs = [(found.start(), found.end()) for found in _TICKS.finditer(body, start, end)]
    later: dict[int, list[int]] = {}
    for number, (begin, stop) in enumerate(runs):
        later.setdefault(stop - begin - (body[begin] == "\\"), []).append(number)
    for numbers in later.values():
        numbers.reverse()
    free = 0
    for number, (begin, stop) in enumerate(runs):
        if number < free or body[begin] == "\\":
            continue
        same = later[stop - begin]
        while same and same[-1] <= number:
            same.pop()
        if same:
            free = same[-1] + 1
            yield begin, runs[same[-1]][1]
