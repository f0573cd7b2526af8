"""How a release is supported on a day, and that nothing is guessed where a date is not known."""

from __future__ import annotations

import pytest

from portspec.policy.store import lifecycle, releases, snapshot
from portspec.policy.support import Lifecycle, last_day, support

PLAIN = Lifecycle("2024-10-01", "2026-04-01", None, preview=False)
EXTENDED = PLAIN._replace(extended_ends="2027-10-01")
OPEN = PLAIN._replace(extended_ends="unknown")
DATELESS = Lifecycle("2024-10-01", "unknown", None, preview=False)
HALF = DATELESS._replace(extended_ends="2027-10-01")
CASES = [
    (PLAIN, "2024-09-30", "not-released"),
    (PLAIN, "2024-10-01", "maintenance"),
    (PLAIN, "2026-04-01", "maintenance"),
    (PLAIN, "2026-04-02", "ended"),
    (EXTENDED, "2026-04-02", "extended"),
    (EXTENDED, "2027-10-01", "extended"),
    (EXTENDED, "2027-10-02", "ended"),
    (OPEN, "2026-04-01", "maintenance"),
    (OPEN, "2026-04-02", "unknown"),
    (OPEN, "2099-01-01", "unknown"),
    (DATELESS, "2099-01-01", "unknown"),
    (DATELESS, "2024-09-30", "not-released"),
    (HALF, "2026-01-01", "unknown"),
    (HALF, "2027-10-02", "ended"),
    (PLAIN._replace(released="unknown"), "2025-01-01", "unknown"),
    (PLAIN._replace(preview=True), "2025-01-01", "preview"),
    (Lifecycle("unknown", "unknown", "unknown", preview=True), "2025-01-01", "preview"),
]


@pytest.mark.parametrize(("release", "day", "standing"), CASES)
def test_support(release: Lifecycle, day: str, standing: str) -> None:
    assert support(release, day) == standing


def test_the_last_day() -> None:
    assert (last_day(PLAIN), last_day(EXTENDED), last_day(OPEN)) == ("2026-04-01", "2027-10-01", "unknown")


@pytest.mark.parametrize("release", releases())
def test_the_index_has_the_dates_of_the_spec(release: str) -> None:
    known, kept = snapshot(release).release, lifecycle(release)
    assert kept == (known.released, known.support_ends, known.extended_ends, known.preview)
