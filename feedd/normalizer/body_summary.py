"""The text of an entry in one line: what stood before the author's mark, or the lead. Plain text, never markup."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from feedd.normalizer.body_rules import BLOCKS, DROPPED
from feedd.normalizer.body_tame import is_harmless, tame
from feedd.normalizer.plain import collapse, excerpt, words

TARGET = 300  # code points: what a list of articles shows
LEAST = 80  # a shorter first paragraph ("Hanoi, Thursday.") brings the next one along
LONGEST_MARKED = 2_000  # before a `<!--more-->`, where the author decided
_READ = 65_536  # characters of HTML looked at: a lead that begins later is none

# WordPress, Hugo and Zola ("more", with WordPress's label), Docusaurus, Nikola, Pelican, Jekyll's usual separators.
MORE = re.compile(
    r"<!--\s{0,9}(?:more|truncate|teaser_end|pelican_end_summary|(?:end[-_ ]?)?excerpt)"
    r"(?:[\s:][^<>\n]{0,99}?)?\s{0,9}-->",
    re.IGNORECASE,
)

_SKIPPED = DROPPED | words(
    "audio figcaption figure h1 h2 h3 h4 h5 h6 hgroup iframe math nav object picture pre section table video"
)
# A quote, a list or a row of links speaks for an article only when no paragraph does.
_WEAK = words("aside blockquote details dl footer header li ol ul")
_BREAKS = BLOCKS | frozenset(("br",))


def of_lead(html: str) -> str:
    """The first paragraphs of finished HTML, cut where a sentence ends."""
    strong, weak = _paragraphs(html, TARGET)
    text = ""
    for paragraph in strong or weak:
        text = f"{text} {paragraph}".strip()
        if len(text) >= LEAST:
            break
    return excerpt(text, TARGET, LEAST)


def of_marked(html: str) -> str:
    """All text of the HTML (not necessarily safe) that stood before the mark."""
    strong, weak = _paragraphs(html, LONGEST_MARKED)
    return excerpt(" ".join(strong or weak), LONGEST_MARKED, LEAST)


def _paragraphs(html: str, enough: int) -> tuple[list[str], list[str]]:
    """Paragraphs of running text until they have `enough` characters, and those of quotes and lists till then."""
    html = _beginning(html)
    if not is_harmless(html):
        html = tame(html)[0]
    blocks = _Blocks()
    node = LexborHTMLParser(html, is_fragment=True).root if html else None
    while node is not None and blocks.length < enough:
        child = blocks.enter(node)
        node = child if child is not None else _following(node, blocks)
    blocks.flush()
    return blocks.strong, blocks.weak


def _beginning(html: str) -> str:
    """Not more than is worth reading, and never half a tag or half an entity."""
    if len(html) <= _READ:
        return html
    html = html[:_READ]
    last = max(html.rfind("&"), html.rfind("<"))
    return html[:last] if last >= 0 and not (";" in html[last:] or ">" in html[last:]) else html


def _following(node: LexborNode, blocks: _Blocks) -> LexborNode | None:
    current: LexborNode | None = node
    while current is not None:
        blocks.leave(current)
        if current.next is not None:
            return current.next
        current = current.parent
    return None


class _Blocks:
    """Collects text until a block ends."""

    def __init__(self) -> None:
        self.strong: list[str] = []
        self.weak: list[str] = []
        self.length = 0  # of the strong ones
        self._pieces: list[str] = []
        self._weak = 0
        self._links = 0
        self._says_something = False  # outside a link

    def enter(self, node: LexborNode) -> LexborNode | None:
        """Takes a node in; its first child if that is to be read too."""
        if node.is_text_node:
            text = node.text_content or ""
            self._pieces.append(text)
            if not self._links and not self._says_something:
                self._says_something = any(char.isalnum() for char in text)
        if not node.is_element_node:
            return None
        tag = node.tag or ""
        if tag in _BREAKS:
            self._break(tag)
        if tag in _SKIPPED or (tag == "sup" and _is_footnote(node)):
            return None
        if tag in _WEAK:
            self._weak += 1
        self._links += tag == "a"
        return node.first_child

    def leave(self, node: LexborNode) -> None:
        tag = node.tag or "" if node.is_element_node else ""
        if tag in BLOCKS:
            self.flush()
        if tag in _WEAK:
            self._weak -= 1
        self._links -= tag == "a"

    def _break(self, tag: str) -> None:
        if tag == "br":
            self._pieces.append(" ")
        else:
            self.flush()

    def flush(self) -> None:
        text = collapse("".join(self._pieces))
        self._pieces.clear()
        is_row_of_links, self._says_something = not self._says_something, False
        if not any(char.isalnum() for char in text):
            return
        if self._weak or is_row_of_links:
            self.weak.append(text)
        else:
            self.strong.append(text)
            self.length += len(text)


def _is_footnote(node: LexborNode) -> bool:
    child = node.first_child
    return child is not None and child.tag == "a" and "#" in (child.attributes.get("href") or "")
