"""What every shape of the settings is built from."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


def setting(default: Any, description: str, **more: Any) -> Any:
    """A field whose default is written as a person would write it, and checked like a person's."""
    return Field(default=default, description=description, validate_default=default is not None, **more)


def needed(description: str, **more: Any) -> Any:
    return Field(description=description, **more)


class Shape(BaseModel):
    """Unknown keys are refused: a misspelt setting that is ignored is the worst kind of bug."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False, hide_input_in_errors=True)
