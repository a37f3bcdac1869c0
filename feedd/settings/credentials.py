"""Webhook secrets, from the settings or from files of their own; a secret never appears in a message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic_core import PydanticCustomError

from feedd.model import Level
from feedd.settings import checks, codes, disk
from feedd.settings.findings import Finding, Loc
from feedd.settings.paths import Paths
from feedd.settings.shape import File, WebhookShape


@dataclass(frozen=True, slots=True)
class Secrets:
    """The secrets of each webhook by its position in `ping`, and what is wrong with the files they come from."""

    by_position: Mapping[int, tuple[str, ...]]
    findings: tuple[Finding, ...]


def gather(file: File, paths: Paths, credentials_dir: str | None) -> Secrets:
    """Read every `secret_file`. Inline secrets come first, then the files in order: the newest first."""
    found: dict[int, tuple[str, ...]] = {}
    findings: list[Finding] = []
    for number, endpoint in enumerate(file.ping):
        if not isinstance(endpoint, WebhookShape):
            continue
        secrets = list(endpoint.secret)
        for place, name in enumerate(endpoint.secret_file):
            path = _find(name, paths, credentials_dir)
            secrets += _read(path, ("ping", number, "secret_file", place), findings)
        found[number] = tuple(dict.fromkeys(secrets))
    return Secrets(found, tuple(findings))


def _find(name: str, paths: Paths, credentials_dir: str | None) -> str:
    """systemd's credentials directory first (LoadCredential=), for plain names only; else beside the settings."""
    if credentials_dir and "/" not in name and disk.is_there(f"{credentials_dir}/{name}"):
        return f"{credentials_dir}/{name}"
    return paths.absolute(name)


def _read(path: str, loc: Loc, findings: list[Finding]) -> list[str]:
    """The secrets in a file, one a line."""
    try:
        lines = [line.strip() for line in disk.read(path).splitlines() if line.strip()]
    except disk.DiskError as error:
        findings.append(Finding(loc, codes.UNREADABLE, f"{path}: {error}", checks.SECRET_HINT))
        return []
    if disk.is_open_to_all(path):
        message = f"every user of this machine may read {path}"
        findings.append(Finding(loc, codes.OPEN_SECRET, message, f"chmod 600 {path}", Level.WARNING))
    if not lines:
        findings.append(Finding(loc, codes.BAD_SECRET, f"{path} is empty", checks.SECRET_HINT))
    return [secret for line in lines if (secret := _checked(line, path, loc, findings))]


def _checked(line: str, path: str, loc: Loc, findings: list[Finding]) -> str | None:
    try:
        return checks.secret(line)
    except PydanticCustomError as error:
        findings.append(Finding(loc, codes.BAD_SECRET, f"{path}: {error.message()}", checks.SECRET_HINT))
        return None
