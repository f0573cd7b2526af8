"""Two load balancers: what is equal across dialects, and what differs for which client."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from running import REPOSITORY

from portspec.compare.balancers import BalancerComparison, compare_balancers
from portspec.configs.balancer.model import Balancer
from portspec.configs.files import load
from portspec.configs.registry import read
from portspec.source import SourceText

HAPROXY = """\
frontend api
  bind 192.168.22.10:6443
  mode tcp
  default_backend api
backend api
  mode tcp
  server bootstrap 192.168.22.200:6443 check backup
  server m0 192.168.22.201:6443 check
  server m1 192.168.22.202:6443 check
"""
NGINX = """\
events {}
stream {
  upstream api {
    server 192.168.22.201:6443;
    server 192.168.22.202:6443;
    server 192.168.22.200:6443 backup;
  }
  server { listen 192.168.22.10:6443; proxy_pass api; }
}
"""
BY_NAME = """\
frontend tls
  bind 192.168.22.10:443
  mode tcp
  tcp-request inspect-delay 5s
  tcp-request content accept if { req_ssl_hello_type 1 }
  use_backend a if { req_ssl_sni -i a.example.org }
  default_backend b
backend a
  mode tcp
  server a 192.168.22.1:443
backend b
  mode tcp
  server b 192.168.22.2:443
