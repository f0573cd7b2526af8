"""F5 BIG-IP AS3: declarations in JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portspec.configs.balancer.model import Balancer
    from portspec.source import SourceText

FORMAT = "as3"
KIND = "balancer"
NAME = "AS3"


def sniff(text: str) -> int:
    """How surely this is an AS3 declaration, 0 to 100."""
    head = text.lstrip()[:2]
    if head[:1] != "{" or '"class"' not in text:
        return 0
    import re

    if re.search(r'"class"\s*:\s*"(?:AS3|ADC)"', text):
        return 95
    if '"schemaVersion"' in text and re.search(r'"class"\s*:\s*"Application"', text):
        return 80
    return 0


def read(source: SourceText) -> Balancer:
    """The load balancer that a declaration makes. Raises InputError with line and column."""
    from portspec.configs.balancer.as3.reader import read_balancer

    return read_balancer(source)
