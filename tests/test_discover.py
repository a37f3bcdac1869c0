"""What `feedd init` knows about a folder, and the settings it proposes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from feedd import settings
from feedd.discover import FORMATS, Discovery, describe, look, starter
from feedd.normalizer import SUFFIXES

POST = "---\ntitle: Hello\n---\nText\n"
DRAFT = "---\ntitle: Soon\ndraft: true\n---\nText\n"


def grow(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    return root


SITES = {
    "hugo": (
        {
            "hugo.toml": "baseURL = 'https://ann.example/'\ntitle = \"Ann writes\"  # always\n[params]\ntitle = 'no'\n",
            "content/posts/a.md": "+++\ntitle = 'A'\ndraft = true\n+++\nText\n",
            "content/posts/b/index.md": POST,
            "content/about.md": POST,
            "themes/x/README.md": "x",
        },
        ("Hugo", "content/posts", "public", 2, 1, "https://ann.example", "Ann writes", "{site}/posts/{path}/"),
    ),
    "hugo without a posts folder": (
        {"config.toml": 'baseURL = ""\n', "content/a.md": POST},
        ("Hugo", "content", "public", 1, 0, None, None, None),
    ),
    "zola": (
        {"config.toml": 'base_url = "https://z.example"\n', "content/blog/a.md": POST},
        ("Zola", "content/blog", "public", 1, 0, "https://z.example", None, "{site}/blog/{path}/"),
    ),
    "a config.toml of something else": (
        {"config.toml": "x = 1\n", "posts/a.md": POST},
        (None, "posts", "public", 1, 0, None, None, None),
    ),
    "jekyll": (
        {
            "_config.yml": 'url: "https://ann.github.io" # host\nbaseurl: /blog\ntitle: >-\n  Long\n',
            "_posts/2026-01-02-hello.md": POST,
            "_posts/2026-01-03-soon.md": "---\npublished: false\n---\n",
            "docs/x.md": POST,
        },
        (
            "Jekyll",
            "_posts",
            "_site",
            2,
            1,
            "https://ann.github.io/blog",
            None,
            "{site}/{year}/{month}/{day}/{slug}.html",
        ),
    ),
    "pelican": (
        {
            "pelicanconf.py": "SITEURL = 'https://p.example'\nSITENAME = 'P'\n",
            "content/a.md": "Title: A\nStatus: draft\n",
        },
        ("Pelican", "content", "output", 1, 1, "https://p.example", "P", "{site}/{slug}.html"),
    ),
    "mkdocs": (
        {"mkdocs.yml": "site_name: M\nsite_url: https://m.example/docs/\nx: !!python/name:y\n", "docs/a.md": "# A"},
        ("MkDocs", "docs", "site", 1, 0, "https://m.example/docs", "M", None),
    ),
    "astro": (
        {
            "astro.config.mjs": "export default defineConfig({\n  site: 'https://a.example',\n});",
            "src/content/blog/a.md": POST,
        },
        ("Astro", "src/content/blog", "dist", 1, 0, "https://a.example", None, "{site}/blog/{path}/"),
    ),
    "eleventy": (
        {"eleventy.config.js": "x", "content/blog/a.md": POST, "CNAME": "ann.example\n"},
        ("Eleventy", "content/blog", "_site", 1, 0, "https://ann.example", None, "{site}/blog/{path}/"),
    ),
    "an address that is only an example": (
        {"hugo.toml": "baseURL = 'https://example.org/'\n", "content/a.md": POST},
        ("Hugo", "content", "public", 1, 0, None, None, None),
    ),
    "plain folder": (
        {"posts/a.md": POST, "posts/b.txt": "B", "posts/.hidden.md": "x", "posts/c.jpg": "x"},
        (None, "posts", "public", 2, 0, None, None, None),
    ),
    "the folder itself": (
        {
            "a.md": DRAFT,
            "2026/b.md": POST,
            "README.md": "x",
            "robots.txt": "x",
            "node_modules/p/x.md": "x",
            ".git/x.md": "x",
        },
        (None, ".", "public", 2, 1, None, None, None),
    ),
    "the folder itself with its output": (
        {"a.md": POST, "htdocs/index.html": "<p>", "output/x.md": "x", "htdocs/b.html": "<p>"},
        (None, ".", "htdocs", 2, 0, None, None, None),
    ),
    "a web root": (
        {"articles/a.html": "<p>", "site/x": "", "public_html/index.html": "<p>"},
        (None, "articles", "public_html", 1, 0, None, None, None),
    ),
    "nothing yet": ({"README.md": "x"}, (None, ".", "public", 0, 0, None, None, None)),
}


@pytest.mark.parametrize("site", SITES)
def test_a_look(site: str, tmp_path: Path) -> None:
    """Generators and plain folders are recognised by their marks: articles, output, address, title, links."""
    files, expected = SITES[site]
    seen = look(str(grow(tmp_path, files)))
    assert (
        seen.generator,
        seen.source,
        seen.publish,
        seen.articles,
        seen.drafts,
        seen.site_url,
        seen.title,
        seen.link,
    ) == expected


@pytest.mark.parametrize("site", SITES)
def test_the_proposal_loads_without_a_warning(site: str, tmp_path: Path) -> None:
    """What `init` writes is read back as what was found; nothing in it needs an apology."""
    seen = look(str(grow(tmp_path, SITES[site][0])))
    (tmp_path / "feedd.yaml").write_text(starter(seen, "https://ann.example"), "utf-8")
    loaded = settings.read(str(tmp_path / "feedd.yaml"), env={})
    assert loaded.warnings == ()
    assert loaded.settings.site.title == (seen.title or "ann.example")
    assert loaded.settings.sources[0].path == os.path.normpath(tmp_path / seen.source)
    assert loaded.settings.sources[0].link == (seen.link or "{site}/{path}/")
    assert [target.path for target in loaded.settings.targets] == [str(tmp_path / seen.publish)]


@pytest.mark.parametrize(
    "title",
    [
        "Ann's: notes #1",
        'say "hi"',
        "${HOME}",
        "true",
        "2026",
        "1.10",
        "- x",
        "naïve ☃ 🎈",
        "a: b",
        "x:",
        "~",
        "null",
        "{a}",
        "tab\there",
    ],
)
def test_titles_survive_the_settings_file(title: str, tmp_path: Path) -> None:
    """Whatever a generator's title holds, feedd.yaml says the same."""
    (tmp_path / "posts").mkdir()
    text = starter(Discovery(str(tmp_path), "posts", "public", title=title), "https://ann.example")
    (tmp_path / "feedd.yaml").write_text(text, "utf-8")
    assert settings.load(str(tmp_path / "feedd.yaml"), env={"HOME": "/x"}).site.title == title


