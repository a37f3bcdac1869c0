"""The checks as types for the shapes, each with what an editor should know about it (JSON Schema)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any, TypeVar

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from feedd.settings import addresses, checks, units

# In an editor a ${VAR} must not be underlined, so every pattern and enumeration lets it through.
_VARIABLE = r"\$\{"


# Compared by identity, because a dict in it cannot be hashed and typing hashes annotations.
@dataclass(frozen=True, slots=True, eq=False)
class Check:
    """An annotation: the value is what `check` makes of it; `schema` is its JSON Schema."""

    check: Callable[[object], object]
    schema: dict[str, Any]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.check)

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return dict(self.schema)


@dataclass(frozen=True, slots=True)
class Listed:
    """An annotation of a tuple: one item where a list is expected stands for a list of one."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self._spell_out, handler(source))

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        array = handler(core)
        return {"anyOf": [array["items"], array]}

    @staticmethod
    def _spell_out(value: Any) -> Any:
        return value if isinstance(value, (list, tuple)) else [value]


@dataclass(frozen=True, slots=True)
class ShortFor:
    """An annotation of a shape: `x` where a mapping is expected stands for `{key: x}`."""

    key: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self._spell_out, handler(source))

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        mapping = handler(core)
        field = dict(handler.resolve_ref_schema(mapping)["properties"][self.key])
        short = {name: value for name, value in field.items() if name not in ("default", "description", "title")}
        return {"anyOf": [*short.get("anyOf", [short]), mapping]}

    def _spell_out(self, value: Any) -> Any:
        return {self.key: value} if isinstance(value, (str, int, float)) else value


def either(*schemas: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [*schemas, {"type": "string", "pattern": _VARIABLE}]}


def matching(pattern: str) -> dict[str, Any]:
    return {"type": "string", "pattern": f"{pattern}|{_VARIABLE}"}


def one_of(*choices: str) -> Check:
    return Check(checks.one_of(*choices), either({"enum": list(choices)}))


def whole(low: int, high: int) -> Check:
    return Check(checks.whole(low, high), either({"type": "integer", "minimum": low, "maximum": high}))


def lasting(least: timedelta | None = None, shown: str = "") -> Check:
    return Check(checks.quantity(units.duration, least, shown), matching(r"^\s*(\d+(\.\d+)?\s*[a-z]+\s*)+$"))


_T = TypeVar("_T")
OneOrMore = Annotated[tuple[_T, ...], Listed()]

_SOME_TEXT = {"type": "string", "minLength": 1}
_SIZE = {"anyOf": [{"type": "integer", "minimum": 1}, {"type": "string"}]}
_SHARE = {"anyOf": [{"type": "number", "minimum": 0, "maximum": 1}, {"type": "string", "pattern": r"%|\$"}]}
_ADDRESS = {"anyOf": [{"type": "string"}, {"type": "integer"}, {"const": False}]}
_PAGE_SIZE = either({"type": "boolean"}, {"type": "integer", "minimum": 2, "maximum": 10_000})
_YES_NO = either({"type": "boolean"}, {"enum": ["yes", "no", "on", "off"]})

Text = Annotated[str, Check(checks.text, _SOME_TEXT)]
Folder = Annotated[str, Check(addresses.folder, _SOME_TEXT)]
Name = Annotated[str, Check(checks.source_name, matching(r"^\w[\w.-]*$"))]
Url = Annotated[str, Check(addresses.url, matching("^https?://"))]
BaseUrl = Annotated[str, Check(addresses.base_url, matching("^https?://[^?#]+$"))]
Address = Annotated[str, Check(addresses.address, _ADDRESS)]
Picture = Annotated[str, Check(addresses.picture, _SOME_TEXT)]
RedirectStatus = Annotated[int, Check(addresses.redirect_status, either({"enum": [301, 308]}))]
OldAddress = Annotated[str, Check(addresses.old_address, _SOME_TEXT)]
NewAddress = Annotated[str, Check(addresses.new_address, _SOME_TEXT)]
Network = Annotated[str, Check(addresses.network, _SOME_TEXT)]
FeedPath = Annotated[str, Check(addresses.feed_path, _SOME_TEXT)]
Link = Annotated[str, Check(addresses.link, matching(r"^(\{site\}|https?://)"))]
Language = Annotated[str, Check(checks.language, matching("^[A-Za-z]{2,3}(-[A-Za-z0-9]+)*$"))]
FileType = Annotated[str, Check(checks.file_type, _SOME_TEXT)]
Where = Annotated[str, Check(checks.where, _SOME_TEXT)]
Timezone = Annotated[str, Check(checks.timezone, {"type": "string", "examples": ["Europe/Prague", "UTC"]})]
Cron = Annotated[str, Check(checks.cron_line, matching(r"^\s*(\S+\s+){4}\S+\s*$"))]
Secret = Annotated[str, Check(checks.secret, matching("^whsec_"))]
YesNo = Annotated[bool, Check(checks.yes_or_no, _YES_NO)]
Size = Annotated[int, Check(checks.quantity(units.size, 1, "1 byte"), _SIZE)]
Document = Annotated[int, Check(checks.quantity(units.size, 10_000, "10 kB"), _SIZE)]
PageSize = Annotated[int, Check(checks.page_size, _PAGE_SIZE)]
Share = Annotated[float, Check(checks.quantity(units.share), _SHARE)]

Wait = Annotated[timedelta, lasting()]
Period = Annotated[timedelta, lasting(timedelta(milliseconds=1), "1ms")]
Second = Annotated[timedelta, lasting(timedelta(seconds=1), "1s")]
Minute = Annotated[timedelta, lasting(timedelta(minutes=1), "1m")]
