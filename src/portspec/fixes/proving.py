"""Fixes that are proved: applied to a copy, read again and re-checked, before anybody sees them.

A fix is offered when the finding is gone afterwards and nothing is found that was not found before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from typing import NamedTuple

from portspec.checks.finding import Finding
from portspec.checks.fleet import Prepared
from portspec.checks.result import ClusterResult
from portspec.checks.run import check_cluster
from portspec.cluster.model import ConfigEntry
from portspec.configs.files import TRIED, load
from portspec.configs.folders import FolderText
from portspec.configs.registry import read
from portspec.errors import InputError
from portspec.fixes.edits import Edit, apply, removal, replacement
from portspec.fixes.inner import inside
from portspec.fixes.parts import in_whole, of_part
from portspec.fixes.site import Site
from portspec.fixes.unfixable import NO_FILE, NO_WRITER, NOT_PROVED, NOT_TOGETHER, REASONS
from portspec.policy.model import Text
from portspec.source import SourceText

WRITERS = {
    name: name
    for name in ("as3", "commands", "envoy", "f5", "firewalld", "haproxy", "iptables", "keepalived", "nftables", "nginx", "traefik")
} | {"machineconfig": "nftables"}
"""The module of this package that proposes changes of a format; a MachineConfig carries a file for nft."""
TOGETHER = {"PS320": "PS101", "PS101": "PS101"}
"""A finding that may need the fixes of several others of its file; those of its own code are about its port."""


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
    if finding.code in REASONS:
        return REASONS[finding.code]
    format_ = next((file.format for file in result.files if file.path == finding.path), None)
    if format_ is None:
        return NO_FILE
    if finding.code != "PS002" and format_ not in WRITERS:
        return NO_WRITER
    first = next((one for one in result.findings if _identity(one) == _identity(finding)), None)
    alone = first and fix_of(first, prepared, result, day, thorough=thorough)
    return NOT_TOGETHER if alone else NOT_PROVED


def _proved(
    finding: Finding, prepared: Prepared, result: ClusterResult, day: str, *, thorough: bool
) -> tuple[tuple[Edit, ...], Prepared, ClusterResult] | None:
    before = _everything(result)
    for edits in _proposals(finding, prepared, result):
        if not edits:
            continue
        try:
            changed = with_edits(prepared, edits)
            after = check(changed, day, thorough=thorough)
        except (InputError, ValueError):
            continue
        # What the site accepts is nothing new, wherever it is found.
        standing = {_identity(one) for one in after.findings}
        if _identity(finding) not in _everything(after) and standing <= before:
            return edits, changed, after
    return None


def _everything(result: ClusterResult) -> set[str]:
    """What is found, accepted or not."""
    return {_identity(one) for one in (*result.findings, *(one.finding for one in result.suppressed))}


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


def _proposals(finding: Finding, prepared: Prepared, result: ClusterResult) -> Iterator[tuple[Edit, ...]]:
    """Changes that may take a finding away, the best one first."""
    for entry, source in prepared.configs:
        parts = source.parts if isinstance(source, FolderText) else (source,)
        names = {source.path, *(part.path for part in parts)}
        if finding.path not in names:
            continue
        if finding.code == "PS002":
            yield from _comment(next((part for part in parts if part.path == finding.path), source), finding)
            return
        site = _site(prepared, entry, source)
        yield from _of_files(source, _written(site, in_whole(source, finding)))
        kind = TOGETHER.get(finding.code)
        others = [one for one in result.findings if one.path in names and one.code == kind]
        alike = [one for one in others if one.port == finding.port] if finding.code == kind else others
        first = [next(_of_files(source, _written(site, in_whole(source, one))), ()) for one in alike]
        if any(first):
            yield tuple(edit for edits in first for edit in edits)


def _site(prepared: Prepared, entry: ConfigEntry, source: SourceText) -> Site:
    tried = TRIED.set({one.path: one.text for one in prepared.included})
    try:
        return Site(prepared.cluster, entry, source, read(source, entry.format), prepared.policy)
    finally:
        TRIED.reset(tried)


def _of_files(source: SourceText, proposals: Iterator[tuple[Edit, ...]]) -> Iterator[tuple[Edit, ...]]:
    """Changes of a config of several files as changes of these."""
    for edits in proposals:
        if isinstance(source, FolderText):
            yield tuple(edit if edit.path != source.path else of_part(source, edit) for edit in edits)
        else:
            yield edits


def _written(site: Site, finding: Finding) -> Iterator[tuple[Edit, ...]]:
    name = site.model.format
    if name not in WRITERS:
        return
    writer = import_module(f"portspec.fixes.{WRITERS[name]}")
    if finding.span is None or not finding.span.within:
        yield from writer.propose(site, finding)
        return
    inner = inside(site, finding)
    if inner is not None:
        for edits in writer.propose(inner.site, inner.finding):
            yield inner.outwards(edits)


def _comment(source: SourceText, finding: Finding) -> Iterator[tuple[Edit, ...]]:
    """An ignore comment that ignores nothing goes; a line of its own with it."""
    if finding.span is None or finding.span.within:
        return
    line = source.line(finding.span.line)
    kept = line[: line.find("# portspec:")].rstrip() if "# portspec:" in line else line
    yield (
        replacement(source.path, finding.span.line, kept) if kept.strip() else removal(source.path, finding.span.line),
    )
