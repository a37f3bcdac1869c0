"""Plain text in the shapes of newsrooms: kicker, headline, byline, dateline, caption, and then the story. Pure.

What a line is, is settled by its shape and place, never by which words are in it:

    politics                                      kicker     a few words, in other case than the headline below it
    Council Votes to Keep the Old Bridge          headline   one line that does not end as a sentence does
    By Ann Lee and Bob Ray                        byline     "By" and names
    The bridge in 1931. Photo: City Archive       caption    ends in a credit: "Word: Name", "(Word: Name)", "© Name" …
    23 November 2026                              dateline   a date alone
    After a long night the council …              the story  from here on nothing is taken away

A text that does not begin like that has no headline: it is published without a title, as it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from feedd.model import Claim
from feedd.normalizer.findings import Reading, same_words
from feedd.normalizer.text_blocks import (
    Block,
    blocks_of,
    is_headline_like,
    is_ruler,
    rendered,
    wrap_width,
)
from feedd.normalizer.text_credit import Caption, read_caption
from feedd.normalizer.text_dates import date_of_opening, read_date_line
from feedd.normalizer.text_names import names_of

LONGEST_KICKER = 50  # characters
MOST_KICKER_WORDS = 6
MOST_HEAD_LINES = 4
MOST_ABOVE = 3  # blocks above the headline that say something about it


@dataclass(slots=True)
class _Head:
    """What stands above the story: the claims found, and the blocks that turn out to belong to the story."""

    claims: list[Claim] = field(default_factory=list)
    headline: str | None = None
    kept: list[Block] = field(default_factory=list)

    def claim(self, name: str, value: Any, rule: str, block: Block) -> None:
        self.claims.append(Claim(name, value, rule, block.line))


def read_text(text: str, first_line: int, title: str | None) -> Reading:
    """Take the head off a story. A title from the front matter stands for the headline; where the text repeats it, it
    is dropped."""
    blocks = _without_end_marks(blocks_of(text, first_line))
    width = wrap_width(blocks)
    blocks = _apart(blocks)
    head = _Head(headline=title)
    rest = _take_headline(head, blocks, title)
    if head.headline is not None:
        rest = _take_head(head, rest)
    rest = _take_last_caption(head, _without_repeated_headline(rest, head.headline))
    _claim_from_story(head, rest)
    story = [*head.kept, *rest]
    body = "\n\n".join(paragraph for block in story for paragraph in rendered(block, width))
    line = story[0].line if story else first_line
    return Reading(tuple(head.claims), body, "text", line)


# --- What the story itself says ---------------------------------------------------------------------------------------

# "(Reporting by Ann Lee; editing by Bob Ray)" below a story: in brackets, names after "by".
_SIGN_OFF = re.compile(r"[(\[][^\W\d_][\w ]{2,30}\s(?P<byline>by\s[^;()\[\]]{3,100})(?:;[^()\[\]]{0,200})?[)\]]\.?")


def _claim_from_story(head: _Head, story: list[Block]) -> None:
    """A date in its opening and names in its sign-off, where no line of the head had them. They stay in the story."""
    if not story:
        return
    if not _has(head, "date") and (date := date_of_opening(story[0].text)):
        head.claim("date", date, "dateline", story[0])
    if not _has(head, "date") and (line := read_date_line(story[-1].text)) and line.field == "date":
        head.claim("date", line.value, "dateline", story[-1])
    found = _SIGN_OFF.fullmatch(story[-1].text) if len(story) > 1 and not _has(head, "authors") else None
    if found is not None and (people := names_of(found["byline"])):
        head.claim("authors", people, "sign-off", story[-1])


# "Photo: The strait seen from the lighthouse. (Coast Agency/Cy Moss)" below a story: a label, a sentence, a credit.
_LABELLED = re.compile(r"[^\W\d_][\w-]{1,20}(?:\s[^\W\d_][\w-]{1,20})?\s?[:–—]\s+(?=\S)")
_LAST_BLOCKS = 3  # a sign-off and a date may stand below it


def _take_last_caption(head: _Head, story: list[Block]) -> list[Block]:
    """A labelled caption with its credit among the last blocks, if the head had none. Without both signs it is text."""
    first = max(2, len(story) - _LAST_BLOCKS)
    for at in range(first, len(story)):
        block = story[at]
        label = _LABELLED.match(block.text)
        found = read_caption(block.text[label.end() :]) if label and len(block.lines) <= 4 else None
        if found is not None and found.caption and not _has(head, "credit"):
            head.claim("caption", found.caption, "caption line below the story", block)
            head.claim("credit", found.credit, "caption line below the story", block)
            return [*story[:at], *story[at + 1 :]]
    return story


# --- The end ----------------------------------------------------------------------------------------------------------

# "###", "-30-", "# # #", "ENDS": printers' marks, not words of the story.
_END_MARK = re.compile(r"[-–—(\[*\s]*(?:#\s?#\s?#|30|ends?|ende|fin|fine|einde)[-–—)\]*.\s]*", re.IGNORECASE)
_BARE_NUMBER = re.compile(r"\s*30\s*")


def _without_end_marks(blocks: list[Block]) -> list[Block]:
    kept = list(blocks)
    while kept:
        last = kept.pop()
        lines = len(last.lines)
        while lines and (kept or lines > 1) and _is_end_mark(last.lines[lines - 1]):
            lines -= 1
        if lines:
            return [*kept, Block(last.lines[:lines], last.line)]
    return blocks


def _is_end_mark(line: str) -> bool:
    return bool(_END_MARK.fullmatch(line)) and not _BARE_NUMBER.fullmatch(line)


def _without_repeated_headline(blocks: list[Block], headline: str | None) -> list[Block]:
    """Newsroom systems print the headline once more under the story."""
    if headline is None or not blocks:
        return blocks
    last = blocks[-1]
    if same_words(last.text, headline):
        return blocks[:-1]
    if same_words(last.lines[-1], headline):
        return [*blocks[:-1], Block(last.lines[:-1], last.line)]
    return blocks


# --- The headline -----------------------------------------------------------------------------------------------------


def _apart(blocks: list[Block]) -> list[Block]:
    """A head without blank lines: kicker, headline and byline on lines of one block become blocks, and so does a
    headline that stands right on its text. A ruler under a headline goes."""
    if not blocks:
        return blocks
    first = blocks[0]
    lines = [(line, first.line + at) for at, line in enumerate(first.lines)]
    head: list[Block] = []
    while len(lines) > 1 and len(head) < MOST_HEAD_LINES:
        ruled = not head and is_ruler(lines[1][0])
        if not ruled and not _stands_alone(lines[0][0], lines[1][0], alone=len(blocks) == 1):
            break
        head.append(Block((lines[0][0],), lines[0][1]))
        lines = lines[2:] if ruled else lines[1:]
    return [*head, *_rest(lines), *blocks[1:]]


def _rest(lines: list[tuple[str, int]]) -> list[Block]:
    return [Block(tuple(line for line, _ in lines), lines[0][1])] if lines else []


def _stands_alone(line: str, below: str, *, alone: bool) -> bool:
    """Is this line a block of its own? If a byline or a headline follows it, or a long paragraph."""
    first, second = line.strip(), below.strip()
    if not is_headline_like(first):
        return False
    if names_of(second) or names_of(first) or _is_date(second) or _is_date(first) or _is_kicker(first, second):
        return True
    return alone and len(second) > 120 and len(first) <= 120


def _take_headline(head: _Head, blocks: list[Block], title: str | None) -> list[Block]:
    """The blocks below the headline; all of them if there is none."""
    start = 0
    while start < MOST_ABOVE and len(blocks) - start > 1 and _take_above(head, blocks[start]):
        start += 1
    at = _headline_at(blocks[start:], title)
    if at is None:  # what stood above belonged to no headline; but an embargo is one
        if title is None:
            head.claims = [claim for claim in head.claims if claim.rule == _DATE_RULES["publish_at"]]
        return blocks if title is None else blocks[start:]
    found = blocks[start + at]
    if at == 1:
        head.claim("categories", (blocks[start].text,), "kicker line", blocks[start])
    if title is None:
        head.headline = found.text
        head.claim("title", found.text, "headline", found)
    return blocks[start + at + 1 :]


# What press offices write above a headline; as a kicker it would be a category.
_NOTICE = re.compile(r"(?:for\s)?(?:immediate|public)\srelease|press\s?release|pressemitteilung", re.IGNORECASE)


def _take_above(head: _Head, block: Block) -> bool:
    """A byline, a date or a notice that stands above the headline."""
    return _take_byline(head, block) or _take_date(head, block) or bool(_NOTICE.fullmatch(block.text.strip(" :*")))


def _headline_at(blocks: list[Block], title: str | None) -> int | None:
    """0, or 1 where a kicker stands above the headline; None without a headline."""
    texts = [block.text for block in blocks[:2]]
    if title is not None:
        return next((at for at, text in enumerate(texts) if same_words(text, title)), None)
    if len(blocks) < 2 or not _is_headline(blocks[0]):
        return None
    if len(blocks) > 2 and _is_headline(blocks[1]):
        repeated = same_words(blocks[-1].lines[-1], texts[1]) or same_words(blocks[-1].text, texts[1])
        story = any(len(block.text) >= 100 for block in blocks[2:])
        if _is_kicker(texts[0], texts[1], repeated=repeated, story=story):
            return 1
    return 0


def _is_headline(block: Block) -> bool:
    """One line, or a long one that was wrapped."""
    wrapped = len(block.lines) <= 3 and all(len(line) >= 30 for line in block.lines[:-1])
    return wrapped and is_headline_like(block.text) and names_of(block.text) is None and not _is_date(block.text)


def _is_kicker(first: str, second: str, *, repeated: bool = False, story: bool = False) -> bool:
    """A few words above a headline, set apart from it: all small or all capital letters where the headline is not, or
    one or two capitalised words above a long line and a `story`, or the last line repeats the headline."""
    count = len(first.split())
    if len(first) > LONGEST_KICKER or count > MOST_KICKER_WORDS or first[-1] in "?!.,;":
        return False
    if not is_headline_like(second) or len(second) <= len(first) or names_of(second) or _is_date(second):
        return False
    if read_caption(second) is not None:
        return False
    if repeated:
        return True
    if first.islower() != second.islower() or first.isupper() != second.isupper():
        return first.islower() or first.isupper()
    return count <= 2 and first.istitle() and second[0].isupper() and len(second.split()) >= 5 and story


# --- Between headline and story ---------------------------------------------------------------------------------------


def _take_head(head: _Head, blocks: list[Block]) -> list[Block]:
    """Byline, dateline, caption and one sub-headline, in any order, until the story begins."""
    for at, block in enumerate(blocks):
        last = at == len(blocks) - 1
        if last or not _take(head, block):
            return blocks[at:]
    return blocks


def _take(head: _Head, block: Block) -> bool:
    if head.headline is not None and same_words(block.text, head.headline):
        return True
    if _take_lines(head, block) or _take_byline(head, block) or _take_date(head, block) or _take_caption(head, block):
        return True
    if not head.kept and len(block.lines) <= 2 and is_headline_like(block.text) and len(block.text) >= 20:
        head.kept.append(block)  # a sub-headline: it opens the story, but the head goes on below it
        return True
    return False


def _take_lines(head: _Head, block: Block) -> bool:
    """Byline and dates on lines of one block."""
    if not 2 <= len(block.lines) <= MOST_HEAD_LINES:
        return False
    lines = [Block((line.strip(),), block.line + at) for at, line in enumerate(block.lines)]
    if not all(names_of(line.text) or _is_date(line.text) for line in lines):
        return False
    for line in lines:
        if not _take_byline(head, line):
            _take_date(head, line)
    return True


def _has(head: _Head, name: str) -> bool:
    return any(claim.field == name for claim in head.claims)


def _take_byline(head: _Head, block: Block) -> bool:
    people = names_of(block.text) if len(block.lines) <= 2 and not _has(head, "authors") else None
    if people is None:
        return False
    head.claim("authors", people, "byline", block)
    return True


def _take_date(head: _Head, block: Block) -> bool:
    found = read_date_line(block.text) if len(block.lines) == 1 else None
    if found is None or _has(head, found.field):
        return found is not None and found.field == "date" and _take_second_date(head, found.value, block)
    if found.value is None:  # an embargo that nobody can read must not be broken
        head.claim("draft", True, "embargo line", block)
    else:
        head.claim(found.field, found.value, _DATE_RULES[found.field], block)
    return True


_DATE_RULES = {"date": "dateline", "updated": "updated line", "publish_at": "embargo line"}


def _take_second_date(head: _Head, value: str | None, block: Block) -> bool:
    """Of two dates without a word about them the second is that of the last change."""
    if _has(head, "updated"):
        return False
    head.claim("updated", value, "second dateline", block)
    return True


def _is_date(text: str) -> bool:
    return read_date_line(text) is not None


def _take_caption(head: _Head, block: Block) -> bool:
    found: Caption | None = None
    if len(block.lines) <= 4 and not _has(head, "credit"):
        found = read_caption(block.text)
    if found is None:
        return False
    if found.caption:
        head.claim("caption", found.caption, "caption line", block)
    head.claim("credit", found.credit, "caption line", block)
    return True
