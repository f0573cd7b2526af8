"""The command line. Thin: arguments in, one call, exit code out.

Exit codes: 0 nothing to report; 1 findings at or above `--fail-on`; 2 wrong use, an input that cannot be read, or
nothing to check. Each command is a module of its own, imported only when it is called.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from portspec import __version__
from portspec.errors import InputError

COMMANDS = {
    "check": "check firewall and load-balancer configs against the policy of a release",
    "trace": "what a packet filter does with one packet, rule by rule",
    "ports": "list the flows of a release",
    "show": "everything about one port or service",
    "diagram": "the handover diagram, bootstrap to control plane",
    "explain": "what a finding means, why it matters, how to mend it",
    "lint": "validate the spec (for those who edit it)",
    "build": "write everything that is generated: policies, API, diagrams, site",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    _tolerant_output()
    parser = _parser(given)
    options = parser.parse_args(given)
    options.lang = options.lang or language(os.environ)
    try:
        code: int = import_module(f"portspec.cli.{options.command}").run(options)
        sys.stdout.flush()
    except InputError as error:
        complain(error)
        return 2
    except BrokenPipeError:
        # The reader of our output went away (`| head`); what was written is what it wanted.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130
    return code


def complain(error: InputError) -> None:
    """Print an input error to standard error: place, what is wrong, one line of help."""
    from portspec.report.printable import printable

    print(printable(str(error)), file=sys.stderr)
    if error.hint:
        print(f"  {printable(error.hint)}", file=sys.stderr)


def language(environment: Any) -> str:
    """`zh-TW` where the locale is Chinese as written in Taiwan, Hong Kong or Macau; else `en`."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = environment.get(name, "")
        if value:
            head = value.replace("-", "_").lower()
            return "zh-TW" if head.startswith(("zh_tw", "zh_hk", "zh_mo", "zh_hant")) else "en"
    return "en"


def wants_colour(stream: Any) -> bool:
    """Colours only on a terminal, and not when NO_COLOR is set (no-color.org)."""
    return bool(stream.isatty()) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _parser(given: Sequence[str]) -> argparse.ArgumentParser:
    """The parser; only the called command's module is imported, the others are known by their line of help."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--lang", choices=("en", "zh-TW"), help="language of the output (default: from the locale)")
    parser = argparse.ArgumentParser(
        prog="portspec",
        description="The OpenShift port matrix as data, and a checker that holds firewall and load-balancer configs "
        "against it.",
        epilog="portspec COMMAND --help tells more about one command.",
    )
    parser.add_argument("--version", action="version", version=f"portspec {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    called = next((word for word in given if word in COMMANDS), None)
    for name, line in COMMANDS.items():
        command = commands.add_parser(
            name, help=line, description=line[:1].upper() + line[1:] + ".", parents=[common], allow_abbrev=False
        )
        if name == called:
            import_module(f"portspec.cli.{name}").add_arguments(command)
    return parser


def _tolerant_output() -> None:
    """A terminal that cannot show a character gets its escape, not a traceback."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
