"""The inputs of the GitHub action, the GitLab job and the Tekton task, from the one table that makes them."""

from __future__ import annotations

from portspec.delivery.inputs import INPUTS, Input
from portspec.site import markdown as md

WORDS = {
    "en": {
        "title": "Inputs of pipelines",
        "lead": "The GitHub action, the GitLab job and the Tekton task are made of one table. The guide to pipelines "
        "shows each in use.",
        "input": "Input, parameter",
        "variable": "GitLab variable",
        "option": "Option of check",
        "default": "Default",
        "meaning": "Meaning",
    },
    "zh-TW": {
        "title": "管線的輸入",
        "lead": "GitHub action、GitLab 工作與 Tekton 任務都由同一張表產生。管線指南說明各自的用法。",
        "input": "輸入、參數",
        "variable": "GitLab 變數",
        "option": "check 的選項",
        "default": "預設",
        "meaning": "意義",
    },
}


def page(lang: str) -> str:
    """docs/LANG/reference/pipeline-inputs.md."""
    words = WORDS[lang]
    headings = [words[key] for key in ("input", "variable", "option", "default", "meaning")]
    rows = [_row(one, lang) for one in INPUTS]
    return md.page(md.heading(1, words["title"], "pipeline-inputs"), md.text(words["lead"]), md.table(headings, rows))


def _row(one: Input, lang: str) -> list[str]:
    names = [md.code(one.name), md.code(one.variable), md.code(one.option or "PATH")]
    return [*names, md.code(one.default) if one.default else "", md.text(one.meaning[lang])]
