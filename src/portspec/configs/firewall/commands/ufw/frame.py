"""The rules that ufw puts around those of its user: facts of Debian 12's package ufw 0.36.2.

The sources are `before.rules`, `after.rules` and their siblings for IPv6 in /etc/ufw, and /lib/ufw/ufw-init-functions. Chains that
only log are left out. A test holds what is here against what `ufw enable` loads.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

HERE = "(ufw 0.36.2)"
"""Stands for the files of what no command says."""
PATHS = {"incoming": "input", "outgoing": "output", "routed": "forward"}
POLICIES: Mapping[str, str] = {"incoming": "DROP", "outgoing": "ACCEPT", "routed": "DROP"}
"""What ufw is installed with."""

ICMP = ("destination-unreachable", "time-exceeded", "parameter-problem", "echo-request")
ICMPV6 = ("destination-unreachable", "packet-too-big", "time-exceeded", "parameter-problem", "echo-request")
NEIGHBOURS = (
    "router-solicitation",
    "router-advertisement",
    "neighbor-solicitation",
    "neighbor-advertisement",
    "141",
    "142",
)
LISTENERS = ("130", "131", "132", "143")
CERTIFICATES = ("148", "149")
MULTICAST_ROUTERS = ("151", "152", "153")
HOME_AGENTS = ("144", "145", "146", "147")
QUIET = ("udp 137", "udp 138", "tcp 139", "tcp 445")


def before(*, v6: bool) -> Iterator[str]:
    """What stands in front of the user's rules."""
    yield from _before_v6() if v6 else _before_v4()


def _before_v4() -> Iterator[str]:
    yield "-A ufw-before-input -i lo -j ACCEPT"
    yield "-A ufw-before-output -o lo -j ACCEPT"
    for path in ("input", "output", "forward"):
        yield f"-A ufw-before-{path} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT"
    yield "-A ufw-before-input -m conntrack --ctstate INVALID -j DROP"
    for path in ("input", "forward"):
        for name in ICMP:
            yield f"-A ufw-before-{path} -p icmp --icmp-type {name} -j ACCEPT"
    yield "-A ufw-before-input -p udp --sport 67 --dport 68 -j ACCEPT"
    yield "-A ufw-before-input -j ufw-not-local"
    for kind in ("LOCAL", "MULTICAST", "BROADCAST"):
        yield f"-A ufw-not-local -m addrtype --dst-type {kind} -j RETURN"
    yield "-A ufw-not-local -j DROP"
    yield "-A ufw-before-input -p udp -d 224.0.0.251 --dport 5353 -j ACCEPT"
    yield "-A ufw-before-input -p udp -d 239.255.255.250 --dport 1900 -j ACCEPT"


def _before_v6() -> Iterator[str]:
    yield "-A ufw6-before-input -i lo -j ACCEPT"
    yield "-A ufw6-before-output -o lo -j ACCEPT"
    for path in ("input", "forward", "output"):
        yield f"-A ufw6-before-{path} -m rt --rt-type 0 -j DROP"
    for path in ("input", "output", "forward"):
        yield f"-A ufw6-before-{path} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT"
    yield _icmpv6("input", "echo-reply")
    yield "-A ufw6-before-input -m conntrack --ctstate INVALID -j DROP"
    for path in ("input", "output"):
        for name in (*ICMPV6, *(("echo-reply",) if path == "output" else ())):
            yield _icmpv6(path, name)
        for name in NEIGHBOURS:
            yield _icmpv6(path, name, "-m hl --hl-eq 255 ")
        for name in LISTENERS:
            yield _icmpv6(path, name, "-s fe80::/10 ")
        for name in CERTIFICATES:
            yield _icmpv6(path, name, "-m hl --hl-eq 255 ")
        for name in MULTICAST_ROUTERS:
            yield _icmpv6(path, name, "-s fe80::/10 -m hl --hl-eq 1 ")
    for name in (*ICMPV6, "echo-reply"):
        yield _icmpv6("forward", name)
    for name in HOME_AGENTS:
        yield _icmpv6("input", name)
    yield "-A ufw6-before-input -p udp -s fe80::/10 --sport 547 -d fe80::/10 --dport 546 -j ACCEPT"
    yield "-A ufw6-before-input -p udp -d ff02::fb --dport 5353 -j ACCEPT"
    yield "-A ufw6-before-input -p udp -d ff02::f --dport 1900 -j ACCEPT"


def _icmpv6(path: str, name: str, further: str = "") -> str:
    return f"-A ufw6-before-{path} -p icmpv6 --icmpv6-type {name} {further}-j ACCEPT"


def after(*, v6: bool) -> Iterator[str]:
    """What stands behind the user's rules: what is not logged."""
    prefix = "ufw6" if v6 else "ufw"
    for one in (*QUIET, *(("udp 546", "udp 547") if v6 else ("udp 67", "udp 68"))):
        protocol, port = one.split()
        yield f"-A {prefix}-after-input -p {protocol} --dport {port} -j {prefix}-skip-to-policy-input"
    if not v6:
        yield "-A ufw-after-input -m addrtype --dst-type BROADCAST -j ufw-skip-to-policy-input"


def calls(*, v6: bool) -> Iterator[str]:
    """What leads into ufw's chains."""
    prefix = "ufw6" if v6 else "ufw"
    for path in PATHS.values():
        for part in ("before", "after", "reject", "track"):
            yield f"-A {path.upper()} -j {prefix}-{part}-{path}"


def limits(*, v6: bool) -> Iterator[str]:
    """Where rules that limit lead."""
    prefix = "ufw6" if v6 else "ufw"
    yield f"-A {prefix}-user-limit -j REJECT"
    yield f"-A {prefix}-user-limit-accept -j ACCEPT"


def chains(*, v6: bool) -> Iterator[str]:
    """The names of the chains."""
    prefix = "ufw6" if v6 else "ufw"
    for path in PATHS.values():
        for part in ("before", "user", "after", "reject", "track", "skip-to-policy"):
            yield f"{prefix}-{part}-{path}"
    yield from (f"{prefix}-user-limit", f"{prefix}-user-limit-accept")
    if not v6:
        yield "ufw-not-local"
