"""`mkdocs.yml` as far as it matters here."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from feedd.generators import GeneratorError
from feedd.generators.folders import only
from feedd.model import Person
from feedd.normalizer.values import is_web_url, read_language
from feedd.yaml_core import YamlError, load

CONF, OTHER = "mkdocs.yml", "mkdocs.yaml"
SUFFIXES = (".md", ".markdown", ".mdown", ".mkdn", ".mkd")  # mkdocs/utils/__init__.py, markdown_extensions

# The settings of the blog plugin that are looked at, with its defaults (material/plugins/blog/config.py).
BLOG: dict[str, Any] = {
    "enabled": True,
    "blog_dir": "blog",
    "post_dir": "{blog}/posts",
    "post_url_date_format": "yyyy/MM/dd",
    "post_url_format": "{date}/{slug}",
    "post_url_max_categories": 1,
    "post_slugify_separator": "-",
    "post_excerpt_separator": "<!-- more -->",
    "categories_slugify_separator": "-",
    "authors": True,
    "authors_file": "{blog}/.authors.yml",
    "draft": False,
    "draft_if_future_date": False,
}


@dataclass(frozen=True, slots=True)
class Blog:
    """One blog of the site; paths are below docs_dir, "" is docs_dir itself."""

    folder: str
    posts: str
    values: tuple[tuple[str, Any], ...]
    cases: tuple[tuple[str, str], ...]  # by "post_slugify" and "categories_slugify": "lower", "none", "fold", …
    authors: tuple[tuple[str, Person], ...]

    def __getitem__(self, name: str) -> Any:
        return dict(self.values)[name]


@dataclass(frozen=True, slots=True)
class Rules:
    docs: str  # docs_dir, "" if it is the folder of the settings
    pretty: bool  # use_directory_urls
    language: str | None
    titles: tuple[tuple[str, str], ...]  # from `nav`: (path, title)
    blogs: tuple[Blog, ...]
    snippets: tuple[str, ...] | None = None  # base_path of pymdownx.snippets, None without that extension


NO_RULES = Rules("docs", True, None, (), ())
_Warning = tuple[str, str, str]
# A tag before a value (`!ENV [A, b]`, `!!python/name:a.b`), which only a program can understand: what stands behind it
# is read without it. Not a line of a long text that begins with "!": there it is a pattern.
_TAG = re.compile(r"(?<=[:\-\[,])([ \t]+|(?<=\[))(!{1,2}[A-Za-z][\w./:-]{0,200})(?=[\s,\]}]|$)", re.MULTILINE)
_SLUGIFY = re.compile(
    r"(?:^|[{\s,])(post_slugify|categories_slugify):[ \t]*!!python/\S*?slugs\.slugify\b"
    r"(?:[\s{]{0,80}kwds:[\s{]{0,80}case:[ \t]*([\w-]{1,20}))?"
)


def read_rules(files: Mapping[str, str], below: str) -> tuple[Rules, tuple[str, ...], tuple[_Warning, ...]]:
    """(rules, patterns of what is no page, warnings)."""
    name = CONF if CONF in files or OTHER not in files else OTHER
    warnings: list[_Warning] = []
    values = _settings(files, name, set())
    docs = posixpath.normpath(str(values.get("docs_dir") or "docs"))
    if docs.startswith(("/", "..")):
        warnings.append((name, f'docs_dir "{docs[:80]}" leads out of the folder', "the folder itself is used"))
        docs = "."
    docs = "" if docs == "." else docs
    text = files.get(name, "")
    blogs = tuple(_blogs(values.get("plugins"), docs, text, files, name, warnings))
    theme = values.get("theme")
    language = read_language(theme.get("language") if isinstance(theme, Mapping) else None, None, "language")
    rules = Rules(
        docs,
        values.get("use_directory_urls") is not False,
        language if isinstance(language, str) else None,
        tuple(dict(_titles(values.get("nav"), 0)).items()),
        blogs,
        _snippet_folders(values.get("markdown_extensions")),
    )
    return rules, tuple(_ignored(rules, values, below)), tuple(warnings)


def _settings(files: Mapping[str, str], name: str, seen: set[str]) -> dict[str, Any]:
    """mkdocs.yml, and below it the file that it inherits from."""
    if name not in files or name in seen:
        return {}
    seen.add(name)
    try:
        value = load(_TAG.sub(r"\1", files[name])).value
    except YamlError as bad:
        raise GeneratorError(name, bad.message, bad.hint, bad.line, bad.column) from None
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise GeneratorError(name, "this is no mapping of settings", 'write "name: value" lines', 1)
    parent = value.get("INHERIT")
    above = _settings(files, posixpath.normpath(parent), seen) if isinstance(parent, str) else {}
    return _merged(above, value)


def _merged(above: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    both = {key for key in above if isinstance(above[key], dict) and isinstance(own.get(key), dict)}
    return {**above, **own, **{key: _merged(above[key], own[key]) for key in both}}


def _named(items: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Plugins and extensions: names, or names with options, in a list or a mapping."""
    pairs = list(items.items()) if isinstance(items, Mapping) else []
    for item in items if isinstance(items, list) else ():
        pairs += list(item.items()) if isinstance(item, Mapping) else [(item, None)]
    for name, options in pairs:
        yield str(name), options if isinstance(options, Mapping) else {}


