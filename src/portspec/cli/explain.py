"""`portspec explain`: the page of one check, or the list of all."""

from __future__ import annotations

import argparse

from portspec.checks.registry import checks
from portspec.errors import InputError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument("code", nargs="?", metavar="CODE", help="e.g. PS301 (default: list all)")


def run(options: argparse.Namespace) -> int:
    """Print one check or the list."""
    if options.code is None:
        for check in checks().values():
            print(f"{check.code}  {check.title[options.lang]}")
        return 0
    code = options.code.upper()
    if code not in checks():
        raise InputError(f"no check has the code {options.code!r}", hint=_nearest(code))
    from portspec.report.explanation import page

    print(page(code, options.lang))
    return 0


def _nearest(code: str) -> str:
    """The code that was probably meant, by its digits or by the check's name."""
    named = next((check.code for check in checks().values() if check.name == code.lower()), None)
    return f"did you mean {named}?" if named else "portspec explain lists the codes"
