"""The checks that may name a service's ports in a finding: a section of its page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache

from portspec.checks.registry import checks
from portspec.policy.model import Balance, Policy
from portspec.site import markdown as md
from portspec.site.edition import Edition
from portspec.site.examples import checked
from portspec.site.openings import policies
from portspec.spec.model import Service

WORDS = {
    "en": {
        "heading": "The checks that guard it",
        "PS1": "What must get through",
        "PS2": "What must not",
        "PS3": "What a load balancer does",
    },
    "zh-TW": {
        "heading": "把關的檢查項目",
        "PS1": "必須放行的流量",
        "PS2": "不可放行的流量",
        "PS3": "負載平衡器的設定",
    },
}
NARROWED: Mapping[str, Callable[[Balance], bool]] = {
    **dict.fromkeys(("PS306", "PS307", "PS314"), lambda balance: "bootstrap" in balance.members["install"]),
    "PS309": lambda balance: balance.health is not None,
    "PS310": lambda balance: balance.health is not None and balance.health.longest_removal is not None,
    "PS311": lambda balance: balance.persistence == "forbidden",
    "PS325": lambda balance: balance.persistence == "recommended",
}
"""Checks that hold a balanced port only where it has what they are about; the others hold every one."""


def section(edition: Edition, service: Service, lang: str) -> Iterator[str]:
    """A heading and a list of codes with titles; nothing where no check concerns the service."""
    found = guards(policies(edition, service))
    lines = []
    for group, codes in found.items():
        lines.append(f"- {WORDS[lang][group]}")
        lines += [
            f"    - {md.link(code, f'../checks/{code}.md')} {md.text(checks()[code].title[lang])}" for code in codes
        ]
    if lines:
        yield f"## {WORDS[lang]['heading']} {{#checks data-search-exclude}}"
        yield "\n".join(lines)


def guards(asked: Iterable[Policy]) -> dict[str, tuple[str, ...]]:
    """The codes by their hundred: those of hops where there is one to allow, and so on."""
    found: dict[str, dict[str, None]] = {}
    for policy in asked:
        kinds = {"PS1": bool(policy.allows), "PS2": bool(policy.denies), "PS3": bool(policy.balances)}
        for code in _about_ports():
            group = code[:3]
            fits = NARROWED.get(code)
            if kinds.get(group) and (fits is None or any(map(fits, policy.balances))):
                found.setdefault(group, {})[code] = None
    return {group: tuple(codes) for group, codes in sorted(found.items())}


@cache
def _about_ports() -> tuple[str, ...]:
    """The checks whose findings name a service, as those about their own examples tell."""
    return tuple(
        code
        for code, check in checks().items()
        if any(one.service for one in checked(check.bad).findings if one.code == code)
    )
