"""What is in this folder? The look that `feedd init` takes before it asks, and the first settings it proposes.

A look, not a read: names below the folder, the first 2 kB of at most 300 articles, and the generator's own settings,
from which its preset is made. Their address and title are taken by line, because some of those files are programs
(Pelican, Astro) or carry YAML tags.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from feedd import generators
from feedd.generators import GeneratorError, eleventy_data, scripts
from feedd.generators.astro import AstroPreset
from feedd.normalizer import SUFFIXES
from feedd.ports import Preset
from feedd.settings import disk
from feedd.watcher.ignore import compile_rules

# The suffixes of `normalizer.SUFFIXES`, by the name people have for them; a test keeps the two alike.
FORMATS = {
    "Markdown": (".md", ".markdown", ".mdown", ".mkd", ".rmd", ".qmd", ".mdx"),
    "HTML": (".html", ".htm", ".xhtml"),
    "text": (".txt", ".text"),
    "reStructuredText": (".rst", ".rest"),
    "Jupyter": (".ipynb",),
    "Word": (".docx",),
}
_FORMAT_OF = {suffix: name for name, suffixes in FORMATS.items() for suffix in suffixes}

_MOST_READ = 300
_MOST_NAMED = 5  # of what is left out
_HEAD = 2048
_MOST_NAMES = 200_000  # a look must end, even at /
_NOT_ARTICLES = re.compile(
    r"(readme|changelog|license|licence|contributing|code_of_conduct|security|robots|humans|requirements)\.",
    re.IGNORECASE,
)
_NOT_CONTENT = {"node_modules", "__pycache__", "venv", "themes", "layouts", "archetypes", "templates", "vendor"}
_HIGHEST = 6  # folders above this one in which a generator is looked for, as the settings do
_BELOW = ("docs", "site", "website", "www", "web", "blog", "src")  # where a project keeps its site
_POSTS = ("posts", "post", "blog", "articles", "news", "writing")


@dataclass(frozen=True, slots=True)
class Generator:
    """A site generator as a look sees it: what its settings call things, where articles live below its content folder,
    where the site comes out. What it is called and its marks are its kind's."""

    name: str
    root: str  # its content folder, if its settings do not say another
    output: str
    urls: tuple[str, ...] = ()
    titles: tuple[str, ...] = ("title",)
    roots: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    posts: tuple[str, ...] = (*_POSTS, "")  # below its content folder, the likeliest first
    shared: tuple[str, ...] = ()  # marks that others have too; only with one of the `signs` are they its own
    signs: tuple[str, ...] = ()
    note: str = ""  # what a person should know who publishes into its output folder


# In this order: what is surer first. Hugo and Zola both use config.toml, Nikola and Sphinx conf.py.
GENERATORS = (
    Generator(
        "hugo",
        "content",
        "public",
        ("baseURL", "baseurl"),
        roots=("contentDir", "contentdir"),
        outputs=("publishDir", "publishdir"),
        shared=("config.toml", "config.yaml", "config.yml", "config.json"),
        signs=("baseURL", "baseurl", "defaultContentLanguage", "contentDir", "languageCode"),
    ),
    Generator(
        "zola",
        "content",
        "public",
        ("base_url",),
        outputs=("output_dir",),
        shared=("config.toml",),
        signs=("base_url",),
        note="zola build empties {output}/: run feedd build after it, or publish elsewhere",
    ),
    Generator(
        "jekyll",
        "",
        "_site",
        ("url",),
        titles=("title", "name"),
        roots=("source",),
        outputs=("destination",),
        note="jekyll build empties {output}/: add keep_files: [feed] to _config.yml, which keeps what begins so",
    ),
    Generator(
        "pelican",
        "content",
        "output",
        ("SITEURL",),
        titles=("SITENAME",),
        roots=("PATH",),
        outputs=("OUTPUT_PATH",),
        posts=("",),
    ),
    Generator(
        "nikola",
        "",
        "output",
        ("SITE_URL",),
        titles=("BLOG_TITLE",),
        outputs=("OUTPUT_FOLDER",),
        posts=("posts", "blog", "news"),
        shared=("conf.py",),
        signs=("SITE_URL", "BLOG_TITLE", "POSTS"),
    ),
    Generator(
        "mkdocs",
        "docs",
        "site",
        ("site_url",),
        titles=("site_name",),
        roots=("docs_dir",),
        outputs=("site_dir",),
        posts=("blog", ""),
        note="mkdocs build empties {output}/: run feedd build after it, or publish elsewhere",
    ),
    Generator(
        "astro",
        "src/content",
        "dist",
        ("site",),
        outputs=("outDir",),
        note="astro build empties {output}/: run feedd build after it, or publish elsewhere",
    ),
    Generator("eleventy", "", "_site"),
)

