"""MkDocs and Material's blog: a small odd site, and what MkDocs 1.6.1 with Material 9.8.1 itself says of each page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from feedd.generators import GeneratorError, kind
from feedd.normalizer.normalize import Reading
from tests.support.scratch_site import URL, ScratchSite, build

BLOG = """\
site_name: Ann
site_url: https://ann.example/
theme: {name: material, language: en}
markdown_extensions:
  - admonition
  - toc: {permalink: true}
  - pymdownx.emoji:
      emoji_index: !!python/name:material.extensions.emoji.twemoji
plugins:
  - search
  - blog:
      post_url_max_categories: 2
      post_url_format: "{categories}/{date}/{slug}"
      post_url_date_format: yyyy/MM/dd
      post_excerpt_separator: <!-- cut -->
      archive: false
      categories: false
nav:
  - Start: index.md
extra:
  version: !ENV [VERSION, "1"]
"""
AUTHORS = """\
authors:
  ann:
    name: Ann Lee
    description: Editor
    avatar: https://ann.example/a.png
    url: https://ann.example/about/
  bob:
    name: Bob Ray
    description: Writer
    avatar: https://ann.example/b.png
"""


def _post(head: str, text: str = "Some text.") -> str:
    return f"---\n{head}---\n\n{text}\n"


POSTS: dict[str, str] = {
    "plain.md": _post("date: 2024-01-31\n", "# A plain post\n\nText."),
    "titled.md": _post("title: From the head\ndate: 2024-02-01\n", "# Another heading\n\nText."),
    "heading.md": _post("date: 2024-02-02\n", "# It *has* `code` & more!\n\nText."),
    "no_title-at_all.md": _post("date: 2024-02-03\n"),
    "CamelCase-Name.md": _post("date: 2024-02-04\n"),
    "late-heading.md": _post("date: 2024-02-05\n", "First a paragraph.\n\n# Then a heading"),
    "slug.md": _post("title: Not this\nslug: but-this\ndate: 2024-02-06\n"),
    "clock.md": _post("title: With a clock\ndate: 2024-02-07 23:30:00\n"),
    "zone.md": _post("title: With a zone\ndate: 2024-02-08T23:30:00-05:00\n"),
    "both.md": _post("title: Two dates\ndate:\n  created: 2024-02-09\n  updated: 2024-03-01 10:00:00\n"),
    "category.md": _post("title: One category\ndate: 2024-02-10\ncategories: [Field Notes]\n"),
    "categories.md": _post("title: Three categories\ndate: 2024-02-11\ncategories: [B, A b, C]\n"),
    "again.md": _post("title: The same category\ndate: 2024-02-12\ncategories:\n  - X\n  - X\n  - Y\n"),
    "authors.md": _post("title: Two authors\ndate: 2024-02-13\nauthors: [bob, ann]\n"),
    "draft.md": _post("title: Not yet\ndate: 2024-02-14\ndraft: true\n"),
    "no-draft.md": _post("title: No draft\ndate: 2024-02-15\ndraft: false\n"),
    "future.md": _post("title: To come\ndate: 2090-02-16\n"),
    "tagged.md": _post("title: Tagged\ndate: 2024-02-17\ntags: [one, two words]\n"),
    "umlaut.md": _post("title: Größe & Maße – ein Überblick\ndate: 2024-02-18\n"),
    "chinese.md": _post("title: 你好 世界\ndate: 2024-02-19\n"),
    "punctuation.md": _post('title: "C++ / C# (2024): what’s new?"\ndate: 2024-02-20\n'),
    "html.md": _post("title: A <em>b</em> c\ndate: 2024-02-21\n"),
    "spaces.md": _post('title: "  Many   blanks  "\ndate: 2024-02-22\n'),
    "deep/er/nested.md": _post("title: Nested\ndate: 2024-02-23\n"),
    "folder/index.md": _post("title: A bundle\ndate: 2024-02-24\n"),
    "readme/README.md": _post("title: A readme\ndate: 2024-02-25\n"),
    "colon.md": _post('title: "Colon: after"\ndate: 2024-02-27\ncategories: ["a/b"]\n'),
    "underscore.md": _post("title: snake_case stays\ndate: 2024-02-28\n"),
    "quoted.md": _post("title: 'It''s quoted'\ndate: 2024-02-29\n"),
    "emoji.md": _post("title: Party 🎉 time\ndate: 2024-03-01\n"),
    "setext.md": _post("date: 2024-03-02\n", "Underlined\n==========\n\nText."),
    "links.md": _post(
        "title: Links\ndate: 2024-03-03\n",
        "[post](plain.md#part) [page](../../guide.md) [deep](deep/er/nested.md)\n\n![a](img/a.png) [web](https://x.example)"
        "\n\n<!-- cut -->\n\n[TOC]\n\nThe rest.",
    ),
    "old.md": _post("title: Long ago\ndate: 1999-12-31\n"),
}
PIXEL = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\x9cc\xfa\xcf\0\0\0\x02\0"
    b"\x01\xe2!\xbc3\0\0\0\0IEND\xaeB`\x82"
)
SITE: dict[str, str | bytes] = {
    "mkdocs.yml": BLOG,
    "docs/blog/.authors.yml": AUTHORS,
    "docs/index.md": "# Hello\n",
    "docs/guide.md": "# Guide\n",
    "docs/blog/index.md": "# Blog\n",
    "docs/blog/posts/img/a.png": PIXEL,
    **{f"docs/blog/posts/{path}": text for path, text in POSTS.items()},
}

PLAIN = """\
site_name: Ann
site_url: https://ann.example/sub/
use_directory_urls: false
nav:
  - index.md
  - The guide: guide.md
  - Section:
      - Named here: a/named.md
      - a/unnamed.md
