"""How editors, tools and people change files: a table of deeds and what must be found afterwards. Each starts from the
four known articles of `watched_tree`; `root` is their folder, `beside` an empty folder on the same disk.
"""

from __future__ import annotations

import mmap
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

NEW = "a quite different text"


@dataclass(frozen=True)
class Deed:
    do: Callable[[Path, Path], object]
    changed: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    needs: str = ""  # a program

    @property
    def name(self) -> str:
        return self.do.__name__


DEEDS: list[Deed] = []


def deed(
    *changed: str, gone: tuple[str, ...] = (), needs: str = ""
) -> Callable[[Callable[[Path, Path], object]], None]:
    def add(do: Callable[[Path, Path], object]) -> None:
        DEEDS.append(Deed(do, changed, gone, needs))

    return add


def run(*command: str | Path, cwd: Path | None = None) -> None:
    subprocess.run([str(part) for part in command], cwd=cwd, check=True, capture_output=True)


@deed("a.md")
def written_in_place(root: Path, beside: Path) -> None:
    (root / "a.md").write_text(NEW)


@deed("a.md")
def appended(root: Path, beside: Path) -> None:
    with (root / "a.md").open("a") as file:
        file.write(NEW)


@deed("a.md")
def written_slowly(root: Path, beside: Path) -> None:
    with (root / "a.md").open("w") as file:
        for _ in range(3):
            file.write(NEW)
            file.flush()


@deed("a.md")
def same_size_and_old_time(root: Path, beside: Path) -> None:
    file = root / "a.md"
    before = file.stat()
    file.write_text(file.read_text().upper())
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


@deed("a.md")
def written_through_memory(root: Path, beside: Path) -> None:
    with (root / "a.md").open("r+b") as file, mmap.mmap(file.fileno(), 0) as memory:
        memory[:3] = b"new"
        memory.flush()


@deed("a.md")
def saved_by_vim_with_a_backup(root: Path, beside: Path) -> None:
    (root / ".a.md.swp").write_bytes(b"b0VIM")
    (root / "4913").touch()
    (root / "4913").unlink()
    (root / "a.md").rename(root / "a.md~")
    (root / "a.md").write_text(NEW)
    (root / "a.md~").unlink()
    (root / ".a.md.swp").unlink()


@deed("a.md", needs="vim")
def saved_by_the_real_vim(root: Path, beside: Path) -> None:
    commands = ("set backupcopy=no", "normal Onew line", "wq")
    run("vim", "-u", "NONE", "-es", *[f"+{command}" for command in commands], root / "a.md")


@deed("a.md")
def saved_by_emacs(root: Path, beside: Path) -> None:
    (root / ".#a.md").symlink_to("me@host.123:456")
    (root / "#a.md#").write_text(NEW)
    shutil.copy2(root / "a.md", root / "a.md~")
    (root / "a.md").write_text(NEW)
    (root / "#a.md#").unlink()
    (root / ".#a.md").unlink()


@deed("a.md")
def saved_by_emacs_preciously(root: Path, beside: Path) -> None:
    (root / "tmpXq3f9").write_text(NEW)
    (root / "tmpXq3f9").rename(root / "a.md")


@deed("a.md", needs="sed")
def edited_by_sed(root: Path, beside: Path) -> None:
    run("sed", "-i", "s/article/story/", root / "a.md")


@deed("a.md", needs="mv")
def moved_over(root: Path, beside: Path) -> None:
    (beside / "new").write_text(NEW)
    run("mv", beside / "new", root / "a.md")


@deed("a.md")
def replaced_by_a_hidden_temporary(root: Path, beside: Path) -> None:
    (root / ".a.md.tmp").write_text(NEW)
    (root / ".a.md.tmp").rename(root / "a.md")


@deed("a.md", "new.md")
def synced_with_old_times(root: Path, beside: Path) -> None:
    for name in ("a.md", "new.md"):
        temporary = root / f".{name}.x8K2fQ"
        temporary.write_text(NEW)
        os.utime(temporary, (1_000_000_000, 1_000_000_000))
        temporary.rename(root / name)


@deed("a.md", needs="cp")
def copied_over_with_times(root: Path, beside: Path) -> None:
    (beside / "old").write_text(NEW)
    os.utime(beside / "old", (1_000_000_000, 1_000_000_000))
    run("cp", "-p", beside / "old", root / "a.md")


@deed("copy.md", needs="cp")
def copied_within(root: Path, beside: Path) -> None:
    run("cp", root / "a.md", root / "copy.md")


@deed("a.md", needs="ln")
def hard_linked_over(root: Path, beside: Path) -> None:
    (beside / "new").write_text(NEW)
    run("ln", "-f", beside / "new", root / "a.md")


@deed("a.md", "b.md", "news/c.md")
def checked_out_by_deleting_and_creating(root: Path, beside: Path) -> None:
    for name in ("a.md", "b.md", "news/c.md"):
        (root / name).unlink()
        (root / name).write_text(NEW)


