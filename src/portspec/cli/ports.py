"""`portspec ports`: the flows of a release as a profile sees them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable

from portspec.cluster.nodes import suggestion
from portspec.errors import InputError
from portspec.policy.model import PHASES, Profile
from portspec.policy.paths import Path, paths
from portspec.policy.store import newest_release, policy, snapshot
from portspec.policy.topology import actual_role
from portspec.report import flows
from portspec.spec.model import Snapshot


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    default = Profile()
    parser.add_argument("--release", help="OpenShift release, e.g. 4.18 (default: the newest)")
    parser.add_argument("--role", help="only flows from or to this role, e.g. worker")
    parser.add_argument("--platform", default=default.platform, help=f"default: {default.platform}")
    parser.add_argument("--network", default=default.network, help=f"network plugin (default: {default.network})")
    parser.add_argument("--topology", default=default.topology, help=f"default: {default.topology}")
    parser.add_argument(
        "--feature", action="append", default=[], metavar="FEATURE", help="an optional feature; may be repeated"
    )
    parser.add_argument("--phase", choices=PHASES, help="only flows of this phase")
    parser.add_argument("--format", choices=flows.FORMATS, default="table", help="default: table")


def run(options: argparse.Namespace) -> int:
    """Print the list. An empty list is an answer, not an error."""
    release = options.release or newest_release()
    profile = Profile(options.platform, options.network, options.topology, tuple(sorted(set(options.feature))))
    policy(release, profile)  # refuses a profile that the release does not have
    known = snapshot(release)
    found = _wanted(paths(known, profile), options, known, profile)
    if options.format == "table":
        sys.stdout.write(flows.as_table(found, known, profile, options.lang))
        return 0
    records = [flows.record(path) for path in found]
    write = {"json": flows.as_json, "yaml": flows.as_yaml, "csv": flows.as_csv, "markdown": flows.as_markdown}
    sys.stdout.write(write[options.format](records))
    return 0


def _wanted(found: Iterable[Path], options: argparse.Namespace, known: Snapshot, profile: Profile) -> list[Path]:
    role = options.role and _role(options.role, known)
    kept: dict[str, Path] = {}
    for path in found:
        if role and role not in _roles_of(path, known, profile):
            continue
        if options.phase and options.phase not in path.phases:
            continue
        kept.setdefault(repr(flows.record(path)), path)
    return list(kept.values())


def _roles_of(path: Path, known: Snapshot, profile: Profile) -> set[str | None]:
    """The ends of a path, its balancer, and the roles that the ends stand for (a worker for an ingress node)."""
    roles: set[str | None] = {path.sender, path.target}
    if path.via is not None:
        roles.add(known.balancers[path.via].role)
    roles.update(name for name in path.flow.senders if actual_role(name, profile) == path.sender)
    roles.update(holder.role for holder in path.port.holders if actual_role(holder.role, profile) == path.target)
    return roles


def _role(name: str, known: Snapshot) -> str:
    """The role of a name or an alias. Raises InputError."""
    for role in known.roles.values():
        if name == role.id or name in role.aliases:
            return role.id
    raise InputError(f"unknown role {name!r}", hint=suggestion(name, tuple(known.roles)))
