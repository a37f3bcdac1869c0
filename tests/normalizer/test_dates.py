"""Dates as people write them: one instant for each, or a message."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedd.normalizer.dates import ParsedDate, parse_date

BERLIN = ZoneInfo("Europe/Berlin")
ZONE = ZoneInfo("UTC")


def read(raw: Any, zone: ZoneInfo = BERLIN) -> str:
    """The instant as text, "date only" behind it where that is so."""
    found = parse_date(raw, zone)
    assert isinstance(found, ParsedDate), found
    assert found.instant.tzinfo is UTC
    assert found.instant.microsecond == 0
    return f"{found.instant:%Y-%m-%d %H:%M:%S}" + (" date only" if found.date_only else "")


@pytest.mark.parametrize(
    ("raw", "instant"),
    [
        ("2026-11-23T10:00:00+01:00", "2026-11-23 09:00:00"),
        ("2026-11-23T10:00:00+0100", "2026-11-23 09:00:00"),
        ("2026-11-23T10:00:00Z", "2026-11-23 10:00:00"),
        ("2026-11-23T10:00:00.123456789Z", "2026-11-23 10:00:00"),
        ("2026-11-23 10:00:00,999 +01:00", "2026-11-23 09:00:00"),
        ("2026-11-23 10:00:00 -0800", "2026-11-23 18:00:00"),
        ("2026-11-23 10:00:00-08", "2026-11-23 18:00:00"),
        ("2026-11-23 10:00 \u221208:00", "2026-11-23 18:00:00"),
        ("2026-11-23 10:00", "2026-11-23 09:00:00"),
        ("2026-07-23 10:00", "2026-07-23 08:00:00"),
        ("2026-11-23 4:00:00", "2026-11-23 03:00:00"),
        ("2019-02-28 5:00 PM", "2019-02-28 16:00:00"),
        ("2019-02-28 12:30 am", "2019-02-27 23:30:00"),
        ("2026-11-23 10:00:00 CET", "2026-11-23 09:00:00"),
        ("2026-11-23 10:00:00 EST", "2026-11-23 15:00:00"),
        ("2026-11-23 10:00 UTC", "2026-11-23 10:00:00"),
        ("2026-11-23T24:00Z", "2026-11-24 00:00:00"),
        ("2026-12-31T24:00:00Z", "2027-01-01 00:00:00"),
        ("2016-12-31T23:59:60Z", "2017-01-01 00:00:00"),
        ("  2026-11-23T10:00Z\n", "2026-11-23 10:00:00"),
        ("2026-11-23", "2026-11-22 23:00:00 date only"),
        ("2024-4-09", "2024-04-08 22:00:00 date only"),
        ("2026/11/23", "2026-11-22 23:00:00 date only"),
        ("20261123", "2026-11-22 23:00:00 date only"),
        (20261123, "2026-11-22 23:00:00 date only"),
        ("20261123T103000Z", "2026-11-23 10:30:00"),
        ("Mon, 23 Nov 2026 10:00:00 +0100", "2026-11-23 09:00:00"),
        ("23 Nov 26 10:00 GMT", "2026-11-23 10:00:00"),
        ("Wed, 02 Oct 2002 08:00:00 EST", "2002-10-02 13:00:00"),
        ("Mon Nov 23 10:00:00 2026", "2026-11-23 09:00:00"),
        ("23 Nov 2026", "2026-11-22 23:00:00 date only"),
        ("23. November 2026", "2026-11-22 23:00:00 date only"),
        ("November 23, 2026 10:00 am", "2026-11-23 09:00:00"),
        ("Nov 23rd, 2026 at 5pm", "2026-11-23 16:00:00"),
        ("Monday, November 23, 2026", "2026-11-22 23:00:00 date only"),
        ("23/11/2026", "2026-11-22 23:00:00 date only"),
        ("11/23/2026", "2026-11-22 23:00:00 date only"),
        ("05.05.2026", "2026-05-04 22:00:00 date only"),
        (1700000000, "2023-11-14 22:13:20"),
        ("1700000000", "2023-11-14 22:13:20"),
        (1700000000123, "2023-11-14 22:13:20"),
        (1700000000.9, "2023-11-14 22:13:20"),
        ("1955-01-02 03:04:05Z", "1955-01-02 03:04:05"),
        ("2050-01-02T00:00Z", "2050-01-02 00:00:00"),
        ("9999-12-31", "9999-12-30 23:00:00 date only"),
        (datetime(2026, 11, 23, 10, 0, 0, 5), "2026-11-23 09:00:00"),
        (datetime(2026, 11, 23, 10, tzinfo=timezone(timedelta(hours=5))), "2026-11-23 05:00:00"),
        (date(2026, 11, 23), "2026-11-22 23:00:00 date only"),
    ],
)
def test_read(raw: Any, instant: str) -> None:
    """A shape with one meaning is that instant; without a zone it is local time in the given one."""
    assert read(raw) == instant


@pytest.mark.parametrize(
    ("local", "instant"),
    [
        ("2026-03-29 02:30", "2026-03-29 01:30:00"),  # 02:00-03:00 does not exist: as much later as the gap is long
        ("2026-03-29 01:59", "2026-03-29 00:59:00"),
        ("2026-03-29 03:00", "2026-03-29 01:00:00"),
        ("2026-10-25 02:30", "2026-10-25 00:30:00"),  # comes twice: the first one
        ("2026-10-25 03:00", "2026-10-25 02:00:00"),
    ],
)
def test_clock_changes(local: str, instant: str) -> None:
    """A time that does not exist moves forward by the gap, one that comes twice is the earlier."""
    assert read(local, BERLIN) == instant


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ("03/04/2026", "two days"),
        ("3.4.2026", "two days"),
        ("13/13/2026", "no month"),
        ("0000-00-00", "no day"),
        ("0000-01-01", "no day"),
        ("2026-02-30", "no day 2026-02-30"),
        ("2023-02-29", "no day"),
        ("2026-13-01", "no day"),
        ("31 November 2026", "no day"),
        ("2026-11-23 25:00", "no time"),
        ("2026-11-23 24:01", "no time"),
        ("2026-11-23 10:60", "no time"),
        ("2026-11-23 13:00 pm", "o'clock"),
        ("2026-11-23T10:00+99:99", "no offset"),
        ("2026-11-23T10:00+14:30", "no offset"),
        ("2026-11-23 10:00 IST", "zone"),
        ("2026-11-23T10", "no minutes"),
        ("2026-W48-1", "week"),
        ("2026W48", "week"),
        ("2026-327", "not a date"),
        ("yesterday", "not a date"),
        ("4:00:00", "not a date"),
        ("10 am", "not a date"),
        ("Monday", "not a date"),
        ("23 Nov", "not a date"),
        ("23 Nov 26", "not a date"),
        ("2026", "not a date"),
        ("2026-11", "not a date"),
        ("٢٠٢٦-١١-٢٣", "not a date"),
        ("x" * 10_000, "not a date"),
        ("9" * 5_000, "not a date"),
        ("", "empty"),
        (" \n", "empty"),
        (2026, "not a date"),
        (0, "not a date"),
        (-1700000000, "not a date"),
        (10**400, "not a date"),
        (float("nan"), "not a date"),
        (float("inf"), "not a date"),
        (2026.11, "not a date"),
        (None, "nothing"),
        (True, "true or false"),
        ([], "a list"),
        ({}, "a mapping"),
        (time(10, 0), "not a date"),
        ("9999-12-31T23:59:59-14:00", "end of the calendar"),
        ("9999-12-31T24:00", "end of the calendar"),
        ("0001-01-01T00:00:00+14:00", "end of the calendar"),
        (datetime(9999, 12, 31, 23, 59, 59), "end of the calendar"),
        (datetime(1, 1, 1), "end of the calendar"),
    ],
)
def test_refused(raw: Any, message: str) -> None:
    """What can mean two days, or none, is a message and never a guess."""
    found = parse_date(raw, BERLIN)
    assert isinstance(found, str)
    assert message in found
    assert len(found) < 200


def test_rules_have_names() -> None:
    """People can ask which shape was seen."""
    assert [
        parse_date(raw, ZONE).rule  # type: ignore[union-attr]
        for raw in ("2026-11-23", "Mon, 23 Nov 2026 10:00:00 GMT", "Nov 23, 2026", 1700000000, 1700000000000)
    ] == ["ISO 8601", "RFC 822", "month day, year", "Unix seconds", "Unix milliseconds"]


@settings(deadline=None)
@given(
    st.one_of(
        st.text(alphabet="0123456789-:/. TZ+apmNovMon,W", max_size=30),
        st.text(max_size=30),
        st.integers(),
        st.floats(),
        st.datetimes(),
        st.dates(),
        st.binary(max_size=4),
    ),
    st.sampled_from(["UTC", "Europe/Berlin", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Africa/Monrovia"]),
)
def test_never_raises(raw: Any, zone: str) -> None:
    """Any value is an instant that can be shown in every zone, or a message."""
    found = parse_date(raw, ZoneInfo(zone))
    if isinstance(found, ParsedDate):
        found.instant.astimezone(timezone(timedelta(hours=14)))
        found.instant.astimezone(timezone(timedelta(hours=-14)))


@settings(deadline=None)
@given(st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1)), st.integers(-14 * 60, 14 * 60))
def test_iso_round_trip(local: datetime, offset: int) -> None:
    """What `isoformat` writes is read as the same instant, to the second."""
    moment = local.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=offset)))
    assert parse_date(moment.isoformat(), BERLIN) == ParsedDate(moment.astimezone(UTC), False, "ISO 8601")
