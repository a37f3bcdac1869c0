"""The readers we know how to run: what each can read, whether it is here, and how it is asked."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

ADAPTERS = Path(__file__).parent / "adapters"
XML = ("rss", "atom")
ALL = ("rss", "atom", "json")
SUFFIXES = {"rss": ".xml", "atom": ".atom", "json": ".json"}
NODE = os.environ.get("FEEDD_READERS_NODE", "")  # a folder that holds node_modules
PYTHON = os.environ.get("FEEDD_READERS_PYTHON", sys.executable)  # an interpreter that has the libraries
ROME_JARS = ("rome.jar", "rome-utils.jar", "jdom2.jar", "slf4j-api.jar")
GOPATH = Path("/usr/share/gocode")  # where Debian puts the sources of Go libraries


@dataclass(frozen=True)
class Reader:
    """`missing` says what is not installed, None for nothing; `command` is asked with the URL as its last word.
    `quick`: within a second or so."""

    name: str
    kind: str
    formats: tuple[str, ...]
    missing: Callable[[], str | None]
    command: Callable[[Path], list[str]]
    quick: bool = False
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return f"{self.name} ({self.kind})"

    def read(self, url: str, scratch: Path) -> bytes:
        """JSON lines. `scratch` is a folder for what must be compiled first, kept between calls."""
        command = self.command(scratch)
        last = [] if self.environment else [url]
        environment = os.environ | {name: value.format(url=url) for name, value in self.environment.items()}
        environment |= {"HOME": str(scratch), "LC_ALL": "C.UTF-8"}
        done = subprocess.run([*command, *last], env=environment, capture_output=True, timeout=120)
        if done.returncode:
            raise ReaderError(done.stderr.decode(errors="replace")[-1500:])
        return done.stdout


class ReaderError(Exception):
    """The reader refused the document, or fell over it."""


def _python(name: str, module: str, formats: tuple[str, ...] = XML) -> Reader:
    return Reader(
        name,
        "Python",
        formats,
        lambda: _no_module(module),
        lambda _: [PYTHON, str(ADAPTERS / "python.py"), name],
        quick=True,
    )


@cache
def _no_module(module: str) -> str | None:
    if sys.executable == PYTHON:
        return None if importlib.util.find_spec(module) else f"the Python package {module} is not installed"
    done = subprocess.run([PYTHON, "-c", f"import {module}"], capture_output=True)
    return f"{PYTHON} has no package {module}" if done.returncode else None


def _node(name: str, formats: tuple[str, ...] = XML) -> Reader:
    return Reader(
        name,
        "Node",
        formats,
        lambda: (
            None if NODE and (Path(NODE) / "node_modules" / name).is_dir() else f"{name} is not in FEEDD_READERS_NODE"
        ),
        lambda _: ["node", str(ADAPTERS / "node.mjs"), name],
    )


def _program(name: str, kind: str, *needs: str, quick: bool = False) -> Reader:
    return Reader(
        name,
        kind,
        XML,
        lambda: _no_program(*needs),
        lambda _: [sys.executable, str(ADAPTERS / "programs.py"), name],
        quick=quick,
    )


def _no_program(*names: str) -> str | None:
    missing = [name for name in names if shutil.which(name) is None]
    return f"{', '.join(missing)} is not installed" if missing else None


def _gofeed(scratch: Path) -> list[str]:
    program = scratch / "gofeed"
    if not program.exists():
        environment = os.environ | {"GOPATH": str(GOPATH), "GO111MODULE": "off", "GOCACHE": str(scratch / "go")}
        build = ["go", "build", "-o", str(program), str(ADAPTERS / "gofeed.go")]
        subprocess.run(build, env=environment, check=True, capture_output=True)
    return [str(program)]


def _no_gofeed() -> str | None:
    here = (GOPATH / "src/github.com/mmcdole/gofeed").is_dir()
    return _no_program("go") or (None if here else "golang-github-mmcdole-gofeed-dev is not installed")


def _rome(_: Path) -> list[str]:
    classes = ":".join(f"/usr/share/java/{jar}" for jar in ROME_JARS)
    return ["java", "-cp", classes, str(ADAPTERS / "Rome.java")]


def _no_rome() -> str | None:
    return _no_program("java", "javac") or (
        None if Path("/usr/share/java/rome.jar").exists() else "librome-java is not installed"
    )


def _script(name: str, kind: str, command: list[str], check: list[str], formats: tuple[str, ...] = XML) -> Reader:
    def missing() -> str | None:
        absent = _no_program(command[0])
        if absent is None and subprocess.run(check, capture_output=True).returncode:
            return f"{name} is not installed"
        return absent

    return Reader(name, kind, formats, missing, lambda _: command)


_ELFEED = ["emacs", "--batch", "-l", str(ADAPTERS / "elfeed.el")]

READERS = (
    _python("feedparser", "feedparser"),
    _python("reader", "reader", ALL),
    _python("atoma", "atoma", ALL),
    _python("fastfeedparser", "fastfeedparser", ALL),
    _python("podcastparser", "podcastparser"),
    _node("rss-parser"),
    _node("feedsmith", ALL),
    _node("@rowanmanning/feed-parser"),
    _node("feedparser"),
    _node("@extractus/feed-extractor", ALL),
    _node("htmlparser2"),
    _node("podcast-partytime", ("rss",)),
    _node("podparse", ("rss",)),
    Reader("gofeed", "Go", ALL, _no_gofeed, _gofeed),
    Reader("ROME", "Java", XML, _no_rome, _rome),
    _script("rss", "Ruby", ["ruby", str(ADAPTERS / "rss.rb")], ["ruby", "-e", "require 'rss'"]),
    _script("XML::Feed", "Perl", ["perl", str(ADAPTERS / "xml_feed.pl")], ["perl", "-MXML::Feed", "-e", "1"]),
    _program("newsboat", "terminal", "newsboat", quick=True),
    _program("sfeed", "terminal", "sfeed", "curl", quick=True),
    _program("rss2email", "mail", "r2e"),
    _program("feed2exec", "mail", "feed2exec"),
    _program("gpodder", "desktop", "gpo"),
    _program("liferea", "desktop", "liferea", "xvfb-run", "dbus-run-session"),
    Reader(
        "elfeed",
        "Emacs",
        XML,
        lambda: _no_program("emacs") or _no_elfeed(),
        lambda _: _ELFEED,
        environment={"FEED": "{url}"},
    ),
)


@cache
def _no_elfeed() -> str | None:
    check = ["emacs", "--batch", "--eval", "(progn (package-initialize) (require 'elfeed))"]
    return "elfeed is not installed" if subprocess.run(check, capture_output=True).returncode else None
