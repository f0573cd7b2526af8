"""nftables: what `nft list ruleset` prints and what people write by hand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portspec.configs.firewall.model import Ruleset
    from portspec.source import SourceText

FORMAT = "nftables"
KIND = "firewall"

HEAD = 50_000
_SHEBANG = re.compile(r"#!\s*\S*nft\b")
_TABLE = re.compile(
    r"^\s*(?:(?:add|create)\s+)?table\s+(?:(?:inet|ip6?|arp|bridge|netdev)\s+)?\S+\s*(?:\{|$)", re.MULTILINE
)
_COMMAND = re.compile(r"^\s*(?:flush ruleset|(?:add|insert|create) (?:rule|chain|set|map|element) )", re.MULTILINE)
_HOOK = re.compile(r"type (?:filter|nat|route) hook \w+")
_JSON = re.compile(r'\s*\{\s*"nftables"\s*:')


def sniff(text: str) -> int:
    """How surely this is an nftables file, 0 to 100. Its JSON counts: `read` says what to give instead."""
    head = text[:HEAD]
    if _SHEBANG.match(head) or _HOOK.search(head) or _JSON.match(head):
        return 100
    if _TABLE.search(head) or _COMMAND.search(head):
        return 90
    return 30 if head.lstrip().startswith("{") else 0


def read(source: SourceText) -> Ruleset:
    """The packet filter that a file describes. Raises InputError with line and column."""
    from portspec.configs.firewall.nftables.lower import read_ruleset

    return read_ruleset(source)
