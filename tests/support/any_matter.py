"""Front matter and settings of any shape, and a preset that meets them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from feedd.model import Article, Page, Site, SourceKey
from feedd.normalizer.references import NOWHERE
from feedd.ports import Preset
from tests.support.scratch_site import URL

_WORDS = st.sampled_from(
    ("", "a", "/a/:year/", "2024-01-01", "..", "../x", "http://", "{{<", "[", "true", "é/\0", "a.b", ":")
)
_PLAIN = _WORDS | st.none() | st.booleans() | st.integers(-5, 10**12) | st.floats(allow_nan=True) | st.just("x" * 300)


def values(names: Sequence[str]) -> st.SearchStrategy[Any]:
    """JSON's shapes, with these names as keys here and there."""
    keys = st.sampled_from(
        (*names, "target", "path", "render", "list", "name", "src", "en", "de", "page", "mounts", "source")
    )
    return st.recursive(
        _PLAIN, lambda some: st.lists(some, max_size=3) | st.dictionaries(keys, some, max_size=3), max_leaves=8
    )


def matters(names: Sequence[str]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(st.sampled_from(tuple(names)), values(names), max_size=5)


def meet(preset: Preset, path: str, matter: dict[str, Any]) -> None:
    """Ask a preset everything about an article with this front matter."""
    body = "[a](b.md) ![c](d.png) {{< ref x >}} {{ a(b=1) }} {{< param a.b >}}"
    article = preset.believe(Article(SourceKey("main", path), (), body, "markdown", matter=matter))
    site = Site(URL, URL, "Ann")
    page = Page(path, site, datetime(2024, 1, 1, tzinfo=UTC), "A", None, (), (), None, "markdown", article.matter)
    link = preset.link(page)
    assert link is None or isinstance(link, str)
    preset.resolve(body, page, NOWHERE)
    for target in ("b.md", "d.png", "@/a.md", "/x", "", "#", "a?b#c", "..", "\0"):
        preset.refer(target, page, URL + "/a/", NOWHERE)
    preset.files("/images/x.png")
