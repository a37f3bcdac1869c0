"""The lines by which the feeds are found from the site's pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.cli import MINIMAL, Blog

FEEDS = """feeds:
  - {path: feed, title: "Ann & \\"Bea\\""}
  - {path: notes, formats: rss}
  - {path: "tags/{tag}", each: tag, formats: atom}
"""


@pytest.fixture
def blog(tmp_path: Path) -> Blog:
    made = Blog(tmp_path / "blog", MINIMAL + FEEDS)
    made.write("one.md", "---\ntags: [C++]\n---\n\n# One\n")
    return made


def test_all_main_feeds(blog: Blog) -> None:
    """Every document of theirs, escaped, on stdout; nothing needs to be built, and no tag is among them."""
    done = blog.run("snippet")
    assert (done.returncode, done.stderr) == (0, "")
    title = "Ann &amp; &quot;Bea&quot;"
    assert done.stdout.splitlines() == [
        f'<link rel="alternate" type="application/rss+xml" title="{title}" href="https://ann.example/feed.xml">',
        f'<link rel="alternate" type="application/atom+xml" title="{title}" href="https://ann.example/feed.atom">',
        f'<link rel="alternate" type="application/feed+json" title="{title}" href="https://ann.example/feed.json">',
        '<link rel="alternate" type="application/rss+xml" title="ann.example: notes" href="https://ann.example/notes.xml">',
    ]
    assert not (blog.folder / ".feedd").exists()


def test_one_feed(blog: Blog) -> None:
    """Of the settings, or one that a tag brought up; another is an error that names those there are."""
    assert blog.run("snippet", "notes").stdout.count("\n") == 1
    assert "there is no feed tags/c-plus-plus" in blog.run("snippet", "tags/c-plus-plus").stderr
    blog.run("build")
    assert 'href="https://ann.example/tags/c-plus-plus.atom"' in blog.run("snippet", "tags/c-plus-plus").stdout
    wrong = blog.run("snippet", "tags/nope")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "there are feed, notes, tags/c-plus-plus" in wrong.stderr


def test_init_prints_it(tmp_path: Path) -> None:
    """While the person thinks of the site."""
    blog = Blog(tmp_path / "blog", None)
    blog.write("one.md", "# One\n")
    done = blog.run("init", "--url", "https://ann.example")
    assert blog.run("snippet").stdout.splitlines()[0] in done.stderr


def test_what_moved_away_is_not_named(blog: Blog) -> None:
    """Nobody is to find it at its old address."""
    blog.settings.write_text(
        blog.settings.read_text() + "server: {moved: {feed: https://b.example/, notes: https://b.example/}}\n"
    )
    assert blog.run("snippet").stdout == ""
