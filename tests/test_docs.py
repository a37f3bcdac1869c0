"""The manual is part of the product: what it names exists, what exists is named, and its examples work."""

from __future__ import annotations

import ast
import json
import re
import shlex
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.metadata import requires
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from feedd import errors, settings
from feedd.cli.app import feedd
from feedd.model import Delivery, Endpoint, HttpRequest
from feedd.normalizer import SUFFIXES, claims, dates, extras
from feedd.notifier import settle
from feedd.notifier.webhook import Webhook
from feedd.settings import codes
from feedd.settings.schema import schema
from feedd.watcher import ignore

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.glob("*.md"))]
SECRET = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5"
MOST_PACKAGES = 45


# --- Reading Markdown -------------------------------------------------------------------------------------------------

_BLOCK = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)


def page(name: str) -> str:
    return (DOCS / name).read_text("utf-8")


def blocks(text: str, language: str) -> list[str]:
    """The contents of the fenced blocks of one language, without the indentation of the fence."""
    found = [(len(indent), body) for indent, of, body in _BLOCK.findall(text) if of == language]
    return ["".join(line[indent:] for line in body.splitlines(keepends=True)) for indent, body in found]


def prose(text: str) -> str:
    return _BLOCK.sub("", text)


def section(text: str, title: str) -> str:
    """Everything below a heading, up to the next heading that is not below it."""
    found = re.search(rf"^(#+) {re.escape(title)}\n(.*?)(?=^#{{1,2}} |\Z)", prose(text), re.MULTILINE | re.DOTALL)
    assert found is not None, f"no section {title!r}"
    return found[2]


def rows(text: str) -> list[list[str]]:
    """The rows of all tables, without their heads and rulers."""
    lines = text.splitlines()
    found = []
    for number, line in enumerate(lines):
        is_head = number + 1 < len(lines) and lines[number + 1].startswith("| ---")
        if line.startswith("|") and not line.startswith("| ---") and not is_head:
            found.append([cell.strip() for cell in line.strip().strip("|").split("|")])
    return found


