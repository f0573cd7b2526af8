"""What a reader remarks of a balancer config, as the report says it: one config for each key, and both sentences.

`remarks/FORMAT.txt` holds blocks `=== key`: the config, a line `---`, the sentence in English and in Chinese. After a change
that is meant, `PORTSPEC_REFRESH=1 pytest tests/checks/test_remarks.py` writes the sentences; review the difference.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from string import Formatter
from typing import NamedTuple

import pytest
from checks.standard import check_text
from configs.balancer.test_haproxy_cases import haproxy_says

from portspec.checks.registry import checks
from portspec.checks.remarks import Table, advice, remarked, variant
from portspec.configs.registry import readers
from portspec.policy.model import Text
from portspec.report.phrasing import message

FOLDER = Path(__file__).parent / "remarks"
BALANCERS = [name for name, reader in readers().items() if reader.KIND == "balancer"]
CODES: Mapping[str, Table] = {"PS316": "UNKNOWN", "PS317": "REFUSED", "PS318": "IGNORED"}
REFRESH = os.environ.get("PORTSPEC_REFRESH") == "1"
NO_LINE_END = "[no line end]"
CHINESE = re.compile("[\u4e00-\u9fff]")


class RemarkCase(NamedTuple):
    """One key of a format with a config that the reader remarks it of. The title may say more behind the key."""

    format: str
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
        return next(code for code, table in CODES.items() if self.key in remarked(self.format, table))

    @property
    def id(self) -> str:
        return f"{self.format}.{self.key}"


def load() -> list[RemarkCase]:
    """Every case of every format."""
    found: list[RemarkCase] = []
    for name in BALANCERS:
        for block in (FOLDER / f"{name}.txt").read_text().split("=== ")[1:]:
            title, _, rest = block.partition("\n")
            found.append(RemarkCase(name, title, *rest.split("---\n")))
    return found


CASES = load()


def sentences(case: RemarkCase) -> str:
    """What the report says of the case's config with the case's key."""
    result = check_text(case.config, config_format=case.format)
    finding = next(found for found in result.findings if found.variant == variant(case.format, case.key))
    assert finding.code == case.code
    both = [message(finding, result.policy, lang) for lang in ("en", "zh-TW")]
    for value in (value for key, value in finding.values.items() if key != "format"):
        assert all(value in sentence for sentence in both)
    return "".join(f"{sentence}\n" for sentence in both)


@pytest.fixture(scope="module", autouse=REFRESH)
def _refresh() -> None:
    for name in BALANCERS:
        found = [case for case in CASES if case.format == name]
        blocks = "".join(f"=== {case.title}\n{case.text}---\n{sentences(case)}" for case in found)
        (FOLDER / f"{name}.txt").write_text(blocks)


@pytest.mark.parametrize("name", BALANCERS)
def test_every_key_has_a_case(name: str) -> None:
    keys = [key for table in CODES.values() for key in remarked(name, table)]
    assert [case.key for case in CASES if case.format == name] == keys


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_the_sentences(case: RemarkCase) -> None:
    assert sentences(case) == case.expected


@pytest.mark.parametrize("name", BALANCERS)
@pytest.mark.parametrize("code", CODES)
def test_the_chinese_ones_are_chinese(code: str, name: str) -> None:
    for key, text in remarked(name, CODES[code]).items():
        assert CHINESE.search(text["zh-TW"]), key
        assert not CHINESE.search(text["en"]), key
        assert checks()[code].messages[variant(name, key)]["zh-TW"].endswith(text["zh-TW"])


@pytest.mark.parametrize("name", BALANCERS)
def test_the_reader_gives_no_key_that_has_no_sentence(name: str) -> None:
    written = set(written_keys(name))
    assert written
    assert written <= {key for table in CODES.values() for key in remarked(name, table)}


def written_keys(name: str) -> Iterator[str]:
    """The keys in a reader's source: the first word of a Fault, the second of a Remark or of `self.remark`."""
    for path in Path(str(readers()[name].__file__)).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                at = {"Fault": 0, "Remark": 1, "remark": 1, "refused": 1, "unknown": 1}.get(called)
                if at is not None:
                    parts = [part.value for part in ast.walk(node.args[at]) if isinstance(part, ast.Constant)]
                    yield from (part for part in parts if isinstance(part, str))


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if case.format == "haproxy" and case.code != "PS316"],
    ids=lambda case: case.key,
)
def test_the_real_program_agrees(case: RemarkCase, tmp_path: Path) -> None:
    refused, warned = haproxy_says(case.config, tmp_path)
    assert refused if case.code == "PS317" else warned and not refused


@pytest.mark.parametrize("name", BALANCERS)
def test_what_a_reader_advises_is_about_a_finding_and_fills_in(name: str) -> None:
    table: Mapping[str, Text] = import_module(f"{readers()[name].__name__}.advice").ADVICE
    for key, text in table.items():
        code, of_variant = key.split(".", 1)
        check = checks()[code]
        assert advice(name, code, of_variant) == text
        assert set(text) == {"en", "zh-TW"}
        assert CHINESE.search(text["zh-TW"])
        told = (
            fields(check.messages[of_variant]["en"])
            | fields(check.help[of_variant]["en"])
            | {"format", "program", "path"}
        )
        assert fields(text["en"]) == fields(text["zh-TW"])
        assert fields(text["en"]) <= told, key


def fields(template: str) -> set[str]:
    """The values that a sentence fills in."""
    return {name for _, name, _, _ in Formatter().parse(template) if name}
