"""nginx configs that nobody would write: a model or one clear error, soon."""

from __future__ import annotations

import time

import pytest
from configs.balancer import damaging
from configs.balancer.nginx.nginx_fuzzing import damaged, outcome

ROUNDS = 1500
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
    "maps of maps": "".join(
        f"map $server_port $v{n} {{ {' '.join(f'{port} $v{n + 1};' for port in range(1, 100))} }}\n" for n in range(15)
    )
    + "server { listen 1; proxy_pass $v0; }",
    "maps in a circle": "map $a $b { default $a; } map $b $a { default $b; } server { listen 1; proxy_pass $a$b$a$b; }",
    "a product of maps": "map $server_port $a { " + " ".join(f"{n} x;" for n in range(1, 2000)) + " }\n"
    "server { listen 1; proxy_pass $a$a$a$a; }",
    "ranges of every port": "".join(f"server {{ listen 127.0.0.{n % 250}:1-65535; return x; }}\n" for n in range(2000)),
    "one port, many addresses": "".join(
        f"server {{ listen 10.0.{n // 250}.{n % 250}:1; return x; }}\n" for n in range(2500)
    )
    + "server { listen 1; return x; }" * 50,
    "many ranges of clients": "geo $a { ranges; "
    + " ".join(f"10.0.{n // 250}.{n % 250}-10.0.{n // 250}.{n % 250} x;" for n in range(2500))
    + " }\nserver { listen 1; proxy_pass $a; }",
    "many networks in many servers": "geo $a { "
    + " ".join(f"10.0.{n // 250}.{n % 250} x:1;" for n in range(1500))
    + " }\n"
    + "".join(f"server {{ listen {n}; proxy_pass $a; }}\n" for n in range(1, 1500)),
    "an expression": "map $ssl_preread_server_name $a { ~^" + r"(.*\.)" * 10_000 + "$ x; }\n"
    "server { listen 1; ssl_preread on; proxy_pass $a; }",
}


def test_mutated_configs() -> None:
    # Both must happen, or the damage is too great or too small to say much.
    assert ROUNDS * 0.2 < damaging.read_whole(ROUNDS, 0, damaged, outcome) < ROUNDS * 0.95


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_config(name: str) -> None:
    start = time.process_time()
    outcome(HOSTILE[name])
    assert time.process_time() - start < 5
