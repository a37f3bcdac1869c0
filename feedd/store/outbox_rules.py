"""What both stores agree on about deliveries: how long what is over is kept. Pure."""

from __future__ import annotations

from datetime import timedelta

from feedd.model import DeliveryState

# What is over is kept for people to look at, not for ever.
KEEP = {
    DeliveryState.DONE: timedelta(days=7),
    DeliveryState.SUPERSEDED: timedelta(days=1),
    DeliveryState.GIVEN_UP: timedelta(days=30),
}
