"""`feedd preview`: the entry a file becomes, why, and the very bytes of it."""

from __future__ import annotations

import json
import os

import pytest

from tests.support.cli import MINIMAL, Blog, feedd, tree

ARTICLE = """---
title: Hello again
date: 2026-03-01T12:00:00Z
tags: [a, b]
---

It has been a *while*. <script>alert(1)</script>
"""
FIELDS = [
    "title", "id", "url", "aliases", "published", "updated", "authors", "categories", "tags", "language", "summary",
    "image", "caption", "credit", "enclosures", "draft", "publish_at", "expires", "feeds", "removed",
]  # fmt: skip


@pytest.fixture
def blog(tmp_path):
    blog = Blog(tmp_path / "blog")
    blog.write("hello.md", ARTICLE)
    return blog


def rows(done):
    """field -> the rest of its line."""
    assert done.returncode == 0, done.stderr
    return {line[:11].strip(): line[11:].strip() for line in done.stdout.splitlines()}


def test_every_field_has_a_value_and_a_reason(blog):
    """Value, rule and line; before anything was built, and with nothing written."""
    before = tree(blog.folder)
    found = rows(blog.run("preview", "posts/hello.md"))
    assert [name.replace(" ", "_") for name in found] == [*FIELDS, "in_feeds"]
    assert found["title"] == "Hello again  front matter, line 2"
    assert found["id"].startswith("tag:ann.example,2026:hello  minted")
    assert found["published"].startswith("2026-03-01T12:00:00Z  front matter")
    assert found["tags"] == "a, b  front matter, line 4"
    assert found["summary"].startswith("It has been a while.  cut from")
    assert found["removed"].startswith("script")
    assert found["in feeds"] == "feed"
    assert tree(blog.folder) == before


def test_what_is_remembered_is_told_and_left_alone(blog):
    """After a build the id comes from memory; a preview of an edit changes no byte of that memory."""
    blog.run("build")
    blog.write("hello.md", ARTICLE.replace("again", "once more"))
    before = tree(blog.folder)
    found = rows(blog.run("preview", "posts/hello.md"))
    assert found["title"].startswith("Hello once more")
    assert found["id"].startswith("tag:ann.example,2026:hello  remembered: minted from host, year and path when")
    assert tree(blog.folder) == before


RICH = """---
title: Rich
slug: very-rich
aliases: [/old/rich.html]
feeds: [feed]
image: pic/cover.png
enclosures:
  - {url: talk.mp3, length: 12345, title: The talk}
expires: 2999-01-01
---

Before the mark.

<!--more-->

After it. <script>alert(1)</script>
"""
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x02\x80\0\0\x01\xe0\x08\x02\0\0\0" + b"\0" * 100


def test_whatever_an_article_says_is_explained(blog):
    """A picture with type and size, an enclosure, former addresses, feeds, the slug, the mark, what was taken out."""
    blog.write("rich.md", RICH)
    blog.write("pic/cover.png", PNG)
    found = rows(blog.run("preview", "posts/rich.md"))
    assert found["url"] == "https://ann.example/very-rich/  the source's 'link' template, slug: front matter, line 3"
    assert found["aliases"] == "https://ann.example/old/rich.html  front matter, line 4"
    assert found["feeds"] == "feed  front matter, line 5"
    assert found["enclosures"].startswith("https://ann.example/very-rich/talk.mp3 (audio/mpeg, 12,345 bytes)  front")
    assert found["expires"].endswith("line 9")
    assert found["summary"] == "Before the mark.  what stands before the more mark"
    assert found["image"].startswith("https://ann.example/")
    assert found["image"].endswith("pic/cover.png (image/png, 640x480, 129 bytes)  front matter, line 6")
    assert found["removed"].startswith("script")
    fields = blog.json("preview", "posts/rich.md")["data"]["fields"]
    assert list(fields["image"]["value"]) == ["url", "type", "length", "width", "height"]


def test_a_sidecar_is_named(blog):
    """What a file beside the article says has that file's name and line."""
    blog.write("deep/third.md", "Just text.")
    blog.write("deep/third.yaml", "tags: [x]\ntitle: From beside\n")
    fields = blog.json("preview", "posts/deep/third.md")["data"]["fields"]
    stated = {"value": "From beside", "rule": "sidecar third.yaml", "file": "deep/third.yaml", "line": 2}
    assert fields["title"] == stated


def test_an_id_that_a_person_gave_says_so(blog):
    """Stated, pinned or kept: each has its reason."""
    blog.run("build")
    blog.run("id", "pin", "posts/hello.md", "urn:1")
    assert rows(blog.run("preview", "posts/hello.md"))["id"].startswith("urn:1  remembered: pinned by a person, 20")
    blog.write("hello.md", ARTICLE.replace("title:", "id: urn:2\ntitle:"))
    assert rows(blog.run("preview", "posts/hello.md"))["id"] == "urn:2  front matter, line 2"


