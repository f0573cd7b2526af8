"""From text to the neutral model: which form a config has, and what completes it."""

from __future__ import annotations

import os
from collections.abc import Container

from portspec.configs.firewall.firewalld import objects, stock
from portspec.configs.firewall.firewalld.checking import check
from portspec.configs.firewall.firewalld.elements import parse
from portspec.configs.firewall.firewalld.listing import KEYS, MANY_LINES, Listing
from portspec.configs.firewall.firewalld.lower import lower
from portspec.configs.firewall.firewalld.records import (
    Configuration,
    Family,
    IpSet,
    PolicyObject,
    Service,
    Settings,
    Zone,
)
from portspec.configs.firewall.firewalld.settings import Conf, conf
from portspec.configs.firewall.firewalld.values import Source
from portspec.configs.firewall.model import Ruleset
from portspec.configs.folders import FolderText
from portspec.source import SourceText, Span

FOLDER_HINT = "give the folder that it lies in, such as /etc/firewalld"


def read_ruleset(source: SourceText, *, entries: bool = False) -> Ruleset:
    """Read a folder, a zone's file or a listing, of which each line holds one entry where it says so. Raises InputError with
    file, line and column."""
    own = source.parts if isinstance(source, FolderText) else (source,)
    whole = FolderText(source.path, [*own, *stock.parts()])
    parts = [Source(whole, part, first) for part, first in zip(whole.parts, whole.firsts, strict=True)]
    mine, brought = parts[: len(own)], parts[len(own) : -1]
    if isinstance(source, FolderText):
        configuration = _Folder(source.path, mine, brought).read()
    elif source.text.lstrip().startswith("<"):
        configuration = _single(mine[0], brought)
    else:
        configuration = _listed(mine[0], brought, KEYS if entries else MANY_LINES)
    check(whole, configuration)
    return lower(whole, configuration)


def _single(file: Source, brought: list[Source]) -> Configuration:
    """One zone's file. Unless it is bound to sources, the zone is taken for the default one: there all packets end."""
    root = parse(file)
    if root.name != "zone":
        file.fail(root.span, f"a file of <{root.name[:40]}> alone opens nothing", FOLDER_HINT)
    zone = objects.zone(file, os.path.basename(file.part.path).removesuffix(".xml"))
    zones = {**_stock_zones(brought), zone.name: zone}
    return Configuration(
        zones=zones,
        policies=_stock_policies(brought),
        services={},
        ipsets={},
        icmptypes={},
        default_zone=stock.DEFAULT_ZONE if zone.sources else zone.name,
        rfc3964=True,
        whole=False,
    )


def _listed(file: Source, brought: list[Source], many_lines: Container[str]) -> Configuration:
    listing = Listing(file, many_lines).read()
    zones = {**_stock_zones(brought), **listing.zones}
    if listing.default_zone not in zones:
        hint = "add `DefaultZone=NAME` as a line of its own, or `(default)` behind the zone's name"
        file.fail(file.lifted(Span(1, 1)), "the listing does not say which zone is the default", hint)
    return Configuration(
        zones=zones,
        policies={**_stock_policies(brought), **listing.policies},
        services={},
        ipsets={},
        icmptypes={},
        default_zone=listing.default_zone,
        rfc3964=True,
        whole=False,
    )


def _stock_zones(brought: list[Source]) -> dict[str, Zone]:
    return {_stem(part): objects.zone(part, _stem(part)) for part in brought if "/zones/" in part.part.path}


def _stock_policies(brought: list[Source]) -> dict[str, PolicyObject]:
    return {_stem(part): objects.policy(part, _stem(part)) for part in brought if "/policies/" in part.part.path}


def _stem(part: Source) -> str:
    return os.path.basename(part.part.path).removesuffix(".xml")


class _Folder:
    """Reads the files of a folder, each by the folder it lies in."""

    def __init__(self, path: str, files: list[Source], brought: list[Source]) -> None:
        self.root = path.rstrip("/") + "/"
        self.files = files
        self.zones = _stock_zones(brought)
        self.policies = _stock_policies(brought)
        self.services: dict[str, Service] = {}
        self.ipsets: dict[str, IpSet] = {}
        self.icmptypes: dict[str, tuple[Family, ...]] = {}
        self.combined: dict[str, list[Zone]] = {}
        self.conf = Conf(stock.DEFAULT_ZONE, None, rfc3964=True)

    def read(self) -> Configuration:
        for file in self.files:
            self.file(file, file.part.path.removeprefix(self.root).split("/"))
        for name, zones in self.combined.items():
            self.zones[name] = combined(name, zones)
        if self.conf.default_zone not in self.zones:
            file = self.files[0]
            hint = f"known: {', '.join(sorted(self.zones))}"
            file.fail(
                self.conf.span or file.lifted(Span(1, 1)), f"DefaultZone: no zone {self.conf.default_zone[:60]!r}", hint
            )
        return Configuration(
            zones=self.zones,
            policies=self.policies,
            services=self.services,
            ipsets=self.ipsets,
            icmptypes=self.icmptypes,
            default_zone=self.conf.default_zone,
            rfc3964=self.conf.rfc3964,
            whole=True,
        )

    def file(self, file: Source, names: list[str]) -> None:
        folder, name = names[0], names[-1].removesuffix(".xml")
        if len(names) == 3:
            self.combined.setdefault(names[1], []).append(objects.zone(file, name))
        elif folder == "zones":
            self.zones[name] = objects.zone(file, name)
        elif folder == "policies":
            self.policies[name] = objects.policy(file, name)
        elif folder == "services":
            self.services[name] = objects.service(file, name)
        elif folder == "ipsets":
            self.ipsets[name] = objects.ipset(file, name)
        elif folder == "icmptypes":
            self.icmptypes[name] = objects.icmptype(file)
        elif folder == "helpers":
            objects.helper(file)
        elif folder == "firewalld.conf":
            self.conf = conf(file)
        elif folder == "direct.xml":
            _direct(file)
        else:
            parse(file)  # lockdown-whitelist.xml: who may change the configuration, not what it lets through


def combined(name: str, zones: list[Zone]) -> Zone:
    """The zone that the files of a folder `zones/NAME/` make together."""
    first = zones[0]
    every = [zone.settings for zone in zones]
    return first._replace(
        name=name,
        interfaces=tuple(word for zone in zones for word in zone.interfaces),
        sources=tuple(source for zone in zones for source in zone.sources),
        settings=Settings(
            services=tuple(word for one in every for word in one.services),
            ports=tuple(ports for one in every for ports in one.ports),
            forward_ports=tuple(element for one in every for element in one.forward_ports),
            source_ports=tuple(ports for one in every for ports in one.source_ports),
            icmp_blocks=tuple(word for one in every for word in one.icmp_blocks),
            rules=tuple(rule for one in every for rule in one.rules),
            protocols=tuple(word for one in every for word in one.protocols),
            masquerade=next((one.masquerade for one in every if one.masquerade), None),
        ),
        forward=next((zone.forward for zone in zones if zone.forward), None),
        inversion=next((zone.inversion for zone in zones if zone.inversion), None),
    )


def _direct(file: Source) -> None:
    root = parse(file)
    if root.name != "direct":
        file.fail(root.span, f"<{root.name[:40]}> where <direct> was expected")
    if root.children:
        child = root.children[0]
        hint = "give the host's iptables-save output as a config of its own, and take the rules out of direct.xml"
        file.fail(child.span, f"<{child.name[:40]}>: direct rules are not read", hint)
