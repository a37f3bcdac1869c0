"""MkDocs, and the blog of Material for MkDocs: pages below `docs_dir`, settings in `mkdocs.yml`.

A page's address is its path (mkdocs/structure/files.py). A post's is a template filled from its date, its categories
and its title (material/plugins/blog/plugin.py, `_format_path_for_post`). Where the site has a blog, the posts are the
articles and the other pages are left out; without one every page is an article.
"""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import quote, unquote, urlsplit
from zoneinfo import ZoneInfo

from feedd.generators import Kind, Made
from feedd.generators.base import BasePreset
from feedd.generators.clock import wall_clock
from feedd.generators.mkdocs_settings import BLOG, CONF, NO_RULES, OTHER, SUFFIXES, Blog, Rules, read_rules
from feedd.generators.python_markdown import without_contents_mark
from feedd.model import Article, Claim, Page, Person, Problem, Resolved
from feedd.normalizer import references
from feedd.normalizer.dates import ParsedDate, parse_date
from feedd.normalizer.findings import FIELD, same_words
from feedd.normalizer.values import read_labels, truth
from feedd.ports import Surroundings

_URL = "mkdocs: url"  # where `believe` leaves the address for `link`; no front matter can have such a key
_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class MkdocsPreset(BasePreset):
    rules: Rules = NO_RULES

    # --- what the file is

    def believe(self, article: Article) -> Article:
        path = self._below_docs(article.key.path)
        blog = self._blog_of(path)
        title, body, rule = self._title(article, path)
        line = next((claim.line for claim in article.claims if claim.field == "title"), None)
        claims = [
            Claim("title", title, rule, line),
            *self._labels(article),
            *([Claim("language", self.rules.language, "theme.language")] if self.rules.language else []),
        ]
        decided = {"title", "categories", "slug", "url"}
        address: str | None = self._page_address(path)
        if blog is not None:
            dates = _dates(article)
            claims += [*_date_claims(dates, article), *self._people(article, blog), *_visibility(article, blog)]
            decided |= {"date", "updated", "draft", "authors"}
            address = self._post_address(article, path, blog, str(article.matter.get("title") or title), dates)
        return replace(
            article,
            claims=(*claims, *(claim for claim in article.claims if claim.field not in decided)),
            body=body,
            problems=tuple(each for each in article.problems if blog is None or not _is_about_dates(each)),
            matter={**article.matter, _URL: address},
        )

    def _below_docs(self, path: str) -> str:
        whole = posixpath.join(self.below, path)
        return whole.removeprefix(f"{self.rules.docs}/") if self.rules.docs else whole

    def _blog_of(self, path: str) -> Blog | None:
        """The plugin compares the beginning of the text, not whole names: "blog/posts-old/a.md" is a post, too."""
        return next((blog for blog in self.rules.blogs if path.startswith(blog.posts)), None)

    def _title(self, article: Article, path: str) -> tuple[str, str, str]:
        """(title, body, rule): the navigation, the front matter, the first heading, the file's name
        (mkdocs/structure/pages.py, Page.title)."""
        found = next((claim for claim in article.claims if claim.field == "title"), None)
        named = dict(self.rules.titles).get(path)
        if named is not None and found is not None and found.rule == "first heading":
            # The heading was taken off as the title; now it is a heading again.
            body = article.body if same_words(named, str(found.value)) else f"# {found.value}\n\n{article.body}"
            return named, body, "nav"
        if named is not None:
            return named, article.body, "nav"
        if found is not None and found.value:
            return str(found.value), article.body, found.rule
        stem = _stem(path)
        if stem == "index" and "/" not in path:
            return "Home", article.body, "the site's first page"
        words = stem.replace("-", " ").replace("_", " ")
        return words.capitalize() if words.lower() == words else words, article.body, "file name"

    def _labels(self, article: Article) -> Iterator[Claim]:
        """Categories are a list; text stands for nothing else here."""
        given = article.matter.get("categories")
        found = read_labels(given if isinstance(given, list) else [given] if given else [], None, "categories")
        if isinstance(found, tuple):
            yield Claim("categories", found, "front matter", article.lines.get("categories"))

    def _people(self, article: Article, blog: Blog) -> Iterator[Claim]:
        """`authors` are the names of entries in .authors.yml."""
        given = article.matter.get("authors")
        ids = [str(each) for each in given] if isinstance(given, list) else [str(given)] if given else []
        known = dict(blog.authors)
        people = tuple(known.get(each, Person(each)) for each in dict.fromkeys(ids) if each.strip())
        if people and blog["authors"]:
            yield Claim("authors", people, "front matter, .authors.yml", article.lines.get("authors"))

    # --- where it is

    def _post_address(
        self, article: Article, path: str, blog: Blog, title: str, dates: Mapping[str, Any]
    ) -> str | None:
        """None without a date: Material refuses such a post."""
        created = wall_clock(dates["created"]) if "created" in dates else None
        if created is None:
            return None
        given = article.matter.get("categories")
        categories = [str(each) for each in given] if isinstance(given, list) else []
        most = max(0, int(blog["post_url_max_categories"]))
        sections = (_slugify(each, blog, "categories_slugify") for each in dict.fromkeys(categories))
        slug = article.matter.get("slug")
        fields = {
            "date": _formatted(created, blog["post_url_date_format"]),
            "slug": str(slug) if slug else _slugify(title, blog, "post_slugify"),
            "file": _stem(path),
            "categories": "/".join(each for _, each in zip(range(most), sections, strict=False)),
        }
        filled = _FIELD.sub(lambda found: fields.get(found[1], found[0]), blog["post_url_format"])
        normal = posixpath.normpath(filled.strip("/"))
        return self._page_address(posixpath.normpath(posixpath.join(blog.folder, f"{normal}.md")))

    def _page_address(self, path: str) -> str:
        """mkdocs/structure/files.py, File._get_dest_path and _get_url."""
        folder, stem = posixpath.dirname(path), _stem(path)
        if not self.rules.pretty:
            return "/" + posixpath.join(folder, f"{stem}.html")
        below = folder if stem == "index" else posixpath.join(folder, stem)
        return f"/{below}/" if below else "/"

    def link(self, page: Page) -> str | None:
        url = page.matter.get(_URL)
        return url if isinstance(url, str) else None

    # --- what stands in it

    def resolve(self, body: str, page: Page, around: Surroundings) -> Resolved:
        text = without_contents_mark(body)
        removed: tuple[str, ...] = ()
        if self.rules.snippets is not None and "8<--" in text:
            text, removed = self._snippets(text, around)
        blog = self._blog_of(self._below_docs(page.path))
        separator = blog["post_excerpt_separator"] if blog else ""
        if separator and separator != BLOG["post_excerpt_separator"]:
            text = text.replace(separator, "<!-- more -->", 1)
        return Resolved(text, removed)

    def _snippets(self, body: str, around: Surroundings) -> tuple[str, tuple[str, ...]]:
        """`--8<-- "file"` on a line of its own (pymdownx.snippets), also in code, where it is most often meant so."""
        removed: dict[str, None] = {}

        def one(found: re.Match[str]) -> str:
            for base in self.rules.snippets or ():
                path = references.inside(posixpath.join(base, found[2]))
                text = around.text(path) if path else None
                if text is not None:
                    return "\n".join(found[1] + line if line else "" for line in text.rstrip("\n").split("\n"))
            removed[f"snippet {found[2]}"] = None
            return ""

        return _SNIPPET.sub(one, body), tuple(removed)

    def refer(self, target: str, page: Page, url: str, around: Surroundings) -> str | None:
        """A relative address is one beside the file, not beside the page (mkdocs/structure/pages.py, path_to_url)."""
        parts = urlsplit(target)
        if parts.scheme or parts.netloc or not parts.path or parts.path.startswith(("/", "\\")):
            return None
        here = posixpath.dirname(self._below_docs(page.path))
        path = references.inside(posixpath.join(here, unquote(parts.path)))
        if path is None:
            return None
        whole = posixpath.join(self.rules.docs, path)
        rest = target[len(parts.path) :]
        if path.endswith(SUFFIXES):
            address = self._article(path, whole, page, around)
            return address + rest if address else None
        if around.media(whole) is None and around.text(whole) is None:
            return None
        blog = self._blog_of(path)
        if blog is not None and blog.posts:  # assets of posts are published in the blog's folder
            path = posixpath.normpath(path.replace(blog.posts, blog.folder or ".", 1))
        return f"{page.site.url}/{quote(path)}{rest}"

    def _article(self, path: str, whole: str, page: Page, around: Surroundings) -> str | None:
        below = f"{self.below}/" if self.below else ""
        if whole.startswith(below):
            return around.address(whole.removeprefix(below))
        if self._blog_of(path) is not None or around.text(whole) is None:
            return None
        return page.site.url + quote(self._page_address(path))

    def files(self, path: str) -> tuple[str, ...]:
        path = path.lstrip("/")
        inside = [
            posixpath.join(blog.posts, path.removeprefix(blog.folder).lstrip("/"))
            for blog in self.rules.blogs
            if f"{path}/".startswith(f"{blog.folder}/" if blog.folder else "")
        ]
        return tuple(posixpath.join(self.rules.docs, each) for each in (path, *inside))


