"""`server.moved` spelled out: one line may stand for all documents of a feed; and what stands here besides. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from feedd.model import FEED_STYLE
from feedd.settings.shape import FeedShape, File

SUFFIXES = {"rss": ".xml", "atom": ".atom", "json": ".json"}
CHECKS = ("healthz", "readyz")  # what the server says of itself
# What the server has besides the feeds: their lists, the styles, and parts of recordings by the name of their bytes.
_BESIDES = frozenset(("feeds.html", "feeds.opml", "feeds-sitemap.xml", "feedd.css", FEED_STYLE))
_PART = re.compile(r"(?:covers|chapters)/[0-9a-f]{16,}\.[a-z]+")


@dataclass(frozen=True, slots=True)
class Step:
    """`old` and `new` are paths below the feeds' address, `new` may be a URL; `key` is the line in the settings."""

    key: str
    old: str
    new: str
    status: int

    @property
    def leaves(self) -> bool:
        return "://" in self.new


def steps(file: File) -> tuple[Step, ...]:
    """Every address that leads elsewhere."""
    said = tuple(written(file))
    return (*said, *_pages(file, said))


def written(file: File) -> Iterator[Step]:
    """What the lines say."""
    documents = {feed.path: _suffixes(feed) for feed in file.feeds if feed.each is None}
    for key, moved in file.server.moved.items():
        old, new = _file(key), _here(file, moved.to)
        if new in documents:
            # A feed under another name: its documents, and the bare name for who followed that.
            pairs = [(old, new + documents[new][0]), *((old + suffix, new + suffix) for suffix in documents[new])]
        elif old in documents and "://" in new:
            pairs = [(old + suffix, new) for suffix in documents[old]]
        else:
            pairs = [(old, new if "://" in new else _file(new))]
        for before, after in pairs:
            yield Step(key, before, after, moved.status)


def _pages(file: File, said: tuple[Step, ...]) -> Iterator[Step]:
    """The page of a feed that left with all of its documents leaves, too: there is nothing to subscribe to here."""
    leaving = {step.old: step for step in said if step.leaves}
    olds = {step.old for step in said}
    for feed in file.feeds:
        suffixes = _suffixes(feed)
        for old, step in leaving.items():
            stem = old.removesuffix(suffixes[0])
            page = f"{stem}.html"
            if old == stem or page in olds or not _is_page_of(file, feed, page):
                continue
            if all(stem + suffix in leaving for suffix in suffixes):
                yield Step(step.key, page, step.new, step.status)


def _suffixes(feed: FeedShape) -> list[str]:
    return [SUFFIXES[name] for name in feed.formats]


def _file(path: str) -> str:
    """ "feed/" is asked for as the folder's index, as every server does."""
    return path + "index.html" if path.endswith("/") or not path else path


def _here(file: File, new: str) -> str:
    """A whole URL below the address of the feeds is a path like another: sent there, a reader comes back to us. The
    scheme does not matter, and neither does a query: the server ignores it."""
    if "://" not in new:
        return new
    host, path = _place(new)
    for base in _bases(file):
        ours, below = _place(base)
        if host == ours and (path + "/").startswith(below.rstrip("/") + "/"):
            return path[len(below.rstrip("/")) :].removeprefix("/")
    return new


def _bases(file: File) -> Iterator[str]:
    """Where our documents are asked for: `site.feeds_url` or what stands for it, and the server's own address."""
    site, server = file.site, file.server.public_url
    named = (site.feeds_url or server or site.url) if site else None
    yield from dict.fromkeys(each for each in (named, server) if each)


def _place(url: str) -> tuple[str, str]:
    """(host with its port, path) as two addresses of one place have them in common."""
    parts = urlsplit(url)
    port = "" if parts.port in (None, 80, 443) else f":{parts.port}"
    return f"{parts.hostname}{port}", unquote(parts.path)


# --- What stands here -------------------------------------------------------------------------------------------------


def stands_for(template: str, path: str) -> bool:
    """Could this path be made from a template like "tags/{tag}"?"""
    pattern = re.sub(r"\\\{(\w+)\\\}", lambda found: _VALUES.get(found[1], "[^/]+"), re.escape(template))
    return re.fullmatch(pattern, path, re.IGNORECASE) is not None


# What is known of values: a folder "tags" is of no language.
_VALUES = {"language": r"[a-z]{1,3}(?:-[^/]+)?", "year": r"\d{4}"}


def documents(file: File) -> tuple[str, ...]:
    """The feeds' own, templates as they are."""
    return tuple(feed.path + suffix for feed in file.feeds for suffix in _suffixes(feed))


def is_document(file: File, path: str) -> bool:
    return any(stands_for(document, path) for document in documents(file))


def is_page(file: File, path: str) -> bool:
    return any(_is_page_of(file, feed, path) for feed in file.feeds)


def _is_page_of(file: File, feed: FeedShape, path: str) -> bool:
    """index.html is the folder's, feeds.html the list's."""
    stem = path.removesuffix(".html")
    is_free = stem != path and stem.rpartition("/")[2] != "index" and stem != "feeds"
    return is_free and (feed.presentation or file.presentation).style != "none" and stands_for(feed.path, stem)


def is_besides(file: File, path: str) -> bool:
    """Is it a page of an archive, a style sheet, a list of the feeds, or a part of a recording?"""
    return (
        path in _BESIDES
        or _PART.fullmatch(path) is not None
        or any(_is_archive_page(feed, path) for feed in file.feeds)
    )


def _is_archive_page(feed: FeedShape, path: str) -> bool:
    stem, dot, suffix = path.rpartition(".")
    folder, _, number = stem.rpartition("/")
    is_numbered = bool(feed.archive) and number.isdecimal() and dot + suffix in _suffixes(feed)
    return is_numbered and stands_for(f"{feed.path}/archive", folder)
