"""The notifier contract, kept by every built-in kind."""

from __future__ import annotations

import pytest

from feedd.errors import UsageError
from feedd.notifier import NOTIFIERS, load
from tests.contracts.notifier_contract import NotifierContract
from tests.support.loopback import Answer

TAKEN = (
    b"<?xml version='1.0'?><methodResponse><params><param><value><struct>"
    b"<member><name>flerror</name><value><boolean>0</boolean></value></member>"
    b"<member><name>message</name><value>Thanks for the ping.</value></member>"
    b"</struct></value></param></params></methodResponse>"
)


class TestWebSub(NotifierContract):
    kind = "websub"
    topic = "https://ann.example/feed.xml"
    payload = {"url": topic}  # noqa: RUF012 - read only
    good = (Answer(204), Answer(202), Answer(200, body=b"ok"))


class TestXmlRpc(NotifierContract):
    kind = "xmlrpc"
    topic = "https://ann.example"
    payload = {  # noqa: RUF012 - read only
        "name": "Ann", "url": topic, "check": topic, "feed": "https://ann.example/feed.xml",
    }  # fmt: skip
    good = (Answer(200, (("Content-Type", "text/xml"),), TAKEN),)


class TestWebhook(NotifierContract):
    kind = "webhook"
    topic = "entries"
    payload = {"type": "feed.entries.changed", "data": {"entries": []}}  # noqa: RUF012 - read only
    secrets = ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",)
    good = (Answer(204), Answer(202), Answer(200, body=b"ok"))


def test_every_built_in_kind_keeps_the_contract() -> None:
    """A kind in the table without a contract class above is a mistake."""
    assert {c.kind for c in NotifierContract.__subclasses__()} == set(NOTIFIERS)


def test_an_unknown_kind_is_answered_with_the_known_ones() -> None:
    """A kind nobody offers is refused by name, with the names that work."""
    with pytest.raises(UsageError) as caught:
        load("carrier-pigeon")
    assert "carrier-pigeon" in caught.value.message
    assert "webhook, websub, xmlrpc" in caught.value.hint
