"""A sweep every so often, and the reasons (FD320-FD322) why a folder that should give events is polled."""

from __future__ import annotations

import errno
import threading
from collections.abc import Callable

from feedd.hints import Hint, Sweep
from feedd.model import Level, Problem, Source
from feedd.watcher.ignore import shown

_LIMIT_HINT = (
    "raise the limit, e.g. sysctl fs.inotify.{name}={value} (and in /etc/sysctl.d), or ignore folders without articles"
)


class Poller(threading.Thread):
    """Asks for a sweep every `poll_every`."""

    def __init__(self, source: Source, put: Callable[[Hint], None]) -> None:
        super().__init__(name=f"poll {source.name}", daemon=True)
        self._sweep = Sweep(source.name, "poll")
        self._every = source.poll_every.total_seconds()
        self._put = put
        self._stopped = threading.Event()

    def run(self) -> None:
        while not self._stopped.wait(self._every):
            self._put(self._sweep)

    def stop(self) -> None:
        """No sweep is asked for after this has returned."""
        self._stopped.set()
        self.join()


def too_many_folders(source: Source) -> Problem:
    hint = _LIMIT_HINT.format(name="max_user_watches", value=1048576)
    return _polled(source, "FD320", "more folders than inotify may watch", hint)


def no_instance(source: Source) -> Problem:
    hint = _LIMIT_HINT.format(name="max_user_instances", value=1024)
    return _polled(source, "FD321", "no inotify instance is left for this user", hint)


def too_fast(source: Source) -> Problem:
    hint = "nothing, if it passes; else raise fs.inotify.max_queued_events, or set watch: poll for this source"
    return _polled(source, "FD322", "events come faster than they can be read", hint)


def _polled(source: Source, code: str, message: str, hint: str) -> Problem:
    every = f"{source.poll_every.total_seconds():g} s"
    return Problem(code, shown(source.path), f"{message}; polling every {every} instead", hint, level=Level.WARNING)


# What inotify answers when it has no room; any other error is the folder's own, and the scan says it.
WITHOUT_EVENTS: dict[int, Callable[[Source], Problem]] = {
    errno.ENOSPC: too_many_folders,
    errno.ENOMEM: too_many_folders,
    errno.EMFILE: no_instance,
    errno.ENFILE: no_instance,
}
