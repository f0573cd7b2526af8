"""`include`: which files are read, in which order, where errors are told, and what is refused. nft itself is asked, too."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path
from typing import NamedTuple

import pytest
from conftest_programs import require, require_namespaces

from portspec.configs.files import load
from portspec.configs.firewall.model import Ruleset
from portspec.configs.firewall.nftables import read, sniff
from portspec.configs.firewall.trace import trace
from portspec.errors import InputError

BASE = " chain c {\n  type filter hook input priority 0; policy drop;\n%s }\n"
TABLE = f"table inet t {{\n{BASE}}}\n"


class Case(NamedTuple):
    """Files by their names; `main.nft` is read. `answers`: ports with the verdict and where it is from, or else an
    error. `nft`: whether nft reads it, started in the folder."""

    name: str
    files: dict[str, str]
    answers: dict[int, str] | str
    nft: bool = True


ACCEPT = "tcp dport 22 accept\n"
CASES = [
    Case("a whole file", {"main.nft": 'include "./a.nft"\n', "a.nft": TABLE % ACCEPT},
         {22: "accept main.nft:1 (a.nft:4)", 80: "drop main.nft:1 (a.nft:3)"}),
    Case("definitions", {"main.nft": 'include "./a.nft"\n' + TABLE % "tcp dport $P accept\n", "a.nft": "define P = { 22, 23 }\n"},
         {22: "accept main.nft:5", 80: "drop main.nft:4"}),
    Case("a chain", {"main.nft": 'table inet t {\n include "./a.nft"\n}\n', "a.nft": BASE % ACCEPT}, {22: "accept main.nft:2 (a.nft:3)"}),
    Case("rules", {"main.nft": TABLE % 'tcp dport 23 accept; include "./a.nft"\ntcp dport 22 drop\n', "a.nft": f"# why\n{ACCEPT}"},
         {22: "accept main.nft:4 (a.nft:2)", 23: "accept main.nft:4"}),
    Case("elements", {"main.nft": 'table inet t {\n set s {\n  type inet_service\n  include "./a.nft"\n }\n' + BASE % "tcp dport @s accept\n" + "}\n",
                      "a.nft": "elements = { 22 }\n"}, {22: "accept main.nft:8"}),
    Case("a pattern, in order and without hidden files",
         {"main.nft": 'include "./rules.d/*.nft"\n', "rules.d/20.nft": "add rule inet t c tcp dport 22 accept\n",
          "rules.d/10.nft": TABLE % "tcp dport 22 ip saddr 10.9.9.9 drop\n", "rules.d/.no.nft": "no\n", "rules.d/no.txt": "no\n"},
         {22: "accept main.nft:1 (rules.d/20.nft:1)"}),
    Case("a pattern that fits nothing", {"main.nft": 'include "./none/*.nft"\n' + TABLE % ACCEPT}, {22: "accept main.nft:5"}),
    Case("a pattern of one character", {"main.nft": 'include "./a.nf[st]"\n', "a.nft": TABLE % ACCEPT}, {22: "accept main.nft:1 (a.nft:4)"}),
    Case("in included files", {"main.nft": 'include "./a.nft"\n', "a.nft": 'table inet t {\n include "./sub/b.nft"\n}\n', "sub/b.nft": BASE % ACCEPT},
         {22: "accept main.nft:1 (sub/b.nft:3)"}),
    Case("twice", {"main.nft": 'include "./a.nft"\ndefine Q = $P\nundefine P\ninclude "./a.nft"\n' + TABLE % "tcp dport $Q accept\n", "a.nft": "define P = 22\n"},
         {22: "accept main.nft:8"}),
    Case("blocks that end in another file", {"main.nft": 'include "./a.nft"\n}\n', "a.nft": TABLE[:-2] % ACCEPT}, {22: "accept main.nft:1 (a.nft:4)"}),
    Case("behind a semicolon", {"main.nft": 'include "./a.nft"; flush ruleset\n' + TABLE % ACCEPT, "a.nft": TABLE % "accept\n"}, {80: "drop main.nft:4"}),
    Case("an empty file", {"main.nft": 'include "./a.nft"\n' + TABLE % ACCEPT, "a.nft": ""}, {22: "accept main.nft:5"}),
    Case("without ./", {"main.nft": 'include "a.nft"\n', "a.nft": TABLE % ACCEPT}, {22: "accept main.nft:1 (a.nft:4)"}, nft=False),
    # Errors
    Case("an error in an included file", {"main.nft": 'include "./a.nft"\n', "a.nft": TABLE % "tcp dport 22 acept\n"},
         "a.nft:4:14: 'acept' is no match or statement that is known", nft=False),
    Case("a word that is unknown in an included file", {"main.nft": 'include "./a.nft"\n', "a.nft": "tabel\n"},
         "a.nft:1:1: expected a command such as `table inet filter {`, found 'tabel'", nft=False),
    Case("a file that is missing", {"main.nft": 'include "./a.nft"\n'}, "main.nft:1:9: include: file not found: './a.nft'", nft=False),
    Case("a file that includes itself", {"main.nft": 'include "./main.nft"\n'}, "main.nft:1:9: include: main.nft includes itself", nft=False),
    Case("files that include each other", {"main.nft": 'include "./a.nft"\n', "a.nft": 'include "./b.nft"\n', "b.nft": 'include "./a.nft"\n'},
         "b.nft:1:9: include: a.nft includes itself", nft=False),
    Case("a path without quotes", {"main.nft": "include a.nft\n"}, "main.nft:1:9: expected a path in quotes, found 'a.nft'", nft=False),
    Case("words behind it", {"main.nft": 'include "./a.nft" flush ruleset\n', "a.nft": TABLE % ACCEPT},
         "main.nft:1:19: expected a semicolon or the end of the line, found 'flush'", nft=False),
    Case("no line end", {"main.nft": 'include "./a.nft"\n' + TABLE % ACCEPT, "a.nft": "define P = 22"},
         "main.nft:1:9: include: a.nft has no line end behind its last word", nft=False),
    Case("a loop of jumps", {"main.nft": 'include "./a.nft"\n', "a.nft": "table ip t {\n chain d { jump d; }\n chain c { type filter hook input priority 0; jump d; }\n}\n"},
         "main.nft:1:1: a.nft:2: the jump to d closes a loop", nft=False),
    Case("in braces", {"main.nft": TABLE % 'jump { include "./a.nft"\n }\n', "a.nft": ACCEPT}, "main.nft:4:8: expected a rule, found 'include'", nft=False),
    # What nft would read
    Case("a folder", {"main.nft": 'include "./rules.d/"\n' + TABLE % ACCEPT, "rules.d/a.nft": "accept\n"},
         "main.nft:1:9: include: './rules.d/' is a folder, of which nft reads nothing"),
    Case("outside", {"main.nft": 'include "../a.nft"\n' + TABLE % ACCEPT, "../a.nft": "flush ruleset\n"},
         "main.nft:1:9: include: '../a.nft' is outside the repository"),
    Case("a pattern outside", {"main.nft": 'include "../*.nft"\n' + TABLE % ACCEPT, "../a.nft": "flush ruleset\n"},
         "main.nft:1:9: include: '../*.nft' is outside the repository"),
    Case("an absolute path", {"main.nft": 'include "/etc/nftables.d/*.nft"\n' + TABLE % ACCEPT}, "main.nft:1:9: include: '/etc/nftables.d/*.nft' is outside the repository"),
    Case("no text", {"main.nft": 'include "./a.nft"\n' + TABLE % ACCEPT, "a.nft": "\0"}, "a.nft:1:1: a NUL byte: this is no text file", nft=False),
]  # fmt: skip


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository, in which the test runs."""
    folder = tmp_path / "repository"
    (folder / ".git").mkdir(parents=True)
    monkeypatch.chdir(folder)
    return folder


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")