_ANY_FOLDERS = ("content/posts", "_posts", "posts", "articles", "content", "blog", "docs", "src")
_ANY_OUTPUTS = ("public", "_site", "output", "site", "dist", "htdocs", "public_html")


@dataclass(frozen=True, slots=True)
class Discovery:
    """What a look at a folder found. Paths are relative to `folder`, "." is the folder itself.

    `formats`, `front_matter` and `left_out` are (name, count), the commonest first; `front_matter` and `drafts` count
    only the `read` articles, `left_out` are files that the preset takes for no articles. `publish` may not exist yet.
    """

    folder: str
    source: str
    publish: str
    articles: int = 0
    read: int = 0
    formats: tuple[tuple[str, int], ...] = ()
    front_matter: tuple[tuple[str, int], ...] = ()
    drafts: int = 0
    left_out: tuple[tuple[str, int], ...] = ()
    preset: str | None = None  # of the generator that was recognised
    generator: str | None = None  # as people write it
    root: str | None = None  # the generator's folder
    project: str | None = None  # the same, where the settings would not find it by themselves
    site_url: str | None = None
    title: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Site:
    """A generator's folder and settings. `texts` are what its preset is made from."""

    generator: Generator
    kind: generators.Kind
    root: str  # absolute
    config: str
    texts: dict[str, str] = field(default_factory=dict, hash=False)


def look(folder: str) -> Discovery:
    """Look at a folder: a site's, or one with articles in it. Never raises for what it finds there; what cannot be read
    counts as not there."""
    here = os.path.abspath(folder)
    site = _site(here)
    if site is None:
        output = _any_output(here)
        source, paths = _any_source(here, output)
        return _seen(here, source, paths, publish=output)
    output = _relative(os.path.join(site.root, _output(site)), here)
    source = "." if _is_above(site.root, here) else _source(site)
    found = _relative(os.path.join(site.root, source), here) if source != "." else "."
    paths, left_out = _articles_of(site, os.path.join(here, found), os.path.join(here, output))
    return _seen(
        here,
        found,
        paths,
        publish=output,
        left_out=_counted(left_out),
        preset=site.generator.name,
        generator=site.kind.title,
        root=_relative(site.root, here),
        project=_project(site, os.path.normpath(os.path.join(here, found)), here),
        site_url=_site_url(site),
        title=_title(site),
        note=site.generator.note.replace("{output}", _output(site)),
    )


def _seen(here: str, source: str, paths: tuple[str, ...], **more: Any) -> Discovery:
    heads = [_head(path) for path in paths[:_MOST_READ]]
    return Discovery(
        here,
        source,
        articles=len(paths),
        read=len(heads),
        formats=_counted(_FORMAT_OF[_suffix(path)] for path in paths),
        front_matter=_counted(kind for head in heads if (kind := _front_matter(head))),
        drafts=sum(map(_is_draft, heads)),
        **({"site_url": _domain(here)} | more),
    )


def describe(discovery: Discovery) -> str:
    """What was found, in one line for people."""
    if not discovery.articles:
        return f"Looked at {discovery.folder}: no articles yet."
    kinds = " and ".join(f"{count} {name}" for name, count in discovery.formats)
    where = "here" if discovery.source == "." else f"in {discovery.source}"
    by = f" ({discovery.generator})" if discovery.generator else ""
    drafts = f", {discovery.drafts} draft{'s' * (discovery.drafts != 1)}" if discovery.drafts else ""
    return f"Looked at {discovery.folder}: {kinds} file{'s' * (discovery.articles != 1)} {where}{by}{drafts}."


