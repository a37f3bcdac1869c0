"""`feedd run FOLDER --url …` without settings: the generator of the folder is recognised."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

from tests.support.daemon import until

SITE = {
    "hugo.toml": "baseURL = 'https://x.example/'\n[permalinks]\nposts = '/:year/:slug/'\n",
    "content/posts/2026-03-01-hello.md": "---\ntitle: Hello\ndate: 2026-03-01\nslug: hi\n---\nText\n",
    "content/posts/_index.md": "---\ntitle: Posts\n---\n",
}


def published(url):
    """The items of a feed, none before it is there."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return json.load(answer)["items"]
    except urllib.error.HTTPError:
        return []


@pytest.mark.parametrize("folder", [".", "content/posts"])
def test_a_generator_is_recognised_without_settings(folder, tmp_path):
    """In a site's folder and in its folder of articles: one line says what it is, and the links are the site's."""
    for name, text in SITE.items():
        (tmp_path / "site" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "site" / name).write_text(text)
    log = tmp_path / "log"
    arguments = ("--url", "https://x.example", "--listen", "127.0.0.1:0", "--state", str(tmp_path / "state"))
    with log.open("wb") as stderr:
        running = subprocess.Popen(
            [sys.executable, "-m", "feedd", "run", folder, *arguments], cwd=tmp_path / "site", stderr=stderr
        )
        try:
            found = until(lambda: re.search(r"subscribe +(\S+)feed\.xml", log.read_text()), "an address")
            items = until(lambda: published(f"{found[1]}feed.json"), "the first build")
        finally:
            running.terminate()
            running.wait(20)
    assert [item["url"] for item in items] == ["https://x.example/2026/hi/"]
    assert "recognised  Hugo: its links, dates and drafts are understood, as with preset: hugo" in log.read_text()
