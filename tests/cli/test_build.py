"""`feedd build`: what it does, what it says, and that a rehearsal does nothing at all."""

from __future__ import annotations

import json
import re
import shutil

import pytest

from tests.support.cli import MINIMAL, Blog, tree
from tests.support.daemon import Site, running
from tests.support.loopback import Loopback

PING = 'ping: [{{websub: "{url}/hub", allow_private: true, min_interval: 0s}}]\n'


@pytest.fixture
def blog(tmp_path):
    blog = Blog(tmp_path / "blog")
    for name in ("one", "two", "three"):
        blog.write(f"{name}.md", f"---\ntitle: {name.title()}\ndate: 2026-01-01\n---\n\nText of {name}.\n")
    return blog


def test_the_first_build_and_one_with_nothing_to_do(blog):
    """The first says what it published, that nothing is announced, and what to do next; the second that all stands."""
    first = blog.run("build")
    assert (first.returncode, first.stdout) == (0, "")
    assert "3 articles seen, 3 read: 3 added" in first.stderr
    assert "published feed.xml, feed.atom, feed.json" in first.stderr
    assert "first build of posts: everything is published, nothing is announced" in first.stderr
    assert "Next: feedd run" in first.stderr
    second = blog.run("build")
    assert (second.returncode, second.stdout) == (0, "")
    assert "3 articles seen, 0 read: nothing new" in second.stderr
    assert "every document stands as it was" in second.stderr


def test_what_changed_is_named(blog):
    """Each change is one line with a path that can be opened from here, as in the daemon's log."""
    blog.run("build")
    blog.write("four.md", "# Four\n\nText.")
    blog.write("two.md", "---\ntitle: Two\ndate: 2026-01-01\n---\n\nOther text.\n")
    (blog.posts / "three.md").unlink()
    said = blog.run("build", "-c", "../feedd.yaml", cwd=blog.posts).stderr
    for line in ('+ four.md  "Four"', '~ two.md  "Two"', '- three.md  "Three"'):
        assert line in said.splitlines()
    assert "1 added, 1 revised, 1 withdrawn" in said


def test_an_empty_folder_gives_empty_feeds_and_the_next_step(tmp_path):
    """No article yet is no error."""
    blog = Blog(tmp_path / "blog")
    done = blog.run("build")
    assert done.returncode == 0
    assert "0 articles seen" in done.stderr
    assert "Next: write an article, as posts/hello.md" in done.stderr
    assert json.loads((blog.public / "feed.json").read_text())["items"] == []


def test_a_broken_article_is_told_every_time(blog):
    """Exit code 3 as long as something is broken, with the line and a path to jump to; the others are published."""
    blog.write("bad.md", "---\ntitle: [oops\n---\n\nText.")
    for _ in range(2):
        done = blog.run("build")
        assert done.returncode == 3
        assert "error[FD224]" in done.stderr
        assert "--> posts/bad.md:2:8\n" in done.stderr
        assert "  2 | title: [oops\n    |        ^ " in done.stderr
    report = blog.json("build", code=3)
    (message,) = report["messages"]
    assert (message["path"], message["line"]) == (str(blog.posts / "bad.md"), 2)
    assert (blog.public / "feed.xml").exists()
    blog.write("bad.md", "# Good\n")
    assert blog.run("build").returncode == 0


def test_held_withdrawals_wait_for_a_word(tmp_path):
    """An emptied folder is not believed, exit code 3, until --accept says so."""
    blog = Blog(tmp_path / "blog")
    for number in range(30):
        blog.write(f"{number:02}.md", f"# Article {number}\n\nText.")
    blog.run("build")
    for number in range(25):
        (blog.posts / f"{number:02}.md").unlink()
    held = blog.run("build")
    assert held.returncode == 3
    assert "25 changes held; 'feedd build --accept' believes them" in held.stderr
    rehearsed = blog.run("build", "--dry-run")
    assert (rehearsed.returncode, "25 changes would be held" in rehearsed.stderr) == (3, True)
    accepted = blog.json("build", "--accept")
    assert len(accepted["data"]["withdrawn"]) == 25
    assert len(json.loads((blog.public / "feed.json").read_text())["items"]) == 5


