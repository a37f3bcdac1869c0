"""Template text -> a tree of texts, outputs, tags and blocks. Pure; linear in the text, and nothing is an error.

What the template's author left open is closed at the end; an end without a beginning is nothing. A tag that nobody
knows is a block if its end follows somewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

DEEPEST = 60  # blocks in blocks; what is deeper loses its tags and keeps its text

_CONTROL = frozenset(("if", "unless", "case", "for", "tablerow", "capture", "ifchanged"))
# A word that begins another branch, and the blocks it does so in.
_BRANCHES = {
    "else": frozenset(("if", "unless", "case", "for")),
    "elsif": frozenset(("if", "unless")),
    "elseif": frozenset(("if", "unless")),
    "elif": frozenset(("if", "unless")),
    "when": frozenset(("case",)),
}
_NAME = re.compile(r"\s*+([A-Za-z_][\w-]*+)\s*+")


@dataclass(frozen=True, slots=True)
class Output:
    expression: str


@dataclass(frozen=True, slots=True)
class Tag:
    name: str
    words: str


@dataclass(frozen=True, slots=True)
class Branch:
    """A block's first part, or one that begins with `else` and the like."""

    name: str
    words: str
    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Block:
    name: str
    branches: tuple[Branch, ...]


Node = str | Output | Tag | Block


def plain(node: Node) -> str:
    """The text that a node is, if it is one."""
    return node if isinstance(node, str) else ""


@dataclass(slots=True)
class _Open:
    """A block whose end was not seen yet."""

    name: str
    done: list[Branch] = field(default_factory=list)
    branch: tuple[str, str] = ("", "")
    nodes: list[Node] = field(default_factory=list)

    def part(self, name: str, words: str) -> None:
        self.done.append(Branch(*self.branch, tuple(self.nodes)))
        self.branch, self.nodes = (name, words), []

    def closed(self) -> Block:
        return Block(self.name, (*self.done, Branch(*self.branch, tuple(self.nodes))))


def parse(template: str, verbatim: tuple[str, ...], *, comments: bool = False) -> tuple[Node, ...]:
    """`verbatim` are blocks whose text is no template code."""
    tokens = list(_tokens(template, verbatim, comments))
    ends = {token.name[3:] for token in tokens if isinstance(token, Tag) and token.name.startswith("end")}
    stack = [_Open("")]
    for token in tokens:
        if not isinstance(token, Tag):
            stack[-1].nodes.append(token)
        elif token.name.startswith("end"):
            _close(stack, token.name[3:])
        elif token.name in _BRANCHES:
            if stack[-1].name in _BRANCHES[token.name]:
                stack[-1].part(token.name, token.words)
        elif _opens(token, ends) and len(stack) <= DEEPEST:
            stack.append(_Open(token.name, branch=(token.name, token.words)))
        else:
            stack[-1].nodes.append(token)
    while len(stack) > 1:
        _close(stack, stack[-1].name)
    return tuple(stack[0].nodes)


def _opens(token: Tag, ends: set[str]) -> bool:
    if token.name == "set":  # Nunjucks: {% set x %}…{% endset %} beside {% set x = 1 %}
        return "=" not in token.words and "set" in ends
    return token.name in _CONTROL or token.name in ends


def _close(stack: list[_Open], name: str) -> None:
    """Also what stands open inside of it; an end that fits nothing closes nothing."""
    if all(each.name != name for each in stack[1:]):
        return
    while len(stack) > 1:
        block = stack.pop()
        stack[-1].nodes.append(block.closed())
        if block.name == name:
            return


def _tokens(template: str, verbatim: tuple[str, ...], comments: bool) -> Iterator[Node]:
    """Texts, outputs, tags, and finished blocks of verbatim text. A dash inside the braces trims the text beside it."""
    opening = re.compile(r"\{[%{#]" if comments else r"\{[%{]")
    closing = {"{%": "%}", "{{": "}}", "{#": "#}"}
    at, trims = 0, False
    while found := opening.search(template, at):
        start, kind = found.start(), found[0]
        end = template.find(closing[kind], found.end()) if closing[kind] else -1
        if end < 0:  # never closed, and nothing of this kind that follows is, either
            closing[kind] = ""
            opening = re.compile("|".join(re.escape(each) for each, close in closing.items() if close) or "(?!)")
            continue
        inner = template[found.end() : end]
        yield from _between(template[at:start], trims, inner.startswith("-"))
        at, trims = end + 2, inner.endswith("-")
        inner = inner.removeprefix("-").removesuffix("-")
        if kind == "{{":
            at += template.startswith("}", at) and inner.count("{") > inner.count("}")
            yield Output(inner)
        elif kind == "{%" and (tag := _tag(inner)):
            if tag.name in verbatim:
                ends = _end_of(tag.name).search(template, at)
                stop = ends.start() if ends else len(template)
                inside = template[at:stop]
                yield Block(tag.name, (Branch(tag.name, tag.words, (inside.lstrip() if trims else inside,)),))
                at, trims = (ends.end() if ends else stop), False
            else:
                yield tag
    yield from _between(template[at:], trims, False)


def _between(text: str, left: bool, right: bool) -> Iterator[str]:
    text = text.lstrip() if left else text
    text = text.rstrip() if right else text
    if text:
        yield text


def _tag(inner: str) -> Tag | None:
    """None for `{% # a comment %}` and other things without a name."""
    found = _NAME.match(inner)
    return Tag(found[1], inner[found.end() :].strip()) if found else None


def _end_of(name: str) -> re.Pattern[str]:
    return re.compile(r"\{%-?\s{0,50}end" + re.escape(name) + r"\s{0,50}-?%\}")
