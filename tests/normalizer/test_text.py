"""Plain text in the shapes of newsrooms, and plain text in no shape at all."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedd.model import Person
from feedd.normalizer.findings import Reading
from feedd.normalizer.text import read_text
from feedd.normalizer.text_credit import read_caption

STORY = "After a night of talks the council of Old Harbour voted to keep the bridge, and to paint it blue next spring."
MORE = "Nobody had expected that."


def said(reading: Reading) -> dict[str, Any]:
    return {claim.field: claim.value for claim in reading.claims}


FULL = f"""
city life

Council Votes to Keep the Old Bridge, Wants It Blue

The bridge in the spring of 1931, before it was painted. Photo: Harbour Archive/Harbour Archive

{STORY}

{MORE}

Council Votes to Keep the Old Bridge, Wants It Blue
"""


def test_kicker_headline_caption_story() -> None:
    """A kicker is the category; headline, caption and credit (once) follow; the headline repeated at the end goes."""
    reading = read_text(FULL, 1, None)
    assert [(c.field, c.value, c.rule, c.line) for c in reading.claims] == [
        ("categories", ("city life",), "kicker line", 2),
        ("title", "Council Votes to Keep the Old Bridge, Wants It Blue", "headline", 4),
        ("caption", "The bridge in the spring of 1931, before it was painted.", "caption line", 6),
        ("credit", "Harbour Archive", "caption line", 6),
    ]
    assert reading.body == f"{STORY}\n\n{MORE}"
    assert (reading.body_line, reading.body_type) == (8, "text")


def test_the_article_that_started_the_project() -> None:
    """The very first article, where it lies beside the project."""
    seed = Path(__file__).parents[3] / "shared" / "seeds" / "000_1a40266cfbc6010f.txt"
    if not seed.exists():
        pytest.skip("not beside this checkout")
    reading = read_text(seed.read_text("utf-8"), 1, None)
    assert said(reading) == {
        "categories": ("global politics",),
        "title": "Trump Cuts Short North Korea Summit, Returns Empty Handed",
        "caption": "Trump at a press conference in Hanoi after talks fell apart.",
        "credit": "Getty Images",
    }
    assert reading.body.startswith("As his former fixer")
    assert reading.body.endswith("knew about it.”")


@pytest.mark.parametrize(
    ("head", "claims"),
    [
        ("Council Votes to Keep the Bridge\n\n", {"title": "Council Votes to Keep the Bridge"}),
        ("Will the Bridge Stay?\n\n", {"title": "Will the Bridge Stay?"}),
        ("Bridge Moves to the U.S.\n\n", {"title": "Bridge Moves to the U.S."}),
        ("The Bridge\n==========\n\n", {"title": "The Bridge"}),
        ("The Bridge\n----------\n", {"title": "The Bridge"}),
        (
            "A headline that was so long that somebody broke it\nand went on below\n\n",
            {"title": "A headline that was so long that somebody broke it and went on below"},
        ),
        (
            "POLITICS\n\nCouncil Votes to Keep the Bridge\n\n",
            {"categories": ("POLITICS",), "title": "Council Votes to Keep the Bridge"},
        ),
        (
            "Local News\n\nCouncil votes to keep the old bridge\n\n",
            {"categories": ("Local News",), "title": "Council votes to keep the old bridge"},
        ),
        (
            "city life\nCouncil Votes to Keep the Bridge\n\n",
            {"categories": ("city life",), "title": "Council Votes to Keep the Bridge"},
        ),
        ("The Bridge Stays\n\nBy Ann Lee\n\n", {"title": "The Bridge Stays", "authors": (Person("Ann Lee"),)}),
        (
            "The Bridge Stays\nBy Ann Lee, City Editor\n\n",
            {"title": "The Bridge Stays", "authors": (Person("Ann Lee"),)},
        ),
        ("By Ann Lee\n\nThe Bridge Stays\n\n", {"title": "The Bridge Stays", "authors": (Person("Ann Lee"),)}),
        (
            "The Bridge Stays\n\nBY ANN LEE, BOB RAY AND CY O'DELL\n\n",
            {"title": "The Bridge Stays", "authors": (Person("ANN LEE"), Person("BOB RAY"), Person("CY O'DELL"))},
        ),
        ("The Bridge Stays\n\n23 November 2026\n\n", {"title": "The Bridge Stays", "date": "23 November 2026"}),
        (
            "The Bridge Stays\n\nPublished: 2026-11-23 10:00\n\n",
            {"title": "The Bridge Stays", "date": "2026-11-23 10:00"},
        ),
        (
            "The Bridge Stays\n\nPorto, November 23, 2026\n\n",
            {"title": "The Bridge Stays", "date": "November 23, 2026"},
        ),
        (
            "WIRTSCHAFT\n\nBahn fährt wieder pünktlich\n\nVon Köln nach Bonn. Foto: dpa\n\n",
            {
                "categories": ("WIRTSCHAFT",),
                "title": "Bahn fährt wieder pünktlich",
                "caption": "Von Köln nach Bonn.",
                "credit": "dpa",
            },
        ),
    ],
)
def test_heads(head: str, claims: dict[str, Any]) -> None:
    """Each line above a story is known by its shape, and the story is left whole."""
    reading = read_text(f"{head}{STORY}\n\n{MORE}\n", 1, None)
    assert said(reading) == claims
    assert reading.body == f"{STORY}\n\n{MORE}"
    assert reading.body_line == head.count("\n") + 1


def test_sub_headline_opens_the_story() -> None:
    """A second line below the headline stays in the text, and what is below it is still looked at."""
    deck = "Mayor speaks of a great day for everybody who walks"
    reading = read_text(f"The Bridge Stays\n\n{deck}\n\nBy Ann Lee\n\n{STORY}\n", 1, None)
    assert said(reading) == {"title": "The Bridge Stays", "authors": (Person("Ann Lee"),)}
    assert reading.body == f"{deck}\n\n{STORY}"
    assert reading.body_line == 3


@pytest.mark.parametrize(
    "text",
    [
        "Just one line",
        "One sentence. And another one.",
        "A first paragraph that ends as one.\n\nA second one.",
        "word " * 5_000 + "end.\n\nmore",
        "- milk\n- bread\n\nand eggs",
        "> quoted\n\nanswered",
        "Dear friends,\n\nit is spring.",
        "12 34\n\n56",
        "By Ann Lee\n\nA paragraph that ends as one.\n\nA second one.",
    ],
)
def test_no_headline(text: str) -> None:
    """Text that does not begin with a headline has no title, and nothing is taken out of it."""
    reading = read_text(text, 1, None)
    assert reading.claims == ()
    assert reading.body == text.rstrip()


@pytest.mark.parametrize(
    "lead",
    [
        "He said it was late. Note: Bring water",
        "They came in the night, said the mayor: nobody slept.",
        "Nobody likes it, but it is the law in Porto and/or Lisbon.",
        "By then the night was over and everybody slept",
    ],
)
def test_leads_that_resemble_a_head(lead: str) -> None:
    """A first paragraph stays in the story, even if it has a colon, a slash or a "by" in it."""
    reading = read_text(f"The Bridge Stays\n\n{lead}\n\n{STORY}\n", 1, None)
    assert said(reading) == {"title": "The Bridge Stays"}
    assert reading.body == f"{lead}\n\n{STORY}"


def test_short_posts_have_no_kicker() -> None:
    """Two short lines of a private note are a title and a text, not a rubric and a headline."""
    reading = read_text("my trip\n\nwe went to the lake\n\nand it was fun", 1, None)
    assert said(reading) == {"title": "my trip"}
    assert reading.body == "we went to the lake\n\nand it was fun"


@pytest.mark.parametrize("mark", ["###", "# # #", "-30-", "– 30 –", "ENDS", "-ends-", "(End)", "###\n\nENDS"])
def test_end_marks(mark: str) -> None:
    """A printer's mark at the end is not a part of the story."""
    assert read_text(f"The Bridge Stays\n\n{STORY}\n\n{mark}\n", 1, None).body == STORY
    assert read_text(f"The Bridge Stays\n\n{STORY}\n{mark}\n", 1, None).body == STORY


