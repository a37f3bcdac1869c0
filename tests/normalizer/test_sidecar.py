"""What lies beside an article, in its entry: a sidecar's front matter, its picture, its sound."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from feedd.model import (
    Article,
    Companion,
    Enclosure,
    Entry,
    FileStat,
    Image,
    MediaFile,
    Problem,
    Site,
    Source,
    SourceDocument,
    SourceKey,
    digest_of,
)
from feedd.normalizer.normalize import Reading, normalize
from feedd.normalizer.parse import parse

SITE = Site("https://ann.example", "https://ann.example", "Ann")
NOW = datetime(2026, 5, 1, tzinfo=UTC)


class Around:
    """A folder with these media files, by path below the source."""

    def __init__(self, **files: MediaFile) -> None:
        self.files = {name.replace("__", "/").replace("_", "."): file for name, file in files.items()}

    def text(self, path: str) -> str | None:
        return None

    def media(self, path: str) -> MediaFile | None:
        return self.files.get(path)

    def find(self, name: str) -> tuple[str, ...]:
        return ()

    def address(self, path: str) -> str | None:
        return None


def parsed(text: str, *companions: Companion, path: str = "news/a.md") -> Article | Problem:
    key, data = SourceKey("posts", path), text.encode()
    return parse(SourceDocument(key, data, FileStat(key, len(data), 0, 0, 1), digest_of(data), companions))


def read(text: str, *companions: Companion, around: Any = None, path: str = "news/a.md") -> Reading:
    found = parsed(text, *companions, path=path)
    assert isinstance(found, Article), found
    stat = FileStat(found.key, 1, 0, 0, 1)
    return normalize(found, Source("posts", "/posts"), SITE, stat, "", NOW, around or Around())


def entry(text: str, *companions: Companion, around: Any = None, path: str = "news/a.md") -> Entry:
    found = read(text, *companions, around=around, path=path).entry
    assert found is not None
    return found


def sidecar(text: str, name: str = "news/a.yaml") -> Companion:
    return Companion(name, len(text), text.encode())


def test_front_matter_from_outside() -> None:
    """The file's own front matter wins field by field; the sidecar wins over the file's text."""
    found = entry("---\ntitle: Own\n---\n# Heading\n\ntext", sidecar("title: Beside\ntags: [a]\ndate: 2026-01-02"))
    assert (found.title, found.tags, found.published.year) == ("Own", ("a",), 2026)
    assert entry("# Heading\n\ntext", sidecar("title: Beside")).title == "Beside"


def test_every_field_says_where_it_comes_from() -> None:
    """`preview` names the sidecar and the line in it."""
    trace = {claim.field: claim for claim in read("text", sidecar("\ntitle: Beside\n")).trace}
    assert (trace["title"].rule, trace["title"].line, trace["title"].where) == ("sidecar a.yaml", 2, "news/a.yaml")


def test_warnings_name_the_sidecar() -> None:
    """Also those that are only found when the value is used."""
    problems = read("text", sidecar("url: not an address\n\ndate: someday\n")).problems
    assert [(p.code, p.where, p.line) for p in problems] == [("FD226", "news/a.yaml", 1), ("FD212", "news/a.yaml", 3)]


def test_a_sidecar_that_cannot_be_read_is_an_error() -> None:
    """It may say that the article is a draft."""
    found = parsed("text", sidecar("draft: [true"))
    assert isinstance(found, Problem)
    assert (found.code, found.where) == ("FD224", "news/a.yaml")


@pytest.mark.parametrize("text", ["- a\n- b", "", "words"])
def test_data_beside_an_article_is_no_front_matter(text: str) -> None:
    """What is no mapping is passed over."""
    reading = read("text", sidecar(text))
    assert reading.problems == ()


def test_one_that_was_not_read() -> None:
    """Too large, or a link that leads out: a warning."""
    problems = read("text", Companion("news/a.json", 10**6)).problems
    assert [(p.code, p.where) for p in problems] == [("FD230", "news/a.json")]


def test_several_sidecars() -> None:
    """YAML before TOML before JSON, field by field."""
    found = entry("x", sidecar('{"title": "J", "tags": ["j"]}', "news/a.json"), sidecar("title: Y"))
    assert (found.title, found.tags) == ("Y", ("j",))


def test_a_picture_and_a_sound() -> None:
    """Public beside the article's file, with what the files say; the best of several pictures."""
    around = Around(news__a_jpg=MediaFile("image/jpeg", 7, 4, 3), news__a_mp3=MediaFile("audio/mpeg", 9))
    beside = (Companion("news/a.webp", 5), Companion("news/a.jpg", 7), Companion("news/a.mp3", 9))
    found = entry("text", *beside, around=around)
    url = "https://ann.example/news/a"
    assert found.image == Image(f"{url}.jpg", None, None, "image/jpeg", 7, 4, 3)
    assert found.enclosures == (Enclosure(f"{url}.mp3", "audio/mpeg", 9),)


