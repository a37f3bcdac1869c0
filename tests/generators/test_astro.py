"""Astro: collections whose addresses Astro 5.18 itself gave, and what else is known."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given

from feedd.generators import kind
from feedd.generators.astro import github_slug
from tests.support.any_matter import matters, meet
from tests.support.scratch_site import URL, build

PIXEL = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\x9cc\xfa\xcf\0\0\0\x02\0"
    b"\x01\xe2!\xbc3\0\0\0\0IEND\xaeB`\x82"
)
CONTENT = """
import { glob } from 'astro/loaders';
const NOTES = 'src/data/notes';
const schema = ({ image }) => z.object({ title: z.string(), hero: image().optional() });
const blog = defineCollection({ loader: glob({ base: './src/content/blog', pattern: '**/*.{md,mdx}' }), schema });
const notes = defineCollection({ loader: glob({ pattern: '**/[^_]*.md', base: `./${NOTES}` }) });
const docs = defineCollection({ loader: glob({ base: './src/content/docs', pattern: '**/*.md' }) });
const talks = defineCollection({ loader: glob({ base: './src/content/talks', pattern: '**/*.md' }) });
export const collections = { blog, notes, docs, talks };
"""


def post(head: str = "title: A", text: str = "Text.") -> str:
    return f"---\n{head}\n---\n{text}\n"


def shows(collection: str) -> str:
    return (
        f"---\nexport async function getStaticPaths() {{ const all = await getCollection('{collection}'); }}\n"
        "const { Content } = await render(post);\n---\n<Content />\n"
    )


PROJECT: dict[str, str | bytes] = {
    "astro.config.mjs": "export default defineConfig({ site: 'https://ann.example' });",
    "src/content.config.ts": CONTENT,
    "src/pages/blog/[...slug].astro": shows("blog"),
    "src/pages/blog/[page].astro": "---\nconst all = await getCollection('blog');\n---\n",
    "src/pages/tags/[tag].astro": "---\nconst all = await getCollection('blog');\n---\n<p>x</p>\n",
    "src/pages/n/[id].astro": shows("notes"),
    "src/pages/[...path].astro": shows("docs"),
    "src/pages/[lang]/t/[...slug].astro": shows("talks"),
}

# (path, front matter, address): what `astro build` wrote.
ADDRESSES = [
    ("content/blog/plain.md", "", "/blog/plain/"),
    ("content/blog/UPPER Case.md", "", "/blog/upper-case/"),
    ("content/blog/nested/deep.md", "", "/blog/nested/deep/"),
    ("content/blog/folder/index.md", "", "/blog/folder/"),
    ("content/blog/slugged.md", "slug: my-own/slug", "/blog/my-own/slug/"),
    ("content/blog/a.b,c!&d.md", "", "/blog/abcd/"),
    ("content/blog/ünï Čeština.md", "", "/blog/ünï-čeština/"),
    ("content/blog/2026-02-01-dated.md", "", "/blog/2026-02-01-dated/"),
    ("content/blog/_under.md", "", "/blog/_under/"),
    ("content/blog/日本 語.md", "", "/blog/日本-語/"),
    ("content/blog/x_y--z.md", "", "/blog/x_y--z/"),
    ("content/blog/100% true.md", "", "/blog/100-true/"),
    ("data/notes/n1.md", "", "/n/n1/"),
    ("content/docs/guide/start.md", "", "/guide/start/"),
    ("content/docs/index.md", "", "/index/"),
    ("content/talks/en/first.md", "", "/en/t/first/"),
    ("pages/pm.md", "", "/pm/"),
    ("pages/posts/index.md", "", "/posts/"),
    ("pages/posts/a.b.md", "", "/posts/a.b/"),
    ("pages/posts/UPPER Case.md", "", "/posts/UPPER Case/"),
]


def test_the_golden_site(tmp_path: Path) -> None:
    """Every entry is where Astro puts it; hidden pages, and hidden entries where the pattern says so, are none."""
    files = {f"src/{path}": post(f"title: A\n{head}") for path, head, _ in ADDRESSES}
    hidden = {"src/data/notes/_n2.md": post(), "src/pages/_hidden.md": post()}
    site = build(tmp_path, "astro", {**PROJECT, **files, **hidden}, "src")
    links = {path: unquote(site.entry(path).url).removeprefix(URL) for path in site.readings}
    assert links == {path: address for path, _, address in ADDRESSES}


def test_the_source_may_be_the_project_or_a_collection(tmp_path: Path) -> None:
    """The same article has the same address, whatever folder the settings name."""
    files = {**PROJECT, "src/content/blog/a.md": post()}
    for source, path in ((".", "src/content/blog/a.md"), ("src/content", "blog/a.md"), ("src/content/blog", "a.md")):
        assert build(tmp_path, "astro", files, source).entry(path).url == f"{URL}/blog/a/"


@pytest.mark.parametrize(
    ("settings", "address"),
    [
        ("", "/blog/a/"),
        ("trailingSlash: 'never'", "/blog/a"),
        ("trailingSlash: 'always'", "/blog/a/"),
        ("build: { format: 'file' }", "/blog/a.html"),
        ("build: { format: 'file' }, trailingSlash: 'never'", "/blog/a"),
        ("base: '/docs/'", "/docs/blog/a/"),
        ("base: BASE", "/words/blog/a/"),
    ],
)
def test_settings_that_shape_addresses(settings: str, address: str, tmp_path: Path) -> None:
    """`base`, `trailingSlash` and `build.format`."""
    config = f"const BASE = 'words';\nexport default defineConfig({{ {settings} }});"
    files = {"astro.config.ts": config, "src/content/blog/a.md": post()}
    assert build(tmp_path, "astro", files, "src/content/blog").entry("a.md").url == URL + address


@pytest.mark.parametrize(
    ("pages", "address"),
    [
        ({}, "/blog/a/"),
        ({"src/pages/posts/[slug].astro": shows("blog")}, "/posts/a/"),
        ({"src/pages/[slug].astro": shows("blog")}, "/a/"),
        ({"src/pages/[collection]/[...slug].astro": "<Content />"}, "/blog/a/"),
        ({"src/pages/blog/[...slug]/index.astro": shows("blog")}, "/blog/a/"),
        ({"src/pages/x/[tag].astro": shows("blog")}, "/blog/a/"),
        ({"src/pages/x/[slug].astro": shows("other")}, "/blog/a/"),
        ({"src/pages/[year]/[slug].astro": shows("blog")}, "/blog/a/"),
        ({"src/pages/[lang]/blog/[slug].astro": shows("blog")}, "/en/blog/a/"),
    ],
)
def test_the_page_that_shows_a_collection(pages: dict[str, str], address: str, tmp_path: Path) -> None:
    """Its name gives the address: the one that asks for the collection and renders entries; lists are none."""
    files = {"astro.config.mjs": "export default {};", "src/content/blog/a.md": post("title: A\nlang: en"), **pages}
    assert build(tmp_path, "astro", files, "src/content/blog").entry("a.md").url == URL + address


def test_starlight_stands_at_the_top(tmp_path: Path) -> None:
    """Documentation made with Starlight: src/content/docs without a folder of its own, `index` is the folder's page."""
    config = "export default defineConfig({ integrations: [starlight({ title: 'D' })] });"
    files = {"astro.config.mjs": config, "src/content/docs/guides/a.md": post(), "src/content/docs/index.md": post()}
    site = build(tmp_path, "astro", files, "src/content/docs")
    assert (site.entry("guides/a.md").url, site.entry("index.md").url) == (f"{URL}/guides/a/", f"{URL}/")


