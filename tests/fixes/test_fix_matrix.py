"""Every finding of every example either has a fix that proves, or a reason why there is none; the share of each dialect.

`pytest -s tests/fixes/test_fix_matrix.py` prints the shares.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from fixes import corpus
from fixes.fixing import DAY

from portspec.checks.fleet import Request, prepare, targets
from portspec.checks.result import ClusterResult
from portspec.fixes.proving import check, fix_all, fix_of, why_left, with_edits
from portspec.fixes.unfixable import NOT_PROVED, REASONS, told_of_format

CASES = Path(__file__).parent.parent / "checks" / "cases_balancer"
REQUEST = Request(None, None, None, DAY)
FORMATS = ("as3", "envoy", "f5", "keepalived", "nginx", "traefik")
SHARES = {
    "as3": (24, 24, 37), "envoy": (29, 29, 61), "f5": (50, 50, 69), "haproxy": (51, 51, 94), "keepalived": (29, 29, 56),
    "nginx": (18, 20, 69), "traefik": (12, 16, 63), "iptables": (33, 33, 56), "nftables": (36, 36, 37),
}  # fmt: skip
"""How many findings of each format are fixed; of how many that a file and its program can mend; of how many in all. The
others are choices of people, or what a program cannot do; each is told with its reason."""


def _dialect(name: str) -> str:
    return next((one for one in FORMATS if f"-{one}" in name), "haproxy")


def _names(dialect: str) -> list[str]:
    return sorted(path.name for path in CASES.iterdir() if path.is_dir() and _dialect(path.name) == dialect)


@cache
def _counted() -> Counter[tuple[str, str]]:
    return Counter()


@pytest.mark.parametrize("dialect", sorted({*FORMATS, "haproxy"}))
def test_a_fix_or_a_reason(dialect: str, monkeypatch: pytest.MonkeyPatch) -> None:
    unexplained = []
    for name in _names(dialect):
        monkeypatch.chdir(CASES / name)
        for target in targets(["."]):
            prepared = prepare(target, REQUEST)
            result = check(prepared, DAY)
            formats = {file.path: file.format for file in result.files}
            for finding in result.findings:
                fix = fix_of(finding, prepared, result, DAY)
                format_ = formats.get(finding.path, dialect)
                undecided = finding.code in REASONS or told_of_format(finding, format_)
                kind = "fixed" if fix is not None else "choice" if undecided else "other"
                _counted()[format_, kind] += 1
                if fix is not None:
                    _holds(result, check(with_edits(prepared, fix.edits), DAY), finding.fingerprint)
                elif why_left(finding, prepared, result, DAY) == NOT_PROVED:
                    unexplained.append((name, finding.code, finding.variant))
    assert unexplained == []


def _holds(before: ClusterResult, after: ClusterResult, fingerprint: str) -> None:
    """The finding is told less often, and nothing is told that was not."""
    told, now = (Counter((one.code, one.path, one.port) for one in result.findings) for result in (before, after))
    accepted = Counter((one.finding.code, one.finding.path, one.finding.port) for one in before.suppressed)
    assert now <= told + accepted
    prints = [[one.fingerprint for one in result.findings].count(fingerprint) for result in (before, after)]
    assert prints[1] < prints[0] or sum(now.values()) < sum(told.values())


def test_the_shares_are_as_told() -> None:
    """Runs after the others; by itself it has nothing to count."""
    found = _counted()
    if {format_ for format_, _ in found} < set(SHARES):
        pytest.skip("counted only when the whole file is run")
    shares = {}
    for format_ in sorted(SHARES):
        fixed, other, choice = (found[format_, kind] for kind in ("fixed", "other", "choice"))
        shares[format_] = fixed, fixed + other, fixed + other + choice
        print(
            f"{format_}: {fixed} of {fixed + other} that the file and its program can mend ({fixed / (fixed + other):.0%}), of {sum((fixed, other, choice))} in all"
        )
    assert shares == SHARES


@pytest.mark.parametrize("dialect", sorted({*FORMATS, "haproxy"}))
def test_all_together_leave_only_what_has_a_reason(dialect: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in _names(dialect)[::2]:
        monkeypatch.chdir(CASES / name)
        for target in targets(["."]):
            prepared = prepare(target, REQUEST)
            result = check(prepared, DAY)
            fixed = fix_all(prepared, result, DAY)
            assert len(fixed.left) + len(fixed.applied) <= len(result.findings)
            again = fix_all(fixed.prepared, fixed.result, DAY)
            assert again.applied == (), name
            for one in fixed.left:
                assert why_left(one, fixed.prepared, fixed.result, DAY) != NOT_PROVED, (name, one.code)


@pytest.mark.parametrize("dialect", corpus.DIALECTS)
@pytest.mark.parametrize("mistake", corpus.MISTAKES)
def test_filters_of_every_dialect_are_mended(
    dialect: str, mistake: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(corpus.write(tmp_path / "site", dialect, mistake))
    (target,) = targets(["."])
    prepared = prepare(target, REQUEST)
    result = check(prepared, DAY)
    assert bool(result.findings) == ((dialect, mistake) not in corpus.SAME)
    for finding in result.findings:
        fix = fix_of(finding, prepared, result, DAY)
        assert fix is not None, (finding.code, finding.path)
        _holds(result, check(with_edits(prepared, fix.edits), DAY), finding.fingerprint)
    fixed = fix_all(prepared, result, DAY)
    assert fixed.left == fixed.result.findings == ()
