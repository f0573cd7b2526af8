"""PS501: the present spec would decide otherwise than the lock."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.checks.api import Case, Check, Example
from portspec.checks.finding import Finding

MOST_PORTS = 4


def run(case: Case) -> Iterator[Finding]:
    """One note per cluster whose lock and the present spec differ. The lock decides all the same."""
    lock, drift = case.origin.lock, case.origin.drift
    if lock is None or drift is None:
        return
    values = {"pinned": lock.policy.spec_version, "present": drift.spec_version, "release": lock.policy.release}
    values["lock"] = lock.path
    if drift.changes is None:
        yield Finding("PS501", "cannot", "note", "certain", lock.path, None, {**values, "reason": drift.reason})
        return
    ports = drift.changes.ports
    named = ", ".join(ports[:MOST_PORTS]) + (", …" if len(ports) > MOST_PORTS else "")
    yield Finding(
        "PS501",
        "differs",
        "note",
        "certain",
        lock.path,
        None,
        {
            **values,
            "added": str(len(drift.changes.added)),
            "removed": str(len(drift.changes.removed)),
            "changed": str(len(drift.changes.changed)),
            "ports": named,
        },
    )


CHECK = Check(
    code="PS501",
    name="spec-differs",
    title={
        "en": "The present spec would decide otherwise than the lock",
        "zh-TW": "目前的規格會做出與鎖定檔不同的判定",
    },
    rationale={
        "en": "A lock keeps the answer of a repository the same while the spec grows. What has been learned since is not "
        "judged until the lock is written anew, so that this happens in a change of its own and under review. This "
        "note never changes the exit code.",
        "zh-TW": "鎖定檔讓儲存庫的判定不受規格更新影響。之後才得知的內容，在重新寫入鎖定檔之前不會列入判定，因此更新會是一次獨立且經過審查的變更。此提示不會改變結束代碼。",
    },
    messages={
        "differs": {
            "en": "pinned with spec {pinned}; spec {present} would decide otherwise about {ports} (obligations: "
            "{added} more, {removed} fewer, {changed} changed)",
            "zh-TW": "鎖定時的規格為 {pinned}；規格 {present} 對 {ports} 會做出不同判定（義務：多 {added} 項，少 {removed} 項，變更 {changed} 項）",
        },
        "cannot": {
            "en": "pinned with spec {pinned}; spec {present} cannot decide about this cluster: {reason}",
            "zh-TW": "鎖定時的規格為 {pinned}；規格 {present} 無法判定此叢集：{reason}",
        },
    },
    help={
        "differs": {
            "en": "portspec diff {lock} {release} shows what; portspec pin takes it over",
            "zh-TW": "執行 portspec diff {lock} {release} 查看差異；執行 portspec pin 採用",
        },
        "cannot": {
            "en": "the lock goes on to decide; keep the portspec that wrote it if it has to be written anew",
            "zh-TW": "仍由鎖定檔判定；若需重新寫入，請保留當初產生它的 portspec",
        },
    },
    bad=Example(
        format="portspec.lock",
        placement="portspec.yaml",
        text='{"id":"allow:etcd:2379/tcp:control-plane>control-plane:direct","necessity":"optional","…":"…"}\n',
    ),
    good=Example(
        format="portspec.lock",
        placement="portspec.yaml",
        text='{"id":"allow:etcd:2379/tcp:control-plane>control-plane:direct","necessity":"required","…":"…"}\n',
    ),
    run=run,
)
