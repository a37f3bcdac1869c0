"""Slugs, pinned: one that changes is a feed that its subscribers lose."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedd.renderer.slugs import slugify


@pytest.mark.parametrize(
    ("value", "slug"),
    [
        ("Python", "python"),
        ("  Machine   Learning ", "machine-learning"),
        ("C++", "c-plus-plus"),
        ("C#", "c-sharp"),
        ("C", "c"),
        (".NET", "net-fd71"),
        ("node.js", "node.js"),
        ("O'Reilly", "oreilly"),
        ("Ünïcode", "ünïcode"),
        ("日本", "日本"),
        ("ﬁne", "fine"),
        ("AC/DC", "ac-dc-f8b9"),
        ("../../etc/passwd", "etc-passwd-8c9f"),
        ("!!!", "2029"),
        ("", "b1fe"),
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
