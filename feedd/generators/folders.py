"""Patterns for `Preset.ignore` where a generator says which folders hold its articles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


def only(paths: Iterable[str]) -> Iterator[str]:
    """Patterns that leave nothing but these folders and files; none of them may be "", the source itself."""
    wanted = sorted(set(paths))
    above = {"", *(folder for path in wanted for folder in _folders(path))}
    for folder in sorted(above, key=lambda each: (each.count("/") if each else -1, each)):
        if any(f"{folder}/".startswith(f"{path}/") for path in wanted):
            continue  # all of it is wanted
        yield f"/{folder}/*" if folder else "/*"
        names = {path for path in (*wanted, *above) if path and path.rpartition("/")[0] == folder}
        yield from (f"!/{name}" for name in sorted(names))


def _folders(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[:end]) for end in range(1, len(parts))]
