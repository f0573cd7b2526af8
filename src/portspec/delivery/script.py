"""The shell text that turns environment variables into a command line of `portspec check`.

POSIX sh, since a container may have no bash. A value is only ever one word of the command line, never text that a
shell reads; options take theirs after `=` and paths stand behind `--`, so that no value becomes an option.
"""

from __future__ import annotations

from collections.abc import Iterable

from portspec.delivery.inputs import INPUTS, Input, Report


def check_script(shown: str, reports: Iterable[Report], folder: str, *, command: str = "portspec") -> str:
    """Lines that run the check with every report in `folder`, an expression of the shell; `code` is its exit code.

    `folder` and `command` are ours, never a user's. A wrong switch or a value of two lines ends the script with 2.
    """
    parts = [
        refuse("$1")
        + one_line(INPUTS)
        + f"set -- check --format={shown}\n"
        + "".join(f'set -- "$@" "--output={report.format}={folder}/{report.file}"\n' for report in reports)
    ]
    parts += [_option(one) for one in INPUTS if one.takes != "paths"]
    parts.append('set -- "$@" --\n')
    parts += [_paths(one) for one in INPUTS if one.takes == "paths"]
    parts.append(f'code=0\n{command} "$@" || code=$?\n')
    return "".join(parts)


def refuse(what: str) -> str:
    """The function that ends a script for a wrong input, with the exit code for wrong use."""
    return f"refuse() {{ printf 'portspec: %s\\n' \"{what}\" >&2; exit 2; }}\n"


def one_line(inputs: Iterable[Input]) -> str:
    """Refuse line ends in values that are one word."""
    return "newline='\n'\n" + "".join(
        f'case "${one.variable}" in *"$newline"*) refuse "the input {one.name} has more than one line";; esac\n'
        for one in inputs
        if one.takes != "paths"
    )


TRUST_OWN_CHECKOUT = """\
if [ -n "$PORTSPEC_BASE" ]; then
  export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0="$PWD"
fi
"""
"""In a container the checkout belongs to another user, whose repositories git does not read unless it is told to: this
one, which the pipeline itself has cloned."""


def _option(one: Input) -> str:
    """Lines that add an option where its variable has a value."""
    if one.takes == "switch":
        return (
            f'case "${one.variable}" in\n'
            f'  true) set -- "$@" {one.option};;\n'
            f'  false|"") ;;\n'
            f'  *) refuse "the input {one.name} is true or false";;\n'
            "esac\n"
        )
    return f'if [ -n "${one.variable}" ]; then set -- "$@" "{one.option}=${one.variable}"; fi\n'


def _paths(one: Input) -> str:
    """Lines that add every path; what a here-document takes from a variable is not read by the shell again."""
    return (
        "while IFS= read -r path; do\n"
        '  if [ -n "$path" ]; then set -- "$@" "$path"; fi\n'
        "done <<END_OF_PATHS\n"
        f"${one.variable}\n"
        "END_OF_PATHS\n"
    )
