"""What a ping service is sent, and the many ways it says yes and no."""

from __future__ import annotations

import time
import xmlrpc.client
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedd.model import Endpoint, HttpRequest, HttpResponse, Outcome
from feedd.notifier.xmlrpc import XmlRpc
from tests.support.make import NOON, delivery

SITE = "https://ann.example"
PAYLOAD = {"name": "Ann & <Söhne>", "url": SITE, "check": SITE + "/new/", "feed": SITE + "/feed.xml"}


def request(*, extended: bool = True, **fields: str) -> HttpRequest | Outcome:
    endpoint = Endpoint("ping", "xmlrpc", "https://rpc.example/RPC2", extended=extended)
    return XmlRpc().request(delivery(kind="xmlrpc", payload=PAYLOAD | fields), endpoint, NOON)


def call(*, extended: bool = True, **fields: str) -> tuple[tuple[Any, ...], str | None]:
    made = request(extended=extended, **fields)
    assert isinstance(made, HttpRequest)
    return xmlrpc.client.loads(made.body)


def judge(body: bytes, status: int = 200) -> Outcome:
    return XmlRpc().judge(HttpResponse(status, {}, body), NOON)


def struct(flerror: str, name: str = "flerror", message: str = "<value>said</value>") -> bytes:
    return (
        f"<methodResponse><params><param><value><struct><member><name>{name}</name>{flerror}</member>"
        f"<member><name>message</name>{message}</member></struct></value></param></params></methodResponse>"
    ).encode()


def test_the_extended_ping() -> None:
    """Name, site, page and feed, in this order, as UTF-8 XML."""
    expected = ((PAYLOAD["name"], SITE, SITE + "/new/", SITE + "/feed.xml"), "weblogUpdates.extendedPing")
    assert call() == expected
    made = request()
    assert isinstance(made, HttpRequest)
    assert dict(made.headers)["Content-Type"] == "text/xml; charset=utf-8"
    assert "Söhne".encode() in made.body


def test_the_plain_ping() -> None:
    """Name and site only."""
    assert call(extended=False) == ((PAYLOAD["name"], SITE), "weblogUpdates.ping")


def test_a_long_name_is_cut() -> None:
    """The name ends at 1024 characters."""
    assert call(name="ä" * 2000)[0][0] == "ä" * 1024


def test_a_name_that_xml_cannot_write() -> None:
    """Characters XML has no way to write are left out."""
    assert call(name="A\x00n\x1bn\ud800\ufffe")[0][0] == "Ann"


@pytest.mark.parametrize("field", ["url", "check", "feed"])
def test_a_url_too_long_for_the_protocol_is_final(field: str) -> None:
    """A URL of 256 characters is not sent at all; one of 255 is."""
    outcome = request(**{field: SITE + "/" + "x" * (255 - len(SITE))})
    assert isinstance(outcome, Outcome)
    assert (outcome.ok, outcome.retry) == (False, False)
    assert "255" in outcome.detail
    assert isinstance(request(**{field: SITE + "/" + "x" * (254 - len(SITE))}), HttpRequest)


TAKEN = ("<value><boolean>0</boolean></value>", "<value><int>0</int></value>", "<value><i4>0</i4></value>",
         "<value>0</value>", "<value> 0 </value>", "<value><string>false</string></value>", "<value></value>",
         "<value><string>False</string></value>", "<value><double>0.0</double></value>")  # fmt: skip
REFUSED = ("<value><boolean>1</boolean></value>", "<value><int>1</int></value>", "<value><i4>-1</i4></value>",
           "<value>1</value>", "<value>true</value>", "<value><string>True</string></value>")  # fmt: skip


@pytest.mark.parametrize("name", ["flerror", "flError", "FLERROR"])
@pytest.mark.parametrize("value", TAKEN)
def test_every_way_to_say_yes(value: str, name: str) -> None:
    """`flerror` may be a boolean, a number or text, under a name in any case."""
    assert judge(struct(value, name)).ok


@pytest.mark.parametrize("value", REFUSED)
def test_every_way_to_say_no(value: str) -> None:
    """A refusal is a failure although the status is 200, and carries the service's words."""
    outcome = judge(struct(value))
    assert (outcome.ok, outcome.retry, outcome.detail) == (False, True, "refused the ping: said")


