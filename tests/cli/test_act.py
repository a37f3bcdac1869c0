"""`feedd ping`, `retry`, `reload` and the control socket: the world is told, and the daemon is talked to."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import stat
import threading

import pytest

from feedd import control
from feedd.errors import FeeddError, NoDaemonError, SettingsError
from feedd.model import Problem
from tests.support.cli import MINIMAL, Blog
from tests.support.daemon import Site, running, until
from tests.support.loopback import Answer, Loopback

PING = (
    'ping: [{{websub: "{url}/hub", allow_private: true, min_interval: 0s}}]\nfeeds: [{{path: feed, formats: [rss]}}]\n'
)


@pytest.fixture
def hub():
    with Loopback() as server:
        yield server


@pytest.fixture
def blog(tmp_path, hub):
    blog = Blog(tmp_path / "blog", MINIMAL + PING.format(url=hub.url))
    blog.write("one.md", "# One\n\nText.")
    return blog


def test_without_endpoints_there_is_nobody_to_tell(tmp_path):
    """No error; and JSON is JSON all the same."""
    blog = Blog(tmp_path / "blog")
    done = blog.run("ping")
    assert (done.returncode, done.stdout) == (0, "")
    assert "nobody to tell" in done.stderr
    assert blog.json("ping")["data"] == []
    assert blog.json("ping", "--dry-run")["data"] == []


def test_ping_sends_what_waits(blog, hub):
    """Nothing waits after a first build; a change waits until `ping` sends it; a rehearsal sends nothing."""
    assert "nothing waits" in blog.run("ping").stderr
    assert not (blog.folder / ".feedd").exists()
    blog.run("build")
    assert "nothing waits; 'feedd ping --all'" in blog.run("ping").stderr
    blog.write("two.md", "# Two\n")
    blog.run("build")
    topic = {"kind": "websub", "host": hub.url, "topic": "https://ann.example/feed.xml"}
    assert blog.json("ping", "--dry-run")["data"] == [topic]
    rehearsed = blog.run("ping", "--dry-run")
    assert rehearsed.stdout == f"would tell websub {hub.url} about https://ann.example/feed.xml\n"
    assert "Nothing was sent" in rehearsed.stderr
    assert hub.requests == []
    sent = blog.run("ping")
    assert sent.returncode == 0
    assert sent.stdout == f"websub {hub.url}  https://ann.example/feed.xml  ok\n"
    assert "1 announcement sent, 0 failed" in sent.stderr
    assert len(hub.requests) == 1


def test_ping_all_announces_everything_again(blog, hub):
    """Also what did not change; before the first build there is nothing to announce."""
    assert "nothing is published" in blog.run("ping", "--all").stderr
    assert "Next: feedd build" in blog.run("ping", "--all", "--dry-run").stderr
    blog.run("build")
    assert len(blog.json("ping", "--all", "--dry-run")["data"]) == 1
    assert hub.requests == []
    assert [told["result"] for told in blog.json("ping", "--all")["data"]] == ["ok"]
    assert [request.path for request in hub.requests] == ["/hub"]


def test_what_was_given_up_is_tried_by_retry(blog, hub):
    """A refusal for good ends with exit code 69 and is kept; `ping` leaves it, `retry` sends it."""
    hub.script["/hub"] = [Answer(410), Answer(204)]
    blog.run("build")
    failed = blog.run("ping", "--all")
    assert failed.returncode == 69
    assert "0 announcements sent, 1 failed" in failed.stderr
    assert "410" in failed.stdout
    status = blog.run("status")
    assert "given up: " in status.stdout
    assert status.stderr == "Next: feedd retry\n"
    assert "nothing waits" in blog.run("ping").stderr
    retried = blog.run("retry")
    assert (retried.returncode, "1 announcement sent" in retried.stderr) == (0, True)
    assert len(hub.requests) == 2


def test_reload_needs_a_daemon(blog):
    """Exit code 4 and how to start one."""
    done = blog.run("reload")
    assert done.returncode == 4
    assert "no feedd is running" in done.stderr
    assert "feedd run" in done.stderr


@pytest.mark.e2e
def test_the_daemon_acts(tmp_path, hub):
    """ping, retry and reload over the socket; a mistake in the settings is told where it was asked."""
    site = Site(tmp_path / "site", PING.format(url=hub.url))
    site.write("one.md", "# One\n")
    with running(site):
        assert "nothing waits" in site.cli("ping").stderr
        assert "1 announcement on the way" in site.cli("ping", "--all").stderr
        until(lambda: hub.requests, "the hub hears")
        assert json.loads(site.cli("retry", "--json").stdout)["data"] == {"deliveries": 0}
        good = site.settings.read_text()
        assert site.cli("reload").stderr == "reloaded\n"
        site.settings.write_text(good.replace("127.0.0.1:0", "127.0.0.1:1"))
        assert "server.listen changed, too: that takes a restart" in site.cli("reload").stderr
        site.settings.write_text(good + "bogus: 1\n")
        refused = site.cli("reload")
        assert refused.returncode == 78
        assert "bogus" in refused.stderr


# --- The control socket


class Door:
    """A control socket answered by `handle`, on a thread of its own."""

    def __init__(self, folder, handle):
        self.folder = str(folder)
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._open = threading.Event()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._serve(handle),))

    async def _serve(self, handle):
        server = await control.serve(self.folder, handle)
        self._open.set()
        await self._stop.wait()
        server.close()

    def __enter__(self):
        self._thread.start()
        assert self._open.wait(10)
        return self

    def __exit__(self, *_):
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        self._loop.close()


def test_an_answer_comes_back_and_so_does_an_error(tmp_path):
    """Data, an error with its hint and exit code, wrong settings with their lines, and a bug as a message."""
    wrong = Problem("FD102", "feedd.yaml", 'unknown key "bogus"', "leave it out", 5, 1)

    async def handle(request):
        if request["do"] == "fail":
            error = FeeddError("it is full", hint="empty it")
            error.exit_code = 73
            raise error
        if request["do"] == "settings":
            raise SettingsError((wrong,))
        if request["do"] == "bug":
            raise RuntimeError("oops")
        return {"heard": request["word"]}

    with Door(tmp_path, handle) as door:
        assert stat.S_IMODE(os.stat(tmp_path / "control.sock").st_mode) == 0o600
        assert control.ask(door.folder, {"do": "echo", "word": "☃"}) == {"heard": "☃"}
        with pytest.raises(FeeddError, match="it is full") as full:
            control.ask(door.folder, {"do": "fail"})
        assert (full.value.hint, full.value.exit_code) == ("empty it", 73)
        with pytest.raises(SettingsError) as settings:
            control.ask(door.folder, {"do": "settings"})
        assert settings.value.problems == (wrong,)
        with pytest.raises(FeeddError, match="RuntimeError: oops"):
            control.ask(door.folder, {"do": "bug"})
        with pytest.raises(FeeddError, match="not understood"):
            control.ask(door.folder, {"do": "echo"})


def test_no_answer_is_an_error_of_its_own(tmp_path):
    """No folder, no socket, a socket that nobody listens to, a daemon that hangs up or says nothing: exit code 4."""
    with pytest.raises(NoDaemonError, match="no feedd is running"):
        control.ask(str(tmp_path / "none"), {})
    with pytest.raises(NoDaemonError, match="no feedd is running"):
        control.ask(str(tmp_path), {})
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(tmp_path / "control.sock"))
        with pytest.raises(NoDaemonError, match="no feedd is running"):
            control.ask(str(tmp_path), {})
        dead.listen()
        with pytest.raises(NoDaemonError, match="does not answer"):
            control.ask(str(tmp_path), {}, timeout=0.1)

        def half_an_answer():
            dead.accept()[0].close()  # the one that lost its patience above
            peer, _ = dead.accept()
            with peer:
                peer.recv(100)
                peer.sendall(b'{"ok": tr')

        thread = threading.Thread(target=half_an_answer)
        thread.start()
        with pytest.raises(NoDaemonError, match="hung up"):
            control.ask(str(tmp_path), {}, timeout=10)
        thread.join()
