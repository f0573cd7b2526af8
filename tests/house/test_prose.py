"""Numbers in prose that somebody wrote by hand: what repeats the spec is compared with it, and what is not is named here.

Pages that are made from the spec have their numbers from it, and blocks of code in guides and READMEs are run. What is
left are the sentences of READMEs, guides, decisions and changelogs, and those of checks, commands and pages. A port or a
release there has to be one that the spec knows, and a claim about them is held against it, so that a change of the spec
reaches the sentence too.
"""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from running import REPOSITORY

from portspec.policy import store
from portspec.policy.model import Profile

NUMBER = re.compile(r"(?<![\w.:/,#=-])\d+(?:[.,]\d+)*(?![\w:/]|[.-]\w)")
ADDRESS = re.compile(r"\d+(?:\.\d+){3}\Z")
RELEASE = re.compile(r"[4-9]\.\d{1,2}\Z")
FENCE = re.compile(r"^\s*```")
LARGEST_COUNT = 19
"""Up to here a number counts something or is an exit code: no port of the spec is as low."""

PARTS = ("checks", "cli", "report", "site")
"""The sentences of `configs` are about the limits of the real programs, not about OpenShift."""

OTHER_NUMBERS: dict[str, dict[str, str]] = {
    "CHANGELOG.md": {"100,000": "rules", "1.7": "a ratio"},
    "CONTRIBUTING.md": {"3.11": "Python", "5.1": "the release that the worked example adds"},
    "README.md": {"3.11": "Python"},
    "README.zh-TW.md": {"3.11": "Python"},
    "docs/en/guides/first-check.md": {"3.11": "Python"},
    "docs/zh-TW/guides/first-check.md": {"3.11": "Python"},
    "docs/en/guides/offline.md": {"3.11": "Python"},
    "docs/zh-TW/guides/offline.md": {"3.11": "Python"},
    "docs/en/guides/add-a-reader.md": {"100": "a score", "20": "a score"},
    "docs/en/guides/add-a-release.md": {"5.1": "the release that the worked example adds"},
    "docs/zh-TW/guides/add-a-reader.md": {"100": "a score", "20": "a score"},
    "docs/zh-TW/guides/add-a-release.md": {"5.1": "the release that the worked example adds"},
    "docs/adr/0002-namedtuple-records.md": {"0.2": "ms", "1.3": "ms", "55": "ms", "150": "ms"},
    "docs/adr/0003-cold-start.md": {"28": "ms", "45": "ms", "58": "ms", "155": "ms"},
    "docs/adr/0004-packets-as-boxes.md": {"65536": "ports of a protocol"},
    "docs/adr/0006-dependencies.md": {"1.2": "YAML", "2027": "a year", "2.0": "mkdocs", "1.6.7": "properdocs"},
    "docs/adr/0007-columnar-filters.md": {"100,000": "rules", "1.5": "a ratio", "1,000": "rules", "10,000": "rules"},
}
"""By file: numbers of something else, and what they are."""


class Written(NamedTuple):
    """A number in a sentence, with where it stands."""

    file: str
    line: int
    number: str
    sentence: str


class Claim(NamedTuple):
    """A sentence whose numbers are the spec's: the groups of `pattern` in the file have to be `expected`."""

    file: str
    pattern: str
    expected: tuple[str, ...]


@cache
def ports() -> frozenset[str]:
    """Every port that some release of the spec has, and the ends of its ranges."""
    found: set[str] = set()
    for release in store.releases():
        for service in store.snapshot(release).services.values():
            for port in service.ports:
                found.update((port.port or "").split("-"))
    return frozenset(found - {""})


@cache
def ends() -> tuple[str, ...]:
    """The first release, the last one that is no preview, and the previews."""
    released = [name for name in store.releases() if not store.snapshot(name).release.preview]
    return (released[0], released[-1], *(name for name in store.releases() if name not in released))


def balanced(*balancers: str) -> set[str]:
    """The ports of some balancers in the newest release."""
    return {
        str(balance.port) for balance in store.policy(ends()[1], Profile()).balances if balance.balancer in balancers
    }


