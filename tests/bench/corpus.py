"""A folder of Markdown articles as an archive of fifteen years has them: the same ones on every machine.

Median 700 words of 6 kB, YAML front matter with one to four of 40 tags, one of 12 categories and one of 25 authors.
"""

from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import yaml

# A generator that several projects share, if it lies beside this one: figures are then comparable.
SHARED = Path(__file__).parents[3] / "shared" / "bench" / "gen_corpus.py"


def _list(words: str) -> list[str]:
    return words.split()


_SYLLABLES = _list("ba ce di fo gu ha ki lo me nu pa re si to vu wa xe yo zi tion ment ing er al ous ive ness")
_COMMON = _list("the of and to a in is it that was for on are as with his they at one have this from or had by but")
_TAGS = [
    f"{a} {b}"
    for a in ("open", "slow", "public", "small", "night")
    for b in _list("web sea code maps food bees art rail")
]
_CATEGORIES = _list("Essays Notes News Reviews Letters Talks Projects Journeys Research Places People Recipes")
_FIRST, _LAST = _list("Ada Béla Chloé Dag Eve"), _list("Ångström Brown Costa Dahl Ek")
_AUTHORS = [f"{first} {last}" for first in _FIRST for last in _LAST]
_SPAN = 15 * 365 * 86400


def make(folder: Path, count: int) -> None:
    """`count` articles in `folder`, by the shared generator or by ours."""
    if SHARED.exists():
        subprocess.run([sys.executable, SHARED, str(count), folder], check=True, capture_output=True)
    else:
        write(folder, count)


def write(folder: Path, count: int, seed: str = "feedd") -> None:
    """Article n is the same whatever `count` is."""
    words = _words(Random(f"{seed} words"))
    for number in range(count):
        path, text = _article(number, Random(f"{seed} {number}"), words)
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def front_matter(text: str) -> str:
    """The lines between the fences."""
    return text[4 : text.index("\n---\n", 4)]


def heads(folder: Path) -> Iterator[tuple[str, dict[str, object]]]:
    """(path, front matter) of every article, read without feedd."""
    for file in sorted(folder.rglob("*.md")):
        loaded = yaml.load(front_matter(file.read_text(encoding="utf-8")), yaml.CSafeLoader)
        yield file.relative_to(folder).as_posix(), loaded


def _words(chance: Random) -> list[str]:
    made = {"".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4))) for _ in range(3000)}
    return sorted(made)


def _article(number: int, chance: Random, words: list[str]) -> tuple[str, str]:
    date = datetime(2010, 1, 1, tzinfo=UTC) + timedelta(seconds=chance.randrange(_SPAN))
    title = chance.sample(words, chance.randint(3, 9))
    tags = ", ".join(chance.sample(_TAGS, chance.randint(1, 4)))
    head = [
        "---",
        f'title: "{" ".join(title).capitalize()} & more"',
        f"date: {date:%Y-%m-%dT%H:%M:%S}{chance.choice(('Z', '+02:00', '-05:00'))}",
        f"tags: [{tags}]",
        f"categories: [{chance.choice(_CATEGORIES)}]",
        f"author: {chance.choice(_AUTHORS)}",
        *([f'summary: "{_sentence(chance, words)}"'] if chance.random() < 0.5 else []),
        "---",
    ]
    path = f"{date:%Y/%m/%Y-%m-%d}-{'-'.join(title[:3])}-{number}.md"
    return path, "\n".join(head) + "\n\n" + "\n\n".join(_blocks(number, chance, words)) + "\n"


def _blocks(number: int, chance: Random, words: list[str]) -> Iterator[str]:
    left = min(8000, max(60, int(math.exp(chance.gauss(math.log(700), 0.55)))))
    yield _paragraph(chance, words)
    while left > 0:
        kind = chance.random()
        if kind < 0.08:
            block = f"{'#' * chance.randint(2, 4)} {' '.join(chance.sample(words, 4)).capitalize()}"
        elif kind < 0.78:
            block = _paragraph(chance, words)
        elif kind < 0.88:
            block = "\n".join(f"- {_sentence(chance, words)}" for _ in range(chance.randint(3, 8)))
        elif kind < 0.92:
            block = (
                "```python\n" + "\n".join(f"{word} = {word!r} < {left}" for word in chance.sample(words, 5)) + "\n```"
            )
        elif kind < 0.96:
            block = f"![{chance.choice(words)}](/img/{chance.choice(words)}-{number}.jpg)"
        else:
            rows = [f"| {chance.choice(words)} | {chance.randint(1, 999)} |" for _ in range(4)]
            block = "\n".join(("| Name | Count |", "| --- | ---: |", *rows))
        yield block
        left -= len(block.split())


def _paragraph(chance: Random, words: list[str]) -> str:
    text = " ".join(_sentence(chance, words) for _ in range(chance.randint(2, 7)))
    if chance.random() < 0.35:
        text += f" See [{chance.choice(words)}](/notes/{chance.choice(words)}/?a=1&b=2)."
    return text


def _sentence(chance: Random, words: list[str]) -> str:
    picked = [chance.choice(_COMMON if chance.random() < 0.5 else words) for _ in range(chance.randint(5, 25))]
    return " ".join(picked).capitalize() + "."