def in_code(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


# --- The command line -------------------------------------------------------------------------------------------------


GROUPS = {name: command for name, command in feedd.commands.items() if isinstance(command, click.Group)}
LEAVES = {name: command for name, command in feedd.commands.items() if name not in GROUPS} | {
    f"{name} {inner}": command for name, group in GROUPS.items() for inner, command in group.commands.items()
}


@pytest.mark.parametrize("name", sorted(LEAVES | GROUPS))
def test_every_command_and_option_is_described(name: str) -> None:
    """Each command has a section, and the section's table has its options: all of them, and no others."""
    table = rows(section(page("cli.md"), f"feedd {name}"))
    written = {word for first, *_ in table for code in in_code(first) for word in code.split()[:1]}
    command = (LEAVES | GROUPS)[name]
    context = click.Context(command, parent=click.Context(feedd, **feedd.context_settings))
    exist: set[str] = set()
    for parameter in command.get_params(context):
        exist |= set(parameter.opts) if isinstance(parameter, click.Option) else {str(parameter.name).upper()}
    assert written == exist


def test_every_command_is_in_the_overview() -> None:
    """The first table lists the commands, and so does the README."""
    overview = prose(page("cli.md")).partition("\n## ")[0]
    assert {in_code(first)[0].removeprefix("feedd ") for first, *_ in rows(overview)} == set(LEAVES)


def test_every_exit_code_is_described() -> None:
    """All codes of `feedd.errors`, and no others."""
    defined = {value for name, value in vars(errors).items() if name.startswith("EXIT_")}
    assert {int(first) for first, *_ in rows(section(page("cli.md"), "Exit codes"))} == defined


def console_commands() -> Iterator[tuple[str, list[str]]]:
    """Every `$ feedd …` line of the manual, as words up to a pipe, a redirection or a comment."""
    for path in PAGES:
        for block in blocks(path.read_text("utf-8"), "console"):
            for line in block.splitlines():
                if line.startswith("$ feedd"):
                    lexer = shlex.shlex(line.removeprefix("$ feedd"), posix=True, punctuation_chars=True)
                    lexer.wordchars += ":{}[],%@$"
                    words = list(lexer)
                    end = next((at for at, word in enumerate(words) if set(word) <= set("|&;<>()")), len(words))
                    yield f"{path.name}: {line}", words[:end]


@pytest.mark.parametrize(("line", "words"), [pytest.param(*each, id=each[0]) for each in console_commands()])
def test_every_shown_command_exists(line: str, words: list[str]) -> None:
    """A command that is shown can be typed: its name, its options and what they take are right."""
    parent = click.Context(feedd, **feedd.context_settings)
    name, *rest = words
    if name in {spelling for parameter in feedd.get_params(parent) for spelling in parameter.opts}:
        return
    if name in GROUPS and rest[0] not in {"--help", "-h"}:
        name, *rest = f"{name} {rest[0]}", *rest[1:]
    assert name in LEAVES | GROUPS, line
    try:
        (LEAVES | GROUPS)[name].make_context(name, rest, parent=parent)
    except click.exceptions.Exit:
        assert {"--help", "-h"} & set(words)


# --- Settings ---------------------------------------------------------------------------------------------------------


CHOICE = "#/$defs/FilterShape"  # its lines are a feed's, described once: `not` of `any` has them, too


def settings_of_the_schema() -> dict[str, Any]:
    """Every setting by its dotted name, with its node of the schema. Positions in lists have no step; `source` is
    described as `sources`."""
    whole = schema()
    found: dict[str, Any] = {}

    def visit(node: Any, name: str) -> None:
        if isinstance(node, list):
            for each in node:
                visit(each, name)
        elif isinstance(node, dict):
            if "$ref" in node and node["$ref"] != CHOICE:
                visit(whole["$defs"][node["$ref"].rpartition("/")[2]], name)
            for key, value in node.get("properties", {}).items():
                inner = f"{name}.{key}".lstrip(".").replace("source.", "sources.", 1)
                found.setdefault(inner, value)
                visit(value, inner)
            for key in ("anyOf", "oneOf", "allOf", "items"):
                visit(node.get(key), name)

    visit(whole, "")
    return found


def settings_of_the_manual() -> dict[str, str]:
    """Setting -> what stands under "default", from every table whose head says so."""
    tables = re.findall(r"^\| Setting \| Default \|.*\n\| ---.*\n((?:\|.*\n)+)", page("settings.md"), re.MULTILINE)
    return {in_code(row[0])[0]: row[1] for table in tables for row in rows(table)}


def test_every_setting_is_described() -> None:
    """All settings of the schema, and no others."""
    assert sorted(settings_of_the_manual()) == sorted(settings_of_the_schema())


def test_the_defaults_of_the_manual_are_true() -> None:
    """Where the schema has a plain default, the manual says the same."""
    manual = settings_of_the_manual()
    for name, node in settings_of_the_schema().items():
        default = node.get("default")
        if isinstance(default, list) and all(isinstance(each, str) for each in default):
            default = f"[{', '.join(default)}]"
        if isinstance(default, str | int) and name != "ping.min_interval":
            assert manual[name] == f"`{str(default).lower() if isinstance(default, bool) else default}`", name


def settings_files() -> Iterator[tuple[str, str]]:
    for path in PAGES:
        for number, block in enumerate(blocks(path.read_text("utf-8"), "yaml"), 1):
            if block.startswith("# feedd.yaml\n"):
                yield f"{path.name} {number}", block


@pytest.mark.parametrize("block", [pytest.param(block, id=name) for name, block in settings_files()])
def test_every_settings_file_of_the_manual_loads(block: str, tmp_path: Path) -> None:
    """In a folder with what it names, without a warning."""
    for folder in ("posts", "wire", "srv/articles", "srv/www/feeds", "var/lib"):
        (tmp_path / folder).mkdir(parents=True)
    for name in re.findall(r"secret_file: ([\w.]+)", block):
        (tmp_path / name).write_text(SECRET)
        (tmp_path / name).chmod(0o600)
    file = tmp_path / "feedd.yaml"
    file.write_text(re.sub(r"(?<= )/(srv|var)/", rf"{tmp_path}/\1/", block), "utf-8")
    loaded = settings.read(str(file), env={"HOOK_SECRET": SECRET})
    assert loaded.warnings == ()
    assert settings.load(str(file), env={"HOOK_SECRET": SECRET}) == loaded.settings


# --- Articles ---------------------------------------------------------------------------------------------------------


def test_every_suffix_is_described() -> None:
    """The formats' table has all suffixes, and no others."""
    table = rows(section(page("articles.md"), "Formats"))
    assert {code for first, *_ in table for code in in_code(first)} == set(SUFFIXES)


def test_every_name_of_a_field_is_described() -> None:
    """The fields' table has the names that articles may use, in the order in which they are believed."""
    table = section(page("articles.md"), "Fields")
    written = [in_code(names) for _, names, *_ in rows(table)]
    assert written == [names for _, names, _ in claims._ROWS]


def test_every_name_besides_is_described() -> None:
    """So has the table of what few articles say."""
    table = section(page("articles.md"), "Besides")
    written = [(field.replace(" ", "_"), in_code(names)) for field, names, *_ in rows(table) if in_code(names)]
    assert written == [(field, names.split()) for field, names, _ in extras.FIELDS]


def test_every_pattern_of_litter_is_described() -> None:
    """All built-in patterns, in their order, and no others."""
    table = rows(section(page("articles.md"), "What is left out"))
    assert [code for first, *_ in table for code in in_code(first)] == list(ignore.BUILT_IN)


def test_the_dates_of_the_manual_are_read_and_refused() -> None:
    """Every date in the first table is understood, none in the second."""
    text = section(page("articles.md"), "Dates").partition("\n### ")[0]
    read, refused = (
        [date for first, *_ in rows(part) for date in in_code(first)] for part in re.split(r"\n(?=\| Refused)", text)
    )
    zone = ZoneInfo("Europe/Prague")
    assert len(read) > 10
    assert len(refused) > 5
    assert [date for date in read if isinstance(dates.parse_date(date, zone), str)] == []
    assert [date for date in refused if not isinstance(dates.parse_date(date, zone), str)] == []


# --- Problems ---------------------------------------------------------------------------------------------------------


def codes_in_the_source() -> set[str]:
    """Every text in the code that is a problem's code and nothing else."""
    return {
        node.value
        for path in (ROOT / "feedd").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.fullmatch(r"FD\d{3}", node.value)
    }


def test_every_problem_is_described() -> None:
    """All codes of the source, each once, and no others; with a meaning and something to do."""
    table = rows(page("problems.md"))
    assert sorted(code for code, _, _ in table) == sorted(codes_in_the_source())
    assert all(meaning and remedy for _, meaning, remedy in table)


def test_the_manual_and_the_settings_mean_the_same_by_a_code() -> None:
    """The sentences of `settings.codes` are those of the manual."""
    assert {code: meaning for code, meaning, _ in rows(page("problems.md")) if code < "FD200"} == codes.MEANINGS


def test_every_code_that_the_manual_mentions_exists() -> None:
    mentioned = {code for path in PAGES for code in re.findall(r"\bFD\d{3}\b", path.read_text("utf-8"))}
    assert mentioned <= codes_in_the_source()


# --- Announcing -------------------------------------------------------------------------------------------------------


def test_the_schedule_of_the_manual_is_the_real_one() -> None:
    """The waits between tries, as the notifier makes them."""
    units = {"s": "seconds", "min": "minutes", "h": "hours"}
    text = " ".join(section(page("announcing.md"), "When it fails").split())
    written = re.search(r"feedd waits: (.*?), and", text)
    assert written is not None
    waits = [timedelta(**{units[unit]: int(n)}) for n, unit in re.findall(r"(\d+) (s|min|h)\b", written[1])]
    assert waits == list(settle.WAITS)


def test_the_receiver_of_the_manual_works(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """It takes what feedd signs, once, and refuses what somebody changed."""
    monkeypatch.setenv("HOOK_SECRET", SECRET)
    (source,) = blocks(page("announcing.md"), "python")
    receiver: dict[str, Any] = {"__name__": "receiver"}
    exec(compile(source, "receiver.py", "exec"), receiver)
    payload = next(json.loads(block) for block in blocks(page("announcing.md"), "json"))
    now = datetime.now(UTC)
    delivery = Delivery("msg_1", "webhook:x", "webhook", "https://hooks.example/", "entries", payload, now, now)
    request = Webhook().request(delivery, Endpoint("webhook:x", "webhook", delivery.url, secrets=(SECRET,)), now)
    assert isinstance(request, HttpRequest)
    headers = {name.lower(): value for name, value in request.headers}
    assert [receiver["receive"](headers, request.body) for _ in range(2)] == [204, 204]
    assert capsys.readouterr().out == "published https://ann.example/hello/ Hello & welcome\n"
    assert receiver["receive"](headers, request.body + b" ") == 401


# --- Dependencies -----------------------------------------------------------------------------------------------------

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def names_of(requirements: list[str]) -> set[str]:
    return {canonicalize_name(Requirement(each).name) for each in requirements} - {"feedd"}


@pytest.mark.parametrize(
    ("title", "given"),
    [
        ("Core", PROJECT["project"]["dependencies"]),
        ("Extras", [r for extra in PROJECT["project"].get("optional-dependencies", {}).values() for r in extra]),
        ("Development", PROJECT["dependency-groups"]["dev"]),
    ],
)
def test_every_dependency_has_its_reason(title: str, given: list[str]) -> None:
    """All that pyproject.toml names, and no others, with a reason."""
    table = rows(section(page("dependencies.md"), title))
    assert {canonicalize_name(name) for name, _ in table} == names_of(given)
    assert all(reason for _, reason in table)


def installed_with(requirements: list[str]) -> set[str]:
    """The packages that come with these, themselves included, on this machine."""
    waiting = [Requirement(each) for each in requirements]
    seen: set[tuple[str, str]] = set()
    while waiting:
        wanted = waiting.pop()
        for extra in {"", *wanted.extras}:
            if (canonicalize_name(wanted.name), extra) not in seen:
                seen.add((canonicalize_name(wanted.name), extra))
                needed = [Requirement(each) for each in requires(wanted.name) or ()]
                waiting += [r for r in needed if r.marker is None or r.marker.evaluate({"extra": extra})]
    return {name for name, _ in seen}


def test_the_core_install_stays_small() -> None:
    """Without extras, and the manual says how many packages it is."""
    packages = installed_with(PROJECT["project"]["dependencies"])
    assert len(packages) < MOST_PACKAGES, sorted(packages)
    stated = re.search(r"The core install is (\d+) packages", page("dependencies.md"))
    assert stated is not None
    assert int(stated[1]) == len(packages), sorted(packages)


# --- Links ------------------------------------------------------------------------------------------------------------


def anchors(path: Path) -> set[str]:
    """What GitHub makes of the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", prose(path.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def links() -> Iterator[tuple[Path, str]]:
    for path in PAGES:
        for target in re.findall(r"\]\(([^()\s]+)\)", prose(path.read_text("utf-8"))):
            if not re.match(r"[a-z]+:", target):
                yield path, target


@pytest.mark.parametrize(("path", "target"), [pytest.param(*each, id=f"{each[0].name} {each[1]}") for each in links()])
def test_every_link_leads_somewhere(path: Path, target: str) -> None:
    """A file of the project, and a heading in it if the link names one."""
    file, _, anchor = target.partition("#")
    found = (path.parent / file).resolve() if file else path
    assert found.exists()
    assert found.is_relative_to(ROOT)
    if anchor:
        assert anchor in anchors(found)
