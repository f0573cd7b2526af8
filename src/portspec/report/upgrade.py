"""What an upgrade means for a cluster: as text, as Markdown and as JSON (`schema/upgrade.schema.json`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from portspec.checks.finding import Finding
from portspec.checks.result import ClusterResult
from portspec.checks.upgrade import Upgrade
from portspec.report import diff
from portspec.report.as_json import finding_document, safe_json
from portspec.report.as_text import finding_lines
from portspec.report.phrasing import help_line, message
from portspec.report.printable import printable

VERSION = 1
PARTS = ("first", "later", "settled")
WORDS = {
    "en": {
        "title": "Upgrade of {path} from {before} to {after}",
        "first": "To change before the upgrade",
        "later": "To take back after the upgrade: {after} needs it no longer",
        "settled": "Settled by the upgrade: {after} does not ask for it",
        "none": "nothing",
        "staying": "{count} findings are the same in both releases; portspec check shows them",
        "staying-1": "1 finding is the same in both releases; portspec check shows it",
        "flows": "What changes for this cluster's profile",
        "colon": ": ",
        "finding": "{place}: {code} {message}",
        "help": "help",
    },
    "zh-TW": {
        "title": "{path} 由 {before} 升級至 {after}",
        "first": "升級前需要變更",
        "later": "升級後可以收回：{after} 不再需要",
        "settled": "升級後即不再成立：{after} 沒有這項要求",
        "none": "無",
        "staying": "另有 {count} 項發現在兩個版本中相同，執行 portspec check 查看",
        "staying-1": "另有 1 項發現在兩個版本中相同，執行 portspec check 查看",
        "flows": "此叢集設定組合的變更",
        "colon": "：",
        "finding": "{place}：{code} {message}",
        "help": "修正",
    },
}


def as_text(found: Upgrade, lang: str) -> str:
    """The three lists of findings, each as `check` prints them, then what changes in the policy."""
    words = _words(found, lang)
    told: set[str] = set()
    blocks = [words["title"]]
    for part, findings, result in _parts(found):
        blocks.append(f"{words[part]}{words['colon']}{words['none'] if not findings else ''}".rstrip())
        for finding in findings:
            blocks.append("\n".join(finding_lines(finding, result, lang, first=finding.code not in told)))
            told.add(finding.code)
    if found.staying:
        blocks.append(_staying(found, lang))
    return "\n\n".join([*blocks, words["flows"] + words["colon"].rstrip(), diff.as_text(found.comparison, lang)])


def as_markdown(found: Upgrade, lang: str) -> str:
    """A heading per list with an entry per finding, then the table of what changes in the policy."""
    words = _words(found, lang)
    lines = [f"# {diff.cell(words['title'])}"]
    for part, findings, result in _parts(found):
        lines += ["", f"## {diff.cell(words[part])}", ""]
        lines += _entries(findings, result, lang) if findings else [words["none"]]
    if found.staying:
        lines += ["", _staying(found, lang)]
    return "\n".join(lines) + "\n\n" + diff.as_markdown(found.comparison, lang)


def as_json(found: Upgrade, lang: str) -> str:
    """One JSON object."""
    return safe_json(document(found, lang))


def document(found: Upgrade, lang: str) -> dict[str, Any]:
    """The JSON report as plain data; the findings are those of `check --format json`."""
    made: dict[str, Any] = {
        "version": VERSION,
        "cluster": found.before.cluster.path,
        "before": found.before.policy.release,
        "after": found.after.policy.release,
    }
    for part, findings, result in _parts(found):
        made[part] = [finding_document(finding, result, lang) for finding in findings]
    made["staying"] = len(found.staying)
    made["policies"] = diff.document(found.comparison)
    return made


def _parts(found: Upgrade) -> Iterator[tuple[str, Sequence[Finding], ClusterResult]]:
    yield "first", found.first, found.after
    yield "later", found.later, found.after
    yield "settled", found.settled, found.before


def _words(found: Upgrade, lang: str) -> dict[str, str]:
    values = {
        "path": printable(found.before.cluster.path),
        "before": found.before.policy.release,
        "after": found.after.policy.release,
    }
    return {name: text.format(**values) if name in {"title", *PARTS} else text for name, text in WORDS[lang].items()}


def _staying(found: Upgrade, lang: str) -> str:
    count = len(found.staying)
    return WORDS[lang]["staying-1" if count == 1 else "staying"].format(count=count)


def _entries(findings: Sequence[Finding], result: ClusterResult, lang: str) -> Iterator[str]:
    words = WORDS[lang]
    for finding in findings:
        span = finding.span
        place = printable(finding.path) + (f":{span.line}:{span.column}" if span else "")
        told = words["finding"].format(place=place, code=finding.code, message=message(finding, result.policy, lang))
        yield f"- {diff.cell(told)}"
        yield f"  {words['help']}{words['colon']}{diff.cell(help_line(finding, result.policy, lang))}"
