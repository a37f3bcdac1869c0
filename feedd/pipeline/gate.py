"""No broken document goes out: what stands in public stays until a good one replaces it.

A document is a head and items, and an edit changes the head and one item. What was found well once is cut out, and the
rest is looked at as a document of its own, so the gate costs what the change is. If anything is wrong with that, the
whole document is looked at, and only its verdict counts. That no two items share an id is the store's promise and not
looked at here; `feedd check --feeds` looks at whole documents.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterable, Sequence

from feedd.lint import HOLDING, Finding, lint
from feedd.model import FeedDocument, Problem

HELD = "FD503"
_MOST_KEPT = 100_000  # items that were found well
_MOST_NAMED = 3  # findings in a message
# By format: where to begin, how an item begins and ends, what stands between two.
_SEAMS = {
    "rss": (b"<channel>", b"<item>", b"</item>", b""),
    "atom": (b"<feed", b"<entry", b"</entry>", b""),
    "json": (b'"items": [', b"\n    {", b"\n    }", b","),
}
_NAMES = re.compile(rb'<[\w:]+|"\w+":|xmlns[\w:]*="[^"]*"')


class Gate:
    """Remembers what was well, and what was refused: the same bytes are not judged twice."""

    def __init__(self) -> None:
        self._passed: OrderedDict[int, None] = OrderedDict()
        self._refused: dict[str, tuple[str, Problem]] = {}

    def judge(self, documents: Iterable[FeedDocument]) -> Problem | None:
        """What keeps these documents of one feed back: one that is wrong keeps back all, so that its formats say the
        same. None: they may go out."""
        for document in documents:
            if document.format in _SEAMS and (problem := self._judge(document)) is not None:
                return problem
        return None

    def _judge(self, document: FeedDocument) -> Problem | None:
        digest, known = self._refused.get(document.path, ("", None))
        if known is not None and digest == document.digest:
            return known
        probe, pieces = self._new_of(document)
        if _errors(probe, document.url):
            errors = _errors(document.data, document.url)
            if errors:
                problem = _problem(document, errors)
                self._refused[document.path] = (document.digest, problem)
                return problem
        self._refused.pop(document.path, None)
        for piece in pieces:
            self._passed[piece] = None
        while len(self._passed) > _MOST_KEPT:
            self._passed.popitem(last=False)
        return None

    def _new_of(self, document: FeedDocument) -> tuple[bytes, list[int]]:
        """The document without the items that were well before, and the marks of those that are left."""
        start, begin, end, between = _SEAMS[document.format]
        data = document.data
        first = data.find(begin, data.find(start) + len(start))
        if first < 0:
            return data, []
        # What an item may be depends on what its feed says: its namespaces, whether it has an author.
        head = hash((document.format, tuple(sorted(set(_NAMES.findall(data[:first]))))))
        left, marks, at = [], [], first
        while at >= 0:
            stop = data.find(end, at)
            if stop < 0:
                return data, []
            stop += len(end)
            piece = data[at:stop]
            mark = hash((head, piece))
            if mark in self._passed:
                self._passed.move_to_end(mark)
            else:
                left.append(piece)
                marks.append(mark)
            last, at = stop, data.find(begin, stop)
        return data[:first] + between.join(left) + data[last:], marks


def _errors(data: bytes, address: str) -> Sequence[Finding]:
    return [finding for finding in lint(data, address=address) if finding.rule in HOLDING]


def _problem(document: FeedDocument, errors: Sequence[Finding]) -> Problem:
    shown = "; ".join(f"line {each.line}: {each.message} [{each.rule}]" for each in errors[:_MOST_NAMED])
    more = f"; and {len(errors) - _MOST_NAMED} more" if len(errors) > _MOST_NAMED else ""
    return Problem(
        HELD,
        document.feed,
        f"{document.path} is held back, what was published stays: {shown}{more}",
        "correct what the articles or settings say there; 'feedd check --feeds' shows the place. "
        "If they are right, it is a bug in feedd: report it, and set 'limits: {lint: false}' until it is mended",
    )
