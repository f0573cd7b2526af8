"""`portspec lint`: the spec held against its schemas and against itself."""

from __future__ import annotations

import argparse
import os

from portspec.errors import InputError

WORDS = {
    "en": {
        "clean": "{count} files, nothing to report",
        "one": "1 problem in {count} files",
        "many": "{problems} problems in {count} files",
    },
    "zh-TW": {
        "clean": "{count} 個檔案，沒有需要報告的問題",
        "one": "{count} 個檔案中有 1 個問題",
        "many": "{count} 個檔案中有 {problems} 個問題",
    },
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument("folder", nargs="?", default="spec", metavar="FOLDER", help="the spec (default: spec)")


def run(options: argparse.Namespace) -> int:
    """Print a line per problem, then their number."""
    from portspec.report.printable import printable
    from portspec.spec.lint import lint

    folder = options.folder.rstrip("/") or "/"
    if not os.path.isdir(folder):
        raise InputError(
            "there is no such folder", folder, hint="lint is for a checkout: run it in the folder above spec/"
        )
    words = WORDS[options.lang]
    problems = lint(folder)
    for problem in problems:
        place = f"{problem.path}:{problem.line}:{problem.column}" if problem.line else problem.path
        print(printable(f"{place}: {problem.name} {problem.message}"))
    count = sum(name.endswith(".yaml") for _, _, names in os.walk(folder) for name in names)
    kind = "clean" if not problems else "one" if len(problems) == 1 else "many"
    print(words[kind].format(count=count, problems=len(problems)))
    return 1 if problems else 0
