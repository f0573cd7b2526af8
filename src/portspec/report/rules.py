"""The checks as a list: `portspec rules`, and the rules that a SARIF report carries."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from portspec.checks.api import Check
from portspec.checks.examples import check_example
from portspec.checks.finding import Severity
from portspec.report.width import pad, width
from portspec.report.words import WORDS

LANGUAGES = ("en", "zh-TW")
HEADINGS = {"en": ("CODE", "NAME", "SEVERITY", "WHAT IT FINDS"), "zh-TW": ("代碼", "名稱", "嚴重度", "找出什麼")}
VERSION = 1


def severity(check: Check) -> Severity:
    """The severity that the check gives its own example. One case of a check may weigh more than another."""
    return next(found.severity for found in check_example(check.bad).findings if found.code == check.code)


def help_uri(code: str, lang: str, site: str) -> str | None:
    """The check's page on the published site; None where nobody said where that is."""
    if not site:
        return None
    folder = "" if lang == "en" else f"{lang}/"
    return f"{site.rstrip('/')}/{folder}checks/{code}/"


def as_json(found: Iterable[Check], site: str) -> str:
    """The checks as JSON: titles and reasons in both languages."""
    from portspec.report.as_json import safe_json

    return safe_json({"version": VERSION, "rules": [document(check, site) for check in found]})


def document(check: Check, site: str) -> dict[str, Any]:
    """One check as plain data."""
    from portspec.report.explanation import mending

    return {
        "code": check.code,
        "name": check.name,
        "severity": severity(check),
        "title": {lang: check.title[lang] for lang in LANGUAGES},
        "rationale": {lang: check.rationale[lang] for lang in LANGUAGES},
        "help": {lang: mending(check, lang) for lang in LANGUAGES},
        "help_uri": {lang: help_uri(check.code, lang, site) for lang in LANGUAGES},
    }


def as_table(found: Iterable[Check], lang: str) -> str:
    """The checks as a table for a terminal."""
    words = WORDS[lang]
    rows = [HEADINGS[lang]]
    rows += [(check.code, check.name, words[severity(check)], check.title[lang]) for check in found]
    widths = [max(width(row[column]) for row in rows) for column in range(3)]
    return "".join(
        "  ".join([*(pad(cell, columns) for cell, columns in zip(row, widths, strict=False)), row[3]]) + "\n"
        for row in rows
    )
