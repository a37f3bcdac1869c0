"""What the parse half of the room has to say about a file: the codes, one line each, and what a format reader returns.

The codes are stable (`docs/problems.md` lists them); an ERROR means that the file is not published and its last good
version stays, a WARNING that it is published as far as it could be understood.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from feedd.model import Claim, Level, Problem

NOT_AN_ARTICLE = "FD220"  # holds NUL bytes, or has a suffix nobody reads
EMPTY = "FD221"  # nothing to publish yet
ENCODING = "FD222"  # not UTF-8
UNPRINTABLE = "FD223"  # characters that no XML document may carry were removed
FRONT_MATTER = "FD224"  # the front matter cannot be read
DUPLICATE_KEY = "FD225"  # a key of the front matter is given twice
FIELD = "FD226"  # a field of the front matter has a value that does not fit
TOO_MANY = "FD227"  # more tags or categories than anybody reads
NO_READER = "FD228"  # the format needs an extra that is not installed
UNKNOWN_FORMAT = "FD229"  # an article in a format that nobody here reads
RECORDING = "FD240"  # a recording's tags or length cannot be read
SIDECAR = "FD230"  # a file beside the article that cannot be its front matter


@dataclass(frozen=True, slots=True)
class Reading:
    """What a format reader makes of the text below the front matter.

    `body_line` is the file line on which `body` starts; `claims` are less trusted than the front matter's.
    """

    claims: tuple[Claim, ...]
    body: str
    body_type: str
    body_line: int
    problems: tuple[Problem, ...] = ()


# (text, file line of its first line, the title the front matter gave or None) -> Reading; a Problem: not without help.
# Neither knows the file's name: `parse` fills in where the problems are.
FormatReader = Callable[[str, int, str | None], Reading | Problem]


def warning(code: str, where: str, message: str, hint: str = "", line: int | None = None) -> Problem:
    return Problem(code, where, message, hint, line, level=Level.WARNING)


def error(
    code: str, where: str, message: str, hint: str = "", line: int | None = None, column: int | None = None
) -> Problem:
    return Problem(code, where, message, hint, line, column)


def same_words(one: str, other: str) -> bool:
    """Is it the same line of text, whatever its case and spacing?"""
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


def without_blank_edges(text: str, first_line: int) -> tuple[str, int]:
    """Drop blank lines before and white space after; the indentation of the first line stays (it may be code)."""
    lines_before = len(text) - len(text.lstrip())
    start = text.rfind("\n", 0, lines_before) + 1
    return text[start:].rstrip(), first_line + text.count("\n", 0, start)
