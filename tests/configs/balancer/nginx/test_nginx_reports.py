"""The configs with a report beside them: the real nginx takes those of which nothing is called refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from configs.balancer.nginx.nginx_program import nginx_refuses
from conftest_programs import require_namespaces
from running import REPOSITORY

REPORTS = {
    path.parent.name: path
    for path in (REPOSITORY / "tests/checks/cases_balancer").glob("*/nginx.conf")
    # What only NGINX Plus knows, what nginx -t does not notice, and files of the host.
    if "-plus" not in path.parent.name
    and "-cannot-bind" not in path.parent.name
    and "/etc/nginx" not in path.read_text()
}
HOST_DECIDES = ("host not found in upstream", "cannot load certificate")


@pytest.mark.parametrize("name", REPORTS)
def test_nginx_takes_it_or_the_report_calls_it_refused(name: str, tmp_path: Path) -> None:
    require_namespaces()
    path = REPORTS[name]
    folder = tmp_path / "config"
    shutil.copytree(path.parent, folder)
    said = nginx_refuses(path.read_text(), folder, anywhere=True)
    if not any(words in said for words in HOST_DECIDES):
        assert bool(said) == ("PS317" in (path.parent / "expected.txt").read_text()), said
