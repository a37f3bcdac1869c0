"""Webhook messages, checked with the independent verifier of the Standard Webhooks project."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import standardwebhooks
from hypothesis import given
from hypothesis import strategies as st

from feedd.model import Endpoint, HttpRequest, HttpResponse, Outcome
from feedd.notifier.webhook import Webhook, canonical, decode_secret, sign
from tests.support.make import NOON, delivery

NEW = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OLD = "whsec_" + base64.b64encode(b"the key that is being rotated out").decode()
PAYLOAD = {"type": "feed.entries.changed", "data": {"entries": [{"title": "Grüße & <mehr> 😀", "id": "urn:x:1"}]}}


def request(*secrets: str, now: datetime = NOON, id: str = "01J", payload: Any = PAYLOAD) -> HttpRequest | Outcome:
    endpoint = Endpoint("hook", "webhook", "https://hooks.example/in", secrets=secrets)
    return Webhook().request(delivery(id, kind="webhook", topic="entries", payload=payload), endpoint, now)


def made(*secrets: str, **fields: Any) -> HttpRequest:
    answer = request(*secrets, **fields)
    assert isinstance(answer, HttpRequest)
    return answer


def verify(secret: str, message: HttpRequest) -> Any:
    return standardwebhooks.Webhook(secret).verify(message.body, dict(message.headers))


def wall_clock() -> datetime:
    """The independent verifier refuses what is not from now, so only here the real time is taken."""
    return datetime.now(UTC)


def test_the_specification_s_own_example() -> None:
    """The signature over the example's id, timestamp and body is the one the specification's libraries give."""
    key = decode_secret(NEW)
    assert key is not None
    body = b'{"test": 2432232314}'
    expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert sign(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", body) == expected


def test_an_independent_verifier_accepts_it() -> None:
    """A receiver with the current secret accepts the message and reads the payload."""
    assert verify(NEW, made(NEW, now=wall_clock())) == PAYLOAD


def test_rotation() -> None:
    """While a secret is being rotated, receivers with the new and with the old one both accept; newest comes first."""
    message = made(NEW, OLD, now=wall_clock())
    assert verify(NEW, message) == verify(OLD, message) == PAYLOAD
    first = made(NEW, now=wall_clock())
    assert dict(message.headers)["Webhook-Signature"].split()[0].startswith("v1,")
    assert len(dict(message.headers)["Webhook-Signature"].split()) == 2
    assert len(dict(first.headers)["Webhook-Signature"].split()) == 1


def test_another_secret_or_body_is_refused() -> None:
    """The verifier refuses the message of another secret, and one whose body was touched."""
    message = made(NEW, now=wall_clock())
    with pytest.raises(standardwebhooks.WebhookVerificationError):
        verify(OLD, message)
    with pytest.raises(standardwebhooks.WebhookVerificationError):
        standardwebhooks.Webhook(NEW).verify(message.body.replace(b"urn:x:1", b"urn:x:2"), dict(message.headers))


def test_an_attempt_an_hour_later() -> None:
    """The id and the body stay the same over attempts; timestamp and signature are those of the attempt."""
    first, second = made(NEW), made(NEW, now=NOON + timedelta(hours=1))
    ours, theirs = dict(first.headers), dict(second.headers)
    assert (first.body, ours["Webhook-Id"]) == (second.body, theirs["Webhook-Id"])
    assert int(theirs["Webhook-Timestamp"]) - int(ours["Webhook-Timestamp"]) == 3600
    assert ours["Webhook-Signature"] != theirs["Webhook-Signature"]


def test_the_id_has_no_dot() -> None:
    """A dot would separate the parts of what is signed."""
    assert dict(made(NEW, id="a.b.c").headers)["Webhook-Id"] == "a-b-c"


def test_unsigned() -> None:
    """Without a secret there is no signature, but an id all the same."""
    headers = dict(made().headers)
    assert "Webhook-Signature" not in headers
    assert headers["Webhook-Id"] == "01J"


@pytest.mark.parametrize("secret", ["whsec_", "whsec_???", "", "whsec_ä", "whsec_a b"])
def test_a_broken_secret_sends_nothing(secret: str) -> None:
    """A secret that is none ends the delivery at once, without being shown."""
    outcome = request(NEW, secret)
    assert isinstance(outcome, Outcome)
    assert (outcome.ok, outcome.retry) == (False, False)
    assert secret.removeprefix("whsec_") in ("", "ä") or secret not in outcome.detail


@given(st.binary(min_size=1, max_size=64))
def test_secrets_are_read_as_the_verifier_reads_them(key: bytes) -> None:
    """With or without prefix and padding, the key is the same."""
    text = base64.b64encode(key).decode()
    for form in (text, text.rstrip("="), f"whsec_{text}", f"whsec_{text.rstrip('=')}", f" whsec_{text}\n"):
        assert decode_secret(form) == key


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), json_values, max_size=4))
def test_the_body_does_not_depend_on_the_order_of_keys(payload: dict[str, Any]) -> None:
    """The same payload gives the same bytes, and comes out of them again."""
    turned = dict(reversed(payload.items()))
    assert canonical(payload) == canonical(turned)
    assert json.loads(canonical(payload)) == payload


@pytest.mark.parametrize(
    ("status", "headers", "ok", "retry"),
    [
        (200, {}, True, True), (204, {}, True, True), (299, {}, True, True),
        (410, {}, False, False), (400, {"webhook-delivery": "disable"}, False, False),
        (503, {"webhook-delivery": " Disable "}, False, False), (503, {"webhook-delivery": "enable"}, False, True),
        (301, {}, False, True), (307, {}, False, True), (400, {}, False, True), (401, {}, False, True),
        (404, {}, False, True), (408, {}, False, True), (425, {}, False, True), (429, {}, False, True),
        (500, {}, False, True), (504, {}, False, True),
    ],
)  # fmt: skip
def test_answers(status: int, headers: dict[str, str], ok: bool, retry: bool) -> None:
    """2xx is success, 410 and "disable" are farewells, all the rest is tried again."""
    outcome = Webhook().judge(HttpResponse(status, headers, b""), NOON)
    assert (outcome.ok, outcome.retry, outcome.status) == (ok, retry, status)


def test_a_farewell_says_what_to_do() -> None:
    """The person who reads "410" learns that the endpoint is to be removed from the settings."""
    assert "remove it from the settings" in Webhook().judge(HttpResponse(410, {}, b""), NOON).detail
