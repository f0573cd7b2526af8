"""A config of several files is read as one text: findings get their place in it, and changes their file."""

from __future__ import annotations

from portspec.checks.finding import Finding
from portspec.configs.folders import FolderText
from portspec.fixes.edits import Edit
from portspec.source import SourceText


def in_whole(source: SourceText, finding: Finding) -> Finding:
    """A finding that is told of one file, in the lines of the whole."""
    if not isinstance(source, FolderText) or finding.span is None:
        return finding
    for part, first in zip(source.parts, source.firsts, strict=True):
        if part.path == finding.path:
            span = finding.span
            end = span.end_line + first - 1 if span.end_line else 0
            return finding._replace(path=source.path, span=span._replace(line=span.line + first - 1, end_line=end))
    return finding


def of_part(source: FolderText, edit: Edit) -> Edit:
    """A change of the whole as one of the file that it lies in. Lines that come behind the last one of a file are that
    file's."""
    if edit.line == edit.end_line and edit.line > 1:
        part, line = source.place(edit.line - 1)
        return Edit(part.path, line + 1, line + 1, edit.lines)
    part, line = source.place(edit.line)
    return Edit(part.path, line, line + edit.end_line - edit.line, edit.lines)
