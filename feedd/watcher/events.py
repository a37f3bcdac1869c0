"""watchdog -> hints. The only door to watchdog, and its supervisor.

Events are never believed, they only say where to look; the scan against the index is the truth. So all that matters
here is that no loss stays unnoticed. watchdog 7.1 keeps several to itself; `FolderEvents.check`, called every few
seconds, finds them, opens the folder anew and asks for a sweep:

- the kernel's queue ran over (events were lost);
- the root was deleted and made again, or a link to it leads elsewhere (a deployment by swap);
- one of its threads died, or our handler failed;
- a folder could not be watched for lack of permission, and now it could.

Where events cannot be had (network file systems, too many folders, no inotify instance left, a queue that runs over
again and again), the source is polled (`polling.Poller`): a thread asks for a sweep every `poll_every`. watchdog's own
polling observer is not used: it takes 197 MB for 100,000 files and, comparing inodes, takes a new file that got a
deleted one's inode for a move.

An instance of inotify a source, so that one folder's flood is one folder's sweep. Folders that the rules ignore (.git,
node_modules) are not watched at all. Our own reading gives no events, because opens and closes without writing are not
in the event filter; without one, 5,000 folders are enough for an observer that feeds itself for ever.
"""

from __future__ import annotations

import errno
import logging
import os
import threading
import warnings
from collections.abc import Callable, Iterable

