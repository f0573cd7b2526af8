"""F5 BIG-IP: `bigip.conf`, what `tmsh list ltm` prints, and scripts of tmsh commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portspec.configs.balancer.model import Balancer
    from portspec.source import SourceText

FORMAT = "f5"
KIND = "balancer"
SEVERAL = True
NAME = "BIG-IP"


def sniff(text: str) -> int:
    """How surely this is a config of a BIG-IP, 0 to 100."""
    if "ltm " not in text:
        return 0
    import re

    stanza = r"ltm[ \t]+(?:virtual|virtual-address|pool|node|monitor[ \t]+\S+|profile[ \t]+\S+)[ \t]+\S+[ \t]*\{"
    command = r"[ \t]*(?:(?:\S*/)?tmsh\b[^\n]*?)?\b(?:create|modify|delete)[ \t]+/?ltm[ \t]"
    return 95 if re.search(rf"^(?:{stanza}|{command})", text, re.MULTILINE) else 0


def read(source: SourceText) -> Balancer:
    """The load balancer that a file describes. Raises InputError with line and column."""
    from portspec.configs.balancer.f5.reader import read_balancer

    return read_balancer(source)