exclude_docs: |
  /secret.md
  drafts/
  !drafts/keep.md
draft_docs: |
  *.draft.md
"""
PAGES: dict[str, str] = {
    "index.md": "# Welcome\n\nText.",
    "guide.md": "# Guide of old\n\nText.",
    "a/README.md": "# About a\n\nText.",
    "a/named.md": "Text without a heading.",
    "a/unnamed.md": "Text without a heading.",
    "a/head.md": "---\ntitle: From the head\n---\n\nText.",
    "b/index.md": "Text without a heading.",
    "b/UPPER.md": "Text.",
    "b/mixed_Case-name.md": "Text.",
    "b/multi.md": "Title: In a plain head\nSummary: Short.\n\nText.",
    "b/page.markdown": "# Other suffix\n",
    "b/sub folder/ä.md": "# Umlaut\n",
    "secret.md": "# Secret\n",
    "drafts/a.md": "# Draft\n",
    "b/not.draft.md": "# Draft too\n",
    "templates/x.md": "# Template\n",
}
DOCS: dict[str, str | bytes] = {
    "mkdocs.yml": PLAIN,
    "docs/page.html": "<h1>Static</h1>",
    "docs/notes.txt": "No page.",
    **{f"docs/{path}": text for path, text in PAGES.items()},
}

# Recorded: path: (address, title, date in UTC, categories, tags, authors)
RECORDED: dict[str, tuple[Any, ...]] = {
    "blog/posts/CamelCase-Name.md": (
        "/blog/2024/02/04/camelcase-name/",
        "CamelCase Name",
        "2024-02-04 00:00:00",
        (),
        (),
        (),
    ),
    "blog/posts/again.md": (
        "/blog/x/y/2024/02/12/the-same-category/",
        "The same category",
        "2024-02-12 00:00:00",
        ("X", "Y"),
        (),
        (),
    ),
    "blog/posts/authors.md": (
        "/blog/2024/02/13/two-authors/",
        "Two authors",
        "2024-02-13 00:00:00",
        (),
        (),
        ("Bob Ray", "Ann Lee"),
    ),
    "blog/posts/both.md": ("/blog/2024/02/09/two-dates/", "Two dates", "2024-02-09 00:00:00", (), (), ()),
    "blog/posts/categories.md": (
        "/blog/b/a-b/2024/02/11/three-categories/",
        "Three categories",
        "2024-02-11 00:00:00",
        ("B", "A b", "C"),
        (),
        (),
    ),
    "blog/posts/category.md": (
        "/blog/field-notes/2024/02/10/one-category/",
        "One category",
        "2024-02-10 00:00:00",
        ("Field Notes",),
        (),
        (),
    ),
    "blog/posts/chinese.md": (
        "/blog/2024/02/19/%E4%BD%A0%E5%A5%BD-%E4%B8%96%E7%95%8C/",
        "你好 世界",
        "2024-02-19 00:00:00",
        (),
        (),
        (),
    ),
    "blog/posts/clock.md": ("/blog/2024/02/07/with-a-clock/", "With a clock", "2024-02-07 23:30:00", (), (), ()),
    "blog/posts/colon.md": (
        "/blog/ab/2024/02/27/colon-after/",
        "Colon: after",
        "2024-02-27 00:00:00",
        ("a/b",),
        (),
        (),
    ),
    "blog/posts/deep/er/nested.md": ("/blog/2024/02/23/nested/", "Nested", "2024-02-23 00:00:00", (), (), ()),
    "blog/posts/emoji.md": ("/blog/2024/03/01/party--time/", "Party 🎉 time", "2024-03-01 00:00:00", (), (), ()),
    "blog/posts/folder/index.md": ("/blog/2024/02/24/a-bundle/", "A bundle", "2024-02-24 00:00:00", (), (), ()),
    "blog/posts/future.md": ("/blog/2090/02/16/to-come/", "To come", "2090-02-16 00:00:00", (), (), ()),
    "blog/posts/heading.md": (
        "/blog/2024/02/02/it-has-code--more/",
        "It has code & more!",
        "2024-02-02 00:00:00",
        (),
        (),
        (),
    ),
    "blog/posts/html.md": ("/blog/2024/02/21/a-b-c/", "A <em>b</em> c", "2024-02-21 00:00:00", (), (), ()),
    "blog/posts/late-heading.md": ("/blog/2024/02/05/late-heading/", "Late heading", "2024-02-05 00:00:00", (), (), ()),
    "blog/posts/links.md": ("/blog/2024/03/03/links/", "Links", "2024-03-03 00:00:00", (), (), ()),
    "blog/posts/no-draft.md": ("/blog/2024/02/15/no-draft/", "No draft", "2024-02-15 00:00:00", (), (), ()),
    "blog/posts/no_title-at_all.md": (
        "/blog/2024/02/03/no-title-at-all/",
        "No title at all",
        "2024-02-03 00:00:00",
        (),
        (),
        (),
    ),
    "blog/posts/old.md": ("/blog/1999/12/31/long-ago/", "Long ago", "1999-12-31 00:00:00", (), (), ()),
    "blog/posts/plain.md": ("/blog/2024/01/31/a-plain-post/", "A plain post", "2024-01-31 00:00:00", (), (), ()),
    "blog/posts/punctuation.md": (
        "/blog/2024/02/20/c--c-2024-whats-new/",
        "C++ / C# (2024): what’s new?",
        "2024-02-20 00:00:00",
        (),
        (),
        (),
    ),
    "blog/posts/quoted.md": ("/blog/2024/02/29/its-quoted/", "It's quoted", "2024-02-29 00:00:00", (), (), ()),
    "blog/posts/readme/README.md": ("/blog/2024/02/25/a-readme/", "A readme", "2024-02-25 00:00:00", (), (), ()),
    "blog/posts/setext.md": ("/blog/2024/03/02/setext/", "Underlined", "2024-03-02 00:00:00", (), (), ()),
    "blog/posts/slug.md": ("/blog/2024/02/06/but-this/", "Not this", "2024-02-06 00:00:00", (), (), ()),
    "blog/posts/spaces.md": ("/blog/2024/02/22/many---blanks/", "Many blanks", "2024-02-22 00:00:00", (), (), ()),
    "blog/posts/tagged.md": ("/blog/2024/02/17/tagged/", "Tagged", "2024-02-17 00:00:00", (), ("one", "two words"), ()),
    "blog/posts/titled.md": ("/blog/2024/02/01/from-the-head/", "From the head", "2024-02-01 00:00:00", (), (), ()),
    "blog/posts/umlaut.md": (
        "/blog/2024/02/18/gr%C3%B6%C3%9Fe--ma%C3%9Fe--ein-%C3%BCberblick/",
        "Größe & Maße – ein Überblick",
        "2024-02-18 00:00:00",
        (),
        (),
        (),
    ),
    "blog/posts/underscore.md": (
        "/blog/2024/02/28/snake_case-stays/",
        "snake_case stays",
        "2024-02-28 00:00:00",
        (),
        (),
        (),
    ),
    "blog/posts/zone.md": ("/blog/2024/02/08/with-a-zone/", "With a zone", "2024-02-09 04:30:00", (), (), ()),
}


RECORDED_PAGES: dict[str, tuple[Any, ...]] = {
    "a/README.md": ("/a/index.html", "About a"),
    "a/head.md": ("/a/head.html", "From the head"),
    "a/named.md": ("/a/named.html", "Named here"),
    "a/unnamed.md": ("/a/unnamed.html", "Unnamed"),
    "b/UPPER.md": ("/b/UPPER.html", "UPPER"),
    "b/index.md": ("/b/index.html", "Index"),
    "b/mixed_Case-name.md": ("/b/mixed_Case-name.html", "mixed Case name"),
    "b/multi.md": ("/b/multi.html", "In a plain head"),
    "b/page.markdown": ("/b/page.html", "Other suffix"),
    "b/sub folder/ä.md": ("/b/sub%20folder/%C3%A4.html", "Umlaut"),
    "guide.md": ("/guide.html", "The guide"),
    "index.md": ("/index.html", "Welcome"),
}


@pytest.fixture(scope="module")
def blog(tmp_path_factory: pytest.TempPathFactory) -> ScratchSite:
    return build(tmp_path_factory.mktemp("blog"), "mkdocs", SITE, "docs")


# MkDocs makes a post's slug from its Markdown before it is read, and does not see an underlined heading then.
DIFFERENT = {"blog/posts/setext.md": "/blog/2024/03/02/underlined/"}


@pytest.mark.parametrize("path", sorted(RECORDED))
def test_as_material_has_it(blog: ScratchSite, path: str) -> None:
    """Address, title, date, labels and authors are those of Material's blog."""
    entry = blog.entry(path)
    found = (
        entry.url.removeprefix(URL),
        entry.title,
        f"{entry.published:%Y-%m-%d %H:%M:%S}",
        entry.categories,
        entry.tags,
        tuple(author.name for author in entry.authors),
    )
    expected = RECORDED[path]
    assert found == (DIFFERENT.get(path, expected[0]), *expected[1:])
    assert not entry.draft