def omissions(discovery: Discovery) -> str | None:
    """What the preset leaves out, in one line for people; None if there is no preset."""
    if discovery.generator is None:
        return None
    understood = f"Preset {discovery.preset}: links, dates and drafts are as {discovery.generator} has them"
    if not discovery.left_out:
        return f"{understood}; no file is left out."
    names = [f"{name} ({count})" if count > 1 else name for name, count in discovery.left_out[:_MOST_NAMED]]
    names += [f"{len(discovery.left_out) - _MOST_NAMED} more"] * (len(discovery.left_out) > _MOST_NAMED)
    return f"{understood}; left out, as no articles: {', '.join(names)}."


def starter(discovery: Discovery, url: str, *, schema: str | None = None) -> str:
    """The text of a first feedd.yaml, written to `discovery.folder`. `schema` is where editors find the JSON Schema."""
    lines = [f"# yaml-language-server: $schema={schema}"] if schema else []
    if discovery.title:
        lines += ["site:", f"  url: {_quoted(url)}", f"  title: {_quoted(discovery.title)}"]
    else:
        lines += [f"site: {_quoted(url)}"]
    beside = os.path.relpath(discovery.publish, discovery.source)
    within = beside != ".." and not beside.startswith("../")
    if discovery.preset or within:
        lines += ["source:", f"  path: {_quoted(discovery.source)}"]
        lines += [f"  preset: {discovery.preset}"] if discovery.preset else []
        lines += [f"  project: {_quoted(discovery.project)}"] if discovery.project else []
        lines += [f"  ignore: [{_quoted(_pattern(discovery))}]"] if within else []
    else:
        lines += [f"source: {_quoted(discovery.source)}"]
    lines += [f"# {discovery.note}"] if discovery.note else []
    return "\n".join([*lines, f"publish: {_quoted(discovery.publish)}", ""])


def _pattern(discovery: Discovery) -> str:
    """The output folder as a gitignore pattern below the source."""
    return f"/{os.path.relpath(discovery.publish, discovery.source)}/"


# What YAML reads as the same text without quotes; anything else gets JSON's, which YAML understands.
_PLAIN = re.compile(
    r"(?=.*[A-Za-z])[A-Za-z0-9_./][A-Za-z0-9_./~+-]*(://[A-Za-z0-9_./~:+-]+)?( [A-Za-z0-9_./+-]+)*", re.ASCII
)
_RESERVED = re.compile(r"(true|false|null|yes|no|on|off|0[ox].*|[\d.]+e.*|\.inf|\.nan)", re.IGNORECASE)


def _quoted(text: str) -> str:
    if _PLAIN.fullmatch(text) and not _RESERVED.fullmatch(text) and not text.endswith(":"):
        return text
    return json.dumps(text.replace("${", "$${"), ensure_ascii=not text.isprintable())


# --- The generator and its settings -----------------------------------------------------------------------------------


def _site(here: str) -> _Site | None:
    """The site of this folder: its own, one that it holds the articles of, or one that stands in it."""
    if (found := _site_at(here)) is not None:
        return found
    folder = here
    for _ in range(_HIGHEST):
        if os.path.exists(os.path.join(folder, ".git")) or folder == os.path.dirname(folder):
            break
        folder = os.path.dirname(folder)
        if (found := _site_at(folder)) is not None:
            return found if _holds_content(found, here) else None
    if any(os.path.isdir(os.path.join(here, name)) for name in ("_posts", "posts", "articles", "content")):
        return None  # the articles are here, and a site in docs/ is about something else
    return next((found for name in _BELOW if (found := _site_at(os.path.join(here, name)))), None)


def _site_at(root: str) -> _Site | None:
    for generator in GENERATORS:
        kind = generators.kind(generator.name)
        for marker in kind.markers:
            path = os.path.join(root, marker)
            if os.path.isdir(path):  # Hugo's config/_default
                names = (
                    f"{name}.{suffix}" for name in ("hugo", "config") for suffix in ("toml", "yaml", "yml", "json")
                )
                path = next((p for name in names if os.path.isfile(p := os.path.join(root, marker, name))), path)
            elif not os.path.isfile(path):
                continue
            text = _head(path, 64 * 1024)
            is_own = marker not in generator.shared or _has_key(text, generator.signs)
            if is_own and not _is_another(root, marker, text):
                return _Site(generator, kind, root, text, disk.texts(root, kind.reads))
    return None


