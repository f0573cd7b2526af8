"""What clients of two load balancers get, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from portspec.compare.balancers import BalancerComparison, Served
from portspec.compare.probing import Probing
from portspec.compare.serving import NO_NAME, Seat, Service
from portspec.packets.addresses import format_address
from portspec.packets.intervals import IntervalSet
from portspec.report.compare_sets import addresses, closed_up
from portspec.report.compare_words import COMPARE
from portspec.report.printable import printable

MOST_NAMED = 8


def lines(found: BalancerComparison, lang: str, most: int) -> Iterator[str]:
    """Every difference, up to so many."""
    for key, held in (("taken", found.taken), ("given-up", found.given_up)):
        if held:
            yield COMPARE[lang][key].format(addresses=_listed([format_address(one) for one in held], lang))
    for one in found.differences[:most]:
        yield from served_lines(one, lang)
    if len(found.differences) > most:
        yield COMPARE[lang]["and-more"].format(count=len(found.differences) - most)
    if found.probes:
        yield COMPARE[lang]["probes"]
    for probes in found.probes[:most]:
        old, new = (_listed([probing(way, lang) for way in ways], lang) for ways in (probes.old, probes.new))
        members = _listed([printable(member) for member in probes.members], lang)
        yield f"    {members}{COMPARE[lang]['colon']}{old} → {new}"
    if len(found.probes) > most:
        yield "    " + COMPARE[lang]["and-more"].format(count=len(found.probes) - most)


def probing(one: Probing, lang: str) -> str:
    """One way to probe a member."""
    words = COMPARE[lang]
    told = " ".join(part for part in (one.kind.upper(), one.request, one.expect and f"= {one.expect}") if part)
    if one.kind in ("none", "passive", "other", "tcp"):
        told = words[f"probe-{one.kind}"]
    if one.target:
        told += " " + words["probe-at"].format(target=one.target)
    if one.removal is not None:
        told += words["probe-out"].format(seconds=f"{one.removal / 1000:g}")
    return printable(told)


def served_lines(one: Served, lang: str) -> Iterator[str]:
    """Who is served otherwise, what changes for them, and one client with what it gets in each version."""
    words = COMPARE[lang]
    may = "" if one.certain else words["may"]
    who = words["clients"].format(
        sources=addresses(one.sources, lang, "anyone"),
        places=_listed([printable(str(place)) for place in one.places], lang),
        ports=numbers(one.ports),
    )
    if one.server_names != (NO_NAME,):
        names = [printable(name) or words["other-name"] for name in one.server_names]
        who += f"{words['list']}{words['by-name'].format(names=_listed(names, lang))}"
    yield closed_up(f"{may}{who}{words['colon']}{words[f'change-{one.change}']}")
    for key, seats in (("gained", one.gained), ("lost", one.lost)):
        if seats:
            yield "    " + words[key].format(members=_listed([_seat(seat, lang) for seat in seats], lang))
    where = f"{printable(str(one.example.where))} {one.example.port}"
    name = f" ({printable(one.example.server_name)})" if one.example.server_name else ""
    yield f"    {words['client']}{words['colon']}{format_address(one.example.source)} → {where}{name}"
    for key, services in (("old", one.old), ("new", one.new)):
        yield f"      {words[key]}{words['colon']}{_answer(services, lang, manner=one.change == 'manner')}"


def numbers(ports: IntervalSet) -> str:
    """Port numbers."""
    spans = [f"{first}" if first == last else f"{first}-{last}" for first, last in ports]
    return ", ".join([*spans[:MOST_NAMED], f"+{len(spans) - MOST_NAMED}"] if len(spans) > MOST_NAMED else spans)


def _answer(services: Iterable[Service], lang: str, *, manner: bool) -> str:
    words = COMPARE[lang]
    told = [_service(service, lang, manner=manner) for service in services]
    return " | ".join(told) or words["nobody"]


def _service(service: Service, lang: str, *, manner: bool) -> str:
    words = COMPARE[lang]
    if service.admitted == "no":
        return words["turned-away"]
    turns = []
    for turn in service.turns:
        if turn.rotation is None:
            told = words["ended"]
        else:
            seats = sorted(turn.rotation.seats, key=lambda seat: (seat.backup, seat.host, seat.port or 0, seat))
            told = _listed([_seat(seat, lang) for seat in seats], lang) or words["no-members"]
        if turn.condition:
            told = f"{words['if'].format(condition=printable(turn.condition[:80]))}{words['colon']}{told}"
        turns.append(told)
    told = "; ".join(turns) or words["no-members"]
    if service.admitted == "open":
        told = f"{words['perhaps-admitted']}{words['colon']}{told}"
    if manner:
        forwarding = next((turn.rotation.forwarding for turn in service.turns if turn.rotation), "-")
        shown = words["manner"].format(
            mode=service.mode,
            tls=words["yes" if service.tls else "no"],
            proxy=words["yes" if service.accept_proxy else "no"],
            forwarding=forwarding,
        )
        told += f" ({shown})"
    return told


def _seat(seat: Seat, lang: str) -> str:
    words = COMPARE[lang]
    port = str(seat.port) if seat.port is not None else f"+{seat.offset}" if seat.offset else ""
    host = f"[{seat.host}]" if ":" in seat.host and port else seat.host
    told = printable(f"{host}:{port}" if port else host)
    kept = ((seat.backup, "backup"), (seat.tls, "tls"), (seat.proxy_protocol, "proxy-protocol"))
    marks = [words[word] for holds, word in kept if holds]
    return f"{told} ({words['list'].join(marks)})" if marks else told


def _listed(texts: list[str], lang: str) -> str:
    words = COMPARE[lang]
    shown = texts[:MOST_NAMED]
    if len(texts) > MOST_NAMED:
        shown.append(words["and-more"].format(count=len(texts) - MOST_NAMED))
    return words["list"].join(shown)
