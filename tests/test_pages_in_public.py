"""Pages beside the feeds: they go the same way, are announced to nobody, and step back for what the site has."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from feedd.model import Feed, Moved, ServerSettings, Target
from feedd.pipeline import Pipeline, Report, Scope
from feedd.publisher.cache import DocumentCache
from feedd.publisher.folder import FolderPublisher
from feedd.renderer import listing
from feedd.wiring import ServedShelf
from tests.support.house import HUB, MAIN, SITE, House

PAGED = replace(MAIN, landing=True, style="feed.css", hubs=(HUB.url,))
TAGS = Feed("tags/{tag}", "{tag}", each="tag", formats=("rss",), landing=True, style="feed.css")
LISTED = {"feeds.html", "feeds.opml", "feeds-sitemap.xml", "feed.css", "feedd.css"}


@pytest.fixture
def house(tmp_path: Path) -> House:
    made = House(tmp_path, feeds=[PAGED, TAGS], endpoints=[HUB])
    made.use(index=True)
    made.article("a.md", "Hello", tags="[python]")
    made.run()
    return made


def files(house: House) -> set[str]:
    return {str(path.relative_to(house.public)) for path in house.public.rglob("*") if path.is_file()}


def told(house: House) -> list[str]:
    return [problem.message for _, problem in house.store.problems() if problem.code == "FD504"]


def test_what_is_published(house: House) -> None:
    """Each feed with its page, and the list of all."""
    feeds = {"feed.xml", "feed.atom", "feed.json", "feed.html", "tags/python.xml", "tags/python.html"}
    assert files(house) == feeds | LISTED
    assert set(house.store.publications()) == feeds


def test_an_article_reaches_the_pages(house: House) -> None:
    """The page of each of its feeds, and the list, in the run that publishes the feeds."""
    house.article("b.md", "Second", tags="[rust]")
    report = house.run()
    assert {each.path for each in report.published} >= {"feed.html", "tags/rust.html", "feeds.html", "feeds.opml"}
    assert b"Second" in house.read("feed.html")
    assert b"Second" not in house.read("tags/python.html")
    assert b"./tags/rust.html" in house.read("feeds.html")
    assert b"tags/rust.xml" in house.read("feeds.opml")


def test_nobody_is_told_of_a_page(house: House) -> None:
    """A hub hears of feeds; what it knows as a topic has to name it, and a page does not."""
    house.article("b.md", "Second", tags="[python]")
    house.run()
    topics = {delivery.topic for delivery in house.store.deliveries()}
    assert topics == {
        f"https://ann.example/{path}" for path in ("feed.xml", "feed.atom", "feed.json", "tags/python.xml")
    }
    house.pipeline.announce_all(house.now)
    assert {delivery.topic for delivery in house.store.deliveries()} == topics


def test_nothing_new_touches_nothing(house: House) -> None:
    """Pages are as quiet as feeds, over a restart too."""
    before = {path: (house.public / path).stat().st_mtime_ns for path in files(house)}
    for _ in range(2):
        report = house.run(verify=True)
        assert (report.rendered, report.published, report.problems) == ([], [], [])
        house.restart()
    assert {path: (house.public / path).stat().st_mtime_ns for path in files(house)} == before


def test_what_is_lost_comes_back(house: House) -> None:
    """A page that somebody removed stands again after the next look at everything."""
    for path in ("feed.html", "feeds.html", "feed.css"):
        (house.public / path).unlink()
    house.run(verify=True)
    assert files(house) >= {"feed.html", "feeds.html", "feed.css"}


@pytest.mark.parametrize("adopt", [False, True])
def test_a_page_of_the_site_stays(house: House, adopt: bool) -> None:
    """Whatever `adopt` allows; the feeds are published all the same, and it is said once."""
    house.use(targets=(Target(str(house.public), adopt),))
    for path in ("feed.html", "feeds.html"):
        (house.public / path).write_text("<h1>My own</h1>")
    house.article("b.md", "Second", tags="[python]")
    first, second = house.run(verify=True), house.run(verify=True)
    assert house.titles() == house.titles("tags/python.xml") == ["Hello", "Second"]
    assert house.read("feed.html") == house.read("feeds.html") == b"<h1>My own</h1>"
    assert b"Second" in house.read("tags/python.html")
    assert (first.failed, [each.code for each in first.problems]) == ([], ["FD504"])
    assert (second.failed, second.problems, second.published) == ([], [], [])
    assert told(house) == [
        "feed.html and 1 more left to the site, which has its own there; feedd's pages are not published"
    ]
    assert not house.store.dirty()


def test_a_page_comes_when_the_sites_is_gone(house: House) -> None:
    """And the note goes."""
    (house.public / "feed.html").write_text("<h1>My own</h1>")
    house.article("b.md", "Second")
    house.run(verify=True)
    (house.public / "feed.html").unlink()
    house.run(verify=True)
    assert b"Second" in house.read("feed.html")
    assert told(house) == []


def test_a_folder_of_the_same_name_is_a_page_of_the_site(tmp_path: Path) -> None:
    """Web servers find tags/python.html for /tags/python, where the site wants tags/python/index.html to be found."""
    house = House(tmp_path, feeds=[PAGED, TAGS])
    (house.public / "tags" / "python").mkdir(parents=True)
    (house.public / "tags" / "python" / "index.html").write_text("<h1>My own</h1>")
    house.article("a.md", "Hello", tags="[python, rust]")
    house.run()
    assert files(house) >= {"tags/python.xml", "tags/rust.html"}
    assert "tags/python.html" not in files(house)


def test_without_the_setting_only_the_server_has_the_list(tmp_path: Path) -> None:
    """Nothing is written that nobody asked for."""
    house = House(tmp_path)
    house.article("a.md", "Hello")
    house.run()
    assert files(house) == {"feed.xml", "feed.atom", "feed.json"}


def test_a_feed_of_a_name_that_we_use_is_the_feed(tmp_path: Path) -> None:
    """There is no sitemap then."""
    house = House(tmp_path, feeds=[replace(PAGED, path="feeds-sitemap"), replace(PAGED, path="feeds")])
    house.use(index=True)
    house.article("a.md", "Hello")
    for _ in range(2):
        house.run(verify=True)
        assert house.titles("feeds-sitemap.xml") == house.titles("feeds.xml") == ["Hello"]
        assert b"All feeds" in house.read("feeds.html")


def test_a_feed_that_moved_away_is_offered_no_more(house: House) -> None:
    """Neither the list nor OPML nor the sitemap names it, as soon as the settings say so; what is left of it stays."""
    moved = [Moved(f"feed{suffix}", "https://b.example/") for suffix in (".xml", ".html")]
    house.use(server=ServerSettings(moved=tuple(moved)))
    house.run()
    for path in ("feeds.html", "feeds.opml", "feeds-sitemap.xml"):
        listed = house.read(path)
        assert b"feed.xml" not in listed
        assert b"feed.html" not in listed
        assert b"feed.atom" in listed
        assert b"tags/python.xml" in listed
    moved += [Moved("feed.atom", "https://b.example/"), Moved("feed.json", "https://b.example/")]
    house.use(server=ServerSettings(moved=tuple(moved)))
    house.run()
    assert b"feed.atom" not in house.read("feeds.html") + house.read("feeds.opml") + house.read("feeds-sitemap.xml")
    house.use(server=ServerSettings(moved=()))
    house.run()
    assert b"./feed.html" in house.read("feeds.html")


def test_a_page_that_is_not_wanted_any_more_ends(house: House) -> None:
    """Like any document: forgotten here, gone on the server, left to the person in the folder."""
    house.use(feeds=(replace(PAGED, landing=False, style=None), TAGS))
    house.run()
    assert "feed.html" not in house.store.publications()
    assert b"xml-stylesheet" not in house.read("feed.xml")
    assert b"feed.html" not in house.read("feeds.html")


def test_archive_pages_have_the_style_and_no_page(tmp_path: Path) -> None:
    """They are read by programs that come from the feed."""
    house = House(tmp_path, feeds=[replace(PAGED, archive=2, limit=2)])
    for number in range(6):
        house.article(f"{number}.md", f"Number {number}", date=f"2026-01-0{number + 1}")
    house.run()
    assert "feed/archive/1.xml" in files(house)
    assert b'href="../../feed.css"' in house.read("feed/archive/1.xml")
    assert [path for path in files(house) if path.endswith(".html")] == ["feed.html"]
    assert b'href="./feed/archive/2.xml?raw"' in house.read("feed.html")


def test_a_bug_of_ours_in_the_list_stops_no_feed(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The list is for people; without it the feeds are published, and served from the start."""

    def documents(*_: object) -> None:
        raise KeyError("a bug")

    monkeypatch.setattr(listing, "documents", documents)
    house.article("a.md", "First")
    house.run()
    assert "First" in house.titles("feed.xml")
    served = Served(house)
    served.pipeline.preload()
    assert "feed.xml" in served.cache.paths()


