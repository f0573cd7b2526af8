"""A list of commands as the filter that it builds: the tables of iptables and ip6tables, and nftables' own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from portspec.configs.firewall import iptables, nftables
from portspec.configs.firewall.commands.shell import Command, commands
from portspec.configs.firewall.commands.tables import Tables
from portspec.configs.firewall.commands.ufw import frame
from portspec.configs.firewall.commands.ufw.host import STOCK as STOCK_OF_UFW
from portspec.configs.firewall.commands.ufw.host import Ufw
from portspec.configs.firewall.commands.zones import STOCK, Zones
from portspec.configs.firewall.firewalld import stock
from portspec.configs.firewall.model import Ruleset
from portspec.configs.folders import FolderText
from portspec.configs.joined import merged
from portspec.errors import InputError
from portspec.source import SourceText

PROGRAM = re.compile(r"(?:.*/)?(ip6?tables|nft|ufw|firewall)(?:-legacy|-nft|-cmd|-offline-cmd)?\Z")
HARMLESS = frozenset({
    "echo", "printf", "true", ":", "set", "sysctl", "modprobe", "logger", "sleep", "exit", "systemctl", "service", "netfilter-persistent",
    "cd", "umask", "date", "test",
})  # fmt: skip
"""Commands that do nothing to the rules. Starting a service may; a script that also builds the rules wants its own."""
Line = tuple[str, int]
"""A line of what is built, and the line of its command in the file."""
TASKS = re.compile(r"(?m)^(?:---[ \t]*\r?$|[ \t]*-[ \t]+[\w.]+:)")


class CommandText(FolderText):
    """What the commands come to, as text; each line stands for that of a command in the file."""

    __slots__ = ("lines",)

    def __init__(self, script: SourceText, made: Sequence[tuple[str, int]]) -> None:
        SourceText.__init__(self, script.path, "".join(f"{text}\n" for text, _ in made))
        self.parts = (script,)
        self.firsts = [1]
        self.lines = [line for _, line in made]

    def place(self, line: int) -> tuple[SourceText, int]:
        number = self.lines[line - 1] if line <= len(self.lines) else STOCK
        if number in (STOCK, STOCK_OF_UFW):
            return SourceText(stock.HERE if number == STOCK else frame.HERE, ""), 1
        return self.parts[0], number

    def quoted_lines(self, first: int, last: int) -> str:
        """The text with nothing in it but some of its lines, in their places."""
        lines = self.text.split("\n")
        return "\n" * (first - 1) + "\n".join(lines[first - 1 : last]) + "\n" * (len(lines) - last)


def read_ruleset(source: SourceText) -> Ruleset:
    """The ruleset that the commands of a script or of Ansible tasks build. Raises InputError with line and column."""
    tables = {name: Tables(source, name) for name in ("iptables", "ip6tables")}
    zones = Zones(source)
    ufw = Ufw(source)
    of_nft: list[Line] = []
    for command in _commands(source):
        program = PROGRAM.match(command.words[0].text)
        if program is None:
            if command.words[0].text.rpartition("/")[2] in HARMLESS:
                continue
            raise _error(source, command, f"what {command.words[0].text[:40]!r} does to the filter is not followed")
        if program[1] == "nft":
            of_nft += _nft(source, command)
        elif program[1] == "firewall":
            zones.run(command)
        elif program[1] == "ufw":
            ufw.run(command)
        else:
            tables[program[1]].run(command)
            if ufw.used and "filter" in tables[program[1]].tables:
                raise _error(source, command, "a rule among those that ufw has made is not followed")
    if ufw.used:
        _refuse_filter(source, tables.values())
    read = [(list(one.lines()), iptables.read) for one in tables.values()]
    read += [(lines, iptables.read) for lines in ufw.families()]
    return _ruleset(source, [*read, (of_nft, nftables.read), (list(zones.lines()), _listed)])


def _refuse_filter(source: SourceText, tables: Iterable[Tables]) -> None:
    """Ufw puts its rules behind those that are there: a script may empty the table before, but nothing more."""
    for one in tables:
        for name, chain in one.tables.pop("filter", {}).items():
            if chain.rules or chain.policy != "ACCEPT":
                line = chain.rules[0].line if chain.rules else chain.line
                raise InputError(
                    f"chain {name} is filled by {one.program} and by ufw: that is not followed",
                    source.path,
                    line,
                    1,
                    "give what iptables-save prints on the host",
                )


def _listed(source: SourceText) -> Ruleset:
    from portspec.configs.firewall.firewalld.reader import read_ruleset

    return read_ruleset(source, entries=True)


def _ruleset(source: SourceText, built: Iterable[tuple[list[Line], Callable[[SourceText], Ruleset]]]) -> Ruleset:
    """What each program is left with, as one filter."""
    made: list[Line] = []
    parts = []
    for lines, read in built:
        if lines:
            parts.append((len(made) + 1, len(made) + len(lines), read))
            made += lines
    if not made:
        raise InputError("no command that builds a filter", source.path, 1, 1)
    whole = CommandText(source, made)
    rulesets = []
    for first, last, read in parts:
        try:
            rulesets.append(read(SourceText(source.path, whole.quoted_lines(first, last))))
        except InputError as error:
            if error.path != source.path:
                raise
            line = whole.place(error.line)[1]
            raise InputError(error.message, source.path, line, error.column, error.hint) from None
    return merged(whole, rulesets)._replace(format="commands")


def _commands(source: SourceText) -> Iterable[Command]:
    if not source.text.startswith("#!") and TASKS.search(source.text):
        from portspec.configs.firewall.commands.tasks import task_commands

        return task_commands(source)
    return commands(source)


def _nft(source: SourceText, command: Command) -> list[Line]:
    """An nft command as lines of a file; quotes of the shell are gone, nft joins its words with blanks."""
    words = [word for word in command.words[1:] if word.text not in ("-a", "--handle", "-e", "--echo")]
    if words and words[0].text.startswith("-"):
        raise _error(source, command, "nft with options is not followed in a list of commands")
    text = " ".join(word.text for word in words)
    if words and words[0].text == "list":
        return []
    column = command.words[1].column if len(command.words) > 1 else 1
    return [(f"{' ' * (column - 1)}{line}", command.line) for line in text.split("\n") if line.strip()]


def _error(source: SourceText, command: Command, message: str) -> InputError:
    word = command.words[0]
    return InputError(
        message, source.path, word.line, word.column, "give what iptables-save or nft list ruleset prints on the host"
    )
