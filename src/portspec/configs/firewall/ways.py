"""Which way through a filter is meant when nobody says so."""

from __future__ import annotations

from typing import Literal

from portspec.configs.firewall.model import Chain, Ruleset

WAYS: tuple[Literal["input", "forward", "output"], ...] = ("input", "forward", "output")


def likely_way(ruleset: Ruleset) -> Literal["input", "forward", "output"]:
    """The first of input, forward and output that filters anything.

    A chain filters if it holds a rule; where none does, if its policy drops. A ruleset that filters nowhere is
    taken as a host's: input.
    """
    for filters in (_has_rules, _drops):
        for way in WAYS:
            if any(filters(chain) for chain in ruleset.base_chains(way) if chain.kind != "nat"):
                return way
    return "input"


def _has_rules(chain: Chain) -> bool:
    return len(chain.rules) > 0


def _drops(chain: Chain) -> bool:
    return chain.policy == "drop"
