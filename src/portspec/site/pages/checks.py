"""One page per check, and the list of all, from the checks' own documentation."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher

from portspec.checks.api import Check, Example
from portspec.checks.registry import checks
from portspec.report.explanation import mending, reported, sayings
from portspec.report.words import WORDS as REPORT
from portspec.site import markdown as md
from portspec.site.examples import checked
from portspec.site.words import WORDS as SHARED

GROUPS = ("PS0", "PS1", "PS2", "PS3", "PS4", "PS5")
WORDS = {
    "en": {
        "title": "Checks",
        "lead": "Each finding has a code that is never reused. The same text: `portspec explain PS101`.",
        "code": "Code",
        "what": "What it finds",
        "name": "Name",
        "severity": "Severity",
        "why": "Why it matters",
        "says": "What it says, with the values of the case for <…>",
        "mend": "How to mend it",
        "bad": "Bad",
        "report": "What portspec check says",
        "reported": "This is the program's own output for the example above, made when this page was built. "
        "`portspec explain {code}` shows the same.",
        "good": "Good",
        "placed": "{format}, at: {placement}",
        "PS0": "Input and cluster file",
        "PS1": "A required flow is blocked",
        "PS2": "Exposure",
        "PS3": "Load balancer",
        "PS4": "Hygiene",
        "PS5": "Release and pin",
    },
    "zh-TW": {
        "title": "檢查項目",
        "lead": "每一項發現都有一個代碼，代碼不會重複使用。命令列也能看到相同說明：`portspec explain PS101`。",
        "code": "代碼",
        "what": "找出什麼",
        "name": "名稱",
        "severity": "嚴重度",
        "why": "為何重要",
        "says": "訊息（<…> 為實際的值）",
        "mend": "如何修正",
        "bad": "錯誤範例",
        "report": "portspec check 的報告",
        "reported": "以上是建置本頁時，程式對前述範例的實際輸出；`portspec explain {code}` 也會顯示相同內容。",
        "good": "正確範例",
        "placed": "{format}，位置：{placement}",
        "PS0": "輸入與叢集檔",
        "PS1": "必要的流量被阻擋",
        "PS2": "暴露範圍",
        "PS3": "負載平衡器",
        "PS4": "規則品質",
        "PS5": "版本與鎖定",
    },
}


def index(lang: str) -> str:
    """docs/LANG/checks/index.md."""
    words = WORDS[lang]
    parts = [
        md.front_matter(boost=0.5, words=(words["title"],)),
        md.heading(1, words["title"], "checks"),
        words["lead"],
    ]
    for group in GROUPS:
        rows = [
            [
                md.link(check.code, f"{check.code}.md"),
                md.text(check.title[lang]),
                _severity(check, lang),
                md.code(check.name),
            ]
            for check in checks().values()
            if check.code.startswith(group)
        ]
        if rows:
            parts.append(md.heading(2, f"{group}xx · {words[group]}", group.lower()))
            parts.append(md.table([words[name] for name in ("code", "what", "severity", "name")], rows))
    return md.page(*parts)


def page(check: Check, lang: str) -> str:
    """docs/LANG/checks/CODE.md."""
    words = WORDS[lang]
    return md.page(
        md.front_matter(words=(check.name.replace("-", " "),)),
        md.heading(1, f"{check.code} · {md.text(check.title[lang])}", check.code.lower()),
        f"{md.code(check.name)} · {words['severity']}{SHARED[lang]['colon']}**{_severity(check, lang)}**",
        md.heading(2, words["why"], "why"),
        md.text(check.rationale[lang]),
        md.heading(2, md.text(words["says"]), "message"),
        "\n".join(f"- {md.text(sentence)}" for sentence in sayings(check, lang)),
        md.heading(2, words["mend"], "mend"),
        "\n".join(f"- {md.text(sentence)}" for sentence in mending(check, lang)),
        md.heading(2, words["bad"], "bad"),
        _example(check.bad, check.good, lang),
        *_report(check, lang),
        md.heading(2, words["good"], "good"),
        _example(check.good, check.bad, lang),
    )


def _severity(check: Check, lang: str) -> str:
    """What the check calls its own example; one case may weigh more than another."""
    found = next(one.severity for one in checked(check.bad).findings if one.code == check.code)
    return REPORT[lang][found]


def _report(check: Check, lang: str) -> Iterator[str]:
    """What a check of the bad example really prints."""
    words = WORDS[lang]
    yield md.heading(2, words["report"], "report")
    yield md.block("\n".join(line.removeprefix("  ") for line in reported(check, lang, checked(check.bad))), "text")
    yield words["reported"].format(code=check.code)


def _example(example: Example, other: Example, lang: str) -> str:
    """The example's config, the lines marked that the other one does not have."""
    title = WORDS[lang]["placed"].format(format=example.format, placement=example.placement)
    made = md.block(example.text, "text", title, _changed(other.text.splitlines(), example.text.splitlines()))
    if example.beside is None or other.beside is None:
        return made
    return f"{made}\n\n{_example(example.beside, other.beside, lang)}"


def _changed(before: list[str], after: list[str]) -> list[int]:
    """The numbers of the lines of `after` that are not in `before`."""
    steps = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return [line + 1 for step, _, _, first, last in steps if step != "equal" for line in range(first, last)]
