"""HTML: claims from the page's head and headline, and the part of the page that is the article. Pure.

The body stays source text; making it safe for readers is `body`'s work. What a page shows to everybody (its navigation,
its footer) is left out if it says which part is the article: `<article>`, else `<main>`, else the whole `<body>`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from itertools import islice
from typing import Any, NamedTuple

from feedd.normalizer.claims import Stated, read_claims
from feedd.normalizer.findings import Reading, same_words, without_blank_edges
from feedd.normalizer.html_entry import h_entry
from feedd.normalizer.html_parts import Part, boxes, furniture, is_whole_page, story, without
from feedd.normalizer.html_tokens import Token, text_of, tokens, unescape
from feedd.normalizer.values import is_web_url


class _Heading(NamedTuple):
    start: int
    end: int
    text: str


_LANDMARKS = frozenset(
    ("html", "head", "body", "title", "meta", "link", "article", "main", "h1", "time", "script", "svg")
)
_MOST_LANDMARKS = 50_000  # real pages have some hundred; a page of a million tags must not fill the memory


class _Page:
    """A page's source, the tags that tell us something, and the line of each place."""

    def __init__(self, text: str, first_line: int) -> None:
        self.text = text
        self.first_line = first_line
        landmarks = (token for token in tokens(text) if token.name in _LANDMARKS)
        self.tokens = tuple(islice(landmarks, _MOST_LANDMARKS))

    def line(self, position: int) -> int:
        return self.first_line + self.text.count("\n", 0, position)

    def within(self, part: Part) -> list[Token]:
        return [token for token in self.tokens if part.start <= token.start and token.end <= part.end]


def read_html(text: str, first_line: int, title: str | None) -> Reading:
    """Take a page apart. Its head is believed before its JSON-LD, and that before a `<time>` in the article."""
    page = _Page(text, first_line)
    part = _article_part(page)
    heading = _heading(page, part)
    stated = [*_headline(page, heading, part), *_from_head(page), *_from_time(page, part), *_from_json_ld(page)]
    stated += [Stated(key, value, rule, page.line(at)) for key, value, rule, at in h_entry(text, part)]
    claims, _ = read_claims(stated, "")  # a wrong value in a page's head is not the author's to mend
    believed = title or next((claim.value for claim in claims if claim.field == "title"), None)
    within = boxes(text, part) if is_whole_page(text) else []
    own = story(text, part, within)
    cuts = list(furniture(text, own, within))
    if heading is not None and believed and same_words(believed, heading.text) and _opens(text, heading, own, cuts):
        cuts.append((heading.start, heading.end))
    body, body_line = without_blank_edges(without(text, own, cuts), page.line(own.start))
    return Reading(claims, body, "html", body_line)


# --- Which part of the page -------------------------------------------------------------------------------------------


def _article_part(page: _Page) -> Part:
    """One `<article>`, or the one that is longer than all the others together; else `<main>`; else the body."""
    whole = _body(page)
    main = next(iter(_elements(page, "main", whole)), None)
    articles = _elements(page, "article", main or whole)
    longest = max(articles, key=lambda part: part.end - part.start, default=None)
    if longest is not None and 2 * (longest.end - longest.start) > sum(each.end - each.start for each in articles):
        return longest
    return main or whole


def _elements(page: _Page, name: str, within: Part) -> list[Part]:
    """The outermost elements of a name; one that is not closed goes on to the end."""
    found: list[Part] = []
    depth, start = 0, 0
    for token in page.within(within):
        if token.name != name:
            continue
        if not token.closing:
            start = start if depth else token.end
            depth += 1
        elif depth:
            depth -= 1
            if depth == 0:
                found.append(Part(start, token.start, True))
    if depth:
        found.append(Part(start, within.end, True))
    return found


_NOT_SHOWN = frozenset(("!", "html", "head", "title", "meta", "link", "base", "style", "script"))


def _body(page: _Page) -> Part:
    """Between the body tags; they and the head's may be missing, then what is not shown is skipped."""
    start = next((token.end for token in page.tokens if token.name == "body" and not token.closing), None)
    if start is None:
        start = next((token.end for token in page.tokens if token.name == "head" and token.closing), 0)
        for token in tokens(page.text):
            if token.start < start:
                continue
            if token.name not in _NOT_SHOWN or page.text[start : token.start].strip():
                break
            start = token.end
    ends = [token.start for token in page.tokens if token.closing and token.name in ("body", "html")]
    return Part(start, next((end for end in ends if end >= start), len(page.text)), False)


# --- The headline -----------------------------------------------------------------------------------------------------

_SEEN = re.compile(r"<(?:img|picture|video|audio|iframe|svg|object|embed)\b", re.IGNORECASE)