def test_extra_members_do_not_matter() -> None:
    """Members nobody asked for are ignored, also nested ones."""
    extra = "<value><array><data><value><int>1</int></value></data></array></value>"
    assert judge(struct("<value><boolean>0</boolean></value>", message=extra)).ok


def test_a_bare_boolean() -> None:
    """Some services answer just true."""
    answer = "<methodResponse><params><param><value><boolean>{}</boolean></value></param></params></methodResponse>"
    assert judge(answer.format(1).encode()).ok
    assert not judge(answer.format(0).encode()).ok


def test_a_fault() -> None:
    """A fault inside a 200 is a refusal with the fault's words."""
    body = xmlrpc.client.dumps(xmlrpc.client.Fault(4, "slow\ndown"), methodresponse=True).encode()
    outcome = judge(body)
    assert (outcome.ok, outcome.retry, outcome.detail) == (False, True, "refused the ping: slow down")


LAUGHS = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 12))
BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">' + LAUGHS + b"]>" + struct("<value>&l11;</value>")
OUTSIDE = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + struct(
    "<value>0</value>", message="<value>&e;</value>"
)


@pytest.mark.parametrize(
    "body", [BOMB, OUTSIDE, BOMB.decode().encode("utf-16"), b"<!DOCTYPE x>" + struct("<value>0</value>")]
)
def test_a_document_type_is_refused(body: bytes) -> None:
    """An answer that could declare entities is refused before it does, in any encoding, at once."""
    begun = time.monotonic()
    outcome = judge(body)
    assert (outcome.ok, outcome.detail) == (False, "answered 200, but the answer has a document type")
    assert time.monotonic() - begun < 1


GARBAGE = {
    "nothing": b"",
    "text": b"Thanks for the ping",
    "a page": b"<!doctype html><title>hi</title>",
    "other XML": b"<rss/>",
    "cut off": struct("<value>0</value>")[:80],
    "no value": b"<methodResponse><params></params></methodResponse>",
    "two values": b"<methodResponse><params>" + b"<param><value>0</value></param>" * 2 + b"</params></methodResponse>",
    "no flerror": struct("<value>0</value>", name="other"),
    "an array": b"<methodResponse><params><param><value><array><data/></array></value></param></params>"
                b"</methodResponse>",
    "a huge number": struct(f"<value><int>{'9' * 5000}</int></value>"),
    "no number": struct("<value><int>x</int></value>"),
    "no boolean": struct("<value><boolean>maybe</boolean></value>"),
    "no date": struct("<value><dateTime.iso8601>x</dateTime.iso8601></value>"),
    "no base64": struct("<value><base64>x</base64></value>"),
    "unknown entity": struct("<value>&nope;</value>"),
    "unknown encoding": b'<?xml version="1.0" encoding="no-such"?>' + struct("<value>0</value>"),
    "closed twice": b"<methodResponse></methodResponse></methodResponse>",
}  # fmt: skip


@pytest.mark.parametrize("name", GARBAGE)
def test_garbage_is_a_failure_not_an_exception(name: str) -> None:
    """Whatever comes back with a 200, it is an outcome: not taken, tried again."""
    outcome = judge(GARBAGE[name])
    assert (outcome.ok, outcome.retry, outcome.status) == (False, True, 200)
    assert outcome.detail


TAGS = ("value", "struct", "member", "name", "array", "data", "int", "boolean", "string", "double", "base64", "nil",
        "dateTime.iso8601", "fault", "params", "param", "methodResponse", "methodName", "bigdecimal")  # fmt: skip


def element(tag: str, parts: list[str]) -> str:
    return f"<{tag}>{''.join(parts)}</{tag}>"


leaves = st.sampled_from(["", "0", "1", "x", "flerror", "&amp;", "9" * 400])
trees = st.recursive(leaves, lambda inner: st.builds(element, st.sampled_from(TAGS), st.lists(inner, max_size=4)))


@given(trees)
def test_any_tree_of_xml_rpc_tags_is_an_outcome(text: str) -> None:
    """No arrangement of XML-RPC's own elements raises anything."""
    for body in (text, f"<methodResponse>{text}</methodResponse>"):
        assert isinstance(judge(body.encode()), Outcome)


@pytest.mark.parametrize("status", [403, 404, 500, 302])
def test_other_statuses_are_failures(status: int) -> None:
    """A good body does not make up for a bad status."""
    outcome = judge(struct("<value>0</value>"), status)
    assert (outcome.ok, outcome.retry, outcome.status) == (False, True, status)
