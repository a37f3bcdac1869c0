"""feedd.yaml -> frozen `model.Settings`; every problem at once, each with line, column and a hint.

    disk -> expand -> shape -> rules -> build          (loader calls them in this order; only disk touches files)

`load`, `read` and `from_folder` come from `loader`, `schema` from `schema`; they are fetched on first use, because
pydantic costs more to import than most commands need to run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from feedd.settings.loader import Loaded, from_folder, load, read

__all__ = ["Loaded", "from_folder", "load", "read"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from feedd.settings import loader

    return getattr(loader, name)
