"""One cause, one finding: what the filter alone and the whole path both show is told by the latter, unless that is left out."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from running import REPOSITORY, portspec

BROKEN = REPOSITORY / "examples/upi-broken"


def found(*arguments: str) -> set[tuple[str, int, str]]:
    """The findings about 6443 in the balancer's own filter: code, line and port."""
    report = json.loads(portspec(["check", "--format", "json", *arguments]).out)
    return {
        (one["code"], one["line"], one["port"])
        for one in report["findings"]
        if one["path"].endswith("balancer.nft") and one["port"] == "6443"
    }


def test_the_whole_path_tells_what_a_filter_alone_would() -> None:
    assert found(str(BROKEN)) == {("PS320", 10, "6443")}


def test_who_asks_for_the_filter_alone_gets_it() -> None:
    assert found("--select", "PS101", str(BROKEN)) == {("PS101", 10, "6443")}
    assert found("--ignore", "PS320", str(BROKEN)) == {("PS101", 10, "6443")}


def test_an_accepted_path_does_not_hide_the_filter(tmp_path: Path) -> None:
    folder = tmp_path / "cluster"
    shutil.copytree(BROKEN, folder)
    file = folder / "portspec.yaml"
    text = file.read_text()
    entry = "  - {code: PS320, reason: known}\n"
    file.write_text(
        text.replace("ignore:\n", f"ignore:\n{entry}") if "ignore:\n" in text else f"{text}ignore:\n{entry}"
    )
    assert found(str(folder)) == {("PS101", 10, "6443")}
