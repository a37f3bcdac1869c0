"""Site generators: how Hugo, Jekyll and the others think of the files in their folders. Pure.

Each generator is a file here with a `KIND`. A kind names the files that its preset is made from (the generator's own
settings); `settings` reads those and calls `make`; what comes out keeps `ports.Preset` and travels with the source.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module

from feedd.ports import Preset

NAMES = ("hugo", "jekyll", "zola", "pelican", "eleventy", "astro", "nikola", "mkdocs", "podcast", "plain")


class GeneratorError(Exception):
    """The generator's settings cannot be used. `path` is below its folder, `line` and `column` count from 1."""

    def __init__(
        self, path: str, message: str, hint: str = "", line: int | None = None, column: int | None = None
    ) -> None:
        super().__init__(message)
        self.path, self.message, self.hint, self.line, self.column = path, message, hint, line, column


@dataclass(frozen=True, slots=True)
class Made:
    """A preset, and what a person should know about it all the same: (path, message, hint). `timezone` is the zone in
    which the generator reads dates: that of the site, unless feedd.yaml names another."""

    preset: Preset
    warnings: tuple[tuple[str, str, str], ...] = ()
    timezone: str | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """One generator. `markers` are files whose presence means that this is its folder, best first; `reads` are glob
    patterns (as in pathlib, relative to its folder) of what `make` wants to see.

    `make(files, below)` takes texts by path and the source's folder as seen from the generator's ("content/posts", ""
    if it is the same), and raises GeneratorError.
    """

    name: str
    title: str  # as people write it: "Hugo"
    markers: tuple[str, ...]
    reads: tuple[str, ...]
    make: Callable[[Mapping[str, str], str], Made]


def kind(name: str) -> Kind:
    """The generator of this name, one of NAMES; loaded when it is first asked for."""
    found: Kind = import_module(f"feedd.generators.{name}").KIND
    return found
