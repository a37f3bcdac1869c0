"""Which pictures of a body may stand for the whole article. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from feedd.normalizer.plain import words

SMALLEST = 48  # pixels declared; what is smaller is an icon

_NUMBER = re.compile(r"\s*(\d{1,5})(?:\.\d*)?(?:px)?\s*\Z")
_ORNAMENTS = words("avatar badge emoji emojione icon twemoji wp-smiley")  # classes
_BADGE_HOSTS = words(
    "api.codacy.com api.netlify.com api.travis-ci.com api.travis-ci.org app.travis-ci.com badge.fury.io "
    "badgen.net badges.gitter.im ci.appveyor.com circleci.com codecov.io coveralls.io forthebadge.com img.shields.io "
    "mybinder.org pepy.tech readthedocs.org shields.io snyk.io static.pepy.tech travis-ci.com travis-ci.org"
)
_HOST = re.compile(r"https?://(?:[^/@]*@)?([^/:]+)")
_BADGE_OR_EMOJI = re.compile(r"/badge\.svg\Z|/badges?/|/emojis?/", re.IGNORECASE)


def is_picture(url: str, attributes: Mapping[str, str | None]) -> bool:
    """Is it more than a badge, an emoji or an icon? (Trackers and `data:` pictures are out before.)"""
    if any((size := _pixels(attributes.get(name))) is not None and size < SMALLEST for name in ("width", "height")):
        return False
    if not _ORNAMENTS.isdisjoint((attributes.get("class") or "").split()):
        return False
    host = _HOST.match(url)
    return not (host and host[1] in _BADGE_HOSTS) and not _BADGE_OR_EMOJI.search(url.partition("?")[0])


def _pixels(value: str | None) -> int | None:
    number = _NUMBER.match(value or "")
    return int(number[1]) if number else None
