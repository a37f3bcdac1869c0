"""What is in this folder? The look that `feedd init` takes before it asks, and the first settings it proposes.

A look, not a read: names below the folder, and the first 2 kB of at most 300 articles. What a generator's own settings
say (address, title) is taken by line, because some of those files are programs (Pelican, Astro) or carry YAML tags.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

# The suffixes of `normalizer.SUFFIXES`, by the name people have for them; a test keeps the two alike.
FORMATS = {
    "Markdown": (".md", ".markdown", ".mdown", ".mkd"),
    "HTML": (".html", ".htm", ".xhtml"),
    "text": (".txt", ".text"),
    "reStructuredText": (".rst", ".rest"),
}
_FORMAT_OF = {suffix: name for name, suffixes in FORMATS.items() for suffix in suffixes}

_MOST_READ = 300
_HEAD = 2048
_MOST_NAMES = 200_000  # a look must end, even at /
_NOT_ARTICLES = re.compile(
    r"(readme|changelog|license|licence|contributing|code_of_conduct|security|robots|humans|requirements)\.",
    re.IGNORECASE,
)
_NOT_CONTENT = {"node_modules", "__pycache__", "venv", "themes", "layouts", "archetypes", "templates", "vendor"}


@dataclass(frozen=True, slots=True)
class Generator:
    """A site generator by its marks: its settings files, where articles live and where the site comes out.

    `link` may use {below}: the article folder's path below the first of the `roots` that it is in, which is how it
    appears in addresses ("/posts" for content/posts).
    """

    name: str
    markers: tuple[str, ...]
    folders: tuple[str, ...]
    output: str
    url_keys: tuple[str, ...]
    roots: tuple[str, ...] = ("",)
    link: str = "{site}{below}/{path}/"
    note: str = ""  # what a person should know who publishes into its output folder


# In this order: Hugo and Zola both use config.toml, and only Hugo's says baseURL.
GENERATORS = (
    Generator(
        "Hugo",
        ("hugo.toml", "hugo.yaml", "hugo.yml", "hugo.json", "config/_default/hugo.toml", "config.toml", "config.yaml"),
        ("content/posts", "content/post", "content/blog", "content/articles", "content/news", "content"),
        "public",
        ("baseURL", "baseurl"),
        roots=("content",),
    ),
    Generator(
        "Zola",
        ("config.toml", "zola.toml"),
        ("content/posts", "content/blog", "content/articles", "content/news", "content"),
        "public",
        ("base_url",),
        roots=("content",),
        note="zola build empties public/: run feedd build after it, or publish elsewhere",
    ),
    Generator(
        "Jekyll",
        ("_config.yml", "_config.yaml"),
        ("_posts",),
        "_site",
        ("url",),
        link="{site}/{year}/{month}/{day}/{slug}.html",
        note="jekyll build empties _site/: add keep_files: [feed.xml, feed.atom, feed.json] to _config.yml",
    ),
    Generator("Pelican", ("pelicanconf.py",), ("content",), "output", ("SITEURL",), link="{site}/{slug}.html"),
    Generator("MkDocs", ("mkdocs.yml", "mkdocs.yaml"), ("docs",), "site", ("site_url",), roots=("docs",)),
    Generator(
        "Astro",
        ("astro.config.mjs", "astro.config.ts", "astro.config.js"),
        ("src/content/blog", "src/content/posts", "src/content", "src/pages/posts", "src/pages"),
        "dist",
        ("site",),
        roots=("src/content", "src/pages"),
        note="astro build empties dist/: run feedd build after it, or publish elsewhere",
    ),
    Generator(
        "Eleventy",
        (".eleventy.js", "eleventy.config.js", "eleventy.config.mjs", "eleventy.config.cjs"),
        ("posts", "blog", "src/posts", "src/blog", "content/blog", "content"),
        "_site",
        (),
        roots=("src", "content", ""),
    ),
)

_ANY_FOLDERS = ("content/posts", "_posts", "posts", "articles", "content", "blog", "docs", "src")
_ANY_OUTPUTS = ("public", "_site", "output", "site", "dist", "htdocs", "public_html")


@dataclass(frozen=True, slots=True)
class Discovery:
    """What a look at a folder found. Paths are relative to `folder`, "." is the folder itself.

    `formats` and `front_matter` are (name, count), the commonest first; `front_matter` and `drafts` count only the
    `read` articles. `publish` may not exist yet.
    """

    folder: str
    source: str
    publish: str
    articles: int = 0
    read: int = 0
    formats: tuple[tuple[str, int], ...] = ()
    front_matter: tuple[tuple[str, int], ...] = ()
    drafts: int = 0
    generator: str | None = None
    site_url: str | None = None
    title: str | None = None
    link: str | None = None
    note: str = ""


def look(folder: str) -> Discovery:
    """Look at a folder. Never raises for what it finds there; what cannot be read counts as not there."""
    root = os.path.abspath(folder)
    generator, config = _generator(root)
    output = _output(root, generator)
    source, paths = _source(root, generator, output)
    heads = [_head(path) for path in paths[:_MOST_READ]]
    return Discovery(
        folder=root,
        source=source,
        publish=output,
        articles=len(paths),
        read=len(heads),
        formats=_counted(_FORMAT_OF[_suffix(path)] for path in paths),
        front_matter=_counted(kind for head in heads if (kind := _front_matter(head))),
        drafts=sum(map(_is_draft, heads)),
        generator=generator.name if generator else None,
        site_url=_site_url(root, generator, config),
        title=_value(config, ("title", "SITENAME", "site_name")),
        link=_link(generator, source) if generator else None,
        note=generator.note if generator and generator.output == output else "",
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


def starter(discovery: Discovery, url: str, *, schema: str | None = None) -> str:
    """The text of a first feedd.yaml, written to `discovery.folder`. `schema` is where editors find the JSON Schema."""
    lines = [f"# yaml-language-server: $schema={schema}"] if schema else []
    if discovery.title:
        lines += ["site:", f"  url: {_quoted(url)}", f"  title: {_quoted(discovery.title)}"]
    else:
        lines += [f"site: {_quoted(url)}"]
    within = discovery.source == "." or discovery.publish.startswith(f"{discovery.source}/")
    if discovery.link or within:
        lines += ["source:", f"  path: {_quoted(discovery.source)}"]
        lines += [f"  link: {_quoted(discovery.link)}"] if discovery.link else []
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


def _generator(root: str) -> tuple[Generator | None, str]:
    """The generator whose marks are here, and the text of its settings. A shared name needs one of its address keys."""
    for generator in GENERATORS:
        for marker in generator.markers:
            path = os.path.join(root, marker)
            if not os.path.isfile(path):
                continue
            text = _head(path, 64 * 1024)
            if not marker.startswith("config.") or _has_key(text, generator.url_keys):
                return generator, text
    return None, ""


def _has_key(text: str, keys: Iterable[str]) -> bool:
    return any(_line(text, key) for key in keys)


def _value(text: str, keys: Iterable[str]) -> str | None:
    """The value of the first of these keys that has one."""
    return next((value for key in keys if (match := _line(text, key)) and (value := _bare(match[1]))), None)


def _line(text: str, key: str) -> re.Match[str] | None:
    """`key: x`, `key = "x"` or `"key": "x"`; at the left margin, except in JSON and in Astro's call."""
    indent = r"[ \t]*" if key == "site" or text.lstrip().startswith("{") else ""
    return re.search(rf"""(?m)^{indent}["']?{key}["']?[ \t]*[:=][ \t]*(.*)$""", text)


