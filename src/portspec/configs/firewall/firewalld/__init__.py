"""firewalld: a folder such as /etc/firewalld, one zone's file, or what `firewall-cmd --list-all-zones` prints."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portspec.configs.firewall.model import Ruleset
    from portspec.source import SourceText

FORMAT = "firewalld"
KIND = "firewall"

HEAD = 50_000
_LISTED = r"(?m)^[\w/-]+(?: \([a-z, ]+\))?[ \t]*\r?\n(?:  (?:summary|description|priority|[a-z]+gress-priority):.*\n)*  target: "
_ROOT = r"(?m)(?:^\s*|>\s*)<(?:zone|policy|ipset|service|icmptype|helper|direct)[\s/>]|^\s*<!DOCTYPE (?:zone|policy|service)"
_SETTINGS = ("DefaultZone", "FirewallBackend", "CleanupOnExit", "IPv6_rpfilter", "LogDenied", "RFC3964_IPv4")


def sniff(text: str) -> int:
    """How surely this is firewalld's, 0 to 100. Single files that are no zone count: `read` says what to give instead."""
    head = text[:HEAD]
    # Every file is asked, and an expression costs more than to see that it cannot match.
    if ("<" in head and re.search(_ROOT, head)) or ("\n  target: " in head and re.search(_LISTED, head)):
        return 100
    return 90 if any(re.search(rf"(?m)^{name}\s*=", head) for name in _SETTINGS if name in head) else 0


def read(source: SourceText) -> Ruleset:
    """The packet filter that firewalld makes of a config. Raises InputError with file, line and column."""
    from portspec.configs.firewall.firewalld.reader import read_ruleset

    return read_ruleset(source)
