"""Both testbeds together: a host that packets are for, and one that they pass through or come from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from differential.namespaces import RefusedError
from differential.probes import Path, Probe
from differential.recorder import Observation
from differential.testbed import Dialect, Testbed


class Hosts:
    """Judges probes of every path, each on the testbed that has it. `legacy` says whether this kernel has the legacy
    tables of iptables; without them what is meant for them is loaded by the nft variant of the programs."""

    def __init__(self, terminal: Testbed, router: Testbed) -> None:
        self.terminal, self.router = terminal, router
        try:
            terminal.host.run(["iptables-legacy", "-t", "filter", "-S"])
            self.legacy = True
        except (RefusedError, FileNotFoundError):
            self.legacy = False

    def loader(self, dialect: Dialect) -> Dialect:
        """The dialect that is loaded here for one that is asked for."""
        if self.legacy:
            return dialect
        return dialect.replace("legacy", "nft")  # type: ignore[return-value]

    def judge(self, dialect: Dialect, text: str, probes: Sequence[Probe]) -> list[Observation]:
        """The kernel's verdict on each probe under a ruleset. Raises RefusedError where a program refuses the ruleset."""
        observed: dict[int, Observation] = {}
        for testbed in (self.terminal, self.router):
            mine = [index for index, probe in enumerate(probes) if self._testbed_of(probe.path) is testbed]
            if mine:
                observations = testbed.judge(dialect, text, [probes[index] for index in mine])
                observed.update(zip(mine, observations, strict=True))
        return [observed[index] for index in range(len(probes))]

    def judge_together(self, filters: Sequence[tuple[Dialect, str]], probes: Sequence[Probe]) -> list[Observation]:
        """The same under the filters of several programs; all probes are of one path."""
        return self._testbed_of(probes[0].path).judge_together(filters, probes)

    def listing(self, dialect: Dialect, path: Path, *options: str) -> str:
        """The ruleset that probes of this path were last judged by, as its program prints it."""
        return self._testbed_of(path).listing(dialect, *options)

    def trace(self, dialect: Dialect, text: str, probe: Probe) -> str:
        """The kernel's own account of a verdict."""
        return self._testbed_of(probe.path).trace(dialect, text, probe)

    def _testbed_of(self, path: Path) -> Testbed:
        return self.terminal if path == "input" else self.router


@contextmanager
def hosts() -> Iterator[Hosts]:
    """Both testbeds, taken down at the end."""
    with Testbed(terminal=True) as terminal, Testbed(terminal=False) as router:
        yield Hosts(terminal, router)