def _heading(page: _Page, part: Part) -> _Heading | None:
    opening: Token | None = None
    for token in page.within(part):
        if token.name != "h1":
            continue
        if opening is None and not token.closing:
            opening = token
        elif opening is not None and token.closing:
            return _Heading(opening.start, token.end, text_of(page.text[opening.end : token.start]))
    return None


def _opens(text: str, heading: _Heading, part: Part, cuts: list[tuple[int, int]]) -> bool:
    """Does nothing visible stand above it in the part?"""
    if not part.start <= heading.start <= heading.end <= part.end:
        return False
    above = without(text, Part(part.start, heading.start, part.own), [cut for cut in cuts if cut[1] <= heading.start])
    return not text_of(above) and not _SEEN.search(above)


_SEPARATOR = re.compile(r"\s*[|–—·•:»«/-]\s*|\s*::\s*")
_SEPARATOR_AT_END = re.compile(r"(?:[|–—·•:»«/-]|::)$")


def _headline(page: _Page, heading: _Heading | None, part: Part) -> list[Stated]:
    """`og:title`, else `<title>`, else `<h1>`; but the `<h1>` where the title is just that with the site's name."""
    title = _named_title(page)
    if title is not None and title.rule == "<title>" and (name := _site_name(page)):
        title = replace(title, value=_without_site_name(title.value, name))
    if heading is None or not heading.text:
        return [title] if title else []
    if title is None or _adds_site_name(title.value, heading.text, both_ends=part.own):
        return [Stated("title", heading.text, "<h1>", page.line(heading.start))]
    return [title]


def _named_title(page: _Page) -> Stated | None:
    for token in page.tokens:
        if (
            token.name == "meta"
            and (found := token.attributes()).get("property") == "og:title"
            and found.get("content")
        ):
            return Stated("title", found["content"], "og:title", page.line(token.start))
    drawing = 0
    for token in page.tokens:
        if token.name == "svg":  # a drawing has a <title> of its own
            drawing += -1 if token.closing else 1
        if token.name == "title" and not token.closing and drawing <= 0:
            words = " ".join(unescape(page.text[token.inner : token.inner_end]).split())
            return Stated("title", words, "<title>", page.line(token.start)) if words else None
    return None


def _site_name(page: _Page) -> str | None:
    for token in page.tokens:
        if token.name == "meta" and (found := token.attributes()).get("property") == "og:site_name":
            return " ".join(found.get("content", "").split()) or None
    return None


def _without_site_name(title: str, site: str) -> str:
    """ "Hello" of "Hello | My site", if the page says that "My site" is its site's name."""
    if title.casefold().endswith(site.casefold()):
        rest = title[: len(title) - len(site)].rstrip()
        if rest and (separator := _SEPARATOR_AT_END.search(rest)):
            return rest[: separator.start()].rstrip() or title
    return title


def _adds_site_name(title: str, heading: str, *, both_ends: bool) -> bool:
    """Is it "Hello | My site" for "Hello"? (Or "My site: Hello", if we know that "Hello" is the article's headline.)"""
    one, two = " ".join(title.split()).casefold(), heading.casefold()
    if one.startswith(two) and _SEPARATOR.match(one, len(two)):
        return True
    return both_ends and one.endswith(two) and bool(_SEPARATOR.search(one, max(0, len(one) - len(two) - 3)))


# --- Metadata ---------------------------------------------------------------------------------------------------------

# Names of meta elements -> the key of a front matter that means the same.
_META = {
    **dict.fromkeys(("description", "og:description", "dc.description", "twitter:description"), "description"),
    **dict.fromkeys(("author", "article:author", "dc.creator", "dcterms.creator", "parsely-author"), "author"),
    **dict.fromkeys(("keywords", "news_keywords"), "keywords"),
    "article:tag": "tags",
    "article:section": "section",
    **dict.fromkeys(
        ("article:published_time", "date", "pubdate", "datepublished", "dc.date", "dc.date.issued", "dcterms.created",
         "dcterms.issued", "dcterms.date", "parsely-pub-date", "citation_publication_date"),
        "date",
    ),
    **dict.fromkeys(
        ("article:modified_time", "og:updated_time", "last-modified", "datemodified", "dcterms.modified"), "updated"
    ),
    **dict.fromkeys(("og:locale", "content-language"), "language"),
    **dict.fromkeys(("og:image", "twitter:image"), "image"),
    "og:url": "url",
    # Pelican's names for its own HTML articles; a draft that says so must not get out.
    "tags": "keywords", "category": "category", "status": "status", "slug": "slug", "modified": "updated",
    "authors": "authors", "summary": "description",
}  # fmt: skip
_ADDRESSES = ("url", "canonical")
_SEVERAL = ("author", "tags")


def _from_head(page: _Page) -> list[Stated]:
    found: dict[str, Stated] = {}
    for token in page.tokens:
        for key, value, rule in _from_tag(token):
            if not value.strip() or (key in _ADDRESSES and not is_web_url(value)):
                continue
            known = found.get(key)
            if known is None:
                each = [value] if key in _SEVERAL else value
                found[key] = Stated(key, each, rule, page.line(token.start))
            elif key in _SEVERAL and known.rule == rule:
                known.value.append(value)
    return list(found.values())


