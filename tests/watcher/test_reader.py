"""Reading one file: whole or not at all, bounded, and nothing that is not an article of this folder."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from hashlib import blake2b
from pathlib import Path

import pytest
from watched_tree import Tree

from feedd.model import FileStat, Gone, Level, Refused, SourceDocument, SourceKey

Unprivileged = Callable[[], AbstractContextManager[None]]


def stat_for(path: str) -> FileStat:
    """As if a scan had found it a moment ago."""
    return FileStat(SourceKey("blog", path), 1, 1, 1, 1)


def read(tree: Tree, path: str) -> SourceDocument | Gone | Refused:
    return tree.watcher.read(tree.source, stat_for(path))


def code(answer: object) -> str:
    assert isinstance(answer, Refused)
    return answer.problem.code


def test_a_file_is_read_whole(tree: Tree) -> None:
    """Bytes, digest and the stat of what was read, not of what was once found."""
    data = bytes(range(256)) * 3
    (tree.root / "a.md").write_bytes(data)
    document = read(tree, "a.md")
    assert isinstance(document, SourceDocument)
    found = (tree.root / "a.md").stat()
    assert (data, blake2b(data, digest_size=16).hexdigest()) == (document.data, document.digest)
    assert (768, found.st_mtime_ns, found.st_ctime_ns, found.st_ino) == (
        document.stat.size,
        document.stat.mtime_ns,
        document.stat.ctime_ns,
        document.stat.inode,
    )


def test_an_empty_file_is_a_document(tree: Tree) -> None:
    """Nothing is what it says; what that means is for others."""
    tree.write("a.md", "")
    assert getattr(read(tree, "a.md"), "data", None) == b""


@pytest.mark.parametrize("path", ["a.md", "news/a.md", "b.md/a.md"])
def test_a_missing_file_is_gone(tree: Tree, path: str) -> None:
    """Also when its folder is missing or has become a file."""
    tree.write("b.md")
    assert Gone(SourceKey("blog", path)) == read(tree, path)


def test_a_folder_in_the_files_place_means_gone(tree: Tree) -> None:
    """A folder has no bytes."""
    (tree.root / "a.md").mkdir()
    assert isinstance(read(tree, "a.md"), Gone)


def test_a_missing_root_takes_nothing_with_it(tree: Tree) -> None:
    """An unmounted source refuses; its articles are not gone."""
    tree.root.rmdir()
    assert code(read(tree, "a.md")) == "FD306"


@pytest.mark.parametrize("size", [5_000_001, 5 << 30])
def test_a_large_file_is_refused_unread(tree: Tree, size: int) -> None:
    """A sparse file of 5 GB costs nothing; the message says both sizes and which setting decides."""
    with (tree.root / "a.md").open("wb") as file:
        file.truncate(size)
    answer = read(tree, "a.md")
    assert code(answer) == "FD310"
    assert isinstance(answer, Refused) and answer.stat is not None
    assert size == answer.stat.size
    message = str(answer.problem)
    assert f"{size:,}" in message and "5,000,000" in message and "max_size" in message


def test_the_largest_allowed_file_is_read(tree: Tree) -> None:
    """The limit itself is allowed."""
    tree.set(max_size=10)
    tree.write("a.md", "0123456789")
    assert isinstance(read(tree, "a.md"), SourceDocument)
    tree.write("a.md", "0123456789a")
    assert code(read(tree, "a.md")) == "FD310"


def test_no_permission(open_articles: Tree, unprivileged: Unprivileged) -> None:
    """A file that may not be read is refused, with what to do."""
    (open_articles.root / "a.md").chmod(0o000)
    with unprivileged():
        answer = read(open_articles, "a.md")
        assert isinstance(read(open_articles, "b.md"), SourceDocument)
    assert code(answer) == "FD312"


@pytest.mark.parametrize("kind", ["fifo", "fifo behind a link"])
def test_a_pipe_does_not_hang_the_reader(tree: Tree, kind: str) -> None:
    """A FIFO put in an article's place after the scan is refused at once."""
    name = "a.md" if kind == "fifo" else ".pipe"
    os.mkfifo(tree.root / name)
    if name != "a.md":
        (tree.root / "a.md").symlink_to(".pipe")
    assert code(read(tree, "a.md")) == "FD301"


@pytest.mark.parametrize(
    ("target", "expected"),
    [("../secret.md", "FD302"), ("/proc/self/mem", "FD302"), ("nowhere", "FD303"), ("a.md", "FD303")],
)
def test_a_link_put_there_after_the_scan(tree: Tree, target: str, expected: str) -> None:
    """Where it leads is judged on the file that was opened."""
    (tree.root.parent / "secret.md").write_text("secret")
    (tree.root / "a.md").symlink_to(target)
    assert expected == code(read(tree, "a.md"))


@pytest.mark.parametrize("root_is_a_link", [False, True])
def test_a_folder_swapped_for_a_link_after_the_scan(tree: Tree, tmp_path: Path, root_is_a_link: bool) -> None:
    """A link anywhere on the way does not lead out of the source."""
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/c.md").write_text("secret")
    (tree.root / "news").symlink_to("../outside")
    if root_is_a_link:
        (tmp_path / "current").symlink_to(tree.root)
        tree.set(path=str(tmp_path / "current"))
    assert code(read(tree, "news/c.md")) == "FD302"


def test_a_link_within_the_source_is_read(tree: Tree) -> None:
    """The document is the link's, its stat is the target's."""
    tree.write(".data/x.md", "linked")
    (tree.root / "a.md").symlink_to(".data/x.md")
    document = read(tree, "a.md")
    assert isinstance(document, SourceDocument)
    assert (document.data, document.key.path) == (b"linked", "a.md")
    assert (tree.root / ".data/x.md").stat().st_ino == document.stat.inode


@pytest.mark.parametrize(("edits", "expected"), [(1, "c"), (2, "d"), (3, "FD311")])
def test_a_file_that_changes_while_it_is_read(
    tree: Tree, monkeypatch: pytest.MonkeyPatch, edits: int, expected: str
) -> None:
    """Edits of the same size between two halves of a read: it is read anew, and refused as busy after three tries."""
    size = 10_000
    tree.write("a.md", "b" * size)
    real_read = os.read
    versions = iter("cde"[:edits])

    def half_then_edit(fd: int, most: int) -> bytes:
        if most != size + 1:  # the second half
            return real_read(fd, most)
        half = real_read(fd, size // 2)
        if version := next(versions, ""):
            with (tree.root / "a.md").open("r+") as file:
                file.write(version * size)
        return half

    monkeypatch.setattr(os, "read", half_then_edit)
    answer = read(tree, "a.md")
    if isinstance(answer, SourceDocument):
        assert answer.data == expected.encode() * size
    else:
        assert isinstance(answer, Refused)
        assert (answer.problem.code, answer.problem.level) == (expected, Level.WARNING)


def test_reading_leaves_no_file_open(tree: Tree) -> None:
    """Whatever the answer, every descriptor is closed again."""
    tree.write("a.md")
    os.mkfifo(tree.root / "pipe.md")
    (tree.root / "out.md").symlink_to("/etc/hostname")
    before = len(os.listdir("/proc/self/fd"))
    for path in ("a.md", "pipe.md", "out.md", "missing.md"):
        read(tree, path)
    assert before == len(os.listdir("/proc/self/fd"))
