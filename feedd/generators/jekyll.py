"""Jekyll: posts, drafts and collections, permalinks, defaults, Liquid (https://jekyllrb.com/docs/, 4.3 and 4.4).

What is understood and what is not stands in docs/generators/jekyll.md.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from feedd.generators import Kind, Made
from feedd.generators import jekyll_documents as documents
from feedd.generators.base import BasePreset
from feedd.generators.jekyll_config import AUTHORS, CONFIGS, JekyllConfig, read
from feedd.generators.jekyll_documents import Document
from feedd.generators.jekyll_ignore import ignored
from feedd.generators.jekyll_liquid import Templates
from feedd.generators.kramdown import without_kramdown
from feedd.generators.liquid import resolve
from feedd.model import Article, Claim, Page, Person, Resolved
from feedd.normalizer.claims import Stated, read_claims
from feedd.normalizer.findings import FIELD
from feedd.normalizer.values import Misfit, read_authors, read_line, truth
from feedd.ports import Surroundings

_FRONT, _DEFAULT = "front matter", "defaults in _config.yml"
# What Jekyll itself decides; what feedd makes of other keys and of the text counts only where Jekyll has no opinion.
_OURS = frozenset(("title", "date", "draft", "url", "authors", "categories", "tags"))
_MORE = "<!--more-->"


@dataclass(frozen=True, slots=True)
class JekyllPreset(BasePreset):
    config: JekyllConfig = field(default_factory=JekyllConfig, hash=False)

    def believe(self, article: Article) -> Article:
        document = self._document(article.key.path, article.matter)
        claims = [*self._claims(document, article), *_foreign(document, article)]
        lines = {article.lines.get(name) for name in ("permalink", "url", "link")} - {None}
        heading = _taken_heading(article)
        problems = tuple(each for each in article.problems if each.code != FIELD or each.line not in lines)
        article = replace(article, claims=tuple(claims), problems=problems)
        if heading is None:
            return article
        body = f"# {heading.value}\n\n{article.body}"  # Jekyll shows it in the text, under a title of its own
        return replace(article, body=body, body_line=heading.line or article.body_line)

    def link(self, page: Page) -> str | None:
        path = documents.path_of(self._document(page.path, page.matter), self.config, page.date)
        return self._base(page.site.url) + path

    def resolve(self, body: str, page: Page, around: Surroundings) -> Resolved:
        document = self._document(page.path, page.matter)
        found = Resolved(body)
        if document.data.get("render_with_liquid") is not False:
            found = resolve(body, Templates(self.config, self.below, document, page, around).language())
        text = without_kramdown(found.body) if page.body_type == "markdown" else found.body
        return Resolved(self._with_mark(text, document), found.removed)

    def files(self, path: str) -> tuple[str, ...]:
        """A collection's pictures lie in its folder, `/docs/a.png` in `_docs/a.png`."""
        base = self.config.baseurl
        path = path.removeprefix(base) if base and f"{path}/".startswith(f"{base}/") else path
        first, _, rest = path.lstrip("/").partition("/")
        inside = posixpath.join(self.config.collections_dir, f"_{first}", rest) if rest else ""
        places = (path.lstrip("/"), inside) if first in self.config.collections and inside else (path.lstrip("/"),)
        return tuple(map(self.config.on_disk, places))

    def _document(self, path: str, matter: Mapping[str, Any]) -> Document:
        return documents.read(self.config.at_home(posixpath.join(self.below, path)), matter, self.config)

    def _base(self, site_url: str) -> str:
        """The `baseurl`, unless the site's address already ends with it."""
        base = self.config.baseurl
        return "" if urlsplit(site_url).path.rstrip("/").endswith(base) else base

    def _claims(self, document: Document, article: Article) -> Iterator[Claim]:
        lines, data = article.lines, document.data
        yield from self._visibility(document, article)
        stated = next((each for each in article.claims if each.field == "title" and each.rule == _FRONT), None)
        if stated is not None:
            yield stated
        default = read_line(data.get("title"), None, "title")
        if isinstance(default, str) and "title" not in article.matter:
            yield Claim("title", default, _DEFAULT)
        yield Claim("title", document.title, "file name")
        if data.get("date"):
            rule = _FRONT if "date" in article.matter else _DEFAULT
            yield Claim("date", documents.date_text(data["date"], self.config), rule, lines.get("date"))
        if document.day:
            yield Claim("date", document.day, "file name")
        yield from self._authors(document, article)
        # "a, b" means "a," and "b" to Jekyll: nobody wants to read that comma
        for name, found in (("categories", document.categories), ("tags", documents.tags(data))):
            line = lines.get(name, lines.get("category" if name == "categories" else "tag"))
            labels = tuple(each.rstrip(",") for each in found if each.rstrip(","))
            yield Claim(name, labels, _FRONT if line else "folder name", line)

    def _visibility(self, document: Document, article: Article) -> Iterator[Claim]:
        data, lines = document.data, article.lines
        known = self.config.collections.get(document.label or "")
        if document.draft and not self.config.drafts:
            yield Claim("draft", True, "folder name")
        if truth(data.get("published")) is False and not self.config.unpublished:
            yield Claim("draft", True, _FRONT, lines.get("published"))
        # Jekyll publishes a post that says `draft: true`. To show what somebody calls a draft cannot be taken back.
        if truth(data.get("draft")) is True and not (document.draft and self.config.drafts):
            yield Claim("draft", True, _FRONT, lines.get("draft"))
        if document.label not in (None, "posts") and not article.matter and article.body_line == 1:
            yield Claim("draft", True, "no front matter: a plain file to Jekyll")
        yield Claim("draft", False, "not marked")
        if self.config.future or (known is not None and known.future):
            yield Claim("future", True, "future in _config.yml")

    def _authors(self, document: Document, article: Article) -> Iterator[Claim]:
        """As jekyll-feed: the post's, else the site's; a name that `_data/authors.yml` knows is somebody there."""
        for source, rule in ((document.data, ""), (self.config.values, "author in _config.yml")):
            for key in ("author", "authors"):
                people = self._people(source.get(key), key)
                if people:
                    own = _FRONT if key in article.matter else _DEFAULT
                    yield Claim("authors", people, rule or own, None if rule else article.lines.get(key))
            if not rule:
                yield from (each for each in article.claims if each.field == "authors" and each.rule == _FRONT)

    def _people(self, value: Any, key: str) -> tuple[Person, ...]:
        """Each person once."""
        found: dict[str, Person] = {}
        for each in value if isinstance(value, list) else [value]:
            known = self.config.authors.get(each) if isinstance(each, str) else None
            if isinstance(known, Mapping) and not known.get("name"):
                known = {**known, "name": each}
            people = read_authors(known or each, None, key)
            people = people.value if isinstance(people, Misfit) else people
            found |= {person.name: person for person in people or ()}
        return tuple(found.values())

    def _with_mark(self, text: str, document: Document) -> str:
        """feedd's mark where the author's own one ends the excerpt. Blank lines, Jekyll's default, need none."""
        mark = document.data.get("excerpt_separator", self.config.values.get("excerpt_separator"))
        if not isinstance(mark, str) or not mark.strip() or mark not in text:
            return text
        head, _, tail = text.partition(mark)
        return head + (_MORE if mark.strip().startswith("<!--") else _MORE + mark) + tail


def _taken_heading(article: Article) -> Claim | None:
    """The first heading, where it was taken off the text because the front matter has no title."""
    title = next((each for each in article.claims if each.field == "title"), None)
    return title if title is not None and title.rule == "first heading" else None


def _foreign(document: Document, article: Article) -> Iterator[Claim]:
    """The other claims of the article, then those of the defaults."""
    yield from (each for each in article.claims if each.field not in _OURS)
    more = [Stated(key, value, _DEFAULT) for key, value in document.data.items() if key not in article.matter]
    yield from (each for each in read_claims(more, article.key.path)[0] if each.field not in _OURS)


def make(files: Mapping[str, str], below: str) -> Made:
    config, warnings = read(files)
    return Made(JekyllPreset("jekyll", below, ignored(config, below), config), warnings, config.zone)


KIND = Kind("jekyll", "Jekyll", CONFIGS, (*CONFIGS, *AUTHORS), make)
