"""A day of somebody who never heard of identity: renames, moves, edits, checkouts, backups, sync tools, mass touches.

At the end every id is what it was in the morning, no entry was announced as new, and nothing that exists was withdrawn.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tarfile
from pathlib import Path

import feedparser
import pytest

from tests.support.daemon import Site, running, until
from tests.support.loopback import Loopback

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

ARTICLES = {
    "hello.md": "---\ntitle: Hello\ndate: 2026-01-05\ntags: [a]\n---\n\nThe first words of this blog, and more.\n",
    "travel/lisbon.md": "---\ntitle: Lisbon\ndate: 2026-02-01 10:00\n---\n\nTrams climb the hills all day long.\n",
    "travel/porto.md": "---\ntitle: Porto\ndate: 2026-02-03 10:00\n---\n\nThe river is wide, the cellars are cool.\n",
    "travel/faro/index.md": "# Faro\n\nStorks live on the chimneys of the old town.\n",
    "notes/soup.md": "# Soup\n\nOnions, patience and a heavy pot make a good soup.\n",
    "notes/bread.txt": "Bread without kneading\n\nFlour, water, salt, and a night in between.\n",
    "notes/page.html": "<!doctype html><title>Page</title><h1>Page</h1><p>Written by hand in plain HTML.</p>",
    "2026-03-01-march.md": "# March\n\nWind from the west and the first swallows.\n",
    "twin-one.md": "---\ntitle: Twin\n---\n\nOne of two articles with the same title, about cats.\n",
    "twin-two.md": "---\ntitle: Twin\n---\n\nThe other of the two articles, about the sea.\n",
    "stated.md": "---\ntitle: Stated\nid: urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66\n---\n\nIt says who it is.\n",
    "windows.md": "---\r\ntitle: Windows\r\n---\r\n\r\nLine ends of another world.\r\n",
}


WORDS = ("first", "Trams", "river", "Storks", "Onions", "Flour", "hand", "swallows", "cats", "sea", "says", "Line")


class Day:
    """The author's hands. Every deed is over, and seen by the daemon, when the method returns."""

    def __init__(self, site: Site, world: Loopback) -> None:
        self.site, self.world, self.posts = site, world, site.posts

    def git(self, *arguments: str) -> None:
        names = ("-c", "user.name=Ann", "-c", "user.email=ann@ann.example", "-c", "commit.gpgsign=false")
        subprocess.run(["git", *names, *arguments], cwd=self.posts, check=True, capture_output=True)

    def seen(self) -> None:
        """The daemon has looked at everything."""
        done = self.site.cli("build")
        assert done.returncode in (0, 3), done.stderr  # 3: something in the folder is wrong

    def ids(self) -> dict[str, str]:
        """Which article has which id, by a word of its text that nobody edits: title and address may change."""
        found = feedparser.parse(f"http://{self.site.address}/feed.atom").entries
        text = {entry.id: entry.content[0].value for entry in found}
        return {word: id for id, html in text.items() for word in WORDS if word in html}

    def events(self) -> list[tuple[str, str]]:
        messages = [json.loads(request.body) for request in self.world.requests if request.path == "/hook"]
        return [(entry["id"], entry["event"]) for message in messages for entry in message["data"]["entries"]]


@pytest.fixture
def day(tmp_path):
    with Loopback() as world:
        site = Site(tmp_path / "site", f'ping:\n  - {{webhook: "{world.url}/hook", allow_private: true}}\n')
        for path, text in ARTICLES.items():
            file = site.posts / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text.encode())
        yield Day(site, world)


def editor_backup_dance(file: Path, text: str) -> None:
    """As vim with backupcopy=no: the old file is renamed away, the new one is written in its place."""
    backup = file.with_name(file.name + "~")
    file.rename(backup)
    file.write_text(text)
    backup.unlink()


