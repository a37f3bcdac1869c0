"""Liquid and Nunjucks as Eleventy has them in an article: its filters, and the shortcodes of its official plugins."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from feedd.generators import eleventy_links, liquid
from feedd.generators.liquid import Scope
from feedd.generators.liquid_values import UNKNOWN, Filter, written
from feedd.model import Page, Resolved
from feedd.normalizer import references
from feedd.ports import Surroundings

# The filters of Eleventy, and those of Nunjucks that Liquid calls otherwise
# (https://www.11ty.dev/docs/filters/, https://mozilla.github.io/nunjucks/templating.html#builtin-filters).
FILTERS: Mapping[str, Filter] = {
    "slugify": eleventy_links.slugify,
    "slug": eleventy_links.slug,
    "url": lambda value: value,
    "log": lambda value: value,
    "safe": lambda value: value,
    "lower": lambda value: str(written(value)).lower(),
    "upper": lambda value: str(written(value)).upper(),
    "trim": lambda value: str(written(value)).strip(),
}


class Home(Protocol):
    """What is asked of the preset."""

    def on_site(self, path: str, page: Page) -> str: ...
    def address(self, path: str, around: Surroundings) -> str | None: ...
    def public(self, path: str) -> str | None: ...
    def template(self, name: str) -> tuple[str, ...]: ...


def resolve(body: str, engine: str, names: Mapping[str, Any], page: Page, home: Home, around: Surroundings) -> Resolved:
    """The body without template code."""
    here = _Here(page, home, around)
    language = liquid.Language(
        names=names,
        filters={**FILTERS, "url": here.url, "inputPathToUrl": here.input_path_to_url},
        tags={"include": here.include, "image": here.image, "youtube": _youtube},
        blocks={"highlight": _highlight, "css": _nothing, "js": _nothing, "html": _nothing},
        others=UNKNOWN,
        comments=engine == "njk",
        verbatim=("highlight",),
        empty_is_false=engine == "njk",
    )
    return liquid.resolve(body, language)


@dataclass(frozen=True, slots=True)
class _Here:
    """What depends on the site and on the article."""

    page: Page
    home: Home
    around: Surroundings

    def url(self, value: Any, *rest: Any) -> str:
        text = written(value) or ""
        on_site = text.startswith("/") and not text.startswith("//")
        return self.home.on_site(text, self.page) if on_site else text

    def input_path_to_url(self, value: Any) -> Any:
        path, mark, part = (written(value) or "").partition("#")
        found = self.home.address(path, self.around)
        return UNKNOWN if found is None else found + mark + part

    def include(self, words: str, scope: Scope) -> str | None:
        """Of Nunjucks (`"a.njk"`) and Liquid (`a.html` or `"a.html"`)."""
        given = next(iter(_arguments(words)), "")
        name = scope.value(given) if given[:1] in ("'", '"') else given
        for path in self.home.template(name) if isinstance(name, str) else ():
            text = self.around.text(path)
            made = scope.partial(_without_matter(text), {}) if text is not None else None
            if made is not None:
                for each in made.removed:
                    scope.remove(each)
                return made.body
        return None

    def image(self, words: str, scope: Scope) -> str | None:
        """`{% image "./cat.png", "A cat" %}` makes smaller files with names of their own: the original is shown where
        it is on the site too, else its description is."""
        source, alt = (*(scope.value(each) for each in _arguments(words)[:2]), "", "")[:2]
        if not isinstance(source, str):
            return None
        text = alt if isinstance(alt, str) else ""
        if "://" in source:
            return f"![{text}]({source})"
        path = references.inside(source.lstrip("/"))
        public = self.home.public(path) if path else None
        if public is None:
            scope.remove(f"tag image {source}")
            return text
        return f"![{text}]({self.home.on_site('/' + public, self.page)})"


_ARGUMENT = re.compile(r"\"[^\"]*+\"|'[^']*+'|[^\s,\"']++")


def _arguments(words: str) -> list[str]:
    """With commas between them in Nunjucks, in Liquid also without."""
    return _ARGUMENT.findall(words)


def _youtube(words: str, scope: Scope) -> str | None:
    name = next(iter(scope.value(each) for each in _arguments(words)), None)
    known = isinstance(name, str) and re.fullmatch(r"[\w-]{11}", name)
    return f"<https://www.youtube.com/watch?v={name}>" if known else None


def _highlight(words: str, inside: str, scope: Scope) -> str:
    """The plugin for syntax highlighting: a code block, with the language's name first."""
    name = next(iter(_arguments(words)), "").strip("\"'")
    fence = "`" * max([3, *(len(run) + 1 for run in re.findall(r"`{3,}", inside))])
    language = name if re.fullmatch(r"[\w+#-]+", name) else ""
    code = inside.strip("\n")
    return f"\n{fence}{language}\n{code}\n{fence}\n"


def _nothing(words: str, inside: str, scope: Scope) -> str:
    """Bundles: their text goes into other files."""
    return ""


_MATTER = re.compile(r"---[ \t]*\n.*?^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)


def _without_matter(text: str) -> str:
    found = _MATTER.match(text)
    return text[found.end() :] if found else text
