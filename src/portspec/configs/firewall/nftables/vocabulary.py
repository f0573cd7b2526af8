"""Words that begin, end or accompany the statements of a rule."""

from __future__ import annotations

from collections.abc import Mapping

from portspec.configs.firewall.model import Action

VERDICTS: Mapping[str, Action] = {
    "accept": "accept", "drop": "drop", "return": "return", "continue": "continue", "reject": "reject",
    "queue": "unknown", "masquerade": "accept", "snat": "accept", "dnat": "unknown", "redirect": "unknown",
    "tproxy": "unknown", "synproxy": "unknown", "fwd": "unknown",
    # What is not tracked has another state for every later rule.
    "notrack": "unknown",
}  # fmt: skip
"""Statements that end a rule. What changes the destination may send the packet anywhere, so it is open; what changes
the source only ends its NAT chain."""

PLAIN = frozenset({"accept", "drop", "return", "continue", "reject", "jump", "goto"})
"""Verdicts behind which nothing but a comment may stand."""

UNKNOWN_MATCHES = frozenset({"limit", "quota", "meter", "flow", "reset"})
QUIET = frozenset({"counter", "log", "comment", "dup", "last"})
"""Statements without a say in the verdict."""

OPERATORS = frozenset({"==", "!=", "<", ">", "<=", ">="})
EXTRAS = frozenset({"timeout", "expires", "comment", "counter", "limit"})
