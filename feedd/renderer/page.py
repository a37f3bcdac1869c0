"""What our pages for people have in common, and the only door to jinja2. Pure: the same data gives the same bytes.

Links between our documents are relative to the page, so that it works under the public address, behind a proxy and on
127.0.0.1 alike; the addresses to copy are the public ones. A page asks for nothing but its style sheet: the headers
that the server sends with it forbid everything else.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any, Final
from urllib.parse import quote
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined

from feedd.model import Feed, Site

HTML: Final = "html"  # the format of a page
INDEX: Final = "feeds.html"
OPML: Final = "feeds.opml"
PAGE_STYLE: Final = "feedd.css"  # of our pages
LABELS: Final = {"rss": "RSS", "atom": "Atom", "json": "JSON Feed"}

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
# Languages that are written from right to left, unless their tag names another script (RFC 5646 §2.2.3).
_RIGHT_TO_LEFT = frozenset(
    ("ar", "arc", "ckb", "dv", "fa", "he", "iw", "khw", "ks", "ku", "nqo", "ps", "sd", "syr", "ug", "ur", "yi")
)
_SCRIPTS_RIGHT_TO_LEFT = frozenset(("adlm", "arab", "hebr", "mand", "nkoo", "samr", "syrc", "thaa"))


def write(template: str, **values: Any) -> bytes:
    """A page as bytes."""
    return _environment().get_template(template).render(**values).encode()


@cache
def style(name: str) -> bytes:
    """A style sheet as it is published."""
    return files("feedd.renderer").joinpath("templates", name).read_bytes()


def relative(target: str, path: str) -> str:
    """How a document at `path` refers to the one at `target`. "./" keeps a colon in the first step from reading as a
    scheme (RFC 3986 §4.2)."""
    here, there = path.split("/")[:-1], target.split("/")
    while here and there[1:] and here[0] == there[0]:
        here, there = here[1:], there[1:]
    return quote("/".join([*([".."] * len(here) or ["."]), *there]))


def direction(language: str | None) -> str:
    """For `dir`: a browser looks at the text where the language is not known."""
    if not language:
        return "auto"
    primary, *subtags = language.lower().split("-")
    script = next((each for each in subtags if len(each) == 4 and each.isalpha()), None)
    to_left = script in _SCRIPTS_RIGHT_TO_LEFT if script else primary in _RIGHT_TO_LEFT
    return "rtl" if to_left else "ltr"


def language_of(text: str, feed: Feed, site: Site) -> str | None:
    """What a feed's title or description is written in: a feed in another language may have taken it from the site."""
    is_the_sites = text in (site.title, site.description) or text.startswith(f"{site.title}: ")
    return site.language if is_the_sites else feed.language or site.language


def day(moment: datetime, zone: str) -> str:
    """The date as people of the site say it."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{local.day} {_MONTHS[local.month - 1]} {local.year}"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("feedd.renderer"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["dir"] = direction
    return environment
