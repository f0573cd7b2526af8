"""`portspec compare`: whether one config lets through, or serves, what another one does."""

from __future__ import annotations

import argparse
import sys

from portspec.configs.firewall.ways import WAYS
from portspec.errors import InputError

FORMATS = ("text", "markdown", "json")
ALLOWED = ("less", "more")
UNKNOWN = ("report", "allow")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.epilog = (
        "Two packet filters are compared as sets of packets, whatever dialects they are in: on every way that either "
        "filters, for first packets of connections, replies and related errors. Two load balancers are compared by which "
        "client gets which members. Exit code 0: equal, or no more than --allow allows; 1: they differ, or may; 2: wrong "
        "use, or an input that cannot be read."
    )
    parser.add_argument("old", metavar="OLD", help="a config: a file, or a folder that is one as a whole")
    parser.add_argument("new", metavar="NEW", help="the config that is to take its place")
    parser.add_argument(
        "--old-with", action="append", default=[], metavar="FILE", help="a further file of OLD, such as ip6tables' own"
    )
    parser.add_argument("--new-with", action="append", default=[], metavar="FILE", help="a further file of NEW")
    parser.add_argument("--old-reader", metavar="FORMAT", help="read OLD as this format instead of detecting it")
    parser.add_argument("--new-reader", metavar="FORMAT", help="read NEW as this format instead of detecting it")
    parser.add_argument(
        "--hook",
        action="append",
        choices=WAYS,
        help="compare this way alone, any number of times (default: every way that either file filters)",
    )
    parser.add_argument("--family", choices=("4", "6"), help="compare packets of this IP version alone")
    parser.add_argument(
        "--every-state",
        action="store_true",
        help="compare packets that belong to no connection (invalid, untracked) as well",
    )
    parser.add_argument(
        "--allow",
        choices=ALLOWED,
        help="less: exit code 0 also where NEW only stops more; more: also where it only lets more through",
    )
    parser.add_argument(
        "--unknown",
        choices=UNKNOWN,
        default="report",
        help="what differences do to the exit code that are only possible, because the files leave something open: "
        "report (default) counts them, allow does not",
    )
    parser.add_argument("--format", choices=FORMATS, default="text", help="how to report (default: text)")
    parser.add_argument("--output", metavar="FILE", help="write the report to FILE instead of standard output")


def run(options: argparse.Namespace) -> int:
    """Compare; the exit code is 1 where something differs that is not allowed to."""
    from portspec.compare.balancers import BalancerComparison
    from portspec.compare.configs import compare_configs
    from portspec.compare.filters import FAMILIES

    families = tuple(name for name in FAMILIES if options.family is None or name.endswith(options.family))
    found = compare_configs(
        (options.old, *options.old_with),
        (options.new, *options.new_with),
        (options.old_reader, options.new_reader),
        ways=options.hook or WAYS,
        families=families,
        every_state=options.every_state,
    )
    if isinstance(found, BalancerComparison) and (
        options.hook or options.family or options.allow or options.every_state
    ):
        raise InputError(
            "--hook, --family, --every-state and --allow are about packet filters; these are load balancers",
            options.new,
        )
    text = _rendered(found, options)
    if options.output is None:
        sys.stdout.write(text)
    else:
        from portspec.report.output import write
        from portspec.report.outputs import keep_inputs

        keep_inputs([options.output], [options.old, options.new, *options.old_with, *options.new_with])
        write(text, options.output)
    weighing = [
        one for one in found.differences if (one.certain or options.unknown == "report") and not _allowed(one, options)
    ]
    moved = isinstance(found, BalancerComparison) and (found.taken or found.given_up)
    return 1 if weighing or moved else 0


def _allowed(one: object, options: argparse.Namespace) -> bool:
    return options.allow is not None and getattr(one, "direction", None) == options.allow


def _rendered(found: object, options: argparse.Namespace) -> str:
    if options.format == "json":
        from portspec.report.compare_json import render

        return render(found, options.lang)  # type: ignore[arg-type]
    from portspec.report import compare as report

    render_as = {"text": report.as_text, "markdown": report.as_markdown}[options.format]
    return render_as(found, options.lang)  # type: ignore[arg-type]
