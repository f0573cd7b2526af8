"""`keepalived --config-test` says of the configs of other tests what they say themselves; and what runs is what they show."""

from __future__ import annotations

from pathlib import Path

import pytest
from configs.balancer.casefiles import ReaderCase, load
from conftest_programs import require_namespaces
from running import REPOSITORY

from differential.keepalived_live import config_test
from differential.test_keepalived_tables import LATER, compared, model_of
from portspec.configs.balancer.keepalived.remarks import IGNORED, REFUSED

REPORTS = {path.parent.name: path for path in (REPOSITORY / "tests/checks/cases_balancer").glob("*/keepalived.conf")}
CASES = load(REPOSITORY / "tests/configs/balancer/keepalived/cases")
REMARKS = load(REPOSITORY / "tests/checks/remarks")
ONLY_MODEL = frozenset({"undefined", "range-octet", "conditional", "variable"})
"""Remarks of configs that the real program reads differently at every start, or that it cannot follow."""


@pytest.mark.parametrize("name", REPORTS)
def test_configs_with_reports(name: str, tmp_path: Path) -> None:
    require_namespaces()
    path = REPORTS[name]
    told = [one for one in model_of(path.read_text()).remarks if one.kind != "unknown" and one.key not in LATER]
    # The program runs on a host of its own, whose name is that of no condition.
    if "ps316-keepalived-host" not in name:
        said = config_test(path.read_text(), tmp_path)
        assert said.good == (not told), said
    if name.startswith("right-"):
        assert not told


@pytest.mark.parametrize(
    "remark", [one for one in REMARKS if one.file == "keepalived"], ids=lambda remark: remark.title
)
def test_what_is_refused_or_ignored(remark: ReaderCase, tmp_path: Path) -> None:
    require_namespaces()
    title, text = remark.title.split()[0], remark.text
    said = config_test(text, tmp_path)
    if title in REFUSED or (title in IGNORED and title not in LATER):
        assert not said.good
    elif title != "variable":
        assert said.good == (title in LATER or not _told(text)), said


def _told(text: str) -> bool:
    return any(one.kind != "unknown" and one.key not in LATER for one in model_of(text).remarks)


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.file in ("servers", "checkers", "text")], ids=lambda case: case.id
)
def test_what_runs_is_what_the_cases_show(case: ReaderCase, tmp_path: Path) -> None:
    require_namespaces()
    remarks = {remark.key for remark in model_of(case.text).remarks}
    if remarks & ONLY_MODEL or "2001:db8" in case.text:
        # Without IPVS in the kernel keepalived does without IPv6 as well.
        return
    assert compared(case.text, tmp_path) == []
