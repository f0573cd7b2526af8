"""`portspec check`: the main job."""

from __future__ import annotations

import argparse
import gc
import sys

from portspec.errors import InputError

FORMATS = ("text", "json")
SEVERITIES = ("note", "warning", "error")
MOST_JOBS = 256
NEVER_WEIGHS = ("PS501",)
"""Codes that tell of the spec, not of the configs: a newer portspec must not turn a pinned repository red."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.epilog = (
        "Exit code 0: nothing to report; 1: findings at or above --fail-on; 2: wrong use, an input that cannot be read, "
        "a stale or edited lock, or nothing to check. A portspec.lock beside a cluster file decides (portspec pin)."
    )
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="folders to search for portspec.yaml, cluster files, or single configs (default: the current folder)",
    )
    parser.add_argument("--release", metavar="X.Y", help="OpenShift release, e.g. 4.18 (default: the cluster file's)")
    parser.add_argument(
        "--phase",
        choices=("install", "running"),
        help="install: the bootstrap host exists; running: it is gone (default: the cluster file's, else running)",
    )
    parser.add_argument(
        "--platform", help="none, baremetal, vsphere, aws, …; only without a cluster file (default: none)"
    )
    parser.add_argument(
        "--no-lock", action="store_true", help="check against the present spec, whatever portspec.lock pins"
    )
    parser.add_argument(
        "--hygiene", action="store_true", help="look for rules that cover each other in filters of any size"
    )
    parser.add_argument("--format", choices=FORMATS, default="text", help="how to report (default: text)")
    parser.add_argument("--output", metavar="FILE", help="write the report to FILE instead of standard output")
    parser.add_argument(
        "--fail-on",
        choices=SEVERITIES,
        default="warning",
        help="lowest severity that gives exit code 1 (default: warning)",
    )
    parser.add_argument(
        "--select", metavar="CODES", help="report only these codes, whole or their beginnings, e.g. PS3,PS201"
    )
    parser.add_argument("--ignore", metavar="CODES", help="leave out these codes, given in the same way")
    parser.add_argument(
        "--day", metavar="YYYY-MM-DD", help="hold ignores that end on a day against this one (default: today)"
    )
    parser.add_argument(
        "--jobs", type=_jobs, default=1, metavar="N", help="check up to N clusters at a time (default: 1)"
    )


def run(options: argparse.Namespace) -> int:
    """Check every cluster found under the paths; report; say by exit code whether anything weighs enough."""
    # A run is short and makes no cycles worth collecting; the collector's passes cost a fifth of a large check.
    gc.disable()
    from portspec.checks.fleet import Request, check_all
    from portspec.checks.selection import Selection
    from portspec.cli import wants_colour

    selection = Selection.parse(options.select, options.ignore)
    request = Request(
        options.release, options.phase, options.platform, day(options.day), not options.no_lock, options.hygiene
    )
    results = [selection.apply(result) for result in check_all(options.paths or ["."], request, options.jobs)]
    if options.format == "json":
        from portspec.report.as_json import render as render_json

        text = render_json(results, options.lang)
    else:
        from portspec.report.as_text import render as render_text

        text = render_text(results, options.lang, colour=not options.output and wants_colour(sys.stdout))
    if options.output is None:
        sys.stdout.write(text)
    else:
        from portspec.report.output import write

        write(text, options.output)
    threshold = SEVERITIES.index(options.fail_on)
    heavy = any(
        SEVERITIES.index(finding.severity) >= threshold and finding.code not in NEVER_WEIGHS
        for result in results
        for finding in result.findings
    )
    return 1 if heavy else 0


def day(text: str | None, option: str = "--day") -> str:
    """The day that an option gives, today without it, as an ISO date. Raises InputError."""
    import time

    if text is None:
        return time.strftime("%Y-%m-%d")
    import datetime

    try:
        if datetime.date.fromisoformat(text).isoformat() == text:
            return text
    except ValueError:
        pass
    raise InputError(f"{option}: {text!r} is not a day; write it as 2027-03-01") from None


def _jobs(text: str) -> int:
    if text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MOST_JOBS:
        return int(text[:9])
    raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to {MOST_JOBS}")
