"""Ids, slugs and digests, pinned: a change here is every entry unread in every reader."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from feedd.model import Enclosure, Entry, Image, Person, SourceKey
from feedd.normalizer import identity

MOMENT = datetime(2026, 11, 23, 12, tzinfo=UTC)
ENTRY = Entry(
    key=SourceKey("posts", "a.md"),
    id="tag:ann.example,2026:a",
    url="https://ann.example/a/",
    title="Hello",
    published=MOMENT,
    updated=MOMENT,
    authors=(Person("Ann", "ann@ann.example"),),
    tags=("x",),
    body="One.\n\nTwo.\n",
)


@pytest.mark.parametrize(
    ("path", "specific"),
    [
        ("hello.md", "hello"),
        ("2026/hello.world.md", "2026/hello.world"),
        ("e\u0301te\u0301.md", "%C3%A9t%C3%A9"),  # decomposed, as macOS writes it
        ("\u00e9t\u00e9.md", "%C3%A9t%C3%A9"),
        ("what? #1 100%.md", "what%3F%20%231%20100%25"),
        ("a'b,c;d=e.md", "a'b,c;d=e"),
        ("README", "README"),
        (".hidden", ".hidden"),
    ],
)
def test_an_id_is_made_of_host_year_and_path(path: str, specific: str) -> None:
    """RFC 4151: a tag URI, the same for every spelling of the same name."""
    best = next(identity.mint("ann.example", MOMENT, SourceKey("posts", path), 1))
    assert best == f"tag:ann.example,2026:{specific}"


def test_later_ids_are_for_when_earlier_ones_are_taken() -> None:
    """All of them differ, and the last one differs from file to file of the same name."""
    key = SourceKey("posts", "a.md")
    ids = list(identity.mint("ann.example", MOMENT, key, 0xABC))
    prefix = "tag:ann.example,2026:"
    assert ids == [f"{prefix}a", f"{prefix}a.md", f"{prefix}posts:a.md", f"{prefix}posts:a.md:abc"]
    assert list(identity.mint("ann.example", MOMENT, key, 0xABD))[-1] != ids[-1]


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("hello.md", ("", "hello")),
        ("2026/trips/2026-05-01-lisbon.md", ("2026/trips", "lisbon")),
        ("trips/lisbon/index.md", ("trips", "lisbon")),
        ("lisbon/INDEX.md", ("", "lisbon")),
        ("index.md", ("", "index")),
        ("2026-5-1 lisbon.md", ("", "lisbon")),
        ("2026-05-01.md", ("", "2026-05-01")),  # a name that is only a date is the name
        ("2026-05-01-.md", ("", "2026-05-01-")),
    ],
)
def test_the_address_comes_from_the_file_name(path: str, place: tuple[str, str]) -> None:
    """The folder and the name without its date; a bundle is named by its folder."""
    assert identity.folder_and_slug(path) == place


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://Ann.Example:8443/blog", "ann.example"),
        ("https://u:p@ann.example", "ann.example"),
        ("nonsense", "localhost"),
    ],
)
def test_the_authority_is_the_bare_host(url: str, host: str) -> None:
    """No port, no user, lower case: a tag URI's authority is a name."""
    assert identity.host_of(url) == host


def test_the_digest_is_pinned() -> None:
    """Another digest for the same entry would be an edit of every entry at once."""
    assert identity.fingerprint(ENTRY) == "87c83a4d7419b70cec0bdeb125217157"


@pytest.mark.parametrize(
    "change",
    [
        {"id": "other"},
        {"url": "https://ann.example/b/"},
        {"title": "Hullo"},
        {"published": MOMENT + timedelta(seconds=1)},
        {"authors": (Person("Ann"),)},
        {"categories": ("x",)},
        {"tags": ("X",)},
        {"language": "de"},
        {"summary": "In short."},
        {"body": "One.\nTwo."},
        {"body": "One.  \n\nTwo."},  # a line break in Markdown
        {"body_type": "text"},
        {"image": Image("https://ann.example/a.png")},
        {"caption": "A cat"},
        {"credit": "Ann"},
        {"enclosures": (Enclosure("https://ann.example/a.mp3", "audio/mpeg"),)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_whatever_a_reader_sees_changes_the_digest(change: dict[str, object]) -> None:
    """Or an edit would never reach a feed."""
    assert identity.fingerprint(replace(ENTRY, **change)) != identity.fingerprint(ENTRY)


@pytest.mark.parametrize(
    "change",
    [
        {"updated": MOMENT + timedelta(days=1)},
        {"key": SourceKey("posts", "moved.md")},
        {"draft": True},
        {"feeds": ("feed",)},
        {"publish_at": MOMENT},
        {"expires_at": MOMENT},
        {"withdrawn": MOMENT},
        {"body": "One. \n\nTwo.\n\n\n"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_no_reader_sees_leaves_the_digest(change: dict[str, object]) -> None:
    """Or a touched file would be news."""
    assert identity.fingerprint(replace(ENTRY, **change)) == identity.fingerprint(ENTRY)
