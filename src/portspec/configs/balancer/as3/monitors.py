"""Monitors of a declaration."""

from __future__ import annotations

from collections.abc import Sequence

from portspec.configs.balancer.as3.declared import Declaration, Declared, Place
from portspec.configs.balancer.as3.placed import Node
from portspec.configs.balancer.as3.vocabulary import (
    FAILURE_INTERVAL,
    FAILURES,
    INTERVAL,
    MINIMUM_MONITORS,
    RECEIVE,
    SEND,
    TIMEOUT,
)
from portspec.configs.balancer.f5.addresses import address, plain
from portspec.configs.balancer.f5.monitors import BUILT_IN_TEXTS
from portspec.configs.balancer.f5.probes import combined, question
from portspec.configs.balancer.f5.vocabulary import MONITOR_TYPES
from portspec.configs.balancer.model import HealthCheck

BASIC = {
    "http": "http",
    "https": "https",
    "http2": "http2",
    "icmp": "icmp",
    "tcp-half-open": "tcp_half_open",
    "tcp": "tcp",
}
"""Names that `monitors` takes, with the monitors of the BIG-IP that they are."""


class Monitors:
    """Works out what watches a member."""

    def __init__(self, declaration: Declaration) -> None:
        self.declaration = declaration
        self.known: dict[int, HealthCheck] = {}

    def watching(self, node: Node, beside: Place) -> HealthCheck | None:
        """What the `monitors` of a pool or a member ask for; None where it has none."""
        listed = self.declaration.array(node, "monitors")
        if not listed:
            return None
        checks = [self.check(one, beside) for one in listed]
        if len({check.path for check in checks if check.kind in ("http", "https")}) > 1:
            span = self.declaration.span(node.items["monitors"])
            self.declaration.notes.remark("unknown", "several-monitors", span)
        return combined(checks, self.least(node, checks))

    def least(self, node: Node, checks: Sequence[HealthCheck]) -> int:
        """How many of them must succeed: 1 where nothing is written."""
        found = node.items.get("minimumMonitors")
        if found is not None and found.text == "all":
            return len(checks)
        return max(self.declaration.whole(node, "minimumMonitors", MINIMUM_MONITORS), 1)

    def check(self, node: Node, beside: Place) -> HealthCheck:
        """The check of one element of `monitors`."""
        if node.start not in self.known:
            self.known[node.start] = self.worked_out(node, beside)
        return self.known[node.start]

    def worked_out(self, node: Node, beside: Place) -> HealthCheck:
        span = self.declaration.span(node)
        built_in = BASIC.get(node.text, node.items["bigip"].text if "bigip" in node.items else "")
        name = built_in.removeprefix("/Common/")
        if name in MONITOR_TYPES:
            texts = BUILT_IN_TEXTS.get(name, {})
            asked = question(MONITOR_TYPES[name], texts.get("send", ""), texts.get("recv", ""))
            if asked.kind == "passive":
                return HealthCheck("passive", FAILURE_INTERVAL * 1000, fall=FAILURES, rise=1, span=span)
            return HealthCheck(
                asked.kind,
                INTERVAL * 1000,
                fall=1,
                rise=1,
                path=asked.path,
                method=asked.method,
                span=span,
                down_after=TIMEOUT * 1000,
            )
        if built_in:
            self.declaration.notes.remark("unknown", "monitor-elsewhere", span, name=built_in)
            return HealthCheck("other", 0, fall=1, rise=1, span=span)
        found = self.declaration.followed(node, beside, "Monitor")
        if not isinstance(found, Declared):
            return HealthCheck("other", 0, fall=1, rise=1, span=span)
        return self.declared(found)

    def declared(self, found: Declared) -> HealthCheck:
        """The check of a Monitor."""
        read, node = self.declaration, found.node
        span = read.key_span(node)
        type_ = read.text(node, "monitorType")
        if not type_:
            read.notes.remark("refused", "missing", span, property="monitorType", what="Monitor")
        web = type_ in ("http", "https")
        send = read.text(node, "send", SEND if web else "none")
        receive = read.text(node, "receive", RECEIVE if web else "none")
        send, receive = ("" if text == "none" else text for text in (send, receive))
        asked = question(type_, send, receive, reverse=read.truth(node, "reverse", default=False))
        if not asked.understood:
            place = read.span(node.items["receive"])
            read.notes.remark("unknown", "receive-pattern", place, pattern=receive)
        if asked.kind == "passive":
            interval = read.whole(node, "failureInterval", FAILURE_INTERVAL) * 1000
            return HealthCheck("passive", interval, fall=read.whole(node, "failures", FAILURES), rise=1, span=span)
        interval = read.whole(node, "upInterval", 0) or read.whole(node, "interval", INTERVAL)
        target = plain(read.text(node, "targetAddress"))
        return HealthCheck(
            asked.kind,
            interval * 1000,
            fall=1,
            rise=1,
            path=asked.path,
            method=asked.method,
            expect=receive,
            port=read.whole(node, "targetPort", 0) or None,
            span=span,
            address=address(target) if target else None,
            down_after=read.whole(node, "timeout", TIMEOUT) * 1000,
        )
