"""What `feedd init` knows about a folder, and the settings it proposes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from feedd import discover, generators, settings
from feedd.discover import FORMATS, Discovery, describe, look, omissions, starter
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
        ("Hugo", "content/posts", "public", 2, 1, "https://ann.example", "Ann writes", "hugo"),
    ),
    "hugo without a posts folder": (
        {"config.toml": 'baseURL = ""\n', "content/a.md": POST},
        ("Hugo", "content", "public", 1, 0, None, None, "hugo"),
    ),
    "zola": (
        {"config.toml": 'base_url = "https://z.example"\n', "content/blog/a.md": POST},
        ("Zola", "content/blog", "public", 1, 0, "https://z.example", None, "zola"),
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
            "jekyll",
        ),
    ),
    "pelican": (
        {
            "pelicanconf.py": "SITEURL = 'https://p.example'\nSITENAME = 'P'\n",
            "content/a.md": "Title: A\nStatus: draft\n",
        },
        ("Pelican", "content", "output", 1, 1, "https://p.example", "P", "pelican"),
    ),
    "mkdocs": (
        {"mkdocs.yml": "site_name: M\nsite_url: https://m.example/docs/\nx: !!python/name:y\n", "docs/a.md": "# A"},
        ("MkDocs", "docs", "site", 1, 0, "https://m.example/docs", "M", "mkdocs"),
    ),
    "astro": (
        {
            "astro.config.mjs": "export default defineConfig({\n  site: 'https://a.example',\n});",
            "src/content/blog/a.md": POST,
        },
        ("Astro", "src/content/blog", "dist", 1, 0, "https://a.example", None, "astro"),
    ),
    "eleventy": (
        {"eleventy.config.js": "x", "content/blog/a.md": POST, "CNAME": "ann.example\n"},
        ("Eleventy", "content/blog", "_site", 1, 0, "https://ann.example", None, "eleventy"),
    ),
    "an address that is only an example": (
        {"hugo.toml": "baseURL = 'https://example.org/'\n", "content/a.md": POST},
        ("Hugo", "content", "public", 1, 0, None, None, "hugo"),
    ),
    "hugo in several languages": (
        {
            "config/_default/hugo.toml": "baseURL = 'https://h.example'\ndefaultContentLanguage = 'en'\n",
            "config/_default/languages.en.toml": "contentDir = 'content/en'\n",
            "content/en/post/a.md": POST,
            "content/en/about.md": POST,
        },
        ("Hugo", "content/en/post", "public", 1, 0, "https://h.example", None, "hugo"),
    ),
    "hugo with folders of its own": (
        {
            "hugo.toml": "baseURL = 'https://h.example'\ncontentDir = 'words'\npublishDir = 'out'\n",
            "words/news/a.md": POST,
        },
        ("Hugo", "words/news", "out", 1, 0, "https://h.example", None, "hugo"),
    ),
    "jekyll with a blog in each folder": (
        {
            "_config.yml": "url: https://j.example\n",
            "en/_posts/2026-01-02-a.md": POST,
            "de/_posts/2026-01-02-a.md": POST,
        },
        ("Jekyll", ".", "_site", 2, 0, "https://j.example", None, "jekyll"),
    ),
    "jekyll in docs": (
        {"README.md": "x", "lib/x.py": "x", "docs/_config.yml": "title: J\n", "docs/_posts/2026-01-02-a.md": POST},
        ("Jekyll", "docs/_posts", "docs/_site", 1, 0, None, "J", "jekyll"),
    ),
    "articles beside a documentation": (
        {"posts/a.md": POST, "docs/mkdocs.yml": "site_name: M\n", "docs/docs/a.md": "# A"},
        (None, "posts", "public", 1, 0, None, None, None),
    ),
    "hexo": (
        {
            "_config.yml": "title: H\nsource_dir: source\npublic_dir: public\n",
            "source/_posts/a.md": POST,
            "posts/a.md": POST,
        },
        (None, "posts", "public", 1, 0, None, None, None),
    ),
    "pelican with its address in publishconf.py": (
        {
            "pelicanconf.py": "SITEURL = ''\nSITENAME = u'P'\nPATH = 'words'\n",
            "publishconf.py": "SITEURL = 'https://p.example'\n",
            "words/a.rst": "A\n#\n\n:date: 2026-01-02\n",
        },
        ("Pelican", "words", "output", 1, 0, "https://p.example", "P", "pelican"),
    ),
    "nikola": (
        {
            "conf.py": 'BLOG_TITLE = "N"\nSITE_URL = "https://n.example/"\n'
            'POSTS = (("posts/*.md", "posts", "post.tmpl"),)\n',
            "posts/a.md": POST,
            "pages/b.md": POST,
        },
        ("Nikola", "posts", "output", 1, 0, "https://n.example", "N", "nikola"),
    ),
    "sphinx": (
        {"conf.py": 'project = "S"\n', "docs/a.rst": "A\n=\n"},
        (None, "docs", "public", 1, 0, None, None, None),
    ),
    "mkdocs with a blog": (
        {"mkdocs.yml": "site_name: M\nplugins:\n  - blog\n", "docs/index.md": "# M", "docs/blog/posts/a.md": POST},
        ("MkDocs", "docs/blog", "site", 1, 0, None, "M", "mkdocs"),
    ),
    "astro with a collection elsewhere": (
        {
            "astro.config.ts": "export default defineConfig({ site: SITE.website });",
            "src/consts.ts": "export const SITE = { website: 'https://a.example/', title: 'A' };",
            "src/content.config.ts": "const BLOG = 'words/blog';\n"
            "const blog = defineCollection({ loader: glob({ base: `./${BLOG}`, pattern: '**/*.md' }) });\n"
            "const tags = defineCollection({ loader: glob({ base: './words/tags', pattern: '**/*.md' }) });\n"
            "export const collections = { tags, blog };\n",
            "words/blog/a.md": POST,
            "words/tags/b.md": POST,
        },
        ("Astro", "words/blog", "dist", 1, 0, "https://a.example", "A", "astro"),
    ),
    "eleventy with folders of its own": (
        {
            "eleventy.config.mjs": "export default (c) => ({ dir: { input: 'pages', output: 'out' } });",
            "pages/_data/metadata.js": "export default { title: 'E', url: 'https://e.example/' };",
            "pages/posts/a.md": POST,
            "pages/index.md": POST,
        },
        ("Eleventy", "pages/posts", "out", 1, 0, "https://e.example", "E", "eleventy"),
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
        seen.preset,
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
    preset = loaded.settings.sources[0].preset
    assert (preset.name if preset else None) == seen.preset
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


def test_a_folder_of_articles_belongs_to_the_site_around_it(tmp_path: Path) -> None:
    """Whoever looks at content/posts finds its generator above; another folder of that project is none of its."""
    grow(tmp_path, {"site/hugo.toml": "baseURL = 'https://h.example'\n", "site/content/posts/a.md": POST})
    grow(
        tmp_path,
        {"site/notes/a.md": POST, "j/_config.yml": "url: https://j.example\n", "j/_posts/2026-01-02-a.md": POST},
    )
    inside = look(str(tmp_path / "site/content/posts"))
    assert (inside.preset, inside.source, inside.publish, inside.root) == ("hugo", ".", "../../public", "../..")
    text = starter(inside, "https://h.example")
    assert "ignore" not in text
    (tmp_path / "site/content/posts/feedd.yaml").write_text(text)
    loaded = settings.load(str(tmp_path / "site/content/posts/feedd.yaml"), env={})
    assert loaded.sources[0].site_root == str(tmp_path / "site")
    assert look(str(tmp_path / "site/notes")).preset is None
    assert look(str(tmp_path / "j/_posts")).preset == "jekyll"


def test_a_repository_is_not_left(tmp_path: Path) -> None:
    """What stands above the repository is somebody else's."""
    grow(
        tmp_path,
        {"hugo.toml": "baseURL = 'https://h.example'\n", "content/own/.git/HEAD": "x", "content/own/a.md": POST},
    )
    assert look(str(tmp_path / "content/own")).preset is None


