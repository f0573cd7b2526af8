"""Transport sockets: what a connection is wrapped in (api-v3/extensions/transport_sockets; cluster.proto, transport_socket_matches)."""

from __future__ import annotations

from typing import NamedTuple

from portspec.configs.balancer.envoy.fields import Message, struct, typed
from portspec.configs.balancer.envoy.vocabulary import (
    DOWNSTREAM_TLS,
    RAW_BUFFER,
    SOCKET_MATCH,
    TCP_STATS,
    TRANSPORT_SOCKET,
    UPSTREAM_PROXY,
    UPSTREAM_TLS,
)
from portspec.yamlsource import MappingNode, Node

MOST_DEPTH = 8
ANY_FIELD = frozenset({"config", "transport_socket", "allow_unspecified_address", "tlv_as_shared_filter_state"})
NAMES = ("envoy.transport_sockets.raw_buffer", "raw_buffer")


class Wrapping(NamedTuple):
    """What a connection is wrapped in. `verify`: the certificate of the other side is verified."""

    tls: bool = False
    send_proxy: bool = False
    verify: bool = False


class SocketChoice(NamedTuple):
    """The transport sockets of a cluster: the first one whose criteria a member meets, else the plain one."""

    matches: tuple[tuple[dict[str, str], Wrapping], ...]
    otherwise: Wrapping

    def of(self, *criteria: dict[str, str]) -> Wrapping:
        """The one for a member's criteria, those of its locality after its own."""
        for wanted in criteria:
            for match, wrapping in self.matches:
                if all(wanted.get(key) == value for key, value in match.items()):
                    return wrapping
        return self.otherwise


def wrapped(holder: Message, depth: int = 0) -> Wrapping:
    """What the field `transport_socket` wraps connections in; plain ones without it."""
    if "transport_socket" not in holder:
        return Wrapping()
    socket = holder.message("transport_socket", TRANSPORT_SOCKET)
    config = socket.node_of("typed_config")
    kind = typed(config)
    if not kind and config is None:
        if socket.text("name") not in NAMES:
            holder.notes.remark("refused", "missing", socket.span, field="typed_config")
        return Wrapping()
    if kind in (UPSTREAM_TLS, DOWNSTREAM_TLS):
        return Wrapping(tls=True, verify=_verifies(config))
    if kind == RAW_BUFFER:
        return Wrapping()
    if kind in (UPSTREAM_PROXY, TCP_STATS) and depth < MOST_DEPTH:
        inner = wrapped(Message(holder.notes, config, ANY_FIELD), depth + 1)
        return inner._replace(send_proxy=inner.send_proxy or kind == UPSTREAM_PROXY)
    holder.notes.remark("unknown", "transport-socket", socket.span, type=kind or socket.text("name"))
    return Wrapping()


def choice(cluster: Message) -> SocketChoice:
    """The transport sockets of a cluster."""
    matches = [
        (struct(one.node_of("match")), wrapped(one))
        for one in cluster.messages("transport_socket_matches", SOCKET_MATCH)
    ]
    if "transport_socket_matcher" in cluster:
        span = cluster.key_span("transport_socket_matcher")
        cluster.notes.remark("unknown", "transport-socket", span, type="transport_socket_matcher")
    return SocketChoice(tuple(matches), wrapped(cluster))


def criteria(metadata: Node | None) -> dict[str, str]:
    """What the metadata of a member or a locality says for the choice."""
    for key in ("filter_metadata", "filterMetadata"):
        if isinstance(metadata, MappingNode) and key in metadata.entries:
            filters = metadata.entries[key].value
            if isinstance(filters, MappingNode) and "envoy.transport_socket_match" in filters.entries:
                return struct(filters.entries["envoy.transport_socket_match"].value)
    return {}


def _verifies(node: Node | None) -> bool:
    """Whether a TLS context names those whose certificates it trusts."""
    for names in (("common_tls_context", "commonTlsContext"), ("validation_context", "validationContext")):
        if not isinstance(node, MappingNode):
            return False
        key = next((name for name in names if name in node.entries), None)
        if key is None:
            return False
        node = node.entries[key].value
    return isinstance(node, MappingNode) and bool({"trusted_ca", "trustedCa"} & set(node.entries))
