"""A real folder with real articles, its index, and a way to be a user without privileges."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from watched_tree import ARTICLES, Tree

NOBODY = 65534


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    root = tmp_path / "articles"
    root.mkdir()
    return Tree(root)


@pytest.fixture
def articles(tree: Tree) -> Tree:
    """Four articles that are known."""
    for path in ARTICLES:
        tree.write(path, f"the article {path}")
    tree.learn()
    return tree


@pytest.fixture
def open_articles() -> Iterator[Tree]:
    """The same where a user without privileges gets to (pytest's own folder is closed to others)."""
    with tempfile.TemporaryDirectory(prefix="feedd-test-") as folder:
        Path(folder).chmod(0o755)
        tree = Tree(Path(folder, "articles"))
        for path in ARTICLES:
            tree.write(path, f"the article {path}")
        tree.learn()
        yield tree
        (tree.root / "news").chmod(0o755)


@pytest.fixture
def unprivileged() -> Callable[[], AbstractContextManager[None]]:
    """Permissions mean nothing to root: `with unprivileged():` is nobody."""

    @contextmanager
    def nobody() -> Iterator[None]:
        if os.geteuid() != 0:
            yield
            return
        os.seteuid(NOBODY)
        try:
            yield
        finally:
            os.seteuid(0)

    return nobody
