"""Matches on what the first packet of a connection does not have: extension headers of IPv6, and the offset of a fragment."""

from __future__ import annotations

import re

EXTENSION = re.compile(
    r"(?:frag|hbh|dst|mh|srh|rt (?:nexthdr|hdrlength|type|seg-left)) |exthdr \S+ (?:== )?(?:exists|1)\Z|exthdr \S+ != (?:missing|0)\Z"
)
"""Where there is no such header the kernel leaves the rule, whatever is asked of it."""
WITHOUT = re.compile(r"exthdr \S+ (?:(?:== )?(?:missing|0)|!= (?:exists|1))\Z")
FRAGMENT = re.compile(r"ip frag-off & (0x[0-9a-f]+|\d+) (!= |== )?(0x[0-9a-f]+|\d+)\Z")
WHOLE = 0x3FFF
"""The bits of the offset, and the one that says that more fragments follow."""


def of_first_packets(text: str) -> bool | None:
    """Whether the match holds for every first packet of its family (True), or for none (False); None where it cannot be said."""
    if EXTENSION.match(text):
        return False
    if WITHOUT.match(text):
        return True
    fragment = FRAGMENT.match(text)
    if fragment is None or int(fragment[1], 0) & ~WHOLE:
        return None
    return (int(fragment[3], 0) == 0) != (fragment[2] == "!= ")
