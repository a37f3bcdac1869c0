"""The one line that stands for an article, and the plain-text tools it is made with."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedd.model import Image
from feedd.normalizer.body import content
from feedd.normalizer.plain import collapse, cut, excerpt, is_boundary, xml_safe
from tests.support.make import entry

SENTENCE = "This is a sentence of some length that says a little about one thing or another."
NEWS = (
    "As his former fixer told Congress all he knew, the president had one thing going for him: overnight, he "
    "would announce that he had reached a new agreement with the U.S. ally, maybe even declaring an official end "
    "to the war. That would knock some of the other news out of the headlines on Thursday morning, and show that "
    "there was movement at last."
)


def summary(body: str, body_type: str = "markdown", **fields: Any) -> str:
    return content(entry("posts/hello.md", body=body, body_type=body_type, **fields)).summary


LEADS = [
    ("the author's own wins", "Body.", {"summary": "Said\n so."}, "Said so."),
    ("first paragraph", f"{SENTENCE}\n\nMore.", {}, SENTENCE),
    ("a short one brings the next",
     f"Hanoi, Thursday.\n\n{SENTENCE}\n\nMore.", {}, f"Hanoi, Thursday. {SENTENCE}"),
    ("cut at a sentence end", NEWS, {}, NEWS[: NEWS.index(" That would")]),
    ("headings, tables, code and pictures are no lead",
     f"# H\n\n|a|\n|-|\n|b|\n\n```\nc\n```\n\n![d](e.png)\n\n{SENTENCE}",
     {}, SENTENCE),
    ("a quote speaks only if nobody else does", f"> quoted\n\n{SENTENCE}", {}, SENTENCE),
    ("a quote alone", f"> {SENTENCE}", {}, SENTENCE),
    ("a list alone", "- one\n- two", {}, "one two"),
    ("footnote marks go", f"Claim[^1]. {SENTENCE}\n\n[^1]: Proof.", {}, f"Claim. {SENTENCE}"),
    ("markup becomes text", "A *b* `<c>` &amp; [d](/e)\nf.", {}, "A b <c> & d f."),
    ("before the mark", "One.\n\nTwo.\n\n<!--more-->\n\nThree.", {}, "One. Two."),
    ("before the mark with spaces", "One.\n\n<!-- More -->\n\nThree.", {}, "One."),
    ("mark in code is none", f"`<!--more-->` {SENTENCE}", {}, f"<!--more--> {SENTENCE}"),
    ("a marked beginning may be long", f"{SENTENCE * 6}\n\n<!--more-->\n\nThree.", {}, SENTENCE * 6),
    ("nothing before the mark", f"<!--more-->\n\n{SENTENCE}", {}, SENTENCE),
    ("caption and credit stay out", SENTENCE, {"caption": "A bridge.", "credit": "Getty"}, SENTENCE),
    ("picture's caption stays out", SENTENCE, {"image": Image("https://a.example/i.png", "Cap", "Cred")}, SENTENCE),
    ("after a row of badges",
     f"[![a](https://img.shields.io/b.svg)](c) [![d](e.svg)](f)\n\n{SENTENCE}", {}, SENTENCE),
    ("after a row of links", f"[Home](/) | [About](/about)\n\n{SENTENCE}", {}, SENTENCE),
    ("a row of links alone", "[Home](/) | [About](/about)", {}, "Home | About"),
    ("after a table of contents", f"[TOC]\n\n## A\n\n- [b](#b)\n- [c](#c)\n\n{SENTENCE}", {}, SENTENCE),
    ("after a note", f"!!! note\n    Old.\n\n{SENTENCE}", {}, SENTENCE),
    ("after a container", f"::: tip\nOld.\n:::\n\n{SENTENCE}", {}, SENTENCE),
    ("after an alert", f"> [!NOTE]\n> Old.\n\n{SENTENCE}", {}, SENTENCE),
    ("before the mark of Docusaurus", "One.\n\n<!--truncate-->\n\nTwo.", {}, "One."),
    ("before the mark of Nikola", "One.\n\n<!-- TEASER_END: Read on -->\n\nTwo.", {}, "One."),
    ("before the mark of Pelican", "One.\n\n<!-- PELICAN_END_SUMMARY -->\n\nTwo.", {}, "One."),
    ("before the mark of WordPress", "One.\n\n<!--more Read on-->\n\nTwo.", {}, "One."),
    ("before the mark of Jekyll", "One.\n\n<!-- excerpt -->\n\nTwo.", {}, "One."),
    ("another comment is no mark", f"One.\n\n<!-- moreover -->\n\n{SENTENCE}", {}, f"One. {SENTENCE}"),
    ("empty", "", {}, ""),
    ("only a picture", "![a](b.png)", {}, ""),
]  # fmt: skip


@pytest.mark.parametrize(("body", "fields", "expected"), [row[1:] for row in LEADS], ids=[row[0] for row in LEADS])
def test_lead(body: str, fields: dict[str, Any], expected: str) -> None:
    """A summary is written, marked, or the first running text; never furniture."""
    assert expected == summary(body, **fields)


def test_text_without_paragraphs_is_a_lead_too() -> None:
    """HTML that is only text and line breaks still says something, and scripts never do."""
    assert summary("One<br>two<script>x()</script> <b>three</b>", "html") == "One two three"


def test_plain_text_may_be_marked_too() -> None:
    """The mark on a line of its own ends the summary and is not published."""
    result = content(entry(body="One.\n\nTwo.\n<!--more-->\nThree.", body_type="text"))
    assert result.summary == "One. Two."
    assert "more" not in result.html


def test_restructuredtext_may_be_marked_too() -> None:
    """Nikola's mark is a comment there."""
    assert summary("One.\n\n.. TEASER_END\n\nTwo.", "rst") == "One."


