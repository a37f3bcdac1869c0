"""The settings file -> `model.Settings`, or every problem at once.

disk.read -> yaml_core.load -> overrides -> expand -> salvage (shape) -> rules, credentials -> build
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from feedd import yaml_core
from feedd.errors import SettingsError
from feedd.model import Level, Problem, Settings
from feedd.settings import codes, credentials, disk, naming, presets, rules
from feedd.settings.build import build
from feedd.settings.expand import expand
from feedd.settings.findings import Finding, Loc, Mark, locate, original, written
from feedd.settings.override import override
from feedd.settings.paths import Paths, state_folder
from feedd.settings.salvage import Salvaged, salvage
from feedd.settings.shape import File


@dataclass(frozen=True, slots=True)
class Loaded:
    """Settings that can be used, and what a person should know about them all the same."""

    settings: Settings
    warnings: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class _Document:
    """A settings tree and where its parts come from. `elsewhere` names the origin of what is not in the file."""

    tree: Any
    where: str
    keys: Mapping[Loc, Mark] = field(default_factory=dict)
    values: Mapping[Loc, Mark] = field(default_factory=dict)
    raw: Mapping[Loc, str] = field(default_factory=dict)
    elsewhere: Mapping[Loc, str] = field(default_factory=dict)

    def problem(self, finding: Finding) -> Problem:
        where, line, column = self.where, None, None
        place = written(self.tree, finding.loc)
        origin = next((name for loc, name in self.elsewhere.items() if place[: len(loc)] == loc), None)
        if origin is not None:
            where = origin
        else:
            line, column = locate(self.tree, finding, self.keys, self.values)
        return Problem(finding.code, where, finding.message, finding.hint, line, column, finding.level)


def load(path: str, *, env: Mapping[str, str], overrides: Mapping[str, Any] | None = None) -> Settings:
    """Like `read`, for callers that do not want the warnings."""
    return read(path, env=env, overrides=overrides).settings


def read(path: str, *, env: Mapping[str, str], overrides: Mapping[str, Any] | None = None) -> Loaded:
    """Read and check a settings file.

    `env` is the environment: ${VAR} in values, HOME for `~`, STATE_DIRECTORY and CREDENTIALS_DIRECTORY as systemd sets
    them. `overrides` are settings by dotted name ("feeds.0.limit") that win over the file; a text is read as YAML.
    Raises SettingsError with all problems, the warnings among them, in the order of the file.
    """
    document, warnings = _read_document(path, overrides or {})
    file = disk.absolute(path)
    return _settle(document, warnings, Paths(posixpath.dirname(file), env.get("HOME")), env, file)


def from_folder(
    folder: str,
    url: str,
    *,
    publish: str | None,
    listen: str | None,
    state_dir: str,
    preset: str | None = None,
    project: str | None = None,
) -> Settings:
    """Settings without a file, for `feedd run FOLDER --url …`: one source, one feed, relative to the current folder.

    `publish` None serves from memory only, `listen` None switches the server off; `preset` and `project` are the
    generator that was recognised. Raises SettingsError."""
    source = {"path": folder, "preset": preset, "project": project}
    tree: dict[str, Any] = {"site": url, "source": source, "server": listen or "off", "state": state_dir}
    if publish is not None:
        tree["publish"] = publish
    elsewhere: dict[Loc, str] = {
        ("site",): "--url",
        ("source",): folder,
        ("publish",): "--publish",
        ("server",): "--listen",
        ("state",): "--state",
    }
    document = _Document(tree, "the command line", elsewhere=elsewhere)
    return _settle(document, (), Paths(disk.absolute(".")), {}, None).settings


# --- The steps --------------------------------------------------------------------------------------------------------


def _read_document(path: str, overrides: Mapping[str, Any]) -> tuple[_Document, tuple[Problem, ...]]:
    try:
        loaded = yaml_core.load(disk.read(path))
    except disk.DiskError as error:
        hint = "write a first one with: feedd init" if "no such file" in str(error) else ""
        raise SettingsError((Problem(codes.UNREADABLE, path, str(error), hint),)) from None
    except yaml_core.YamlError as error:
        problem = Problem(codes.NOT_YAML, path, error.message, error.hint, error.line, error.column)
        raise SettingsError((problem,)) from None
    warnings = tuple(
        Problem(codes.YAML_ODDITY, path, each.message, "", each.line, each.column, Level.WARNING)
        for each in loaded.warnings
    )
    tree, elsewhere, problems = override({} if loaded.value is None else loaded.value, overrides)
    values = loaded.values or {(): yaml_core.Mark(1, 1)}  # an empty file has a first line, too
    return _Document(tree, path, loaded.keys, values, loaded.raw, elsewhere), (*warnings, *problems)


def _settle(
    document: _Document, told: tuple[Problem, ...], paths: Paths, env: Mapping[str, str], file: str | None
) -> Loaded:
    # Without a file the values come from a shell, which had its own turn at ${…}.
    tree, unset = expand(document.tree, env) if file is not None else (document.tree, ())
    salvaged = salvage(_without_empty(tree), document.raw, tuple(finding.loc for finding in unset))
    findings = [*unset, *salvaged.findings]
    settings = None
    if salvaged.file is not None:
        state = state_folder(salvaged.file.state, paths, env)
        secrets = credentials.gather(salvaged.file, paths, env.get("CREDENTIALS_DIRECTORY"))
        found = presets.gather(salvaged.file, paths)
        later = [*rules.check(_facts(salvaged, salvaged.file, paths, state)), *secrets.findings]
        later += _missing_certificates(salvaged.file, paths)
        later += [finding for each in found.values() for finding in each.findings]
        findings += [_at_home(salvaged, finding) for finding in later]
        if not any(finding.level is Level.ERROR for finding in findings):
            settings = build(salvaged.file, paths, state, secrets.by_position, file, found)
    problems = _sorted((*told, *(document.problem(finding) for finding in findings)))
    if settings is None or any(problem.level is Level.ERROR for problem in problems):
        raise SettingsError(problems)
    return Loaded(settings, problems)


def _without_empty(tree: Any) -> Any:
    """`ping:` with everything below it commented out means what it looks like: not set."""
    if isinstance(tree, dict):
        return {key: _without_empty(value) for key, value in tree.items() if value is not None}
    if isinstance(tree, list):
        return [_without_empty(value) for value in tree]
    return tree


def _facts(salvaged: Salvaged, file: File, paths: Paths, state: str) -> rules.Facts:
    sources = naming.sources_of(file)
    folders = tuple(paths.absolute(source.path) for source in sources)
    return rules.Facts(
        file=file,
        damaged=salvaged.damaged,
        section="sources" if file.source is None else "source",
        names=naming.source_names(sources, folders),
        sources=tuple(disk.real(folder) for folder in folders),
        targets=tuple(disk.real(paths.absolute(target.to)) for target in file.publish),
        state=disk.real(state),
        is_folder=disk.is_folder,
        measure=disk.pixels,
    )


def _missing_certificates(file: File, paths: Paths) -> Iterable[Finding]:
    for number, endpoint in enumerate(file.ping):
        if endpoint.ca_file and not disk.is_there(paths.absolute(endpoint.ca_file)):
            message = f"there is no file {paths.absolute(endpoint.ca_file)}"
            yield Finding(("ping", number, "ca_file"), codes.UNREADABLE, message, "write the path of a PEM file")


def _at_home(salvaged: Salvaged, finding: Finding) -> Finding:
    loc = original(salvaged.tree, finding.loc)
    return Finding(loc, finding.code, finding.message, finding.hint, finding.level, finding.at_key)


def _sorted(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """In the order of the file, each once: two rules may agree."""
    return tuple(sorted(dict.fromkeys(problems), key=lambda each: (each.line or 0, each.column or 0, each.code)))
