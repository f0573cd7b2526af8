"""Filters with a mistake, and after their fixes, in the kernel: the packet that shows the finding fares as it should, and no
other one fares differently than before."""

from __future__ import annotations

import re
import subprocess
import textwrap
from pathlib import Path

import pytest
from conftest_programs import require
from fixes import corpus
from fixes.fixing import DAY

from differential import firewalld_live
from differential.hosts import Hosts
from differential.probes import ICMP, TCP, UDP, Probe
from portspec.checks.audience import audience
from portspec.checks.finding import Finding
from portspec.checks.fleet import Prepared, Request, prepare, targets
from portspec.checks.result import ClusterResult
from portspec.configs.firewall.machineconfig.dataurl import contents
from portspec.configs.folders import FolderText
from portspec.fixes.proving import check, fix_all, fix_of, with_edits
from portspec.fixes.site import addresses_of
from portspec.packets.addresses import parse_address

REQUEST = Request(None, None, None, DAY)
TARGET = parse_address("192.168.22.201")
SENDERS = tuple(
    map(
        parse_address,
        (
            "192.168.22.200", "192.168.22.202", "192.168.22.203", "192.168.22.211", "192.168.22.213", "192.168.22.10", "10.1.0.9",
            "10.2.0.9", "198.51.100.7", "192.168.22.204",
        ),
    )
)  # fmt: skip
PORTS = (22, 80, 443, 2378, 2379, 2380, 2381, 6443, 8080, 9100, 10249, 10250, 10251, 10257, 22623, 22624, 30000)
PROTOCOLS = {"tcp": TCP, "udp": UDP}
DIALECTS = ("nftables", "iptables", "firewalld-folder", "shell", "nft-commands", "ansible", "butane", "machineconfig")
CASES = [(dialect, mistake) for dialect in DIALECTS for mistake in ("lost", "open", "extra")]


def probes() -> list[Probe]:
    """Connections from inside and outside to one node: to the ports of the mistakes, their neighbours and others."""
    made = [
        Probe("input", source, TARGET, protocol, port)
        for source in SENDERS
        for port in PORTS
        for protocol in (TCP, UDP)
    ]
    return [*made, Probe("input", SENDERS[0], TARGET, ICMP, 8 << 8)]


def shown(finding: Finding) -> Probe:
    """The packet of a finding."""
    witness = finding.witness
    assert witness is not None
    assert witness.port is not None
    return Probe("input", parse_address(witness.source), TARGET, PROTOCOLS[witness.transport], witness.port)


def meant(finding: Finding, prepared: Prepared, probe: Probe) -> bool:
    """Whether a packet is one that the finding is about: of its hop, or to its port from beyond the audience."""
    values = finding.values
    if probe.low != int(values["port"]) or probe.protocol != PROTOCOLS[values["transport"]]:
        return False
    if finding.code == "PS101":
        return probe.source in addresses_of(prepared.cluster, values["source"])
    # Who has no business there is closed out; a rule of nobody's goes as a whole.
    return True


def allowed(finding: Finding, prepared: Prepared, probe: Probe) -> bool:
    """Whether a packet that a finding is about is to get through."""
    reach = finding.values.get("reach")
    return finding.code == "PS101" or (reach is not None and probe.source in audience(prepared.cluster, reach))  # type: ignore[arg-type]