def answered(port: int, name: str = "main.nft") -> str:
    """`accept main.nft:1 (a.nft:4)`: the verdict, and the rule that gives it."""
    ruleset = read(load(name, name))
    assert isinstance(ruleset, Ruleset)
    traced = trace(ruleset, {"source": "10.1.2.3", "destination": "10.1.2.5", "port": port}).replay
    span, text, _ = traced.steps[-1]
    assert not span.within or text.startswith(f"{span.within}: ")
    return f"{traced.verdict} {name}:{span.line}" + (f" ({span.within})" if span.within else "")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_is_included(case: Case, repository: Path) -> None:
    write(repository, case.files)
    if isinstance(case.answers, str):
        with pytest.raises(InputError) as caught:
            read(load("main.nft", "main.nft"))
        assert str(caught.value) == case.answers
    else:
        assert {port: answered(port) for port in case.answers} == case.answers


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_nft_reads_them_alike(case: Case, repository: Path) -> None:
    require_namespaces()
    write(repository, case.files)
    done = subprocess.run(
        ["unshare", "-n", require("nft", package="nftables"), "-f", "main.nft"], capture_output=True, check=False
    )
    assert (done.returncode == 0) == case.nft, done.stderr


@pytest.mark.parametrize(("count", "good"), [(14, True), (15, True), (16, False), (17, False)])
def test_how_deep_files_include_each_other(repository: Path, count: int, good: bool) -> None:
    """As nft counts: it is asked, too."""
    require_namespaces()
    for number in range(count):
        write(repository, {f"{number}.nft": f'include "./{number + 1}.nft"\n'})
    write(repository, {f"{count}.nft": TABLE % ACCEPT})
    done = subprocess.run(
        ["unshare", "-n", require("nft", package="nftables"), "-c", "-f", "0.nft"], capture_output=True, check=False
    )
    refused = ""
    try:
        read(load("0.nft", "0.nft"))
    except InputError as error:
        refused = error.message
    assert bool(refused) == ("more than 15 deep" in refused)
    assert (not refused, done.returncode == 0) == (good, good)


