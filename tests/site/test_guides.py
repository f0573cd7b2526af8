"""The hand-written guides are true: every command in them runs, and says what the guide shows."""

from __future__ import annotations

import re
import shutil
from itertools import pairwise
from pathlib import Path

import pytest
from built_site import LANGUAGES
from running import REPOSITORY, portspec
from site_guides import BLOCK, GUIDES, LEFT_OUT, blocks, guide, run, shows, steps

from portspec.site.contents import navigation
from portspec.site.edition import edition
from portspec.source import SourceText
from portspec.spec.validate import schema as cluster_schema
from portspec.spec.validate import validator
from portspec.yamlsource import load_yaml, plain

COMMENT = re.compile(r" +# .*")
"""What a block says to its reader, in the reader's language."""
HAN = r"[\u3000-\u30ff\u4e00-\u9fff\uff00-\uffef]"

both = pytest.mark.parametrize("lang", LANGUAGES)


@both
def test_every_command_of_the_first_check_says_what_is_shown(lang: str, tmp_path: Path) -> None:
    shutil.copytree(REPOSITORY / "examples", tmp_path / "examples")
    found = steps("first-check", lang)
    assert sum(step.command.startswith("portspec") for step in found) >= 6
    for step in found:
        code, output, problems = run(step.command, tmp_path)
        finds = "upi-broken" in step.command or "try/" in step.command
        assert code == (1 if finds and step.command.startswith("portspec check") else 0), (step.command, problems)
        assert problems == ""
        assert shows(step.shown, output), f"{step.command} says:\n{output}"


@both
def test_every_command_about_pinning_says_what_is_shown(lang: str, tmp_path: Path) -> None:
    """In the order of the page: the matrix that is compared was written before."""
    shutil.copytree(REPOSITORY / "examples", tmp_path / "examples")
    found = steps("pin-and-upgrade", lang)
    assert {step.command.split()[1] for step in found} == {"pin", "diff", "show", "ports"}
    for step in found:
        code, output, problems = run(step.command, tmp_path)
        assert (code, problems) == (0, ""), step.command
        assert shows(step.shown, output), f"{step.command} says:\n{output}"


def test_both_languages_run_the_same_commands() -> None:
    for name in GUIDES:
        english = [step.command for step in steps(name, "en")]
        assert [step.command.replace(" --lang zh-TW", "") for step in steps(name, "zh-TW")] == english
        for kind in ("yaml", "json", "lua", "sh", "python"):
            chinese, same = ([COMMENT.sub("", one) for one in blocks(name, lang, kind)] for lang in ("zh-TW", "en"))
            assert chinese == same, (name, kind)


def test_both_languages_tell_the_same_in_code() -> None:
    """What stands in backticks, sentence comments apart, and the links."""
    for name in GUIDES:
        told = []
        for lang in LANGUAGES:
            text = BLOCK.sub("", guide(name, lang))
            words = [word for word in re.findall(r"`([^`]+)`", text) if "portspec: ignore" not in word]
            told.append((sorted(set(words)), re.findall(r"\]\(([^)]+)\)", text)))
        assert told[0] == told[1], name


def test_elision_matches_whole_lines_only() -> None:
    assert shows(["a", LEFT_OUT, "c"], "a\nb\nb\nc\n")
    assert shows([LEFT_OUT, "c", LEFT_OUT], "c\n")
    assert not shows(["a", "c"], "a\nb\nc\n")
    assert not shows([LEFT_OUT, "c"], "a\nb\n")


@both
def test_the_cluster_file_of_the_guide_is_good(lang: str, tmp_path: Path) -> None:
    shutil.copytree(REPOSITORY / "examples" / "upi-right", tmp_path / "cluster")
    (content,) = blocks("cluster-file", lang, "yaml")
    (tmp_path / "cluster" / "portspec.yaml").write_text(content)
    loaded = plain(load_yaml(SourceText("portspec.yaml", content)))
    assert [error.message for error in validator("cluster").iter_errors(loaded)] == []
    done = portspec(["check", "cluster"], cwd=tmp_path)
    assert (done.code, done.err) == (0, ""), done.out


@both
def test_the_table_of_keys_is_that_of_the_schema(lang: str) -> None:
    schema = cluster_schema("cluster")
    table = guide("cluster-file", lang).split("{#keys}")[1].split("\n## ")[0]
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", table, re.MULTILINE))
    assert rows.keys() == schema["properties"].keys()
    required = {"en": "(required)", "zh-TW": "（必填）"}[lang]
    assert {name for name, text in rows.items() if required in text} == set(schema["required"])
    default = {"en": r"`([\w-]+)`[^,;]*? \(default\)", "zh-TW": r"`([\w-]+)`（預設）"}[lang]
    told = {name: match[1] for name, text in rows.items() if (match := re.search(default, text))}
    assert told == {name: found["default"] for name, found in schema["properties"].items() if "default" in found}
    for name in ("network", "topology", "phase"):
        assert set(re.findall(r"`([\w-]+)`", rows[name])) == set(schema["properties"][name]["enum"])


@both
def test_the_placements_of_the_guide_are_understood(lang: str, tmp_path: Path) -> None:
    shutil.copytree(REPOSITORY / "examples" / "upi-right", tmp_path / "cluster")
    table = guide("cluster-file", lang).split("{#at}")[1]
    placements = [word for line in table.splitlines() if line.startswith("| `") for word in _codes(line)]
    assert len(placements) == 6
    (content,) = blocks("cluster-file", lang, "yaml")
    head = content.split("configs:")[0]
    for placement in placements:
        path = "lb/haproxy.cfg" if "balancer" in placement.split(":")[0] else "firewall/master.nft"
        (tmp_path / "cluster" / "portspec.yaml").write_text(
            f"{head}configs:\n  - {{path: {path}, at: {placement}}}\n", encoding="utf-8"
        )
        done = portspec(["check", "cluster"], cwd=tmp_path)
        assert done.code in {0, 1}, (placement, done.err)
        assert done.err == "", placement


def _codes(line: str) -> list[str]:
    return re.findall(r"`([^`]+)`", line.partition(" | ")[0])


def test_chinese_sentences_are_not_broken_over_lines() -> None:
    """A line end becomes a blank on the page, which Chinese does not have."""
    for name in GUIDES:
        text = BLOCK.sub("", guide(name, "zh-TW"))
        broken = [f"{line}⏎{after}" for line, after in pairwise(text.splitlines()) if _runs_on(line, after)]
        assert broken == [], name


def _runs_on(line: str, after: str) -> bool:
    return bool(re.search(f"{HAN}$", line) and re.match(HAN, after))


@both
def test_every_guide_is_tested_and_in_the_navigation(lang: str) -> None:
    found = {path.stem for path in (REPOSITORY / "docs" / lang / "guides").glob("*.md")}
    assert found == set(GUIDES)
    (listed,) = (entry["Guides"] for entry in navigation(edition()) if "Guides" in entry)
    assert sorted(listed) == sorted(f"guides/{name}.md" for name in GUIDES)
