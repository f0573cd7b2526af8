"""One thing that a file says about a cluster, and where."""

from __future__ import annotations

from typing import Literal, NamedTuple

from portspec.packets.addresses import format_address, parse_address

What = Literal["platform", "network", "topology", "role", "host", "machines", "workers"]


class Said(NamedTuple):
    """`what` is said of `name` (a role, a host's name; "" where there is nothing to name): `value`, at a line of a file.

    `machines` is the network of all machines, `workers` how many the installer makes. `sure` is False where the value is
    read from a name or a habit rather than stated.
    """

    what: What
    name: str
    value: str
    path: str
    line: int
    sure: bool = True


def address_of(text: str) -> str | None:
    """The address that a text begins with (`192.0.2.7/24` is how nmstate's users write one); None for a name."""
    head = text.strip().partition("/")[0]
    try:
        return format_address(parse_address(head))
    except ValueError:
        return None


ROLE_WORDS = {
    "bootstrap": "bootstrap",
    "master": "control-plane", "masters": "control-plane", "control": "control-plane", "controlplane": "control-plane",
    "worker": "worker", "workers": "worker", "compute": "worker", "computes": "worker", "infra": "worker",
}  # fmt: skip
BALANCER_WORDS = frozenset({"lb", "lbs", "loadbalancer", "loadbalancers", "balancer", "balancers", "haproxy"})


def role_of_name(name: str) -> str | None:
    """The node role that the words of a name tell, such as of `ocp-master-0` or `control_plane`; None when none does, or
    two do."""
    found = {role for word in words_of(name) if (role := ROLE_WORDS.get(word))}
    return found.pop() if len(found) == 1 else None


def names_balancer(name: str) -> bool:
    """Whether the words of a name say that it is a load balancer's."""
    words = words_of(name)
    return bool(BALANCER_WORDS & set(words)) or ("load" in words and "balancer" in words)


def words_of(name: str) -> list[str]:
    """The words of a name in lower case, digits at their ends left out: `Master01.lab` is `master`, `lab`."""
    text = "".join(char if char.isalnum() else " " for char in name.lower())
    return [word for part in text.split() if (word := part.rstrip("0123456789"))]