def test_a_link_out_of_the_repository_is_not_followed(repository: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.nft").write_text(TABLE % ACCEPT)
    write(repository, {"main.nft": 'include "./a.nft"\n', "other.nft": 'include "./rules.d/*.nft"\n'})
    (repository / "a.nft").symlink_to(tmp_path / "secret.nft")
    with pytest.raises(InputError, match="outside the repository"):
        answered(22)
    (repository / "rules.d").mkdir()
    (repository / "rules.d" / "b.nft").symlink_to(tmp_path / "secret.nft")
    with pytest.raises(InputError, match="outside the repository"):
        answered(22, "other.nft")


def test_a_link_inside_the_repository_is_followed(repository: Path) -> None:
    write(repository, {"main.nft": 'include "./a.nft"\n', "shared/b.nft": TABLE % ACCEPT})
    (repository / "a.nft").symlink_to("shared/b.nft")
    assert answered(22) == "accept main.nft:1 (a.nft:4)"
    (repository / "loop.nft").symlink_to("main.nft")
    write(repository, {"main.nft": 'include "./loop.nft"\n'})
    with pytest.raises(InputError, match="includes itself"):
        answered(22)


def test_paths_start_from_the_folder_of_the_file(repository: Path) -> None:
    write(repository, {"sites/a/main.nft": 'include "./ports.nft"\ninclude "../shared.nft"\n',
                       "sites/a/ports.nft": "define P = 22\n", "sites/shared.nft": TABLE % "tcp dport $P accept\n"})  # fmt: skip
    assert answered(22, "sites/a/main.nft") == "accept sites/a/main.nft:2 (sites/shared.nft:4)"


def test_files_that_are_included_over_and_over_come_to_an_end(repository: Path) -> None:
    for number in range(12):
        write(repository, {f"{number}.nft": f'include "./{number + 1}.nft"\n' * 10})
    write(repository, {"12.nft": "# " + "x" * 1000 + "\n"})
    begun = time.monotonic()
    with pytest.raises(InputError, match="more text than is read"):
        read(load("0.nft", "0.nft"))
    assert time.monotonic() - begun < 5


def test_what_is_no_file_is_not_waited_for(repository: Path) -> None:
    write(repository, {"main.nft": 'include "./pipe"\n'})
    os.mkfifo(repository / "pipe")
    with pytest.raises(InputError, match="is not a regular file"):
        answered(22)


def test_a_file_of_includes_alone_is_taken_for_nftables() -> None:
    assert sniff('# main\ninclude "./a.nft"\n') >= 20
    assert sniff("include mime.types;\n") == 0
