"""Names of files and addresses made from words. Pure, and frozen: a slug that changes is a feed that its subscribers
lose. `tests/renderer/test_slugs.py` pins what these functions give.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata


def slugify(value: str) -> str:
    """A path segment for a tag, category or author: lower case, any alphabet, never empty, never lossy without a mark.

    "C++" is "c-plus-plus" and "C#" is "c-sharp" because they are not "c"; what loses other signs gets four hex digits,
    so that two values never meet in one file.
    """
    folded = unicodedata.normalize("NFKC", value).casefold().strip()
    named = re.sub(r"#", "-sharp-", re.sub(r"\+", "-plus-", folded))
    slug = re.sub(r"[^\w.]+", "-", named.replace("'", "").replace("’", "")).strip("-.")
    lossless = re.fullmatch(r"[\w\s.'’+#-]*", folded) is not None and not folded.startswith(".")
    if slug and lossless:
        return slug
    mark = hashlib.blake2b(folded.encode("utf-8", "surrogatepass"), digest_size=2).hexdigest()
    return f"{slug}-{mark}" if slug else mark
