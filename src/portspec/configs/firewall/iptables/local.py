"""What `-m addrtype` on local addresses means in chains that only packets for the host itself get to."""

from __future__ import annotations

from collections.abc import Mapping, MutableSequence

from portspec.configs.firewall.columns import RuleColumns, Template
from portspec.configs.firewall.loops import targets_of
from portspec.configs.firewall.model import Chain, StateCondition, Unknown

Key = tuple[str, str]
ALWAYS = frozenset({Unknown("-m addrtype --dst-type LOCAL"), Unknown("-m addrtype ! --src-type LOCAL")})
NEVER = frozenset({Unknown("-m addrtype ! --dst-type LOCAL"), Unknown("-m addrtype --src-type LOCAL")})
IMPOSSIBLE = StateCondition(frozenset())


def settle_local(chains: Mapping[Key, Chain]) -> None:
    """Settle those matches in the chains that INPUT alone leads to, as they are in INPUT: ufw writes them so."""
    jumping: dict[int, set[int]] = {}
    ahead = {key: [(key[0], name) for name in targets_of(chain, jumping)] for key, chain in chains.items()}
    hooks = [key for key, chain in chains.items() if chain.hook is not None]
    elsewhere = _reached([key for key in hooks if chains[key].hook != "input"], ahead)
    for key in _reached([key for key in hooks if chains[key].hook == "input"], ahead) - elsewhere:
        rules = chains[key].rules
        # Each of these rules is read by itself, so that no other one shares its template.
        if isinstance(rules, RuleColumns) and isinstance(rules.templates, MutableSequence):
            for number in set(rules.numbers):
                rules.templates[number] = _settled(rules.templates[number])


def _reached(starts: list[Key], ahead: Mapping[Key, list[Key]]) -> set[Key]:
    found = set(starts)
    while starts:
        for key in ahead.get(starts.pop(), ()):
            if key not in found:
                found.add(key)
                starts.append(key)
    return found


def _settled(template: Template) -> Template:
    if ALWAYS.isdisjoint(template.conditions) and NEVER.isdisjoint(template.conditions):
        return template
    kept = tuple(condition for condition in template.conditions if condition not in ALWAYS | NEVER)
    never = not NEVER.isdisjoint(template.conditions)
    return template._replace(conditions=(*kept, IMPOSSIBLE) if never else kept)
