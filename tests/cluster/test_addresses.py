"""Who has which address: every way to write one, and what happens where two roles overlap."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from cluster.clusters import addresses, cluster_of, document
from hypothesis import given
from hypothesis import strategies as st

from portspec.cluster.addresses import read_roles
from portspec.cluster.model import HostPlace
from portspec.cluster.nodes import Reader
from portspec.errors import InputError
from portspec.packets.addresses import parse_address
from portspec.source import SourceText
from portspec.yamlsource import load_yaml

WRITTEN = {
    "single": ("192.0.2.7", "192.0.2.7"),
    "quoted": ('"192.0.2.7"', "192.0.2.7"),
    "prefix": ("192.0.2.0/30", "192.0.2.0/30"),
    "prefix by its netmask": ("192.0.2.0/255.255.255.252", "192.0.2.0/30"),
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


ITEMS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 12)), min_size=1, max_size=4)


@given(st.fixed_dictionaries(dict.fromkeys(("control-plane", "worker", "client"), ITEMS)))
def test_settling_is_what_it_says_point_by_point(written: dict[str, list[tuple[int, int]]]) -> None:
    """A role has an address of one of its ranges unless a smaller range of another role has it too."""
    base = parse_address("192.0.2.0")
    expected = {
        role: {
            point
            for first, length in ranges
            for point in range(first, first + length + 1)
            if not any(
                low <= point <= low + shorter and shorter < length
                for other, theirs in written.items()
                for low, shorter in theirs
                if other != role
            )
        }
        for role, ranges in written.items()
    }
    entries = "".join(
        f"  {role}: [{', '.join(f'192.0.2.{first}-192.0.2.{first + length}' for first, length in ranges)}]\n"
        for role, ranges in written.items()
    )
    reader = Reader("portspec.yaml")
    node = load_yaml(SourceText("portspec.yaml", f"roles:\n{entries}"))
    roles = reader.mapping(reader.mapping(node, "file")["roles"].value, "roles")
    if expected["control-plane"] & expected["worker"] or not all(expected.values()):
        with pytest.raises(InputError):
            read_roles(reader, roles, "ha")
        return
    settled = read_roles(reader, roles, "ha")
    assert {
        role: {point - base for first, last in addresses for point in range(first, last + 1)}
        for role, addresses in settled.items()
    } == expected


def test_very_many_addresses_are_settled_in_time(tmp_path: Path) -> None:
    """Nested ranges of two roles, no two of one size: the worst case for what is more specific than what."""
    many = [f"10.{n >> 8}.{n & 255}.0-10.{200 - (n >> 8)}.{n & 255}.{n % 2}" for n in range(3000)]
    roles = {
        "worker": f"[{', '.join(many[::2])}]",
        "client": f"[{', '.join(many[1::2])}]",
        "control-plane": "192.0.2.1",
    }
    started = time.process_time()
    assert cluster_of(tmp_path, document(roles_text(roles))).addresses("worker")
    assert time.process_time() - started < 5


# roles as written, where the error stands (line, column) and what it says
REFUSED = {
    "host bits": ({"control-plane": "192.0.2.2/30"}, (3, 18), "192.0.2.2/30 has host bits set"),
    "host bits in IPv6": ({"control-plane": '"2001:db8::1/64"'}, (3, 18), "2001:db8::1/64 has host bits set"),
    "IPv4-mapped": ({"control-plane": '"::ffff:192.0.2.1"'}, (3, 18), "::ffff:192.0.2.1 is an IPv4-mapped address"),
    "a zone": ({"control-plane": '"fe80::1%eth0"'}, (3, 18), "not an IP address: 'fe80::1%eth0'"),
    "leading zeros": ({"control-plane": "192.0.2.010"}, (3, 18), "not an IP address: '192.0.2.010'"),
    "a length below zero": ({"control-plane": "192.0.2.1/-1"}, (3, 18), "not an IP address: '192.0.2.1/' (in '192.0.2.1/-1')"),
    "the end of a range only": ({"control-plane": '"-192.0.2.1"'}, (3, 18), "not an IP address: '' (in '-192.0.2.1')"),
    "other digits": ({"control-plane": "１９２.0.2.1"}, (3, 18), "not an IP address: '１９２.0.2.1'"),
    "nothing left for a role": (
        {"control-plane": "[192.0.2.1, 192.0.2.2]", "worker": "192.0.2.1-192.0.2.2"},
        (4, 11),
        "role worker: no address is left, other roles name all of 192.0.2.1-192.0.2.2 more specifically",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_addresses_are_refused(name: str, tmp_path: Path) -> None:
    roles, place, message = REFUSED[name]
    with pytest.raises(InputError) as caught:
        cluster_of(tmp_path, document(roles_text(roles)))
    assert message in caught.value.message
    assert (caught.value.line, caught.value.column) == place


def test_a_name_has_one_address(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="host A is given twice, with two addresses"):
        cluster_of(tmp_path, document(more="hosts: {a: 192.0.2.1, A: 192.0.2.2}\n"))
    assert cluster_of(tmp_path, document(more="hosts: {a: 192.0.2.1, A: 192.0.2.1}\n")).hosts.keys() == {"a"}


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
