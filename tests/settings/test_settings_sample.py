"""The sample settings and the schema are part of the product: they name every setting, agree, and work."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from feedd import settings, yaml_core
from feedd.settings import codes
from feedd.settings.schema import schema, text

CONFIG = Path(__file__).parents[2] / "config"
SAMPLE = (CONFIG / "feedd.yaml").read_text("utf-8")
# A "#" with no space after it begins a setting that is switched off.
EVERYTHING = re.sub(r"(?m)^#(?=[ ]*(?:- )?[a-z_]+:|\s+- )(?! [A-Z])", "", SAMPLE)
KEY = "whsec_" + "a" * 32


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The folders that the sample is about, in a place of their own."""
    (tmp_path / "config").mkdir()
    (tmp_path / "feeds/articles").mkdir(parents=True)
    for name, content in (("hook.secret", KEY), ("ca.pem", "x")):
        (tmp_path / "config" / name).write_text(content)
        (tmp_path / "config" / name).chmod(0o600)
    return tmp_path


def load(checkout: Path, content: str) -> settings.Loaded:
    (checkout / "config/feedd.yaml").write_text(content, "utf-8")
    return settings.read(str(checkout / "config/feedd.yaml"), env={"HOOK_SECRET": KEY})


def test_the_schema_file_is_current() -> None:
    """Renew it with: python -m feedd.settings.schema > config/feedd.schema.json"""
    assert (CONFIG / "feedd.schema.json").read_text("utf-8") == text()


@pytest.mark.parametrize("content", [SAMPLE, EVERYTHING], ids=["as it stands", "everything switched on"])
def test_the_sample_works_and_fits_its_schema(content: str, checkout: Path) -> None:
    """The sample loads without a warning and an editor finds nothing in it, with or without what is switched off."""
    assert load(checkout, content).warnings == ()
    jsonschema.Draft202012Validator(schema()).validate(yaml_core.load(content).value)


def test_what_the_sample_shows_switched_off_are_the_defaults(checkout: Path) -> None:
    """Switching on what shows a default changes nothing: what the sample says about defaults is true."""
    shown, plain = load(checkout, EVERYTHING).settings, load(checkout, SAMPLE).settings
    chosen = {
        "ignore": (),
        "language": None,
        "preset": None,
        "site_root": None,
        "date_order": None,
        "media_prefix": None,
    }
    assert replace(shown.sources[0], **chosen) == plain.sources[0]
    assert replace(
        shown.feeds[0], podcast=None, max_age=None, max_bytes=None, language=None, description="", hubs=(), cloud=None
    ) == replace(plain.feeds[0], description="")
    server = replace(shown.server, moved=(), limit=None)
    assert (server, shown.max_withdrawals, shown.targets) == (plain.server, plain.max_withdrawals, plain.targets)
    assert shown.tombstones == plain.tombstones
    assert (shown.log_format, shown.log_level) == (plain.log_format, plain.log_level)
    bare = load(checkout, f"{SAMPLE}\nping: [{', '.join(f'{{{e.kind}: {e.url}}}' for e in shown.endpoints)}]").settings
    for mine, default in zip(shown.endpoints, bare.endpoints, strict=True):
        assert replace(mine, feeds=(), secrets=(), events=(), ca_file=None) == replace(default, events=())


def test_the_sample_names_every_setting() -> None:
    """Whoever reads the sample has seen every setting; `source` is the one that cannot stand beside `sources`."""
    keys = {step for place in yaml_core.load(EVERYTHING).keys for step in place if isinstance(step, str)}
    missing = {name for name, _ in properties(schema())} - keys
    assert missing == {"source", "url", "email", "name"} - keys
    for name in missing:
        assert re.search(rf"\b{name}: ", SAMPLE)


def test_every_setting_is_described() -> None:
    """An editor has a sentence for every setting."""
    for name, node in properties(schema()):
        assert node.get("description", "").endswith("."), name


def properties(node: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(node, dict):
        yield from node.get("properties", {}).items()
        for value in node.values():
            yield from properties(value)
    elif isinstance(node, list):
        for value in node:
            yield from properties(value)


BAD = [
    "site: https://a.example",
    "source: posts",
    "site: a.example\nsource: posts",
    "site: https://a.example\nsource: posts\nfeed: x",
    "site: https://a.example\nsource: posts\nfeeds: {path: a, limit: 0}",
    "site: https://a.example\nsource: posts\nserver: {max_age: 5}",
    "site: https://a.example\nsource: posts\nping: {websub: https://h.example, secret: x}",
    "site: https://a.example\nsource: posts\nfeeds: {path: a, formats: [rss, html]}",
]


@pytest.mark.parametrize("content", BAD)
def test_editors_see_mistakes_too(content: str) -> None:
    """What the schema can know, it refuses."""
    assert not jsonschema.Draft202012Validator(schema()).is_valid(yaml_core.load(content).value)


def test_every_code_has_a_meaning() -> None:
    """A code that can be shown can be explained, and no two problems share one."""
    values = [value for name, value in vars(codes).items() if name.isupper() and isinstance(value, str)]
    assert sorted(values) == sorted(codes.MEANINGS)
    assert all(re.fullmatch(r"FD1\d\d", value) for value in values)


def test_importing_the_room_is_cheap() -> None:
    """pydantic is imported on first use, not with the package."""
    program = "import sys, feedd.settings; print('pydantic' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_the_schema_can_be_printed() -> None:
    """The module is also the program that renews the file."""
    done = subprocess.run([sys.executable, "-m", "feedd.settings.schema"], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == schema()
