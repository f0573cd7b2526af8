"""The neutral model of a load balancer: what a client can connect to, and which members answer.

Every reader of a balancer format produces it; every PS3xx check consumes it and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from portspec.packets.addresses import ANY
from portspec.packets.intervals import EMPTY, IntervalSet
from portspec.records import NamedTuple
from portspec.source import SourceText, Span

EVERY_ADDRESS = ("*", "0.0.0.0", "::")  # noqa: S104


class Listener(NamedTuple):
    """One address and port range that clients connect to.

    `address` is a point of `packets.addresses`, None for every address (`*`, `0.0.0.0`, `::`) or, with
    `address_text`, a name that has not been resolved. `family` narrows a wildcard.
    """

    address: int | None
    address_text: str
    first_port: int
    last_port: int
    tls: bool
    accept_proxy: bool
    span: Span
    family: Literal["any", "ip4", "ip6"] = "any"

    @property
    def everywhere(self) -> bool:
        """Whether it takes every address (of its family), rather than one that is given as a name."""
        return self.address is None and self.address_text in EVERY_ADDRESS


class HealthCheck(NamedTuple):
    """How a member is probed. Times in milliseconds.

    `kind`: `none` (never probed), `passive` (no probe: a member is out when connections of clients to it fail),
    `tcp` (connect only), `tls` (handshake only), `http`, `https`, `other`. A passive check takes a member out after `fall`
    failures within `interval`, and for as long.
    `port` and `address` None: the member's own. `verify` is whether the server certificate is verified.
    `timeout` is how long one probe waits, at most, before it counts as failed; the next one falls due when it has ended.
    `fast_interval` is the interval between the first failure and the last that it takes, where another is given.
    `down_after`: failures are not counted; a member is out when it gave no good answer for so long (F5).
    `answers_to_fall`: so many bad answers take a member out, where silence and refused connections take `fall` (Envoy).
    """

    kind: Literal["none", "passive", "tcp", "tls", "http", "https", "other"]
    interval: int = 2000
    timeout: int | None = None
    fall: int = 3
    rise: int = 2
    path: str = ""
    method: str = ""
    expect: str = ""
    port: int | None = None
    verify: bool = False
    span: Span | None = None
    fast_interval: int | None = None
    address: int | None = None
    down_after: int | None = None
    answers_to_fall: int | None = None

    @property
    def removal(self) -> int:
        """How long a member stays in that answers its probes badly at once, in milliseconds: from the moment at which it
        starts to, which may be just after a good answer."""
        if self.down_after is not None:
            return self.interval + self.down_after
        return self._after(self.fall if self.answers_to_fall is None else self.answers_to_fall)

    @property
    def silent_removal(self) -> int:
        """The same of a member that takes the connections of its probes and does not answer, or has gone without a word."""
        if self.down_after is not None or self.timeout is None:
            return self.removal
        return self._after(self.fall) + self.fall * self.timeout

    def _after(self, failures: int) -> int:
        """How long it takes until so many failures are counted."""
        between = self.interval if self.fast_interval is None else self.fast_interval
        return self.interval + (failures - 1) * between


class Member(NamedTuple):
    """One server of a pool. `address` is None when `host` is a name (to be looked up in the cluster file).

    `port` None: the port that the client connected to is kept, with `offset` added. Weight 0 takes no new clients.
    `follows` names the member (`pool/member`) whose health it takes over instead of being probed.
    `last_resort`: it takes every client once all others are out, and the format has no probe for it (a sorry server).
    """

    name: str
    host: str
    address: int | None
    port: int | None
    backup: bool
    disabled: bool
    weight: int
    send_proxy: bool
    tls: bool
    check: HealthCheck
    span: Span
    offset: int = 0
    follows: str = ""
    last_resort: bool = False

    @property
    def everywhere(self) -> bool:
        """Whether it is whatever address the client asked for."""
        return self.host in EVERY_ADDRESS

    @property
    def serves(self) -> bool:
        """Whether the member may get a client at all."""
        return not self.disabled and self.weight > 0

    def port_for(self, port: int) -> int:
        """The port that a client of the given listener port ends at."""
        return port + self.offset if self.port is None else self.port


class Persistence(NamedTuple):
    """What ties a client to a member: `source` (hash of the client address), `stick` (a stick table), `cookie`."""

    kind: str
    span: Span


class Idle(NamedTuple):
    """How long a connection that is silent is kept, in milliseconds; 0 for ever.

    `kind` is the name of the setting in its format, as a person would look for it; `span` None where nothing is
    written and the program's default holds. `both_sides`: it holds for both sides of a connection, in place of what the
    other side says (HAProxy's `timeout tunnel`).
    """

    kind: str
    time: int
    span: Span | None
    both_sides: bool = False


class Pool(NamedTuple):
    """A backend: members with how they are chosen.

    `forwarding`: how a connection gets to a member. `proxy`: the balancer connects itself, from an address of its own;
    `nat`: packets are forwarded with the client's source address; `direct`, `tunnel`: as well, and members answer the
    client themselves, so that they must hold the balancer's address. `idle`: what cuts silent connections on the
    members' side. `all_backups`: where no other member is left all backups serve, not the first one alone.
    """

    name: str
    mode: Literal["tcp", "http"]
    members: tuple[Member, ...]
    balance: str
    persistence: tuple[Persistence, ...]
    span: Span
    forwarding: Literal["proxy", "nat", "direct", "tunnel"] = "proxy"
    idle: tuple[Idle, ...] = ()
    all_backups: bool = False


class Term(NamedTuple):
    """One question of a condition.

    `port`: is the port that the client connected to in one of these ranges? `server-name`: is the TLS server name one
    of these (lower case, perhaps only its end; an empty one stands for any, and no names for some that cannot be written
    out)? `source`: is the client's address one of `sources`? `other`: something that a file does not tell.
    """

    kind: Literal["port", "server-name", "source", "other"]
    negated: bool = False
    ports: tuple[tuple[int, int], ...] = ()
    names: frozenset[str] = frozenset()
    sources: IntervalSet = EMPTY

    def holds(self, port: int) -> bool | None:
        """Whether it holds for a client of a port; None when that does not tell."""
        if self.kind != "port":
            return None
        return any(first <= port <= last for first, last in self.ports) != self.negated

    def met_by(self, port: int) -> tuple[IntervalSet, IntervalSet]:
        """The addresses whose clients of a port surely fit, and those whose clients may."""
        if self.kind == "source":
            fitting = ANY - self.sources if self.negated else self.sources
            return fitting, fitting
        holds = self.holds(port)
        return ANY if holds else EMPTY, EMPTY if holds is False else ANY


class Gate(NamedTuple):
    """A rule that lets clients in or turns them away, before any route is tried.

    Rules of a `stage` are asked in order until one fits; whom none fits is let in. Then those of the next stage are.
    `alternatives` and `inverted` are as in a route.
    """

    admits: bool
    span: Span
    alternatives: tuple[tuple[Term, ...], ...] = ((),)
    inverted: bool = False
    stage: int = 0

    def met_by(self, port: int) -> tuple[IntervalSet, IntervalSet]:
        """The addresses whose clients of a port surely fit, and those whose clients may."""
        sure = possible = EMPTY
        for terms in self.alternatives:
            all_sure = all_possible = ANY
            for term in terms:
                one_sure, one_possible = term.met_by(port)
                all_sure, all_possible = all_sure & one_sure, all_possible & one_possible
            sure, possible = sure | all_sure, possible | all_possible
        return (ANY - possible, ANY - sure) if self.inverted else (sure, possible)


class Route(NamedTuple):
    """Where a frontend sends a connection. Routes are tried in order; at one to a pool without a name it is ended.

    `condition` is the text of the condition, empty when there is none; `alternatives` the condition as an OR of ANDs,
    `inverted` (`unless`) when the route is taken where none of them holds.
    """

    pool: str
    condition: str
    span: Span
    alternatives: tuple[tuple[Term, ...], ...] = ((),)
    inverted: bool = False

    def holds(self, port: int) -> bool | None:
        """Whether a client of a port takes this route, if it gets so far; None: some do, or it is not known."""
        answer: bool | None = False
        for terms in self.alternatives:
            known = [term.holds(port) for term in terms]
            if False in known:
                continue
            answer = None if None in known else True
            if answer:
                break
        return answer if answer is None else answer != self.inverted

    def by_server_name(self, port: int) -> bool:
        """Whether only clients of certain server names take this route: what else it asks does not matter."""
        possible = [terms for terms in self.alternatives if not any(term.holds(port) is False for term in terms)]
        return (
            not self.inverted
            and bool(possible)
            and all(any(term.kind == "server-name" and not term.negated for term in terms) for terms in possible)
        )

    def decided_by_server_name(self, port: int) -> bool:
        """Whether the server name alone decides: some clients surely take this route."""
        return self.by_server_name(port) and any(
            all(term.kind == "server-name" or term.holds(port) for term in terms) for terms in self.alternatives
        )


class Frontend(NamedTuple):
    """A set of listeners with one mode and the pools they lead to. A `listen` section gives a frontend and a pool
    of the same name. `disabled` is the line that takes the whole frontend out of service, `unread` one that may
    listen anywhere (a variable, an inherited socket). `idle`: what cuts silent connections on the clients' side.
    `gates`: who is turned away, whatever the routes say."""

    name: str
    mode: Literal["tcp", "http"]
    listeners: tuple[Listener, ...]
    routes: tuple[Route, ...]
    span: Span
    mode_span: Span | None = None
    disabled: Span | None = None
    unread: Span | None = None
    idle: tuple[Idle, ...] = ()
    gates: tuple[Gate, ...] = ()

    def admitted(self, port: int) -> tuple[IntervalSet, IntervalSet]:
        """The addresses whose clients of a port are surely let in, and those whose clients may be."""
        sure = possible = ANY
        for stage in sorted({gate.stage for gate in self.gates}):
            left, away, let_in = ANY, EMPTY, EMPTY
            for gate in self.gates:
                if gate.stage == stage:
                    fit, may_fit = gate.met_by(port)
                    if gate.admits:
                        let_in |= left & may_fit
                    else:
                        away |= left & may_fit
                    left -= fit
            sure, possible = sure - away, possible & (let_in | left)
        return sure, possible


class Remark(NamedTuple):
    """A line that the real program refuses (`refused`), ignores with a warning (`ignored`), or that this reader
    does not model (`unknown`). `key` picks the sentence from the table of the checks, `values` fill it in."""

    kind: Literal["refused", "ignored", "unknown"]
    key: str
    values: Mapping[str, str]
    span: Span


class StatsPage(NamedTuple):
    """A statistics page that is served: on which frontend, under which path, and whether it asks for a password."""

    frontend: str
    path: str
    span: Span
    protected: bool = False


class FloatingAddress(NamedTuple):
    """An address that the balancer takes over from its peer when that fails (VRRP, an F5 traffic group)."""

    address: int
    span: Span


class Balancer(NamedTuple):
    """A load balancer config, whole. `floating` are addresses that it holds beside those of its host."""

    format: str
    source: SourceText
    frontends: tuple[Frontend, ...]
    pools: tuple[Pool, ...]
    remarks: tuple[Remark, ...] = ()
    stats: tuple[StatsPage, ...] = ()
    floating: tuple[FloatingAddress, ...] = ()
