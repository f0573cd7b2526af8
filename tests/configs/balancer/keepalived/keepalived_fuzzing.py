"""keepalived configs that nobody would write."""

from __future__ import annotations

import random
from pathlib import Path

from configs.balancer import damaging
from configs.balancer.casefiles import load
from running import REPOSITORY

from portspec.configs.balancer import keepalived
from portspec.configs.balancer.model import Balancer
from portspec.errors import InputError

REPORTS = REPOSITORY / "tests/checks/cases_balancer"
SEEDS = [case.text for case in load(Path(__file__).parent / "cases")] + [
    (REPORTS / name / "keepalived.conf").read_text()
    for name in ("right-keepalived", "ps312-keepalived-public", "ps316-keepalived-marks")
]
WORDS = [
    "virtual_server", "virtual_server_group", "real_server", "vrrp_instance", "vrrp_sync_group", "vrrp_script", "global_defs",
    "static_ipaddress", "virtual_ipaddress", "virtual_ipaddress_excluded", "sorry_server", "SSL_GET", "HTTP_GET", "TCP_CHECK",
    "MISC_CHECK", "url", "path", "status_code", "connect_port", "connect_ip", "delay_loop", "retry", "weight", "quorum",
    "lvs_sched", "fo", "sh", "lvs_method", "DR", "TUN", "NAT", "protocol", "TCP", "UDP", "persistence_timeout", "fwmark",
    "group", "G", "virtual_router_id", "interface", "eth0", "192.168.22.10", "10.0.0.0/8", "10.0.0.1-9", "10.0.0.9-10.0.1.1",
    "2001:db8::1-ffff", "::", "0", "-1", "6443", "65536", "99999999999999999999", "1e9", "0.0000001", "nan", "٣", "²",
    "{", "}", "{ }", "{}", "{{", '"', "'", "\\", "#", "!", "@", "@x", "@^x", "$", "$A", "${A}", "$A=", "$A=$A", "$B= \\", "$B",
    "${_PWD}", "${_RANDOM 1 9}", "~SEQ(A, 1, 3)", "~SEQ(", "~SEQx(A,0x10,-1,0)", "~LST(A, 1, 2)", "~LST({A,B},{1,2})", "~LST(",
    "include", "include x.conf", "includea *", "include {a,b}", "include .", "\t", "\r", "\v", "\f", "\x00", "\x85", "é", "",
]  # fmt: skip


def outcome(text: str) -> Balancer | InputError:
    """The model, or the error, which has a place in the file."""
    model = damaging.outcome(keepalived, "keepalived.conf", text)
    if isinstance(model, Balancer):
        names = [pool.name for pool in model.pools]
        assert len(set(names)) == len(names)
    return model


def damaged(random_one: random.Random) -> str:
    """A config with some of its words, lines and characters changed."""
    return damaging.damaged_lines(random_one, SEEDS, WORDS)