_FIELD = re.compile(r"\{(categories|date|slug|file)\}")
_SNIPPET = re.compile(r"^([ \t]*)-{1,20}8<-{1,20}[ \t]+[\"']([^\"'\n]{1,200})[\"'][ \t]*$", re.MULTILINE)


def _stem(path: str) -> str:
    stem = posixpath.splitext(posixpath.basename(path))[0]
    return "index" if stem == "README" else stem


# --- Posts ------------------------------------------------------------------------------------------------------------


def _dates(article: Article) -> dict[str, Any]:
    """`date` is a date or a mapping of them (blog/structure/options.py, PostDate); as they are written."""
    given = article.matter.get("date")
    named = given if isinstance(given, Mapping) else {"created": given}
    return {str(name): value for name, value in named.items() if value is not None}


def _date_claims(dates: Mapping[str, Any], article: Article) -> Iterator[Claim]:
    """A time without a zone is in UTC; a day stays a day."""
    line = article.lines.get("date")
    for field, name in (("date", "created"), ("updated", "updated")):
        parsed = parse_date(dates[name], _UTC) if name in dates else None
        if isinstance(parsed, ParsedDate):
            value = dates[name] if parsed.date_only else parsed.instant.isoformat()
            yield Claim(field, value, f"front matter, {name}", line)
        elif parsed is not None:
            yield Claim(field, dates[name], f"front matter, {name}", line)


