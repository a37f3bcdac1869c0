"""`site.data`: the files below `_data`, read when a template asks for one. Pure."""

from __future__ import annotations

import csv
import json
import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from feedd.generators.liquid_values import UNKNOWN
from feedd.ports import Surroundings
from feedd.yaml_core import YamlError, load


@dataclass(frozen=True, slots=True)
class SiteData(Mapping[str, Any]):
    """One folder of data. Every name counts as there: what is no file is a folder."""

    around: Surroundings
    folder: str

    def __getitem__(self, name: str) -> Any:
        path = posixpath.join(self.folder, name)
        for suffix, read in _DATA.items():
            found = self.around.text(path + suffix)
            if found is not None:
                return read(found)
        return SiteData(self.around, path)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


@lru_cache(maxsize=8)
def _yaml(source: str) -> Any:
    try:
        return load(source).value
    except YamlError:
        return UNKNOWN


@lru_cache(maxsize=8)
def _json(source: str) -> Any:
    try:
        return json.loads(source)
    except (ValueError, RecursionError):
        return UNKNOWN


@lru_cache(maxsize=8)
def _table(source: str) -> Any:
    try:
        return list(csv.DictReader(source.splitlines()))
    except csv.Error:
        return UNKNOWN


_DATA = {".yml": _yaml, ".yaml": _yaml, ".json": _json, ".csv": _table}
