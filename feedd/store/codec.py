"""Dataclasses <-> JSON bytes for the columns that nobody queries. pydantic does the work; times come back as UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, TypeVar

from pydantic import TypeAdapter

from feedd.model import Entry

T = TypeVar("T")


_adapters: dict[Any, TypeAdapter[Any]] = {}


def _adapter(kind: Any) -> TypeAdapter[Any]:
    """Building one costs milliseconds, using it microseconds."""
    if kind not in _adapters:
        _adapters[kind] = TypeAdapter(kind)
    return _adapters[kind]


def pack(value: object) -> bytes:
    """Any dataclass of `feedd.model` as JSON; fields at their default are left out, so that old rows stay readable when
    a field is added."""
    return _adapter(type(value)).dump_json(value, exclude_defaults=True)


def unpack(kind: type[T], data: bytes) -> T:
    value: T = _adapter(kind).validate_json(data)
    return value


def pack_entry(entry: Entry) -> bytes:
    """Without the body, which has a table of its own."""
    return _adapter(Entry).dump_json(entry, exclude_defaults=True, exclude={"body"})


def seconds(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp())


def moment(value: float | None) -> datetime | None:
    return None if value is None else datetime.fromtimestamp(value, UTC)
