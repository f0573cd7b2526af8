"""The part of `portspec check` that looks at a change: `--base` and `--fail-on-new`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

from portspec.errors import InputError

if TYPE_CHECKING:
    from portspec.checks.fleet import Request
    from portspec.checks.result import ClusterResult
    from portspec.compare.review import Delta


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options."""
    parser.add_argument(
        "--base",
        metavar="REV",
        help="say what changes since the working tree was branched off from this commit (their merge base, as a pull request "
        "means it), in flows: newly exposed, newly blocked, mended; git reads it, nothing is checked out",
    )
    parser.add_argument(
        "--fail-on-new",
        action="store_true",
        help="with --base: let the exit code depend on what the change makes worse alone, whatever was there before",
    )


def refuse(options: argparse.Namespace) -> None:
    """Raise InputError for options that do not go together."""
    if options.fail_on_new and options.base is None:
        raise InputError("--fail-on-new needs --base: what is new depends on what was there before", hint="--base main")
    if options.base is not None and options.handover:
        raise InputError("--handover does not go with --base", hint="it tells of two phases, not of two versions")


def checked(
    options: argparse.Namespace, request: Request, jobs: int, progress: Callable[[int, int], None] | None
) -> tuple[list[ClusterResult], Delta | None]:
    """The results, and with a base what the change does. Raises InputError."""
    paths = options.paths or ["."]
    if options.base is None:
        from portspec.library import check

        found = check(
            paths,
            release=request.release,
            phase=request.phase,
            platform=request.platform,
            day=request.day,
            use_lock=request.use_lock,
            hygiene=request.thorough,
            jobs=jobs,
            progress=progress,
        )
        return found, None
    from portspec.compare.review import review

    return review(paths, request, options.base, jobs, progress)
