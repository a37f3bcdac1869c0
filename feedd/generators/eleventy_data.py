"""Eleventy's data cascade: what the data files of a template, of its folders and of the whole site say.

Order and merging: https://www.11ty.dev/docs/data-cascade/ and src/Data/TemplateData.js; seen with version 3.1.8.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from feedd.generators import GeneratorError, scripts
from feedd.generators.scripts import UNKNOWN

CONFIGS = (".eleventy.js", "eleventy.config.js", "eleventy.config.mjs", "eleventy.config.cjs")
# `**` goes into every folder, and node_modules holds ten thousand: so no folder whose name begins with "node", none
# that is hidden, and none that Eleventy writes by default.
_FOLDERS = ("[!.n_]*", "n[!o]*", "no[!d]*", "nod[!e]*")
DATA_FILES = (
    *(f"{folder}/**/*.json" for folder in _FOLDERS),
    *(f"{folder}/**/*.11tydata.*js" for folder in _FOLDERS),
    "*.11tydata.json",
    *(f"{home}_data/*.{suffix}" for home in ("", "*/") for suffix in ("json", "js", "mjs", "cjs")),
)
_SCRIPTS = (".js", ".mjs", ".cjs")
# The stronger later, as in the cascade: x.json, x.11tydata.json, x.11tydata.js.
_STRENGTH = (".json", ".11tydata.json", ".11tydata.cjs", ".11tydata.mjs", ".11tydata.js")
_LONGEST = 2_000  # characters of one value of a data file that an article could want


@dataclass(frozen=True, slots=True)
class Config:
    """What the configuration says, as far as it can be read. Folders are below Eleventy's own, "" is that one."""

    input: str = ""
    output: str = "_site"
    includes: str = "_includes"
    layouts: str = ""
    data: str = "_data"
    prefix: str = ""  # "/blog"
    copies: tuple[tuple[str, str], ...] = ()  # (folder or file, where it is on the site)
    ignores: tuple[str, ...] = ()
    engines: tuple[tuple[str, str], ...] = ()  # (body type, template language), "" for none


def config(files: Mapping[str, str]) -> Config:
    """Raises GeneratorError if the input folder leads out of Eleventy's."""
    name = next((name for name in CONFIGS if name in files), None)
    script = scripts.read(files[name]) if name else scripts.read("")
    folders = _folders(script)
    root = _below(folders.get("input", "."))
    if root is None:
        raise GeneratorError(
            name or "", f'dir.input "{folders["input"]}" lies outside', "name the folder with project:"
        )
    prefix = _last(script.after("pathPrefix", ":"), _last((a[0] for a in script.calls("setPathPrefix") if a), ""))
    return Config(
        input=root,
        output=_below(folders.get("output", "_site")) or "_site",
        includes=_inner(root, folders.get("includes", "_includes")),
        layouts=_inner(root, folders["layouts"]) if "layouts" in folders else "",
        data=_inner(root, folders.get("data", "_data")),
        prefix="/".join(("", *filter(None, prefix.split("/")))) if isinstance(prefix, str) else "",
        copies=tuple(_copies(script, root)),
        ignores=(*_ignored(files.get(".eleventyignore", "")), *_added(script)),
        engines=tuple(
            (kind, _engine(_last(script.after(f"{key}TemplateEngine", ":"), "liquid")))
            for kind, key in (("markdown", "markdown"), ("html", "html"))
        ),
    )


def _folders(script: scripts.Script) -> dict[str, str]:
    """`dir: {input: …}`, and the functions of version 3 that do the same."""
    found: dict[str, str] = {}
    for value in script.after("dir", ":"):
        if isinstance(value, dict):
            found |= {key: each for key, each in value.items() if isinstance(each, str)}
    for key in ("input", "output", "includes", "layouts", "data"):
        for arguments in script.calls(f"set{key.title()}Directory"):
            if arguments and isinstance(arguments[0], str):
                found[key] = arguments[0]
    return found


def _copies(script: scripts.Script, root: str) -> Iterable[tuple[str, str]]:
    """Files that are copied as they are: `addPassthroughCopy("src/img")` is /img, `{"public": "/"}` says where."""
    for arguments in script.calls("addPassthroughCopy"):
        given = arguments[0] if arguments else None
        if isinstance(given, str) and (path := _below(given)):
            yield path, _within(path, root)
        elif isinstance(given, dict):
            for path, target in given.items():
                if isinstance(target, str) and (source := _below(path)) is not None:
                    yield source, target.strip("/")


def _added(script: scripts.Script) -> Iterable[str]:
    for value in script.after("ignores", ".", "add", "("):
        if isinstance(value, str):
            yield value.removeprefix("./")


def _ignored(text: str) -> tuple[str, ...]:
    lines = (line.strip() for line in text.splitlines())
    return tuple(line.removeprefix("./") for line in lines if line and not line.startswith("#"))


def _engine(given: Any) -> str:
    return given if given in ("liquid", "njk") else "" if given is False else "liquid"


