"""A finding's sentences in the reader's language, from the message table of its check."""

from __future__ import annotations

import re
from collections.abc import Mapping

from portspec.checks.finding import Finding
from portspec.checks.registry import checks
from portspec.checks.remarks import advice
from portspec.checks.result import Suppressed
from portspec.configs.registry import program
from portspec.policy.model import Policy, Text
from portspec.report.printable import printable
from portspec.report.words import WORDS

FIELD = re.compile(r"( ?)\{(\w+)\}( ?)")


def message(finding: Finding, policy: Policy, lang: str) -> str:
    """What is wrong, in one sentence without its code, and without its place unless that is no line of the file."""
    said = _fill(checks()[finding.code].messages[finding.variant], finding, policy, lang)
    if finding.span is None or not finding.span.within:
        return said
    within = printable(finding.span.within)
    return f"{said}（{within}）" if lang == "zh-TW" else f"{said} ({within})"


def help_line(finding: Finding, policy: Policy, lang: str) -> str:
    """How to mend it, in one line."""
    own = advice(finding.values["format"], finding.code, finding.variant) if "format" in finding.values else None
    return _fill(own or checks()[finding.code].help[finding.variant], finding, policy, lang)


def reason(accepted: Suppressed, lang: str) -> str:
    """Why a finding is accepted, as the site says it; of a baseline, that it is in it."""
    if accepted.where == "baseline":
        return WORDS[lang]["in-baseline"].format(path=printable(accepted.reason))
    return printable(accepted.reason)


def _fill(text: Text, finding: Finding, policy: Policy, lang: str) -> str:
    template = text[lang]
    values = {key: printable(value) for key, value in finding.values.items() if key in template or key == "format"}
    if "format" in values:
        values.setdefault("program", program(values["format"]))
    if "flows" in values and lang == "zh-TW":
        values["flows"] = values["flows"].replace(", ", "、").replace(" via ", " 經由 ")
    if "service_title" in template:
        service = policy.services.get(finding.service)
        values.setdefault("service_title", printable(service.title[lang] if service else finding.service))
    if lang == "zh-TW":
        template = _closed_up(template, values)
    return template.format_map(values)


def _closed_up(template: str, values: Mapping[str, str]) -> str:
    """The sentence without the blanks that would come to stand between two Chinese characters: there is one between
    those and a Latin word, and a value may be either."""

    def closed(match: re.Match[str]) -> str:
        before, name, behind = match.groups()
        value = values.get(name, "")
        left = template[: match.start()][-1:]
        right = template[match.end() : match.end() + 1]
        if _is_chinese(left) and _is_chinese(value[:1]):
            before = ""
        if _is_chinese(right) and _is_chinese(value[-1:]):
            behind = ""
        return f"{before}{{{name}}}{behind}"

    return FIELD.sub(closed, template)


def _is_chinese(character: str) -> bool:
    return "\u3000" <= character <= "\u9fff" or "\uff00" <= character <= "\uffef"
