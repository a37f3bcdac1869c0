"""Where a file stands in Hugo's tree of content, and how Hugo spells addresses (common/paths)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from feedd.generators.hugo_config import Config, Language

_HEX = re.compile(r"%[0-9A-Fa-f]{2}")
_ALLOWED_SIGNS = frozenset("./\\_#+~-@")


@dataclass(frozen=True, slots=True)
class Place:
    """A content file. `folder` is what its address begins with ("" or "/posts/2026"), `name` what it ends with; for a
    bundle (x/index.md) that is the folder's name. `own` is the folder that the file lies in. As written; see `lower`.
    """

    language: str
    folder: str
    name: str
    own: str
    file: str  # its name without suffix and language: "index", "hello"
    branch: bool  # an _index.md

    @property
    def bundle(self) -> bool:
        return self.file == "index"

    @property
    def path(self) -> str:
        """As patterns for targets see it: "/posts/hello"."""
        return lower(f"{self.folder}/{self.name}" if self.name else self.folder)

    @property
    def section(self) -> str:
        """The first folder, "" at the top."""
        return lower(self.folder).strip("/").partition("/")[0]


def locate(config: Config, path: str) -> Place | None:
    """The place of a file below the site's root; None outside of all content folders."""
    for root in config.roots:
        if f"{path}/".startswith(f"{root.folder}/" if root.folder else ""):
            rest = path[len(root.folder) :].strip("/")
            return _placed(config, f"{root.target}/{rest}".strip("/"), root.language)
    return None


def _placed(config: Config, path: str, language: str) -> Place:
    own, _, name = path.rpartition("/")
    own = f"/{own}" if own else ""
    file, language = _without_language(config, name, language)
    key = lower(file)
    if key in ("index", "_index"):
        folder, _, name = own.rpartition("/")
        return Place(language, folder, name, own, key, key == "_index")
    return Place(language, own, file, own, file, branch=False)


def _without_language(config: Config, name: str, language: str) -> tuple[str, str]:
    """ "a.b.de.md" is "a.b" in German, if the site speaks it; one language counts, wherever it stands."""
    parts = name.split(".")
    for at in range(len(parts) - 2, 0, -1):
        if parts[at].lower() in config.languages:
            return ".".join(parts[:at]), parts[at].lower()
    return ".".join(parts[:-1]) or name, language


def lower(path: str) -> str:
    """The key of a path: lower case, blanks are hyphens (NormalizePathStringBasic)."""
    return path.lower().replace(" ", "-")


def spelled(text: str, language: Language) -> str:
    """A part of an address: what may not stand there goes, white space becomes one hyphen (MakePathSanitized)."""
    text = sanitized(text)
    if not language.accents:
        bare = "".join(sign for sign in unicodedata.normalize("NFD", text) if unicodedata.category(sign) != "Mn")
        text = unicodedata.normalize("NFC", bare)
    return text.lower() if language.lower else text


@lru_cache(maxsize=4096)
def sanitized(text: str) -> str:
    kept: list[str] = []
    hyphen_due = False
    for at, sign in enumerate(text):
        if _is_allowed(text, at, sign):
            if hyphen_due and sign != "-":
                kept.append("-")
            hyphen_due = False
            kept.append(sign)
        elif kept and kept[-1] != "-" and sign.isspace():
            hyphen_due = True
    return "".join(kept)


def _is_allowed(text: str, at: int, sign: str) -> bool:
    if sign in _ALLOWED_SIGNS or (sign == "%" and _HEX.match(text, at)):
        return True
    category = unicodedata.category(sign)
    return category[0] in "LM" or category == "Nd"
