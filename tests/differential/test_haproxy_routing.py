"""Who answers behind a real HAProxy is whom the model predicts; and its probes are those that the model predicts."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from conftest_programs import require

from differential.haproxy_configs import CONFIGS, HEAD
from differential.haproxy_lab import Place, Way
from differential.haproxy_live import Asked, Members, answers, haproxy
from differential.haproxy_predicted import predicted
from portspec.configs.balancer.haproxy import read
from portspec.configs.balancer.model import HealthCheck
from portspec.source import SourceText

TRIES = 6
PORTS = (16443, 16444, 16433, 16434, 16453, 16454, 16623, 16999)
MEMBERS: dict[Place, str] = {(f"127.77.0.{n}", port): f"127.77.0.{n}:{port}" for n in range(1, 5) for port in PORTS}
WAYS: dict[Place, Way] = dict.fromkeys(MEMBERS, "name")


@pytest.mark.parametrize("name", CONFIGS)
def test_who_answers(name: str, tmp_path: Path) -> None:
    program = require("haproxy", package="haproxy")
    live = CONFIGS[name]
    for file, content in live.files.items():
        (tmp_path / file).write_text(content)
    text = HEAD.replace("defaults\n", "defaults base\n" if "from base" in live.text else "defaults\n") + live.text
    model = read(SourceText(str(tmp_path / "haproxy.cfg"), text))
    expected = {asked: predicted(model, asked, WAYS).names for asked in live.asked}
    with Members(MEMBERS, answer=True), haproxy(program, text, tmp_path, [live.asked[0]]):
        found = {asked: answers(asked, TRIES) for asked in live.asked}
    assert found == expected
    assert any(found.values())


def test_a_server_name_that_is_asked_too_early_is_left_open(tmp_path: Path) -> None:
    """Without inspect-delay the first bytes may or may not be there: the same client ends here or there."""
    program = require("haproxy", package="haproxy")
    text = HEAD + EARLY
    model = read(SourceText("haproxy.cfg", text))
    assert [remark.key for remark in model.remarks] == ["server-name-early"]
    asked = Asked("127.77.0.100", 16443, "api.one.example")
    with pytest.raises(ValueError, match="left open"):
        predicted(model, asked, WAYS)
    with Members(MEMBERS, answer=True), haproxy(program, text, tmp_path, [asked]):
        found = answers(asked, 100)
    assert found <= {"127.77.0.1:16443", "127.77.0.2:16443"}
    assert "127.77.0.1:16443" in found


EARLY = """\
frontend a
 bind 127.77.0.100:16443
 use_backend b if { req.ssl_sni api.one.example }
 default_backend c
backend b
 server a 127.77.0.2:16443
backend c
 server a 127.77.0.1:16443
"""
PROBES = """\
defaults
 mode tcp
 timeout connect 1s
 timeout client 3s
 timeout server 3s
 timeout check 200ms
listen front
 bind 127.77.0.100:16443
backend plain
 server a 127.77.0.1:17001 check inter 100ms
 server b 127.77.0.1:17002 check inter 100ms check-ssl verify none
 server c 127.77.0.1:17003 check inter 100ms ssl verify none
 server d 127.77.0.1:17004 check inter 100ms ssl verify none port 17005
 server e 127.77.0.1:17006 check inter 100ms ssl verify none no-check-ssl
 server f 127.77.0.1:17007 check inter 100ms addr 127.77.0.2
 server g 127.77.0.1:17008 inter 100ms
backend http
 option httpchk
 server a 127.77.0.1:17011 check inter 100ms
 server b 127.77.0.1:17012 check inter 100ms check-ssl verify none
backend path
 option httpchk /healthz
 server a 127.77.0.1:17021 check inter 100ms
backend method
 option httpchk GET /readyz HTTP/1.0
 default-server check inter 100ms
 server a 127.77.0.1:17031
 server b 127.77.0.1:17032 no-check
backend send
 option httpchk
 http-check send meth GET uri /readyz
 http-check expect status 200
 server a 127.77.0.1:17041 check inter 100ms
backend connect
 option httpchk GET /readyz
 http-check connect ssl
 server a 127.77.0.1:17051 check inter 100ms verify none
