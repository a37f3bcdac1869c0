"""Which folders of a Hugo project hold content and static files: contentDir, staticDir, mounts, themes. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from feedd.generators.hugo_files import as_list


@dataclass(frozen=True, slots=True)
class Root:
    """A folder of content, and where it stands in the site's tree ("" is its top)."""

    folder: str
    target: str
    language: str


def static(merged: Mapping[str, Any]) -> Iterator[str]:
    """Folders whose files stand at the site's top (staticDir, staticDir0 … staticDir10, mounts, those of themes)."""
    given = [merged.get("staticdir"), *(merged.get(f"staticdir{number}") for number in range(11))]
    named = [str(each).strip("/") for value in given for each in as_list(value)]
    mounts = [source for source, target, _ in _mounts(merged) if target == "static"]
    yield from mounts or named or ["static"]
    yield "assets"
    yield from (f"themes/{name}/static" for name in as_list(merged.get("theme")) if isinstance(name, str))


def _mounts(settings: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    module = settings.get("module")
    for each in as_list(module.get("mounts")) if isinstance(module, Mapping) else []:
        if isinstance(each, Mapping) and isinstance(each.get("source"), str) and isinstance(each.get("target"), str):
            yield each["source"].strip("/"), each["target"].strip("/"), str(each.get("lang") or "").lower()


def roots(settings: Mapping[str, Any], languages: Mapping[str, Mapping[str, Any]], default: str) -> tuple[Root, ...]:
    """Where content lies: mounts of it replace contentDir (Hugo Modules, "mounts")."""
    found = [
        Root(source, target.removeprefix("content").strip("/"), language or default)
        for source, target, language in _mounts(settings)
        if f"{target}/".startswith("content/")
    ]
    if not found:
        common = str(settings.get("contentdir") or "content")
        folders = {key: str(own.get("contentdir") or common).strip("/") for key, own in languages.items()}
        found = [Root(folders[default], "", default)]
        found += [Root(folder, "", key) for key, folder in folders.items() if folder != folders[default]]
    return tuple(sorted(found, key=lambda root: (-len(root.folder), root.folder)))
