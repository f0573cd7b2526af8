"""What must hold of every config: how it is laid out means nothing, and no other format's file is taken for one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from configs.balancer.casefiles import ReaderCase, load
from configs.balancer.shown import shown
from running import REPOSITORY

from portspec.configs.balancer import as3, f5
from portspec.configs.balancer.model import Balancer
from portspec.configs.registry import detect
from portspec.source import SourceText

REPORTS = REPOSITORY / "tests/checks/cases_balancer"
RIGHT = (REPORTS / "right-f5/bigip.conf").read_text()
STANZAS = [case for case in load(Path(__file__).parent / "cases") if case.file in ("virtuals", "pools", "monitors")] + [
    ReaderCase("report", "right-f5", RIGHT, "")
]
PLACE = re.compile(r"@\d+(?::\d+-\d+)?|\d+:\d+-\d+|line=\d+")
OWN = sorted(path for path in REPORTS.glob("*-f5*/*") if path.name in ("bigip.conf", "setup.sh"))
OTHERS = [
    path
    for path in [*REPORTS.glob("*/*"), *(REPOSITORY / "examples").rglob("*")]
    if path.is_file() and path not in OWN and path.name != "expected.txt"
]


def model(text: str) -> str:
    """The model without its places."""
    return PLACE.sub("", shown(text, f5.read))


def in_one_line(text: str) -> str:
    """The same stanzas, each in one line."""
    flat = re.sub(r"\n[ \t]+|\n(?=\})", " ", text)
    return re.sub(r"(?m)^#.*\n", "", flat)


@pytest.mark.parametrize("case", [case for case in STANZAS if "ltm rule" not in case.text], ids=lambda case: case.id)
def test_lines_mean_nothing(case: ReaderCase) -> None:
    flat = in_one_line(case.text)
    assert flat.count("\n") <= case.text.count("\n")
    assert model(flat) == model(case.text)


@pytest.mark.parametrize("case", STANZAS, ids=lambda case: case.id)
def test_stanzas_are_what_create_makes(case: ReaderCase) -> None:
    created = re.sub(r"(?m)^ltm (?!default-node-monitor|rule|policy)", "create ltm ", case.text)
    assert model(created) == model(case.text)


@pytest.mark.parametrize("case", STANZAS, ids=lambda case: case.id)
def test_a_file_read_twice_is_the_same(case: ReaderCase) -> None:
    once = {line for line in model(case.text).splitlines() if not line.startswith("refused ")}
    twice = {line for line in model(case.text + case.text).splitlines() if not line.startswith("refused ")}
    assert once == twice


def test_a_declaration_makes_what_the_stanzas_make() -> None:
    declared = as3.read(SourceText("", (REPORTS / "right-as3/declaration.json").read_text()))
    assert served(declared) == served(f5.read(SourceText("", RIGHT)))


def served(balancer: Balancer) -> dict[int, list[tuple[object, ...]]]:
    """What stands behind each port: members, whether they are backups, how they are watched, and what cuts connections."""
    pools = {pool.name: pool for pool in balancer.pools}
    found: dict[int, list[tuple[object, ...]]] = {}
    for frontend in balancer.frontends:
        for listener in frontend.listeners:
            pool = pools[frontend.routes[0].pool]
            found[listener.first_port] = [
                (
                    listener.address,
                    member.address,
                    member.port,
                    member.backup,
                    member.check._replace(span=None),
                    bool(pool.persistence),
                    [idle.time for idle in pool.idle],
                )
                for member in pool.members
            ]
    return found


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.parent.name)
def test_a_config_is_taken_for_what_it_is(path: Path) -> None:
    assert detect(SourceText(path.name, path.read_text())) == "f5"


def test_no_file_of_another_format_is_taken_for_one() -> None:
    assert len(OTHERS) > 100
    assert [path for path in OTHERS if f5.sniff(path.read_text(errors="replace"))] == []


def test_no_file_of_another_format_is_taken_for_a_declaration() -> None:
    declarations = {path for path in OTHERS if path.name == "declaration.json"}
    assert {path for path in [*OTHERS, *OWN] if as3.sniff(path.read_text(errors="replace"))} == declarations
