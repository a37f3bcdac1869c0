"""`preset: podcast` and `feeds.podcast`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from feedd import settings
from feedd.errors import SettingsError
from feedd.model import Credit, License, Location, Person
from tests.support.media import jpeg

WHOLE = "{category: Technology, image: cover.jpg}"
SITE = "{url: https://ann.example, language: en, author: {name: Ann, email: ann@ann.example}}"


class Written:
    """A settings file with a source of recordings."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("audio", "posts"):
            (folder / name).mkdir()

    def load(self, feeds: str, source: str = "{path: audio, preset: podcast}", site: str = SITE) -> Any:
        file = self.folder / "feedd.yaml"
        file.write_text(f"site: {site}\nsource: {source}\npublish: public\nfeeds:\n{feeds}\n", "utf-8")
        return settings.read(str(file), env={})

    def warnings(self, feeds: str, **more: str) -> list[tuple[int | None, str]]:
        return [(each.line, each.message) for each in self.load(feeds, **more).warnings]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    return Written(tmp_path)


@pytest.mark.parametrize(
    ("feed", "source", "expected"),
    [
        ("{path: show}", "{path: audio, preset: podcast}", True),
        ("{path: show, preset: none}", "{path: audio, preset: podcast}", False),
        ("{path: 'tags/{tag}', each: tag}", "{path: audio, preset: podcast}", False),
        ("{path: show}", "posts", False),
        (f"{{path: show, podcast: {WHOLE}}}", "posts", True),
        ("{path: show, preset: podcast}", "posts", True),
        ("{path: show, from: audio}", "[{path: audio, preset: podcast}, posts]", True),
        ("{path: show}", "[{path: audio, preset: podcast}, posts]", False),
    ],
)
def test_which_feeds_are_podcasts(written: Written, feed: str, source: str, expected: bool) -> None:
    """By their own word, else by all of their sources. A show keeps more than fifty episodes."""
    (found,) = written.load(f"  - {feed}", source=source).settings.feeds
    assert (found.podcast is not None) is expected
    assert found.limit == (1000 if expected else 50)


def test_a_limit_that_is_written_counts(written: Written) -> None:
    assert written.load("  - {path: show, limit: 7}").settings.feeds[0].limit == 7


def test_what_is_made_of_it(written: Written) -> None:
    """Short forms and long ones; what is not written comes from the site."""
    show = (
        written.load(
            """  - path: show
    podcast:
      category: [technology, Arts/Books]
      image: /cover.jpg
      explicit: yes
      locked: no
      funding: https://ann.example/give
      people: [Ann, {name: Bob, role: guest}]
      location: {name: Prague, geo: "50.08,14.42", osm: R435514, country: cz, rel: creator}
      license: CC-BY-SA-4.0
      trailer: {url: https://ann.example/t.m4a, title: Soon, published: 2026-10-01}
      txt: abc
      block: true
      block_on: google
      allow_on: spotify
      podroll: 917393E3-1b1e-5cef-ace4-edaa54e1f810
      update_frequency: Weekly"""
        )
        .settings.feeds[0]
        .podcast
    )
    assert show.categories == (("Technology", ""), ("Arts", "Books"))
    assert (show.image, show.explicit, show.locked, show.author) == (
        "https://ann.example/cover.jpg",
        True,
        False,
        "Ann",
    )
    assert show.owner == Person("Ann", "ann@ann.example")
    assert show.funding == (("https://ann.example/give", "Support the show"),)
    assert show.people == (Credit("Ann"), Credit("Bob", "guest"))
    assert show.locations == (Location("Prague", "geo:50.08,14.42", "R435514", "CZ", True),)
    assert show.license == License("cc-by-sa-4.0", "https://creativecommons.org/licenses/by-sa/4.0/")
    assert (show.trailers[0].media_type, show.trailers[0].published.isoformat()) == (
        "audio/x-m4a",
        "2026-10-01T00:00:00+00:00",
    )
    assert (show.texts, show.blocked) == ((("", "abc"),), (("google", True), ("spotify", False)))
    assert show.podroll == (("917393e3-1b1e-5cef-ace4-edaa54e1f810", "", ""),)
    assert show.frequency == ("Weekly", "")