def test_another_generator_nearer_to_the_articles_is_passed_over(tmp_path: Path) -> None:
    """Where the settings would find other marks first, the proposal names the generator's folder."""
    grow(tmp_path, {"mkdocs.yml": "site_name: M\n", "docs/a.md": "# A", "docs/mkdocs.yml": "site_name: other\n"})
    seen = look(str(tmp_path))
    assert seen.project == "."
    (tmp_path / "feedd.yaml").write_text(starter(seen, "https://ann.example"))
    assert settings.load(str(tmp_path / "feedd.yaml"), env={}).sources[0].site_root == str(tmp_path)


def test_what_a_preset_leaves_out_is_told(tmp_path: Path) -> None:
    """Files that are no articles to the generator are named and counted, the commonest first."""
    grow(tmp_path, {"hugo.toml": "baseURL = 'x'\n", "content/posts/a.md": POST, "content/posts/_index.md": POST})
    grow(tmp_path, {"content/posts/b/_index.md": POST, "content/posts/c.txt": "C"})
    left_out = omissions(look(str(tmp_path)))
    assert left_out is not None
    assert left_out.endswith("as Hugo has them; left out, as no articles: _index.md (2), c.txt.")
    (tmp_path / "plain").mkdir()
    assert omissions(Discovery(str(tmp_path), ".", "public")) is None


def test_settings_that_nobody_can_use_stop_no_look(tmp_path: Path) -> None:
    """A generator whose settings are broken is still recognised; `feedd check` says what is wrong."""
    grow(tmp_path, {"hugo.toml": "baseURL = 'https://h.example'\n[[[\n", "content/posts/a.md": POST})
    assert (look(str(tmp_path)).preset, look(str(tmp_path)).articles) == ("hugo", 1)
    grow(tmp_path, {"e/eleventy.config.js": "export default { dir: { input: '../x' } }", "e/posts/a.md": POST})
    assert look(str(tmp_path / "e")).preset == "eleventy"


def test_every_generator_can_be_recognised() -> None:
    """A look knows each preset that has a generator, in an order in which shared marks decide nothing."""
    assert {generator.name for generator in discover.GENERATORS} == set(generators.NAMES) - {"plain", "podcast"}
    for generator in discover.GENERATORS:
        assert set(generator.shared) <= set(generators.kind(generator.name).markers)
        assert bool(generator.shared) == bool(generator.signs)


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
