"""A finding's sentences in the reader's language, from the message table of its check."""

from __future__ import annotations

from portspec.checks.finding import Finding
from portspec.checks.registry import checks
from portspec.policy.model import Policy
from portspec.report.printable import printable


def message(finding: Finding, policy: Policy, lang: str) -> str:
    """What is wrong, in one sentence without its place and code."""
    return _fill(checks()[finding.code].messages, finding, policy, lang)


def help_line(finding: Finding, policy: Policy, lang: str) -> str:
    """How to mend it, in one line."""
    return _fill(checks()[finding.code].help, finding, policy, lang)


def _fill(table: object, finding: Finding, policy: Policy, lang: str) -> str:
    template: str = table[finding.variant][lang]  # type: ignore[index]
    values = {key: printable(value) for key, value in finding.values.items()}
    if "flows" in values and lang == "zh-TW":
        values["flows"] = values["flows"].replace(", ", "、").replace(" via ", " 經由 ")
    service = policy.services.get(finding.service)
    values.setdefault("service_title", printable(service.title[lang] if service else finding.service))
    return template.format_map(values)
