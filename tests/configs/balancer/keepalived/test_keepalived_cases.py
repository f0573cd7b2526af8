"""The keepalived reader: configs and what it makes of them, in the compact form of `shown.py`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from configs.balancer.casefiles import ReaderCase, load, write
from configs.balancer.shown import shown
from conftest_programs import require_namespaces
from differential.keepalived_live import config_test

from portspec.configs.balancer.keepalived import read, sniff
from portspec.configs.registry import readers
from portspec.source import SourceText

FOLDER = Path(__file__).parent / "cases"
CASES = load(FOLDER)
REFRESH = os.environ.get("PORTSPEC_REFRESH") == "1"
SAID_LATER = frozenset({"no-group", "probe-port"})
"""What the real program does not say before it runs, or only by what it does."""


@pytest.fixture(scope="module", autouse=REFRESH)
def _refresh() -> None:
    write([case._replace(expected=shown(case.text, read)) for case in CASES], FOLDER)


def test_titles_are_told_apart() -> None:
    assert len({case.id for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_the_model(case: ReaderCase) -> None:
    assert shown(case.text, read) == case.expected


@pytest.mark.parametrize("case", [case for case in CASES if case.file != "errors"], ids=lambda case: case.id)
def test_it_is_taken_for_what_it_is(case: ReaderCase) -> None:
    assert sniff(case.text) >= 60
    others = {name: reader.sniff(case.text) for name, reader in readers().items() if name != "keepalived"}
    assert max(others.values()) == 0, others


@pytest.mark.parametrize(
    "text",
    [
        "- hosts: lb\n  tasks:\n  - copy:\n      content: |\n        vrrp_instance VI_1 {\n        }\n",
        "apiVersion: v1\nkind: ConfigMap\ndata:\n  keepalived.conf: |\n    global_defs {\n    }\n    vrrp_instance VI_1 {\n",
        "# vrrp_instance VI_1 {\nglobal\n  maxconn 1\nlisten a\n  bind :80\n  server vrrp_instance 10.0.0.1:80\n",
        '{"virtual_server": "vrrp_instance x {"}\n',
        "table ip t {\n  chain vrrp_in {\n    ip protocol vrrp accept\n  }\n}\n",
    ],
)
def test_what_carries_a_config_is_none(text: str) -> None:
    assert sniff(text) == 0


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if case.file != "errors" and "[elsewhere]" not in case.title],
    ids=lambda case: case.id,
)
def test_the_real_program_agrees(case: ReaderCase, tmp_path: Path) -> None:
    require_namespaces()
    said = config_test(case.text, tmp_path)
    model = read(SourceText("keepalived.conf", case.text))
    told = [remark for remark in model.remarks if remark.kind != "unknown" and remark.key not in SAID_LATER]
    assert said.good == (not told), said
