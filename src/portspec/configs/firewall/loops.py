"""Where jumps lead, and those that lead back to where they came from: the kernel refuses them."""

from __future__ import annotations

from collections.abc import Mapping

from portspec.configs.firewall.columns import RuleColumns
from portspec.configs.firewall.model import Chain
from portspec.errors import InputError
from portspec.source import SourceText


def refuse_loops(source: SourceText, chains: Mapping[tuple[str, str], Chain]) -> None:
    """Raise InputError at the first jump that closes a circle."""
    jumping: dict[int, set[int]] = {}
    targets = {key: targets_of(chain, jumping) for key, chain in chains.items()}
    done: set[tuple[str, str]] = set()
    for start in chains:
        if start in done or not targets[start]:
            continue
        # A walk in depth with a stack of its own: chains may be nested deeper than Python's recursion.
        path: dict[tuple[str, str], None] = {start: None}
        stack = [iter(targets[start].items())]
        while stack:
            step = next(stack[-1], None)
            if step is None:
                stack.pop()
                done.add(path.popitem()[0])
                continue
            name, index = step
            key = (start[0], name)
            if key in path:
                here = chains[next(reversed(path))]
                span = here.rules[index].span
                message = f"the jump to {name} closes a loop"
                if span.within:
                    message = f"{span.within}: {message}"
                raise InputError(message, source.path, span.line, span.column)
            if key not in done and targets[key]:
                path[key] = None
                stack.append(iter(targets[key].items()))


def targets_of(chain: Chain, jumping: dict[int, set[int]]) -> dict[str, int]:
    """The chains that a chain jumps to, each with the index of the first rule that does. `jumping` keeps which of a
    list of templates jump: the chains of a table share theirs."""
    rules = chain.rules
    found: dict[str, int] = {}
    if isinstance(rules, RuleColumns):
        jumps = jumping.get(id(rules.templates))
        if jumps is None:
            jumps = jumping[id(rules.templates)] = {
                number for number, template in enumerate(rules.templates) if template.action in ("jump", "goto")
            }
        if jumps.isdisjoint(rules.numbers):
            return found
        # The first row of each template: of equal keys, the last one counts.
        first = dict(zip(reversed(rules.numbers), range(len(rules) - 1, -1, -1), strict=True))
        for number in jumps.intersection(first):
            target = rules.templates[number].target
            found[target] = min(first[number], found.get(target, first[number]))
        return found
    for index, rule in enumerate(rules):
        if rule.action in ("jump", "goto"):
            found.setdefault(rule.target, index)
    return found
