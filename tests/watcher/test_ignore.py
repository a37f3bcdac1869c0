"""Patterns as gitignore(5) means them, checked against git itself, and names made fit to be shown."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from feedd.watcher.ignore import compile_rules, is_text, shown

MD = frozenset({".md"})

PATTERNS = [
    ("drafts", "drafts/a.md x/drafts/a.md", "x/drafts.md"),
    ("drafts/", "drafts/a.md x/drafts/a.md", "x/drafts.md"),
    ("/drafts", "drafts/a.md", "x/drafts/a.md"),
    ("x/drafts", "x/drafts/a.md", "y/x/drafts/a.md drafts/a.md"),
    ("*.draft.md", "a.draft.md x/b.draft.md", "draft.md a.draft"),
    ("/*.md", "a.md", "x/a.md"),
    ("x/*.md", "x/a.md", "x/y/a.md"),
    ("**/old", "old/a.md x/y/old/a.md", "older/a.md"),
    ("x/**", "x/a.md x/y/a.md", "a.md"),
    ("x/**/z.md", "x/z.md x/y/z.md x/y/y/z.md", "z.md x/a.md"),
    ("?.md", "a.md x/b.md", "ab.md"),
    ("[a-c].md", "a.md c.md", "d.md"),
    ("[!a-c].md", "d.md", "a.md"),
    (r"\[a\].md", "[a].md", "a.md"),
    (r"\#x.md", "#x.md", "x.md"),
    (r"\!x.md", "!x.md", "x.md"),
    ("# comment", "", "comment.md a.md"),
    ("   ", "", "a.md"),
    ("a.md   ", "a.md", "b.md"),
    ("x+y(1).md", "x+y(1).md", "xxy1.md"),
]


@pytest.mark.parametrize(("pattern", "dropped", "kept"), PATTERNS, ids=[p[0] for p in PATTERNS])
def test_a_pattern_drops_what_git_would_drop(pattern: str, dropped: str, kept: str, tmp_path: Path) -> None:
    """One pattern against names, with git as the judge of what was expected."""
    rules = compile_rules(MD, (pattern,))
    names = [name for name in (dropped + " " + kept).split() if name.endswith(".md")]
    found = {name for name in names if not rules.contains(name)}
    assert set(dropped.split()) == found
    if shutil.which("git"):
        assert found == dropped_by_git(pattern, names, tmp_path)


def dropped_by_git(pattern: str, names: list[str], repo: Path) -> set[str]:
    subprocess.run(["git", "init", "-q", repo], check=True, capture_output=True)
    (repo / ".git/info/exclude").write_text(pattern + "\n")
    for name in names:
        (repo / name).parent.mkdir(parents=True, exist_ok=True)
        (repo / name).touch()
    command = ["git", "-c", "core.quotePath=false", "-c", "core.excludesFile=", "check-ignore", "-z", "--stdin"]
    answer = subprocess.run(command, cwd=repo, input="\0".join(names).encode(), capture_output=True)
    return {name for name in answer.stdout.decode().split("\0") if name}


def test_the_last_match_decides() -> None:
    """A later pattern brings back what an earlier one dropped, but not out of a dropped folder."""
    rules = compile_rules(MD, ("*.md", "!keep.md", "/out/", "!out/keep.md"))
    assert [rules.contains(path) for path in ("keep.md", "a.md", "out/keep.md")] == [True, False, False]


def test_hidden_folders_can_be_asked_for() -> None:
    """The built-in patterns are patterns like any other."""
    assert not compile_rules(MD).contains(".garden/a.md")
    assert compile_rules(MD, ("!.garden/",)).contains(".garden/a.md")


def test_a_question_mark_is_a_character() -> None:
    """Not a byte, as it is to git."""
    rules = compile_rules(MD, ("ä?.md",))
    assert [rules.contains("äö.md"), rules.contains("äöü.md")] == [False, True]


@pytest.mark.parametrize("pattern", ["[", "[]", "[z-a].md", "[!]", "a[", "\\", "***", "!", "/", "//"])
def test_no_pattern_is_an_error(pattern: str) -> None:
    """A pattern that makes no sense drops nothing but what it literally says."""
    compile_rules(MD, (pattern,)).contains("some/a.md")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("plain ünïcode.md", "plain ünïcode.md"),
        ("two\nlines", "two\\nlines"),
        ("\x1b[31m", "\\x1b[31m"),
        ("caf\udce9", "caf\\xe9"),
        ("\u202egpj", "\\u202egpj"),
    ],
)
def test_shown_names_print(name: str, expected: str) -> None:
    """No control character, broken byte or direction mark reaches a terminal or a log line."""
    assert expected == shown(name)
    assert ("\udce9" not in name) == is_text(name)