def test_dates_drafts_and_pictures(tmp_path: Path) -> None:
    """The names of Astro's templates and themes; a date to come is no embargo; a bundled picture is nobody's."""
    heads = {
        "a": "pubDate: 'Jul 08 2022'\nupdatedDate: 2023-01-02\nheroImage: /hero.png",
        "2020-01-02-b": "pubDatetime: 2022-09-23T15:22:00Z\nmodDatetime: 2023-03-04T05:06:07Z\nheroImage: ../../x.png",
        "c": "pubDate: 2099-01-01\nheroImage: '@assets/x.png'\nurl: /x/\nlink: https://x.example/",
        "d": "draft: true\nheroImage: https://x.example/d.png\ncanonicalURL: https://y.example/d/",
    }
    files: dict[str, str | bytes] = {f"src/content/blog/{name}.md": post(head) for name, head in heads.items()}
    files |= {"astro.config.mjs": "export default {};", "public/hero.png": PIXEL}
    site = build(tmp_path, "astro", files, "src/content/blog")
    entries = [site.entry(f"{name}.md") for name in heads]
    a, b, c, d = entries
    assert (f"{a.published:%F}", f"{a.updated:%F}") == ("2022-07-08", "2023-01-02")
    assert (f"{b.published:%FT%T}", f"{b.updated:%FT%T}") == ("2022-09-23T15:22:00", "2023-03-04T05:06:07")
    assert (c.publish_at, c.url, d.draft, d.url) == (None, f"{URL}/blog/c/", True, "https://y.example/d/")
    assert [entry.image.url if entry.image else None for entry in entries] == [
        f"{URL}/hero.png",
        None,
        None,
        "https://x.example/d.png",
    ]
    assert a.image is not None
    assert a.image.width == 1