def prose() -> list[str]:
    """Markdown that is written by hand; not the evidence, where every figure is measured and has its command."""
    listed = subprocess.run(["git", "ls-files", "*.md"], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    return [
        name
        for name in listed.stdout.splitlines()
        if not name.startswith("tests/") and not name.endswith("evidence.md")
    ]


def written(file: str) -> Iterator[Written]:
    """The numbers of a Markdown file's sentences."""
    inside = False
    for number, line in enumerate((REPOSITORY / file).read_text().splitlines(), 1):
        if FENCE.match(line):
            inside = not inside
        elif not inside and not line.startswith("#"):
            yield from (Written(file, number, found, line) for found in NUMBER.findall(line))


def sentences() -> Iterator[Written]:
    """The numbers of the program's own sentences, in both languages; docstrings and samples of config aside."""
    for part in PARTS:
        for path in sorted((REPOSITORY / "src/portspec" / part).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Dict):
                    yield from _translated(path, node)


def _translated(path: Path, node: ast.Dict) -> Iterator[Written]:
    keys = [key.value for key in node.keys if isinstance(key, ast.Constant)]
    if set(keys) == {"en", "zh-TW"}:
        for value in node.values:
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                name = str(path.relative_to(REPOSITORY))
                for found in NUMBER.findall(value.value):
                    yield Written(name, value.lineno, found, value.value)


def is_known(found: Written) -> bool:
    """Whether a number is the spec's, counts something, is an address of an example, or is named above."""
    number = found.number
    if number in OTHER_NUMBERS.get(found.file, {}):
        return True
    if ADDRESS.match(number):
        return True
    if RELEASE.match(number):
        return number in store.releases()
    return (number.isdigit() and int(number) <= LARGEST_COUNT) or number in ports()


@pytest.mark.parametrize("file", prose())
def test_a_number_in_prose_is_the_specs_or_named_here(file: str) -> None:
    assert [found for found in written(file) if not is_known(found)] == []


def test_a_number_in_the_programs_sentences_is_the_specs() -> None:
    found = list(sentences())
    assert {one.number for one in found} >= {"6443", "22623", "1936"}
    assert [one for one in found if not is_known(one)] == []


@pytest.mark.parametrize("file", OTHER_NUMBERS)
def test_what_is_named_here_is_there_and_not_the_specs(file: str) -> None:
    numbers = {found.number for found in written(file)}
    for number in OTHER_NUMBERS[file]:
        assert number in numbers
        assert number not in store.releases()
        assert number not in ports()


CLAIMS = [
    Claim("CHANGELOG.md", r"for OpenShift ([\d.]+) to ([\d.]+), and ([\d.]+) and ([\d.]+) as previews", ends()),
    Claim("CONTRIBUTING.md", r"Suppose that ([\d.]+) is branched off", (f"{ends()[-1].split('.')[0]}.1",)),
]


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.file)
def test_a_claim_is_what_the_spec_says(claim: Claim) -> None:
    found = re.search(claim.pattern, (REPOSITORY / claim.file).read_text().replace("\n", " "))
    assert found is not None, "the sentence is gone: take the claim out"
    assert found.groups() == claim.expected


@pytest.mark.parametrize(
    ("file", "balancers"),
    [("checks/ps301_listener_missing.py", ("api", "ingress")), ("checks/ps308_wrong_port.py", ("api",))],
)
def test_checks_name_the_ports_that_are_balanced(file: str, balancers: tuple[str, ...]) -> None:
    said = {found.number for found in sentences() if found.file.endswith(file)}
    assert said == balanced(*balancers)


def test_the_check_of_the_health_port_names_it() -> None:
    asked = {
        str(balance.health.port)
        for balance in store.policy(ends()[1], Profile()).balances
        if balance.balancer == "ingress" and balance.health is not None
    }
    assert {found.number for found in sentences() if "ps315" in found.file} == asked
