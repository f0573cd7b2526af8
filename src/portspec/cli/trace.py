"""`portspec trace`: what a packet filter does with one packet, or with many."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from typing import Any

from portspec.configs.files import LARGEST, decode, load
from portspec.configs.firewall.model import Ruleset
from portspec.errors import InputError
from portspec.library import read_config, trace

HOOKS = ("prerouting", "input", "forward", "output", "postrouting")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.epilog = (
        "A packet of --packets is an object with source, destination, transport and port, and where they matter "
        "source_port, state, in_interface, out_interface, icmp_type, icmp_code, mark, tcp_flags, hook or chain. The answer "
        "is the same object with verdict (accept, drop, reject or unknown) and line, and with --format json the path of rules."
    )
    parser.add_argument(
        "config",
        metavar="CONFIG",
        help="a packet filter: nftables (text or JSON), iptables-save, a file or folder of firewalld, a MachineConfig or "
        "Butane object, or a list of commands (a shell script or Ansible tasks of iptables, nft, firewall-cmd, ufw)",
    )
    parser.add_argument("--from", dest="source", metavar="ADDRESS", help="source address")
    parser.add_argument("--to", dest="destination", metavar="ADDRESS", help="destination address")
    parser.add_argument("--transport", metavar="NAME", default="tcp", help="tcp, udp, sctp, icmp, … (default: tcp)")
    parser.add_argument("--port", type=int, metavar="N", help="destination port")
    parser.add_argument("--source-port", type=int, metavar="N", help="source port (default: any client port)")
    parser.add_argument(
        "--state",
        choices=("new", "established", "related", "invalid", "untracked"),
        help="state of the connection (default: new)",
    )
    parser.add_argument("--in-interface", metavar="NAME", help="interface the packet comes in by")
    parser.add_argument("--out-interface", metavar="NAME", help="interface the packet goes out by")
    parser.add_argument("--icmp-type", type=int, metavar="N", help="type of an ICMP packet (default: echo request)")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--hook", choices=HOOKS, help="way through the filter (default: the one that has rules)")
    where.add_argument("--chain", metavar="NAME", help="start in this chain, e.g. INPUT or 'inet filter input'")
    parser.add_argument(
        "--all",
        action="store_true",
        help="every port of the policy for every role, at the place in CONFIG's cluster file",
    )
    parser.add_argument("--release", metavar="X.Y", help="with --all: another release than the cluster file's")
    parser.add_argument("--phase", choices=("install", "running"), help="with --all: another phase than its own")
    parser.add_argument("--packets", metavar="FILE", help="packets as JSON lines, - for standard input")
    parser.add_argument(
        "--format",
        choices=("text", "json"),
        default="text",
        help="how to print one packet's way, or the table; json with --packets: each answer with its path of rules",
    )
    parser.add_argument(
        "--reader",
        metavar="FORMAT",
        help="read CONFIG as this format instead of detecting it: nftables, iptables, firewalld, machineconfig or commands",
    )


def run(options: argparse.Namespace) -> int:
    """Trace; the exit code is 0 whatever the verdict."""
    if options.all:
        return _all(options)
    if options.release or options.phase:
        raise InputError("--release and --phase go with --all")
    ruleset = read_config(options.config, options.reader)
    if not isinstance(ruleset, Ruleset):
        raise InputError(
            "this is a load balancer's config; trace reads packet filters", options.config, hint="use portspec check"
        )
    defaults = {
        "hook": options.hook,
        "chain": options.chain,
        "state": options.state,
        "source_port": options.source_port,
        "in_interface": options.in_interface,
        "out_interface": options.out_interface,
        "icmp_type": options.icmp_type,
    }
    defaults = {key: value for key, value in defaults.items() if value is not None}
    if options.packets is not None:
        if options.source or options.destination or options.port is not None:
            raise InputError("--packets says which packets; leave out --from, --to and --port")
        return _many(ruleset, options.packets, defaults, path_of_rules=options.format == "json")
    if options.source is None or options.destination is None:
        raise InputError("trace needs --from and --to, or --packets FILE")
    return _one(ruleset, defaults, options)


def _all(options: argparse.Namespace) -> int:
    from portspec.checks.fleet import judge_of
    from portspec.checks.truth import truth
    from portspec.report.truth import as_json, render

    if any((options.source, options.destination, options.packets, options.hook, options.chain, options.reader)):
        raise InputError("--all asks about everything; leave out what asks about one packet")
    table = truth(judge_of(options.config, options.release, options.phase))
    sys.stdout.write(as_json(table) if options.format == "json" else render(table, options.lang))
    return 0


def _one(ruleset: Ruleset, more: Mapping[str, Any], options: argparse.Namespace) -> int:
    packet = {"transport": options.transport, "port": options.port, **more}
    traced = trace(ruleset, options.source, options.destination, **packet)
    if options.format == "json":
        import json

        asked = {**more, "source": options.source, "destination": options.destination, **packet}
        print(json.dumps({**asked, **traced.answer()}, ensure_ascii=False, indent=2))
        return 0
    from portspec.configs.firewall.ways import WAYS
    from portspec.report.tracing import render

    others = [
        way
        for way in WAYS
        if options.hook is None and options.chain is None and way != traced.way
        if any(chain.rules for chain in ruleset.base_chains(way) if chain.kind != "nat")
    ]
    sys.stdout.write(render(traced, options.config, options.lang, others))
    return 0


def _from_stdin(name: str) -> str:
    data = sys.stdin.buffer.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise InputError(f"more than {LARGEST} bytes; give them in parts", name)
    return decode(data, name)


def _refuse_constant(name: str) -> None:
    """NaN and the infinities are no JSON."""
    raise ValueError(name)


def _many(ruleset: Ruleset, path: str, defaults: Mapping[str, Any], *, path_of_rules: bool) -> int:
    """Answer each line with the same object plus `verdict` and `line`, and with the path of rules where that is wanted."""
    import json

    # With the line of each in errors, which the library's own function knows nothing of.
    from portspec.configs.firewall.trace import trace as follow

    name = "<stdin>" if path == "-" else path
    text = _from_stdin(name) if path == "-" else load(path, path).text
    answers = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            asked = json.loads(line, parse_constant=_refuse_constant)
        except (ValueError, RecursionError):
            raise InputError("not a JSON object on this line", name, number, 1) from None
        if not isinstance(asked, dict):
            raise InputError("expected a JSON object on each line", name, number, 1)
        traced = follow(ruleset, {**defaults, **asked}, name, number)
        verdict = traced.answer()
        keys = verdict if path_of_rules else ("verdict", "path", "line")
        told = {key: verdict[key] for key in keys if key in verdict}
        answers.append(json.dumps({**asked, **told}, ensure_ascii=False))
    if not answers:
        raise InputError("no packets: expected one JSON object on each line", name, 1, 1)
    sys.stdout.write("\n".join(answers) + "\n")
    return 0
