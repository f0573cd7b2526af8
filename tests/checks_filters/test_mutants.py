"""Mistakes made on purpose in the right example: each that breaks an obligation is reported."""

from __future__ import annotations

from pathlib import Path

import pytest
from checks_filters.mutants import mutants
from checks_filters.oracle import questions, wrong
from running import REPOSITORY

from portspec.checks.run import check_cluster
from portspec.cluster.load import load_cluster
from portspec.cluster.model import Cluster, ConfigEntry
from portspec.configs.files import load
from portspec.configs.firewall.model import Ruleset
from portspec.configs.registry import read
from portspec.errors import InputError
from portspec.policy.model import Policy
from portspec.policy.store import policy
from portspec.source import SourceText

FOLDER = REPOSITORY / "examples" / "upi-right"
FILTERS = sorted(path.name for path in (FOLDER / "firewall").iterdir())
FEWEST = 20
"""So many mistakes that matter can be made in every one of the files."""


def _cluster() -> tuple[Policy, Cluster]:
    path = str(FOLDER / "portspec.yaml")
    cluster = load_cluster(load(path, path))
    return policy(cluster.release, cluster.profile), cluster


def _codes(rules: Policy, cluster: Cluster, entry: ConfigEntry, text: str) -> list[str]:
    found = check_cluster(rules, cluster, [(entry, SourceText(entry.path, text))], "2026-11-25").findings
    return [finding.code for finding in found if finding.code.startswith(("PS1", "PS2"))]


@pytest.mark.parametrize("name", FILTERS)
def test_every_mistake_that_matters_is_reported(name: str) -> None:
    rules, cluster = _cluster()
    entry = next(entry for entry in cluster.configs if Path(entry.path).name == name)
    text = (FOLDER / "firewall" / name).read_text(encoding="utf-8")
    assert _codes(rules, cluster, entry, text) == []
    made = [mutant for mutant in mutants(text) if mutant.text != text]
    asked = questions(rules, cluster, entry.at, [text, *(mutant.text for mutant in made)])
    base = read(SourceText(name, text))
    assert isinstance(base, Ruleset)
    assert wrong(base, asked) is None
    refused, mattered, missed = 0, 0, []
    for mutant in made:
        try:
            ruleset = read(SourceText(name, mutant.text))
        except InputError:
            refused += 1
            continue
        assert isinstance(ruleset, Ruleset)
        if wrong(ruleset, asked) is None:
            continue
        mattered += 1
        if not _codes(rules, cluster, entry, mutant.text):
            missed.append(mutant.what)
    print(
        f"{name}: {len(made)} mutants, {refused} refused, {mattered} break an obligation, {mattered - len(missed)} reported"
    )
    assert missed == []
    assert mattered >= FEWEST
