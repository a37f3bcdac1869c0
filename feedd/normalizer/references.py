"""Addresses in a body that only the source folder explains: links to other source files, pictures beside an article.

What a browser would understand by itself is left to it (`body_links`). The rest is looked up once, while the article is
read, and kept with the entry, so that rendering the body needs nothing but the entry. Pure: the files around are asked
through `ports.Surroundings`.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from urllib.parse import quote, unquote, urljoin, urlsplit

from feedd.model import Entry, Image, MediaFile, Page, Site, Source
from feedd.normalizer import SUFFIXES
from feedd.ports import Surroundings

MOST = 1_000  # references of one body that are looked up


class _Nowhere:
    """An article without a folder around it."""

    def text(self, path: str) -> str | None:
        return None

    def media(self, path: str) -> MediaFile | None:
        return None

    def find(self, name: str) -> tuple[str, ...]:
        return ()

    def address(self, path: str) -> str | None:
        return None


NOWHERE: Surroundings = _Nowhere()

# Where an address may stand in Markdown, HTML and reStructuredText. Finding too many costs a look-up, no more: what is
# found here is only a candidate, and it is replaced on the parsed tree, never in the text.
_PLACES = re.compile(
    r"\]\(\s*(?:<([^<>\n]{1,1000})>|([^\s()<>]{1,1000}(?:\([^\s()]{0,200}\)[^\s()<>]{0,200})?))"
    r"|^[ ]{0,3}\[[^\]\n]{1,200}\]:[ \t]*<?([^\s<>]{1,1000})"
    r"|(?:href|src|poster|data-src|srcset|data-srcset)\s*=\s*(?:\"([^\"\n]{1,1000})\"|'([^'\n]{1,1000})')"
    r"|^import\s[^\n]{0,200}?from\s*[\"']([^\"'\n]{1,1000})[\"']"
    r"|(?:image|figure|target)::[ \t]*(\S{1,1000})|`[^`<>\n]{0,200}<([^`<>\s]{1,1000})>`",
    re.MULTILINE | re.IGNORECASE,
)


def explain(body: str, page: Page, url: str, source: Source, around: Surroundings) -> tuple[tuple[str, str], ...]:
    """(as written, absolute address) of each address in the body that means something else than a browser on `url`
    would make of it; sorted."""
    if around is NOWHERE:
        return ()
    found = {}
    for target in _candidates(body):
        meant = _meant(target, page, url, source, around)
        if meant is not None and meant != urljoin(url, target):
            found[target] = meant
    return tuple(sorted(found.items()))


def resolve(target: str, page: Page, url: str, source: Source, around: Surroundings) -> str:
    """One address as a reader needs it, absolute."""
    return _meant(target, page, url, source, around) or urljoin(url, target)


def picture(address: str, target: str, page: Page, source: Source, around: Surroundings) -> Image:
    """A picture by its public address and as it was written, with type, length and size if its file is here."""
    return _measured(address, media_of(address, target, page, source, around))


def media_of(address: str, target: str, page: Page, source: Source, around: Surroundings) -> MediaFile | None:
    """What the file of an address is, if it is here."""
    return next((media for path in _files(address, target, page, source) if (media := around.media(path))), None)


def picture_at(address: str, entry: Entry, site: Site, source: Source, around: Surroundings) -> Image:
    """A picture of the body by its public address: looked for beside the article, if the address is below the
    article's own, and where the site has it."""
    places = [*_on_site(address, site, source)]
    if address.startswith(entry.url) and entry.url.endswith("/"):
        name = unquote(address[len(entry.url) :].partition("#")[0].partition("?")[0])
        path = inside(posixpath.join(below(source), posixpath.dirname(entry.key.path), name))
        places[:0] = [path] if path else []
    return _measured(address, next((media for path in places if (media := around.media(path))), None))


def _measured(address: str, found: MediaFile | None) -> Image:
    if found is None:
        return Image(address)
    return Image(address, None, None, found.media_type, found.length, found.width, found.height)


def beside(target: str, page: Page, below: str) -> str | None:
    """The path below the site's root that a relative address means as a file beside the article; None if it is
    absolute, empty, or leads out."""
    path = unquote(target.partition("#")[0].partition("?")[0])
    if not path or path.startswith("/") or urlsplit(target).scheme:
        return None
    return inside(posixpath.join(below, posixpath.dirname(page.path), path))


def below(source: Source) -> str:
    """The source's folder as seen from the site's root; "" where they are the same."""
    return source.path.removeprefix(source.root).strip("/")


def _meant(target: str, page: Page, url: str, source: Source, around: Surroundings) -> str | None:
    """Without a generator: a link to another article's file means that article, and a file beside an article is
    published beside it."""
    if source.preset is not None:
        return source.preset.refer(target, page, url, around)
    path = beside(target, page, "")
    published_beside = path is not None and not _is_article(path) and around.media(path) is not None
    return f"{page.site.url}/{quote(path)}" if path and published_beside else other_article(target, page, "", around)


def other_article(target: str, page: Page, below: str, around: Surroundings) -> str | None:
    """The address of the article that a relative link to its file means ("../b.md#part"), None if it means none."""
    path = beside(target, page, below)
    if path is None or not _is_article(path) or not f"{path}/".startswith(f"{below}/" if below else ""):
        return None
    address = around.address(path.removeprefix(below).lstrip("/"))
    return address + "".join(target.partition("#")[1:]) if address else None


def _is_article(path: str) -> bool:
    return posixpath.splitext(path)[1].lower() in SUFFIXES


def _candidates(body: str) -> Iterator[str]:
    seen = set()
    for found in _PLACES.finditer(body):
        for target in _targets(found):
            if target in seen or target.startswith(("#", "//")) or _is_absolute(target):
                continue
            seen.add(target)
            yield target
            if len(seen) == MOST:
                return


def _targets(found: re.Match[str]) -> Iterator[str]:
    """The address of a place; of an image set, that of each candidate."""
    written = next(group for group in found.groups() if group is not None)
    if "srcset" not in found[0][:12].lower():
        yield written
        return
    for candidate in written.split(","):
        yield from candidate.split()[:1]


def _is_absolute(target: str) -> bool:
    return re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:", target) is not None


def _files(address: str, target: str, page: Page, source: Source) -> Iterator[str]:
    """Where the file of an address may lie, below the site's root."""
    path = beside(target, page, below(source))
    if path is not None:
        yield path
    yield from _on_site(address, page.site, source)


def _on_site(address: str, site: Site, source: Source) -> Iterator[str]:
    """Where the site has the file of a public address, below the site's root."""
    if address.startswith(site.url + "/"):
        path = unquote(urlsplit(address).path.removeprefix(urlsplit(site.url).path))
        places = source.preset.files(path) if source.preset else (path.lstrip("/"),)
        yield from (found for place in places if (found := inside(place)))


def inside(path: str) -> str | None:
    """A path below a root in its normal form, None if it leads out."""
    normal = posixpath.normpath(path)
    return None if normal.startswith(("../", "/")) or normal in (".", "..") or "\0" in normal else normal
