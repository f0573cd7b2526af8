"""What a change does, as annotations for GitHub Actions: a few lines above the findings, the packets in a group."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from portspec.compare.flows import WRONG
from portspec.compare.review import Delta
from portspec.report.as_github import command
from portspec.report.compare_delta import as_text, flow_sentence, gates, headline
from portspec.report.compare_delta_words import DELTA
from portspec.report.places import in_repository
from portspec.report.printable import printable
from portspec.report.setting import Setting

MOST_ANNOTATED = 5
"""A step shows ten annotations of a level: what is new has the first, the findings have the rest."""


def lines(delta: Delta, setting: Setting, told: Collection[tuple[str, str, int]]) -> Iterator[str]:
    """The lines for standard output of a step. `told` are findings that have an annotation anyhow: code, file and line."""
    lang = setting.lang
    level = "error" if gates(delta, setting) else "notice"
    yield command(level, {"title": "portspec --base"}, headline(delta, lang))
    made = 0
    for cluster in delta.clusters:
        for placed, change in cluster.flows:
            fate = change.shown.new
            if change.kind not in WRONG or change.accepted or made == MOST_ANNOTATED:
                continue
            if (change.code, fate.path, fate.line) in told:
                continue
            made += 1
            path = fate.path if fate.line else placed.new or cluster.path
            properties = {"file": printable(in_repository(path, setting.folder))} if path else {}
            if fate.line:
                properties["line"] = str(fate.line)
            properties["title"] = f"{change.code} {DELTA[lang][f'kind-{change.kind}']}"
            yield command(
                "warning" if change.severity == "warning" else "error",
                properties,
                flow_sentence((change,), cluster.result, lang),
            )
    yield f"::group::{headline(delta, lang)}"
    yield from as_text(delta, setting).splitlines()
    yield "::endgroup::"
