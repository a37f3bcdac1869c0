"""What a reader sees of an edit: nothing, another style, or other words, links, pictures or facts. Pure.

Two versions are compared as readers get them, rendered; how their author wrote them (`*` or `_`, line breaks in a
paragraph, the order of keys) is gone by then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from feedd.model import Content, Entry, Image, Person
from feedd.normalizer import body
from feedd.normalizer.body_rules import BLOCKS
from feedd.normalizer.html_tokens import Token, tokens, unescape
from feedd.normalizer.plain import words

# Elements that change how words look and not what they say. Any other counts: "10<sup>2</sup>" is not "102", and what
# is crossed out is not meant.
_STYLE = BLOCKS | words(
    "abbr b bdi br caption cite code col colgroup data dfn em i kbd mark q samp small span strong tbody td tfoot th "
    "thead time tr u var wbr"
)
_SEPARATE = BLOCKS | words("br caption td th tr")  # words end where they begin or end
# Of the elements that count, what a reader notices.
_NOTICED = ("href", "src", "alt", "poster", "datetime")
_LINKS, _PICTURES = ("<a ",), ("<img ", "<source ", "<video ", "<audio ", "<picture")


@dataclass(frozen=True, slots=True)
class Edit:
    """`rewritten`: other words, links, pictures or facts than before; that is news. `restyled`: the documents look
    different all the same. `differences` in a few words, for people."""

    rewritten: bool
    restyled: bool = False
    differences: tuple[str, ...] = ()


def weigh(before: Entry, entry: Entry, *, closely: bool = True) -> Edit:
    """What of an edit readers see. Rendering is what costs; not `closely`, any other body counts as rewritten."""
    facts = tuple(_facts(before, entry))
    if _source(before) == _source(entry):
        return Edit(bool(facts), before.digest != entry.digest, facts)
    if not closely:
        return Edit(True, True, (*facts, "text"))
    text, restyled = _text(before, entry)
    if restyled and not text and not facts:
        return Edit(False, True, ("style",))
    return Edit(bool(facts or text), restyled or _beside_the_body(before) != _beside_the_body(entry), facts + text)


def _source(entry: Entry) -> tuple[object, ...]:
    """What a rendered body is made from."""
    return (entry.body, entry.body_type, entry.references, entry.trusted)


def _beside_the_body(entry: Entry) -> tuple[object, ...]:
    """What documents say and no fact tells apart: the order of labels, the size of a picture."""
    return (entry.categories, entry.tags, entry.image)


# --- Facts ------------------------------------------------------------------------------------------------------------


def _quoted(text: str | None) -> str:
    text = text or ""
    return f'"{text[:60]}…"' if len(text) > 60 else f'"{text}"'


def _moment(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else "none"


def _names(people: tuple[Person, ...]) -> str:
    return ", ".join(person.name for person in people)[:80] or "none"


def _picture(image: Image | None) -> tuple[object, ...]:
    """Without its size, which may only not have been known before."""
    return (image.url, image.caption, image.credit, image.alt) if image else ()


# (what it is called, the value that is compared, how it is shown; None: only named)
_FACTS: tuple[tuple[str, Callable[[Entry], Any], Callable[[Any], str] | None], ...] = (
    ("title", lambda entry: entry.title, _quoted),
    ("date", lambda entry: entry.published, _moment),
    ("link", lambda entry: entry.url, None),
    ("authors", lambda entry: entry.authors, _names),
    ("language", lambda entry: entry.language, lambda value: value or "none"),
    ("summary", lambda entry: entry.summary, None),
    ("picture", lambda entry: _picture(entry.image), None),
    ("caption", lambda entry: (entry.caption, entry.credit), None),
    ("attachments", lambda entry: entry.enclosures, None),
    ("episode", lambda entry: entry.episode, None),
    ("details", lambda entry: entry.extras, None),
)


def _facts(before: Entry, entry: Entry) -> Iterator[str]:
    for name, value, shown in _FACTS:
        old, new = value(before), value(entry)
        if old != new:
            yield f"{name}: {shown(old)} -> {shown(new)}" if shown else name
    for name, old, new in (
        ("categories", before.categories, entry.categories),
        ("tags", before.tags, entry.tags),
    ):
        if frozenset(old) != frozenset(new):
            yield f"{len(old)} {name} -> {len(new)}" if len(old) != len(new) else name


def standing(before: Entry, entry: Entry) -> Iterator[str]:
    """What decides when and where it is seen, for people."""
    if before.draft != entry.draft:
        yield "a draft now" if entry.draft else "no draft any more"
    for name, old, new in (
        ("embargo", before.publish_at, entry.publish_at),
        ("expires", before.expires_at, entry.expires_at),
    ):
        if old != new:
            yield f"{name}: {_moment(old)} -> {_moment(new)}"
    if before.feeds != entry.feeds:
        yield "feeds"


# --- Text -------------------------------------------------------------------------------------------------------------


def _text(before: Entry, entry: Entry) -> tuple[tuple[str, ...], bool]:
    """What differs in the text, and whether its HTML differs at all."""
    one, other = _rendered(before), _rendered(entry)
    if one is None or other is None:
        return ("text",), True
    if one.html == other.html and one.summary == other.summary:
        return (), False
    old, new = list(skeleton(one.html)), list(skeleton(other.html))
    # Two that differ only in white space between elements look the same.
    restyled = list(_outline(one.html)) != list(_outline(other.html)) or one.summary.split() != other.summary.split()
    return tuple(_compared(old, new)) if old != new else (), restyled


def _rendered(entry: Entry) -> Content | None:
    """None where a bug of ours prevents it: then the edit counts, and publishing says what is wrong."""
    try:
        return body.content(entry)
    except Exception:
        return None


def _compared(old: list[str], new: list[str]) -> Iterator[str]:
    more, less = Counter(new) - Counter(old), Counter(old) - Counter(new)
    added, gone = _number_of_words(more), _number_of_words(less)
    if added or gone:
        parts = [f"{_words(added)} more"] if added else []
        parts += [f"{gone} less" if parts else f"{_words(gone)} less"] if gone else []
        yield "text: " + ", ".join(parts)
    changed = [*more, *less]
    if any(each.startswith(_LINKS) for each in changed):
        yield "links"
    if any(each.startswith(_PICTURES) for each in changed):
        yield "pictures"
    if any(each.startswith("\n") for each in changed):
        yield "code"
    if not changed:
        yield "text: in another order"
    elif not (added or gone) and all(
        each.startswith("<") and not each.startswith(_LINKS + _PICTURES) for each in changed
    ):
        yield "text"


def _number_of_words(counted: Counter[str]) -> int:
    return sum(count for each, count in counted.items() if not each.startswith(("<", "\n")))


def _words(count: int) -> str:
    return "1 word" if count == 1 else f"{count} words"


def skeleton(html: str) -> Iterator[str]:
    """What a finished body says: its words, "<a href=…>" and the like for what is no word, and the text of each listing
    with its line breaks (behind a "\\n")."""
    text: list[str] = []
    listing = False
    position = 0
    for token in tokens(html):
        text.append(unescape(html[position : token.start]))
        position = token.end
        if token.name == "pre":
            yield from _said(text, listing)
            listing = not token.closing
        elif token.name not in _STYLE or (token.name in _SEPARATE and not listing):
            yield from _said(text, listing)
            if token.name not in _STYLE:
                yield _mark(token)
    text.append(unescape(html[position:]))
    yield from _said(text, listing)


def _said(text: list[str], listing: bool) -> Iterator[str]:
    said = "".join(text)
    text.clear()
    if not listing:
        yield from said.split()
    elif said.strip():
        yield "\n" + "\n".join(line.rstrip() for line in said.strip("\n").split("\n"))


def _mark(token: Token) -> str:
    if token.closing:
        return f"</{token.name}>"
    attributes = token.attributes()
    noticed = "".join(f' {name}="{attributes[name]}"' for name in _NOTICED if name in attributes)
    return f"<{token.name}{noticed} >"


def _outline(html: str) -> Iterator[str]:
    """Every tag as it is, and the words between them: white space does not count outside of listings."""
    listing = False
    position = 0
    for token in tokens(html):
        between = html[position : token.start]
        yield from (between,) if listing else between.split()
        yield html[token.start : token.end]
        position = token.end
        if token.name == "pre":
            listing = not token.closing
    yield from html[position:].split()
