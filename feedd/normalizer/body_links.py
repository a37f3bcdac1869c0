"""Every address in a body, made absolute or refused: URLs, srcset, CSS. Pure text, no tree."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from html import unescape
from urllib.parse import quote, unquote, urljoin, urlsplit

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


Resolve = Callable[[str], str | None]


class Addresses:
    """What the addresses in one body mean: those that only the source folder explains (`Entry.references`) by their
    pairs, every other as a browser on the entry's page would understand it."""

    def __init__(self, page: str, references: Iterable[tuple[str, str]] = ()) -> None:
        self.page = self._base = page
        self._explained: dict[str, str] = {}
        for written, meant in references:
            for form in _forms(written):
                self._explained.setdefault(form, meant)
        self._explained.update(references)

    def __call__(self, url: str, schemes: frozenset[str] = MEDIA_SCHEMES) -> str | None:
        url = self.meant(url) or url
        return absolute(url, self._base if url.strip(_EDGES)[:1] not in ("", "#") else self.page, schemes)

    def meant(self, url: str) -> str | None:
        """What only the source folder explains, None for any other address."""
        if not self._explained:
            return None
        url = url.strip(_EDGES)
        return self._explained.get(url) or self._explained.get(unquote(url))

    def believe_base(self, href: str) -> None:
        """`<base href>` moves relative addresses within the page's own host; a body must not send them elsewhere."""
        base = absolute(href, self.page)
        if base is not None and urlsplit(base).netloc == urlsplit(self.page).netloc:
            self._base = base


def _forms(written: str) -> set[str]:
    """An address as it stands in Markdown, and as it is after parsing: without backslashes and character references,
    with and without percent-encoding."""
    parsed = unescape(_ESCAPED.sub(r"\1", written))
    return {form for text in (written, parsed) for form in (text, unquote(text), _encoded(text))}


_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")  # CommonMark, "Backslash escapes"


def data_image(url: str) -> str | None:
    """A small raster picture inside the address itself, or None. SVG is a document, so it is not one."""
    url = _INSIDE.sub("", url.strip(_EDGES))
    return url if len(url) <= LONGEST_DATA and _DATA_IMAGE.match(url) else None


_CANDIDATES = re.compile(r",\s+|,\Z|(?<=\s\d[wx]),|(?<=\d\d[wx]),")
_DESCRIPTOR = re.compile(r"\d+(?:\.\d+)?[wx]\Z")


def srcset(value: str, resolve: Resolve) -> str | None:
    """Every candidate of an image set made absolute; those that cannot be are left out. None if none is left."""
    found = []
    for candidate in _CANDIDATES.split(value[: 4 * LONGEST_URL]):
        words = candidate.split()
        url = resolve(words[0].strip(",")) if words and words[0].strip(",") else None
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
_NEGATIVE = re.compile(r"(?:^|[\s,])-")
_COLOUR_VALUE = re.compile(r"(?i)(?:rgb|rgba|hsl|hsla)\([\d\s.,%/]+\)\Z")
_URL_VALUE = re.compile(r"""(?i)url\(\s*(?:"([^"]*)"|'([^']*)'|([^\s"'()]*))\s*\)\Z""")


def style(value: str, resolve: Resolve) -> str | None:
    """The harmless declarations of a style attribute, `url()` made absolute; None if nothing is left.

    Anything this little grammar does not know (escapes, comments, functions, at-rules) ends the reading.
    """
    kept = []
    for name, written in declarations(value):
        known = _value(written, resolve)
        if name in STYLE_PROPERTIES and known is not None and _stays_in_place(name, known):
            kept.append(f"{name}:{known}")
    return ";".join(kept) or None


def _stays_in_place(name: str, value: str) -> bool:
    """A negative margin or indent lays the article over what stands around it, which in a reader is another article or
    a button; an address belongs to a background alone."""
    if "url(" in value:
        return name == "background-image"
    return not (name.startswith(("margin", "text-indent")) and _NEGATIVE.search(value))


def declarations(value: str) -> Iterator[tuple[str, str]]:
    """(property, value) as far as the little grammar understands."""
    position = 0
    while match := _DECLARATION.match(value, position):
        yield match[1].lower(), match[2].strip()
        if match.end() == len(value):
            return
        position = match.end()


def _value(value: str, resolve: Resolve) -> str | None:
    if _PLAIN_VALUE.match(value) or _COLOUR_VALUE.match(value):
        return " ".join(value.split())
    match = _URL_VALUE.match(value)
    url = resolve(match[1] or match[2] or match[3] or "") if match and any(match.groups()) else None
    return f'url("{url}")' if url else None
