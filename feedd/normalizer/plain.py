"""Plain text that any XML parser, any reader and any cut accepts. Pure; knows nothing of HTML."""

from __future__ import annotations

import re
import unicodedata

# XML 1.0 (fifth edition) production [2] Char, less the noncharacters it allows (U+FDD0-FDEF and the last two of every
# plane), which readers refuse or replace. One such character makes a whole feed unreadable.
_LEGAL = "\t\n\r\x20-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd" + "".join(
    f"{chr(plane << 16)}-{chr((plane << 16) + 0xFFFD)}" for plane in range(1, 17)
)
ILLEGAL = re.compile(f"[^{_LEGAL}]")
_SUSPECT = re.compile(f"[^{_LEGAL}]|\r")  # one look for nearly every text
_SPACE = re.compile(r"\s+")

# A sentence ends in one of these, closing quotes included; CJK full stops need no space behind them.
_SENTENCE_END = re.compile(r"""[.!?…]+["'”’»)\]]*(?=\s|$)|[。！？]["'”’」』）]*""")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(“\"'])(?:[^\W\d_]|(?:[^\W\d_]\.)+[^\W\d_]|mr|mrs|ms|dr|prof|st|jr|sr|gen|sen|rep|gov|lt|col|no|vs|etc|e\.g|i\.e|ca|cf|bzw|vgl|nr"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.$",
    re.IGNORECASE,
)


def words(text: str) -> frozenset[str]:
    """A table of words, written as people write them."""
    return frozenset(text.split())


def xml_safe(text: str) -> tuple[str, int]:
    """The text without what an XML document may not carry (control characters, noncharacters, lone surrogates), and how
    many characters that cost. A vertical tab or form feed separates words, so it becomes a space; every line break
    becomes "\\n", which costs nothing. The only place that knows; doing it again changes nothing."""
    if not _SUSPECT.search(text):
        return text, 0
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return ILLEGAL.subn(lambda match: " " if match[0] in "\x0b\x0c" else "", text)


def collapse(text: str) -> str:
    """One line: every run of white space is one space, none at the ends; XML-safe."""
    return _SPACE.sub(" ", xml_safe(text)[0]).strip()


def is_boundary(text: str, index: int) -> bool:
    """May the text be cut before `text[index]` without taking a character a person sees apart?

    A conservative reading of UAX 29: marks, joiners, variation selectors, skin tones, tags, flags, Hangul syllables and
    Indic conjuncts hold together.
    """
    if index <= 0 or index >= len(text):
        return True
    before, after = text[index - 1], text[index]
    if before == "\u200d" or (before == "\r" and after == "\n"):
        return False
    if _extends(after) or unicodedata.combining(before) == 9:  # 9 is virama: the next letter belongs to it
        return False
    if _is_flag(before) and _is_flag(after):
        return _flags_before(text, index) % 2 == 0
    return not _is_one_syllable(before, after)


def _extends(char: str) -> bool:
    return (
        char in "\u200c\u200d"
        or "\U0001f3fb" <= char <= "\U0001f3ff"
        or "\U000e0020" <= char <= "\U000e007f"
        or unicodedata.category(char) in ("Mn", "Me", "Mc")
    )


def _is_flag(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _is_one_syllable(before: str, after: str) -> bool:
    """Hangul: vowel and final jamo belong to what is before them, a leading consonant to what is behind it."""
    if "\u1160" <= after <= "\u11ff" or "\ud7b0" <= after <= "\ud7fb":
        return True
    leading = "\u1100" <= before <= "\u115f" or "\ua960" <= before <= "\ua97c"
    return leading and ("\u1100" <= after <= "\u115f" or "\ua960" <= after <= "\ua97c" or "\uac00" <= after <= "\ud7a3")


def _flags_before(text: str, index: int) -> int:
    start = index
    while start > 0 and _is_flag(text[start - 1]):
        start -= 1
    return index - start


def cut(text: str, limit: int) -> str:
    """At most `limit` code points, ending between two graphemes. Longer only if the very first grapheme is."""
    if len(text) <= limit:
        return text
    for index in range(limit, 0, -1):
        if is_boundary(text, index):
            return text[:index]
    index = limit + 1
    while not is_boundary(text, index):
        index += 1
    return text[:index]


def excerpt(text: str, target: int = 300, least: int = 80) -> str:
    """The beginning of one line of text: up to the last sentence end within `target` code points, if that leaves at
    least `least`; else cut between words (or graphemes, where a script has no spaces) and closed with "…"."""
    if len(text) <= target:
        return text
    ends = [match.end() for match in _SENTENCE_END.finditer(text, 0, target + 1) if _ends_sentence(text, match)]
    fitting = [end for end in ends if least <= end <= target and is_boundary(text, end)]
    if fitting:
        return text[: fitting[-1]]
    head = cut(text, target - 1)
    space = head.rfind(" ")
    if space >= least and text[len(head)] != " " and is_boundary(text, space):
        head = head[:space]
    return head.rstrip(" ,;:–—-") + "…"


def _ends_sentence(text: str, match: re.Match[str]) -> bool:
    following = text[match.end() : match.end() + 2].lstrip()
    if following and following[0].islower():
        return False
    return not _ABBREVIATION.search(text, max(0, match.start() - 12), match.start() + 1)
