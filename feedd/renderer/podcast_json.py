"""What a JSON Feed says of a show and its episodes: in its extension object, as the format has no words for them. Pure.

The names are those of the settings and of front matter where these have one word, and what is not set is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any, Final

from feedd import podcasting
from feedd.model import Entry, Feed, FeedSnapshot
from feedd.renderer import podcast
from feedd.renderer.xml import stamp

# What the parts of a tuple are.
_PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "funding": ("url", "text"),
    "texts": ("purpose", "text"),
    "blocked": ("platform", "blocked"),
    "podroll": ("guid", "url", "title"),
    "frequency": ("text", "rrule"),
    "categories": ("category", "subcategory"),
}
_FILE: Final = ("url", "mime_type")
_NAMES: Final[Mapping[str, str]] = {"media_type": "mime_type", "length": "size_in_bytes"}  # as JSON Feed calls them


def show(snapshot: FeedSnapshot) -> dict[str, Any]:
    """`chapters` only says how the feed is written; `copyright` is the feed's rights."""
    about = snapshot.feed.podcast
    assert about is not None
    said = {"guid": podcast.guid(about, snapshot), "type": about.type, "medium": about.medium}
    found = _plain(about, _PARTS, without=("chapters", "copyright"))
    return said | found | {"explicit": about.explicit}


def episode(entry: Entry, feed: Feed) -> dict[str, Any] | None:
    """None for an entry that is none, and in a feed that is no podcast."""
    about = entry.episode
    if feed.podcast is None or about is None or podcasting.recording(entry) is None:
        return None
    return _plain(about, {"chapters": _FILE}, without=() if feed.podcast.chapters else ("marks",))


def _plain(about: Any, parts: Mapping[str, tuple[str, ...]], without: tuple[str, ...] = ()) -> dict[str, Any]:
    """A noun as an object, without what it does not say."""
    found: dict[str, Any] = {}
    for field in fields(about):
        value = getattr(about, field.name)
        if field.name not in without and value != field.default:
            found[_NAMES.get(field.name, field.name)] = _value(value, parts.get(field.name, ()))
    return found


def _value(value: Any, names: tuple[str, ...]) -> Any:
    if is_dataclass(value):
        return _plain(value, {})
    if isinstance(value, datetime):
        return stamp(value)
    if not isinstance(value, tuple):
        return value
    if names and not isinstance(value[0], tuple):
        return {name: each for name, each in zip(names, value, strict=True) if each != ""}
    return [_value(each, names) for each in value]
