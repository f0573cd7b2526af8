"""The list of the checks, and the page of each with what it really reports."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from running import portspec

from portspec.checks.registry import checks
from portspec.report.explanation import page

CODES = list(checks())


def test_every_check_is_listed_in_both_languages() -> None:
    listed = json.loads(portspec(["rules", "--format", "json"]).out)
    assert listed["version"] == 1
    assert [rule["code"] for rule in listed["rules"]] == CODES
    for rule in listed["rules"]:
        assert rule["severity"] in ("error", "warning", "note")
        for texts in (rule["title"], rule["rationale"], rule["help"]):
            assert set(texts) == {"en", "zh-TW"}
            assert all(texts.values())
        assert rule["help_uri"] == {"en": None, "zh-TW": None}, "nobody said where the pages are"


@pytest.mark.parametrize(("lang", "heading"), [("en", "CODE "), ("zh-TW", "代碼 ")])
def test_the_table(lang: str, heading: str) -> None:
    head, *rows = portspec(["rules", "--lang", lang]).out.splitlines()
    assert head.startswith(heading)
    assert [row.split()[0] for row in rows] == CODES
    assert all(checks()[row.split()[0]].title[lang] in row for row in rows)
    assert len(portspec(["rules", "--select", "PS3", "--select", "PS201"]).out.splitlines()) == 1 + 1 + sum(
        code.startswith("PS3") for code in CODES
    )


def test_where_the_site_is_published_is_said_by_the_environment(tmp_path: Path) -> None:
    site = {"PORTSPEC_SITE": "https://docs.example/portspec/"}
    (rule,) = json.loads(portspec(["rules", "--format", "json", "--select", "PS304"], env=site).out)["rules"]
    assert rule["help_uri"] == {
        "en": "https://docs.example/portspec/checks/PS304/",
        "zh-TW": "https://docs.example/portspec/zh-TW/checks/PS304/",
    }
    log = json.loads(portspec(["check", "examples/upi-right", "--format", "sarif", "--select", "PS304"], env=site).out)
    (listed,) = log["runs"][0]["tool"]["driver"]["rules"]
    assert listed["helpUri"] == "https://docs.example/portspec/checks/PS304/"


@pytest.mark.parametrize("lang", ["en", "zh-TW"])
@pytest.mark.parametrize("code", CODES)
def test_a_page_shows_what_its_example_really_reports(code: str, lang: str) -> None:
    heading = "What portspec check says about it" if lang == "en" else "portspec check 的報告"
    text = page(code, lang)
    report = text.partition(f"\n{heading}\n")[2].split("\n\n")[0]
    assert f" {code} " in report.splitlines()[0]
    assert {"en": "help: ", "zh-TW": "修正："}[lang] in report


def test_a_name_is_no_code_but_is_known() -> None:
    run = portspec(["explain", "wrong-member"])
    assert (run.code, run.err) == (2, "no check has the code 'wrong-member'\n  did you mean PS304?\n")
