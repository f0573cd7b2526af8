"""Folders of `*.cfg` files as one config: what HAProxy makes of the same folder, and where findings point."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from configs.balancer.shown import model_shown
from conftest_programs import require

from portspec.configs.balancer.haproxy import read
from portspec.configs.files import load
from portspec.configs.folders import FolderText, in_part, is_list_of_files
from portspec.errors import InputError

DEFAULTS = "defaults\n mode tcp\n timeout connect 1s\n timeout client 1s\n timeout server 1s\n"
LISTEN = "listen a\n bind 127.0.0.1:16443\n server m 127.0.0.1:6443\n"

FOLDERS: dict[str, tuple[dict[str, str], bool]] = {
    "defaults of an earlier file hold": ({"10-defaults.cfg": DEFAULTS, "20-api.cfg": LISTEN}, True),
    "files in the order of their names": ({"9.cfg": " server n 127.0.0.1:1\n", "10.cfg": DEFAULTS + LISTEN}, False),
    "a file begins outside of any section": ({"10.cfg": DEFAULTS + LISTEN, "20.cfg": " server n 127.0.0.1:1\n"}, False),
    "a file begins outside, after one without a section": (
        {"10.cfg": DEFAULTS + LISTEN, "15.cfg": "# nothing\n", "20.cfg": " server n 127.0.0.1:1\n"}, False),
    "other names are not read": (
        {"10.cfg": DEFAULTS + LISTEN, "20.cfg.rpmsave": "rubbish\n", ".hidden.cfg": "rubbish\n", "README": "x\n"}, True),
    "an empty file": ({"10.cfg": DEFAULTS + LISTEN, "20.cfg": ""}, True),
    "a condition ends in its file": ({"10.cfg": DEFAULTS + ".if 1\n" + LISTEN, "20.cfg": ".endif\n"}, False),
    "a file that is cut off": ({"10.cfg": DEFAULTS + LISTEN.rstrip("\n"), "20.cfg": LISTEN.replace("listen a", "listen b")}, False),
    "variables of an earlier file": (
        {"10.cfg": "global\n setenv PORT 6443\n" + DEFAULTS, "20.cfg": LISTEN.replace("0.0.1:6443", "0.0.1:$PORT")}, True),
    "a name twice": ({"10.cfg": DEFAULTS + LISTEN, "20.cfg": LISTEN}, False),
    "a route across files": ({"10.cfg": DEFAULTS + "frontend f\n bind :16444\n default_backend b\n", "20.cfg": "backend b\n server m 127.0.0.1:1\n"}, True),
}  # fmt: skip


def folder(files: dict[str, str], path: Path) -> FolderText:
    """The files written to a folder, and loaded as one config."""
    for name, text in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(text)
    whole = load(str(path), "lb/conf")
    assert isinstance(whole, FolderText)
    return whole


@pytest.mark.parametrize("name", FOLDERS)
def test_haproxy_agrees_about_the_folder(name: str, tmp_path: Path) -> None:
    files, good = FOLDERS[name]
    whole = folder(files, tmp_path)
    assert refusals(whole, files) == (not good)
    program = require("haproxy", package="haproxy")
    done = subprocess.run([program, "-c", "-f", str(tmp_path)], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode == 0) == good, done.stderr


def refusals(whole: FolderText, files: dict[str, str]) -> bool:
    """Whether the reader refuses a folder, or something of it; an error has its place in one of the files."""
    try:
        return any(remark.kind == "refused" for remark in read(whole).remarks)
    except InputError as error:
        found = error
    text = files[found.path.removeprefix("lb/conf/")]
    return 1 <= found.line <= text.count("\n") + 1


def test_findings_point_into_the_file(tmp_path: Path) -> None:
    whole = folder({"10.cfg": DEFAULTS, "20.cfg": LISTEN + " serv x\n"}, tmp_path)
    (remark,) = read(whole).remarks
    path, span = in_part(whole, remark.span)
    assert path == "lb/conf/20.cfg"
    assert span is not None
    assert (span.line, span.column) == (4, 2)


def test_the_files_of_conf_d_come_after_its_own(tmp_path: Path) -> None:
    whole = folder({"conf.d/00-api.cfg": LISTEN, "haproxy.cfg": DEFAULTS, "conf.d/more/x.cfg": "rubbish\n"}, tmp_path)
    assert [part.path for part in whole.parts] == ["lb/conf/haproxy.cfg", "lb/conf/conf.d/00-api.cfg"]
    assert "  idle timeout client 1000ms" in model_shown(read(whole))


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    inside = tmp_path / "conf"
    inside.mkdir()
    (tmp_path / "secret.cfg").write_text(DEFAULTS + LISTEN)
    (inside / "10.cfg").symlink_to(tmp_path / "secret.cfg")
    with pytest.raises(InputError, match="leads out of the folder"):
        load(str(inside), "lb/conf")


def test_a_folder_without_such_files_is_none(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x\n")
    assert not is_list_of_files(str(tmp_path))