def test_which_files_are_posts(blog: ScratchSite) -> None:
    """The pages beside the blog are no articles, and a draft is one."""
    assert set(blog.readings) == RECORDED.keys() | {"blog/posts/draft.md"}
    assert blog.entry("blog/posts/draft.md").draft
    assert blog.warnings == ()


def test_posts_and_their_details(blog: ScratchSite) -> None:
    """Two dates, an author's page, a future date, and where each comes from."""
    both = blog.entry("blog/posts/both.md")
    assert f"{both.updated:%Y-%m-%d %H:%M}" == "2024-03-01 10:00"
    assert blog.problems("blog/posts/both.md") == []
    assert blog.entry("blog/posts/authors.md").authors[1].uri == "https://ann.example/about/"
    assert blog.entry("blog/posts/future.md").publish_at is None
    rules = blog.rules("blog/posts/both.md")
    assert (rules["date"], rules["updated"]) == ("front matter, created, ISO 8601", "front matter, updated, ISO 8601")


def test_links_of_posts(blog: ScratchSite) -> None:
    """Addresses are relative to the file; a post's assets are published without the folder of the posts."""
    entry = blog.entry("blog/posts/links.md")
    assert dict(entry.references) == {
        "plain.md#part": f"{URL}/blog/2024/01/31/a-plain-post/#part",
        "../../guide.md": f"{URL}/guide/",
        "deep/er/nested.md": f"{URL}/blog/2024/02/23/nested/",
        "img/a.png": f"{URL}/blog/img/a.png",
    }
    assert "<!-- more -->" in entry.body and "[TOC]" not in entry.body


