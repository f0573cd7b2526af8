"""Mutants of the right example, fixed: how many end with a clean check is pinned, and no fix makes one worse."""

from __future__ import annotations

from checks.test_balancer_mutants import EXAMPLE, TEXT, mutants
from fixes.fixing import DAY

from portspec.checks.finding import Finding
from portspec.checks.fleet import Prepared, Request, Target, prepare
from portspec.errors import InputError
from portspec.fixes.proving import check, fix_all
from portspec.source import SourceText

EVERY = 3
"""Of the mutants one in so many is fixed: each takes a check per change that is tried."""
HEALED = 0.6
"""The share that ends clean, at least."""


def _with(text: str) -> Prepared:
    prepared = prepare(Target(str(EXAMPLE / "portspec.yaml"), None), Request(None, None, None, DAY))
    configs = [
        (entry, SourceText(source.path, text) if source.text == TEXT else source) for entry, source in prepared.configs
    ]
    return prepared._replace(configs=tuple(configs))


def _about(finding: Finding) -> tuple[str, ...]:
    return finding.code, finding.variant, finding.path, finding.port


def test_most_mutants_are_healed() -> None:
    healed: list[str] = []
    ill: list[str] = []
    for mutant in list(mutants())[::EVERY]:
        prepared = _with(mutant.text)
        try:
            result = check(prepared, DAY)
        except InputError:
            continue
        fixed = fix_all(prepared, result, DAY)
        assert {_about(one) for one in fixed.left} <= {_about(one) for one in result.findings}
        (ill if fixed.left else healed).append(mutant.name + " " + " ".join(sorted({one.code for one in fixed.left})))
    share = len(healed) / len(healed + ill)
    print(f"{len(healed)} of {len(healed + ill)} mutants healed; not: {'; '.join(ill)}")
    assert share >= HEALED, ill
