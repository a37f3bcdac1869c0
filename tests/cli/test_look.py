"""`feedd check` and `feedd status`: what is wrong and how things stand, for people, editors and scripts."""

from __future__ import annotations

import json
import os
import re

import pytest

from tests.support.cli import MINIMAL, Blog, tree
from tests.support.daemon import Site, running


@pytest.fixture
def blog(tmp_path):
    blog = Blog(tmp_path / "blog")
    blog.write("good.md", "# Good\n\nText.")
    return blog


# --- check


def test_nothing_to_mend(blog):
    """Exit code 0, a sentence for people, nothing on stdout, nothing written."""
    before = tree(blog.folder)
    done = blog.run("check")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "nothing to mend in 1 article\n"
    assert blog.json("check")["data"] == {"files": 1}
    assert tree(blog.folder) == before


def test_findings_can_be_jumped_to(blog):
    """Exit code 1; file:line:column as one would type it in the current folder, and the line with a caret."""
    blog.write("sub/bad.md", "---\ntitle: [oops\n---\n\nText.")
    for cwd, config, place in [
        (blog.folder, "feedd.yaml", "posts/sub/bad.md"),
        (blog.posts / "sub", "../../feedd.yaml", "bad.md"),
        (blog.folder.parent, "blog/feedd.yaml", "blog/posts/sub/bad.md"),
    ]:
        done = blog.run("check", "-c", config, cwd=cwd)
        assert (done.returncode, done.stdout) == (1, "")
        assert f"--> {place}:2:8\n    |\n  2 | title: [oops\n    |        ^ " in done.stderr
        assert (cwd / place).exists()
    assert done.stderr.endswith("1 error, 0 warnings in 2 articles\n")


def test_the_caret_stands_below_the_mistake(blog):
    """Tabs and wide letters before it do not move it, a long line is cut around it, control characters do nothing."""
    blog.write("tab.md", "---\ntitle:\t'日本' oops\n---\n")
    blog.write("long.md", "---\ntitle: {a: " + "x" * 500 + "\n---\n")
    blog.write("esc.md", b"---\ntitle: \x1b[31m[oops\n---\n")
    done = blog.run("check")
    assert done.returncode == 1
    assert "\x1b" not in done.stderr
    blocks = re.findall(r"--> posts/(\w+)\.md:\d+:(\d+)\n +\|\n +\d+ \| (.*)\n +\| ( *)\^", done.stderr)
    places = {name: (int(column), line, len(spaces)) for name, column, line, spaces in blocks}
    assert len(places) == 3
    column, line, spaces = places["tab"]
    assert "\t" not in line
    assert spaces == column - 1 + sum(sign in "日本" for sign in line[: column - 1])
    assert all(len(line) <= 162 for _, line, _ in places.values())


def test_warnings_can_be_left_out(blog):
    """--errors-only: a warning alone is then no reason for exit code 1."""
    blog.write("warn.md", "---\ntitle: Warn\ntags: {a: b}\n---\n\nText.")
    assert blog.run("check").returncode == 1
    assert blog.run("check", "--errors-only").returncode == 0
    (message,) = blog.json("check", code=1)["messages"]
    assert message == {
        "code": "FD226",
        "level": "warning",
        "file": "warn.md",
        "path": str(blog.posts / "warn.md"),
        "source": "posts",
        "line": 3,
        "column": None,
        "message": "tags is a mapping",
        "hint": "write a list",
    }


def test_odd_files_are_told_and_not_waited_for(blog):
    """A FIFO among the articles is a finding, and is never opened."""
    os.mkfifo(blog.posts / "pipe.md")
    done = blog.run("check", timeout=30)
    assert done.returncode == 1
    assert "--> posts/pipe.md\n" in done.stderr


def test_settings_are_checked_first(blog):
    """Every mistake at once, with its line and column, exit code 78."""
    blog.settings.write_text(
        "site: https://ann.example\nsource: posts\npublish: public\nfeeds: [{path: a, limti: 2}]\nbogus: 1\n"
    )
    done = blog.run("check")
    assert done.returncode == 78
    assert "--> feedd.yaml:4:19\n" in done.stderr
    assert "--> feedd.yaml:5:1\n" in done.stderr
    assert "limit" in done.stderr


# --- status


def test_before_the_first_build_there_is_no_status(blog):
    """Exit code 4, and the first step; --quiet says nothing at all."""
    done = blog.run("status")
    assert (done.returncode, done.stdout) == (4, "")
    assert "'feedd run' or 'feedd build'" in done.stderr
    quiet = blog.run("status", "--quiet")
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (4, "", "")


def test_the_status_of_a_stopped_feedd(blog):
    """From the state on disk: what stands, what is kept back, what is wrong, with a path to open."""
    blog.write("draft.md", "---\ntitle: D\ndraft: true\n---\n")
    blog.write("later.md", "---\ntitle: L\ndate: 2999-01-01\n---\n")
    blog.write("bad.md", "---\ntitle: [oops\n---\n")
    blog.run("build")
    done = blog.run("status", "-c", "../feedd.yaml", cwd=blog.posts)
    assert done.returncode == 0
    assert done.stdout.startswith("DAEMON     not running\nPUBLISHED  1 entry in 1 feed, all current\n")
    assert re.search(r"\n +feed  1 entry, changed \S+Z \(\d+ s ago\)\n", done.stdout)
    assert "KEPT BACK  1 draft, 1 scheduled; next at 2999-01-01T00:00:00Z\n" in done.stdout
    assert "WAITING    0 announcements, 0 given up\n" in done.stdout
    assert "PROBLEMS   1\n           FD224 bad.md:2: " in done.stdout
    assert done.stderr == "Next: feedd run\n"
    data = blog.json("status")["data"]
    assert (data["daemon"], data["counts"]["live"], data["next_due"]) == (None, 1, "2999-01-01T00:00:00Z")
    assert data["problems"][0]["path"] == str(blog.posts / "bad.md")


def test_problems_of_what_is_no_longer_configured_are_not_told(tmp_path):
    """A source that left the settings takes its problems with it."""
    blog = Blog(tmp_path / "blog", MINIMAL.replace("source: posts", "sources: [posts, notes]"))
    (blog.folder / "notes").mkdir()
    (blog.folder / "notes" / "bad.md").write_text("---\ntitle: [oops\n---\n")
    assert blog.run("build").returncode == 3
    blog.settings.write_text(MINIMAL)
    assert blog.run("build").returncode == 0
    assert blog.json("status")["data"]["problems"] == []


@pytest.mark.e2e
def test_the_status_of_a_running_feedd(tmp_path):
    """The daemon answers; also when the state lies deeper than a socket's path may be long (107 bytes)."""
    deep = "/".join(["a-long-name-for-a-folder"] * 6)
    site = Site(tmp_path / "site", f"state: {deep}\n")
    site.write("a.md", "# A\n\nText.")
    with running(site):
        assert len(str(site.folder / deep / "control.sock")) > 107
        done = site.cli("status")
        assert done.returncode == 0
        assert done.stdout.startswith("DAEMON     running\n")
        assert done.stderr == ""
        assert site.cli("status", "--quiet").returncode == 0
        data = json.loads(site.cli("status", "--json").stdout)["data"]
        assert (data["daemon"]["alive"], data["daemon"]["ready"]) == (True, True)
        assert site.stop() == 0
    assert site.cli("status", "--quiet").returncode == 4