def sync_tool(file: Path, text: str) -> None:
    """As Syncthing and rsync: a temporary name, then a rename; a conflict copy is left behind."""
    for temporary in (f".syncthing.{file.name}.tmp", f".{file.name}.x8K2fQ"):
        half = file.with_name(temporary)
        half.write_text(text[: len(text) // 2])
        half.write_text(text)
        half.replace(file)
    (file.parent / f"{file.stem}.sync-conflict-20261123-101112-ABCDEFG{file.suffix}").write_text(text)
    (file.parent / f"{file.stem} (Ann's conflicted copy 2026-11-23){file.suffix}").write_text(text)


def mass_touch(folder: Path) -> None:
    for file in folder.rglob("*"):
        if file.is_file() and ".git" not in file.parts:
            os.utime(file)


def test_a_careless_day_changes_no_identity(day, tmp_path):
    """Twenty deeds, one after the other, on the running daemon; then a look at ids and announcements."""
    site, posts = day.site, day.posts
    day.git("init", "-q", "-b", "main")
    day.git("add", ".")
    day.git("commit", "-q", "-m", "morning")
    with running(site):
        morning = day.ids()
        assert sorted(morning) == sorted(WORDS)

        (posts / "hello.md").rename(posts / "hello-world.md")  # rename
        day.seen()
        (posts / "travel").rename(posts / "journeys")  # a whole folder
        day.seen()
        editor_backup_dance(posts / "journeys/porto.md", ARTICLES["travel/porto.md"].replace("cool", "cold"))
        day.seen()
        text = (posts / "journeys/lisbon.md").read_text()  # rename and edit in one go
        (posts / "journeys/lisbon.md").unlink()
        (posts / "journeys/lisboa.md").write_text(text.replace("all day long", "all day and all night"))
        day.seen()
        sync_tool(posts / "notes/soup.md", ARTICLES["notes/soup.md"] + "\nAnd thyme.\n")
        day.seen()
        day.git("add", "-A")
        day.git("commit", "-q", "-m", "noon")

        day.git("checkout", "-q", "-b", "experiment", "HEAD~1")  # another branch, and back at once
        day.git("checkout", "-q", "main")
        day.seen()
        day.git("stash", "-q") if _dirty(posts) else None
        mass_touch(posts)
        day.seen()

        with tarfile.open(tmp_path / "backup.tar", "w") as tar:  # a backup, a disaster, a restore
            tar.add(posts / "notes", "notes")
        shutil.rmtree(posts / "notes")
        with tarfile.open(tmp_path / "backup.tar") as tar:
            tar.extractall(posts, filter="data")
        day.seen()
        text = (posts / "stated.md").read_text()  # cut here, pasted there
        (posts / "stated.md").unlink()
        (posts / "archive").mkdir()
        (posts / "archive/stated-again.md").write_text(text)
        day.seen()
        (posts / "twin-one.md").rename(posts / "swap.md")  # two files change their names
        (posts / "twin-two.md").rename(posts / "twin-one.md")
        (posts / "swap.md").rename(posts / "twin-two.md")
        day.seen()
        (posts / "windows.md").write_bytes((posts / "windows.md").read_bytes().replace(b"\r\n", b"\n"))
        day.seen()
        (posts / "2026-03-01-march.md").write_text("---\ntitle: [unclosed\n---\n\nWind.\n")  # broken for a while
        day.seen()
        (posts / "2026-03-01-march.md").write_text(ARTICLES["2026-03-01-march.md"])
        day.seen()
        shutil.copytree(posts, tmp_path / "copy")  # the whole folder goes and comes back from a copy
        for item in posts.iterdir():
            shutil.rmtree(item) if item.is_dir() else item.unlink()
        shutil.copytree(tmp_path / "copy", posts, dirs_exist_ok=True)
        day.seen()
        (posts / "journeys/faro/index.md").rename(posts / "journeys/faro.md")  # a bundle becomes a file
        day.seen()
        (posts / "notes/bread.txt").rename(posts / "notes/bread.md")  # another format
        day.seen()

        evening = day.ids()
        until(lambda: site.status()["counts"]["pending"] == 0, "everything was told")
        events = day.events()

    assert evening == morning
    assert [id for id, event in events if event == "published"] == []
    assert [id for id, event in events if event == "withdrawn"] == []
    edited = {id for id, event in events if event == "updated"}
    assert edited >= {morning[word] for word in ("river", "Trams", "Onions")}

    with running(site):  # and after a night
        assert day.ids() == morning


def _dirty(folder: Path) -> bool:
    done = subprocess.run(["git", "status", "--porcelain"], cwd=folder, check=True, capture_output=True)
    return bool(done.stdout.strip())
