"""How the program starts, what it loads, and how it behaves when streams, locale or terminal are not the usual ones."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pytest

from tests.support.cli import MINIMAL, Blog, Terminal, command, environment, feedd

COMMANDS = ["init", "run", "build", "check", "preview", "status", "ping", "retry", "reload", "schema", "completion"]
HEAVY = {
    "sqlalchemy", "lxml", "pydantic", "structlog", "uvicorn", "httpx2", "asyncio", "feedgen", "apscheduler", "watchdog",
    "jinja2", "nh3", "comrak", "selectolax", "yaml", "sqlite3", "ssl", "alembic", "uvloop",
}  # fmt: skip


@pytest.fixture
def blog(tmp_path):
    blog = Blog(tmp_path / "blog")
    blog.write("a.md", "# Café ☃\n\nText.")
    return blog


def loaded(*arguments):
    """The top packages that a command has loaded when it is done."""
    code = (
        "import sys, atexit; sys.argv = ['feedd', *sys.argv[1:]]\n"
        "atexit.register(lambda: print(*sorted({m.split('.')[0] for m in sys.modules}), file=sys.stderr))\n"
        "from feedd.cli import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, env=environment())
    assert done.returncode == 0, done.stderr
    return set(done.stderr.splitlines()[-1].split())


@pytest.mark.parametrize(
    "arguments", [("--help",), ("--version",), ("build", "--help"), ("completion", "bash")], ids=" ".join
)
def test_help_loads_nothing_heavy(arguments):
    """`feedd --help` is quick because no database, XML, network or event loop comes with it."""
    assert not loaded(*arguments) & HEAVY


def test_every_command_explains_itself():
    """Each command has help with a first sentence, and the group's help names it."""
    group = feedd("--help")
    assert group.returncode == 0
    assert group.stderr == ""
    for name in COMMANDS:
        assert f"│ {name} " in group.stdout
        own = feedd(name, "--help")
        assert own.returncode == 0
        assert f"feedd {name} " in own.stdout
        assert "First time?" not in own.stdout
    assert "First time?  feedd init && feedd run" in group.stdout


def test_a_mistyped_command_or_option_is_usage():
    """Exit code 2, a guess, and nothing on stdout."""
    for arguments, said in [
        (["biuld"], "Did you mean 'build'?"),
        (["build", "--dryrun"], "--dry-run"),
        (["preview"], "FILE"),
        (["completion", "tcsh"], "bash"),
    ]:
        done = feedd(*arguments)
        assert (done.returncode, done.stdout) == (2, "")
        assert said in done.stderr


def test_the_settings_that_are_used(blog, tmp_path):
    """--config from anywhere, else the current folder, else $XDG_CONFIG_HOME; without any, the next step is told."""
    assert blog.run("check", "--config", "../feedd.yaml", cwd=blog.posts).returncode == 0
    home = tmp_path / "config" / "feedd"
    home.mkdir(parents=True)
    (home / "feedd.yml").write_text(MINIMAL.replace("posts", str(blog.posts)))
    assert feedd("check", cwd=tmp_path, env={"XDG_CONFIG_HOME": str(home.parent)}).returncode == 0
    nothing = feedd("check", cwd=tmp_path)
    assert nothing.returncode == 2
    assert "feedd init" in nothing.stderr
    missing = blog.run("check", "--config", "other.yaml")
    assert missing.returncode == 78
    assert "other.yaml" in missing.stderr


def test_one_setting_for_one_run(blog):
    """--set wins over the file; a mistake in it is told with its own name as the place."""
    blog.write("b.md", "# B\n\nText.")
    assert blog.run("build", "--set", "site.title=Other words").returncode == 0
    assert "<title>Other words</title>" in (blog.public / "feed.xml").read_text()
    unknown = blog.run("build", "--set", "bogus=1")
    assert (unknown.returncode, "--> --set bogus" in unknown.stderr) == (78, True)
    assert blog.run("build", "--set", "bogus").returncode == 2


