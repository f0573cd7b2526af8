"""Rulesets as JSON: where errors are told, what hostile JSON comes to, and mutated listings."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from configs.firewall.asking import asked
from configs.firewall.nftables.fuzzing import tried

from portspec.configs.firewall.model import Ruleset
from portspec.configs.firewall.nftables import read
from portspec.configs.firewall.trace import trace
from portspec.errors import InputError
from portspec.source import SourceText

COUNT = int(os.environ.get("PORTSPEC_FUZZ", "4000")) // 2
SCALE = 1.0 if "PORTSPEC_FUZZ" in os.environ else 0.2
LONGEST = 10.0
"""Seconds for a hostile file."""
SSH = "input tcp port 22"

TABLE = '{"table": {"family": "inet", "name": "t"}}'
CHAIN = (
    '{"chain": {"family": "inet", "table": "t", "name": "c", "type": "filter", "hook": "input", "prio": 0, '
    '"policy": "drop"}}'
)
SET = '{"set": {"family": "inet", "table": "t", "name": "s", "type": "inet_service", %s}}'
RULE = '{"rule": {"family": "inet", "table": "t", "chain": "c", "expr": [%s]}}'
DPORT = '{"payload": {"protocol": "tcp", "field": "dport"}}'


def document(*elements: str) -> str:
    """A JSON ruleset with one element on each line; the first of these is on line 4."""
    return '{"nftables": [\n' + ",\n".join((TABLE, CHAIN, *elements)) + "\n]}\n"


def rule(*statements: str) -> str:
    return RULE % ", ".join(statements)


def match(op: str, left: str, right: str) -> str:
    return f'{{"match": {{"op": "{op}", "left": {left}, "right": {right}}}}}'


ACCEPT = '{"accept": null}'
DROP = '{"drop": null}'
FILLS = f'{{"set": {{"op": "add", "elem": {DPORT}, "set": "@s"}}}}'

ANSWERS: dict[str, tuple[str, dict[str, str]]] = {
    "a rule": (document(rule(match("==", DPORT, "22"), ACCEPT)), {SSH: "accept 4", "input tcp port 23": "drop 3"}),
    "pretty-printed": (
        json.dumps(json.loads(document(rule(match("==", DPORT, "22"), ACCEPT))), indent=1), {SSH: "accept 20"}),
    "a set that a rule fills": (
        document(SET % '"size": 65535', rule(FILLS),
                 rule(match("==", DPORT, '"@s"'), ACCEPT)), {SSH: "unknown 6"}),
    "a set that nothing fills": (
        document(SET % '"size": 65535', rule(match("==", DPORT, '"@s"'), ACCEPT)), {SSH: "drop 3"}),
    "a set that the language of nft fills": (
        document(SET % '"size": 65535', rule('"add @s { tcp dport }"'), rule(match("==", DPORT, '"@s"'), ACCEPT)), {SSH: "unknown 6"}),
    "elements with a limit": (
        document(SET % '"elem": [{"elem": {"val": 22, "limit": {"rate": 5, "burst": 5, "per": "second"}}}]',
                 rule(match("==", DPORT, '"@s"'), ACCEPT)), {SSH: "unknown 5"}),
    "a set with a limit": (
        document(SET % '"elem": [22], "stmt": [{"limit": {"rate": 5, "burst": 5, "per": "second"}}]',
                 rule(match("==", DPORT, '"@s"'), ACCEPT)), {SSH: "unknown 5"}),
    "rules in braces": (
        document(rule('"jump {\\n\\t\\tip saddr 10.1.2.3 drop\\n\\t}"'), rule(ACCEPT)), {SSH: "drop 4", f"{SSH} from 10.9.9.9": "accept 5"}),
    "commands": (
        '{"nftables": [\n{"flush": {"ruleset": null}},\n' + f'{{"add": {TABLE}}},\n{{"add": {CHAIN}}},\n'
        + f'{{"add": {rule(DROP)}}},\n{{"insert": {rule(match("==", DPORT, "22"), ACCEPT)}}}\n]}}', {SSH: "accept 6", "input udp port 5": "drop 5"}),
    "an interface that is named like a verdict": (
        document(rule(match("==", '{"meta": {"key": "iifname"}}', '"drop"'), ACCEPT)), {f"{SSH} in drop": "accept 4", SSH: "drop 3"}),
    "a value with blanks": (
        document(rule(match("==", '{"meta": {"key": "time"}}', '"2026-01-01 00:00:00"'), ACCEPT)), {SSH: "unknown 4"}),
    "a range of names": (
        document(rule(match("==", '{"payload": {"protocol": "icmp", "field": "type"}}', '{"range": ["destination-unreachable", "echo-request"]}'), ACCEPT)),
        {"input icmp type 5 code 0": "accept 4", "input icmp type 9 code 0": "drop 3"}),
    "a log of iptables": (document(rule('{"xt": {"type": "target", "name": "LOG"}}'), rule(ACCEPT)), {SSH: "accept 5"}),
    "a table of another kind": (
        document('{"table": {"family": "arp", "name": "a"}}', '{"counter": {"family": "inet", "table": "t", "name": "n"}}', rule(ACCEPT)), {SSH: "accept 6"}),
    "elements added": (
        document(SET % '"elem": [23]', '{"element": {"family": "inet", "table": "t", "name": "s", "elem": [22]}}',
                 rule(match("==", DPORT, '"@s"'), ACCEPT)), {SSH: "accept 6", "input tcp port 23": "accept 6"}),
}  # fmt: skip

FIRST = "file:4:"
REFUSED: dict[str, tuple[str, str]] = {
    "cut off": (document(rule(ACCEPT))[:-6], "file:4:83: not JSON: expecting ',' delimiter"),
    "cut off behind an element": (document(rule(ACCEPT))[:-4], "file:4:85: not JSON: expected ',' or ']'"),
    "a comma too many": (document(rule(ACCEPT)).replace("\n]", ",\n]"), "file:5:1: not JSON: a comma before ']'"),
    "text behind it": (document(rule(ACCEPT)) + "# Warning", "file:6:1: not JSON: something stands behind its end"),
    "another key beside it": ('{"nftables": [], "a": 1}', 'file:1:16: not the JSON of nft: expected only "nftables" in it'),
    "another document": ('{"a": []}', 'file:1:2: not the JSON of nft: expected "nftables"'),
    "no list": ('{"nftables": {}}', "file:1:14: not the JSON of nft: expected ["),
    "an element that is a number": (document("5"), "file:4:1: element 3: expected an object with one key, found 5"),
    "an element that is not known": (document('{"tabel": {}}'), 'file:4:11: element 3: "tabel" is not known here'),
    "a key twice": (document('{"rule": {"family": "inet", "family": "ip"}}'), "file:4:29: the key 'family' stands twice in one object"),
    "a key that is not known": (
        document(rule(ACCEPT).replace('"chain"', '"place": 1, "chain"')), 'file:4:43: element 3: rule: the key "place" is not known here'),
    "a key that is missing": (document('{"rule": {"family": "inet", "table": "t"}}'), "file:4:10: element 3: rule: the key 'chain' is missing"),
    "a schema of the future": ('{"nftables": [{"metainfo": {"json_schema_version": 2}}]}', "file:1:52: element 1: json_schema_version 2; 1 is read"),
    "no such chain": (document(rule(ACCEPT).replace('"c"', '"d"')), "file:4:52: element 3: no chain 'd' in this table"),
    "no such table": (document(rule(ACCEPT).replace('"t"', '"u"')), "file:4:38: element 3: no table inet u before this"),
    "no such target": (document(rule('{"jump": {"target": "x"}}')), "file:4:86: inet t c, rule 1: no chain 'x' in this table"),
    "no such set": (document(rule(match("==", DPORT, '"@s"'))), "file:4:158: inet t c, rule 1: no set @s in this table"),
    "a statement that is not known": (document(rule('{"acept": null}')), 'file:4:66: inet t c, rule 1: the statement "acept" is not known here'),
    "an expression that is not known": (document(rule(match("==", '{"payl": {}}', "22"))), 'file:4:97: inet t c, rule 1: the expression "payl" is not known here'),
    "a field that is not known": (document(rule(match("==", DPORT.replace("dport", "dprot"), "22"))), "file:4:138: inet t c, rule 1: tcp has no field 'dprot'"),
    "a method that is no expression": (document(rule(match("==", '{"set": [1]}', "22"))), 'file:4:97: inet t c, rule 1: the expression "set" is not known here'),
    "an operator that is not known": (document(rule(match("=~", DPORT, "22"))), 'file:4:83: inet t c, rule 1: "=~" is no comparison'),
    "a port too large": (document(rule(match("==", DPORT, "65536"))), "file:4:158: inet t c, rule 1: tcp dport: 65536 is not from 0 to 65535"),
    "a fraction": (document(rule(match("==", DPORT, "22.5"))), "file:4:1: inet t c, rule 1: expected a value, found 22.5"),
    "words in a name": (document(rule(match("==", DPORT, '"22 accept"'))), "file:4:158: inet t c, rule 1: tcp dport: '22 accept' is not known here"),
    "a symbol in a name": (document(rule('{"jump": {"target": "{"}}')), 'file:4:86: inet t c, rule 1: target: expected a name, found "{"'),
    "half a surrogate pair": (document(rule(match("==", DPORT, '"\\ud800"'))), 'file:4:158: inet t c, rule 1: expected a value, found "\\ud800"'),
    "not a number": (document(rule(match("==", DPORT, "NaN"))), "file:4:1: not JSON: NaN"),
    "a number of many digits": (document(rule(match("==", DPORT, "9" * 5000))), "file:4:1: a number of more digits than any number has here"),
    "a number of some digits": (document(rule(match("==", DPORT, "9" * 30))), f"file:4:158: inet t c, rule 1: a value: expected a whole number, found {'9' * 30}"),
    "a rule by index": (document(f'{{"add": {rule(ACCEPT)}}}'.replace('"expr"', '"index": 1, "expr"')),
                        "file:4:1: element 3: a rule placed by handle or index is not read"),
    "a translation that is a number": (document(rule('{"snat": 5}')), "file:4:75: inet t c, rule 1: snat: expected an object, found 5"),
    "a deletion": (document(f'{{"delete": {TABLE}}}'), 'file:4:12: element 3: "delete" is not known here'),
    "a loop": (document('{"chain": {"family": "inet", "table": "t", "name": "d"}}', rule('{"jump": {"target": "d"}}'),
                        rule('{"jump": {"target": "d"}}').replace('"chain": "c"', '"chain": "d"')),
               "file:6:1: inet t d, rule 1: the jump to d closes a loop"),
    "two statements in a text": (document(rule('"accept; drop"')), 'file:4:66: inet t c, rule 1: expected one statement, found "accept; drop"'),
    "a quote in a text": (document(rule('"log prefix \\"x"')), "file:4:66: inet t c, rule 1: unexpected '\"'"),
    "an include in a text": (document(rule('"jump { include \\"x\\"\\n }"')), "file:4:66: inet t c, rule 1: expected a rule, found 'include'"),
}  # fmt: skip


@pytest.mark.parametrize("name", ANSWERS)
def test_what_becomes_of_packets(name: str) -> None:
    text, expected = ANSWERS[name]
    assert {packet: asked(text, packet, format_="nftables") for packet in expected} == expected


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(name: str) -> None:
    text, message = REFUSED[name]
    assert asked(text, SSH, format_="nftables") == message


def test_a_trace_says_which_rule_of_the_one_line_it_was() -> None:
    text = document(
        rule(match("==", DPORT, "23"), ACCEPT), rule(match("==", DPORT, '{"set": [22, 80]}'), ACCEPT)
    ).replace("\n", "")
    ruleset = read(SourceText("file", text))
    answer = trace(ruleset, {"source": "10.0.0.1", "destination": "10.0.0.2", "port": 22}).answer()
    assert answer["trace"] == [
        {"line": 1, "text": "inet t c, rule 2: tcp dport { 22 , 80 } accept", "outcome": "accept"}
    ]


def deep(open_: str, close: str) -> str:
    count = int(400_000 * SCALE)
    return document(rule(match("==", DPORT, open_ * count + "1" + close * count)))


def rules(count: int) -> str:
    return document(*(rule(match("==", DPORT, str(number % 65536)), ACCEPT) for number in range(int(count * SCALE))))


HOSTILE: dict[str, Callable[[], str]] = {
    "lists in lists": lambda: deep("[", "]"),
    "objects in objects": lambda: deep('{"|": [', "]}"),
    "concatenations in concatenations": lambda: document(
        rule(match("==", '{"concat": [' * 900 + DPORT + "]}" * 900, "1"))
    ),
    "fields changed over and over": lambda: document(rule(match("==", '{"&": [' * 300 + DPORT + ", 1]}" * 300, "1"))),
    "sums of sums": lambda: document(rule(match("==", DPORT, '{"|": [' * 300 + '"syn"' + ', "ack"]}' * 300))),
    "an open list": lambda: '{"nftables": ' + "[" * int(900_000 * SCALE),
    "commas": lambda: '{"nftables": [' + "," * int(900_000 * SCALE),
    "blanks": lambda: '{"nftables": [' + " " * int(900_000 * SCALE),
    "digits": lambda: document("9" * int(900_000 * SCALE)),
    "a string": lambda: document('"' + "x" * int(900_000 * SCALE)),
    "escapes": lambda: document('"' + "\\u0041" * int(150_000 * SCALE) + '"'),
    "many keys": lambda: document("{" + ", ".join(f'"k{n}": 1' for n in range(int(80_000 * SCALE))) + "}"),
    "one key many times": lambda: document("{" + ", ".join('"k": 1' for _ in range(int(100_000 * SCALE))) + "}"),
    "many rules": lambda: rules(7_000),
    "many rules, the last of them wrong": lambda: rules(7_000).replace("\n]}", ",\n" + rule('{"acept": null}') + "\n]}"),
    "many elements": lambda: document(SET % ('"elem": [' + ", ".join(str(n % 65536) for n in range(int(150_000 * SCALE))) + "]"), *[rule(match("==", DPORT, '"@s"'))] * 50),
    "many rules in braces": lambda: document(rule('"jump { ' + "accept; " * int(100_000 * SCALE) + '}"')),
    "many braces": lambda: document(*(rule('"jump { accept; }"') for _ in range(int(12_000 * SCALE)))),
    "braces in braces": lambda: document(rule('"' + "jump { " * int(120_000 * SCALE) + '"')),
    "many metainfos": lambda: document(*['{"metainfo": {}}'] * int(55_000 * SCALE)),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_json(name: str) -> None:
    text = HOSTILE[name]()
    begun = time.monotonic()
    tried(text)
    assert time.monotonic() - begun < LONGEST


def test_mutated_json() -> None:
    """Values changed, taken out, doubled and put elsewhere: a model or an error with its place, never anything else."""
    rng = Random(4711)
    originals = [json.loads(text) for text, _ in ANSWERS.values()]
    pool = [value for original in originals for value in inside(original)]
    accepted = 0
    for _ in range(COUNT):
        text = json.dumps(mutated(rng, rng.choice(originals), pool))
        if rng.random() < 0.15:
            at = rng.randrange(len(text))
            text = (
                text[:at]
                + rng.choice(("", "}", "]", '"', ",", "1e9", "\x00", "ä", "\\"))
                + text[at + rng.randrange(3) :]
            )
        accepted += tried(text)
    assert 0.05 < accepted / COUNT < 0.95


def inside(value: Any) -> list[Any]:
    """Every value in a value, and keys as texts."""
    found = [value]
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        found += inside(each)
    return found + (list(value) if isinstance(value, dict) else [])


def mutated(rng: Random, value: Any, pool: list[Any]) -> Any:
    """The value with about one change at some depth."""
    if rng.random() < 0.04:
        return rng.choice([*pool, None, True, -1, 1 << 70, 0.5, "", "@", "@s", "a b", "{", "\ud800", [], {}])
    if isinstance(value, list):
        items = [mutated(rng, each, pool) for each in value]
        if items and rng.random() < 0.03:
            at = rng.randrange(len(items))
            items[at : at + 1] = rng.choice(([], [items[at]] * 2))
        return items
    if isinstance(value, dict):
        return {
            rng.choice(("val", "set", "elem", "x", "flags")) if rng.random() < 0.01 else key: mutated(rng, each, pool)
            for key, each in value.items()
            if rng.random() > 0.01
        }
    return value


def test_a_listing_is_read_in_time() -> None:
    """5,000 rules take well under a second: only the element with an error is looked into closely."""
    text = rules(int(5_000 / SCALE))
    begun = time.monotonic()
    ruleset = read(SourceText("file", text))
    assert isinstance(ruleset, Ruleset)
    assert len(ruleset.chains["inet t", "c"].rules) == 5_000
    assert time.monotonic() - begun < 3


def test_an_error_names_the_file() -> None:
    with pytest.raises(InputError, match=r"^fw\.json:1:15: element 1: expected an object"):
        read(SourceText("fw.json", '{"nftables": [7]}'))