def test_the_posts_alone(tmp_path: Path) -> None:
    """The same from the folder of the posts."""
    site = build(tmp_path, "mkdocs", SITE, "docs/blog/posts")
    assert {path: site.entry(path).url for path in site.readings if path != "draft.md"} == {
        path.removeprefix("blog/posts/"): URL + DIFFERENT.get(path, RECORDED[path][0]) for path in RECORDED
    }
    assert dict(site.entry("links.md").references)["../../guide.md"] == f"{URL}/guide/"


def test_as_mkdocs_has_it(tmp_path: Path) -> None:
    """Without a blog every page is an article: titles and addresses are MkDocs' own."""
    site = build(tmp_path, "mkdocs", DOCS, "docs")
    assert {path: (site.entry(path).url.removeprefix(URL), site.entry(path).title) for path in site.readings} == (
        RECORDED_PAGES
    )


def test_a_heading_that_the_navigation_renames(tmp_path: Path) -> None:
    """It stays in the text."""
    site = build(tmp_path, "mkdocs", DOCS, "docs")
    assert site.entry("guide.md").body == "# Guide of old\n\nText."
    assert site.entry("index.md").body == "Text."


def _alone(tmp_path: Path, conf: str, post: str = "date: 2024-01-31\ntitle: A B\n") -> ScratchSite:
    return build(tmp_path, "mkdocs", {"mkdocs.yml": conf, "docs/blog/posts/a.md": _post(post)}, "docs/blog/posts")


