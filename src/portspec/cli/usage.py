"""Wrong use of the command line, told in two lines: what is wrong, and what was probably meant."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator

CHOICE = re.compile(r"invalid choice: '(?P<word>[^']*)' \(choose from (?P<known>[^)]*)\)")
UNKNOWN = re.compile(r"unrecognized arguments: (?P<word>\S+)")


def help_for(parser: argparse.ArgumentParser, message: str) -> str:
    """One line of help for a message of argparse: the nearest word that it would have taken, or where to read on."""
    from difflib import get_close_matches

    choice, unknown = CHOICE.search(message), UNKNOWN.search(message)
    if choice is not None:
        word, known = choice["word"], [name.strip(" '") for name in choice["known"].split(",")]
    elif unknown is not None:
        word, known = unknown["word"].partition("=")[0], list(_options(parser))
    else:
        word, known = "", []
    near = get_close_matches(word, known, 1, 0.6)
    return f"did you mean {near[0]}?" if near else f"{parser.prog} --help tells more"


def _options(parser: argparse.ArgumentParser) -> Iterator[str]:
    """The options of a parser and of the commands below it."""
    for action in parser._actions:
        yield from action.option_strings
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                yield from _options(command)
