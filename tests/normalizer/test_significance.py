"""What a reader sees of an edit, and what not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from feedd.model import Enclosure, Image, Person
from feedd.normalizer import identity, significance
from feedd.normalizer.significance import Edit
from tests.support.make import entry


def version(**fields):
    """An entry with its fingerprint."""
    item = entry(**({"published": datetime(2026, 1, 1, tzinfo=UTC)} | fields))
    return replace(item, digest=identity.fingerprint(item))


def weigh(old, new, **fields):
    return significance.weigh(version(body=old, **fields), version(body=new, **fields))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Some *words* here", "Some _words_ here"),
        ("Some **words** here", "Some __words__ here"),
        ("Title\n=====\n\nText", "# Title\n\nText"),
        ("- one\n- two\n", "* one\n* two\n"),
        ("One line\nand another.", "One line and another."),
        ("One   line", "One line"),
        ("[a](https://x.example/)", "[a][1]\n\n[1]: https://x.example/"),
        ("    code here", "```\ncode here\n```"),
        ("Text <!-- a remark -->", "Text"),
        ("A &mdash; B", "A — B"),
        ("Text\n\n***\n\nText", "Text\n\n---\n\nText"),
        ("<b>bold</b>\n\n<script>a</script>", "<b>bold</b>\n\n<script>b</script>"),
        ("1. one\n1. two", "1. one\n2. two"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "| a    | b |\n| ---- | --- |\n| 1    | 2 |"),
    ],
)
def test_how_it_was_written_is_no_edit(old, new):
    assert weigh(old, new) == Edit(False)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Some *words* here", "Some **words** here"),
        ("Some words here", "Some *words* here"),
        ("- one\n- two\n", "1. one\n2. two\n"),
        ("# Title", "## Title"),
        ("- one\n- two\n", "- one\n\n- two\n"),
        ("one two", "one\n\ntwo"),
        ("one two\n\nthree", "one two\n\n***\n\nthree"),
        ("> one", "one"),
        ("`one`", "one"),
        ("One. Two.\n\n<!--more-->\n\nThree.", "One. Two.\n\nThree."),
    ],
)
def test_another_style_goes_out_and_is_no_news(old, new):
    assert weigh(old, new) == Edit(False, True, ("style",))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("one two", "one two three", "text: 1 word more"),
        ("one two three", "one two", "text: 1 word less"),
        ("one two three", "one four five six", "text: 3 words more, 2 less"),
        ("one two", "two one", "text: in another order"),
        ("one two", "onetwo", "text: 1 word more, 2 less"),
        ("[one](https://x.example/)", "[one](https://y.example/)", "links"),
        ("![one](https://x.example/a.png)", "![one](https://x.example/b.png)", "pictures"),
        ("```\na = 1\n```", "```\na  = 1\n```", "code"),
        ("```\na\n  b\n```", "```\na\nb\n```", "code"),
        ("not 102", "not 10<sup>2</sup>", "text: 2 words more, 1 less"),
        ("on Monday", "on ~~Monday~~", "text"),
    ],
)
def test_words_links_pictures_and_code_are_news(old, new, said):
    assert weigh(old, new) == Edit(True, True, (said,))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"title": "B"}, 'title: "Hello" -> "B"'),
        ({"title": "B" * 99}, f'title: "Hello" -> "{"B" * 60}…"'),
        ({"published": datetime(2026, 2, 1, 9, 30, tzinfo=UTC)}, "date: 2026-01-01 00:00 -> 2026-02-01 09:30"),
        ({"tags": ("a",)}, "2 tags -> 1"),
        ({"tags": ("a", "c")}, "tags"),
        ({"categories": ("x",)}, "0 categories -> 1"),
        ({"authors": (Person("Ann"), Person("Bob"))}, "authors: none -> Ann, Bob"),
        ({"language": "de"}, "language: none -> de"),
        ({"summary": "S"}, "summary"),
        ({"image": Image("https://x.example/a.png")}, "picture"),
        ({"caption": "C"}, "caption"),
        ({"enclosures": (Enclosure("https://x.example/a.mp3", "audio/mpeg"),)}, "attachments"),
        ({"url": "https://ann.example/other/"}, "link"),
    ],
)
def test_facts_are_news(fields, said):
    before = version(tags=("a", "b"))
    edit = significance.weigh(before, version(**({"tags": ("a", "b")} | fields)))
    assert edit == Edit(True, True, (said,))


def test_the_order_of_labels_and_the_size_of_a_picture_go_out_silently():
    picture = Image("https://x.example/a.png")
    before = version(tags=("a", "b"), image=picture)
    for after in (
        version(tags=("b", "a"), image=picture),
        version(tags=("a", "b"), image=replace(picture, media_type="image/png", length=9, width=1, height=1)),
    ):
        assert significance.weigh(before, after) == Edit(False, True)
        # … also together with an edit that nobody sees
        assert significance.weigh(before, replace(after, body=before.body + "\n\n<!-- x -->")) == Edit(False, True)


def test_a_body_is_rendered_only_if_that_is_asked():
    before, after = version(body="*a*"), version(body="_a_", title="B")
    edit = significance.weigh(before, after, closely=False)
    assert edit == Edit(True, True, ('title: "Hello" -> "B"', "text"))


def test_a_body_that_we_fail_to_render_counts(monkeypatch):
    def broken(entry):
        raise RuntimeError("a bug")

    monkeypatch.setattr(significance.body, "content", broken)
    assert weigh("*a*", "_a_") == Edit(True, True, ("text",))


def test_when_and_where_it_is_seen_is_said_too():
    before = version()
    after = replace(before, draft=True, expires_at=datetime(2027, 1, 1, tzinfo=UTC), feeds=("main",))
    assert list(significance.standing(before, after)) == ["a draft now", "expires: none -> 2027-01-01 00:00", "feeds"]
    assert next(significance.standing(after, before)) == "no draft any more"


def test_a_long_text_is_weighed_in_linear_time():
    """Twice the text is twice the work: counted in words, not in seconds."""
    html = "<p>" + "word <a href='x'>link</a> " * 20_000 + "</p><pre>" + "a\n" * 20_000 + "</pre>"
    assert len(list(significance.skeleton(html))) == 80_001