@pytest.mark.parametrize(
    ("conf", "url"),
    [
        ("plugins: [blog]", "/blog/2024/01/31/a-b/"),
        ("plugins: [material/blog]\nuse_directory_urls: false", "/blog/2024/01/31/a-b.html"),
        ("plugins: {blog: {post_url_format: '{file}'}}", "/blog/a/"),
        ("plugins: {blog: {post_url_date_format: 'y-M-d', post_url_format: '{date}-{slug}'}}", "/blog/2024-1-31-a-b/"),
        ("plugins: {blog: {post_url_date_format: \"MMM 'of' y\", post_url_format: '{date}'}}", "/blog/Jan%20of%202024/"),  # noqa: E501
        ("plugins: {blog: {post_slugify_separator: _}}", "/blog/2024/01/31/a_b/"),
        ("plugins:\n  - blog:\n      post_slugify: !!python/object/apply:pymdownx.slugs.slugify {kwds: {case: none}}",
         "/blog/2024/01/31/A-B/"),
        ("INHERIT: base.yml\nplugins: [blog]", "/blog/2024/01/31/a-b/"),
    ],
)  # fmt: skip
def test_addresses(tmp_path: Path, conf: str, url: str) -> None:
    """The settings that make addresses."""
    assert _alone(tmp_path, conf).entry("a.md").url == URL + url


