"""What a hub is sent, and what its answers mean."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qsl

import pytest

from feedd.model import Endpoint, HttpRequest, HttpResponse
from feedd.notifier.websub import WebSub
from tests.support.make import NOON, delivery

HUB = Endpoint("hub", "websub", "https://hub.example/")


@pytest.mark.parametrize(
    "topic", ["https://ann.example/feed.xml", "https://ann.example/tags/c%2B%2B.xml?a=1&b=2", "https://ann.example/ä"]
)
def test_the_form(topic: str) -> None:
    """One topic, byte for byte, under both of the names that hubs read."""
    request = WebSub().request(delivery(topic=topic), HUB, NOON)
    assert isinstance(request, HttpRequest)
    expected = [("hub.mode", "publish"), ("hub.url", topic), ("hub.topic", topic)]
    assert parse_qsl(request.body.decode(), strict_parsing=True) == expected
    assert dict(request.headers)["Content-Type"] == "application/x-www-form-urlencoded"


def test_a_fixed_request_on_the_wire() -> None:
    """The body is exactly what is documented."""
    request = WebSub().request(delivery(), HUB, NOON)
    assert isinstance(request, HttpRequest)
    topic = b"https%3A%2F%2Fann.example%2Ffeed.xml"
    assert request.body == b"hub.mode=publish&hub.url=" + topic + b"&hub.topic=" + topic


@pytest.mark.parametrize(
    ("status", "ok", "retry"),
    [
        (200, True, True), (201, True, True), (202, True, True), (204, True, True), (299, True, True),
        (400, False, False), (401, False, False), (403, False, False), (404, False, False), (410, False, False),
        (422, False, False), (408, False, True), (425, False, True), (429, False, True),
        (301, False, True), (307, False, True), (500, False, True), (503, False, True), (101, False, True),
    ],
)  # fmt: skip
def test_answers(status: int, ok: bool, retry: bool) -> None:
    """Any 2xx is success, a 4xx that time does not heal is final, the rest is tried again."""
    outcome = WebSub().judge(HttpResponse(status, {}, b""), NOON)
    assert (outcome.ok, outcome.retry, outcome.status) == (ok, retry, status)


def test_retry_after_is_passed_on() -> None:
    """What the hub asks for reaches the verdict; a final answer asks for nothing."""
    headers = {"retry-after": "90"}
    assert WebSub().judge(HttpResponse(429, headers, b""), NOON).retry_after == timedelta(seconds=90)
    assert WebSub().judge(HttpResponse(403, headers, b""), NOON).retry_after is None
