"""What Hugo would believe of an article: claims from the whole front matter, in its order of trust. Pure."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from feedd.generators import hugo_matter
from feedd.generators.hugo_config import Language, truthy
from feedd.generators.hugo_files import as_list
from feedd.generators.hugo_paths import Place, lower
from feedd.generators.hugo_permalinks import Target, is_ugly
from feedd.model import Article, Claim, Person, Problem
from feedd.normalizer.claims import Stated, fold, read_claims
from feedd.normalizer.values import Misfit, read_draft, read_labels, read_published

# Fields whose claims are Hugo's alone. Of the others the front matter's own claims stay.
_OURS = frozenset(("url", "slug", "publish_at", "draft", "categories", "tags", "aliases", "language"))
_DATES = frozenset(("date", "updated", "expires"))
_PICTURES = ("feature", "cover", "thumb", "header", "hero", "banner", "poster")
_KINDS_OF_TERMS = {"tag": "tags", "keyword": "tags", "label": "tags", "category": "categories"}


@dataclass(frozen=True, slots=True)
class Facts:
    """An article and what Hugo knows of it. `people` are names of authors by the keys of their pages."""

    article: Article
    place: Place
    language: Language
    matter: Mapping[str, Any]
    inherited: frozenset[str]
    target: Target
    people: Mapping[str, str]
    ignored: bool  # by ignoreFiles


def believed(facts: Facts) -> Article:
    article = facts.article
    own = [claim for claim in article.claims if claim.field not in _OURS]
    if facts.language.expired:
        own = [claim for claim in own if claim.field != "expires"]
    claims = (*_drafts(facts), *_dates(facts), *_plain(facts), *_terms(facts), *own, *_more(facts))
    return replace(
        article,
        claims=tuple(_named(claim, facts.people) for claim in claims),
        problems=tuple(problem for problem in article.problems if not _about_url(problem, article)),
        matter=facts.matter,
    )


def text(value: Any) -> str:
    """As Hugo casts to text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).strip() if isinstance(value, str | int | float) else ""


def _line(facts: Facts, key: str) -> int | None:
    lines = {name.lower(): line for name, line in facts.article.lines.items()}
    return lines.get(key)


def _rule(facts: Facts, key: str) -> str:
    return "cascade" if key in facts.inherited else "front matter"


def _claim(facts: Facts, field: str, value: Any, key: str) -> Claim:
    return Claim(field, value, _rule(facts, key), _line(facts, key))


def _about_url(problem: Problem, article: Article) -> bool:
    """`url: about/` is no address to others; to Hugo it is."""
    return problem.line is not None and problem.line in (
        line for name, line in article.lines.items() if name.lower() in ("url", "link", "permalink")
    )


# --- What is not published --------------------------------------------------------------------------------------------


def _drafts(facts: Facts) -> Iterator[Claim]:
    """Hugo has no page of it, or only one that nothing lists."""
    if facts.ignored:
        yield Claim("draft", True, "ignoreFiles")
    if facts.language.disabled:
        yield Claim("draft", True, "its language is disabled")
    build = facts.matter.get("build", facts.matter.get("_build"))
    build = build if isinstance(build, Mapping) else {}
    headless = truthy(facts.matter.get("headless"))
    if headless or _option(build, "render") == "never":
        yield _claim(facts, "draft", True, "headless" if headless else "build")
    elif _option(build, "list") in ("never", "local"):
        yield _claim(facts, "feeds", (), "build")
    if facts.language.drafts:
        return
    stated = ("draft", read_draft) if "draft" in facts.matter else ("published", read_published)
    value = stated[1](facts.matter.get(stated[0]), None, stated[0])
    value = value.value if isinstance(value, Misfit) else value
    if value is not None:
        yield _claim(facts, "draft", value, stated[0])


def _option(build: Mapping[str, Any], name: str) -> str:
    """These were true and false once."""
    value = build.get(name)
    return {"false": "never", "true": "always"}.get(text(value).lower(), text(value).lower())


