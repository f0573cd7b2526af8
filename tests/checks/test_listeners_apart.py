"""Several listeners of one port: whom the balancer's clients get to, as sockets decide it, and how wide ranges are told."""

from __future__ import annotations

import pytest
from checks.standard import check_text

from portspec.checks.haproxy_example import RIGHT

WRONG_POOL = """
listen leftover
  bind {at}:6443
  mode http
  server worker-0 192.168.22.211:6443 check
"""


def codes(text: str) -> set[str]:
    """The checks that find something in a config of the standard cluster."""
    return {finding.code for finding in check_text(text).findings}


def test_the_right_config_alone_is_right() -> None:
    assert codes(RIGHT) == set()


@pytest.mark.parametrize("at", ["*", "0.0.0.0", ""])
def test_a_listener_at_the_address_takes_what_one_at_every_address_would(at: str) -> None:
    assert not {"PS302", "PS304"} & codes(RIGHT + WRONG_POOL.format(at=at))


def test_first_or_last_in_the_file_does_not_matter() -> None:
    assert "PS302" not in codes(WRONG_POOL.format(at="*") + RIGHT)


def test_two_at_the_address_share_the_clients() -> None:
    assert {"PS302", "PS304"} <= codes(RIGHT + WRONG_POOL.format(at="192.168.22.10"))


def test_one_at_another_address_takes_nothing_from_it() -> None:
    elsewhere = RIGHT.replace("bind 192.168.22.10:6443", "bind 192.168.22.11:6443")
    assert {"PS302", "PS304"} <= codes(elsewhere + WRONG_POOL.format(at="*"))


def test_a_wide_range_is_told_as_it_is_written() -> None:
    wide = "\nlisten wide\n  bind 192.168.22.10:1000-60000\n  server worker-0 192.168.22.211:8443 check\n"
    (found,) = [finding for finding in check_text(RIGHT + wide).findings if finding.code == "PS326"]
    assert found.values["published"] == "1000-60000"