def _last(values: Iterable[Any], default: Any) -> Any:
    known = [value for value in values if value is not UNKNOWN]
    return known[-1] if known else default


def _below(path: str) -> str | None:
    """A path below Eleventy's folder, "" for that one, None if it leads out."""
    normal = posixpath.normpath(path.strip("/") or ".")
    return "" if normal == "." else None if normal.startswith("..") else normal


def _inner(root: str, path: str) -> str:
    """Includes and data are named from the input folder on, also as "../_includes"."""
    return _below(posixpath.join(root, path)) or ""


def _within(path: str, folder: str) -> str:
    return path[len(folder) :].strip("/") if folder and f"{path}/".startswith(f"{folder}/") else path


# --- The cascade ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cascade:
    """The data of folders ("posts/", "" is the input folder) and of templates ("posts/hello"), and the files they come
    from; what is global by the name of its file."""

    local: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, hash=False)
    origins: Mapping[str, str] = field(default_factory=dict, hash=False)
    site: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def places(self, path: str) -> tuple[str, ...]:
        """The places whose data a template has, by its path below the input folder: the strongest last."""
        parts = path.split("/")[:-1]
        folders = ["/".join(parts[:depth]) + "/" for depth in range(1, len(parts) + 1)]
        return tuple(place for place in (*folders, stem(path)) if place in self.local)

    def of(self, path: str, matter: Mapping[str, Any]) -> dict[str, Any]:
        """Everything a template knows: the data of its places, and its front matter, which is stronger."""
        found: dict[str, Any] = {}
        for place in self.places(path):
            _merge(found, self.local[place])
        _merge(found, matter)
        return found


def _merge(whole: dict[str, Any], more: Mapping[str, Any]) -> None:
    """Lists are joined, unless the key says `override:` (deep data merge, on by default since 1.0)."""
    for name, given in more.items():
        key = str(name).removeprefix("override:")
        value = labels(given) if key == "tags" else given
        if str(name) != key:
            whole[key] = value
        elif isinstance(value, list) and isinstance(whole.get(key), list):
            whole[key] = [*whole[key], *value]
        else:
            whole[key] = value


def labels(value: Any) -> list[str]:
    """Text is split at commas only: `cat and dog` is one tag (TemplateData.getCleanedTagsImmutable)."""
    items = value.split(",") if isinstance(value, str) else value if isinstance(value, list) else []
    return [text for each in items if isinstance(each, str | int | float) and (text := str(each).strip())]


def stem(path: str) -> str:
    folder, slash, name = path.rpartition("/")
    return folder + slash + (name.rpartition(".")[0] or name)


def cascade(files: Mapping[str, str], found: Config) -> tuple[Cascade, tuple[str, ...]]:
    """The cascade, and the data files whose permalinks are made by a program."""
    local: dict[str, dict[str, Any]] = {}
    origins: dict[str, str] = {}
    site: dict[str, Any] = {}
    computed: list[str] = []
    for path in sorted(files, key=_by_strength):
        if found.data and path.startswith(f"{found.data}/"):
            name = re.sub(r"\.(?:json|[mc]?js)$", "", path[len(found.data) + 1 :])
            site[name] = _content(path, files[path])
            continue
        place = _place(path, found)
        data = _content(path, files[path]) if place is not None else {}
        if place is None or not data:
            continue
        programs = data.get("permalink") is UNKNOWN, _is_given(data.get("eleventyComputed"), "permalink")
        computed += [path] if any(programs) else []
        _merge(local.setdefault(place, {}), {key: each for key, each in data.items() if _wanted(each)})
        origins[place] = path
    return Cascade(local, origins, {key: each for key, each in sorted(site.items()) if each}), tuple(computed)


def _by_strength(path: str) -> tuple[int, str]:
    suffix = next((each for each in reversed(_STRENGTH) if path.endswith(each)), "")
    return _STRENGTH.index(suffix) if suffix else -1, path


def _place(path: str, found: Config) -> str | None:
    """What a data file is about: the folder it is named after, or the template beside it."""
    suffix = next((each for each in reversed(_STRENGTH) if path.endswith(each)), None)
    inside = f"{path}/".startswith(f"{found.input}/") if found.input else True
    if suffix is None or not inside or f"{path}/".startswith(f"{found.output}/"):
        return None
    name = _within(path.removesuffix(suffix), found.input)
    folder, _, last = name.rpartition("/")
    return f"{folder}/" if folder.rpartition("/")[2] == last else name


def _content(path: str, text: str) -> dict[str, Any]:
    """The data in a file; nothing if it is no object, or none that can be read."""
    if path.endswith(_SCRIPTS):
        return dict(scripts.read(text).exported())
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _wanted(value: Any) -> bool:
    """Is it small enough to be about an article? Data files may hold whole catalogues."""
    return value is not UNKNOWN and len(repr(value)) <= _LONGEST


def _is_given(value: Any, key: str) -> bool:
    return isinstance(value, dict) and key in value
