"""A file of stanzas or commands, applied one after the other."""

from __future__ import annotations

import re

from portspec.configs.balancer.f5.entries import Entry, block, line
from portspec.configs.balancer.f5.notes import Notes
from portspec.configs.balancer.f5.objects import Objects, Thing, full_name
from portspec.configs.balancer.f5.vocabulary import FLAGS, PROPERTIES, READ, SCRIPTS, TYPED
from portspec.configs.balancer.f5.words import Token, Word, Words
from portspec.source import SourceText

CHANGES = frozenset({"create", "modify", "delete"})
QUIET = frozenset({"list", "show", "save", "load", "cd", "run", "publish", "edit", "mv", "quit", "exit", "submit"})
MODULES = frozenset({"ltm", "sys", "net", "cli", "cm", "gtm", "auth", "apm", "asm", "security", "wom", "pem", "ilx"})
SHELL = frozenset({"for", "while", "until", "if", "elif", "else", "case", "select", "function"})
RAW_KINDS = frozenset({"rule", "policy"})
ASSIGNMENT = re.compile(
    r"(?:(?:export|readonly|local)[ \t]+)?([A-Za-z_]\w*)=(\"[^\"$`\\\n]*\"|'[^'\n]*'|[^\s\"'$`\\;&|()]*)(?=[ \t]*(?:[;#\n\r]|$))"
)
SET = re.compile(r"(?:(?:export|readonly|local)[ \t]+)?([A-Za-z_]\w*)=")
MOST_VALUE = 100
"""Characters of a variable; a longer one is left as it is."""
CHANGE = re.compile(r"\b(?:create|modify|delete)[ \t]+/?ltm\b")


