"""Which chains only packets for the host itself get to, where a rule asks for the kind of an address."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

RULE = re.compile(r"\s*(?:\[\d+:\d+\]\s*)?(?:-A|--append)\s+(\S+)(.*)")


def inbound(lines: Iterable[str], chains: Collection[str], built_in: Collection[str]) -> frozenset[str]:
    """INPUT, and the chains that it leads to and no other one of the built-in ones. `lines` are those of a table.

    A word that is the name of a chain may be a comment's: then the rule is taken for a jump, and the chain for one that others
    lead to as well.
    """
    ahead: dict[str, set[str]] = {}
    named = {name for name in chains if name not in built_in}
    for line in lines:
        found = RULE.match(line)
        if found is not None:
            words = {word.strip("\"'") for word in found[2].split()}
            ahead.setdefault(found[1], set()).update(words & named)
    elsewhere = _reached([name for name in built_in if name != "INPUT"], ahead)
    return frozenset(_reached(["INPUT"] if "INPUT" in built_in else [], ahead) - elsewhere)


def _reached(starts: list[str], ahead: dict[str, set[str]]) -> set[str]:
    found = set(starts)
    waiting = list(starts)
    while waiting:
        for name in ahead.get(waiting.pop(), ()):
            if name not in found:
                found.add(name)
                waiting.append(name)
    return found
