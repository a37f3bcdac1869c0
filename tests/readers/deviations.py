"""Where a reader shows something else than it was given, and why. All else is an error, ours or the reader's."""

from __future__ import annotations

from collections.abc import Sequence

_NO_UPDATED = "RSS has no date of a change; the reader shows the date of publication in its place"
_UPDATED = "takes the date of the change for that of publication, as Atom calls only the former mandatory"
_TWICE = "unescapes XML text twice, so that what an article says about markup becomes markup"
_UNTITLED = "leaves out what has no title"
_MADE_UP = "makes up a title for what has none"
_PICTURES = "lists an article's picture among the attachments"
_RECORDINGS = "lists only sounds and films"
_SUMMARY = "shows the summary, never the content"

# (reader, format, field) -> why. A reader is named with its kind, because there are two called feedparser.
KNOWN: dict[tuple[str, str, str], str] = {
    ("feedparser (Python)", "rss", "updated"): _NO_UPDATED,
    ("podcastparser (Python)", "rss", "entries"): _UNTITLED,
    ("podcastparser (Python)", "rss", "enclosures"): _PICTURES,
    ("@rowanmanning/feed-parser (Node)", "rss", "enclosures"): _PICTURES,
    ("@rowanmanning/feed-parser (Node)", "atom", "enclosures"): _PICTURES,
    ("feedparser (Node)", "rss", "enclosures"): _PICTURES,
    ("feedparser (Node)", "atom", "enclosures"): _PICTURES,
    ("gpodder (desktop)", "rss", "enclosures"): _PICTURES,
    ("liferea (desktop)", "rss", "enclosures"): _PICTURES,
    ("liferea (desktop)", "atom", "enclosures"): _PICTURES,
    ("newsboat (terminal)", "rss", "enclosures"): _RECORDINGS,
    ("newsboat (terminal)", "atom", "enclosures"): _RECORDINGS,
    ("rss-parser (Node)", "atom", "enclosures"): "knows no enclosures in Atom",
    ("@rowanmanning/feed-parser (Node)", "rss", "title"): _TWICE,
    ("@rowanmanning/feed-parser (Node)", "rss", "updated"): _NO_UPDATED,
    ("@rowanmanning/feed-parser (Node)", "rss", "content"): _TWICE,
    ("@rowanmanning/feed-parser (Node)", "atom", "title"): _TWICE,
    ("@rowanmanning/feed-parser (Node)", "atom", "content"): _TWICE,
    ("feedparser (Node)", "rss", "updated"): _NO_UPDATED,
    ("@extractus/feed-extractor (Node)", "rss", "title"): _TWICE,
    ("@extractus/feed-extractor (Node)", "atom", "title"): _TWICE,
    ("@extractus/feed-extractor (Node)", "atom", "published"): _UPDATED,
    ("htmlparser2 (Node)", "rss", "content"): _SUMMARY,
    ("htmlparser2 (Node)", "atom", "content"): _SUMMARY,
    ("htmlparser2 (Node)", "atom", "published"): _UPDATED,
    ("podcast-partytime (Node)", "rss", "entries"): "lists only what has an enclosure",
    ("podparse (Node)", "rss", "content"): _SUMMARY,
    ("gofeed (Go)", "json", "enclosures"): "takes an attachment's duration for its length",
    ("newsboat (terminal)", "rss", "title"): _MADE_UP,
    ("newsboat (terminal)", "atom", "title"): _MADE_UP,
    ("newsboat (terminal)", "rss", "published"): "keeps dates in 32 bits without sign: before 1970 is after 2106",
    ("newsboat (terminal)", "atom", "published"): "keeps dates in 32 bits without sign: before 1970 is after 2106",
    ("rss2email (mail)", "rss", "title"): _MADE_UP,
    ("rss2email (mail)", "atom", "published"): _UPDATED,
    ("feed2exec (mail)", "rss", "title"): _MADE_UP,
    ("feed2exec (mail)", "atom", "published"): _UPDATED,
    ("gpodder (desktop)", "rss", "entries"): _UNTITLED,
    ("liferea (desktop)", "rss", "title"): "takes the title for HTML, and removes tags from it",
    ("liferea (desktop)", "rss", "content"): "takes the summary where that is longer than the content",
}


def reasons(reader: str, format: str, fields: Sequence[str]) -> dict[str, str]:
    """Why these fields of a reader differ, for those of which we know."""
    return {field: KNOWN[reader, format, field] for field in fields if (reader, format, field) in KNOWN}
