"""`portspec ports`: the flows of a release as a profile sees them."""

from __future__ import annotations

import argparse
import sys

from portspec.cli.profile import add_profile_arguments, profile_of
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
    parser.add_argument("--release", metavar="X.Y", help="OpenShift release, e.g. 4.18 (default: the newest)")
    parser.add_argument("--role", help="only flows from or to this role, e.g. worker")
    add_profile_arguments(parser)
    parser.add_argument("--phase", choices=PHASES, help="only flows of this phase (default: both)")
    parser.add_argument("--format", choices=report.FORMATS, default="table", help="how to print (default: table)")
    parser.add_argument("--output", metavar="FILE", help="write the list to FILE instead of standard output")


def run(options: argparse.Namespace) -> int:
    """Print the list. An empty list is an answer, not an error."""
    release, profile = options.release or newest_release(), profile_of(options)
    policy(release, profile)  # refuses a profile that the release does not have
    known = snapshot(release)
    role = None if options.role is None else _role(options.role, known, profile)
    if options.format == "xlsx" and options.output is None and sys.stdout.isatty():
        raise InputError("a workbook is nothing for a terminal", hint="add --output FILE.xlsx")
    content = _content(options, known, profile, role)
    if options.output is None and isinstance(content, str):
        sys.stdout.write(content)
    else:
        from portspec.report.output import write

        write(content, options.output)
    return 0


def _content(options: argparse.Namespace, known: Snapshot, profile: Profile, role: str | None) -> str | bytes:
    if options.format == "commatrix":
        return _commatrix(options, known, profile, role)
    found, release = flows(known, profile, role, options.phase), known.release.id
    if options.format == "table":
        return report.as_table(found, release, profile, options.lang)
    if options.format == "xlsx":
        from portspec.report.as_xlsx import as_xlsx

        return as_xlsx(found, report.heading(release, profile, options.lang))
    return {
        "json": report.as_json,
        "yaml": report.as_yaml,
        "csv": report.as_csv,
        "markdown": report.as_markdown,
    }[options.format](found)


def _commatrix(options: argparse.Namespace, known: Snapshot, profile: Profile, role: str | None) -> str:
    """The listeners of a running cluster: `--role` is whose they are."""
    from portspec.policy.live import listeners
    from portspec.report.commatrix import as_commatrix

    if options.phase == "install":
        raise InputError("--format commatrix lists what listens on a running cluster; leave --phase install out")
    return as_commatrix([one for one in listeners(known, profile) if role in (None, one.role)])


def _role(name: str, known: Snapshot, profile: Profile) -> str:
    """The role that a name or alias stands for in this topology. Raises InputError."""
    role = canonical_role(known, name)
    if role not in known.roles:
        raise InputError(f"unknown role {name!r}", hint=suggestion(name, tuple(known.roles)))
    return actual_role(role, profile)
