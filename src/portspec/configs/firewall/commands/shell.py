"""The commands of a shell script that is a plain list of them: no loop, no condition, no function, no substitution.

Words are split as sh(1) does: quotes, backslashes, comments, lines that go on, and variables that the script itself has set to
a plain text before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import chain
from typing import NamedTuple

from portspec.errors import InputError
from portspec.source import SourceText

ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=")
NAME = re.compile(r"\$(?:\{([A-Za-z_][A-Za-z0-9_]*)\}|([A-Za-z_][A-Za-z0-9_]*))")
NOT_PLAIN = frozenset({
    "if", "then", "else", "elif", "fi", "for", "while", "until", "do", "done", "case", "esac", "function", "{", "}", "(", "[", "[[",
    "source", ".", "eval", "exec", "trap", "return", "break", "continue", "read", "select", "!",
})  # fmt: skip
"""What makes a script more than a list."""
SEPARATORS = (";", "&&", "\n")
HARMLESS_ENDS = (("||", "true"), ("||", ":"))
ANSWERS = (("yes", "|"), ("echo", "y", "|"), ("echo", "yes", "|"))
"""What is said to a program that asks whether it may go on."""
TO_NOWHERE = re.compile(r"(?:[12]?>{1,2}|&>)(?:/dev/null|&[12])\Z")
MOST_WORDS = 500_000
LONGEST = 100_000
"""Of a word, variables set in."""


class Word(NamedTuple):
    """A word of a command; `line` and `column` are where it begins. `quoted`: some of it stands in quotes."""

    text: str
    line: int
    column: int
    quoted: bool = False


class Command(NamedTuple):
    """One command with its words."""

    words: tuple[Word, ...]

    @property
    def line(self) -> int:
        return self.words[0].line


def commands(source: SourceText, text: str | None = None, line: int = 1) -> Iterator[Command]:
    """The commands in their order; `text` is what is read, from a line of the source on. Raises InputError."""
    variables: dict[str, str] = {}
    found: list[Word] = []
    # One by one: what a command sets is known to those behind it.
    for word in chain(_words(source, source.text if text is None else text, line, variables), [Word("\n", 0, 0)]):
        if word.quoted or word.text not in SEPARATORS:
            found.append(word)
            continue
        command = _command(source, found, variables)
        found = []
        if command is not None:
            yield command


def _command(source: SourceText, words: list[Word], variables: dict[str, str]) -> Command | None:
    """One command without what says nothing: assignments before it, `sudo`, output that goes nowhere."""
    for at, word in enumerate(words):
        if word.text == "||" and not word.quoted:
            if tuple(one.text for one in words[at : at + 2]) not in HARMLESS_ENDS or len(words) != at + 2:
                raise _error(source, word, "a command that runs where another one fails")
            words = words[:at]
            break
    words = [word for word in words if word.quoted or not TO_NOWHERE.match(word.text)]
    for answer in ANSWERS:
        if tuple(word.text for word in words[: len(answer)]) == answer:
            words = words[len(answer) :]
    if words and words[0].text in ("export", "readonly", "declare", "local"):
        words = words[1:]
    while words and ASSIGNMENT.match(words[0].text):
        name, _, value = words[0].text.partition("=")
        variables[name] = value
        words = words[1:]
    while words and words[0].text in ("sudo", "command", "-E", "-n") and (words[0].text[0] != "-" or len(words) > 1):
        words = words[1:]
    if not words:
        return None
    first = words[0]
    if first.text in NOT_PLAIN or first.text.endswith("()"):
        raise _error(source, first, f"{first.text!r} makes this more than a plain list of commands")
    for word in words:
        if not word.quoted and (word.text in ("|", "&", ">", ">>", "<", "<<") or word.text.startswith(("<", ">"))):
            raise _error(source, word, f"{word.text!r} is not followed here")
    return Command(tuple(words))


def _error(source: SourceText, word: Word, message: str) -> InputError:
    return InputError(
        message, source.path, word.line, word.column, "give what iptables-save or nft list ruleset prints on the host"
    )


def _words(source: SourceText, text: str, line: int, variables: dict[str, str]) -> Iterator[Word]:
    """Words, with `;`, `&&`, `||`, `|`, `&` and line ends as words of their own."""
    at, column, count = 0, 1, 0

    def error(message: str) -> InputError:
        hint = "give what iptables-save or nft list ruleset prints on the host"
        return InputError(message, source.path, line, column, hint)

    while at < len(text):
        char = text[at]
        if char == "\n":
            yield Word("\n", line, column)
            at, line, column = at + 1, line + 1, 1
            continue
        if char in " \t\r":
            at, column = at + 1, column + 1
            continue
        if char == "\\" and text.startswith(("\n", "\r\n"), at + 1):
            at = text.index("\n", at) + 1
            line, column = line + 1, 1
            continue
        if char == "#":
            end = text.find("\n", at)
            at = len(text) if end < 0 else end
            continue
        if char in ";&|":
            operator = char * 2 if text.startswith(char * 2, at) and char != ";" else char
            if operator == "&" and text.startswith("&>", at):
                operator = ""
            if operator:
                yield Word(operator, line, column)
                at, column = at + len(operator), column + len(operator)
                continue
        count += 1
        if count > MOST_WORDS:
            raise error(f"more than {MOST_WORDS} words")
        start_line, start_column, quoted = line, column, False
        made: list[str] = []
        while (
            at < len(text)
            and text[at] not in " \t\r\n;|"
            and not (text[at] == "&" and not (made and made[-1].endswith(">")))
        ):
            char = text[at]
            if char == "\\":
                if at + 1 == len(text):
                    raise error("the file ends within a command")
                if text[at + 1] == "\n":
                    at, line, column = at + 2, line + 1, 1
                    continue
                quoted = True
                made.append(text[at + 1])
                at, column = at + 2, column + 2
            elif char == "'":
                end = text.find("'", at + 1)
                if end < 0:
                    raise error("a quote that does not end")
                quoted = True
                part = text[at + 1 : end]
                made.append(part)
                line, column = _moved(part, line, column + 2)
                at = end + 1
            elif char == '"':
                part, end = _in_quotes(text, at + 1, variables, error)
                quoted = True
                made.append(part)
                line, column = _moved(text[at + 1 : end], line, column + 2)
                at = end + 1
            elif char in "$`":
                part, end = _variable(text, at, variables, error)
                made.append(part)
                at, column = end, column + end - at
            elif char in "(){}" and not made and char in "(":
                raise error("'(' makes this more than a plain list of commands")
            else:
                made.append(char)
                at, column = at + 1, column + 1
        word = "".join(made)
        if len(word) > LONGEST:
            raise error(f"a word of more than {LONGEST} characters")
        if not quoted and " " in word:
            # What a variable holds falls apart into words where it stands without quotes.
            for part in word.split():
                yield Word(part, start_line, start_column)
        else:
            yield Word(word, start_line, start_column, quoted)


def _moved(part: str, line: int, column: int) -> tuple[int, int]:
    """Where a stretch of text ends that began here."""
    ends = part.count("\n")
    return (line + ends, len(part) - part.rfind("\n")) if ends else (line, column + len(part))


def _in_quotes(text: str, at: int, variables: dict[str, str], error: Callable[[str], InputError]) -> tuple[str, int]:
    """What stands in double quotes, and where the one is that ends them."""
    made: list[str] = []
    while at < len(text) and text[at] != '"':
        if text[at] == "\\" and text[at + 1 : at + 2] in ('"', "\\", "$", "`", "\n"):
            made.append("" if text[at + 1] == "\n" else text[at + 1])
            at += 2
        elif text[at] in "$`":
            part, at = _variable(text, at, variables, error)
            made.append(part)
        else:
            made.append(text[at])
            at += 1
    if at >= len(text):
        raise error("a quote that does not end")
    return "".join(made), at


def _variable(text: str, at: int, variables: dict[str, str], error: Callable[[str], InputError]) -> tuple[str, int]:
    """The value of a variable that the script has set, and where its name ends."""
    found = NAME.match(text, at)
    if found is None:
        if text[at] == "$" and text[at + 1 : at + 2] in ("", " ", "\n", '"', "'"):
            return "$", at + 1
        raise error("a substitution: what it gives is not in the file")
    name = found[1] or found[2]
    if name not in variables:
        raise error(f"${name} is set nowhere before in this file")
    return variables[name], found.end()
