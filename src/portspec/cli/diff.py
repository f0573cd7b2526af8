"""`portspec diff`: what differs between two policies, what an upgrade means for configs, and what a live matrix shows."""

from __future__ import annotations

import argparse
import sys

from portspec.cli.profile import add_profile_arguments, profile_of, says_profile
from portspec.configs.files import load
from portspec.errors import InputError
from portspec.policy.model import Profile

FORMATS = ("text", "markdown", "json")
USES = (
    "portspec diff 4.17 4.18, portspec diff --cluster portspec.yaml 4.18, or portspec diff --matrix FILE --release 4.18"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.epilog = (
        "A SIDE is RELEASE[:PROFILE], as 4.18, 4.18:baremetal or "
        "4.18:platform=aws,network=OVNKubernetes,topology=compact,features=ipsec+node-ports; FOLDER@RELEASE[:PROFILE], the "
        "spec in another folder; or a lock, a path that ends in .lock. What a side does not say of its profile is as "
        "the options below say, else as the lock on the other side, else the default. Exit code 0 whatever differs, "
        "unless --exit-code is given; 2: wrong use or an input that cannot be read."
    )
    parser.add_argument(
        "sides", nargs="*", metavar="SIDE", help="two sides; with --cluster one, the release to upgrade to"
    )
    parser.add_argument(
        "--cluster", metavar="FILE", help="say what the configs of this cluster file need for an upgrade"
    )
    parser.add_argument(
        "--matrix", metavar="FILE", help="compare what `oc commatrix` printed (CSV, JSON or YAML) with the spec"
    )
    parser.add_argument(
        "--release", metavar="X.Y", help="with --matrix: the release of the cluster (default: the newest)"
    )
    add_profile_arguments(parser)
    parser.add_argument(
        "--no-lock", action="store_true", help="with --cluster: start from the present spec, not from portspec.lock"
    )
    parser.add_argument(
        "--day",
        metavar="YYYY-MM-DD",
        help="with --cluster: hold ignores that end on a day against this one (default: today)",
    )
    parser.add_argument("--format", choices=FORMATS, default="text", help="how to report (default: text)")
    parser.add_argument("--output", metavar="FILE", help="write the report to FILE instead of standard output")
    parser.add_argument(
        "--exit-code",
        action="store_true",
        help="exit code 1 when something differs; with --cluster, when something has to change before the upgrade",
    )


def run(options: argparse.Namespace) -> int:
    """Compare; the exit code is 0 unless --exit-code is given."""
    if options.cluster is not None and options.matrix is not None:
        raise InputError("--cluster and --matrix are two questions", hint=f"write {USES}")
    if options.release is not None and options.matrix is None:
        raise InputError("--release belongs to --matrix", hint=f"write {USES}")
    compare = _matrix if options.matrix is not None else _upgrade if options.cluster is not None else _sides
    text, differs = compare(options)
    if options.output is None:
        sys.stdout.write(text)
    else:
        from portspec.report.output import write

        write(text, options.output)
    return 1 if differs and options.exit_code else 0


def _sides(options: argparse.Namespace) -> tuple[str, bool]:
    from portspec.policy.comparison import compare_sides
    from portspec.policy.sides import is_lock, read_side
    from portspec.report import diff as report

    if len(options.sides) != 2:
        raise InputError(f"expected two sides, found {len(options.sides)}", hint=f"write {USES}")
    base = Profile()
    locks = [read_side(side, base, load) for side in options.sides if is_lock(side)]
    if len(locks) == 1 and not says_profile(options):
        base = locks[0].policy.profile
    before, after = (read_side(side, profile_of(options, base), load) for side in options.sides)
    found = compare_sides(before, after)
    render = {"text": report.as_text, "markdown": report.as_markdown, "json": report.as_json}[options.format]
    return render(found, options.lang), bool(found.ports)


def _upgrade(options: argparse.Namespace) -> tuple[str, bool]:
    from portspec.checks.upgrade import upgrade
    from portspec.cli.check import day
    from portspec.report import upgrade as report

    if len(options.sides) != 1:
        raise InputError("--cluster takes one release, the one to upgrade to", hint=f"write {USES}")
    if says_profile(options):
        raise InputError("the cluster file says the profile", options.cluster, hint="leave the options out")
    found = upgrade(options.cluster, options.sides[0], day(options.day), use_lock=not options.no_lock)
    render = {"text": report.as_text, "markdown": report.as_markdown, "json": report.as_json}[options.format]
    return render(found, options.lang), bool(found.first)


def _matrix(options: argparse.Namespace) -> tuple[str, bool]:
    from portspec.policy.live import compare_matrix
    from portspec.policy.matrix import LARGEST, read_matrix
    from portspec.policy.store import newest_release, policy, snapshot
    from portspec.report import matrix as report

    if options.sides:
        raise InputError("--matrix compares with --release, not with a side", hint=f"write {USES}")
    release, profile = options.release or newest_release(), profile_of(options)
    policy(release, profile)  # refuses a profile that the release does not have
    matrix = read_matrix(load(options.matrix, options.matrix, LARGEST))
    found = compare_matrix(snapshot(release), profile, matrix)
    render = {"text": report.as_text, "markdown": report.as_markdown, "json": report.as_json}[options.format]
    return render(found, options.lang), found.differs
