"""What a reader remarks of a balancer config, as the report says it: one config for each key, and both sentences.

`remarks.txt` holds blocks `=== key`: the config, a line `---`, the sentence in English and in Chinese. After a change
that is meant, `PORTSPEC_REFRESH=1 pytest tests/checks/test_remarks.py` writes the sentences; review the difference.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from checks.standard import check_text
from configs.balancer.test_haproxy_cases import haproxy_says

from portspec.checks.registry import checks
from portspec.checks.remarks import IGNORED, REFUSED, UNKNOWN
from portspec.configs.balancer import haproxy
from portspec.report.phrasing import message

FILE = Path(__file__).parent / "remarks.txt"
TABLES = {"PS316": UNKNOWN, "PS317": REFUSED, "PS318": IGNORED}
REFRESH = os.environ.get("PORTSPEC_REFRESH") == "1"
NO_LINE_END = "[no line end]"
CHINESE = re.compile("[\u4e00-\u9fff]")


class RemarkCase(NamedTuple):
    """One key with a config that the reader remarks it of. The title may say more behind the key."""

    title: str
    text: str
    expected: str

    @property
    def key(self) -> str:
        return self.title.split()[0]

    @property
    def config(self) -> str:
        return self.text.removesuffix("\n") if NO_LINE_END in self.title else self.text

    @property
    def code(self) -> str:
        return next(code for code, table in TABLES.items() if self.key in table)


def load() -> list[RemarkCase]:
    """Every case of the file."""
    found: list[RemarkCase] = []
    for block in FILE.read_text().split("=== ")[1:]:
        title, _, rest = block.partition("\n")
        found.append(RemarkCase(title, *rest.split("---\n")))
    return found


CASES = load()


def sentences(case: RemarkCase) -> str:
    """What the report says of the case's config with the case's key."""
    result = check_text(case.config, config_format="haproxy")
    finding = next(found for found in result.findings if found.variant == case.key)
    assert finding.code == case.code
    both = [message(finding, result.policy, lang) for lang in ("en", "zh-TW")]
    for value in finding.values.values():
        assert all(value in sentence for sentence in both)
    return "".join(f"{sentence}\n" for sentence in both)


@pytest.fixture(scope="module", autouse=REFRESH)
def _refresh() -> None:
    FILE.write_text("".join(f"=== {case.title}\n{case.text}---\n{sentences(case)}" for case in CASES))


def test_every_key_has_a_case() -> None:
    assert [case.key for case in CASES] == [key for table in TABLES.values() for key in table]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.key)
def test_the_sentences(case: RemarkCase) -> None:
    assert sentences(case) == case.expected


@pytest.mark.parametrize("code", TABLES)
def test_the_chinese_ones_are_chinese(code: str) -> None:
    for key, text in TABLES[code].items():
        assert CHINESE.search(text["zh-TW"]), key
        assert not CHINESE.search(text["en"]), key
        assert checks()[code].messages[key]["zh-TW"].endswith(text["zh-TW"])


def test_the_reader_gives_no_key_that_has_no_sentence() -> None:
    written = set(written_keys())
    assert len(written) > 60
    assert written <= {key for table in TABLES.values() for key in table}


def written_keys() -> Iterator[str]:
    """The keys in the reader's source: the first word of a Fault, the second of a Remark or of `self.remark`."""
    for path in Path(haproxy.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                at = {"Fault": 0, "Remark": 1, "remark": 1}.get(name)
                if at is not None:
                    parts = [part.value for part in ast.walk(node.args[at]) if isinstance(part, ast.Constant)]
                    yield from (part for part in parts if isinstance(part, str))


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if case.code != "PS316"],
    ids=lambda case: case.key,
)
def test_the_real_program_agrees(case: RemarkCase, tmp_path: Path) -> None:
    refused, warned = haproxy_says(case.config, tmp_path)
    assert refused if case.code == "PS317" else warned and not refused
