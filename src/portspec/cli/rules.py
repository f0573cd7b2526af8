"""`portspec rules`: every code with its name, severity and title."""

from __future__ import annotations

import argparse
import os

from portspec.checks.registry import checks
from portspec.checks.selection import Selection

FORMATS = ("table", "json")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.epilog = (
        "The severity is that of the check's own example; one case of a check may weigh more than another. "
        "PORTSPEC_SITE says where the documentation is published; the JSON then has each check's page."
    )
    parser.add_argument("--format", choices=FORMATS, default="table", help="how to print (default: table)")
    parser.add_argument("--select", action="append", metavar="CODES", help="only these codes, e.g. PS3,PS201")
    parser.add_argument("--output", metavar="FILE", help="write the list to FILE instead of standard output")


def run(options: argparse.Namespace) -> int:
    """Print the list."""
    from portspec.report.output import write
    from portspec.report.rules import as_json, as_table

    selection = Selection.parse(options.select, None)
    found = [check for code, check in checks().items() if selection.takes(code)]
    if options.format == "json":
        write(as_json(found, os.environ.get("PORTSPEC_SITE", "")), options.output)
    else:
        write(as_table(found, options.lang), options.output)
    return 0
