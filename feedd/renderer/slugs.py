"""Names of files and addresses made from words. Pure, and frozen: a slug that changes is a feed that its subscribers
lose. `tests/renderer/test_slugs.py` pins what these functions give.

What is one value is decided by `same`, and everything here depends on the value alone: which values there are besides,
and in what order they came, moves no feed.
"""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata


def slugify(value: str) -> str:
    """A path segment for a tag, category or author: lower case, any alphabet, never empty, never lossy without a mark.

    "C++" is "c-plus-plus" and "C#" is "c-sharp" because they are not "c"; what loses other signs gets ten of base32, so
    that two values never meet in one file. With 50 bits a site of a million such tags has one chance in two thousand.
    """
    folded = unicodedata.normalize("NFKC", value).casefold().strip()
    named = re.sub(r"#", "-sharp-", re.sub(r"\+", "-plus-", folded))
    slug = re.sub(r"[^\w.]+", "-", named.replace("'", "").replace("’", "")).strip("-.")
    lossless = re.fullmatch(r"[\w\s.'’+#-]*", folded) is not None and not folded.startswith(".")
    if slug and lossless:
        return slug
    digest = hashlib.blake2b(same(value).encode("utf-8", "surrogatepass"), digest_size=10).digest()
    mark = base64.b32encode(digest).decode()[:10].lower()
    return f"{slug}-{mark}" if slug else mark


_MOST_BYTES = 150  # of one name: suffixes and what a template adds have room below the 255 of most file systems
_AMBIGUOUS = frozenset(("plus", "sharp"))  # what `slugify` writes for a sign is no other value's word
# A sign that stands in a word, or by itself, has the slug of other places: "a+b", "a+ b" and "a + b" are all a-plus-b.
_ODD_SIGN = re.compile(r"-[+#]|^[+#]++-|[\w.][+#]++[\w.]")
# Windows knows these as devices, whatever their suffix.
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)")


def same(value: str) -> str:
    """Equal for the spellings of one value: case, the form of its Unicode, apostrophes, and whether there are blanks or
    hyphens between its words make no other value ("Open Source" is "open-source"); but ".NET" is not "NET"."""
    folded = unicodedata.normalize("NFKC", value).casefold()
    return unicodedata.normalize("NFC", re.sub(r"[\s-]+", "-", re.sub("['’]", "", folded)).lstrip("-").rstrip("-."))


def segment(value: str) -> str:
    """The slug as part of a feed's path: two values do not share one. Most are what `slugify` gives; a mark is put to
    those that another value would have as well ("C plus plus" and "C + +" beside "C++"), that consist of nothing but
    signs (theirs may be a word), that no file may be called, or that are too long for a name."""
    slug = slugify(re.sub(r"^[\s'’-]+", "", value))
    words = re.split(r"[^\w.]+", same(value))
    if not re.search(r"\w", same(value)):
        return f"{slugify(same(value))}-{mark(value)}"
    if len(slug.encode()) > _MOST_BYTES:
        return f"{slug.encode()[:_MOST_BYTES].decode(errors='ignore').rstrip('-.')}-{mark(value)}"
    ambiguous = _AMBIGUOUS & set(words) or _ODD_SIGN.search(same(value))
    return f"{slug}-{mark(value)}" if ambiguous or _DEVICE.match(slug) else slug


def mark(value: str, size: int = 4) -> str:
    """Hex digits, two for each byte of `size`, by which values differ."""
    return hashlib.blake2b(same(value).encode("utf-8", "surrogatepass"), digest_size=size).hexdigest()
