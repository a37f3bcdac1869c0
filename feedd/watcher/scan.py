"""The tree against the index: what changed, what is gone, what is odd. Opens no file, follows no link to a folder.

How certain "gone" is decides whether readers lose an article, so it is said only of a row whose place could be looked
at: never below a folder that could not be read, never where something else than a file now stands (a FIFO, a broken
link: the last good version stays), and never at all when the root is missing or was swapped under our feet.

Problems: FD301 no regular file, FD302 link out of the source, FD303 broken link, FD304 link to a folder (warning),
FD305 unreadable folder, FD306 no root, FD307 name that is not UTF-8.
"""

from __future__ import annotations

import os
import stat as modes
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from feedd.model import FileStat, IndexedFile, Level, Problem, Source, SourceKey
from feedd.watcher.companions import look_beside, parts
from feedd.watcher.filesystem import identity
from feedd.watcher.ignore import Rules, folders_above, is_text, shown
from feedd.watcher.recordings import followers

_FEW = 16  # so many folders are found faster by comparing prefixes (100,000 rows: 8 ms) than by taking paths apart


@dataclass(frozen=True, slots=True)
class ScanResult:
    """Keeps `ports.Scan`. All by path, in order. `unreadable` are the paths about which nothing could be learned."""

    changed: tuple[FileStat, ...] = ()
    gone: tuple[SourceKey, ...] = ()
    problems: tuple[tuple[SourceKey, Problem], ...] = ()
    files: int = 0
    complete: bool = True
    unreadable: tuple[str, ...] = ()


def scan(source: Source, index: Mapping[str, IndexedFile], rules: Rules) -> ScanResult:
    """Compare the whole tree with the index (path -> row)."""
    problem = root_problem(source)
    if problem is not None:
        return _unknown(source, problem)
    survey = _Survey(source, index, rules)
    survey.walk("")
    return survey.result(index.keys())


def look(source: Source, paths: Iterable[str], index: Mapping[str, IndexedFile], rules: Rules) -> ScanResult:
    """Compare these paths only, relative to the root. A folder, or a path that is not there, stands for everything
    below it; "" is the root. Paths that the rules drop, and paths out of the root, are passed over."""
    asked = {usable for path in paths if (usable := _usable(path)) is not None}
    if "" in asked:
        return scan(source, index, rules)
    problem = root_problem(source)
    if problem is not None:
        return _unknown(source, problem)
    survey = _Survey(source, index, rules)
    judged = {path for path in sorted(asked) if survey.visit(path)}
    return survey.result(_rows(index, judged, survey.walked))


def root_problem(source: Source) -> Problem | None:
    """Why nothing can be known about the source now, if so."""
    try:
        with os.scandir(source.path):
            return None
    except FileNotFoundError:
        reason, hint = "the folder is not there", "create it, mount it, or correct the source's path"
    except NotADirectoryError:
        reason, hint = "this is not a folder", "a source is a folder of articles"
    except OSError as error:
        reason, hint = f"the folder cannot be read: {error.strerror}", "check its permissions and its disk"
    return Problem("FD306", shown(source.path), f"{reason}; what was published stays", hint)


def file_stat(key: SourceKey, status: os.stat_result, beside: str = "") -> FileStat:
    return FileStat(key, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, beside)


def _unknown(source: Source, problem: Problem) -> ScanResult:
    return ScanResult(problems=((SourceKey(source.name, ""), problem),), complete=False, unreadable=("",))


def _replaced(source: Source) -> Problem:
    message, hint = "the folder was replaced while it was read", "nothing: it will be read again"
    return Problem("FD306", shown(source.path), message, hint, level=Level.WARNING)


def _usable(path: str) -> str | None:
    """A hint's path without its trailing slash; None if it leads out of the root. A name that cannot be a key is
    looked at through the folder it is in."""
    path = path.rstrip("/")
    if path and any(part in ("", ".", "..") for part in path.split("/")):
        return None
    while not is_text(path):
        path = path.rpartition("/")[0]
    return path


def _rows(index: Mapping[str, IndexedFile], judged: set[str], walked: set[str]) -> set[str]:
    """The index rows that a look speaks about: those at the paths, and those below where a folder is or may have
    been. A path that has a row of its own was a file, so that the usual look costs no pass over the index."""
    rows = {path for path in judged if path in index}
    folders = (judged - rows) | walked
    if len(folders) > _FEW:
        rows |= {row for row in index if any(above in folders for above in folders_above(row))}
    elif folders:
        inside = tuple(folder + "/" for folder in folders)
        rows |= {row for row in index if row.startswith(inside)}
    return rows


def _differs(old: FileStat, new: os.stat_result, beside: str) -> bool:
    return (
        old.beside != beside
        or old.mtime_ns != new.st_mtime_ns
        or old.size != new.st_size
        or old.ctime_ns != new.st_ctime_ns
        or old.inode != new.st_ino
    )


