"""What becomes of a delivery after a try: done, later, or given up. Pure: the clock and the dice are arguments."""

from __future__ import annotations

from datetime import datetime, timedelta

from feedd.model import Delivery, DeliveryState, Endpoint, Outcome, Verdict
from feedd.notifier.answers import MAX_DETAIL, may_pass

# After the n-th failed try; the last one repeats. Close together at first, because most failures are a restart on the
# other side, then the rhythm that Standard Webhooks recommends.
WAITS = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
)
# After an answer that time alone does not heal (a redirect, 401, 404, a fault inside a 200): it looks like a mistake in
# somebody's settings, which people mend in minutes or hours. Three tries in all.
DOUBTFUL_WAITS = (timedelta(minutes=10), timedelta(hours=2))
LONGEST = timedelta(hours=24)  # a peer that asks for ten years is asked again tomorrow
JITTER = 0.2


def verdict(delivery: Delivery, endpoint: Endpoint | None, outcome: Outcome, now: datetime, spread: float) -> Verdict:
    """`delivery.attempts` counts the try that was just made; `spread` in [0, 1) spreads the waits by ±20 %, so that a
    thousand deliveries which failed together do not come back together. `endpoint` None: no longer in the settings.
    """
    if outcome.ok:
        return _verdict(DeliveryState.DONE, None, outcome, "")
    if endpoint is None:
        return _given_up(outcome, "the endpoint is no longer in the settings")
    if not outcome.retry:
        return _given_up(outcome)
    waits = WAITS if _will_pass(outcome) else DOUBTFUL_WAITS
    tries = endpoint.max_attempts if _will_pass(outcome) else min(endpoint.max_attempts, len(DOUBTFUL_WAITS) + 1)
    if delivery.attempts >= tries:
        return _given_up(outcome, f"given up after {delivery.attempts} tries")
    due = now + _wait(waits, delivery.attempts, outcome.retry_after, spread)
    if due > delivery.created + endpoint.give_up_after:
        return _given_up(outcome, "given up: the time allowed for it is over")
    return _verdict(DeliveryState.PENDING, due, outcome, outcome.detail)


def _will_pass(outcome: Outcome) -> bool:
    return outcome.status is None or may_pass(outcome.status)


def _wait(waits: tuple[timedelta, ...], attempts: int, asked: timedelta | None, spread: float) -> timedelta:
    base = waits[min(max(attempts, 1), len(waits)) - 1]
    ours = base * (1 - JITTER + 2 * JITTER * spread)
    # Never sooner than asked, but an early Retry-After does not make us hurry.
    wanted = ours if asked is None else max(ours, min(asked, LONGEST))
    return timedelta(seconds=round(wanted.total_seconds()))


def _given_up(outcome: Outcome, reason: str = "") -> Verdict:
    words = " - ".join(part for part in (outcome.detail, reason) if part)
    return _verdict(DeliveryState.GIVEN_UP, None, outcome, words)


def _verdict(state: DeliveryState, due: datetime | None, outcome: Outcome, detail: str) -> Verdict:
    return Verdict(state=state, due=due, detail=detail[:MAX_DETAIL], status=outcome.status)
