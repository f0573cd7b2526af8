"""Matches that no file explains, and what may be taken of them.

A match that is not modelled may be true of a packet or not; so many of them are gone through one by one. Where both
versions have a match in the same words it is true in both or in neither. So a rule that has moved differs only where moving it matters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product

from portspec.compare.contexts import base_chains, chains, conditions
from portspec.configs.firewall.model import Ruleset, Unknown

Assumed = tuple[tuple[str, bool], ...]
"""Whether unknown matches, by the words of their reasons, are true."""

FEW = 5
"""Of small filters so many matches are gone through, in all combinations."""
FEWER = 2
SMALL = 5_000
"""Rules of a small filter."""
NOT_ITSELF = re.compile(r"elements beside")
"""A reason that tells why nothing is known, and not what is asked."""
COUNTING = re.compile(r"limit|quota|ct count|recent|statistic|numgen|nth")
"""A match that remembers: two of them in the same words are not true of the same packets."""
NAMED = re.compile(r"@(\S+)|--match-set (\S+)|ipset ([^\s:]+)|\$(\w+)")
"""What a match goes by that is said elsewhere."""


def worlds(old: Ruleset, new: Ruleset, way: str) -> list[Assumed]:
    """Everything that may be taken of the unknown matches on a way, first that none of them is true."""
    theirs = [_reasons(ruleset, way) for ruleset in (old, new)]
    known = {
        reason
        for one in theirs
        for reason in one
        if _is_itself(reason, old, new)
        and not (COUNTING.search(reason) and max(_lines(ruleset, way, reason) for ruleset in (old, new)) > 1)
    }
    shared = [reason for reason in theirs[0] if reason in theirs[1] and reason in known]
    single = [reason for one in theirs for reason in one if reason in known and reason not in shared]
    rules = sum(len(chain.rules) for ruleset in (old, new) for chain in ruleset.chains.values())
    chosen = [*shared, *dict.fromkeys(single)][: FEW if rules <= SMALL else FEWER]
    return [tuple(zip(chosen, truths, strict=True)) for truths in product((False, True), repeat=len(chosen))]


def shared_reasons(old: Ruleset, new: Ruleset, way: str) -> tuple[str, ...]:
    """The unknown matches that are taken to be alike in both."""
    ours, theirs = (_reasons(ruleset, way) for ruleset in (old, new))
    told = {reason for reason, _ in worlds(old, new, way)[0]}
    return tuple(reason for reason in ours if reason in theirs and reason in told)


def alike(old: Ruleset, new: Ruleset, way: str) -> bool:
    """Whether packets on a way meet the same rules in both, in the same order: then nothing differs, even where nobody
    can say what becomes of them."""
    waiting = list(zip(base_chains(old, way), base_chains(new, way), strict=False))
    if len(base_chains(old, way)) != len(base_chains(new, way)):
        return False
    met: set[tuple[tuple[str, str], tuple[str, str]]] = set()
    while waiting:
        one, other = waiting.pop()
        names = ((one.table, one.name), (other.table, other.name))
        if names in met:
            continue
        met.add(names)
        if one[4:] != other[4:] or len(one.rules) != len(other.rules):
            return False
        for mine, theirs in zip(one.rules, other.rules, strict=True):
            if mine[:3] != theirs[:3]:
                return False
            if mine.action in ("jump", "goto"):
                waiting.append((old.chains[one.table, mine.target], new.chains[other.table, theirs.target]))
            elif mine.target != theirs.target:
                return False
    return all(_is_itself(reason, old, new) for reason in _reasons(old, way))


def _reasons(ruleset: Ruleset, way: str) -> dict[str, None]:
    """The unknown matches on a way in their order."""
    return dict.fromkeys(one.reason for one in conditions(ruleset, way) if isinstance(one, Unknown))


def _lines(ruleset: Ruleset, way: str, reason: str) -> int:
    """In how many lines a match stands."""
    asked = Unknown(reason)
    return len({rule.span for chain in chains(ruleset, way) for rule in chain.rules if asked in rule.conditions})


def _is_itself(reason: str, old: Ruleset, new: Ruleset) -> bool:
    """Whether the words mean the same in both: what they name is declared alike."""
    if NOT_ITSELF.search(reason):
        return False
    names = [next(filter(None, match.groups())) for match in NAMED.finditer(reason)]
    return all(
        list(_declarations(old.source.text, name)) == list(_declarations(new.source.text, name)) for name in names
    )


def _declarations(text: str, name: str) -> Iterator[str]:
    """Where a text says what a name stands for: a set with braces, a definition, the lines of an ipset."""
    quoted = re.escape(name)
    for match in re.finditer(rf"\b(?:set|map)\s+{quoted}\s*\{{", text):
        depth, at = 1, match.end()
        while depth and at < len(text):
            depth += {"{": 1, "}": -1}.get(text[at], 0)
            at += 1
        yield " ".join(text[match.start() : at].split())
    for match in re.finditer(
        rf"^\s*(?:define\s+{quoted}\s*=|(?:create|add)\s+{quoted}\s|add element .*{quoted}\s).*$", text, re.M
    ):
        yield " ".join(match[0].split())
