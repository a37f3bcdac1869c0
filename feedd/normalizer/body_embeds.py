"""What stands where a player or a foreign page was embedded: a titled link, with a poster if one is known. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from urllib.parse import parse_qs, urlsplit

from feedd.normalizer.plain import words


@dataclass(frozen=True, slots=True)
class Embed:
    """`url` is the page a person opens; `poster` a picture to show for it; `place` names where it leads."""

    url: str
    place: str
    poster: str | None = None


_YOUTUBE_HOSTS = words(
    "youtube.com www.youtube.com m.youtube.com youtube-nocookie.com www.youtube-nocookie.com youtu.be"
)
_VIDEO_ID = re.compile(r"[A-Za-z0-9_-]{6,20}\Z")


def embed(src: str) -> Embed:
    """What an absolute embed address stands for."""
    parts = urlsplit(src)
    host = (parts.hostname or "").lower()
    if host in _YOUTUBE_HOSTS:
        return _youtube(src, parts.path, parts.query)
    if host == "player.vimeo.com" and (match := re.match(r"/video/(\d+)", parts.path)):
        return Embed(f"https://vimeo.com/{match[1]}", "Vimeo")
    return Embed(src, host)


def _youtube(src: str, path: str, query: str) -> Embed:
    video = path.rstrip("/").rpartition("/")[2]
    fields = parse_qs(query)
    if video == "videoseries" and "list" in fields and _is_list(fields["list"][0]):
        return Embed(f"https://www.youtube.com/playlist?list={fields['list'][0]}", "YouTube")
    if video == "watch":
        video = fields.get("v", [""])[0]
    if not _VIDEO_ID.match(video):
        return Embed(src, "YouTube")
    poster = f"https://i.ytimg.com/vi/{video}/hqdefault.jpg"
    return Embed(f"https://www.youtube.com/watch?v={video}", "YouTube", poster)


def _is_list(name: str) -> bool:
    return re.fullmatch(r"[A-Za-z0-9_-]{2,64}", name) is not None


def to_html(found: Embed, title: str, *, linked: bool) -> str:
    """A phrase; `linked` False where it already stands in a link, and links must not nest."""
    label = escape(title or f"Embedded content at {found.place}", quote=False)
    picture = f'<img alt="" height="360" src="{escape(found.poster)}" width="480"><br>' if found.poster else ""
    return f'<a href="{escape(found.url)}">{picture}{label}</a>' if linked else picture + label
