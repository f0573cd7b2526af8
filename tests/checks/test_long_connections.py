"""What cuts a silent connection to the API first, and when that is told."""

from __future__ import annotations

import pytest
from checks.standard import check_text

from portspec.checks.haproxy_example import RIGHT

# the timeouts of a config → what is said, and of which setting
TIMEOUTS = {
    "timeout client 1m\n  timeout server 1m": None,
    "timeout client 1h\n  timeout server 1h": None,
    "timeout client 0\n  timeout server 0": None,
    "timeout client 59s\n  timeout server 1m": ("sessions", "timeout client", "59"),
    "timeout client 1m\n  timeout server 31s": ("sessions", "timeout server", "31"),
    "timeout client 1m\n  timeout server 30s": ("watches", "timeout server", "30"),
    "timeout client 5s\n  timeout server 30s": ("watches", "timeout client", "5"),
    "timeout client 0\n  timeout server 10s": ("watches", "timeout server", "10"),
    # the tunnel's holds for both sides, in place of what they say
    "timeout client 5s\n  timeout server 5s\n  timeout tunnel 1h": None,
    "timeout client 1h\n  timeout server 1h\n  timeout tunnel 25s": ("watches", "timeout tunnel", "25"),
}


@pytest.mark.parametrize("timeouts", TIMEOUTS)
def test_what_is_said_of_the_timeouts(timeouts: str) -> None:
    text = RIGHT.replace("timeout client 1m\n  timeout server 1m", timeouts)
    found = [one for one in check_text(text, config_format="haproxy").findings if one.code == "PS323"]
    expected = TIMEOUTS[timeouts]
    if expected is None:
        assert found == []
        return
    (one,) = found
    assert (one.variant, one.values["setting"], one.values["seconds"]) == expected
    assert one.severity == ("warning" if one.variant == "watches" else "note")


def test_only_the_api_is_asked_about() -> None:
    """Machines fetch their config in one go, and how long applications are silent is theirs to know."""
    text = RIGHT.replace("listen https\n", "listen https\n  timeout client 5s\n").replace(
        "listen machine-config\n", "listen machine-config\n  timeout client 5s\n"
    )
    assert [one for one in check_text(text, config_format="haproxy").findings if one.code == "PS323"] == []
