"""A database that an earlier feedd wrote, with rows as they were then: whoever upgrades loses nothing and repeats
nothing."""

from __future__ import annotations

import json
import os
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import feedparser
import pytest

from tests.support.cli import feedd

OLD = Path(__file__).parent / "state_0002.sql"
SETTINGS = """
site: {url: https://ann.example, title: Ann writes}
source: posts
publish: public
server: off
feeds: [feed, {path: "tags/{tag}", each: tag}]
"""
ARTICLES = {
    "rich.md": "---\ntitle: Rich\ndate: 2026-11-01 10:00\ntags: [red, blue]\nauthor: Ann <ann@ann.example>\n"
    "categories: [News]\n---\n\nA *rich* article with ![a picture](pic.jpg).\n",
    "plain.md": "# Plain\n\nNothing else.\n",
    "later.md": "---\ntitle: Later\ndate: 2099-01-01\n---\n\nAn embargo.\n",
}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """The articles as they were, with new times, and what was remembered of them."""
    posts = tmp_path / "posts"
    posts.mkdir()
    for name, text in ARTICLES.items():
        (posts / name).write_text(text, "utf-8")
        os.utime(posts / name, (1_800_000_000, 1_800_000_000))
    (tmp_path / "feedd.yaml").write_text(SETTINGS, "utf-8")
    (tmp_path / ".feedd").mkdir(mode=0o700)
    with sqlite3.connect(tmp_path / ".feedd" / "state.db") as connection:
        connection.executescript(OLD.read_text("utf-8").replace("/srv/ann/posts", str(posts)))
    connection.close()
    return tmp_path


def test_an_upgrade_is_no_news(site: Path) -> None:
    """Ids and dates are the old ones, also the date that was taken from a file's time; nothing is new or changed; who
    left is still named."""
    done = feedd("build", "--json", cwd=site)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)["data"]
    assert [report[what] for what in ("added", "revised", "withdrawn", "deliveries")] == [[], [], [], 0]
    found = {entry.title: entry for entry in feedparser.parse((site / "public/feed.atom").read_bytes()).entries}
    assert {title: entry.id for title, entry in found.items()} == {
        "Rich": "tag:ann.example,2026:rich",
        "Plain": "tag:ann.example,2026:plain",
    }
    published = datetime.fromisoformat(found["Plain"].published)
    assert published == datetime(2026, 11, 3, 12, tzinfo=UTC)
    assert b'ref="tag:ann.example,2026:gone"' in (site / "public/feed.atom").read_bytes()
    assert feedd("build", cwd=site).returncode == 0


def test_history_goes_on(site: Path) -> None:
    """What happened before the upgrade is told, and an edit after it is the same entry's."""
    (site / "posts/rich.md").write_text(ARTICLES["rich.md"].replace("rich*", "richer*"), "utf-8")
    assert feedd("build", cwd=site).returncode == 0
    told = feedd("log", "rich.md", cwd=site).stdout
    assert "added" in told
    assert "revised" in told
