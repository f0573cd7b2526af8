"""PS004: a MachineConfig does not bring its filter to where it is checked."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.checks.api import Case, Check, Example
from portspec.checks.filter_example import CONTROL_PLANE
from portspec.checks.finding import Finding
from portspec.cluster.model import HostPlace, Unplaced
from portspec.configs.firewall.model import Note
from portspec.packets.addresses import format_address

POOLS = {"master": ("control-plane",), "worker": ("worker", "ingress-node")}
"""The pools that every cluster has (Machine Config Operator), with the roles of their nodes. Routers run on workers, or
where there are none on the control plane."""

BUTANE = """\
variant: openshift
version: 4.18.0
metadata:
  name: 98-nftables-master
  labels:
    machineconfiguration.openshift.io/role: master
systemd:
  units:
    - name: nftables.service
      enabled: true
storage:
  files:
    - path: /etc/sysconfig/nftables.conf
      contents:
        inline: |
"""
"""The head of a Butane file; its nftables file follows, indented by ten blanks."""


def run(case: Case) -> Iterator[Finding]:
    """One finding per object whose label names other nodes than `at:` does, or that nothing here loads."""
    for placed in case.filters:
        for note in placed.ruleset.notes:
            if note.message_key == "machine-config-no-unit":
                yield Finding("PS004", "no-unit", "note", "possible", placed.path, note.span, dict(note.values))
            elif note.message_key == "machine-config-role":
                yield from _role(case, placed.path, placed.entry.at, note)


def _role(case: Case, path: str, at: object, note: Note) -> Iterator[Finding]:
    if isinstance(at, Unplaced):
        return
    values = dict(note.values)
    if not isinstance(at, HostPlace):
        yield Finding("PS004", "no-host", "warning", "certain", path, note.span, values)
        return
    nodes = POOLS.get(values["role"], ())
    theirs = [case.cluster.addresses(role) for role in nodes]
    if not nodes or at.role in nodes or any(addresses.overlaps(at.addresses) for addresses in theirs):
        return
    where = at.role or format_address(at.addresses.first)
    yield Finding("PS004", "role", "warning", "certain", path, note.span, {**values, "at": where})


def _butane(role: str) -> str:
    indented = "".join(f"{' ' * 10}{line}\n" if line else "\n" for line in CONTROL_PLANE.splitlines())
    return BUTANE.replace("master", role) + indented


CHECK = Check(
    code="PS004",
    name="machine-config",
    title={"en": "A MachineConfig goes to other nodes", "zh-TW": "MachineConfig 套用到其他節點"},
    rationale={
        "en": "The label of a MachineConfig says which nodes get its files, and a unit loads them. Where the cluster file "
        "says another role, the verdicts are about a filter that these nodes never see.",
        "zh-TW": "MachineConfig 的標籤決定哪些節點會取得其中的檔案，再由 unit 載入。若叢集檔寫的是另一個角色，判定的就是這些節點根本不會有的過濾規則。",
    },
    messages={
        "role": {
            "en": "{name} is for the pool {role}, but `at:` places it on {at}",
            "zh-TW": "{name} 屬於 {role} 節點池，但 `at:` 把它放在 {at}",
        },
        "no-host": {
            "en": "{name} filters on the nodes of {role} themselves, but `at:` places it elsewhere",
            "zh-TW": "{name} 在 {role} 節點本身過濾，但 `at:` 把它放在別處",
        },
        "no-unit": {
            "en": "no unit of {name} loads {path}: unless another object does, it never filters",
            "zh-TW": "{name} 沒有 unit 會載入 {path}：若沒有其他物件載入，這些規則不會生效",
        },
    },
    help={
        "role": {"en": "correct the label or `at:`", "zh-TW": "修正標籤或 `at:`"},
        "no-host": {
            "en": "place it with `at: {{host: control-plane}}` or the like",
            "zh-TW": "請改用 `at: {{host: control-plane}}` 之類的寫法",
        },
        "no-unit": {
            "en": "enable nftables.service under systemd.units",
            "zh-TW": "在 systemd.units 啟用 nftables.service",
        },
    },
    bad=Example(format="machineconfig", placement="host control-plane", text=_butane("worker")),
    good=Example(format="machineconfig", placement="host control-plane", text=_butane("master")),
    run=run,
)
