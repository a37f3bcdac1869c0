"""Article -> what we believe of it: one value per field, each with the claim it comes from. Pure.

A field takes the first claim that can be used; the claims come in order of trust. What the file itself does not say
(the id, the first-seen date, whether anything changed) is decided in `compare`, where the past is known.
"""

from __future__ import annotations

import posixpath
import re
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urljoin, urlsplit
from zoneinfo import ZoneInfo

from feedd import podcasting
from feedd.model import (
    Article,
    Claim,
    Enclosure,
    Entry,
    Extras,
    FileStat,
    Image,
    Level,
    Page,
    Person,
    Problem,
    Resolved,
    Site,
    Source,
)
from feedd.normalizer import SUFFIXES, episode, extras, identity, matter, references
from feedd.normalizer.dates import ParsedDate, parse_date
from feedd.normalizer.plain import xml_safe
from feedd.normalizer.values import UNKNOWN_TYPE
from feedd.ports import Preset, Surroundings

DEFAULT_LINK = Source("", "").link
# Raised whenever the same file gives another entry than before: then every file is read once more.
VERSION = "6"
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading one file came to: an entry proposed, or the problem that keeps the last good one published.

    `given` are the fields the article itself states ("id", "date", "updated"): they win over what is remembered; and
    "minor" or "major" where it says so of this edit.
    `trace` has one claim per field of the entry: value, rule, line, for people who ask why.
    """

    stat: FileStat
    digest: str
    entry: Entry | None
    problems: tuple[Problem, ...] = ()
    given: frozenset[str] = frozenset()
    trace: tuple[Claim, ...] = ()
    removed: tuple[str, ...] = ()  # of the generator's template language, for people


class _Believer:
    """Picks claims, collects the trace and the problems of one article."""

    def __init__(self, article: Article, where: str, zone: ZoneInfo, order: str | None) -> None:
        self._claims: dict[str, list[Claim]] = {}
        for claim in article.claims:
            self._claims.setdefault(claim.field, []).append(claim)
        self._where, self._zone, self._order = where, zone, order
        self.trace: list[Claim] = []
        self.problems: list[Problem] = list(article.problems)

    def take(self, field: str, default: Any = None, rule: str = "not given") -> Any:
        claims = self._claims.get(field)
        claim = claims[0] if claims else Claim(field, default, rule)
        self.trace.append(claim)
        return claim.value

    def first(self, field: str) -> Claim | None:
        """The claim that is believed, without a trace."""
        return next(iter(self._claims.get(field, ())), None)

    def peek(self, field: str) -> Any:
        """Its value."""
        claim = self.first(field)
        return claim.value if claim else None

    def has(self, field: str) -> bool:
        return field in self._claims

    def date(self, field: str) -> ParsedDate | None:
        """The first claim of a date that can be read; each that cannot is a warning with its line."""
        for claim in self._claims.get(field, ()):
            parsed = parse_date(claim.value, self._zone, self._order)
            if isinstance(parsed, ParsedDate):
                self.trace.append(replace(claim, value=parsed.instant, rule=f"{claim.rule}, {parsed.rule}"))
                return parsed
            self.warn(
                "FD212",
                f"the {field.replace('_', ' ')} cannot be used: {parsed}",
                claim.line,
                "write it like 2026-11-23 10:00",
                claim.where,
            )
        return None

    def warn(self, code: str, message: str, line: int | None = None, hint: str = "", where: str | None = None) -> None:
        self.problems.append(Problem(code, where or self._where, message, hint, line, level=Level.WARNING))


def believed_with(source: Source, site: Site) -> str:
    """What an entry depends on besides its file. When this changes, the same file is another entry."""
    given = (source.link, source.language, source.preset, source.site_root, source.trusted, source.date_order)
    recordings = source.preset is not None and any(name == episode.FORMAT for _, name in source.preset.suffixes)
    parts = (site.feeds_url,) if recordings else ()  # below which covers and chapters are published
    prefix = (source.media_prefix,) if source.media_prefix else ()
    return repr((VERSION, *given, site.url, site.language, site.timezone, *prefix, *parts))


def normalize(
    article: Article,
    source: Source,
    site: Site,
    stat: FileStat,
    digest: str,
    now: datetime,
    around: Surroundings = references.NOWHERE,
) -> Reading:
    """Believe an article. The entry's `id` is the given one, or "" until `compare` finds or mints it; its `published`
    is the stated date, or the file's time, which counts only the first time the file is seen."""
    if source.preset is not None:
        article = _not_a_part(source.preset.believe(article), source.preset, around)
    believer = _Believer(article, article.key.path, ZoneInfo(site.timezone), source.date_order)
    given = {field for field in ("id", "date", "updated") if believer.has(field)}
    given |= {field for field in ("minor", "major") if believer.has(field) and believer.take(field)}

    published, publish_at = _publication(believer, stat, now, given)
    expires = believer.date("expires")
    updated = believer.date("updated")
    if updated is None:
        given.discard("updated")
    title = _line(believer.take("title", "", "none found"))
    categories = _lines(believer.take("categories", ()))
    tags = _lines(believer.take("tags", ()))
    language = believer.take("language", source.language or site.language, "settings")
    local = published.astimezone(ZoneInfo(site.timezone))
    slug = _safe(believer.peek("slug")) or None
    page = Page(
        article.key.path, site, local, title, slug, categories, tags, language, article.body_type, article.matter
    )
    url = _url(believer, page, source)
    body = source.preset.resolve(article.body, page, around) if source.preset else Resolved(article.body)
    entry = Entry(
        key=article.key,
        id=_safe(believer.take("id", "", "see below")),
        url=url,
        title=title,
        published=published,
        updated=max(published, updated.instant if updated else published),
        authors=tuple(_person(person) for person in believer.take("authors", (), "none; the site's author applies")),
        categories=categories,
        tags=tags,
        language=language,
        summary=_line(believer.take("summary", None, "cut from the first paragraphs")) or None,
        body=_safe(body.body),
        body_type=article.body_type,
        image=_image(believer, page, url, source, around),
        caption=_line(believer.take("caption")) or None,
        credit=_line(believer.take("credit")) or None,
        enclosures=tuple(_enclosure(item, page, url, source, around) for item in believer.take("enclosures", ())),
        draft=bool(believer.take("draft", False, "not marked")),
        publish_at=publish_at,
        expires_at=expires.instant if expires else None,
        feeds=believer.take("feeds", None, "every feed whose query it matches"),
        aliases=tuple(_encode(urljoin(site.url + "/", _safe(alias))) for alias in believer.take("aliases", (), "none")),
        trusted=source.trusted,
        references=references.explain(body.body, page, url, source, around),
        matter=matter.kept(article.matter),
    )
    _look_at_id(entry, site, believer)
    entry = _as_episode(entry, article, page, source, around, believer)
    entry = _with_extras(entry, article, page, source, around, believer)
    return Reading(stat, digest, entry, tuple(believer.problems), frozenset(given), tuple(believer.trace), body.removed)


