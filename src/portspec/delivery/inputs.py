"""The table of inputs that every platform offers. A new input is one entry here.

Each becomes an input of the GitHub action, a variable of the GitLab job and a parameter of the Tekton task; all three
hand it to the script in an environment variable, so that no value ever becomes part of a program's text.
"""

from __future__ import annotations

from typing import Literal, NamedTuple


class Input(NamedTuple):
    """One input: its name on all platforms, the option of `check` that it sets, and what it means in both languages.

    `takes`: `value` for an option with a value, `switch` for `"true"` or `"false"`, `paths` for one path a line.
    """

    name: str
    option: str
    takes: Literal["value", "switch", "paths"]
    default: str
    meaning: dict[str, str]

    @property
    def variable(self) -> str:
        """The environment variable that carries it."""
        return "PORTSPEC_" + self.name.upper().replace("-", "_")


INPUTS = (
    Input(
        "path",
        "",
        "paths",
        ".",
        {
            "en": "folders, cluster files or configs to check, one per line",
            "zh-TW": "要檢查的資料夾、叢集檔或設定檔，每行一個",
        },
    ),
    Input(
        "release",
        "--release",
        "value",
        "",
        {"en": "OpenShift release; empty: the cluster file's", "zh-TW": "OpenShift 版本；空白時依叢集檔"},
    ),
    Input(
        "phase",
        "--phase",
        "value",
        "",
        {
            "en": "install or running; empty: the cluster file's",
            "zh-TW": "install（安裝中）或 running（運作中）；空白時依叢集檔",
        },
    ),
    Input(
        "platform",
        "--platform",
        "value",
        "",
        {"en": "platform of configs without a cluster file", "zh-TW": "沒有叢集檔的設定檔所屬的平台"},
    ),
    Input(
        "fail-on",
        "--fail-on",
        "value",
        "warning",
        {
            "en": "lowest severity that fails the job: note, warning, error or never",
            "zh-TW": "使工作失敗的最低嚴重程度：note、warning、error 或 never",
        },
    ),
    Input(
        "unknown",
        "--unknown",
        "value",
        "report",
        {
            "en": "what findings that are only possible do to the result: report, allow or deny",
            "zh-TW": "僅屬「可能」的發現如何影響結果：report、allow 或 deny",
        },
    ),
    Input(
        "base",
        "--base",
        "value",
        "",
        {
            "en": "git revision that the change was branched off from, such as origin/main, to compare flows with; it must have been fetched",
            "zh-TW": "這項變更從哪個 git 修訂版分支出來，例如 origin/main，用來比較流量；必須已經取回",
        },
    ),
    Input(
        "fail-on-new",
        "--fail-on-new",
        "switch",
        "false",
        {
            "en": "true: only what the base does not have fails the job",
            "zh-TW": "true：只有基準修訂版沒有的發現才使工作失敗",
        },
    ),
    Input(
        "baseline",
        "--baseline",
        "value",
        "",
        {"en": "file that lists accepted findings", "zh-TW": "列出已接受發現的檔案"},
    ),
    Input(
        "select",
        "--select",
        "value",
        "",
        {"en": "report only these codes, separated by commas", "zh-TW": "只報告這些代碼，以逗號分隔"},
    ),
    Input(
        "ignore",
        "--ignore",
        "value",
        "",
        {"en": "leave out these codes, separated by commas", "zh-TW": "略過這些代碼，以逗號分隔"},
    ),
    Input("jobs", "--jobs", "value", "1", {"en": "clusters to check at a time", "zh-TW": "同時檢查的叢集數"}),
    Input(
        "language",
        "--lang",
        "value",
        "en",
        {"en": "language of the reports: en or zh-TW", "zh-TW": "報告的語言：en 或 zh-TW"},
    ),
)


class Report(NamedTuple):
    """One report that a job leaves: its format, as `check --output` names it, and the name of its file."""

    format: str
    file: str


SARIF = Report("sarif", "portspec.sarif")
MARKDOWN = Report("markdown", "portspec.md")
JUNIT = Report("junit", "portspec.junit.xml")
CODE_QUALITY = Report("gitlab", "portspec.gitlab.json")
IMAGE = "portspec"
"""The name of the container image; a registry stands before it where the image was pushed to one."""
