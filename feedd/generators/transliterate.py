"""Text in ASCII, for the slugs of Pelican and Nikola, which both ask the library Unidecode.

Latin letters lose their marks; Greek, Cyrillic and the usual signs have a table that gives what Unidecode gives.
Other scripts (Chinese, Korean, Hebrew, …) would take its 400 kB of tables: they are asked for where it is installed,
and are `None` where it is not, so that nobody is given a made-up address.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import cache
from typing import Any


def _table(*rows: tuple[str, str]) -> dict[str, str]:
    """(letters, their spellings): each pair also with a first letter in upper case."""
    found: dict[str, str] = {}
    for letters, spellings in rows:
        for letter, spelling in zip(letters, spellings.split(), strict=True):
            if len(letter.upper()) == 1:
                found[letter.upper()] = spelling.capitalize()
            found[letter] = spelling
    return found


def _signs(signs: str, spellings: str) -> dict[str, str]:
    return dict(zip(signs, spellings.split(), strict=True))


_TABLE = {
    **_table(
        ("øđħıłŋŧþðß", "o d h i l ng t th d ss"),
        ("αβγδεζηθικλμνξοπρσςτυφχψω", "a b g d e z e th i k l m n x o p r s s t u ph kh ps o"),
        ("абвгдежзийклмноп", "a b v g d e zh z i i k l m n o p"),
        ("рстуфхцчшщыэюя", "r s t u f kh ts ch sh shch y e iu ia"),
        ("ѐёђѓєѕіїјљњћќѝўџґ", "ie io dj gj ie dz i yi j lj nj tsh kj i u dzh g'"),
    ),
    **_signs("æÆœŒŊΞςßẞµъЪьЬ", "ae AE oe OE NG Ks s ss SS m ' ' ' '"),
    **_signs("¡¢£¤¥¦§©«¬®°±¶·»¿×÷", "! C/ PS $? Y= | SS (c) << ! (r) deg +- P * >> ? x /"),
    **_signs("‐‑‒–—―‘’‚‛“”„‟†‡•", "- - - - -- -- ' ' , ' \" \" ,, \" + ++ *"),
    **_signs("‰′″‹›⁄€←↑→↓−", "%0 ' '' < > / EUR - | - | -"),
    "\u2028": "\n",
    "\u2029": "\n\n",
    "\u200b": " ",
}
_NOTHING = frozenset(("Cf", "So", "Mn", "Me", "Co", "Sk"))  # marks, controls, emoji: no part of a word


@cache
def _library() -> Callable[[str], str] | None:
    try:
        module: Any = __import__("unidecode")
    except ImportError:
        return None
    found: Callable[[str], str] = module.unidecode
    return found


def to_ascii(text: str) -> str | None:
    """The text as Unidecode spells it; None if it has letters that only Unidecode knows, and that is not there."""
    if text.isascii():
        return text
    spelled = []
    for character in text:
        spelling = character if character.isascii() else _spell(character)
        if spelling is None:
            library = _library()
            return library(text) if library else None
        spelled.append(spelling)
    return "".join(spelled)


def _spell(character: str) -> str | None:
    if character in _TABLE:
        return _TABLE[character]
    bare = "".join(c for c in unicodedata.normalize("NFKD", character) if not unicodedata.combining(c))
    known = [c if c.isascii() else _TABLE.get(c) for c in bare]
    if bare and None not in known:
        return "".join(c for c in known if c is not None)
    return "" if unicodedata.category(character) in _NOTHING else None
