"""More checks: URLs, listening addresses, folders, feed paths and link templates."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import quote, urlsplit

from feedd.settings import codes
from feedd.settings.checks import close_to, fault, text

# What RFC 3986 lets stand in a path; "%" stays because the author may have encoded something already.
_PATH_SAFE = "/:@!$&'()*+,;=~-._%"


def url(value: object) -> str:
    """An absolute http(s) URL in ASCII (hosts as punycode, paths percent-encoded), as it may stand in a feed."""
    given = text(value)
    if re.search(r"\s", given):
        raise fault(codes.BAD_URL, "a URL has no spaces or line breaks")
    if "://" not in given:
        guess = given.lstrip("/")
        raise fault(codes.BAD_URL, f'"{given}" has no scheme', f"write https://{guess}")
    try:
        parts = urlsplit(given)
        port, host = parts.port, parts.hostname or ""
        ascii_host = host.encode("idna").decode("ascii") if not host.isascii() else host
    except ValueError:  # a port that is no number, an open bracket, a label IDNA refuses
        raise fault(codes.BAD_URL, f'"{given}" is not a URL', "write it like https://ann.example") from None
    if parts.scheme not in ("http", "https"):
        raise fault(codes.BAD_URL, f"{parts.scheme}:// does not work here", "use https:// or http://")
    if not ascii_host:
        raise fault(codes.BAD_URL, f'"{given}" has no host', "write it like https://ann.example")
    if parts.username is not None:
        raise fault(codes.BAD_URL, "a URL here must not carry a user name or password")
    place = f"[{ascii_host}]" if ":" in ascii_host else ascii_host
    place += f":{port}" if port is not None else ""
    query = f"?{quote(parts.query, safe=_PATH_SAFE + '?')}" if parts.query else ""
    return f"{parts.scheme}://{place}{quote(parts.path, safe=_PATH_SAFE)}{query}"


def base_url(value: object) -> str:
    """A URL that others are appended to: no query, no fragment, no trailing slash."""
    given = url(value)
    if "?" in str(value) or "#" in str(value):
        raise fault(codes.BAD_URL, "the address of a site ends with its path", "remove everything from ? or # on")
    return given.rstrip("/")


def address(value: object) -> str:
    """ "host:port" to listen on, or "off". A lone port means this machine only, ":port" every address."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if value is False or (isinstance(value, str) and value.strip().lower() == "off"):
        return "off"
    given = text(value)
    given = f"127.0.0.1:{given}" if given.isdecimal() else f"0.0.0.0{given}" if given.startswith(":") else given  # noqa: S104
    match = re.fullmatch(r"([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\]):(\d{1,5})", given, re.ASCII)
    if match is None or int(match[2]) > 65535:
        raise fault(codes.BAD_VALUE, f'"{given}" is not host:port', "write it like 127.0.0.1:8731")
    return given


def picture(value: object) -> str:
    """A URL, or a path below the site's address."""
    given = text(value)
    if "://" in given:
        return url(given)
    if re.search(r"\s", given):
        raise fault(codes.BAD_URL, "a path in a URL has no spaces", "write %20 for a space")
    return quote(given, safe=_PATH_SAFE + "?")


def folder(value: object) -> str:
    """A folder on this machine, as written."""
    given = text(value)
    if "://" in given:
        raise fault(codes.BAD_VALUE, f'"{given}" is not a folder', "only folders of this machine work here")
    return given


def old_address(value: object) -> str:
    """A path on this server, with or without the slash before it: "rss", "blog/feed/", "old/feed.xml"."""
    given = text(value)
    if "://" in given:
        raise fault(codes.BAD_PATH, f'"{given}" is a URL', "write only what follows the host, as in old/feed.xml")
    if "?" in given or "#" in given:
        raise fault(codes.BAD_PATH, "what follows ? or # does not count here", "remove it")
    path = given.removeprefix("/")
    if any(segment in (".", "..") for segment in path.split("/")) or "//" in given:
        raise fault(codes.BAD_PATH, f'"{given}" is not a plain path', "write it like old/feed.xml, without ..")
    return path