@deed("a.md", "e.md", gone=("b.md",), needs="git")
def switched_by_the_real_git(root: Path, beside: Path) -> None:
    git = ("git", "-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main")
    run(*git, "init", cwd=root)
    run(*git, "add", "-A", cwd=root)
    run(*git, "commit", "-m", "one", cwd=root)
    run(*git, "checkout", "-b", "other", cwd=root)
    (root / "a.md").write_text(NEW)
    (root / "e.md").write_text(NEW)
    (root / "b.md").unlink()
    run(*git, "add", "-A", cwd=root)
    run(*git, "commit", "-m", "two", cwd=root)
    run(*git, "checkout", "main", cwd=root)
    run(*git, "checkout", "other", cwd=root)


@deed("a.md", "news/e.md", needs="tar")
def unpacked_by_tar(root: Path, beside: Path) -> None:
    (beside / "news").mkdir()
    (beside / "a.md").write_text(NEW)
    (beside / "news/e.md").write_text(NEW)
    run("tar", "cf", beside / "all.tar", "-C", beside, "a.md", "news/e.md")
    run("tar", "xf", beside / "all.tar", "-C", root)


@deed("a.md", needs="touch")
def touched(root: Path, beside: Path) -> None:
    run("touch", root / "a.md")


@deed("a.md")
def chmodded(root: Path, beside: Path) -> None:
    (root / "a.md").chmod(0o600)


@deed(gone=("a.md",))
def deleted(root: Path, beside: Path) -> None:
    (root / "a.md").unlink()


@deed("z.md", gone=("a.md",))
def renamed(root: Path, beside: Path) -> None:
    (root / "a.md").rename(root / "z.md")


@deed(gone=("a.md",))
def renamed_to_another_suffix(root: Path, beside: Path) -> None:
    (root / "a.md").rename(root / "a.md.off")


@deed(gone=("a.md",))
def moved_out(root: Path, beside: Path) -> None:
    (root / "a.md").rename(beside / "a.md")


@deed("old/c.md", "old/d.md", gone=("news/c.md", "news/d.md"))
def folder_renamed(root: Path, beside: Path) -> None:
    (root / "news").rename(root / "old")


@deed(gone=("news/c.md", "news/d.md"))
def folder_hidden(root: Path, beside: Path) -> None:
    (root / "news").rename(root / ".news")


@deed(gone=("news/c.md", "news/d.md"))
def folder_moved_out(root: Path, beside: Path) -> None:
    (root / "news").rename(beside / "news")


@deed(gone=("news/c.md", "news/d.md"))
def folder_deleted(root: Path, beside: Path) -> None:
    shutil.rmtree(root / "news")


@deed("x/y/e.md", "x/y/f.md")
def folder_moved_in(root: Path, beside: Path) -> None:
    (beside / "x/y").mkdir(parents=True)
    (beside / "x/y/e.md").write_text(NEW)
    (beside / "x/y/f.md").write_text(NEW)
    (beside / "x").rename(root / "x")


@deed("x/y/z/e.md")
def folders_made_with_a_file_at_once(root: Path, beside: Path) -> None:
    (root / "x/y/z").mkdir(parents=True)
    (root / "x/y/z/e.md").write_text(NEW)


@deed("news/c.md", gone=("news/d.md",))
def folder_deleted_and_made_again(root: Path, beside: Path) -> None:
    shutil.rmtree(root / "news")
    (root / "news").mkdir()
    (root / "news/c.md").write_text(NEW)


@deed(gone=("a.md",))
def file_replaced_by_a_folder_of_its_name(root: Path, beside: Path) -> None:
    (root / "a.md").unlink()
    (root / "a.md").mkdir()


@deed("a.md/inside.md", gone=("a.md",))
def file_replaced_by_a_folder_with_an_article(root: Path, beside: Path) -> None:
    (root / "a.md").unlink()
    (root / "a.md").mkdir()
    (root / "a.md/inside.md").write_text(NEW)


@deed(gone=("a.md",))
def file_replaced_by_a_link_to_another_article(root: Path, beside: Path) -> None:
    (root / "a.md").unlink()
    (root / "a.md").symlink_to("b.md")


@deed()
def litter_of_all_kinds(root: Path, beside: Path) -> None:
    names = ".a.md.swp a.md~ #a.md# .#a.md 4913 a.md.tmp a.tmp a.bak a.orig .~lock.a.md# ~$a.md .syncthing.a.md.tmp"
    names += " a.md.part a.crdownload a.sync-conflict-20260101-120000-ABCDEFG.md README.md readme.html .hidden.md"
    for name in [*names.split(), "a (conflicted copy 2026-01-01).md", "picture.jpg", "no-suffix"]:
        (root / name).write_text(NEW)
    for folder in (".git", "node_modules/pkg", ".feedd", ".stversions", "__MACOSX"):
        (root / folder).mkdir(parents=True)
        (root / folder / "e.md").write_text(NEW)