def _look_at_id(entry: Entry, site: Site, believer: _Believer) -> None:
    """Readers compare ids letter by letter, so a stated one is carried whatever its form (RFC 4287 4.2.6.1)."""
    claim = believer.first("id")
    if claim is None or not entry.id or identity.is_iri(entry.id):
        return
    better = identity.as_iri(entry.id, identity.host_of(site.url), entry.published)
    believer.warn(
        "FD214",
        f'the id "{entry.id[:60]}" is carried as written, but is no valid absolute IRI as in RFC 4287 4.2.6',
        claim.line,
        f"in a new article write id: {better}; an id that readers know stays, they compare it letter by letter",
        claim.where,
    )


def _as_episode(
    entry: Entry, article: Article, page: Page, source: Source, around: Surroundings, believer: _Believer
) -> Entry:
    """An entry with a sound or film: what makes it an episode, how long it is, and the address that counts."""
    first = podcasting.recording(entry)
    if first is None:
        return entry

    def resolve(address: str) -> str:
        return _encode(references.resolve(address, page, entry.url, source, around))

    believed = episode.believe(article, _line, resolve)
    believer.trace.extend(believed.trace)
    believer.problems.extend(believed.problems)
    enclosures = tuple(
        replace(
            each,
            url=_counted(each.url, source.media_prefix) if podcasting.is_recording(each) else each.url,
            duration=believed.duration if each is first and believed.duration is not None else each.duration,
        )
        for each in entry.enclosures
    )
    made = replace(entry, enclosures=enclosures, episode=believed.episode)
    return _with_chapters(_with_cover(made, page.site, believer), page.site)


