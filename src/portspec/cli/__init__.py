"""The command line. Thin: arguments in, one call, exit code out.

Exit codes: 0 nothing to report; 1 findings at or above `--fail-on`; 2 wrong use, an input that cannot be read, or
nothing to check. Each command is a module of its own, imported only when it is called.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from typing import Any, NoReturn

from portspec import __version__
from portspec.errors import InputError

MOST_COLUMNS = 800
"""Of a message: a name of five thousand characters is cut."""
COMMANDS = {
    "check": "check firewall and load-balancer configs against the policy of a release",
    "trace": "what a packet filter does with one packet, rule by rule",
    "init": "write portspec.yaml from install-config.yaml, agent-config.yaml, an inventory or a balancer's config",
    "ports": "list the flows of a release",
    "show": "everything about one port, one service or one release",
    "diff": "what differs between two releases, profiles, locks or specs; what an upgrade changes",
    "compare": "whether one config lets through, or serves, what another one does, across dialects",
    "pin": "write portspec.lock, so that a repository is checked with the same policy from now on",
    "render": "write a balancer's or a packet filter's config, or a firewall request sheet, for a cluster file",
    "diagram": "the handover diagram, bootstrap to control plane",
    "explain": "what a finding means, why it matters, how to mend it",
    "rules": "list every check with its code, severity and title",
    "schema": "print a JSON Schema, or where it lies, for an editor",
    "completion": "print a script that completes commands, options and values in a shell",
    "lint": "validate the spec (for those who edit it)",
    "build": "write everything that is generated: policies, API, diagrams, site",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    Where the reader of the output goes away (`| head`), the code is a shell's for SIGPIPE: nobody has seen a verdict.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["check"]:
        # A run is short and makes no cycles worth collecting; the collector's passes cost a fifth of a large check.
        gc.disable()
    _make_streams_safe()
    try:
        options = _parser(given).parse_args(given)
        options.lang = options.lang or language(os.environ)
        code: int = import_module(f"portspec.cli.{options.command}").run(options)
        sys.stdout.flush()
    except InputError as error:
        complain(error)
        return 2
    except BrokenPipeError:
        _discard_output()
        return 128 + 13
    except OSError as error:
        complain(InputError(error.strerror or "cannot be read or written", error.filename or "standard output"))
        _discard_output()
        return 2
    except KeyboardInterrupt:
        return 130
    return code


def run() -> NoReturn:
    """Run the command of the command line and end the process with its exit code.

    The interpreter is not taken down piece by piece: that takes longer than many a check, and its memory is the
    system's again either way. `SystemExit` (from `--help`) ends it in the ordinary way.
    """
    code = main()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # nobody reads any more; what that means was said
            stream.flush()
    os._exit(code)


def complain(error: InputError) -> None:
    """Print an input error to standard error: place, what is wrong, one line of help."""
    from portspec.report.printable import printable
    from portspec.report.width import clip

    print(clip(printable(str(error)), MOST_COLUMNS), file=sys.stderr)
    if error.hint:
        print(f"  {clip(printable(error.hint), MOST_COLUMNS)}", file=sys.stderr)


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


class _Parser(argparse.ArgumentParser):
    """argparse's own, whose errors are told like every other: in two lines, not below a page of usage."""

    def error(self, message: str) -> NoReturn:
        from portspec.cli.usage import help_for

        raise InputError(f"{self.prog}: {message}", hint=help_for(self, message))

    def _get_values(self, action: argparse.Action, arg_strings: list[str]) -> Any:
        """An empty argument is a script's variable that was not set; it must not quietly mean the default."""
        if "" in arg_strings and action.nargs != argparse.PARSER:
            raise argparse.ArgumentError(action, "nothing given")
        return super()._get_values(action, arg_strings)


def _parser(given: Sequence[str]) -> argparse.ArgumentParser:
    """The parser; only the called command's module is imported, the others are known by their line of help."""
    common = _Parser(add_help=False, formatter_class=_formatter)
    common.add_argument("--lang", choices=("en", "zh-TW"), help="language of the output (default: from the locale)")
    parser = _Parser(
        prog="portspec",
        description="The OpenShift port matrix as data, and a checker that holds firewall and load-balancer configs "
        "against it.",
        formatter_class=_formatter,
        epilog="portspec COMMAND --help tells more about one command.",
    )
    parser.add_argument("--version", action="version", version=f"portspec {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    called = next((word for word in given if word in COMMANDS), None)
    # Where the command is the first word, nobody asks about the others: sixteen parsers take longer than to read a small config.
    shown = {called: COMMANDS[called]} if called is not None and given[0] == called else COMMANDS
    for name, line in shown.items():
        command = commands.add_parser(
            name,
            help=line,
            description=line[:1].upper() + line[1:] + ".",
            parents=[common],
            allow_abbrev=False,
            formatter_class=_formatter,
        )
        if name == called:
            import_module(f"portspec.cli.{name}").add_arguments(command)
    return parser


def parser_of(command: str) -> argparse.ArgumentParser:
    """The parser of one command, for what is made of its options."""
    for action in _parser([command])._actions:
        if isinstance(action, argparse._SubParsersAction):
            found: argparse.ArgumentParser = action.choices[command]
            return found
    raise KeyError(command)


def _formatter(prog: str) -> argparse.HelpFormatter:
    """The formatter of argparse, told the width: it asks for one on every start, and to find it imports shutil."""
    columns = os.environ.get("COLUMNS", "")
    if columns.isdigit():
        return argparse.HelpFormatter(prog, width=max(int(columns) - 2, 20))
    try:
        width = os.get_terminal_size(sys.stdout.fileno()).columns
    except (OSError, ValueError):
        width = 80
    return argparse.HelpFormatter(prog, width=max(width - 2, 20))


def _make_streams_safe() -> None:
    """A terminal that cannot show a character gets its escape, a stream that was closed takes or gives nothing."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:  # closed before the start; the number must not go to a file that is opened later
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115 - open to the end
        elif mode == "w" and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _discard_output() -> None:
    """Let what is still buffered go nowhere, so that the end of the program does not stumble over it again."""
    from contextlib import suppress

    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
