"""Settings that change while the real daemon runs."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from feedd.errors import EXIT_LOCKED
from tests.support.daemon import Site, running, until


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path)
    made.write("a.md", "---\ntitle: A\n---\n\nText of a.\n")
    with running(made):
        yield made


def reload(site: Site, old: str, new: str) -> None:
    text = site.settings.read_text()
    assert old in text
    site.settings.write_text(text.replace(old, new))
    assert site.process is not None
    site.process.send_signal(signal.SIGHUP)


def other_feedd(site: Site, output: Path) -> int:
    """The exit code of a build by another feedd, with a state of its own, into this folder."""
    settings = site.folder / "other.yaml"
    settings.write_text(f"site: https://bo.example\nsource: posts\npublish: {output}\nstate: other-state\n")
    return site.cli("build", "--config", str(settings), "--adopt").returncode


def test_another_output_folder_is_filled_and_locked_and_the_old_one_is_let_go(site: Site) -> None:
    """At once, without an article that changes."""
    second = site.folder / "second"
    assert other_feedd(site, site.public) == EXIT_LOCKED
    reload(site, "publish: public", "publish: second")
    until((second / "feed.xml").exists, "the documents in the new folder")
    assert (second / "feed.xml").read_bytes() == (site.public / "feed.xml").read_bytes()
    assert other_feedd(site, second) == EXIT_LOCKED
    assert other_feedd(site, site.public) == 0


def test_addresses_that_move_and_limits_hold_from_then_on(site: Site) -> None:
    """Without a restart, and until they are taken away again."""
    reload(
        site, "listen: '127.0.0.1:0'", "listen: '127.0.0.1:0', moved: {rss: feed.xml}, limit: {requests: 9, per: 1d}"
    )
    until(lambda: site.get("/rss").status == 301, "the old address leads on")
    assert site.get("/rss").headers["location"] == "https://ann.example/feed.xml"
    until(lambda: site.get("/feed.xml").status == 429, "the tenth request of the day is refused")
    reload(site, ", moved: {rss: feed.xml}, limit: {requests: 9, per: 1d}", "")
    until(lambda: site.get("/rss").status == 404, "as before")


def test_another_link_template_reaches_articles_that_nobody_touched(site: Site) -> None:
    """The address of an article is made from the settings, too."""
    assert b"https://ann.example/a/" in (site.public / "feed.xml").read_bytes()
    reload(site, "source: posts", "source: {path: posts, link: '{site}/blog/{slug}'}")
    until(lambda: b"https://ann.example/blog/a<" in (site.public / "feed.xml").read_bytes(), "the new address")


def test_the_articles_of_a_source_that_is_removed_leave(site: Site) -> None:
    """And come back with it."""
    other = site.folder / "other"
    other.mkdir()
    (other / "b.md").write_text("---\ntitle: B\n---\n\nText of b.\n")

    def shows_b() -> bool:
        return b"Text of b." in (site.public / "feed.xml").read_bytes()

    reload(site, "source: posts", "sources: [posts, other]")
    until(shows_b, "the second source")
    reload(site, "sources: [posts, other]", "sources: [posts]")
    until(lambda: not shows_b(), "the second source to leave")
    reload(site, "sources: [posts]", "sources: [posts, other]")
    until(shows_b, "the second source again")


def test_settings_that_cannot_be_used_change_nothing(site: Site) -> None:
    """An output folder that another feedd holds: the old house goes on, and says why."""
    blocked = site.folder / "blocked"
    blocked.write_text("a file")
    reload(site, "publish: public", "publish: blocked")
    until(lambda: "not reloaded" in site.log.read_text(), "a refusal")
    site.write("c.md", "---\ntitle: C\n---\n\nText of c.\n")
    until(lambda: b"Text of c." in (site.public / "feed.xml").read_bytes(), "the old folder is still in use")
