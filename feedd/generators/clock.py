"""The clock that an author looked at: what addresses with a date in them are made of."""

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
