"""`where:` - what may be written, what is true, and that no article can break it."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedd.model import Person
from feedd.normalizer import matter
from feedd.renderer.facts import Facts
from feedd.where import MOST_CHARACTERS, MOST_DEPTH, WhereError, compiled, glob
from tests.support.make import entry

MATTER = {
    "rating": 4,
    "stars": "4.5",
    "Cover-Story": True,
    "private": "no",
    "event": "2026-12-24",
    "starts": "2026-12-24T23:30:00+00:00",
    "params": {"Show": {"deep": 1}, "my key": "x"},
    "places": ["Lisbon", "Porto"],
    "title": "Another",
    "nothing": None,
    "empty": "",
}
ENTRY = entry(
    "news/eu/2026-07-01-a.md",
    title="Ça va",
    tags=("Python", "C++"),
    categories=("World",),
    authors=(Person("Ann"), Person("Bo")),
    language="en-GB",
    published=datetime(2025, 12, 31, 23, 30, tzinfo=UTC),
    matter=matter.kept(MATTER),
)
PRAGUE = ZoneInfo("Europe/Prague")


def holds(text: str, item: Any = ENTRY, zone: Any = UTC) -> bool:
    return compiled(text).holds(Facts(item, zone))


@pytest.mark.parametrize(
    "text",
    [
        "rating == 4",
        "rating >= 4 and rating < 5",
        "rating == '4' and '4' == rating",
        "stars > 4",
        "not rating > 4",
        "rating in [3, 4]",
        "rating not in [1, 2]",
        "coverstory",
        "cover_story == true",
        "`Cover-Story`",
        "not private",
        "private == false",
        "section == 'News' and folder == \"news/eu\"",
        "source == 'posts' and file_type == 'md'",
        "'python' in tags and tags contains 'c++'",
        "tags contains ['x', 'python']",
        "not 'rust' in tags",
        "author == 'ann' and 'bo' in authors",
        "category == 'world' or false",
        "title == 'ça VA' and matter.title == 'another'",
        "title contains 'VA'",
        "path matches '*/2026-??-??-*.md'",
        "places matches 'lis*'",
        "has(rating) and not has(nothing) and not has(nobody)",
        "nobody == null and nobody != 4",
        "params.show.deep == 1 and params['my key'] == 'x'",
        "event == '2026-12-24' and event > '2026-12-01'",
        "starts == '2026-12-24' and starts >= '2026-12-24T23:30:00Z'",
        "year == 2025 and month == 12 and date < '2026-01-01'",
        "language matches 'en*'",
        "false or true and not (false or false)",
        "'it\\'s' == \"it's\"",
    ],
)
def test_what_is_true(text: str) -> None:
    """Numbers, texts, dates and lists compare as their authors mean them."""
    assert holds(text)


@pytest.mark.parametrize(
    "text",
    [
        "nobody",
        "empty",
        "nobody < 4 or nobody >= 4",
        "rating < '2026-01-01' or rating > 'x'",
        "title > 4",
        "coverstory > 0",
        "places == 'Lisbon'",
        "rating.deep.er",
        "params == params",
        "event == '2026-02-30'",
        "'' in 4",
        "rating matches '*'",
    ],
)
def test_what_is_not(text: str) -> None:
    """What is not there, or of another kind, is nothing to compare with, and no mistake."""
    assert not holds(text)


def test_moments_of_the_hour_that_comes_twice_keep_their_order():
    """When the clocks go back, 2:30 comes before 2:15."""
    half_past = entry(published=datetime(2026, 10, 25, 0, 30, tzinfo=UTC))
    assert holds("date < '2026-10-25T01:15:00Z'", half_past, PRAGUE)
    assert not holds("date > '2026-10-25T01:15:00Z'", half_past, PRAGUE)


def test_days_are_those_of_the_site() -> None:
    """Half an hour before midnight in London is the next year in Prague."""
    assert holds("year == 2026 and month == 1 and date == '2026-01-01'", zone=PRAGUE)
    assert holds("year == 2025 and date == '2025-12-31'")


@pytest.mark.parametrize(
    ("text", "at", "message"),
    [
        ("rating = 4", 8, '"=" is not known here, write "=="'),
        ("rating => 4", 8, '"=>" is not known here, write ">="'),
        ("a && b", 3, '"&&" is not known here, write "and"'),
        ("a & b", 3, '"&" is not known here, write "and"'),
        ("!a", 1, '"!" is not known here, write "not"'),
        ("rating >=", 10, "expected a name or a value, found the end"),
        ("rating 4", 8, 'expected and, or, or the end, found "4"'),
        ("(a", 3, 'expected ")", found the end'),
        ("a == 'x", 6, "the quote ' is never closed"),
        ("a not b", 7, 'expected "in" after "not", found "b"'),
        ("[1 2]", 4, 'expected "," or "]", found "2"'),
        ("1abc", 1, "this number cannot be read"),
        ("a ; b", 3, '";" is not known here'),
        ("", 1, "expected a name or a value, found the end"),
        ("(" * 99 + "a" + ")" * 99, MOST_DEPTH + 2, f"it is nested more than {MOST_DEPTH} levels deep"),
        ("a" * (MOST_CHARACTERS + 1), MOST_CHARACTERS + 1, f"it has more than {MOST_CHARACTERS} characters"),
    ],
)
def test_a_mistake_has_a_place(text: str, at: int, message: str) -> None:
    """Where it is, and what to write instead."""
    with pytest.raises(WhereError) as found:
        compiled(text)
    assert (found.value.at, found.value.message) == (at, message)


@given(st.text(alphabet="ab1 .'\"`()[]<>=!,andornotihs\\", max_size=60))
def test_any_text_compiles_or_is_refused(text: str) -> None:
    """Nothing but WhereError comes of settings, and its place is in the text or just behind it."""
    try:
        compiled(text).holds(Facts(ENTRY, UTC))
    except WhereError as error:
        assert 1 <= error.at <= len(text) + 1


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates() | st.datetimes() | st.binary(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text() | st.integers(), inner, max_size=4),
    max_leaves=8,
)
_QUESTIONS = [
    f"{left} {sign} {right}"
    for left in ("a", "a.b", "date", "tags", "'2026-01-01'", "4")
    for sign in ("==", "!=", "<", ">=", "in", "not in", "contains", "matches")
    for right in ("b", "a", "[1, 'x', a]", "'*x?'", "true", "null", "'2026-01-01'", "4.5")
]


@given(st.dictionaries(st.sampled_from(["a", "b", "A", "date"]), _VALUES))
def test_no_front_matter_breaks_a_question(given_matter: dict[str, Any]) -> None:
    """Whatever an article says, asking gives an answer."""
    facts = Facts(entry("a.md", matter=matter.kept(given_matter)), PRAGUE)
    for text in _QUESTIONS:
        assert compiled(text).holds(facts) in (True, False)


@given(st.dictionaries(st.text(max_size=20), _VALUES, max_size=5))
def test_front_matter_is_kept_within_bounds(given_matter: dict[str, Any]) -> None:
    """It is always JSON, valid as UTF-8, and small."""
    text = matter.kept(given_matter)
    assert len(text.encode()) <= matter.MOST_BYTES
    assert text == "" or isinstance(json.loads(text), dict)


def test_what_does_not_fit_leaves_room_for_the_rest() -> None:
    """A long list goes, the rating behind it stays; of a long text the beginning."""
    given_matter = {"long": ["x" * 900] * 20, "text": "y" * 5_000, "rating": 5, "bad": float("nan"), "half": "\ud800"}
    assert json.loads(matter.kept(given_matter)) == {"text": "y" * 1_000, "rating": 5, "half": "?"}


def test_patterns_do_not_backtrack() -> None:
    """Many stars over a long text take no longer than the two lengths together allow."""
    began = time.process_time()
    assert not glob("a" * 1_000, "*a" * 300 + "b")
    assert time.process_time() - began < 1
    assert glob("abc", "a*?") and glob("", "*") and not glob("a", "")
