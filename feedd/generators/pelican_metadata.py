"""What Pelican calls metadata: all that it knows of a file, from the settings' defaults, its path and its head."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from feedd.generators.pelican_settings import CONF, Rules
from feedd.generators.pelican_text import LONGEST, compiled, written
from feedd.model import Article, Claim, Person


@dataclass(frozen=True, slots=True)
class Known:
    """One piece of metadata: where it comes from, in words, and the line."""

    value: Any  # text, or a list of texts
    rule: str
    line: int | None = None

    @property
    def text(self) -> str:
        """Of several values the first one counts (pelican/readers.py, DUPLICATES_DEFINITIONS_ALLOWED)."""
        first = self.value[0] if isinstance(self.value, list | tuple) and self.value else self.value
        return "" if first is None or isinstance(first, list | tuple) else str(first).partition("\n")[0].strip()

    @property
    def items(self) -> list[str]:
        """pelican/readers.py, `ensure_metadata_list`: semicolons separate if there is one, else commas."""
        if isinstance(self.value, list | tuple):
            found = [str(each).strip() for each in self.value]
        else:
            text = self.text
            found = [each.strip() for each in text.split(";" if ";" in text else ",")]
        return list(dict.fromkeys(each for each in found if each))


def collect(article: Article, path: str, rules: Rules) -> dict[str, Known]:
    """All that is known of a file, in Pelican's order: each source beats the one before."""
    known = {name: Known(value, f"DEFAULT_METADATA in {CONF}") for name, value in rules.metadata}
    if rules["DEFAULT_CATEGORY"] and rules["CATEGORY_SAVE_AS"]:
        known["category"] = Known(rules["DEFAULT_CATEGORY"], f"DEFAULT_CATEGORY in {CONF}")
    if rules["DEFAULT_DATE"] and rules["DEFAULT_DATE"] != "fs":
        known["date"] = Known(written(rules["DEFAULT_DATE"]), f"DEFAULT_DATE in {CONF}")
    for place, metadata in rules.extra:
        if path == place or path.startswith(place.rstrip("/") + "/"):
            known |= {name: Known(value, f"EXTRA_PATH_METADATA in {CONF}") for name, value in metadata}
    known |= _from_path(path, rules)
    return known | {name: each for name, each in _stated(article).items() if name not in _DROPPED or each.text}


def _from_path(path: str, rules: Rules) -> dict[str, Known]:
    """pelican/readers.py, `parse_path_metadata`: the first of the three that knows a name counts."""
    found: dict[str, Known] = {}
    folder, _, name = path.rpartition("/")
    stem = name.rpartition(".")[0] or name
    checks = [(rules["FILENAME_METADATA"], stem, "file name"), (rules["PATH_METADATA"], path, "path")]
    for pattern, text, rule in checks:
        match = compiled(pattern).match(text[:LONGEST]) if pattern and text else None
        for key, value in (match.groupdict() if match else {}).items():
            if value is not None:
                found.setdefault(key.lower(), Known(value, rule))
    if folder and rules["USE_FOLDER_AS_CATEGORY"] and rules["CATEGORY_SAVE_AS"]:
        found.setdefault("category", Known(folder.rpartition("/")[2], "folder name"))
    return {name: each for name, each in found.items() if name not in _DROPPED or each.text}


# --- What a file states ----------------------------------------------------------------------------------------------

# Of these an empty value counts as none at all (pelican/readers.py, METADATA_PROCESSORS).
_DROPPED = frozenset(("tags", "status", "category", "author", "authors", "slug", "date", "modified"))
# What a page's head claims, by the name that Pelican has for it.
_OF_CLAIM = {
    "title": "title", "date": "date", "updated": "modified", "categories": "category", "tags": "tags",
    "authors": "authors", "slug": "slug",
}  # fmt: skip
_RST_FIELD = re.compile(r"^:([^:\n]{1,80}):(?:[ \t]+([^\n]*))?((?:\n[ \t]+[^\n]+)*)", re.MULTILINE)


def _stated(article: Article) -> dict[str, Known]:
    """What the head says, by Pelican's names in lower case."""
    known = {claim.field: claim for claim in reversed(article.claims)}
    found: dict[str, Known] = {}
    if article.body_type == "html" and not article.matter:
        # Pelican reads the head's <title> and <meta name>; a <time> or JSON-LD means nothing to it.
        heads = [
            claim for claim in reversed(article.claims) if claim.field == "title" or claim.rule.startswith("<meta")
        ]
        found = {_OF_CLAIM[claim.field]: _of_claim(claim) for claim in heads if claim.field in _OF_CLAIM}
        if any(claim.field == "draft" and claim.value for claim in heads):
            found["status"] = Known("draft", "<meta status>")
    if article.body_type == "rst":
        found = _rst_fields(article)
    for key, value in article.matter.items():
        if value is not None:
            found.setdefault(key.lower().strip(), Known(value, "front matter", article.lines.get(key)))
    title = known.get("title")
    if title is not None and (article.body_type == "rst" or "title" in found):
        found["title"] = Known(title.value, title.rule, title.line)
    return found


def _of_claim(claim: Claim) -> Known:
    value = claim.value
    if isinstance(value, tuple):
        value = [each.name if isinstance(each, Person) else each for each in value]
    return Known(value, claim.rule, claim.line)


def _rst_fields(article: Article) -> dict[str, Known]:
    """The field list under the title of a reStructuredText document; several `:author:` lines are `authors`."""
    found: dict[str, Known] = {}
    end = 0
    for field in _RST_FIELD.finditer(article.body[:20_000]):
        if found and article.body[end : field.start()].strip():
            break  # text stands in between: another list
        end = field.end()
        line = article.body_line + article.body.count("\n", 0, field.start())
        lines = [each.strip() for each in (field[2] or "", *field[3].split("\n")) if each.strip()]
        bullets = [each[1:].strip() for each in lines if each.startswith(("- ", "* "))]
        value: Any = bullets if bullets and len(bullets) == len(lines) else " ".join(lines)
        found.setdefault(field[1].lower().strip(), Known(value, "field list", line))
    return found
