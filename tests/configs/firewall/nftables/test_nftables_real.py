"""What nft itself reads, the reader reads; what nft refuses, the reader refuses. Where they differ, a table says why."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from configs.firewall.nftables import bug_cases, field_cases
from configs.firewall.nftables.corpus import READ, REFUSED
from conftest_programs import require, require_namespaces

from portspec.configs.firewall.nftables import read
from portspec.errors import InputError
from portspec.source import SourceText

FILES: dict[str, str] = {
    **READ,
    **REFUSED,
    **{f"field: {case.name}": case.text for case in field_cases.CASES},
    **{f"field refused: {name}": text for name, text, _ in field_cases.REFUSED},
    **{f"bug: {case.name}": case.text for case in bug_cases.CASES},
    **{f"bug refused: {name}": text for name, text, _ in bug_cases.REFUSED},
}

CARRIAGE = "nft stumbles over the carriage return; files that went through Windows are meant as they look"
NEWER = "nft 1.0.6 does not know it yet; later ones do"
READ_BY_US: dict[str, str] = {
    "two tables on one line": "nft wants a line end or a semicolon behind an inner block; its meaning is the same",
    "CRLF": CARRIAGE,
    "bug: what iptables-nft wrote, as nft lists it": "nft lists such rules and does not read them again",
    "field: CRLF": CARRIAGE,
    "bug: when a rule was met last": NEWER,
    "bug: what a tunnel carries": NEWER,
    "bug: a route that is checked": NEWER,
    "element of another type": "elements are read by the match that asks for them, and no rule asks for these",
    "ip in an ip6 table": "the rule matches nothing, which is what the reader makes of it",
}
"""Files that only the reader accepts, and why."""

LOOP = "`nft -c` does not look for loops; the kernel refuses one that a hook leads to when the file is loaded"
READ_BY_NFT: dict[str, str] = {
    "loop": LOOP,
    "field refused: loop": LOOP,
    "bug refused: a relation with a set": "no value is greater than a set; what nft makes of it nobody can have meant",
    "field refused: a rule that a warning cuts in two": "nft reads two rules, which is not what was listed",
    "field refused: include": "nft reads a file of this host; the reader reads those of the repository only",
}
"""Files that only nft accepts, and why."""


def reads(text: str) -> bool:
    """Whether the reader accepts a file."""
    try:
        read(SourceText("file", text))
    except InputError:
        return False
    return True


def nft_reads(text: str, folder: Path) -> bool:
    """Whether `nft -c -f` accepts it, in an empty network namespace."""
    program = require("nft", package="nftables")
    path = folder / "file.nft"
    path.write_text(text, encoding="utf-8", newline="")
    command = ["unshare", "-n", program, "-c", "-f", str(path)]
    return subprocess.run(command, capture_output=True, timeout=60, check=False).returncode == 0


@pytest.mark.parametrize("name", FILES)
def test_the_reader_and_nft_agree(name: str, tmp_path: Path) -> None:
    require_namespaces()
    ours, theirs = reads(FILES[name]), nft_reads(FILES[name], tmp_path)
    if name in READ_BY_US:
        assert (ours, theirs) == (True, False), READ_BY_US[name]
    elif name in READ_BY_NFT:
        assert (ours, theirs) == (False, True), READ_BY_NFT[name]
    else:
        assert ours == theirs


@pytest.mark.parametrize("name", READ)
def test_good_files_are_read(name: str) -> None:
    assert reads(READ[name])


@pytest.mark.parametrize("name", sorted(REFUSED.keys() - READ_BY_US.keys()))
def test_bad_files_are_refused(name: str) -> None:
    assert not reads(REFUSED[name])


def test_the_corpus_is_whole() -> None:
    assert len(READ) + len(REFUSED) >= 100
    parts = (READ, REFUSED, field_cases.CASES, field_cases.REFUSED, bug_cases.CASES, bug_cases.REFUSED)
    assert len(FILES) == sum(len(part) for part in parts)
    assert READ_BY_US.keys() | READ_BY_NFT.keys() <= FILES.keys()