class _Survey:
    """What one scan or look has learned so far."""

    def __init__(self, source: Source, index: Mapping[str, IndexedFile], rules: Rules) -> None:
        self._source = source
        self._index = index
        self._rules = rules
        self._root = source.path.rstrip("/") + "/"
        self._identity = identity(source.path)
        self._is_folder: dict[str, bool] = {}
        self._companions: dict[str, dict[str, list[str]]] = {}  # folder -> stem -> names
        self._followers: dict[str, frozenset[str]] = {}  # folder -> sounds and films that belong to another article
        self._seen: set[str] = set()
        self._changed: list[FileStat] = []
        self._problems: dict[str, Problem] = {}
        self._unreadable: set[str] = set()
        self._files = 0
        self.walked: set[str] = set()

    # --- going through the tree

    def walk(self, top: str) -> None:
        """Judge everything below a folder. A list, not recursion: a tree may be deeper than Python's stack."""
        self.walked.add(top)
        folders = [top]
        while folders:
            folder = folders.pop()
            try:
                folders += self._list(folder)
            except (FileNotFoundError, NotADirectoryError):
                continue  # removed since its parent was listed; a vanished root is noticed by its identity
            except OSError as error:
                self._cannot_read(folder, error)

    def _list(self, folder: str) -> list[str]:
        """Judge one folder's files; its sub-folders are returned."""
        rules, prefix, below = self._rules, folder + "/" if folder else "", []
        companions: dict[str, list[str]] = {}
        articles: list[os.DirEntry[str]] = []
        with os.scandir(self._root + folder) as entries:
            for entry in entries:
                name = entry.name
                path = prefix + name
                try:
                    if entry.is_dir(follow_symlinks=False):
                        if rules.enters(path, name) and self._has_text_name(path, folder=True):
                            below.append(path)
                    elif rules.wants(path, name) or (entry.is_symlink() and not self._may_lie_beside(path, name)):
                        articles.append(entry)
                    elif self._may_lie_beside(path, name):
                        companions.setdefault(self._rules.pairs(name)[0], []).append(name)
                except OSError as error:
                    self._cannot_stat(path, error)
        self._companions[folder] = companions
        followers = self._find_followers(folder, [entry.name for entry in articles])
        for name in followers:
            companions.setdefault(parts(name)[0], []).append(name)
        for entry in articles:  # now that it is known what lies beside them
            if entry.name not in followers:
                self._judge(prefix + entry.name, entry)
        return below

    def _judge(self, path: str, entry: os.DirEntry[str]) -> None:
        try:
            if entry.is_symlink():
                self._link(path, entry.name)
            elif path.isascii() or self._has_text_name(path):
                self._file(path, entry.stat(follow_symlinks=False))
        except OSError as error:
            self._cannot_stat(path, error)

    def visit(self, path: str) -> bool:
        """Judge one path. False if it is none of this source's business or nothing could be learned about it."""
        above = folders_above(path)
        if any(folder in self.walked for folder in above):
            return True
        if not self._rules.reaches(path):
            return False
        try:
            if all(self._folder(folder) for folder in above):
                self._visit(path, os.lstat(self._root + path))
        except (FileNotFoundError, NotADirectoryError):
            pass
        except OSError as error:
            self._cannot_stat(path, error)
            return False
        return True

    def _visit(self, path: str, status: os.stat_result) -> None:
        name = path.rpartition("/")[2]
        if modes.S_ISDIR(status.st_mode):
            if self._rules.enters(path, name):
                self.walk(path)
        elif self._follows(path, name):
            return
        elif modes.S_ISLNK(status.st_mode):
            self._link(path, name)
        elif self._rules.wants(path, name):
            self._file(path, status)

    def _folder(self, path: str) -> bool:
        """Is this a real folder (not a link to one)? Remembered, because looks come in swarms."""
        if path not in self._is_folder:
            self._is_folder[path] = modes.S_ISDIR(os.lstat(self._root + path).st_mode)
        return self._is_folder[path]

    # --- what lies beside an article

    def _may_lie_beside(self, path: str, name: str) -> bool:
        return self._rules.lies_beside(name) and is_text(name) and not self._ignored(path, name)

    def _find_followers(self, folder: str, articles: Iterable[str]) -> frozenset[str]:
        if self._rules.media:
            self._followers[folder] = followers(articles, parts, self._rules.media)
        return self._followers.get(folder, frozenset())

    def _follows(self, path: str, name: str) -> bool:
        """Does this sound or film belong to another article?"""
        if parts(name)[1] not in self._rules.media:
            return False
        folder = path.rpartition("/")[0]
        if folder not in self._followers:
            prefix = folder + "/" if folder else ""
            names = os.listdir(self._root + folder)
            self._find_followers(folder, [each for each in names if self._rules.wants(prefix + each, each)])
        return name in self._followers[folder]

    def _ignored(self, path: str, name: str) -> bool:
        return self._rules.ignores(path, name, folder=False)

    def _beside(self, path: str) -> str:
        """A folder is listed once, however many of its articles are looked at."""
        folder, _, name = path.rpartition("/")
        companions = self._companions.get(folder)
        if companions is None:
            companions = self._companions[folder] = self._list_companions(folder)
        names = companions.get(parts(name)[0]) if companions else None
        # A sound or film that is an article lies beside nothing, least of all beside itself.
        return look_beside(self._root + folder, (each for each in names if each != name)) if names else ""

    def _list_companions(self, folder: str) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name in os.listdir(self._root + folder):
            if self._may_lie_beside(f"{folder}/{name}" if folder else name, name):
                found.setdefault(self._rules.pairs(name)[0], []).append(name)
        return found

    # --- judging one name

    def _file(self, path: str, status: os.stat_result) -> None:
        if not modes.S_ISREG(status.st_mode):
            kind = _KINDS.get(modes.S_IFMT(status.st_mode), "special file")
            self._odd(path, "FD301", f"this is a {kind}, not a file", "remove it, or rename it to another suffix")
            return
        self._seen.add(path)
        self._files += 1
        row = self._index.get(path)
        beside = self._beside(path)
        if row is None or _differs(row.stat, status, beside):
            self._changed.append(file_stat(SourceKey(self._source.name, path), status, beside))

    def _link(self, path: str, name: str) -> None:
        """A link to a file counts as the file, if that is inside the root and not an article in its own right: one
        article, one entry. (Kubernetes mounts a ConfigMap as links into a hidden folder.)"""
        if self._rules.ignores(path, name, folder=False):
            return
        wanted = self._rules.wants(path, name)
        try:
            status = os.stat(self._root + path)
        except OSError as error:
            if wanted and self._has_text_name(path):
                message = f"the link cannot be followed: {error.strerror}"
                self._odd(path, "FD303", message, "correct the link's target or remove the link")
            return
        if modes.S_ISDIR(status.st_mode):
            self._folder_link(path)
        elif wanted and self._has_text_name(path):
            self._file_link(path, status)

    def _file_link(self, path: str, status: os.stat_result) -> None:
        root = os.path.realpath(self._source.path).rstrip("/") + "/"
        target = os.path.realpath(self._root + path)
        if not target.startswith(root):
            hint = "copy the file into the folder, or make its folder a source of its own"
            self._odd(path, "FD302", "the link leads out of the source and is not followed", hint)
        elif not self._rules.contains(target.removeprefix(root)):
            self._file(path, status)

    def _folder_link(self, path: str) -> None:
        if self._rules.enters(path, path.rpartition("/")[2]) and self._has_text_name(path, folder=True):
            hint = "make the folder it leads to a source of its own, or ignore the link"
            self._odd(path, "FD304", "links to folders are not followed", hint, Level.WARNING, keep=False)

    def _has_text_name(self, path: str, *, folder: bool = False) -> bool:
        if is_text(path):
            return True
        what, level = ("folder", Level.WARNING) if folder else ("file", Level.ERROR)
        message = f"the name is not valid UTF-8, so the {what} is not read"
        self._odd(path, "FD307", message, "rename it", level, keep=False)
        return False

    # --- keeping account

    def _odd(
        self, path: str, code: str, message: str, hint: str, level: Level = Level.ERROR, *, keep: bool = True
    ) -> None:
        """`keep`: something stands at this path, so a row for it is not gone."""
        if keep:
            self._seen.add(path)
        key = path if is_text(path) else shown(path)
        self._problems[key] = Problem(code, shown(f"{self._source.name}/{path}"), message, hint, level=level)

    def _cannot_stat(self, path: str, error: OSError) -> None:
        """One name could be read in its folder, but not looked at. No permission is the folder's fault (no x bit)."""
        if isinstance(error, FileNotFoundError | NotADirectoryError):
            return
        self._cannot_read(path.rpartition("/")[0] if isinstance(error, PermissionError) else path, error)

    def _cannot_read(self, path: str, error: OSError) -> None:
        self._unreadable.add(path)
        message = f"cannot be read: {error.strerror}; what was published from it stays"
        self._odd(path, "FD305", message, "give feedd's user permission to read and enter it, or ignore it")

    def _knows(self, row: str) -> bool:
        return row not in self._unreadable and not any(f in self._unreadable for f in ["", *folders_above(row)])

    def result(self, rows: Iterable[str]) -> ScanResult:
        """`rows` are the index rows that were looked for."""
        if identity(self._source.path) != self._identity:
            return _unknown(self._source, root_problem(self._source) or _replaced(self._source))
        name = self._source.name
        missing = set(rows) - self._seen
        if self._unreadable:
            missing = {row for row in missing if self._knows(row)}
        return ScanResult(
            changed=tuple(sorted(self._changed, key=lambda found: found.key.path)),
            gone=tuple(SourceKey(name, row) for row in sorted(missing)),
            problems=tuple((SourceKey(name, path), problem) for path, problem in sorted(self._problems.items())),
            files=self._files,
            complete="" not in self._unreadable,
            unreadable=tuple(sorted(map(shown, self._unreadable))),
        )


_KINDS = {
    modes.S_IFIFO: "named pipe",
    modes.S_IFSOCK: "socket",
    modes.S_IFCHR: "device",
    modes.S_IFBLK: "device",
}
