"""The examples on the checks' pages, laid out as a user's folder: the real program says of them what the pages show."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from built_site import LANGUAGES, site
from html_reading import Page, read_page
from running import portspec

from portspec.checks.api import Example
from portspec.checks.examples import ADDRESSES, BASELINE_FILE, CLUSTER_FILE, DAY, RELEASE, hosts
from portspec.checks.origin import LOCK_FILE
from portspec.checks.registry import checks
from portspec.packets.addresses import format_address
from portspec.report.words import WORDS

ABOUT_CONFIGS = [
    code for code, check in checks().items() if check.bad.format not in {CLUSTER_FILE, LOCK_FILE, BASELINE_FILE}
]
PLACES = {
    "edge": "{between: [[admin, client], [api-balancer, ingress-balancer]]}",
    "balancer": "balancer",
}
REPORTS = {
    "en": ("What portspec check says", "This is the program"),
    "zh-TW": ("portspec check 的報告", "以上是建置本頁時"),
}
"""What stands on the page before the report, and what behind."""


def page(code: str, lang: str) -> Page:
    return read_page(site() / LANGUAGES[lang] / "checks" / f"{code}.html")


def lay_out(example: Example, folder: Path) -> Path:
    """The example's config and what takes part, with a cluster file beside it."""
    configs = [one for one in (example, example.beside) if one is not None]
    lines = [f'release: "{RELEASE}"', f"phase: {example.phase}", "roles:"]
    lines += [f"  {role}: {addresses}" for role, addresses in ADDRESSES.items()]
    lines += ["  client: 0.0.0.0/0", "hosts:"]
    lines += [f"  {name}: {format_address(address)}" for name, address in hosts().items()]
    lines.append("configs:")
    for one in configs:
        word, _, name = one.placement.partition(" ")
        place = PLACES.get(one.placement, f"{{{word}: {name}}}")
        lines.append(f"  - {{path: {one.format}, format: {one.format}, at: {place}}}")
        (folder / one.format).write_text(one.text, encoding="utf-8")
    (folder / CLUSTER_FILE).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def follow(shown: Iterable[str], said: Iterable[str]) -> list[str]:
    """The shown lines that are not said, each after the one before it."""
    left = iter(said)
    return [line for line in shown if not any(line == other for other in left)]


@pytest.mark.parametrize("code", ABOUT_CONFIGS)
def test_the_report_of_a_bad_example_is_the_programs_own(code: str, tmp_path: Path) -> None:
    folder = lay_out(checks()[code].bad, tmp_path)
    for lang in LANGUAGES:
        before, behind = REPORTS[lang]
        article = page(code, lang).article
        (shown,) = re.findall(f"{re.escape(before)}\n(.*?)\n{re.escape(behind)}", article, re.DOTALL)
        done = portspec(["check", "--lang", lang, "--select", code, "--day", DAY, "--fail-on", "note"], cwd=folder)
        assert (done.code, done.err) == (1, ""), done
        lines = [line.strip() for line in shown.splitlines() if line.strip()]
        assert f" {code} " in lines[0]
        assert lines[0].split(" ")[1] == WORDS[lang][_severity(folder, code)]
        assert follow(lines, (line.strip() for line in done.out.splitlines())) == [], done.out


def _severity(folder: Path, code: str) -> str:
    done = portspec(["check", "--format", "json", "--select", code, "--day", DAY], cwd=folder)
    return str(json.loads(done.out)["findings"][0]["severity"])


@pytest.mark.parametrize("code", ABOUT_CONFIGS)
def test_the_program_has_nothing_to_say_about_a_good_example(code: str, tmp_path: Path) -> None:
    folder = lay_out(checks()[code].good, tmp_path)
    done = portspec(["check", "--select", code, "--day", DAY, "--fail-on", "note"], cwd=folder)
    assert (done.code, done.err) == (0, ""), done.out


def test_most_checks_are_about_configs() -> None:
    assert len(ABOUT_CONFIGS) > 35
    assert {check.bad.format for code, check in checks().items() if code not in ABOUT_CONFIGS} == {
        CLUSTER_FILE, LOCK_FILE, BASELINE_FILE,
    }  # fmt: skip


def test_a_line_that_is_not_said_is_found() -> None:
    assert follow(["a", "c"], ["a", "b", "c"]) == []
    assert follow(["c", "a"], ["a", "b", "c"]) == ["a"]
    assert follow(["a", "x"], ["a", "b"]) == ["x"]
