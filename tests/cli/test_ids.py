"""`feedd id` and `feedd log`: who an entry is, what a person decides about it, and what happened to it."""

from __future__ import annotations

import json

import feedparser
import pytest

from tests.support.cli import Blog, tree
from tests.support.daemon import Site, running

ONE = "---\ntitle: One\ndate: 2026-03-01T10:00:00Z\n---\n\nWords of the first article, which are many and its own."
TWO = "---\ntitle: Two\ndate: 2026-03-02T10:00:00Z\n---\n\nSomething else stands here."


@pytest.fixture
def blog(tmp_path):
    blog = Blog(tmp_path / "blog")
    blog.write("one.md", ONE)
    blog.write("deep/two.md", TWO)
    blog.run("build")
    return blog


def ids(blog) -> dict[str, str]:
    return {e.title: e.id for e in feedparser.parse((blog.public / "feed.xml").read_bytes()).entries}


@pytest.mark.parametrize(
    "name",
    ["tag:ann.example,2026:deep/two", "https://ann.example/deep/two/", "posts/deep/two.md", "deep/two.md", "two.md"],
)
def test_every_name_of_an_entry(blog, name):
    """Its id, its address, its file here, its path, the end of the path."""
    data = blog.json("id", "show", name)["data"]
    assert (data["id"], data["file"], data["state"]) == ("tag:ann.example,2026:deep/two", "deep/two.md", "published")
    assert data["origin"] == "minted from host, year and path when it was first seen"


def test_a_name_that_is_none_or_several(blog):
    """Exit code 1 and 2, with what it could be."""
    blog.write("other/two.md", TWO.replace("Something", "Anything"))
    blog.run("build")
    assert blog.run("id", "show", "none.md").returncode == 1
    done = blog.run("log", "two.md")
    assert (done.returncode, done.stdout) == (2, "")
    assert "deep/two.md (tag:ann.example,2026:deep/two), other/two.md" in done.stderr


def test_an_id_that_the_file_states(blog):
    """It is said so, with the line, and no command takes it away."""
    blog.write("one.md", ONE.replace("date:", "id: urn:mine\ndate:"))
    blog.run("build")
    assert blog.json("id", "show", "urn:mine")["data"]["origin"] == "stated by the file, line 3"
    done = blog.run("id", "pin", "posts/one.md", "urn:other")
    assert (done.returncode, done.stdout) == (1, "")
    assert "states its own id in line 3" in done.stderr


def test_pin(blog):
    """From now on, through an edit and a move; the file is not written to; a rehearsal changes nothing."""
    before, file = tree(blog.folder), tree(blog.posts)
    assert "deep/two.md  tag:ann.example,2026:deep/two -> urn:2" in blog.run(
        "id", "pin", "posts/deep/two.md", "urn:2", "--dry-run"
    ).stdout  # fmt: skip
    assert tree(blog.folder) == before
    assert blog.run("id", "pin", "posts/deep/two.md", "urn:2").returncode == 0
    assert "it is so already" in blog.run("id", "pin", "posts/deep/two.md", "urn:2").stderr
    assert tree(blog.posts) == file
    blog.write("deep/two.md", TWO + " And more.")
    blog.run("build")
    (blog.posts / "deep/two.md").rename(blog.posts / "moved.md")
    blog.run("build")
    assert ids(blog) == {"One": "tag:ann.example,2026:one", "Two": "urn:2"}
    shown = blog.json("id", "show", "moved.md")["data"]
    assert shown["origin"].startswith("pinned by a person, 20")
    assert shown["former_files"] == ["deep/two.md"]


@pytest.mark.parametrize("id", ["", " urn:2", "a\nb", "x" * 2001])
def test_what_is_no_id(blog, id):
    """Refused as a usage error."""
    assert blog.run("id", "pin", "posts/one.md", id).returncode == 2


def test_merge(blog):
    """An article that came back as somebody else goes on as who it was, with its date; its other id is nobody's."""
    (blog.posts / "one.md").unlink()
    blog.run("build")
    blog.write("new.md", "---\ntitle: One, new\n---\n\nNothing of what stood there.")
    blog.run("build")
    old, new = "tag:ann.example,2026:one", blog.json("id", "show", "new.md")["data"]["id"]
    assert blog.run("id", "merge", "posts/deep/two.md", new).returncode == 1  # it still has its file
    assert blog.run("id", "merge", old, "new.md").returncode == 0
    blog.run("build")
    assert ids(blog) == {"One, new": old, "Two": "tag:ann.example,2026:deep/two"}
    shown = blog.json("id", "show", old)["data"]
    assert (shown["file"], shown["published"]) == ("new.md", "2026-03-01T10:00:00Z")
    assert blog.run("id", "show", new).returncode == 1
    history = blog.json("log", old)["data"]["history"]
    assert history[0]["why"] == f"merged by a person: {old} goes on as new.md"
    assert {moment["file"] for moment in history} == {"one.md", "new.md"}


def test_log(blog):
    """Newest first: when, what, where, and whether anybody was told."""
    blog.write("one.md", ONE.replace("Words", "Other words"))
    blog.run("build")
    (blog.posts / "one.md").unlink()
    blog.run("build")
    data = blog.json("log", "one.md")["data"]
    assert data["id"] == "tag:ann.example,2026:one"
    history = [(moment["kind"], moment["announced"]) for moment in data["history"]]
    assert history == [("withdrawn", True), ("revised", True), ("added", False)]
    done = blog.run("log", "one.md")
    lines = done.stdout.splitlines()
    assert lines[0] == "One  tag:ann.example,2026:one"
    assert [line.split()[1] for line in lines[1:]] == ["withdrawn", "revised", "added"]
    assert lines[-1].endswith("nobody was told")


def test_looking_changes_nothing(blog):
    """`id show` and `log` leave no trace."""
    before = tree(blog.folder)
    blog.run("id", "show", "one.md")
    blog.run("log", "one.md")
    assert tree(blog.folder) == before


@pytest.mark.e2e
def test_the_running_daemon_is_asked(tmp_path):
    """It gives the id and publishes it; a refusal is told where it was asked."""
    site = Site(tmp_path / "site")
    site.write("one.md", ONE)
    with running(site):
        done = site.cli("id", "pin", "posts/one.md", "urn:1", "--json")
        assert json.loads(done.stdout)["data"]["by"] == "the running daemon"
        assert [e.id for e in feedparser.parse(site.get("/feed.xml").body).entries] == ["urn:1"]
        assert site.cli("id", "merge", "urn:1", "one.md").returncode == 1
        assert "pinned" in site.cli("log", "one.md").stdout
