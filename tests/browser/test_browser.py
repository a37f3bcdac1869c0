"""What a person sees who opens a feed in a browser: the styled documents, the landing page, the list of all feeds.

Skipped where there is no Chromium or no Playwright; nothing is downloaded.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.conftest import LONG, WORD, Visit

pytestmark = pytest.mark.e2e

WIDE = {"viewport": {"width": 1280, "height": 900}}
NARROW = {"viewport": {"width": 360, "height": 740}}
SHAPES = [
    pytest.param(size | {"color_scheme": scheme}, id=f"{name} {scheme}")
    for name, size in (("wide", WIDE), ("narrow", NARROW))
    for scheme in ("light", "dark")
]
PAGES = ["feed.html", "feeds.html", "tags/kitchen.html", "he/feed.html"]
DOCUMENTS = ["feed.xml", "feed.atom", "tags/kitchen.xml", "he/feed.xml"]

# The texts that take up room, whatever element they are in, with their colours as WCAG 2 compares them.
SEEN = """() => {
  const bare = color => {
    const [r, g, b, a] = color.match(/[0-9.]+/g).map(Number);
    return {rgb: [r, g, b], a: a ?? 1};
  };
  const light = rgb => {
    const [r, g, b] = rgb.map(c => c / 255).map(c => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = element => {
    for (let e = element; e; e = e.parentElement) {
      const found = bare(getComputedStyle(e).backgroundColor);
      if (found.a === 1) return found.rgb;
    }
    throw new Error("nothing is behind the text");
  };
  const seen = [];
  const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.data.trim(), element = walker.currentNode.parentElement;
    const range = document.createRange(); range.selectNodeContents(walker.currentNode);
    const boxes = [...range.getClientRects()].filter(box => box.width > 0 && box.right > 0);
    if (!text || !boxes.length) continue;
    const [one, other] = [bare(getComputedStyle(element).color).rgb, behind(element)].map(light).sort((a, b) => b - a);
    seen.push({text, name: element.localName, contrast: (one + 0.05) / (other + 0.05), top: boxes[0].top});
  }
  return seen;
}"""
FITS = "() => document.documentElement.scrollWidth <= document.documentElement.clientWidth"


def texts(page: Any) -> list[str]:
    return [each["text"] for each in sorted(page.evaluate(SEEN), key=lambda each: each["top"])]


class TestStyledDocuments:
    @pytest.mark.parametrize("which", ["browser", "browser_without_xslt"])
    @pytest.mark.parametrize("document", ["feed.xml", "feed.atom"])
    def test_it_reads_like_a_page(self, request: Any, static: str, which: str, document: str) -> None:
        """Title, entries with date and summary, and what to do with it; no addresses, no HTML as text."""
        context = request.getfixturevalue(which).new_context(**WIDE)
        visit = Visit(context.new_page())
        visit.page.goto(static + document)
        seen = visit.page.evaluate(SEEN)
        shown = texts(visit.page)
        hint = visit.page.evaluate(
            "() => getComputedStyle(document.querySelector('channel, feed'), '::before').content"
        )
        context.close()
        assert visit.wrong == []
        assert shown[0] == "Ann writes"
        assert {"Three kinds of quiet", "Pancakes for a slow morning", LONG} <= set(shown)
        assert "copy the address of this page into a feed reader" in hint
        assert any(text.startswith("A note without a title") for text in shown)
        assert any(text.startswith("Two eggs, a cup of flour") for text in shown) is (document == "feed.atom")
        assert {each["name"] for each in seen} <= {
            "title",
            "description",
            "subtitle",
            "summary",
            "pubDate",
            "published",
        }
        assert not [text for text in shown if "<" in text or "tag:ann.example" in text]

    @pytest.mark.parametrize("visit", SHAPES, indirect=True)
    @pytest.mark.parametrize("document", DOCUMENTS)
    def test_it_can_be_read(self, visit: Visit, static: str, document: str) -> None:
        """With enough contrast, and without scrolling to the side."""
        visit.page.goto(static + document)
        seen = visit.page.evaluate(SEEN)
        assert len(seen) >= 3
        assert [each for each in seen if each["contrast"] < 4.5] == []
        assert visit.page.evaluate(FITS)
        assert visit.wrong == []

    def test_the_server_sends_a_person_on(self, visit: Visit, served: str) -> None:
        """Who follows a link to the feed lands on its page, and from there may open the document itself."""
        visit.page.goto(served + "feed.xml")
        assert visit.page.url == served + "feed.html"
        # The address changes when the answer begins, and then there is no document yet to look at.
        with visit.page.expect_event("load"):
            visit.page.get_by_role("link", name="Open the RSS document").click()
        assert visit.page.url == served + "feed.xml?raw"
        assert texts(visit.page)[0] == "Ann writes"
        assert visit.wrong == []

    @pytest.mark.parametrize("document", ["feed.xml", "feed.atom", "feed.json"])
    def test_what_an_article_holds_is_neither_run_nor_fetched(self, visit: Visit, wordy: str, document: str) -> None:
        """Where the feeds come from, whatever the settings let into a document; a person sees text, and no entities."""
        failed: list[Any] = []
        answered: list[str] = []
        visit.page.on("requestfailed", lambda request: failed.append(request.failure))
        visit.page.on("response", lambda response: answered.append(response.url))
        visit.page.goto(f"{wordy}{document}?raw")
        visit.page.wait_for_timeout(300)
        assert visit.page.evaluate("() => document.documentElement.getAttribute('pwned')") is None
        assert set(failed) <= {"csp"}
        assert [url for url in answered if not url.startswith(wordy)] == []
        if document != "feed.json":
            shown = texts(visit.page)
            assert {WORD, "Evil"} <= set(shown)
            assert not [text for text in shown if "&amp;" in text or "&lt;" in text]

    def test_a_part_of_the_archive_leads_to_the_page(self, visit: Visit, archived: str) -> None:
        """The document itself would be saved as a file."""
        visit.page.goto(archived + "feed/archive/1.xml")
        assert visit.page.url == archived + "feed.html"

    def test_without_a_style_of_ours_the_browser_shows_its_own(self, visit: Visit, archived: str) -> None:
        """The content policy does not stand in its way."""
        for path in ("bare.xml?raw", "bare.json?raw"):
            response = visit.page.goto(archived + path)
            assert response.status == 200
            assert "Number 3" in visit.page.evaluate("() => document.documentElement.textContent")


class TestPages:
    @pytest.mark.parametrize("visit", [NARROW, WIDE], indirect=True, ids=["narrow", "wide"])
    @pytest.mark.parametrize("path", ["feeds.html", "feed.html", "ar/feed.html"])
    def test_long_words_do_not_widen_it(self, visit: Visit, wordy: str, path: str) -> None:
        """A word of a hundred letters or an address in what the site says of itself is broken, not cut."""
        visit.page.goto(wordy + path)
        assert visit.page.evaluate(FITS)
        assert WORD in " ".join(texts(visit.page))

    def test_a_page_in_another_site_follows_a_feed_that_moved(
        self, visit: Visit, static: str, archived: str, served: str
    ) -> None:
        """A reader that is a web page gets what is where that leads, and is told what is not there."""
        visit.page.goto(static + "feeds.html")
        fetch = """async url => {
          try { const answer = await fetch(url); return [answer.status, answer.url]; }
          catch (error) { return String(error); }
        }"""
        assert visit.page.evaluate(fetch, archived + "away") == [200, served + "feed.atom"]
        for path, status in (("nothing", 404), ("feeds.opml", 200)):
            assert visit.page.evaluate(fetch, archived + path) == [status, archived + path]

    @pytest.mark.parametrize("visit", SHAPES, indirect=True)
    @pytest.mark.parametrize("path", PAGES)
    def test_it_can_be_read(self, visit: Visit, served: str, path: str) -> None:
        """With enough contrast, without scrolling to the side, under the server's content policy."""
        visit.page.goto(served + path)
        seen = visit.page.evaluate(SEEN)
        assert len(seen) >= 5
        assert [each for each in seen if each["contrast"] < 4.5] == []
        assert visit.page.evaluate(FITS)
        assert visit.wrong == []

    @pytest.mark.parametrize("path", ["feed.html", ""])
    def test_a_keyboard_is_enough(self, visit: Visit, served: str, path: str) -> None:
        """Tab goes through everything that can be used, in its order, and it shows where it is."""
        page = visit.page
        page.goto(served + path)
        wanted = page.evaluate("() => [...document.querySelectorAll('a, input')].map(e => e.outerHTML)")
        met = []
        for number in range(len(wanted)):
            page.keyboard.press("Tab")
            focused = page.evaluate(
                """() => {
                  const e = document.activeElement, style = getComputedStyle(e), box = e.getBoundingClientRect();
                  return {html: e.outerHTML, outline: style.outlineStyle, width: parseFloat(style.outlineWidth),
                          there: box.left >= 0 && box.right <= innerWidth && box.width > 0,
                          chosen: e.value ? e.value.slice(e.selectionStart, e.selectionEnd) : null, value: e.value};
                }"""
            )
            met.append(focused["html"])
            assert focused["outline"] == "solid", focused
            assert focused["width"] >= 2, focused
            assert focused["there"], focused
            assert focused["chosen"] == focused.get("value"), "an address is chosen whole, ready to be copied"
            if number == 0:
                assert "Skip to" in focused["html"]
        assert met == wanted

    def test_the_skip_link_skips(self, visit: Visit, served: str) -> None:
        """To the entries, so that the next Tab is the newest one."""
        visit.page.goto(served + "feed.html")
        visit.page.keyboard.press("Tab")
        visit.page.keyboard.press("Enter")
        visit.page.keyboard.press("Tab")
        assert visit.page.evaluate("() => document.activeElement.href") == "https://ann.example/harbour-bridge/"

    def test_a_landing_page_read_aloud(self, visit: Visit, served: str) -> None:
        """The accessibility tree has headings, named fields and links, and lists."""
        visit.page.goto(served + "feed.html")
        tree = visit.page.locator("body").aria_snapshot()
        for line in (
            '- heading "Ann writes" [level=1]',
            '- region "Subscribe":',
            '- textbox "RSS": https://ann.example/feed.xml',
            '- link "Open the JSON Feed document":',
            '- list "Or open it in a program that you use":',
            '- link "Feedly":',
            '- region "Latest entries":',
            '- heading "Three kinds of quiet" [level=3]:',
            "- time: 20 November 2026",
            '- link "All feeds of this site":',
        ):
            assert line in tree, f"{line}\n{tree}"

    def test_the_list_read_aloud(self, visit: Visit, served: str) -> None:
        """A person who cannot see which feed a field belongs to hears it."""
        visit.page.goto(served)
        tree = visit.page.locator("body").aria_snapshot()
        for line in (
            '- heading "Feeds of ann.example" [level=1]',
            '- navigation "Groups of feeds":',
            '- textbox "Atom address of Ann writes": https://ann.example/feed.atom',
            '- link "Open the RSS document of אן כותבת":',
            '- region "By tag":',
            '- link "kitchen":',
            """- 'link "RSS: ann.example: kitchen"':""",
            '- link "all of them as OPML":',
        ):
            assert line in tree, f"{line}\n{tree}"

    def test_the_list_leads_everywhere(self, visit: Visit, served: str) -> None:
        """Every link of the list to a document of ours has something at its end, and so have those of the pages."""
        page = visit.page
        for start in ("", "feed.html", "tags/kitchen.html", "he/feed.html"):
            page.goto(served + start)
            links = page.evaluate("() => [...document.querySelectorAll('a, link')].map(e => e.href)")
            ours = {link for link in links if link.startswith(served)}
            assert len(ours) > 3
            assert {link: status for link in ours if (status := page.request.get(link).status) != 200} == {}

    def test_text_runs_as_it_is_written(self, visit: Visit, served: str) -> None:
        """Hebrew from the right, addresses and dates from the left."""
        visit.page.goto(served + "he/feed.html")
        directions = visit.page.evaluate(
            """() => Object.fromEntries(['h1', '.entries li', '.entries time', 'input', 'body'].map(
                 name => [name, getComputedStyle(document.querySelector(name)).direction]))"""
        )
        assert directions == {
            "h1": "rtl", ".entries li": "rtl", ".entries time": "ltr", "input": "ltr", "body": "ltr"
        }  # fmt: skip

    def test_the_same_from_a_plain_web_server(self, visit: Visit, static: str, site: Any) -> None:
        """The published page finds its style and its neighbours under any address."""
        visit.page.goto(static + "tags/kitchen.html")
        assert visit.page.evaluate("() => getComputedStyle(document.querySelector('.card')).borderStyle") == "solid"
        visit.page.get_by_role("link", name="All feeds of this site").click()
        assert visit.page.url == static + "feeds.html"
        assert (site.public / "feeds.html").read_bytes() == site.get("/").body
        assert visit.wrong == []
