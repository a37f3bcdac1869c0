"""The files around an article, for what it refers to: other articles, pictures beside it, includes of its generator."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from feedd.model import FileStat, MediaFile, Problem, Site, Source, SourceDocument, SourceKey, digest_of
from feedd.normalizer import media, normalize, references
from feedd.normalizer.parse import parse, suffix_of, suffixes_of
from feedd.ports import Watcher

LARGEST_TEXT = 256_000
HEAD = 512_000  # of a picture: its size stands behind its EXIF data


class Neighbourhood:
    """Keeps `ports.Surroundings` for one source during one run; what was looked up is remembered that long.

    `paths` gives every article of the source, and is asked once, when something is to be found by name.
    """

    def __init__(
        self, source: Source, site: Site, watcher: Watcher, paths: Callable[[], Iterable[str]], now: datetime
    ) -> None:
        self._source, self._site, self._watcher, self._paths, self._now = source, site, watcher, paths, now
        self._media: dict[str, MediaFile | None] = {}
        self._addresses: dict[str, str | None] = {}
        self._by_name: dict[str, list[str]] | None = None

    def text(self, path: str) -> str | None:
        found = self._peek(path, LARGEST_TEXT + 1)
        if found is None or found[1] > LARGEST_TEXT or b"\0" in found[0]:
            return None
        return found[0].decode("utf-8-sig", "replace").replace("\r\n", "\n")

    def media(self, path: str) -> MediaFile | None:
        if path not in self._media:
            found = self._peek(path, HEAD) if media.type_of(path) else None
            self._media[path] = media.measure(path, *found) if found else None
        return self._media[path]

    def find(self, name: str) -> tuple[str, ...]:
        if self._by_name is None:
            self._by_name = {}
            for path in sorted(self._paths()):
                for each in {path, path.rpartition("/")[2]}:
                    self._by_name.setdefault(each, []).append(path)
                    self._by_name.setdefault(each.removesuffix(suffix_of(each)), []).append(path)
        return tuple(dict.fromkeys(self._by_name.get(name, ())))

    def address(self, path: str) -> str | None:
        if path not in self._addresses:
            self._addresses[path] = self._address(path)
        return self._addresses[path]

    def _address(self, path: str) -> str | None:
        document = self._article(path) or self._page(path)
        if document is None:
            return None
        article = parse(document, suffixes=suffixes_of(self._source))
        if isinstance(article, Problem):
            return None
        return normalize.address(article, self._source, self._site, document.stat, self._now) or None

    def _article(self, path: str) -> SourceDocument | None:
        """As the article itself is read, with its sidecar."""
        found = self._watcher.look(self._source, (path,), {}).changed
        stat = next((stat for stat in found if stat.key.path == path), None)
        document = self._watcher.read(self._source, stat) if stat is not None else None
        return document if isinstance(document, SourceDocument) else None

    def _page(self, path: str) -> SourceDocument | None:
        """A file that is no article of a feed may be a page all the same."""
        below = references.below(self._source)
        found = self._peek(f"{below}/{path}" if below else path, self._source.max_size)
        if found is None:
            return None
        stat = FileStat(SourceKey(self._source.name, path), found[1], 0, 0, 0)
        return SourceDocument(stat.key, found[0], stat, digest_of(found[0]))

    def _peek(self, path: str, most: int) -> tuple[bytes, int] | None:
        inside = references.inside(path)
        return self._watcher.peek(self._source, inside, most) if inside is not None else None
