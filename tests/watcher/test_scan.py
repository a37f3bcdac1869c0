"""What a scan and a look make of odd things in the folder, and when they dare to say that a file is gone."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from watched_tree import ARTICLES, Tree, changed, codes, gone

from feedd.model import Level

Unprivileged = Callable[[], AbstractContextManager[None]]


def test_only_articles_are_seen_in_order(tree: Tree) -> None:
    """Suffixes count in any case, names with an underscore are ordinary, results come by path."""
    for path in ("z.md", "B.MD", "a.html", "x/_index.md", "notes.txt", "x/deep/er/c.md"):
        tree.write(path)
    result = tree.scan()
    assert changed(result) == ["B.MD", "a.html", "x/_index.md", "x/deep/er/c.md", "z.md"]
    assert (result.files, result.complete, result.problems) == (5, True, ())


def test_a_sources_own_patterns(tree: Tree) -> None:
    """Gitignore-like patterns drop files and folders, and bring a README back; a look obeys them too."""
    for path in ("drafts/a.md", "x/drafts/b.md", "c.draft.md", "README.md", "x/d.md"):
        tree.write(path)
    tree.set(ignore=("/drafts/", "*.draft.md", "!README.md"))
    expected = ["README.md", "x/d.md", "x/drafts/b.md"]
    assert expected == changed(tree.scan())
    assert expected == changed(tree.look("drafts", "drafts/a.md", "x", "c.draft.md", "README.md"))


def test_special_files_are_named_and_never_opened(articles: Tree) -> None:
    """A FIFO, a socket and a device with an article's suffix are problems; a scan does not hang on them."""
    os.mkfifo(articles.root / "pipe.md")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(articles.root / "socket.md"))
    result = articles.scan()
    assert codes(result) == {"pipe.md": "FD301", "socket.md": "FD301"}
    assert result == articles.look("pipe.md", "socket.md", *ARTICLES)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes devices")
def test_a_device_is_named(tree: Tree) -> None:
    """A character device with an article's suffix is a problem."""
    try:
        os.mknod(tree.root / "null.md", 0o020666, os.makedev(1, 3))
    except PermissionError:
        pytest.skip("no devices in this container")
    assert codes(tree.scan()) == {"null.md": "FD301"}


def test_what_stands_in_an_articles_place_does_not_withdraw_it(articles: Tree) -> None:
    """An article replaced by a FIFO, a broken link or a link out of the source is not gone: its last version stays."""
    for path in ("a.md", "b.md", "news/c.md"):
        (articles.root / path).unlink()
    os.mkfifo(articles.root / "a.md")
    (articles.root / "b.md").symlink_to("nowhere")
    (articles.root / "news/c.md").symlink_to("/etc/hostname")
    result = articles.scan()
    assert codes(result) == {"a.md": "FD301", "b.md": "FD303", "news/c.md": "FD302"}
    assert (changed(result), gone(result)) == ([], [])
    assert gone(articles.look("a.md", "b.md", "news/c.md")) == []


def test_links(articles: Tree, tmp_path: Path) -> None:
    """A link inside the source is the article it leads to, unless that is one already; others are problems."""
    root = articles.root
    secret = tmp_path / "secret.md"
    secret.write_text("secret")
    articles.write(".hidden/real.md")
    links = {
        "twin.md": "a.md",
        "read.md": ".hidden/real.md",
        "out.md": str(secret),
        "up.md": "../secret.md",
        "mem.md": "/proc/self/mem",
        "dangling.md": "nowhere.md",
        "loop.md": "loop.md",
        "folder": "news",
        "harmless.txt": "nowhere",
        ".#a.md": "me@host.1:2",
    }
    for name, target in links.items():
        (root / name).symlink_to(target)
    result = articles.scan()
    assert changed(result) == ["read.md"]
    assert codes(result) == {
        "dangling.md": "FD303",
        "folder": "FD304",
        "loop.md": "FD303",
        "mem.md": "FD302",
        "out.md": "FD302",
        "up.md": "FD302",
    }
    assert Level.WARNING is {key.path: p.level for key, p in result.problems}["folder"]
    assert result == articles.look(*links, *ARTICLES)
    assert (changed(articles.look("folder/c.md")), gone(articles.look("folder/c.md"))) == ([], [])


def test_a_configmap_swap_is_an_edit(tree: Tree) -> None:
    """Articles mounted as links through a hidden link (Kubernetes) change when that link is swapped."""
    tree.write("..1/a.md", "one")
    tree.write("..2/a.md", "two")
    (tree.root / "..data").symlink_to("..1")
    (tree.root / "a.md").symlink_to("..data/a.md")
    tree.learn()
    assert tree.read("a.md").data == b"one"
    (tree.root / "..data_tmp").symlink_to("..2")
    (tree.root / "..data_tmp").rename(tree.root / "..data")
    assert changed(tree.scan()) == ["a.md"]
    assert tree.read("a.md").data == b"two"


def test_names_that_are_not_utf8_are_reported_and_never_become_keys(tree: Tree) -> None:
    """A Latin-1 name is shown with its byte escaped, whether it is a file's or a folder's."""
    os.mkdir(os.fsencode(tree.root) + b"/f\xe9v")
    for name in (b"/caf\xe9.md", b"/f\xe9v/x.md"):
        with open(os.fsencode(tree.root) + name, "w"):
            pass
    tree.write("good.md")
    for result in (tree.scan(), tree.look("caf\udce9.md", "f\udce9v/x.md", "good.md")):
        assert codes(result) == {"caf\\xe9.md": "FD307", "f\\xe9v": "FD307"}
        assert changed(result) == ["good.md"]
        assert all(str(problem).isascii() for _, problem in result.problems)