def test_a_story_may_end_with_a_number() -> None:
    """A bare 30 is a number."""
    assert read_text(f"The Bridge Stays\n\n{STORY}\n\n30\n", 1, None).body == f"{STORY}\n\n30"


def test_wrapped_paragraphs() -> None:
    """Lines wrapped at a width become one; lists, quotations and verse stay line by line."""
    text = """The Bridge Stays

After a night of talks the council of Old Harbour voted to keep the
bridge, and to paint it blue next spring, which nobody in the town had
expected.

- one
- two

1. first
2. second

> quoted
> further

Roses are red
Violets are blue
"""
    assert read_text(text, 1, None).body == (
        "After a night of talks the council of Old Harbour voted to keep the bridge, and to paint it blue next spring,"
        " which nobody in the town had expected.\n\n- one\n- two\n\n1. first\n2. second\n\n> quoted\n> further\n\n"
        "Roses are red\nViolets are blue"
    )


def test_a_paragraph_a_line() -> None:
    """Long lines without blank ones between them are paragraphs, and a short one above them is the headline."""
    one, two = STORY + " " + MORE, MORE + " " + STORY
    reading = read_text(f"The Bridge Stays\n{one}\n{two}\n", 1, None)
    assert said(reading) == {"title": "The Bridge Stays"}
    assert reading.body == f"{one}\n\n{two}"


