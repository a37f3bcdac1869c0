"""Podcasts: Apple's requirements (podcasters.apple.com/support/823) and the Podcasting 2.0 namespace."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from feedd import podcasting
from feedd.lint.elements import ANYTHING, Kind
from feedd.lint.findings import Book, quoted
from feedd.lint.tree import Node
from feedd.lint.values import (
    absolute_url,
    at_most,
    email,
    language,
    mime_type,
    not_blank,
    number,
    one_of,
    rfc822_date,
    rfc3339_date,
    text,
    uuid,
    web_url,
    whole,
)

_PLAYED: Final = ("m4a", "mp3", "mov", "mp4", "m4v", "pdf", "epub")
_TIME: Final = re.compile(r"\d+|\d+:[0-5]?\d|\d+:[0-5]?\d:[0-5]?\d")
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
CATEGORIES: Final[Mapping[str, frozenset[str]]] = {
    "Arts": frozenset(("Books", "Design", "Fashion & Beauty", "Food", "Performing Arts", "Visual Arts")),
    "Business": frozenset(("Careers", "Entrepreneurship", "Investing", "Management", "Marketing", "Non-Profit")),
    "Comedy": frozenset(("Comedy Interviews", "Improv", "Stand-Up")),
    "Education": frozenset(("Courses", "How To", "Language Learning", "Self-Improvement")),
    "Fiction": frozenset(("Comedy Fiction", "Drama", "Science Fiction")),
    "Government": frozenset(),
    "Health & Fitness": frozenset(
        ("Alternative Health", "Fitness", "Medicine", "Mental Health", "Nutrition", "Sexuality")
    ),
    "History": frozenset(),
    "Kids & Family": frozenset(("Education for Kids", "Parenting", "Pets & Animals", "Stories for Kids")),
    "Leisure": frozenset(
        ("Animation & Manga", "Automotive", "Aviation", "Crafts", "Games", "Hobbies", "Home & Garden", "Video Games")
    ),
    "Music": frozenset(("Music Commentary", "Music History", "Music Interviews")),
    "News": frozenset(
        ("Business News", "Daily News", "Entertainment News", "News Commentary", "Politics", "Sports News", "Tech News")
    ),
    "Religion & Spirituality": frozenset(
        ("Buddhism", "Christianity", "Hinduism", "Islam", "Judaism", "Religion", "Spirituality")
    ),
    "Science": frozenset(
        (
            "Astronomy",
            "Chemistry",
            "Earth Sciences",
            "Life Sciences",
            "Mathematics",
            "Natural Sciences",
            "Nature",
            "Physics",
            "Social Sciences",
        )
    ),
    "Society & Culture": frozenset(
        ("Documentary", "Personal Journals", "Philosophy", "Places & Travel", "Relationships")
    ),
    "Sports": frozenset(
        (
            "Baseball",
            "Basketball",
            "Cricket",
            "Fantasy Sports",
            "Football",
            "Golf",
            "Hockey",
            "Rugby",
            "Running",
            "Soccer",
            "Swimming",
            "Tennis",
            "Volleyball",
            "Wilderness",
            "Wrestling",
        )
    ),
    "TV & Film": frozenset(("After Shows", "Film History", "Film Interviews", "Film Reviews", "TV Reviews")),
    "Technology": frozenset(),
    "True Crime": frozenset(),
}
_MEDIA: Final = (
    "podcast", "music", "video", "film", "audiobook", "newsletter", "blog", "publisher", "course", "mixed",
)  # fmt: skip


def _category(book: Book, node: Node) -> None:
    name = node.attrs.get("text", "")
    if name not in CATEGORIES:
        book.add("itunes-category", f"Apple knows no category {quoted(name)}", node)
        return
    for child in node.all("itunes:category"):
        if (sub := child.attrs.get("text", "")) not in CATEGORIES[name]:
            book.add("itunes-category", f"Apple knows no category {quoted(sub)} in {name}", child)


def _duration(book: Book, node: Node, value: str, name: str) -> None:
    if not _TIME.fullmatch(value):
        book.add("itunes-duration", f"{name} {quoted(value)} is neither seconds nor hours:minutes:seconds", node)


def _soundbite(book: Book, node: Node) -> None:
    if len(node.text.strip()) > 128:
        book.add("podcast-long", "the title of a soundbite has more than 128 characters", node)


def _trailer_date(book: Book, node: Node, value: str, name: str) -> None:
    rfc822_date(book, node, value, name)


def _country(book: Book, node: Node, value: str, name: str) -> None:
    if not _COUNTRY.fullmatch(value):
        book.add("podcast-country", f"{name} {quoted(value)} is no country code", node)


def _fetched(book: Book, node: Node, value: str, name: str) -> None:
    web_url(book, node, value, name)
    _secure(book, node, value, name)


def _linked(book: Book, node: Node, value: str, name: str) -> None:
    absolute_url(book, node, value, name)
    _secure(book, node, value, name)


def _secure(book: Book, node: Node, value: str, name: str) -> None:
    if podcasting.is_insecure(value):
        book.add("podcast-https", f"{name} {quoted(value)} is not https", node)


def _sources(book: Book, node: Node) -> None:
    for child in node.all("podcast:source"):
        _secure(book, child, child.attrs.get("uri", ""), "uri of <podcast:source>")


def _role(book: Book, node: Node, value: str, name: str) -> None:
    if (wrong := podcasting.not_in_taxonomy(value, None)) is not None:
        book.add("podcast-role", f"{name}: {wrong[0]}", node)


def _group(book: Book, node: Node, value: str, name: str) -> None:
    if (wrong := podcasting.not_in_taxonomy(None, value)) is not None:
        book.add("podcast-role", f"{name}: {wrong[0]}", node)


def _rrule(book: Book, node: Node, value: str, name: str) -> None:
    if not podcasting.is_rrule(value):
        book.add("podcast-rrule", f"{name} {quoted(value)} is no recurrence rule", node)


_SHORT: Final = at_most(255, "itunes-long")
_EXPLICIT: Final = one_of("itunes-explicit", "true", "false", any_case=True)
_YES_NO: Final = one_of("podcast-yes-no", "yes", "no")
_SUB: Final = Kind(many=True, attrs={"text": text}, needs=("text",), children={})
ITUNES: Final[Mapping[str, Kind]] = {
    "itunes:author": Kind((_SHORT,)),
    "itunes:block": Kind((one_of("itunes-block", "yes", "no", any_case=True),)),
    "itunes:category": Kind(
        many=True, attrs={"text": text}, needs=("text",), children={"itunes:category": _SUB}, whole=(_category,)
    ),
    "itunes:complete": Kind((text,)),
    "itunes:duration": Kind((_duration,)),
    "itunes:episode": Kind((whole(1),)),
    "itunes:episodeType": Kind((one_of("itunes-type", "full", "trailer", "bonus", any_case=True),)),
    "itunes:explicit": Kind((_EXPLICIT,)),
    "itunes:image": Kind(attrs={"href": web_url}, needs=("href",), children={}),
    "itunes:keywords": Kind((_SHORT,)),
    "itunes:new-feed-url": Kind((absolute_url,)),
    "itunes:owner": Kind(
        children={"itunes:name": Kind((_SHORT,)), "itunes:email": Kind((email,))}, requires=("itunes:email",)
    ),
    "itunes:season": Kind((whole(1),)),
    "itunes:subtitle": Kind((_SHORT,)),
    "itunes:summary": Kind((at_most(4000, "itunes-long"),)),
    "itunes:title": Kind((text,)),
    "itunes:type": Kind((one_of("itunes-type", "episodic", "serial", any_case=True),)),
}
_PLACE: Final = at_most(128, "podcast-long")
PODCAST: Final[Mapping[str, Kind]] = {
    "podcast:guid": Kind((uuid,)),
    "podcast:locked": Kind((_YES_NO,), attrs={"owner": email}),
    "podcast:funding": Kind((_PLACE,), many=True, attrs={"url": _linked}, needs=("url",)),
    "podcast:transcript": Kind(
        many=True,
        attrs={
            "url": _fetched,
            "type": mime_type,
            "language": language,
            "rel": one_of("podcast-transcript", "captions"),
        },
        needs=("url", "type"),
        children={},
    ),
    "podcast:chapters": Kind(attrs={"url": _fetched, "type": mime_type}, needs=("url", "type"), children={}),
    "podcast:soundbite": Kind(
        (text,),
        many=True,
        attrs={"startTime": number, "duration": number},
        needs=("startTime", "duration"),
        whole=(_soundbite,),
    ),
    "podcast:person": Kind(
        (not_blank, _PLACE), many=True, attrs={"role": _role, "group": _group, "img": web_url, "href": web_url}
    ),
    "podcast:location": Kind(
        (not_blank, _PLACE), many=True, attrs={"geo": text, "osm": text, "rel": text, "country": _country}
    ),
    "podcast:season": Kind((whole(0),), attrs={"name": _PLACE}),
    "podcast:episode": Kind((number,), attrs={"display": text}),
    "podcast:trailer": Kind(
        (not_blank, _PLACE),
        many=True,
        attrs={
            "url": _fetched,
            "pubdate": _trailer_date,
            "length": whole(0),
            "type": mime_type,
            "season": whole(0),
        },
        needs=("url", "pubdate"),
    ),
    "podcast:license": Kind((not_blank, _PLACE), attrs={"url": web_url}),
    "podcast:medium": Kind((one_of("podcast-medium", *_MEDIA, *(f"{each}L" for each in _MEDIA if each != "mixed")),)),
    "podcast:updateFrequency": Kind((_PLACE,), attrs={"complete": text, "dtstart": rfc3339_date, "rrule": _rrule}),
    "podcast:block": Kind((_YES_NO,), many=True, attrs={"id": text}),
    "podcast:txt": Kind((at_most(4000, "podcast-long"),), many=True, attrs={"purpose": text}),
    "podcast:alternateEnclosure": replace(ANYTHING, attrs={"type": mime_type}, needs=("type",), whole=(_sources,)),
    "podcast:image": Kind(
        many=True,
        attrs={
            "href": web_url,
            "alt": text,
            "aspect-ratio": text,
            "width": whole(1),
            "height": whole(1),
            "type": mime_type,
            "purpose": text,
        },
        needs=("href",),
        children={},
    ),
    "podcast:socialInteract": replace(ANYTHING, attrs={"protocol": text}, needs=("protocol",)),
    "podcast:remoteItem": Kind(
        many=True,
        attrs={
            "feedGuid": uuid,
            "feedUrl": web_url,
            "itemGuid": text,
            "itemUrl": web_url,
            "medium": text,
            "title": text,
        },
        needs=("feedGuid",),
        children={},
    ),
}


def is_podcast(channel: Node) -> bool:
    """Does it say anything to podcast programs? A picture alone (itunes:image) is said by weblogs, too."""
    own = {child.name for child in channel.children if child.name.startswith(("itunes:", "podcast:"))}
    items = any(
        child.name.startswith("itunes:") for item in channel.children if item.name in _ITEMS for child in item.children
    )
    return bool(own - {"itunes:image"}) or items


_ITEMS: Final = ("item", "atom:entry")
_WANTED: Final = (
    ("itunes:image", "podcast-image"),
    ("itunes:category", "podcast-category"),
    ("itunes:explicit", "podcast-explicit"),
    ("itunes:owner", "podcast-owner"),
)


def check_show(book: Book, channel: Node, items: Sequence[Node]) -> None:
    """What Apple asks of a show and its episodes besides the form of each element."""
    names = {child.name for child in channel.children}
    for name, rule in _WANTED:
        if name not in names:
            book.add(rule, f"the show has no {name}", channel)
    if not names & {"language", "dc:language"} and "xml:lang" not in channel.attrs:
        book.add("podcast-language", "the show does not say its language", channel)
    for item in items:
        enclosure = item.find("enclosure")
        if enclosure is None and item.name == "item":
            book.add("podcast-enclosure", f"the episode {quoted(item.value('title'))} has no enclosure", item)
        elif enclosure is not None:
            _playable(book, enclosure)


def _playable(book: Book, enclosure: Node) -> None:
    name = enclosure.attrs.get("url", "").partition("?")[0].rpartition("/")[2]
    suffix = name.rpartition(".")[2].lower()
    if suffix not in _PLAYED:
        book.add("podcast-format", f"Apple does not play {quoted(name)}", enclosure)