def test_redirects_are_former_addresses(tmp_path: Path) -> None:
    """Both notations; patterns and other targets are left alone."""
    redirects = (
        "{ '/old': '/blog/a', '/older': { status: 302, destination: '/blog/a/' }, '/x/[id]': '/blog/a', '/b': '/c' }"
    )
    files = {"astro.config.mjs": f"export default {{ redirects: {redirects} }};", "src/content/blog/a.md": post()}
    assert build(tmp_path, "astro", files, "src/content/blog").entry("a.md").aliases == (f"{URL}/old", f"{URL}/older")


def test_links_to_entries_become_their_addresses(tmp_path: Path) -> None:
    """A link to another entry's file means its page; a picture beside the entry is left to the browser's rule."""
    text = "[b](./sub/B%20b.md#x) ![p](./p.png)"
    files = {**PROJECT, "src/content/blog/a.md": post("title: A", text), "src/content/blog/sub/B b.md": post()}
    site = build(tmp_path, "astro", {**files, "src/content/blog/p.png": PIXEL}, "src/content/blog")
    assert dict(site.entry("a.md").references) == {"./sub/B%20b.md#x": f"{URL}/blog/sub/b-b/#x"}


def test_ids_that_a_program_makes_are_told(tmp_path: Path) -> None:
    """`generateId` is a warning; the path without its suffix counts, capitals included."""
    options = "{ base: './src/blog', pattern: '*.md', generateId: ({ entry }) => entry }"
    content = f"const blog = defineCollection({{ loader: glob({options}) }});"
    files = {
        "astro.config.mjs": "export default {};",
        "src/content.config.ts": content + "\nexport const collections = { blog };",
        "src/blog/Own Name.md": post(),
    }
    site = build(tmp_path, "astro", files, "src/blog")
    assert site.entry("Own Name.md").url == f"{URL}/blog/Own%20Name/"
    assert "the ids of the collection blog are made by a program" in site.warnings[0]


@pytest.mark.parametrize(
    ("name", "slug"),
    [("Hello World", "hello-world"), ("a_b--c", "a_b--c"), ("C++ (2)", "c-2"), ("Ďábel", "ďábel"), ("नमस्ते", "नमस्ते")],
)
def test_slugs(name: str, slug: str) -> None:
    """As github-slugger: letters, digits and marks of any script."""
    assert github_slug(name) == slug


@given(matters(("slug", "pubDate", "updatedDate", "heroImage", "draft", "title", "tags", "lang")))
def test_no_front_matter_stops_it(matter: dict[str, Any]) -> None:
    """Whatever an article says, every question has an answer."""
    texts = {path: text for path, text in PROJECT.items() if isinstance(text, str)}
    meet(kind("astro").make(texts, "src/content").preset, "blog/2026-01-02-a.md", matter)


@pytest.mark.parametrize(
    "text", ["", "{", "export default", "const collections = {", "export const collections = {a};"]
)
def test_no_program_stops_it(text: str) -> None:
    """Settings and pages that make no sense give the usual addresses."""
    files = {"astro.config.mjs": text, "src/content.config.ts": text, "src/pages/[...x].astro": text}
    meet(kind("astro").make(files, "src/content").preset, "blog/a.md", {})
