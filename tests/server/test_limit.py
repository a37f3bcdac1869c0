"""How often one client may ask, and who one client is."""

from datetime import timedelta

import pytest

from feedd.model import ClientLimit
from feedd.server import limit
from feedd.server.limit import NOT_MODIFIED_COSTS, Limiter, client_of

MINUTE = timedelta(minutes=1)
NOW = 1_000_000.0  # seconds on a clock that began some day


def asks(limiter: Limiter, client: str, now: float, cost: float = 1) -> bool:
    """Is it answered? If so, that counts."""
    if limiter.wait(client, now) > 0:
        return False
    limiter.count(client, now, cost)
    return True


@pytest.mark.parametrize("requests", [1, 3, 7, 60, 1000])
def test_a_period_s_requests_may_come_at_once(requests):
    """As many as were said and not one more, then one for each part of the period."""
    limiter = Limiter(ClientLimit(requests, MINUTE))
    assert [asks(limiter, "a", NOW) for _ in range(requests + 2)] == [True] * requests + [False, False]
    assert limiter.wait("a", NOW) == pytest.approx(60 / requests)
    assert not asks(limiter, "a", NOW + 60 / requests - 0.001)
    assert asks(limiter, "a", NOW + 60 / requests)
    assert not asks(limiter, "a", NOW + 60 / requests)


def test_after_a_period_all_is_forgiven():
    """And no more than that is saved up."""
    limiter = Limiter(ClientLimit(3, MINUTE))
    for now in (NOW, NOW + 60, NOW + 6000):
        assert [asks(limiter, "a", now) for _ in range(4)] == [True, True, True, False]


def test_being_refused_costs_nothing():
    """Who hammers is answered as soon as who waits."""
    limiter = Limiter(ClientLimit(1, MINUTE))
    assert [asks(limiter, "a", NOW + second) for second in range(61)] == [True] + [False] * 59 + [True]


def test_clients_do_not_share():
    """One that asks too often harms itself."""
    limiter = Limiter(ClientLimit(1, MINUTE))
    assert [asks(limiter, client, NOW) for client in "aab"] == [True, False, True]


def test_a_304_is_cheap():
    """Ten polite questions for one careless one."""
    limiter = Limiter(ClientLimit(2, MINUTE))
    assert sum(asks(limiter, "a", NOW, NOT_MODIFIED_COSTS) for _ in range(100)) == 11  # the last may overdraw


def test_only_so_many_clients_are_remembered(monkeypatch):
    """The one that asked longest ago is forgotten first."""
    monkeypatch.setattr(limit, "_CLIENTS", 2)
    limiter = Limiter(ClientLimit(1, MINUTE))
    for client in ("a", "b", "c"):
        assert asks(limiter, client, NOW)
    assert [limiter.wait(client, NOW) > 0 for client in ("a", "b", "c")] == [False, True, True]


def test_the_limit_may_be_changed_or_taken_away():
    """Other settings hold from the next request on."""
    limiter = Limiter(None)
    assert all(asks(limiter, "a", NOW) for _ in range(100))
    limiter.limit = ClientLimit(1, MINUTE)
    assert [asks(limiter, "a", NOW) for _ in range(2)] == [True, False]
    limiter.limit = None
    assert asks(limiter, "a", NOW)


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("192.0.2.1", b"", "192.0.2.1"),
        ("192.0.2.1", b"198.51.100.7", "192.0.2.1"),  # no proxy of ours: anybody can write that
        ("127.0.0.1", b"198.51.100.7", "198.51.100.7"),
        ("::ffff:127.0.0.1", b"198.51.100.7", "198.51.100.7"),
        ("127.0.0.1", b"10.9.9.9, 198.51.100.7", "198.51.100.7"),  # the first was written by the client
        ("127.0.0.1", b"203.0.113.5, 198.51.100.7,10.1.2.3", "198.51.100.7"),
        ("127.0.0.1", b"198.51.100.7:4711", "198.51.100.7"),
        ("127.0.0.1", b"10.1.1.1, 10.2.2.2", "10.1.1.1"),
        ("127.0.0.1", b"198.51.100.7, nonsense", "127.0.0.1"),
        ("127.0.0.1", b"", "127.0.0.1"),
        ("127.0.0.1", b",", "127.0.0.1"),
        ("127.0.0.1", b"\xff\xfe", "127.0.0.1"),
        ("2001:db8:1:2:3:4:5:6", b"", "2001:db8:1:2::/64"),
        ("127.0.0.1", b"2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("127.0.0.1", b"[2001:db8:1:2::9]:443", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", b"", "fe80::/64"),
        ("", b"198.51.100.7", None),
        ("/run/feedd.sock", b"", None),
    ],
)
def test_who_asks(peer, forwarded, client):
    """The peer, or whom the proxies of ours saw; an IPv6 client is its network."""
    assert client_of(peer, forwarded, ("127.0.0.1/32", "10.0.0.0/8")) == client
