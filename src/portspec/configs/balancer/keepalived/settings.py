"""Settings of virtual servers, real servers and checkers: what a value is worth, and which of three places it comes from."""

from __future__ import annotations

from collections.abc import Sequence

from portspec.configs.balancer.keepalived.blocks import Entry
from portspec.configs.balancer.keepalived.notes import Notes
from portspec.configs.balancer.keepalived.numbers import (
    LAST_INT,
    LAST_U32,
    LONGEST_CONNECT,
    address,
    milliseconds,
    port,
    whole,
)
from portspec.configs.balancer.keepalived.vocabulary import METHODS, NEED_VALUE, SCHEDULERS

LONGEST_PERSISTENCE = 2_678_400
MOST_RETRIES = 100_000


def remark_values(entry: Entry, notes: Notes, *, checker: bool = False) -> None:
    """The values in a block that keepalived does not take, or that are not there."""
    for setting in entry.entries:
        if setting.name in NEED_VALUE and not setting.words:
            notes.remark("refused", "incomplete", setting.span, keyword=setting.name)
        elif setting.words and not _takes(setting, checker=checker, virtual=entry.name == "virtual_server"):
            if setting.line.variable:
                notes.remark("unknown", "variable", setting.span, variable=setting.line.variable)
            else:
                notes.remark("ignored", "value", setting.span, keyword=setting.name, value=setting.words[0])


def _takes(setting: Entry, *, checker: bool, virtual: bool) -> bool:
    name, value = setting.name, setting.words[0]
    if name in ("delay_loop", "delay_before_retry", "connect_timeout"):
        return time_of(setting) is not None
    if name in ("retry", "nb_get_retry"):
        return whole(value, 0 if checker else 1, LAST_U32) is not None
    if name in ("lvs_sched", "lb_algo"):
        return value in SCHEDULERS
    if name in ("lvs_method", "lb_kind", "sorry_server_lvs_method"):
        return value in METHODS
    if name == "protocol":
        return value.upper() in ("TCP", "UDP", "SCTP")
    if name == "weight":
        return checker or whole(value, 1 if virtual else 0, LAST_INT) is not None
    if name == "quorum":
        return whole(value, 1, LAST_INT) is not None
    if name == "persistence_timeout":
        return whole(value, 1, LONGEST_PERSISTENCE) is not None
    if name == "connect_port":
        return port(value) is not None
    if name == "connect_ip":
        return address_of(setting) is not None
    return True


def time_of(setting: Entry) -> int | None:
    """The time of a setting in milliseconds."""
    if not setting.words:
        return None
    connecting = setting.name == "connect_timeout"
    return milliseconds(setting.words[0], LONGEST_CONNECT) if connecting else milliseconds(setting.words[0])


def address_of(setting: Entry) -> int | None:
    """The address of a setting."""
    try:
        return address(setting.words[0]) if setting.words else None
    except ValueError:
        return None


def taken(entry: Entry) -> Entry:
    """A virtual server with those of its settings that keepalived takes, and without its real servers."""
    settings = [one for one in entry.entries if one.name != "real_server"]
    return entry._replace(
        entries=[one for one in settings if not one.words or _takes(one, checker=False, virtual=True)]
    )


def inherited_time(name: str, places: Sequence[Entry]) -> int | None:
    """The time of the innermost place that has one."""
    for place in places:
        for setting in reversed(place.entries):
            if setting.name == name and (time := time_of(setting)) is not None:
                return time
    return None


def inherited_retry(places: Sequence[Entry]) -> int | None:
    """How often a probe that failed is repeated, from the innermost place that says so; the first is the checker's."""
    for at, place in enumerate(places):
        for setting in reversed(place.entries):
            if setting.name in ("retry", "nb_get_retry") and setting.words:
                number = whole(setting.words[0], 1 if at else 0, LAST_U32)
                if number is not None:
                    return min(number, MOST_RETRIES)
    return None
