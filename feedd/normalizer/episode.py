"""What makes an article an episode: what its front matter says in the words of podcasts, what the tags of its recording
say, and what lies beside it. Pure.

The front matter is asked only for an article with a sound or film, so that elsewhere a `location` or a `license` means
whatever its author's generator means by it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from feedd import podcasting
from feedd.model import (
    Article,
    Claim,
    Companion,
    Credit,
    Episode,
    License,
    Location,
    MediaTags,
    Problem,
    Soundbite,
    SourceDocument,
    Transcript,
)
from feedd.normalizer import identity, media
from feedd.normalizer.claims import fold
from feedd.normalizer.findings import FIELD, RECORDING, Reading, warning
from feedd.normalizer.values import (
    MAX_LABELS,
    Misfit,
    coordinates,
    each_person,
    first_of,
    has_coordinates,
    is_web_url,
    plain,
    read_authors,
    read_language,
    read_license,
    read_line,
    read_person,
    read_switch,
)

FORMAT = "media"  # what a preset calls the suffixes of recordings
TAGS = "tags of the recording"  # the claim's field
COVER = "cover of the recording"  # another: (what is known of it, the file that holds it)
_HTML = re.compile(r"<(?:p|br|a|ul|ol|div|h[1-6])[\s/>]", re.IGNORECASE)


# --- A recording and what lies beside it ------------------------------------------------------------------------------


def read_recording(document: SourceDocument) -> Reading:
    """A sound or film without notes: what its tags say, and itself."""
    tags = document.tags or MediaTags()
    notes = tags.notes or ""
    own = media.enclosure(document.key.path, document.stat.size, tags)
    others = (claim.value for claim in media.beside(document.companions) if claim.field == "enclosures")
    enclosures = (own, *(each for found in others for each in found))
    return Reading(
        claims=(
            *_said_by(tags, document.key.path),
            Claim("enclosures", enclosures, "the recording itself"),
            Claim("title", _title_of(document.key.path), "file name"),
        ),
        body=notes,
        body_type=type_of(notes),
        body_line=1,
        problems=tuple(_unread(tags)),
    )


def type_of(notes: str) -> str:
    """Tags hold plain text, or the HTML that was meant for a feed."""
    return "html" if _HTML.search(notes) else "text"


def _title_of(path: str) -> str:
    """A recording without a title has the name of its file: "Why not" for 2026-11-23-why_not.mp3."""
    words = " ".join(re.sub(r"[-_\s]+", " ", identity.folder_and_slug(path)[1]).split())
    return words[:1].upper() + words[1:]


def beside(companions: tuple[Companion, ...]) -> tuple[tuple[Claim, ...], tuple[Problem, ...], str]:
    """What the recordings beside an article say, trouble with them, and their notes, for an article without text."""
    recordings = sorted(
        (each for each in companions if each.tags is not None),
        key=lambda each: (media.ENCLOSURES.index(each.path.rpartition(".")[2].lower()), each.path),
    )
    problems = tuple(
        replace(problem, where=each.path) for each in recordings if each.tags for problem in _unread(each.tags)
    )
    if not recordings or recordings[0].tags is None:
        return (), problems, ""
    tags = recordings[0].tags
    return tuple(_said_by(tags, recordings[0].path)), problems, tags.notes or ""


def _said_by(tags: MediaTags, path: str) -> Iterator[Claim]:
    rule = f"tags of {path.rpartition('/')[2]}"
    authors = read_authors(tags.artist, None, "artist") if tags.artist else None
    for field, value in (("title", tags.title), ("authors", authors), ("date", tags.date)):
        if value and not isinstance(value, Misfit):
            yield Claim(field, value, rule)
    if tags.cover is not None:
        yield Claim(COVER, (tags.cover, path), rule)
    yield Claim(TAGS, tags, rule)


def _unread(tags: MediaTags) -> Iterator[Problem]:
    if tags.problem:
        hint = "copy the file once more, or write what is missing in a file of notes beside it"
        yield warning(RECORDING, "", f"the recording cannot be understood: {tags.problem}", hint)


_PART = re.compile(r"(?:\.(transcript|chapters)|\.([a-z]{2,3}(?:-[a-z]{2,4})?))?\.(\w+)")


def parts_beside(companions: tuple[Companion, ...], stem: str) -> Iterator[Claim]:
    """x.vtt, x.de.srt and x.transcript.html beside x.mp3 are its words, x.chapters.json its chapters."""
    found = []
    for each in sorted(companions, key=lambda companion: companion.path):
        named = _PART.fullmatch(each.path[len(stem) :].lower())
        if named is None:
            continue
        kind, language, suffix = named[1], named[2], named[3]
        if kind == "chapters" and suffix == "json":
            yield Claim("chapters", media.address(each.path), media.RULE)
        elif (kind == "transcript" and suffix in podcasting.TRANSCRIPTS) or (kind is None and suffix in ("vtt", "srt")):
            found.append(_transcript(media.address(each.path), language))
    if found:
        yield Claim("transcripts", tuple(found), media.RULE)


def _transcript(
    url: str, language: str | None = None, kind: str | None = None, captions: bool | None = None
) -> Transcript:
    media_type = kind or podcasting.TRANSCRIPTS.get(podcasting.suffix(url), "text/plain")
    return Transcript(url, media_type, language, media_type in podcasting.CAPTIONS if captions is None else captions)


# --- What the front matter says ---------------------------------------------------------------------------------------


def _read_whole(value: Any, raw: str | None, key: str) -> int | Misfit | None:
    text = plain(value)
    if text is None:
        return None
    if re.fullmatch(r"0*[1-9][0-9]{0,5}", text, re.ASCII):
        return int(text)
    return Misfit(f"{key} is not a whole number from 1", "write it like 2")


def _read_number(value: Any, raw: str | None, key: str) -> float | Misfit | None:
    text = plain(value)
    if text is None:
        return None
    if re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,3})?", text, re.ASCII) and float(text) > 0:
        return float(text)
    return Misfit(f"{key} is not a positive number", "write it like 12; a word for it goes to episode_display")


def _read_type(value: Any, raw: str | None, key: str) -> str | Misfit | None:
    text = plain(value)
    if text is None or text.lower() in podcasting.EPISODE_TYPES:
        return text.lower() if text else None
    return Misfit(f'{key} "{text[:40]}" is none of {", ".join(podcasting.EPISODE_TYPES)}', "write one of these")


def _read_explicit(value: Any, raw: str | None, key: str) -> bool | Misfit | None:
    return False if plain(value) in ("clean", "Clean") else read_switch(value, raw, key)


def _read_duration(value: Any, raw: str | None, key: str) -> int | Misfit | None:
    if value is None or value == "":
        return None
    found = podcasting.seconds(value)
    return Misfit(f"{key} is no duration", "write seconds, or like 32:10 or 1:02:03") if found is None else round(found)


def _listed(value: Any, key: str) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _each(
    read: Callable[[Any], Any], what: str, items_of: Callable[[Any, str], list[Any]] = _listed
) -> Callable[[Any, str | None, str], Any]:
    """A reader of one or a list of things, each of which `read` takes or (None) does not."""

    def reader(value: Any, raw: str | None, key: str) -> Any:
        items = items_of(value, key)
        found = [read(item) for item in items[:MAX_LABELS] if item not in (None, "", {}, [])]
        good = tuple(each for each in found if each is not None)
        return (
            good or None if len(good) == len(found) else Misfit(f"{key} has an item without {what}", "", good or None)
        )

    return reader


def _parts(value: Any, main: str) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {main: value}


def _address(value: Any) -> str | None:
    """An absolute address, or a path as an article writes it."""
    text = plain(value)
    if text is None or re.search(r"[\x00-\x20<>\"\\]", text):
        return None
    return text if is_web_url(text) or not re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:", text) else None


def _one_transcript(value: Any) -> Transcript | None:
    parts = _parts(value, "url")
    url, kind, language = _address(first_of(parts, "url", "src", "href", "file")), plain(parts.get("type")), None
    if url is None:
        return None
    if parts.get("language") is not None:
        tag = read_language(parts["language"], None, "language")
        language = tag if isinstance(tag, str) else None
    captions = True if plain(parts.get("rel")) == "captions" else None
    return _transcript(url, language, kind if kind and re.fullmatch(r"[\w.+-]+/[\w.+-]+", kind) else None, captions)


def _one_soundbite(value: Any) -> Soundbite | None:
    parts = _parts(value, "start")
    start = podcasting.seconds(first_of(parts, "start", "starttime", "start_time"))
    duration = podcasting.seconds(parts.get("duration"))
    if start is None or not duration:
        return None
    return Soundbite(start, duration, _short(plain(parts.get("title")) or ""))


def _person(role: str | None) -> Callable[[Any], Credit | None]:
    def read(value: Any) -> Credit | None:
        parts = _parts(value, "name")
        person = read_person(plain(parts.get("name")))  # "Name <mail>", as authors are written
        if person is None:
            return None
        said, group = plain(parts.get("role")), plain(parts.get("group"))
        image, url = _address(first_of(parts, "img", "image", "picture")), first_of(parts, "href", "url", "uri")
        return Credit(_short(person.name), said or role, group, image, _address(url or person.uri))

    return read


def _places(value: Any, key: str) -> list[Any]:
    """Coordinates alone are a place on the map (`extras`); podcast:location is not written without a name."""
    return [each for each in _listed(value, key) if not _is_point(each)]


def _is_point(value: Any) -> bool:
    if not isinstance(value, Mapping) or first_of(value, "name", "osm", "country") is not None:
        return False
    return (coordinates(value) or coordinates(first_of(value, "geo"))) is not None


def _one_location(value: Any) -> Location | None:
    parts = _parts(value, "name")
    name, geo, osm, country = (plain(parts.get(each)) for each in ("name", "geo", "osm", "country"))
    if name is None:
        return None
    if geo is None and isinstance(value, Mapping) and has_coordinates(value):
        geo = ",".join(coordinates(value) or ())
    if geo is not None and not podcasting.is_geo(geo := geo if geo.startswith("geo:") else f"geo:{geo}"):
        return None
    if osm is not None and not podcasting.is_osm(osm):
        return None
    country = country.upper() if country and re.fullmatch(r"[A-Za-z]{2}", country) else None
    return Location(_short(name), geo, osm, country, plain(parts.get("rel")) == "creator")


def _read_license(value: Any, raw: str | None, key: str) -> License | Misfit | None:
    found = read_license(value, raw, key)
    return replace(found, name=_short(found.name)) if isinstance(found, License) else found


def _read_chapters(value: Any, raw: str | None, key: str) -> str | Misfit | None:
    url = _address(first_of(_parts(value, "url"), "url", "src", "href", "file"))
    return url or Misfit(f"{key} is not the address of a file", "write a URL, or a file beside the article")


def _short(text: str) -> str:
    return " ".join(text.split())[: podcasting.LONGEST_LABEL]


# (what it is, the names people give it, how its value is read). Names are compared as those of `claims`.
FIELDS: tuple[tuple[str, str, Callable[[Any, str | None, str], Any]], ...] = (
    ("duration", "duration itunesduration", _read_duration),
    ("season", "season seasonnumber itunesseason", _read_whole),
    ("season_name", "seasonname seasontitle", read_line),
    ("number", "episode episodenumber itunesepisode", _read_number),
    ("display", "episodedisplay", read_line),
    ("type", "episodetype itunesepisodetype", _read_type),
    ("title", "itunestitle episodetitle", read_line),
    ("subtitle", "subtitle itunessubtitle", read_line),
    ("explicit", "explicit itunesexplicit", _read_explicit),
    ("block", "block itunesblock", read_switch),
    ("transcripts", "transcripts transcript", _each(_one_transcript, "an address")),
    ("chapters", "chapters chaptersfile", _read_chapters),
    ("soundbites", "soundbites soundbite", _each(_one_soundbite, "a start and a duration")),
    ("people", "people persons person", _each(_person(None), "a name", each_person)),
    ("hosts", "hosts host", _each(_person("host"), "a name", each_person)),
    ("guests", "guests guest", _each(_person("guest"), "a name", each_person)),
    ("locations", "locations location", _each(_one_location, "a name, or with a geo or osm that is none", _places)),
    ("license", "license licence", _read_license),
)


@dataclass(frozen=True, slots=True)
class Believed:
    """An episode (None: nothing makes it one but its sound), the length of its recording, why, and what is wrong."""

    episode: Episode | None
    duration: int | None = None
    trace: tuple[Claim, ...] = ()
    problems: tuple[Problem, ...] = ()


def believe(article: Article, line: Callable[[Any], str], resolve: Callable[[str], str]) -> Believed:
    """What an article with a recording says as an episode. `line` makes text fit for a feed, `resolve` an address
    absolute."""
    said, trace, problems = _stated(article)
    tags = next((claim for claim in article.claims if claim.field == TAGS), None)
    for field, value in _from_tags(tags.value).items() if tags is not None else ():
        if value is not None and field not in said:
            said[field] = value
            trace.append(Claim(f"episode {field}", value, tags.rule if tags is not None else ""))
    for claim in article.claims:
        if claim.field in ("transcripts", "chapters") and claim.field not in said:
            said[claim.field] = claim.value
            trace.append(replace(claim, field=f"episode {claim.field}"))
    problems.extend(_of_no_number(article, said))
    duration = said.pop("duration", None)
    said["people"] = (*said.pop("people", ()), *said.pop("hosts", ()), *said.pop("guests", ()))
    episode = _resolved(Episode(**said), line, resolve)
    return Believed(episode if episode != Episode() else None, duration, tuple(trace), tuple(problems))


def _stated(article: Article) -> tuple[dict[str, Any], list[Claim], list[Problem]]:
    named = {fold(str(key)): str(key) for key in reversed(list(article.matter))}
    said: dict[str, Any] = {}
    trace, problems = [], []
    for field, names, read in FIELDS:
        for key in (named[name] for name in names.split() if name in named):
            value, at = read(article.matter[key], None, key[:40]), article.lines.get(key)
            if isinstance(value, Misfit):
                problems.append(warning(FIELD, article.key.path, value.message, value.hint, at))
                value = value.value
            if value is not None and field not in said:
                said[field] = value
                trace.append(Claim(f"episode {field}", value, "front matter", at))
    return said, trace, problems


# (field, the number in whose place it is shown, the next step)
_SHOWN_FOR = (
    ("display", "number", "write episode: 3"),
    ("season_name", "season", "write season: 1"),
)


def _of_no_number(article: Article, said: dict[str, Any]) -> Iterator[Problem]:
    """The namespace has words only beside a number, and a number is nothing to invent."""
    for field, number, hint in _SHOWN_FOR:
        if field in said and number not in said:
            names = next(names.split() for each, names, _ in FIELDS if each == field)
            key = next(str(each) for each in article.matter if fold(str(each)) in names)
            del said[field]
            message = f"{key[:40]} is left out: it is shown in place of a number, and there is none"
            yield warning(FIELD, article.key.path, message, hint, article.lines.get(key))


def _from_tags(tags: MediaTags) -> dict[str, Any]:
    """Track and disc are numbers from 1, or nothing."""
    numbers = {"number": _read_number(tags.episode, None, ""), "season": _read_whole(tags.season, None, "")}
    found: dict[str, Any] = {field: each for field, each in numbers.items() if not isinstance(each, Misfit)}
    duration = round(tags.duration) if tags.duration else None
    return found | {"duration": duration, "explicit": tags.explicit, "marks": tags.chapters or None}


def _resolved(episode: Episode, line: Callable[[Any], str], resolve: Callable[[str], str]) -> Episode:
    return replace(
        episode,
        season_name=line(episode.season_name) or None,
        display=line(episode.display) or None,
        title=line(episode.title) or None,
        subtitle=line(episode.subtitle) or None,
        transcripts=tuple(replace(each, url=resolve(each.url)) for each in episode.transcripts),
        license=replace(episode.license, url=resolve(episode.license.url))
        if episode.license and episode.license.url
        else episode.license,
        chapters=(resolve(episode.chapters), podcasting.CHAPTERS) if isinstance(episode.chapters, str) else None,
        marks=tuple(
            replace(each, title=line(each.title), url=resolve(each.url) if each.url and is_web_url(each.url) else None)
            for each in episode.marks
        ),
        people=tuple(
            replace(
                each,
                image=resolve(each.image) if each.image else None,
                url=resolve(each.url) if each.url else None,
            )
            for each in episode.people
        ),
    )