def test_errors_are_json_where_json_was_asked_for(blog):
    """With --json a script finds the reason in the envelope, whatever went wrong; people find it on stderr."""
    blog.settings.write_text("site: https://ann.example\nsorce: posts\n")
    wrong = blog.json("status", code=78)
    assert ("FD102", 2) in [(m["code"], m["line"]) for m in wrong["messages"]]
    blog.settings.unlink()
    (message,) = blog.json("build", code=2)["messages"]
    assert "feedd init" in message["hint"]


# --- Streams


def test_closed_streams_harm_nothing(blog):
    """With stdin, stdout and stderr closed, a build does its work and its files hold nothing but what belongs there."""
    shell = " ".join(map(str, command("build", "--json")))
    done = subprocess.run(["sh", "-c", f"{shell} <&- >&- 2>&-"], cwd=blog.folder, env=environment(), check=False)
    assert done.returncode == 0
    assert (blog.public / "feed.xml").read_bytes().startswith(b"<?xml")
    assert (blog.folder / ".feedd/state.db").read_bytes().startswith(b"SQLite format 3\0")
    assert blog.json("status")["data"]["counts"]["live"] == 1
    for redirection in ("<&-", ">&-", "2>&-"):
        for arguments in (("status",), ("check",), ("init", "--print", "--url", "https://ann.example")):
            shell = " ".join(map(str, command(*arguments)))
            done = subprocess.run(
                ["sh", "-c", f"{shell} {redirection}"], cwd=blog.folder, env=environment(), capture_output=True
            )
            assert (done.returncode, b"Traceback" in done.stderr) == (0, False)


