"""Ansible inventories as people write them, INI and YAML: who is told to be what, from which line."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from portspec.cluster.discovery.inventory import read_inventory
from portspec.source import SourceText


class Case(NamedTuple):
    text: str
    roles: dict[str, list[str]]
    path: str = "hosts"


CASES = {
    "addresses in one group, roles in others, in any order": Case(
        "[masters]\nm0\nm1\n[all]\nm0 ansible_host=192.0.2.11\nm1 ansible_host=192.0.2.12\nw0 ansible_host=192.0.2.21\n[workers]\nw0\n",
        {"control-plane": ["192.0.2.11:2", "192.0.2.12:3"], "worker": ["192.0.2.21:9"]},
    ),
    "the same as YAML, the usual way to write one": Case(
        "all:\n  hosts:\n    m0: {ansible_host: 192.0.2.11}\n    w0: {ansible_host: 192.0.2.21}\n"
        "  children:\n    masters:\n      hosts:\n        m0:\n    workers:\n      hosts: {w0: {}}\n",
        {"control-plane": ["192.0.2.11:8"], "worker": ["192.0.2.21:10"]},
        "hosts.yml",
    ),
    "a group of groups": Case(
        "[rack1]\na ansible_host=192.0.2.1\n[rack2]\nb ansible_host=192.0.2.2\n[control_plane:children]\nrack1\nrack2\n",
        {"control-plane": ["192.0.2.1:2", "192.0.2.2:4"]},
    ),
    "a group of groups, as YAML": Case(
        "all:\n  children:\n    compute:\n      children:\n        rack1:\n          hosts: {a: {ansible_host: 192.0.2.1}}\n",
        {"worker": ["192.0.2.1:6"]},
        "inventory.yaml",
    ),
    "the nearest group that tells": Case(
        "[rack]\na ansible_host=192.0.2.1\n[workers:children]\nrack\n[masters:children]\nworkers\n",
        {"worker": ["192.0.2.1:2"]},
    ),
    "groups that are children of each other": Case(
        "[a]\nx ansible_host=192.0.2.1\n[a:children]\nb\n[b:children]\na\n", {}
    ),
    "ranges": Case(
        "[masters]\n192.0.2.[11:13]\n[workers]\nw[01:02].x.example ansible_host=192.0.2.21\n",
        {"control-plane": ["192.0.2.11:2", "192.0.2.12:2", "192.0.2.13:2"], "worker": ["192.0.2.21:4"]},
    ),
    "ranges that are none": Case("[masters]\n192.0.2.[13:11]\n10.[0:4000].0.1\nm[a:c]\n192.0.2.[x:y]\n", {}),
    "variables and comments": Case(
        "# words\n[masters:vars]\nansible_host=192.0.2.9\n[masters]\n; m1 ansible_host=192.0.2.8\nm0 x=1 ansible_host='192.0.2.1' y=2 # words\n",
        {"control-plane": ["192.0.2.1:6"]},
    ),
    "a balancer": Case(
        "[loadbalancers]\nlb ansible_host=192.0.2.5\n", {"api-balancer": ["192.0.2.5:2"], "ingress-balancer": ["192.0.2.5:2"]}
    ),
    "names alone": Case("[masters]\nm0.x.example\n[workers]\nw0\n", {}),
    "a host without a group": Case("m0 ansible_host=192.0.2.1\n[workers]\nw0 ansible_host=192.0.2.2\n", {"worker": ["192.0.2.2:3"]}),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_is_understood(name: str) -> None:
    case = CASES[name]
    found: dict[str, list[str]] = {}
    for one in read_inventory(SourceText(case.path, case.text)):
        if one.what == "role":
            found.setdefault(one.name, []).append(f"{one.value}:{one.line}")
    assert found == case.roles


def test_hosts_have_their_names() -> None:
    text = (
        "[masters]\nm[0:1].x.example\n[all]\nm0.x.example ansible_host=192.0.2.1\nm1.x.example ansible_host=192.0.2.2\n"
    )
    hosts = {one.name: one.value for one in read_inventory(SourceText("hosts", text)) if one.what == "host"}
    assert hosts == {"m0.x.example": "192.0.2.1", "m1.x.example": "192.0.2.2"}
