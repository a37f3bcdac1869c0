"""Everything a person can get wrong in feedd.yaml: where we point, what we say, what we suggest."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as tuning
from hypothesis import strategies as st

from feedd.errors import EXIT_SETTINGS, SettingsError
from feedd.model import Level, Problem
from feedd.settings import read

GOOD = "site: https://ann.example\nsource: posts\n"


def problems(folder: Path, text: str, **env: str) -> tuple[Problem, ...]:
    """What is said about a settings file, errors and warnings, beside the folders posts, posts/sub, news and public."""
    for name in ("posts/sub", "news", "public"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    file = folder / "feedd.yaml"
    file.write_text(text, "utf-8")
    try:
        return read(str(file), env=env).warnings
    except SettingsError as error:
        assert error.exit_code == EXIT_SETTINGS
        return error.problems


def said(problem: Problem, folder: Path) -> str:
    return f"{problem} [{problem.code}]".replace(f"{folder}/", "").replace(str(folder), "{folder}")


def cases(name: str) -> dict[str, tuple[str, list[str]]]:
    """A table beside this file: case -> settings, what is said about them (without the file's name)."""
    found = {}
    for case in (Path(__file__).parent / name).read_text("utf-8").split("\n=== ")[1:]:
        title, _, rest = case.partition("\n")
        settings, _, expected = rest.rpartition("---\n")
        found[title] = (settings, expected.strip().splitlines())
    return found


REFUSED = cases("refused.txt")
WARNED = cases("warned.txt")


@pytest.mark.parametrize("case", REFUSED)
def test_a_mistake_is_told_once_at_its_place(case: str, tmp_path: Path) -> None:
    """A mistake gives its place, what is wrong in plain words, and the next step, and no other error with it."""
    text, expected = REFUSED[case]
    errors = [said(each, tmp_path) for each in problems(tmp_path, text) if each.level is Level.ERROR]
    assert errors == [f"feedd.yaml:{line}" for line in expected]


@pytest.mark.parametrize("case", WARNED)
def test_what_works_but_is_hardly_meant_is_a_warning(case: str, tmp_path: Path) -> None:
    """Settings that can be used come with a warning where they are probably not what was meant."""
    (tmp_path / "news/posts").mkdir(parents=True)
    text, expected = WARNED[case]
    found = problems(tmp_path, text)
    assert {each.level for each in found} == {Level.WARNING}
    assert [said(each, tmp_path) for each in found] == [f"feedd.yaml:{line}" for line in expected]


def test_all_problems_come_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    """Shape, variables, cross-references, folders and secrets are all checked, whichever of them is wrong."""
    text = """\
site:
  url: ann.example
  titel: Ann
source: [posts, missing]
publish: posts
feeds:
  - {path: ok, limit: 0}
  - path: a
  - {path: a, from: nobody}
ping:
  - {webhook: https://h.example, secret: "${NONE}"}
  - {webhook: https://i.example, secret: whsec_x, feeds: b}
server: {lisen: off}
log: {level: loud}
"""
    found = [(each.line, each.column, each.code) for each in problems(tmp_path, text)]
    assert found == [
        (2, 8, "FD106"),
        (3, 3, "FD102"),
        (4, 17, "FD110"),
        (5, 10, "FD112"),
        (7, 23, "FD104"),
        (9, 12, "FD116"),
        (9, 21, "FD117"),
        (11, 42, "FD105"),
        (12, 42, "FD115"),
        (13, 10, "FD102"),
        (14, 14, "FD104"),
    ]


def test_positions_survive_items_that_were_taken_out(tmp_path: Path) -> None:
    """A broken first feed does not shift the line that is given for the third."""
    text = GOOD + "feeds:\n- limit: 3\n- path: a\n- path: a\n"
    assert [(each.line, each.code) for each in problems(tmp_path, text)] == [(4, "FD103"), (6, "FD116")]


def test_a_broken_file_is_told_in_one_problem(tmp_path: Path) -> None:
    """YAML that cannot be read gives the parser's complaint with its place."""
    (found,) = problems(tmp_path, "site: https://a.example\nsource: [posts\n")
    assert (found.code, found.line, found.column) == ("FD101", 2, 9)


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda path: None, "there is no such file - write a first one with: feedd init"),
        (lambda path: path.mkdir(), "this is a folder"),
        (lambda path: path.write_bytes(b"site: caf\xe9"), "this file is not UTF-8 (byte 9)"),
        (lambda path: path.write_bytes(b"#" * 1_000_001), "this file is larger than 1 MB"),
    ],
)
def test_a_file_that_cannot_be_read(tmp_path: Path, make: object, expected: str) -> None:
    """The reason is given in words, with the name as it was given."""
    path = tmp_path / "feedd.yaml"
    make(path)  # type: ignore[operator]
    with pytest.raises(SettingsError) as caught:
        read(str(path), env={})
    (problem,) = caught.value.problems
    assert str(problem) == f"{path}: {expected}"
    assert problem.code == "FD100"


def test_no_message_repeats_a_secret(tmp_path: Path) -> None:
    """Whatever is wrong with a secret, its text is not in what we say."""
    (tmp_path / "key").write_text("hunter2-in-a-file\n")
    text = GOOD + "ping: {webhook: https://h.example, secret: [hunter2, whsec_hunter2], secret_file: key}"
    found = problems(tmp_path, text)
    assert sorted(each.code for each in found) == ["FD115", "FD115", "FD115", "FD152"]
    assert "hunter2" not in " ".join(map(str, found))


KEYS = st.sampled_from(
    [
        "version",
        "site",
        "url",
        "title",
        "author",
        "timezone",
        "icon",
        "source",
        "sources",
        "path",
        "name",
        "link",
        "ignore",
        "every",
        "max_size",
        "publish",
        "to",
        "adopt",
        "feeds",
        "from",
        "folder",
        "tag",
        "limit",
        "formats",
        "each",
        "schedule",
        "cron",
        "ping",
        "websub",
        "webhook",
        "xmlrpc",
        "secret",
        "secret_file",
        "on",
        "server",
        "listen",
        "public_url",
        "state",
        "log",
        "level",
        "limits",
        "withdrawals",
        "share",
        "0",
        "unknown",
    ]
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
    st.sampled_from(
        ["https://a.example", "posts", "a/{tag}", "tag", "5m", "${X}", "${", "[::1", "http://[", "~", "\0"]
    ),
)
TREES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=4)),
    max_leaves=20,
)


@tuning(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(KEYS, TREES, max_size=6))
def test_any_file_is_read_or_told_about(tmp_path: Path, tree: object) -> None:
    """Whatever stands where, the answer is settings or problems that say something; nothing else can happen."""
    for problem in problems(tmp_path, json.dumps(tree)):
        assert problem.code.startswith("FD1")
        assert problem.message
        assert problem.line
