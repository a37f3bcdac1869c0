"""The presets that sources name: the generator's folder is found, its settings are read, its preset is made."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass

from feedd import generators
from feedd.generators import podcast
from feedd.model import Level
from feedd.ports import Preset
from feedd.settings import codes, disk, naming
from feedd.settings.findings import Finding, Loc
from feedd.settings.paths import Paths
from feedd.settings.rules import inside
from feedd.settings.shape import File, SourceShape

HIGHEST = 6  # folders above a source in which its generator is looked for


@dataclass(frozen=True, slots=True)
class Found:
    """What a source's `preset` came to. `root` is the generator's folder, None without a generator."""

    preset: Preset | None = None
    root: str | None = None
    findings: tuple[Finding, ...] = ()
    timezone: str | None = None


NOTHING = Found()


def gather(file: File, paths: Paths) -> Mapping[int, Found]:
    """By position in `sources`, for those that name a preset."""
    section = "source" if file.sources is None else "sources"
    shapes = naming.sources_of(file)
    return {
        number: _find(shape, paths, (section, number, "preset"))
        for number, shape in enumerate(shapes)
        if shape.preset is not None
    }


def _find(shape: SourceShape, paths: Paths, loc: Loc) -> Found:
    kind = generators.kind(shape.preset or "")
    folder = paths.absolute(shape.path)
    root = paths.absolute(shape.project) if shape.project else _around(folder, kind)
    if root is not None and not inside(folder, root):
        message = f"{folder} is not in {root}, the folder of {kind.title}"
        return Found(findings=(Finding(loc, codes.NO_GENERATOR, message, "name a folder that holds the source"),))
    if root is None and kind.markers:
        message = f"there is no {kind.markers[0]} in {folder} or around it"
        finding = Finding(loc, codes.NO_GENERATOR, message, f"name the folder of {kind.title} with project:")
        return Found(findings=(finding,))
    root = root or folder
    below = posixpath.relpath(folder, root)
    try:
        made = kind.make(disk.texts(root, kind.reads), "" if below == "." else below)
    except generators.GeneratorError as error:
        place = f"{root}/{error.path}" + (f", line {error.line}" if error.line else "")
        return Found(findings=(Finding(loc, codes.BAD_GENERATOR, f"{place}: {error.message}", error.hint),))
    warnings = (
        Finding(loc, codes.BAD_GENERATOR, f"{root}/{path}: {message}", hint, Level.WARNING)
        for path, message, hint in made.warnings
    )
    preset = podcast.served_from(made.preset, shape.media_url) if shape.media_url else made.preset
    return Found(preset, root, tuple(warnings), made.timezone)


def _around(folder: str, kind: generators.Kind) -> str | None:
    """The nearest folder, from this one upwards, that has one of the generator's marks."""
    for _ in range(HIGHEST):
        if any(disk.is_there(f"{folder}/{marker}") for marker in kind.markers):
            return folder
        folder = posixpath.dirname(folder)
    return None
