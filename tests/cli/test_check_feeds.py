"""`feedd check --feeds`: the lint as people, editors and scripts meet it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lint.documents import json_feed, rss
from tests.support.cli import Blog, feedd, tree
from tests.support.loopback import Answer, Loopback

SETTINGS = (
    "site: {url: https://ann.example, language: en}\nsource: posts\npublish: public\nserver: off\n"
    "feeds: [{path: feed, formats: [rss, atom, json]}]\n"
)
BAD = rss("\n<pubDate>soon</pubDate>\n")


@pytest.fixture
def blog(tmp_path: Path) -> Blog:
    blog = Blog(tmp_path / "blog", SETTINGS)
    blog.write("one.md", "# One\n\nText.")
    return blog


@pytest.fixture
def server() -> Iterator[Loopback]:
    with Loopback() as server:
        yield server


def test_the_documents_of_the_settings_are_made_in_memory(blog: Blog) -> None:
    """Before anything was built, and nothing is written."""
    before = tree(blog.folder)
    envelope = blog.json("check", "--feeds")
    assert {"feed.atom", "feed.json", "feed.xml"} <= set(envelope["data"]["documents"])
    assert envelope["messages"] == []
    done = blog.run("check", "--feeds")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.startswith("nothing to mend in ")
    assert tree(blog.folder) == before


def test_an_odd_article_is_seen_in_the_documents(blog: Blog) -> None:
    """Exit code 1, the rule, the document and the line."""
    blog.write("odd.md", "---\ntitle: Odd\nid: hello world\n---\n\nText.")
    done = blog.run("check", "--feeds")
    assert done.returncode == 1
    assert 'error[url-absolute]: <atom:id> "hello world" is not absolute\n  --> feed.atom:' in done.stderr


def test_a_file_is_shown_with_the_line(tmp_path: Path) -> None:
    """No settings are needed; the caret stands below the element."""
    (tmp_path / "old.xml").write_bytes(BAD)
    done = feedd("check", "--feeds", "old.xml", cwd=tmp_path)
    assert done.returncode == 1
    assert 'error[date-rfc822]: <pubDate> "soon" is no RFC 822 date\n  --> old.xml:3:1\n' in done.stderr
    assert "  3 | <pubDate>soon</pubDate>\n    | ^ Mon, 23 Nov 2026" in done.stderr
    assert done.stderr.endswith("1 error in 1 document\n")


def test_warnings_can_be_left_out(tmp_path: Path) -> None:
    """For a script that only wants to know whether it is broken."""
    (tmp_path / "a.json").write_bytes(json_feed(without="feed_url"))
    assert feedd("check", "--feeds", "a.json", cwd=tmp_path).returncode == 1
    assert feedd("check", "--feeds", "a.json", "--errors-only", cwd=tmp_path).returncode == 0


def test_json_has_every_finding(tmp_path: Path) -> None:
    """As `check` has problems; the code is the rule's name."""
    (tmp_path / "old.xml").write_bytes(BAD)
    (message,) = Blog(tmp_path / "blog").json("check", "--feeds", str(tmp_path / "old.xml"), code=1)["messages"]
    assert (message["code"], message["level"], message["line"], message["column"]) == ("date-rfc822", "error", 3, 1)
    assert message["path"] == str(tmp_path / "old.xml")
    assert message["element"] == "rss/channel/pubDate"


def test_an_address_is_judged_with_its_headers(tmp_path: Path, server: Loopback) -> None:
    """On this machine, too: the person named it. The type, the validators, and the address that the feed gives."""
    server.script["/feed"] = [Answer(200, (("Content-Type", "text/html"),), rss())]
    done = feedd("check", "--feeds", f"{server.url}/feed", cwd=tmp_path)
    assert done.returncode == 1
    for rule in ("http-type", "http-validators", "self-differs"):
        assert f"warning[{rule}]" in done.stderr


def test_a_redirect_is_news_and_not_followed(tmp_path: Path, server: Loopback) -> None:
    """Readers would follow it for ever."""
    server.script["/feed"] = [Answer(301, (("Location", "https://ann.example/feed"),))]
    done = feedd("check", "--feeds", f"{server.url}/feed", cwd=tmp_path)
    assert done.returncode == 1
    assert "answers 301 and leads to https://ann.example/feed" in done.stderr


def test_what_cannot_be_had_is_said(tmp_path: Path, server: Loopback) -> None:
    """A file that is not there, a page that is not there, an address that is none."""
    server.script["/feed"] = [Answer(404)]
    assert feedd("check", "--feeds", "nowhere.xml", cwd=tmp_path).returncode == 2
    assert feedd("check", "--feeds", f"{server.url}/feed", cwd=tmp_path).returncode == 69
    assert feedd("check", "--feeds", "gopher://ann.example/", cwd=tmp_path).returncode == 2
    assert "feedd check --feeds a.xml" in feedd("check", "a.xml", cwd=tmp_path).stderr
