"""What all files say together: one value for each question, and what is still open."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from portspec.cluster.discovery.folder import Candidate
from portspec.cluster.discovery.said import Said
from portspec.errors import InputError
from portspec.packets.addresses import parse_address

BETWEEN = ("api-balancer", "ingress-balancer")


class Config(NamedTuple):
    """A config of the cluster file to be; `near` and `far` are the sides of a filter `between`, else empty."""

    path: str
    place: str
    near: tuple[str, ...] = ()
    far: tuple[str, ...] = ()


class Draft(NamedTuple):
    """A cluster file to be. `roles` has the addresses of each role, in the order in which they were found."""

    release: str
    phase: str
    platform: str
    network: str
    topology: str
    roles: dict[str, list[str]]
    hosts: dict[str, str]
    configs: tuple[Config, ...]


def one_value(said: Iterable[Said], what: str) -> str | None:
    """What the files say of one thing. Raises InputError when they contradict each other."""
    found = [one for one in said if one.what == what]
    for one in found:
        if one.value != found[0].value:
            first = found[0]
            raise InputError(
                f"{what} is {one.value} here, and {first.value} in {first.path}:{first.line}", one.path, one.line, 1
            )
    return found[0].value if found else None


def topology_of(said: Iterable[Said], platform: str, roles: dict[str, list[str]]) -> tuple[str, bool]:
    """The topology, and whether it is stated or follows from the addresses; else it is a guess."""
    told = list(said)
    stated = one_value(told, "topology")
    if stated is not None:
        return stated, True
    made = [one.value for one in told if one.what == "workers"]
    if roles.get("worker"):
        return "ha", True
    if made == ["0"]:
        # Where the user makes the machines the installer makes no workers, whether or not there are any.
        return "compact", platform not in ("none", "vsphere")
    return "ha", bool(made)


def addresses_of(said: Iterable[Said], phase: str) -> dict[str, list[str]]:
    """The addresses of each role. Raises InputError when two files put an address to different node roles."""
    roles: dict[str, list[str]] = {}
    owner: dict[int, Said] = {}
    told = [one for one in said if one.what == "role"]
    # A name tells less than a statement.
    for one in sorted(told, key=lambda one: not one.sure):
        if one.name == "bootstrap" and phase == "running":
            continue
        if one.name in ("control-plane", "worker"):
            first = owner.setdefault(parse_address(one.value), one)
            if first.name != one.name:
                if not one.sure:
                    continue
                raise InputError(
                    f"{one.value} is of {one.name} here, and of {first.name} in {first.path}:{first.line}",
                    one.path,
                    one.line,
                    1,
                )
        found = roles.setdefault(one.name, [])
        if one.value not in found:
            found.append(one.value)
    return roles


def settle_bootstrap(roles: dict[str, list[str]], topology: str) -> list[str]:
    """Take a control plane node that bootstraps first out of the control plane, where one address has one role; returns
    such addresses."""
    both = [one for one in roles.get("bootstrap", []) if one in roles.get("control-plane", [])]
    if topology == "ha":
        roles["control-plane"] = [one for one in roles.get("control-plane", []) if one not in both]
        if not roles["control-plane"]:
            del roles["control-plane"]
    return both


def place(candidate: Candidate, roles: dict[str, list[str]]) -> Config | None:
    """A found config at the place that its path tells; None where it tells none, or one without addresses."""
    if candidate.place == "balancer":
        return Config(candidate.path, "balancer")
    if candidate.place == "between":
        near = tuple(role for role in ("admin", "client") if roles.get(role))
        far = tuple(role for role in BETWEEN if roles.get(role)) or (
            ("control-plane",) if roles.get("control-plane") else ()
        )
        return Config(candidate.path, "between", near, far) if near and far else None
    return Config(candidate.path, candidate.place) if roles.get(candidate.place) else None
