"""axe-core, the accessibility checker, run within a page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from browser.chromium import Tab
from conftest_programs import absent

PACKAGES = ("axe_playwright_python", "axe_core_python")
"""Packages that carry the script, the newer one first; of neither is anything else used."""
EXCEPTIONS: dict[tuple[str, str], str] = {}
"""What is right although a rule says otherwise: the rule and the element, and why."""
RUN = """axe.run(document, {iframes: false, preload: false, resultTypes: ["violations"]}).then(found =>
  found.violations.flatMap(one => one.nodes.map(node => [one.id, node.target.join(" "), node.failureSummary])))"""


@cache
def script() -> str:
    """The script's text; without a package that carries it, the calling test skips, or fails when programs are required."""
    for name in PACKAGES:
        found = find_spec(name)
        if found is not None and found.origin is not None:
            return Path(found.origin).with_name("axe.min.js").read_text(encoding="utf-8")
    return absent("axe-core is not here: install the Python package axe-core-python")


def load(tab: Tab) -> None:
    """Have axe-core in the page that is on show."""
    tab.evaluate(f"{script()};0")


def violations(tab: Tab) -> Sequence[str]:
    """What axe-core finds wrong with the page as it is on show: every rule that it runs unless told otherwise."""
    found: Any = tab.evaluate(RUN)
    kept = [one for one in found if (one[0], one[1]) not in EXCEPTIONS]
    return [f"{rule}: {target}: {json.dumps(summary)}" for rule, target, summary in kept]