def _with_cover(entry: Entry, site: Site, believer: _Believer) -> Entry:
    """The picture inside the recording, where the article names none and none lies beside it."""
    found = believer.peek(episode.COVER)
    if entry.image is not None or found is None:
        return entry
    cover, recording = found
    part = podcasting.cover_part(cover, recording)
    believer.take(episode.COVER)
    image = Image(
        f"{site.feeds_url}/{part.path}",
        media_type=part.media_type,
        length=cover.length,
        width=cover.width,
        height=cover.height,
    )
    return replace(entry, image=image, parts=(*entry.parts, part))


def _with_chapters(entry: Entry, site: Site) -> Entry:
    """The chapters inside the recording as a file of their own, where the article names none."""
    about = entry.episode
    if about is None or about.chapters is not None or not about.marks:
        return entry
    part = podcasting.chapters_part(about.marks)
    chapters = (f"{site.feeds_url}/{part.path}", part.media_type)
    return replace(entry, episode=replace(about, chapters=chapters), parts=(*entry.parts, part))


def _with_extras(
    entry: Entry, article: Article, page: Page, source: Source, around: Surroundings, believer: _Believer
) -> Entry:
    """What it says of itself besides. Where its address is that of the page it is about, that page is no other."""

    def resolve(address: str) -> str:
        return _encode(references.resolve(address, page, entry.url, source, around))

    def on_site(address: str) -> str:
        return _encode(urljoin(page.site.url + "/", address))

    believed = extras.believe(article, _person, _encode, resolve, on_site)
    believer.trace.extend(believed.trace)
    # A licence is of the episode and of the entry; what is wrong with it is told once.
    believer.problems.extend(each for each in believed.problems if each not in believer.problems)
    found = believed.extras
    if found is not None and found.external_url == entry.url:
        found = replace(found, external_url=None)
    return replace(entry, extras=found if found != Extras() else None)


def _counted(url: str, prefix: str | None) -> str:
    """Behind the address of a service that counts downloads and passes them on. These want the address without the
    https:// that most have."""
    return f"{prefix.rstrip('/')}/{url.removeprefix('https://')}" if prefix else url


def _not_a_part(article: Article, preset: Preset, around: Surroundings) -> Article:
    """A file that belongs to another file's page stands in no feed."""
    owner = next((path for path in preset.owners(article.key.path) if around.text(path) is not None), None)
    if owner is None:
        return article
    return replace(article, claims=(Claim("feeds", (), f"a part of the page {owner}"), *article.claims))


def address(article: Article, source: Source, site: Site, stat: FileStat, now: datetime) -> str:
    """Where the article is in public: `normalize(…).entry.url` without looking at anything around it."""
    plain = replace(article, body="")
    entry = normalize(plain, source, site, stat, "", now).entry
    return entry.url if entry is not None else ""


