"""The HAProxy reader on damaged and hostile input: a model or one InputError, in bounded time, and nothing else."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import pytest
from checks.standard import check_text
from configs.balancer.casefiles import load
from running import REPOSITORY

from portspec.configs.balancer.haproxy import read, sniff
from portspec.configs.balancer.model import Balancer
from portspec.errors import InputError
from portspec.policy.model import Phase
from portspec.source import SourceText

SEEDS = [case.text for case in load()] + [
    path.read_text() for path in sorted((REPOSITORY / "examples").rglob("haproxy.cfg"))
]
WORDS = [
    "listen", "frontend", "backend", "defaults", "global", "from", "bind", "server", "server-template", "default-server",
    "use_backend", "default_backend", "acl", "if", "unless", "{", "}", "!", "||", "or", "dst_port", "req_ssl_sni", "-m",
    "option", "httpchk", "tcp-check", "http-check", "connect", "send", "expect", "check", "port", "addr", "inter", "track",
    "no", "no-", "mode", "balance", "stick", "on", "cookie", "stats", "timeout", "dispatch", ".if", ".elif", ".else",
    ".endif", "defined(X)", "streq(a,b)", "((", "&&", "setenv", "A", "\"${A}\"", "${A}", "$", "\"", "'", "\\", "\\x41", "#",
    ":", "::", "[", "]", "[::1]:80", ":::80", "*:80", ":80-90", ":+1", "10.0.0.1:80", "10.0.0.1", "fd@3", "unix@/x", ",",
    "99999999999999999999", "-1", "1e5", "٣", "²", "é", "\t", "\r", "\v", "{{", "<%", "1-99999", "a/b", "%[x]", "0", "",
]  # fmt: skip
ROUNDS = 1500
PHASES: tuple[Phase, ...] = ("install", "running")
LONGEST_ROUND = 1.0
SIZE = 400_000


def outcome(text: str) -> Balancer | InputError:
    """The model, or the error, which has a place in the file."""
    source = SourceText("haproxy.cfg", text)
    sniff(text)
    last = text.count("\n") + 1
    try:
        model = read(source)
    except InputError as error:
        if not (1 <= error.line <= last and error.column >= 1):
            raise AssertionError(f"no place in the file: {error}") from error
        return error
    for remark in model.remarks:
        assert 1 <= remark.span.line <= last
        assert 1 <= remark.span.column < remark.span.end_column
        assert remark.span.end_column <= len(source.line(remark.span.line)) + 2
    return model


def damaged(random_one: random.Random) -> str:
    """A config with some of its words, lines and characters changed."""
    text = random_one.choice(SEEDS)
    lines = text.split("\n")
    for _ in range(random_one.randint(1, 6)):
        at = random_one.randrange(len(lines))
        match random_one.randrange(6):
            case 0:
                lines[at] = ""
            case 1:
                lines.insert(at, random_one.choice(random_one.choice(SEEDS).split("\n")))
            case 2:
                words = lines[at].split(" ")
                words[random_one.randrange(len(words))] = random_one.choice(WORDS)
                lines[at] = " ".join(words)
            case 3:
                lines[at] += " " + " ".join(random_one.choices(WORDS, k=random_one.randint(1, 5)))
            case 4:
                cut = random_one.randint(0, len(lines[at]))
                lines[at] = lines[at][:cut] + random_one.choice(WORDS) + lines[at][cut:]
            case _:
                lines[at] = " ".join(random_one.choices(WORDS, k=random_one.randint(1, 8)))
    text = "\n".join(lines)
    return text[: random_one.randint(0, len(text))] if random_one.random() < 0.1 else text


def test_damaged_configs() -> None:
    read_whole = 0
    for seed in range(ROUNDS):
        text = damaged(random.Random(seed))
        started = time.process_time()
        try:
            read_whole += isinstance(outcome(text), Balancer)
        except Exception as error:
            raise AssertionError(f"seed {seed}: {text!r}") from error
        assert time.process_time() - started < LONGEST_ROUND, seed
    # Both must happen, or the damage is too great or too small to say much.
    assert ROUNDS * 0.3 < read_whole < ROUNDS


def test_damaged_configs_through_the_checks() -> None:
    for seed in range(200):
        text = damaged(random.Random(seed))
        if isinstance(outcome(text), Balancer):
            for phase in PHASES:
                check_text(text, phase=phase, config_format="haproxy")


def many(line: str, head: str = "", tail: str = "") -> str:
    """A text of about SIZE characters: a line that may hold its number, repeated."""
    count = (SIZE - len(head) - len(tail)) // len(line.format(10_000))
    return head + "".join(line.format(number) for number in range(count)) + tail


LARGE: dict[str, Callable[[], str]] = {
    "many binds": lambda: many(" bind 10.0.0.1:6443\n", "listen a\n"),
    "many binds in one line": lambda: "listen a\n bind " + ",".join([":6443"] * (SIZE // 6)) + "\n",
    "many servers": lambda: many(" server s{0} 192.168.22.201:6443 check\n", "listen a\n bind :6443\n"),
    "one server many times": lambda: many(" server s 192.168.22.201:6443 check\n", "listen a\n bind :6443\n"),
    "many sections": lambda: many("listen l{0}\n bind :6443\n server s 192.168.22.201:6443\n"),
    "sections of one name": lambda: many("backend b\n server s 192.168.22.201:6443\n"),
    "sections under long defaults": lambda: (
        many(" mode tcp\n", "defaults\n")[: SIZE // 2] + "\n" + many("backend b{0}\n")[: SIZE // 2]
    ),
    "a chain of defaults": lambda: (
        "defaults d0\n" + "".join(f"defaults d{n} from d{n - 1}\n mode tcp\n" for n in range(1, SIZE // 36))
    ),
    "many routes": lambda: many(" use_backend b if x{0}\n", "frontend a\n bind :6443\n", "backend b\n"),
    "many routes with conditions": lambda: many(
        " use_backend b if {{ dst_port 1 }} or {{ src 10.0.0.1 }}\n", "frontend a\n bind :6443\n", "backend b\n"
    ),
    "many lines of one ACL": lambda: (
        many(" acl x dst_port {0}\n", "frontend a\n bind :6443\n") + " use_backend b if x\nbackend b\n"
    ),
    "negations": lambda: "frontend a\n bind :1\n use_backend b if " + "!" * SIZE + "x\nbackend b\n",
    "braces": lambda: "frontend a\n bind :1\n use_backend b if " + "{ " * (SIZE // 2 - 50) + "\nbackend b\n",
    "deep conditions": lambda: many(".if 1\n", "listen a\n"),
    "deep parentheses": lambda: "listen a\n.if " + "(" * (SIZE - 100) + "\n.endif\n",
    "many conditions": lambda: many(".if 0\n bind :1\n.elif 1\n.endif\n", "listen a\n"),
    "one long line": lambda: "listen a\n description " + "x" * (SIZE - 50) + "\n",
    "one long line of words": lambda: "listen a\n acl x src " + "1.1.1.1 " * (SIZE // 8 - 10) + "\n",
    "one long line of quotes": lambda: "listen a\n description " + '"a"' * (SIZE // 3 - 20) + "\n",
    "one long line of escapes": lambda: "listen a\n description " + "\\" * (SIZE - 50) + "\n",
    "one long line of variables": lambda: "listen a\n description " + '"$A"' * (SIZE // 4 - 20) + "\n",
    "one long line of open variables": lambda: "listen a\n bind " + "".join(f"$A{n}" for n in range(SIZE // 8)) + "\n",
    "one long line of braces": lambda: "listen a\n description " + "{#" * (SIZE // 2 - 20) + "\n",
    "one long line of backquotes": lambda: "listen a\n description " + "`a" * (SIZE // 2 - 20) + "\n",
    "one long line of ERB": lambda: "listen a\n description " + "<%" * (SIZE // 2 - 20) + "\n",
    "blank lines": lambda: "\n" * (SIZE - 10) + "listen a\n",
    "one line of blanks": lambda: "listen a\n" + " " * (SIZE - 20) + "\n",
    "health of a chain": lambda: (
        "listen a\n bind :1\n server s0 10.0.0.1:1 check\n"
        + "".join(f" server s{n} 10.0.0.1:1 track s{n - 1}\n" for n in range(1, SIZE // 40))
    ),
    "cookies": lambda: many(" cookie A insert\n", "listen a\n bind :1\n"),
    "templates of servers": lambda: many(" server-template s{0}- 9999 10.0.0.1:1\n", "listen a\n bind :1\n"),
}


@pytest.mark.parametrize("name", LARGE)
def test_a_large_file_takes_no_longer_for_its_shape(name: str) -> None:
    text = LARGE[name]()
    assert SIZE * 0.8 < len(text) < SIZE * 1.1
    started = time.process_time()
    outcome(text)
    assert time.process_time() - started < 4


def test_a_line_of_a_megabyte_is_read_and_a_longer_one_is_refused() -> None:
    head = "listen a\n description "
    assert isinstance(outcome(head + "x" * (1_000_000 - 13) + "\n"), Balancer)
    error = outcome(head + "x" * 1_000_000 + "\n")
    assert isinstance(error, InputError)
    assert error.message == "a line of more than 1000000 characters"
