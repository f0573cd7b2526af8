"""Filter chains: what happens to a connection (api-v3/config/listener/v3/listener_components.proto, extensions/filters/network)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from portspec.configs.balancer.envoy.fields import Message, typed
from portspec.configs.balancer.envoy.gates import gates
from portspec.configs.balancer.envoy.sockets import wrapped
from portspec.configs.balancer.envoy.vocabulary import (
    API,
    CLUSTER_WEIGHT,
    FILTER,
    FILTERS_PASSED,
    HASH_POLICY,
    HTTP_TYPE,
    IDLE,
    RBAC_TYPE,
    TCP_PROXY,
    TCP_PROXY_TYPE,
    WEIGHTED,
)
from portspec.configs.balancer.model import Gate, Idle
from portspec.source import Span
from portspec.yamlsource import MappingNode, Node, ScalarNode, SequenceNode

CLUSTERS = ("cluster", "name")
ROUTES = ("route_config", "routeConfig")


class Share(NamedTuple):
    """A cluster with the share of the connections that it gets."""

    cluster: str
    weight: int
    span: Span


class Handling(NamedTuple):
    """What a chain does with a connection. `hash_policy`: where clients are told apart by their address."""

    mode: Literal["tcp", "http"] = "tcp"
    mode_span: Span | None = None
    shares: tuple[Share, ...] = ()
    tls: bool = False
    accept_proxy: bool = False
    gates: tuple[Gate, ...] = ()
    idle: tuple[Idle, ...] = ()
    hash_policy: Span | None = None


def handling(chain: Message) -> Handling:
    """What a chain does: the last filter decides, those before it may turn clients away."""
    made = Handling(tls=wrapped(chain).tls, accept_proxy=chain.truth("use_proxy_proto"))
    stage = 0
    for one in chain.messages("filters", FILTER):
        config = one.node_of("typed_config")
        kind = typed(config)
        if config is not None and not kind.strip():
            one.notes.remark("refused", "missing", one.span, field="@type")
        elif isinstance(config, MappingNode) and _foreign(config):
            one.notes.remark("refused", "message-type", one.span, type=kind)
        elif kind == TCP_PROXY_TYPE:
            made = _tcp_proxy(made, Message(one.notes, config, TCP_PROXY, one.key_span("typed_config")))
        elif kind == HTTP_TYPE:
            made = _http(made, one, config)
        elif kind == RBAC_TYPE:
            stage += 1
            made = made._replace(gates=made.gates + gates(one, config, stage))
        elif kind not in FILTERS_PASSED:
            one.notes.remark("unknown", "filter", one.span, type=kind or one.text("name"))
    return made


def _foreign(config: MappingNode) -> bool:
    """Whether the type is none of the v3 API: those of v2 are gone since 1.18."""
    value = config.entries["@type"].value if "@type" in config.entries else None
    text = value.text if isinstance(value, ScalarNode) else ""
    return text.startswith(API) and ".v2." in text


def _tcp_proxy(made: Handling, proxy: Message) -> Handling:
    if not proxy.text("stat_prefix"):
        proxy.notes.remark("refused", "missing", proxy.span, field="stat_prefix")
    shares: list[Share] = []
    if "cluster" in proxy:
        shares.append(Share(proxy.text("cluster"), 1, proxy.value_span("cluster")))
    else:
        weighted = proxy.message("weighted_clusters", WEIGHTED).messages("clusters", CLUSTER_WEIGHT)
        shares += [Share(one.text("name"), one.whole("weight", 0), one.span) for one in weighted]
        if not shares:
            proxy.notes.remark("refused", "missing", proxy.span, field="cluster")
    for name in ("on_demand", "tunneling_config", "metadata_match"):
        if name in proxy:
            proxy.notes.remark("unknown", "tcp-proxy", proxy.key_span(name), field=name)
    by_source = next(
        (one.key_span("source_ip") for one in proxy.messages("hash_policy", HASH_POLICY) if "source_ip" in one), None
    )
    return made._replace(shares=tuple(shares), idle=tuple(_idle(proxy)), hash_policy=by_source)


def _idle(proxy: Message) -> Iterator[Idle]:
    time = proxy.duration("idle_timeout")
    span = proxy.value_span("idle_timeout") if "idle_timeout" in proxy else None
    yield Idle("idle_timeout", IDLE if time is None else time, span, both_sides=True)
    longest = proxy.duration("max_downstream_connection_duration")
    if longest is not None:
        name = "max_downstream_connection_duration"
        if not longest:
            proxy.refuse(name, "duration", field=name, text="0s")
        yield Idle(name, longest, proxy.value_span(name), both_sides=True)


def _http(made: Handling, one: Message, config: Node | None) -> Handling:
    """The HTTP connection manager: every cluster that its routes name may get a request."""
    found = dict.fromkeys(_clusters(config))
    entries = config.entries if isinstance(config, MappingNode) else {}
    for name in ("rds", "scoped_routes", "scopedRoutes"):
        if name in entries:
            one.notes.remark("unknown", "routes-elsewhere", entries[name].key_span)
    return made._replace(mode="http", mode_span=one.span, shares=tuple(Share(name, 1, span) for name, span in found))


def _clusters(config: Node | None) -> Iterator[tuple[str, Span]]:
    """The names of the clusters in a route configuration."""
    entries = config.entries if isinstance(config, MappingNode) else {}
    for name in ROUTES:
        if name in entries:
            yield from _named(entries[name].value, within=False)


def _named(node: Node, *, within: bool) -> Iterator[tuple[str, Span]]:
    """`cluster` anywhere, `name` only in a list of weighted clusters."""
    if isinstance(node, SequenceNode):
        for item in node.items:
            yield from _named(item, within=within)
    elif isinstance(node, MappingNode):
        for key, entry in node.entries.items():
            if isinstance(entry.value, ScalarNode):
                if key == "cluster" or (within and key == "name"):
                    yield entry.value.text, entry.value.span
            else:
                yield from _named(entry.value, within=key == "clusters")
