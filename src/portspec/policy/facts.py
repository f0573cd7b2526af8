"""A policy as facts with keys, so that two can be compared: flows, audiences of ports, requirements on balancers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from portspec.policy.model import Balance, Necessity, Phase, Policy, Reach


class FlowKey(NamedTuple):
    """Whose traffic it is, and where it goes. The fields are those of `policy.flows.FlowRecord`."""

    service: str
    port: str | None
    transport: str
    sender: str
    target: str
    via: str | None


class FlowFact(NamedTuple):
    """How binding a flow is, and when."""

    necessity: Necessity
    phases: tuple[Phase, ...]


class AudienceKey(NamedTuple):
    """A port on a holder."""

    service: str
    port: str | None
    transport: str
    holder: str


class AudienceFact(NamedTuple):
    """Who may get to it at most, when, and how much it matters."""

    reach: Reach
    phases: tuple[Phase, ...]
    sensitivity: str


class BalanceKey(NamedTuple):
    """A port of a balancer."""

    service: str
    port: str
    transport: str
    balancer: str


class BalanceFact(NamedTuple):
    """What it must do; see `policy.model.Balance`. `health` is written out: `https :6443/readyz, required, 30000 ms`."""

    layer: str
    members_install: tuple[str, ...]
    members_running: tuple[str, ...]
    backup: tuple[str, ...]
    health: str
    persistence: str
    audience: str


class Facts(NamedTuple):
    """Everything that a policy asks, by key."""

    flows: Mapping[FlowKey, FlowFact]
    audiences: Mapping[AudienceKey, AudienceFact]
    balances: Mapping[BalanceKey, BalanceFact]


def facts_of(policy: Policy) -> Facts:
    """The facts of a policy. The two legs of a flow via a balancer are one flow again."""
    flows = {
        FlowKey(one.service, one.port, one.transport, one.flow_source, one.flow_target, one.via): FlowFact(
            one.necessity, one.phases
        )
        for one in policy.allows
    }
    audiences = {
        AudienceKey(one.service, one.port, one.transport, one.holder): AudienceFact(
            one.reach, one.phases, one.sensitivity
        )
        for one in policy.denies
    }
    balances = {
        BalanceKey(one.service, str(one.port), one.transport, one.balancer): _balance(one) for one in policy.balances
    }
    return Facts(flows, audiences, balances)


def _balance(one: Balance) -> BalanceFact:
    health = one.health
    probe = []
    if health is not None:
        probe = [f"{health.kind} :{health.port}{health.path}", str(health.necessity)]
        probe += [] if health.longest_removal is None else [f"{health.longest_removal} ms"]
    return BalanceFact(
        layer=str(one.layer),
        members_install=tuple(one.members.get("install", ())),
        members_running=tuple(one.members.get("running", ())),
        backup=one.backup,
        health=", ".join(probe),
        persistence=one.persistence,
        audience=one.audience,
    )
