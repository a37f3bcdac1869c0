"""The exit codes are promised to scripts: each of them is provoked here, by a real process in real trouble."""

from __future__ import annotations

import re
import signal
from pathlib import Path

import pytest

from feedd import errors
from feedd.store import lock
from tests.support.cli import MINIMAL, Blog, Terminal, command
from tests.support.daemon import Site, running
from tests.support.loopback import Answer, Loopback


@pytest.fixture
def blog(tmp_path):
    blog = Blog(tmp_path / "blog")
    blog.write("a.md", "# A\n\nText.")
    return blog


def test_the_numbers_never_change():
    """Scripts and the unit file know them by number; and the docs have every one of them."""
    codes = {name: value for name, value in vars(errors).items() if name.startswith("EXIT_")}
    assert codes == {
        "EXIT_OK": 0, "EXIT_FINDINGS": 1, "EXIT_USAGE": 2, "EXIT_PARTLY": 3, "EXIT_NO_DAEMON": 4, "EXIT_LOCKED": 5,
        "EXIT_UNAVAILABLE": 69, "EXIT_CANNOT_WRITE": 73, "EXIT_SETTINGS": 78, "EXIT_INTERRUPTED": 130,
    }  # fmt: skip
    docs = (Path(__file__).parents[2] / "docs" / "cli.md").read_text()
    assert {int(number) for number in re.findall(r"^\| (\d+) \|", docs, re.MULTILINE)} >= set(codes.values())


def test_0_done(blog):
    """Done, and also: nothing to do."""
    assert blog.run("build").returncode == 0
    assert blog.run("build").returncode == 0
    assert blog.run("check").returncode == 0


def test_1_findings(blog):
    """`check` found something; `preview` of a file that gives no entry."""
    blog.write("bad.md", "---\ntitle: [oops\n---\n")
    assert blog.run("check").returncode == 1
    assert blog.run("preview", "posts/bad.md").returncode == 1


def test_2_usage(blog):
    """The command line makes no sense, or there is nothing to work with."""
    assert blog.run("build", "--bogus").returncode == 2
    assert blog.run("run", "posts").returncode == 2
    assert blog.run("run", "--publish", "public").returncode == 2
    blog.settings.unlink()
    assert blog.run("build").returncode == 2


def test_3_partly_done(blog):
    """One article is broken, the others are published."""
    blog.write("bad.md", "---\ntitle: [oops\n---\n")
    assert blog.run("build").returncode == 3
    assert (blog.public / "feed.xml").exists()


def test_4_no_daemon(blog):
    """Nobody answers."""
    assert blog.run("reload").returncode == 4
    assert blog.run("status", "--quiet").returncode == 4


def test_5_locked(blog):
    """Another process is the one writer, and it is no daemon that could be asked."""
    with lock.hold(str(blog.folder / ".feedd")):
        done = blog.run("build")
        assert done.returncode == 5
        assert "another feedd" in done.stderr
        assert blog.run("run").returncode == 5
    assert blog.run("build").returncode == 0


def test_69_unavailable(tmp_path):
    """An endpoint refuses, or the address to listen on is taken."""
    with Loopback(Answer(500)) as hub:
        blog = Blog(tmp_path / "blog", MINIMAL + f'ping: [{{websub: "{hub.url}", allow_private: true}}]\n')
        blog.write("a.md", "# A\n")
        blog.run("build")
        assert blog.run("ping", "--all").returncode == 69
        taken = blog.run("run", "--listen", f"127.0.0.1:{hub.port}")
        assert taken.returncode == 69
        assert str(hub.port) in taken.stderr


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (MINIMAL + "state: /proc/feedd\n", "set 'state:' in the settings"),
        (MINIMAL.replace("publish: public", "publish: /proc/feedd"), "correct the path in the settings"),
    ],
    ids=["state", "output"],
)
def test_73_cannot_write(tmp_path, settings, said):
    """State or documents cannot be written: one message with the next step."""
    blog = Blog(tmp_path / "blog", settings)
    blog.write("a.md", "# A\n")
    for arguments in (("build",), ("run",)):
        done = blog.run(*arguments)
        assert done.returncode == 73
        assert said in done.stderr
        assert "Traceback" not in done.stderr


def test_78_settings(blog):
    """The settings are wrong, whatever the command."""
    blog.settings.write_text(MINIMAL + "bogus: 1\n")
    for arguments in (("build",), ("run",), ("check",), ("status",), ("ping",), ("reload",), ("preview", "posts/a.md")):
        done = blog.run(*arguments)
        assert (done.returncode, done.stdout) == (78, "")
        assert "--> feedd.yaml:5:1" in done.stderr


def test_130_interrupted(blog):
    """Ctrl-C in the middle of a command, without a traceback."""
    with Loopback(Answer(silent=True)) as hub:
        blog.settings.write_text(MINIMAL + f'ping: [{{websub: "{hub.url}", allow_private: true}}]\n')
        blog.run("build")
        terminal = Terminal(command("ping", "--all"), cwd=blog.folder)
        try:
            while not hub.requests:
                assert terminal.process.poll() is None
            code, seen = terminal.interrupt()
        finally:
            terminal.close()
    assert code == 130
    assert "interrupted" in seen
    assert "Traceback" not in seen


@pytest.mark.e2e
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_daemon_that_is_told_to_stop_has_done_its_work(tmp_path, number):
    """Ctrl-C and SIGTERM are how a daemon ends: exit code 0, and no traceback."""
    site = Site(tmp_path / "site")
    with running(site):
        assert site.stop(number) == 0
    assert "Traceback" not in site.log.read_text()
