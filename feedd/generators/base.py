"""What most generators have in common: a preset that changes nothing, to be built upon."""

from __future__ import annotations

from dataclasses import dataclass

from feedd.model import Article, Page, Resolved
from feedd.normalizer import references
from feedd.ports import Surroundings


@dataclass(frozen=True, slots=True)
class BasePreset:
    """Keeps `ports.Preset` and leaves everything to feedd's defaults. `below` is the source's folder as seen from the
    site's root, "" where they are the same."""

    name: str
    below: str = ""
    ignore: tuple[str, ...] = ()

    @property
    def suffixes(self) -> tuple[tuple[str, str], ...]:
        return ()

    def owners(self, path: str) -> tuple[str, ...]:
        return ()

    def believe(self, article: Article) -> Article:
        return article

    def link(self, page: Page) -> str | None:
        return None

    def resolve(self, body: str, page: Page, around: Surroundings) -> Resolved:
        return Resolved(body)

    def refer(self, target: str, page: Page, url: str, around: Surroundings) -> str | None:
        return references.other_article(target, page, self.below, around)

    def files(self, path: str) -> tuple[str, ...]:
        return (path.lstrip("/"),)
