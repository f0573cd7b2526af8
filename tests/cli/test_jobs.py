"""Clusters checked side by side give the same bytes as one after the other."""

from __future__ import annotations

import pytest
from running import portspec


@pytest.mark.parametrize("form", ["text", "json"])
def test_jobs_change_no_byte(form: str) -> None:
    runs = [portspec(["check", "examples", "--format", form, "--jobs", jobs]) for jobs in ("1", "2")]
    assert runs[0] == runs[1]
    assert (runs[0].code, runs[0].err) == (1, "")
