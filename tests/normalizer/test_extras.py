"""What an article says of itself besides its text, and the addresses in it."""

from __future__ import annotations

import pytest

from feedd.model import Entry, Extras, FileStat, License, Person, Reply, Source, SourceDocument
from feedd.normalizer.normalize import Reading, normalize
from feedd.normalizer.parse import parse
from tests.support.house import SITE, START
from tests.support.make import key

SOURCE = Source("posts", "/posts")
PUNYCODE = "https://xn--exmple-cua.org/%C3%BC"


def read(matter: str, path: str = "trips/hello.md") -> Reading:
    stat = FileStat(key(path), 1000, 1_790_000_000 * 10**9, 1, 1)
    document = SourceDocument(key(path), f"---\n{matter}\n---\nText".encode(), stat, "digest")
    article = parse(document)
    assert not hasattr(article, "code"), article
    return normalize(article, SOURCE, SITE, stat, "digest", START)


def believed(matter: str) -> Entry:
    """The entry; nothing may be wrong with the text."""
    reading = read(matter)
    assert reading.entry is not None
    assert reading.problems == ()
    return reading.entry


def extras(matter: str) -> Extras:
    return believed(matter).extras or Extras()


def messages(matter: str) -> list[str]:
    return [str(problem) for problem in read(matter).problems]


# --- Addresses --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["external_url", "externalUrl", "linked_url", "link_to"])
def test_a_link_post_keeps_its_own_address(name: str) -> None:
    """JSON Feed 1.1: `url` is the permalink, `external_url` the page elsewhere that the post is about."""
    entry = believed(f"{name}: https://city.example.net/report.html")
    assert entry.url == "https://ann.example/trips/hello/"
    assert entry.extras == Extras(external_url="https://city.example.net/report.html")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("/report.html", "https://ann.example/report.html"),
        ("report.html", "https://ann.example/report.html"),
        ("https://exämple.org/ü", PUNYCODE),
    ],
)
def test_the_page_elsewhere_may_be_on_the_site(given: str, expected: str) -> None:
    """A relative `external_url` is below the site's address, as `url` is."""
    assert extras(f'external_url: "{given}"').external_url == expected


@pytest.mark.parametrize("given", ["'a page'", "[1]", "true", "ftp://x.example/a", "'//['"])
def test_a_page_elsewhere_that_is_none(given: str) -> None:
    """Nothing else can be meant, so there is a warning."""
    (message,) = messages(f"external_url: {given}")
    assert message.startswith("trips/hello.md:2: external_url ")
    assert read(f"external_url: {given}").entry.extras is None  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("https://talk.example/1", "https://talk.example/1"),
        ("/talk/1/", "https://ann.example/talk/1/"),
        ("'#talk'", "https://ann.example/trips/hello/#talk"),
        ("./talk/", "https://ann.example/trips/hello/talk/"),
        ("../talk/", "https://ann.example/trips/talk/"),
        ("true", None),
        ("disqus", None),
        ("//talk.example/1", "https://talk.example/1"),
        ("'//['", None),
    ],
)
def test_the_page_with_comments(given: str, expected: str | None) -> None:
    """A path is one by how it begins; `comments: true` and the name of a service mean something else."""
    assert extras(f"comments: {given}").comments == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("bänner 1.png", "https://ann.example/trips/hello/b%C3%A4nner%201.png"),
        ("/wide.png", "https://ann.example/wide.png"),
        ("Sale until Monday", None),
        ("//[", None),
    ],
)
def test_a_banner_may_have_a_blank_in_its_name(given: str, expected: str | None) -> None:
    """As other pictures may; words that are no file of a picture are a banner for people."""
    assert extras(f'banner_image: "{given}"').banner == expected


def test_addresses_of_people_are_encoded() -> None:
    """Only ASCII leaves us: Java's readers refuse the rest."""
    entry = believed(
        'author: {name: Ann, url: "https://exämple.org/ü"}\ncontributor: {name: Bo, url: "https://exämple.org/ü"}'
    )
    assert entry.authors == (Person("Ann", uri=PUNYCODE),)
    assert (entry.extras or Extras()).contributors == (Person("Bo", uri=PUNYCODE),)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ('"https://exämple.org/ü"', Reply(PUNYCODE, PUNYCODE)),
        ('{url: "https://exämple.org/ü"}', Reply(PUNYCODE, PUNYCODE)),
        ('{id: "https://exämple.org/ü"}', Reply("https://exämple.org/ü", PUNYCODE)),
        ('{ref: "tag:x.example,2026:1", href: "https://exämple.org/ü"}', Reply("tag:x.example,2026:1", PUNYCODE)),
    ],
)
def test_what_it_answers(given: str, expected: Reply) -> None:
    """Its address is encoded; its id stays letter by letter what the other feed says (RFC 4685 3), unless it was made
    from the address."""
    assert extras(f"in_reply_to: {given}").replies_to == (expected,)


def test_an_id_alone_is_not_where_the_other_post_is() -> None:
    """It is carried, and the author is told that nobody can follow it (RFC 4685 3: href SHOULD be used)."""
    reading = read("in_reply_to: 'tag:x.example,2026:1'")
    assert reading.entry is not None
    assert reading.entry.extras == Extras(replies_to=(Reply("tag:x.example,2026:1"),))
    (problem,) = reading.problems
    assert (problem.code, problem.line) == ("FD226", 2)


