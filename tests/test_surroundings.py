"""What an article refers to: other articles, pictures beside it, files of its site; through the real watcher."""

from __future__ import annotations

import os
import struct
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from feedd.generators.base import BasePreset
from feedd.normalizer import body
from tests.support.house import House


def png(width: int, height: int) -> bytes:
    """A real picture of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + b"\0\0\0" * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def only(house: House, path: str):
    (found,) = house.store.known([_key(house, path)]).values()
    assert found.entry is not None
    return found.entry


def _key(house: House, path: str):
    from feedd.model import SourceKey

    return SourceKey("posts", path)


def test_a_link_to_a_source_file_is_a_link_to_its_article(house: House) -> None:
    """`[x](../b.md#part)` works in an editor and on a forge; readers need the address of that article."""
    house.article(
        "a/one.md", "One", "See [two](../b/two.md#part), [none](missing.md) and [web](https://x.example/y.md)."
    )
    house.article("b/two.md", "Two", slug="second")
    house.run()
    assert only(house, "a/one.md").references == (("../b/two.md#part", "https://ann.example/b/second/#part"),)


def test_a_linked_article_is_read_with_its_sidecar(house: House) -> None:
    """What stands beside the other article decides about its address, too."""
    house.write("a.md", "A short text.")
    house.write("a.yaml", "title: A\nurl: /elsewhere/\n")
    house.article("b.md", "B", "[a](a.md)")
    house.run()
    assert only(house, "b.md").references == (("a.md", "https://ann.example/elsewhere/"),)


def test_a_picture_beside_an_article_has_its_own_address(house: House) -> None:
    """Without a generator a file is published where it lies, not below the article's address."""
    house.write("trip/tower.png", png(3, 2))
    house.article("trip/lisbon.md", "Lisbon", "![Tower](tower.png)\n\n![Gone](gone.png)")
    house.run()
    assert only(house, "trip/lisbon.md").references == (("tower.png", "https://ann.example/trip/tower.png"),)


def test_a_local_picture_says_its_type_length_and_size(house: House) -> None:
    """The picture that the front matter names is measured where it lies: beside the article, or at its web path."""
    data = png(640, 480)
    house.write("trip/cover.png", data)
    house.article("trip/lisbon.md", "Lisbon", image="cover.png")
    house.article("trip/porto.md", "Porto", image="/trip/cover.png")
    house.article("trip/faro.md", "Faro", image="https://elsewhere.example/trip/cover.png")
    house.run()
    for path in ("trip/lisbon.md", "trip/porto.md"):
        image = only(house, path).image
        assert image is not None
        assert image.url == "https://ann.example/trip/cover.png"
        assert (image.media_type, image.length, image.width, image.height) == ("image/png", len(data), 640, 480)
    far = only(house, "trip/faro.md").image
    assert far is not None
    assert (far.media_type, far.length, far.width) == (None, 0, None)


@pytest.mark.parametrize(
    "target", ["../../secret.png", "/../secret.png", "..%2f..%2fsecret.png", "link.png", "pipe.png"]
)
def test_nothing_outside_the_folder_is_looked_at(house: House, tmp_path: Path, target: str) -> None:
    """No path, no link and no pipe leads an article to a file that is not its folder's."""
    (tmp_path / "secret.png").write_bytes(png(9, 9))
    house.article("trip/lisbon.md", "Lisbon", f"![x]({target})", image=target)
    (house.posts / "trip/link.png").symlink_to(tmp_path / "secret.png")
    os.mkfifo(house.posts / "trip/pipe.png")
    house.run()
    found = only(house, "trip/lisbon.md")
    assert found.image is not None
    assert (found.image.media_type, found.image.width) == (None, None)
    assert found.references == ()


def test_what_is_looked_up_may_belong_to_a_link_cycle(house: House) -> None:
    """Two articles that link to each other: each needs only the other's address, not its text."""
    house.article("a.md", "A", "[b](b.md)")
    house.article("b.md", "B", "[a](a.md) and [me](b.md)")
    house.run()
    assert only(house, "a.md").references == (("b.md", "https://ann.example/b/"),)
    assert dict(only(house, "b.md").references)["a.md"] == "https://ann.example/a/"


def test_static_files_of_a_site_lie_outside_its_articles(house: House) -> None:
    """With a preset, what stands at a path on the site is where its generator would take it from."""
    source = house.settings.sources[0]
    house.use(sources=(replace(source, preset=Static(), site_root=str(house.posts.parent)),))
    file = house.posts.parent / "static/img/cover.png"
    file.parent.mkdir(parents=True)
    file.write_bytes(png(12, 7))
    house.article("a.md", "A", image="/img/cover.png")
    house.run()
    image = only(house, "a.md").image
    assert image is not None
    assert (image.url, image.width, image.height) == ("https://ann.example/img/cover.png", 12, 7)


@pytest.mark.parametrize("path", ["trip/lisbon.md", "trip/lisbon/index.md"])
def test_the_first_picture_of_the_body_is_measured(house: House, path: str) -> None:
    """Beside the article, or in its bundle: its type, length and size are known when it is published."""
    data = png(80, 60)
    house.write(path.rpartition("/")[0] + "/a.png", data)
    house.article(path, "Lisbon", "Text.\n\n![A](a.png)")
    house.run()
    (content,) = house.store.contents([only(house, path)], body.VERSION).values()
    assert content.picture is not None
    assert (content.picture.media_type, content.picture.length) == ("image/png", len(data))
    assert (content.picture.width, content.picture.height) == (80, 60)


def test_every_candidate_of_an_image_set_is_found(house: House) -> None:
    """`srcset` holds several addresses, each with a size."""
    for name in ("a.png", "b.png"):
        house.write(f"trip/{name}", png(2, 2))
    house.article("trip/lisbon.md", "Lisbon", '<img srcset="a.png 1x, b.png 2x" alt="">')
    house.run()
    assert [each for each, _ in only(house, "trip/lisbon.md").references] == ["a.png", "b.png"]


class Static(BasePreset):
    """A generator that publishes the files of static/."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__("static", "posts")

    def files(self, path: str) -> tuple[str, ...]:
        return (f"static{path}",)
