"""Every format of the examples, kept beside the tests. PORTSPEC_REFRESH=1 writes them anew, to be read by eye."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from printing import as_printed
from running import portspec

from portspec import __version__

DAY = "2026-11-23"
GOLDEN = Path(__file__).parent / "golden"
FORMS = {
    "concise.txt": ["--concise", "--statistics"],
    "json": ["--format", "json", "--statistics"],
    "sarif": ["--format", "sarif", "--select", "PS201,PS304,PS311"],
    "junit.xml": ["--format", "junit"],
    "github.txt": ["--format", "github"],
    "gitlab.json": ["--format", "gitlab"],
    "md": ["--format", "markdown", "--statistics"],
}
MOVING = re.compile(rf'sha256:[0-9a-f]{{64}}|(?<="spec_version": ")[^"]*|(?<=ersion": "){re.escape(__version__)}(?=")')
"""What changes with the spec's version or the program's, not with the report."""


@pytest.mark.parametrize("lang", ["en", "zh-TW"])
@pytest.mark.parametrize("example", ["upi-right", "upi-broken"])
@pytest.mark.parametrize("ending", FORMS)
def test_a_report_is_as_it_was(ending: str, example: str, lang: str) -> None:
    run = portspec(["check", f"examples/{example}", "--lang", lang, "--day", DAY, *FORMS[ending]])
    assert run.err == ""
    text = MOVING.sub("…", run.out) if ending in ("json", "sarif") else run.out
    as_printed(GOLDEN / f"{example}.{lang}.{ending}", text)
