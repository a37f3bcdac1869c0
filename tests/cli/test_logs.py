"""What `feedd run` says on stderr: a line per event that no file name can forge, for people, programs and journal."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import pytest

from tests.support.cli import environment
from tests.support.daemon import Site, running, until

EVIL = "x\n12:00:00 error: forged\x1b[31m.md"

SPEAK = """
import logging, sys
from feedd import logs
logs.configure(sys.argv[1], "info")
log = logging.getLogger("test")
log.info("+ %s", sys.argv[2])
log.warning("careful")
log.debug("not asked for")
try:
    raise ValueError("first\\n12:00:00 error: forged")
except ValueError:
    log.exception("it failed", extra={"code": "FD299"})
"""


def speak(format, *, journal=False, env=None):
    """The log lines of a process with these settings."""
    reading, writing = os.pipe()
    with os.fdopen(reading, encoding="utf-8") as lines:
        status = os.fstat(writing)
        stream = {"JOURNAL_STREAM": f"{status.st_dev}:{status.st_ino}"} if journal else {}
        code = [sys.executable, "-c", SPEAK, format, EVIL]
        subprocess.run(code, stderr=writing, env=environment(stream | (env or {})), check=True)
        os.close(writing)
        return lines.read().splitlines()


def test_lines_for_people():
    """A time, a level where it matters, the words; a trace has a margin that no line of ours has."""
    first, second, third, *trace = speak("auto")
    assert re.fullmatch(r"\d\d:\d\d:\d\d \+ x\\n12:00:00 error: forged\\x1b\[31m\.md", first)
    assert re.fullmatch(r"\d\d:\d\d:\d\d warning: careful", second)
    assert re.fullmatch(r"\d\d:\d\d:\d\d error: it failed", third)
    assert trace
    assert all(line.startswith("  | ") for line in trace)


def test_lines_for_programs():
    """One JSON object per line, with the fields that the event has."""
    lines = [json.loads(line) for line in speak("json")]
    assert [line["event"] for line in lines] == [f"+ {EVIL}", "careful", "it failed"]
    assert [line["level"] for line in lines] == ["info", "warning", "error"]
    assert lines[2]["code"] == "FD299"
    assert "ValueError" in lines[2]["exception"]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", line["timestamp"]) for line in lines)


def test_lines_for_the_journal():
    """A priority instead of a time, on every line; but only if stderr is the journal and not merely a child of it."""
    lines = speak("auto", journal=True)
    assert [line[:3] for line in lines[:3]] == ["<6>", "<4>", "<3>"]
    assert all(line.startswith("<3>") for line in lines[2:])
    assert lines[1] == "<4>warning: careful"
    inherited = speak("auto", env={"JOURNAL_STREAM": "1:2"})
    assert not any(line.startswith("<") for line in inherited)


@pytest.mark.e2e
def test_the_daemons_lines(tmp_path):
    """What to edit and what to subscribe to come first; then a line per change, and a file name is only a name."""
    site = Site(tmp_path / "site")
    site.write("old.md", "# Old\n")
    with running(site):
        (site.posts / EVIL).write_text("# Evil\n")
        until(lambda: "'Evil'" in site.log.read_text(), "the article is told")
        site.stop()
    lines = site.log.read_text().splitlines()
    assert lines[0].startswith("feedd ")
    assert lines[1] == "watching    posts  (save an article there, as in posts/hello.md)"
    assert lines[2] == "publishing  public"
    assert lines[3] == f"serving     http://{site.address}/"
    assert lines[4] == f"subscribe   http://{site.address}/feed.xml"
    assert all(re.match(r"\d\d:\d\d:\d\d ", line) for line in lines[5:])
    assert not [line for line in lines if "error" in line and "x\\n12:00:00" not in line]


@pytest.mark.e2e
def test_the_daemons_lines_as_json(tmp_path):
    """With log.format json every line is JSON, the first ones too."""
    site = Site(tmp_path / "site", "log: {format: json}\n")
    process = subprocess.Popen(
        site.command("run"), cwd=site.folder, env=environment(), stderr=subprocess.PIPE, encoding="utf-8"
    )
    try:
        events = []
        for line in process.stderr:
            events.append(json.loads(line)["event"])
            if events[-1].startswith("published"):
                process.terminate()
        assert process.wait(timeout=30) == 0
    finally:
        process.kill()
        process.wait()
        process.stderr.close()
    assert any(event.startswith("serving ") for event in events)
    assert events[-1] == "stopping"