@pytest.mark.parametrize(
    ("setting", "word"),
    [
        ("category: Tecnology", 'did you mean "Technology"'),
        ("medium: radio", "podcast"),
        ("type: weekly", "episodic"),
        ("guid: '12'", "UUID"),
        ("license: Mine", "by its name alone"),
        ("location: {name: X, geo: 'geo:99,0'}", "not a place"),
        ("location: {name: X, osm: '12'}", "OpenStreetMap"),
        ("owner: ann", "e-mail"),
        ("trailer: {url: https://a.example/t.mp3, title: T, published: soon}", "not a date"),
        ("allow_on: spotify", "block"),
        ("block_on: 'Some Where'", "platform"),
        ("funding: {url: https://a.example, text: " + "x" * 129 + "}", "128"),
        ("keywords: a", "unknown key"),
    ],
)
def test_mistakes_have_a_line_and_a_reason(written: Written, setting: str, word: str) -> None:
    with pytest.raises(SettingsError) as raised:
        written.load(f"  - path: show\n    podcast:\n      {setting}")
    (problem,) = [each for each in raised.value.problems if each.level == "error"]
    assert problem.line == 7
    assert word in str(problem)


def test_what_directories_ask_for_is_a_warning(written: Written) -> None:
    """Only of a feed that says it is a podcast: one may be among friends, too."""
    assert written.warnings("  - path: show", site="https://ann.example") == []
    found = written.warnings("  - path: show\n    preset: podcast\n    formats: atom", site="https://ann.example")
    assert sorted(message.partition(" without ")[2] for _, message in found) == [
        "", "", "a category", "a language", "a picture",
    ]  # fmt: skip
    assert written.warnings(f"  - path: show\n    podcast: {WHOLE}") == []


@pytest.mark.parametrize("folder", ["audio", "public"])
def test_a_picture_at_hand_is_measured(written: Written, folder: str) -> None:
    """Below a source, or where the site is published."""
    (written.folder / folder).mkdir(exist_ok=True)
    (written.folder / folder / "cover.jpg").write_bytes(jpeg(1000, 1000))
    ((line, message),) = written.warnings(f"  - path: show\n    podcast: {WHOLE}")
    assert (line, "1000 x 1000" in message) == (6, True)
    (written.folder / folder / "cover.jpg").write_bytes(jpeg(1400, 1400))
    assert written.warnings(f"  - path: show\n    podcast: {WHOLE}") == []


def test_another_server_for_the_recordings(written: Written) -> None:
    """Only where there are recordings; the prefix is for any source."""
    source = "{path: audio, preset: podcast, media_url: 'https://cdn.example/', media_prefix: 'https://op3.dev/e/'}"
    (found,) = written.load("  - path: show", source=source).settings.sources
    assert (found.preset.media_url, found.media_prefix) == ("https://cdn.example", "https://op3.dev/e/")
    with pytest.raises(SettingsError) as raised:
        written.load("  - path: show", source="{path: posts, media_url: https://cdn.example}")
    assert "media_url" in str(raised.value.problems[0])


def test_a_trailer_without_a_zone_is_of_the_sites(written: Written) -> None:
    """As every other time of a person is."""
    site = SITE.replace("{url", "{timezone: Europe/Vienna, url")
    trailers = ", ".join(
        f"{{url: https://ann.example/t.mp3, title: A, published: '{each}'}}"
        for each in ("2026-10-01 18:00", "2026-10-01T18:00:00Z")
    )
    show = written.load(f"  - {{path: show, podcast: {{trailer: [{trailers}]}}}}", site=site).settings.feeds[0].podcast
    assert [each.published.isoformat() for each in show.trailers] == [
        "2026-10-01T16:00:00+00:00",
        "2026-10-01T18:00:00+00:00",
    ]


def test_a_show_may_be_in_the_public_domain(written: Written) -> None:
    """Any Creative Commons licence is known by its name."""
    show = written.load("  - {path: show, podcast: {license: CC0-1.0}}").settings.feeds[0].podcast
    assert show.license == License("cc0-1.0", "https://creativecommons.org/publicdomain/zero/1.0/")


@pytest.mark.parametrize(
    ("setting", "word"),
    [
        ("funding: http://ann.example/give", "https"),
        ("update_frequency: {text: Weekly, rrule: weekly}", "FREQ=WEEKLY"),
        ("people: [{name: Ann, role: hostess}]", 'did you mean "host"?'),
    ],
)
def test_what_the_namespace_asks_for_is_a_warning(written: Written, setting: str, word: str) -> None:
    """With the line of the setting and the next step."""
    found = written.load(f"  - path: show\n    podcast:\n      category: Arts\n      image: cover.jpg\n      {setting}")
    (problem,) = found.warnings
    assert (problem.line, problem.level) == (9, "warning")
    assert word in str(problem)
