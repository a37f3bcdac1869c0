"""Every way in which files change, on a real disk: what a scan and a look find, and that events lead to the same."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from file_deeds import DEEDS, NEW, Deed
from watched_tree import Tree, changed, gone

from feedd.model import SourceDocument


@pytest.fixture
def beside(tmp_path: Path) -> Path:
    folder = tmp_path / "beside"
    folder.mkdir()
    return folder


def perform(deed: Deed, tree: Tree, beside: Path) -> None:
    if deed.needs and shutil.which(deed.needs) is None:
        pytest.skip(f"no {deed.needs} here")
    deed.do(tree.root, beside)


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.name)
def test_a_scan_finds_exactly_what_differs(deed: Deed, articles: Tree, beside: Path) -> None:
    """After any deed a scan names the files to read and the rows to drop, and after learning them nothing."""
    perform(deed, articles, beside)
    result = articles.scan()
    assert (list(deed.changed), list(deed.gone)) == (changed(result), gone(result))
    for path in deed.gone:
        del articles.index[path]
    articles.learn()
    assert (changed(articles.scan()), gone(articles.scan())) == ([], [])


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.name)
def test_a_look_finds_the_same(deed: Deed, articles: Tree, beside: Path) -> None:
    """Looking at the touched paths, or only at the folders they are in, comes to what a scan comes to."""
    perform(deed, articles, beside)
    touched = {*deed.changed, *deed.gone}
    result = articles.look(*touched)
    assert (list(deed.changed), list(deed.gone)) == (changed(result), gone(result))
    tops = {path.partition("/")[0] for path in touched}
    result = articles.look(*tops)
    assert (list(deed.changed), list(deed.gone)) == (changed(result), gone(result))


def test_the_bytes_read_are_the_new_ones(articles: Tree) -> None:
    """What a scan calls changed reads as what was written, with the stat of just that."""
    articles.write("a.md", NEW)
    (stat,) = articles.scan().changed
    document = articles.watcher.read(articles.source, stat)
    assert isinstance(document, SourceDocument)
    assert (NEW.encode(), stat) == (document.data, document.stat)


def test_two_writes_within_one_tick_are_two_changes(articles: Tree) -> None:
    """A same-sized edit right after a read is seen, although the kernel's file times may not have moved meanwhile."""
    for round_ in range(20):
        articles.write("a.md", f"round {round_:03}")
        articles.learn()
        articles.write("a.md", f"ROUND {round_:03}")
        assert changed(articles.scan()) == ["a.md"]
