"""Mutants of right configs, fixed: how many end with a clean check is pinned, no fix makes one worse, and what is left has a
reason."""

from __future__ import annotations

import pytest
from checks import test_balancer_format_mutants as formats
from checks.test_balancer_mutants import EXAMPLE, TEXT, mutants
from checks_filters.mutants import mutants as filter_mutants
from fixes.fixing import DAY
from running import REPOSITORY

from portspec.checks.finding import Finding
from portspec.checks.fleet import Prepared, Request, Target, prepare, targets
from portspec.errors import InputError
from portspec.fixes.proving import check, fix_all, why_left
from portspec.fixes.unfixable import NOT_PROVED, REASONS
from portspec.source import SourceText

EVERY = 3
"""Of the mutants one in so many is fixed: each takes a check per change that is tried."""
HEALED = 0.6
"""The share that ends clean, at least."""
SHARES = {"nginx": 0.85, "keepalived": 0.9, "f5": 0.9, "tmsh": 0.9, "as3": 0.9, "envoy": 0.95, "traefik": 0.9}
"""The same of the other formats, of which as many are tried as can be in their time."""
FILTER_EVERY, FILTERS_HEALED = 11, 0.85


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


def healed(prepared: Prepared) -> bool | None:
    """Whether all that is found is fixed; None where nothing is found or the text cannot be read. What is left has to have
    been there before, with a reason."""
    try:
        result = check(prepared, DAY)
    except InputError:
        return None
    if not result.findings:
        return None
    fixed = fix_all(prepared, result, DAY)
    assert {_about(one) for one in fixed.left} <= {_about(one) for one in result.findings}
    for one in fixed.left:
        assert one.code in REASONS or why_left(one, fixed.prepared, fixed.result, DAY) != NOT_PROVED
    return not fixed.left


@pytest.mark.parametrize("name", SHARES)
def test_mutants_of_every_format_are_healed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    known = formats.FORMATS[name]
    monkeypatch.chdir(formats.FOLDER / known.case)
    (target,) = targets(["."])
    right = prepare(target, Request(None, None, None, DAY))
    text = next(source.text for _, source in right.configs if source.path == known.path)
    made = [*formats.mutants(text), *formats.changes(known, text)]
    answers = []
    for mutant in made[:: 5 if name == "envoy" else EVERY]:
        configs = tuple(
            (entry, SourceText(source.path, mutant.text) if source.path == known.path else source)
            for entry, source in right.configs
        )
        answers.append(healed(right._replace(configs=configs)))
    told = [one for one in answers if one is not None]
    print(f"{name}: {sum(told)} of {len(told)} healed")
    assert len(told) > 20
    assert sum(told) / len(told) >= SHARES[name]


def test_mutants_of_filters_are_healed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(REPOSITORY / "examples" / "upi-right")
    right = prepare(Target("portspec.yaml", None), Request(None, None, None, DAY))
    answers = []
    for path in ("firewall/master.nft", "firewall/worker.nft", "firewall/edge.rules"):
        text = next(source.text for _, source in right.configs if source.path == path)
        for mutant in list(filter_mutants(text))[::FILTER_EVERY]:
            configs = tuple(
                (entry, SourceText(source.path, mutant.text) if source.path == path else source)
                for entry, source in right.configs
            )
            answers.append(healed(right._replace(configs=configs)))
    told = [one for one in answers if one is not None]
    print(f"filters: {sum(told)} of {len(told)} healed")
    assert len(told) > 10
    assert sum(told) / len(told) >= FILTERS_HEALED
