"""Who has which address: every way to write one, and what happens where two roles overlap."""

from __future__ import annotations

from pathlib import Path

import pytest
from cluster.clusters import addresses, cluster_of, document

from portspec.cluster.model import HostPlace
from portspec.errors import InputError
from portspec.packets.addresses import parse_address

WRITTEN = {
    "single": ("192.0.2.7", "192.0.2.7"),
    "quoted": ('"192.0.2.7"', "192.0.2.7"),
    "prefix": ("192.0.2.0/30", "192.0.2.0/30"),
    "prefix with host bits": ("192.0.2.2/30", "192.0.2.0/30"),
    "range": ("192.0.2.4-192.0.2.6", "192.0.2.4-192.0.2.6"),
    "range that is a prefix": ("192.0.2.4-192.0.2.7", "192.0.2.4/30"),
    "list": ("[192.0.2.9, 192.0.2.1]", "192.0.2.1, 192.0.2.9"),
    "list that grows together": ("[192.0.2.1, 192.0.2.2-192.0.2.3, 192.0.2.0]", "192.0.2.0/30"),
    "IPv6": ('"2001:db8::7"', "2001:db8::7"),
    "IPv6 in capitals": ('"2001:DB8:0:0::7"', "2001:db8::7"),
    "IPv6 prefix": ('"2001:db8::/64"', "2001:db8::/64"),
    "IPv6 range": ('"2001:db8::4-2001:db8::6"', "2001:db8::4-2001:db8::6"),
    "both families": ('[192.0.2.1, "2001:db8::1"]', "192.0.2.1, 2001:db8::1"),
    "everybody": ('[0.0.0.0/0, "::/0"]', "0.0.0.0/0, ::/0"),
}


@pytest.mark.parametrize("name", WRITTEN)
def test_addresses_are_read(name: str, tmp_path: Path) -> None:
    written, expected = WRITTEN[name]
    cluster = cluster_of(tmp_path, document(f"roles:\n  control-plane: {written}\n"))
    assert addresses(cluster, "control-plane") == expected


@pytest.mark.parametrize(("alias", "role"), [("master", "control-plane"), ("compute", "worker")])
def test_an_alias_is_the_role(alias: str, role: str, tmp_path: Path) -> None:
    roles = f"roles:\n  {alias}: 192.0.2.1\n"
    configs = f"configs:\n  - {{path: fw.nft, at: {{host: {alias}}}}}\n"
    cluster = cluster_of(tmp_path, document(roles, configs))
    assert list(cluster.roles) == [role]
    place = cluster.configs[0].at
    assert isinstance(place, HostPlace)
    assert place.role == role


# roles as written, topology, what each has then
OVERLAPS = {
    "workers are the rest of the network": (
        {"control-plane": "192.0.2.1", "worker": "192.0.2.0/30"},
        "ha",
        {"control-plane": "192.0.2.1", "worker": "192.0.2.0, 192.0.2.2/31"},
    ),
    "the order of the roles does not matter": (
        {"worker": "192.0.2.0/30", "control-plane": "192.0.2.1"},
        "ha",
        {"control-plane": "192.0.2.1", "worker": "192.0.2.0, 192.0.2.2/31"},
    ),
    "clients are everybody else": (
        {"control-plane": "128.0.0.0/1", "client": "0.0.0.0/0"},
        "ha",
        {"control-plane": "128.0.0.0/1", "client": "0.0.0.0/1"},
    ),
    "three deep": (
        {"control-plane": "192.0.2.0", "worker": "192.0.2.0/31", "client": "192.0.2.0/29"},
        "ha",
        {"control-plane": "192.0.2.0", "worker": "192.0.2.1", "client": "192.0.2.2-192.0.2.7"},
    ),
    "one item of a list is more specific, the other is not": (
        {"control-plane": "[192.0.2.1, 192.0.2.8/29]", "worker": "[192.0.2.0/30, 192.0.2.10]"},
        "ha",
        {
            "control-plane": "192.0.2.1, 192.0.2.8/31, 192.0.2.11-192.0.2.15",
            "worker": "192.0.2.0, 192.0.2.2/31, 192.0.2.10",
        },
    ),
    "a family does not touch the other": (
        {"control-plane": "192.0.2.1", "client": '"::/0"'},
        "ha",
        {"control-plane": "192.0.2.1", "client": "::/0"},
    ),
    "IPv6": (
        {"control-plane": '"2001:db8::1"', "worker": '"2001:db8::/126"'},
        "ha",
        {"control-plane": "2001:db8::1", "worker": "2001:db8::, 2001:db8::2/127"},
    ),
    "balancers share": (
        {"control-plane": "192.0.2.1", "api-balancer": "192.0.2.9", "ingress-balancer": "192.0.2.9"},
        "ha",
        {"api-balancer": "192.0.2.9", "ingress-balancer": "192.0.2.9"},
    ),
    "a balancer in a range of balancers": (
        {"control-plane": "192.0.2.1", "api-balancer": "192.0.2.9", "ingress-balancer": "192.0.2.8/30"},
        "ha",
        {"api-balancer": "192.0.2.9", "ingress-balancer": "192.0.2.8/30"},
    ),
    "routers run on nodes": (
        {"control-plane": "192.0.2.1", "worker": "192.0.2.4/31", "ingress-node": "192.0.2.4"},
        "ha",
        {"worker": "192.0.2.4/31", "ingress-node": "192.0.2.4"},
    ),
    "compact": (
        {"control-plane": "192.0.2.1", "worker": "192.0.2.1"},
        "compact",
        {"control-plane": "192.0.2.1", "worker": "192.0.2.1"},
    ),
    "single node, with its balancer": (
        {"control-plane": "192.0.2.1", "worker": "192.0.2.1", "api-balancer": "192.0.2.1"},
        "single-node",
        {"control-plane": "192.0.2.1", "worker": "192.0.2.1", "api-balancer": "192.0.2.1"},
    ),
    "compact, but clients are still everybody else": (
        {"control-plane": "128.0.0.0/1", "worker": "128.0.0.0/1", "client": "0.0.0.0/0"},
        "compact",
        {"worker": "128.0.0.0/1", "client": "0.0.0.0/1"},
    ),
}


