"""Lists of commands that build a filter: shell scripts and Ansible tasks of iptables, ip6tables, nft, firewall-cmd and ufw."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portspec.configs.firewall.model import Ruleset
    from portspec.source import SourceText

FORMAT = "commands"
KIND = "firewall"
NAME = "a list of commands"

HEAD = 100_000
_COMMAND = r"(?m)^[ \t]*(?:sudo[ \t]+)?(?:/(?:usr/)?s?bin/)?(?:ip6?tables(?:-legacy|-nft)?[ \t]+-|firewall-(?:offline-)?cmd[ \t]+-|nft[ \t]+['\"]?(?:add|insert|create|flush|delete)\b|ufw[ \t]+(?:-|(?:allow|deny|reject|limit|insert|delete|prepend|route|rule|default|enable|reset)\b))"
_VARIABLE = r"(?m)^[ \t]*(?:\"?\$\{?(?:IPT|IPTABLES|IP6TABLES|IPT6|NFT)\b)"
_TASK = r"(?m)^[ \t]*(?:-[ \t]+)?(?:ansible\.(?:builtin|posix)\.|community\.general\.)?(?:iptables|firewalld|ufw):[ \t]*(?:\{|#|\r?$)"
_SHELL = r"(?m)^[ \t]*(?:-[ \t]+)?(?:ansible\.builtin\.)?(?:command|shell)[ \t]*:[ \t]*(?:cmd:[ \t]*)?['\"]?(?:/(?:usr/)?s?bin/)?(?:ip6?tables|nft|firewall-cmd|ufw)[ \t]"


def sniff(text: str) -> int:
    """How surely this is such a list, 0 to 100."""
    head = text[:HEAD]
    # Every file is asked, and an expression costs more than to see that it cannot match.
    if not any(word in head for word in ("nft", "tables", "IPT", "firewall", "ufw")):
        return 0
    if re.search(_TASK, head) or re.search(_SHELL, head):
        return 97
    return 95 if re.search(_COMMAND, head) or ("$" in head and re.search(_VARIABLE, head)) else 0


def read(source: SourceText) -> Ruleset:
    """The packet filter that the commands build on a host without rules. Raises InputError with line and column."""
    from portspec.configs.firewall.commands.reader import read_ruleset

    return read_ruleset(source)
