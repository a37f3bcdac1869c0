"""Media RSS 1.5.1 (rssboard.org/media-rss)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from feedd.lint.elements import Kind
from feedd.lint.findings import Book, quoted
from feedd.lint.tree import Node
from feedd.lint.values import (
    Check,
    absolute_url,
    language,
    mime_type,
    number,
    one_of,
    plain_text,
    play_time,
    text,
    whole,
)

_HASH: Final = {"md5": 32, "sha-1": 40}
_RATINGS: Final = {
    "urn:simple": frozenset(("adult", "nonadult")),
    "urn:mpaa": frozenset(("g", "m", "nc-17", "pg", "pg-13", "r", "x")),
}
_SIZE: Final[Mapping[str, Check]] = {"width": whole(1), "height": whole(1)}
_TYPE: Final = one_of("media-text-type", "plain", "html")


def _hash(book: Book, node: Node) -> None:
    algorithm = node.attrs.get("algo", "md5")
    if algorithm not in _HASH:
        book.add("media-hash", f"nobody knows the hash {quoted(algorithm)}", node)
    elif not re.fullmatch(r"[0-9A-Fa-f]+", node.text.strip()) or len(node.text.strip()) != _HASH[algorithm]:
        book.add("media-hash", f"{quoted(node.text.strip())} is no {algorithm} in hex", node)


def _rating(book: Book, node: Node) -> None:
    scheme = node.attrs.get("scheme", "urn:simple")
    allowed = _RATINGS.get(scheme)
    if allowed is not None and node.text.strip() not in allowed:
        book.add("media-rating", f"{quoted(node.text.strip())} is no rating of {scheme}", node)
    elif not scheme.startswith("urn:"):
        absolute_url(book, node, scheme, "scheme of <media:rating>")


def _role(book: Book, node: Node, value: str, name: str) -> None:
    if value != value.lower():
        book.add("media-role", f"{name} {quoted(value)} has capitals", node)


def _group(book: Book, node: Node) -> None:
    if len(node.all("media:content")) < 2:
        book.add("media-group", "a media:group of less than two media:content", node)


def _somewhere(book: Book, node: Node) -> None:
    if "url" not in node.attrs and node.find("media:player") is None:
        book.add("media-url", "media:content has neither url nor media:player", node)


_PARTS: Final[Mapping[str, Kind]] = {
    "media:adult": Kind((one_of("media-boolean", "true", "false"),)),
    "media:category": Kind((text,), many=True, attrs={"label": plain_text, "scheme": absolute_url}),
    "media:copyright": Kind((text,), attrs={"url": absolute_url}),
    "media:credit": Kind((text,), many=True, attrs={"role": _role, "scheme": text}),
    "media:description": Kind((text,), attrs={"type": _TYPE}),
    "media:hash": Kind((text,), many=True, attrs={"algo": text}, whole=(_hash,)),
    "media:keywords": Kind((text,)),
    "media:player": Kind(many=True, attrs={"url": absolute_url, **_SIZE}, needs=("url",), children={}),
    "media:rating": Kind((text,), many=True, attrs={"scheme": text}, whole=(_rating,)),
    "media:restriction": Kind(
        (text,),
        many=True,
        attrs={
            "relationship": one_of("media-restriction", "allow", "deny"),
            "type": one_of("media-restriction", "country", "uri", "sharing"),
        },
        needs=("relationship",),
    ),
    "media:text": Kind(
        (text,), many=True, attrs={"type": _TYPE, "lang": language, "start": play_time, "end": play_time}
    ),
    "media:thumbnail": Kind(
        many=True, attrs={"url": absolute_url, "time": play_time, **_SIZE}, needs=("url",), children={}
    ),
    "media:title": Kind((text,), attrs={"type": _TYPE}),
}
_CONTENT: Final = Kind(
    many=True,
    attrs={
        "url": absolute_url,
        "fileSize": whole(1),
        "type": mime_type,
        "medium": one_of("media-medium", "image", "audio", "video", "document", "executable"),
        "isDefault": one_of("media-boolean", "true", "false"),
        "expression": one_of("media-expression", "sample", "full", "nonstop"),
        "bitrate": number,
        "framerate": number,
        "samplingrate": number,
        "channels": whole(0),
        "duration": number,
        "lang": language,
        **_SIZE,
    },
    children=_PARTS,
    whole=(_somewhere,),
)
MEDIA: Final[Mapping[str, Kind]] = {
    **_PARTS,
    "media:content": _CONTENT,
    "media:group": Kind(many=True, children={**_PARTS, "media:content": _CONTENT}, whole=(_group,)),
}
