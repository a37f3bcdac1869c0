"""`feedd import`: readers of the old feed see nothing twice."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from email.utils import format_datetime

import feedparser
import pytest

from tests.support.cli import MINIMAL, Blog, tree
from tests.support.daemon import Site, running
from tests.support.loopback import Answer, Loopback

# Three articles as an older program published them: its ids, its dates, its spelling of the addresses.
OLD = [
    ("https://old.example/?p=1", "http://www.ann.example/one?utm_id=1", "One", datetime(2026, 3, 1, 9, 30, tzinfo=UTC)),
    ("tag:old.example,2026:2", "https://ann.example/two/index.html", "Two", datetime(2026, 3, 2, 9, tzinfo=UTC)),
    ("3", "https://elsewhere.example/three", "Three!", datetime(2026, 3, 3, 9, tzinfo=UTC)),
]  # fmt: skip
CHANGED = datetime(2026, 4, 1, 8, tzinfo=UTC)


def rss(items=OLD, head: str = "") -> bytes:
    made = "".join(
        f"<item><guid isPermaLink='false'>{id}</guid><link>{link}</link><title>{title}</title>"
        f"<pubDate>{format_datetime(date)}</pubDate></item>"
        for id, link, title, date in items
    )
    return (
        '<?xml version="1.0"?><rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>T</title>'
        f"<link>https://ann.example/</link><description>d</description>{head}{made}</channel></rss>"
    ).encode()


def atom(items=OLD) -> bytes:
    made = "".join(
        f"<entry><id>{id}</id><link href='{link}'/><title>{title}</title><published>{date.isoformat()}</published>"
        f"<updated>{CHANGED.isoformat()}</updated></entry>"
        for id, link, title, date in items
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:x</id><title>T</title>{made}</feed>'.encode()


def json_feed(items=OLD) -> bytes:
    made = [
        {
            "id": id,
            "url": link,
            "title": title,
            "date_published": date.isoformat(),
            "date_modified": CHANGED.isoformat(),
        }
        for id, link, title, date in items
    ]
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": made}).encode()


FORMATS = {"rss": rss, "atom": atom, "json": json_feed}


def fill(write) -> None:
    write("one.md", "---\ntitle: One\ndate: 2026-03-01T10:00:00Z\n---\n\nText.")
    write("two.md", "---\ntitle: Two\ndate: 2026-03-02\n---\n\nText.")
    write("three.md", "---\ntitle: Three\ndate: 2026-03-03T20:00:00Z\n---\n\nText.")


@pytest.fixture
def blog(tmp_path):
    blog = Blog(tmp_path / "blog")
    fill(blog.write)
    return blog


def published(folder) -> dict[str, set[tuple[str, str, datetime]]]:
    """(id, title, date) of every entry, as a reader finds them in each format."""
    found = {}
    for name in ("feed.xml", "feed.atom"):
        entries = feedparser.parse((folder / name).read_bytes()).entries
        found[name] = {(e.id, e.title, datetime(*e.published_parsed[:6], tzinfo=UTC)) for e in entries}
    items = json.loads((folder / "feed.json").read_bytes())["items"]
    found["feed.json"] = {(i["id"], i["title"], datetime.fromisoformat(i["date_published"])) for i in items}
    return found


EXPECTED = {(id, title.rstrip("!"), date) for id, _, title, date in OLD}


@pytest.mark.parametrize("form", FORMATS)
def test_ids_and_dates_are_those_of_the_old_feed(blog, form):
    """Before the first build, from every format into every format; again changes nothing; an edit keeps them."""
    (blog.folder / "old").write_bytes(FORMATS[form]())
    done = blog.run("import", "old")
    assert (done.returncode, done.stdout) == (0, "")
    assert "3 items: 3 taken over (2 by link, 1 by title and day), 0 already the same" in done.stderr
    assert not (blog.public / "feed.xml").exists()
    assert "3 already the same" in blog.run("import", "old").stderr
    blog.run("build")
    assert published(blog.public) == dict.fromkeys(("feed.xml", "feed.atom", "feed.json"), EXPECTED)
    updated = {e.id: e.updated_parsed[:4] for e in feedparser.parse((blog.public / "feed.atom").read_bytes()).entries}
    assert set(updated.values()) == (
        {(2026, 3, 1, 9), (2026, 3, 2, 9), (2026, 3, 3, 9)} if form == "rss" else {(2026, 4, 1, 8)}
    )
    blog.write("one.md", "---\ntitle: One\ndate: 2026-03-01T10:00:00Z\n---\n\nAnother text.")
    (blog.posts / "two.md").rename(blog.posts / "zwei.md")
    blog.run("build")
    assert published(blog.public)["feed.xml"] == EXPECTED


def test_a_rehearsal_changes_nothing(blog):
    """--dry-run says what would be taken over, before and after the first build."""
    (blog.folder / "old.xml").write_bytes(rss())
    before = tree(blog.folder)
    done = blog.run("import", "old.xml", "--dry-run")
    assert done.returncode == 0
    assert "one.md  https://old.example/?p=1  2026-03-01T09:30:00Z  by link" in done.stdout
    assert "Nothing was changed" in done.stderr
    assert tree(blog.folder) == before
    blog.run("build")
    before = tree(blog.folder)
    assert len(blog.json("import", "old.xml", "--dry-run")["data"]["taken"]) == 3
    assert tree(blog.folder) == before


def test_after_the_first_build_nobody_is_told(tmp_path):
    """The documents follow with the next build; the change is no news."""
    with Loopback() as hub:
        ping = f'ping: [{{websub: "{hub.url}/hub", allow_private: true, min_interval: 0s}}]\n'
        blog = Blog(tmp_path / "blog", MINIMAL + ping)
        fill(blog.write)
        blog.run("build")
        (blog.folder / "old.xml").write_bytes(rss())
        assert blog.run("import", "old.xml").returncode == 0
        assert published(blog.public)["feed.xml"] != EXPECTED
        assert "published feed.xml" in blog.run("build", "--ping").stderr
        assert published(blog.public)["feed.xml"] == EXPECTED
        assert hub.requests == []


def test_what_is_left_is_told(blog):
    """No article, two articles, an id that a file states, articles that the old feed never had; exit code 3."""
    blog.write("own.md", "---\ntitle: Own\nid: mine\n---\n\nText.")
    blog.write("new.md", "# New\n")
    when = datetime(2026, 1, 1, tzinfo=UTC)
    more = [("g", "https://ann.example/gone/", "Gone", when), ("o", "https://ann.example/own/", "Own", when)]
    (blog.folder / "old.xml").write_bytes(rss([*OLD, *more]))
    data = blog.json("import", "old.xml", code=3)["data"]
    assert [item["title"] for item in data["missing"]] == ["Gone"]
    assert [(each["file"], each["id"]) for each in data["refused"]] == [("own.md", "o")]
    assert "line 3" in data["refused"][0]["why"]
    assert data["new_to_readers"] == ["New"]
    assert (len(data["taken"]), data["items"], data["kind"]) == (3, 5, "RSS 2.0")
    done = blog.run("import", "old.xml")
    assert done.returncode == 3
    assert 'no article for 1:\n  "Gone"  https://ann.example/gone/\n' in done.stdout


def test_an_id_that_another_entry_has(blog):
    """Nobody loses an id to an import: two items that would exchange may, one that would take may not."""
    blog.run("build")
    one, two = "tag:ann.example,2026:one", "tag:ann.example,2026:two"
    dates = [date for _, _, _, date in OLD]
    blog.write("stated.md", "---\ntitle: Stated\nid: stays\ndate: 2026-03-05\n---\n\nText.")
    (blog.folder / "pin.xml").write_bytes(rss([(two, "https://nowhere.example/", "One", dates[0])]))
    # The article that has the id is the item, whatever its title says.
    assert [each["file"] for each in blog.json("import", "pin.xml")["data"]["taken"]] == ["two.md"]
    refused = blog.run("id", "pin", "posts/three.md", one)
    assert refused.returncode == 1
    assert f"the id {one} belongs to one.md" in refused.stderr


def test_stdin(blog):
    """`-` is what a pipe brings."""
    done = blog.run("import", "-", "--json", stdin=None, input=rss().decode())
    assert len(json.loads(done.stdout)["data"]["taken"]) == 3


def test_addresses(blog):
    """Redirects and older documents are followed, on the same host; what breaks is said."""
    with Loopback() as server, Loopback(Answer(200, (), rss())) as stranger:
        older = f"<atom:link rel='prev-archive' href='{server.url}/2.xml'/>"
        last = f"<atom:link rel='prev-archive' href='{stranger.url.replace('127.0.0.1', 'localhost')}/3.xml'/>"
        server.script["/feed"] = [Answer(301, (("Location", "/1.xml"),))]
        server.script["/1.xml"] = [Answer(200, (), rss(OLD[:1], older))]
        server.script["/2.xml"] = [Answer(200, (), rss(OLD[1:], last))]
        data = blog.json("import", f"{server.url}/feed")["data"]
        assert (data["documents"], len(data["taken"])) == (2, 3)
        assert stranger.requests == []
        assert blog.json("import", f"{server.url}/feed", "--no-older")["data"]["documents"] == 1
        server.script["/2.xml"] = [Answer(404)]
        assert "answered 404" in blog.json("import", f"{server.url}/feed")["data"]["warnings"][0]


def test_pages_of_wordpress(blog):
    """They are asked for until one is not there, and that is no failure."""
    generator = "<generator>https://wordpress.org/?v=6.4</generator>"
    with Loopback() as server:
        pages = [Answer(200, (), rss(items, generator)) for items in (OLD[:2], OLD[2:])]
        server.script["/feed/"] = [*pages, Answer(404)]
        data = blog.json("import", f"{server.url}/feed/")["data"]
        assert [request.path for request in server.requests] == ["/feed/", "/feed/?paged=2", "/feed/?paged=3"]
    assert (data["documents"], len(data["taken"]), data["warnings"]) == (2, 3, [])


def test_a_server_that_always_says_the_same(blog):
    """An older document without anything older in it ends the reading."""
    with Loopback(Answer(200, (), rss(OLD, "<generator>https://wordpress.org/?v=6.4</generator>"))) as server:
        data = blog.json("import", f"{server.url}/feed/")["data"]
        assert (data["documents"], len(server.requests)) == (1, 2)


@pytest.mark.parametrize(
    ("answer", "code", "said"),
    [
        (Answer(404), 69, "answered 404"),
        (Answer(200, (), b"<html><body>Hello"), 1, "is not a feed"),
        (Answer(200, (("Content-Encoding", "gzip"),), b"\x1f\x8b"), 1, "came compressed"),
        (Answer(200, (), b" " * 20_000_001), 1, "larger than 20 MB"),
        (Answer(200, (), rss([])), 1, "without items"),
        (Answer(301, (("Location", "/again"),)), 69, "answered 301"),
    ],
)
def test_what_cannot_be_read(blog, answer, code, said):
    """Each has its message and its exit code, and nothing is remembered."""
    with Loopback(answer) as server:
        done = blog.run("import", f"{server.url}/feed")
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr
    assert not (blog.folder / ".feedd").exists()


def test_what_is_no_place(blog):
    """A missing file, a folder, another scheme, a name that leads nowhere."""
    for place, code in (("none.xml", 2), ("posts", 2), ("ftp://ann.example/feed", 2), ("http://127.0.0.1:1/", 69)):
        assert blog.run("import", place).returncode == code, place


@pytest.mark.e2e
def test_the_running_daemon_takes_over(tmp_path):
    """It is asked, publishes at once, and readers find the old ids."""
    site = Site(tmp_path / "site")
    fill(site.write)
    (site.folder / "old.xml").write_bytes(rss())
    with running(site):
        done = site.cli("import", "old.xml", "--json")
        data = json.loads(done.stdout)["data"]
        assert (done.returncode, data["by"], len(data["taken"])) == (0, "the running daemon", 3)
        assert published(site.public)["feed.json"] == EXPECTED
        assert {e.id for e in feedparser.parse(site.get("/feed.xml").body).entries} == {id for id, *_ in OLD}
        assert "imported from old.xml" in site.cli("id", "show", "one.md").stdout
