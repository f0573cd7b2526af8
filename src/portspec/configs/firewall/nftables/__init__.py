"""nftables: what `nft list ruleset` and `nft -j list ruleset` print, and what people write by hand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portspec.configs.firewall.model import Ruleset
    from portspec.source import SourceText

FORMAT = "nftables"
KIND = "firewall"
SEVERAL = True

HEAD = 50_000
_SHEBANG = r"#!\s*\S*nft\b"
_TABLE = r"(?m)^\s*(?:(?:add|create)\s+)?table\s+(?:(?:inet|ip6?|arp|bridge|netdev)\s+)?\S+\s*(?:\{|$)"
_COMMAND = r"(?m)^\s*(?:flush ruleset|(?:add|insert|create) (?:rule|chain|set|map|element) )"
_HOOK = r"type (?:filter|nat|route) hook \w+"
_JSON = r'\s*\{\s*"nftables"\s*:'
_INCLUDE = r'(?m)^\s*include\s+"[^"\n]+"\s*;?\s*(?:#.*)?$'
_SHELL = r"(?m)^#!\S*/(?:env[ \t]+)?(?:ba|da|k|z)?sh\b|^[ \t]*(?:sudo[ \t]+)?(?:/(?:usr/)?sbin/)?nft[ \t]+['\"]?(?:add|insert|create|flush|delete)\b"
_YAML = r"(?m)^(?:apiVersion|kind|variant):\s"


def sniff(text: str) -> int:
    """How surely this is an nftables file, 0 to 100."""
    head = text[:HEAD]
    # Every file is asked, and an expression costs more than to see that it cannot match.
    if any(word in head for word in ("apiVersion:", "kind:", "variant:")) and re.search(_YAML, head):
        return 0  # an object that carries such a file
    if "nft " in head and re.search(_SHELL, head):
        return 0  # a script that calls the program
    if (" hook " in head and re.search(_HOOK, head)) or (head.startswith("#!") and re.match(_SHEBANG, head)):
        return 100
    if "nftables" in head and re.match(_JSON, head):
        return 100
    if ("table" in head and re.search(_TABLE, head)) or (_has_command(head) and re.search(_COMMAND, head)):
        return 90
    if "include" in head and re.search(_INCLUDE, head):
        return 40
    return 30 if _is_json(head) else 0


def _has_command(head: str) -> bool:
    return any(word in head for word in ("flush", "add", "insert", "create"))


def _is_json(text: str) -> bool:
    return text.lstrip()[:1] == "{"


def read(source: SourceText) -> Ruleset:
    """The packet filter that a file describes. Raises InputError with line and column."""
    if _is_json(source.text[:HEAD]):
        from portspec.configs.firewall.nftables.fromjson.lower import read_json

        return read_json(source)
    from portspec.configs.firewall.nftables.lower import read_ruleset

    return read_ruleset(source)
