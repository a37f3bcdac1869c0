"""HTTP answers -> outcomes: what the notifiers have in common. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from feedd.model import HttpResponse, Outcome

# Request Timeout, Too Early, Too Many Requests: the only 4xx that time alone can heal (RFC 9110 §15.5, RFC 8470).
PASSING_4XX = frozenset({408, 425, 429})
MAX_DETAIL = 200
LONGEST_WAIT = timedelta(days=365)  # what a peer may name; `settle` has its own, much smaller limit
READABLE = ("text/plain", "application/json")


def is_success(status: int) -> bool:
    return 200 <= status < 300


def may_pass(status: int) -> bool:
    """Is this a failure that may go away without anybody doing something?"""
    return status >= 500 or status in PASSING_4XX


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """How long the peer asks us to wait: Retry-After as seconds or as a date (RFC 9110 §10.2.3), never negative.
    None if it does not say, or says something else."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return timedelta(seconds=int(value)) if len(value) <= 7 else LONGEST_WAIT
    try:
        until = parsedate_to_datetime(value)
        aware = until if until.tzinfo is not None else until.replace(tzinfo=UTC)
        return min(max(aware - now, timedelta(0)), LONGEST_WAIT)
    except (ValueError, OverflowError):
        return None


def success(response: HttpResponse) -> Outcome:
    return Outcome(ok=True, status=response.status)


def failure(response: HttpResponse, now: datetime, *, retry: bool, detail: str = "") -> Outcome:
    """A refusal with everything the answer says about when and why. `detail` replaces the words for the status."""
    words = detail or f"answered {describe(response.status)}{said(response)}"
    return Outcome(
        ok=False,
        retry=retry,
        retry_after=retry_after(response.headers, now) if retry else None,
        status=response.status,
        detail=words[:MAX_DETAIL],
    )


def describe(status: int) -> str:
    """A status in words: "503 Service Unavailable"."""
    if 300 <= status < 400:
        return f"{status} (redirects are not followed: put the new address into the settings)"
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def said(response: HttpResponse) -> str:
    """The peer's own explanation if it is text, made fit for one line of a log: ": topic is not known"."""
    if not response.headers.get("content-type", "").lower().startswith(READABLE):
        return ""
    text = one_line(response.body[:1000].decode("utf-8", "replace"))
    return f": {text[:120]}" if text else ""


def one_line(text: str) -> str:
    """Without control, format and line-breaking characters, which could forge or hide parts of a log line."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
