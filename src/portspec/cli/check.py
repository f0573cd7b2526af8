"""`portspec check`: the main job."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING

from portspec.cli.reviewing import add_arguments as add_reviewing
from portspec.cli.reviewing import checked, refuse
from portspec.errors import InputError

if TYPE_CHECKING:
    from portspec.checks.baseline import Baseline
    from portspec.checks.fleet import Request
    from portspec.checks.result import ClusterResult
    from portspec.checks.selection import Selection
    from portspec.cli.progress import ProgressLine
    from portspec.report.outputs import Output
    from portspec.report.setting import Setting

FORMATS = ("text", "json", "sarif", "junit", "github", "gitlab", "markdown", "auto")
SEVERITIES = ("note", "warning", "error", "never")
UNKNOWN = ("report", "allow", "deny")
MOST_JOBS = 256


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.epilog = (
        "Exit code 0: nothing to report; 1: findings at or above --fail-on; 2: wrong use, an input that cannot be read, "
        "a stale or edited lock, or nothing to check. A portspec.lock beside a cluster file decides (portspec pin)."
    )
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="folders to search for portspec.yaml, cluster files, or single configs (default: the current folder)",
    )
    parser.add_argument("--release", metavar="X.Y", help="OpenShift release, e.g. 4.18 (default: the cluster file's)")
    parser.add_argument(
        "--phase",
        choices=("install", "running"),
        help="install: the bootstrap host exists; running: it is gone (default: the cluster file's, else running)",
    )
    parser.add_argument(
        "--handover",
        action="store_true",
        help="instead of the report a checklist: what must change in which file at which event of the handover (text, "
        "json); the exit code is that of the present phase",
    )
    parser.add_argument(
        "--platform", help="none, baremetal, vsphere, aws, …; only without a cluster file (default: none)"
    )
    parser.add_argument(
        "--no-lock", action="store_true", help="check against the present spec, whatever portspec.lock pins"
    )
    parser.add_argument(
        "--hygiene", action="store_true", help="look for rules that cover each other in filters of any size"
    )
    parser.add_argument(
        "--format",
        choices=FORMATS,
        default="text",
        help="how to report (default: text); auto: github or gitlab in a job of theirs, else text",
    )
    parser.add_argument(
        "--output",
        action="append",
        default=[],
        metavar="[FORMAT=]FILE",
        help="write a report to FILE as well, any number of times; without FORMAT= its ending tells the format "
        "(.sarif, .json, .xml, .md, .txt), else --format does",
    )
    parser.add_argument("--concise", action="store_true", help="text in one line per finding")
    parser.add_argument(
        "--statistics", action="store_true", help="add how often each code was found (text, json and markdown)"
    )
    parser.add_argument(
        "--fail-on",
        choices=SEVERITIES,
        default="warning",
        help="lowest severity that gives exit code 1 (default: warning)",
    )
    parser.add_argument(
        "--unknown",
        choices=UNKNOWN,
        default="report",
        help="what a finding that is only possible, because the files leave something open, does to the exit code: report "
        "(default) weighs it by its severity, allow lets it pass, deny fails",
    )
    parser.add_argument("--exit-zero", action="store_true", help="as --fail-on never")
    parser.add_argument(
        "--select",
        action="append",
        metavar="CODES",
        help="report only these codes, whole or their beginnings, e.g. PS3,PS201",
    )
    parser.add_argument(
        "--ignore", action="append", metavar="CODES", help="leave out these codes, given in the same way"
    )
    parser.add_argument(
        "--baseline", metavar="FILE", help="accept the findings that FILE lists, and tell which it lists in vain"
    )
    parser.add_argument("--write-baseline", metavar="FILE", help="list what is found now in FILE, and accept it")
    parser.add_argument(
        "--day", metavar="YYYY-MM-DD", help="hold ignores that end on a day against this one (default: today)"
    )
    parser.add_argument(
        "--jobs", type=_jobs, metavar="N", help="check up to N clusters at a time (default: as many as there are cores)"
    )
    add_reviewing(parser)
    _add_fixing(parser)


def _add_fixing(parser: argparse.ArgumentParser) -> None:
    """The options of `check` that are about fixes."""
    chosen = parser.add_mutually_exclusive_group()
    chosen.add_argument(
        "--diff",
        action="store_true",
        help="instead of the report print what to change, as a patch: only changes after which a re-check finds the finding "
        "gone and nothing new",
    )
    chosen.add_argument("--fix", action="store_true", help="make these changes in the files, then report what remains")

    parser.add_argument(
        "--show-fixes",
        action="store_true",
        help="add to each finding the change that would take it away, proved in the same way, or why there is none",
    )


def run(options: argparse.Namespace) -> int:
    """Check every cluster found under the paths; report; say by exit code whether anything weighs enough."""
    shown = _format(options)
    try:
        return _run(options, shown)
    except InputError as error:
        if shown == "github":
            _annotate(error)
        raise


def _run(options: argparse.Namespace, shown: str) -> int:
    from portspec.checks.fleet import Request
    from portspec.checks.selection import Selection
    from portspec.checks.told_once import told_once

    refuse(options)
    selection = Selection.parse(options.select, options.ignore)
    request = Request(
        options.release, options.phase, options.platform, day(options.day), not options.no_lock, options.hygiene
    )
    if options.handover:
        return _handover(options, selection, request, shown)
    files: list[Output] = []
    if options.output or options.write_baseline:
        from portspec.report.outputs import outputs, try_to_write

        files = outputs(options.output, shown)
        try_to_write([*(file.path for file in files), *([options.write_baseline] if options.write_baseline else [])])
    mending = None
    if options.fix or options.diff:
        from portspec.cli.fixing import fix

        told = options.fix and shown == "text" and not options.concise
        mending = fix(options, selection, request, [file.path for file in files], quiet=told)
    baseline = None if options.baseline is None else _read_baseline(options.baseline)
    progress = _progress(options.lang)
    try:
        found, delta = checked(options, request, options.jobs or _cores(), progress)
    finally:
        if progress is not None:
            progress.clear()
    results = [selection.apply(result) for result in found]
    if files or options.write_baseline:
        from portspec.report.outputs import keep_inputs

        written = [*(file.path for file in files), *([options.write_baseline] if options.write_baseline else [])]
        keep_inputs(written, [path for result in results for path in (*result.sources, result.cluster.path) if path])
    if options.write_baseline:
        baseline = _write_baseline(results, options.write_baseline)
    if baseline is not None:
        from portspec.checks.baseline import accept

        results = accept(results, baseline, selection.codes())
    results = [told_once(result) for result in results]
    if mending is not None and options.fix:
        results = [mending.told(result) for result in results]
    if options.show_fixes:
        from portspec.cli.fixing import shown as with_fixes

        results = with_fixes(results, options, request)
    setting = _setting(options, selection, shown)
    if delta is not None:
        setting = setting._replace(
            delta=delta.settled(results, selection),
            fail_on_new=options.fail_on_new,
            absent=os.environ.get("GITHUB_ACTIONS") != "true",
        )
    _report(results, setting, None if options.diff else shown, files)
    if options.fail_on_new:
        from portspec.report.compare_delta import gates

        return 1 if setting.delta is not None and gates(setting.delta, setting) else 0
    return 1 if any(setting.weighs(finding) for result in results for finding in result.findings) else 0


def _handover(options: argparse.Namespace, selection: Selection, request: Request, shown: str) -> int:
    """Print the checklists of both phases; say by exit code whether anything of the present phase weighs enough."""
    given = {
        f"--format {shown}": shown not in ("text", "json"),
        "--output": bool(options.output),
        "--baseline": options.baseline is not None,
        "--write-baseline": options.write_baseline is not None,
        "--concise": options.concise,
        "--statistics": options.statistics,
    }
    for option in (option for option, used in given.items() if used):
        raise InputError(f"--handover does not go with {option}", hint="it writes a checklist as text or json")
    from portspec.checks.handover import select, walk_all
    from portspec.report.handover import render, render_json

    walks = [select(walk, selection) for walk in walk_all(options.paths or ["."], request)]
    sys.stdout.write((render_json if shown == "json" else render)(walks, options.lang))
    setting = _setting(options, selection, shown)
    return 1 if any(setting.weighs(finding) for walk in walks for finding in walk.now.findings) else 0


def _annotate(error: InputError) -> None:
    """Show an error beside the line that it is about, too; runners read commands from both streams."""
    from portspec.report.as_github import problem
    from portspec.report.places import in_repository, working_folder

    path = in_repository(error.path, working_folder()) if error.path else ""
    print(problem(InputError(error.message, path, error.line, error.column, error.hint)), file=sys.stderr)


def _format(options: argparse.Namespace) -> str:
    """The format of standard output."""
    if options.format == "auto":
        from portspec.report.formats import chosen

        return chosen("auto", os.environ)
    return str(options.format)


def _setting(options: argparse.Namespace, selection: Selection, shown: str) -> Setting:
    from portspec.cli import wants_colour
    from portspec.report.setting import Setting

    folder = ""
    if shown not in ("text", "json") or options.output:
        from portspec.report.places import working_folder

        folder = working_folder()
    return Setting(
        options.lang,
        "never" if options.exit_zero else options.fail_on,
        selection.codes() if selection.chosen or selection.ignored else (),
        folder,
        wants_colour(sys.stdout),
        options.concise,
        options.statistics,
        os.environ.get("PORTSPEC_SITE", ""),
        options.unknown,
    )


def _report(results: list[ClusterResult], setting: Setting, shown: str | None, files: list[Output]) -> None:
    """Write every report; to standard output none without a format. A file that fails at the last moment does not keep the others from being written."""
    from portspec.report.formats import render

    failure: InputError | None = None
    for file in files:
        from portspec.report.output import write

        try:
            write(render(file.format, results, setting._replace(colour=False)), file.path)
        except InputError as error:
            failure = failure or error
    if shown == "github" and os.environ.get("GITHUB_STEP_SUMMARY"):
        _summarise(results, setting, os.environ["GITHUB_STEP_SUMMARY"])
    if shown is not None:
        sys.stdout.write(render(shown, results, setting))
    if failure is not None:
        raise failure


def _summarise(results: list[ClusterResult], setting: Setting, path: str) -> None:
    """Add to the summary of the step. Without it the annotations and the log still say everything."""
    from portspec.report.step_summary import append

    try:
        append(results, setting, path)
    except OSError as error:
        print(f"portspec: no step summary: {error.strerror}", file=sys.stderr)


def _read_baseline(path: str) -> Baseline:
    from portspec.checks.baseline import read_baseline
    from portspec.configs.files import load

    return read_baseline(load(path, os.path.normpath(path).replace(os.sep, "/")))


def _write_baseline(results: list[ClusterResult], path: str) -> Baseline:
    """Write what is found as a baseline, and read it as the next run will."""
    from portspec.report.as_baseline import render
    from portspec.report.output import write

    write(render(results, path), path)
    return _read_baseline(path)


def day(text: str | None, option: str = "--day") -> str:
    """The day that an option gives, today without it, as an ISO date. Raises InputError."""
    import time

    if text is None:
        return time.strftime("%Y-%m-%d")
    import datetime

    try:
        if datetime.date.fromisoformat(text).isoformat() == text:
            return text
    except ValueError:
        pass
    raise InputError(f"{option}: {text!r} is not a day; write it as 2027-03-01") from None


def _progress(language: str) -> ProgressLine | None:
    """What tells on a terminal how far the check is, in one line that is gone at the end; None where nobody looks."""
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        return None
    from portspec.cli.progress import ProgressLine

    return ProgressLine(sys.stderr, language)


def _cores() -> int:
    """How many cores this process may use."""
    try:
        return min(len(os.sched_getaffinity(0)), MOST_JOBS)
    except (AttributeError, OSError):  # not on this system
        return min(os.cpu_count() or 1, MOST_JOBS)


def _jobs(text: str) -> int:
    if text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MOST_JOBS:
        return int(text[:9])
    raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to {MOST_JOBS}")
