"""`portspec show`: everything about one port, one service or one release."""

from __future__ import annotations

import argparse
import sys

from portspec.cluster.nodes import suggestion
from portspec.errors import InputError
from portspec.policy.store import newest_release, releases, snapshot
from portspec.spec.model import Port, Service, Snapshot


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument(
        "what", metavar="PORT|SERVICE|RELEASE", help="e.g. 22623, 22623/tcp, machine-config-server or 4.18"
    )
    parser.add_argument("--release", metavar="X.Y", help="OpenShift release, e.g. 4.18 (default: the newest)")
    parser.add_argument(
        "--today", metavar="YYYY-MM-DD", help="say how a release is supported on this day (default: today)"
    )


def run(options: argparse.Namespace) -> int:
    """Print the release or every port that the word names."""
    if options.what in releases():
        return _release(options)
    from portspec.report.service import render

    if options.today is not None:
        raise InputError("--today is for a release", hint="portspec show 4.18 --today 2027-03-01")
    known = snapshot(options.release or newest_release())
    found = ports_named(known, options.what)
    if not found:
        raise _unknown(known, options.what)
    sys.stdout.write(render(known, found, options.lang))
    return 0


def _release(options: argparse.Namespace) -> int:
    from portspec.cli.check import day
    from portspec.report.release import render

    if options.release not in (None, options.what):
        raise InputError(f"{options.what} is a release; --release is for a port or a service")
    sys.stdout.write(render(snapshot(options.what), day(options.today, "--today"), options.lang))
    return 0


def ports_named(known: Snapshot, word: str) -> list[tuple[Service, Port]]:
    """The ports that a service's id, a port number or `number/transport` names; a range has every number in it."""
    if word in known.services:
        service = known.services[word]
        return [(service, port) for port in service.ports]
    name, _, transport = word.partition("/")
    return [
        (service, port)
        for service in known.services.values()
        for port in service.ports
        if (not transport or port.transport == transport) and _is_named(port, name)
    ]


def _is_named(port: Port, name: str) -> bool:
    if port.port is None or port.first is None or port.last is None:
        return name == port.transport
    if name == port.port:
        return True
    return name.isascii() and name.isdigit() and len(name) <= 5 and port.first <= int(name) <= port.last


def _unknown(known: Snapshot, word: str) -> InputError:
    elsewhere = [release for release in releases() if ports_named(snapshot(release), word)]
    message = f"no port or service {word!r} in OpenShift {known.release.id}"
    if elsewhere:
        return InputError(message, hint=f"it is in {', '.join(elsewhere)}; add --release")
    if word[:1].isdigit():
        ports = {port.first: port for service in known.services.values() for port in service.ports if port.first}
        names = ", ".join(f"{ports[number].port}/{ports[number].transport}" for number in sorted(ports))
        return InputError(message, hint=f"it has {names}")
    return InputError(message, hint=suggestion(word, tuple(known.services)))