def _blogs(
    plugins: Any, docs: str, text: str, files: Mapping[str, str], name: str, warnings: list[_Warning]
) -> Iterator[Blog]:
    for plugin, options in _named(plugins):
        if plugin.partition(" ")[0] not in ("blog", "material/blog"):
            continue
        values = {key: _fitting(options.get(key, default), default) for key, default in BLOG.items()}
        if not values["enabled"]:
            continue
        folder = _normal(values["blog_dir"])
        authors = _normal(values["authors_file"].replace("{blog}", values["blog_dir"]))
        cases = {found[1]: found[2] or "none" for found in _SLUGIFY.finditer(text)}
        warnings += [
            (name, f"{key} is a function that feedd does not know", "Material's own is used")
            for key in ("post_slugify", "categories_slugify")
            if key in options and key not in cases
        ]
        yield Blog(
            folder,
            _normal(values["post_dir"].replace("{blog}", values["blog_dir"])),
            tuple(values.items()),
            tuple(sorted(cases.items())),
            tuple(_authors(files, posixpath.join(docs, authors), warnings)),
        )


def _fitting(value: Any, default: Any) -> Any:
    return value if isinstance(value, type(default)) else default


def _normal(path: str) -> str:
    normal = posixpath.normpath(path.strip("/") or ".")
    return "" if normal == "." else normal


def _authors(files: Mapping[str, str], path: str, warnings: list[_Warning]) -> Iterator[tuple[str, Person]]:
    if path not in files:
        return
    try:
        value = load(files[path]).value
    except YamlError as bad:
        warnings.append((path, f"line {bad.line}: {bad.message}", bad.hint))
        return
    people = value.get("authors") if isinstance(value, dict) else None
    for id, each in people.items() if isinstance(people, dict) else ():
        if isinstance(each, dict) and isinstance(each.get("name"), str) and each["name"].strip():
            url = each.get("url")
            yield (
                id,
                Person(" ".join(each["name"].split()), None, url if isinstance(url, str) and is_web_url(url) else None),
            )


def _titles(nav: Any, depth: int) -> Iterator[tuple[str, str]]:
    """(path, title) of the pages that the navigation names; the first one of a page counts."""
    items = [nav] if isinstance(nav, Mapping) else nav if isinstance(nav, list) else []
    for item in reversed(items):
        for title, target in item.items() if isinstance(item, Mapping) else ():
            if isinstance(target, str) and target.endswith(SUFFIXES):
                yield posixpath.normpath(target), str(title)
            elif depth < 20:
                yield from _titles(target, depth + 1)


def _snippet_folders(extensions: Any) -> tuple[str, ...] | None:
    for name, options in _named(extensions):
        if name == "pymdownx.snippets":
            base = options.get("base_path", ["."])
            return tuple(each for each in (base if isinstance(base, list) else [base]) if isinstance(each, str))
    return None


_NO_PAGES = ("*.html", "*.htm", "*.xhtml", "*.txt", "*.text", "*.rst", "*.rest", "*.mdx", "*.ipynb", "*.docx")


def _ignored(rules: Rules, values: Mapping[str, Any], below: str) -> Iterator[str]:
    """What is no page, as seen from the source."""
    yield from _NO_PAGES
    yield "!README.md"
    if rules.blogs:
        posts = [_inside(posixpath.join(rules.docs, blog.posts), below) for blog in rules.blogs]
        if "" not in posts:
            yield from only(path for path in posts if path)
        elif any(blog.posts == blog.folder for blog in rules.blogs):
            yield "/index.md"  # the blog's own page
    else:
        docs = _inside(rules.docs, below) if rules.docs else ""
        if docs:
            yield from only([docs])
        if templates := _seen_from("/templates/", rules.docs, below):
            yield templates
    for name in ("exclude_docs", "draft_docs"):
        given = values.get(name)
        for line in given.splitlines()[:1000] if isinstance(given, str) else ():
            if pattern := _seen_from(line.strip(), rules.docs, below):
                yield pattern


def _inside(folder: str, below: str) -> str | None:
    """A folder as seen from the source: "" if the source is it or lies in it, None if it is elsewhere."""
    if not folder or f"{below}/".startswith(f"{folder}/"):
        return ""
    return folder.removeprefix(below).lstrip("/") if f"{folder}/".startswith(f"{below}/" if below else "") else None


def _seen_from(line: str, docs: str, below: str) -> str | None:
    """A gitignore-like pattern that is meant from docs_dir, as it is written for the source; None if it says nothing
    about the source."""
    keeps, pattern = ("!", line[1:]) if line.startswith("!") else ("", line)
    if not pattern or pattern.startswith("#"):
        return None
    if "/" not in pattern.rstrip("/") or pattern.startswith("**/"):
        return line
    whole = posixpath.join(docs, pattern.lstrip("/"))
    if not below:
        return f"{keeps}/{whole}"
    return f"{keeps}/{whole.removeprefix(below).lstrip('/')}" if whole.startswith(f"{below}/") else None
