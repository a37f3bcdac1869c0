"""How findings are told: places, counts, moments, headers; and which documents are told apart."""

from __future__ import annotations

import gc
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedd.lint import RULES, Finding, lint
from tests.lint.documents import ADDRESS, ENTRY, EPISODE, ITEM, SHOW, atom, item, json_feed, opml, podcast, rss

SEEDS = (rss(), podcast(), atom(), json_feed(), opml())


def one(data: bytes, rule: str, **more: object) -> Finding:
    found = [finding for finding in lint(data, **more) if finding.rule == rule]  # type: ignore[arg-type]
    assert len(found) == 1, lint(data)
    return found[0]


# --- Places -----------------------------------------------------------------------------------------------------------


def test_a_finding_names_line_column_and_element() -> None:
    """Counted from 1, as editors do."""
    data = rss(items=f"\n<item>{ITEM}</item>\n  <item>{ITEM.replace(':1<', ':2<')}\n    <author>Ann</author></item>")
    found = one(data, "email")
    assert (found.line, found.column, found.path) == (5, 5, "rss/channel/item[2]/author")


def test_a_finding_in_json_names_the_key_and_its_line() -> None:
    """Although the parser tells no places."""
    found = one(json_feed([{"id": "a\nb", "content_text": "x", "date_published": "soon"}]), "date-rfc3339")
    assert found.path == "items[0].date_published"
    assert found.line == 9


def test_equal_findings_are_counted_not_listed() -> None:
    """A thousand items with the same mistake are one thing to mend."""
    found = [f for f in lint(rss(items=f"<item>{ITEM}</item>" * 1000)) if f.rule == "rss-guid-twice"]
    assert len(found) == 20
    assert found[-1].message.endswith("(and 979 more like it)")
    assert "more" not in found[0].message


def test_a_value_in_a_message_is_short_and_on_one_line() -> None:
    """It may be anything, and goes to a terminal."""
    message = one(item("<author>\x85\u202e" + "x" * 1000 + "</author>"), "email").message
    assert message.isprintable()
    assert len(message) < 150


# --- Which document it is ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("data", [b"", b"  \n", b"hello", b"<html></html>", b"<svg/>", b"\x00\x01"])
def test_what_is_no_feed_is_said_to_be_none(data: bytes) -> None:
    """One error, and nothing else."""
    assert [f.level for f in lint(data)] == ["error"]


def test_old_formats_are_named_and_left_alone() -> None:
    """An information, not an error: some feeds are from 2002."""
    rdf = b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"/>'
    assert [(f.rule, f.level) for f in lint(rdf)] == [("old-rss", "info")]


def test_an_atom_entry_alone_is_a_document() -> None:
    """RFC 4287 2; it needs its own author."""
    start, _, rest = atom().partition(b"<entry>")
    alone = b'<entry xmlns="http://www.w3.org/2005/Atom">' + rest.partition(b"</entry>")[0] + b"</entry>"
    assert start
    assert [f.rule for f in lint(alone)] == ["atom-author"]


def test_utf16_is_read_as_what_it_is() -> None:
    """With a warning, because half of the readers are not that patient."""
    data = atom().decode().encode("utf-16")
    assert {f.rule for f in lint(data)} == {"xml-not-utf8"}


