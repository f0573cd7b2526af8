"""Whatever stands in a config, the reader makes a model of it or refuses it, and soon. PORTSPEC_FUZZ=N tries N texts, and
hostile configs of a whole megabyte."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

import pytest
from configs.firewall.firewalld.firewalld_fuzzing import TEXTS, inputs, tried

COUNT = int(os.environ.get("PORTSPEC_FUZZ", "3000"))
SCALE = 1.0 if "PORTSPEC_FUZZ" in os.environ else 0.2
LONGEST = 10.0 * SCALE
"""Seconds for a hostile config."""


def many(count: int) -> int:
    """A number of things, scaled to the size that is tried."""
    return int(count * SCALE)


def octets(number: int) -> str:
    return f"{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def entries(kind: str, entry: Callable[[int], str], count: int) -> str:
    return (
        f'== ipsets/s.xml\n<ipset type="{kind}">'
        + "".join(f"<entry>{entry(n)}</entry>\n" for n in range(count))
        + "</ipset>\n"
    )


def zone(inside: str) -> str:
    return f"== zones/public.xml\n<zone>{inside}</zone>\n"


def chained(count: int) -> str:
    """Services that include each other, each the next."""
    return "".join(
        f'== services/s{n}.xml\n<service><port port="{n % 65536}" protocol="tcp"/><include service="s{(n + 1) % count}"/></service>\n'
        for n in range(count)
    )


LAUGHS = (
    "<!DOCTYPE zone [\n"
    + "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">\n' for n in range(9))
    + "]>\n<zone>&a9;</zone>"
)
HOSTILE: dict[str, Callable[[], str]] = {
    "a billion laughs": lambda: LAUGHS,
    "quadratic entities": lambda: f'<!DOCTYPE zone [<!ENTITY a "{"x" * many(500_000)}">]><zone>{"&a;" * many(100_000)}</zone>',
    "an external entity": lambda: '<!DOCTYPE zone SYSTEM "/etc/passwd"><zone/>',
    "deep nesting": lambda: "<zone>" * many(160_000),
    "deep nesting closed": lambda: "<zone>" * many(80_000) + "</zone>" * many(80_000),
    "a huge attribute": lambda: f'<zone target="{"x" * many(1_000_000)}"/>',
    "a huge name": lambda: f"<{'z' * many(1_000_000)}/>",
    "many attributes": lambda: "<zone " + " ".join(f'a{n}=""' for n in range(many(100_000))) + "/>",
    "a huge description": lambda: f"<zone><description>{'x' * many(1_000_000)}</description></zone>",
    "a huge text": lambda: f"<zone>{'x' * many(1_000_000)}</zone>",
    "white space": lambda: f"<zone>{chr(10) * many(1_000_000)}</zone>",
    "comments": lambda: zone("<!-- x -->\n" * many(90_000)),
    "brackets": lambda: "<" * many(1_000_000),
    "quotes": lambda: '<zone target="' + "'" * many(1_000_000),
    "many ports": lambda: zone("".join(f'<port port="{n % 65536}" protocol="tcp"/>\n' for n in range(many(27_000)))),
    "many rules": lambda: zone("".join(
        f'<rule family="ipv4" priority="{n % 100}"><source address="10.{octets(n)}"/><port port="{n % 65536}" protocol="tcp"/><accept/></rule>\n'
        for n in range(many(9_000)))),
    "many sources": lambda: zone("".join(f'<source address="10.{octets(n)}"/>\n' for n in range(many(28_000)))),
    "many interfaces": lambda: zone("".join(f'<interface name="eth{n}"/>\n' for n in range(many(35_000)))),
    "a huge set": lambda: entries("hash:net", lambda n: f"10.{octets(2 * n)}", many(30_000))
    + zone('<rule><source ipset="s"/><service name="ssh"/><accept/></rule>' * 20),
    "a huge set of ports": lambda: entries("hash:net,port", lambda n: f"10.{octets(n)},{n % 65536}", many(25_000))
    + zone('<rule family="ipv4"><destination ipset="s"/><accept/></rule>\n' * 5),
    "a huge set of ports, inverted": lambda: entries("hash:net,port", lambda n: f"10.{octets(3 * n)},tcp:{n % 60000}-{n % 60000 + 4000}", many(22_000))
    + zone('<rule family="ipv4"><destination ipset="s" invert="true"/><accept/></rule>'),
    "services that include each other": lambda: chained(many(1_900)) + zone('<service name="s0"/>'),
    "services that include each other, in every rule": lambda: chained(many(900))
    + zone('<rule><service name="s0"/><accept/></rule>\n' * many(500)),
    "a listing of one line": lambda: "public\n  target: default\n  ports:" + " 80/tcp" * many(140_000) + "\n",
    "a listing of many zones": lambda: "".join(f"z{n}\n  target: default\n  services: ssh\n" for n in range(many(25_000))),
    "a listing with a long rule": lambda: "public\n  target: default\n  rich rules:\n\trule" + " accept" * many(140_000) + "\n",
    "many policies": lambda: "".join(
        f'== policies/p{n}.xml\n<policy target="CONTINUE"><ingress-zone name="ANY"/><egress-zone name="HOST"/><service name="ssh"/></policy>\n'
        for n in range(many(1_900))),
}  # fmt: skip


def test_mutated_configs() -> None:
    accepted = sum(tried(text) for text in inputs(20261, COUNT))
    # Were nearly all of them refused at their first word, this would try little.
    assert 0.1 < accepted / COUNT < 0.9


def test_the_configs_that_are_mutated_are_good() -> None:
    assert all(tried(text) for text in TEXTS)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_config(name: str) -> None:
    text = HOSTILE[name]()
    begun = time.monotonic()
    tried(text)
    assert time.monotonic() - begun < LONGEST
