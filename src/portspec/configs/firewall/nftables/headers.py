"""Matches on what the packets that are asked about do not have: extension headers of IPv6, the offset of a fragment, and a way back
to their sender that is not the one they came by."""

from __future__ import annotations

import re

from portspec.configs.firewall.nftables.fields import V4, V6
from portspec.packets.boxes import ANY_BOX, Box

EXTENSION = re.compile(
    r"(?:frag|hbh|dst|mh|srh|rt (?:nexthdr|hdrlength|type|seg-left)) |exthdr \S+ (?:== )?(?:exists|1)\Z|exthdr \S+ != (?:missing|0)\Z"
)
"""Where there is no such header the kernel leaves the rule, whatever is asked of it."""
WITHOUT = re.compile(r"exthdr \S+ (?:(?:== )?(?:missing|0)|!= (?:exists|1))\Z")
FRAGMENT = re.compile(r"ip frag-off & (0x[0-9a-f]+|\d+) (!= |== )?(0x[0-9a-f]+|\d+)\Z")
ASTRAY = re.compile(
    r"fib saddr(?: \. (?:mark|iif))* (?:oif|oifname|check) (?:(!= |ne )|== |eq )?(missing|exists|0|1)\Z"
)
"""The check of the reverse path: a packet is taken to come in by the interface that leads back to its sender."""
WHOLE = 0x3FFF
"""The bits of the offset, and the one that says that more fragments follow."""


def of_first_packets(text: str) -> tuple[Box, bool] | None:
    """The packets that a match is about, and whether it holds for all of them (or for none); None where it cannot be said."""
    if EXTENSION.match(text):
        return V6, False
    if WITHOUT.match(text):
        return V6, True
    astray = ASTRAY.match(text)
    if astray is not None:
        return ANY_BOX, (astray[2] in ("exists", "1")) != (astray[1] is not None)
    fragment = FRAGMENT.match(text)
    if fragment is None or int(fragment[1], 0) & ~WHOLE:
        return None
    return V4, (int(fragment[3], 0) == 0) != (fragment[2] == "!= ")
