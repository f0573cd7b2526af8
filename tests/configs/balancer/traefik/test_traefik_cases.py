"""The Traefik reader: configurations and what it makes of them, in the compact form of `shown.py`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from configs.balancer.casefiles import ReaderCase, load, write
from configs.balancer.shown import shown

from portspec.configs.balancer.traefik import read, sniff

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


@pytest.mark.parametrize("case", [case for case in CASES if case.file != "errors"], ids=lambda case: case.id)
def test_it_is_taken_for_what_it_is(case: ReaderCase) -> None:
    assert sniff(case.text) == 96
