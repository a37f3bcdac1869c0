"""The house keeps its rules: imports point down, pure files stay pure, each library has one door."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "feedd"
FILES = sorted(path for path in ROOT.rglob("*.py") if "migrations" not in path.parts)

GROUND = {"model", "errors", "ports", "hints", "yaml_core", "podcasting", "where"}
FRONT = {
    "cli",
    "daemon",
    "worker",
    "wiring",
    "control",
    "status",
    "telling",
    "logs",
    "sdnotify",
    "__main__",
    "discover",
    "identities",
    "versions",
}
PURE_ROOMS = {"normalizer", "generators", "renderer", "settings", "takeover", "lint"}
HANDS = {"watcher", "store", "publisher", "notifier", "server", "outbound", "scheduler"}
JOURNEY = {"pipeline"}
RHYTHM = {"settling"}  # pure, and of no room: when may a hinted path be looked at
# What each kind of place may import of ours, besides its own room.
MAY = dict.fromkeys((*GROUND, *PURE_ROOMS, *RHYTHM), GROUND)
MAY |= {"generators": GROUND | {"normalizer"}, "takeover": GROUND | {"normalizer"}, "settings": GROUND | {"generators"}}
MAY |= {name: GROUND | {"outbound", "__init__"} for name in HANDS}
MAY |= {name: GROUND | PURE_ROOMS | {"notifier"} for name in JOURNEY}
# The pipeline takes only the pure decision of the notifier; its hands are handed in.
JOURNEY_FROM_NOTIFIER = {"plan"}

PURE_FILES = {
    *(f"{room}/" for room in PURE_ROOMS),
    "notifier/plan.py",
    "notifier/settle.py",
    "notifier/websub.py",
    "notifier/xmlrpc.py",
    "notifier/webhook.py",
    "server/answer.py",
    "server/limit.py",
    "store/standing.py",
    "store/outbox_rules.py",
    "settling.py",
    "model.py",
    "podcasting.py",
    "where.py",
}
IMPURE = {
    "os", "time", "logging", "threading", "random", "secrets", "uuid", "socket", "asyncio", "subprocess", "sqlite3",
    "sqlalchemy", "httpx2", "watchdog", "apscheduler", "uvicorn",
}  # fmt: skip
HANDS_OF_SETTINGS = {"settings/disk.py"}  # the one file of the room that opens files

DOORS = {
    "feedgen": {"renderer/xml.py"},
    "apscheduler": {"scheduler.py"},
    "watchdog": {"watcher/events.py"},
    "yaml": {"yaml_core.py"},
    "sqlalchemy": {"store/"},
    "alembic": {"store/"},
    "httpx2": {"outbound.py"},
    "httpcore2": {"outbound.py"},
    "uvicorn": {"server/serve.py"},
    "brotli": {"publisher/packing.py"},
    "zstandard": {"publisher/packing.py", "store/versions.py"},
    "uvloop": {"daemon.py"},
    "comrak": {"normalizer/"},
    "nh3": {"normalizer/"},
    "selectolax": {"normalizer/"},
    "jinja2": {"renderer/page.py"},
    "pydantic": {"settings/", "store/codec.py"},
    "structlog": {"logs.py"},
    "feedparser": {"takeover/"},
    "tinytag": {"normalizer/media_tags.py"},
}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def room_of(name: str) -> str:
    return name.split("/")[0].removesuffix(".py")


def imports(path: Path) -> Iterator[tuple[str, int, bool]]:
    """(module, line, only for type checkers) of every import, wherever it stands."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typing_only = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno, id(node) in typing_only
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: relative import"
            for alias in node.names:
                yield f"{node.module}.{alias.name}", node.lineno, id(node) in typing_only


def is_in(name: str, places: set[str]) -> bool:
    return any(name == place or (place.endswith("/") and name.startswith(place)) for place in places)


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_imports_point_down(path: Path) -> None:
    """A file imports the ground, its own room, and what stands below it; never upwards, never sideways."""
    room = room_of(name_of(path))
    if room in FRONT or room == "__init__":
        return
    for module, line, typing_only in imports(path):
        parts = module.split(".")
        if parts[0] != "feedd" or typing_only:
            continue
        target = parts[1] if len(parts) > 1 else "__init__"
        if target == "__version__":
            target = "__init__"
        assert target == room or target in MAY[room], f"{path}:{line}: {room} imports {target}"
        if room in JOURNEY and target == "notifier":
            assert parts[2] in JOURNEY_FROM_NOTIFIER, f"{path}:{line}: the journey reaches into the notifier's hands"


@pytest.mark.parametrize("path", [p for p in FILES if is_in(name_of(p), PURE_FILES)], ids=name_of)
def test_pure_files_stay_pure(path: Path) -> None:
    """No clock, no disk, no log, no chance, no thread, no network in a pure file."""
    if name_of(path) in HANDS_OF_SETTINGS:
        return
    for module, line, typing_only in imports(path):
        assert typing_only or module.split(".")[0] not in IMPURE, f"{path}:{line}: imports {module}"
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            assert not called.endswith(("datetime.now", "datetime.utcnow", "date.today")), f"{path}:{node.lineno}"
            assert called != "open", f"{path}:{node.lineno}: opens a file"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_each_library_has_one_door(path: Path) -> None:
    """A third-party package is known in one place; everybody else sees our types."""
    name = name_of(path)
    for module, line, _ in imports(path):
        package = module.split(".")[0]
        if package in DOORS:
            assert is_in(name, DOORS[package]), f"{path}:{line}: {package} belongs to {sorted(DOORS[package])}"


def test_every_place_has_a_kind() -> None:
    """A new room or file at the top of the package must say where in the house it stands."""
    known = GROUND | FRONT | PURE_ROOMS | HANDS | JOURNEY | RHYTHM | {"__init__"}
    assert {room_of(name_of(path)) for path in FILES} <= known
