"""The feed that a site had before: read it, and find the article that each of its items is. Pure."""

from feedd.takeover.match import Candidate, Match, Plan, match
from feedd.takeover.read import Document, ForeignItem, read

__all__ = ["Candidate", "Document", "ForeignItem", "Match", "Plan", "match", "read"]