class Served:
    """The house with a server's shelf."""

    def __init__(self, house: House) -> None:
        self.house, self.cache = house, DocumentCache()
        targets = [FolderPublisher(target) for target in house.settings.targets]
        shelf = ServedShelf(self.cache, ServerSettings())
        self.pipeline = Pipeline(house.settings, house.watcher, house.store, targets, shelf, new_id=lambda: "msg_1")

    def run(self) -> Report:
        return self.pipeline.run(Scope.everything(), self.house.now)

    def headers(self, path: str) -> dict[bytes, Any]:
        found = self.cache.get(path)
        assert found is not None, path
        return dict(found.identity.headers)


def test_the_server_has_them_at_once(house: House) -> None:
    """From the start, before anything is looked at: the list also at the front door."""
    served = Served(house)
    served.pipeline.preload()
    assert set(served.cache.paths()) == files(house) | {"index.html"}
    front = served.cache.get("index.html")
    assert front is not None
    assert front.identity.body == house.read("feeds.html")


def test_the_server_has_them_without_a_folder(tmp_path: Path) -> None:
    """With `presentation: none` too: the server's front page is the list."""
    house = House(tmp_path)
    house.use(targets=())
    house.article("a.md", "Hello")
    served = Served(house)
    served.run()
    assert set(served.cache.paths()) == {"feed.xml", "feed.atom", "feed.json", "index.html", *LISTED}


