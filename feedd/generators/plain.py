"""Nobody in particular: a folder of articles, and feedd's defaults."""

from __future__ import annotations

from collections.abc import Mapping

from feedd.generators import Kind, Made
from feedd.generators.base import BasePreset


def make(files: Mapping[str, str], below: str) -> Made:
    return Made(BasePreset("plain", below))


KIND = Kind("plain", "a folder of articles", (), (), make)
