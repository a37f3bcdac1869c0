"""The shape of `feeds.podcast`: what podcast programs and directories are told about a feed."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any

from feedd import podcasting
from feedd.settings import codes, types
from feedd.settings.base_shape import Shape, needed, setting
from feedd.settings.checks import fault, text
from feedd.settings.types import Check, OneOrMore, Picture, ShortFor, Text, Url, YesNo, matching

# --- Values -----------------------------------------------------------------------------------------------------------


def category(value: object) -> tuple[str, str]:
    """A category of Apple's, or one with its subcategory."""
    given = text(value)
    found = podcasting.category(given)
    if found is None:
        near = podcasting.near_category(given)
        known = f"known are {', '.join(podcasting.CATEGORIES)}, each alone or with one of its own: Arts/Books"
        raise fault(codes.BAD_VALUE, f'"{given}" is not a category', f'did you mean "{near}"?' if near else known)
    return found


def guid(value: object) -> str:
    given = text(value).lower()
    if not podcasting.is_guid(given):
        raise fault(codes.BAD_VALUE, f'"{given}" is not a UUID', "write the podcast:guid that the show has elsewhere")
    return given


def geo(value: object) -> str:
    given = text(value)
    given = given if given.startswith("geo:") else f"geo:{given}"
    if not podcasting.is_geo(given):
        raise fault(codes.BAD_VALUE, f'"{given}" is not a place', "write latitude and longitude: geo:50.0875,14.4214")
    return given


def osm(value: object) -> str:
    given = text(value)
    if not podcasting.is_osm(given):
        hint = "write N, W or R for node, way or relation and its number: R113314"
        raise fault(codes.BAD_VALUE, f'"{given}" is nothing of OpenStreetMap', hint)
    return given


def country(value: object) -> str:
    given = text(value).upper()
    if not re.fullmatch(r"[A-Z]{2}", given):
        raise fault(codes.BAD_VALUE, f'"{given}" is not a country', "write its two letters: CZ")
    return given


def slug(value: object) -> str:
    """The name of a platform in the namespace's list, which grows; so only its form is looked at."""
    given = text(value)
    if not re.fullmatch(r"[a-z0-9]+", given):
        raise fault(codes.BAD_VALUE, f'"{given}" is not a platform', "write it as the list does: spotify")
    return given


def moment(value: object) -> datetime:
    """Without a zone where none is written: the site's, which is not known here."""
    given = text(value)
    try:
        return datetime.fromisoformat(given).replace(microsecond=0)
    except ValueError:
        raise fault(codes.BAD_VALUE, f'"{given}" is not a date', "write it like 2026-11-23") from None


def label(value: object) -> str:
    given = text(value)
    if len(given) > podcasting.LONGEST_LABEL:
        raise fault(codes.BAD_VALUE, f"this is longer than {podcasting.LONGEST_LABEL} characters", "make it shorter")
    return given


def email(value: object) -> str:
    given = text(value)
    if not re.fullmatch(r"[^\s@<>()]+@[^\s@<>()]+\.[^\s@<>()]+", given):
        raise fault(codes.BAD_VALUE, f'"{given}" is not an e-mail address', "write it like ann@ann.example")
    return given


_TEXT: dict[str, Any] = {"type": "string", "minLength": 1}
_NAMES = [
    *podcasting.CATEGORIES,
    *(f"{name}/{each}" for name, inner in podcasting.CATEGORIES.items() for each in inner),
]
Category = Annotated[tuple[str, str], Check(category, {"anyOf": [{"enum": _NAMES}, _TEXT]})]
Guid = Annotated[str, Check(guid, matching("^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$"))]
Geo = Annotated[str, Check(geo, matching(r"^(geo:)?-?\d"))]
Osm = Annotated[str, Check(osm, matching(r"^[NWR]\d+"))]
Country = Annotated[str, Check(country, matching("^[A-Za-z]{2}$"))]
Platform = Annotated[str, Check(slug, matching("^[a-z0-9]+$"))]
Day = Annotated[datetime, Check(moment, matching(r"^\d{4}-\d{2}-\d{2}"))]
Label = Annotated[str, Check(label, _TEXT | {"maxLength": podcasting.LONGEST_LABEL})]
Email = Annotated[str, Check(email, matching("@"))]
Season = Annotated[int, types.whole(1, 100_000)]


# --- Mappings ---------------------------------------------------------------------------------------------------------


class OwnerShape(Shape):
    name: Text | None = setting(None, "Their name. Default: the author's.")
    email: Email = needed("An e-mail address; it is published, and directories write to it.")


class FundingShape(Shape):
    url: Url = needed("Where one can give.")
    text: Label = setting("Support the show", "What the link says.")


