"""What `nft -j list ruleset` prints means what the kernel does, and what the plain listing means. PORTSPEC_DIFFERENTIAL=N
compares N random rulesets."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from conftest_programs import require_namespaces

from differential.comparison import compare, read_ruleset
from differential.handwritten import files, read
from differential.hosts import Hosts
from differential.nft_rulesets import generate
from differential.probes import Probe
from differential.recorder import TABLE
from differential.runs import report
from portspec.configs.firewall.model import Rule, Ruleset, Unknown
from portspec.errors import InputError
from portspec.packets.addresses import ANY
from portspec.packets.boxes import Box, meet
from portspec.packets.ports import ANY_PORTS

RULESETS = int(os.environ.get("PORTSPEC_DIFFERENTIAL", "60"))

DYNAMIC_UNFILLED = {"left_open.nft"}
"""Rulesets with a set that is dynamic and that no rule fills: nft prints no such flag into its JSON, and what is in
such a set stays there."""


def listed(judges: Hosts, probe: Probe, *options: str) -> str:
    """The JSON of the loaded ruleset, without the recorder."""
    objects = json.loads(judges.listing("nftables", probe.path, "-j", *options))["nftables"]
    kept = [
        each
        for each in objects
        if not any(TABLE in (inside.get("table"), inside.get("name")) for inside in each.values())
    ]
    return json.dumps({"nftables": kept})


def shape(ruleset: Ruleset) -> dict[tuple[str, str], tuple[object, ...]]:
    """What a ruleset means, without the places and the words of its reader."""
    made: dict[tuple[str, str], tuple[object, ...]] = {}
    for key, chain in ruleset.chains.items():
        universe = Box(chain.universe or ANY, chain.universe or ANY, ANY_PORTS)
        rules = tuple(_rule(rule, universe) for rule in chain.rules)
        made[key] = (chain.hook, chain.priority, chain.policy, chain.kind, chain.universe, rules)
    return made


def _rule(rule: Rule, universe: Box) -> tuple[object, ...]:
    conditions = frozenset("?" if isinstance(each, Unknown) else each for each in rule.conditions)
    boxes = frozenset(seen for box in rule.boxes if (seen := meet(box, universe)) is not None)
    return boxes, conditions, rule.action, rule.target


@pytest.mark.parametrize(
    "path", [path for path in files("nftables") if read(path).listable], ids=lambda path: path.name
)
def test_the_json_of_handwritten_rulesets(judges: Hosts, path: Path) -> None:
    written = read(path)
    probes = [one.probe for one in written.expected] + list(written.edges)
    unsure = any(one.verdict == "unknown" for one in written.expected)
    held(judges, written.text, probes, may_be_unknown=unsure, alike=path.name not in DYNAMIC_UNFILLED)


@pytest.mark.parametrize("seed", range(7_000, 7_000 + RULESETS))
def test_the_json_of_random_rulesets(judges: Hosts, seed: int) -> None:
    made = generate(seed, 60)
    held(judges, made.text, made.probes, may_be_unknown=made.unsure, alike=True)


def held(judges: Hosts, text: str, probes: Sequence[Probe], *, may_be_unknown: bool, alike: bool) -> None:
    """Load a ruleset; its JSON must mean what the kernel does, and be the model of its plain listing."""
    observed = judges.judge("nftables", text, probes)
    printed = listed(judges, probes[0])
    if "flags dormant" in text and (refused := error_of(printed)):
        assert "is no flag of a table" in refused  # nft 1.0.6 prints other words than the flags
        return
    ruleset = read_ruleset("nftables", printed)
    compared = compare(ruleset, probes, observed, may_be_unknown=may_be_unknown)
    assert not compared.disagreements, report("nftables", text, compared.disagreements[0], judges)
    if alike:
        assert shape(ruleset) == shape(read_ruleset("nftables", judges.listing("nftables", probes[0].path)))


def error_of(text: str) -> str:
    """What is wrong with a ruleset; empty where nothing is."""
    try:
        read_ruleset("nftables", text)
    except InputError as error:
        return str(error)
    return ""


def test_numbers_mean_what_names_do(judges: Hosts) -> None:
    """`nft -nn` prints the bytes of a link layer's protocol the wrong way round."""
    require_namespaces()
    path = next(path for path in files("nftables") if path.name == "families.nft")
    written = read(path)
    probes = [one.probe for one in written.expected]
    judges.judge("nftables", written.text, probes)
    numbers = listed(judges, probes[0], "-nn")
    assert "56710" in numbers
    assert shape(read_ruleset("nftables", numbers)) == shape(read_ruleset("nftables", listed(judges, probes[0])))
