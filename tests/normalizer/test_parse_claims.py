"""What the fields of a front matter may look like, and what becomes of each."""

from __future__ import annotations

from typing import Any

import pytest

from feedd.model import Claim, Enclosure, Level, Person, Problem
from feedd.normalizer.claims import from_front_matter, from_path, read_claims
from feedd.normalizer.frontmatter import FrontMatter, split


def read(yaml: str) -> tuple[tuple[Claim, ...], tuple[Problem, ...]]:
    front = split(f"---\n{yaml}\n---\n", "a.md")
    assert isinstance(front, FrontMatter), front
    return read_claims(from_front_matter(front.data, front.lines, front.raw), "a.md")


def value(yaml: str, field: str) -> Any:
    """The value of the first claim of a field; nothing may be wrong with the text."""
    claims, problems = read(yaml)
    assert problems == ()
    return next((claim.value for claim in claims if claim.field == field), None)


@pytest.mark.parametrize(
    ("yaml", "field", "expected"),
    [
        ("title: Hello", "title", "Hello"),
        ("TITLE: ' Hello \n   World '", "title", "Hello World"),
        ("title: 1.10", "title", "1.10"),
        ("title: 2026", "title", "2026"),
        ("title: NO", "title", "NO"),
        ("title: 12:30", "title", "12:30"),
        ("title: 2026-11-23", "title", "2026-11-23"),
        ("title: true", "title", "true"),
        ("title:", "title", None),
        ("title: ''", "title", None),
        ("headline: Hello", "title", "Hello"),
        ("date: 2026-11-23", "date", "2026-11-23"),
        ("date: 1700000000", "date", 1700000000),
        ("date:", "date", None),
        ("published: 2026-11-23", "date", "2026-11-23"),
        ("published: true", "date", None),
        ("date_published: 2026-11-23", "date", "2026-11-23"),
        ("pubDate: 2026-11-23", "date", "2026-11-23"),
        ("lastmod: 2026-11-23", "updated", "2026-11-23"),
        ("last_modified_at: 2026-11-23", "updated", "2026-11-23"),
        ("modified: 2026-11-23", "updated", "2026-11-23"),
        ("publishDate: 2026-11-23", "publish_at", "2026-11-23"),
        ("publish-at: 2026-11-23", "publish_at", "2026-11-23"),
        ("embargo: 2026-11-23", "publish_at", "2026-11-23"),
        ("expiryDate: 2026-11-23", "expires", "2026-11-23"),
        ("draft: true", "draft", True),
        ("draft: yes", "draft", True),
        ("draft: false", "draft", False),
        ("draft: no", "draft", False),
        ("published: false", "draft", True),
        ("published: true", "draft", False),
        ("published: 2026-11-23", "draft", None),
        ("status: draft", "draft", True),
        ("Status: Published", "draft", False),
        ("status: evergreen", "draft", None),
        ("draft: false\npublished: false", "draft", True),
        ("id: 7", "id", "7"),
        ("guid: 007", "id", "007"),
        ("uuid: urn:uuid:1", "id", "urn:uuid:1"),
        ("permalink: https://x.example/a?b=1", "url", "https://x.example/a?b=1"),
        ("link: /about/", "url", "/about/"),
        ("canonical_url: https://x.example/a\nlink: /b/", "url", "https://x.example/a"),
        ("slug: hello", "slug", "hello"),
        ("lang: no", "language", "no"),
        ("language: pt-BR", "language", "pt-BR"),
        ("locale: de_AT.UTF-8", "language", "de-AT"),
        ("summary: Short.", "summary", "Short."),
        ("description: |\n  Two\n  lines", "summary", "Two\nlines"),
        ("excerpt: Short.", "summary", "Short."),
        ("subtitle: Short.", "summary", None),
        ("image: /a.jpg", "image", "/a.jpg"),
        ("cover: {image: a.jpg, alt: A cat, caption: The cat, credit: Ann}", "image", "a.jpg"),
        ("cover: {image: a.jpg, alt: A cat, caption: The cat, credit: Ann}", "caption", "The cat"),
        ("cover: {image: a.jpg, alt: A cat, caption: The cat, credit: Ann}", "credit", "Ann"),
        ("featured_image: {src: a.jpg, alt: A cat}", "caption", None),
        ("featured_image: {src: a.jpg, alt: A cat}", "alt", "A cat"),
        (
            "author: Ann <ann@x.example> (https://ann.example/)",
            "authors",
            (Person("Ann", "ann@x.example", "https://ann.example/"),),
        ),
        ("author: Ann (https://ann.example/)", "authors", (Person("Ann", None, "https://ann.example/"),)),
        (
            "author: Ann (https://a.example/) (https://b.example/)",
            "authors",
            (Person("Ann (https://a.example/)", None, "https://b.example/"),),
        ),
        ("author: Ann (she/her)", "authors", (Person("Ann (she/her)"),)),
        ("images: [a.jpg, b.jpg]", "image", "a.jpg"),
        ("image: false", "image", None),
        ("photo_credit: Ann", "credit", "Ann"),
        ("feeds: [a, b]", "feeds", ("a", "b")),
        ("feeds: a, b", "feeds", ("a", "b")),
        ("feed: false", "feeds", ()),
        ("feed: no", "feeds", ()),
        ("feeds: []", "feeds", ()),
        ("feed: true", "feeds", None),
        ("feed:", "feeds", None),
        ("something: else", "something", None),
    ],
)
def test_fields(yaml: str, field: str, expected: Any) -> None:
    """A field has many names and one typed value."""
    found = value(yaml, field)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("yaml", "expected"),
    [
        ("tags: [a, B, a, b]", ("a", "B")),
        ("tags: a, b c", ("a", "b c")),
        ("tags: a b", ("a", "b")),  # as Jekyll and Hugo read it
        ("tag: machine learning", ("machine learning",)),
        ("keywords: machine learning", ("machine learning",)),
        ("categories: jekyll update", ("jekyll", "update")),
        ("category: local news", ("local news",)),
        ("tags: [2024, 1.10, true, null, '', x]", ("2024", "1.10", "true", "x")),
        ("tags: 2024", ("2024",)),
        ("tags: [a, [b, [c]]]", ("a", "b", "c")),
        ("tags: ['comma, inside', b]", ("comma, inside", "b")),
        ("tags: [{name: a, slug: x}]", ("a",)),
        ("tags: [Café, 'Cafe\u0301']", ("Café",)),
        ("tags: ['a\ufeff']", ("a",)),
        ("tags:", None),
        ("tags: []", None),
        ("tags: ' , '", None),
    ],
)
def test_labels(yaml: str, expected: Any) -> None:
    """Tags and categories are a tuple of text as written, each once whatever its case."""
    claims, problems = read(yaml)
    assert problems == ()
    assert next((claim.value for claim in claims if claim.field in ("tags", "categories")), None) == expected


