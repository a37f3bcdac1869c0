"""Slugs, pinned: one that changes is a feed that its subscribers lose."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedd.renderer.slugs import same, segment, slugify


@pytest.mark.parametrize(
    ("value", "slug"),
    [
        ("Python", "python"),
        ("  Machine   Learning ", "machine-learning"),
        ("C++", "c-plus-plus"),
        ("C#", "c-sharp"),
        ("C", "c"),
        (".NET", "net-oxyulkxlxr"),
        ("node.js", "node.js"),
        ("O'Reilly", "oreilly"),
        ("Ünïcode", "ünïcode"),
        ("日本", "日本"),
        ("ﬁne", "fine"),
        ("AC/DC", "ac-dc-evvzlwvpn6"),
        ("../../etc/passwd", "etc-passwd-xcda52ix2t"),
        ("!!!", "gzeijtokpy"),
        ("", "n6q5r7h5og"),
        ("snake_case", "snake_case"),
    ],
)
def test_a_value_and_its_slug(value: str, slug: str) -> None:
    """Lower case, any alphabet; what would be lost leaves a mark."""
    assert slugify(value) == slug


@pytest.mark.parametrize(("one", "other"), [("C", "C++"), ("AC/DC", "AC DC"), (".NET", "NET"), ("!!!", "???")])
def test_two_values_do_not_meet(one: str, other: str) -> None:
    """Two tags are two feeds."""
    assert slugify(one) != slugify(other)


@given(st.text(max_size=60))
def test_a_slug_is_always_one_safe_name(value: str) -> None:
    """Never empty, never a way up, never a hidden file, the same twice."""
    slug = slugify(value)
    assert re.fullmatch(r"[\w.-]+", slug)
    assert slug not in (".", "..")
    assert not slug.startswith((".", "-"))
    assert slug == slugify(value)


@pytest.mark.parametrize(
    "value", ["Python", "C++", "C# tips", "#now", ".NET", "node.js", "Open Source", "日本", "2026"]
)
def test_most_paths_are_plain_slugs(value: str) -> None:
    """A mark is for the few that need one."""
    assert segment(value) == slugify(value)


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ("Sharp", "sharp-7acef8f6"),
        ("C plus plus", "c-plus-plus-d7dde541"),
        ("a + b", "a-plus-b-79b1d577"),
        ("CON", "con-d1d8ab24"),
        ("lpt1.txt", "lpt1.txt-2a95b23e"),
        ("!!!", "gzeijtokpy-3894b0d5"),
    ],
)
def test_a_path_with_a_mark(value: str, path: str) -> None:
    """What another value would have as well, what no file may be called, what may look like a word."""
    assert segment(value) == path


_PIECES = st.lists(
    st.sampled_from(["a", "1", "plus", "sharp", "+", "#", " ", "-", ".", "_", "'", "!", ")", "/"]),
    min_size=1,
    max_size=8,
)


@given(_PIECES, _PIECES)
def test_two_values_never_share_a_path(one: list[str], other: list[str]) -> None:
    """Nor does one value have two."""
    a, b = "".join(one), "".join(other)
    assert (segment(a) == segment(b)) == (same(a) == same(b))


_WORDS = ("news", "review", "how", "why", "free", "q&a", "bb")
_BEFORE = ("", "!", "?", "@", "$", "¿", '"', "(", "[")
_AFTER = ("!", "?", "!!", "?!", ":", "…", "*", "™", "(", ")", "/", " & co", " / dev", " (draft)", "@", "%", "$", '"')


def test_signs_that_are_lost_keep_values_apart() -> None:
    """However many words a site decorates: bb) and bb! are two feeds."""
    values = {f"{before}{word}{after}" for before in _BEFORE for word in _WORDS for after in _AFTER}
    many = values | {f"{word} {number}{after}" for word in _WORDS for number in range(60) for after in _AFTER}
    assert len({segment(value) for value in many}) == len({same(value) for value in many})


@pytest.mark.parametrize(
    ("one", "other"), [("AC / DC", "ac-/-dc"), ("Rock’n Roll!", "rock'n  ROLL!"), ("a! b.", "a!-b")]
)
def test_spellings_of_one_value_share_a_marked_path(one: str, other: str) -> None:
    """As they do where nothing is lost."""
    assert segment(one) == segment(other)


@given(st.text(max_size=300))
def test_a_path_is_one_safe_name_that_is_not_too_long(value: str) -> None:
    """Below the limit of file systems, whatever the value."""
    assert re.fullmatch(r"[\w.-]+", segment(value))
    assert len(segment(value).encode()) <= 170
