"""Which files of a Jekyll site are no articles, as patterns (lib/jekyll/reader.rb, entry_filter.rb). Pure."""

from __future__ import annotations

from collections.abc import Mapping

from feedd.generators.jekyll_config import JekyllConfig
from feedd.normalizer import SUFFIXES

_POST = "[0-9][0-9]{}-[0-9]{}-[0-9]{}-*"  # what a post's file is called: 2026-05-01-name, also 26-5-1-name


def ignored(config: JekyllConfig, below: str) -> tuple[str, ...]:
    """Patterns of everything in the source that is no post, draft or document of a collection with pages."""
    start = f"{config.source}/" if config.source else ""
    if f"{below}/".startswith(start):
        below, start = f"{below}/".removeprefix(start).strip("/"), ""
    elif below:
        start = ""
    parts = below.split("/") if below else []
    excluded = _excluded(config, below, start)
    suffixes = ["".join(f"[{c}{c.upper()}]" if c.isalpha() else c for c in suffix) for suffix in SUFFIXES]
    posts = [f"{_POST.format(*digits)}{suffix}" for digits in _DIGITS for suffix in suffixes]
    dropped = [f"*{each}" for each in suffixes]
    if "_posts" in parts:
        return (*dropped, *(f"!{each}" for each in posts), *_LITTER, *excluded)
    if any(part.startswith("_") for part in parts):  # drafts, or a collection
        return excluded
    home = f"{start}{config.collections_dir}/" if config.collections_dir and not below else start
    labels = [label for label in _wanted(config) if label != "posts"]
    kept = [f"!/{home}**/_posts/**/{each}" for each in posts]
    kept += [f"!/{home}**/_drafts/**/*{each}" for each in suffixes]
    kept += [f"!/{home}_{label}/**/*{each}" for label in labels for each in suffixes]
    folders = (*_FOLDERS, *(f"!/{home}_{label}/" for label in labels))
    return (*dropped, *kept, *folders, *_LITTER, *excluded)


_LITTER = ("*.sync-conflict-*", "*(*conflicted copy*)*")  # what keeping posts would bring back
_FOLDERS = (
    "_*/", "!_posts/", "!_drafts/", "**/_posts/_*/", "**/_drafts/_*/", "vendor/bundle/", "vendor/cache/",
    "vendor/gems/", "vendor/ruby/",
)  # fmt: skip
_DIGITS = tuple((year, month, day) for year in ("", "[0-9][0-9]") for month in ("", "[0-9]") for day in ("", "[0-9]"))


def _wanted(config: JekyllConfig) -> tuple[str, ...]:
    """The collections whose documents are news: those that jekyll-feed makes feeds of, else all."""
    feed = config.values.get("feed")
    named = feed.get("collections") if isinstance(feed, Mapping) else None
    chosen = {str(each) for each in named} if isinstance(named, list | Mapping) and named else set(config.collections)
    return tuple(label for label in config.collections if label in chosen or label == "posts")


def _excluded(config: JekyllConfig, below: str, start: str) -> tuple[str, ...]:
    """Jekyll's `exclude`: names from the site's root, also the beginnings of names; `include` wins."""
    given, included = (config.values.get(name) for name in ("exclude", "include"))
    kept = {str(each).strip("/") for each in included} if isinstance(included, list) else set()
    found = []
    for each in given if isinstance(given, list) else ():
        path = str(each).strip("/") if isinstance(each, str) else ""
        if below and path.startswith(f"{below}/"):
            path = path.removeprefix(f"{below}/")
        elif below:
            continue
        if path and path not in kept:
            found += [f"/{start}{path}", *([] if "*" in path or str(each).endswith("/") else [f"/{start}{path}*"])]
    return tuple(found)
