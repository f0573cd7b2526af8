"""What iptables commands make of the tables of one family, from a host without rules: iptables(8), executed in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from portspec.configs.firewall.commands.shell import Command, Word
from portspec.configs.firewall.iptables.names import BUILT_IN
from portspec.errors import InputError
from portspec.source import SourceText

WAITS = frozenset({"-w", "--wait", "-W", "--wait-interval"})
SAYS_NOTHING = frozenset(
    {"-L", "--list", "-S", "--list-rules", "-Z", "--zero", "-v", "--verbose", "-n", "--numeric", "-x", "--line-numbers"}
)
COMMANDS = {
    "-A": "append", "--append": "append", "-I": "insert", "--insert": "insert", "-D": "delete", "--delete": "delete",
    "-R": "replace", "--replace": "replace", "-F": "flush", "--flush": "flush", "-X": "remove", "--delete-chain": "remove",
    "-N": "new", "--new-chain": "new", "-P": "policy", "--policy": "policy", "-E": "rename", "--rename-chain": "rename",
}  # fmt: skip
HINT = "give what iptables-save prints on the host"


class Rule(NamedTuple):
    """A rule as it is written behind its chain, and the place of its command."""

    words: tuple[str, ...]
    line: int
    column: int


class Chain:
    """A chain while commands change it; `line` is that of the command that made it or set its policy."""

    def __init__(self, policy: str, line: int) -> None:
        self.policy = policy
        self.line = line
        self.rules: list[Rule] = []


class Tables:
    """The tables of one family."""

    def __init__(self, source: SourceText, program: str) -> None:
        self.source = source
        self.program = program
        self.tables: dict[str, dict[str, Chain]] = {}

    def run(self, command: Command) -> None:
        """Execute one command. Raises InputError where iptables would refuse it, or where it is not followed."""
        table, words = self._options(command)
        if not words or words[0].text in SAYS_NOTHING:
            return
        verb = COMMANDS.get(words[0].text)
        if verb is None:
            raise self.error(words[0], f"{words[0].text!r} is not followed in a list of commands")
        chains = self._table(table, command)
        getattr(self, f"_{verb}")(chains, words, table)

    def _options(self, command: Command) -> tuple[Word, list[Word]]:
        """The table, and the words without it, without waiting and the program."""
        table = Word("filter", command.line, command.words[0].column)
        words: list[Word] = []
        rest = list(command.words[1:])
        while rest:
            word = rest.pop(0)
            if word.text in ("-t", "--table"):
                if not rest:
                    raise self.error(word, "-t needs the name of a table")
                table = rest.pop(0)
            elif word.text in WAITS:
                if rest and rest[0].text.isdigit():
                    rest.pop(0)
            elif word.text in ("-4", "--ipv4", "-6", "--ipv6") and not words:
                continue
            else:
                words.append(word)
        return table, words

    def _table(self, name: Word, command: Command) -> dict[str, Chain]:
        if name.text not in BUILT_IN:
            raise self.error(name, f"no table {name.text!r}", f"known: {', '.join(BUILT_IN)}")
        return self.tables.setdefault(
            name.text, {chain: Chain("ACCEPT", command.line) for chain in BUILT_IN[name.text]}
        )

    def _chain(self, chains: dict[str, Chain], words: Sequence[Word]) -> Chain:
        if len(words) < 2:
            raise self.error(words[0], f"{words[0].text} needs a chain")
        found = chains.get(words[1].text)
        if found is None:
            raise self.error(words[1], f"no chain {words[1].text!r}", "make it with -N before")
        return found

    def _append(self, chains: dict[str, Chain], words: list[Word], _: Word) -> None:
        self._chain(chains, words).rules.append(_rule(words, words[2:]))

    def _insert(self, chains: dict[str, Chain], words: list[Word], _: Word) -> None:
        chain = self._chain(chains, words)
        at, rest = 1, words[2:]
        if rest and rest[0].text.isdigit():
            at, rest = int(rest[0].text[:9]), rest[1:]
        if not 1 <= at <= len(chain.rules) + 1:
            raise self.error(words[2], f"chain {words[1].text} has {len(chain.rules)} rules: nothing to insert at {at}")
        chain.rules.insert(at - 1, _rule(words, rest))

    def _numbered(self, chain: Chain, words: list[Word]) -> int:
        number = int(words[2].text[:9])
        if not 1 <= number <= len(chain.rules):
            raise self.error(words[2], f"chain {words[1].text} has {len(chain.rules)} rules: there is no rule {number}")
        return number - 1

    def _delete(self, chains: dict[str, Chain], words: list[Word], _: Word) -> None:
        chain = self._chain(chains, words)
        if len(words) == 3 and words[2].text.isdigit():
            del chain.rules[self._numbered(chain, words)]
            return
        wanted = _rule(words, words[2:]).words
        for at, rule in enumerate(chain.rules):
            if rule.words == wanted:
                del chain.rules[at]
                return
        raise self.error(words[0], f"no rule of chain {words[1].text} is written like this", HINT)

    def _replace(self, chains: dict[str, Chain], words: list[Word], _: Word) -> None:
        chain = self._chain(chains, words)
        if len(words) < 4 or not words[2].text.isdigit():
            raise self.error(words[0], "-R needs the number of a rule, and a rule")
        chain.rules[self._numbered(chain, words)] = _rule(words, words[3:])

    def _flush(self, chains: dict[str, Chain], words: list[Word], _: Word) -> None:
        for chain in [self._chain(chains, words)] if len(words) > 1 else chains.values():
            chain.rules.clear()

    def _new(self, chains: dict[str, Chain], words: list[Word], table: Word) -> None:
        if len(words) != 2:
            raise self.error(words[0], "-N needs the name of a chain")
        if words[1].text in chains:
            raise self.error(words[1], f"chain {words[1].text} of table {table.text} is there already")
        chains[words[1].text] = Chain("-", words[0].line)

    def _remove(self, chains: dict[str, Chain], words: list[Word], table: Word) -> None:
        if len(words) > 1 and words[1].text in BUILT_IN[table.text]:
            raise self.error(words[1], f"{words[1].text} is built in and cannot be deleted")
        names = [words[1].text] if len(words) > 1 else [name for name in chains if name not in BUILT_IN[table.text]]
        called = {
            word for name, chain in chains.items() if name not in names for rule in chain.rules for word in rule.words
        }
        for name in names:
            if name not in chains:
                raise self.error(words[1], f"no chain {name!r}")
            if chains[name].rules or name in called:
                raise self.error(words[0], f"chain {name} is not empty, or a rule jumps to it")
            del chains[name]

    def _policy(self, chains: dict[str, Chain], words: list[Word], table: Word) -> None:
        chain = self._chain(chains, words)
        if len(words) < 3 or words[1].text not in BUILT_IN[table.text] or words[2].text not in ("ACCEPT", "DROP"):
            raise self.error(words[0], "-P needs a built-in chain, and ACCEPT or DROP")
        chain.policy, chain.line = words[2].text, words[0].line

    def _rename(self, chains: dict[str, Chain], words: list[Word], _: Word) -> None:
        del chains
        raise self.error(words[0], "renaming a chain is not followed")

    def lines(self) -> Iterator[tuple[str, int]]:
        """The tables as iptables-save prints them, each line with that of its command."""
        if not self.tables:
            return
        yield f"# Generated by {self.program}-save", 1
        for table, chains in self.tables.items():
            first = min(chain.line for chain in chains.values())
            yield f"*{table}", first
            for name, chain in chains.items():
                yield f":{name} {chain.policy} [0:0]", chain.line
            for name, chain in chains.items():
                for rule in chain.rules:
                    yield f"{' ' * (rule.column - 1)}-A {name} {' '.join(map(_quoted, rule.words))}", rule.line
            yield "COMMIT", first

    def error(self, word: Word, message: str, hint: str = "") -> InputError:
        """An error at a word."""
        return InputError(message, self.source.path, word.line, word.column, hint)


def _rule(words: Sequence[Word], rest: Sequence[Word]) -> Rule:
    return Rule(tuple(word.text for word in rest), words[0].line, words[0].column)


def _quoted(word: str) -> str:
    """A word as iptables-restore takes it."""
    if word and not any(char in " \t\"'\\\n" for char in word):
        return word
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'"{escaped}"'