def test_ten_thousand_tags() -> None:
    """Nobody reads ten thousand tags: the first hundred stay, with one warning."""
    claims, problems = read("tags: [" + ", ".join(f"t{i}" for i in range(10_000)) + "]")
    assert claims[0].value == tuple(f"t{i}" for i in range(100))
    assert [(p.code, p.level, p.line) for p in problems] == [("FD227", Level.WARNING, 2)]


@pytest.mark.parametrize(
    ("yaml", "expected"),
    [
        ("author: Ann Lee", (Person("Ann Lee"),)),
        ("author: Ann Lee <ann@x.example>", (Person("Ann Lee", "ann@x.example"),)),
        ("author: ann@x.example (Ann Lee)", (Person("Ann Lee", "ann@x.example"),)),
        ("author: ann@x.example", (Person("ann@x.example", "ann@x.example"),)),
        ("author: Lee, Ann", (Person("Lee, Ann"),)),
        ("authors: Ann Lee, Bob Ray", (Person("Ann Lee"), Person("Bob Ray"))),
        ("author: Ann Lee; Bob Ray", (Person("Ann Lee"), Person("Bob Ray"))),
        (
            "authors: [Ann Lee, {name: Bob, email: b@x.example, url: https://b.example}, ann lee]",
            (Person("Ann Lee"), Person("Bob", "b@x.example", "https://b.example")),
        ),
        ("author: {name: Ann, url: 'javascript:x', mail: none}", (Person("Ann"),)),
        ("author: {email: a@x.example}", (Person("a@x.example", "a@x.example"),)),
        ("author: 7", (Person("7"),)),
        ("author:", None),
        ("authors: []", None),
    ],
)
def test_authors(yaml: str, expected: Any) -> None:
    """People come as text, with mail, as mappings, alone or in lists."""
    assert value(yaml, "authors") == expected


