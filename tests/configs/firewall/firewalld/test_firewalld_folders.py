"""Folders on disk: what is read of them, what is refused."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from configs.firewall.firewalld.control_plane import FILES, repository, write
from running import portspec

from portspec.configs import folders
from portspec.configs.files import load
from portspec.configs.folders import FolderText, in_part, place
from portspec.errors import InputError
from portspec.source import SourceText, Span


def test_lines_of_the_whole_are_lines_of_the_parts() -> None:
    parts = [SourceText("f/a", "1\n2"), SourceText("f/b", "1\n"), SourceText("(c)", "1\n2\n")]
    whole = FolderText("f", parts)
    assert whole.text == "1\n2\n1\n1\n2\n"
    assert [place(whole, line) for line in range(1, 6)] == [("f/a", 1), ("f/a", 2), ("f/b", 1), ("(c)", 1), ("(c)", 2)]
    assert [whole.line(line) for line in range(1, 6)] == ["1", "2", "1", "1", "2"]
    assert in_part(whole, Span(3, 2, 4, 5)) == ("f/b", Span(1, 2, 2, 5))
    assert in_part(whole, Span(4, 1)) == ("f", None)
    assert place(whole, 0) == ("f", 0)
    assert place(parts[0], 7) == ("f/a", 7)


def test_what_firewalld_does_not_read_is_passed_over(tmp_path: Path) -> None:
    more = {"zones/old.xml.old": "x", "zones/README": "x", "services/deep/a.xml": "x", "notes.md": "x"}
    folder = write(tmp_path / "firewalld", {**FILES, **more})
    whole = load(str(folder), "fw")
    assert isinstance(whole, FolderText)
    assert sorted(part.path for part in whole.parts) == sorted(f"fw/{name}" for name in FILES)


def _link_file(folder: Path) -> None:
    (folder / "zones" / "linked.xml").symlink_to("/etc/hostname")


def _link_folder(folder: Path) -> None:
    (folder.parent / "elsewhere").mkdir()
    (folder.parent / "elsewhere" / "secret.xml").write_text("<service/>")
    for path in (folder / "services").iterdir():
        path.unlink()
    (folder / "services").rmdir()
    (folder / "services").symlink_to(folder.parent / "elsewhere")


def _dangling(folder: Path) -> None:
    (folder / "zones" / "gone.xml").symlink_to(folder / "zones" / "nothing.xml")


def _pipe(folder: Path) -> None:
    os.mkfifo(folder / "zones" / "pipe.xml")


def _astray(folder: Path) -> None:
    (folder / "stray.xml").write_text("<zone/>")


def _inner_folder(folder: Path) -> None:
    (folder / "zones" / "folder.xml").mkdir()


def _empty_file(folder: Path) -> None:
    (folder / "zones" / "empty.xml").write_text("")


def _binary(folder: Path) -> None:
    (folder / "zones" / "binary.xml").write_bytes(b"<zone>\xff</zone>")


REFUSED: dict[str, tuple[Callable[[Path], None], str]] = {
    "a link that leads out": (_link_file, "fw/zones/linked.xml: is a link that leads out of the folder"),
    "a folder that is a link": (_link_folder, "fw/services/secret.xml: is a link that leads out of the folder"),
    "a link to nothing": (_dangling, "fw/zones/gone.xml: No such file or directory"),
    "a pipe": (_pipe, "fw/zones/pipe.xml: is not a regular file"),
    "an XML file astray": (_astray, "fw/stray.xml: firewalld reads no such file here"),
    "a folder named like a file": (_inner_folder, "fw/zones/folder.xml: is a directory; expected a file, or a folder such as /etc/firewalld"),
    "an empty file": (_empty_file, "fw/zones/empty.xml:1:1: the file is empty"),
    "no UTF-8": (_binary, "fw/zones/binary.xml:1:7: byte 0xff is not UTF-8"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_folder_is_refused(name: str, tmp_path: Path) -> None:
    change, expected = REFUSED[name]
    folder = write(tmp_path / "firewalld", FILES)
    change(folder)
    with pytest.raises(InputError) as error:
        load(str(folder), "fw")
    assert str(error.value) == expected


def test_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write(tmp_path / "firewalld", FILES)
    with pytest.raises(InputError, match="at most"):
        load(str(folder), "fw", 500)
    monkeypatch.setattr(folders, "MOST_FILES", 3)
    with pytest.raises(InputError, match="has more than 3 files"):
        load(str(folder), "fw")


@pytest.mark.parametrize("files", [{"notes.md": "x"}, {"zones/readme.md": "x"}, {"services/a.xml": "<service/>"}])
def test_a_folder_of_something_else_is_no_config(files: dict[str, str], tmp_path: Path) -> None:
    write(tmp_path / "folder", files)
    with pytest.raises(InputError, match="is a directory"):
        load(str(tmp_path / "folder"), "folder")
    run = portspec(["check", "."], cwd=repository(tmp_path, "folder"))
    assert run.code == 2
    assert "portspec.yaml:23:12: 'folder' is a directory; expected a file" in run.err


def test_a_folder_outside_the_repository_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "firewalld", FILES)
    (repository(tmp_path / "repository", "linked") / "linked").symlink_to(tmp_path / "firewalld")
    run = portspec(["check", "."], cwd=tmp_path / "repository")
    assert run.code == 2
    assert "'linked' is outside the repository" in run.err


def test_another_format_does_not_take_a_folder(tmp_path: Path) -> None:
    folder = repository(tmp_path, "firewalld", format_="nftables")
    write(folder / "firewalld", FILES)
    run = portspec(["check", "."], cwd=folder)
    assert run.code == 2
    assert run.err.startswith("portspec: firewalld") or "firewalld:" in run.err


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE zone [<!ENTITY a "b">]><zone>&a;</zone>',
        "<zone>" * 100_000,
        f'<zone target="{"x" * 1_000_000}"/>',
        "<zone><port/></zone>",
    ],
)
def test_a_hostile_file_ends_with_exit_code_2(text: str, tmp_path: Path) -> None:
    write(tmp_path / "firewalld", {"zones/public.xml": text})
    run = portspec(["trace", "firewalld", "--from", "10.0.0.1", "--to", "10.0.0.2", "--port", "1"], cwd=tmp_path)
    assert run.code == 2
    assert "firewalld/zones/public.xml:1:" in run.err
    assert "Traceback" not in run.err
    assert len(run.err) < 600