backend connect-port
 option httpchk GET /readyz
 http-check connect port 17062
 server a 127.77.0.1:17061 check inter 100ms check-ssl verify none
 server b 127.77.0.1:17063 check inter 100ms check-ssl verify none port 17064
backend connect-default
 option httpchk GET /readyz
 http-check connect default
 server a 127.77.0.1:17071 check inter 100ms check-ssl verify none
backend without
 http-check expect status 200
 server a 127.77.0.1:17081 check inter 100ms
backend script
 option tcp-check
 tcp-check connect port 17092
 server a 127.77.0.1 check inter 100ms
backend script-own-port
 option tcp-check
 tcp-check connect port 17094
 server a 127.77.0.1:17093 check inter 100ms port 17095
backend hello
 option ssl-hello-chk
 server a 127.77.0.1:17101 check inter 100ms
backend last
 option tcp-check
 option httpchk GET /last
 server a 127.77.0.1:17111 check inter 100ms
backend http-defaults from hd
 server a 127.77.0.1:17121 check inter 100ms
backend http-rules-own from hd
 http-check send uri /own
 server a 127.77.0.1:17131 check inter 100ms
backend http-expect-own from hd
 http-check expect status 200
 server a 127.77.0.1:17141 check inter 100ms
backend http-option-own from hd
 option httpchk
 server a 127.77.0.1:17151 check inter 100ms
backend http-option-own-path from hd
 option httpchk GET /option
 server a 127.77.0.1:17161 check inter 100ms
backend http-both-own from hd
 option httpchk GET /option
 http-check expect status 200
 server a 127.77.0.1:17171 check inter 100ms
backend http-rule-then-option
 http-check send meth HEAD uri /rule
 option httpchk GET /option
 server a 127.77.0.1:17181 check inter 100ms
backend http-option-uri-only
 option httpchk GET /option
 http-check send uri /rule
 server a 127.77.0.1:17191 check inter 100ms
backend http-option-twice
 option httpchk GET /one
 option httpchk
 server a 127.77.0.1:17211 check inter 100ms
backend script-inherited from td
 server a 127.77.0.1:17221 check inter 100ms verify none
backend script-own from td
 tcp-check connect port 17232 ssl
 server a 127.77.0.1:17231 check inter 100ms verify none
backend option-only from td
 option httpchk GET /http
 server a 127.77.0.1:17241 check inter 100ms verify none
"""
INHERITED = """\
defaults td
 mode tcp
 timeout connect 1s
 timeout server 3s
 timeout check 200ms
 option tcp-check
 tcp-check connect port 17223 ssl
defaults hd
 mode tcp
 timeout connect 1s
 timeout server 3s
 timeout check 200ms
 option httpchk GET /inherited
 http-check send meth HEAD
"""
PROBED = {
    (f"127.77.0.{n}", port): f"127.77.0.{n}:{port}"
    for n in (1, 2)
    for port in (*range(17001, 17009), *(17000 + ten * 10 + n for ten in range(1, 25) for n in range(1, 6)))
}


def test_what_is_probed(tmp_path: Path) -> None:
    program = require("haproxy", package="haproxy")
    text = INHERITED + PROBES
    model = read(SourceText("haproxy.cfg", text))
    expected: dict[str, set[str]] = {name: set() for name in PROBED.values()}
    for pool in model.pools:
        for member in pool.members:
            if member.check.kind not in ("none", "tcp", "other"):
                host = "127.77.0.1" if member.check.address is None else "127.77.0.2"
                expected[f"{host}:{member.check.port or member.port}"].add(_sent(member.check))
    with Members(PROBED, answer=False) as members, haproxy(program, text, tmp_path, [Asked("127.77.0.100", 16443)]):
        deadline = time.monotonic() + 8
        while time.monotonic() < deadline and any(not members.seen[name] for name in expected if expected[name]):
            time.sleep(0.05)
        time.sleep(0.3)
    # The one script that is "other" here expects an answer without asking for one, so it sends nothing.
    # A probe that only connects resets the connection before it is accepted: a member mostly sees nothing of it.
    assert {name: kinds - {"tcp"} for name, kinds in members.seen.items()} == expected


def _sent(check: HealthCheck) -> str:
    """What a member sees of a probe: over TLS no more than that it is TLS."""
    return f"{check.method} {check.path}" if check.kind == "http" else {"https": "tls"}.get(check.kind, check.kind)
