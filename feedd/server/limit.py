"""How many requests one client may make: a decision over numbers. Pure: the moment is handed in.

The generic cell rate algorithm: of each client one moment is kept, the one at which everything it asked for will have
been paid off at the allowed rate. Who is further ahead than a period waits. So a whole period's requests may come at
once, and then one by one.
"""

from __future__ import annotations

import ipaddress
from collections import OrderedDict
from functools import lru_cache

from feedd.model import ClientLimit

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_CLIENTS = (
    10_000  # that are remembered, the latest ones; a forgotten one starts anew, which costs us a period's requests
)
_GRAIN = 1e-6  # seconds; less is what adding floats up makes
NOT_MODIFIED_COSTS = 0.1  # of a request: a reader that asks politely may ask more often


class Limiter:
    """`limit` may be replaced at any time. Asked on the event loop only."""

    def __init__(self, limit: ClientLimit | None) -> None:
        self.limit = limit
        self._paid: OrderedDict[str, float] = OrderedDict()

    def wait(self, client: str, now: float) -> float:
        """How many seconds this client must wait before it is answered; 0 for none."""
        limit = self.limit
        if limit is None:
            return 0.0
        period = limit.period.total_seconds()
        wait = self._paid.get(client, now) + period / limit.requests - now - period
        return wait if wait > _GRAIN else 0.0

    def count(self, client: str, now: float, cost: float) -> None:
        """It was answered."""
        limit = self.limit
        if limit is not None:
            self._paid[client] = (
                max(self._paid.get(client, now), now) + cost * limit.period.total_seconds() / limit.requests
            )
            self._paid.move_to_end(client)
            if len(self._paid) > _CLIENTS:
                self._paid.popitem(last=False)


def client_of(peer: str, forwarded: bytes, proxies: tuple[str, ...]) -> str | None:
    """Who asks, as one name: an IPv4 address, or the /64 that a household or a server has. None for a peer without an
    address (a UNIX socket). `forwarded` is X-Forwarded-For: each proxy appended whom it saw, so it is believed from the
    end, as long as proxies of ours wrote it."""
    client = _address(peer)
    for hop in reversed(forwarded.decode("latin-1").split(",") if forwarded else []):
        if client is None or not _is_one_of(client, proxies):
            break
        seen = _address(hop.strip())
        if seen is None:
            break
        client = seen
    return None if client is None else _name(client)


@lru_cache(maxsize=4096)
def _address(text: str) -> Address | None:
    """An address as proxies write it: bare, with a port, in brackets."""
    bare = text.partition("]")[0][1:] if text.startswith("[") else text
    bare = bare.partition(":")[0] if bare.count(":") == 1 else bare
    try:
        found = ipaddress.ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


@lru_cache(maxsize=4096)
def _is_one_of(address: Address, networks: tuple[str, ...]) -> bool:
    return any(address in ipaddress.ip_network(network) for network in networks)


def _name(address: Address) -> str:
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    return str(ipaddress.ip_network((address, 64), strict=False))
