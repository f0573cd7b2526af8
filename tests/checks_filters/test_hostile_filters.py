"""Filters made to take long: they are judged, or refused as too much, within seconds whatever their shape."""

from __future__ import annotations

import time
from collections.abc import Callable
from random import Random

import pytest
from checks_filters.small import V4, check

from portspec.errors import InputError

HEAD = "*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n"
SECONDS = 20
"""Far more than any of them takes, far less than what they took before the work was counted."""


def host(pick: Random) -> str:
    return f"{pick.randint(1, 223)}.{pick.randint(0, 255)}.{pick.randint(0, 255)}.{pick.randint(0, 255)}"


def either(pick: Random) -> str:
    return pick.choice(("ACCEPT", "DROP"))


def negations(pick: Random) -> str:
    """Each rule matches nearly everything."""
    return "".join(
        f"-A INPUT ! -s {host(pick)}/32 ! -d 10.0.0.{pick.randint(0, 9)}/32 -p tcp -m tcp ! --dport {pick.randint(1, 65535)} -j {either(pick)}\n"
        for _ in range(5000)
    )


def many_ports_then_more(pick: Random) -> str:
    """What is left behind many ports goes on to another rule."""
    rules = "".join(
        f"-A a -d 10.0.0.{pick.randint(1, 2)}/32 -p tcp -m tcp --dport {pick.randint(1, 65535)} -j ACCEPT\n"
        for _ in range(8000)
    )
    return f":a - [0:0]\n-A INPUT -j a\n-A INPUT -s 10.0.0.0/8 -j ACCEPT\n{rules}"


def many_sources_then_more(pick: Random) -> str:
    """The same with a source of its own for each port."""
    rules = "".join(
        f"-A a -s {host(pick)}/24 -d 10.0.0.{pick.randint(1, 2)}/32 -p tcp -m tcp --dport {pick.randint(1, 65535)} -j ACCEPT\n"
        for _ in range(8000)
    )
    return f":a - [0:0]\n-A INPUT -j a\n-A INPUT -s 10.0.0.0/8 -j ACCEPT\n{rules}"


def same_ports(pick: Random) -> str:
    """A wide drop and a wide accept for each of many ports."""
    return "".join(
        f"-A INPUT -s {host(pick)}/{pick.randint(2, 14)} -p tcp -m tcp --dport {port} -j DROP\n-A INPUT -s {host(pick)}/{pick.randint(2, 14)} -p tcp -m tcp --dport {port} -j ACCEPT\n"
        for port in pick.sample(range(1, 65536), 6000)
    )


def ranges_before_single_ports(pick: Random) -> str:
    """Wide drops of ranges of ports, all different, before many single ports."""
    drops = "".join(
        f"-A INPUT -s {host(pick)}/{pick.randint(2, 14)} -p tcp -m tcp --dport {first}:{first + pick.randint(1, 9)} -j DROP\n"
        for first in pick.sample(range(1, 65000), 3000)
    )
    return drops + "".join(
        f"-A INPUT -s {host(pick)}/24 -p tcp -m tcp --dport {port} -j ACCEPT\n"
        for port in pick.sample(range(1, 65536), 6000)
    )


def overlapping_ranges(pick: Random) -> str:
    """Wide sources and long ranges of ports, in any order of verdicts, and what is left goes on."""
    rules = "".join(
        f"-A a -s {host(pick)}/{pick.randint(2, 10)} -p tcp -m tcp --dport {pick.randint(1, 30000)}:{pick.randint(30001, 65535)} -j {either(pick)}\n"
        for _ in range(5000)
    )
    return f":a - [0:0]\n-A INPUT -j a\n-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n{rules}"


def limits(pick: Random) -> str:
    """Every rule may match or not."""
    return "".join(
        f"-A INPUT -s {host(pick)}/16 -m limit --limit {number}/min -p tcp -m tcp --dport {pick.randint(1, 65535)} -j {either(pick)}\n"
        for number in range(1, 6000)
    )


def doubling_jumps(pick: Random) -> str:
    """Every chain jumps to the next one twice."""
    chains = "".join(f":c{number} - [0:0]\n" for number in range(60))
    rules = "".join(f"-A c{at} -m limit --limit 1/s -j c{at + 1}\n-A c{at} -j c{at + 1}\n" for at in range(59))
    return f"{chains}-A INPUT -j c0\n{rules}-A c59 -s {host(pick)}/8 -j ACCEPT\n"


def one_source(pick: Random) -> str:
    """Accepts and drops of one host, which all meet each other."""
    return "".join(
        f"-A INPUT -s 10.9.0.1/32 -p tcp -m tcp --dport {pick.randint(1, 65535)} -j {either(pick)}\n"
        for _ in range(12_000)
    )


def hosts_before_everybody(pick: Random) -> str:
    """Hosts that are dropped, and between them ports that are open to all others."""
    return "".join(
        f"-A INPUT -s {host(pick)}/32 -j DROP\n-A INPUT -p tcp -m tcp --dport {pick.randint(1, 65535)} -j ACCEPT\n"
        for _ in range(6000)
    )


@pytest.mark.parametrize(
    "make",
    [
        negations,
        many_ports_then_more,
        many_sources_then_more,
        same_ports,
        ranges_before_single_ports,
        overlapping_ranges,
        limits,
        doubling_jumps,
        one_source,
        hosts_before_everybody,
    ],
)
def test_it_ends(make: Callable[[Random], str]) -> None:
    text = f"{HEAD}{make(Random(1))}COMMIT\n"
    begun = time.monotonic()
    refused = ""
    try:
        check(text, "host control-plane", V4)
    except InputError as error:
        refused = error.message
    assert time.monotonic() - begun < SECONDS
    assert not refused or "too many pieces" in refused
