"""`trace --packets`: JSON lines in, the same objects with verdict and line out."""

from __future__ import annotations

import json
from pathlib import Path

from running import portspec

FILTER = """\
table ip filter {
 chain input {
  type filter hook input priority 0; policy drop;
  tcp dport 6443 accept
  tcp dport 22623 reject
 }
}
"""


def test_every_line_is_answered(tmp_path: Path) -> None:
    (tmp_path / "fw.nft").write_text(FILTER)
    asked = [
        {"source": "192.0.2.1", "destination": "192.0.2.2", "transport": "tcp", "port": port, "note": "叢集"}
        for port in (6443, 22623, 1)
    ]
    lines = "".join(json.dumps(packet) + "\n" for packet in asked)
    run = portspec(["trace", "fw.nft", "--packets", "-"], cwd=tmp_path, stdin=lines)
    answers = [json.loads(line) for line in run.out.splitlines()]
    assert (run.code, run.err) == (0, "")
    assert [(answer["verdict"], answer["line"]) for answer in answers[:2]] == [("accept", 4), ("reject", 5)]
    assert answers[2]["verdict"] == "drop"
    assert [{key: answer[key] for key in packet} for packet, answer in zip(asked, answers, strict=True)] == asked
    bad = portspec(["trace", "fw.nft", "--packets", "-"], cwd=tmp_path, stdin=lines + "{oops\n")
    assert (bad.code, bad.out) == (2, "")
    assert bad.err.startswith("<stdin>:4:1: ")
