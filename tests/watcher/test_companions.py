"""What lies beside an article belongs to it: a picture, a sound, a sidecar of front matter."""

from __future__ import annotations

import os
from typing import Any

import pytest
from watched_tree import Tree, changed

from feedd.hints import Changed
from feedd.model import SourceDocument, digest_of
from feedd.watcher import companions
from feedd.watcher.events import _Handler
from feedd.watcher.ignore import compile_rules


def read(tree: Tree, path: str) -> SourceDocument:
    found = tree.read(path)
    assert isinstance(found, SourceDocument)
    return found


def test_companions_travel_with_the_article(tree: Tree) -> None:
    """Names, sizes, and the bytes of the sidecar only; another stem, a folder and an unknown suffix are none."""
    tree.write("news/a.md", "text")
    tree.write("news/a.JPG", "picture")
    tree.write("news/a.yaml", "title: A")
    tree.write("news/b.jpg", "another's")
    tree.write("news/a.zip", "what")
    (tree.root / "news/a.mp3").mkdir()
    found = read(tree, "news/a.md")
    assert [(each.path, each.size, each.data) for each in found.companions] == [
        ("news/a.JPG", 7, None),
        ("news/a.yaml", 8, b"title: A"),
    ]
    assert [each.name for each in companions.noted(found.stat.beside)] == ["a.JPG", "a.yaml"]


def test_the_digest_covers_the_sidecar_only_where_there_is_one(tree: Tree) -> None:
    """A picture changes nothing about the text; a sidecar does."""
    tree.write("a.md", "text")
    alone = read(tree, "a.md")
    assert (alone.digest, alone.stat.beside, alone.companions) == (digest_of(b"text"), "", ())
    tree.write("a.jpg")
    assert read(tree, "a.md").digest == alone.digest
    tree.write("a.yaml", "title: A")
    assert read(tree, "a.md").digest != alone.digest


@pytest.mark.parametrize("deed", ["comes", "changes", "goes"])
@pytest.mark.parametrize("name", ["a.yaml", "a.jpg"])
def test_a_change_beside_an_article_is_its_change(tree: Tree, name: str, deed: str) -> None:
    """A scan and a look both see it, once, and say the same."""
    tree.write("a.md")
    tree.write("b.md")
    if deed != "comes":
        tree.write(name, "title: A")
    tree.learn()
    assert changed(tree.scan()) == []
    if deed == "goes":
        (tree.root / name).unlink()
    else:
        tree.write(name, "title: Another")
    assert changed(tree.scan()) == changed(tree.look("a.md", "b.md")) == ["a.md"]
    tree.learn()
    assert changed(tree.scan()) == changed(tree.look("a.md")) == []


def test_ignored_files_belong_to_nobody(tree: Tree) -> None:
    """The patterns hold for companions as for articles."""
    tree.set(ignore=("*.jpg",))
    tree.write("a.md")
    tree.write("a.jpg")
    assert read(tree, "a.md").companions == ()


def test_a_sidecar_that_is_no_front_matter(tree: Tree) -> None:
    """One that is too large, or a link that leads out of the source, is noted and not read."""
    tree.write("a.md")
    tree.write("a.json", "x" * (companions.LARGEST_SIDECAR + 1))
    (tree.root.parent / "secret.yaml").write_text("title: secret")
    (tree.root / "a.yaml").symlink_to(tree.root.parent / "secret.yaml")
    assert [(each.path, each.data) for each in read(tree, "a.md").companions] == [("a.json", None), ("a.yaml", None)]


def test_a_scan_stats_no_stranger(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that lie beside no article cost no look at them."""
    tree.write("a.md")
    for number in range(5):
        tree.write(f"photo{number}.jpg")
    asked: list[Any] = []
    real = os.stat
    monkeypatch.setattr(companions.os, "stat", lambda path, **more: asked.append(path) or real(path, **more))
    tree.scan()
    assert [path for path in asked if str(path).endswith(".jpg")] == []


def test_an_event_beside_an_article_hints_the_article(tree: Tree) -> None:
    """Only articles that exist, and nobody vouches for them."""
    from watchdog.events import FileClosedEvent

    tree.write("news/a.md")
    tree.write("news/a.html")
    hints: list[Any] = []
    handler = _Handler("blog", str(tree.root), compile_rules(frozenset({".md", ".html", ".txt"})), hints.append)
    handler.dispatch(FileClosedEvent(str(tree.root / "news/a.jpg")))
    handler.dispatch(FileClosedEvent(str(tree.root / "news/b.jpg")))
    assert hints == [Changed("blog", "news/a.html"), Changed("blog", "news/a.md")]
