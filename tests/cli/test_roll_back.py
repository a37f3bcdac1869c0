"""`feedd rollback`: an earlier version of a feed, by hand; here, and through a running daemon."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.cli import MINIMAL, Blog
from tests.support.daemon import Site, running, until


@pytest.fixture
def blog(tmp_path: Path) -> Blog:
    blog = Blog(tmp_path / "blog", MINIMAL)
    for title in ("One", "Two"):
        blog.write("a.md", f"---\ndate: 2026-01-01\n---\n\n# {title}\n")
        assert blog.run("build").returncode == 0
    return blog


def title(blog: Blog) -> str:
    found = re.findall(r"<title>(\w+)</title>", (blog.public / "feed.xml").read_text())
    return str(found[-1])


def test_back_and_forth(blog: Blog) -> None:
    """What is kept is listed, the one before comes back and stays, and is released; status says so."""
    listed = blog.run("rollback", "feed", "--list")
    assert re.fullmatch(
        r" +2  \S+Z  1 entry in \d documents, [\d,]+ bytes  stands in public\n +1  .* bytes\n", listed.stdout
    )
    done = blog.run("rollback", "feed")
    assert done.returncode == 0, done.stderr
    assert "feed is back at version 1; published feed.atom, " in done.stderr
    assert title(blog) == "One"
    assert blog.run("build").returncode == 0
    assert title(blog) == "One"
    assert "rolled back to version 1" in blog.run("status").stdout
    data = blog.json("rollback", "feed", "--list")["data"]
    assert (data["standing"], data["rolled_back"]) == (1, True)
    assert [version["number"] for version in data["versions"]] == [2, 1]
    assert "feed says again what its entries say" in blog.run("rollback", "feed", "--release").stderr
    assert title(blog) == "Two"
    assert "rolled back" not in blog.run("status").stdout


def test_to_a_version(blog: Blog) -> None:
    """By its number; one that is not kept is an error that names those that are."""
    assert blog.json("rollback", "feed", "--to", "1")["data"]["by"] == "this process"
    assert title(blog) == "One"
    done = blog.run("rollback", "feed", "--to", "7")
    assert done.returncode == 1
    assert "kept are 2, 1" in done.stderr


def test_what_makes_no_sense_is_refused(blog: Blog, tmp_path: Path) -> None:
    """Two wishes at once, a feed that is not there, nothing built yet."""
    assert blog.run("rollback", "feed", "--list", "--release").returncode == 2
    assert "there is no feed news" in blog.run("rollback", "news").stderr
    assert "nothing was built yet" in Blog(tmp_path / "new").run("rollback", "feed").stderr


def test_through_the_daemon(tmp_path: Path) -> None:
    """It serves the version at once, and the next edit as ever."""
    site = Site(tmp_path / "site")
    site.write("a.md", "---\ndate: 2026-01-01\n---\n\n# One\n")
    with running(site):
        site.write("a.md", "---\ndate: 2026-01-01\n---\n\n# Two\n")
        until(lambda: b"<title>Two</title>" in site.get("/feed.xml").body, "the edit is out")
        done = site.cli("rollback", "feed", "--json")
        assert done.returncode == 0, done.stderr
        assert '"by": "the running daemon"' in done.stdout
        assert b"<title>One</title>" in site.get("/feed.xml").body
        assert "rolled back to version 1" in site.cli("status").stdout
        site.write("a.md", "---\ndate: 2026-01-01\n---\n\n# Three\n")
        until(lambda: b"<title>Three</title>" in site.get("/feed.xml").body, "the next edit is out")
