"""Plain text as blocks: what stands between blank lines, and what a hard-wrapped line is. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

WRAP_WIDTHS = range(40, 121)  # characters a line is wrapped at: shorter is verse, longer is a paragraph of its own

_SENTENCE_END = re.compile(r"""[.!?…:;,。！？]["'”’»)\]]*$""")
_ABBREVIATION = re.compile(r"""(?:^|[\s.(“"'])(?:[^\W\d_]|Jr|Sr|Inc|Corp|Co|Ltd|St)\.["'”’»)\]]*$|…$""")
_LIST_OR_QUOTE = re.compile(r"[ \t]*(?:[-*•–>][ \t]|[0-9]{1,3}[.)][ \t])")
_RULER = re.compile(r"[ \t]*(?:={3,}|-{3,}|~{3,}|\*{3,}|_{3,})[ \t]*")


@dataclass(frozen=True, slots=True)
class Block:
    """Lines without a blank one between them; `line` is the file line of the first."""

    lines: tuple[str, ...]
    line: int

    @property
    def text(self) -> str:
        """In one line."""
        return " ".join(" ".join(self.lines).split())


def blocks_of(text: str, first_line: int) -> list[Block]:
    found: list[Block] = []
    pending: list[str] = []
    for number, line in enumerate([*text.split("\n"), ""], first_line):
        if line.strip():
            pending.append(line.rstrip())
        elif pending:
            found.append(Block(tuple(pending), number - len(pending)))
            pending = []
    return found


def is_listed(line: str) -> bool:
    """Does a list item or a quotation begin here?"""
    return bool(_LIST_OR_QUOTE.match(line))


def is_ruler(line: str) -> bool:
    return bool(_RULER.fullmatch(line))


def ends_sentence(text: str) -> bool:
    """A final period or its like; one that belongs to the word ("the U.S.", "Acme Inc.") does not count, nor do three
    dots."""
    return bool(_SENTENCE_END.search(text)) and not _ABBREVIATION.search(text)


def is_headline_like(text: str) -> bool:
    """A short line that says something and does not end as a sentence of a text does; ? and ! may end a headline."""
    if not 2 <= len(text) <= 200 or is_listed(text) or not any(c.isalpha() for c in text):
        return False
    return not ends_sentence(text) or (text.rstrip("\"'”’»)]").endswith(("?", "!", "？", "！")) and len(text) <= 120)


def wrap_width(blocks: list[Block]) -> int:
    """The longest line that another line follows: where this text is wrapped, if it is."""
    return max((len(line) for block in blocks for line in block.lines[:-1] if not is_listed(line)), default=0)


def is_wrapped(lines: tuple[str, ...], width: int) -> bool:
    """Was one paragraph broken into these lines? Then the first word of each line had no room on the line above."""
    if len(lines) < 2 or any(line[:1].isspace() or is_listed(line) for line in lines):
        return False
    # A person who wraps by hand does not use every column; and the whole text's width may be that of a longer line.
    longest = max(map(len, lines[:-1]))
    room = min(width, longest + 12) - 8
    return longest in WRAP_WIDTHS and all(
        len(line) + 1 + len(below.split(None, 1)[0]) > room for line, below in pairwise(lines)
    )


def rendered(block: Block, width: int) -> Iterator[str]:
    """A block as body text: a wrapped paragraph in one line, lists and quotations and verse line by line, and lines
    that are paragraphs of their own as such."""
    if is_wrapped(block.lines, width):
        yield block.text
    elif len(block.lines) > 1 and max(map(len, block.lines)) > WRAP_WIDTHS[-1] and not any(map(is_listed, block.lines)):
        yield from (line.strip() for line in block.lines)
    else:
        yield "\n".join(block.lines)