def test_a_question_that_nobody_can_answer_is_not_asked(blog):
    """`init` without a terminal, even without stdin, names the option instead."""
    shell = " ".join(map(str, command("init", "--force")))
    done = subprocess.run(
        ["sh", "-c", f"{shell} <&-"], cwd=blog.folder, env=environment(), capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "--url" in done.stderr


def test_head_may_hang_up(blog):
    """`feedd status | head -1`: one line, no complaint, whatever is still to be written."""
    blog.run("build")
    for arguments in (("status",), ("schema",), ("preview", "posts/a.md", "--json")):
        shell = " ".join(map(str, command(*arguments)))
        done = subprocess.run(
            ["bash", "-c", f"({shell}; echo $? >code) | head -c 1"],
            cwd=blog.folder,
            env=environment(),
            capture_output=True,
        )
        assert len(done.stdout) == 1
        assert b"Traceback" not in done.stderr
        assert b"Broken" not in done.stderr
        assert int((blog.folder / "code").read_text()) in (0, 141)


def test_a_reader_that_is_gone_ends_it_quietly(blog):
    """Nobody reads at all: the exit code of a process that SIGPIPE ended, and not a word."""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = blog.run("schema", stdout=writing)
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (141, "")


def test_a_full_disk_behind_stdout_is_an_error(blog):
    """Half of the data with exit code 0 would be a lie."""
    with open("/dev/full", "w") as full:
        done = blog.run("schema", stdout=full)
    assert done.returncode == 73
    assert "stdout cannot be written" in done.stderr
    assert "Traceback" not in done.stderr


# --- Locale, colour, terminal


def test_the_locale_changes_neither_ids_nor_files(blog):
    """Under LC_ALL=C, with Python's own remedies switched off, the same articles are read, with the same ids."""
    blog.write("é.md", "# É\n\nText.")
    before = {item["id"] for item in json.loads(blog_feed(blog))["items"]}
    foreign = {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    again = blog.run("build", "--json", env=foreign)
    assert again.returncode == 0, again.stderr
    assert json.loads(again.stdout)["data"]["changes"] == []
    assert {item["id"] for item in json.loads(blog_feed(blog))["items"]} == before
    for name in ("posts/a.md", "posts/é.md"):
        shown = blog.run("preview", name, env=foreign)
        assert (shown.returncode, shown.stderr) == (0, "")
    assert "Café ☃" in blog.run("preview", "posts/a.md", env=foreign).stdout


def blog_feed(blog):
    assert blog.run("build").returncode == 0
    return (blog.public / "feed.json").read_text()


def test_a_name_that_is_no_text_is_shown_with_escapes(blog):
    """A file name of bad bytes on the command line is a usage error, not a traceback."""
    done = blog.run("preview", os.fsdecode(b"posts/\xff.md"))
    assert done.returncode == 2
    assert "\\udcff" in done.stderr


def test_colour_is_for_terminals_only(blog):
    """Escape codes on a terminal; none with NO_COLOR, TERM=dumb or in a pipe."""
    blog.write("bad.md", "---\ntitle: [oops\n---\n")
    assert "\x1b[31m" in shown(blog, "check")
    for env in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        assert "\x1b" not in shown(blog, "check", env=env)
        assert "\x1b" not in shown(blog, "preview", "posts/a.md", env=env)
    assert "\x1b" not in blog.run("check").stderr


def test_short_work_shows_no_bar(blog):
    """A bar that flashes for a moment is noise; and what is shown is whole."""
    # Work is short here, however busy the machine: the bar waits for a minute.
    code = "from feedd.cli import main, say\nsay.LONG = 60.0\nmain()\n"
    seen = seen_by([sys.executable, "-c", code, "build"], blog.folder)
    assert "━" not in seen
    assert "1 article seen" in seen


def test_long_work_shows_a_bar(tmp_path):
    """On a terminal, once work has taken its time, a bar goes on stderr; never into a pipe."""
    code = (
        "from feedd.cli import say\nsay.LONG = 0.0\n"
        "with say.progress() as show:\n    show('reading articles', 1, 4)\n    show('reading articles', 4, 4)\n"
    )
    argv = [sys.executable, "-c", code]
    assert "reading articles" in seen_by(argv, tmp_path)
    in_pipe = subprocess.run(argv, capture_output=True, text=True, env=environment())
    assert (in_pipe.stdout, in_pipe.stderr) == ("", "")


def shown(blog, *arguments, env=None):
    return seen_by(command(*arguments), blog.folder, env)


def seen_by(argv, cwd, env=None):
    """What a person at a terminal sees of a process, from its start to its end."""
    terminal = Terminal(argv, cwd, env)
    try:
        return terminal.end()[1]
    finally:
        terminal.close()


# --- Completion


def test_bash_completes(tmp_path):
    """The script, sourced in a real bash, completes commands and options."""
    bin = tmp_path / "bin"
    bin.mkdir()
    (bin / "feedd").write_text(f'#!/bin/sh\nexec {sys.executable} -m feedd "$@"\n')
    (bin / "feedd").chmod(0o755)
    ask = """
eval "$(feedd completion bash)"
complete -p feedd >&2
COMP_WORDS=(feedd bu); COMP_CWORD=1; _feedd_completion feedd; echo "${COMPREPLY[@]}"
COMPREPLY=(); COMP_WORDS=(feedd build --dr); COMP_CWORD=2; _feedd_completion feedd; echo "${COMPREPLY[@]}"
COMPREPLY=(); COMP_WORDS=(feedd preview --as ''); COMP_CWORD=3; _feedd_completion feedd; echo "${COMPREPLY[@]}"
"""
    env = environment({"PATH": f"{bin}:{os.environ['PATH']}"})
    done = subprocess.run(["bash", "-c", ask], capture_output=True, text=True, env=env, check=True)
    assert done.stdout.split("\n") == ["build", "--dry-run", "rss atom json", ""]
    assert "_feedd_completion feedd" in done.stderr


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_take_their_script(shell):
    """Where the shell is installed it checks the syntax; elsewhere the script at least names its parts."""
    script = feedd("completion", shell).stdout
    assert f"_FEEDD_COMPLETE={shell}_complete" in script
    if shutil.which(shell):
        subprocess.run([shell, "-n"], input=script, text=True, check=True)


def test_the_schema_is_json():
    """`feedd schema` prints nothing but the schema."""
    done = feedd("schema")
    assert json.loads(done.stdout)["$schema"].startswith("https://json-schema.org/")
    assert done.stderr == ""
