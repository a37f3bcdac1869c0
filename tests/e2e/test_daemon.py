"""The real daemon as a process, with the real watcher, a loopback hub and receiver, and feedparser over HTTP."""

from __future__ import annotations

import json
import signal
import time

import feedparser
import pytest
from standardwebhooks import Webhook

from tests.support.daemon import Notifications, Site, running, until
from tests.support.loopback import Answer, Loopback

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]

SECRET = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5"


@pytest.fixture
def world():
    with Loopback() as server:
        server.script["/rpc"] = [
            Answer(
                200,
                body=b"<?xml version='1.0'?><methodResponse><params><param><value><struct><member><name>flerror</name>"
                b"<value><boolean>0</boolean></value></member></struct></value></param></params></methodResponse>",
            )
        ]
        yield server


@pytest.fixture
def site(tmp_path, world):
    return Site(
        tmp_path / "site",
        f"""ping:
  - {{websub: "{world.url}/hub", allow_private: true, min_interval: 0s}}
  - {{xmlrpc: "{world.url}/rpc", allow_private: true, min_interval: 0s}}
  - {{webhook: "{world.url}/hook", allow_private: true, secret: {SECRET}}}
feeds:
  - path: feed
  - {{path: "tags/{{tag}}", each: tag, formats: [rss]}}
""",
    )


def titles(site, path="/feed.xml"):
    return [entry.get("title", "") for entry in feedparser.parse(f"http://{site.address}{path}").entries]


def told(world, path):
    return [request for request in world.requests if request.path == path]


def test_an_article_reaches_every_reader_and_hub(site, world):
    """From a saved file to the reader, the hub, the ping service and the signed webhook; the first build is silent."""
    site.write("old.md", "# Old\n\nFrom before.")
    with running(site):
        assert titles(site) == ["Old"]
        assert world.requests == []
        begun = time.monotonic()
        site.write("hello.md", "---\ntitle: Hello & welcome\ntags: [news]\n---\n\nSome *text*.\n")
        until(lambda: "Hello & welcome" in titles(site), "the article over HTTP")
        took = time.monotonic() - begun
        until(lambda: len(told(world, "/hub")) == 4, "four documents at the hub")
        until(lambda: told(world, "/rpc") and told(world, "/hook"), "ping and webhook")
        (hook,) = told(world, "/hook")
        message = Webhook(SECRET).verify(hook.body, hook.headers)
        (entry,) = message["data"]["entries"]
        assert (entry["event"], entry["title"]) == ("published", "Hello & welcome")
        topics = sorted(request.body.decode().split("hub.topic=")[1] for request in told(world, "/hub"))
        assert len(set(topics)) == 4
        assert titles(site, "/tags/news.xml") == ["Hello & welcome"]
        assert (site.public / "feed.xml").read_bytes() == site.get("/feed.xml").body
    assert took < 10  # the bench says how fast; here it must only have happened by the event and not by a sweep


def test_the_life_of_an_article(site, world):
    """Edited, renamed, deleted: each seen by the watcher, with one identity all along."""
    site.write("a.md", "# A\n\nFirst text.")
    site.write("other.md", "# Other\n\nSomething else.")
    with running(site):
        feed = f"http://{site.address}/feed.atom"
        ids = {entry.title: entry.id for entry in feedparser.parse(feed).entries}
        site.write("a.md", "# A, better\n\nSecond text.")
        until(lambda: "A, better" in titles(site), "the edit")
        (site.posts / "a.md").rename(site.posts / "b.md")
        links = lambda: {e.title: (e.link, e.id) for e in feedparser.parse(feed).entries}  # noqa: E731
        until(lambda: links().get("A, better", ("",))[0] == "https://ann.example/b/", "the rename")
        assert links()["A, better"][1] == ids["A"]
        (site.posts / "b.md").unlink()
        until(lambda: titles(site) == ["Other"], "the deletion")
        until(lambda: ("A, better", "withdrawn") in events(world), "the webhook hears of the deletion")
    assert ("A, better", "published") not in events(world)


def events(world):
    """(title, event) of every entry in every message to the webhook."""
    messages = [json.loads(request.body) for request in told(world, "/hook")]
    return [(entry["title"], entry["event"]) for message in messages for entry in message["data"]["entries"]]


def test_an_embargo_ends_while_the_daemon_runs(site):
    """A future date appears by itself, at its moment."""
    with running(site):
        moment = time.time() + 2
        stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment))
        site.write("later.md", f"---\ntitle: Later\ndate: {stamp}\n---\n\nText.")
        until(lambda: site.status()["counts"]["scheduled"] == 1, "the embargo is known")
        assert titles(site) == []
        until(lambda: titles(site) == ["Later"], "the embargo ends")
        assert time.time() >= int(moment)