@pytest.mark.parametrize(
    "name", ["two\nlines.md", "&#?.md", "-rf.md", "'; drop table.md", "a\x1b[31m.md", "\u202egpj.md", "x" * 252 + ".md"]
)
def test_strange_names_are_keys_as_they_are(tree: Tree, name: str) -> None:
    """Any valid text is a key; where a message shows it, no control character is left."""
    tree.write(name)
    assert [name] == changed(tree.scan())
    (tree.root / name).unlink()
    (tree.root / name).symlink_to("nowhere")
    ((key, problem),) = tree.scan().problems
    assert (name, True) == (key.path, str(problem).isprintable())


def test_a_very_deep_tree(tree: Tree) -> None:
    """300 nested folders are walked, and a look at the bottom finds the same."""
    deep = "d/" * 300 + "a.md"
    tree.write(deep)
    assert [deep] == changed(tree.scan()) == changed(tree.look(deep)) == changed(tree.look("d/d"))


@pytest.mark.parametrize("mode", [0o000, 0o444, 0o111], ids=["closed", "no-x", "no-r"])
def test_an_unreadable_folder_withdraws_nothing(open_articles: Tree, unprivileged: Unprivileged, mode: int) -> None:
    """Articles in a folder that cannot be read are not gone, by scan or look; the folder is a problem; others go on."""
    (open_articles.root / "news").chmod(mode)
    (open_articles.root / "a.md").unlink()
    with unprivileged():
        result = open_articles.scan()
        looked = open_articles.look("a.md", "news", "news/c.md")
    assert (codes(result), result.unreadable) == ({"news": "FD305"}, ("news",))
    assert (gone(result), result.complete) == (["a.md"], True)
    assert gone(looked) == ["a.md"]


def test_a_file_that_vanished_from_a_closed_folder_is_not_known_to_be_gone(
    open_articles: Tree, unprivileged: Unprivileged
) -> None:
    """A look at one path below a folder that cannot be entered says nothing about it."""
    (open_articles.root / "news/c.md").unlink()
    (open_articles.root / "news").chmod(0o000)
    with unprivileged():
        result = open_articles.look("news/c.md")
    assert (gone(result), codes(result)) == ([], {"news": "FD305"})


@pytest.mark.parametrize("what", ["missing", "a file", "a broken link", "closed"])
def test_without_a_root_nothing_is_known(open_articles: Tree, unprivileged: Unprivileged, what: str) -> None:
    """A root that is missing, no folder, or closed makes the scan incomplete: one problem, nothing gone."""
    root = open_articles.root
    shutil.rmtree(root)
    if what == "a file":
        root.write_text("not a folder")
    if what == "a broken link":
        root.symlink_to("nowhere")
    if what == "closed":
        root.mkdir(mode=0o000)
    with unprivileged():
        for result in (open_articles.scan(), open_articles.look("a.md", "news")):
            assert (codes(result), result.complete) == ({"": "FD306"}, False)
            assert (result.gone, result.changed) == ((), ())
    if root.is_dir():
        root.chmod(0o755)
        root.rmdir()
    else:
        root.unlink(missing_ok=True)
    (root / "news").mkdir(parents=True)


def test_an_empty_root_is_complete(articles: Tree) -> None:
    """Every article of a folder that was emptied is gone; whether that is believed is decided elsewhere."""
    shutil.rmtree(articles.root)
    articles.root.mkdir()
    result = articles.scan()
    assert (list(ARTICLES), True, 0) == (gone(result), result.complete, result.files)


def test_a_root_that_is_a_link(articles: Tree, tmp_path: Path) -> None:
    """A source may be a link; where it leads elsewhere, the new folder's files are compared."""
    link = tmp_path / "current"
    link.symlink_to(articles.root)
    articles.set(path=str(link))
    assert (changed(articles.scan()), gone(articles.scan())) == ([], [])
    (articles.root / ".data").mkdir()
    articles.write(".data/x.md", "linked")
    (articles.root / "x.md").symlink_to(".data/x.md")
    assert (changed(articles.scan()), articles.read("x.md").data) == (["x.md"], b"linked")
    (tmp_path / "next").mkdir()
    link.unlink()
    link.symlink_to("next")
    assert list(ARTICLES) == gone(articles.scan())


@pytest.mark.parametrize("path", ["../outside.md", "/etc/x.md", "news/../../outside.md", "./a.md", "news//c.md"])
def test_a_look_never_leaves_the_root(articles: Tree, path: str) -> None:
    """A path that is no plain path below the root is passed over."""
    (articles.root.parent / "outside.md").write_text("outside")
    result = articles.look(path)
    assert (changed(result), gone(result), result.complete) == ([], [], True)


def test_a_look_judges_nothing_else(articles: Tree) -> None:
    """Only what was asked for is compared, however much else differs."""
    for path in ARTICLES:
        (articles.root / path).unlink()
    assert gone(articles.look("b.md")) == ["b.md"]
    assert gone(articles.look("news")) == ["news/c.md", "news/d.md"]
    assert list(ARTICLES) == gone(articles.look(""))