def test_title_from_the_front_matter() -> None:
    """Where the front matter has the title, the headline that repeats it goes and no other line takes its place; the
    rest of the head is read as ever."""
    head = "city life\n\nThe Bridge Stays\n\nThe bridge. Photo: A. Lee\n\n"
    assert said(read_text(head + STORY, 5, "The bridge stays")) == {
        "categories": ("city life",),
        "caption": "The bridge.",
        "credit": "A. Lee",
    }
    other = read_text(f"A first line without an end\n\n{STORY}", 5, "The Bridge Stays")
    assert (other.claims, other.body, other.body_line) == ((), f"A first line without an end\n\n{STORY}", 5)


@pytest.mark.parametrize(
    ("line", "caption", "credit"),
    [
        ("A tree. Photo: Getty Images/Getty Images", "A tree.", "Getty Images"),
        ("A tree. Photo: Ann Lee/Getty Images/2019 Getty Images", "A tree.", "Ann Lee/Getty Images"),
        ("A tree. Photo: Getty Images / GETTY IMAGES.", "A tree.", "Getty Images"),
        ("“A tree,” he said: “Oh!” Photo: J. Scott Lee/AP", "“A tree,” he said: “Oh!”", "J. Scott Lee/AP"),
        ("A tree in Porto (Photo: X Agency)", "A tree in Porto", "X Agency"),
        ("A tree in Porto (Photo courtesy of the artist)", "A tree in Porto", "the artist"),
        ("A tree in Porto. [Foto: dpa]", "A tree in Porto.", "dpa"),
        ("A tree. PHOTO BY ANN LEE", "A tree.", "ANN LEE"),
        ("A tree. Illustration by Ann Lee", "A tree.", "Ann Lee"),
        ("A tree © Reuters", "A tree", "Reuters"),
        ("A tree. (c) 2026 Ann Lee", "A tree.", "2026 Ann Lee"),
        ("A tree in Porto. Ann Lee/AP", "A tree in Porto.", "Ann Lee/AP"),
        ("A tree (Ann Lee/AP)", "A tree", "Ann Lee/AP"),
        ("A tree | Photo credit: Ann Lee", "A tree", "Ann Lee"),
        ("Credit: Ann Lee", "", "Ann Lee"),
        ("Photo-Illustration: Studio; Photos: Getty Images, Ann Lee", "", "Studio; Getty Images, Ann Lee"),
        ("写真。 写真：x", None, None),
        ("Trump to Congress: No Deal", None, None),
        ("He came. And then: nothing happened", None, None),
        ("The A/B test of the year", None, None),
        ("A tree.", None, None),
        ("x " * 300 + ". Photo: Ann Lee", None, None),
    ],
)
def test_captions(line: str, caption: str | None, credit: str | None) -> None:
    """A credit is known by its shape at the end of the line, and names everybody once."""
    found = read_caption(line)
    assert found == (None if caption is None else (caption, credit))


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                STORY,
                MORE,
                "By Ann Lee",
                "city life",
                "The Bridge Stays",
                "- item",
                "> q",
                "###",
                "===",
                "Photo: A/A",
                "23 Nov 2026",
                "30",
                " ",
                "",
                "",
                "",
                "x",
            ]
        ),
        max_size=12,
    )
)
def test_nothing_is_lost(lines: list[str]) -> None:
    """Every line is in the body or in a claim, or is a mark or the repeated headline; and nothing raises."""
    reading = read_text("\n".join(lines), 1, None)
    kept = reading.body + " " + repr([claim.value for claim in reading.claims])
    for line in lines:
        if line.strip() and line not in ("###", "===", "Photo: A/A"):
            assert line.removeprefix("By ") in kept.replace("\n", " ")
    assert all(claim.line for claim in reading.claims)