class PersonShape(Shape):
    name: Label = needed("Their name.")
    role: Label | None = setting(None, "What they do, as in the podcast taxonomy. Default: host.")
    group: Label | None = setting(None, "Where in the taxonomy the role is. Default: cast.")
    image: Url | None = setting(None, "A picture of them.")
    url: Url | None = setting(None, "Their own page.")


class LocationShape(Shape):
    name: Label = needed("The place as people call it.")
    geo: Geo | None = setting(None, "Its latitude and longitude: geo:50.0875,14.4214.")
    osm: Osm | None = setting(None, "Its node, way or relation in OpenStreetMap: R435514.")
    country: Country | None = setting(None, "Its country in two letters.")
    rel: Annotated[str, types.one_of("subject", "creator")] = setting(
        "subject", "subject is what the show is about, creator where it is made."
    )


class LicenseShape(Shape):
    name: Label = needed("Its short name: cc-by-4.0, arr, or one of your own.")
    url: Url | None = setting(None, "Its text; a name of your own needs it.")


class TrailerShape(Shape):
    url: Url = needed("The sound or film.")
    title: Label = needed("What it is called.")
    published: Day = needed("When it came out: 2026-11-23.")
    type: Text | None = setting(None, "Its media type. Default: by its suffix.")
    length: Annotated[int, types.whole(1, 10**12)] | None = setting(None, "Its size in bytes.")
    season: Season | None = setting(None, "The season it is for.")


class TextShape(Shape):
    text: Text = needed("The text, mostly a code that a platform gave you.")
    purpose: Label | None = setting(None, "What it is for: verify, applepodcastsverify.")


class OtherShowShape(Shape):
    guid: Guid = needed("Its podcast:guid.")
    url: Url | None = setting(None, "Its feed.")
    title: Label | None = setting(None, "What it is called.")


class FrequencyShape(Shape):
    text: Label = needed("How often it comes, in words.")
    rrule: Text | None = setting(None, "The same as a recurrence rule (RFC 5545): FREQ=WEEKLY;BYDAY=MO.")


class PodcastShape(Shape):
    category: OneOrMore[Category] = setting((), "Apple's category, alone or with a subcategory: Arts/Books.")
    image: Picture | None = setting(
        None, "The show's picture, a square .jpg or .png of 1400 to 3000 pixels: a URL, or a path below the site."
    )
    explicit: YesNo = setting(False, "Whether it is for adults only.")
    author: Text | None = setting(None, "Who makes it. Default: the site's author, else its title.")
    owner: Annotated[OwnerShape, ShortFor("email")] | None = setting(
        None, "Whom directories write to. Default: the site's author, if that has an e-mail."
    )
    type: Annotated[str, types.one_of(*podcasting.SHOW_TYPES)] = setting(
        "episodic", "serial where episodes are heard in their order, from the first."
    )
    complete: YesNo = setting(False, "There will be no more episodes.")
    block: YesNo = setting(False, "No directory shall list it.")
    block_on: OneOrMore[Platform] = setting((), "These platforms shall not list it: spotify.")
    allow_on: OneOrMore[Platform] = setting((), "With block: only these platforms may list it.")
    new_feed_url: Url | None = setting(None, "Where the feed has moved to; keep it there for some weeks.")
    copyright: Text | None = setting(None, "The copyright line. Default: the site's rights.")
    guid: Guid | None = setting(None, "The show's lasting id. Default: made from the feed's address.")
    locked: YesNo | None = setting(None, "yes: no other host may take the show over.")
    funding: OneOrMore[Annotated[FundingShape, ShortFor("url")]] = setting((), "Where listeners can give.")
    people: OneOrMore[Annotated[PersonShape, ShortFor("name")]] = setting((), "Who is heard in most episodes.")
    location: OneOrMore[Annotated[LocationShape, ShortFor("name")]] = setting((), "What it is about, or where made.")
    license: Annotated[LicenseShape, ShortFor("name")] | None = setting(None, "The licence of its recordings.")
    medium: Annotated[str, types.one_of(*podcasting.MEDIUMS)] = setting("podcast", "What its recordings are.")
    trailer: OneOrMore[TrailerShape] = setting((), "What one hears before subscribing.")
    txt: OneOrMore[Annotated[TextShape, ShortFor("text")]] = setting((), "Texts for machines, as in DNS.")
    podroll: OneOrMore[Annotated[OtherShowShape, ShortFor("guid")]] = setting((), "Other shows you like.")
    update_frequency: Annotated[FrequencyShape, ShortFor("text")] | None = setting(None, "How often it comes.")
    simple_chapters: YesNo = setting(
        False, "Write the chapters of the recordings' tags into the feed (Podlove Simple Chapters)."
    )
