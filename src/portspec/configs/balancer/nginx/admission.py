"""Who is let in: `allow` and `deny`, asked in their order; the first that fits decides (ngx_stream_access_module)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from portspec.configs.balancer.model import Gate, Term
from portspec.configs.balancer.nginx.endpoints import network
from portspec.configs.balancer.nginx.notes import Notes
from portspec.configs.balancer.nginx.words import Directive
from portspec.packets.intervals import IntervalSet


def gates(block: Sequence[Directive], notes: Notes) -> tuple[Gate, ...]:
    """The rules of a block."""
    return tuple(_rules(block, notes))


def _rules(block: Sequence[Directive], notes: Notes) -> Iterator[Gate]:
    for line in block:
        if line.name not in ("allow", "deny"):
            continue
        text = line.texts[0]
        if text == "all":
            yield Gate(line.name == "allow", line.span)
        elif text != "unix:":
            found = network(text)
            if found is None:
                notes.refused(line.span, "network", text=text)
                continue
            yield Gate(line.name == "allow", line.span, ((Term("source", sources=IntervalSet((found,))),),))
