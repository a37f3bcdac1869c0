"""Golden pairs: each article of tests/golden/articles, and the entry, content and messages it must become.

When a change is meant, `python -m tests.test_golden` writes the expected side anew; read the difference before you
commit it.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from feedd.model import SourceDocument
from feedd.normalizer import SUFFIXES, body
from feedd.normalizer.parse import suffix_of
from tests.support.house import START, House

GOLDEN = Path(__file__).parent / "golden"
ARTICLES = sorted(file.name for file in (GOLDEN / "articles").iterdir() if suffix_of(file.name) in SUFFIXES)
DULL = ("", None, (), [], False, 0)  # fields with nothing in them are left out


def became(name: str, folder: Path) -> dict[str, Any]:
    """What an article becomes, as JSON has it: the entry's fields, why they are so, the content, the messages."""
    house = House(folder)
    for file in (GOLDEN / "articles").iterdir():
        copy = shutil.copy(file, house.posts)
        os.utime(copy, (START.timestamp(), START.timestamp()))
    source = house.settings.sources[0]
    stat = next(stat for stat in house.watcher.scan(source, {}).changed if stat.key.path == name)
    document = house.watcher.read(source, stat)
    assert isinstance(document, SourceDocument)
    reading = house.pipeline.believe(document, source, START)
    found: dict[str, Any] = {"problems": [str(problem) for problem in reading.problems]}
    if reading.entry is not None:
        found["entry"] = {
            field: value for field, value in asdict(reading.entry).items() if field not in ("key", "digest", "matter")
        }
        found["rules"] = {
            claim.field: claim.rule + (f", line {claim.line}" if claim.line else "") for claim in reading.trace
        }
        found["content"] = asdict(body.content(reading.entry))
    return json.loads(json.dumps(_without_dull(found), default=_plain))


def _without_dull(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_dull(each) for key, each in value.items() if each not in DULL}
    return [_without_dull(each) for each in value] if isinstance(value, list | tuple) else value


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def test_every_article_has_its_pair() -> None:
    """No article without an expectation, no expectation without an article."""
    assert sorted(file.stem for file in (GOLDEN / "expected").glob("*.json")) == ARTICLES


@pytest.mark.parametrize("name", ARTICLES)
def test_an_article_becomes_the_right_entry(name: str, tmp_path: Path) -> None:
    """Title, dates, people, topics, text, summary, pictures, and the rule behind each."""
    if name.endswith(".rst"):
        pytest.importorskip("docutils", reason="needs the extra: pip install 'feedd[rst]'")
    assert became(name, tmp_path) == json.loads((GOLDEN / "expected" / f"{name}.json").read_text(encoding="utf-8"))


if __name__ == "__main__":
    for article in ARTICLES:
        with tempfile.TemporaryDirectory() as place:
            text = json.dumps(became(article, Path(place)), indent=2, ensure_ascii=False, sort_keys=True) + "\n"
        (GOLDEN / "expected" / f"{article}.json").write_text(text, encoding="utf-8")
