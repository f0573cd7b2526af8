"""nginx configs that nobody would write: a model or one clear error, soon."""

from __future__ import annotations

import time

import pytest
from configs.balancer.nginx.nginx_fuzzing import SLOWEST, inputs, outcome

HOSTILE = {
    "blocks in blocks": "a {" * 30_000,
    "blocks that close": "stream {" * 60 + "}" * 60,
    "a map of many names": "map $a $b {\n"
    + "".join(f"n{n}.example x;\n" for n in range(7000))
    + "}\nserver { listen 1; proxy_pass $b; }",
    "many servers": "upstream a {\n" + "server 10.0.0.1:1;\n" * 5000 + "}\nserver { listen 1; proxy_pass a; }",
    "many listeners": "".join(f"server {{ listen {n}; proxy_pass a; }}\n" for n in range(1, 2500))
    + "upstream a { server 10.0.0.1:1; }",
    "a word of quotes": "listen " + "\"'" * 50_000 + ";",
    "backslashes": "listen " + "\\" * 99_999 + ";",
    "dollars": "listen " + "${" * 50_000 + ";",
    "a comment without an end": "#" * 100_000,
}


def test_mutated_configs() -> None:
    outcomes = [outcome(text) for text in inputs(7, 1500)]
    assert min(outcomes.count("read"), outcomes.count("refused")) > 100


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_config(name: str) -> None:
    start = time.process_time()
    outcome(HOSTILE[name])
    assert time.process_time() - start < SLOWEST * 5
