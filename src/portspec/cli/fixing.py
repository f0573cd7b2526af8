"""`portspec check --diff` and `--fix`: proved changes of the configs, printed or written."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING

from portspec.errors import InputError

if TYPE_CHECKING:
    from portspec.checks.fleet import Request
    from portspec.checks.selection import Selection
    from portspec.source import SourceText


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `check` that are about fixes."""
    chosen = parser.add_mutually_exclusive_group()
    chosen.add_argument(
        "--diff",
        action="store_true",
        help="instead of the report print what to change, as a patch: only changes after which a re-check finds the finding "
        "gone and nothing new",
    )
    chosen.add_argument("--fix", action="store_true", help="make these changes in the files, then report what remains")


def fix(options: argparse.Namespace, selection: Selection, request: Request) -> None:
    """Print the patch, or write the files. The exit code is that of the report.

    Raises InputError for what the options do not go with, and for a file that may not be written.
    """
    from portspec.checks.fleet import prepare, targets
    from portspec.fixes.proving import check, fix_all
    from portspec.fixes.writing import changed, diff, write_file

    for option in ("baseline", "write_baseline"):
        if getattr(options, option) is not None:
            name = "--" + option.replace("_", "-")
            raise InputError(
                f"--fix and --diff do not go with {name}", hint="choose findings with --select and --ignore"
            )
    count = 0
    files: dict[str, tuple[SourceText, SourceText, str]] = {}
    for target in targets(options.paths or ["."]):
        prepared = prepare(target, request)
        fixed = fix_all(prepared, check(prepared, request.day), request.day, selection.apply)
        count += len(fixed.applied)
        for old, new in changed(prepared, fixed.prepared):
            if old.path in files and files[old.path][1].text != new.text:
                raise InputError("clusters that share this file ask for different changes", old.path)
            files[old.path] = old, new, os.path.dirname(target.cluster_path or old.path)
    for old, new, folder in files.values():
        if options.fix:
            write_file(old, new, folder)
        else:
            text = diff(old, new)
            sys.stdout.write(_visible(text) if sys.stdout.isatty() else text)
    verb = "changed" if options.fix else "would change"
    names = _visible(", ".join(files)) or "no file"
    print(f"portspec: {count} findings fixed, {verb}: {names}", file=sys.stderr)


def _visible(text: str) -> str:
    """A patch as a terminal may show it: no control character of a config gets there."""
    from portspec.report.printable import printable

    return "\n".join("\t".join(printable(part) for part in line.split("\t")) for line in text.split("\n"))
