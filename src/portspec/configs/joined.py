"""Several files that a cluster file says are one config: read by one reader, or, where they are packet filters of several
programs on one host, each by its own and judged together.

The kernel runs the chains of all of them: a drop in any wins.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import ModuleType

from portspec.configs.balancer.model import Balancer
from portspec.configs.firewall.model import Chain, Note, Ruleset
from portspec.configs.folders import JoinedText, place
from portspec.errors import InputError
from portspec.source import SourceText

SETS = "ipset"
"""Stands for the format of a file that is no filter, but belongs to those of iptables."""
SETS_MARK = re.compile(r"--(?:set-x?mark|or-mark|and-mark|xor-mark|restore-mark)\b|\bmark set\b")
ASKS_MARK = re.compile(r"-m mark\b|\bmark (?!set\b)")
ONE_EACH = "iptables"
"""The format of which every file is a filter of its own: that of IPv4 and that of IPv6."""


def read_joined(
    source: JoinedText, name: str | None, readers: Mapping[str, ModuleType], detect: Callable[[SourceText], str]
) -> Ruleset | Balancer:
    """The model of files that are given together. Raises InputError with the file that it is about."""
    groups = _groups(source, name, detect)
    if len(groups) > 1:
        _refuse_shared_marks(source, groups)
    models = [_read(source, members, readers[format_]) for format_, members in groups]
    if len(models) == 1:
        return models[0]
    rulesets = [model for model in models if isinstance(model, Ruleset)]
    if len(rulesets) < len(models):
        names = ", ".join(dict.fromkeys(model.format for model in models))
        raise InputError(
            f"the files that `with:` puts together are of several formats: {names}",
            source.path,
            hint="only filters of one host may be",
        )
    return merged(source, rulesets)


def _groups(
    source: JoinedText, name: str | None, detect: Callable[[SourceText], str]
) -> list[tuple[str, frozenset[int]]]:
    """The formats with the parts that are read together, by their numbers."""
    formats = list(_formats(source, name, detect))
    sets = frozenset(number for number, format_ in enumerate(formats) if format_ == SETS)
    found: list[tuple[str, frozenset[int]]] = []
    for number, format_ in enumerate(formats):
        if format_ == ONE_EACH:
            found.append((format_, sets | {number}))
        elif format_ != SETS and all(format_ != known for known, _ in found):
            members = (at for at, other in enumerate(formats) if other == format_)
            found.append((format_, frozenset(members)))
    return found


def _formats(source: JoinedText, name: str | None, detect: Callable[[SourceText], str]) -> Iterator[str]:
    first = name
    for part in source.parts:
        if _is_ipset(part.text):
            yield SETS
            continue
        try:
            found = name or detect(part)
        except InputError:
            # A piece of a config need not look like one.
            if first is None:
                raise
            found = first
        first = first or found
        yield found


def _is_ipset(text: str) -> bool:
    from portspec.configs.firewall.iptables.ipset_file import is_ipset

    return is_ipset(text)


def _read(source: JoinedText, members: frozenset[int], reader: ModuleType) -> Ruleset | Balancer:
    """Some of the parts, in their lines of the whole."""
    if len(members) > 1 and not getattr(reader, "SEVERAL", False):
        program = getattr(reader, "NAME", reader.FORMAT)
        raise InputError(f"{program} takes one file", source.path, hint="leave out `with:`; see its own includes")
    parts = [part if number in members else _blank(part) for number, part in enumerate(source.parts)]
    whole = source if len(members) == len(parts) else JoinedText(source.path, parts)
    try:
        model: Ruleset | Balancer = reader.read(whole)
    except InputError as error:
        if error.path != source.path:
            raise
        path, line = place(source, error.line)
        raise InputError(error.message, path, line, error.column, error.hint) from None
    return model


def _refuse_shared_marks(source: JoinedText, groups: Sequence[tuple[str, frozenset[int]]]) -> None:
    """Raise InputError where one filter asks for a mark that another one sets: each is read by itself."""
    for number, (format_, members) in enumerate(groups):
        others = [at for _, theirs in [*groups[:number], *groups[number + 1 :]] for at in theirs]
        setting = next((source.parts[at] for at in others if SETS_MARK.search(source.parts[at].text)), None)
        if setting is None or format_ == SETS:
            continue
        for at in sorted(members):
            asked = ASKS_MARK.search(source.parts[at].text)
            if asked is not None:
                line, column = source.parts[at].position(asked.start())
                raise InputError(
                    f"asks for a mark, and {setting.path} sets marks: that is not followed from one filter to another",
                    source.parts[at].path,
                    line,
                    column,
                )


def _blank(part: SourceText) -> SourceText:
    """As many lines, with nothing in them."""
    return SourceText(part.path, "\n" * (part.text.count("\n") + (not part.text.endswith("\n"))))


def merged(source: SourceText, rulesets: Iterable[Ruleset]) -> Ruleset:
    """The chains of all filters; a table whose name another one has goes by a name of its own."""
    chains: dict[tuple[str, str], Chain] = {}
    notes: list[Note] = []
    formats: dict[str, None] = {}
    for ruleset in rulesets:
        formats[ruleset.format] = None
        taken = {table for table, _ in chains}
        for (table, name), chain in ruleset.chains.items():
            fresh = table
            while fresh in taken:
                fresh += "'"
            chains[fresh, name] = chain._replace(table=fresh)
        notes += ruleset.notes
    return Ruleset("+".join(formats), source, chains, tuple(notes))
