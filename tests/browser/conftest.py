"""One browser and one server for all tests here, and one tab for those of a module: what the pages share is read once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser.chromium import Chromium, Tab
from browser.serving import served
from built_site import site
from conftest_programs import require


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    program = require("chromium", package="chromium")
    profile: Path = tmp_path_factory.mktemp("profile")
    with Chromium(program, profile) as browser:
        yield browser


@pytest.fixture(scope="module")
def tab(chromium: Chromium) -> Iterator[Tab]:
    with chromium.tab() as fresh:
        yield fresh


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    with served(site()) as found:
        yield found
