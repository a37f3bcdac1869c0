"""What people see who open a feed in a browser."""

from __future__ import annotations

from pathlib import Path

import pytest

from feedd import settings
from feedd.model import Settings


def load(folder: Path, text: str) -> Settings:
    (folder / "posts").mkdir(exist_ok=True)
    (folder / "feedd.yaml").write_text(f"site: https://ann.example/blog\nsource: posts\npublish: public\n{text}")
    return settings.load(str(folder / "feedd.yaml"), env={})


@pytest.mark.parametrize(
    ("text", "style", "landing"),
    [
        ("", "feed.css", True),
        ("presentation: css", "feed.css", True),
        ("presentation: none", None, False),
        ("presentation: {css: /a/feed.css}", "https://ann.example/a/feed.css", True),
        ("presentation: {css: feed.css}", "https://ann.example/blog/feed.css", True),
        ("presentation: {css: 'https://cdn.example/x.css'}", "https://cdn.example/x.css", True),
        ("feeds: {path: feed, presentation: none}", None, False),
        ("presentation: none\nfeeds: {path: feed, presentation: css}", "feed.css", True),
        ("presentation: {css: /a.css}\nfeeds: {path: feed, presentation: css}", "feed.css", True),
    ],
)
def test_style_and_page(tmp_path: Path, text: str, style: str | None, landing: bool) -> None:
    """A style sheet and a page by default; the feed's own word wins; with any page comes the list of all feeds."""
    made = load(tmp_path, text)
    assert [(feed.style, feed.landing) for feed in made.feeds] == [(style, landing)]
    assert made.index is landing


def test_one_page_is_enough_for_a_list(tmp_path: Path) -> None:
    """It leads to the list, so the list must be there."""
    made = load(tmp_path, "feeds: [{path: a, presentation: none}, b]")
    assert [feed.landing for feed in made.feeds] == [False, True]
    assert made.index
