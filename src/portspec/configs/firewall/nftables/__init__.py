"""nftables: what `nft list ruleset` and `nft -j list ruleset` print, and what people write by hand."""

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
_IS_JSON = re.compile(r"\s*\{")
_INCLUDE = re.compile(r'^\s*include\s+"[^"\n]+"\s*;?\s*(?:#.*)?$', re.MULTILINE)
_YAML = re.compile(r"^(?:apiVersion|kind|variant):\s", re.MULTILINE)


def sniff(text: str) -> int:
    """How surely this is an nftables file, 0 to 100."""
    head = text[:HEAD]
    if _YAML.search(head):
        return 0  # an object that carries such a file
    if _SHEBANG.match(head) or _HOOK.search(head) or _JSON.match(head):
        return 100
    if _TABLE.search(head) or _COMMAND.search(head):
        return 90
    if _INCLUDE.search(head):
        return 40
    return 30 if head.lstrip().startswith("{") else 0


def read(source: SourceText) -> Ruleset:
    """The packet filter that a file describes. Raises InputError with line and column."""
    if _IS_JSON.match(source.text):
        from portspec.configs.firewall.nftables.fromjson.lower import read_json

        return read_json(source)
    from portspec.configs.firewall.nftables.lower import read_ruleset

    return read_ruleset(source)