def _publication(
    believer: _Believer, stat: FileStat, now: datetime, given: set[str]
) -> tuple[datetime, datetime | None]:
    """The date readers see, and the moment before which nobody sees anything.

    A stated date is a moment too: a future one is an embargo. The file's own time never is, it is only a first guess of
    when the article was written, and a clock that ran ahead must not hide it.
    """
    date, publish_at = believer.date("date"), believer.date("publish_at")
    seen = min(datetime.fromtimestamp(stat.mtime_ns // 10**9, UTC), now.replace(microsecond=0))
    if date is None and publish_at is None:
        given.discard("date")
        believer.trace.append(Claim("date", seen, "the file's time when it was first seen"))
        return seen, None
    given.add("date")
    stated = max((d for d in (date, publish_at) if d is not None), key=lambda d: d.instant)
    if publish_at is None and believer.peek("future") and stated.instant > now:
        return _time_of_day(stated, seen), None
    return _time_of_day(stated, seen), stated.instant


def _time_of_day(date: ParsedDate, seen: datetime) -> datetime:
    """A date without a time takes the file's time of that very day, so that an article saved at three in the afternoon
    does not look fifteen hours old."""
    if date.date_only and 0 <= (seen - date.instant).total_seconds() < 86400:
        return seen
    return date.instant


def _url(believer: _Believer, page: Page, source: Source) -> str:
    """The entry's public address: what it says, else the source's template, else the generator's rule, else ours."""
    given = believer.take("url", None, _link_rule(source))
    if given:
        return _encode(urljoin(page.site.url + "/", _safe(given)))
    if source.link != DEFAULT_LINK:
        return _filled(source.link, believer, page)
    path = source.preset.link(page) if source.preset else None
    if path is not None:
        return _encode(path if "://" in path else page.site.url + "/" + path.lstrip("/"))
    if SUFFIXES.get(posixpath.splitext(page.path)[1].lower()) == "html":
        # An HTML file most likely is the page: it keeps its own name on the web.
        name = page.path.removesuffix("index.html") if f"/{page.path}".endswith("/index.html") else page.path
        return f"{page.site.url}/{_quote(name)}"
    return _filled(source.link, believer, page)


def _link_rule(source: Source) -> str:
    ours = source.preset is None or source.link != DEFAULT_LINK
    return "the source's 'link' template" if ours or source.preset is None else f"the rules of {source.preset.name}"


def _filled(template: str, believer: _Believer, page: Page) -> str:
    folder, slug = identity.folder_and_slug(page.path)
    slug = _safe(believer.take("slug", slug, "the file's name")).strip("/") or slug
    values = {
        "site": page.site.url,
        "folder": _quote(folder),
        "slug": _quote(slug),
        "path": _quote(f"{folder}/{slug}" if folder else slug),
        "year": f"{page.date.astimezone(UTC).year:04}",
        "month": f"{page.date.astimezone(UTC):%m}",
        "day": f"{page.date.astimezone(UTC):%d}",
    }
    for name, value in values.items():
        template = template.replace("{" + name + "}", value)
    scheme, sep, rest = template.partition("://")
    while "//" in rest:  # an empty {folder} leaves two slashes
        rest = rest.replace("//", "/")
    return scheme + sep + rest


def _image(believer: _Believer, page: Page, url: str, source: Source, around: Surroundings) -> Image | None:
    """The picture that the article names, with what its file says of it."""
    given = _safe(believer.take("image"))
    if not given:
        return None
    address = _encode(references.resolve(given, page, url, source, around))
    return replace(references.picture(address, given, page, source, around), alt=_alt(believer))


def _alt(believer: _Believer) -> str | None:
    """Only of the picture that was believed, not of another that the article names besides."""
    picture, alt = believer.first("image"), believer.first("alt")
    if picture is None or alt is None or replace(picture, field="alt", value=alt.value) != alt:
        return None
    return _line(believer.take("alt")) or None


def _quote(path: str) -> str:
    return quote(path, safe="/-._~!$&'()*+,;=:@", errors="replace")


def _encode(url: str) -> str:
    """Only ASCII leaves us (hosts as punycode); what a person encoded already stays encoded once."""
    parts = urlsplit(url)
    if not parts.netloc.isascii():
        with suppress(UnicodeError):  # a label that IDNA refuses stays as it is, percent-encoded
            url = parts._replace(netloc=parts.netloc.encode("idna").decode("ascii")).geturl()
    url = _LONE_PERCENT.sub("%25", url)
    return quote(url, safe="/-._~!$&'()*+,;=:@?#[]%", errors="replace")


def _safe(text: Any) -> str:
    return xml_safe(str(text))[0] if text else ""


def _line(text: Any) -> str:
    """One line of plain text: titles and names have no line breaks (U+2028 included) and no doubled blanks."""
    return " ".join(_safe(text).split())


def _lines(values: Any) -> tuple[str, ...]:
    seen: dict[str, str] = {}
    for value in values:
        line = _line(value)
        if line:
            seen.setdefault(line.casefold(), line)
    return tuple(seen.values())


def _person(person: Person) -> Person:
    return Person(_line(person.name) or "?", _line(person.email) or None, _encode(_line(person.uri)) or None)


def _enclosure(item: Enclosure, page: Page, base: str, source: Source, around: Surroundings) -> Enclosure:
    """What its file says, if that is here, is truer than what somebody wrote down about it."""
    given = _safe(item.url)
    url = _encode(references.resolve(given, page, base, source, around))
    found = references.media_of(url, given, page, source, around)
    kind = item.media_type if found is None or item.media_type != UNKNOWN_TYPE else found.media_type
    return replace(item, url=url, media_type=kind, length=found.length if found else item.length)
