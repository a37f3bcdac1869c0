"""`feedd preview --at`: the feeds of another moment; nothing that is kept back can be seen before its moment."""

from __future__ import annotations

import json

import feedparser
import pytest

from tests.support.cli import MINIMAL, Blog, tree

SECRET = "Quetzal"  # stands nowhere but in the embargoed article
SETTINGS = (
    MINIMAL.replace("site: https://ann.example", "site: {url: https://ann.example, timezone: Europe/Prague}")
    + "feeds: [{path: feed, limit: 3}, {path: 'tags/{tag}', each: tag}]\n"
)


@pytest.fixture
def blog(tmp_path):
    blog = Blog(tmp_path / "blog", SETTINGS)
    for day in range(1, 5):
        blog.write(f"n{day}.md", f"---\ntitle: Note {day}\ndate: 2026-03-0{day} 12:00\n---\n\nText.")
    # Nine in the morning in Prague, in winter.
    blog.write("q.md", f"---\ntitle: {SECRET}\ndate: 2127-01-01 09:00\ntags: [birds]\n---\n\nA {SECRET} flies.")
    blog.write("sale.md", "---\ntitle: Sale\ndate: 2026-03-09\nexpires: 2126-06-01 00:00\n---\n\nBuy.")
    return blog


@pytest.mark.parametrize("built", [False, True])
def test_an_embargo_holds_to_the_second(blog, built):
    """In no byte of any document before its moment, in every one at it; whether or not anything was built."""
    if built:
        blog.run("build")
        assert not any(SECRET.encode() in file.read_bytes() for file in blog.public.rglob("*") if file.is_file())
    before = tree(blog.folder)
    for form in ("rss", "atom", "json"):
        early = blog.run("preview", "--at", "2127-01-01T08:59:59", "--feed", "feed", "--as", form)
        on_time = blog.run("preview", "--at", "2127-01-01T08:00:00Z", "--feed", "feed", "--as", form)
        assert (early.returncode, on_time.returncode) == (0, 0)
        assert SECRET not in early.stdout
        assert SECRET in on_time.stdout
        assert feedparser.parse(on_time.stdout).bozo is False or form == "json"
    assert tree(blog.folder) == before


def test_what_appears_and_what_goes(blog):
    """With the reason; a feed that only comes up then is there."""
    blog.run("build")
    done = blog.run("preview", "--at", "2127-01-01 09:00")
    feed, rest = done.stdout.split("tags/birds  1 entry at 2127-01-01T09:00:00+01:00\n")
    assert feed.splitlines() == [
        "feed  3 entries at 2127-01-01T09:00:00+01:00",
        f'  + 2127-01-01T09:00:00+01:00  "{SECRET}"  q.md  (its moment is 2127-01-01T09:00:00+01:00)',
        '  - 2026-03-09T00:00:00+01:00  "Sale"  sale.md  (expires at 2126-06-01T00:00:00+02:00)',
    ]
    assert SECRET in rest


def test_the_data(blog):
    """All entries with the reason why they are new, and those that are gone."""
    data = blog.json("preview", "--at", "2126-06-01", "--feed", "feed")["data"]
    assert (data["at"], data["past"]) == ("2126-06-01T00:00:00+02:00", False)
    (view,) = data["feeds"]
    assert [(e["title"], e["why"]) for e in view["entries"]] == [
        ("Note 4", ""),
        ("Note 3", ""),
        ("Note 2", "others make room for it"),
    ]
    assert [(e["title"], e["why"]) for e in view["gone"]] == [("Sale", "expires at 2126-06-01T00:00:00+02:00")]


def test_a_look_back(blog):
    """What was not out yet is not shown, and that this is all that is known is said."""
    blog.run("build")
    done = blog.run("preview", "--at", "2026-03-02 12:00", "--feed", "feed")
    shown = [line.split('"')[1] for line in done.stdout.splitlines()[1:] if line.split()[0] != "-"]
    assert shown == ["Note 2", "Note 1"]
    assert '- 2026-03-04T12:00:00+01:00  "Note 4"  n4.md  (came out only at' in done.stdout
    assert "the past is shown as far as it is remembered" in done.stderr
    document = json.loads(blog.run("preview", "--at", "2026-03-02 12:00", "--feed", "feed", "--as", "json").stdout)
    assert [item["title"] for item in document["items"]] == ["Note 2", "Note 1"]
    for form in ("rss", "atom", "json"):  # not even as something that left
        assert "Note 4" not in blog.run("preview", "--at", "2026-03-02 12:00", "--feed", "feed", "--as", form).stdout
        assert "2026:n4" not in blog.run("preview", "--at", "2026-03-02 12:00", "--feed", "feed", "--as", form).stdout


def test_what_makes_no_sense(blog):
    """Each is a usage error with its hint."""
    for arguments in (
        ["--at", "tomorrow"],
        ["--at", "03/04/2027"],
        ["--at", "2027-01-01", "--feed", "none"],
        ["--at", "2027-01-01", "posts/n1.md"],
        ["--at", "2027-01-01", "--url", "https://x.example"],
        ["--at", "2027-01-01", "--as", "rss", "--json"],
        ["--feed", "feed"],
        [],
    ):
        done = blog.run("preview", *arguments)
        assert (done.returncode, done.stdout.strip()[:1]) == (2, "{" if "--json" in arguments else ""), arguments
    blog.run("build")
    blog.write("q2.md", "---\ntags: [cats]\n---\n\nText.")
    assert blog.run("preview", "--at", "2027-01-01", "--as", "rss").returncode == 2
