"""`portspec ports`: the flows of a release as a profile sees them."""

from __future__ import annotations

import argparse
import sys

from portspec.cluster.nodes import suggestion
from portspec.errors import InputError
from portspec.policy.flows import canonical_role, flows
from portspec.policy.model import PHASES, Profile
from portspec.policy.store import newest_release, policy, snapshot
from portspec.policy.topology import actual_role
from portspec.report import flows as report
from portspec.spec.model import Snapshot


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    default = Profile()
    parser.add_argument("--release", metavar="X.Y", help="OpenShift release, e.g. 4.18 (default: the newest)")
    parser.add_argument("--role", help="only flows from or to this role, e.g. worker")
    parser.add_argument(
        "--platform", default=default.platform, help=f"none, baremetal, vsphere, aws, … (default: {default.platform})"
    )
    parser.add_argument("--network", default=default.network, help=f"network plugin (default: {default.network})")
    parser.add_argument(
        "--topology", default=default.topology, help=f"ha, compact or single-node (default: {default.topology})"
    )
    parser.add_argument(
        "--feature",
        action="append",
        default=[],
        metavar="FEATURE",
        help="an optional feature of the installation, e.g. user-managed-balancer; may be repeated",
    )
    parser.add_argument("--phase", choices=PHASES, help="only flows of this phase (default: both)")
    parser.add_argument("--format", choices=report.FORMATS, default="table", help="how to print (default: table)")


def run(options: argparse.Namespace) -> int:
    """Print the list. An empty list is an answer, not an error."""
    release = options.release or newest_release()
    profile = Profile(options.platform, options.network, options.topology, tuple(sorted(set(options.feature))))
    policy(release, profile)  # refuses a profile that the release does not have
    known = snapshot(release)
    role = None if options.role is None else _role(options.role, known, profile)
    found = flows(known, profile, role, options.phase)
    if options.format == "table":
        text = report.as_table(found, release, profile, options.lang)
    else:
        text = {
            "json": report.as_json,
            "yaml": report.as_yaml,
            "csv": report.as_csv,
            "markdown": report.as_markdown,
        }[options.format](found)
    sys.stdout.write(text)
    return 0


def _role(name: str, known: Snapshot, profile: Profile) -> str:
    """The role that a name or alias stands for in this topology. Raises InputError."""
    role = canonical_role(known, name)
    if role not in known.roles:
        raise InputError(f"unknown role {name!r}", hint=suggestion(name, tuple(known.roles)))
    return actual_role(role, profile)
