"""`feedd run`: the daemon in the foreground."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING
from urllib.parse import quote

from feedd import __version__
from feedd.cli import find
from feedd.cli.say import clean, relative, say, say_problem
from feedd.errors import UsageError

if TYPE_CHECKING:
    from feedd.model import Settings


def run(
    folder: str | None,
    url: str | None,
    publish: str | None,
    listen: str | None,
    state: str | None,
    config: str | None,
    changes: Sequence[str],
) -> None:
    found = _with_folder(folder, url, publish, listen, state, config, changes)
    reload, recognised = found or (_with_file(config, listen, changes), None)
    settings = reload()
    from feedd import daemon, logs

    logs.configure(settings.log_format, settings.log_level)
    tell = _as_log if settings.log_format == "json" else say  # where programs read, every line is theirs
    tell(f"feedd {__version__}  settings {_file(settings)}  state {settings.state_dir}")
    if recognised is not None:
        tell(clean(recognised))
    sys.exit(daemon.run(settings, reload, lambda serving: _introduce(settings, serving, tell)))


def _file(settings: Settings) -> str:
    return relative(settings.file) if settings.file else "from the command line"


def _as_log(message: str) -> None:
    logging.getLogger("feedd").info("%s", message)


def _with_folder(
    folder: str | None,
    url: str | None,
    publish: str | None,
    listen: str | None,
    state: str | None,
    config: str | None,
    changes: Sequence[str],
) -> tuple[Callable[[], Settings], str | None] | None:
    """`feedd run FOLDER --url URL`: no settings file at all. How to read the settings, and what was recognised."""
    if folder is None:
        if url or publish or state:
            raise UsageError("--url, --publish and --state go with a FOLDER", hint="or put them into the settings file")
        return None
    if config is not None or changes:
        raise UsageError("either FOLDER or a settings file, not both", hint="'feedd init' writes one for the folder")
    if url is None:
        raise UsageError(
            "the address of the site is missing",
            hint=f"feedd run {folder} --url https://your.site (nothing is derived from a request's Host header)",
        )
    from feedd import discover, settings

    found = discover.look(folder)
    source = folder if found.preset is None else os.path.normpath(os.path.join(folder, found.source))
    project = None if found.project is None else os.path.normpath(os.path.join(folder, found.project))
    recognised = None
    if found.generator is not None:
        recognised = (
            f"recognised  {found.generator}: its links, dates and drafts are understood, as with preset: {found.preset}"
        )

    def read() -> Settings:
        return settings.from_folder(
            source,
            url,
            publish=publish,
            listen=listen or "127.0.0.1:8731",
            state_dir=state or find.state_for(folder),
            preset=found.preset,
            project=project,
        )

    return read, recognised


def _with_file(config: str | None, listen: str | None, changes: Sequence[str]) -> Callable[[], Settings]:
    file = os.path.abspath(find.settings_file(config))
    shown: set[str] = set()
    if listen is not None:
        changes = (*changes, f"server.listen={listen}")

    def read() -> Settings:
        loaded = find.read(file, changes)
        for warning in loaded.warnings:
            if str(warning) not in shown:
                shown.add(str(warning))
                say_problem(warning)
        return loaded.settings

    return read


def _introduce(settings: Settings, serving: str | None, tell: Callable[[str], None]) -> None:
    """The two things a newcomer needs: what to subscribe to and what to edit."""
    for source in settings.sources:
        folder = relative(source.path)
        tell(f"watching    {clean(folder)}  (save an article there, as in {clean(os.path.join(folder, 'hello.md'))})")
    for target in settings.targets:
        tell(f"publishing  {clean(relative(target.path))}")
    if serving is None:
        return
    tell(f"serving     {serving}")
    for feed in settings.feeds:
        if feed.each is None and feed.formats:
            from feedd.renderer.render import document_path

            tell(f"subscribe   {serving}{quote(document_path(feed, feed.formats[0]))}")
            break
    if sys.stderr.isatty():
        tell("Ctrl-C stops.")