def test_readers_poll_cheaply(site):
    """Strong ETag, Last-Modified, 304, HEAD, gzip and the hub link, over the real server; the same after a restart."""
    site.write("a.md", "# A\n\n" + "Text. " * 200)
    with running(site):
        first = site.get("/feed.xml")
        assert first.headers["Content-Type"] == "application/rss+xml; charset=utf-8"
        assert 'rel="hub"' in first.headers["Link"]
        assert 'rel="self"' in first.headers["Link"]
        assert site.get("/feed.xml", If_None_Match=first.headers["ETag"]).status == 304
        assert site.get("/feed.xml", If_Modified_Since=first.headers["Last-Modified"]).status == 304
        assert site.get("/feed.xml", "HEAD").body == b""
        assert site.get("/feed.xml", Accept_Encoding="gzip").headers["Content-Encoding"] == "gzip"
        assert b"/feed.xml" in site.get("/").body
        assert site.get("/healthz").status == 200
        assert site.stop() == 0
    with running(site):
        again = site.get("/feed.xml")
        assert (again.headers["ETag"], again.headers["Last-Modified"]) == (
            first.headers["ETag"],
            first.headers["Last-Modified"],
        )


def test_a_dead_hub_delays_nobody_and_is_tried_again(site, world):
    world.script["/hub"] = [Answer(503), Answer(204)]
    with running(site):
        site.write("a.md", "# A\n\nText.")
        until(lambda: told(world, "/hook") and told(world, "/rpc"), "the others hear at once")
        until(lambda: any(d["kind"] == "websub" for d in site.status()["waiting"]), "the hub's delivery waits")
        assert site.cli("retry").returncode == 0
        until(lambda: not site.status()["waiting"], "everything is delivered", within=60)


def test_hang_up_reloads_and_a_mistake_keeps_the_old_settings(site):
    site.write("a.md", "# A\n\nText.")
    with running(site):
        good = site.settings.read_text()
        site.settings.write_text(good.replace("path: feed\n", "path: feed\n    titel: oops\n"))
        site.process.send_signal(signal.SIGHUP)
        until(lambda: "were not reloaded" in site.log.read_text(), "the mistake is said")
        assert "titel" in site.log.read_text()
        assert titles(site) == ["A"]
        site.settings.write_text(good.replace("path: feed\n", "path: other\n"))
        assert site.cli("reload").returncode == 0
        until(lambda: titles(site, "/other.xml") == ["A"], "the new feed")
        until(lambda: site.get("/feed.xml").status == 410, "the old feed is gone for good")
        assert site.stop() == 0
    with running(site):
        assert site.get("/feed.xml").status == 410


def test_systemd_hears_ready_heartbeats_and_stopping(site, tmp_path):
    ears = Notifications(tmp_path)
    site.start(env={"NOTIFY_SOCKET": ears.path, "WATCHDOG_USEC": "3000000"})
    try:
        until(lambda: any("READY=1" in m for m in ears.messages), "READY")
        until(lambda: ears.messages.count("WATCHDOG=1") >= 2, "heartbeats")
        site.process.send_signal(signal.SIGHUP)
        until(lambda: any(m.startswith("RELOADING=1\nMONOTONIC_USEC=") for m in ears.messages), "RELOADING")
        assert site.stop() == 0
        assert "STOPPING=1" in ears.messages
    finally:
        site.kill()
        ears.close()


def test_one_writer(site):
    """A second daemon on the same state is refused; `build` asks the one that runs."""
    site.write("a.md", "# A\n\nText.")
    with running(site):
        second = site.cli("run")
        assert second.returncode == 5
        assert "another feedd" in second.stderr
        built = json.loads(site.cli("build", "--json").stdout)
        assert (built["ok"], built["data"]["by"]) == (True, "the running daemon")
        assert site.cli("status", "--quiet").returncode == 0
    assert site.cli("status", "--quiet").returncode == 4


def test_a_folder_needs_no_settings(tmp_path):
    """feedd run FOLDER --url URL, and nothing else."""
    site = Site(tmp_path / "site")
    site.settings.unlink()
    site.write("a.md", "# A\n\nText.")
    site.start(
        str(site.posts), "--url", "https://ann.example", "--listen", "127.0.0.1:0", "--state", str(tmp_path / "state")
    )
    try:
        site.ready()
        assert titles(site) == ["A"]
        assert not (site.folder / "public").exists()
        assert site.stop(signal.SIGINT) == 0
    finally:
        site.kill()


def test_broken_things_in_the_folder_stop_nothing(site):
    """A FIFO, a link loop, zeros, bad YAML, bad bytes: one message each, everything else is published."""
    import os

    site.write("good.md", "# Good\n\nText.")
    os.mkfifo(site.posts / "pipe.md")
    (site.posts / "loop.md").symlink_to("loop.md")
    with (site.posts / "zeros.md").open("wb") as file:
        file.truncate(200_000_000)
    (site.posts / "bad.md").write_text("---\ntitle: [oops\n---\n\nText.")
    (site.posts / "latin.md").write_bytes(b"# Caf\xe9\n\nText.")
    (site.posts / "control.md").write_bytes(b"# Control\n\nA \x08 bell.")
    (site.posts / "untitled.md").write_text("Only a paragraph of text.")
    with running(site):
        found = feedparser.parse(f"http://{site.address}/feed.xml")
        assert not found.bozo
        assert {e.get("title", "") for e in found.entries} == {"Good", "Café", "Control", ""}
        problems = site.status()["problems"]
        assert sorted({p["file"].rpartition("/")[2] for p in problems}) == [
            "bad.md", "control.md", "latin.md", "loop.md", "pipe.md", "zeros.md",
        ]  # fmt: skip
        assert all(p["message"] and p["hint"] for p in problems)
        site.write("bad.md", "# Mended\n\nText.")
        until(lambda: "Mended" in titles(site), "the mended file")
