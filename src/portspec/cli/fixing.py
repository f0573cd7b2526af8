"""`portspec check --diff` and `--fix`: proved changes of the configs, printed or written."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING, NamedTuple

from portspec.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from portspec.checks.finding import Finding
    from portspec.checks.fleet import Request
    from portspec.checks.result import ClusterResult, FileResult, Replacement
    from portspec.checks.selection import Selection
    from portspec.policy.model import Text
    from portspec.source import SourceText


MOST_SHOWN = 500
"""Each fix that is shown is a check of its cluster; of more findings the first are looked at."""


def shown(results: list[ClusterResult], options: argparse.Namespace, request: Request) -> list[ClusterResult]:
    """The results with the proved fix of each finding by itself, in the files as they stand, or why it has none."""
    from portspec.checks.fleet import prepare, targets
    from portspec.checks.result import Replacement
    from portspec.configs.files import load
    from portspec.fixes.proving import check, fix_of, why_not

    made = list(results)
    left = MOST_SHOWN
    for target in targets(options.paths or ["."]):
        prepared = prepare(target, request)
        found = check(prepared, request.day, thorough=request.thorough)
        for number, result in enumerate(made):
            if (result.cluster.path, result.files) != (found.cluster.path, found.files):
                continue
            fixes: dict[str, tuple[Replacement, ...]] = {}
            unfixed: dict[str, Text] = {}
            for one in result.findings[:left]:
                fix = fix_of(one, prepared, found, request.day, thorough=request.thorough)
                if fix is not None:
                    fixes[one.fingerprint] = tuple(Replacement(*edit) for edit in fix.edits)
                else:
                    why = why_not(one, prepared, found, request.day, thorough=request.thorough)
                    unfixed[one.fingerprint] = why
            left -= min(left, len(result.findings))
            # The lines that go are shown, also of files that configs include.
            paths = {edit.path for edits in fixes.values() for edit in edits} - set(result.sources)
            sources = {**result.sources, **{path: load(path, path) for path in sorted(paths)}}
            kept = {**(result.unfixed or {}), **unfixed}
            made[number] = result._replace(fixes=fixes, unfixed=kept, sources=sources)
    return made


class Mending(NamedTuple):
    """What was fixed, by the path of the cluster file and its configs, and why what is left has no fix, by fingerprint."""

    fixed: Mapping[tuple[str, tuple[FileResult, ...]], tuple[Finding, ...]]
    left: Mapping[str, Text]

    def told(self, result: ClusterResult) -> ClusterResult:
        """The result of the check after it, with what was done."""
        return result._replace(mended=self.fixed.get((result.cluster.path, result.files), ()), unfixed=self.left)


def fix(
    options: argparse.Namespace,
    selection: Selection,
    request: Request,
    reports: Sequence[str] = (),
    *,
    quiet: bool = False,
) -> Mending:
    """Print the patch, or write the files, and say which findings are left and why, unless the report does (`quiet`). The
    exit code is that of the report.

    `reports` are the files that reports will be written to. Raises InputError for what the options do not go with, and
    for a file that may not be written: then no file is changed.
    """
    from portspec.checks.fleet import prepare, targets
    from portspec.checks.told_once import told_once
    from portspec.fixes.proving import check, fix_all, why_left
    from portspec.fixes.writing import Change, changed, diff, write_files
    from portspec.report.outputs import keep_inputs

    for option in ("baseline", "write_baseline"):
        if getattr(options, option) is not None:
            name = "--" + option.replace("_", "-")
            raise InputError(
                f"--fix and --diff do not go with {name}", hint="choose findings with --select and --ignore"
            )
    fixes: dict[tuple[str, tuple[FileResult, ...]], tuple[Finding, ...]] = {}
    changes: dict[str, Change] = {}
    left: dict[str, tuple[str, Text]] = {}
    for target in targets(options.paths or ["."]):
        prepared = prepare(target, request)
        found = check(prepared, request.day, thorough=request.thorough)
        fixed = fix_all(prepared, found, request.day, selection.apply, thorough=request.thorough)
        fixes[found.cluster.path, found.files] = tuple(one.finding for one in fixed.applied)
        for one in told_once(fixed.result._replace(findings=fixed.left)).findings:
            left[one.fingerprint] = one.code, why_left(one, prepared, found, request.day, thorough=request.thorough)
        for old, new in changed(prepared, fixed.prepared):
            if old.path in changes and changes[old.path].new.text != new.text:
                raise InputError("clusters that share this file ask for different changes", old.path)
            changes[old.path] = Change(old, new, os.path.dirname(target.cluster_path or old.path))
        read = [part.path for _, source in prepared.configs for part in files_of(source)]
        keep_inputs(reports, [*read, *changes, *([target.cluster_path] if target.cluster_path else [])])
    if options.fix:
        write_files(list(changes.values()))
    else:
        for change in changes.values():
            text = diff(change.old, change.new)
            sys.stdout.write(_visible(text) if sys.stdout.isatty() else text)
    count = sum(len(each) for each in fixes.values())
    told = [(code, why[options.lang]) for code, why in left.values()]
    if not quiet:
        print("\n".join(_summary(count, list(changes), told, options)), file=sys.stderr)
    return Mending(fixes, {fingerprint: why for fingerprint, (_, why) in left.items()})


def files_of(source: SourceText) -> Sequence[SourceText]:
    """The files of a config."""
    from portspec.configs.folders import FolderText

    return (source, *source.parts) if isinstance(source, FolderText) else (source,)


WORDS = {
    "en": {
        "fix": "portspec: {count} findings fixed, changed: {names}",
        "fix-1": "portspec: 1 finding fixed, changed: {names}",
        "diff": "portspec: {count} findings fixed, would change: {names}",
        "diff-1": "portspec: 1 finding fixed, would change: {names}",
        "none": "no file",
        "left": "portspec: {count} findings remain without a fix:",
        "left-1": "portspec: 1 finding remains without a fix:",
        "line": "  {code} ({count}): {why}",
        "list": ", ",
    },
    "zh-TW": {
        "fix": "portspec：已修正 {count} 項，已變更：{names}",
        "fix-1": "portspec：已修正 1 項，已變更：{names}",
        "diff": "portspec：可修正 {count} 項，將變更：{names}",
        "diff-1": "portspec：可修正 1 項，將變更：{names}",
        "none": "沒有檔案",
        "left": "portspec：尚有 {count} 項沒有修正：",
        "left-1": "portspec：尚有 1 項沒有修正：",
        "line": "  {code}（{count} 項）：{why}",
        "list": "、",
    },
}


def _summary(count: int, names: list[str], left: list[tuple[str, str]], options: argparse.Namespace) -> list[str]:
    """What was done, and what is left: the number, then each code with its reason."""
    from collections import Counter

    words = WORDS[options.lang]
    shown = _visible(words["list"].join(names)) or words["none"]
    done = ("fix" if options.fix else "diff") + ("-1" if count == 1 else "")
    lines = [words[done].format(count=count, names=shown)]
    if left:
        lines.append(words["left-1" if len(left) == 1 else "left"].format(count=len(left)))
        for (code, why), number in sorted(Counter(left).items()):
            lines.append(words["line"].format(code=code, count=number, why=why))
    return lines


def _visible(text: str) -> str:
    """A patch as a terminal may show it: no control character of a config gets there."""
    from portspec.report.printable import printable

    return "\n".join("\t".join(printable(part) for part in line.split("\t")) for line in text.split("\n"))