"""


class Case(NamedTuple):
    name: str
    old: str
    new: str
    relation: str
    changes: tuple[str, ...] = ()
    gained: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()


def changed(old: str, new: str, text: str = HAPROXY) -> str:
    assert old in text
    return text.replace(old, new)


CASES = (
    Case("itself", HAPROXY, f"# the same\n{HAPROXY}", "equal"),
    Case("another dialect", HAPROXY, NGINX, "equal"),
    Case("other names", HAPROXY, changed("api\n", "other\n"), "equal"),
    Case("another order", HAPROXY, changed("m0 192.168.22.201:6443 check\n  server m1 192.168.22.202", "m1 192.168.22.202:6443 check\n  server m0 192.168.22.201"), "equal"),
    Case("another check", HAPROXY, changed("check\n", "check inter 20s fall 9\n"), "equal"),
    Case("the bootstrap host is gone", HAPROXY, changed("  server bootstrap 192.168.22.200:6443 check backup\n", ""), "differs", ("members",), (), ("192.168.22.200",)),
    Case("no backup any more", HAPROXY, changed(" check backup", " check"), "differs", ("members",), ("192.168.22.200",), ("192.168.22.200",)),
    Case("a member more", HAPROXY, HAPROXY + "  server m2 192.168.22.203:6443\n", "differs", ("members",), ("192.168.22.203",)),
    Case("a member of weight 0", HAPROXY, HAPROXY + "  server m2 192.168.22.203:6443 weight 0\n", "equal"),
    Case("a disabled member", HAPROXY, HAPROXY + "  server m2 192.168.22.203:6443 disabled\n", "equal"),
    Case("another port of a member", HAPROXY, changed("192.168.22.201:6443", "192.168.22.201:6444"), "differs", ("members",), ("192.168.22.201",), ("192.168.22.201",)),
    Case("another listener", HAPROXY, changed("22.10:6443", "22.10:6444"), "differs", ("closed", "opened")),
    Case("everywhere instead of one address", HAPROXY, changed("bind 192.168.22.10", "bind *"), "differs", ("opened",)),
    Case("http instead of tcp", HAPROXY, changed("mode tcp", "mode http"), "differs", ("manner",)),
    Case("TLS ended", HAPROXY, changed("bind 192.168.22.10:6443", "bind 192.168.22.10:6443 ssl crt /x.pem"), "differs", ("manner",)),
    Case("PROXY protocol to members", HAPROXY, changed(" check\n", " check send-proxy\n"), "differs", ("members",), ("192.168.22.201", "192.168.22.202"), ("192.168.22.201", "192.168.22.202")),
    Case("a member by name", HAPROXY, changed("192.168.22.201:", "m0.example.org:"), "unknown", ("members",)),
    Case("names swapped", BY_NAME, changed("-i a.example.org", "-i c.example.org", BY_NAME), "differs", ("members", "members"), ("192.168.22.1", "192.168.22.2"), ("192.168.22.1", "192.168.22.2")),
    Case("by name in another order", BY_NAME, changed("  default_backend b\n", "  use_backend b if { req_ssl_sni -i b.example.org }\n  default_backend b\n", BY_NAME), "equal"),
    Case("clients turned away", HAPROXY, changed("  mode tcp\n  default", "  mode tcp\n  tcp-request connection reject if { src 10.0.0.0/8 }\n  default"), "differs", ("closed",)),
    Case("the same clients turned away in other words", changed("  mode tcp\n  default", "  mode tcp\n  tcp-request connection reject if { src 10.0.0.0/9 10.128.0.0/9 }\n  default"), changed("  mode tcp\n  default", "  mode tcp\n  tcp-request connection reject if { src 10.0.0.0/8 }\n  default"), "equal"),
)  # fmt: skip


def balancer(text: str, path: str) -> Balancer:
    found = read(SourceText(path, text))
    assert isinstance(found, Balancer)
    return found


def compared(old: str, new: str) -> BalancerComparison:
    return compare_balancers(balancer(old, "old"), balancer(new, "new"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Case) -> None:
    found = compared(case.old, case.new)
    assert found.relation == case.relation
    assert tuple(sorted(one.change for one in found.differences)) == case.changes
    if case.gained or case.lost:
        assert {seat.host for one in found.differences for seat in one.gained} == set(case.gained)
        assert {seat.host for one in found.differences for seat in one.lost} == set(case.lost)
    back = compared(case.new, case.old)
    assert back.relation == case.relation
    assert {one.ports for one in back.differences} == {one.ports for one in found.differences}


def test_who_is_turned_away_is_told() -> None:
    case = next(case for case in CASES if case.name == "clients turned away")
    (one,) = compared(case.old, case.new).differences
    assert one.sources.spans == ((10 << 24, (11 << 24) - 1),)
    assert one.example.source in one.sources


@pytest.mark.parametrize(
    "path", sorted((REPOSITORY / "examples").glob("*/lb/*")), ids=lambda path: path.parent.parent.name
)
def test_an_example_equals_itself(path: object) -> None:
    text = load(str(path), "lb").text
    assert compared(text, f"# again\n{text}").relation == "equal"


CORPUS = sorted((REPOSITORY / "tests/checks/cases_balancer").glob("*/*"))
READ = [
    path
    for path in CORPUS
    if path.suffix in (".cfg", ".conf", ".json", ".yaml", ".yml", ".toml") and path.name != "portspec.yaml"
]


def test_every_config_of_the_cases_equals_itself() -> None:
    """By its clients, not by its text: the text of one is taken for another."""
    count = 0
    for path in READ:
        try:
            one, other = (read(load(str(path), name)) for name in ("old", "new"))
        except Exception:
            continue
        if isinstance(one, Balancer) and isinstance(other, Balancer):
            moved = other._replace(source=SourceText("new", other.source.text + " "))
            assert compare_balancers(one, moved).relation == "equal", path
            count += 1
    assert count > 50


VRRP = (
    "vrrp_instance api {\n  interface eth0\n  virtual_router_id 51\n  virtual_ipaddress {\n    192.168.22.10\n  }\n}\n"
)


def test_floating_addresses_are_compared_where_both_have_some() -> None:
    found = compared(VRRP, VRRP.replace("22.10", "22.11"))
    assert (found.relation, len(found.taken), len(found.given_up)) == ("differs", 1, 1)
    assert compared(VRRP, f"! again\n{VRRP}").relation == "equal"
