"""The JSON Schema of feedd.yaml, for editors.

`python -m feedd.settings.schema > config/feedd.schema.json` renews the file.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from feedd.settings.shape import File


def schema() -> dict[str, Any]:
    """A JSON Schema (2020-12) with a description for every setting."""
    made = _tidy(File.model_json_schema(by_alias=True, mode="validation"))
    made["anyOf"] = [{"required": ["source"]}, {"required": ["sources"]}]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "feedd.yaml",
        **made,
        "required": ["site"],
    }


def text() -> str:
    """The schema as a file: stable order, one trailing newline."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def _tidy(node: Any) -> Any:
    """Without the titles pydantic makes of Python names, and without defaults that say nothing."""
    if isinstance(node, list):
        return [_tidy(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: _tidy(value)
        for key, value in node.items()
        if not (key == "title" and isinstance(value, str)) and not (key == "default" and value in (None, [], {}))
    }


if __name__ == "__main__":
    sys.stdout.write(text())
