"""Which settings a command works with: the file that is named, or the first of those a person would expect."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from feedd.errors import UsageError

if TYPE_CHECKING:
    from feedd.model import Settings
    from feedd.settings.loader import Loaded

NAMES = ("feedd.yaml", "feedd.yml")


def settings_file(named: str | None) -> str:
    """The path of the settings file to use, or UsageError."""
    if named is not None:
        return named
    home = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")
    for folder in (".", os.path.join(home, "feedd"), "/etc/feedd"):
        for name in NAMES:
            path = os.path.join(folder, name)
            if os.path.isfile(path):
                return os.path.normpath(path)
    raise UsageError(
        "no settings file: there is no feedd.yaml here",
        hint="write one with 'feedd init', name one with --config FILE, or use 'feedd run FOLDER --url https://…'",
    )


def read(named: str | None, changes: Sequence[str] = ()) -> Loaded:
    """Settings and warnings; SettingsError with every problem."""
    from feedd import settings

    return settings.read(settings_file(named), env=os.environ, overrides=overrides(changes))


def load(named: str | None, changes: Sequence[str] = ()) -> Settings:
    return read(named, changes).settings


def overrides(changes: Sequence[str]) -> dict[str, Any]:
    """--set name=value pairs."""
    pairs = {}
    for change in changes:
        name, equals, value = change.partition("=")
        if not equals:
            raise UsageError(f"--set {change}: no '='", hint="write it as --set feeds.0.limit=20")
        pairs[name.strip()] = value
    return pairs


def state_for(folder: str) -> str:
    """Where `feedd run FOLDER` without settings remembers: named after the folder, so that it finds it again."""
    base = os.environ.get("STATE_DIRECTORY", "").split(":")[0]
    if base:
        return base
    path = os.path.realpath(folder)
    mark = hashlib.blake2b(os.fsencode(path), digest_size=4).hexdigest()
    home = os.environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state")
    return os.path.join(home, "feedd", f"{os.path.basename(path) or 'root'}-{mark}")
