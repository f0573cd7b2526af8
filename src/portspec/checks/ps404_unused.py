"""PS404: chains that nothing leads to and sets that no rule asks."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.checks.api import Case, Check, Example, PlacedFilter
from portspec.checks.filter_example import CONTROL_PLANE, wrong
from portspec.checks.finding import Finding
from portspec.checks.hygiene import filters, finding, is_written, listed
from portspec.source import Span


def run(case: Case) -> Iterator[Finding]:
    """One note per file about its chains, and one about its sets."""
    for placed in filters(case):
        chains = [(chain.name, chain.span) for chain in placed.judge.idle().unreached if is_written(placed, chain.span)]
        sets = [(note.values["set"], note.span) for note in placed.ruleset.notes if note.message_key == "set-unused"]
        yield from _note(placed, "chains", chains)
        yield from _note(placed, "sets", sets)


def _note(placed: PlacedFilter, variant: str, found: list[tuple[str, Span]]) -> Iterator[Finding]:
    if found:
        values = {"names": listed([name for name, _ in found])}
        yield finding(placed, "PS404", variant, "note", found[0][1], values)


CHECK = Check(
    code="PS404",
    name="unused",
    title={"en": "Chains or sets are not used", "zh-TW": "有未使用的規則鏈或集合"},
    rationale={
        "en": "Rules in a chain that nothing jumps to are never met, and a set that no rule asks decides nothing. Often it "
        "is a jump that was forgotten, or a name with a slip in it.",
        "zh-TW": "沒有任何規則跳往的規則鏈，其規則不會生效；沒有規則查詢的集合也沒有作用。這常是忘了寫跳轉，或名稱有誤。",
    },
    messages={
        "chains": {"en": "nothing leads to {names}", "zh-TW": "沒有任何規則會前往 {names}"},
        "sets": {"en": "no rule asks the set {names}", "zh-TW": "沒有規則使用集合 {names}"},
    },
    help={
        "chains": {
            "en": "jump to it where it is meant to decide, or remove it",
            "zh-TW": "在需要之處跳往它，或將其移除",
        },
        "sets": {
            "en": "match on it where it is meant to decide, or remove it",
            "zh-TW": "在需要之處使用它，或將其移除",
        },
    },
    bad=Example(
        format="nftables",
        placement="host control-plane",
        text=wrong(
            CONTROL_PLANE,
            "  chain input {",
            "  set admins {\n    type ipv4_addr\n    elements = { 10.1.0.7 }\n  }\n  chain input {",
        ),
    ),
    good=Example(format="nftables", placement="host control-plane", text=CONTROL_PLANE),
    run=run,
)