def _from_tag(token: Token) -> list[tuple[str, str, str]]:
    """(key, value, rule) of an element of the head."""
    if token.closing or token.name not in ("html", "link", "meta"):
        return []
    attributes = token.attributes()
    if token.name == "html":
        return [("language", attributes.get("lang") or attributes.get("xml:lang", ""), "<html lang>")]
    if token.name == "link":
        canonical = "canonical" in attributes.get("rel", "").lower().split()
        return [("canonical", attributes.get("href", "").strip(), "<link rel=canonical>")] if canonical else []
    name = next(
        (attributes[n] for n in ("name", "property", "itemprop", "http-equiv") if attributes.get(n)), ""
    ).lower()
    value = attributes.get("content", "").strip()
    if name not in _META or (name == "article:author" and is_web_url(value)):
        return []
    return [(_META[name], value, f"<meta {name}>")]


_PARAGRAPH = re.compile(r"<p[\s>]", re.IGNORECASE)
_PUBLISHED = re.compile(
    r"\b(?:dt-)?published\b|\b(?:entry|post|article)-date\b|\bpubdate\b|\bdatePublished\b", re.IGNORECASE
)


def _from_time(page: _Page, part: Part) -> list[Stated]:
    """`<time datetime>` that is marked as the date of publication, or stands above the first paragraph. One in running
    text is some other day: an event is not published when it takes place."""
    paragraph = _PARAGRAPH.search(page.text, part.start, part.end)
    text_starts = paragraph.start() if paragraph else part.end
    plain: Token | None = None
    for token in page.within(part):
        if token.name != "time" or token.closing or "datetime" not in token.rest.lower():
            continue
        if _PUBLISHED.search(token.rest):
            plain = token
            break
        if token.start < text_starts and plain is None and "modified" not in token.rest and "updated" not in token.rest:
            plain = token
    if plain is None:
        return []
    return [Stated("pubdate", plain.attributes().get("datetime", ""), "<time>", page.line(plain.start))]


# --- JSON-LD ----------------------------------------------------------------------------------------------------------

_ARTICLES = frozenset(
    ("Article", "NewsArticle", "BlogPosting", "ReportageNewsArticle", "OpinionNewsArticle", "AnalysisNewsArticle",
     "TechArticle", "ScholarlyArticle", "SocialMediaPosting", "LiveBlogPosting", "Report")
)  # fmt: skip
# Property of schema.org -> a key that the head's own elements have not taken.
_LD_KEYS = {
    "headline": "headline", "datePublished": "datePublished", "dateModified": "dateModified", "author": "byline",
    "description": "abstract", "image": "ogimage", "keywords": "labels", "articleSection": "articleSection",
    "inLanguage": "inLanguage",
}  # fmt: skip
LARGEST_LD = 100_000


def _from_json_ld(page: _Page) -> list[Stated]:
    for token in page.tokens:
        if token.name != "script" or token.closing or "ld+json" not in token.rest.lower():
            continue
        thing = _article_of(page.text[token.inner : min(token.inner_end, token.inner + LARGEST_LD)])
        if thing is not None:
            line = page.line(token.start)
            return [Stated(key, thing[name], "JSON-LD", line) for name, key in _LD_KEYS.items() if name in thing]
    return []


def _article_of(source: str) -> Mapping[str, Any] | None:
    """The first article, with its author looked up where it is only named by its "@id" (as WordPress plug-ins do)."""
    try:
        data = json.loads(source)
    except (ValueError, RecursionError):
        return None
    roots = data if isinstance(data, list) else [data]
    things = [*roots, *(graph for each in roots for graph in _graph(each))]
    article = _first_article(things)
    if article is None:
        return None
    people = {each["@id"]: each for each in things if isinstance(each, dict) and isinstance(each.get("@id"), str)}
    authors = article.get("author")
    named = [_looked_up(each, people) for each in (authors if isinstance(authors, list) else [authors])]
    return {**article, "author": named} if authors else article


def _looked_up(author: Any, people: Mapping[str, Any]) -> Any:
    if isinstance(author, dict) and "name" not in author and isinstance(author.get("@id"), str):
        return people.get(author["@id"], author)
    return author


def _first_article(things: list[Any]) -> Mapping[str, Any] | None:
    for thing in things:
        if isinstance(thing, dict):
            kinds = thing.get("@type")
            if _ARTICLES.intersection(
                kind for kind in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(kind, str)
            ):
                return thing
    return None


def _graph(thing: Any) -> list[Any]:
    graph = thing.get("@graph") if isinstance(thing, dict) else None
    return graph if isinstance(graph, list) else []