@pytest.mark.parametrize(
    ("yaml", "expected"),
    [
        ("enclosure: a.mp3", (Enclosure("a.mp3", "audio/mpeg"),)),
        (
            "enclosure: {url: https://x.example/a.ogg?x=1, length: '1,234'}",
            (Enclosure("https://x.example/a.ogg?x=1", "audio/ogg", 1234),),
        ),
        ("enclosures: [{src: a.bin, type: video/mp4, size: 5, title: T}]", (Enclosure("a.bin", "video/mp4", 5, "T"),)),
        ("audio: /a.unknown", (Enclosure("/a.unknown", "application/octet-stream"),)),
        ("enclosure: {url: a.mp3, length: many, type: mp3}", (Enclosure("a.mp3", "audio/mpeg"),)),
        ("enclosure:", None),
        ("podcast: true", None),
    ],
)
def test_enclosures(yaml: str, expected: Any) -> None:
    """An enclosure is an address, with what is known about the file."""
    assert value(yaml, "enclosures") == expected


@pytest.mark.parametrize(
    ("yaml", "field"),
    [
        ("title: {a: b}", "title"),
        ("title: [a]", "title"),
        ("date: [1]", "date"),
        ("id: {a: b}", "id"),
        ("url: //evil.example/", "url"),
        ("url: 'javascript:alert(1)'", "url"),
        ("url: about/", "url"),
        ("permalink: /:year/:title/", "url"),
        ("url: /a/../../b", "url"),
        ("url: 'http://[x/'", "url"),
        ("url: 'http://'", "url"),
        ("url: 'https://x.example/a b'", "url"),
        ("lang: English", "language"),
        ("tags: {a: b}", "tags"),
        ("image: 'javascript:x'", "image"),
        ("image: {alt: A cat}", "image"),
        ("enclosure: {type: audio/mpeg}", "enclosures"),
        ("author: {age: 7}", "authors"),
    ],
)
def test_values_that_do_not_fit(yaml: str, field: str) -> None:
    """A value of the wrong shape is a warning on its line, and no claim."""
    claims, problems = read(f"other: 1\n{yaml}")
    assert [(p.code, p.level, p.where, p.line) for p in problems] == [("FD226", Level.WARNING, "a.md", 3)]
    assert problems[0].hint
    assert field not in {claim.field for claim in claims}


def test_a_draft_that_cannot_be_understood_stays_one() -> None:
    """Publishing cannot be taken back, so a doubtful `draft` counts as true, and is said."""
    claims, problems = read("draft: almost")
    assert claims == (Claim("draft", True, "front matter", 2),)
    assert [(p.code, p.line) for p in problems] == [("FD226", 2)]


def test_order_and_lines() -> None:
    """The better name of a field comes first, wherever it stands; each claim has its line."""
    claims, _ = read("link: /b/\nurl: /a/\nDate: 2026-11-23\ntitle: T")
    assert [(c.field, c.value, c.line) for c in claims] == [
        ("title", "T", 5),
        ("date", "2026-11-23", 4),
        ("url", "/a/", 3),
        ("url", "/b/", 2),
    ]
    assert {claim.rule for claim in claims} == {"front matter"}


def test_characters_from_escapes() -> None:
    """A control character that came as an escape is removed like any other, with a warning."""
    claims, problems = read('title: "a\\x08b"')
    assert claims[0].value == "ab"
    assert [(p.code, p.line) for p in problems] == [("FD223", 2)]


def test_zola_taxonomies() -> None:
    """Zola keeps tags in a table of their own."""
    front = split('+++\ntitle = "T"\n[taxonomies]\ntags = ["a"]\ncategories = ["b"]\n+++\n', "a.md")
    assert isinstance(front, FrontMatter)
    claims, problems = read_claims(from_front_matter(front.data, front.lines, front.raw), "a.md")
    assert {c.field: c.value for c in claims} == {"title": "T", "tags": ("a",), "categories": ("b",)}
    assert problems == ()


@pytest.mark.parametrize(
    ("path", "claims"),
    [
        ("2026-11-23-hello.md", {"date": "2026-11-23", "slug": "hello"}),
        ("a/2026-1-3_hello-world.md", {"date": "2026-01-03", "slug": "hello-world"}),
        ("2026-11-23.md", {"date": "2026-11-23"}),
        ("2026-11-23-hello/index.md", {"date": "2026-11-23", "slug": "hello"}),
        ("news/2026/11/23/hello.md", {"date": "2026-11-23"}),
        ("2026/11/hello.md", {}),
        ("2026-13-45-hello.md", {}),
        ("2026/02/30/hello.md", {}),
        ("hello-2026-11-23.md", {}),
        ("hello.md", {}),
        ("index.md", {}),
        ("_drafts/hello.md", {"draft": True}),
        ("my_drafts/hello.md", {}),
        (".md", {}),
    ],
)
def test_paths(path: str, claims: dict[str, Any]) -> None:
    """A file's name and folders claim a date, a slug, or a draft; they have no line."""
    found = from_path(path)
    assert {c.field: c.value for c in found} == claims
    assert all(claim.line is None for claim in found)