from watchdog.events import (
    DirAttribEvent,
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileAttribEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers.api import BaseObserver
from watchdog.observers.inotify import InotifyFullEmitter
from watchdog.observers.inotify_c import CallbackId, InotifyEvent, InotifyFD, Mask, WatchCallback, WatchDescriptor

from feedd.hints import Changed, Hint, Sweep
from feedd.model import Problem, Source
from feedd.watcher.companions import may_belong_to
from feedd.watcher.filesystem import identity, silent_mount
from feedd.watcher.ignore import Rules, is_text, rules_of
from feedd.watcher.polling import WITHOUT_EVENTS, Poller, too_fast, too_many_folders

Put = Callable[[Hint], None]

# chmod is in it because it is how a person mends "no permission to read the file". Moves must be asked for by name, or
# a file that is moved out is not seen to go.
_FILTER: list[type[FileSystemEvent]] = [
    FileCreatedEvent,
    FileModifiedEvent,
    FileAttribEvent,
    FileClosedEvent,
    FileMovedEvent,
    FileDeletedEvent,
    DirCreatedEvent,
    DirAttribEvent,
    DirMovedEvent,
    DirDeletedEvent,
]
_APPEARS = (FileCreatedEvent, FileMovedEvent)

_MOST_OVERFLOWS = 3  # at so many checks in a row, then the source is polled
_RETRY_AFTER = 60  # checks: so long is a source polled before events are tried again (checked every 5 s: 5 minutes)


class FolderEvents:
    """Hints for all sources. Start it before the first sweep, so that nothing falls between; `check` it every few
    seconds. `suffixes` are those of `FileWatcher`. Any thread may call; nothing a folder is like makes it raise."""

    def __init__(self, sources: Iterable[Source], put: Put, suffixes: frozenset[str]) -> None:
        self._folders = [_Folder(source, rules_of(source, suffixes), put) for source in sources]
        self._lock = threading.Lock()
        self._running = False

    def start(self) -> None:
        _silence_watchdog()
        with self._lock:
            self._running = True
            for folder in self._folders:
                folder.open()

    def check(self) -> None:
        """Mend what is broken, and ask for a sweep of every source for which that was necessary."""
        with self._lock:
            for folder in self._folders if self._running else ():
                folder.check()

    def stop(self) -> None:
        """No hint after this has returned. May be called twice."""
        with self._lock:
            self._running = False
            for folder in self._folders:
                folder.close()

    def healthy(self) -> bool:
        """Do all threads live that should? False is mended by the next `check`."""
        return self._running and all(folder.is_alive() for folder in self._folders)

    def problems(self) -> tuple[Problem, ...]:
        """Why sources are polled that should not need to be."""
        return tuple(folder.problem for folder in self._folders if folder.problem is not None)

    def modes(self) -> dict[str, str]:
        """Source name -> "events", "polling", or "waiting" for a folder that is not there (or not to be read)."""
        return {folder.source.name: folder.mode for folder in self._folders}


class _Folder:
    """One source: opened as events or as polling, closed, and opened again when a check finds that it must be."""

    def __init__(self, source: Source, rules: Rules, put: Put) -> None:
        self.source = source
        self.problem: Problem | None = None
        self.events: _Events | None = None
        self._poller: Poller | None = None
        self._rules = rules
        self._put = put
        self._identity: tuple[int, int] | None = None
        self._overflows = 0
        self._polled_checks = 0

    @property
    def mode(self) -> str:
        if self.events is not None:
            return "events"
        return "polling" if self._poller is not None else "waiting"

    def is_alive(self) -> bool:
        part = self.events or self._poller
        return part is None or part.is_alive()

    def open(self) -> None:
        self.problem = None
        # Before the watches are set: a root swapped meanwhile is then noticed by the next check.
        self._identity = identity(self.source.path)
        if self._identity is None:
            return
        if self._is_polled():
            self._poll()
            return
        try:
            self.events = _Events(self.source, self._rules, self._put)
        except OSError as error:
            self._do_without(error)
        else:
            self._heed_shortage()

    def _is_polled(self) -> bool:
        if self.source.watch == "auto":
            return silent_mount(self.source.path) is not None
        return self.source.watch == "poll"

    def _do_without(self, error: OSError) -> None:
        problem = WITHOUT_EVENTS.get(error.errno or 0)
        if problem is not None:
            self._poll(problem(self.source))
        # Else the root itself cannot be watched now (gone, no permission): the scan says so, a check tries again.

    def _heed_shortage(self) -> None:
        if self.events is not None and self.events.inotify.short:
            self.close()
            self._poll(too_many_folders(self.source))

    def _poll(self, problem: Problem | None = None) -> None:
        self.problem = problem
        self._polled_checks = 0
        self._poller = Poller(self.source, self._put)
        self._poller.start()

    def close(self) -> None:
        for part in (self.events, self._poller):
            if part is not None:
                part.stop()
        self.events = self._poller = None

    def check(self) -> None:
        reason = self._trouble()
        if reason is None:
            return
        self.close()
        if self._overflows >= _MOST_OVERFLOWS:
            self._overflows = 0
            self._poll(too_fast(self.source))
        else:
            self.open()
        self._put(Sweep(self.source.name, reason))

    def _trouble(self) -> str | None:
        """What makes it necessary to open the folder anew, in words for the log."""
        now = identity(self.source.path)
        if now != self._identity:
            return "folder is gone" if now is None else "folder was replaced"
        if now is None:
            return None
        if self._poller is not None:
            return self._polling_trouble(self._poller)
        if self.events is None:
            return "watching again" if os.access(self.source.path, os.R_OK | os.X_OK, effective_ids=True) else None
        trouble = self.events.trouble()
        self._overflows = self._overflows + 1 if self.events.inotify.overflowed else 0
        return trouble

    def _polling_trouble(self, poller: Poller) -> str | None:
        if not poller.is_alive():
            return "polling thread died"
        self._polled_checks += 1
        if self.problem is not None and self._polled_checks >= _RETRY_AFTER:
            return "trying events again"
        return None


class _Events:
    """watchdog on one folder: a kernel queue with its reader, an emitter, a dispatcher. Raises OSError where the root
    cannot be watched."""

    def __init__(self, source: Source, rules: Rules, put: Put) -> None:
        # The real path, because inotify is told not to follow links, and would watch the link itself.
        root = os.path.realpath(source.path)
        self._root = root
        self._handler = _Handler(source.name, root, rules, put)
        self.inotify = _Inotify(root, rules, lambda: put(Sweep(source.name, "overflow")))
        self.inotify.start()
        self.observer = BaseObserver(InotifyFullEmitter, inotify_fd=self.inotify)
        try:
            self.observer.schedule(self._handler, root, recursive=True, event_filter=_FILTER)
            self.observer.start()
        except OSError:
            self.stop()
            raise

    def is_alive(self) -> bool:
        emitters = self.observer.emitters
        return self.observer.is_alive() and self.inotify.is_alive() and all(e.is_alive() for e in emitters)

    def trouble(self) -> str | None:
        if not self.is_alive():  # also when the root was deleted: its emitter stops, its observer goes on
            return "watching stopped"
        if self.inotify.overflowed:
            return "watching again after an overflow"
        if self.inotify.short:
            return "watch limit"
        if self._handler.failed:
            return "a hint was lost"
        return "a folder became readable" if self.inotify.could_watch_more() else None

    def stop(self) -> None:
        self.observer.stop()
        self.inotify.stop()
        for thread in (self.observer, self.inotify):
            if thread.ident is not None:
                thread.join()


class _Inotify(InotifyFD):
    """One kernel queue that says what it lost, where watchdog's own goes on in silence."""

    def __init__(self, root: str, rules: Rules, lost: Callable[[], None]) -> None:
        super().__init__()
        self._prefix = root.rstrip("/") + "/"
        self._rules = rules
        self._lost = lost
        self._unreadable: set[bytes] = set()
        self.overflowed = False
        self.short = False

    def add_callback(self, path: bytes, mask: Mask, callback: WatchCallback, id_: CallbackId) -> WatchDescriptor:
        """Watch one folder. The caller drops every OSError but the root's, so what matters is noted here."""
        if not self._is_wanted(os.fsdecode(path)):
            raise FileNotFoundError(errno.ENOENT, "ignored", path)
        if not _is_readable(path):  # else watchdog keeps a watch number -1, and believes in it
            self._unreadable.add(path)
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
        try:
            return super().add_callback(path, mask, callback, id_)
        except OSError as error:
            self.short = self.short or error.errno in (errno.ENOSPC, errno.ENOMEM)
            raise

    def _is_wanted(self, folder: str) -> bool:
        path = folder.removeprefix(self._prefix)
        return path == folder or (self._rules.reaches(path) and self._rules.enters(path, path.rpartition("/")[2]))

    def could_watch_more(self) -> bool:
        """Has a folder become readable that could not be watched? Forgets those that are no longer there."""
        self._unreadable = {path for path in tuple(self._unreadable) if os.path.isdir(path)}
        return any(_is_readable(path) for path in self._unreadable)

    def handle_event(self, event: InotifyEvent) -> None:
        """On overflow watchdog would set all watches anew, here and now, while the queue fills up again: with 20,000
        folders it never gets out of that. We ask for a sweep, and the next check opens everything once."""
        if not event.is_queue_overflow:
            super().handle_event(event)
        elif not self.overflowed:
            self.overflowed = True
            self._lost()


def _is_readable(folder: bytes) -> bool:
    return os.access(folder, os.R_OK, effective_ids=True)


class _Handler(FileSystemEventHandler):
    """Events -> hints. It runs under the observer's lock and an exception would end the observer's thread for good
    (watchdog issue 793), so it leaves a hint, does nothing else, and never raises."""

    def __init__(self, name: str, root: str, rules: Rules, put: Put) -> None:
        self._name = name
        self._prefix = root.rstrip("/") + "/"
        self._rules = rules
        self._put = put
        self.failed = False

    def dispatch(self, event: FileSystemEvent) -> None:
        if event.is_synthetic:  # made up by watchdog for the files in a moved folder; the folder's own hint covers them
            return
        try:
            self._hint(event, os.fsdecode(event.src_path), vouched=isinstance(event, FileClosedEvent))
            self._hint(event, os.fsdecode(event.dest_path), vouched=True)  # moved in: whole
        except Exception:
            self.failed = True

    def _hint(self, event: FileSystemEvent, full: str, *, vouched: bool) -> None:
        path = full.removeprefix(self._prefix)
        if path == full or not self._rules.reaches(path):  # "", the root itself, or inside an ignored folder
            return
        folder, _, name = path.rpartition("/")
        if not is_text(path):
            self._look_into(_text_part(folder))
        elif self._rules.enters(path, name) if event.is_directory else self._rules.wants(path, name):
            self._put(Changed(self._name, path, vouched))
        elif self._rules.lies_beside(name) and not self._rules.ignores(path, name, folder=False):
            self._hint_articles(folder, name)
        elif isinstance(event, _APPEARS) and os.path.islink(full):
            # Articles may be links through this one: Kubernetes swaps "..data" and touches nothing else.
            self._look_into(folder)

    def _hint_articles(self, folder: str, companion: str) -> None:
        """A picture or sidecar changed: look at the articles it lies beside. Nobody vouches for those."""
        stem = self._rules.pairs(companion)[0]
        for path in may_belong_to(f"{folder}/{stem}" if folder else stem, self._rules.suffixes):
            if os.path.lexists(self._prefix + path):
                self._put(Changed(self._name, path))

    def _look_into(self, folder: str) -> None:
        self._put(Changed(self._name, folder) if folder else Sweep(self._name, "links"))


def _text_part(path: str) -> str:
    while not is_text(path):
        path = path.rpartition("/")[0]
    return path


def _silence_watchdog() -> None:
    """It warns in several kilobytes when a folder is moved out and in again, and logs an error when it is stopped.
    What matters of what it knows is found by `check`."""
    warnings.filterwarnings("ignore", r"(?s)(Trying to remove callback|Callback with id) .*", RuntimeWarning)
    logging.getLogger("watchdog").setLevel(logging.CRITICAL)
