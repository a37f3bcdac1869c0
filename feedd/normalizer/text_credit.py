"""A photo caption that ends in its credit: where the one stops and the other begins. Pure."""

from __future__ import annotations

import re
from typing import NamedTuple

LONGEST_CAPTION = 400  # characters

# A credit is made of names: capitalised words, initials, years, and between them short words ("via", "for", "dpa").
_WORD = r"(?:[@#]?[^\W_a-zß-ÿ][\w&'’.-]*|[a-z]{2,4})"
_NAME = rf"{_WORD}(?:,?\s{_WORD}){{0,7}}"
_NAMES = rf"{_NAME}(?:\s?/\s?{_NAME})*"
# "Photo:", "Photo credit:", "Photo-Illustration:"
_LABEL = r"[^\W\d_][\w-]*(?:\s[^\W\d_][\w-]*)?:\s+"
# Before a credit without brackets the caption ends as a sentence, or there is no caption at all.
_START = r"""(?:^|(?<=[.!?…"”’»)])\s+|\s+[|–—]\s+|\s{2,})"""

_CREDIT = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_START}{_LABEL}(?P<credit>{_NAMES}(?:;\s+{_LABEL}{_NAMES})*)\.?$",
        rf"\s*[(\[]\s*{_LABEL}(?P<credit>[^()\[\]]{{2,100}}?)\s*[)\]]\.?$",
        rf"{_START}[^\W\d_][\w-]*\s(?i:by|courtesy of)\s+(?P<credit>{_NAMES})\.?$",
        r"\s*[(\[]\s*[^\W\d_][\w-]*\s(?i:by|courtesy of)\s+(?P<credit>[^()\[\]]{2,100}?)\s*[)\]]\.?$",
        rf"(?:^|\s)[(\[]?(?:©|\([cC]\)|(?i:copyright)\s)\s*(?P<credit>{_NAMES})[)\]]?\.?$",
        rf"""(?<=[.!?…"”’»)])\s+(?P<credit>{_NAME}(?:\s?/\s?{_NAME})+)\.?$""",
        rf"\s*[(\[]\s*(?P<credit>{_NAME}(?:\s?/\s?{_NAME})+)\s*[)\]]\.?$",
    )
)
_LABEL_START = re.compile(_LABEL)
_YEAR_START = re.compile(r"[0-9]{4}\s+")
_SENTENCE_INSIDE = re.compile(r"\w{3,}\.\s")  # "in Porto. Ann Lee/AP": the names begin further on


class Caption(NamedTuple):
    """`caption` is "" for a line that is nothing but a credit."""

    caption: str
    credit: str


def read_caption(text: str) -> Caption | None:
    """Split one line into caption and credit; None if it does not end in a credit."""
    if len(text) > LONGEST_CAPTION:
        return None
    for pattern in _CREDIT:
        found = pattern.search(text)
        while found is not None and _SENTENCE_INSIDE.search(found["credit"]):
            found = pattern.search(text, found.start() + 1)
        if found is not None:
            return Caption(text[: found.start()].strip(" |–—"), _once(found["credit"]))
    return None


def _once(credit: str) -> str:
    """Each name once: picture desks write photographer and agency even if they are one ("Getty Images/Getty Images"),
    and the agency once more with the year."""
    seen: dict[str, str] = {}
    groups: list[str] = []
    for group in credit.split(";"):
        fresh: list[str] = []
        for part in _LABEL_START.sub("", group.strip(), count=1).split("/"):
            name = part.strip(" ,.") if not re.search(r"\b\w\.$", part) else part.strip()
            if name and seen.setdefault(_YEAR_START.sub("", name).casefold(), name) is name:
                fresh.append(name)
        if fresh:
            groups.append("/".join(fresh))
    return "; ".join(groups)