class Document:
    """Reads a file whole. Raises InputError."""

    def __init__(self, source: SourceText, notes: Notes, objects: Objects) -> None:
        self.source = source
        self.notes = notes
        self.objects = objects

    def read(self) -> None:
        self.statements(Words(self.source))

    def statements(self, words: Words) -> None:
        while True:
            token = words.peek()
            if token.kind == "end":
                return
            if token.kind == "line" or (token.kind == "close" and words.commands):
                words.take()
            elif token.kind == "close":
                raise words.error("this brace closes nothing", token.word.start)
            elif token.kind == "open":
                words.skip_block(token.word.start)
            else:
                self.statement(words)

    def statement(self, words: Words) -> None:
        first = words.take().word
        name = first.text.rpartition("/")[2]
        if name == "tmsh":
            self.tmsh(words)
        elif first.text in CHANGES:
            self.change(words, first)
        elif first.text in QUIET or (words.commands and first.text not in MODULES):
            self.aside(words, first)
        else:
            self.stanza(words, first)

    # Stanzas

    def stanza(self, words: Words, first: Word) -> None:
        """`ltm pool /Common/x { … }`; what is no part of ltm is passed over."""
        head = [first]
        while words.peek().kind == "word":
            head.append(words.take().word)
        texts = [word.text for word in head]
        opening = words.peek()
        if opening.kind != "open":
            if words.commands:
                return
            raise words.error("expected a stanza: words and a block in braces", first.start)
        if " ".join(texts[:-1]).startswith(SCRIPTS) and texts[:2] != ["ltm", "rule"]:
            words.skip_raw(opening.word.start)
            return
        found = self.named(head[1:]) if texts[0] == "ltm" else None
        if texts[0] == "ltm":
            self.objects.seen = True
        if found is None:
            words.skip_block(opening.word.start)
            return
        kind, type_, name = found
        known = self.objects.find(kind, name.text) if name.text.startswith("/") else None
        thing = known or self.made(kind, type_, head, name)
        self.fill(words, thing, opening)

    def named(self, head: list[Word]) -> tuple[str, str, Word] | None:
        """Component, type and name of the words behind `ltm`; None for a component that decides nothing here."""
        if not head or head[0].text not in READ:
            return None
        at = 2 if head[0].text in TYPED else 1
        name = head[at] if len(head) > at else head[-1]
        return head[0].text, head[1].text if at == 2 and len(head) > 1 else "", name

    def made(self, kind: str, type_: str, head: list[Word], name: Word) -> Thing:
        span = self.notes.span(head[0].start, name.stop)
        thing = Thing(kind, type_, full_name(name.text), span)
        self.objects.add(thing)
        return thing

    def fill(self, words: Words, thing: Thing, opening: Token) -> None:
        """Read the body of an object, which stands in braces."""
        if thing.kind == "rule":
            thing.body = words.skip_raw(opening.word.start)
        elif thing.kind == "policy":
            thing.body = words.skip_block(opening.word.start)
        else:
            self.take_over(thing, block(words, thing.kind))

    def take_over(self, thing: Thing, entries: tuple[Entry, ...]) -> None:
        known = PROPERTIES.get(thing.kind)
        for entry in entries:
            if known is not None and entry.key.text not in known | FLAGS.get(thing.kind, frozenset()):
                span = self.notes.span(entry.key.start, entry.key.stop)
                self.notes.remark("unknown", "property", span, property=entry.key.text, what=thing.kind)
        for word in thing.apply(entries):
            self.notes.remark("refused", "no-such-item", self.notes.span(word.start, word.stop), name=word.text)

    # Commands

    def tmsh(self, words: Words) -> None:
        """`tmsh create …`, `tmsh -c "create …"`."""
        while words.peek().kind == "word" and words.peek().word.text.startswith("-"):
            option = words.take().word
            if option.text == "-c" and words.peek().kind == "word":
                command = words.take().word
                self.statements(
                    Words(self.source, command.start + 1, command.stop - 1, commands=True, variables=words.variables)
                )
        token = words.peek()
        if token.kind != "word":
            return
        if token.word.text in CHANGES:
            words.take()
            self.change(words, token.word)
        else:
            words.skip_line()

    def change(self, words: Words, verb: Word) -> None:
        """`create`, `modify` or `delete` of a component."""
        head: list[Word] = []
        token = words.peek()
        if token.kind != "word" or token.word.text.lstrip("/") != "ltm":
            self.skip_command(words)
            return
        words.take()
        self.objects.seen = True
        while words.peek().kind == "word" and len(head) < (3 if head and head[0].text in TYPED else 2):
            head.append(words.take().word)
        found = self.named(head)
        if found is None or len(head) < (3 if head[0].text in TYPED else 2):
            self.skip_command(words)
            return
        kind, type_, name = found
        thing = self.objects.find(kind, name.text)
        span = self.notes.span(verb.start, name.stop)
        if verb.text == "create" and thing is not None:
            self.notes.remark("refused", "exists", span, what=kind, name=name.text, line=str(thing.span.line))
        elif verb.text != "create" and thing is None:
            self.notes.remark("unknown", "changed-elsewhere", span, what=kind, name=name.text)
        if verb.text == "delete":
            if thing is not None:
                self.objects.remove(thing)
            self.skip_command(words)
            return
        thing = thing or self.made(kind, type_, [verb, *head], name)
        self.fill_command(words, thing)

    def fill_command(self, words: Words, thing: Thing) -> None:
        if thing.kind in RAW_KINDS:
            token = words.peek()
            start = token.word.start
            self.skip_command(words)
            thing.body = self.source.text[start : words.at]
            return
        entries = line(words, thing.kind)
        variables = {word.variable: word for entry in entries for word in entry.all_words() if word.variable}
        for variable, word in variables.items():
            self.notes.remark("unknown", "variable", self.notes.span(word.start, word.stop), variable=variable)
        self.take_over(thing, entries)

    def skip_command(self, words: Words) -> None:
        """Pass over the rest of a command, what stands in braces included."""
        while True:
            token = words.peek()
            if token.kind == "open":
                words.skip_raw(token.word.start)
            elif token.kind in ("line", "end", "close"):
                return
            else:
                words.take()

    def aside(self, words: Words, first: Word) -> None:
        """A line of a shell script or a command that changes nothing."""
        found = SET.match(self.source.text, first.start)
        if found is not None and words.commands:
            plain = ASSIGNMENT.match(self.source.text, first.start)
            words.variables.pop(found[1], None)
            if plain is not None and len(plain[2]) <= MOST_VALUE:
                words.variables[plain[1]] = plain[2].strip("\"'")
                words.jump(plain.end())
                return
        rest = self.source.text[first.start : first.stop] + words.skip_line()
        if first.text in SHELL or ("tmsh" in rest and CHANGE.search(rest, rest.index("tmsh"))):
            self.notes.remark("unknown", "shell", self.notes.span(first.start, first.stop), word=first.text)
