"""The facts about what firewalld brings along, held against the installed package."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest
from conftest_programs import require

from portspec.configs.firewall.firewalld import objects, stock
from portspec.configs.firewall.firewalld.records import Family, Service, Settings
from portspec.configs.firewall.firewalld.values import Source
from portspec.configs.folders import FolderText, load_folder
from portspec.source import Span

INSTALLED = Path("/usr/lib/firewalld")
NOWHERE = Span(0)
NUMBERS = """
import json
from firewall.core.nftables import ICMP_TYPES_FRAGMENTS
print(json.dumps(ICMP_TYPES_FRAGMENTS))
"""
ICMP_NUMBERS = {
    "ipv4": {
        "destination-unreachable": 3, "echo-reply": 0, "echo-request": 8, "redirect": 5, "parameter-problem": 12,
        "router-advertisement": 9, "router-solicitation": 10, "source-quench": 4, "time-exceeded": 11,
        "timestamp-reply": 14, "timestamp-request": 13,
    },
    "ipv6": {
        "destination-unreachable": 1, "packet-too-big": 2, "time-exceeded": 3, "parameter-problem": 4,
        "echo-request": 128, "echo-reply": 129, "nd-router-solicit": 133, "nd-router-advert": 134,
        "nd-neighbor-solicit": 135, "nd-neighbor-advert": 136, "nd-redirect": 137,
    },
}  # fmt: skip
"""The numbers behind nft's names: RFC 792, RFC 1256 and RFC 4443, RFC 4861."""


@pytest.fixture
def installed() -> FolderText:
    require("firewalld", package="firewalld")
    return load_folder(str(INSTALLED), str(INSTALLED))


def sources(whole: FolderText, folder: str) -> dict[str, Source]:
    """The files of one folder by name."""
    return {
        Path(part.path).stem: Source(whole, part, first)
        for part, first in zip(whole.parts, whole.firsts, strict=True)
        if Path(part.path).parent.name == folder
    }


def stripped(service: Service) -> Service:
    """A service without places, its lists sorted."""
    return service._replace(
        ports=tuple(sorted(ports._replace(span=NOWHERE) for ports in service.ports)),
        source_ports=tuple(sorted(ports._replace(span=NOWHERE) for ports in service.source_ports)),
        protocols=tuple(sorted(word._replace(span=NOWHERE) for word in service.protocols)),
        destinations=tuple(sorted(service.destinations)),
        includes=tuple(sorted(word._replace(span=NOWHERE) for word in service.includes)),
    )


def test_services(installed: FolderText) -> None:
    theirs = {name: objects.service(source, name) for name, source in sources(installed, "services").items()}
    assert stock.service_names() == sorted(theirs, key=stock.service_names().index)
    for name, service in theirs.items():
        ours = stock.service(name, NOWHERE)
        assert ours is not None
        assert stripped(ours) == stripped(service)


def brought(folder: str) -> dict[str, Source]:
    """What we write of the stock."""
    return sources(FolderText("", stock.parts()), folder)


def summary(settings: Settings) -> tuple[object, ...]:
    rules = [(rule.family, rule.priority, rule.element and rule.element.text, rule.action) for rule in settings.rules]
    return [word.text for word in settings.services], rules, settings.masquerade is not None, len(settings.ports)


def test_zones(installed: FolderText) -> None:
    theirs = {name: objects.zone(source, name) for name, source in sources(installed, "zones").items()}
    ours = {name: objects.zone(source, name) for name, source in brought("zones").items()}
    assert ours.keys() == theirs.keys()
    for name, zone in theirs.items():
        assert (ours[name].target, ours[name].forward is None) == (zone.target, zone.forward is None)
        assert summary(ours[name].settings) == summary(zone.settings)
        assert not zone.active
        assert zone.inversion is None


def test_policies(installed: FolderText) -> None:
    theirs = {name: objects.policy(source, name) for name, source in sources(installed, "policies").items()}
    ours = {name: objects.policy(source, name) for name, source in brought("policies").items()}
    assert ours.keys() == theirs.keys()
    for name, policy in theirs.items():
        mine = ours[name]
        assert (mine.target, mine.priority) == (policy.target, policy.priority)
        assert [word.text for word in mine.ingress] == [word.text for word in policy.ingress]
        assert [word.text for word in mine.egress] == [word.text for word in policy.egress]
        assert summary(mine.settings) == summary(policy.settings)


def test_icmp_types(installed: FolderText) -> None:
    families: dict[str, tuple[Family, ...]] = {
        name: objects.icmptype(source) for name, source in sources(installed, "icmptypes").items()
    }
    kinds: tuple[Family, ...] = ("ipv4", "ipv6")
    assert families == {
        name: tuple(family for family, number in zip(kinds, numbers, strict=True) if number is not None)
        for name, numbers in stock.ICMP.items()
    }
    told = subprocess.run(["/usr/bin/python3", "-c", NUMBERS], capture_output=True, text=True, check=True).stdout
    fragments = json.loads(told)
    for name, numbers in stock.ICMP.items():
        for family, number in zip(kinds, numbers, strict=True):
            if number is None:
                assert name not in fragments[family]
                continue
            kind, *code = [one["match"]["right"] for one in fragments[family][name]]
            assert number == (ICMP_NUMBERS[family][kind], code[0] if code else None)


def test_helpers_change_no_verdict_by_themselves(installed: FolderText) -> None:
    """They are left out of the services' lines; here is what they hold."""
    for source in sources(installed, "helpers").values():
        assert {node.tag for node in ElementTree.fromstring(source.text)} <= {"port"}


def test_the_stock_is_written_as_files() -> None:
    parts = stock.parts()
    assert [part.path for part in parts][-1] == stock.HERE
    assert all(part.path.startswith("(") for part in parts)