def test_the_json_has_a_stable_shape(blog):
    """The fields of the table in the docs, each with value, rule and line."""
    data = blog.json("preview", "posts/hello.md")["data"]
    assert list(data) == ["file", "feeds", "visible", "hidden", "fields", "content_html"]
    assert (data["file"], data["feeds"], data["visible"], data["hidden"]) == ("hello.md", ["feed"], True, None)
    assert list(data["fields"]) == FIELDS
    assert data["fields"]["title"] == {
        "value": "Hello again",
        "rule": "front matter",
        "file": "hello.md",
        "line": 2,
    }
    assert data["fields"]["updated"]["file"] is None
    assert data["content_html"] == "<p>It has been a <em>while</em>. </p>"


@pytest.mark.parametrize("content", ["full", "summary"])
def test_the_bytes_are_those_of_the_feed(tmp_path, content):
    """--as prints exactly what stands in the published document, in every format, also of a feed with summaries."""
    blog = Blog(tmp_path / "blog", MINIMAL + f"feeds: [{{path: feed, content: {content}}}]\n")
    blog.write("hello.md", ARTICLE)
    blog.write("other.md", "# Other é\n\nText.")
    blog.run("build")
    for form, document in (("rss", "feed.xml"), ("atom", "feed.atom"), ("json", "feed.json")):
        done = blog.run("preview", "posts/hello.md", "--as", form)
        item = os.fsencode(done.stdout)
        assert (done.returncode, done.stderr) == (0, "")
        assert b"Hello again" in item
        assert item in (blog.public / document).read_bytes()


@pytest.mark.parametrize(
    ("line", "hidden"),
    [
        ("draft: true", "a draft"),
        ("date: 2999-01-01", "kept back until 2999-01-01T00:00:00Z"),
        ("expires: 2001-01-01", "expired at 2001-01-01T00:00:00Z"),
    ],
)
def test_what_readers_do_not_see_says_why(blog, line, hidden):
    """A draft, an embargo and an expired article are in no feed now, and the reason is told."""
    blog.write("hidden.md", f"---\ntitle: Hidden\n{line}\n---\n\nText.")
    assert rows(blog.run("preview", "posts/hidden.md"))["in feeds"] == f"none now ({hidden}); else feed"
    data = blog.json("preview", "posts/hidden.md")["data"]
    assert (data["visible"], data["hidden"]) == (False, hidden)


def test_a_file_without_settings_needs_only_a_site(tmp_path):
    """--url stands for the settings file; nothing is written beside the article."""
    file = tmp_path / "lone" / "hello.md"
    file.parent.mkdir()
    file.write_text(ARTICLE)
    before = tree(file.parent)
    done = feedd("preview", "lone/hello.md", "--url", "https://bob.example", cwd=tmp_path)
    assert rows(done)["url"].startswith("https://bob.example/hello/")
    item = feedd("preview", "lone/hello.md", "--url", "https://bob.example", "--as", "json", cwd=tmp_path)
    assert json.loads(item.stdout)["url"] == "https://bob.example/hello/"
    assert tree(file.parent) == before
    bad = feedd("preview", "lone/hello.md", "--url", "bob", cwd=tmp_path)
    assert (bad.returncode, bad.stderr.count("-->")) == (78, 1)


def test_a_broken_file_shows_where(blog):
    """Exit code 1, the place as it was typed, and the line itself; in JSON the same."""
    blog.write("bad.md", "---\ntitle: [oops\n---\n\nText.")
    done = blog.run("preview", "bad.md", "-c", "../feedd.yaml", cwd=blog.posts)
    assert (done.returncode, done.stdout) == (1, "")
    assert "--> bad.md:2:8\n    |\n  2 | title: [oops\n" in done.stderr
    envelope = blog.json("preview", "posts/bad.md", code=1)
    assert (envelope["data"], envelope["messages"][0]["line"]) == (None, 2)


def test_what_is_no_article(blog):
    """A folder, a missing file, another suffix, an ignored name, a FIFO, a file elsewhere: each its own message."""
    blog.write("notes.xyz", "x")
    blog.write(".hidden.md", "# X")
    os.mkfifo(blog.posts / "pipe.md")
    (blog.folder / "elsewhere.md").write_text("# X")
    for name, code, said in [
        ("posts", 2, "is a folder"),
        ("posts/none.md", 2, "there is no file"),
        ("posts/notes.xyz", 1, "articles end in"),
        ("posts/.hidden.md", 1, "ignored"),
        ("posts/pipe.md", 1, "named pipe"),
        ("elsewhere.md", 2, "none of the watched folders"),
    ]:
        done = blog.run("preview", name)
        assert (done.returncode, done.stdout) == (code, "")
        assert said in done.stderr
    assert blog.run("preview", "posts/hello.md", "--as", "rss", "--json").returncode == 2
