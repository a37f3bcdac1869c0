"""Liquid and Nunjucks in an article's body, worked out as far as a text for readers goes. Pure.

    resolve("{% assign a = 'x' %}{{ a | upcase }} {% seo %}", Language())  ->  Resolved("X ", ("tag seo",))

A generator says in a `Language` which names, filters and tags it knows besides the standard ones; whatever nobody knows
leaves nothing, or the text inside of it, and is named in `Resolved.removed`:

- an output `{{ … }}` that cannot be told leaves nothing;
- an unknown tag leaves nothing; an unknown block (`{% x %}…{% endx %}`) leaves what is inside;
- a condition that cannot be told counts as true, so that no text is lost; a loop over what cannot be told is left out,
  because its text is about things that are not there;
- inside `raw` nothing is touched, so that samples of template code stay as they are.

Nothing raises, and nothing grows: the steps, the depth and the size of the result are limited.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from feedd.generators.liquid_control import BLOCKS, TAGS
from feedd.generators.liquid_expressions import Names, decide, evaluate
from feedd.generators.liquid_filters import STANDARD, items
from feedd.generators.liquid_tree import Block, Branch, Node, Output, Tag, parse, plain
from feedd.generators.liquid_values import UNKNOWN, Filter, written
from feedd.model import Resolved

MOST_STEPS = 20_000  # nodes of one body, those of a loop counted each time
MOST_TURNS = 500  # of one loop
LARGEST_GROWTH = 500_000  # characters that a body may grow by
DEEPEST_PARTIAL = 5  # includes in includes

# (the words behind the tag's name, where they stand) -> what stands there instead; None: it cannot be resolved.
TagMaker = Callable[[str, "Scope"], str | None]
# The same with the finished text inside the block; None leaves that text.
BlockMaker = Callable[[str, str, "Scope"], str | None]


@dataclass(frozen=True, slots=True)
class Language:
    """What a generator adds to the template language.

    `names` are its variables (UNKNOWN for those that only it can fill), `others` is what every other name means: None
    as in Liquid, or UNKNOWN where more is known to the generator than to us. `comments`: `{# … #}` is one (Nunjucks).
    `verbatim` are blocks besides `raw` whose text is not template code.
    """

    names: Mapping[str, Any] = field(default_factory=dict)
    filters: Mapping[str, Filter] = field(default_factory=dict)
    tags: Mapping[str, TagMaker] = field(default_factory=dict)
    blocks: Mapping[str, BlockMaker] = field(default_factory=dict)
    others: Any = None
    comments: bool = False
    verbatim: tuple[str, ...] = ()
    empty_is_false: bool = False


def resolve(body: str, language: Language) -> Resolved:
    """The body without template code, and the names of what could not be resolved, each once, in order."""
    if "{%" not in body and "{{" not in body and not (language.comments and "{#" in body):
        return Resolved(body)
    scope = Scope(language)
    finished = scope.render(body)
    return Resolved(finished, tuple(scope.removed))


@dataclass(slots=True)
class _Budget:
    """Shared by a body and everything it includes."""

    steps: int
    size: int


class Scope:
    """Where a tag stands: the variables there, and the notes of what could not be resolved."""

    def __init__(self, language: Language, around: Scope | None = None, variables: Mapping[str, Any] | None = None):
        self.language = language
        self.removed: dict[str, None] = {}
        self.names = Names(self.look, {**STANDARD, **language.filters}, language.empty_is_false)
        self._depth: int = around._depth + 1 if around else 0
        self._budget: _Budget = around._budget if around else _Budget(MOST_STEPS, LARGEST_GROWTH)
        outer = around._frames if around else []
        self._frames: list[dict[str, Any]] = [*outer, dict(variables or {})]
        self._base = self._frames[-1]  # where assignments go, from whatever depth

    # --- for makers of tags

    def look(self, name: str) -> Any:
        """The value of a name."""
        for frame in reversed(self._frames):
            if name in frame:
                return frame[name]
        return self.language.names.get(name, self.language.others)

    def value(self, expression: str) -> Any:
        return evaluate(expression, self.names)

    def filled(self, words: str) -> str:
        """A tag's words with the `{{ … }}` in them worked out."""
        return "".join(self._output(node) if isinstance(node, Output) else plain(node) for node in parse(words, ()))

    def partial(self, template: str, variables: Mapping[str, Any]) -> Resolved | None:
        """Another template as it comes out here; None if it stands too deep in others."""
        if self._depth >= DEEPEST_PARTIAL:
            return None
        inner = Scope(self.language, self, variables)
        return Resolved(inner.render(template), tuple(inner.removed))

    def remove(self, name: str) -> None:
        self.removed.setdefault(" ".join(name.split())[:80])

    # --- the work

    def render(self, template: str) -> str:
        verbatim = (*VERBATIM, *self.language.verbatim)
        self._budget.size += len(template) if self._depth == 0 else 0
        return self.text_of(parse(template, verbatim, comments=self.language.comments))

    def text_of(self, nodes: tuple[Node, ...]) -> str:
        return "".join(self._texts(nodes))

    def _texts(self, nodes: tuple[Node, ...]) -> Iterator[str]:
        for node in nodes:
            self._budget.steps -= 1
            if self._budget.steps < 0 or self._budget.size < 0:
                self.remove("what makes the text grow without end")
                return
            made = self._text(node)
            self._budget.size -= len(made) if not isinstance(node, Block) else 0  # its parts were counted
            yield made
            if STOP in self._frames[-1]:
                return

    def _text(self, node: Node) -> str:
        if isinstance(node, str):
            return node
        if isinstance(node, Output):
            return self._output(node)
        return self._tag(node) if isinstance(node, Tag) else self._block(node)

    def _output(self, node: Output) -> str:
        value = self.value(node.expression)
        found = None if value is UNKNOWN else written(value)
        if found is None or (value is None and not self._knows(node.expression)):
            self.remove("{{ " + node.expression.strip() + " }}")
        return found or ""

    def _knows(self, expression: str) -> bool:
        """Does anybody give a meaning to the name it begins with?"""
        root = _FIRST_NAME.match(expression)
        return root is None or root[1] in self.language.names or any(root[1] in frame for frame in self._frames)

    def _tag(self, node: Tag) -> str:
        make = self.language.tags.get(node.name) or TAGS.get(node.name)
        made = make(node.words, self) if make is not None else None
        if made is None:
            self.remove(f"tag {node.name}")
        return made or ""

    def _block(self, node: Block) -> str:
        own = self.language.blocks.get(node.name)
        if own is None and node.name in BLOCKS:
            return BLOCKS[node.name](node, self)
        first = node.branches[0]
        inside = self.text_of(first.nodes)
        made = own(first.words, inside, self) if own is not None else None
        if made is None:
            self.remove(f"tag {node.name}")
        return inside if made is None else made

    # --- for the tags of the language itself

    def assign(self, name: str, value: Any) -> None:
        """Liquid's `assign` reaches the whole template, not only the loop it stands in."""
        self._base[name] = value

    def holds(self, branch: Branch) -> bool:
        """Is this branch of an `if` the one? Yes, where nobody can tell."""
        told = branch.name == "else" or decide(branch.words, self.names)
        if told is None:
            self.remove(f"condition {branch.words}")
            return True
        return told is not (branch.name == "unless")

    def turns(self, values: list[Any], name: str, nodes: tuple[Node, ...]) -> str:
        """The text of a loop."""
        made = []
        names = [each.strip() for each in name.split(",")]
        for at, value in enumerate(values[:MOST_TURNS]):
            count = {"index": at + 1, "index0": at, "rindex": len(values) - at, "rindex0": len(values) - at - 1}
            state = {**count, "first": at == 0, "last": at + 1 == len(values), "length": len(values)}
            each = dict(zip(names, items(value), strict=False)) if len(names) > 1 else {names[0]: value}
            self._frames.append({**each, "forloop": state, "loop": state})
            made.append(self.text_of(nodes))
            if self._frames.pop().get(STOP) == "break":
                break
        if len(values) > MOST_TURNS:
            self.remove(f"loop of more than {MOST_TURNS} turns")
        return "".join(made)

    def stop(self, how: str) -> None:
        self._frames[-1][STOP] = how


STOP = "\0stop"  # no name of a variable
VERBATIM = ("raw", "comment")
_FIRST_NAME = re.compile(r"\s*+([^\W\d][\w-]*+)")