def _is_another(root: str, marker: str, text: str) -> bool:
    """_config.yml is also Hexo's and Jupyter Book's."""
    book = os.path.isfile(os.path.join(root, "_toc.yml"))
    return marker.startswith("_config.") and (book or _has_key(text, ("source_dir", "public_dir")))


def _holds_content(site: _Site, folder: str) -> bool:
    """Does a folder below the generator's hold articles of its site?"""
    path = _relative(folder, site.root)
    if site.generator.name == "jekyll":
        return any(part.startswith("_") for part in path.split("/"))
    return any(not root or f"{path}/".startswith(f"{root}/") for root in _roots(site))


def _has_key(text: str, keys: Iterable[str]) -> bool:
    return any(_line(text, key) for key in keys)


def _value(text: str, keys: Iterable[str]) -> str | None:
    """The value of the first of these keys that has one."""
    return next((value for key in keys if (match := _line(text, key)) and (value := _bare(match[1]))), None)


def _line(text: str, key: str) -> re.Match[str] | None:
    """`key: x`, `key = "x"` or `"key": "x"`; at the left margin, except in JSON and in Astro's call."""
    indent = r"[ \t]*" if key in ("site", "outDir") or text.lstrip().startswith("{") else ""
    return re.search(rf"""(?m)^{indent}["']?{key}["']?[ \t]*[:=][ \t]*(.*)$""", text)


def _bare(value: str) -> str:
    """A value without its quotes, comma and comment. Text that spans lines or calls a function is no value for us."""
    value = re.sub(r"^[uU](?=[\"'])", "", value.strip())  # Python 2 left these in many a pelicanconf.py
    quoted = re.match(r"""(["'])(.*?)\1""", value)
    if quoted:
        return quoted[2].strip()
    plain = re.sub(r"\s+#.*$", "", value).rstrip(",;").strip()
    return "" if re.match(r"[|>&*!{\[(#]", plain) else plain


def _site_url(site: _Site) -> str | None:
    url = _value(site.config, site.generator.urls)
    if url and site.generator.name == "jekyll":
        url = url.rstrip("/") + "/" + (_value(site.config, ("baseurl",)) or "").strip("/")
    if not url and site.generator.name == "pelican":
        url = _value(_head(os.path.join(site.root, "publishconf.py"), 64 * 1024), ("SITEURL",))
    return _usable(url) or _usable(_of_data(site, ("url", "website", "site"))) or _domain(site.root)


def _title(site: _Site) -> str | None:
    if site.generator.name in ("astro", "eleventy"):
        return _of_data(site, ("title", "name"))
    return _value(site.config, site.generator.titles)


def _of_data(site: _Site, keys: tuple[str, ...]) -> str | None:
    """What Eleventy's starters keep in _data/metadata.json, and Astro's in src/consts.ts."""
    if site.generator.name == "astro":
        places = [
            os.path.join(site.root, "src", name) for name in ("consts.ts", "consts.js", "config.ts", "site.config.ts")
        ]
    else:
        places = [os.path.join(site.root, path) for path in sorted(site.texts) if re.search(_METADATA, path)]
    for place in places if site.generator.name in ("astro", "eleventy") else ():
        text = _head(place, 64 * 1024)
        if place.endswith(".json"):
            data = _json(text)
        else:
            script = scripts.read(text)
            data = {**script.exported(), **_objects(script), **script.names}
        for key in (*keys, *(f"SITE_{key.upper()}" for key in keys)):
            value = data.get(key)
            if isinstance(value, str) and value.strip():
                return value.strip()
    return None


_METADATA = re.compile(r"(?:^|/)_data/(?:metadata|site|meta)\.(?:json|[mc]?js)$")


def _objects(script: scripts.Script) -> dict[str, Any]:
    """The members of constants that hold a site's settings: `export const SITE = {title: "…"}`."""
    found: dict[str, Any] = {}
    for name, value in script.names.items():
        if isinstance(value, dict) and name.lower() in ("site", "siteconfig", "site_config", "config"):
            found |= value
    return found