def roles_text(roles: dict[str, str]) -> str:
    return "roles:\n" + "".join(f"  {role}: {written}\n" for role, written in roles.items())


@pytest.mark.parametrize("name", OVERLAPS)
def test_the_more_specific_has_the_address(name: str, tmp_path: Path) -> None:
    roles, topology, expected = OVERLAPS[name]
    cluster = cluster_of(tmp_path, document(roles_text(roles), more=f"topology: {topology}\n"))
    assert {role: addresses(cluster, role) for role in expected} == expected


SHARED = {
    "the same address": {"control-plane": "192.0.2.1", "worker": "192.0.2.1"},
    "by way of an alias": {"master": "192.0.2.1", "compute": "192.0.2.1"},
    "the same prefix": {"control-plane": "192.0.2.0/24", "worker": "192.0.2.0/24"},
    "two ranges of one size": {"control-plane": "192.0.2.1-192.0.2.3", "worker": "192.0.2.3-192.0.2.5"},
    "the bootstrap host is a node": {"control-plane": "192.0.2.1", "bootstrap": "192.0.2.1"},
    "IPv6": {"control-plane": '"2001:db8::1"', "worker": '"2001:db8:0::1"'},
}


@pytest.mark.parametrize("name", SHARED)
def test_one_address_is_not_two_nodes(name: str, tmp_path: Path) -> None:
    text = document(roles_text(SHARED[name]))
    with pytest.raises(InputError, match="is given to two node roles") as caught:
        cluster_of(tmp_path, text)
    assert (caught.value.line, caught.value.column > 3) == (4, True), "at the later of the two"
    for topology in ("compact", "single-node"):
        assert cluster_of(tmp_path, document(roles_text(SHARED[name]), more=f"topology: {topology}\n")).roles


def test_hosts_are_names_of_addresses(tmp_path: Path) -> None:
    hosts = 'hosts:\n  OCP-Master-0.lab.example: 192.0.2.1\n  six: "2001:db8::1"\n'
    cluster = cluster_of(tmp_path, document(more=hosts))
    assert cluster.hosts == {
        "ocp-master-0.lab.example": parse_address("192.0.2.1"),
        "six": parse_address("2001:db8::1"),
    }


def test_the_roles_of_an_address(tmp_path: Path) -> None:
    roles = roles_text({"control-plane": "192.0.2.1", "worker": "192.0.2.0/30", "ingress-node": "192.0.2.2"})
    cluster = cluster_of(tmp_path, document(roles))
    asked = {text: cluster.roles_of(parse_address(text)) for text in ("192.0.2.1", "192.0.2.2", "192.0.2.9")}
    assert asked == {"192.0.2.1": ("control-plane",), "192.0.2.2": ("worker", "ingress-node"), "192.0.2.9": ()}
