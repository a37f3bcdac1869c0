"""When a file was first committed, by real repositories."""

from __future__ import annotations

import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from feedd.model import Source
from feedd.watcher import history
from feedd.watcher.folder import FileWatcher

TEXT = "\n".join(f"line {number} of an article that is long enough to be recognised" for number in range(20))


class Repository:
    """A work tree whose commits are made on days of 2020."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir()
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments: str, day: int = 1) -> None:
        moment = f"2020-01-{day:02}T12:00:00+02:00"
        names = {"GIT_AUTHOR_NAME": "Ann", "GIT_COMMITTER_NAME": "Ann"}
        mails = {"GIT_AUTHOR_EMAIL": "ann@example.org", "GIT_COMMITTER_EMAIL": "ann@example.org"}
        dates = {"GIT_AUTHOR_DATE": moment, "GIT_COMMITTER_DATE": moment, "GIT_CONFIG_GLOBAL": os.devnull}
        command = ["git", "-c", "protocol.file.allow=always", *arguments]
        subprocess.run(
            command, cwd=self.root, check=True, capture_output=True, env={**os.environ, **names, **mails, **dates}
        )

    def commit(self, day: int, **files: str) -> None:
        for name, text in files.items():
            path = self.root / name.replace("__", "/").replace("_md", ".md")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        self.git("add", "-A")
        self.git("commit", "-qm", "x", day=day)


def day(number: int) -> datetime:
    return datetime(2020, 1, number, 10, tzinfo=UTC)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "site")


def born(folder: Path) -> dict[str, datetime]:
    return dict(FileWatcher(frozenset({".md"})).born(Source("blog", str(folder))))


def test_first_commits_below_the_source(repository: Repository) -> None:
    """Edits do not count, paths are those below the source, times are UTC, names may be any."""
    repository.commit(1, posts__a_md=TEXT, other_md="other")
    repository.commit(2, posts__a_md=TEXT + "more", **{"posts__über \n b_md": "b"})
    assert born(repository.root / "posts") == {"a.md": day(1), "über \n b.md": day(2)}


def test_renames_are_followed(repository: Repository) -> None:
    """Into the source, within it and with an edit; the same path after a deletion keeps its first time."""
    repository.commit(1, drafts__a_md=TEXT)
    (repository.root / "posts").mkdir()
    repository.git("mv", "drafts/a.md", "posts/b.md")
    repository.commit(2)
    repository.git("mv", "posts/b.md", "posts/c.md")
    repository.commit(3, posts__c_md=TEXT + "\nmore")
    repository.git("rm", "-q", "posts/c.md")
    repository.commit(4, posts__d_md="something else")
    repository.commit(5, posts__c_md="back")
    assert born(repository.root / "posts") == {"b.md": day(1), "c.md": day(1), "d.md": day(4)}


def test_branches_and_merges(repository: Repository) -> None:
    """What came by a merge has the time of its own commit, not the merge's."""
    repository.commit(1, a_md="a")
    repository.git("checkout", "-qb", "side")
    repository.commit(2, b_md="b")
    repository.git("checkout", "-q", "main")
    repository.commit(3, c_md="c")
    repository.git("merge", "-q", "--no-ff", "-m", "x", "side", day=4)
    assert born(repository.root) == {"a.md": day(1), "b.md": day(2), "c.md": day(3)}


def test_remembered_until_the_head_moves(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    """One log per head; the next commit asks again."""
    repository.commit(1, a_md="a")
    asked: list[str] = []
    real = history._git
    monkeypatch.setattr(history, "_git", lambda folder, *rest: asked.append(rest[0]) or real(folder, *rest))
    watcher, source = FileWatcher(frozenset()), Source("blog", str(repository.root))
    assert watcher.born(source) == watcher.born(source) == {"a.md": day(1)}
    assert asked == ["rev-parse", "log", "rev-parse"]
    repository.commit(2, b_md="b")
    assert watcher.born(source) == {"a.md": day(1), "b.md": day(2)}


@pytest.mark.parametrize("what", ["no repository", "no commit", "no folder", "no git"])
def test_nothing_is_known(repository: Repository, tmp_path: Path, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """None of this is an error."""
    folder = {"no repository": tmp_path, "no folder": tmp_path / "none"}.get(what, repository.root)
    if what == "no git":
        repository.commit(1, a_md="a")
        monkeypatch.setenv("PATH", str(tmp_path))
    assert born(folder) == {}


def test_a_shallow_clone_knows_nothing(repository: Repository, tmp_path: Path) -> None:
    """Its oldest commit has every file, and is none's first."""
    repository.commit(1, a_md="a")
    repository.commit(2, b_md="b")
    repository.git("clone", "-q", "--depth", "1", f"file://{repository.root}", str(tmp_path / "shallow"))
    assert born(tmp_path / "shallow") == {}


def test_the_repository_runs_nothing(repository: Repository, tmp_path: Path) -> None:
    """Its configuration names programs for everything git could start; none is started, and its own ideas of a log
    change nothing."""
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\n")
    trap.chmod(0o755)
    repository.commit(1, a_md=TEXT)
    (repository.root / ".gitattributes").write_text("*.md diff=evil\n")
    repository.git("mv", "a.md", "b.md")
    repository.commit(2)
    programs = (
        "core.fsmonitor", "core.pager", "pager.log", "diff.external", "diff.evil.command", "diff.evil.textconv",
        "gpg.program", "core.sshCommand",
    )  # fmt: skip
    ideas = {
        "core.hooksPath": tmp_path, "log.showSignature": "true", "log.showRoot": "false", "diff.renames": "false",
        "diff.relative": "true", "color.ui": "always", "alias.log": f"!{trap}", "log.follow": "true",
    }  # fmt: skip
    settings = dict.fromkeys(programs, trap) | ideas
    for name, value in settings.items():
        repository.git("config", name, str(value))
    found = born(repository.root)
    assert (found["b.md"], found["a.md"]) == (day(1), day(1))
    assert not (tmp_path / "sprung").exists()


def test_git_is_not_led_elsewhere(repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Variables of a git hook that started us name another repository."""
    repository.commit(1, a_md="a")
    other = Repository(tmp_path / "other")
    other.commit(5, x_md="x")
    monkeypatch.setenv("GIT_DIR", str(other.root / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other.root))
    assert born(repository.root) == {"a.md": day(1)}
