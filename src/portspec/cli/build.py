"""`portspec build`: write everything that is generated."""

from __future__ import annotations

import argparse
import sys

WORDS = {
    "en": {
        "part": "{path:<{width}}  {files} files",
        "missing": "{path}: not built: {reason}",
        "failed": "the site does not build: {reason}",
    },
    "zh-TW": {
        "part": "{path:<{width}}  {files} 個檔案",
        "missing": "{path}：未產生：{reason}",
        "failed": "網站無法產生：{reason}",
    },
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument("--output", default="dist", metavar="FOLDER", help="where to write (default: dist)")


def run(options: argparse.Namespace) -> int:
    """Build; say what was written. A part that cannot be built here is named on standard error."""
    from portspec.site.output import PARTS, SiteError, build

    words = WORDS[options.lang]
    output = options.output.rstrip("/") or "/"
    try:
        parts = build(output)
    except SiteError as error:
        print(words["failed"].format(reason=error), file=sys.stderr)
        return 2
    width = len(output) + 1 + max(map(len, PARTS))
    for part in parts:
        path = f"{output}/{part.name}"
        if part.missing:
            print(words["missing"].format(path=path, reason=part.missing), file=sys.stderr)
        else:
            print(words["part"].format(path=path, files=part.files, width=width))
    return 0
