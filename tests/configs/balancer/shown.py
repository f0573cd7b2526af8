"""The model of a balancer in a compact form that a person can read beside the config."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from portspec.configs.balancer import haproxy
from portspec.configs.balancer.model import (
    Balancer,
    Frontend,
    Gate,
    HealthCheck,
    Idle,
    Listener,
    Member,
    Pool,
    Route,
    Term,
)
from portspec.errors import InputError
from portspec.packets.addresses import format_address, format_addresses
from portspec.source import SourceText, Span


def shown(text: str, read: Callable[[SourceText], Balancer] = haproxy.read) -> str:
    """What a reader makes of a text: the model line by line, or the error."""
    try:
        model = read(SourceText("haproxy.cfg", text))
    except InputError as error:
        return f"error {error.line}:{error.column} {error.message}\n"
    return model_shown(model)


def model_shown(model: Balancer) -> str:
    """A model line by line."""
    return "".join(f"{line}\n" for line in _lines(model))


def _lines(model: Balancer) -> Iterator[str]:
    for frontend in model.frontends:
        yield from _frontend(frontend)
    for pool in model.pools:
        yield from _pool(pool)
    for page in model.stats:
        yield f"stats {page.path} of {page.frontend}{' password' if page.protected else ''} @{_at(page.span)}"
    for floating in model.floating:
        yield f"floating {format_address(floating.address)} @{_at(floating.span)}"
    for remark in model.remarks:
        values = "".join(f" {name}={value}" for name, value in remark.values.items())
        yield f"{remark.kind} {_at(remark.span)} {remark.key}{values}"


def _frontend(frontend: Frontend) -> Iterator[str]:
    mode = f"{frontend.mode}@{frontend.mode_span.line}" if frontend.mode_span else frontend.mode
    disabled = f" disabled@{frontend.disabled.line}" if frontend.disabled else ""
    unread = f" unread@{frontend.unread.line}" if frontend.unread else ""
    yield f"frontend {frontend.name} {mode}{disabled}{unread} @{_at(frontend.span)}"
    for listener in frontend.listeners:
        yield f"  listen {_listener(listener)} @{_at(listener.span)}"
    for gate in frontend.gates:
        yield f"  gate {gate.stage} {'accept' if gate.admits else 'reject'}{_condition(gate)} @{_at(gate.span)}"
    for route in frontend.routes:
        yield f"  to {route.pool}{_condition(route)} @{_at(route.span)}"
    for idle in frontend.idle:
        yield _idle(idle)


def _idle(idle: Idle) -> str:
    both = " both-sides" if idle.both_sides else ""
    return f"  idle {idle.kind} {idle.time}ms{both}{f' @{_at(idle.span)}' if idle.span is not None else ''}"


def _listener(listener: Listener) -> str:
    ports = str(listener.first_port)
    if listener.last_port != listener.first_port:
        ports += f"-{listener.last_port}"
    words = [f"{listener.address_text} {ports}"]
    if listener.address is None and not listener.everywhere:
        words.append("name")
    if listener.family != "any" and listener.address is None:
        words.append(listener.family)
    words += ["tls"] * listener.tls + ["accept-proxy"] * listener.accept_proxy
    return " ".join(words)


def _condition(route: Route | Gate) -> str:
    if route.alternatives == ((),) and not route.inverted:
        return ""
    return f" {'unless' if route.inverted else 'if'} {' or '.join(map(_terms, route.alternatives))}"


def _terms(terms: tuple[Term, ...]) -> str:
    return " and ".join(map(_term, terms)) or "nothing"


def _term(term: Term) -> str:
    ports = ",".join(str(low) if low == high else f"{low}-{high}" for low, high in term.ports)
    sources = format_addresses(term.sources).replace(" ", "")
    return f"{'not ' if term.negated else ''}{term.kind}({ports or sources or ','.join(sorted(term.names))})"


def _pool(pool: Pool) -> Iterator[str]:
    forwarding = f" {pool.forwarding}" if pool.forwarding != "proxy" else ""
    backups = " all-backups" if pool.all_backups else ""
    yield f"pool {pool.name} {pool.mode} {pool.balance}{forwarding}{backups} @{_at(pool.span)}"
    for member in pool.members:
        yield f"  member {member.name} {_member(member)} @{_at(member.span)}"
    for kept in pool.persistence:
        yield f"  sticky {kept.kind} @{_at(kept.span)}"
    for idle in pool.idle:
        yield _idle(idle)


def _member(member: Member) -> str:
    host = member.host if member.address is None else format_address(member.address)
    port = f"{member.offset:+d}" if member.port is None else str(member.port)
    words = [f"{host} {port}"] + ["name"] * (member.address is None)
    words += ["backup"] * member.backup + ["disabled"] * member.disabled
    words += [f"weight {member.weight}"] * (member.weight != 1)
    words += ["tls"] * member.tls + ["send-proxy"] * member.send_proxy
    words += [f"follows {member.follows}"] * bool(member.follows)
    return " ".join([*words, _check(member.check)])


def _check(check: HealthCheck) -> str:
    if check.kind == "none":
        return "unchecked"
    words = [f"check {check.kind}"]
    words += [check.method, check.path] if check.path else []
    words += [f"expect {check.expect}"] if check.expect else []
    words += [f"at {format_address(check.address)}"] if check.address is not None else []
    words += [f"port {check.port}"] if check.port is not None else []
    words.append(f"{check.interval}ms")
    words += [f"fast {check.fast_interval}ms"] if check.fast_interval is not None else []
    words += [f"timeout {check.timeout}ms"] if check.timeout is not None else []
    words.append(
        f"fall {check.fall} rise {check.rise}" if check.down_after is None else f"out after {check.down_after}ms"
    )
    words += [f"bad answers {check.answers_to_fall}"] if check.answers_to_fall is not None else []
    return " ".join([*words, "verify"] if check.verify else words)


def _at(span: Span) -> str:
    return f"{span.line}:{span.column}-{span.end_column}"
