"""python programs.py PROGRAM URL: what a program for people reads, one JSON line for each entry. Each runs in a home of
its own, and says what it read in a file, a database or a mail."""

from __future__ import annotations

import contextlib
import email
import email.policy
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import unquote

Row = dict[str, Any]


def run(home: Path, *command: str, **more: Any) -> bytes:
    environment = {**os.environ, "HOME": str(home), "LC_ALL": "C.UTF-8", "XDG_CONFIG_HOME": str(home / "config")}
    environment |= {"XDG_DATA_HOME": str(home / "data"), "XDG_CACHE_HOME": str(home / "cache"), **more.pop("env", {})}
    done = subprocess.run(command, cwd=home, env=environment, capture_output=True, timeout=60, **more)
    if done.returncode:
        raise SystemExit(f"{command[0]}: {done.stderr.decode(errors='replace')[-2000:]}")
    return done.stdout


def rows(database: Path, statement: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(statement).fetchall()


def of_newsboat(home: Path, url: str) -> Iterable[Row]:
    (home / "urls").write_text(f"{url}\n")
    (home / "config").write_text("")
    run(home, "newsboat", "-u", "urls", "-c", "cache.db", "-C", "config", "-x", "reload")
    statement = "SELECT title, pubDate, url, guid, enclosure_url, enclosure_type, content FROM rss_item"
    for title, published, link, guid, file, kind, content in rows(home / "cache.db", statement):
        files = [[file, None, kind]] if file else []
        yield _row(title, published, link, guid, files, content)


def of_sfeed(home: Path, url: str) -> Iterable[Row]:
    feed = run(home, "curl", "--silent", "--fail", url)
    for line in run(home, "sfeed", input=feed).decode().splitlines():
        published, title, link, content, _, guid, _, file, *_ = line.split("\t")
        text = content.replace("\\n", "\n").replace("\\t", "\t").replace("\\\\", "\\")
        yield _row(title, int(published), link, guid, [[file, None, None]] if file else [], text)


def of_rss2email(home: Path, url: str) -> Iterable[Row]:
    mails = home / "mails"
    mails.mkdir()
    sendmail = home / "sendmail"
    sendmail.write_text(f'#!/bin/sh\nexec cat > "$(mktemp {mails}/XXXXXX)"\n')
    sendmail.chmod(0o755)
    files = ("r2e", "-c", str(home / "config"), "-d", str(home / "data.json"))
    run(home, *files, "new", "ann@ann.example")
    settings = (home / "config").read_text()
    wanted = {"html-mail": "True", "date-header": "True", "sendmail": str(sendmail), "email-protocol": "sendmail"}
    for name, value in wanted.items():
        settings = settings.replace(f"\n{name} = ", f"\n{name} = {value}\n# ", 1)
    (home / "config").write_text(settings)
    run(home, *files, "add", "ann", url)
    run(home, *files, "run")
    for file in mails.iterdir():
        mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        moment = mail["date"].datetime.timestamp()
        # Its own head and foot surround what the feed says.
        content = mail.get_content().partition('<div id="body">')[2].partition('<div class="footer">')[0]
        content = content.rstrip().removesuffix("</div>")
        yield _row(str(mail["subject"]), int(moment), mail["x-rss-url"], mail["x-rss-id"], None, content)


def of_feed2exec(home: Path, url: str) -> Iterable[Row]:
    """Its mail plugin: a mail for each entry."""
    mails = home / "mails"
    run(home, "feed2exec", "add", "ann", url, "--output", "feed2exec.plugins.maildir", "--mailbox", str(mails))
    run(home, "feed2exec", "fetch")
    for file in mails.rglob("new/*"):
        mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        body = mail.get_body(("html", "plain"))
        content = body.get_content() if body else None
        moment = mail["date"].datetime.timestamp()
        yield _row(str(mail["subject"]), int(moment), mail["archived-at"], None, None, content)


def of_gpodder(home: Path, url: str) -> Iterable[Row]:
    environment = {"GPODDER_HOME": str(home / "gpodder")}
    run(home, "gpo", "subscribe", url, env=environment)
    statement = "SELECT title, published, link, guid, url, file_size, mime_type, description_html FROM episode"
    for title, published, link, guid, *file, content in rows(home / "gpodder/Database", statement):
        yield _row(title, published, link, guid, [file] if file[0] else [], content)


def of_liferea(home: Path, url: str) -> Iterable[Row]:
    """Started without a screen; it fetches what its list names, and is ended once its database has the items."""
    folder = home / "config/liferea"
    folder.mkdir(parents=True)
    (folder / "feedlist.opml").write_text(
        '<?xml version="1.0"?><opml version="1.0"><head><title>Feeds</title></head><body>'
        f'<outline title="Ann" text="Ann" type="rss" xmlUrl="{url}" id="ann" updateInterval="1"/></body></opml>'
    )
    # It waits for a network manager on the system's bus, and takes the session's for that.
    start = "DBUS_SYSTEM_BUS_ADDRESS=$DBUS_SESSION_BUS_ADDRESS exec timeout 40 liferea"
    program = ["xvfb-run", "-a", "dbus-run-session", "--", "sh", "-c", start]
    environment = {f"XDG_{name.upper()}_HOME": str(home / name) for name in ("config", "data", "cache")}
    environment = os.environ | environment | {"HOME": str(home), "LC_ALL": "C.UTF-8"}
    process = subprocess.Popen(
        program, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        database = _filled(home / "data/liferea/liferea.db")
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=10)
    statement = "SELECT item_id, title, date, source, source_id, description FROM items"
    for number, title, published, link, guid, content in rows(database, statement):
        found = rows(database, f"SELECT value FROM metadata WHERE item_id = {int(number)} AND key = 'enclosure'")
        # "enc:0:audio/mpeg:1234567:http://…", each part escaped
        parts = [value.split(":", 4) for (value,) in found]
        files = [[unquote(part[4]), int(part[3] or 0) or None, unquote(part[2])] for part in parts]
        yield _row(title, published, link, guid, files, content)


def _filled(database: Path) -> Path:
    """Once it has items, and no more than a second ago."""
    before, end = 0, time.monotonic() + 40
    while time.monotonic() < end:
        time.sleep(1)
        with contextlib.suppress(sqlite3.Error):
            ((now,),) = rows(database, "SELECT count(*) FROM items")
            if now and now == before:
                return database
            before = now
    raise SystemExit("it fetched nothing")


def _row(title: str, published: int, link: str | None, guid: str | None, files: Any, content: str | None) -> Row:
    return {"title": title, "published": published, "link": link, "id": guid, "enclosures": files, "content": content}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="feedd-reader-") as folder:
        for row in globals()[f"of_{sys.argv[1]}"](Path(folder), sys.argv[2]):
            print(json.dumps(row))
