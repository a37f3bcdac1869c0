"""What Jekyll adds to Liquid: `site` and `page`, its tags and filters (lib/jekyll/tags/, lib/jekyll/filters/). Pure."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from feedd.generators import jekyll_documents as documents
from feedd.generators.jekyll_config import JekyllConfig
from feedd.generators.jekyll_data import SiteData
from feedd.generators.jekyll_documents import Document
from feedd.generators.jekyll_tags import BLOCKS, FILTERS, KEPT_IN_URLS, TAGS, is_absolute
from feedd.generators.liquid import Language, Scope
from feedd.generators.liquid_filters import text
from feedd.generators.liquid_values import UNKNOWN, Filter
from feedd.model import Page, Problem
from feedd.normalizer import references
from feedd.normalizer.frontmatter import FrontMatter, split
from feedd.ports import Surroundings

# What only the whole site knows.
_SITE_ONLY = (
    "time", "posts", "pages", "tags", "categories", "documents", "static_files", "html_pages", "html_files",
    "related_posts", "collections", "github", "theme",
)  # fmt: skip
_PAGE_ONLY = ("content", "excerpt", "next", "previous", "output", "related_posts")
_PARAMETER = re.compile(
    r"""([\w-]++)\s*+=\s*+(?:"((?:[^"\\]|\\.)*+)"|'((?:[^'\\]|\\.)*+)'|([\w.-]++))""", re.DOTALL | re.ASCII
)
_DATED = re.compile(r"(?P<folder>(?:[^/]+/)*)(?P<name>\d{2,4}-\d{1,2}-\d{1,2}-[^/]*)", re.ASCII)
_SUFFIXES = (".md", ".markdown", ".html")
_NOT_HTML = re.compile(r"<(?:pre|script|style|textarea)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Templates:
    """The template language as one document sees it."""

    config: JekyllConfig
    below: str
    document: Document
    page: Page
    around: Surroundings

    def language(self) -> Language:
        tags = {
            **TAGS,
            "link": self._link,
            "post_url": self._post_url,
            "include": self._include,
            "include_cached": self._include,
            "include_relative": self._include_relative,
        }
        names = {"site": self._site(), "page": self._page(), "jekyll": {"environment": "production"}, "include": {}}
        unknown = dict.fromkeys(("layout", "content", "paginator", "theme"), UNKNOWN)
        return Language({**unknown, **names}, self._filters(), tags, BLOCKS)

    # --- names

    def _site(self) -> Mapping[str, Any]:
        unknown = dict.fromkeys((*_SITE_ONLY, *self.config.collections), UNKNOWN)
        data = SiteData(self.around, self.config.on_disk(self.config.folder("data")))
        return {**self.config.values, **unknown, "url": self._origin(), "baseurl": self.config.baseurl, "data": data}

    def _page(self) -> Mapping[str, Any]:
        page, document = self.page, self.document
        return {
            **document.data,
            **dict.fromkeys(_PAGE_ONLY, UNKNOWN),
            "title": page.title,
            "date": documents.date_of(document, self.config, page.date),
            "url": documents.path_of(document, self.config, page.date),
            "slug": document.slug,
            "categories": list(document.categories),
            "tags": list(documents.tags(document.data)),
            "path": document.relative,
            "relative_path": document.relative,
            "collection": document.label,
            "name": posixpath.basename(document.path),
        }

    def _origin(self) -> str:
        url = self.page.site.url
        base = self.config.baseurl
        return url.removesuffix(base) if base and urlsplit(url).path.endswith(base) else url

    # --- addresses

    def _relative_url(self, value: Any) -> Any:
        if value is None or is_absolute(text(value)):
            return value
        path = text(value)
        whole = f"{self.config.baseurl}/{path.lstrip('/')}" if path else self.config.baseurl
        return quote(whole, safe=KEPT_IN_URLS, errors="replace")

    def _absolute_url(self, value: Any) -> Any:
        if value is None or is_absolute(text(value)):
            return value
        return self._origin() + str(self._relative_url(value))

    def _address(self, path: str) -> str | None:
        """Where a file of the site is found: an article, a page, or a file that is published as it is."""
        inside = references.inside(path)
        if inside is None:
            return None
        below, file = f"{self.below}/" if self.below else "", self.config.on_disk(inside)
        is_article = file.startswith(below) and documents.read(inside, {}, self.config).label is not None
        if is_article and (known := self.around.address(file.removeprefix(below))):
            return known
        found = self.around.text(file)
        if found is None:
            return str(self._relative_url(inside)) if self.around.media(file) else None
        front = split(found, inside)
        return None if isinstance(front, Problem) else str(self._relative_url(self._published(inside, front)))

    def _published(self, path: str, front: FrontMatter) -> str:
        """Where Jekyll puts a page, or a document of a collection. Without front matter a file is copied as it is."""
        document = documents.read(path, front.data, self.config)
        if document.label is None and not front.data and front.body_line == 1:
            return path
        return documents.path_of(document, self.config, self.page.date)

    # --- tags

    def _link(self, words: str, scope: Scope) -> str | None:
        path = scope.filled(words).strip().lstrip("/")
        inside = f"{self.config.collections_dir}/{path}" if self.config.collections_dir else path
        return self._address(path) or (self._address(inside) if inside != path else None)

    def _post_url(self, words: str, scope: Scope) -> str | None:
        found = _DATED.fullmatch(scope.filled(words).strip().lstrip("/"))
        if found is None:
            return None
        for path in self._posts(found["folder"], found["name"]):
            if address := self._address(path):
                return address
        return None

    def _posts(self, folder: str, name: str) -> Iterator[str]:
        """Where a post of this name may lie: `_posts/<folder><name>.md`, `<folder>_posts/<name>.md`, or anywhere, which
        Jekyll still bears with."""
        known = [self.config.at_home(posixpath.join(self.below, each)) for each in self.around.find(name)]
        exact = [f"_posts/{folder}{name}", f"{folder}_posts/{name}"]
        yield from (each for each in known if posixpath.splitext(each)[0] in exact)
        yield from (posixpath.join(self.config.collections_dir, each) + end for each in exact for end in _SUFFIXES)
        yield from known

    def _include(self, words: str, scope: Scope) -> str | None:
        return self._included(words, scope, self.config.folder("includes"))

    def _include_relative(self, words: str, scope: Scope) -> str | None:
        return self._included(words, scope, posixpath.dirname(self.document.path))

    def _included(self, words: str, scope: Scope, folder: str) -> str:
        """An include is taken whole or not at all: half of one is no text."""
        name, _, given = _filled_name(words, scope)
        path = references.inside(posixpath.join(folder, name.strip("\"'")))
        inside = path is not None and path.startswith(f"{folder}/" if folder else "")
        found = self.around.text(self.config.on_disk(path)) if path and inside else None
        made = None if found is None else scope.partial(found, {"include": _parameters(given, scope)})
        if made is None or made.removed:
            scope.remove(f"include {name}" + (f" (needs {made.removed[0]})" if made else ""))
            return ""
        is_html = self.page.body_type == "markdown" and name.endswith((".html", ".svg"))
        return _in_markdown(made.body) if is_html else made.body

    def _filters(self) -> Mapping[str, Filter]:
        return {**FILTERS, "relative_url": self._relative_url, "absolute_url": self._absolute_url}


def _filled_name(words: str, scope: Scope) -> tuple[str, str, str]:
    words = scope.filled(words) if "{{" in words else words
    return " ".join(words.splitlines()).strip().partition(" ")


def _parameters(given: str, scope: Scope) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for each in _PARAMETER.finditer(given):
        quoted = each[2] if each[2] is not None else each[3]
        found[each[1]] = scope.value(each[4]) if quoted is None else quoted.replace('\\"', '"').replace("\\'", "'")
    return found


def _in_markdown(html: str) -> str:
    """kramdown takes an element whole; others would see code in its indented lines, and its end in a blank one."""
    if _NOT_HTML.search(html):
        return html
    return "\n".join(line.strip() for line in html.split("\n") if line.strip())
