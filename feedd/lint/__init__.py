"""Bytes of a feed document -> what is wrong with it, offline. Pure.

`lint` is the door; `rules.RULES` is the room's table: every rule with its level and the clause or reader it comes from.
A format's own file (`rss`, `atom`, `jsonfeed`, `opml`) says which elements there are and what their values must be.
"""

from feedd.lint.document import ATOM, JSON, OPML, RSS, lint
from feedd.lint.findings import Finding, Level
from feedd.lint.rules import HOLDING, RULES, Rule

__all__ = ["ATOM", "HOLDING", "JSON", "OPML", "RSS", "RULES", "Finding", "Level", "Rule", "lint"]