def test_files_of_others_are_adopted_only_when_told(blog):
    """A file that feedd did not write stays, exit code 73, also in a rehearsal; --adopt replaces it."""
    blog.public.mkdir()
    mine = blog.public / "feed.xml"
    mine.write_text("mine")
    for arguments in (("build", "--dry-run"), ("build",), ("build",)):
        done = blog.run(*arguments)
        assert done.returncode == 73
        assert f"{mine} was not written by feedd" in done.stderr
        assert "feedd build --adopt" in done.stderr
        assert done.stderr.count("not written by feedd") == 1
    assert mine.read_text() == "mine"
    assert (blog.public / "feed.json").exists()
    rehearsed = blog.run("build", "--adopt", "--dry-run")
    assert (rehearsed.returncode, re.split("  +", rehearsed.stdout.splitlines()[0])[:2]) == (
        0,
        ["feed.xml", "replaces what is no feed of ours"],
    )
    assert blog.run("build", "--adopt").returncode == 0
    assert mine.read_bytes().startswith(b"<?xml")


# --- Rehearsals


def test_a_rehearsal_changes_nothing_on_disk(blog):
    """--dry-run leaves every file, time and inode as it was: before the first build, and with changes to publish."""
    before = tree(blog.folder)
    first = blog.run("build", "--dry-run", "--diff")
    assert first.returncode == 0
    assert tree(blog.folder) == before
    assert "this would be the first build of posts: nothing would be announced" in first.stderr
    assert "Nothing was written (dry run)." in first.stderr
    blog.run("build")
    blog.write("four.md", "# Four\n")
    (blog.posts / "one.md").unlink()
    before = tree(blog.folder)
    for arguments in (("--dry-run",), ("--diff",), ("--dry-run", "--json"), ("--dry-run", "--accept", "--adopt")):
        assert blog.run("build", *arguments).returncode == 0
        assert tree(blog.folder) == before


def _of_feeds(paths):
    return sorted(path for path in paths if not path.startswith("feeds"))


def test_a_rehearsal_counts_entries(blog):
    """Per document: entries that come, change, go and stay, whatever the format; and it comes true."""
    blog.run("build")
    blog.write("four.md", "# Four\n")
    blog.write("two.md", "---\ntitle: Two & better\ndate: 2026-01-01\n---\n\nText of two.\n")
    (blog.posts / "three.md").unlink()
    rehearsed = blog.run("build", "--dry-run")
    lines = dict(re.split("  +", line)[:2] for line in rehearsed.stdout.splitlines() if line.startswith("feed."))
    assert lines.pop("feed.html") == "changed"
    assert lines == dict.fromkeys(["feed.atom", "feed.json", "feed.xml"], "+1 entry, ~1 changed, -1 gone, 1 same")
    data = blog.json("build", "--dry-run")["data"]
    for document in data["documents"]:
        entries = document["entries"]
        if entries is None:  # pages
            continue
        assert [item["title"] for item in entries["added"]] == ["Four"]
        assert [item["title"] for item in entries["changed"]] == ["Two & better"]
        assert [item["id"] for item in entries["removed"]] == ["tag:ann.example,2026:three"]
        assert entries["same"] == 1
    built = blog.json("build")["data"]
    rehearsed_paths = [document["path"] for document in data["documents"]]
    # The list of feeds has a second in it: whether it changes depends on how fast this was.
    assert _of_feeds(built["published"]) == _of_feeds(rehearsed_paths)
    assert [c["id"] for c in built["changes"]] == [c["id"] for c in data["changes"]]
    quiet = blog.run("build", "--dry-run")
    assert quiet.stdout == "every document would stay as it is\n"