def test_front_matter_names_another() -> None:
    """Then what lies beside the article is nothing but a file."""
    found = entry("---\nimage: /b.png\naudio: /b.ogg\n---\nx", Companion("news/a.jpg", 7), Companion("news/a.mp3", 9))
    assert found.image is not None
    assert (found.image.url, found.enclosures[0].url) == ("https://ann.example/b.png", "https://ann.example/b.ogg")


def test_names_that_are_no_addresses() -> None:
    """A name is not taken for a query, a fragment or a scheme."""
    path = "news/what? #1: yes%20.md"
    file = path.replace(".md", ".jpg")
    around = Around()
    around.files[file] = MediaFile("image/jpeg", 7)
    found = entry("text", Companion(file, 7), around=around, path=path)
    assert found.image == Image(
        "https://ann.example/news/what%3F%20%231%3A%20yes%2520.jpg", None, None, "image/jpeg", 7
    )


def test_enclosures_in_front_matter_take_their_files_word() -> None:
    """Length and type of a local file, whatever is written about it; of others what is written."""
    around = Around(news__a_opus=MediaFile("audio/ogg", 99))
    text = (
        "---\nenclosures:\n- {url: a.opus, length: 5, title: T}\n- {url: 'https://x.example/b.mp3', length: 5}\n---\nx"
    )
    assert entry(text, around=around).enclosures == (
        Enclosure("https://ann.example/news/a.opus", "audio/ogg", 99, "T"),
        Enclosure("https://x.example/b.mp3", "audio/mpeg", 5),
    )


def test_a_document_has_the_address_of_an_article() -> None:
    """Its body is HTML, but nobody publishes a .docx as the page."""
    pytest.importorskip("mammoth")
    from tests.support.docx import document, paragraph

    key, data = SourceKey("posts", "news/a.docx"), document(paragraph("text"))
    found = parse(SourceDocument(key, data, FileStat(key, 1, 0, 0, 1), digest_of(data)))
    assert isinstance(found, Article)
    read_entry = normalize(found, Source("posts", "/posts"), SITE, FileStat(key, 1, 0, 0, 1), "", NOW).entry
    assert read_entry is not None
    assert read_entry.url == "https://ann.example/news/a/"


@pytest.mark.parametrize(("path", "name"), [("a.adoc", "AsciiDoc"), ("a.ORG", "Org"), ("a.textile", "Textile")])
def test_formats_that_nobody_reads_get_a_message(path: str, name: str) -> None:
    """An article that does not appear is not passed over without a word."""
    found = parsed("= Title", path=path)
    assert isinstance(found, Problem)
    assert (found.code, found.level, found.message) == ("FD229", "warning", f"no reader for {name} files")


@pytest.mark.parametrize(
    ("text", "title", "body", "line"),
    [
        ("import A from './a'\n\n# Title\n\ntext", "Title", "text", 5),
        ("import {\n  A\n} from 'a'\nexport const b = 1\n\n\n# Title\ntext", "Title", "text", 8),
        ("---\ntitle: T\n---\nimport './a.css'\n\ntext", "T", "text", 6),
        ("# Title\n\nimport nothing, says the text", "Title", "import nothing, says the text", 3),
        ("import duties rose again\n\ntext", None, "import duties rose again\n\ntext", 1),
    ],
)
def test_mdx(text: str, title: str | None, body: str, line: int) -> None:
    """Imports and exports above the text go, so that its heading is the title."""
    found = parsed(text, path="a.mdx")
    assert isinstance(found, Article)
    assert next((c.value for c in found.claims if c.field == "title"), None) == title
    assert (found.body, found.body_line, found.body_type) == (body, line, "markdown")
