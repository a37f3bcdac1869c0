"""Webhooks after Standard Webhooks 1.0.0: a signed JSON message about the entries that changed. Pure.

The message id is the delivery's id and stays the same over all attempts, so a receiver can drop a repetition; the
timestamp, and with it the signature, is that of the attempt, so that a receiver may refuse old ones.
"""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from feedd.model import Delivery, Endpoint, HttpRequest, HttpResponse, Outcome
from feedd.notifier import answers
from feedd.notifier.plan import TOLD

SECRET_PREFIX = "whsec_"  # noqa: S105 - the mark of a secret, not one


class Webhook:
    """Keeps `ports.Notifier`. Without secrets in the settings the message is sent unsigned."""

    def request(self, delivery: Delivery, endpoint: Endpoint, now: datetime) -> HttpRequest | Outcome:
        keys = [decode_secret(secret) for secret in endpoint.secrets]
        if None in keys:
            return Outcome(
                ok=False, retry=False, detail="a secret in the settings is not whsec_ followed by base64: nothing sent"
            )
        body = canonical({name: value for name, value in delivery.payload.items() if name != TOLD})
        message_id = delivery.id.replace(".", "-")  # the dot separates the parts of what is signed
        timestamp = str(int(now.timestamp()))
        headers = [("Content-Type", "application/json"), ("Webhook-Id", message_id), ("Webhook-Timestamp", timestamp)]
        if keys:
            signatures = " ".join(sign(key, message_id, timestamp, body) for key in keys if key is not None)
            headers.append(("Webhook-Signature", signatures))
        return HttpRequest(
            method="POST",
            url=delivery.url,
            headers=tuple(headers),
            body=body,
            timeout=endpoint.timeout,
            allow_private=endpoint.allow_private,
            ca_file=endpoint.ca_file,
        )

    def judge(self, response: HttpResponse, now: datetime) -> Outcome:
        """2xx is success, 410 or "webhook-delivery: disable" a farewell. Any other answer is tried again, those that
        look like a mistake in somebody's settings only a few times (`settle`)."""
        if answers.is_success(response.status):
            return answers.success(response)
        if response.status == 410 or response.headers.get("webhook-delivery", "").strip().lower() == "disable":
            detail = f"answered {response.status}: the receiver wants no more messages - remove it from the settings"
            return answers.failure(response, now, retry=False, detail=detail)
        return answers.failure(response, now, retry=True)


def canonical(payload: Mapping[str, Any]) -> bytes:
    """The same payload gives the same bytes, attempt after attempt: keys sorted, no spaces, UTF-8."""
    return json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")


def sign(key: bytes, message_id: str, timestamp: str, body: bytes) -> str:
    """One symmetric signature: "v1," and the base64 HMAC-SHA256 of "id.timestamp.body"."""
    content = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, content, "sha256")).decode("ascii")


def decode_secret(secret: str) -> bytes | None:
    """The key inside "whsec_<base64>" (prefix and padding may be missing), None if it is not one."""
    text = secret.strip().removeprefix(SECRET_PREFIX)
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True) or None
    except ValueError:
        return None