class Filter:
    """A config as the kernel gets it."""

    def __init__(self, judges: Hosts, dialect: str, folder: Path) -> None:
        self.judges = judges
        self.dialect = dialect
        self.folder = folder

    def accepted(self, prepared: Prepared, asked: list[Probe]) -> list[bool]:
        """What becomes of packets."""
        ((_, source),) = prepared.configs
        if isinstance(source, FolderText):
            for part in source.parts:
                path = self.folder / part.path
                path.parent.mkdir(parents=True, exist_ok=True)
                more = firewalld_live.NO_REVERSE_PATH if path.name == "firewalld.conf" else ""
                path.write_text(part.text + more)
            observed = firewalld_live.judge(self.judges, self.folder / source.path, asked)
        else:
            kind, text = self._text(source.text)
            loader = self.judges.loader("iptables-nft") if kind == "iptables" else self.judges.loader("nftables")
            observed = self.judges.judge(loader, text, asked)
        return [one.accepted for one in observed]

    def _text(self, text: str) -> tuple[str, str]:
        if self.dialect == "butane":
            inner = re.search(r"inline: \|\n((?: {12}.*\n|\n)+)", text)
            assert inner
            return "nftables", textwrap.dedent(inner[1])
        if self.dialect == "machineconfig":
            url = re.search(r"data:\S+", text)
            assert url
            return "nftables", contents(url[0], None).decode()
        if self.dialect in ("shell", "ansible"):
            return "iptables", _run(text, "iptables-save", "iptables")
        if self.dialect == "nft-commands":
            return "nftables", _run(text, "nft list ruleset", "nftables")
        return self.dialect, text


def _run(text: str, listing: str, package: str) -> str:
    """What a script leaves on a host without rules."""
    require(listing.partition(" ")[0], package=package)
    commands = re.findall(r"(?m)(?:^|command: )((?:iptables|nft) .*)$", text)
    assert len(commands) > 10
    script = "\n".join(["set -e", *commands, listing])
    done = subprocess.run(
        ["unshare", "-n", "sh", "-c", script], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(name="site")
def _site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Prepared:
    dialect, mistake = request.param
    monkeypatch.chdir(corpus.write(tmp_path / "site", dialect, mistake))
    (target,) = targets(["."])
    return prepare(target, REQUEST)


def _changed(before: ClusterResult, prepared: Prepared, asked: list[Probe]) -> list[bool | None]:
    """What is to become of packets that findings are about; None: the same as before."""
    made: list[bool | None] = []
    for probe in asked:
        about = [one for one in before.findings if meant(one, prepared, probe)]
        made.append(None if not about else any(allowed(one, prepared, probe) for one in about))
    return made


@pytest.mark.parametrize(("site", "dialect"), [(case, case[0]) for case in CASES], indirect=["site"], ids=str)
def test_a_fixed_filter_does_as_said(judges: Hosts, site: Prepared, dialect: str, tmp_path: Path) -> None:
    if dialect == "firewalld-folder":
        require("firewalld", package="firewalld")
    kernel = Filter(judges, dialect, tmp_path / "loaded")
    result = check(site, DAY)
    assert result.findings
    asked = [*probes(), *map(shown, result.findings)]
    before = kernel.accepted(site, asked)
    for finding, was in zip(result.findings, before[-len(result.findings) :], strict=True):
        assert was == (finding.code == "PS201"), "the packet shows the finding"
    fixed = fix_all(site, result, DAY)
    assert fixed.left == ()
    after = kernel.accepted(fixed.prepared, asked)
    wanted = [was if told is None else told for was, told in zip(before, _changed(result, site, asked), strict=True)]
    wrong = [str(probe) for probe, want, got in zip(asked, wanted, after, strict=True) if want != got]
    assert wrong == []
    assert before != after


@pytest.mark.parametrize(
    ("site", "dialect"), [((one, "lost"), one) for one in DIALECTS[:4]], indirect=["site"], ids=str
)
def test_one_fix_by_itself_admits_its_own_hop(judges: Hosts, site: Prepared, dialect: str, tmp_path: Path) -> None:
    if dialect == "firewalld-folder":
        require("firewalld", package="firewalld")
    kernel = Filter(judges, dialect, tmp_path / "loaded")
    result = check(site, DAY)
    asked = probes()
    before = kernel.accepted(site, asked)
    for finding in result.findings:
        fix = fix_of(finding, site, result, DAY)
        assert fix is not None
        after = kernel.accepted(with_edits(site, fix.edits), asked)
        moved = [probe for probe, was, now in zip(asked, before, after, strict=True) if was != now]
        assert moved
        assert all(meant(finding, site, probe) for probe in moved)
        assert (
            shown(finding) in [probe for probe, now in zip([*asked], after, strict=True) if now]
            or shown(finding) not in asked
        )
