"""firewalld.conf."""

from __future__ import annotations

from typing import NamedTuple

from portspec.configs.firewall.firewalld.stock import DEFAULT_ZONE
from portspec.configs.firewall.firewalld.values import Source, nearest
from portspec.source import Span

YES_NO = ("yes", "true", "no", "false")
KEYS: dict[str, tuple[str, ...]] = {
    "DefaultZone": (),
    "MinimalMark": (),
    "CleanupOnExit": YES_NO,
    "CleanupModulesOnExit": YES_NO,
    "Lockdown": YES_NO,
    "IPv6_rpfilter": YES_NO,
    "IndividualCalls": YES_NO,
    "LogDenied": ("all", "unicast", "broadcast", "multicast", "off"),
    "AutomaticHelpers": ("yes", "no", "system"),
    "FirewallBackend": ("nftables", "iptables"),
    "FlushAllOnReload": YES_NO,
    "RFC3964_IPv4": YES_NO,
    "AllowZoneDrifting": YES_NO,
    "NftablesFlowtable": (),
    "NftablesCounters": YES_NO,
    "NftablesTableOwner": YES_NO,
    "ReloadPolicy": (),
    "StrictForwardPorts": YES_NO,
}
"""The keys, with the values that they may have where those are few. The last ones came after 1.3."""


class Conf(NamedTuple):
    """What of the file decides about packets. `span` is where the default zone is given."""

    default_zone: str
    span: Span | None
    rfc3964: bool


def conf(source: Source) -> Conf:
    """Read the file. Raises InputError for lines that firewalld would pass over with a warning."""
    given: dict[str, str] = {}
    made = Conf(DEFAULT_ZONE, None, rfc3964=True)
    for number, raw in enumerate(source.text.split("\n"), 1):
        line = raw.strip()
        if not line or line[0] in "#;":
            continue
        span = source.lifted(Span(number, raw.index(line[0]) + 1, number, len(raw.rstrip()) + 1))
        key, equals, value = (part.strip() for part in line.partition("="))
        if not equals or not value or "=" in value:
            source.fail(span, f"{line[:60]!r}: expected KEY=VALUE")
        if key not in KEYS:
            source.fail(span, f"unknown key {key[:40]!r}", nearest(key, KEYS))
        if key in given:
            source.fail(span, f"{key} is given twice", "firewalld takes the first")
        known = KEYS[key]
        if known and value.lower() not in known:
            source.fail(span, f"{key}: unknown value {value[:40]!r}", f"known: {', '.join(known)}")
        given[key] = value
        if key == "DefaultZone":
            made = made._replace(default_zone=value, span=span)
        elif key == "FirewallBackend" and value == "iptables":
            source.fail(
                span, "the iptables backend is not modelled", "give the output of iptables-save and ip6tables-save"
            )
        elif key == "StrictForwardPorts" and value.lower() in ("yes", "true"):
            source.fail(span, "StrictForwardPorts is not modelled", "give the output of nft list ruleset")
        elif key == "RFC3964_IPv4":
            made = made._replace(rfc3964=value.lower() in ("yes", "true"))
    return made
