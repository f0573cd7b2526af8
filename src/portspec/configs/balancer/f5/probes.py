"""What a health monitor asks, and when a member that does not answer is out.

A monitor asks every `interval` seconds (`up-interval`, where given, while the member is up). A member that gave no good answer for
`timeout` seconds is marked down; a RST marks it down at once
(https://clouddocs.f5.com/api/icontrol-rest/APIRef_tm_ltm_monitor_https.html, `timeout`). So the longest time to removal is
one interval, until the first question that fails, and the timeout.

Without a receive string every answer counts, an error as well
(https://clouddocs.f5.com/api/icontrol-rest/APIRef_tm_ltm_monitor_https.html, `recv`): such a monitor does not tell whether a server
is ready, whatever it asks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from portspec.configs.balancer.model import HealthCheck

Kind = Literal["none", "passive", "tcp", "tls", "http", "https", "other"]

REQUEST = re.compile(r"\s*([A-Z]+)[ \t]+([^\s\\]+)")
UNREADY = "HTTP/1.1 500 Internal Server Error\r\nContent-Type: text/plain\r\n\r\n[+]ping ok\n[-]shutdown failed"
"""What an API server answers that is about to leave, and a server of an HTTP error in general."""
METACHARACTERS = re.compile(r"[\[\](){}*+?^$]")
ESCAPE = re.compile(r"\\(.)", re.DOTALL)
STRENGTH = {"https": 4, "http": 4, "other": 3, "tls": 2, "tcp": 1, "passive": 0, "none": 0}
"""Which of several kinds of question asks more."""


class Question(NamedTuple):
    """The kind of a question, its request, and whether it was understood what counts as a good answer."""

    kind: Kind
    method: str = ""
    path: str = ""
    understood: bool = True


def question(type_: str, send: str, receive: str, *, reverse: bool = False) -> Question:
    """What a monitor of a type asks with its send and receive strings."""
    secure = type_ == "https"
    if type_ == "tcp-half-open" or (type_ == "tcp" and not send):
        return Question("tcp")
    if type_ not in ("http", "https", "tcp"):
        return Question("passive" if type_ == "inband" else "other")
    if not send:
        return Question("tls" if secure else "tcp")
    request = REQUEST.match(send)
    if request is None or reverse:
        return Question("other")
    told = tells(receive)
    if told is False:
        return Question("other", request[1], request[2])
    return Question("https" if secure else "http", request[1], request[2], told is not None)


def tells(receive: str) -> bool | None:
    """Whether a receive string tells a server that is ready from one that is not; None: a pattern that is not worked out."""
    if not receive:
        return False
    if METACHARACTERS.search(ESCAPE.sub("", receive)):
        return None
    answer = UNREADY.lower()
    wanted = [ESCAPE.sub(r"\1", part).lower() for part in receive.split("|")]
    return not any(part in answer for part in wanted)


def combined(checks: Sequence[HealthCheck], least: int) -> HealthCheck:
    """Several monitors as one, of which at least so many must succeed: the one whose failure takes the member out."""
    ordered = sorted(checks, key=lambda check: -STRENGTH[check.kind])
    failing = max(1, len(ordered) - max(least, 1) + 1)
    deciding = ordered[:failing]
    slowest = max(deciding, key=lambda check: check.removal)
    weakest = deciding[-1]
    return weakest._replace(interval=slowest.interval, down_after=slowest.down_after)
