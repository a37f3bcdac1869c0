"""A browser, a site that a real feedd serves, and the same site as a plain web server hands it out."""

from __future__ import annotations

import functools
import http.server
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import pytest

from tests.support.daemon import Site, running

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
SAMPLE = Path(__file__).parents[2] / "feeds" / "articles"
SETTINGS = """
feeds:
  - {path: feed, title: Ann writes}
  - {path: "tags/{tag}", each: tag, formats: rss}
  - {path: he/feed, title: אן כותבת, language: he, formats: [rss, atom], tag: hebrew}
"""
WORD = "Rindfleischetikettierungsueberwachungsaufgabenuebertragungsgesetz" * 2
# On a site whose own words are too long for a narrow page, and which does not say its language.
WORDY = f"""
site: {{url: https://ann.example, title: {WORD}, description: "{WORD} https://ann.example/{"y" * 300}"}}
source: posts
publish: public
server: {{listen: '127.0.0.1:0'}}
feeds:
  - {{path: feed, atom_content: xhtml}}
  - {{path: "{{language}}/feed", each: language}}
  - {{path: "tags/{{tag}}", each: tag, formats: rss}}
"""
ARCHIVED = """
site: https://ann.example
source: posts
server: {listen: '127.0.0.1:0', moved: {away: ELSEWHERE}}
feeds:
  - {path: feed, archive: 2, limit: 2}
  - {path: bare, presentation: none}
"""
EVIL = """---
title: Evil
date: 2026-11-21
---

<script>document.documentElement.setAttribute("pwned", "yes")</script>
<img src="http://127.0.0.1:9/spy.png" onerror="document.documentElement.setAttribute('pwned', 'yes')">
"""
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"


@dataclass
class Visit:
    """One page of the browser, and what went wrong in it."""

    page: Any
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))

    def _hear(self, message: Any) -> None:
        # Browsers ask every host for this picture; that there is none is no fault of the page.
        if message.type in ("error", "warning") and not message.location["url"].endswith("/favicon.ico"):
            self.wrong.append(message.text)


@pytest.fixture(scope="module")
def playwright() -> Iterator[Any]:
    """Only while the tests of this folder run: it keeps an event loop running in the thread of the tests."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed")
    with sync_api.sync_playwright() as found:
        yield found


def launch(playwright: Any, *flags: str) -> Any:
    return playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", *flags])


@pytest.fixture(scope="module")
def browser(playwright: Any) -> Iterator[Any]:
    made = launch(playwright)
    yield made
    made.close()


@pytest.fixture(scope="module")
def browser_without_xslt(playwright: Any) -> Iterator[Any]:
    """As browsers are going to be."""
    made = launch(playwright, "--disable-features=XSLT")
    yield made
    made.close()


@pytest.fixture(scope="module")
def site(playwright: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The daemon on the sample site, with some articles that are harder to show."""
    made = Site(tmp_path_factory.mktemp("browser"), SETTINGS)
    shutil.copytree(SAMPLE, made.posts, dirs_exist_ok=True)
    made.write("long.md", f"---\ntitle: {LONG}\ndate: 2026-11-21\n---\n\nhttps://ann.example/{'x' * 200}\n")
    made.write("untitled.md", "---\ndate: 2026-11-19\nauthor: Bea\n---\n\nA note <b>without</b> a title.\n")
    made.write("shalom.md", "---\ntitle: שלום עולם\ndate: 2026-11-18\nlanguage: he\ntags: [hebrew]\n---\n\nזהו מאמר.\n")
    with running(made):
        yield made


@pytest.fixture(scope="module")
def wordy(playwright: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The daemon on a site of long words, and of articles that are trusted more than they should be."""
    made = Site(tmp_path_factory.mktemp("wordy"))
    made.settings.write_text(WORDY.replace("source: posts", "source: {path: posts, content: trusted}"))
    made.write("a.md", f"---\ntitle: {WORD}\nlanguage: ar\ndate: 2026-11-20\ntags: [{WORD}]\n---\n\nR&amp;D `<b>`\n")
    made.write("evil.md", EVIL)
    with running(made):
        yield f"http://{made.address}/"


@pytest.fixture(scope="module")
def archived(served: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The daemon on a feed with an archive, one without style, and one that moved."""
    made = Site(tmp_path_factory.mktemp("archived"))
    made.settings.write_text(ARCHIVED.replace("ELSEWHERE", f"'{served}feed.atom'"))
    for number in range(1, 7):
        made.write(f"{number}.md", f"---\ntitle: Number {number}\ndate: 2026-11-0{number}\n---\n\nText.\n")
    with running(made):
        yield f"http://{made.address}/"


@pytest.fixture(scope="module")
def served(site: Site) -> str:
    return f"http://{site.address}/"


class _Files(http.server.SimpleHTTPRequestHandler):
    extensions_map: ClassVar[dict[str, str]] = {
        ".html": "text/html",
        ".css": "text/css",
        ".xml": "application/xml",
        ".atom": "application/xml",
    }

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@pytest.fixture(scope="module")
def static(site: Site) -> Iterator[str]:
    """The published folder behind a web server that knows nothing of feeds."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Files, directory=str(site.public)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def visit(browser: Any, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """A fresh page; `parametrize` with a mapping of Playwright's context options makes it another one."""
    context = browser.new_context(**getattr(request, "param", {}))
    yield Visit(context.new_page())
    context.close()
