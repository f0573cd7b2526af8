"""Where a filter is to stand, from what the command line says and the cluster file knows."""

from __future__ import annotations

from portspec.cluster.model import BetweenPlace, Cluster, HostPlace
from portspec.cluster.nodes import suggestion
from portspec.cluster.vocabulary import ROLE_ALIASES, ROLES
from portspec.errors import InputError

BETWEEN = "write it as admin,client:api-balancer,ingress-balancer"


def host_of(cluster: Cluster, text: str) -> HostPlace:
    """The host of a role. Raises InputError for a role that is not known or has no addresses."""
    role = _role(cluster, text, "--role")
    return HostPlace(role, cluster.addresses(role))


def between_of(cluster: Cluster, text: str | None) -> BetweenPlace:
    """The place between two groups of roles: as it is written, or the one that the cluster file has.

    Raises InputError for what is no such place, and where the cluster file has none or several.
    """
    if text is not None:
        sides = text.split(":")
        if len(sides) != 2 or not all(side.strip() for side in sides):
            raise InputError(f"--between: {text!r} is not two groups of roles", hint=BETWEEN)
        near, far = (
            tuple(dict.fromkeys(_role(cluster, word.strip(), "--between") for word in side.split(",")))
            for side in sides
        )
        both = sorted(set(near) & set(far))
        if both:
            raise InputError(f"--between: {', '.join(both)} stands on both sides", hint=BETWEEN)
        return BetweenPlace(near, far)
    found = list(dict.fromkeys(entry.at for entry in cluster.configs if isinstance(entry.at, BetweenPlace)))
    if len(found) != 1:
        many = "several configs are" if found else "no config is"
        raise InputError(
            f"{many} enforced `between` roles in this cluster file", cluster.path, hint=f"give --between: {BETWEEN}"
        )
    return found[0]


def _role(cluster: Cluster, text: str, option: str) -> str:
    role = ROLE_ALIASES.get(text, text)
    if role not in ROLES:
        raise InputError(f"{option}: unknown role {text!r}", hint=suggestion(text, (*ROLES, *ROLE_ALIASES)))
    if not cluster.addresses(role):
        raise InputError(
            f"{option}: role {role} has no addresses in the cluster file",
            cluster.path,
            hint=f"add `{role}:` under `roles:`",
        )
    return role
