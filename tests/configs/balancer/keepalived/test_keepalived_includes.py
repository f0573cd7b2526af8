"""What `include` names: beside the file, inside the repository, told with its own place."""

from __future__ import annotations

from pathlib import Path

import pytest
from configs.balancer.shown import model_shown
from conftest_programs import require_namespaces
from differential.keepalived_live import config_test

from portspec.configs.balancer.keepalived import read
from portspec.configs.files import load
from portspec.errors import InputError
from portspec.source import SourceText

HEAD = "virtual_server 10.0.0.1 443 {\n  lvs_sched rr\n  lvs_method NAT\n  protocol TCP\n"
SERVER = "real_server 10.1.0.{} 443 {{\n}}\n"


def written(folder: Path, files: dict[str, str]) -> Path:
    (folder / ".git").mkdir(exist_ok=True)
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o644)
    return folder / "keepalived.conf"


@pytest.mark.parametrize(
    ("line", "servers"),
    [
        ("include a.conf", ["1"]),
        ("include conf.d/*.conf", ["2", "3"]),
        ("include {a,conf.d/b}.conf", ["1", "2"]),
        ("includea conf.d/[c]*.conf", ["3"]),
        ("include deep/x.conf", ["4", "2"]),
        ("$X=5\n  include var.conf", ["5"]),
    ],
)
def test_what_is_included(line: str, servers: list[str], tmp_path: Path) -> None:
    text = f"{HEAD}  {line}\n}}\n"
    files = {
        "keepalived.conf": text, "a.conf": SERVER.format(1), "conf.d/b.conf": SERVER.format(2),
        "conf.d/c.conf": SERVER.format(3), "deep/x.conf": SERVER.format(4) + "include ../conf.d/b.conf\n",
        "var.conf": SERVER.format("${X}"),
    }  # fmt: skip
    path = written(tmp_path, files)
    model = read(load(str(path), str(path)))
    assert [member.host for member in model.pools[0].members] == [f"10.1.0.{number}" for number in servers]
    assert model.remarks == ()
    require_namespaces()
    assert config_test(text, tmp_path).good


def test_a_place_in_an_included_file_is_told(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        {"keepalived.conf": HEAD + "include more.conf\n}\n", "more.conf": "\n nat_mask x\n" + SERVER.format(1)},
    )
    model = read(load(str(path), str(path)))
    assert "ignored 5:1-18 keyword keyword=nat_mask" in model_shown(model)
    assert [remark.span.within.rpartition("/")[2] for remark in model.remarks] == ["more.conf:2"]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"keepalived.conf": "include keepalived.conf\n"}, "includes itself"),
        ({"keepalived.conf": "include b.conf\n", "b.conf": "\ninclude keepalived.conf\n"}, "includes itself"),
        ({"keepalived.conf": "include /etc/hostname\n"}, "outside the repository"),
        ({"keepalived.conf": "include ../*\n"}, "outside the repository"),
        ({"keepalived.conf": "include " + "{a,b}" * 20 + "\n"}, "more than 1000 files"),
    ],
)
def test_what_is_not_included(files: dict[str, str], message: str, tmp_path: Path) -> None:
    path = written(tmp_path, files)
    with pytest.raises(InputError, match=message) as caught:
        read(SourceText(str(path), path.read_text()))
    assert caught.value.line in (1, 2)


def test_what_can_be_executed_is_passed_over(tmp_path: Path) -> None:
    path = written(
        tmp_path, {"keepalived.conf": HEAD + SERVER.format(1) + "include x.conf\n}\n", "x.conf": SERVER.format(2)}
    )
    (tmp_path / "x.conf").chmod(0o755)
    model = read(load(str(path), str(path)))
    assert [member.host for member in model.pools[0].members] == ["10.1.0.1"]
    assert [remark.key for remark in model.remarks] == ["include"]
