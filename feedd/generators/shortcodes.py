"""Shortcodes of Hugo and Zola: found in a body, paired, and replaced by what a generator's file makes of them. Pure.

    Hugo   {{< name a "b c" key=`d` >}}   {{% name %}} … {{% /name %}}   {{< name />}}   escaped {{</* name */>}}
    Zola   {{ name(key="a", n=1) }}       {% name() %} … {% end %}                       escaped {{/* name() */}}

Both generators replace them before Markdown is read, also in code samples; there they are left alone here, because what
stands in a sample is far more often meant to be seen.

One pass over the text: the length of a tag and the depth of nesting are bounded, so the time is linear.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from feedd.generators.code_samples import CodeSamples
from feedd.model import Resolved

LONGEST_TAG = 4_000  # characters
DEEPEST = 20  # shortcodes in shortcodes; what is nested deeper loses its tags and keeps its text


@dataclass(frozen=True, slots=True)
class Call:
    """One shortcode. `inner` is None where it has no closing tag. `alone` means that its first tag is the only thing
    on its line, `indent` the blanks before it there."""

    name: str
    words: tuple[str, ...] = ()  # what is given by position
    named: Mapping[str, str] = field(default_factory=dict)
    inner: str | None = None
    alone: bool = False
    indent: str = ""

    def get(self, *keys: str | int) -> str:
        """The first of these arguments that is given, by name or position; "" for none."""
        for key in keys:
            value = self.named.get(key, "") if isinstance(key, str) else "".join(self.words[key : key + 1])
            if value:
                return value
        return ""


# What a shortcode stands for, as text of the body; None: nobody knows it here.
Expand = Callable[[Call], str | None]


@dataclass(frozen=True, slots=True)
class Tag:
    """`role` is "opens", "closes", "stands" (it never has an end), "shown" (escaped: `name` is what to show) or
    "broken"."""

    start: int
    end: int
    role: str
    name: str = ""
    words: tuple[str, ...] = ()
    named: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Syntax:
    """How a generator writes them. `start` finds where a tag may begin, `read` reads the tag there (None: it is plain
    text). The inner text of a shortcode in `verbatim` is code, up to what `closing` matches for its name."""

    start: re.Pattern[str]
    read: Callable[[str, int], Tag | None]
    verbatim: frozenset[str] = frozenset()
    closing: Callable[[str], re.Pattern[str]] | None = None


def expand(body: str, body_type: str, syntax: Syntax, meaning: Expand) -> Resolved:
    """The body with every shortcode replaced by its meaning; where nobody knows one, its inner text stays and its name
    is among `removed`."""
    if syntax.start.search(body) is None:
        return Resolved(body)
    tags = list(_tags(body, syntax, CodeSamples(body, body_type)))
    writer = _Writer(body, body_type, meaning)
    partners = _pairs(tags)
    for number, tag in enumerate(tags):
        writer.put(tag, partners.get(number))
    return writer.result()


def _tags(body: str, syntax: Syntax, samples: CodeSamples) -> Iterator[Tag]:
    position = 0
    endless: set[str] = set()
    while found := syntax.start.search(body, position):
        tag = syntax.read(body, found.start())
        code = samples.end(found.start())
        if tag is None or (code is not None and tag.role != "shown"):
            position = max(found.start() + 2, tag.end if tag else 0)
            continue
        if code is not None:
            tag = Tag(tag.start, tag.end, "sample", tag.name)
        yield tag
        position = tag.end
        if tag.role == "opens" and tag.name in syntax.verbatim - endless and syntax.closing is not None:
            if end := syntax.closing(tag.name).search(body, position):
                position = end.start()
            else:
                endless.add(tag.name)  # nothing to look for a second time


def _pairs(tags: list[Tag]) -> dict[int, int]:
    """Which tag closes which, both ways. A tag that was opened in between and not closed stands alone."""
    partners: dict[int, int] = {}
    opened: list[int] = []
    by_name: dict[str, int] = {}
    for number, tag in enumerate(tags):
        if tag.role == "opens":
            opened.append(number)
            by_name[tag.name] = by_name.get(tag.name, 0) + 1
        elif tag.role == "closes" and opened and (not tag.name or by_name.get(tag.name, 0)):
            while True:
                last = opened.pop()
                by_name[tags[last].name] -= 1
                if not tag.name or tags[last].name == tag.name:
                    break
            partners[last], partners[number] = number, last
    return partners


@dataclass(slots=True)
class _Open:
    tag: Tag
    known: bool
    parts: list[str]


class _Writer:
    """Puts the text together; the inner text of an open shortcode is collected apart."""

    def __init__(self, body: str, body_type: str, meaning: Expand) -> None:
        self._body, self._type, self._meaning = body, body_type, meaning
        self._parts: list[str] = []
        self._open: list[_Open] = []
        self._written = 0
        self._removed: dict[str, None] = {}

    def put(self, tag: Tag, partner: int | None) -> None:
        self._add(self._body[self._written : tag.start])
        self._written = tag.end
        if tag.role in ("shown", "sample"):
            self._add(tag.name if tag.role == "sample" else self._as_code(tag.name))
        elif tag.role == "opens" and partner is not None:
            self._open.append(_Open(tag, len(self._open) < DEEPEST, []))
        elif tag.role == "closes":
            if partner is not None:
                self._close()
        elif tag.role == "broken":
            self._removed["a broken shortcode"] = None
        else:
            self._add(self._expand(tag, None))

    def result(self) -> Resolved:
        self._add(self._body[self._written :])
        return Resolved("".join(self._parts), tuple(self._removed))

    def _add(self, text: str) -> None:
        (self._open[-1].parts if self._open else self._parts).append(text)

    def _close(self) -> None:
        done = self._open.pop()
        inner = "".join(done.parts)
        self._add(self._expand(done.tag, inner) if done.known else inner)

    def _expand(self, tag: Tag, inner: str | None) -> str:
        begin = self._body.rfind("\n", 0, tag.start) + 1
        end = self._body.find("\n", tag.end)
        indent = self._body[begin : tag.start]
        rest = self._body[tag.end : end if end >= 0 else None] if inner is None else ""
        alone = not indent.strip() and not rest.strip()
        found = self._meaning(Call(tag.name, tag.words, tag.named, inner, alone, indent if alone else ""))
        if found is None:
            self._removed[f"shortcode {tag.name}"] = None
            return inner or ""
        return found

    def _as_code(self, text: str) -> str:
        """An example of a shortcode in the running text: readers see that it is code."""
        if self._type == "markdown":
            fence = "``" if "`" in text else "`"
            return f"{fence}{text}{fence}"
        return f"<code>{html.escape(text, quote=False)}</code>" if self._type == "html" else text


# --- Hugo (parser/pageparser/pagelexer_shortcode.go) ------------------------------------------------------------------

_HUGO_HEAD = re.compile(r"\{\{([<%])(?:/\*|\s*+(/?)\s*+([\w./-]{1,200}+)?)")
# No argument reaches over the beginning of another shortcode: so a tag that is never closed is read but once.
_HUGO_ARGUMENT = re.compile(
    r"\s*+(?:([\w.-]{1,100}+)\s*+=\s*+)?"
    r"(?:\\?\"((?:(?!\{\{[<%])[^\"\\\n]|\\.)*+)\\?\"|`((?:(?!\{\{[<%])[^`])*+)`"
    r"|((?:(?!/?\s{0,20}+[>%]\}\}|\{\{[<%])(?(1)[^\s\"`]|[^\s\"`=]))++))"
)
_HUGO_END = {sign: re.compile(rf"\s*+(/?)\s*+{sign}\}}\}}") for sign in "<%>"}
_HUGO_CODE = frozenset(("highlight",))


def _read_hugo(body: str, start: int) -> Tag:
    limit = min(len(body), start + LONGEST_TAG)
    head = _HUGO_HEAD.match(body, start, limit)
    sign = body[start + 2]
    close = ">" if sign == "<" else "%"
    if body.startswith("/*", start + 3):
        end = body.find(f"*/{close}}}}}", start + 5, limit)
        inner = body[start + 5 : end]
        return (
            Tag(start, end + 5, "shown", f"{{{{{sign}{inner}{close}}}}}") if end >= 0 else _broken(body, start, close)
        )
    if head is None or not head[3]:
        return _broken(body, start, close)
    name, self_closing = head[3].rstrip("/"), head[3].endswith("/")
    words: list[str] = []
    named: dict[str, str] = {}
    position = head.end()
    while not (end_found := _HUGO_END[close].match(body, position, limit)):
        argument = _HUGO_ARGUMENT.match(body, position, limit)
        if argument is None:
            return _broken(body, start, close)
        key, quoted, raw, plain = argument.groups()
        value = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else raw if raw is not None else plain
        if key is None:
            words.append(value)
        else:
            named[key] = value
        position = argument.end()
    role = "closes" if head[2] else "stands" if self_closing or end_found[1] else "opens"
    return Tag(start, end_found.end(), role, name, tuple(words), named)


def _broken(body: str, start: int, close: str) -> Tag:
    """Hugo would refuse the page. What can be seen as the tag goes, at least its opening signs."""
    line = body.find("\n", start, start + LONGEST_TAG)
    end = body.find(f"{close}}}}}", start, line if line >= 0 else start + LONGEST_TAG)
    return Tag(start, end + 3 if end >= 0 else start + 3, "broken")


def _hugo_closing(name: str) -> re.Pattern[str]:
    return re.compile(rf"\{{\{{[<%]\s*+/\s*+{re.escape(name)}\s*+[>%]\}}\}}")


HUGO = Syntax(re.compile(r"\{\{[<%]"), _read_hugo, _HUGO_CODE, _hugo_closing)


# --- Zola (components/markdown/src/content.pest) ----------------------------------------------------------------------

_ZOLA_HEAD = re.compile(r"(\{\{|\{%)(/\*)?+\s*+(?:(end)(?![\w(])|([A-Za-z_]\w{0,200}+)\s*+\()")
_ZOLA_ARGUMENT = re.compile(
    r"\s*+([A-Za-z_]\w{0,100}+)\s*+=\s*+"
    r"(?:\"([^\"]*+)\"|'([^']*+)'|`([^`]*+)`|(\[[^\]]*+\]|[^\s,()\"'`\[\]]++))\s*+,?+"
)
_ZOLA_END = {"{{": re.compile(r"\s*+(\*/)?+\}\}"), "{%": re.compile(r"\s*+(\*/)?+%\}")}
_ZOLA_BRACKET = re.compile(r"\s*+\)")


def _read_zola(body: str, start: int) -> Tag | None:
    """Anything that has not exactly the shape of a shortcode is plain text to Zola, and stays."""
    limit = min(len(body), start + LONGEST_TAG)
    head = _ZOLA_HEAD.match(body, start, limit)
    if head is None:
        return None
    position, named = head.end(), {}
    if head[4]:
        while argument := _ZOLA_ARGUMENT.match(body, position, limit):
            named[argument[1]] = next(value for value in argument.groups()[1:] if value is not None)
            position = argument.end()
        bracket = _ZOLA_BRACKET.match(body, position, limit)
        if bracket is None:
            return None
        position = bracket.end()
    end = _ZOLA_END[head[1]].match(body, position, limit)
    if end is None or bool(end[1]) != bool(head[2]) or (head[3] and head[1] == "{{"):
        return None
    if head[2]:
        shown = body[start : end.end()].replace("/*", "", 1)
        return Tag(start, end.end(), "shown", "".join(shown.rsplit("*/", 1)))
    role = "closes" if head[3] else "opens" if head[1] == "{%" else "stands"
    return Tag(start, end.end(), role, head[4] or "", (), named)


ZOLA = Syntax(re.compile(r"\{[{%](?:/\*)?+\s{0,20}+[A-Za-z_]"), _read_zola)