def test_a_rehearsal_shows_the_lines(blog):
    """--diff is a unified diff that patch would understand, and means a dry run by itself."""
    blog.run("build")
    blog.write("one.md", "---\ntitle: One\ndate: 2026-01-01\n---\n\nOther words.\n")
    said = blog.run("build", "--diff").stdout
    assert "--- feed.xml (published)\n+++ feed.xml (now)\n@@ " in said
    assert "\n-    <description>Text of one.</description>\n" in said
    assert "\n+    <description>Other words.</description>\n" in said


def test_a_rehearsal_says_whom_it_would_tell(tmp_path):
    """The hub and the topics; and the hub hears nothing, neither then nor of the first build."""
    with Loopback() as hub:
        blog = Blog(tmp_path / "blog", MINIMAL + PING.format(url=hub.url))
        blog.write("one.md", "# One\n")
        blog.run("build")
        blog.write("two.md", "# Two\n")
        said = blog.run("build", "--dry-run").stdout
        for name in ("feed.xml", "feed.atom", "feed.json"):
            assert f"would tell websub {hub.url} about https://ann.example/{name}\n" in said
        assert hub.requests == []
    lonely = Blog(tmp_path / "lonely")
    lonely.write("one.md", "# One\n")
    lonely.run("build")
    lonely.write("two.md", "# Two\n")
    assert "would tell nobody: the settings have no 'ping:'" in lonely.run("build", "--dry-run").stdout


def test_a_damaged_state_is_one_message(blog):
    """Not even a rehearsal or a preview shows a traceback; the next step is told."""
    blog.run("build")
    shutil.rmtree(blog.folder / ".feedd")
    (blog.folder / ".feedd").mkdir()
    (blog.folder / ".feedd/state.db").write_bytes(b"no database " * 100)
    for arguments in (("build",), ("build", "--dry-run"), ("preview", "posts/one.md"), ("status",), ("run",)):
        done = blog.run(*arguments)
        assert done.returncode == 73
        assert "cannot be used" in done.stderr
        assert "help: move the file away" in done.stderr
        assert "Traceback" not in done.stderr


# --- Announcements


def test_build_may_announce(tmp_path):
    """Never unasked; --ping sends what waits, and exit code 3 says that some of it could not be sent."""
    with Loopback() as hub:
        blog = Blog(tmp_path / "blog", MINIMAL + PING.format(url=hub.url))
        blog.write("one.md", "# One\n")
        blog.run("build")
        blog.write("two.md", "# Two\n")
        assert "3 announcements wait; a running feedd or 'feedd ping' sends them" in blog.run("build").stderr
        assert hub.requests == []
        sent = blog.run("build", "--ping")
        assert (sent.returncode, "3 announcements sent, 0 failed" in sent.stderr) == (0, True)
        assert len(hub.requests) == 3
        blog.write("three.md", "# Three\n")
    unsent = blog.json("build", "--ping", code=3)["data"]
    assert (unsent["sent"], unsent["unsent"]) == (0, 3)
    assert blog.run("build", "--ping", "--dry-run").returncode == 2


# --- With a daemon


@pytest.mark.e2e
def test_a_running_daemon_does_the_work(tmp_path):
    """`build` is a request to it, with the same report; --adopt and --accept go with it, --set cannot."""
    site = Site(tmp_path / "site")
    site.write("one.md", "# One\n")
    (site.public).mkdir()
    (site.public / "feed.xml").write_text("mine")
    with running(site):
        refused = site.cli("build")
        assert refused.returncode == 73
        assert "feedd build --adopt" in refused.stderr
        adopted = site.cli("build", "--adopt", "--ping")
        assert (adopted.returncode, adopted.stdout) == (0, "")
        assert "by the running daemon" in adopted.stderr
        assert (site.public / "feed.xml").read_bytes().startswith(b"<?xml")
        site.write("bad.md", "---\ntitle: [oops\n---\n")
        report = json.loads(site.cli("build", "--json").stdout)
        assert (report["code"], report["data"]["by"]) == (3, "the running daemon")
        assert report["messages"][0]["path"] == str(site.posts / "bad.md")
        other = site.cli("build", "--set", "site.title=Other")
        assert (other.returncode, "--set" in other.stderr) == (5, True)
        assert site.cli("build", "--dry-run").returncode == 3
