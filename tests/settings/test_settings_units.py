"""Durations, sizes, shares and cron lines."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedd.settings import cron, units

DURATIONS = {
    "15m": timedelta(minutes=15),
    "1h30m": timedelta(hours=1, minutes=30),
    "1h 30m": timedelta(hours=1, minutes=30),
    "2 days": timedelta(days=2),
    "300ms": timedelta(milliseconds=300),
    "0s": timedelta(0),
    "1.5h": timedelta(minutes=90),
    " 3 w ": timedelta(weeks=3),
}


@pytest.mark.parametrize(("text", "expected"), DURATIONS.items())
def test_durations(text: str, expected: timedelta) -> None:
    """Numbers with units, added up; spaces do not matter."""
    assert units.duration(text) == expected


@pytest.mark.parametrize(
    "value",
    ["", "5", 5, 5.0, True, None, "m", "-5m", "1h-30m", "1h30", "5 M", "٥m", "1e3s", "99999999w", "9" * 400 + "d"],
)
def test_what_is_no_duration(value: object) -> None:
    """A bare number, a sign, an unknown unit, other digits, more than a century: none is guessed at."""
    with pytest.raises(units.UnitError) as caught:
        units.duration(value)
    assert caught.value.hint


SIZES = {
    "1MB": 10**6,
    "512 kB": 512_000,
    "1MiB": 2**20,
    "1.5k": None,
    "10": 10,
    4096: 4096,
    "2 GB": 2 * 10**9,
    "0.5KiB": 512,
    "7B": 7,
}


@pytest.mark.parametrize(("value", "expected"), SIZES.items())
def test_sizes(value: object, expected: int | None) -> None:
    """SI prefixes are powers of 1000, IEC ones of 1024; a bare number is bytes; a lone prefix is refused."""
    if expected is None:
        with pytest.raises(units.UnitError):
            units.size(value)
    else:
        assert units.size(value) == expected


@given(st.one_of(st.text(), st.integers(), st.floats(), st.none(), st.lists(st.integers(), max_size=2)))
def test_units_answer_or_refuse(value: object) -> None:
    """Whatever a file holds, a unit is read or refused with a hint; nothing else can happen."""
    for parse in (units.duration, units.size, units.share):
        try:
            parse(value)
        except units.UnitError as error:
            assert error.message
            assert error.hint


@given(
    st.integers(0, 3000), st.sampled_from([("m", 60), ("h", 3600), ("d", 86400), ("seconds", 1)]), st.integers(0, 59)
)
def test_durations_add_up(count: int, unit: tuple[str, int], seconds: int) -> None:
    """The parts of a duration are a sum."""
    assert units.duration(f"{count}{unit[0]} {seconds}s").total_seconds() == count * unit[1] + seconds


GOOD_CRON = [
    "* * * * *",
    "0 7 * * mon-fri",
    "*/15 0-6,22-23 1,15 JAN-mar 0",
    "5/15 * * * 7",
    "0 0 31 1,2 *",
    "0 0 30 2 mon",
    "0 0 29 feb *",
]
BAD_CRON = {
    "* * * *": "a cron line has five fields, this one has 4",
    "": "a cron line has five fields, this one has 0",
    "@daily": '"@daily" is a nickname, and only the five fields are understood',
    "60 * * * *": 'minute: "60" is outside 0 to 59',
    "* 24 * * *": 'hour: "24" is outside 0 to 23',
    "* * 0 * *": 'day of month: "0" is outside 1 to 31',
    "* * * 13 *": 'month: "13" is outside 1 to 12',
    "* * * * 8": 'day of week: "8" is outside 0 to 7',
    "* * * * monday": 'day of week: "monday" is outside 0 to 7',
    "30-10 * * * *": 'minute: "30-10" runs backwards',
    "*/0 * * * *": 'minute: "*/0" has a step of 0',
    "1,,2 * * * *": 'minute: "" is not understood',
    "L * * * *": 'minute: "l" is outside 0 to 59',
    "0 0 31 2,4 *": "no such month has a day 31, so it would never come",
}


@pytest.mark.parametrize("line", GOOD_CRON)
def test_cron_lines(line: str) -> None:
    """Numbers, names in any case, ranges, lists, steps; Sunday is 0 and 7."""
    assert cron.wrong_with(line) is None


@pytest.mark.parametrize(("line", "expected"), BAD_CRON.items())
def test_bad_cron_lines(line: str, expected: str) -> None:
    """What is wrong is said by field."""
    assert cron.wrong_with(line) == expected


@given(st.text(alphabet="0123456789*/-, monfeb", max_size=30))
def test_cron_never_raises(line: str) -> None:
    """Any text gets an answer."""
    assert cron.wrong_with(line) != ""