def _bare(value: str) -> str:
    """A value without its quotes, comma and comment. Text that spans lines or calls a function is no value for us."""
    value = value.strip()
    quoted = re.match(r"""(["'])(.*?)\1""", value)
    if quoted:
        return quoted[2].strip()
    plain = re.sub(r"\s+#.*$", "", value).rstrip(",;").strip()
    return "" if re.match(r"[|>&*!{\[(#]", plain) else plain


def _site_url(root: str, generator: Generator | None, config: str) -> str | None:
    url = _value(config, generator.url_keys) if generator else None
    if url and generator and generator.name == "Jekyll":
        url = url.rstrip("/") + "/" + (_value(config, ("baseurl",)) or "").strip("/")
    if not url:
        # GitHub Pages: a file that holds the domain and nothing else.
        for name in ("CNAME", "static/CNAME", "public/CNAME"):
            host = _head(os.path.join(root, name)).strip()
            if re.fullmatch(r"[A-Za-z0-9.-]+\.[A-Za-z]{2,}", host):
                return f"https://{host}"
    local = re.match(r"https?://(localhost|127\.|0\.|example\.(com|org)|your)", url or "")
    return url.rstrip("/") if url and re.fullmatch(r"https?://[^\s/?#]+[^\s?#]*", url) and not local else None


def _link(generator: Generator, source: str) -> str | None:
    """The generator's usual link; None where it is feedd's own default."""
    below = next((found for root in generator.roots if (found := _below(source, root)) is not None), "")
    link = generator.link.replace("{below}", below)
    return None if link == "{site}/{path}/" else link


def _below(source: str, root: str) -> str | None:
    """ "/posts" for content/posts below content; None if it is not there."""
    if source == "." or not root:
        return "" if source == "." else f"/{source}"
    return source[len(root) :] if f"{source}/".startswith(f"{root}/") else None


# --- Folders ----------------------------------------------------------------------------------------------------------


def _output(root: str, generator: Generator | None) -> str:
    if generator:
        return generator.output
    there = [name for name in _ANY_OUTPUTS if os.path.isdir(os.path.join(root, name))]
    with_pages = [name for name in there if os.path.isfile(os.path.join(root, name, "index.html"))]
    return (with_pages or there or ["public"])[0]


def _source(root: str, generator: Generator | None, output: str) -> tuple[str, tuple[str, ...]]:
    """The folder with the articles, relative, and their paths: a generator's, a usual one, or the folder itself."""
    for name in (*(generator.folders if generator else ()), *_ANY_FOLDERS):
        if name != output and (paths := tuple(_articles(os.path.join(root, name), ""))):
            return name, paths
    return ".", tuple(_articles(root, os.path.join(root, output)))


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