# --- Pictures ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("matter", "alt", "caption"),
    [
        ("image: {url: /a.jpg, alt: A cat on a mat}", "A cat on a mat", None),
        ("image: {url: /a.jpg, alt: A cat on a mat, caption: Minou}", "A cat on a mat", "Minou"),
        ("image: {url: /a.jpg, alt: A cat on a mat}\ncaption: Minou", "A cat on a mat", "Minou"),
        ("image: {url: /a.jpg, title: Minou}", None, "Minou"),
        ("image: /a.jpg\ncover: {url: /b.jpg, alt: A dog}", None, None),
    ],
)
def test_what_a_picture_shows_is_no_caption(matter: str, alt: str | None, caption: str | None) -> None:
    """`alt` stands in for the picture where it cannot be seen, a caption stands below it."""
    entry = believed(matter)
    assert entry.image is not None
    assert (entry.image.alt, entry.caption) == (alt, caption)


# --- Licences ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("CC-BY-SA-4.0", License("CC-BY-SA-4.0", "https://creativecommons.org/licenses/by-sa/4.0/")),
        ("CC BY-NC 2.5", License("CC BY-NC 2.5", "https://creativecommons.org/licenses/by-nc/2.5/")),
        ("CC-BY-NC-SA-3.0-AT", License("CC-BY-NC-SA-3.0-AT", "https://creativecommons.org/licenses/by-nc-sa/3.0/at/")),
        ("CC0-1.0", License("CC0-1.0", "https://creativecommons.org/publicdomain/zero/1.0/")),
        ("{name: Ours, url: 'https://ann.example/ü'}", License("Ours", "https://ann.example/%C3%BC")),
        ("https://ann.example/terms", License("https://ann.example/terms", "https://ann.example/terms")),
        ("false", None),
        ("''", None),
        ("arr", None),
    ],
)
def test_licenses(given: str, expected: License | None) -> None:
    """An address, or a name that has one known to everybody; a theme's switch means no licence."""
    assert extras(f"license: {given}").license == expected


@pytest.mark.parametrize("given", ["MIT", "CC BY-SA", "CC-BY-4.0-AT", "{name: Ours, url: ours}", "[CC0]"])
def test_a_license_that_nobody_knows_is_told(given: str) -> None:
    """Never silence: whoever names a licence wants readers to see it."""
    (message,) = messages(f"license: {given}")
    assert message.startswith("trips/hello.md:2: license ")
    assert "url: https://" in message


# --- Ids --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "better"),
    [
        ("42", "tag:ann.example,2026:42"),
        ("'urn:x:1&2<3'", "tag:ann.example,2026:urn:x:1&2%3C3"),
        ("hello world", "tag:ann.example,2026:hello%20world"),
        ("/2026/hello/", "tag:ann.example,2026:/2026/hello/"),
        ("550E8400-E29B-41D4-A716-446655440000", "urn:uuid:550e8400-e29b-41d4-a716-446655440000"),
        ("urn:uuid:1", "tag:ann.example,2026:urn:uuid:1"),
        ("tag:ann:1", "tag:ann.example,2026:tag:ann:1"),
        ("https:///a", "tag:ann.example,2026:https:///a"),
        ("https://ann.example/100%", "tag:ann.example,2026:https://ann.example/100%25"),
    ],
)
def test_an_id_that_is_no_iri_is_carried_and_told(given: str, better: str) -> None:
    """Identity wins over form; but Atom asks for an absolute IRI (RFC 4287 4.2.6), and nobody else would say so."""
    reading = read(f"date: 2026-11-20\nid: {given}")
    assert reading.entry is not None
    assert reading.entry.id == given.strip("'")
    (problem,) = reading.problems
    assert (problem.code, problem.line) == ("FD214", 3)
    assert f"id: {better};" in problem.hint


@pytest.mark.parametrize(
    "given",
    [
        "tag:ann.example,2026:hello",
        "urn:uuid:550e8400-e29b-41d4-a716-446655440000",
        "urn:isbn:0451450523",
        "https://exämple.org/ü?p=1",
        "tag:ann@ann.example,2026-11:a",
        "at://did:plc:abc/app.bsky.feed.post/1",
    ],
)
def test_an_iri_is_an_id(given: str) -> None:
    """In any scheme, and in any script."""
    assert believed(f'id: "{given}"').id == given


# --- Places -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("matter", "expected"),
    [
        ("geo: [48.2, 16.4]", (48.2, 16.4)),
        ("geo: 'geo:48.2,16.4;u=10'", (48.2, 16.4)),
        ("gps: {latitude: 48.2, longitude: -16.4}", (48.2, -16.4)),
        ("location: {name: Vienna, geo: '48.2,16.4'}", (48.2, 16.4)),
        ("location: Vienna", None),
        ("geo: {region: Wien}", None),
        ("geo: []", None),
    ],
)
def test_where_it_plays(matter: str, expected: tuple[float, float] | None) -> None:
    """Any usual shape of coordinates; words are for people."""
    assert extras(matter).geo == expected
