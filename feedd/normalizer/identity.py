"""Who an entry is: ids and digests. Pure, and frozen: what these functions give must never change for the same
input, because a changed id is every entry unread in every reader. `tests/normalizer/test_identity.py` pins them.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import datetime
from urllib.parse import quote, urlsplit

from feedd.model import Entry, SourceKey, digest_of

_DATE_PREFIX = re.compile(r"^\d{4}-\d{1,2}-\d{1,2}[-_ ]+(?=.)")
# RFC 4151 2.1: "specific" is made of pchar, "/" and "?"; "?" is left out because so many tools cut there.
_TAG_SAFE = "/-._~!$&'()*+,;=:@"


def stem(path: str) -> str:
    """The path without its suffix, NFC: two spellings of "é" are one name."""
    folder, slash, name = unicodedata.normalize("NFC", path).rpartition("/")
    return folder + slash + (name.rpartition(".")[0] or name)


def folder_and_slug(path: str) -> tuple[str, str]:
    """Where an article lives by its file name: ("2026/trips", "lisbon") for 2026/trips/2026-05-01-lisbon.md, and the
    folder's own name for a bundle (lisbon/index.md)."""
    folder, _, name = stem(path).rpartition("/")
    if name.lower() == "index" and folder:
        folder, _, name = folder.rpartition("/")
    return folder, _DATE_PREFIX.sub("", name)


def mint(host: str, published: datetime, key: SourceKey, stamp: int) -> Iterator[str]:
    """Ids for a new entry, best first (RFC 4151 tag URIs): later ones are for when an earlier one is taken. `stamp` is
    the file's ctime, which no two files of one name share: somebody may write everything in new.md and rename it."""
    for specific in (stem(key.path), key.path, f"{key.root}:{key.path}", f"{key.root}:{key.path}:{stamp:x}"):
        yield f"tag:{host},{published.year:04}:{quote(unicodedata.normalize('NFC', specific), safe=_TAG_SAFE)}"


def host_of(url: str) -> str:
    """The host of the site as an authority name: lower case, without port or user."""
    return (urlsplit(url).hostname or "localhost").lower()


_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?:[^\x00-\x20\x7f<>\"\\^`{|}%]|%[0-9A-Fa-f]{2})+")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
# What schemes that ids are made of ask for besides: RFC 4151 2.1, RFC 8141 2, RFC 9562 4, RFC 9110 4.2.
_FORMS = {
    "tag": re.compile(r"tag:(?:[\w.+-]+@)?[a-z0-9.-]+,\d{4}(?:-\d\d){0,2}:[^#]*(?:#.*)?", re.IGNORECASE),
    "urn": re.compile(rf"urn:(?:uuid:{_UUID.pattern}|(?!uuid:)[a-z0-9][a-z0-9-]{{1,31}}:.+)", re.IGNORECASE),
    "http": re.compile(r"http://[^/?#]+.*", re.IGNORECASE),
    "https": re.compile(r"https://[^/?#]+.*", re.IGNORECASE),
}


def is_iri(id: str) -> bool:
    """Is it an absolute IRI (RFC 3987), which Atom asks of ids?"""
    form = _FORMS.get(id.partition(":")[0].lower())
    return _IRI.fullmatch(id) is not None and (form is None or form.fullmatch(id) is not None)


def as_iri(id: str, host: str, published: datetime) -> str:
    """What one might have written in place of an id that is none."""
    if _UUID.fullmatch(id):
        return f"urn:uuid:{id.lower()}"
    return f"tag:{host},{published.year:04}:{quote(unicodedata.normalize('NFC', id), safe=_TAG_SAFE)}"


def fingerprint(entry: Entry) -> str:
    """A digest of everything a reader sees, and of nothing else: not of `updated`, the file or the moments."""
    seen: dict[str, object] = {
        "id": entry.id,
        "url": entry.url,
        "title": entry.title,
        "published": entry.published.isoformat(),
        "authors": [[person.name, person.email, person.uri] for person in entry.authors],
        "categories": entry.categories,
        "tags": entry.tags,
        "language": entry.language,
        "summary": entry.summary,
        "body": [entry.body_type, _visible_text(entry.body)],
        "image": [entry.image.url, entry.image.caption, entry.image.credit] if entry.image else None,
        "caption": [entry.caption, entry.credit],
        "enclosures": [[e.url, e.media_type, e.length, e.title] for e in entry.enclosures],
    }
    # What came later is left out where it says nothing, so that entries without it keep their digest.
    if entry.image and entry.image.media_type:
        picture = entry.image
        seen["picture"] = [picture.media_type, picture.length, picture.width, picture.height]
    if entry.image and entry.image.alt:
        seen["alt"] = entry.image.alt
    if entry.references:
        seen["references"] = entry.references
    if entry.trusted:
        seen["trusted"] = True
    if any(each.duration for each in entry.enclosures):
        seen["durations"] = [each.duration for each in entry.enclosures]
    if entry.episode is not None:
        seen["episode"] = _given(entry.episode)
    if entry.extras is not None:
        seen["extras"] = _given(entry.extras)
    text = json.dumps(seen, ensure_ascii=True, separators=(",", ":"), sort_keys=True)
    return digest_of(text.encode("ascii"))


def _given(value: object) -> object:
    """A dataclass without what is at its default, so that a new field changes no old digest."""
    if isinstance(value, tuple):
        return [_given(each) for each in value]
    if not is_dataclass(value):
        return value
    return {
        each.name: _given(getattr(value, each.name))
        for each in fields(value)
        if getattr(value, each.name) != each.default
    }


def _visible_text(body: str) -> str:
    """Trailing blanks and blank lines at the end are no edit (a Markdown line break of two blanks is kept apart)."""
    lines = (line.rstrip() + ("  " if line.endswith("  ") and line.strip() else "") for line in body.split("\n"))
    return "\n".join(lines).strip("\n")
