"""The sample site before validators that are not ours: `tests.validators`, where they are installed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests import validators

ARTICLES = Path(__file__).parents[1] / "feeds" / "articles"
SETTINGS = """
site: {{url: https://ann.example, feeds_url: "{address}", title: Ann writes, language: en}}
source: {articles}
publish: public
feeds:
  - {{path: feed, archive: 2, limit: 2}}
  - {{path: "tags/{{tag}}", each: tag}}
  - {{path: tree, formats: atom, atom_content: xhtml}}
"""


@pytest.mark.skipif(
    all(each.missing() for each in validators.VALIDATORS if each.title != "OPML 2.0"),
    reason="no validator is installed: see python -m tests.validators --help",
)
def test_the_sample_site_is_valid(tmp_path: Path) -> None:
    """No error and no warning but those that docs/conformance.md explains."""
    public = tmp_path / "public"
    public.mkdir()
    with validators.serving(public) as address:
        file = tmp_path / "feedd.yaml"
        file.write_text(SETTINGS.format(address=address, articles=ARTICLES), "utf-8")
        subprocess.run([sys.executable, "-m", "feedd", "build", "--config", str(file)], check=True, capture_output=True)
        table = validators.Table()
        table.check(validators.documents_in(public, address))
    assert table.documents
    assert table.unexplained == []


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"<opml version='1.0'><head/><body><outline text='a'/></body></opml>", "version"),
        (b"<opml version='2.0'><head/><body/></opml>", "no <outline>"),
        (b"<opml version='2.0'><head/><body><outline/></body></opml>", "no text"),
        (b"<opml version='2.0'><head/><body><outline text='a' type='rss'/></body></opml>", "no xmlUrl"),
        (b"<opml version='2.0'><head/><body><outline text='a' xmlUrl='a.xml'/></body></opml>", "no http address"),
        (
            b"<opml version='2.0'><head><dateCreated>1 May</dateCreated></head><body><outline text='a'/></body></opml>",
            "no date",
        ),
    ],
)
def test_wrong_lists_are_found(data: bytes, message: str) -> None:
    """The check of OPML can fail."""
    assert any(message in found for found, _ in validators.opml_errors(data))
