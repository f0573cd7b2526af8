"""Findings that were there before: a file that lists them by fingerprint, so that a run tells of the new ones alone.

A fingerprint counts as often as the baseline has it: a second finding like an old one is new. An entry that is not found
any more is told (PS005), so that the file shrinks with what is mended. Paths count from the baseline's own folder.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple, NoReturn

from portspec.checks.finding import Finding
from portspec.checks.result import ClusterResult, Suppressed
from portspec.errors import InputError
from portspec.source import SourceText, Span

VERSION = 1
STALE = "PS005"
FINGERPRINT = re.compile(r"[0-9a-f]{16}\Z")
CODE = re.compile(r"PS\d{3}\Z")


class Entry(NamedTuple):
    """One finding that was there when the baseline was written, so many times. `span` is its place in the file."""

    fingerprint: str
    code: str
    path: str
    times: int = 1
    span: Span | None = None


class Baseline(NamedTuple):
    """What a baseline file lists, with its text for what is found about it."""

    source: SourceText
    entries: tuple[Entry, ...]


def read_baseline(source: SourceText) -> Baseline:
    """The baseline of a file. Raises InputError with its place for whatever is wrong in it."""
    import json

    try:
        root = json.loads(source.text)
    except json.JSONDecodeError as error:
        raise InputError(f"is not JSON: {error.msg}", source.path, error.lineno, error.colno) from None
    except RecursionError:
        raise InputError("is not a baseline: it is nested too deeply", source.path, 1, 1) from None
    if not isinstance(root, dict) or not isinstance(root.get("findings"), list):
        _fail(source, "is not a baseline: it has no list `findings`")
    if root.get("version") != VERSION:
        _fail(source, f"has version {root.get('version')!r}; this portspec reads {VERSION}")
    searched = 0
    entries: dict[str, Entry] = {}
    for number, given in enumerate(root["findings"], 1):
        entry = _entry(source, given, number)
        at = source.text.find(f'"{entry.fingerprint}"', searched)
        if at >= 0:
            searched = at + len(entry.fingerprint) + 2
            entry = entry._replace(span=source.span(at, searched))
        known = entries.get(entry.fingerprint)
        entries[entry.fingerprint] = entry if known is None else known._replace(times=known.times + entry.times)
    return Baseline(source, tuple(entries.values()))


def accept(
    results: Sequence[ClusterResult], baseline: Baseline, codes: Collection[str] | None = None
) -> list[ClusterResult]:
    """The results with the findings of the baseline among the accepted ones, and its stale entries among the findings.

    `codes` are those that were looked for (None: all); entries of others are not stale, nor are those about files that
    were not looked at. Stale entries are told with the first cluster.
    """
    folder = os.path.dirname(baseline.source.path)
    left = {entry.fingerprint: entry.times for entry in baseline.entries}
    reason = baseline.source.path
    accepted: list[ClusterResult] = []
    for result in results:
        standing: list[Finding] = []
        old: list[Suppressed] = []
        for finding in result.findings:
            key = from_folder(finding, folder).fingerprint
            if left.get(key, 0) > 0:
                left[key] -= 1
                old.append(Suppressed(finding, reason, "baseline"))
            else:
                standing.append(finding)
        accepted.append(result._replace(findings=tuple(standing), suppressed=(*result.suppressed, *old)))
    if codes is not None and STALE not in codes:
        return accepted
    stale = [entry for entry in baseline.entries if left[entry.fingerprint] and (codes is None or entry.code in codes)]
    looked_at = {_from(path, folder) for result in results for path in _paths(result)}
    gone = [entry for entry in stale if entry.path in looked_at or not os.path.exists(os.path.join(folder, entry.path))]
    return _with_stale(accepted, baseline, gone, left) if accepted and gone else accepted


def from_folder(finding: Finding, folder: str) -> Finding:
    """The finding with its file named from a folder, the baseline's: so it is the same wherever the run is started."""
    return finding._replace(path=_from(finding.path, folder)) if finding.path else finding


def entries(findings: Iterable[Finding], folder: str) -> list[Entry]:
    """What a baseline lists for these findings, in an order that gives small differences in a review."""
    found: dict[str, Entry] = {}
    for finding in findings:
        if finding.code == STALE:
            continue
        placed = from_folder(finding, folder)
        key = placed.fingerprint
        known = found.get(key, Entry(key, finding.code, placed.path, 0))
        found[key] = known._replace(times=known.times + 1)
    return sorted(found.values(), key=lambda entry: (entry.path, entry.code, entry.fingerprint))


def _with_stale(
    results: Sequence[ClusterResult], baseline: Baseline, gone: Iterable[Entry], left: dict[str, int]
) -> list[ClusterResult]:
    path = baseline.source.path
    told = tuple(
        Finding(
            STALE,
            "gone" if left[entry.fingerprint] == entry.times else "fewer",
            "note",
            "certain",
            path,
            entry.span,
            {"code": entry.code, "path": entry.path, "left": str(left[entry.fingerprint]), "of": str(entry.times)},
        )
        for entry in gone
    )
    first, *others = results
    sources = {**first.sources, path: baseline.source}
    return [first._replace(findings=(*first.findings, *told), sources=sources), *others]


def _entry(source: SourceText, given: Any, number: int) -> Entry:
    if not isinstance(given, dict):
        _fail(source, f"finding {number} is no object")
    count = given.get("count", 1)
    if not isinstance(given.get("fingerprint"), str) or not FINGERPRINT.match(given["fingerprint"]):
        _fail(source, f"finding {number}: `fingerprint` is not 16 hexadecimal digits")
    if not isinstance(given.get("code"), str) or not CODE.match(given["code"]):
        _fail(source, f"finding {number}: `code` is not one such as PS301")
    if not isinstance(given.get("path"), str):
        _fail(source, f"finding {number}: `path` is not a text")
    if not isinstance(count, int) or isinstance(count, bool) or count < 1:
        _fail(source, f"finding {number}: `count` is not a number from 1")
    return Entry(given["fingerprint"], given["code"], given["path"], count)


def _fail(source: SourceText, message: str) -> NoReturn:
    raise InputError(message, source.path, hint="portspec check --write-baseline writes one") from None


def _paths(result: ClusterResult) -> Iterable[str]:
    """Every file that the cluster's findings can be about."""
    yield from result.sources
    yield from (file.path for file in result.files)
    if result.cluster.path:
        yield result.cluster.path
    if result.origin.lock is not None:
        yield result.origin.lock.path


def _from(path: str, folder: str) -> str:
    """A path as it is named from a folder, with forward slashes."""
    if not folder and not os.path.isabs(path):
        return path
    return os.path.relpath(path, folder or ".").replace(os.sep, "/")
