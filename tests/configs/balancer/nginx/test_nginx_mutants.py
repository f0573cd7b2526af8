"""What nginx refuses of broken configs the reader refuses, and nothing else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from configs.balancer.nginx import nginx_mutants
from configs.balancer.nginx.nginx_mutants import disagreement, mutants
from configs.balancer.nginx.nginx_program import nginx_refuses

COUNT = int(os.environ.get("PORTSPEC_DIFFERENTIAL", "300"))


def test_nginx_and_the_reader_agree(tmp_path: Path) -> None:
    told = [found for text in mutants(11, COUNT) if (found := disagreement(text, tmp_path))]
    assert not told, told[0]


def test_the_mutants_are_of_both_kinds(tmp_path: Path) -> None:
    refused = sum(bool(nginx_refuses(text, tmp_path)) for text in mutants(11, 60))
    assert 10 < refused < 55


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("nginx: [emerg] it is Monday", "events { }\nstream { server { listen 1; return x; } }\n"),
        ("", "events { }\nstream { server { listen 1; } }\n"),
        ("", "events { }\nstream {"),
    ],
)
def test_a_disagreement_is_told(said: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nginx_mutants, "nginx_refuses", lambda *_: said)
    assert disagreement(text, tmp_path)
