"""What all presets have in common: they are found, they travel, and nothing in an article stops them."""

from __future__ import annotations

import pickle
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedd.generators import NAMES, GeneratorError, kind
from feedd.watcher.ignore import compile_rules
from tests.support.any_matter import matters, meet

# The least that each generator's own settings say.
SETTINGS = {
    "hugo": {"hugo.toml": "baseURL = 'https://ann.example'\n"},
    "jekyll": {"_config.yml": "title: A\n"},
    "zola": {"zola.toml": "base_url = 'https://ann.example'\n"},
    "pelican": {"pelicanconf.py": "SITENAME = 'A'\n"},
    "eleventy": {"eleventy.config.js": "export default {};\n"},
    "astro": {"astro.config.mjs": "export default {};\n"},
    "nikola": {"conf.py": "BLOG_TITLE = 'A'\n"},
    "mkdocs": {"mkdocs.yml": "site_name: A\n"},
    "plain": {},
    "podcast": {},
}


@pytest.mark.parametrize("name", NAMES)
def test_a_kind_is_whole(name: str) -> None:
    """Each name has a kind; whoever reads its settings sees its marks, and each pattern stays in its folder."""
    found = kind(name)
    assert (found.name, bool(found.title)) == (name, True)
    for pattern in found.reads:
        assert not pattern.startswith("/")
        assert ".." not in PurePosixPath(pattern).parts
    assert found.make(SETTINGS[name], "").preset.name == name


@pytest.mark.parametrize("name", NAMES)
def test_two_presets_of_the_same_settings_are_alike(name: str) -> None:
    """A restart must not read every file once more: equal settings have an equal `repr`, with no place in memory."""
    one, other = (kind(name).make(SETTINGS[name], "x").preset for _ in range(2))
    assert repr(one) == repr(other)
    assert " at 0x" not in repr(one)
    assert repr(kind(name).make(SETTINGS[name], "y").preset) != repr(one)
    assert pickle.loads(pickle.dumps(one)) == one


@pytest.mark.parametrize("name", NAMES)
def test_the_patterns_of_a_preset_are_understood(name: str) -> None:
    """What a preset ignores is given to the watcher as it is, and drops no ordinary article."""
    folder = {"hugo": "content/posts", "zola": "content/posts", "jekyll": "_posts"}.get(name, "posts")
    preset = kind(name).make(SETTINGS[name], folder).preset
    rules = compile_rules(frozenset((".md",)), preset.ignore)
    assert rules.contains("2026-05-01-hello.md")


@pytest.mark.parametrize("name", NAMES)
def test_settings_that_are_no_settings_are_refused_or_do_no_harm(name: str) -> None:
    """Anything may stand in a generator's settings; the only way out is a GeneratorError."""
    for text in ("", "\0", "[[[", "{", ": :", "- a\n", "x = (", "\ufeff", "é" * 1000, "[" * 5000):
        for below in ("", "content/posts", "a/b/c"):
            try:
                made = kind(name).make(dict.fromkeys(SETTINGS[name], text), below)
            except GeneratorError:
                continue
            assert made.preset.name == name


@pytest.mark.parametrize("name", NAMES)
@given(matter=matters(("title", "date", "slug", "url", "permalink", "tags", "draft", "aliases", "layout", "category")))
def test_no_front_matter_stops_a_preset(name: str, matter: dict[str, object]) -> None:
    """Whatever an article says, every question has an answer."""
    meet(kind(name).make(SETTINGS[name], "").preset, "content/posts/2026-01-02-a.md", matter)


@pytest.mark.parametrize("name", NAMES)
@given(
    path=st.lists(
        st.sampled_from(["a", "_posts", "content", "2026-01-02-x", "index", "é b", "..", "%", "[x]", "en"]),
        min_size=1,
        max_size=5,
    )
)
def test_no_path_stops_a_preset(name: str, path: list[str]) -> None:
    """Names of files and folders are data, too."""
    meet(kind(name).make(SETTINGS[name], "").preset, "/".join(path) + ".md", {})
