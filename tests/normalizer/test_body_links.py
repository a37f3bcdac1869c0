"""Addresses: what a browser on the entry's page would make of them, or nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedd.normalizer.body_links import LINK_SCHEMES, Addresses, absolute, data_image, srcset, style

PAGE = "https://ann.example/posts/hello/"
URLS = [
    ("x.png", f"{PAGE}x.png"),
    ("./x", f"{PAGE}x"),
    ("../x", "https://ann.example/posts/x"),
    ("/x", "https://ann.example/x"),
    ("?a=1", f"{PAGE}?a=1"),
    ("#a", f"{PAGE}#a"),
    ("", PAGE),
    ("//b.example/x", "https://b.example/x"),
    ("http://b.example", "http://b.example"),
    ("HTTPS://b.example/X", "https://b.example/X"),
    ("https:/b.example/x", "https://b.example/x"),
    ("https:\\\\b.example\\x?y=\\", "https://b.example/x?y=%5C"),
    ("\\\\b.example\\x", "https://b.example/x"),
    (" \n/x\t/y ", "https://ann.example/x/y"),
    ("/a b", "https://ann.example/a%20b"),
    ("/100%", "https://ann.example/100%25"),
    ("/%c3%bc", "https://ann.example/%c3%bc"),
    ("/ü?ö#ä", "https://ann.example/%C3%BC?%C3%B6#%C3%A4"),
    ("/a|b\"<>'", "https://ann.example/a%7Cb%22%3C%3E'"),
    ("mailto:a@b.example", "mailto:a@b.example"),
    ("tel:+49 1", "tel:+49%201"),
    ("javascript:1", None),
    ("java\nscript:1", None),
    ("\x01javascript:1", None),
    ("data:text/html,x", None),
    ("https://", None),
    ("http://[::1", None),
    ("x" * 9_000, None),
]  # fmt: skip


@pytest.mark.parametrize(("url", "expected"), URLS)
def test_absolute(url: str, expected: str | None) -> None:
    """Resolved against the permalink by the rules of the WHATWG URL standard, then percent-encoded."""
    assert expected == absolute(url, PAGE, LINK_SCHEMES)


@given(st.text(max_size=60))
def test_an_absolute_address_stays_as_it_is(url: str) -> None:
    """Resolving twice is resolving once, and the result is plain ASCII but for the host."""
    first = absolute(url, PAGE, LINK_SCHEMES)
    if first is not None:
        assert first == absolute(first, PAGE, LINK_SCHEMES)
        assert first.isascii()
        assert not set(first) & set(' <>"\\\t\n')


SETS = [
    ("a.png", f"{PAGE}a.png"),
    ("a.png 1x, b.png 2x", f"{PAGE}a.png 1x, {PAGE}b.png 2x"),
    ("a.png 1x,b.png 2x", f"{PAGE}a.png 1x, {PAGE}b.png 2x"),
    ("\n  a.png 320w,\n  b.png 640.5w\n", f"{PAGE}a.png 320w, {PAGE}b.png 640.5w"),
    ("/w_1,h_2/a.png 1x, b.png 2x", f"https://ann.example/w_1,h_2/a.png 1x, {PAGE}b.png 2x"),
    ("javascript:1 1x, b.png 2x", f"{PAGE}b.png 2x"),
    ("a.png onload", f"{PAGE}a.png"),
    ("", None),
    (", ,", None),
]  # fmt: skip


@pytest.mark.parametrize(("value", "expected"), SETS)
def test_srcset(value: str, expected: str | None) -> None:
    """All candidates of an image set become absolute; bad ones go alone."""
    assert expected == srcset(value, Addresses(PAGE))


STYLES = [
    ("color: red", "color:red"),
    ("COLOR:Red; Text-Align : center ;", "color:Red;text-align:center"),
    ("color:rgb(1, 2, 3)", "color:rgb(1, 2, 3)"),
    ("background-image:url('/a;b.png')", 'background-image:url("https://ann.example/a;b.png")'),
    ("background-image:url(a.png);color:red", f'background-image:url("{PAGE}a.png");color:red'),
    ("width:url(a.png)", None),
    ("background-image:url(javascript:1)", None),
    ("position:fixed", None),
    ("margin:0 1em", "margin:0 1em"),
    ("margin-left: -49vw; color: red", "color:red"),
    ("margin:1em -2px", None),
    ("text-indent:-9999px", None),
    ("color:expression(1)", None),
    ("color:r\\65 d", None),
    ("color:red/**/", None),
    ("@import 'x'", None),
    ("", None),
]  # fmt: skip


@pytest.mark.parametrize(("value", "expected"), STYLES)
def test_style(value: str, expected: str | None) -> None:
    """A few plain declarations pass; whatever the small grammar does not know goes."""
    assert expected == style(value, Addresses(PAGE))


def test_data_images_are_small_and_pictures() -> None:
    """A tiny picture may live in its address; documents (also SVG) and large ones may not."""
    assert data_image("data:image/png;base64,iVBORw0=") == "data:image/png;base64,iVBORw0="
    assert data_image("data:image/svg+xml;base64,iVBORw0=") is None
    assert data_image("data:image/png," + "x") is None
    assert data_image("data:image/png;base64," + "A" * 20_000) is None
