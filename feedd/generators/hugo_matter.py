"""What a Hugo page's front matter comes to: cascades from its sections and the site's settings, and Hugo's dates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from feedd.generators.hugo_config import Language
from feedd.generators.hugo_files import as_list, lower_keys
from feedd.generators.hugo_paths import Place
from feedd.generators.hugo_permalinks import NO_DATE, matches
from feedd.normalizer.dates import ParsedDate, parse_date

# These make the tree of pages and are never handed down (resources/page/page_matcher.go).
_OF_THE_PAGE = frozenset(("target", "_target", "params", "kind", "path", "lang", "cascade"))


@dataclass(frozen=True, slots=True)
class Cascade:
    """Fields that pages at and below `folder` have where they do not say otherwise. The rest are globs, "" for all."""

    folder: str
    language: str  # the one whose pages it is for, "" for every one
    fields: Mapping[str, Any]
    paths: str = ""
    kinds: str = ""
    languages: tuple[str, ...] = ()
    environments: str = ""

    def reaches(self, place: Place) -> bool:
        return (
            f"{place.path}/".startswith(f"{self.folder}/")
            and self.language in ("", place.language)
            and matches(self.paths, place.path)
            and matches(self.kinds, "page")
            and matches(self.environments, "production")
            and (not self.languages or any(matches(each, place.language) for each in self.languages))
        )


def cascades(given: Iterable[Any], folder: str, language: str) -> Iterator[Cascade]:
    """One table or a list of them, each with its target."""
    for each in given:
        if not isinstance(each, Mapping):
            continue
        target = each.get("target") or each.get("_target")
        target = target if isinstance(target, Mapping) else {}
        params = each.get("params")
        fields = {**(params if isinstance(params, Mapping) else {})}
        fields |= {key: value for key, value in each.items() if key not in _OF_THE_PAGE}
        if fields:
            wanted = {key: str(target.get(key) or "") for key in ("path", "kind", "environment")}
            languages = (target.get("lang"), *as_list(_within(target, "sites", "matrix", "languages")))
            spoken = tuple(str(lang).lower() for lang in languages if lang)
            yield Cascade(folder, language, fields, wanted["path"], wanted["kind"], spoken, wanted["environment"])


def _within(value: Any, *keys: str) -> Any:
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def whole(
    matter: Mapping[str, Any], place: Place, inherited: Iterable[Cascade]
) -> tuple[dict[str, Any], frozenset[str]]:
    """The page's own front matter with what it inherits, the nearest section first; and the names that it inherits."""
    found: dict[str, Any] = lower_keys(matter)
    own = frozenset(found)
    for cascade in sorted(inherited, key=lambda each: -each.folder.count("/")):
        if cascade.reaches(place):
            for key, value in cascade.fields.items():
                found.setdefault(key, value)
    return found, frozenset(found) - own


# --- Dates ------------------------------------------------------------------------------------------------------------

_OFFSET = re.compile(r"([+-])([0-9]{2}):?([0-9]{2})$")
_NAME_WITH_DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:.([0-9]{2})-([0-9]{2})-([0-9]{2}))?")


def date_of(field: str, matter: Mapping[str, Any], place: Place, language: Language) -> tuple[str, Any] | None:
    """(its name, value) of the first date that Hugo could read in the order for "date", "publishdate", …; the name is
    ":filename" where the file's name gave it."""
    for key in language.dates[field]:
        value = from_name(place)[0] if key == ":filename" else matter.get(key)
        if value not in (None, "") and isinstance(_parsed(value, "UTC"), ParsedDate):
            return key, value
    return None


def from_name(place: Place) -> tuple[str | None, str]:
    """The date that a name begins with, and the slug after it (dateAndSlugFromBaseFilename)."""
    found = _NAME_WITH_DATE.match(place.name)
    if found is None:
        return None, ""
    text = f"{found[1]}T{found[2]}:{found[3]}:{found[4]}" if found[2] else found[1]
    if not isinstance(_parsed(text, "UTC"), ParsedDate):
        text, found = found[1], re.match(r".{10}", place.name)
        assert found is not None
    return text, place.name[found.end() :].strip(" -_")


def as_claimed(value: Any, language: Language) -> Any:
    """A time without a zone is in Hugo's timeZone where one is set; a day alone stays a day."""
    parsed = _parsed(value, language.zone) if language.zone else None
    return parsed.instant if isinstance(parsed, ParsedDate) and not parsed.date_only else value


def as_written(value: Any) -> datetime:
    """What the author's clock showed: addresses are made from it, whatever its zone."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, date):
        return datetime.combine(value, time())
    parsed = _parsed(value, "UTC")
    if not isinstance(parsed, ParsedDate):
        return NO_DATE
    wall = parsed.instant.astimezone(UTC).replace(tzinfo=None)
    offset = _OFFSET.search(str(value).strip()) if not parsed.date_only else None
    if offset is None:
        return wall
    away = timedelta(hours=int(offset[2]), minutes=int(offset[3]))
    return wall - away if offset[1] == "-" else wall + away


def _parsed(value: Any, zone: str) -> ParsedDate | str:
    return parse_date(value, ZoneInfo(zone))
