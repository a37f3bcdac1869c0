"""Readers that people use, reading from the running daemon over HTTP: what they show is what the articles say.

Here those run that are installed and quick; FEEDD_READERS=all runs all that are installed. `python -m tests.readers`
prints the matrix of all of them (docs/readers.md).
"""

from __future__ import annotations

import os

import pytest

from tests.readers.compare import compare
from tests.readers.deviations import KNOWN, reasons
from tests.readers.readers import READERS, SUFFIXES, Reader
from tests.readers.truth import site_of, truth_of
from tests.support.daemon import running

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

EVERY = os.environ.get("FEEDD_READERS") == "all"


@pytest.fixture(scope="module")
def feed(tmp_path_factory):
    """(the feed's address without suffix, a folder for the readers, what they should find)"""
    site = site_of(tmp_path_factory.mktemp("readers") / "site")
    with running(site):
        yield f"http://{site.address}/feed", tmp_path_factory.mktemp("scratch"), truth_of(site)


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.title)
def test_a_reader_shows_what_the_articles_say(reader: Reader, feed) -> None:
    """In every format that it reads: each entry with its title, dates, link, id, enclosures and content; where not, the
    reason is known."""
    if not reader.quick and not EVERY:
        pytest.skip(f"{reader.name} takes its time; FEEDD_READERS=all runs it")
    if missing := reader.missing():
        pytest.skip(missing)
    address, scratch, expected = feed
    unexplained = {}
    for format in reader.formats:
        cells = compare(reader.read(address + SUFFIXES[format], scratch), expected)
        wrong = {name: cell.example for name, cell in cells.items() if not cell.perfect}
        known = reasons(reader.title, format, list(wrong))
        unexplained |= {(format, name): example for name, example in wrong.items() if name not in known}
    assert unexplained == {}


def test_every_known_deviation_is_of_a_reader_we_run() -> None:
    """A table of excuses must not outlive what it excuses."""
    known = {(reader.title, format) for reader in READERS for format in reader.formats}
    assert {(reader, format) for reader, format, _ in KNOWN} <= known
