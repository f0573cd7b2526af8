"""A live matrix beside the small spec, and beside what the spec itself would print."""

from __future__ import annotations

from pathlib import Path

import pytest
from policy.small_spec import SMALL

from portspec.configs.files import load
from portspec.policy.live import Listener, LiveComparison, compare_matrix, listeners
from portspec.policy.matrix import read_matrix
from portspec.policy.model import Profile
from portspec.policy.sides import snapshot_of
from portspec.policy.store import releases, snapshot
from portspec.report.commatrix import COLUMNS, as_commatrix
from portspec.source import SourceText

KNOWN = snapshot_of(str(SMALL), "4.18")
MATRICES = Path(__file__).parent / "matrices"


def compared(text: str | None = None, profile: Profile | None = None) -> LiveComparison:
    source = SourceText("m", text) if text is not None else load(str(MATRICES / "docs.csv"), "m")
    return compare_matrix(KNOWN, profile or Profile(), read_matrix(source))


def listed(found: LiveComparison, part: str) -> list[tuple[str, str]]:
    """(port, role) of each entry."""
    return [
        (one.port, one.role) if isinstance(one, Listener) else (one.row.port, one.row.role)
        for one in getattr(found, part)
    ]


def test_every_row_is_somewhere() -> None:
    found = compared()
    assert listed(found, "unknown") == [("22", "master"), ("30000-32767", "")]
    assert listed(found, "excluded") == [("111", "master")]
    assert listed(found, "within") == [("9777", "worker-infra")]
    assert listed(found, "missing") == []
    assert listed(found, "absent") == [("9100", "control-plane"), ("22624", "control-plane")]
    assert listed(found, "optionality") == [("9454", "master")]
    assert (found.matched, found.egress, found.not_seen) == (3, 1, ())
    assert found.differs
    (infra,) = found.within
    assert infra.listener.port == "9000-9999"
    assert found.excluded[0].exclusion is not None
    assert found.excluded[0].exclusion.id == "rpcbind"
    assert [(one.service, one.roles) for one in found.unknown[1].elsewhere] == [
        ("monitor", ("control-plane", "worker"))
    ]


def test_a_range_without_a_role_is_on_every_node() -> None:
    found = compared(profile=Profile(features=("node-ports",)))
    assert ("30000-32767", "") not in listed(found, "unknown")
    assert not [one for one in found.absent if one.port == "30000-32767"]


HEADER = ",".join(COLUMNS) + "\n"
API = "Ingress,TCP,6443,,,,,master,false\n"


def test_a_required_port_that_does_not_listen() -> None:
    found = compared(HEADER + "Ingress,TCP,9454,,,,,master,false\n")
    assert listed(found, "missing") == [("6443", "control-plane")]
    assert found.not_seen == ("worker",), "nothing is said of nodes that the matrix does not show"
    assert ("9100", "worker") not in listed(found, "absent")


def test_what_does_not_say_whether_it_is_optional_agrees() -> None:
    for told, count in (("", 0), ("false", 0), ("true", 1)):
        assert len(compared(HEADER + API.replace("false", told)).optionality) == count
    unknown = "Ingress,TCP,22624,,,,,master,true\n"
    assert compared(HEADER + API + unknown).optionality == (), "where no source tells, nothing is compared"


@pytest.mark.parametrize("topology", ["compact", "single-node"])
def test_workers_are_the_control_plane_where_there_are_no_others(topology: str) -> None:
    rows = API + "Ingress,TCP,9100,,,,,worker,true\n"
    found = compared(HEADER + rows, Profile(topology=topology))
    assert found.unknown == ()
    assert found.not_seen == ()


def test_what_a_single_node_says_to_itself_is_required_all_the_same() -> None:
    for topology in ("ha", "compact", "single-node"):
        found = {
            one.port: one.necessity for one in listeners(KNOWN, Profile(topology=topology)) if one.role != "worker"
        }
        assert (found["9454"], found["6443"], found["22624"]) == ("required", "required", "unknown"), topology


def test_an_exclusion_is_for_its_roles() -> None:
    row = "Ingress,UDP,111,,,,,{},true\n"
    for role in ("master", "worker", "control-plane", "infra", ""):
        assert len(compared(HEADER + API + row.format(role)).excluded) == 1, role
    assert len(compared(HEADER + API + row.format("bootstrap")).excluded) == 0
    assert len(compared(HEADER + API + row.format("master").replace("UDP", "TCP")).excluded) == 0


@pytest.mark.parametrize("release", releases())
@pytest.mark.parametrize("profile", [Profile(), Profile("baremetal"), Profile("aws", topology="single-node")], ids=str)
def test_what_the_spec_prints_agrees_with_the_spec(release: str, profile: Profile) -> None:
    known = snapshot(release)
    expected = listeners(known, profile)
    found = compare_matrix(known, profile, read_matrix(SourceText("m", as_commatrix(expected))))
    assert [getattr(found, part) for part in ("unknown", "excluded", "within", "missing", "absent")] == [()] * 5
    assert found.optionality == ()
    assert {one.role for one in expected} <= {"control-plane", "worker", "windows-node"}


def test_the_csv_is_in_the_plugins_form() -> None:
    assert as_commatrix(listeners(KNOWN, Profile(features=("node-ports",)))) == HEADER + (
        "Ingress,TCP,6443,,api,,,master,false\n"
        "Ingress,TCP,9100,,monitor,,,master,true\n"
        "Ingress,TCP,9454,,monitor,,,master,false\n"
        "Ingress,TCP,22624,,host-services,,,master,false\n"
        "Ingress,TCP,9100,,monitor,,,worker,true\n"
        "Ingress,TCP,9000-9999,,host-services,,,,true\n"
        "Ingress,TCP,30000-32767,,monitor,,,,true\n"
    )
