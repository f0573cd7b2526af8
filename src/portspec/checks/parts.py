"""Findings about a config of several files, told of the file and line that they are about."""

from __future__ import annotations

from collections.abc import Mapping

from portspec.checks.finding import Finding, Place, Witness
from portspec.configs.folders import FolderText, in_part, place
from portspec.source import SourceText, Span


def in_files(finding: Finding, wholes: Mapping[str, FolderText]) -> Finding:
    """The finding with the paths and lines of single files; as it is where its config is one file. `wholes` are the
    texts by the config's path."""
    if not wholes:
        return finding
    path, span = _place(finding.path, finding.span, wholes)
    related = tuple(Place(*_place(one.path, one.span, wholes)) for one in finding.related)
    values = finding.values
    if finding.span is not None and span is not None and values.get("rule") == str(finding.span.line):
        values = {**values, "rule": str(span.line)}
    if "other_line" in values:
        values = {**values, "other_line": _other_line(finding, path, values["other_line"], wholes)}
    witness = _witness(finding.witness, wholes)
    return finding._replace(path=path, span=span, values=values, related=related, witness=witness)


def with_files(sources: Mapping[str, SourceText], wholes: Mapping[str, FolderText]) -> dict[str, SourceText]:
    """The sources by path, with the files of each whole in its stead; the whole stays for what is said of it."""
    found = dict(sources)
    for path, whole in wholes.items():
        # The comments of the parts speak for the findings in them, those of the whole would speak twice.
        found[path] = SourceText(path, "")
        found.update((part.path, part) for part in whole.parts if not part.path.startswith("("))
    return found


def _place(path: str, span: Span | None, wholes: Mapping[str, FolderText]) -> tuple[str, Span | None]:
    whole = wholes.get(path)
    return (path, span) if whole is None or span is None else in_part(whole, span)


def _other_line(finding: Finding, path: str, line: str, wholes: Mapping[str, FolderText]) -> str:
    """The line of another rule of the config; with its file where that is another one."""
    whole = wholes.get(finding.path)
    if whole is None:
        return line
    other, number = place(whole, int(line))
    return str(number) if other == path else other if other.startswith("(") else f"{other}:{number}"


def _witness(witness: Witness | None, wholes: Mapping[str, FolderText]) -> Witness | None:
    if witness is None:
        return None
    steps = []
    for step in witness.steps:
        whole = wholes.get(step.path)
        path, line = (step.path, step.line) if whole is None else place(whole, step.line)
        steps.append(step._replace(path=path, line=line))
    return witness._replace(steps=tuple(steps))
