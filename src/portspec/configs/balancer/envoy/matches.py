"""Which filter chain takes a connection (api-v3/config/listener/v3/listener_components.proto, FilterChainMatch).

A chain is looked for by the port that the client connected to, then by its TLS server name, then by its address, each time
the most specific value that some chain has; there is no way back. A client whose server name has a chain that asks for
another source address is turned away, even where another chain would take everybody.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from portspec.configs.balancer.envoy.addresses import ranges
from portspec.configs.balancer.envoy.fields import Message
from portspec.configs.balancer.envoy.vocabulary import MATCH
from portspec.configs.balancer.model import Term
from portspec.packets.intervals import IntervalSet

NOT_READ = ("prefix_ranges", "application_protocols", "direct_source_prefix_ranges", "source_type", "source_ports")
MOST_BETWEEN = 20


class Match(NamedTuple):
    """What a chain asks of a connection. `sources` None: no address; `more`: it asks something that is not read as well."""

    port: int | None = None
    names: frozenset[str] = frozenset()
    sources: IntervalSet | None = None
    more: bool = False


class Asked(NamedTuple):
    """One value of each kind that a chain asks for: what connections are compared with. An empty name is any."""

    chain: int
    port: int | None
    name: str
    source: tuple[int, int] | None
    more: bool

    @property
    def rank(self) -> tuple[bool, bool, int, bool, int]:
        """How specific it is: the lower, the earlier."""
        narrow = 1 << 131 if self.source is None else self.source[1] - self.source[0]
        return self.port is None, not self.name or self.name.startswith("."), -len(self.name), not self.more, narrow


class Tried(NamedTuple):
    """A chain with a condition under which it is taken, when nothing before it is."""

    chain: int
    names: frozenset[str]
    rest: tuple[Term, ...]
    sources: IntervalSet | None

    @property
    def condition(self) -> tuple[Term, ...]:
        """All of the condition."""
        named = (Term("server-name", names=self.names),) if self.names else ()
        sourced = (Term("source", sources=self.sources),) if self.sources is not None else ()
        return (*self.rest, *named, *sourced)


def match(chain: Message) -> Match:
    """The match of one chain; what is not read of it is remarked."""
    found = chain.message("filter_chain_match", MATCH)
    more = False
    for name in NOT_READ:
        if name in found:
            more = True
            chain.notes.remark("unknown", "chain-match", found.key_span(name), field=name)
    names: set[str] = set()
    for text, span in found.texts("server_names"):
        if "*" in text and (not text.startswith("*.") or "*" in text[1:]):
            chain.notes.remark("refused", "server-name", span, name=text)
            continue
        names.add(text.lower().removeprefix("*"))
    protocol = found.text("transport_protocol")
    if protocol and (protocol != "tls" or not names):
        more = True
        chain.notes.remark("unknown", "chain-match", found.key_span("transport_protocol"), field="transport_protocol")
    return Match(
        found.whole("destination_port", 0, 65535) if "destination_port" in found else None,
        frozenset(names),
        ranges(found, "source_prefix_ranges") if found.items("source_prefix_ranges") else None,
        more,
    )


def tried(matches: list[Match]) -> list[Tried]:
    """The chains as first matches: in the order in which they are tried, a chain more than once where others come between."""
    asked = sorted(_asked(matches), key=lambda one: one.rank)
    ports = tuple(sorted({(one.port, one.port) for one in asked if one.port is not None}))
    taken = _taken(asked)
    found: list[Tried] = []
    for one in asked:
        rest: list[Term] = []
        if one.port is not None:
            rest.append(Term("port", ports=((one.port, one.port),)))
        elif ports:
            rest.append(Term("port", negated=True, ports=ports))
        others = frozenset(name for name in taken.get(one.port, ()) if name != one.name and _within(name, one.name))
        if others:
            rest.append(Term("server-name", negated=True, names=others))
        if one.more:
            rest.append(Term("other"))
        source = IntervalSet([one.source]) if one.source is not None else None
        _add(found, Tried(one.chain, frozenset({one.name} if one.name else ()), tuple(rest), source))
    return found


def _asked(matches: list[Match]) -> Iterator[Asked]:
    for chain, one in enumerate(matches):
        sources: list[tuple[int, int] | None] = [None] if one.sources is None else list(one.sources)
        for name in sorted(one.names) or [""]:
            yield from (Asked(chain, one.port, name, source, one.more) for source in sources)


def _taken(asked: list[Asked]) -> dict[int | None, set[str]]:
    """The server names whose clients are compared with nothing else, by port, and that some chain does not take whole."""
    whole = {(one.port, one.name) for one in asked if one.source is None and not one.more}
    found: dict[int | None, set[str]] = {}
    for one in asked:
        if one.name and (one.port, one.name) not in whole:
            found.setdefault(one.port, set()).add(one.name)
    return found


def _within(name: str, wider: str) -> bool:
    """Whether all clients of a name are clients of another one."""
    return not wider or name == wider or (wider.startswith(".") and name.endswith(wider))


def _add(found: list[Tried], one: Tried) -> None:
    """Add a condition, to that of the same chain where nothing between decides about the same clients."""
    for at in range(len(found) - 1, max(len(found) - MOST_BETWEEN, -1), -1):
        before = found[at]
        if before.chain == one.chain and before.rest == one.rest:
            if before.names == one.names and before.sources is not None and one.sources is not None:
                found[at] = before._replace(sources=before.sources | one.sources)
                return
            if before.sources == one.sources and before.names and one.names:
                found[at] = before._replace(names=before.names | one.names)
                return
        if not one.names or not before.names or _overlap(before.names, one.names):
            break
    found.append(one)


def _overlap(names: frozenset[str], others: frozenset[str]) -> bool:
    return any(_within(name, other) or _within(other, name) for name in names for other in others)
