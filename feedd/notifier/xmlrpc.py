"""XML-RPC pings: weblogUpdates.extendedPing and weblogUpdates.ping. Pure.

Services answer HTTP 200 whatever happened; what counts is `flerror` in the answer, which the field writes as a boolean,
a number or plain text.
"""

from __future__ import annotations

import xmlrpc.client
from datetime import datetime
from typing import Any
from xml.parsers import expat

from feedd.model import Delivery, Endpoint, HttpRequest, HttpResponse, Outcome
from feedd.notifier import answers

# The limits of the first such service (weblogs.com), kept by its heirs.
MAX_NAME = 1024
MAX_URL = 255
# extended -> the method, and what follows the name
CALLS = {
    True: ("weblogUpdates.extendedPing", ("url", "check", "feed")),
    False: ("weblogUpdates.ping", ("url",)),
}
SAYS_NO = frozenset({"", "0", "false", "no"})


class XmlRpc:
    """Keeps `ports.Notifier`. The payload carries `name`, `url`, `check` and `feed`: the site's title, its address, the
    page that changed, and the feed."""

    def request(self, delivery: Delivery, endpoint: Endpoint, now: datetime) -> HttpRequest | Outcome:
        method, fields = CALLS[endpoint.extended]
        urls = [delivery.payload[field] for field in fields]
        if any(len(url) > MAX_URL for url in urls):
            return Outcome(ok=False, retry=False, detail=f"ping services take no URL longer than {MAX_URL} characters")
        name = clean(delivery.payload["name"])[:MAX_NAME]
        text = xmlrpc.client.dumps((name, *urls), method, encoding="utf-8")
        return HttpRequest(
            method="POST",
            url=delivery.url,
            headers=(("Content-Type", "text/xml; charset=utf-8"),),
            body=text.encode("utf-8"),
            timeout=endpoint.timeout,
            allow_private=endpoint.allow_private,
            ca_file=endpoint.ca_file,
        )

    def judge(self, response: HttpResponse, now: datetime) -> Outcome:
        if not answers.is_success(response.status):
            return answers.failure(response, now, retry=True)
        try:
            taken, message = read_answer(parse(response.body))
        except xmlrpc.client.Fault as fault:
            taken, message = False, str(fault.faultString)
        except UnreadableError as error:
            return answers.failure(response, now, retry=True, detail=f"answered 200, but {error}")
        if taken:
            return answers.success(response)
        words = answers.one_line(message)[:120] or "without a reason"
        return answers.failure(response, now, retry=True, detail=f"refused the ping: {words}")


class UnreadableError(Exception):
    """The answer is not one a ping service gives."""


def clean(name: str) -> str:
    """Without the characters XML 1.0 has no way to write."""
    return "".join(
        char for char in name if char >= " " and not "\ud800" <= char <= "\udfff" and char not in "\ufffe\uffff"
    )


def read_answer(value: Any) -> tuple[bool, str]:
    """(was the ping taken, the service's message) from the one value of the answer."""
    if isinstance(value, bool):
        return value, ""
    if not isinstance(value, dict):
        raise UnreadableError("the answer is no struct")
    fields = {str(name).lower(): field for name, field in value.items()}
    if "flerror" not in fields:
        raise UnreadableError("the answer does not say whether the ping was taken")
    error = fields["flerror"]
    failed = error.strip().lower() not in SAYS_NO if isinstance(error, str) else bool(error)
    return not failed, str(fields.get("message", ""))


def parse(body: bytes) -> Any:
    """The one value of a methodResponse. Raises `xmlrpc.client.Fault` for a fault, `UnreadableError` for anything that
    is not a plain answer.

    A document type is refused where the parser meets it, before any entity could be declared; a search for the text
    "<!DOCTYPE" would miss it in UTF-16.
    """
    target = xmlrpc.client.Unmarshaller()
    parser = expat.ParserCreate()
    parser.StartElementHandler = target.start
    parser.EndElementHandler = target.end
    parser.CharacterDataHandler = target.data
    parser.StartDoctypeDeclHandler = _refuse_doctype
    target.xml("", None)  # no encoding: expat hands out text that is decoded already
    try:
        parser.Parse(body, True)
        values = target.close()
    except (UnreadableError, xmlrpc.client.Fault):
        raise
    except (expat.ExpatError, xmlrpc.client.Error, ValueError, TypeError, LookupError, AttributeError, ArithmeticError):
        raise UnreadableError("the answer is not XML-RPC") from None
    if len(values) != 1:
        raise UnreadableError("the answer has not exactly one value")
    return values[0]


def _refuse_doctype(*_: object) -> None:
    raise UnreadableError("the answer has a document type")
