"""`portspec render`: a config, or a firewall request sheet, made from the policy and a cluster file."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING

from portspec.errors import InputError

if TYPE_CHECKING:
    from portspec.cluster.model import BetweenPlace, Cluster, HostPlace
    from portspec.policy.model import Policy
    from portspec.render.plan import Plan

KINDS = (
    "haproxy", "nginx", "keepalived",
    "nftables", "iptables", "firewalld", "machineconfig", "butane",
    "edge", "requests",
)  # fmt: skip
HOST_FILTERS = ("nftables", "iptables", "firewalld", "machineconfig", "butane")
TAKES = {
    "role": HOST_FILTERS,
    "between": ("edge",),
    "dialect": ("edge",),
    "family": ("iptables", "edge"),
    "optional": (*HOST_FILTERS, "edge"),
    "interface": ("keepalived",),
    "format": ("requests",),
}
"""The kinds that an option is for; given to another it would do nothing."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.epilog = (
        "What is written lets in what the cluster needs, from the addresses of the roles that need it, and passes "
        "portspec check. Exit code 2: the cluster file does not say enough, or there is nothing to render."
    )
    parser.add_argument("kind", choices=KINDS, metavar="KIND", help=", ".join(KINDS))
    parser.add_argument(
        "--cluster", default=".", metavar="PATH", help="the cluster file, or its folder (default: the current folder)"
    )
    parser.add_argument("--release", metavar="X.Y", help="OpenShift release (default: the cluster file's)")
    parser.add_argument("--phase", choices=("install", "running"), help="default: the cluster file's, else running")
    parser.add_argument("--role", help="whose host filter: control-plane, worker, bootstrap, api-balancer, …")
    parser.add_argument(
        "--between", metavar="A,B:C,D", help="edge: the roles on each side (default: the cluster file's own placement)"
    )
    parser.add_argument(
        "--dialect", choices=("nftables", "iptables"), help="edge: in which dialect (default: nftables)"
    )
    parser.add_argument(
        "--family", choices=("4", "6"), help="iptables: for iptables-restore (4) or ip6tables-restore (6)"
    )
    parser.add_argument("--optional", action="store_true", help="let in what only some clusters need, too")
    parser.add_argument(
        "--interface", metavar="NAME", help="keepalived: the interface of the addresses (default: eth0)"
    )
    parser.add_argument("--format", choices=("csv", "xlsx"), help="requests: how to write them (default: csv)")
    parser.add_argument(
        "--no-lock", action="store_true", help="render from the present spec, whatever portspec.lock pins"
    )
    parser.add_argument(
        "--output",
        metavar="PATH",
        help="write to a file; for firewalld, to a folder such as /etc/firewalld or a .xml file",
    )


def run(options: argparse.Namespace) -> int:
    """Render, and write only once all of it is made."""
    from portspec.report.output import write

    for name, kinds in TAKES.items():
        if getattr(options, name) and options.kind not in kinds:
            raise InputError(f"--{name} is not for {options.kind}", hint=f"it is for {', '.join(kinds)}")
    cluster = _cluster(options)
    made = _made(options, cluster)
    if not isinstance(made, dict):
        write(made, options.output)
        return 0
    for name, text in made.items():
        path = os.path.join(options.output, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        write(text, path)
    return 0


def _cluster(options: argparse.Namespace) -> Cluster:
    """The cluster that is meant; its configs may be still to come."""
    from portspec.checks.fleet import targets
    from portspec.cluster.load import load_cluster
    from portspec.configs.files import load

    paths = [target.cluster_path for target in targets([options.cluster]) if target.configs is None]
    if len(paths) != 1 or paths[0] is None:
        what = f"{len(paths)} cluster files lie here or below" if paths else "this is no cluster file"
        raise InputError(what, options.cluster, hint="give --cluster with the portspec.yaml that is meant")
    if options.output is not None and os.path.realpath(options.output) == os.path.realpath(paths[0]):
        raise InputError("--output is the cluster file, which would be lost", options.output)
    return load_cluster(load(paths[0], paths[0]), options.release, options.phase, written=False)


def _made(options: argparse.Namespace, cluster: Cluster) -> str | bytes | dict[str, str]:
    """What is asked for: a text, a workbook, or files by their paths below a folder."""
    from portspec.checks.origin import policy_of

    policy, _ = policy_of(cluster, use_lock=not options.no_lock)
    kind = options.kind
    if kind == "haproxy":
        from portspec.render.haproxy import as_haproxy

        return as_haproxy(policy, cluster)
    if kind == "nginx":
        from portspec.render.nginx import as_nginx

        return as_nginx(policy, cluster)
    if kind == "keepalived":
        from portspec.render.keepalived import INTERFACE, as_keepalived

        return as_keepalived(policy, cluster, _interface(options.interface or INTERFACE))
    if kind == "requests":
        return _requests(options, cluster, policy)
    from portspec.render.places import between_of, host_of
    from portspec.render.plan import make_plan

    if kind == "edge":
        place: HostPlace | BetweenPlace = between_of(cluster, options.between)
    elif options.role is None:
        raise InputError(f"{kind} needs --role", cluster.path, hint="such as --role control-plane")
    else:
        place = host_of(cluster, options.role)
    return _filter(options, make_plan(policy, cluster, place, optional=options.optional))


def _requests(options: argparse.Namespace, cluster: Cluster, policy: Policy) -> str | bytes:
    from portspec.render.plan import setting
    from portspec.render.requests import requests
    from portspec.render.sheets import as_csv, as_xlsx

    if options.format == "xlsx" and options.output is None and sys.stdout.isatty():
        raise InputError("a workbook is nothing for a terminal", hint="add --output FILE.xlsx")
    found = requests(policy, cluster, options.lang)
    if options.format == "xlsx":
        return as_xlsx(found, options.lang, setting(policy, cluster))
    return as_csv(found, options.lang)


def _filter(options: argparse.Namespace, plan: Plan) -> str | dict[str, str]:
    """A filter in its dialect; firewalld's is a folder unless a file is named."""
    dialect = (options.dialect or "nftables") if options.kind == "edge" else options.kind
    if dialect == "nftables":
        from portspec.render.nftables import as_nftables

        if options.family:
            raise InputError("--family is for iptables: a table of nftables is of both families")
        return as_nftables(plan)
    if dialect == "iptables":
        from portspec.render.iptables import as_iptables, family_of

        return as_iptables(plan, family_of(plan, options.family))
    if dialect == "firewalld":
        from portspec.render.firewalld import as_folder, as_zone

        return as_zone(plan) if options.output is None or options.output.endswith(".xml") else as_folder(plan)
    from portspec.render.machineconfig import as_butane, as_machineconfig

    return (as_butane if dialect == "butane" else as_machineconfig)(plan)


def _interface(name: str) -> str:
    """A name that Linux gives to an interface. Raises InputError: anything else would be more than one word of a config."""
    import re

    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,14}", name):
        raise InputError(f"--interface: {name!r} is no name of an interface", hint="such as eth0 or bond0.100")
    return name
