"""The clock that an author looked at, and the zone it was in: what dates and addresses with a date are made of."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from feedd.normalizer.dates import ParsedDate, parse_date

_UTC = ZoneInfo("UTC")
_OWN_ZONE = re.compile(r"(?<=:[0-9]{2})(?:[.,][0-9]{1,9})?[ ]?(?:z|utc|gmt|[+-][0-9]{2}:?[0-9]{2})$", re.IGNORECASE)


def wall_clock(written: object) -> datetime | None:
    """The date and time as they are written, whatever zone stands behind them; None if it is no date. Its zone is UTC
    and means nothing."""
    plain = _OWN_ZONE.sub("", written.strip()) if isinstance(written, str) else written
    if isinstance(plain, datetime):  # of TOML
        plain = plain.replace(tzinfo=None)
    parsed = parse_date(plain, _UTC)
    return parsed.instant if isinstance(parsed, ParsedDate) else None


def is_zone(name: str) -> bool:
    """Is there a time zone of this name? ("Europe" is a folder of zones, and an OSError.)"""
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # ZoneInfoNotFoundError is a KeyError
        return False
    return True
