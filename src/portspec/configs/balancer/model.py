"""The neutral model of a load balancer: what a client can connect to, and which members answer.

Every reader of a balancer format produces it; every PS3xx check consumes it and nothing else.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from portspec.source import SourceText, Span


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


class HealthCheck(NamedTuple):
    """How a member is probed. Times in milliseconds.

    `kind`: `none` (never probed), `tcp` (connect only), `tls` (handshake only), `http`, `https`, `other`.
    `port` None: the member's own port. `verify` is whether the server certificate is verified.
    """

    kind: Literal["none", "tcp", "tls", "http", "https", "other"]
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


class Member(NamedTuple):
    """One server of a pool. `address` is None when `host` is a name (to be looked up in the cluster file).

    `port` None: the port that the client connected to is kept.
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


class Persistence(NamedTuple):
    """What ties a client to a member: `source` (hash of the client address), `stick` (a stick table), `cookie`."""

    kind: str
    span: Span


class Pool(NamedTuple):
    """A backend: members with how they are chosen."""

    name: str
    mode: Literal["tcp", "http"]
    members: tuple[Member, ...]
    balance: str
    persistence: tuple[Persistence, ...]
    span: Span


class Route(NamedTuple):
    """Where a frontend sends a connection. `condition` is the text of the ACL expression, empty when
    unconditional; routes are tried in order. `server_names` holds the SNI names (lower case) that the condition asks
    for when it asks for nothing else; None when it asks for something else."""

    pool: str
    condition: str
    server_names: frozenset[str] | None
    span: Span


class Frontend(NamedTuple):
    """A set of listeners with one mode and the pools they lead to. A `listen` section gives a frontend and a pool
    of the same name."""

    name: str
    mode: Literal["tcp", "http"]
    listeners: tuple[Listener, ...]
    routes: tuple[Route, ...]
    span: Span
    mode_span: Span | None = None


class Remark(NamedTuple):
    """A line that the real program refuses (`refused`), ignores with a warning (`ignored`), or that this reader
    does not model (`unknown`). `message` is English and technical; `key` names it for translation."""

    kind: Literal["refused", "ignored", "unknown"]
    key: str
    message: str
    span: Span


class StatsPage(NamedTuple):
    """A statistics page that is served: on which frontend, under which path, and whether it asks for a password."""

    frontend: str
    path: str
    span: Span
    protected: bool = False


class Balancer(NamedTuple):
    """A load balancer config, whole."""

    format: str
    source: SourceText
    frontends: tuple[Frontend, ...]
    pools: tuple[Pool, ...]
    remarks: tuple[Remark, ...] = ()
    stats: tuple[StatsPage, ...] = ()
