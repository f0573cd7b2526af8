"""Which formats a check is reported in, and which of them a file or an environment asks for.

A format's module is imported when it is rendered: a check that prints text knows nothing of the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module

from portspec.checks.result import ClusterResult
from portspec.report.setting import Setting

FORMATS = ("text", "json", "sarif", "junit", "github", "gitlab", "markdown")
AUTO = "auto"
ENDINGS = {
    ".sarif.json": ("sarif",),
    ".sarif": ("sarif",),
    ".json": ("json", "sarif", "gitlab"),
    ".xml": ("junit",),
    ".md": ("markdown",),
    ".txt": ("text", "github"),
}
"""The formats that a file's name may mean; the first, unless `--format` is one of the others."""


def chosen(name: str, environment: Mapping[str, str]) -> str:
    """A format by its name; `auto` is the platform's whose job this is, and text elsewhere."""
    if name != AUTO:
        return name
    if environment.get("GITHUB_ACTIONS") == "true":
        return "github"
    return "gitlab" if environment.get("GITLAB_CI") == "true" else "text"


def of_file(path: str, otherwise: str) -> str:
    """The format that a file's ending means; where it means none, or `otherwise` among others, that."""
    lowered = path.lower()
    for ending, meant in ENDINGS.items():
        if lowered.endswith(ending):
            return otherwise if otherwise in meant else meant[0]
    return otherwise


def render(name: str, results: Sequence[ClusterResult], setting: Setting) -> str:
    """The report in a format, ending with a newline."""
    if name == "text":
        return _text(results, setting)
    if name == "json":
        from portspec.report.as_json import render as render_json

        delta = None
        if setting.delta is not None:
            from portspec.report.compare_delta_json import document as delta_document

            delta = delta_document(setting.delta, setting)
        return render_json(results, setting.lang, statistics=setting.statistics, delta=delta)
    made: str = import_module(f"portspec.report.as_{name}").render(results, setting)
    return made


def _text(results: Sequence[ClusterResult], setting: Setting) -> str:
    if setting.concise:
        from portspec.report.as_concise import render as render_concise

        text = render_concise(results, setting)
    else:
        from portspec.report.as_text import render as render_text

        text = render_text(results, setting.lang, colour=setting.colour)
    if setting.delta is not None:
        from portspec.report.compare_delta import as_text as delta_text

        text = f"{delta_text(setting.delta, setting)}\n{text}"
    if setting.statistics:
        from portspec.report.statistics import as_text

        counted = as_text(results, setting.lang)
        text += f"\n{counted}" if counted else ""
    return text
