"""python python.py LIBRARY URL: what a feed library of Python reads, one JSON line for each entry."""

from __future__ import annotations

import calendar
import json
import sys
import urllib.request
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

Row = dict[str, Any]


def stamp(moment: Any) -> int | None:
    """Seconds since 1970 of what libraries call a date."""
    if moment is None:
        return None
    if isinstance(moment, int | float):
        return int(moment)
    if isinstance(moment, datetime):
        return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
    if isinstance(moment, str):
        return stamp(datetime.fromisoformat(moment))
    return calendar.timegm(moment)


def fetch(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=20) as response:
        return bytes(response.read())


def of_feedparser(url: str) -> Iterable[Row]:
    import feedparser

    parsed = feedparser.parse(url)
    assert not parsed.bozo, parsed.get("bozo_exception")
    for entry in parsed.entries:
        yield {
            "title": entry.get("title"),
            "published": stamp(entry.get("published_parsed")),
            "updated": stamp(entry.get("updated_parsed")),
            "link": entry.get("link"),
            "id": entry.get("id"),
            "enclosures": [[each.href, each.get("length"), each.get("type")] for each in entry.enclosures],
            "content": entry.content[0].value if "content" in entry else entry.get("summary"),
        }


def of_reader(url: str) -> Iterable[Row]:
    from reader import make_reader

    reader = make_reader(":memory:")
    reader.add_feed(url)
    reader.update_feed(url)
    for entry in reader.get_entries():
        content = entry.get_content()
        yield {
            "title": entry.title,
            "published": stamp(entry.published),
            "updated": stamp(entry.updated),
            "link": entry.link,
            "id": entry.id,
            "enclosures": [[each.href, each.length, each.type] for each in entry.enclosures],
            "content": content.value if content else None,
        }


def of_atoma(url: str) -> Iterable[Row]:
    import atoma

    data = fetch(url)
    if url.endswith(".atom"):
        for entry in atoma.parse_atom_bytes(data).entries:
            files = [link for link in entry.links if link.rel == "enclosure"]
            yield {
                "title": entry.title.value if entry.title else None,
                "published": stamp(entry.published),
                "updated": stamp(entry.updated),
                "link": next(link.href for link in entry.links if link.rel in (None, "alternate")),
                "id": entry.id_,
                "enclosures": [[link.href, link.length, link.type_] for link in files],
                "content": entry.content.value if entry.content else None,
            }
    elif url.endswith(".json"):
        for item in atoma.parse_json_feed_bytes(data).items:
            yield {
                "title": item.title,
                "published": stamp(item.date_published),
                "updated": stamp(item.date_modified),
                "link": item.url,
                "id": item.id_,
                "enclosures": [[each.url, each.size_in_bytes, each.mime_type] for each in item.attachments or []],
                "content": item.content_html or item.content_text,
            }
    else:
        for item in atoma.parse_rss_bytes(data).items:
            yield {
                "title": item.title,
                "published": stamp(item.pub_date),
                "link": item.link,
                "id": item.guid,
                "enclosures": [[each.url, each.length, each.type] for each in item.enclosures],
                "content": item.content_encoded or item.description,
            }


def of_fastfeedparser(url: str) -> Iterable[Row]:
    import fastfeedparser

    for entry in fastfeedparser.parse(url).entries:
        links = [each | {"url": each["href"]} for each in entry.get("links", []) if each.get("rel") == "enclosure"]
        files = entry.get("enclosures") or links
        content = entry.get("content") or []
        yield {
            "title": entry.get("title"),
            "published": stamp(entry.get("published")),
            "updated": stamp(entry.get("updated")),
            "link": entry.get("link"),
            "id": entry.get("id"),
            "enclosures": [[each.get("url"), each.get("length"), each.get("type")] for each in files],
            "content": content[0].get("value") if content else entry.get("description"),
        }


def of_podcastparser(url: str) -> Iterable[Row]:
    import podcastparser

    with urllib.request.urlopen(url, timeout=20) as stream:
        parsed = podcastparser.parse(url, stream)
    for episode in parsed["episodes"]:
        yield {
            "title": episode["title"],
            "published": stamp(episode["published"]),
            "link": episode["link"],
            "id": episode["guid"],
            "enclosures": [[each["url"], each["file_size"], each["mime_type"]] for each in episode["enclosures"]],
            "content": episode.get("description_html") or episode["description"],
        }


if __name__ == "__main__":
    for row in globals()[f"of_{sys.argv[1]}"](sys.argv[2]):
        print(json.dumps(row))
