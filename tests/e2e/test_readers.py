"""Feed readers that people use, reading from the running daemon: title, date, link and content."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess

import feedparser
import pytest

from tests.support.daemon import Site, running

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]

PUBLISHED = 1795167000  # 2026-11-20T09:30:00Z
ARTICLE = """---
title: Fish & chips <fried>
date: 2026-11-20T10:30:00+01:00
---

A *crisp* paragraph with [a link](../menu/).
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    site = Site(tmp_path_factory.mktemp("readers"))
    site.write("fish.md", ARTICLE)
    with running(site):
        yield site


def needs(program):
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"{program} is not installed")


@pytest.mark.parametrize("path", ["feed.xml", "feed.atom"])
def test_feedparser(site, path):
    (entry,) = feedparser.parse(f"http://{site.address}/{path}").entries
    assert entry.link == "https://ann.example/fish/"
    assert entry.published_parsed[:5] == (2026, 11, 20, 9, 30)
    assert "Fish & chips" in entry.title.replace("&amp;", "&")
    assert '<em>crisp</em> paragraph with <a href="https://ann.example/menu/">' in entry.content[0].value


@needs("newsboat")
@pytest.mark.parametrize("path", ["feed.xml", "feed.atom"])
def test_newsboat(site, path, tmp_path):
    (tmp_path / "urls").write_text(f"http://{site.address}/{path}\n")
    (tmp_path / "config").write_text("")
    subprocess.run(
        ["newsboat", "-u", "urls", "-c", "cache.db", "-C", "config", "-x", "reload"],
        cwd=tmp_path,
        env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        check=True,
        capture_output=True,
        timeout=60,
    )
    connection = sqlite3.connect(tmp_path / "cache.db")
    try:
        (row,) = connection.execute("SELECT title, url, pubDate, content, guid FROM rss_item").fetchall()
    finally:
        connection.close()
    title, url, published, content, guid = row
    assert title == "Fish & chips <fried>"
    assert (url, published, guid) == ("https://ann.example/fish/", PUBLISHED, "tag:ann.example,2026:fish")
    assert "<em>crisp</em>" in content


@needs("sfeed")
@pytest.mark.parametrize("path", ["feed.xml", "feed.atom"])
def test_sfeed(site, path):
    document = site.get(f"/{path}").body
    done = subprocess.run(["sfeed"], input=document, capture_output=True, check=True, timeout=60)
    (line,) = done.stdout.decode().splitlines()
    published, title, link, content, kind, guid, *_ = line.split("\t")
    assert (published, title, link) == (str(PUBLISHED), "Fish & chips <fried>", "https://ann.example/fish/")
    assert (kind, guid) == ("html", "tag:ann.example,2026:fish")
    assert "<em>crisp</em>" in content
