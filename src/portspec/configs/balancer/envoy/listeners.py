"""Listeners as frontends (api-v3/config/listener/v3/listener.proto).

Chains that treat connections alike (one mode, one end of TLS, the same people turned away) are one frontend with a route for
each; a listener whose chains differ is several frontends at one address.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from portspec.configs.balancer.envoy.addresses import Socket, socket_of
from portspec.configs.balancer.envoy.fields import Message, typed
from portspec.configs.balancer.envoy.filters import Handling, handling
from portspec.configs.balancer.envoy.matches import Match, match, tried
from portspec.configs.balancer.envoy.vocabulary import (
    ADDITIONAL_ADDRESS,
    FILTER_CHAIN,
    LISTENER_FILTER,
    LISTENER_FILTERS_PASSED,
    MATCH,
    ORIGINAL_DST,
    PROXY_PROTOCOL,
    TLS_INSPECTOR,
)
from portspec.configs.balancer.model import Frontend, Route, Term
from portspec.yamlsource import MappingNode, ScalarNode

Pools = Callable[[Handling], str]
"""The name of the pool that a chain's clients get to."""
LEFT_OPEN = ("use_original_dst", "filter_chain_matcher", "fcds_config", "api_listener", "internal_listener")


class Chain(NamedTuple):
    """A chain with the condition under which it is taken and what it does."""

    condition: tuple[Term, ...]
    handling: Handling

    @property
    def treatment(self) -> tuple[object, ...]:
        """What chains that are routes of one frontend have in common."""
        made = self.handling
        idle = tuple((one.kind, one.time) for one in made.idle)
        return made.mode, made.tls, made.accept_proxy, made.gates, idle


def frontends(listener: Message, pools: Pools) -> list[Frontend]:
    """The frontends of one listener."""
    sockets = _sockets(listener)
    inspected, accept_proxy = _inspected(listener)
    groups: dict[object, list[Chain]] = {}
    for chain in _chains(listener, inspected=inspected):
        groups.setdefault(chain.treatment, []).append(chain)
    for name in LEFT_OPEN:
        if name in listener and (name != "use_original_dst" or listener.truth(name)):
            listener.notes.remark("unknown", "listener", listener.key_span(name), field=name)
    span = listener.value_span("name") if "name" in listener else listener.span
    shown = listener.text("name") or (f"{sockets[0].host}:{sockets[0].port}" if sockets else f"line {span.line}")
    found: list[Frontend] = []
    for number, chains in enumerate(groups.values(), 1):
        made = chains[0].handling
        speaks = accept_proxy or made.accept_proxy
        found.append(
            Frontend(
                shown if number == 1 else f"{shown} ({number})",
                made.mode,
                tuple(socket.listener(tls=made.tls, accept_proxy=speaks) for socket in sockets),
                tuple(route for chain in chains for route in _routes(chain, pools)),
                span,
                mode_span=made.mode_span,
                disabled=None if listener.truth("bind_to_port", default=True) else listener.value_span("bind_to_port"),
                idle=made.idle,
                gates=made.gates,
            )
        )
    return found


def _chains(listener: Message, *, inspected: bool) -> list[Chain]:
    """The chains in the order in which they are tried."""
    found: list[tuple[Match, Message]] = []
    for one in listener.messages("filter_chains", FILTER_CHAIN):
        asked = match(one)
        if asked.names and not inspected:
            names = ", ".join(sorted(asked.names))
            listener.notes.remark("ignored", "no-inspector", one.message("filter_chain_match", MATCH).span, names=names)
        else:
            found.append((asked, one))
    handled = [handling(one) for _, one in found]
    chains = [Chain(one.condition, handled[one.chain]) for one in tried([asked for asked, _ in found])]
    if "default_filter_chain" in listener:
        chains.append(Chain((), handling(listener.message("default_filter_chain", FILTER_CHAIN))))
    return chains


def _routes(chain: Chain, pools: Pools) -> list[Route]:
    """A route for the pool of a chain; the requests of one that takes HTTP apart go to several, by what they ask."""
    made = chain.handling
    if not made.shares:
        return []
    text = " and ".join(f"{'not ' if term.negated else ''}{term.kind}" for term in chain.condition)
    first = pools(made)
    if not first:
        return []
    if made.mode == "tcp" or len(made.shares) == 1:
        return [Route(first, text, made.shares[0].span, (chain.condition,))]
    by_request = (*chain.condition, Term("other"))
    return [Route(share.cluster, f"{text} request".strip(), share.span, (by_request,)) for share in made.shares]


def _sockets(listener: Message) -> list[Socket]:
    """The TCP addresses that it listens at."""
    if "address" not in listener and "api_listener" not in listener and "internal_listener" not in listener:
        listener.notes.remark("refused", "missing", listener.span, field="address")
    holders = [listener, *listener.messages("additional_addresses", ADDITIONAL_ADDRESS)]
    found = [socket_of(one) for one in holders if "address" in one]
    for socket in found:
        if socket is not None and socket.address is None and not socket.everywhere:
            listener.notes.remark("refused", "listener-name", socket.span, name=socket.host)
    return [socket for socket in found if socket is not None and not socket.udp and socket.port is not None]


def _inspected(listener: Message) -> tuple[bool, bool]:
    """Whether TLS server names are seen, and whether clients must speak the PROXY protocol."""
    inspected = accept_proxy = False
    for one in listener.messages("listener_filters", LISTENER_FILTER):
        config = one.node_of("typed_config")
        kind = typed(config)
        if kind == TLS_INSPECTOR:
            inspected = True
        elif kind == PROXY_PROTOCOL:
            accept_proxy = not _allows_plain(config)
        elif kind == ORIGINAL_DST:
            listener.notes.remark("unknown", "listener", one.span, field="original_dst")
        elif kind not in LISTENER_FILTERS_PASSED:
            listener.notes.remark("unknown", "filter", one.span, type=kind or one.text("name"))
    return inspected, accept_proxy


def _allows_plain(config: object) -> bool:
    for name in ("allow_requests_without_proxy_protocol", "allowRequestsWithoutProxyProtocol"):
        if isinstance(config, MappingNode) and name in config.entries:
            value = config.entries[name].value
            return isinstance(value, ScalarNode) and value.text.lower() in ("true", "yes", "on", "y")
    return False
