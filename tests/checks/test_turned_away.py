"""Who is turned away by a balancer: judged over all of a port's listeners at the balancer's address."""

from __future__ import annotations

from checks.standard import check_text

from portspec.checks.finding import Finding
from portspec.checks.haproxy_example import RIGHT, wrong

BIND = "bind 192.168.22.10:6443"
ONLY_NODES = f"{BIND}\n  tcp-request connection reject if !{{ src 192.168.22.0/24 }}"
MASTERS = "".join(
    f"  server master-{n} 192.168.22.20{n + 1}:6443 check check-ssl verify none inter 10s fall 2 rise 3\n"
    for n in range(3)
)
BESIDE = f"""
listen api-office
  bind {{at}}:6443
  option httpchk GET /readyz
  server bootstrap 192.168.22.200:6443 check check-ssl verify none inter 10s fall 2 rise 3 backup
{MASTERS}"""


def found(text: str) -> list[Finding]:
    """What PS327 says of a config of the standard cluster."""
    return [finding for finding in check_text(text).findings if finding.code == "PS327"]


def test_a_role_that_is_left_out_is_named_with_a_packet() -> None:
    (made,) = found(wrong(BIND, ONLY_NODES))
    assert (made.variant, made.values["roles"]) == ("whole", "admin")
    assert made.witness is not None
    assert (made.witness.source, made.witness.destination) == ("10.1.0.0", "192.168.22.10")


def test_who_is_let_in_by_another_listener_at_the_address_is_not_turned_away() -> None:
    assert found(wrong(BIND, ONLY_NODES) + BESIDE.format(at="192.168.22.10")) == []


def test_a_listener_elsewhere_lets_nobody_in_here() -> None:
    assert len(found(wrong(BIND, ONLY_NODES) + BESIDE.format(at="192.168.22.11"))) == 1


def test_a_listener_elsewhere_may_let_in_whom_it_wants() -> None:
    closed = BESIDE.format(at="192.168.22.11").replace("6443\n", "6443\n  tcp-request connection reject\n", 1)
    assert found(RIGHT + closed) == []


def test_what_may_let_them_in_is_no_finding() -> None:
    assert found(wrong(BIND, f"{BIND}\n  tcp-request connection reject if {{ src -f /etc/haproxy/banned.lst }}")) == []
