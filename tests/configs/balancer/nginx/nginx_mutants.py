"""Good configs with words taken out, doubled, moved and exchanged: what nginx refuses of them, the reader has to refuse, and
nothing else. `python …/nginx_mutants.py COUNT SEED` tries many."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[3])

from configs.balancer.casefiles import load
from configs.balancer.nginx.nginx_program import nginx_refuses

from portspec.configs.balancer.nginx import read
from portspec.errors import InputError
from portspec.source import SourceText

HEAD = "worker_processes 1;\nevents { }\n"
CASES = [case for case in load(Path(__file__).parent / "cases") if "elsewhere" not in case.title]
BODIES = [case.text.partition("stream {")[2].rpartition("}")[0] for case in CASES if "stream {" in case.text]
GOOD = [
    case.text.partition("stream {")[2].rpartition("}")[0]
    for case in CASES
    if case.file == "stream" and "stream {" in case.text
]
OPTIONS = {
    "listen": ("ssl", "udp", "bind", "reuseport", "proxy_protocol", "backlog=9", "backlog=0", "ipv6only=on", "rcvbuf=8k", "so_keepalive=1m::3",
               "so_keepalive=::", "fastopen=2", "deferred", "http2", "sndbuf=x"),
    "server": ("backup", "down", "weight=3", "weight=0", "max_fails=0", "max_fails=x", "fail_timeout=1m", "fail_timeout=500ms", "max_conns=0",
               "resolve", "slow_start=5s", "backup=1"),
    "hash": ("consistent", "twice"),
    "random": ("two", "least_conn"),
}  # fmt: skip
KINDS = (
    (r"on|off", ("on", "off", "ON", "yes")),
    (r"\d+(?:ms|[smhdw])", ("0", "5", "10s", "1m30s", "30s1m", "1M", "1y", "500ms", "1h 5m", "\"1m 30s\"", "2w", "x")),
    (r"\d+", ("0", "1", "7", "65535", "65536", "09", "7-9", "9-7", "-1")),
    (r"(?:\d+\.){3}\d+:\d+", ("127.0.0.1:7", "127.0.0.1:0", "127.0.0.1", "127.0.0.1:7-9", "127.0.0.1:70000", "127.0.0.256:7", "[::1]:7", "[::1]",
                             "[::1:7", "::1:7", "*:7", "0.0.0.0:7", "[::]:7", "localhost:7", "unix:", "unix:/tmp/x.sock", "127.0.0.01:07")),
    (r"\$\w+", ("$remote_addr", "$server_port", "$nobody", "$to", "${to}", "$", "to", "$ssl_preread_server_name", "$ssl_anything", "$time_x")),
    (r"[a-z]+", ("a", "b", "api", "one", "two", "nobody", "\"a\"", "'one'", "A")),
)  # fmt: skip
TOKEN = re.compile(r"\"(?:\\.|[^\"\\])*\"|'[^']*'|[;{}]|\$\{\w+\}|[^\s;{}]+")
WORDS = (
    "on", "off", "1", "0", "10s", "500ms", "1m30s", "64k", "all", "10.0.0.0/8", "127.0.0.1", "127.0.0.1:7", "[::1]:8",
    "*:9", "9", "11-13", "udp", "ssl", "proxy_protocol", "bind", "backup", "down", "weight=2", "weight=0",
    "max_fails=0", "fail_timeout=1m", "$remote_addr", "$server_port", "$nobody", "$to", "api", "default", "hostnames",
    "*.x", ".x", "reuseport", "backlog=5", "ipv6only=off", "so_keepalive=on", "so_keepalive=1m::3", "consistent",
    "two", "least_conn", "hash", "random", "listen", "server", "proxy_pass", "return", "set", "upstream", "map",
    "geo", "allow", "deny", "proxy_timeout", "ssl_preread", "tcp_nodelay", "zone", "log_format", "resolver",
    "proxy_connect_timeout", "preread_buffer_size", "proxy_ssl", "proxy_bind", "proxy_next_upstream", "access_log",
    "location", "root", "split_clients",
)  # fmt: skip
NOT_TOLD = re.compile(
    r"host not found|duplicate \"127.0.0.1:6443|open\(\)|cannot load|could not build|unknown log format|bind\(\)|no resolver|is too small|must be|"
    r"invalid address|pcre2|getpwnam|log format is not specified|log_format|conflicting|zero size|socket\(\)|is duplicate in .*zone"
    r"|open_log_file|unix domain socket|is already bound|load_module|path too long|network|invalid rate|limit_conn|invalid buffer"
)
"""What nginx says of the host that it runs on, or of settings that decide nothing here."""
NOT_IN_THIS_ONE = frozenset({"module", "newer", "newer-deciding", "plus", "script"})
"""What an nginx of another release, or with other modules, takes."""


def mutants(seed: int, count: int) -> Iterator[str]:
    """Configs of a seed."""
    rng = Random(f"mutants {seed}")
    for _ in range(count):
        tokens = TOKEN.findall(rng.choice(GOOD if rng.random() < 0.85 else BODIES))
        if rng.random() < 0.15:
            tokens += TOKEN.findall(rng.choice(BODIES))
        for _ in range(rng.choice((1, 1, 1, 2, 3))):
            (_word if rng.random() < 0.35 else _line)(tokens, rng)
            if not tokens:
                tokens = ["server"]
        yield f"{HEAD}stream {{\n{' '.join(tokens)}\n}}\n"


def _word(tokens: list[str], rng: Random) -> None:
    """Take out, put in, exchange or replace one word."""
    at = rng.randrange(len(tokens))
    how = rng.randrange(4)
    if how == 0:
        del tokens[at]
    elif how == 1:
        tokens.insert(at, rng.choice(WORDS))
    elif how == 2:
        tokens[at] = rng.choice(WORDS)
    else:
        other = rng.randrange(len(tokens))
        tokens[at], tokens[other] = tokens[other], tokens[at]


def _line(tokens: list[str], rng: Random) -> None:
    """Take out, double or move one line, give it another option, or another value of the same kind."""
    ends = [at for at, token in enumerate(tokens) if token == ";"]
    if not ends:
        return
    end = start = rng.choice(ends)
    while start > 0 and tokens[start - 1] not in (";", "{", "}"):
        start -= 1
    line = tokens[start : end + 1]
    how = rng.randrange(5)
    if how == 0:
        del tokens[start : end + 1]
    elif how in (1, 2):
        if how == 1:
            del tokens[start : end + 1]
        places = [at + 1 for at, token in enumerate(tokens) if token in (";", "{", "}")] or [0]
        at = rng.choice(places)
        tokens[at:at] = line
    elif how == 3:
        tokens.insert(end, rng.choice(OPTIONS.get(line[0], WORDS)))
    elif end > start + 1:
        at = rng.randrange(start + 1, end)
        alike = [kind for kind in KINDS if re.fullmatch(kind[0], tokens[at])]
        tokens[at] = rng.choice(alike[0][1] if alike else WORDS)


def disagreement(text: str, folder: Path) -> str:
    """What nginx and the reader say where they differ; empty where they agree or nginx speaks of its host."""
    said = nginx_refuses(text, folder)
    try:
        model = read(SourceText("nginx.conf", text))
        ours = [
            f"{remark.key} {dict(remark.values)}"
            for remark in model.remarks
            if (remark.kind == "refused" and remark.key != "cannot-bind") or remark.key in NOT_IN_THIS_ONE
        ]
    except InputError as error:
        ours = [error.message]
    if ours and not said and all("split_clients" in one for one in ours):
        return ""  # nginx reads a value where none is written
    refused = "[emerg]" in said
    if refused == bool(ours) or (refused and NOT_TOLD.search(said)):
        return ""
    return f"nginx: {said or 'accepts'}\nreader: {ours}\n{text}"


def main() -> None:
    """Print the disagreements of as many mutants as the first argument says."""
    found = 0
    with tempfile.TemporaryDirectory() as folder:
        for text in mutants(int(sys.argv[2]), int(sys.argv[1])):
            told = disagreement(text, Path(folder))
            if told:
                found += 1
                print(told, "-" * 40)
    print(f"nginx: {sys.argv[1]} mutants, {found} disagreements")


if __name__ == "__main__":
    main()