@pytest.mark.parametrize(
    "piece",
    [
        "x\n",
        "x\n\n",
        "Ab ",
        "By Ann Lee\n",
        "By Ann Lee\n\n",
        "city life\n",
        "by A, ",
        "Photo: ",
        "(",
        "A/",
        "- \n",
        "a b\n",
        ": ",
        "=",
        "30\n\n",
        "###\n",
    ],
)
def test_no_text_is_slow(piece: str) -> None:
    """A megabyte of the same piece takes no longer than a page of text deserves."""
    started = time.process_time()
    read_text(piece * (1_000_000 // len(piece)), 1, None)
    assert time.process_time() - started < 4


NEWSROOMS = {
    "agency": (
        "Ferry Returns to the Harbour\n\nPORTO, Feb 28 (Agency) — The ferry that had been away is back.\n\n"
        "It sails on Monday.\n\n(Reporting by Ann Lee; editing by Bob Ray)\n\n-30-\n",
        [("title", "Ferry Returns to the Harbour", "headline", 1), ("authors", (Person("Ann Lee"),), "sign-off", 7)],
        "PORTO, Feb 28 (Agency) — The ferry that had been away is back.\n\nIt sails on Monday.\n\n"
        "(Reporting by Ann Lee; editing by Bob Ray)",
    ),
    "published and updated": (
        "Ferry Returns Home\n\nBy Ann Lee\nPublished Feb. 28, 2026\nLast updated on March 1, 2026 at 5:00 PM\n\n"
        "The ferry returned.\n",
        [
            ("title", "Ferry Returns Home", "headline", 1),
            ("authors", (Person("Ann Lee"),), "byline", 3),
            ("date", "Feb. 28, 2026", "dateline", 4),
            ("updated", "March 1, 2026 at 5:00 PM", "updated line", 5),
        ],
        "The ferry returned.",
    ),
    "one block": (
        "Ferry Returns Home\nPublished: 28 February 2026 10:00\nUpdated: 1 March 2026\n\nThe ferry returned.\n",
        [
            ("title", "Ferry Returns Home", "headline", 1),
            ("date", "28 February 2026 10:00", "dateline", 2),
            ("updated", "1 March 2026", "updated line", 3),
        ],
        "The ferry returned.",
    ),
    "press release": (
        "FOR IMMEDIATE RELEASE\n\nFerry Returns\n\nPORTO, Portugal – February 28, 2026 – The ferry is back.\n\n# # #\n",
        [("title", "Ferry Returns", "headline", 3), ("date", "February 28, 2026", "dateline", 5)],
        "PORTO, Portugal – February 28, 2026 – The ferry is back.",
    ),
    "German": (
        "Fähre kehrt zurück\n\nVon Anna Lee und Bernd von Rau\n\nHAMBURG, 28. Februar (Agentur) – Die Fähre ist da.\n\n"
        "Stand: 28.02.2026, 10:00 Uhr\n\nEnde\n",
        [
            ("title", "Fähre kehrt zurück", "headline", 1),
            ("authors", (Person("Anna Lee"), Person("Bernd von Rau")), "byline", 3),
            ("date", "28.02.2026, 10:00", "dateline", 7),
        ],
        "HAMBURG, 28. Februar (Agentur) – Die Fähre ist da.\n\nStand: 28.02.2026, 10:00 Uhr",
    ),
    "Spanish": (
        "El ferri vuelve al puerto\n\nPor Ana Ruiz y Luis de la Vega\n\n28 de febrero de 2026\n\n"
        "LISBOA, 28 feb (Agencia).- El ferri volvió el jueves.\n\n###\n",
        [
            ("title", "El ferri vuelve al puerto", "headline", 1),
            ("authors", (Person("Ana Ruiz"), Person("Luis de la Vega")), "byline", 3),
            ("date", "2026-02-28", "dateline", 5),
        ],
        "LISBOA, 28 feb (Agencia).- El ferri volvió el jueves.",
    ),
    "French": (
        "Le ferry revient au port\n\nPar Anne Lée\n\nPublié le 28 février 2026 à 10h00\nMis à jour le 1er mars 2026\n\n"
        "MARSEILLE (Agence) — Le ferry est revenu.\n\nFIN\n",
        [
            ("title", "Le ferry revient au port", "headline", 1),
            ("authors", (Person("Anne Lée"),), "byline", 3),
            ("date", "2026-02-28 10:00", "dateline", 5),
            ("updated", "2026-03-01", "updated line", 6),
        ],
        "MARSEILLE (Agence) — Le ferry est revenu.",
    ),
}


@pytest.mark.parametrize("name", NEWSROOMS)
def test_newsrooms(name: str) -> None:
    """Whole articles as desks in several languages write them; every claim names its rule and line."""
    text, claims, body = NEWSROOMS[name]
    reading = read_text(text, 1, None)
    assert [(c.field, c.value, c.rule, c.line) for c in reading.claims] == claims
    assert reading.body == body


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        ("EMBARGOED UNTIL 28 February 2026 10:00", "publish_at", "28 February 2026 10:00"),
        ("*** Sperrfrist: 28. Februar 2026, 10:00 Uhr", "publish_at", "2026-02-28 10:00"),
        ("Embargo: 00.01 tomorrow, the 28th", "draft", True),
        ("Not for publication before noon on the 28th", "draft", True),
    ],
)
def test_an_embargo_is_kept(line: str, field: str, value: Any) -> None:
    """Above a headline, below one, and without one; until when nobody understands, it is a draft."""
    for text in (
        f"{line}\n\nFerry Returns\n\nIt is here.\n",
        f"Ferry Returns\n\n{line}\n\nIt is here.\n",
        f"{line}\n\nIt is here.\n",
    ):
        assert said(read_text(text, 1, None))[field] == value


@pytest.mark.parametrize(
    "text",
    [
        "Oil Embargo of 1973\n\nIt began in October.\n",
        "EU Extends Embargo Until 2027\n\nSo it was said.\n",
        "Von Köln nach Bonn\n\nDie Bahn fährt wieder.\n",
        "Par Amour\n\nUn film de 2012.\n",
        "Agenda 2030\n\nThe plan.\n",
    ],
)
def test_headlines_that_begin_like_something_else(text: str) -> None:
    """They are headlines."""
    assert said(read_text(text, 1, None)) == {"title": text.partition("\n")[0]}


@pytest.mark.parametrize("text", ["Ferry returns on Monday", "The ferry returns on Monday.", "word " * 5_000])
def test_a_text_without_a_shape(text: str) -> None:
    """One line, or one enormous paragraph: an entry without a title."""
    reading = read_text(text, 1, None)
    assert (reading.claims, reading.body) == ((), text.strip())