def new_address(value: object) -> str:
    """Where something has moved to: a URL, or a path as above."""
    return url(value) if isinstance(value, str) and "://" in value else old_address(value)


def redirect_status(value: object) -> int:
    """One of the two that say "for good"."""
    found = {"301": 301, "308": 308}.get(str(value).strip())
    if found is None:
        raise fault(codes.BAD_VALUE, f'"{value}" is not 301 or 308')
    return found


def network(value: object) -> str:
    """An IP address or a network of them."""
    given = text(value)
    try:
        return str(ipaddress.ip_network(given, strict=False))
    except ValueError:
        hint = "write it like 127.0.0.1 or 10.0.0.0/8"
        raise fault(codes.BAD_VALUE, f'"{given}" is not an address or a network', hint) from None


# --- Feed paths and templates -----------------------------------------------------------------------------------------

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_SUFFIX = re.compile(r"\.(xml|rss|atom|json|html)$", re.IGNORECASE)
LINK_PLACEHOLDERS = ("site", "path", "folder", "slug", "year", "month", "day")


def placeholders(template: str) -> tuple[str, ...]:
    """The names in braces, in order: "tags/{tag}" has ("tag",)."""
    return tuple(_PLACEHOLDER.findall(template))


def feed_path(value: object) -> str:
    """A path below the output folder and below the feeds' address, without suffix; braces are looked at by `rules`."""
    given = text(value)
    if _SUFFIX.search(given):
        bare = _SUFFIX.sub("", given)
        raise fault(codes.BAD_PATH, f'"{given}" has a suffix, but every format adds its own', f"write {bare}")
    if "://" in given:
        raise fault(codes.BAD_PATH, f'"{given}" is a URL', "write only what follows the site's address, as in feed")
    if given.startswith("/"):
        raise fault(codes.BAD_PATH, f'"{given}" begins with a slash', f"write {given.strip('/') or 'feed'}")
    odd = next((letter for letter in given if letter in "\\?#%\t\r\n"), None)
    if odd is not None:
        raise fault(codes.BAD_PATH, f"a feed's path cannot contain {odd!r}", "use letters, digits, - _ . and /")
    segments = given.split("/")
    if any(segment in ("", ".", "..") or segment != segment.strip() for segment in segments):
        raise fault(codes.BAD_PATH, f'"{given}" is not a plain path', "write it like feed or news/latest, without ..")
    if any(len(segment.encode()) > 200 for segment in segments):  # file names end at 255 bytes on most systems
        raise fault(codes.BAD_PATH, "a part of this path is longer than 200 bytes")
    return given


def link(value: object) -> str:
    """The template of an article's address: begins with {site} or a scheme, and differs from article to article."""
    given = text(value)
    for name in placeholders(given):
        if name not in LINK_PLACEHOLDERS:
            hint = (
                close_to(name, LINK_PLACEHOLDERS) or f"known: {', '.join(f'{{{each}}}' for each in LINK_PLACEHOLDERS)}"
            )
            raise fault(codes.BAD_TEMPLATE, f"{{{name}}} is not a placeholder", hint)
    if not given.startswith(("{site}", "https://", "http://")):
        hint = f"write {{site}}/{given.lstrip('/')}"
        raise fault(codes.BAD_TEMPLATE, "an article's address begins with {site}", hint)
    if re.search(r"\s|[{}]", _PLACEHOLDER.sub("", given)):
        raise fault(codes.BAD_TEMPLATE, "an article's address has no spaces and no single braces")
    if not {"path", "slug"} & set(placeholders(given)):
        raise fault(codes.BAD_TEMPLATE, "every article would get the same address", "use {path} or {slug}")
    return given
