"""`feedd init`: from a folder to settings that load, build and mean what the folder means."""

from __future__ import annotations

import json

import pytest

from tests.support.cli import Blog, Terminal, command, feedd

URL = "https://ann.example"


def write(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.mark.parametrize(
    ("files", "address"),
    [
        ({"posts/hello.md": "# Hello\n"}, f"{URL}/hello/"),
        ({"hello.md": "# Hello\n"}, f"{URL}/hello/"),
        (
            {"hugo.toml": "baseURL = 'https://x.example/'\n", "content/posts/hello.md": "# Hello\n"},
            f"{URL}/posts/hello/",
        ),
        (
            {"_config.yml": "title: Ann's\n", "_posts/2026-03-01-hello.md": "---\ntitle: Hello\n---\n"},
            f"{URL}/2026/03/01/hello.html",
        ),
        (
            {
                "eleventy.config.js": "export default { dir: { input: 'src' } };\n",
                "src/posts/hello.md": "---\ntitle: Hello\npermalink: /{{ page.fileSlug }}.html\n---\n",
            },
            f"{URL}/hello.html",
        ),
        (
            {
                "astro.config.mjs": "export default {};\n",
                "src/content/blog/Hello You.md": "---\ntitle: Hello\n---\n",
                "src/pages/b/[slug].astro": "---\nconst posts = await getCollection('blog');\n---\n<Content />\n",
            },
            f"{URL}/b/hello-you/",
        ),
        ({}, None),
    ],
    ids=["posts", "plain folder", "Hugo", "Jekyll", "Eleventy", "Astro", "empty"],
)
def test_what_it_writes_builds(tmp_path, files, address):
    """A folder of each kind: the file is written, checks clean, builds, and links articles where the site has them."""
    write(tmp_path, files)
    done = feedd("init", "--url", URL, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    assert "Wrote feedd.yaml" in done.stderr
    assert "Next: feedd run " in done.stderr
    assert sorted(path.name for path in tmp_path.glob("*.tmp")) == []
    assert feedd("check", cwd=tmp_path).returncode == 0
    built = json.loads(feedd("build", "--json", cwd=tmp_path).stdout)
    assert built["ok"]
    (document,) = tmp_path.rglob("feed.json")
    assert [item["url"] for item in json.loads(document.read_text())["items"]] == ([address] if address else [])
    assert json.loads(feedd("build", "--json", cwd=tmp_path).stdout)["data"]["changes"] == []


def test_it_tells_what_the_preset_leaves_out(tmp_path):
    """Beside what was found stands what the generator does not take for an article; the settings name the preset."""
    files = {"hugo.toml": "baseURL = 'https://ben.example/'\n", "content/posts/a.md": "# A\n"}
    write(tmp_path, files | {"content/posts/_index.md": "# Posts\n"})
    done = feedd("init", "--print", cwd=tmp_path)
    assert "links, dates and drafts are as Hugo has them; left out, as no articles: _index.md." in done.stderr
    assert done.stdout.splitlines()[1:4] == ["source:", "  path: content/posts", "  preset: hugo"]


def test_another_folder_is_named_in_the_next_step(tmp_path):
    """`feedd init blog` writes blog/feedd.yaml, and the commands it proposes work from here."""
    write(tmp_path, {"blog/posts/a.md": "# A\n"})
    done = feedd("init", "blog", "--url", URL, cwd=tmp_path)
    assert "Next: feedd run --config blog/feedd.yaml" in done.stderr
    assert feedd("build", "--dry-run", "--config", "blog/feedd.yaml", cwd=tmp_path).returncode == 0


def test_a_bad_address_is_not_written(tmp_path):
    """The mistake is told before there is a file that nothing can load."""
    done = feedd("init", "--url", "ann.example", cwd=tmp_path)
    assert done.returncode == 78
    assert "write https://ann.example" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_existing_settings_stay(tmp_path):
    """Without --force nothing is replaced; --print only prints, and prints only settings."""
    blog = Blog(tmp_path / "blog")
    before = blog.settings.read_text()
    refused = blog.run("init", "--url", URL)
    assert refused.returncode == 2
    assert "feedd.yaml is there already" in refused.stderr
    printed = blog.run("init", "--print", "--url", URL)
    assert (printed.returncode, printed.stdout.splitlines()[0]) == (0, f"site: {URL}")
    assert blog.settings.read_text() == before
    assert blog.run("init", "--force", "--url", URL).returncode == 0
    assert blog.settings.read_text() == printed.stdout
    assert blog.run("init", "none").returncode == 2


def test_the_address_is_taken_from_the_folder(tmp_path):
    """Without a terminal the address that the site's own settings give is used."""
    write(tmp_path, {"hugo.toml": "baseURL = 'https://ben.example/'\n", "content/posts/a.md": "# A\n"})
    assert feedd("init", cwd=tmp_path).returncode == 0
    assert "https://ben.example" in (tmp_path / "feedd.yaml").read_text()


def test_at_a_terminal_it_asks(tmp_path):
    """The address is asked for, again if it is none; Ctrl-C leaves with 130 and writes nothing."""
    write(tmp_path, {"posts/a.md": "# A\n"})
    terminal = Terminal(command("init"), cwd=tmp_path)
    try:
        terminal.until("Site address (https://…): ")
        terminal.type("ann.example\n")
        terminal.until("Site address (https://…): ", times=2)
        assert "write https://ann.example" in terminal.seen
        terminal.type("https://ann.example\n")
        code, seen = terminal.end()
    finally:
        terminal.close()
    assert (code, "Wrote feedd.yaml" in seen) == (0, True)
    assert feedd("build", cwd=tmp_path).returncode == 0
    terminal = Terminal(command("init", "--force"), cwd=tmp_path)
    try:
        terminal.until("Site address (https://…): ")
        before = (tmp_path / "feedd.yaml").read_text()
        code, seen = terminal.interrupt()
    finally:
        terminal.close()
    assert (code, "Traceback" in seen) == (130, False)
    assert (tmp_path / "feedd.yaml").read_text() == before
