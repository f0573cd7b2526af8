"""`portspec pin`: write the lock of a cluster, or say whether the one that is there still holds."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from portspec.checks.fleet import targets
from portspec.checks.pinning import check_pin, open_cluster, pin
from portspec.cluster.model import Cluster
from portspec.errors import InputError
from portspec.policy.changes import ObligationChanges
from portspec.policy.lock import Lock
from portspec.report.output import write
from portspec.report.printable import printable

WORDS = {
    "en": {
        "written": "{path}: OpenShift {release}, spec {version}, {count} obligations, {digest}",
        "same": "{path}: unchanged: OpenShift {release}, spec {version}, {count} obligations, {digest}",
        "against": "  against the lock before (obligations: {added} more, {removed} fewer, {changed} changed)",
        "holds": "{path}: holds: OpenShift {release}, spec {version}, {count} obligations, {digest}",
        "differs": "  spec {version} would decide otherwise (obligations: {added} more, {removed} fewer, {changed} changed)",
        "cannot": "  spec {version} cannot decide about this cluster: {reason}",
    },
    "zh-TW": {
        "written": "{path}：OpenShift {release}，規格 {version}，{count} 項義務，{digest}",
        "same": "{path}：未變更：OpenShift {release}，規格 {version}，{count} 項義務，{digest}",
        "against": "  與先前的鎖定檔相比（義務：多 {added} 項，少 {removed} 項，變更 {changed} 項）",
        "holds": "{path}：有效：OpenShift {release}，規格 {version}，{count} 項義務，{digest}",
        "differs": "  規格 {version} 會做出不同判定（義務：多 {added} 項，少 {removed} 項，變更 {changed} 項）",
        "cannot": "  規格 {version} 無法判定此叢集：{reason}",
    },
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.epilog = (
        "Exit code 0: written, or with --check: every lock holds, whether or not the present spec would decide "
        "otherwise; 2: wrong use, an input that cannot be read, or with --check: a lock that is missing, stale or edited."
    )
    parser.add_argument(
        "release", nargs="?", metavar="RELEASE", help="the release that the cluster file must be for, e.g. 4.18"
    )
    parser.add_argument(
        "--cluster",
        default=".",
        metavar="PATH",
        help="a cluster file, or a folder: every cluster file in it or below (default: the current folder)",
    )
    parser.add_argument(
        "--check", action="store_true", help="write nothing; fail when a lock is missing, stale or edited"
    )


def run(options: argparse.Namespace) -> int:
    """Write or check the lock of every cluster file under the path; all are made before the first is written."""
    found = [target.cluster_path if target.configs is None else None for target in targets([options.cluster])]
    if None in found:
        raise InputError("--cluster takes a portspec.yaml, or a folder with one", options.cluster)
    clusters = [open_cluster(path, options.release) for path in found if path is not None]
    if options.check:
        return _check(clusters, options.lang)
    made = [pin(cluster) for cluster in clusters]
    for one in made:
        if not one.same:
            write(one.text, one.lock.path)
        _tell("same" if one.same else "written", one.lock, options.lang)
        if one.changes is not None and any(one.changes):
            print(WORDS[options.lang]["against"].format(**_counts(one.changes)))
    return 0


def _check(clusters: Sequence[Cluster], lang: str) -> int:
    words = WORDS[lang]
    for lock, drift in [check_pin(cluster) for cluster in clusters]:
        _tell("holds", lock, lang)
        if drift is not None and drift.changes is not None:
            print(words["differs"].format(version=printable(drift.spec_version), **_counts(drift.changes)))
        elif drift is not None:
            print(words["cannot"].format(version=printable(drift.spec_version), reason=printable(drift.reason)))
    return 0


def _tell(what: str, lock: Lock, lang: str) -> None:
    policy = lock.policy
    line = WORDS[lang][what].format(
        path=lock.path,
        release=policy.release,
        version=policy.spec_version,
        count=len(policy.allows) + len(policy.denies) + len(policy.balances),
        digest=policy.digest,
    )
    print(printable(line))


def _counts(changes: ObligationChanges) -> dict[str, int]:
    return {"added": len(changes.added), "removed": len(changes.removed), "changed": len(changes.changed)}
