"""The worked example of CONTRIBUTING.md: a release is one entry, in few lines, and everything knows it."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from portspec.policy.resolve import resolve
from portspec.spec.lint import lint
from portspec.spec.load import assemble, load_spec

REPOSITORY = Path(__file__).resolve().parents[2]


def test_a_release_is_added_as_the_guide_says(tmp_path: Path) -> None:
    text = (REPOSITORY / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (diff,) = re.findall(r"^```diff\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert len(diff.splitlines()) < 20
    shutil.copytree(REPOSITORY / "spec", tmp_path / "spec")
    subprocess.run(["git", "apply"], cwd=tmp_path, input=diff, text=True, check=True)
    assert lint(str(tmp_path / "spec")) == []
    spec = assemble(load_spec(str(tmp_path / "spec")))
    (name,) = re.findall(r'^\+ {2}- id: "([0-9.]+)"$', diff, re.MULTILINE)
    added, before = resolve(spec, name), resolve(spec, "5.0")
    assert [service["id"] for service in added["services"]] == [service["id"] for service in before["services"]]
