"""The nginx reader: a config and its model, and what the real program says to the same file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from configs.balancer.casefiles import ELSEWHERE, ReaderCase, load, write
from configs.balancer.nginx.nginx_program import nginx_refuses
from configs.balancer.shown import shown

from portspec.configs.balancer.nginx import read, sniff

FOLDER = Path(__file__).parent / "cases"
CASES = load(FOLDER)
REFRESH = os.environ.get("PORTSPEC_REFRESH") == "1"


@pytest.fixture(scope="module", autouse=REFRESH)
def _refresh() -> None:
    write([case._replace(expected=shown(case.text, read)) for case in CASES], FOLDER)


def test_titles_are_told_apart() -> None:
    assert len({case.id for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_the_model(case: ReaderCase) -> None:
    assert shown(case.text, read) == case.expected


@pytest.mark.parametrize(
    "case", [case for case in CASES if not case.title.endswith(ELSEWHERE)], ids=lambda case: case.id
)
def test_the_real_program_agrees(case: ReaderCase, tmp_path: Path) -> None:
    said = nginx_refuses(case.text, tmp_path)
    ours = any(line.startswith(("refused ", "error ")) for line in case.expected.splitlines())
    assert bool(said) == ours, said


@pytest.mark.parametrize("case", [case for case in CASES if case.file == "stream"], ids=lambda case: case.id)
def test_it_is_taken_for_what_it_is(case: ReaderCase) -> None:
    assert sniff(case.text) == 98
