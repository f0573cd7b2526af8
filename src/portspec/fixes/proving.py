"""Fixes that are proved: applied to a copy, read again and re-checked, before anybody sees them.

A fix is offered when the finding is gone afterwards and nothing is found that was not found before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from portspec.checks.finding import Finding
from portspec.checks.fleet import Prepared
from portspec.checks.result import ClusterResult
from portspec.checks.run import check_cluster
from portspec.configs.files import TRIED, load
from portspec.configs.folders import FolderText
from portspec.errors import InputError
from portspec.fixes.edits import Edit, apply
from portspec.fixes.proposing import format_of, proposals, source_of
from portspec.fixes.unfixable import NOT_TOGETHER, another, reason_of, told_of_format
from portspec.policy.model import Text

MOST_FIXES = 500
"""One after another each is a check of the cluster; more than a person reads in a diff."""


class Fix(NamedTuple):
    """A proved change: the finding that it takes away, and the edits in the files as they stand."""

    finding: Finding
    edits: tuple[Edit, ...]


class Fixed(NamedTuple):
    """All fixes of a cluster one after another: those applied, in order, the findings left without one, and the texts
    after them. `result` is the check of those texts."""

    applied: tuple[Fix, ...]
    left: tuple[Finding, ...]
    prepared: Prepared
    result: ClusterResult


def fix_of(
    finding: Finding, prepared: Prepared, result: ClusterResult, day: str, *, thorough: bool = False
) -> Fix | None:
    """The proved fix of one finding; None where there is none. `result` is the check of what is prepared."""
    found = _proved(finding, prepared, result, day, thorough=thorough)
    return None if found is None else Fix(finding, found[0])


def fix_all(
    prepared: Prepared,
    result: ClusterResult,
    day: str,
    chosen: Callable[[ClusterResult], ClusterResult] = lambda result: result,
    *,
    thorough: bool = False,
) -> Fixed:
    """Fix what can be fixed of the findings that `chosen` leaves, each on top of those before it."""
    applied: list[Fix] = []
    tried: set[str] = set()
    while len(applied) < MOST_FIXES:
        finding = next((one for one in chosen(result).findings if one.fingerprint not in tried), None)
        if finding is None:
            break
        tried.add(finding.fingerprint)
        found = _proved(finding, prepared, result, day, thorough=thorough)
        if found is not None:
            edits, prepared, result = found
            applied.append(Fix(finding, edits))
            # What was in the way of another fix may be gone.
            tried.clear()
    return Fixed(tuple(applied), chosen(result).findings, prepared, result)


def why_left(finding: Finding, prepared: Prepared, result: ClusterResult, day: str, *, thorough: bool = False) -> Text:
    """Why a finding of `result`, the check of what stood before any fix, is left when all fixes have been tried."""
    known = _known(finding, prepared, result)
    if known is not None:
        return known
    first = next((one for one in result.findings if _identity(one) == _identity(finding)), None)
    if first is not None and fix_of(first, prepared, result, day, thorough=thorough):
        return NOT_TOGETHER
    return why_not(finding, prepared, result, day, thorough=thorough)


def why_not(finding: Finding, prepared: Prepared, result: ClusterResult, day: str, *, thorough: bool = False) -> Text:
    """Why a finding for which no change is proved has none."""
    known = _known(finding, prepared, result)
    if known is not None:
        return known
    brought = instead(finding, prepared, result, day, thorough=thorough)
    told = None if brought else told_of_format(finding, _format(finding, prepared, result) or "")
    return told or another(brought)


def _known(finding: Finding, prepared: Prepared, result: ClusterResult) -> Text | None:
    return reason_of(finding, _format(finding, prepared, result), source_of(finding, prepared))


def _format(finding: Finding, prepared: Prepared, result: ClusterResult) -> str | None:
    named = next((file.format for file in result.files if file.path == finding.path), None)
    return named or format_of(finding, prepared)


def instead(
    finding: Finding, prepared: Prepared, result: ClusterResult, day: str, *, thorough: bool = False
) -> tuple[str, ...]:
    """The codes of what is found after a change that takes a finding away, and was not found before; none where no change
    takes it away."""
    before, mine = _everything(result), _identity(finding)
    for _, after in _tried(finding, prepared, result, day, thorough=thorough):
        if _everything(after[1])[mine] < before[mine]:
            left = Counter(before)
            codes = []
            for one in after[1].findings:
                if left[_identity(one)] <= 0:
                    codes.append(one.code)
                left[_identity(one)] -= 1
            return tuple(dict.fromkeys(codes))
    return ()


def _proved(
    finding: Finding, prepared: Prepared, result: ClusterResult, day: str, *, thorough: bool
) -> tuple[tuple[Edit, ...], Prepared, ClusterResult] | None:
    before, mine = _everything(result), _identity(finding)
    for edits, (changed, after) in _tried(finding, prepared, result, day, thorough=thorough):
        # What the site accepts is nothing new, wherever it is found.
        standing = Counter(_identity(one) for one in after.findings)
        if _everything(after)[mine] < before[mine] and standing <= before:
            return edits, changed, after
    return None


def _tried(
    finding: Finding, prepared: Prepared, result: ClusterResult, day: str, *, thorough: bool
) -> Iterator[tuple[tuple[Edit, ...], tuple[Prepared, ClusterResult]]]:
    """What is proposed, with the files after it and their check."""
    for edits in proposals(finding, prepared, result):
        if not edits:
            continue
        try:
            changed = with_edits(prepared, edits)
            after = check(changed, day, thorough=thorough)
        except (InputError, ValueError):
            continue
        yield edits, (changed, after)


def _everything(result: ClusterResult) -> Counter[str]:
    """What is found, accepted or not. Two findings may say the same of two lines."""
    return Counter(_identity(one) for one in (*result.findings, *(one.finding for one in result.suppressed)))


def _identity(finding: Finding) -> str:
    """What makes it this finding. One about a whole pool stays itself when a member comes or goes."""
    values = {key: value for key, value in finding.values.items() if key != "members"}
    return finding._replace(values=values).fingerprint


def check(prepared: Prepared, day: str, *, thorough: bool = False) -> ClusterResult:
    """Check what is prepared; `thorough` as `check_cluster` takes it."""
    tried = TRIED.set({one.path: one.text for one in prepared.included})
    try:
        return check_cluster(
            prepared.policy,
            prepared.cluster,
            prepared.configs,
            day,
            prepared.source,
            origin=prepared.origin,
            thorough=thorough,
        )
    finally:
        TRIED.reset(tried)


def with_edits(prepared: Prepared, edits: Sequence[Edit]) -> Prepared:
    """The same with some lines changed, of configs and of files that they include. Raises InputError for a file that is
    not there, ValueError for a line."""
    left = {edit.path for edit in edits}
    configs = []
    for entry, source in prepared.configs:
        text = source
        if isinstance(source, FolderText):
            if left & {part.path for part in source.parts}:
                parts = [apply(part, edits) for part in source.parts]
                left -= {part.path for part in parts}
                text = type(source)(source.path, parts)
        elif source.path in left:
            left.discard(source.path)
            text = apply(source, edits)
        configs.append((entry, text))
    included = {one.path: one for one in prepared.included}
    for path in sorted(left):
        source = included[path] if path in included else load(path, path)
        included[path] = apply(source, edits)
    return prepared._replace(configs=tuple(configs), included=tuple(included.values()))
