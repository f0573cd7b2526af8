"""JUnit: by the rules of Jenkins' schema, and read by junitparser."""

from __future__ import annotations

import shutil
from pathlib import Path
from xml.etree import ElementTree

import junitparser
import pytest
from report.hostile import HARMFUL, HOSTILE, NAMES
from report.many import comment, result_of
from running import REPOSITORY, portspec

from portspec.report.as_junit import MOST_TOLD, render
from portspec.report.printable import printable
from portspec.report.setting import Setting

# junit-10.xsd of Jenkins' xunit plugin, as far as a report without reruns goes:
# element → (attributes it must have, further ones it may have, elements it may hold)
SCHEMA: dict[str, tuple[set[str], set[str], set[str]]] = {
    "testsuites": (set(), {"name", "time", "tests", "failures", "errors"}, {"testsuite"}),
    "testsuite": (
        {"name", "tests", "failures", "errors"},
        {"group", "time", "skipped", "timestamp", "hostname", "id", "package", "file", "log", "url"},
        {"testsuite", "properties", "testcase", "system-out", "system-err"},
    ),
    "testcase": ({"name"}, {"time", "classname", "group"}, {"skipped", "error", "failure", "system-out", "system-err"}),
    "failure": (set(), {"type", "message"}, set()),
    "error": (set(), {"type", "message"}, set()),
    "skipped": (set(), {"type", "message"}, set()),
    "system-out": (set(), set(), set()),
}


def valid(text: str) -> ElementTree.Element:
    """The document; its elements are where the schema has them, and its numbers are right."""
    root = ElementTree.fromstring(text)
    assert root.tag == "testsuites"
    for element in root.iter():
        must, may, holds = SCHEMA[element.tag]
        assert must <= set(element.attrib) <= must | may
        assert {child.tag for child in element} <= holds
    for part in (root, *root):
        cases = list(part.iter("testcase"))
        assert int(part.attrib["tests"]) == len(cases)
        assert int(part.attrib["failures"]) == sum(case.find("failure") is not None for case in cases)
    named = [(case.attrib["classname"], case.attrib["name"]) for case in root.iter("testcase")]
    assert len(set(named)) == len(named), "GitLab drops the second of a name"
    return root


def junit(*arguments: str, cwd: Path | None = None) -> ElementTree.Element:
    run = portspec(["check", *arguments, "--format", "junit"], cwd=cwd)
    assert run.code in (0, 1), run.err
    return valid(run.out)


@pytest.mark.parametrize("lang", ["en", "zh-TW"])
def test_a_broken_cluster_fails_and_a_right_one_passes(lang: str) -> None:
    broken = junit("examples/upi-broken", "--lang", lang)
    assert [suite.attrib["name"] for suite in broken] == ["examples/upi-broken/portspec.yaml"]
    assert int(broken.attrib["failures"]) > 10
    right = junit("examples/upi-right", "--lang", lang)
    assert right.attrib["failures"] == "0"
    assert int(right.attrib["tests"]) > 50
    assert {case.attrib["name"] for case in right.iter("testcase")} <= {
        case.attrib["name"] for case in broken.iter("testcase")
    }, "what fails in one run passes in the other under the same name"


def test_what_does_not_fail_the_run_does_not_fail_its_case() -> None:
    select = ("examples/upi-broken", "--select", "PS311")
    assert junit(*select).attrib["failures"] == "1"
    case = next(case for case in junit(*select, "--fail-on", "error").iter("testcase") if len(case))
    assert [child.tag for child in case] == ["system-out"]
    assert "PS311" in (case[0].text or "")
    assert junit(*select, "--exit-zero").attrib["failures"] == "0"


def test_what_is_accepted_is_skipped(tmp_path: Path) -> None:
    shutil.copytree(REPOSITORY / "examples" / "upi-broken", tmp_path / "one")
    config = tmp_path / "one" / "lb" / "haproxy.cfg"
    comment(config, 28, "portspec: ignore[PS311] old <balancer>")
    case = next(case for case in junit(cwd=tmp_path / "one").iter("testcase") if case.find("skipped") is not None)
    assert case.attrib["name"].startswith("PS311")
    assert case[0].attrib["message"] == "1 accepted: old <balancer>"


def test_the_same_file_in_two_clusters_has_two_cases(tmp_path: Path) -> None:
    shutil.copytree(REPOSITORY / "examples" / "upi-broken", tmp_path / "one")
    text = (tmp_path / "one" / "portspec.yaml").read_text()
    (tmp_path / "two").mkdir()
    (tmp_path / "two" / "portspec.yaml").write_text(text.replace("path: ", "path: ../one/"))
    (tmp_path / ".git").mkdir()
    root = junit(cwd=tmp_path)
    assert len(root) == 2
    assert root[0].attrib["failures"] == root[1].attrib["failures"]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_configs(name: str, tmp_path: Path) -> None:
    file, text = HOSTILE[name]
    (tmp_path / file).write_text(text)
    run = portspec(["check", file, "--release", "4.18", "--phase", "install", "--format", "junit"], cwd=tmp_path)
    assert not HARMFUL.search(run.out)
    if run.code != 2:
        valid(run.out)


@pytest.mark.parametrize("name", NAMES)
def test_hostile_names(name: str, tmp_path: Path) -> None:
    (tmp_path / NAMES[name]).write_text("listen api\n  bind :6443\n  mode http\n  server a 10.0.0.1:1\n")
    root = junit(NAMES[name], "--release", "4.18", "--phase", "install", cwd=tmp_path)
    assert {case.attrib["classname"] for case in root.iter("testcase")} == {printable(NAMES[name])}


def test_very_many_findings() -> None:
    text = render([result_of(10_000)], Setting("en"))
    root = valid(text)
    assert len(text) < 200_000
    told = [child.text or "" for child in root.iter("failure")]
    assert len(told) == 2
    assert all(f"and {5_000 - MOST_TOLD} more findings" in one for one in told)


def test_junitparser_reads_it(tmp_path: Path) -> None:
    file = tmp_path / "report.xml"
    portspec(["check", "examples/upi-broken", "--output", str(file)])
    report = junitparser.JUnitXml.fromfile(str(file))
    assert (report.tests, report.failures) == (int(valid(file.read_text()).attrib["tests"]), 15)
    failed = [case for suite in report for case in suite if case.is_failure]
    assert len(failed) == 15
    assert all(case.result[0].message.startswith(case.classname) for case in failed)