def _visibility(article: Article, blog: Blog) -> Iterator[Claim]:
    """A post is a draft if it says so; a date to come matters only with draft_if_future_date, and only to a post that
    does not say `draft` (plugin.py, _is_excluded)."""
    stated = truth(article.matter.get("draft"))
    if stated and not blog["draft"]:
        yield Claim("draft", True, "front matter", article.lines.get("draft"))
    if stated is not None or blog["draft"] or not blog["draft_if_future_date"]:
        yield Claim("future", True, "draft_if_future_date is off")


def _is_about_dates(problem: Problem) -> bool:
    """`date:` with created and updated below it is no misfit here."""
    return problem.code == FIELD and problem.message.startswith("date is a mapping")


_TAGS = re.compile(r"</?[^<>]{0,1000}>")
_LOWER = re.compile(r"[A-Z]")


def _slugify(text: str, blog: Blog, name: str) -> str:
    """pymdownx.slugs.slugify."""
    slug = _TAGS.sub("", unicodedata.normalize("NFC", text)).strip()
    case = dict(blog.cases).get(name, "lower")
    if case == "lower":
        slug = slug.lower()
    elif case == "lower-ascii":
        slug = _LOWER.sub(lambda letter: letter[0].lower(), slug)
    elif case == "fold":
        slug = slug.casefold()
    return re.sub(r"[^\w\- ]", "", slug).replace(" ", blog[f"{name}_separator"])


# Unicode TR 35 date patterns, as Babel writes them; month names in English.
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_PATTERN = re.compile(r"'([^']*)'|y+|M+|d+|H+|m+|s+|[A-Za-z]+")


def _formatted(date: datetime, pattern: str) -> str:
    def one(found: re.Match[str]) -> str:
        text = found[0]
        if found[1] is not None:
            return found[1] or "'"
        if text[0] == "y":
            return f"{date.year % 100:02}" if len(text) == 2 else str(date.year).zfill(len(text))
        if text[0] == "M" and len(text) > 2:
            return _MONTHS[date.month - 1][: 3 if len(text) == 3 else None]
        number = {"M": date.month, "d": date.day, "H": date.hour, "m": date.minute, "s": date.second}.get(text[0])
        return text if number is None else str(number).zfill(len(text))

    return _PATTERN.sub(one, pattern)


def make(files: Mapping[str, str], below: str) -> Made:
    rules, ignored, warnings = read_rules(files, below)
    return Made(MkdocsPreset("mkdocs", below, ignored, rules), warnings)


KIND = Kind("mkdocs", "MkDocs", (CONF, OTHER), (CONF, OTHER, "*.yml", "**/.authors.yml", "**/*authors*.yml"), make)
