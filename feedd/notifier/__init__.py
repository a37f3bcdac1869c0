"""The notifier tells others that something changed: what to say (`plan`), how to say it (one file per kind), what
became of it (`settle`), and the one file that talks (`deliver`).

To add a kind: a class that keeps `ports.Notifier` in a file of its own, a row in `NOTIFIERS`, a row in `plan.MESSAGES`
for what it is told, and the contract suite in `tests/contracts/notifier_contract.py`. A package outside this tree
offers its class as an entry point of the group `feedd.notifiers`, named like the kind.
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import entry_points
from typing import TYPE_CHECKING

from feedd.errors import UsageError

if TYPE_CHECKING:
    from feedd.ports import Notifier

GROUP = "feedd.notifiers"

# Kind -> "module:class". Text, so that a kind nobody configured is never imported.
NOTIFIERS = {
    "webhook": "feedd.notifier.webhook:Webhook",
    "websub": "feedd.notifier.websub:WebSub",
    "xmlrpc": "feedd.notifier.xmlrpc:XmlRpc",
}


def load(kind: str) -> Notifier:
    """The notifier of this kind. Raises `UsageError`, with the known names, for one that nobody offers."""
    if kind in NOTIFIERS:
        module, _, name = NOTIFIERS[kind].partition(":")
        notifier: Notifier = getattr(import_module(module), name)()
        return notifier
    for entry_point in entry_points(group=GROUP, name=kind):
        strange: Notifier = entry_point.load()()
        return strange
    known = sorted({*NOTIFIERS, *entry_points(group=GROUP).names})
    raise UsageError(f"there is no notifier of the kind {kind!r}", hint=f"the known kinds are {', '.join(known)}")
