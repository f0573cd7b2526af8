"""`portspec completion`: a script that completes commands, options, releases and codes in a shell."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from portspec.delivery.completion import FILES, NOTHING, SHELLS

if TYPE_CHECKING:
    from portspec.delivery.completion import Command, Option

PATHS = frozenset({"PATH", "FILE", "FOLDER", "CONFIG", "[FORMAT=]FILE"})
"""Metavars of what is a path."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.epilog = (
        "bash: source <(portspec completion bash) in ~/.bashrc; zsh: source <(portspec completion zsh) in ~/.zshrc, after "
        "compinit; fish: portspec completion fish > ~/.config/fish/completions/portspec.fish. Once more after an upgrade."
    )
    parser.add_argument("shell", choices=tuple(SHELLS), help="the shell that the script is for")


def run(options: argparse.Namespace) -> int:
    """Print the script."""
    sys.stdout.write(SHELLS[options.shell](commands()))
    return 0


def commands() -> list[Command]:
    """Every command as its parser has it."""
    from portspec.cli import COMMANDS, parser_of
    from portspec.delivery.completion import Command

    found = []
    for name, line in COMMANDS.items():
        actions = parser_of(name)._actions
        options = tuple(_option(action) for action in actions if action.option_strings)
        places = [_values(action) for action in actions if not action.option_strings]
        found.append(Command(name, line, options, places[0] if places else NOTHING))
    return found


def _option(action: argparse.Action) -> Option:
    from portspec.delivery.completion import Option

    help_line = (action.help or "") % {"default": action.default, "prog": "portspec"}
    values = None if action.nargs == 0 else _values(action)
    return Option(tuple(action.option_strings), " ".join(help_line.split()), values)


def _values(action: argparse.Action) -> tuple[str, ...] | str:
    """What an option or an argument takes: its choices, names that the spec has, paths, or anything."""
    if action.choices is not None:
        return tuple(str(choice) for choice in action.choices)
    metavar = action.metavar if isinstance(action.metavar, str) else ""
    if metavar in PATHS:
        return FILES
    if metavar in ("X.Y", "RELEASE"):
        from portspec.policy.store import releases

        return releases()
    if metavar in ("CODE", "CODES"):
        from portspec.checks.registry import checks

        return tuple(checks())
    return NOTHING
