"""The outbox table: supersede, claim under a lease, settle. Statements only; the promises are in `ports.Store`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from feedd.model import Delivery, DeliveryState, Verdict
from feedd.store import schema as t
from feedd.store.codec import moment
from feedd.store.outbox_rules import KEEP

PENDING, CLAIMED, DONE = DeliveryState.PENDING, DeliveryState.CLAIMED, DeliveryState.DONE
GIVEN_UP, SUPERSEDED = DeliveryState.GIVEN_UP, DeliveryState.SUPERSEDED


def to_delivery(row: Any) -> Delivery:
    created, due = moment(row.created), moment(row.due)
    assert created is not None and due is not None
    return Delivery(
        id=row.id,
        endpoint=row.endpoint,
        kind=row.kind,
        url=row.url,
        topic=row.topic,
        payload=json.loads(row.payload),
        created=created,
        due=due,
        attempts=row.attempts,
        state=DeliveryState(row.state),
        lease_until=moment(row.lease_until),
        token=row.token,
        last_error=row.last_error,
        last_status=row.last_status,
        last_at=moment(row.last_at),
    )


def to_row(delivery: Delivery) -> dict[str, Any]:
    return {
        "id": delivery.id,
        "endpoint": delivery.endpoint,
        "kind": delivery.kind,
        "url": delivery.url,
        "host": delivery.host,
        "topic": delivery.topic,
        "payload": json.dumps(delivery.payload, ensure_ascii=False, sort_keys=True),
        "created": delivery.created.timestamp(),
        "due": delivery.due.timestamp(),
        "attempts": 0,
        "state": PENDING.value,
    }


def enqueue(connection: sa.Connection, deliveries: Sequence[Delivery]) -> None:
    for delivery in deliveries:
        connection.execute(
            sa.update(t.delivery)
            .where(
                t.delivery.c.endpoint == delivery.endpoint,
                t.delivery.c.topic == delivery.topic,
                t.delivery.c.state == PENDING,
            )
            .values(state=SUPERSEDED, last_at=delivery.created.timestamp())
        )
        connection.execute(sa.insert(t.delivery), [to_row(delivery)])


def prune(connection: sa.Connection, now: datetime) -> None:
    for state, age in KEEP.items():
        old = (now - age).timestamp()
        connection.execute(
            sa.delete(t.delivery).where(
                t.delivery.c.state == state, sa.func.coalesce(t.delivery.c.last_at, t.delivery.c.created) < old
            )
        )


def _claimable(at: float) -> sa.ColumnElement[bool]:
    waiting = sa.and_(t.delivery.c.state == PENDING, t.delivery.c.due <= at)
    abandoned = sa.and_(t.delivery.c.state == CLAIMED, t.delivery.c.lease_until <= at)
    return sa.or_(waiting, abandoned)


def claim(connection: sa.Connection, now: datetime, lease: timedelta, busy: Iterable[str]) -> Delivery | None:
    """One statement, so that two processes never take the same row. The attempt counts from here: a delivery that
    kills its process uses up its tries too. One at a time per (endpoint, topic): the newer must not overtake."""
    at = now.timestamp()
    other = t.delivery.alias("other")
    in_flight = sa.exists().where(
        other.c.endpoint == t.delivery.c.endpoint,
        other.c.topic == t.delivery.c.topic,
        other.c.id != t.delivery.c.id,
        other.c.state == CLAIMED,
        other.c.lease_until > at,
    )
    oldest = (
        sa.select(t.delivery.c.id)
        .where(_claimable(at), t.delivery.c.host.not_in(list(busy)), ~in_flight)
        .order_by(t.delivery.c.due, t.delivery.c.id)
        .limit(1)
        .scalar_subquery()
    )
    row = connection.execute(
        sa.update(t.delivery)
        .where(t.delivery.c.id == oldest)
        .values(
            state=CLAIMED,
            token=uuid4().hex,
            lease_until=(now + lease).timestamp(),
            attempts=t.delivery.c.attempts + 1,
        )
        .returning(t.delivery)
    ).one_or_none()
    return None if row is None else to_delivery(row)


def release(connection: sa.Connection) -> int:
    """Still CLAIMED, so that it keeps its place before what has come to wait behind it; only the lease is over."""
    statement = sa.update(t.delivery).where(t.delivery.c.state == CLAIMED).values(lease_until=t.delivery.c.due)
    return connection.execute(statement).rowcount


def settle(connection: sa.Connection, delivery: Delivery, verdict: Verdict, now: datetime) -> bool:
    state, due = verdict.state, verdict.due or delivery.due
    if state is PENDING and _has_newer(connection, delivery):
        state = SUPERSEDED  # something newer waits or is through already; the old one would say the same later
    done = connection.execute(
        sa.update(t.delivery)
        .where(t.delivery.c.id == delivery.id, t.delivery.c.state == CLAIMED, t.delivery.c.token == delivery.token)
        .values(
            state=state,
            due=due.timestamp(),
            token=None,
            lease_until=None,
            last_error=None if verdict.state is DONE else verdict.detail[:500],
            last_status=verdict.status,
            last_at=now.timestamp(),
        )
    )
    return done.rowcount == 1


def _has_newer(connection: sa.Connection, delivery: Delivery) -> bool:
    newer = sa.select(t.delivery.c.id).where(
        t.delivery.c.endpoint == delivery.endpoint,
        t.delivery.c.topic == delivery.topic,
        t.delivery.c.id != delivery.id,
        sa.or_(t.delivery.c.state == PENDING, t.delivery.c.created > delivery.created.timestamp()),
    )
    return connection.execute(newer.limit(1)).first() is not None


def pending(connection: sa.Connection, endpoint: str, topic: str) -> Delivery | None:
    row = connection.execute(
        sa.select(t.delivery).where(
            t.delivery.c.endpoint == endpoint, t.delivery.c.topic == topic, t.delivery.c.state == PENDING
        )
    ).one_or_none()
    return None if row is None else to_delivery(row)


def last_done(connection: sa.Connection, endpoint: str, topic: str) -> datetime | None:
    return moment(
        connection.scalar(
            sa.select(sa.func.max(t.delivery.c.last_at)).where(
                t.delivery.c.endpoint == endpoint, t.delivery.c.topic == topic, t.delivery.c.state == DONE
            )
        )
    )


def listing(connection: sa.Connection, states: Iterable[str], limit: int) -> tuple[Delivery, ...]:
    statement = sa.select(t.delivery).order_by(t.delivery.c.created.desc(), t.delivery.c.id.desc()).limit(limit)
    wanted = list(states)
    if wanted:
        statement = statement.where(t.delivery.c.state.in_(wanted))
    return tuple(to_delivery(row) for row in connection.execute(statement))


def next_delivery(connection: sa.Connection) -> datetime | None:
    waiting = connection.scalar(sa.select(sa.func.min(t.delivery.c.due)).where(t.delivery.c.state == PENDING))
    leased = connection.scalar(sa.select(sa.func.min(t.delivery.c.lease_until)).where(t.delivery.c.state == CLAIMED))
    moments = [value for value in (waiting, leased) if value is not None]
    return moment(min(moments)) if moments else None


def retry(connection: sa.Connection, now: datetime, endpoint: str | None, given_up: bool, pending_too: bool) -> int:
    count = 0
    mine = sa.true() if endpoint is None else t.delivery.c.endpoint == endpoint
    if pending_too:
        statement = sa.update(t.delivery).where(mine, t.delivery.c.state == PENDING).values(due=now.timestamp())
        count += connection.execute(statement).rowcount
    if given_up:
        rows = connection.execute(
            sa.select(t.delivery.c.id, t.delivery.c.endpoint, t.delivery.c.topic)
            .where(mine, t.delivery.c.state == GIVEN_UP)
            .order_by(t.delivery.c.created.desc(), t.delivery.c.id.desc())
        ).all()
        for row in rows:
            waits = pending(connection, row.endpoint, row.topic) is not None
            values: dict[str, Any] = {"state": SUPERSEDED, "last_at": now.timestamp()}
            if not waits:
                values = {
                    "state": PENDING,
                    "due": now.timestamp(),
                    "created": now.timestamp(),  # the time limit starts anew too
                    "attempts": 0,
                }
                count += 1
            connection.execute(sa.update(t.delivery).where(t.delivery.c.id == row.id).values(**values))
    return count


def drop_endpoints(connection: sa.Connection, keep: Iterable[str]) -> int:
    statement = (
        sa.update(t.delivery)
        .where(t.delivery.c.state == PENDING, t.delivery.c.endpoint.not_in(list(keep)))
        .values(state=GIVEN_UP, last_error="the endpoint is no longer in the settings")
    )
    return connection.execute(statement).rowcount