# --- Fields -----------------------------------------------------------------------------------------------------------


def _dates(facts: Facts) -> Iterator[Claim]:
    """Readers see publishDate, as in Hugo's own feed; `lastmod` only where the article states it."""
    for field, names in (("date", ("publishdate", "date")), ("updated", ("lastmod",)), ("expires", ("expirydate",))):
        for name in names:
            found = hugo_matter.date_of(name, facts.matter, facts.place, facts.language)
            if found is None or (field == "expires" and facts.language.expired):
                continue
            if field == "updated" and found[0] not in ("lastmod", "modified", "updated"):
                continue
            key, value = found
            rule = "file name" if key == ":filename" else _rule(facts, key)
            yield Claim(field, hugo_matter.as_claimed(value, facts.language), rule, _line(facts, key))
    if facts.language.future:
        yield Claim("future", True, "buildFuture")


def _plain(facts: Facts) -> Iterator[Claim]:
    yield Claim("language", facts.language.tag, "its place in the site")
    if found := aliases(facts):
        yield _claim(facts, "aliases", found, "aliases")


def aliases(facts: Facts) -> tuple[str, ...]:
    """Former addresses, as paths below the site's address (hugolib/page__output.go, Aliases)."""
    found = []
    host = f"{facts.language.base}/" if facts.language.base else ""
    for each in as_list(facts.matter.get("aliases")):
        alias = text(each)
        if not alias or "://" in alias:
            continue
        begin = f"/{facts.language.prefix}" if alias.startswith("/") else posixpath.dirname(facts.target.files or "/")
        path = posixpath.normpath(f"/{begin}/{alias}").strip("/")
        ending = "" if path.endswith((".html", ".htm")) else ".html" if is_ugly(facts.place, facts.language) else "/"
        found.append(f"{host}{path}{ending}")
    return tuple(found)


def _terms(facts: Facts) -> Iterator[Claim]:
    """Tags and categories by the site's own names for them. Text is one term, blanks and commas included."""
    params = facts.matter.get("params")
    nested = params if isinstance(params, Mapping) else {}
    only = len(facts.language.taxonomies) == 1
    for plural, singular in facts.language.taxonomies.items():
        field = _KINDS_OF_TERMS.get(fold(singular)) or _KINDS_OF_TERMS.get(fold(plural).removesuffix("s"))
        field = "categories" if fold(plural) == "categories" else field or ("tags" if only else None)
        value = facts.matter.get(plural, nested.get(plural))
        if field is None or value is None:
            continue
        labels = read_labels(as_list(value), None, plural)
        labels = labels.value if isinstance(labels, Misfit) else labels
        if labels:
            yield _claim(facts, field, labels, plural)


def _more(facts: Facts) -> Iterator[Claim]:
    """What everybody's names find in inherited fields, in `params:` and in `resources:`; the site's author last."""
    stated = [Stated(key, facts.matter[key], "cascade") for key in sorted(facts.inherited)]
    params = facts.matter.get("params")
    if isinstance(params, Mapping):
        stated += [Stated(key, each, "front matter", _line(facts, "params")) for key, each in params.items()]
    for each in as_list(facts.matter.get("resources")):
        if isinstance(each, Mapping) and any(word in text(each.get("name")).lower() for word in _PICTURES):
            stated.append(Stated("image", each.get("src"), "front matter", _line(facts, "resources")))
    author = facts.language.params.get("author")
    stated.append(Stated("author", author, "the site's params.author"))
    for one in stated:
        claims, _ = read_claims([one], facts.article.key.path)
        yield from (claim for claim in claims if claim.field not in _OURS | _DATES)


def _named(claim: Claim, people: Mapping[str, str]) -> Claim:
    """An author who has a page of his own is called as it is."""
    if claim.field != "authors" or not people or not isinstance(claim.value, tuple):
        return claim
    named = tuple(
        replace(person, name=people.get(lower(person.name), person.name)) if isinstance(person, Person) else person
        for person in claim.value
    )
    return replace(claim, value=named)
