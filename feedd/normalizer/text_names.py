"""The people of a byline: "By Ann Lee and Bob Ray, City Editors". Pure."""

from __future__ import annotations

import re

from feedd.model import Person

_BYLINE = re.compile(r"(?:by:?|(?P<other>von|por|par|di|door|av|af):?)\s+(?P<names>\S.{1,150})", re.IGNORECASE)
# In other languages than English the word also begins headlines and captions ("Von Köln nach Bonn"): there every word
# of a name has a capital letter, but for these.
_PARTICLES = frozenset(
    ("von", "van", "der", "den", "de", "del", "della", "di", "da", "dos", "la", "le", "bin", "al", "y")
)
_NAME = r"[^\W\d_][\w.'’-]*"
_PERSON = re.compile(rf"{_NAME}(?:\s+{_NAME}){{0,4}}")
_AND = re.compile(r"\s+(?:(?i:and|und|et)|y|e)\s+|\s*&\s*|\s*;\s*|\s+\+\s+")


def names_of(text: str) -> tuple[Person, ...] | None:
    """The people of a byline, None if it is none. After a comma a list of names goes on only if the last one is joined
    with "and"; otherwise it is what the person is: "By Ann Lee, City Editor"."""
    found = _BYLINE.fullmatch(text.strip())
    if found is None or len(text.split()) > 16:
        return None
    parts = _AND.split(found["names"].strip())
    names: list[str] = []
    for part in parts:
        pieces = [piece.strip() for piece in part.split(",") if piece.strip()]
        names += pieces if len(parts) > 1 and part is not parts[-1] else pieces[:1]
    people = [name.rstrip(".") if not re.search(r"\b\w\.$", name) else name for name in names]
    if not people or not all(_PERSON.fullmatch(name) and name[0].isupper() for name in people):
        return None
    if found["other"] and not all(_is_full_name(name) for name in people):
        return None
    return tuple(Person(name) for name in dict.fromkeys(people))


def _is_full_name(name: str) -> bool:
    words = name.split()
    return len(words) >= 2 and all(word[0].isupper() or word in _PARTICLES for word in words)
