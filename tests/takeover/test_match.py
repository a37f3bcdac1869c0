"""Which article an item is: sure signs first, and rather nothing than the wrong one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from feedd.takeover import Candidate, ForeignItem, match
from feedd.takeover.match import same_page

DAY = datetime(2026, 3, 1, 12, tzinfo=UTC)
SITE = "https://ann.example"


def article(name: str, title: str = "", days: int = 0, **more) -> Candidate:
    given = {"url": f"{SITE}/{name}/", "title": title or name, "published": DAY + timedelta(days=days)}
    return Candidate(f"tag:{name}", f"{name}.md", **(given | more))


def item(id: str, link: str = "", title: str = "", days: int | None = 0) -> ForeignItem:
    published = None if days is None else DAY + timedelta(days=days)
    return ForeignItem(id, (link,) if link else (), title, published)


def pairs(items, articles, site: str = SITE) -> dict[str, tuple[str, str]]:
    return {m.item.id: (m.candidate.name, m.how) for m in match(items, articles, site).matches}


@pytest.mark.parametrize(
    "link",
    [
        "http://www.ann.example/a%20b/c",
        "HTTPS://ANN.example:443/a b/c/index.html",
        "https://ann.example/a%20b/c/?utm_source=rss&fbclid=1#utm_medium=x",
        "https://ann.example./a%20b/c//",
        "https://ann.example/a%20b/c#comments",
    ],
)
def test_spellings_of_one_address(link: str) -> None:
    """Scheme, case, port, www, encoding, index.html, slash, tracking and places on the page do not matter."""
    assert pairs([item("1", link)], [article("x", url=f"{SITE}/a%20b/c/")]) == {"1": ("x.md", "link")}


def test_addresses_that_differ() -> None:
    """Another query, path, host or port is another page; what is no web address is none."""
    keys = [same_page(f"https://ann.example{rest}") for rest in ("", "/a", "/A", "/a?p=1", "/a?p=2", ":8080/a")]
    assert len(set(keys)) == len(keys)
    assert [same_page(text) for text in ("tag:x,2020:a", "", "http://[", "https://", "mailto:a@b.example")] == [""] * 5
    assert same_page("https://xn--bcher-kva.example/%C3%A9") == same_page("https://bücher.example/e\u0301")


def test_every_sure_sign() -> None:
    """The id that the article has, a former address, an id that is the address."""
    articles = [article("a"), article("b", aliases=(f"{SITE}/old-b.html",)), article("c")]
    items = [item("tag:a", "https://x.example/other"), item("2", f"{SITE}/old-b.html"), item(f"{SITE}/c")]
    assert pairs(items, articles) == {
        "tag:a": ("a.md", "id"),
        "2": ("b.md", "alias"),
        f"{SITE}/c": ("c.md", "id link"),
    }


def test_a_link_post_by_the_page_it_is_about() -> None:
    """Old feeds of link posts name that page as the item's link; it counts last, because others write about it, too."""
    page = "https://city.example.net/report"
    linked, other = article("a", "The report", elsewhere=page), article("b", "Reports again", elsewhere=page)
    assert pairs([item("1", page, "Report!")], [linked]) == {"1": ("a.md", "elsewhere")}
    assert pairs([item("1", page, "The report")], [linked, other]) == {"1": ("a.md", "day")}
    assert pairs([item("1", page, "Report!")], [linked, other]) == {}


def test_a_site_that_moved() -> None:
    """The same path on another host counts only where the whole feed is of that host."""
    items = [item("1", "https://ann.old.example/a/"), item("2", "https://ann.old.example/b/")]
    articles = [article("a"), article("b")]
    assert pairs(items, articles) == {"1": ("a.md", "path"), "2": ("b.md", "path")}
    assert "1" not in pairs([*items, item("3", f"{SITE}/c/")], articles)


def test_titles() -> None:
    """On the same day, or alone if there is one of each and the dates are not far apart."""
    weekly = [article("w1", "Weekly notes", 0), article("w2", "Weekly notes", 7)]
    assert pairs([item("1", "", "Weekly  Notes!", 7)], weekly) == {"1": ("w2.md", "day")}
    assert pairs([item("1", "", "Weekly notes", 3)], weekly) == {}
    assert pairs([item("1", "", "Hello, World", 300)], [article("h", "hello world")]) == {"1": ("h.md", "title")}
    assert pairs([item("1", "", "Hello", 401)], [article("h", "Hello")]) == {}
    assert pairs([item("1", "", "Hello", None)], [article("h", "Hello")]) == {"1": ("h.md", "title")}
    assert pairs([item("1", "", "Hi", 1), item("2", "", "Hi", 30)], [article("h", "Hi", 9)]) == {}
    assert pairs([item("1", "", "", 0)], [article("h", "")]) == {}


def test_an_address_that_all_items_share_is_none() -> None:
    """Podcasts link every episode to the front page: then titles decide, also which of two reprints it is."""
    home = [item(str(n), f"{SITE}/", f"Episode {n}", n) for n in range(3)]
    articles = [article("home", "Welcome", url=f"{SITE}/"), *(article(f"e{n}", f"Episode {n}", n) for n in range(3))]
    assert pairs(home, articles) == {str(n): (f"e{n}.md", "day") for n in range(3)}
    twice = [item("new", f"{SITE}/a/", "A, corrected"), item("old", f"{SITE}/a/", "A")]
    assert pairs(twice, [article("a", "A, corrected")]) == {"new": ("a.md", "link")}


def test_what_is_not_certain_is_told() -> None:
    """Two articles of one address, two items that are one article; an item of an older document counts less."""
    plan = match([item("1", f"{SITE}/a")], [article("a"), article("b", url=f"{SITE}/a")], SITE)
    assert (plan.matches, plan.ambiguous[0][1]) == ((), "could be a.md or b.md")
    plan = match([item("1", f"{SITE}/a", "a"), item("2", f"{SITE}/a/", "a")], [article("a")], SITE)
    assert [m.item.id for m in plan.matches] == ["1"]
    assert plan.ambiguous[0][1] == "is a.md, as is 1, which stands before it"
    plan = match([item("1", f"{SITE}/a", "new"), item("1", f"{SITE}/b", "old")], [article("a"), article("b")], SITE)
    assert [(m.item.title, m.candidate.name) for m in plan.matches] == [("new", "a.md")]
    plan = match([item("1", f"{SITE}/gone")], [article("a")], SITE)
    assert [each.id for each in plan.missing] == ["1"]


def test_many_items_are_quick() -> None:
    """Every item and every article is looked at a few times, not every pair: 20,000 of each, all by one title."""
    articles = [article(f"n{n}", f"Note {n}", 0) for n in range(20_000)]
    items = [item(str(n), "", f"note {n}", 0) for n in range(20_000)]
    assert len(pairs(items, articles)) == 20_000
