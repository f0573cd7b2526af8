"""Every code either has a proved fix for its own bad example, or a reason why there is none."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from conftest_programs import require
from fixes.fixing import DAY, of_example, of_texts

from portspec.checks.api import Example
from portspec.checks.examples import BASELINE_FILE, CLUSTER_FILE
from portspec.checks.origin import LOCK_FILE
from portspec.checks.registry import checks
from portspec.fixes.proving import check, fix_of, with_edits
from portspec.fixes.unfixable import REASONS

NO_CONFIG = (BASELINE_FILE, CLUSTER_FILE, LOCK_FILE)


@pytest.mark.parametrize("code", checks())
def test_the_bad_example_is_fixed_or_there_is_a_reason(code: str) -> None:
    example = checks()[code].bad
    if example.format in NO_CONFIG:
        assert code in REASONS
        return
    prepared = of_example(example)
    result = check(prepared, DAY)
    found = [one for one in result.findings if one.code == code]
    assert found
    fixes = [fix_of(one, prepared, result, DAY) for one in found]
    assert all(fixes) if code not in REASONS else not any(fixes)
    for fix in fixes:
        if fix is not None:
            after = check(with_edits(prepared, fix.edits), DAY)
            assert fix.finding.fingerprint not in {one.fingerprint for one in after.findings}
            assert {one.fingerprint for one in after.findings} <= {one.fingerprint for one in result.findings}


def test_no_reason_is_given_for_a_code_that_is_not_there() -> None:
    assert set(REASONS) <= set(checks())


NGINX = """\
events {}
stream {
    upstream api {
        server 192.168.22.200:6443 backup;
        server 192.168.22.201:6443;
        server 192.168.22.202:6443;
        server 192.168.22.203:6443;
    }
    upstream mcs {
        server 192.168.22.200:22623 backup;
        server 192.168.22.201:22623;
        server 192.168.22.202:22623;
        server 192.168.22.203:22623;
    }
    server { listen 192.168.22.10:6443; proxy_pass api; }
    server { listen 192.168.22.10:22623; proxy_pass mcs; }
}
"""
NGINX_MISTAKES = {
    "PS304": ("203:6443;", "203:6443;\n        server 192.168.22.211:6443;"),
    "PS305": ("        server 192.168.22.202:22623;\n", ""),
    "PS306": ("        server 192.168.22.200:22623 backup;\n", ""),
    "PS308": ("202:6443;", "202:22623;"),
    "PS314": ("200:6443 backup;", "200:6443;"),
}


@pytest.mark.parametrize("code", NGINX_MISTAKES)
def test_nginx_is_fixed_and_nginx_takes_it(code: str, tmp_path: Path) -> None:
    old, new = NGINX_MISTAKES[code]
    assert old in NGINX
    prepared = of_texts([Example("nginx", NGINX.replace(old, new, 1), "balancer api")])
    result = check(prepared, DAY)
    finding = next(one for one in result.findings if one.code == code)
    fix = fix_of(finding, prepared, result, DAY)
    assert fix is not None
    ((_, source),) = with_edits(prepared, fix.edits).configs
    nginx = require("nginx", package="nginx")
    module = Path("/usr/lib/nginx/modules/ngx_stream_module.so")
    load = f"load_module {module};\n" if module.exists() else ""
    text = f"{load}pid {tmp_path}/pid;\nerror_log {tmp_path}/log;\n{source.text}"
    (tmp_path / "nginx.conf").write_text(text.replace("192.168.22.10:", "127.0.0.1:"))
    said = subprocess.run(
        [nginx, "-t", "-c", str(tmp_path / "nginx.conf")], capture_output=True, text=True, check=False
    )
    assert said.returncode == 0, said.stderr
