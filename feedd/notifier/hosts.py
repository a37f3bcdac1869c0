"""Which hosts are not to be called right now: busy ones, and ones that have been failing. Pure: time is an argument.

A host that does not answer holds a worker for the whole timeout. Four of them with two workers each would hold all
eight, and the living would wait for the dead. So after a few failures in a row a host is left alone for a while, and
then asked by one probe at a time until it answers. Waiting costs a delivery none of its tries.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

AT_ONCE = 2
FAILURES = 5  # in a row, before a host is left alone
PAUSE = timedelta(seconds=30)  # doubles with each failed probe
LONGEST_PAUSE = timedelta(minutes=5)  # short, because somebody who mends a host wants to see it


@dataclass(slots=True)
class _Host:
    calls: int = 0
    failures: int = 0
    closed_until: datetime | None = None


class Hosts:
    """What one process knows about the hosts it calls; "scheme://host:port" each."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._at_once = at_once
        self._hosts: dict[str, _Host] = {}

    def start(self, host: str) -> None:
        self._hosts.setdefault(host, _Host()).calls += 1

    def finish(self, host: str, *, alive: bool | None, now: datetime) -> None:
        """A call is over. `alive`: an answer came that was no server error; None: nothing was learned."""
        state = self._hosts[host]
        state.calls -= 1
        if alive:
            state.failures, state.closed_until = 0, None
        elif alive is False and (state.closed_until is None or now >= state.closed_until):
            # Not for a call that had begun before the host was closed: it is no failed probe.
            state.failures += 1
            if state.failures >= FAILURES:
                state.closed_until = now + min(PAUSE * 2 ** min(state.failures - FAILURES, 10), LONGEST_PAUSE)
        if not state.calls and not state.failures:
            del self._hosts[host]

    def busy(self, now: datetime) -> tuple[str, ...]:
        """The hosts that must not be given another delivery now."""
        return tuple(host for host, state in self._hosts.items() if self._is_busy(state, now))

    def _is_busy(self, state: _Host, now: datetime) -> bool:
        if state.closed_until is None:
            return state.calls >= self._at_once
        # A clock that was set back must not keep a host closed for longer than any pause.
        closed = now < state.closed_until <= now + LONGEST_PAUSE
        return closed or state.calls >= 1
