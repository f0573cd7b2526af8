"""The report as Markdown, for a comment in a pull request: the verdict, the table, and the details folded.

A comment holds so many characters and no more; where the findings do not fit, the heaviest are shown and the others
counted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from portspec.checks.finding import Finding
from portspec.checks.registry import checks
from portspec.checks.result import ClusterResult
from portspec.report import statistics
from portspec.report.as_text import finding_lines
from portspec.report.markdown_text import block, code, folded, inline, row
from portspec.report.phrasing import message
from portspec.report.review_words import REVIEW
from portspec.report.setting import Setting
from portspec.report.tally import HEAVIEST_FIRST, by_severity, standing
from portspec.report.words import WORDS, counted

MARK = "<!-- portspec report -->"
"""By this line whoever posts comments finds the last one again."""
MOST_CHARACTERS = 65_536
"""Of a comment on GitHub; GitLab takes more."""
FOR_DETAILS = 0.55
"""The share of a comment that the table leaves to the details."""
FOR_DELTA = 0.5
"""The share of a comment that what the change does may take."""
FOR_THE_END = 1_500
"""What the lines behind the details may take, beside the list of files."""
MOST_FILES = 40
SIGNS = {"failed": "❌", "found": "⚠️", "clean": "✅"}
LEVELS = {"error": "🔴", "warning": "🟠", "note": "🔵"}

Found = tuple[Finding, ClusterResult]


def render(results: Sequence[ClusterResult], setting: Setting) -> str:
    """The report, ending with a newline, short enough for a comment."""
    return fitted(results, setting, MOST_CHARACTERS, _characters)


def fitted(results: Sequence[ClusterResult], setting: Setting, most: int, measure: Callable[[str], int]) -> str:
    """The report in at most so much, as measured."""
    found = standing(results)
    head = [MARK, *_head(results, setting, most, measure)]
    end = ["", *_accepted(results, setting), *_checked(results, setting)]
    if setting.statistics and found:
        end = ["", *_statistics(results, setting), *end]
    room = most - FOR_THE_END - measure("\n".join([*head, *end]))
    rows, shown = _rows(found, setting, int(room * (1 - FOR_DETAILS)) if len(found) > 1 else room, measure)
    left = room - measure("\n".join(rows))
    details = _details(found, setting, left, measure)
    return "\n".join([*head, *rows, *_left_out(found, shown, setting), *details, *end]) + "\n"


def _head(results: Sequence[ClusterResult], setting: Setting, most: int, measure: Callable[[str], int]) -> list[str]:
    """The verdict; with a base, what the change does below it, or, where that alone decides, in its place."""
    if setting.delta is None:
        return [verdict(results, setting), ""]
    from portspec.report.compare_delta_markdown import everything, section, title

    told = section(setting.delta, setting, int(most * FOR_DELTA), measure)
    if not setting.fail_on_new:
        return [verdict(results, setting), "", *told, everything(setting.lang), ""]
    counts = verdict(results, setting._replace(fail_on="never"))
    return [title(setting.delta, setting), "", *told, f"#{counts}", ""]


def verdict(results: Sequence[ClusterResult], setting: Setting) -> str:
    """The heading: whether the run fails, and the numbers."""
    words = REVIEW[setting.lang]
    findings = [finding for result in results for finding in result.findings]
    numbers = WORDS[setting.lang]["list"].join(
        counted(setting.lang, f"{name}s", count) for name, count in by_severity(findings).items() if count
    )
    if any(setting.weighs(finding) for finding in findings):
        return f"### {SIGNS['failed']} {words['failed'].format(numbers=numbers)}"
    if findings:
        return f"### {SIGNS['found']} {words['found'].format(numbers=numbers)}"
    return f"### {SIGNS['clean']} {words['clean']}"


def _rows(found: Sequence[Found], setting: Setting, room: int, measure: Callable[[str], int]) -> tuple[list[str], int]:
    """The table, as far as it fits, and how many findings it has."""
    if not found:
        return [], 0
    words = REVIEW[setting.lang]
    rows = [row(["", words["where"], words["code"], words["what"]]), row([":-:", "---", "---", "---"])]
    used = measure("\n".join(rows))
    for number, (finding, result) in enumerate(found):
        made = row(
            [
                f"{LEVELS[finding.severity]} {WORDS[setting.lang][finding.severity]}",
                code(_place(finding)),
                finding.code,
                inline(message(finding, result.policy, setting.lang)),
            ]
        )
        used += measure(made) + 1
        if used > room:
            return rows, number
        rows.append(made)
    return rows, len(found)


def _details(found: Sequence[Found], setting: Setting, room: int, measure: Callable[[str], int]) -> list[str]:
    """What the text report says of each finding, one folded piece for each code, as far as it fits."""
    by_code: dict[str, list[Found]] = {}
    for finding, result in found:
        by_code.setdefault(finding.code, []).append((finding, result))
    made: list[str] = []
    told = 0
    for name, group in by_code.items():
        lines = [inline(checks()[name].rationale[setting.lang]), ""]
        room -= measure("\n".join(["", *_folded(name, len(group), len(group), lines, setting)])) + 1
        held = 0
        for finding, result in group:
            piece = block(list(finding_lines(finding, result, setting.lang, first=False, fixes=False)))
            piece += _fix(finding, result, setting)
            room -= measure("\n".join(piece)) + 1
            if room < 0:
                break
            lines += piece
            held += 1
        if held:
            made += ["", *_folded(name, held, len(group), lines, setting)]
        told += held
        if held < len(group):
            break
    if told < len(found):
        made += ["", REVIEW[setting.lang]["details-cut"].format(count=len(found) - told)]
    return made


def _fix(finding: Finding, result: ClusterResult, setting: Setting) -> list[str]:
    """The proved change as a patch, or why there is none, where that was asked for. A button to take it over is not for
    comments on the whole: GitHub has it beside lines of a review alone."""
    words = WORDS[setting.lang]
    edits, why = result.fix(finding), result.why_unfixed(finding)
    if edits:
        from portspec.report.fixing import hunks

        told = f"{words['fix']}{words['colon']}{words['fix-proved']}"
        return [inline(told), "", *block(hunks(edits, result), "diff"), ""]
    return [] if why is None else [f"{words['no-fix']}{words['colon']}{inline(why[setting.lang])}", ""]


def _folded(name: str, held: int, of: int, lines: Sequence[str], setting: Setting) -> list[str]:
    """The details of one code; the heading says how many of its findings they tell."""
    number = str(of) if held == of else f"{held}/{of}"
    return folded(f"<b>{inline(f'{name} {checks()[name].title[setting.lang]}')}</b> ({number})", lines)


def _left_out(found: Sequence[Found], shown: int, setting: Setting) -> list[str]:
    if shown == len(found):
        return []
    counts = by_severity(finding for finding, _ in found[shown:])
    numbers = WORDS[setting.lang]["list"].join(
        counted(setting.lang, f"{name}s", counts[name]) for name in HEAVIEST_FIRST if counts[name]
    )
    return ["", f"**{REVIEW[setting.lang]['table-cut'].format(numbers=numbers)}**"]


def _accepted(results: Sequence[ClusterResult], setting: Setting) -> list[str]:
    count = sum(len(result.suppressed) for result in results)
    return [REVIEW[setting.lang]["accepted"].format(count=count), ""] if count else []


def _checked(results: Sequence[ClusterResult], setting: Setting) -> list[str]:
    """The clusters and their files, folded; of many the first."""
    words, lines = REVIEW[setting.lang], []
    count = sum(len(result.files) for result in results)
    left = MOST_FILES
    for result in results:
        if left <= 0:
            break
        cluster, profile = result.cluster, result.policy.profile
        told = f"OpenShift {result.policy.release}, {cluster.phase}, {profile.platform}, {profile.network}"
        lines.append(f"- {code(cluster.path or WORDS[setting.lang]['no-cluster'])}: {inline(told)}")
        lines += [f"  - {code(file.path)} ({file.format})" for file in result.files[:left]]
        left -= len(result.files)
    if count > MOST_FILES:
        lines.append(f"- {words['files-cut'].format(count=count - MOST_FILES)}")
    heading = words["checked-1" if count == 1 else "checked"].format(count=count)
    return folded(heading, lines)


def _statistics(results: Sequence[ClusterResult], setting: Setting) -> list[str]:
    words = REVIEW[setting.lang]
    rows = [
        row([str(one.total), one.code, inline(checks()[one.code].title[setting.lang])])
        for one in statistics.count(results)
        if one.total
    ]
    return [row([words["number"], words["code"], words["what"]]), row(["--:", "---", "---"]), *rows]


def _place(finding: Finding) -> str:
    return finding.path if finding.span is None else f"{finding.path}:{finding.span.line}"


def _characters(text: str) -> int:
    """The length as GitHub counts it: a character outside the basic plane counts as two."""
    return len(text) + sum(1 for character in text if character > "\uffff")
