"""WebSub, the publisher's side: tell a hub that a topic has new content. Pure.

The recommendation (W3C WebSub, 2 June 2026, §6) leaves this request open; this is what hubs have in common. Some read
`hub.url`, others `hub.topic`, so both carry the topic; of several topics in one request some hubs take the first and
some answer 400, so there is one.
"""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

from feedd.model import Delivery, Endpoint, HttpRequest, HttpResponse, Outcome
from feedd.notifier import answers


class WebSub:
    """Keeps `ports.Notifier`. `delivery.topic` is the document's rel=self URL, byte for byte: hubs key on it."""

    def request(self, delivery: Delivery, endpoint: Endpoint, now: datetime) -> HttpRequest | Outcome:
        form = {"hub.mode": "publish", "hub.url": delivery.topic, "hub.topic": delivery.topic}
        return HttpRequest(
            method="POST",
            url=delivery.url,
            headers=(("Content-Type", "application/x-www-form-urlencoded"),),
            body=urlencode(form).encode("ascii"),
            timeout=endpoint.timeout,
            allow_private=endpoint.allow_private,
            ca_file=endpoint.ca_file,
        )

    def judge(self, response: HttpResponse, now: datetime) -> Outcome:
        """Any 2xx is success (hubs answer 200, 202 and 204). A 4xx is final unless it is one that time heals: the hub
        does not want this topic."""
        if answers.is_success(response.status):
            return answers.success(response)
        final = 400 <= response.status < 500 and not answers.may_pass(response.status)
        return answers.failure(response, now, retry=not final)