@given(
    st.lists(st.sampled_from(["👩\u200d👩\u200d👧", "e\u0301", "🇩🇪", "&amp;", "&#x1f600;", "क्षि", " "]), min_size=100)
)
def test_a_lead_is_cut_between_graphemes(pieces: list[str]) -> None:
    """No half entity, no half family, whatever stands at the limit."""
    text = collapse("".join(pieces).replace("&amp;", "&").replace("&#x1f600;", "😀"))
    lead = summary(f"<p>{''.join(pieces)}</p>", "html")
    head = lead.removesuffix("…")
    assert text.startswith(head) or not head
    assert is_boundary(text, len(head))
    lead.encode("utf-8")


def test_an_entity_at_the_reading_limit_is_not_halved() -> None:
    """A lead behind masses of no-break spaces shows no rest of an entity."""
    assert "&" not in summary("<p>" + "&nbsp;" * 30_000 + "x</p>", "html")


def test_a_word_cut_ends_with_an_ellipsis() -> None:
    """Without a sentence end in reach the cut is between words."""
    text = excerpt("word " * 100)
    assert text.endswith("word…")
    assert 250 < len(text) <= 300


@pytest.mark.parametrize("abbreviation", ["Mr. Smith", "the U.S. Senate", "J. Doe", "No. 5", "z.B. Äpfel", "etc. Also"])
def test_an_abbreviation_ends_no_sentence(abbreviation: str) -> None:
    """The cut is not made after a full stop that belongs to a word."""
    text = f"{SENTENCE} Then came {abbreviation} " + "and more words " * 20
    assert excerpt(text, target=len(SENTENCE) + 25) == SENTENCE


def test_sentences_without_spaces_end_too() -> None:
    """A CJK full stop is an end though no space follows."""
    text = "これは長い文章です。" * 50
    assert excerpt(text).endswith("。")


GRAPHEMES = [
    "e\u0301",
    "👩‍👩‍👧‍👦",
    "🇩🇪",
    "👍🏽",
    "❤️",
    "각",
    "क्षि",
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "g̈",
]


@pytest.mark.parametrize("grapheme", GRAPHEMES)
@pytest.mark.parametrize("limit", range(20, 40))
def test_no_cut_inside_what_a_person_sees_as_one(grapheme: str, limit: int) -> None:
    """Marks, joiners, flags, skin tones and syllables hold together at every length."""
    text = cut(grapheme * 40, limit)
    assert grapheme * (len(text) // len(grapheme)) == text
    assert limit - len(grapheme) < len(text) <= limit


def test_one_endless_grapheme_is_kept_whole() -> None:
    """Five hundred marks on one letter are one character, however long."""
    assert cut("e" + "\u0301" * 500 + "x", 100) == "e" + "\u0301" * 500


@given(st.text(max_size=400), st.integers(1, 200))
def test_a_cut_is_a_beginning_between_graphemes(text: str, limit: int) -> None:
    """Whatever the text, what is left is how it starts."""
    head = cut(text, limit)
    assert text.startswith(head)
    assert is_boundary(text, len(head))


@given(st.text(st.characters(codec=None), max_size=60))
def test_collapsed_text_is_one_legal_line(text: str) -> None:
    """No control, surrogate or double space is left, and doing it again changes nothing."""
    line = collapse(text)
    line.encode("utf-8")
    assert line == collapse(line)
    assert not set(line) & set("\n\r\t\x00\x0b\x0c\u2028\ufffe\uffff")
    assert "  " not in line


def test_xml_safe_counts_what_it_takes() -> None:
    """Each forbidden character is gone or a space, and counted."""
    assert xml_safe("a\x0cb\ud800\x08c\r\nd\uffff") == ("a bc\nd", 4)
