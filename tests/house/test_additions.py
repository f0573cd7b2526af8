"""A new service is one file, a new check one module, a new format one package: nothing else is touched."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from running import REPOSITORY, Run, portspec

READER = '''\
"""A format of a line that says `toy`."""

from __future__ import annotations

from portspec.errors import InputError
from portspec.source import SourceText

FORMAT = "toy"
KIND = "firewall"


def sniff(text: str) -> int:
    return 100 if text.startswith("toy") else 0


def read(source: SourceText) -> None:
    raise InputError("the toy reader has read this", source.path, 1, 1)
'''


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository's program and spec with one new file for each kind of thing."""
    root = tmp_path_factory.mktemp("checkout")
    ignore = shutil.ignore_patterns("__pycache__", "_snapshots", "_schema")
    for name in ("src", "spec", "schema"):
        shutil.copytree(REPOSITORY / name, root / name, ignore=ignore)
    package = root / "src" / "portspec"
    check = (package / "checks" / "ps003_ignore_without_reason.py").read_text()
    (package / "checks" / "ps998_new_check.py").write_text(check.replace('code="PS003"', 'code="PS998"'))
    reader = package / "configs" / "firewall" / "toy"
    reader.mkdir()
    (reader / "__init__.py").write_text(READER)
    service = (root / "spec" / "services" / "kube-scheduler.yaml").read_text()
    service = service.replace("kube-scheduler", "new-service").replace("10259", "10258")
    (root / "spec" / "services" / "new-service.yaml").write_text(service)
    return root


def run(checkout: Path, *arguments: str) -> Run:
    return portspec(arguments, cwd=checkout, env={"PYTHONPATH": str(checkout / "src"), "XDG_CACHE_HOME": str(checkout)})


def test_a_new_check_is_found(checkout: Path) -> None:
    assert run(checkout, "explain", "PS998").out.startswith("PS998 ")
    assert "PS998  " in run(checkout, "explain").out


def test_a_new_format_is_found(checkout: Path) -> None:
    (checkout / "config").write_text("toy\n")
    for arguments in (["check", "config", "--release", "4.18"], ["trace", "config", "--port", "1"]):
        assert run(checkout, *arguments).err == "config:1:1: the toy reader has read this\n"


def test_a_new_service_is_found(checkout: Path) -> None:
    assert run(checkout, "lint").code == 0, run(checkout, "lint").out
    assert run(checkout, "show", "10258").out.startswith("10258/tcp")
    assert "10258/tcp" in run(checkout, "ports").out


def test_nothing_new_is_known_without_them() -> None:
    for arguments in (["explain", "PS998"], ["show", "new-service"]):
        assert portspec(arguments).code == 2
    assert not os.path.exists(REPOSITORY / "src" / "portspec" / "configs" / "firewall" / "toy")
