"""Every address in a body, made absolute or refused: URLs, srcset, CSS. Pure text, no tree."""

from __future__ import annotations

import re
from urllib.parse import quote, urljoin, urlsplit

from feedd.normalizer.plain import words

LINK_SCHEMES = words("http https mailto tel sms ftp ftps xmpp irc ircs matrix magnet geo gemini news nntp webcal")
MEDIA_SCHEMES = frozenset(("http", "https"))
LONGEST_URL = 8_192  # longer ones are broken in practice and make a body explode when many are relative to them
LONGEST_DATA = 16_384  # a placeholder or an icon; anything larger belongs into a file

_EDGES = "".join(map(chr, range(33)))  # WHATWG URL: leading and trailing C0 controls and spaces go
_INSIDE = re.compile(r"[\t\n\r]+")  # … and these vanish anywhere, also inside "java\nscript:"
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.\-]*):")
_WEB = re.compile(r"(?i)(https?):[/\\]*")
_STRAY_PERCENT = re.compile(r"%(?![0-9a-fA-F]{2})")
_DATA_IMAGE = re.compile(r"(?i)data:image/(?:png|gif|jpe?g|webp|avif);base64,[a-z0-9+/=%]+\Z")
_SAFE = "%!#$&'()*+,/:;=?@[]~"


def scheme_of(url: str) -> str:
    """The scheme a browser would see, in lower case; "" for a relative address."""
    match = _SCHEME.match(_INSIDE.sub("", url.strip(_EDGES)))
    return match[1].lower() if match else ""


def absolute(url: str, base: str, schemes: frozenset[str] = MEDIA_SCHEMES) -> str | None:
    """`url` as a browser on the page `base` would understand it, percent-encoded; None if it is not one of `schemes`.

    "//host/x" becomes https, "\\" counts as "/", "#part" becomes the page with that fragment.
    """
    url = _INSIDE.sub("", url.strip(_EDGES))
    if len(url) > LONGEST_URL:
        return None
    scheme = scheme_of(url)
    if scheme and scheme not in schemes:
        return None
    if scheme not in ("", "http", "https"):
        return _encoded(url)
    try:
        return _web(url, base, scheme)
    except ValueError:  # urllib: "Invalid IPv6 URL", "netloc contains invalid characters under NFKC"
        return None


def _web(url: str, base: str, scheme: str) -> str | None:
    head, mark, tail = _split_tail(url)
    url = head.replace("\\", "/") + mark + tail
    if scheme:
        url = _WEB.sub(lambda match: f"{match[1].lower()}://", url, count=1)
    elif url.startswith("//"):
        url = "https:" + url
    else:
        url = urljoin(base, url) if url else base.partition("#")[0]
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    return _encoded(url)


def _split_tail(url: str) -> tuple[str, str, str]:
    """Path and what is before it, then "?" or "#" and the rest, where a backslash is only a character."""
    ends = [index for index in (url.find("?"), url.find("#")) if index >= 0]
    cut = min(ends, default=len(url))
    return url[:cut], url[cut : cut + 1], url[cut + 1 :]


def _encoded(url: str) -> str:
    return quote(_STRAY_PERCENT.sub("%25", url), safe=_SAFE)


def data_image(url: str) -> str | None:
    """A small raster picture inside the address itself, or None. SVG is a document, so it is not one."""
    url = _INSIDE.sub("", url.strip(_EDGES))
    return url if len(url) <= LONGEST_DATA and _DATA_IMAGE.match(url) else None


_CANDIDATES = re.compile(r",\s+|,\Z|(?<=\s\d[wx]),|(?<=\d\d[wx]),")
_DESCRIPTOR = re.compile(r"\d+(?:\.\d+)?[wx]\Z")


def srcset(value: str, base: str) -> str | None:
    """Every candidate of an image set made absolute; those that cannot be are left out. None if none is left."""
    found = []
    for candidate in _CANDIDATES.split(value[: 4 * LONGEST_URL]):
        words = candidate.split()
        url = absolute(words[0].strip(","), base) if words and words[0].strip(",") else None
        if url is None:
            continue
        size = words[1] if len(words) > 1 and _DESCRIPTOR.match(words[1]) else ""
        # A comma at the end of a URL would be read as the end of the candidate.
        found.append(f"{url.rstrip(',')} {size}".strip())
    return ", ".join(found) or None


# Layout that carries meaning, no more: position, display, opacity and the like are how pages hide things.
STYLE_PROPERTIES = words(
    "background-color background-image border border-collapse border-color border-style border-width clear color "
    "direction float font-style font-variant font-weight height letter-spacing line-height list-style-type margin "
    "margin-bottom margin-left margin-right margin-top max-height max-width padding padding-bottom padding-left "
    "padding-right padding-top text-align text-decoration text-indent vertical-align white-space width"
)
_DECLARATION = re.compile(r"""\s*(-?[a-zA-Z][a-zA-Z-]*)\s*:((?:[^;"'()]|"[^"]*"|'[^']*'|\([^()]*\))*+)(?:;|\Z)""")
_PLAIN_VALUE = re.compile(r"[\w\s.,%#!+-]+\Z")
_COLOUR_VALUE = re.compile(r"(?i)(?:rgb|rgba|hsl|hsla)\([\d\s.,%/]+\)\Z")
_URL_VALUE = re.compile(r"""(?i)url\(\s*(?:"([^"]*)"|'([^']*)'|([^\s"'()]*))\s*\)\Z""")


def style(value: str, base: str) -> str | None:
    """The harmless declarations of a style attribute, `url()` made absolute; None if nothing is left.

    Anything this little grammar does not know (escapes, comments, functions, at-rules) ends the reading.
    """
    kept = []
    position = 0
    while match := _DECLARATION.match(value, position):
        name, known = match[1].lower(), _value(match[2].strip(), base)
        if name in STYLE_PROPERTIES and known is not None and ("url(" not in known or name == "background-image"):
            kept.append(f"{name}:{known}")
        if match.end() == len(value):
            break
        position = match.end()
    return ";".join(kept) or None


def _value(value: str, base: str) -> str | None:
    if _PLAIN_VALUE.match(value) or _COLOUR_VALUE.match(value):
        return " ".join(value.split())
    match = _URL_VALUE.match(value)
    url = absolute(match[1] or match[2] or match[3] or "", base) if match and any(match.groups()) else None
    return f'url("{url}")' if url else None
