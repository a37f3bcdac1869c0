"""How a person names an entry on the command line; light, because every command loads it."""

from __future__ import annotations

import rich_click as click
from click.shell_completion import CompletionItem
from click.types import StringParamType


class EntryName(StringParamType):
    """An id, an address, a path or the end of one; most often the path of a file, and so a shell completes it."""

    name = "entry"

    def shell_complete(self, _ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        return [CompletionItem(incomplete, type="file")]
