"""Shell completion of bash, zsh and fish, from a description of the commands that is the same for all three.

The words stand in the script itself, so that a press of TAB starts no Python. A new release or check needs a new script.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

FILES = "files"
"""What takes a path is completed by the shell."""
NOTHING = "nothing"


class Option(NamedTuple):
    """One option: its spellings, its line of help, and its values: words, FILES, NOTHING (any), or none for a switch."""

    names: tuple[str, ...]
    help: str
    values: tuple[str, ...] | str | None


class Command(NamedTuple):
    """One command: its name, its line of help, its options, and what its arguments are."""

    name: str
    help: str
    options: tuple[Option, ...]
    arguments: tuple[str, ...] | str


def bash(commands: Sequence[Command]) -> str:
    """For bash 3.2 and newer, without the package bash-completion. Words hold no blanks, and no wildcards."""
    cases, values = [], []
    for command in commands:
        names = " ".join(name for option in command.options for name in option.names)
        cases.append(
            f"    {command.name}) options={_single(names)} arguments={_single(_words(command.arguments))} ;;\n"
        )
        for option in command.options:
            if option.values is not None:
                pattern = "|".join(f"{command.name}:{name}" for name in option.names)
                values.append(f"    {pattern}) wanted={_single(_words(option.values))} ;;\n")
    names = " ".join(command.name for command in commands)
    return f"""\
# portspec completion for bash: source <(portspec completion bash)
_portspec() {{
  local word="${{COMP_WORDS[COMP_CWORD]}}" before="${{COMP_WORDS[COMP_CWORD-1]}}" command="" options="" arguments="" wanted=""
  local index line
  # "=" is a word of its own, unless the user took it out of COMP_WORDBREAKS
  if [[ $word == "=" ]]; then
    word=""
  elif [[ $before == "=" ]]; then
    before="${{COMP_WORDS[COMP_CWORD-2]}}"
  fi
  COMPREPLY=()
  for ((index = 1; index < COMP_CWORD; index++)); do
    case "${{COMP_WORDS[index]}}" in
      -*) ;;
      *) command="${{COMP_WORDS[index]}}"; break ;;
    esac
  done
  if [[ -z $command ]]; then
    wanted={_single(names + " --help --version")}
  else
    case "$command" in
{"".join(cases)}    esac
    case "$command:$before" in
{"".join(values)}    esac
    if [[ -z $wanted ]]; then
      if [[ $word == -* ]]; then wanted="$options"; else wanted="$arguments"; fi
    fi
  fi
  case "$wanted" in
    {NOTHING}) return ;;
    {FILES}) compopt -o filenames 2>/dev/null; while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$word") ;;
    *) while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -W "$wanted" -- "$word") ;;
  esac
}}
complete -F _portspec portspec
"""


def zsh(commands: Sequence[Command]) -> str:
    """For zsh, as a function file of `fpath` or by `source`."""
    listed = "".join(f"    {_single(f'{_colons(command.name)}:{command.help}')}\n" for command in commands)
    cases = []
    for command in commands:
        specs = [_zsh_option(option) for option in command.options]
        specs.append(_single(f"*: :{_zsh_action(command.arguments)}"))
        cases.append(
            f"    {command.name})\n      _arguments -s -S \\\n        " + " \\\n        ".join(specs) + " ;;\n"
        )
    return f"""\
#compdef portspec
# portspec completion for zsh: source <(portspec completion zsh)
_portspec() {{
  local -a commands
  commands=(
{listed}  )
  if (( CURRENT == 2 )); then
    _describe -t commands command commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
{"".join(cases)}  esac
}}
if [[ $funcstack[1] == _portspec ]]; then _portspec "$@"; else compdef _portspec portspec; fi
"""


def fish(commands: Sequence[Command]) -> str:
    """For fish 3."""
    lines = ["# portspec completion for fish: portspec completion fish | source", "complete -c portspec -f"]
    for command in commands:
        here = f"complete -c portspec -n '__fish_seen_subcommand_from {command.name}'"
        lines.append(f"complete -c portspec -n __fish_use_subcommand -a {command.name} -d {_fish(command.help)}")
        for option in command.options:
            names = " ".join(f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in option.names)
            lines.append(f"{here} {names}{_fish_values(option.values)} -d {_fish(option.help)}")
        if command.arguments == FILES:
            lines.append(f"{here} -F")
        elif command.arguments != NOTHING:
            lines.append(f"{here} -a {_fish(_words(command.arguments))}")
    return "\n".join(lines) + "\n"


SHELLS: dict[str, Callable[[Sequence[Command]], str]] = {"bash": bash, "zsh": zsh, "fish": fish}


def _words(values: tuple[str, ...] | str) -> str:
    return values if isinstance(values, str) else " ".join(values)


def _single(text: str) -> str:
    """A text in the single quotes of bash and zsh."""
    return "'" + text.replace("'", "'\\''") + "'"


def _colons(text: str) -> str:
    return text.replace("\\", "\\\\").replace(":", "\\:")


def _zsh_option(option: Option) -> str:
    """One specification of `_arguments` for each spelling; any number of times, since some options add up."""
    what = re.sub(r"([\\\[\]:])", r"\\\1", option.help)
    specs = []
    for name in option.names:
        if option.values is None:
            specs.append(_single(f"*{name}[{what}]"))
        else:
            equals = "=" if name.startswith("--") else ""
            specs.append(_single(f"*{name}{equals}[{what}]: :{_zsh_action(option.values)}"))
    return " ".join(specs)


def _zsh_action(values: tuple[str, ...] | str) -> str:
    if values == FILES:
        return "_files"
    return " " if values == NOTHING else f"({_words(values)})"


def _fish(text: str) -> str:
    """A text in the single quotes of fish, where a backslash counts."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _fish_values(values: tuple[str, ...] | str | None) -> str:
    if values is None:
        return ""
    if values == FILES:
        return " -r -F"
    return " -x" if values == NOTHING else f" -x -a {_fish(_words(values))}"
