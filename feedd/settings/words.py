"""pydantic's errors as findings in plain words. The only file that knows pydantic's error types."""

from __future__ import annotations

import typing
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from feedd.settings import codes
from feedd.settings.checks import QUOTE_IT, close_to, kind
from feedd.settings.findings import Finding, Loc, has, written
from feedd.settings.shape import ENDPOINTS, File

_MISSING_HINTS: dict[Loc, str] = {
    ("site", "url"): "write where the articles live, as in url: https://ann.example",
    ("feeds", "path"): "write where it is published, as in path: feed",
    ("publish", "to"): "write the folder, as in to: public",
}


def tell(error: ValidationError, tree: Any, raw: Mapping[Loc, str]) -> tuple[Finding, ...]:
    """Every error as a finding. `tree` is what was validated, `raw` has numbers and booleans as they were written."""
    return tuple(_finding(item, tree, raw) for item in error.errors(include_url=False, include_input=False))


def _finding(error: Any, tree: Any, raw: Mapping[Loc, str]) -> Finding:
    loc, name = plain(error["loc"]), str(error["loc"][-1]) if error["loc"] else ""
    context = error.get("ctx", {})
    match error["type"]:
        case "feedd":
            hint = context["hint"]
            if hint.startswith(QUOTE_IT) and (place := written(tree, loc)) in raw:
                hint = f'{QUOTE_IT} "{raw[place]}"'
            return Finding(loc, context["code"], context["message"], hint)
        case "extra_forbidden" | "invalid_key":
            return Finding(
                loc, codes.UNKNOWN_KEY, f'unknown key "{name}"', _where_it_belongs(error["loc"], name), at_key=True
            )
        case "missing":
            sections: Loc = tuple(step for step in loc if isinstance(step, str))
            return Finding(loc, codes.MISSING, f'"{name}" is missing', _MISSING_HINTS.get(sections, ""), at_key=True)
        case "model_type" | "model_attributes_type" | "dict_type":
            said = kind(_at(tree, loc))
            return Finding(
                loc, codes.BAD_VALUE, f"a mapping is needed here, not {said}", 'write "name: value" below it'
            )
        case _:
            return Finding(loc, codes.BAD_VALUE, error["msg"])


def plain(loc: Loc) -> Loc:
    """A place without the tag that pydantic puts after the position of an item whose kind it had to find out."""
    return (*loc[:2], *loc[3:]) if loc[:1] == ("ping",) and len(loc) > 2 else loc


def _at(tree: Any, loc: Loc) -> Any:
    for step in loc:
        if has(tree, step):
            tree = tree[step]
    return tree


# --- Names that exist, for suggestions --------------------------------------------------------------------------------


def _where_it_belongs(loc: Loc, name: str) -> str:
    here = _keys(_shapes(loc))
    elsewhere = [section for section, keys in _sections().items() if name in keys]
    if elsewhere:
        return f'"{name}" belongs under {" or ".join(elsewhere)}'
    if guess := close_to(name, here):
        return guess
    return f"known here: {', '.join(here)}"


def _keys(shapes: Iterable[type[BaseModel]]) -> tuple[str, ...]:
    """The keys of these shapes as people write them, each once."""
    fields = (field.alias or name for shape in shapes for name, field in shape.model_fields.items())
    return tuple(dict.fromkeys(fields))


def _shapes(loc: Loc) -> tuple[type[BaseModel], ...]:
    """The shapes of the mapping that holds the last step of a place (pydantic's, with the tag in it)."""
    if loc[:1] == ("ping",) and len(loc) > 3:
        return (ENDPOINTS[str(loc[2])],)
    shapes: tuple[type[BaseModel], ...] = (File,)
    for step in loc[:-1]:
        if isinstance(step, str):
            shapes = tuple(inner for shape in shapes for inner in _inner(shape, step))
    return shapes


def _inner(shape: type[BaseModel], key: str) -> Iterator[type[BaseModel]]:
    for name, field in shape.model_fields.items():
        if (field.alias or name) == key:
            yield from _models(field.annotation)


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in typing.get_args(annotation):
        yield from _models(part)


def _sections() -> dict[str, tuple[str, ...]]:
    """The keys of every section, by its name; the kinds of announcement one by one."""
    sections = {name: _keys(_shapes((name, ""))) for name in ("site", "sources", "publish", "feeds", "server", "log")}
    return sections | {f"ping ({name})": _keys((shape,)) for name, shape in ENDPOINTS.items()}
