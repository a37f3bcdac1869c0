"""Sources that name a site generator: its folder is found, its settings are read, and mistakes are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from feedd import settings
from feedd.errors import SettingsError
from feedd.model import Source
from feedd.settings import codes

HUGO = "baseURL = 'https://ann.example'\n"


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")


def load(root: Path, source: str) -> settings.Loaded:
    (root / "feedd.yaml").write_text(f"site: https://ann.example\nsource: {source}\n")
    return settings.read(str(root / "feedd.yaml"), env={})


def refused(root: Path, source: str) -> tuple[str, str]:
    """The code and message of the only problem."""
    with pytest.raises(SettingsError) as caught:
        load(root, source)
    (problem,) = caught.value.problems
    return problem.code, problem.message


def only(loaded: settings.Loaded) -> Source:
    assert loaded.warnings == ()
    (source,) = loaded.settings.sources
    return source


@pytest.mark.parametrize("path", ["blog", "blog/content", "blog/content/posts/2026/05"])
def test_the_generator_is_found_around_the_source(path: str, tmp_path: Path) -> None:
    """Its settings may stand in the source's folder or above it, and everything below its folder may be read."""
    write(tmp_path, {"blog/hugo.toml": HUGO, "blog/content/posts/2026/05/a.md": "# A\n"})
    source = only(load(tmp_path, f"{{path: {path}, preset: hugo}}"))
    assert source.preset is not None
    assert (source.preset.name, source.root) == ("hugo", str(tmp_path / "blog"))


def test_the_nearest_generator_counts_unless_project_names_another(tmp_path: Path) -> None:
    """A site in a site: the inner one is meant, unless the settings say otherwise."""
    write(tmp_path, {"hugo.toml": HUGO, "content/inner/hugo.toml": HUGO, "content/inner/content/a.md": "# A\n"})
    assert only(load(tmp_path, "{path: content/inner/content, preset: hugo}")).root == str(tmp_path / "content/inner")
    assert only(load(tmp_path, "{path: content/inner/content, preset: hugo, project: .}")).root == str(tmp_path)


def test_plain_needs_no_generator(tmp_path: Path) -> None:
    """Nobody's settings are looked for, and without a preset there is none."""
    write(tmp_path, {"hugo.toml": HUGO, "posts/a.md": "# A\n"})
    assert only(load(tmp_path, "{path: posts, preset: plain}")).root == str(tmp_path / "posts")
    assert only(load(tmp_path, "posts")).preset is None


def test_a_generator_that_is_not_there_is_told(tmp_path: Path) -> None:
    """No settings of it in the source's folder or above, or a project that does not hold the source."""
    write(tmp_path, {"posts/a.md": "# A\n", "other/hugo.toml": HUGO})
    code, message = refused(tmp_path, "{path: posts, preset: hugo}")
    assert (code, message) == (codes.NO_GENERATOR, f"there is no hugo.toml in {tmp_path}/posts or around it")
    code, message = refused(tmp_path, "{path: posts, preset: hugo, project: other}")
    assert (code, message) == (codes.NO_GENERATOR, f"{tmp_path}/posts is not in {tmp_path}/other, the folder of Hugo")


def test_a_preset_that_does_not_exist_is_told(tmp_path: Path) -> None:
    """With those that do."""
    write(tmp_path, {"posts/a.md": "# A\n"})
    code, _ = refused(tmp_path, "{path: posts, preset: hugoo}")
    assert code == codes.BAD_VALUE


def test_mistakes_in_the_generators_settings_are_told_with_their_place(tmp_path: Path) -> None:
    """The file that has to be mended is named, not only ours."""
    write(tmp_path, {"hugo.toml": "baseURL = 'x'\n[[[\n", "content/a.md": "# A\n"})
    code, message = refused(tmp_path, "{path: content, preset: hugo}")
    assert code == codes.BAD_GENERATOR
    assert message.startswith(f"{tmp_path}/hugo.toml, line 2")


def test_what_is_only_half_understood_is_a_warning(tmp_path: Path) -> None:
    """A permalink that a program makes: the settings can be used."""
    data = {"src/posts/posts.11tydata.js": "export default { permalink: (data) => data.x };"}
    write(
        tmp_path, {"eleventy.config.js": "export default { dir: { input: 'src' } };", "src/posts/a.md": "# A\n", **data}
    )
    loaded = load(tmp_path, "{path: src, preset: eleventy}")
    (warning,) = loaded.warnings
    assert (warning.code, warning.line) == (codes.BAD_GENERATOR, 2)
    assert f"{tmp_path}/src/posts/posts.11tydata.js: the permalink is made by a program" in warning.message


def test_a_link_that_leads_out_of_the_project_is_not_read(tmp_path: Path) -> None:
    """Settings that stand elsewhere are nobody's."""
    write(
        tmp_path, {"elsewhere/data.json": '{"tags": ["secret"]}', "site/eleventy.config.js": "", "site/p/a.md": "# A\n"}
    )
    (tmp_path / "site/p/p.json").symlink_to(tmp_path / "elsewhere/data.json")
    assert "secret" not in repr(only(load(tmp_path, "{path: site/p, preset: eleventy}")).preset)


def test_patterns_of_the_settings_come_after_those_of_the_preset(tmp_path: Path) -> None:
    """So `!name` brings back what the preset leaves out."""
    write(tmp_path, {"hugo.toml": HUGO, "content/a.md": "# A\n"})
    ignore = only(load(tmp_path, "{path: content, preset: hugo, ignore: ['!notes.txt']}")).ignore
    assert ignore.index("*.txt") < ignore.index("!notes.txt")


def test_a_folder_without_settings_takes_what_was_recognised(tmp_path: Path) -> None:
    """`feedd run FOLDER` hands over the preset and the generator's folder."""
    write(tmp_path, {"hugo.toml": HUGO, "content/a.md": "# A\n"})
    state = str(tmp_path / "state")
    given = {"publish": None, "listen": None, "state_dir": state}
    made = settings.from_folder(str(tmp_path / "content"), "https://ann.example", **given, preset="hugo")  # type: ignore[arg-type]
    assert made.sources[0].root == str(tmp_path)
    plain = settings.from_folder(str(tmp_path / "content"), "https://ann.example", **given)  # type: ignore[arg-type]
    assert plain.sources[0].preset is None
