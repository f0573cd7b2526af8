"""Every row of the vocabulary is what the real nginx says of the directive: where it may stand, what it takes, how often."""

from __future__ import annotations

from pathlib import Path

import pytest
from configs.balancer.nginx.nginx_program import nginx_refuses

from portspec.configs.balancer.nginx.vocabulary import FORMS, MANY, NEWER, OF_HTTP, PLUS, Form

AROUND = {
    "nginx.conf": "events {{ }}\n{}\n",
    "events": "events {{ {} }}\n",
    "stream": "events {{ }}\nstream {{ {} }}\n",
    "server": "events {{ }}\nstream {{ server {{ {} listen 127.0.0.1:1; return x; }} }}\n",
    "upstream": "events {{ }}\nstream {{ upstream a {{ {} server 127.0.0.1:1; }} }}\n",
}
GOOD = {"switch": "on", "time": "10s", "seconds": "10s", "number": "4", "size": "64k"}
BAD = {"switch": "1", "time": "10q", "seconds": "500ms", "number": "x", "size": "1q"}
ELSEWHERE = frozenset({"http", "mail"})
"""Blocks of modules that the packages of these tests need not bring."""
ROWS = [(where, name, form) for where, forms in FORMS.items() for name, form in forms.items() if name not in ELSEWHERE]
NO_PLACE = ("not allowed here", "unknown directive")
COUNT = "invalid number of arguments"


def said(where: str, line: str, folder: Path) -> str:
    if where == "nginx.conf" and line.startswith("events"):
        return nginx_refuses(f"{line}\n", folder)
    return nginx_refuses(AROUND[where].format(line), folder)


def written(name: str, count: int, form: Form, text: str = "") -> str:
    words = "".join(f" {text or GOOD.get(form.kind, 'x')}" for _ in range(count))
    return f"{name}{words}{' { }' if form.block else ';'}"


@pytest.mark.parametrize(("where", "name", "form"), ROWS, ids=[f"{where}:{name}" for where, name, _ in ROWS])
def test_a_row(where: str, name: str, form: Form, tmp_path: Path) -> None:
    first = said(where, written(name, form.least, form), tmp_path)
    assert not any(one in first for one in (*NO_PLACE, COUNT, "no opening", "not terminated")), first
    if form.least > 0:
        assert COUNT in said(where, written(name, form.least - 1, form), tmp_path)
    if form.most < MANY:
        assert COUNT in said(where, written(name, form.most + 1, form), tmp_path)
    if form.block:
        assert 'no opening "{"' in said(where, written(name, form.least, form).replace(" { }", ";"), tmp_path)
    if form.kind != "text":
        assert first == "" or f'"{name}"' not in first
        assert "[emerg]" in said(where, written(name, 1, form, BAD[form.kind]), tmp_path)
    if form.once and form.kind != "text":
        assert "is duplicate" in said(where, f"{written(name, 1, form)} {written(name, 1, form)}", tmp_path)


@pytest.mark.parametrize("name", sorted({*NEWER, *PLUS, *OF_HTTP}))
def test_what_this_nginx_does_not_take_in_stream(name: str, tmp_path: Path) -> None:
    for where in ("stream", "server"):
        assert any(one in said(where, f"{name} x;", tmp_path) for one in (*NO_PLACE, "no opening"))
