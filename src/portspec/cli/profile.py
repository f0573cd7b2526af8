"""The options that say which kind of cluster is meant, shared by the commands that take them."""

from __future__ import annotations

import argparse

from portspec.policy.model import Profile


def add_profile_arguments(parser: argparse.ArgumentParser) -> None:
    """--platform, --network, --topology and --feature."""
    default = Profile()
    parser.add_argument("--platform", help=f"none, baremetal, vsphere, aws, … (default: {default.platform})")
    parser.add_argument("--network", help=f"network plugin (default: {default.network})")
    parser.add_argument("--topology", help=f"ha, compact or single-node (default: {default.topology})")
    parser.add_argument(
        "--feature",
        action="append",
        default=[],
        metavar="FEATURE",
        help="an optional feature of the installation, e.g. user-managed-balancer; may be repeated",
    )


def profile_of(options: argparse.Namespace, base: Profile | None = None) -> Profile:
    """The profile of the options; what they leave out is as in `base`."""
    base = base or Profile()
    return Profile(
        options.platform or base.platform,
        options.network or base.network,
        options.topology or base.topology,
        tuple(sorted(set(options.feature))) or base.features,
    )


def says_profile(options: argparse.Namespace) -> bool:
    """Whether any of the options was given."""
    return bool(options.platform or options.network or options.topology or options.feature)
