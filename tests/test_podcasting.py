"""What podcast directories take: tables and rules."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from feedd import podcasting
from feedd.model import Credit, Enclosure, Episode, Image, License, Person, Podcast, Soundbite, Trailer, Transcript
from tests.support.make import NOON, entry

SHOW = Podcast(categories=(("Arts", ""),), image="https://a.example/c.jpg", owner=Person("Ann", "ann@a.example"))
SOUND = Enclosure("https://a.example/x.mp3", "audio/mpeg", 1000, duration=60)


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("technology", ("Technology", "")),
        ("Kids &amp; Family/Parenting", ("Kids & Family", "Parenting")),
        ("Arts > Books", ("Arts", "Books")),
        ("how to", ("Education", "How To")),
        ("Arts/Parenting", None),
        ("Tech", None),
    ],
)
def test_categories(written: str, found: tuple[str, str] | None) -> None:
    assert podcasting.category(written) == found


CC = "https://creativecommons.org"


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("CC-BY-4.0", License("cc-by-4.0")),
        ("cc by 4.0", License("cc-by-4.0")),
        ("CC BY-SA 4.0 International", License("cc-by-sa-4.0", f"{CC}/licenses/by-sa/4.0/")),
        ("CC BY-NC 2.5", License("cc-by-nc-2.5", f"{CC}/licenses/by-nc/2.5/")),
        ("CC-BY-NC-SA-3.0-AT", License("cc-by-nc-sa-3.0-at", f"{CC}/licenses/by-nc-sa/3.0/at/")),
        ("CC-BY-SA-2.1-JP", License("cc-by-sa-2.1-jp", f"{CC}/licenses/by-sa/2.1/jp/")),
        ("CC-BY-3.0-IGO", License("cc-by-3.0-igo", f"{CC}/licenses/by/3.0/igo/")),
        ("CC-BY-NC-ND-1.0", License("cc-by-nc-nd-1.0", f"{CC}/licenses/by-nd-nc/1.0/")),
        ("CC0-1.0", License("cc0-1.0", f"{CC}/publicdomain/zero/1.0/")),
        ("CC0", License("cc0-1.0", f"{CC}/publicdomain/zero/1.0/")),
        (f"{CC}/licenses/by-nc-sa/3.0/at/", License("cc-by-nc-sa-3.0-at", f"{CC}/licenses/by-nc-sa/3.0/at/")),
        (f"{CC}/publicdomain/zero/1.0", License("cc0-1.0", f"{CC}/publicdomain/zero/1.0/")),
        ("https://ann.example/terms", License("https://ann.example/terms", "https://ann.example/terms")),
        ("ARR", License("arr")),
        ("CC-BY", None),
        ("CC-BY-3.1", None),
        ("CC-BY-2.1", None),
        ("CC-BY-4.0-AT", None),
        ("CC-BY-SA-ND-4.0", None),
        ("CC-SA-4.0", None),
        ("CC0-4.0", None),
        ("MIT", None),
    ],
)
def test_licences_that_a_name_is_enough_for(name: str, found: License | None) -> None:
    """Those that programs know by their name alone: the namespace's list, and Creative Commons in all its versions,
    with the ports to the law of a country that there are up to 3.0."""
    assert podcasting.license_of(name, None) == found


def test_the_nearest_category() -> None:
    assert podcasting.near_category("tecnology") == "Technology"
    assert podcasting.near_category("zzz") == ""


def test_the_guid_is_that_of_the_namespace() -> None:
    """The examples of its documentation, whatever the scheme and the slashes at the end."""
    expected = "917393e3-1b1e-5cef-ace4-edaa54e1f810"
    assert podcasting.guid_of("https://mp3s.nashownotes.com/pc20rss.xml") == expected
    assert podcasting.guid_of("mp3s.nashownotes.com/pc20rss.xml") == expected
    assert podcasting.guid_of("http://podnews.net/rss//") == "9b024349-ccf0-5f69-a609-6b82873eab3c"
    assert podcasting.is_guid(expected)
    assert not podcasting.is_guid(expected[:-1])


@pytest.mark.parametrize(
    ("written", "found"),
    [(90, 90), (12.5, 12.5), ("32:10", 1930), ("1:02:03", 3723), ("61:00", 3660), ("0:00:30.5", 30.5), ("1:90", None),
     ("1:61:00", None), ("half an hour", None), (True, None), (-1, None), ("²", None)],
)  # fmt: skip
def test_durations(written: object, found: float | None) -> None:
    assert podcasting.seconds(written) == found


@pytest.mark.parametrize(
    ("written", "good"),
    [("geo:50.08,14.42", True), ("geo:-33.5,-86.8,200;u=10", True), ("geo:91,0", False), ("50.08,14.42", False)],
)
def test_places(written: str, good: bool) -> None:
    assert podcasting.is_geo(written) is good


@pytest.mark.parametrize(("written", "good"), [("R113314", True), ("W5#2", True), ("113314", False), ("r1", False)])
def test_places_of_openstreetmap(written: str, good: bool) -> None:
    assert podcasting.is_osm(written) is good


@pytest.mark.parametrize(
    ("name", "url", "found"),
    [
        ("CC-BY-4.0", None, License("cc-by-4.0")),
        ("cc by-sa 3.0", None, License("cc-by-sa-3.0", "https://creativecommons.org/licenses/by-sa/3.0/")),
        ("Mine v1", "https://a.example/l", License("Mine v1", "https://a.example/l")),
        ("Mine v1", None, None),
    ],
)
def test_licences(name: str, url: str | None, found: License | None) -> None:
    assert podcasting.license_of(name, url) == found


def test_what_a_picture_must_be() -> None:
    """As far as is known of it."""
    assert podcasting.picture("https://a.example/c.png?1") is None
    assert podcasting.picture("https://a.example/c.jpg", 3000, 3000) is None
    assert "square" in str(podcasting.picture("https://a.example/c.jpg", 3000, 2000))
    assert "1400" in str(podcasting.picture("https://a.example/c.jpg", 800, 800))
    assert ".jpg" in str(podcasting.picture("https://a.example/c.webp"))


def test_what_a_show_lacks() -> None:
    """Nothing of a whole one; of an empty one the picture, the category, the language and the owner."""
    assert list(podcasting.show(SHOW, "en")) == []
    assert [name for name, *_ in podcasting.show(Podcast(), None)] == ["image", "category", "language", "owner"]


HTTP = "http://a.example/x"


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"funding": ((HTTP, "Give"),)}, "funding"),
        ({"trailers": (Trailer("Soon", HTTP, NOON, "audio/mpeg"),)}, "trailer"),
        ({"frequency": ("Weekly", "weekly")}, "update_frequency"),
        ({"people": (Credit("Ann", "Boss"),)}, "people"),
        ({"people": (Credit("Ann", None, "Crew"),)}, "people"),
    ],
)
def test_what_the_namespace_asks_of_a_show(change: dict[str, Any], name: str) -> None:
    """https for what is fetched, a rule of recurrence that is one, and the words of its taxonomy."""
    ((setting, message, hint),) = podcasting.show(replace(SHOW, **change), "en")
    assert setting == name
    assert message
    assert hint


@pytest.mark.parametrize(
    ("rule", "good"),
    [
        ("FREQ=WEEKLY", True),
        ("freq=weekly;byday=mo,we", True),
        ("FREQ=YEARLY;BYDAY=+4TH;BYMONTH=11", True),
        ("FREQ=MONTHLY;BYDAY=-1FR;BYSETPOS=-1;WKST=SU;INTERVAL=2", True),
        ("FREQ=DAILY;UNTIL=20261231T235959Z", True),
        ("FREQ=DAILY;COUNT=10", True),
        ("weekly", False),
        ("RRULE:FREQ=WEEKLY", False),
        ("BYDAY=MO", False),
        ("FREQ=FORTNIGHTLY", False),
        ("FREQ=WEEKLY;BYDAY=MONDAY", False),
        ("FREQ=WEEKLY;FREQ=DAILY", False),
        ("FREQ=WEEKLY;COUNT=2;UNTIL=20261231", False),
        ("FREQ=WEEKLY;INTERVAL=0", False),
        ("FREQ=WEEKLY;", False),
        ("", False),
    ],
)
def test_rules_of_recurrence(rule: str, good: bool) -> None:
    """The shape of RFC 5545 3.3.10."""
    assert podcasting.is_rrule(rule) is good


@pytest.mark.parametrize(
    ("role", "group", "wrong"),
    [
        (None, None, None),
        ("Host", "Cast", None),
        ("cover art designer", "VISUALS", None),
        ("guest", "writing", None),
        ("Translator", None, None),
        ("intern", "misc", None),
        ("hosts", None, 'did you mean "host"'),
        ("boss", None, "role"),
        (None, "crew", "group"),
    ],
)
def test_the_parts_people_play(role: str | None, group: str | None, wrong: str | None) -> None:
    """Roles and groups of the taxonomy, in any case and each by itself: the namespace's own example has a guest among
    those who write."""
    found = podcasting.not_in_taxonomy(role, group)
    assert (found is None) is (wrong is None)
    assert wrong is None or wrong in " ".join(found or ())


def test_the_recording_that_is_played() -> None:
    """The first that Apple takes, else the first; a document is none."""
    ogg, pdf = (
        Enclosure("https://a.example/x.ogg", "audio/ogg"),
        Enclosure("https://a.example/x.pdf", "application/pdf"),
    )
    assert podcasting.recording(entry(enclosures=(pdf, ogg, SOUND))) == SOUND
    assert podcasting.recording(entry(enclosures=(pdf, ogg))) == ogg
    assert podcasting.recording(entry(enclosures=(pdf,))) is None


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"enclosures": ()}, "no sound"),
        ({"enclosures": (replace(SOUND, url="https://a.example/x.flac"),)}, ".flac"),
        ({"enclosures": (replace(SOUND, length=0),)}, "size"),
        ({"enclosures": (replace(SOUND, duration=None),)}, "length"),
        ({"title": ""}, "needs a title"),
        ({"title": "x" * 256}, "255"),
        ({"image": Image("https://a.example/c.gif")}, "picture"),
        ({"episode": Episode(number=1.5)}, "whole numbers"),
        ({"episode": Episode(number=1, soundbites=(Soundbite(0, 5),))}, "15 to 120"),
        ({"episode": Episode(number=1, soundbites=(Soundbite(50, 30),))}, "after the recording"),
        ({"episode": None}, "serial"),
        ({"enclosures": (SOUND, replace(SOUND, url="http://a.example/x.ogg"))}, "https:// for alternate enclosures"),
        ({"episode": Episode(number=1, transcripts=(Transcript(HTTP, "text/vtt"),))}, "https:// for transcripts"),
        ({"episode": Episode(number=1, chapters=(HTTP, "application/json"))}, "https:// for chapters"),
        ({"episode": Episode(number=1, people=(Credit("Ann", "Boss"),))}, '"Boss"'),
    ],
)
def test_what_an_episode_lacks(change: dict[str, Any], word: str) -> None:
    """One thing at a time, of a show that is heard in order."""
    good: dict[str, Any] = {"enclosures": (SOUND,), "episode": Episode(number=1)}
    serial = replace(SHOW, type="serial")
    assert list(podcasting.episode(entry(**good), serial)) == []
    (found,) = podcasting.episode(entry(**(good | change)), serial)
    assert word in found[0]
    assert found[1]


def test_a_trailer_needs_no_number() -> None:
    trailer = entry(enclosures=(SOUND,), episode=Episode(type="trailer"))
    assert list(podcasting.episode(trailer, replace(SHOW, type="serial"))) == []
