"""The phase walk as a checklist: what to change, in which file, at which event of the handover."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from portspec.checks.handover import Stage, Step, Walk
from portspec.report.as_json import finding_document, safe_json
from portspec.report.phrasing import help_line, message
from portspec.report.printable import printable
from portspec.report.words import WORDS as REPORT_WORDS
from portspec.report.wrapping import wrap

VERSION = 1
COLUMNS = 110
WORDS = {
    "en": {
        "cluster": "handover of {path}: OpenShift {release}, now in phase {phase}",
        "bare": "handover without a cluster file: OpenShift {release}, taken to be in phase {phase}",
        "before": "Before the installation begins",
        "when": "When: {events}",
        "and": ", and then: ",
        "nothing": "nothing to change",
        "remove-member": "remove {member} from the pool of {port} ({service})",
        "ends": "it stops serving the port when: {event}",
        "narrow-rule": "this rule need not admit the bootstrap host any more: {flows}",
        "file-goes": "goes with the bootstrap host, whose filter it is",
        "set-phase": "write phase: running",
        "steps": "{count} steps",
        "steps-1": "1 step",
    },
    "zh-TW": {
        "cluster": "{path} 的接管流程：OpenShift {release}，目前階段 {phase}",
        "bare": "接管流程（沒有叢集檔）：OpenShift {release}，視為階段 {phase}",
        "before": "安裝開始之前",
        "when": "當：{events}",
        "and": "，接著：",
        "nothing": "不需要變更",
        "remove-member": "從 {port}（{service}）的後端移除 {member}",
        "ends": "它停止提供此連接埠的時機：{event}",
        "narrow-rule": "這條規則不必再允許 Bootstrap 主機：{flows}",
        "file-goes": "這是 Bootstrap 主機的過濾設定，隨主機一併移除",
        "set-phase": "改為 phase: running",
        "steps": "{count} 個步驟",
        "steps-1": "1 個步驟",
    },
}


def render(walks: Sequence[Walk], lang: str) -> str:
    """The checklists as text, ending with a newline."""
    return "\n\n".join("\n".join(_walk(walk, lang)) for walk in walks) + "\n"


def _walk(walk: Walk, lang: str) -> Iterator[str]:
    words, cluster = WORDS[lang], walk.now.cluster
    template = words["bare" if cluster.bare else "cluster"]
    yield template.format(path=printable(cluster.path), release=walk.now.policy.release, phase=cluster.phase)
    if walk.variant is not None:
        yield from _wrapped(
            f"{walk.variant.title[lang]}{REPORT_WORDS[lang]['colon']}{walk.variant.text[lang]}", "", "  "
        )
    count = 0
    for stage in walk.stages:
        yield ""
        yield _heading(stage, lang)
        for event in stage.events:
            yield from _wrapped(event.text[lang], "  ", "  ")
        if not stage.steps:
            yield f"  {words['nothing']}"
        for step in stage.steps:
            count += 1
            yield from _step(step, walk, lang)
    yield ""
    yield words["steps-1" if count == 1 else "steps"].format(count=count)


def _heading(stage: Stage, lang: str) -> str:
    words = WORDS[lang]
    if not stage.events:
        return words["before"]
    return words["when"].format(events=words["and"].join(event.title[lang] for event in stage.events))


def _step(step: Step, walk: Walk, lang: str) -> Iterator[str]:
    words = WORDS[lang]
    place = printable(step.path) + (f":{step.span.line}" if step.span is not None else "")
    yield from _wrapped(f"[ ] {place}{REPORT_WORDS[lang]['colon']}{said(step, walk, lang)}", "  ", "      ")
    if step.kind == "finding" and step.finding is not None:
        mend = help_line(step.finding, walk.now.policy, lang)
        yield from _wrapped(f"{REPORT_WORDS[lang]['help']}{REPORT_WORDS[lang]['colon']}{mend}", "      ", "      ")
    if step.ends_with is not None:
        yield from _wrapped(words["ends"].format(event=step.ends_with.title[lang]), "      ", "      ")


def said(step: Step, walk: Walk, lang: str) -> str:
    """What is to be done, in one sentence."""
    words, policy, finding = WORDS[lang], walk.now.policy, step.finding
    if step.kind == "finding" and finding is not None:
        return f"{REPORT_WORDS[lang][finding.severity]} {finding.code} {message(finding, policy, lang)}"
    if step.kind == "remove-member" and finding is not None:
        service = policy.services[finding.service].title[lang]
        member = printable(finding.values["member"])
        return words["remove-member"].format(member=member, port=finding.port, service=service)
    return words[step.kind].format(flows=REPORT_WORDS[lang]["list"].join(step.flows))


def _wrapped(text: str, first: str, more: str) -> Iterator[str]:
    for number, line in enumerate(wrap(text, COLUMNS - len(more))):
        yield (more if number else first) + line


def render_json(walks: Sequence[Walk], lang: str) -> str:
    """The checklists as one JSON object (`schema/handover-report.schema.json`), ending with a newline."""
    return safe_json({"version": VERSION, "clusters": [_document(walk, lang) for walk in walks]})


def _document(walk: Walk, lang: str) -> dict[str, Any]:
    cluster = walk.now.cluster
    return {
        "path": cluster.path or None,
        "release": walk.now.policy.release,
        "phase": cluster.phase,
        "variant": walk.variant.id if walk.variant is not None else None,
        "stages": [
            {
                "moment": stage.moment,
                "events": [
                    {
                        "id": event.id,
                        "title": event.title[lang],
                        "text": event.text[lang],
                        "sources": list(event.sources),
                    }
                    for event in stage.events
                ],
                "steps": [_step_document(step, walk, lang) for step in stage.steps],
            }
            for stage in walk.stages
        ],
    }


def _step_document(step: Step, walk: Walk, lang: str) -> dict[str, Any]:
    return {
        "kind": step.kind,
        "path": step.path,
        "line": step.span.line if step.span else None,
        "column": step.span.column if step.span else None,
        "text": said(step, walk, lang),
        "ends_with": step.ends_with.id if step.ends_with is not None else None,
        "flows": list(step.flows),
        "finding": finding_document(step.finding, walk.now, lang) if step.finding is not None else None,
    }
