"""What podcast programs and directories take: Apple's tables and rules, and those of the podcast namespace. Pure.

Everybody who meets podcasts asks here: the settings before anything is built, the normalizer about what an article
says, the renderer, and whoever looks at a finished document. A function that judges gives None for "fine", or what is
wrong in words. Sources: Apple's "A Podcaster's Guide to RSS" and its category list; the podcast namespace 1.0
(Podcastindex-org/podcast-namespace).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from urllib.parse import unquote

from feedd.model import Chapter, Cover, Enclosure, Entry, Episode, License, Part, Podcast, digest_of

ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"
NAMESPACE = "https://podcastindex.org/namespace/1.0"

# --- Tables -----------------------------------------------------------------------------------------------------------

CATEGORIES: dict[str, tuple[str, ...]] = {
    "Arts": ("Books", "Design", "Fashion & Beauty", "Food", "Performing Arts", "Visual Arts"),
    "Business": ("Careers", "Entrepreneurship", "Investing", "Management", "Marketing", "Non-Profit"),
    "Comedy": ("Comedy Interviews", "Improv", "Stand-Up"),
    "Education": ("Courses", "How To", "Language Learning", "Self-Improvement"),
    "Fiction": ("Comedy Fiction", "Drama", "Science Fiction"),
    "Government": (),
    "Health & Fitness": (
        "Alternative Health", "Fitness", "Medicine", "Mental Health", "Nutrition", "Sexuality",
    ),
    "History": (),
    "Kids & Family": ("Education for Kids", "Parenting", "Pets & Animals", "Stories for Kids"),
    "Leisure": (
        "Animation & Manga", "Automotive", "Aviation", "Crafts", "Games", "Hobbies", "Home & Garden", "Video Games",
    ),
    "Music": ("Music Commentary", "Music History", "Music Interviews"),
    "News": (
        "Business News", "Daily News", "Entertainment News", "News Commentary", "Politics", "Sports News", "Tech News",
    ),
    "Religion & Spirituality": (
        "Buddhism", "Christianity", "Hinduism", "Islam", "Judaism", "Religion", "Spirituality",
    ),
    "Science": (
        "Astronomy", "Chemistry", "Earth Sciences", "Life Sciences", "Mathematics", "Natural Sciences", "Nature",
        "Physics", "Social Sciences",
    ),
    "Society & Culture": ("Documentary", "Personal Journals", "Philosophy", "Places & Travel", "Relationships"),
    "Sports": (
        "Baseball", "Basketball", "Cricket", "Fantasy Sports", "Football", "Golf", "Hockey", "Rugby", "Running",
        "Soccer", "Swimming", "Tennis", "Volleyball", "Wilderness", "Wrestling",
    ),
    "TV & Film": ("After Shows", "Film History", "Film Interviews", "Film Reviews", "TV Reviews"),
    "Technology": (),
    "True Crime": (),
}  # fmt: skip
SHOW_TYPES = ("episodic", "serial")
EPISODE_TYPES = ("full", "trailer", "bonus")
# Those whose feeds have items; their "L" variants only list other feeds.
MEDIUMS = ("podcast", "music", "video", "film", "audiobook", "newsletter", "blog", "course")
TRANSCRIPTS = {
    "vtt": "text/vtt", "srt": "application/x-subrip", "json": "application/json", "html": "text/html",
    "txt": "text/plain",
}  # fmt: skip
CAPTIONS = frozenset(("text/vtt", "application/x-subrip"))  # they have times
CHAPTERS = "application/json+chapters"
# Apple's names, where its documents say another than IANA.
_APPLE_TYPES = {"m4a": "audio/x-m4a", "m4v": "video/x-m4v"}
_APPLE_SUFFIXES = ("m4a", "mp3", "mov", "mp4", "m4v", "pdf")
_COMMONS = "https://creativecommons.org/"
_COMMONS_PARTS = {
    frozenset(each.split("-")): each for each in ("by", "by-nc", "by-nc-nd", "by-nc-sa", "by-nd", "by-sa")
}
# (version, is it adapted to the law of a country?). 2.1 was made for a few countries only, 4.0 for none.
_COMMONS_VERSIONS = frozenset(
    (version, ported)
    for version in ("1.0", "2.0", "2.1", "2.5", "3.0", "4.0")
    for ported in (False, True)
    if (version, ported) not in (("2.1", False), ("4.0", True))
)
_ADDRESS = re.compile(r"https?://[!#-;=?-\[\]_a-z~]+")
_LICENSES = ("arr", "cc-by-4.0", "cc-by-nc-4.0", "cc-by-nc-nd-4.0", "pod-v4v-1.0")

# The podcast taxonomy (taxonomy.json of the namespace): the groups, and the roles in them. It says "Translater".
TAXONOMY: dict[str, tuple[str, ...]] = {
    "Creative Direction": (
        "Director", "Assistant Director", "Executive Producer", "Senior Producer", "Producer", "Associate Producer",
        "Development Producer", "Creative Director",
    ),
    "Cast": (
        "Host", "Co-Host", "Guest Host", "Guest", "Voice Actor", "Narrator", "Announcer", "Reporter",
    ),
    "Writing": (
        "Author", "Editorial Director", "Co-Writer", "Writer", "Songwriter", "Guest Writer", "Story Editor",
        "Managing Editor", "Script Editor", "Script Coordinator", "Researcher", "Editor", "Fact Checker", "Translater",
        "Translator", "Transcriber", "Logger",
    ),
    "Audio Production": (
        "Studio Coordinator", "Technical Director", "Technical Manager", "Audio Engineer", "Remote Recording Engineer",
        "Post Production Engineer",
    ),
    "Audio Post-Production": (
        "Audio Editor", "Sound Designer", "Foley Artist", "Composer", "Theme Music", "Music Production",
        "Music Contributor",
    ),
    "Administration": (
        "Production Coordinator", "Booking Coordinator", "Production Assistant", "Content Manager", "Marketing Manager",
        "Sales Representative", "Sales Manager",
    ),
    "Visuals": ("Graphic Designer", "Cover Art Designer"),
    "Community": ("Social Media Manager",),
    "Misc.": ("Consultant", "Intern"),
    "Video Production": ("Camera Operator", "Lighting Designer", "Camera Grip", "Assistant Camera"),
    "Video Post-Production": ("Editor", "Assistant Editor"),
}  # fmt: skip
# They are compared without case.
_GROUPS = tuple(each.lower().rstrip(".") for each in TAXONOMY)
_ROLES = tuple(each.lower() for inner in TAXONOMY.values() for each in inner)

LONGEST = 255  # of any value, to Apple, unless it says otherwise
LONGEST_TEXT = 4_000  # of a description or summary
LONGEST_LABEL = 128  # of a text of the podcast namespace
LONGEST_DISPLAY = 32


# --- Single values ----------------------------------------------------------------------------------------------------


def category(text: str) -> tuple[str, str] | None:
    """("Arts", "Books") of "Arts/Books", "arts > books" or "Books"; ("Arts", "") of "Arts"."""
    parts = [" ".join(part.split()).casefold() for part in re.split(r"[/>:]", text.replace("&amp;", "&"))]
    for name, inner in CATEGORIES.items():
        names = {each.casefold(): each for each in inner}
        if parts == [name.casefold()]:
            return name, ""
        if len(parts) == 2 and parts[0] == name.casefold() and parts[1] in names:
            return name, names[parts[1]]
        if len(parts) == 1 and parts[0] in names:
            return name, names[parts[0]]
    return None


def near_category(text: str) -> str:
    """The nearest name of a category, for a hint; "" if none is near."""
    known = [*CATEGORIES, *(f"{name}/{each}" for name, inner in CATEGORIES.items() for each in inner)]
    folded = {each.casefold(): each for each in (*known, *(each.rpartition("/")[2] for each in known))}
    near = get_close_matches(text.casefold(), folded, 1, 0.6)
    return folded[near[0]] if near else ""


_PART_TYPES = {"jpg": "image/jpeg", "png": "image/png", "json": CHAPTERS}

_GUID_ROOT = bytes.fromhex("ead4c236bf5858c6a2c6a6b28d128cb6")
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def guid_of(address: str) -> str:
    """podcast:guid: the UUID (version 5, RFC 9562 5.5) of a feed's address without scheme and slashes at its end."""
    name = re.sub(r"^[a-zA-Z][a-zA-Z0-9+.-]*://", "", address).rstrip("/")
    digest = bytearray(hashlib.sha1(_GUID_ROOT + name.encode(), usedforsecurity=False).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x50
    digest[8] = digest[8] & 0x3F | 0x80
    return "-".join((digest[:4].hex(), digest[4:6].hex(), digest[6:8].hex(), digest[8:10].hex(), digest[10:].hex()))


def is_guid(text: str) -> bool:
    return _GUID.fullmatch(text.lower()) is not None


def seconds(value: object) -> float | None:
    """A duration: seconds, or MM:SS, or HH:MM:SS; None for what is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value) if 0 <= value < 10**7 else None
    found = re.fullmatch(r"(?:(\d{1,4}):)?(?:(\d{1,4}):)?(\d{1,7}(?:\.\d{1,6})?)", str(value).strip(), re.ASCII)
    if (
        found is None
        or (found[1] is not None and float(found[3]) >= 60)
        or (found[2] is not None and int(found[2]) > 59)
    ):
        return None
    hours, minutes = (found[1], found[2]) if found[2] is not None else (None, found[1])
    return int(hours or 0) * 3600 + int(minutes or 0) * 60 + float(found[3])


def is_geo(text: str) -> bool:
    """A geo: URI (RFC 5870): latitude and longitude in degrees, perhaps an altitude and an uncertainty."""
    number = r"-?\d{1,3}(?:\.\d{1,10})?"
    found = re.fullmatch(rf"geo:({number}),({number})(?:,{number})?(?:;[\w.=%-]+)*", text, re.ASCII)
    return found is not None and abs(float(found[1])) <= 90 and abs(float(found[2])) <= 180


def is_osm(text: str) -> bool:
    """A node, way or relation of OpenStreetMap, perhaps with its version: "R113314", "W5013364#2"."""
    return re.fullmatch(r"[NWR]\d{1,15}(?:#\d{1,9})?", text, re.ASCII) is not None


def license_of(name: str, url: str | None = None) -> License | None:
    """A licence that programs can look up: one of the list, a Creative Commons one, any address, or any name with an
    address."""
    if url is not None or name.lower() in _LICENSES:
        return License(name.lower() if name.lower() in _LICENSES else name, url)
    found = creative_commons(name)
    if found is not None:
        return License(found.name, None) if found.name in _LICENSES else found
    return License(name, name) if _ADDRESS.fullmatch(name) else None


def creative_commons(text: str) -> License | None:
    """By its name in any usual spelling, or by its address: the identifier that the namespace asks for (SPDX, in lower
    case), and the address."""
    words = " ".join(re.split(r"[\s_/-]+", text.removeprefix(_COMMONS).strip(" /").lower()))
    words = re.sub(r" (?:international|unported|generic|universal)$", "", words)
    if re.fullmatch(r"(?:cc ?0|publicdomain zero)(?: 1\.0)?", words):
        return License("cc0-1.0", f"{_COMMONS}publicdomain/zero/1.0/")
    found = re.fullmatch(r"(?:cc|licenses) (by(?: (?:nc|nd|sa)){0,2}) (\d\.\d)(?: ([a-z]{2}|igo|scotland))?", words)
    parts = _COMMONS_PARTS.get(frozenset(found[1].split())) if found else None
    if found is None or parts is None or (found[2], bool(found[3])) not in _COMMONS_VERSIONS:
        return None
    port = found[3] or ""
    # The words of one of the first version are in another order.
    place = "by-nd-nc" if (parts, found[2]) == ("by-nc-nd", "1.0") else parts
    address = "/".join(filter(None, ("licenses", place, found[2], port)))
    return License("-".join(filter(None, ("cc", parts, found[2], port))), f"{_COMMONS}{address}/")


def cover_part(cover: Cover, recording: str) -> Part:
    """Where the picture inside a recording is published."""
    return part_at(f"covers/{cover.digest}.{cover.suffix}", recording)


def chapters_part(marks: Iterable[Chapter]) -> Part:
    """Where the chapters inside a recording are published."""
    return part_at(f"chapters/{digest_of(chapters_file(marks))}.json")


def part_at(path: str, recording: str = "") -> Part:
    return Part(path, _PART_TYPES[suffix(path)], recording)


def chapters_file(marks: Iterable[Chapter]) -> bytes:
    """JSON Chapters 1.2 (podcast namespace, chapters)."""
    chapters = [
        {"startTime": round(mark.start, 3), "title": mark.title} | ({"url": mark.url} if mark.url else {})
        for mark in marks
    ]
    return json.dumps({"version": "1.2.0", "chapters": chapters}, ensure_ascii=False, indent=1).encode("utf-8")


def not_in_taxonomy(role: str | None, group: str | None) -> tuple[str, str] | None:
    """A role or group that the taxonomy does not have: what is wrong, and the next step."""
    for what, given, known in (("role", role, _ROLES), ("group", group, _GROUPS)):
        text = " ".join((given or known[0]).lower().split()).rstrip(".")
        if text not in known:
            near = get_close_matches(text, known, 1, 0.6)
            hint = f'did you mean "{near[0]}"?' if near else "write host, guest, editor or another one of its list"
            return f'"{(given or "")[:40]}" is no {what} of the podcast taxonomy', hint
    return None


_NUMBERS = r"[+-]?\d{1,3}(?:,[+-]?\d{1,3})*"
_DAY = r"(?:SU|MO|TU|WE|TH|FR|SA)"
_RULE = {
    "FREQ": r"SECONDLY|MINUTELY|HOURLY|DAILY|WEEKLY|MONTHLY|YEARLY",
    "UNTIL": r"\d{8}(?:T\d{6}Z?)?",
    "COUNT": r"0*[1-9]\d{0,8}",
    "INTERVAL": r"0*[1-9]\d{0,8}",
    "BYDAY": rf"(?:[+-]?\d{{1,2}})?{_DAY}(?:,(?:[+-]?\d{{1,2}})?{_DAY})*",
    "WKST": _DAY,
    **dict.fromkeys(("BYSECOND", "BYMINUTE", "BYHOUR", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYMONTH"), _NUMBERS),
    "BYSETPOS": _NUMBERS,
}


def is_rrule(text: str) -> bool:
    """Has it the shape of a recurrence rule (RFC 5545 3.3.10)? Whether the numbers mean a day is not looked at."""
    parts = [each.partition("=") for each in text.upper().split(";")]
    names = [name for name, _, _ in parts]
    if len(set(names)) < len(names) or "FREQ" not in names or {"COUNT", "UNTIL"} <= set(names):
        return False
    return all(name in _RULE and re.fullmatch(_RULE[name], value, re.ASCII) for name, _, value in parts)


def is_insecure(url: str) -> bool:
    """The namespace wants https wherever something is fetched."""
    return url[:5].lower() == "http:"


def apple_type(enclosure: Enclosure) -> str:
    """The media type under which Apple's documents list it."""
    return _APPLE_TYPES.get(suffix(enclosure.url), enclosure.media_type)


def suffix(url: str) -> str:
    return re.split(r"[?#]", url)[0].rpartition("/")[2].rpartition(".")[2].lower()


def is_recording(enclosure: Enclosure) -> bool:
    return enclosure.media_type.startswith(("audio/", "video/"))


def recording(entry: Entry) -> Enclosure | None:
    """The sound or film that a podcast program plays: the first one that Apple takes, else the first."""
    found = [each for each in entry.enclosures if is_recording(each)]
    return next((each for each in found if suffix(each.url) in _APPLE_SUFFIXES), found[0] if found else None)


def stem(url: str) -> str:
    """The name of a file without its suffix."""
    return unquote(re.split(r"[?#]", url)[0].rpartition("/")[2]).rpartition(".")[0]


def forms(entry: Entry) -> tuple[tuple[Enclosure, ...], ...]:
    """The recordings of an entry, those together that are one in several forms: they have one name, and each its own
    type (clip.mp3, clip.ogg)."""
    groups: list[list[Enclosure]] = []
    for each in filter(is_recording, entry.enclosures):
        for group in groups:
            if stem(group[0].url) == stem(each.url) and each.media_type not in [other.media_type for other in group]:
                group.append(each)
                break
        else:
            groups.append([each])
    return tuple(map(tuple, groups))


# --- Rules ------------------------------------------------------------------------------------------------------------


def picture(url: str, width: int | None = None, height: int | None = None) -> str | None:
    """Is this what Apple takes for artwork, as far as is known of it?"""
    if suffix(url) not in ("jpg", "jpeg", "png"):
        return "it is not a .jpg or .png"
    if width is None or height is None:
        return None
    if width != height:
        return f"it is not square ({width} x {height})"
    return None if 1400 <= width <= 3000 else f"it has {width} x {height} pixels, not 1400 to 3000"


def soundbite(start: float, duration: float, whole: float | None = None) -> str | None:
    if not 15 <= duration <= 120:
        return f"a soundbite of {duration:g} seconds is not 15 to 120 long"
    return "a soundbite ends after the recording" if whole and start + duration > whole + 1 else None


def too_long(text: str | None, most: int) -> bool:
    return text is not None and len(text) > most


def show(podcast: Podcast, language: str | None) -> Iterator[tuple[str, str, str]]:
    """What directories will miss or refuse in a feed: (the setting, what is wrong, the next step)."""
    if podcast.image is None:
        hint = "write image: cover.jpg, a square of 1400 to 3000 pixels"
        yield "image", "podcast directories take no show without a picture", hint
    elif (wrong := picture(podcast.image)) is not None:
        yield "image", f"the picture is nothing for directories: {wrong}", "write the address of a .jpg or .png"
    if not podcast.categories:
        yield "category", "podcast directories take no show without a category", "write one, as in category: Technology"
    if language is None:
        yield "language", "podcast directories take no show without a language", "write language: en here or at site"
    if podcast.owner is None or podcast.owner.email is None:
        hint = "write owner: {name: Ann, email: ann@ann.example}, at least until the show is listed"
        yield "owner", "a directory verifies a show by its owner's e-mail", hint
    yield from _of_namespace(podcast)


def _of_namespace(podcast: Podcast) -> Iterator[tuple[str, str, str]]:
    addresses = (("funding", [url for url, _ in podcast.funding]), ("trailer", [each.url for each in podcast.trailers]))
    for name, urls in addresses:
        if any(map(is_insecure, urls)):
            yield name, f"the podcast namespace wants https:// for {name}", "write an address that begins with https://"
    for person in podcast.people:
        if (wrong := not_in_taxonomy(person.role, person.group)) is not None:
            yield "people", *wrong
    if podcast.frequency and podcast.frequency[1] and not is_rrule(podcast.frequency[1]):
        message = f'"{podcast.frequency[1][:60]}" is no recurrence rule'
        yield "update_frequency", message, "write it as RFC 5545 says: FREQ=WEEKLY;BYDAY=MO"


def episode(entry: Entry, podcast: Podcast) -> Iterator[tuple[str, str]]:
    """What directories will miss or refuse in an episode: (what is wrong, the next step)."""
    found = recording(entry)
    if found is None:
        yield "there is no sound or film, so podcast programs pass it over", "name one with audio:, or put it beside"
        return
    yield from _of_recording(found)
    if not entry.title:
        yield "an episode needs a title", "write title: …"
    elif too_long(entry.title, LONGEST):
        yield f"the title is longer than {LONGEST} characters", "make it shorter"
    if entry.image and (wrong := picture(entry.image.url, entry.image.width, entry.image.height)) is not None:
        yield f"the picture is nothing for Apple: {wrong}", "take a square .jpg or .png of 1400 to 3000 pixels"
    about = entry.episode or Episode()
    if podcast.type == "serial" and about.type in (None, "full") and about.number is None:
        yield "a serial show needs the number of each episode", "write episode: 1"
    if about.number is not None and about.number % 1:
        yield "Apple takes only whole numbers of episodes, and is told none", "write episode: 12"
    for each in about.soundbites:
        if (wrong := soundbite(each.start, each.duration, found.duration)) is not None:
            yield wrong, "correct its start and duration"
    yield from _of_parts(entry, found, about)


def _of_parts(entry: Entry, found: Enclosure, about: Episode) -> Iterator[tuple[str, str]]:
    others = [each.url for each in entry.enclosures if each is not found and is_recording(each)]
    addresses = (
        ("transcripts", [each.url for each in about.transcripts]),
        ("chapters", [about.chapters[0]] if about.chapters else []),
        ("alternate enclosures", others),
    )
    insecure = [name for name, urls in addresses if any(map(is_insecure, urls))]
    if insecure:
        hint = "serve them over https, and write that address"
        yield f"the podcast namespace wants https:// for {' and '.join(insecure)}", hint
    for person in about.people:
        if (wrong := not_in_taxonomy(person.role, person.group)) is not None:
            yield wrong


def _of_recording(found: Enclosure) -> Iterator[tuple[str, str]]:
    if suffix(found.url) not in _APPLE_SUFFIXES:
        yield f"Apple takes no .{suffix(found.url)[:10]}", "put an .mp3 or .m4a beside it: that one goes first"
    if not found.length:
        yield "the size of the recording is not known", "write it: audio: {url: …, length: 12345678}"
    if not found.duration:
        yield "the length of the recording is not known", 'write duration: "32:10"'