def test_the_smallest_proposal_is_three_lines(tmp_path: Path) -> None:
    """A plain folder gives the settings of the README; an editor's line only where a schema is at hand."""
    grow(tmp_path, {"posts/a.md": POST})
    seen = look(str(tmp_path))
    plain = "site: https://ann.example\nsource: posts\npublish: public\n"
    assert starter(seen, "https://ann.example") == plain
    assert starter(seen, "https://ann.example", schema="s.json") == f"# yaml-language-server: $schema=s.json\n{plain}"


def test_a_generator_that_empties_its_output_is_told_about(tmp_path: Path) -> None:
    """Whoever publishes into _site/ learns how to keep the feeds there."""
    grow(tmp_path, {"_config.yml": "title: T", "_posts/a.md": POST})
    assert "# jekyll build empties _site/: add keep_files:" in starter(look(str(tmp_path)), "https://a.example")


def test_a_look_is_told_in_one_line(tmp_path: Path) -> None:
    """Counts by format, the place, the generator, the drafts."""
    grow(
        tmp_path,
        {"hugo.toml": "x", "content/posts/a.md": POST, "content/posts/b.md": DRAFT, "content/posts/c.html": "x"},
    )
    seen = look(str(tmp_path))
    assert describe(seen) == f"Looked at {tmp_path}: 2 Markdown and 1 HTML files in content/posts (Hugo), 1 draft."
    assert seen.front_matter == (("YAML", 2),)
    assert describe(look(str(tmp_path / "nowhere"))) == f"Looked at {tmp_path}/nowhere: no articles yet."


def test_a_look_reads_little(tmp_path: Path) -> None:
    """All names are counted, but only the first 300 articles are opened."""
    grow(tmp_path, {f"posts/{number:03}.md": DRAFT for number in range(310)})
    seen = look(str(tmp_path))
    assert (seen.articles, seen.read, seen.drafts) == (310, 300, 300)


def test_a_look_survives_what_it_meets(tmp_path: Path) -> None:
    """A FIFO, a broken link, a folder with an article's name and bytes that are no text stop nothing."""
    (tmp_path / "posts/folder.md").mkdir(parents=True)
    os.mkfifo(tmp_path / "posts/fifo.md")
    (tmp_path / "posts/gone.md").symlink_to("nowhere")
    (tmp_path / "posts/bytes.md").write_bytes(b"\xff\xfe\x00---")
    (tmp_path / "CNAME").write_bytes(b"\xff")
    assert look(str(tmp_path)).source == "posts"


def test_formats_are_those_the_normalizer_reads() -> None:
    """What a look counts as an article is what a build will read."""
    assert {suffix for suffixes in FORMATS.values() for suffix in suffixes} == set(SUFFIXES)