def test_a_page_of_the_sites_own_folder_does_not_stop_the_server(house: House) -> None:
    """The folder is the site's, the server is ours."""
    (house.public / "feed.html").write_text("<h1>My own</h1>")
    served = Served(house)
    served.pipeline.preload()
    served.run()
    found = served.cache.get("feed.html")
    assert found is not None
    assert b"Subscribe" in found.identity.body


def test_pages_are_sent_as_pages(house: House) -> None:
    """With the strict policy and no word of feeds or hubs; style sheets are kept for a day."""
    served = Served(house)
    served.run()
    for path in ("feed.html", "index.html", "feeds.html"):
        headers = served.headers(path)
        assert headers[b"content-type"] == b"text/html; charset=utf-8"
        assert headers[b"content-security-policy"].startswith(b"default-src 'none'; style-src 'self'")
        assert b"link" not in headers
    for path in ("feed.css", "feedd.css"):
        assert served.headers(path)[b"content-type"] == b"text/css; charset=utf-8"
        assert served.headers(path)[b"cache-control"] == b"public, max-age=86400"
    assert served.headers("feeds.opml")[b"content-type"] == b"text/x-opml; charset=utf-8"
    assert served.headers("feeds-sitemap.xml")[b"content-type"] == b"application/xml; charset=utf-8"
    assert b'rel="hub"' in served.headers("feed.xml")[b"link"]


def test_the_same_site_is_the_same_pages(tmp_path: Path) -> None:
    """On another machine as here: no clock gets into them."""
    made = []
    for name in ("one", "other"):
        house = House(tmp_path / name, feeds=[PAGED, TAGS], site=replace(SITE, timezone="Asia/Tokyo"))
        house.use(index=True)
        house.article("a.md", "Hello", tags="[b, a]", date="2026-02-03T04:05:06Z")
        house.run()
        made.append({path: house.read(path) for path in files(house)})
    assert made[0] == made[1]