def test_a_blog_that_is_the_whole_site(tmp_path: Path) -> None:
    """blog_dir "." and posts beside it."""
    files: dict[str, str | bytes] = {
        "mkdocs.yml": "plugins: {blog: {blog_dir: ., post_url_format: '{slug}'}}",
        "docs/posts/a.md": _post("date: 2024-01-31\ntitle: A B\n"),
        "docs/index.md": "# Blog",
    }
    site = build(tmp_path, "mkdocs", files, "docs")
    assert {path: site.entry(path).url for path in site.readings} == {"posts/a.md": f"{URL}/a-b/"}


def test_a_future_date_with_the_setting(tmp_path: Path) -> None:
    """draft_if_future_date keeps a post back that does not say `draft`."""
    conf = "plugins: {blog: {draft_if_future_date: true}}"
    kept = _alone(tmp_path / "a", conf, "date: 2090-01-31\ntitle: T\n").entry("a.md")
    shown = _alone(tmp_path / "b", conf, "date: 2090-01-31\ntitle: T\ndraft: false\n").entry("a.md")
    assert (kept.publish_at is None, shown.publish_at is None) == (False, True)


def test_snippets(tmp_path: Path) -> None:
    """pymdownx.snippets takes a file in; one that is not there is named."""
    files: dict[str, str | bytes] = {
        "mkdocs.yml": "markdown_extensions: [{pymdownx.snippets: {base_path: [inc]}}]",
        "docs/a.md": '# A\n\n--8<-- "one.md"\n\n```\n  --8<-- "one.md"\n```\n\n--8<-- "none.md"\n\nEnd.',
        "inc/one.md": "Line 1\nLine 2\n",
    }
    site = build(tmp_path, "mkdocs", files, "docs")
    reading = site.readings["a.md"]
    assert isinstance(reading, Reading)
    assert site.entry("a.md").body == "Line 1\nLine 2\n\n```\n  Line 1\n  Line 2\n```\n\n\n\nEnd."
    assert reading.removed == ("snippet none.md",)


def test_settings_with_tags_of_yaml(tmp_path: Path) -> None:
    """Tags that name programs are passed over; a function that makes slugs is named, if it is another one."""
    conf = (
        "site_name: !ENV [NAME, Ann]\nextra: {a: !relative x, b: [!!python/name:os.path.join ]}\n"
        "plugins:\n  - blog:\n      post_slugify: !!python/name:my.slugs\n"
        "exclude_docs: |\n  !kept.md\n  !!python\n"
    )
    site = _alone(tmp_path, conf)
    assert [text.partition("mkdocs.yml: ")[2] for text in site.warnings] == [
        "post_slugify is a function that feedd does not know - Material's own is used"
    ]
    assert site.entry("a.md").url == f"{URL}/blog/2024/01/31/a-b/"


def test_settings_that_are_no_yaml() -> None:
    """An error stops the preset, with its line."""
    with pytest.raises(GeneratorError) as caught:
        kind("mkdocs").make({"mkdocs.yml": "site_name: a\nplugins: [blog\n"}, "docs")
    assert (caught.value.path, caught.value.line) == ("mkdocs.yml", 2)


def test_nothing_that_a_file_holds_stops_it(tmp_path: Path) -> None:
    """Heads with odd values become entries or messages."""
    odd = ["date: [1]", "date: {created: [1]}", "date: {updated: 2024-01-01}", "date: soon", "categories: {a: b}",
           "categories: text", "authors: {a: b}", "authors: ann", "slug: [s]", "draft: maybe", "title: [t]", "title: 7",
           "tags: {a: b}"]  # fmt: skip
    files: dict[str, str | bytes] = {
        f"docs/blog/posts/{number}.md": _post(f"{'' if line.startswith('date') else 'date: 2024-01-31'}\n{line}\n")
        for number, line in enumerate(odd)
    }
    site = build(tmp_path, "mkdocs", {"mkdocs.yml": "plugins: [blog]\nnav: {a: [b, {c: [d]}]}", **files}, "docs")
    assert len(site.readings) == len(odd)
    assert all(isinstance(each, Reading) for each in site.readings.values())
