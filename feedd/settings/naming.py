"""Names that follow from others: a source's from its folder, an endpoint's from its URL, a feed's from the site's."""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Iterable, Sequence

from feedd.settings.shape import AnyEndpointShape, FeedShape, File, SourceShape

# A feed with one of these names is the publication itself, so it is called what the site is called.
_MAIN = ("feed", "index", "rss", "atom", "all", "main")


def sources_of(file: File) -> tuple[SourceShape, ...]:
    """The sources, under whichever of the two names they were written."""
    return (file.source or ()) + (file.sources or ())


def source_names(sources: Sequence[SourceShape], paths: Sequence[str]) -> tuple[str, ...]:
    """One name for each: the given one, else the folder's, with a number where that is taken."""
    taken = {source.name for source in sources if source.name}
    names: list[str] = []
    for source, path in zip(sources, paths, strict=True):
        name = source.name or _free(re.sub(r"[^\w.-]+", "-", posixpath.basename(path)).strip("-.") or "source", taken)
        taken.add(name)
        names.append(name)
    return tuple(names)


def _free(name: str, taken: set[str]) -> str:
    if name not in taken:
        return name
    number = 2
    while f"{name}-{number}" in taken:
        number += 1
    return f"{name}-{number}"


def feed_names(file: File) -> tuple[str, ...]:
    return tuple(feed.path for feed in file.feeds)


def feed_title(feed: FeedShape, site_title: str) -> str:
    """The title of a feed that has none: the site's, with what sets the feed apart."""
    if feed.each:
        return f"{site_title}: {{{feed.each}}}"
    name = posixpath.basename(feed.path)
    return site_title if name.lower() in _MAIN else f"{site_title}: {name}"


def endpoint_url(endpoint: AnyEndpointShape) -> str:
    return str(getattr(endpoint, endpoint.kind))


def endpoint_id(kind: str, url: str) -> str:
    """Stable as long as kind and URL are: announcements that wait in the store find their endpoint by it."""
    return f"{kind}:{hashlib.blake2b(url.encode(), digest_size=6).hexdigest()}"


def anchored(relative: str) -> str:
    """The gitignore pattern for exactly this folder below a source."""
    return "/" + re.sub(r"([\\*?\[\]!#])", r"\\\1", relative) + "/"


def ignores(patterns: Iterable[str], relative: str) -> bool:
    """Do these patterns name this folder in one of the plain ways? (Not a matcher: a missed one costs a line.)"""
    plain = {relative, f"{relative}/", f"/{relative}", f"/{relative}/", f"{relative}/**", f"/{relative}/**"}
    return anchored(relative) in patterns or bool(plain & set(patterns))
