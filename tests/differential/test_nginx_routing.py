"""Who answers behind a real nginx is whom the model predicts, on random configs. PORTSPEC_DIFFERENTIAL=N runs N."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from conftest_programs import require

from differential.haproxy_live import Members, answers
from differential.nginx_configs import HOSTS, MEMBER_PORT, generate
from differential.nginx_live import answering, nginx, pool_for
from portspec.configs.balancer.nginx import read
from portspec.source import SourceText

CONFIGS = int(os.environ.get("PORTSPEC_DIFFERENTIAL", "80"))
TRIES = 9
MEMBERS = {(host, MEMBER_PORT): f"{host}:{MEMBER_PORT}" for host in HOSTS}


def test_who_answers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program = require("nginx", package="nginx-light")
    connections = answered = 0
    wrong: list[str] = []
    with Members(MEMBERS, answer=True):
        for seed in range(CONFIGS):
            made = generate(seed)
            folder = tmp_path / str(seed)
            folder.mkdir()
            model = read(SourceText("nginx.conf", made.text))
            assert [remark for remark in model.remarks if remark.kind == "refused"] == [], made.text
            with nginx(program, made.text, folder, made.asked[0]):
                for asked in made.asked:
                    pool = pool_for(model, asked)
                    expected = answering(pool, MEMBERS.values())
                    found = answers(asked, TRIES)
                    connections += 1
                    answered += bool(found)
                    one_of = pool is not None and pool.balance in ("hash", "random", "least_conn")
                    right = found <= expected and bool(found) == bool(expected) if one_of else found == expected
                    if not right:
                        wrong.append(
                            f"seed {seed}: {asked}: {sorted(found)}, predicted {sorted(expected)}\n{made.text}"
                        )
    with capsys.disabled():
        print(f"\nnginx: {CONFIGS} configs, {connections} connections ({answered} answered), {len(wrong)} wrong")
    assert not wrong, wrong[0]
    assert 0.3 < answered / connections < 1