def _json(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _domain(root: str) -> str | None:
    """GitHub Pages: a file that holds the domain and nothing else."""
    for name in ("CNAME", "static/CNAME", "public/CNAME"):
        host = _head(os.path.join(root, name)).strip()
        if re.fullmatch(r"[A-Za-z0-9.-]+\.[A-Za-z]{2,}", host):
            return f"https://{host}"
    return None


def _usable(url: str | None) -> str | None:
    """Not one that is only an example."""
    local = re.match(r"https?://(localhost|127\.|0\.|example\.(com|org)|your)", url or "")
    return url.rstrip("/") if url and re.fullmatch(r"https?://[^\s/?#]+[^\s?#]*", url) and not local else None


# --- Folders ----------------------------------------------------------------------------------------------------------


def _output(site: _Site) -> str:
    if site.generator.name == "eleventy":
        return _eleventy(site).output
    return _inside(_value(site.config, site.generator.outputs)) or site.generator.output


def _any_output(here: str) -> str:
    there = [name for name in _ANY_OUTPUTS if os.path.isdir(os.path.join(here, name))]
    with_pages = [name for name in there if os.path.isfile(os.path.join(here, name, "index.html"))]
    return (with_pages or there or ["public"])[0]


def _any_source(here: str, output: str) -> tuple[str, tuple[str, ...]]:
    """The folder with the articles, relative, and their paths: a usual one, or the folder itself."""
    for name in _ANY_FOLDERS:
        if name != output and (paths := tuple(_articles(os.path.join(here, name), ""))):
            return name, paths
    return ".", tuple(_articles(here, os.path.join(here, output)))


def _source(site: _Site) -> str:
    """The folder with the articles, relative to the generator's: the likeliest that has some."""
    output = os.path.join(site.root, _output(site))
    if site.generator.name == "jekyll":
        folders = _posts_folders(site)
        return folders[0] if len(folders) == 1 else "." if folders else "_posts"
    likely = [*_folders(site)]
    for name in likely:
        folder = os.path.join(site.root, name)
        if os.path.isdir(folder) and _articles_of(site, folder, output)[0]:
            return name or "."
    return next((name for name in likely if os.path.isdir(os.path.join(site.root, name))), likely[-1]) or "."


def _folders(site: _Site) -> Iterator[str]:
    """Where articles of this generator may lie, the likeliest first."""
    roots = _roots(site)
    if site.generator.name == "astro":
        yield from sorted((root for root in roots if _is_posts(root)), key=lambda root: _POSTS.index(_base(root)))
        yield from (f"{folder}/{name}" for folder in ("src/content", "src/pages") for name in _POSTS)
        yield from (root for root in roots if not _is_posts(root))
        return
    language = _value(site.config, ("defaultContentLanguage", "defaultcontentlanguage"))
    for name in site.generator.posts:
        for root in roots:
            yield "/".join(filter(None, (root, name)))
            if language and name and _inside(language):
                yield f"{root}/{language}/{name}"


def _roots(site: _Site) -> tuple[str, ...]:
    """The folders that hold the generator's content, "" for its own."""
    if site.generator.name == "eleventy":
        folder = _eleventy(site).input
        return (folder,) if folder else ("content", "src", "")
    if site.generator.name == "astro":
        made = site.kind.make(site.texts, "").preset
        named = made.collections if isinstance(made, AstroPreset) else ()
        return (*dict.fromkeys(each.base for each in named if each.name), "src/content", "src/pages")
    root = _inside(_value(site.config, site.generator.roots))
    return (root if root is not None else site.generator.root,)


def _eleventy(site: _Site) -> eleventy_data.Config:
    try:
        return eleventy_data.config(site.texts)
    except GeneratorError:
        return eleventy_data.Config()


def _base(path: str) -> str:
    return path.rpartition("/")[2]


def _is_posts(path: str) -> bool:
    return _base(path) in _POSTS


def _inside(path: str | None) -> str | None:
    """A path of the generator's settings, if it lies below its folder."""
    normal = os.path.normpath(path.strip("/")) if path and "(" not in path else ""
    return None if not normal or normal.startswith("..") or normal == "." else normal


def _posts_folders(site: _Site) -> list[str]:
    """Jekyll's `_posts`, of which a category may have one of its own."""
    output = os.path.join(site.root, _output(site))
    root = os.path.join(site.root, _roots(site)[0])
    found = []
    for at, folders, _ in os.walk(root):
        depth = _relative(at, root).count("/")
        folders[:] = [name for name in sorted(folders) if _may_hold_posts(name) and os.path.join(at, name) != output]
        found += [_relative(os.path.join(at, name), site.root) for name in folders if name == "_posts"]
        if depth >= 3 or os.path.basename(at) == "_posts":
            folders.clear()
    return found


def _may_hold_posts(name: str) -> bool:
    return not name.startswith(".") and name not in _NOT_CONTENT


def _articles_of(site: _Site, folder: str, output: str) -> tuple[tuple[str, ...], list[str]]:
    """The articles below a folder as the generator's preset sees them, and the names of what it leaves out."""
    usual, preset = compile_rules(_SUFFIXES), _preset(site, folder)
    rules = compile_rules(_SUFFIXES, preset.ignore) if preset is not None else usual
    kept: list[str] = []
    left_out: list[str] = []
    names = 0
    for at, folders, files in os.walk(folder):
        below = "" if at == folder else _relative(at, folder) + "/"
        folders[:] = sorted(
            name for name in folders if usual.enters(below + name, name) and os.path.join(at, name) != output
        )
        names += len(files) + len(folders)
        if names > _MOST_NAMES:
            break
        for name in sorted(files):
            if rules.contains(below + name):
                kept.append(os.path.join(at, name))
            elif usual.contains(below + name):
                left_out.append(name)
    return tuple(kept), left_out


_SUFFIXES = frozenset(SUFFIXES)


def _preset(site: _Site, folder: str) -> Preset | None:
    """None if the generator's settings cannot be used: `feedd check` says why."""
    below = _relative(folder, site.root)
    try:
        return site.kind.make(site.texts, "" if below == "." else below).preset
    except GeneratorError:
        return None


def _project(site: _Site, source: str, here: str) -> str | None:
    """The generator's folder, if another with its marks stands nearer to the articles."""
    folder = source
    while folder != site.root:
        if any(os.path.exists(os.path.join(folder, marker)) for marker in site.kind.markers):
            return _relative(site.root, here)
        folder = os.path.dirname(folder)
    return None


def _relative(path: str, start: str) -> str:
    return os.path.relpath(path, start)


def _is_above(folder: str, other: str) -> bool:
    return folder != other and other.startswith(folder.rstrip("/") + "/")


def _articles(folder: str, leave_out: str) -> Iterator[str]:
    """Files below a folder that look like articles, in a stable order."""
    names = 0
    for at, folders, files in os.walk(folder):
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".") and name not in _NOT_CONTENT and os.path.join(at, name) != leave_out
        )
        names += len(files) + len(folders)
        if names > _MOST_NAMES:
            return
        for name in sorted(files):
            if _suffix(name) in _FORMAT_OF and not name.startswith(".") and not _NOT_ARTICLES.match(name):
                yield os.path.join(at, name)


