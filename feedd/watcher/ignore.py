"""Which names in a folder are articles: a suffix, no litter, and a person's gitignore-like patterns. Pure.

The built-in patterns come first and a source's own ones after them, and the last pattern that matches decides, as in
gitignore(5): `!README.md` brings a README back, `/drafts/` drops one folder, `*.draft.md` drops names anywhere. As
there, nothing inside a dropped folder can be brought back. Names that start with `_` are ordinary names here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from feedd.model import Source
from feedd.watcher import companions, recordings

BUILT_IN: tuple[str, ...] = (
    # Hidden: VCS, our own state, and most temporary names: .a.md.swp (vim), .#a.md (emacs), .~lock.a.md#
    # (LibreOffice), .a.md.x8K2fQ (rsync), .syncthing.a.md.tmp, .goutputstream-X (GNOME), .nfs0001, ._a.md (macOS)
    ".*",
    "*~",
    "\\#*#",
    "~$*",
    "4913",  # vim tries with this name whether it may write here
    "*.swp",
    "*.tmp",
    "*.bak",
    "*.orig",
    "*.rej",
    "*.part",
    "*.crdownload",
    "*.sync-conflict-*",  # Syncthing
    "*(*conflicted copy*)*",  # Dropbox, Nextcloud
    "[Rr][Ee][Aa][Dd][Mm][Ee].*",  # about the folder, not an article in it
    "node_modules/",
    "__pycache__/",
    "__MACOSX/",
    "CVS/",
    "lost+found/",
    "@eaDir/",  # Synology
    "\\#recycle/",
    "$RECYCLE.BIN/",
)


@dataclass(frozen=True, slots=True)
class _Group:
    """Neighbouring patterns of one sort, joined into one expression: a name is matched once, not thirty times."""

    keeps: bool  # written with a leading "!"
    folders_only: bool
    whole_path: bool  # anchored: has a slash before its end
    expression: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Rules:
    """Made by `compile_rules`. Paths are relative to the root, with "/"."""

    suffixes: frozenset[str]
    groups: tuple[_Group, ...]  # in order of power: the last written first
    media: frozenset[str] = frozenset()  # those of the suffixes that mean a sound or film

    def ignores(self, path: str, name: str, *, folder: bool) -> bool:
        """Do the patterns drop this name? Says nothing about the folders above it, nor about suffixes."""
        for group in self.groups:
            if group.folders_only and not folder:
                continue
            if group.expression.fullmatch(path if group.whole_path else name):
                return not group.keeps
        return False

    def enters(self, path: str, name: str) -> bool:
        """May a scan go into this folder?"""
        return not self.ignores(path, name, folder=True)

    def wants(self, path: str, name: str) -> bool:
        """Is a file of this name an article?"""
        dot = name.rfind(".")
        if dot < 0 or name[dot:].lower() not in self.suffixes or (self.media and companions.is_part(name)):
            return False
        return not self.ignores(path, name, folder=False)

    def pairs(self, name: str) -> tuple[str, str]:
        """The stem that a file shares with what lies beside it, and what is left of its name."""
        return companions.media_parts(name) if self.media else companions.parts(name)

    def lies_beside(self, name: str) -> bool:
        """May a file of this name belong to an article of the same stem?"""
        suffix = companions.parts(name)[1]
        if self.media:
            return suffix in companions.BESIDE_MEDIA or companions.is_part(name)
        return suffix in companions.SUFFIXES

    def reaches(self, path: str) -> bool:
        """Would a scan come to the folder that this path is in?"""
        return all(self.enters(folder, folder.rpartition("/")[2]) for folder in folders_above(path))

    def contains(self, path: str) -> bool:
        """Would a scan from the root come to this path and take it for an article?"""
        return self.wants(path, path.rpartition("/")[2]) and self.reaches(path)


def folders_above(path: str) -> list[str]:
    """The folders that a path is in, outermost first, without the root: "a/b/c.md" gives ["a", "a/b"]."""
    parts = path.split("/")
    return ["/".join(parts[:depth]) for depth in range(1, len(parts))]


def rules_of(source: Source, suffixes: frozenset[str]) -> Rules:
    """`suffixes` are those of articles anywhere; a source may have more."""
    media = recordings.suffixes_of(source)
    return compile_rules(suffixes | media, source.ignore, media)


@lru_cache(maxsize=64)
def compile_rules(
    suffixes: frozenset[str], patterns: tuple[str, ...] = (), media: frozenset[str] = frozenset()
) -> Rules:
    """The built-in patterns and these. `suffixes` are lower case with their dot (".md"). No pattern is an error: an
    open bracket means itself, as in a shell."""
    groups: list[_Group] = []
    sort: tuple[bool, bool, bool] | None = None
    joined: list[str] = []
    for pattern in (*BUILT_IN, *patterns):
        parsed = _parse(pattern)
        if parsed is None:
            continue
        if parsed[0] != sort:
            groups += _joined(sort, joined)
            sort, joined = parsed[0], []
        joined.append(parsed[1])
    groups += _joined(sort, joined)
    return Rules(suffixes, tuple(reversed(groups)), media)


def _joined(sort: tuple[bool, bool, bool] | None, expressions: Iterable[str]) -> list[_Group]:
    if sort is None:
        return []
    return [_Group(*sort, re.compile("|".join(f"(?:{e})" for e in expressions), re.DOTALL))]


def _parse(pattern: str) -> tuple[tuple[bool, bool, bool], str] | None:
    """One line of gitignore(5): its sort (see `_Group`) and its expression; None for a blank line or a comment."""
    pattern = pattern.rstrip(" ") if not pattern.endswith("\\ ") else pattern
    if not pattern.strip("/") or pattern.startswith("#"):
        return None
    keeps = pattern.startswith("!")
    pattern = pattern.removeprefix("!")
    folders_only = pattern.endswith("/")
    pattern = pattern.rstrip("/")
    whole_path = "/" in pattern
    return (keeps, folders_only, whole_path), _expression(pattern.removeprefix("/"))


_TOKEN = re.compile(
    r"(?P<above>(?:^|(?<=/))\*\*/)"  # "**/" is any number of folders, also none
    r"|(?P<below>(?<=/)\*\*$)"  # "/**" at the end is everything inside
    r"|(?P<many>\*+)"
    r"|(?P<one>\?)"
    r"|\[(?P<not>[!^]?)(?P<set>\]?[^\]]*)\]"
    r"|\\(?P<escaped>.)"
    r"|(?P<plain>.)",
    re.DOTALL,
)
_MEANING = {"above": "(?:.*/)?", "below": ".+", "many": "[^/]*", "one": "[^/]"}


def _expression(glob: str) -> str:
    return "".join(_translate(token) for token in _TOKEN.finditer(glob))


def _translate(token: re.Match[str]) -> str:
    kind = str(token.lastgroup)
    if kind == "set":
        members = re.sub(r"([\\\[\]^&~|])", r"\\\1", token["set"])
        return _checked(f"(?!/)[{'^' if token['not'] else ''}{members}]", token[0])
    return _MEANING.get(kind) or re.escape(token[kind])


def _checked(expression: str, literal: str) -> str:
    """A set that makes no sense ("[z-a]") stands for its own text."""
    try:
        re.compile(expression)
    except re.error:
        return re.escape(literal)
    return expression


def is_text(name: str) -> bool:
    """Is the name valid Unicode? (What a file system gives otherwise comes with surrogates, PEP 383.)"""
    if name.isascii():
        return True
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def shown(name: str) -> str:
    r"""A name fit for a message or a log line: whatever does not print is written as \n, \x1b, \xe9, \u202e."""
    if name.isprintable():
        return name
    return "".join(c if c.isprintable() else _escape(c) for c in name)


def _escape(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # PEP 383: the byte that was not UTF-8
        return f"\\x{code - 0xDC00:02x}"
    return character.encode("unicode_escape").decode("ascii")