def test_no_entity_is_ever_expanded() -> None:
    """A billion laughs end at the first."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE rss [<!ENTITY l0 "ha">{laughs}]><rss version="2.0"><channel>&l11;</channel></rss>'
    assert [f.rule for f in lint(bomb.encode())] == ["xml-doctype", "xml-entities"]


# --- What is known besides --------------------------------------------------------------------------------------------


def test_the_future_is_only_known_with_a_clock() -> None:
    """The gate has none; `feedd check` has."""
    data = rss("<pubDate>Mon, 23 Nov 2026 12:00:00 +0000</pubDate>", items="")
    assert lint(data) == ()
    assert {f.rule for f in lint(data, now=datetime(2026, 11, 20, tzinfo=UTC))} == {"date-future"}
    assert lint(data, now=datetime(2026, 11, 23, tzinfo=UTC)) == ()


@pytest.mark.parametrize(
    ("headers", "rules"),
    [
        ({"content-type": "application/rss+xml; charset=utf-8", "etag": '"1"'}, set()),
        ({"content-type": "text/html", "etag": '"1"'}, {"http-type"}),
        ({"content-type": 'text/xml; charset="iso-8859-1"', "last-modified": "x"}, {"http-charset"}),
        ({"content-type": "application/xml"}, {"http-validators"}),
        ({}, {"http-type", "http-validators"}),
    ],
)
def test_what_a_server_says_is_looked_at(headers: dict[str, str], rules: set[str]) -> None:
    """The type, the encoding, and whether a poll can be answered with 304."""
    assert {f.rule for f in lint(rss(), headers=headers)} == rules


# --- Anything ---------------------------------------------------------------------------------------------------------


@given(st.binary(max_size=400))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_answered(data: bytes) -> None:
    """Whatever it is, the lint says something of it and never raises."""
    assert all(finding.rule in RULES for finding in lint(data))


@given(st.sampled_from(SEEDS), st.data())
@settings(max_examples=250, deadline=None)
def test_any_damage_is_answered(seed: bytes, data: st.DataObject) -> None:
    """Bytes cut out, doubled, exchanged and put in, in a document of every format."""
    at = data.draw(st.integers(0, len(seed)))
    to = data.draw(st.integers(at, min(len(seed), at + 60)))
    new = data.draw(
        st.one_of(st.binary(max_size=8), st.sampled_from([seed[at:to] * 2, b"<", b'"', b"&#0;", b"\\ud800"]))
    )
    assert all(finding.rule in RULES for finding in lint(seed[:at] + new + seed[to:], address=ADDRESS))


BOMBS = {
    "tags": lambda n: item("<content:encoded>" + "&lt;a" * n + "</content:encoded>"),
    "attribute": lambda n: item("<content:encoded>&lt;a href=" + " " * n + "</content:encoded>"),
    "events": lambda n: item("<content:encoded>&lt;a" + " on=" * n + "</content:encoded>"),
    "styles": lambda n: item("<content:encoded>&lt;a" + ' style="' * n + "</content:encoded>"),
    "author": lambda n: item("<author>" + "a" * n + " @</author>"),
    "names": lambda n: item("<author>" + "a@" * n + " b</author>"),
    "date": lambda n: rss("<pubDate>" + "(" * n + "</pubDate>"),
    "type": lambda n: item(f'<enclosure url="https://a.example/" length="1" type="a/b{";a=b" * n};"/>'),
    "deep": lambda n: atom('<rights type="xhtml">' + "<i>" * n + "</i>" * n + "</rights>"),
    "items": lambda n: rss(items="<item/>" * n),
    "json depth": lambda n: b'{"items":' + b"[" * n,
    "json keys": lambda n: b"{" + b",".join(b'"a":1' for _ in range(n)) + b"}",
    "json items": lambda n: json_feed([{}] * n),
}


@pytest.mark.parametrize("name", BOMBS)
def test_the_work_grows_with_the_document(name: str) -> None:
    """Four times the bytes take about four times as long; what is quadratic takes sixteen times, and these are large
    enough to show it."""
    gc.collect()
    small, large = (min(_seconds(BOMBS[name](n)) for _ in range(3)) for n in (5_000, 20_000))
    assert large < 9 * small + 0.05


def _seconds(data: bytes) -> float:
    """Of this thread alone, and without the collector, which goes through what all tests before have left."""
    gc.disable()
    begun = time.thread_time()
    lint(data, address=ADDRESS)
    spent = time.thread_time() - begun
    gc.enable()
    return spent


@pytest.mark.parametrize(
    ("show", "episode"),
    [
        (
            '<podcast:trailer url="http://ann.example/t" pubdate="Mon, 23 Nov 2026 12:00:00 +0000">T</podcast:trailer>',
            "",
        ),
        ("", '<podcast:transcript url="http://ann.example/t.vtt" type="text/vtt"/>'),
        ("", '<podcast:chapters url="http://ann.example/c.json" type="application/json+chapters"/>'),
        (
            "",
            '<podcast:alternateEnclosure type="audio/ogg"><podcast:source uri="http://ann.example/1.ogg"/>'
            "</podcast:alternateEnclosure>",
        ),
    ],
)
def test_what_podcast_programs_fetch_over_http(show: str, episode: str) -> None:
    """The namespace wants https for each of them."""
    assert [each.rule for each in lint(podcast(SHOW + show, EPISODE + episode))] == ["podcast-https"]


def test_an_id_may_have_any_letters() -> None:
    """RFC 4287 4.2.6 asks for an IRI: nobody fetches an id, and another spelling of it is another entry."""
    id = "https://exämple.org/ü"
    more = f'<summary>Hello.</summary><thr:in-reply-to ref="{id}" href="https://ann.example/0"/>'
    gone = f'<at:deleted-entry ref="{id}2" when="2026-11-23T12:00:00Z"/>'
    entry = ENTRY.replace("tag:ann.example,2026:1", id)
    assert lint(atom(entries=f"<entry>{entry}{more}</entry>{gone}")) == ()
