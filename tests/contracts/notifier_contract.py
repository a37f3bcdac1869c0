"""What every notifier must make of a peer, run against a real server: subclass, name the kind, say what success is.

class TestWebSub(NotifierContract):
    kind = "websub"
    topic = "https://ann.example/feed.xml"
    payload = {"url": topic}
    good = (Answer(204), Answer(202))
"""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Mapping
from datetime import timedelta
from email.utils import format_datetime
from typing import Any, ClassVar

import pytest

from feedd.model import Delivery, DeliveryState, Endpoint, HttpRequest
from feedd.notifier import load
from feedd.notifier.deliver import Deliverer, Tried
from feedd.outbound import Client
from feedd.store.memory import MemoryStore
from tests.support.loopback import Answer, Loopback, free_port
from tests.support.make import NOON, at, delivery

PENDING, DONE, GIVEN_UP = DeliveryState.PENDING, DeliveryState.DONE, DeliveryState.GIVEN_UP


class NotifierContract:
    kind: ClassVar[str]
    topic: ClassVar[str]
    payload: ClassVar[Mapping[str, Any]]
    good: ClassVar[tuple[Answer, ...]]
    secrets: ClassVar[tuple[str, ...]] = ()

    def endpoint(self, url: str, **fields: Any) -> Endpoint:
        values = {"allow_private": True, "timeout": timedelta(seconds=5), "secrets": self.secrets} | fields
        return Endpoint(id="peer", kind=self.kind, url=url, **values)

    def delivery(self, url: str, **fields: Any) -> Delivery:
        values = {"endpoint": "peer", "kind": self.kind, "topic": self.topic, "payload": self.payload} | fields
        return delivery(**values, url=url)

    def request(self, url: str = "https://peer.example/in?key=1") -> HttpRequest:
        made = load(self.kind).request(self.delivery(url), self.endpoint(url), NOON)
        assert isinstance(made, HttpRequest)
        return made

    def tried(self, url: str, **fields: Any) -> Tried:
        """One delivery through the outbox, the deliverer, the notifier and the door."""
        store, endpoint = MemoryStore(), self.endpoint(url, **fields)
        store.record([], [self.delivery(url)], clean=(), now=NOON)
        client, notifiers = Client(), {self.kind: load(self.kind)}
        deliverer = Deliverer(
            store, client, notifiers, {"peer": endpoint}, clock=lambda: at(minutes=1), spread=lambda: 0.5
        )
        tried = asyncio.run(deliverer.deliver_once())
        assert tried is not None
        assert tried.settled
        return tried

    def answered(self, *answers: Answer, **fields: Any) -> Tried:
        with Loopback(*answers) as server:
            tried = self.tried(server.url + "/in", **fields)
            assert server.paths() == ["/in"]
            return tried

    def test_success(self) -> None:
        """Every answer that means success makes the delivery done."""
        for answer in self.good:
            tried = self.answered(answer)
            assert (tried.verdict.state, tried.outcome.status) == (DONE, answer.status), tried.outcome.detail

    def test_the_request_says_where_and_how_long(self) -> None:
        """URL, time limit, permission and CA file are those of the delivery and its endpoint."""
        url = "https://peer.example/in?key=1"
        endpoint = self.endpoint(url, timeout=timedelta(seconds=7), allow_private=False, ca_file="/ca.pem")
        made = load(self.kind).request(self.delivery(url), endpoint, NOON)
        assert isinstance(made, HttpRequest)
        got = (made.method, made.url, made.timeout, made.allow_private, made.ca_file)
        assert got == ("POST", url, timedelta(seconds=7), False, "/ca.pem")
        assert [name for name, _ in made.headers if name == "Content-Type"]

    def test_a_repetition_says_the_same(self) -> None:
        """Two attempts of one delivery have the same body."""
        assert self.request().body == self.request().body

    @pytest.mark.parametrize("status", [301, 302, 307, 308])
    def test_a_redirect_is_a_failure(self, status: int) -> None:
        """A redirect is not followed, and not success."""
        with Loopback() as other:
            tried = self.answered(Answer(status, (("Location", other.url),)))
            assert tried.verdict.state is PENDING
            assert "redirect" in tried.verdict.detail
            assert other.connections == 0

    def test_gone(self) -> None:
        """410 is no success, and the person who reads the result learns the status."""
        tried = self.answered(Answer(410))
        assert (tried.outcome.ok, tried.verdict.status) == (False, 410)
        assert "410" in tried.verdict.detail

    @pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 599])
    def test_what_time_heals_is_tried_again_soon(self, status: int) -> None:
        """An overloaded or broken peer is tried again within seconds."""
        tried = self.answered(Answer(status))
        assert (tried.verdict.state, tried.verdict.due) == (PENDING, at(minutes=1, seconds=5))
        assert str(status) in tried.verdict.detail

    @pytest.mark.parametrize(
        ("value", "wait"),
        [
            ("120", timedelta(seconds=120)),
            (format_datetime(at(minutes=4), usegmt=True), timedelta(minutes=3)),
            ("999999999999999999999", timedelta(hours=24)),
            ("Fri, 31 Dec 9999 23:59:59 GMT", timedelta(hours=24)),
            ("1", timedelta(seconds=5)),
            ("-5", timedelta(seconds=5)),
            ("soon", timedelta(seconds=5)),
            ("Mon, 23 Nov 2020 12:00:00 GMT", timedelta(seconds=5)),
        ],
    )
    def test_retry_after(self, value: str, wait: timedelta) -> None:
        """Retry-After in both its forms is honoured, between our own wait and a day; nonsense is ignored."""
        for status in (429, 503):
            tried = self.answered(Answer(status, (("Retry-After", value),)))
            assert tried.verdict.due == at(minutes=1) + wait

    def test_silence(self) -> None:
        """A peer that does not answer in time is tried again."""
        tried = self.answered(Answer(silent=True), timeout=timedelta(seconds=0.3))
        assert (tried.verdict.state, tried.verdict.status) == (PENDING, None)
        assert "no answer" in tried.verdict.detail

    def test_refused(self) -> None:
        """A peer that is not there is tried again."""
        tried = self.tried(f"http://127.0.0.1:{free_port()}/")
        assert (tried.verdict.state, tried.verdict.detail) == (PENDING, "the connection was refused")

    @pytest.mark.parametrize("raw", [b"", b"\0\1\2 what\r\n\r\n", b"HTTP/1.1 204"])
    def test_garbage_is_tried_again(self, raw: bytes) -> None:
        """What is not HTTP is a failure that may pass."""
        assert self.answered(Answer(raw=raw)).verdict.state is PENDING

    def test_a_reset_before_the_answer_is_tried_again(self) -> None:
        """A connection that is cut before the status line is a failure that may pass."""
        assert self.answered(Answer(raw=b"", reset=True)).verdict.state is PENDING

    def test_a_good_status_with_strange_bodies(self) -> None:
        """10 MB, a gzip bomb and a body that breaks off each end in a verdict, quickly and without being unpacked."""
        bomb = gzip.compress(b"\0" * 50_000_000, 9)
        for answer in (
            Answer(200, body=b"x" * 10_000_000),
            Answer(200, (("Content-Encoding", "gzip"),), bomb),
            Answer(200, (("Content-Length", "5000"),), b"<", reset=True),
        ):
            assert self.answered(answer).verdict.state in (DONE, PENDING)

    def test_a_private_address_needs_permission(self) -> None:
        """Without `allow_private` a local peer is never reached, the delivery ends, and the hint says what to set."""
        with Loopback() as server:
            tried = self.tried(server.url, allow_private=False)
            assert (tried.verdict.state, server.connections) == (GIVEN_UP, 0)
            assert "allow_private" in tried.verdict.detail

    def test_what_the_peer_says_stays_on_one_line(self) -> None:
        """A peer's own words are shown, but cannot break a log line or colour a terminal."""
        text = b"no such\r\ntopic \x1b[31mERROR forged\xe2\x80\xae\n" + b"x" * 500
        detail = self.answered(Answer(500, (("Content-Type", "text/plain"),), text)).verdict.detail
        assert "no such topic" in detail
        assert detail.isprintable()
        assert len(detail) <= 200
