"""Who is let in before any backend is chosen: `tcp-request connection`, `session` and `content`."""

from __future__ import annotations

from collections.abc import Sequence

from portspec.configs.balancer.haproxy.faults import Fault
from portspec.configs.balancer.haproxy.questions import OTHER, Asked, Questions
from portspec.configs.balancer.haproxy.words import Line
from portspec.configs.balancer.model import Gate, Remark, Term

STAGES = {"connection": 0, "session": 1, "content": 2}
LETS_IN = "accept"
TURNS_AWAY = frozenset({"reject", "silent-drop"})
BUFFERED = ("req", "payload", "rdp_cookie", "hdr", "path", "url", "method", "cook", "base", "bs", "ssl_")
"""How the names begin of fetches that wait for bytes of the client."""
WAITS = frozenset({
    "WAIT_END", "REQ_CONTENT", "RDP_COOKIE", "HTTP", "HTTP_1.0", "HTTP_1.1", "HTTP_2.0", "HTTP_3.0", "HTTP_CONTENT",
    "METH_CONNECT", "METH_DELETE", "METH_GET", "METH_HEAD", "METH_OPTIONS", "METH_POST", "METH_PUT", "METH_TRACE",
})  # fmt: skip
"""Predefined ACLs that do."""


class Gates:
    """The rules of a section that let clients in or turn them away. `behind_proxy`: connections come with a PROXY
    header, so that at first the source is whoever sends it."""

    def __init__(self, lines: Sequence[Line], questions: Questions, *, behind_proxy: bool) -> None:
        self.questions = questions
        self.behind_proxy = behind_proxy
        self.found: list[Gate] = []
        self.remarks: list[Remark] = []
        self.open_stages: set[int] = set()
        for line in lines:
            if len(line.texts) > 2 and line.texts[1] in STAGES:
                try:
                    self.rule(line, line.texts)
                except Fault as fault:
                    self.remarks.append(fault.at(line.span))

    def rule(self, line: Line, texts: Sequence[str]) -> None:
        action, rest = texts[2], texts[3:]
        if action == "expect-proxy":
            if rest[1:]:
                self.remarks.append(Remark("unknown", "expect-proxy", {}, line.span))
            return
        if action != LETS_IN and action not in TURNS_AWAY:
            return
        admits, stage = action == LETS_IN, STAGES[texts[1]]
        if action == "silent-drop" and rest[:1] == ("rst-ttl",):
            rest = rest[2:]
        if not rest:
            self.add(Gate(admits, line.span, stage=stage), line)
            return
        if rest[0] not in ("if", "unless"):
            raise Fault("condition-word", word=rest[0])
        alternatives = tuple(
            tuple(self.term(one, stage) for one in asked) for asked in self.questions.condition(rest[1:])
        )
        self.add(Gate(admits, line.span, alternatives, rest[0] == "unless", stage), line)

    def term(self, asked: Asked, stage: int) -> Term:
        if asked.term.kind == "source" and self.behind_proxy and not stage:
            return OTHER._replace(negated=asked.term.negated)
        return asked.term

    def add(self, gate: Gate, line: Line) -> None:
        self.found.append(gate)
        if any(term.kind in ("other", "server-name") for terms in gate.alternatives for term in terms):
            self.open_stages.add(gate.stage)
        if not gate.admits and gate.stage in self.open_stages:
            self.remarks.append(Remark("unknown", "rejection", {}, line.span))


def with_effect(gates: Sequence[Gate]) -> tuple[Gate, ...]:
    """Gates without those that let in, of a stage in which nobody is turned away any more."""
    last = {gate.stage: at for at, gate in enumerate(gates) if not gate.admits}
    return tuple(gate for at, gate in enumerate(gates) if at <= last.get(gate.stage, -1))


def takes_proxy_header(lines: Sequence[Line]) -> bool:
    """Whether every connection is expected to begin with a PROXY header: the rule comes without a condition."""
    return any(line.texts[1:3] == ("connection", "expect-proxy") and not line.texts[4:] for line in lines)


def waits_for_content(lines: Sequence[Line], questions: Questions) -> bool:
    """Whether rules hold a connection until the client has sent something, so that its first bytes can be asked.

    That takes an inspect-delay, and a rule that asks for content before any that ends the inspection.
    """
    if not any(line.texts[1:2] == ("inspect-delay",) for line in lines):
        return False
    for line in lines:
        if line.texts[1:2] != ("content",):
            continue
        if line.texts[2:3] == ("capture",) or _asks_for_content(line, questions):
            return True
        # Whoever is let in before such a rule is not held.
        if line.texts[2:3] == ("accept",) or (line.texts[2:3] and line.texts[2] in TURNS_AWAY and not line.texts[3:]):
            return False
    return False


def _asks_for_content(line: Line, questions: Questions) -> bool:
    texts = line.texts
    start = next((at for at, word in enumerate(texts) if word in ("if", "unless")), len(texts))
    words = [word.lstrip("!") for word in texts[start + 1 :]]
    fetches = [fetch.texts[2] for word in words for fetch in questions.named.get(word, ())]
    return any(word in WAITS or word.startswith(BUFFERED) for word in [*words, *fetches])
