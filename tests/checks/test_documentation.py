"""Every check documents itself: both languages, sentences that fill in, a bad example that it finds, a good one."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest
from checks.standard import check_text

import portspec.checks
from portspec.checks.api import Check, Example
from portspec.checks.finding import Finding
from portspec.checks.registry import checks
from portspec.checks.result import ClusterResult
from portspec.policy.model import Profile
from portspec.policy.store import policy
from portspec.report.phrasing import help_line, message

CHECKS = list(checks().values())
IDS = [check.code for check in CHECKS]
MAINLAND = re.compile("端口|負載均衡|服務器|集群|默認|網絡|信息|支持|接口|[负载务个这设规则终动应许连]")

BLANK = re.compile("[\u3000-\u9fff\uff00-\uffef] +[\u3000-\u9fff\uff00-\uffef]")
"""A blank between two Chinese characters, where none is written."""


FOUND_TOO = {
    # The example's cluster gives the parties outside no addresses, which a filter that stops the way out is told.
    "PS102": {"PS001"},
    # What is wrong with a path is wrong with one of its filters, too.
    "PS320": {"PS101"},
    "PS322": {"PS201"},
}


def found_in(example: Example) -> ClusterResult:
    return check_text(
        example.text, example.placement, config_format=example.format, phase=example.phase, beside=example.beside
    )


def test_every_check_module_is_registered() -> None:
    folder = Path(portspec.checks.__file__).parent
    modules = {path.stem[:5].upper() for path in folder.glob("ps[0-9][0-9][0-9]_*.py")}
    assert modules == set(checks())


@pytest.mark.parametrize("check", CHECKS, ids=IDS)
def test_texts_are_there_in_both_languages(check: Check) -> None:
    assert re.fullmatch(r"PS\d{3}", check.code)
    assert re.fullmatch(r"[a-z]+(-[a-z0-9]+)*", check.name)
    assert set(check.messages) == set(check.help)
    for text in (check.title, check.rationale, *check.messages.values(), *check.help.values()):
        assert set(text) == {"en", "zh-TW"}
        assert text["en"].strip()
        assert not MAINLAND.search(text["zh-TW"]), text["zh-TW"]
        assert not BLANK.search(text["zh-TW"]), text["zh-TW"]
        fields = [
            {name for _, name, _, _ in Formatter().parse(template) if name is not None} for template in text.values()
        ]
        assert fields[0] == fields[1], "the two languages fill in the same values"


@pytest.mark.parametrize("check", CHECKS, ids=IDS)
def test_the_bad_example_gives_exactly_this_finding(check: Check) -> None:
    result = found_in(check.bad)
    found = {finding.code for finding in result.findings}
    assert found - FOUND_TOO.get(check.code, set()) == {check.code}


@pytest.mark.parametrize("check", CHECKS, ids=IDS)
def test_the_good_example_gives_none(check: Check) -> None:
    result = found_in(check.good)
    assert [finding.code for finding in result.findings] == []


@pytest.mark.parametrize("check", CHECKS, ids=IDS)
@pytest.mark.parametrize("lang", ["en", "zh-TW"])
def test_the_sentences_fill_in(check: Check, lang: str) -> None:
    result = found_in(check.bad)
    for finding in result.findings:
        assert "{" not in message(finding, result.policy, lang)
        assert "{" not in help_line(finding, result.policy, lang).replace("{host:", "")
        assert not BLANK.search(message(finding, result.policy, lang))
        assert not BLANK.search(help_line(finding, result.policy, lang))


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("機器設定伺服器", "api 後端（22623）的成員 m：機器設定伺服器不會在 worker 上執行"),
        ("etcd（叢集狀態）", "api 後端（22623）的成員 m：etcd（叢集狀態）不會在 worker 上執行"),
        ("Kubernetes API", "api 後端（22623）的成員 m：Kubernetes API 不會在 worker 上執行"),
    ],
)
def test_a_blank_stands_only_between_chinese_and_latin(title: str, shown: str) -> None:
    values = {"balancer": "api", "port": "22623", "member": "m", "roles": "worker", "service_title": title}
    finding = Finding("PS304", "role", "error", "certain", "lb.cfg", None, values)
    assert message(finding, policy("4.18", Profile()), "zh-TW") == shown


@pytest.mark.parametrize("check", CHECKS, ids=IDS)
def test_the_fingerprint_stays_when_lines_move(check: Check) -> None:
    before = "\n\n\n" if check.bad.format.endswith(".json") else "# a comment\n\n# another one\n"
    first, second = (found_in(check.bad._replace(text=text)) for text in (check.bad.text, before + check.bad.text))
    assert [finding.fingerprint for finding in first.findings] == [finding.fingerprint for finding in second.findings]
    assert len({finding.fingerprint for finding in first.findings}) == len(first.findings)
    if first.findings[0].span is not None:
        assert first.findings[0].span != second.findings[0].span