def _suffix(path: str) -> str:
    return os.path.splitext(path)[1].lower()


# --- Heads of articles ------------------------------------------------------------------------------------------------

_FRONT_MATTER = (
    ("YAML", re.compile(r"---[ \t]*\r?\n")),
    ("TOML", re.compile(r"\+\+\+[ \t]*\r?\n")),
    ("JSON", re.compile(r"\{[ \t]*\r?\n")),
    ("Pelican", re.compile(r"(?i)title: .+\r?\n[a-z]+: ")),
)
_DRAFT = re.compile(
    r"""(?im)^\s*["']?(draft["']?\s*[:=]\s*["']?true|status["']?\s*:\s*["']?draft|published["']?\s*:\s*false)\b"""
)


def _head(path: str, size: int = _HEAD) -> str:
    """The beginning of a regular file; nothing if it cannot be read."""
    try:
        if not os.path.isfile(path):  # a FIFO would wait for ever
            return ""
        with open(path, "rb") as file:
            return file.read(size).decode("utf-8", "replace").removeprefix("\ufeff")
    except OSError:
        return ""


def _front_matter(head: str) -> str | None:
    return next((kind for kind, pattern in _FRONT_MATTER if pattern.match(head)), None)


def _is_draft(head: str) -> bool:
    return _front_matter(head) is not None and _DRAFT.search(head) is not None


def _counted(names: Iterable[str]) -> tuple[tuple[str, int], ...]:
    """The commonest first, alike ones by name."""
    return tuple(sorted(Counter(names).items(), key=lambda pair: (-pair[1], pair[0])))
