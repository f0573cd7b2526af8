"""Which codes a run reports: `--select` and `--ignore`, by whole codes or their beginnings."""

from __future__ import annotations

import re
from collections.abc import Sequence

from portspec.checks.registry import checks
from portspec.checks.result import ClusterResult
from portspec.errors import InputError
from portspec.records import NamedTuple

PREFIX = re.compile(r"PS\d{0,3}\Z")


class Selection(NamedTuple):
    """Beginnings of codes to report and to leave out; an empty `chosen` means all."""

    chosen: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()

    @classmethod
    def parse(cls, chosen: Sequence[str] | None, ignored: Sequence[str] | None) -> Selection:
        """Read the two options, each given any number of times. Raises InputError for a code that no check has."""
        return cls(_codes(chosen, "--select"), _codes(ignored, "--ignore"))

    def apply(self, result: ClusterResult) -> ClusterResult:
        """The result with only the selected findings, standing or accepted."""
        if not self.chosen and not self.ignored:
            return result
        return result._replace(
            findings=tuple(finding for finding in result.findings if self.takes(finding.code)),
            suppressed=tuple(accepted for accepted in result.suppressed if self.takes(accepted.finding.code)),
        )

    def takes(self, code: str) -> bool:
        """Whether findings of a code are reported."""
        return (not self.chosen or code.startswith(self.chosen)) and not code.startswith(self.ignored)

    def codes(self) -> tuple[str, ...]:
        """The codes that are reported."""
        return tuple(code for code in checks() if self.takes(code))


def _codes(given: Sequence[str] | None, option: str) -> tuple[str, ...]:
    if given is None:
        return ()
    found = tuple(part.strip().upper() for text in given for part in text.split(",") if part.strip())
    for code in found:
        if not PREFIX.match(code) or not any(known.startswith(code) for known in checks()):
            raise InputError(f"{option}: no check has the code {code!r}", hint="portspec explain lists the codes")
    if not found:
        raise InputError(f"{option}: no code given", hint="portspec explain lists the codes")
    return found
