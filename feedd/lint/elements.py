"""How a table of elements is walked: what is there twice, what is missing, what nobody knows, what has a bad value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from feedd.lint.findings import Book, quoted
from feedd.lint.tree import Node
from feedd.lint.values import Check, iri, language

Whole = Callable[[Book, Node], None]
_EVERYWHERE: Final[Mapping[str, Check]] = {"xml:lang": language, "xml:base": iri}


@dataclass(frozen=True, slots=True)
class Kind:
    """What an element may be. With `children` None it holds text, which `checks` look at; else it holds these and no
    text. An attribute maps to its check; those in `needs` must be there. `whole` are rules that need to see it all."""

    checks: tuple[Check, ...] = ()
    many: bool = False
    attrs: Mapping[str, Check] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    children: Mapping[str, Kind] | None = None
    requires: tuple[str, ...] = ()
    whole: tuple[Whole, ...] = ()
    free: bool = False  # anything may stand in it


ANYTHING = Kind(free=True, many=True)


@dataclass(frozen=True, slots=True)
class Language:
    """A format as it is walked: `home` tells its own elements, `modules` are the others' by name, anywhere."""

    name: str
    home: str  # "" for elements without a namespace, "atom:" for those of Atom
    modules: Mapping[str, Kind]


def walk(book: Book, node: Node, kind: Kind, language: Language) -> None:
    """An element and everything below it that is known. The depth is that of the tables, not of the document."""
    _attributes(book, node, kind)
    if kind.free:
        pass
    elif kind.children is None:
        _text(book, node, kind)
    else:
        _children(book, node, kind, kind.children, language)
    for rule in kind.whole:
        rule(book, node)


def _attributes(book: Book, node: Node, kind: Kind) -> None:
    for name in kind.needs:
        if name not in node.attrs:
            book.add("attribute-missing", f"<{node.name}> has no {name}", node)
    for name, value in node.attrs.items():
        check = kind.attrs.get(name) or _EVERYWHERE.get(name)
        if check is not None:
            check(book, node, value, f"{name} of <{node.name}>")
        elif ":" not in name and "{" not in name and not kind.free:
            book.add("attribute-unknown", f"<{node.name}> has an attribute {name}", node)


def _text(book: Book, node: Node, kind: Kind) -> None:
    for child in node.children:
        book.add("element-in-text", f"<{child.name}> stands in <{node.name}>, which holds text", child)
    value = node.text.strip()
    for check in kind.checks:
        check(book, node, value, f"<{node.name}>")


def _children(book: Book, node: Node, kind: Kind, children: Mapping[str, Kind], language: Language) -> None:
    if stray := "".join(node.parts).strip():
        book.add("text-stray", f"{quoted(stray)} stands in <{node.name}>", node)
    counts: Counter[str] = Counter()
    for child in node.children:
        known = children.get(child.name) or language.modules.get(child.name)
        if known is None:
            if _is_home(child.name, language.home):
                book.add("element-unknown", f"{language.name} has no <{child.name}> in <{node.name}>", child)
            continue
        counts[child.name] += 1
        if counts[child.name] == 2 and not known.many:
            book.add("element-twice", f"<{child.name}> is there twice", child)
        walk(book, child, known, language)
    for name in kind.requires:
        if not counts[name]:
            book.add("element-missing", f"<{node.name}> has no <{name}>", node)


def _is_home(name: str, home: str) -> bool:
    return name.startswith(home) if home else ":" not in name and not name.startswith("{")
