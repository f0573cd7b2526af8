"""`portspec trace`: one packet's way as text and JSON, and packets that are none."""

from __future__ import annotations

import json

import pytest
from running import REPOSITORY, portspec

FOLDER = REPOSITORY / "examples" / "upi-broken" / "firewall"
ENDS = ["--from", "10.1.2.3", "--to", "192.168.22.10", "--port", "6443"]
SENT = {"source": "10.1.2.3", "destination": "192.168.22.10", "transport": "tcp", "port": 6443}


def test_a_guessed_way_is_told_with_the_others() -> None:
    guessed = portspec(["trace", "edge.rules", *ENDS], cwd=FOLDER)
    assert guessed.out.splitlines()[-2:] == ["drop", "the file also filters forward: --hook forward asks about that"]
    asked = portspec(["trace", "edge.rules", *ENDS, "--hook", "forward"], cwd=FOLDER)
    assert asked.out.splitlines()[-1] == "accept"
    by_chain = portspec(["trace", "edge.rules", *ENDS, "--chain", "FORWARD"], cwd=FOLDER)
    assert by_chain.out.splitlines()[-1] == "accept"


def test_the_way_in_chinese() -> None:
    run = portspec(["trace", "edge.rules", *ENDS, "--hook", "forward", "--lang", "zh-TW"], cwd=FOLDER)
    lines = run.out.splitlines()
    assert lines[0].endswith("（路徑：forward）")
    assert lines[1].endswith("跳至 to-openshift")
    assert lines[-1] == "允許"


def test_json_has_the_packet_and_its_way() -> None:
    run = portspec(["trace", "edge.rules", *ENDS, "--hook", "forward", "--format", "json"], cwd=FOLDER)
    answer = json.loads(run.out)
    assert {key: answer[key] for key in SENT} == SENT
    assert (answer["verdict"], answer["line"], answer["way"]) == ("accept", 16, "forward")
    assert [step["line"] for step in answer["trace"]] == [12, 16]


WRONG = {
    "no object": ("[1]", "expected a JSON object on each line"),
    "no JSON": ("{", "not a JSON object on this line"),
    "no number of JSON": (json.dumps({**SENT, "port": 1}).replace("1}", "NaN}"), "not a JSON object on this line"),
    "nested without end": ("[" * 100_000, "not a JSON object on this line"),
    "a number without end": ('{"port": ' + "9" * 5000 + "}", "not a JSON object on this line"),
    "no source": (json.dumps({"destination": "192.0.2.1"}), "source: expected an IP address"),
    "a source that is no text": (json.dumps({**SENT, "source": 1}), "source: expected an IP address"),
    "a source that is none": (json.dumps({**SENT, "source": "\x1b[31m"}), "source: not an IP address: '\\x1b[31m'"),
    "two families": (json.dumps({**SENT, "source": "::1"}), "source and destination are of two families"),
    "a port that is too large": (json.dumps({**SENT, "port": 65536}), "port: expected a number from 0 to 65535"),
    "a port below zero": (json.dumps({**SENT, "port": -1}), "port: expected a number from 0 to 65535"),
    "a port that is true": (json.dumps({**SENT, "port": True}), "port: expected a number from 0 to 65535"),
    "a port of icmp": (json.dumps({**SENT, "transport": "icmp"}), "port: icmp has no ports"),
    "an unknown transport": (json.dumps({**SENT, "transport": "tpc"}), "transport: "),
    "an unknown state": (json.dumps({**SENT, "state": "old"}), "state: 'old' is not known"),
    "an unknown chain": (json.dumps({**SENT, "chain": "FORWRD"}), "no chain 'FORWRD'"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_packet_is_named_by_its_line(name: str) -> None:
    line, message = WRONG[name]
    run = portspec(["trace", "edge.rules", "--packets", "-"], cwd=FOLDER, stdin=f"{json.dumps(SENT)}\n\n{line}\n")
    assert (run.code, run.out) == (2, ""), "no half of an answer"
    assert run.err.startswith(f"<stdin>:3:1: {message}")
    assert len(run.err.splitlines()) <= 2


def test_a_line_separator_inside_a_text_ends_no_line() -> None:
    packet = {**SENT, "note": "a\u2028b\u0085c", "hook": "forward"}
    run = portspec(["trace", "edge.rules", "--packets", "-"], cwd=FOLDER, stdin=json.dumps(packet, ensure_ascii=False))
    assert json.loads(run.out) == {**packet, "verdict": "accept", "line": 16}


def test_packets_and_one_packet_are_not_mixed() -> None:
    run = portspec(["trace", "edge.rules", *ENDS, "--packets", "-"], cwd=FOLDER)
    assert (run.code, run.err) == (2, "--packets says which packets; leave out --from, --to and --port\n")
