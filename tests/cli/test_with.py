"""`with:` in the cluster file: several files as one config, where its program takes several."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from running import REPOSITORY, portspec

RIGHT = REPOSITORY / "examples/upi-right"


def cluster(folder: Path, entry: str) -> Path:
    """The right example's cluster with one config of these tests; an entry names its files."""
    head = (RIGHT / "portspec.yaml").read_text().partition("configs:")[0]
    (folder / "portspec.yaml").write_text(f"{head}configs:\n  - {entry}\n")
    return folder


def split(folder: Path) -> tuple[str, str]:
    """The right balancer in two files."""
    text = (RIGHT / "lb/haproxy.cfg").read_text()
    at = text.index("listen machine-config") if "listen machine-config" in text else text.rindex("\nlisten") + 1
    (folder / "lb").mkdir()
    (folder / "lb/haproxy.cfg").write_text(text[:at])
    (folder / "lb/more.cfg").write_text(text[at:])
    return text[:at], text[at:]


def test_two_files_are_one_balancer(tmp_path: Path) -> None:
    split(tmp_path)
    alone = portspec(["check", str(cluster(tmp_path, "{path: lb/haproxy.cfg, at: balancer}"))])
    assert alone.code == 1
    both = portspec(["check", str(cluster(tmp_path, "{path: lb/haproxy.cfg, with: [lb/more.cfg], at: balancer}"))])
    assert both.code == 0, both.out


def test_a_finding_names_the_file_that_it_is_in(tmp_path: Path) -> None:
    _, second = split(tmp_path)
    (tmp_path / "lb/more.cfg").write_text(second.replace("mode tcp", "mode http") + "  mode http\n")
    cluster(tmp_path, "{path: lb/haproxy.cfg, with: [lb/more.cfg], at: balancer}")
    done = portspec(["check", "--format", "json", str(tmp_path)])
    found = [one for one in json.loads(done.out)["findings"] if one["code"] == "PS302"]
    assert found
    assert all(one["path"].endswith("lb/more.cfg") for one in found)
    assert all(second.count("\n") + 1 >= one["line"] for one in found)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("keepalived.conf", "vrrp_instance A {\n}\n"),
        ("nginx.conf", "events { }\nstream { server { listen 1; return x; } }\n"),
    ],
)
def test_a_program_of_one_file_takes_one(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text)
    (tmp_path / "other").write_text(text)
    done = portspec(["check", str(cluster(tmp_path, f"{{path: {name}, with: [other], at: balancer}}"))])
    assert (done.code, done.out) == (2, "")
    assert "takes one file" in done.err


def test_a_link_out_of_the_repository_is_refused(tmp_path: Path) -> None:
    repository = tmp_path / "repository"
    (repository / ".git").mkdir(parents=True)
    (tmp_path / "secret.cfg").write_text("listen a\n bind :1\n")
    split(repository)
    (repository / "lb/link.cfg").symlink_to(tmp_path / "secret.cfg")
    done = portspec(["check", str(cluster(repository, "{path: lb/haproxy.cfg, with: [lb/link.cfg], at: balancer}"))])
    assert done.code == 2
    assert "outside" in done.err or "out of" in done.err
