"""Long lists of addresses are read at once: the model, or the error, is the one that reading word by word gives."""

from __future__ import annotations

from random import Random

import pytest

from portspec.configs.firewall import address_columns
from portspec.configs.firewall.columns import columns_of
from portspec.configs.firewall.nftables import lexer, lower, rule_lines
from portspec.errors import InputError
from portspec.source import SourceText

ALL = 10**9

V4 = ("10.0.0.1", "10.0.0.2", "10.0.0.0/24", "10.0.0.77/25", "192.0.2.1-192.0.2.9", "0.0.0.0/0", "255.255.255.255",
      "10.0.0.3-10.0.0.3", "172.16.0.0/12")  # fmt: skip
V6 = ("2001:db8::1", "::", "2001:db8::/32", "fe80::1-fe80::ff", "::ffff:10.0.0.1", "2001:DB8::1", "1:2:3:4:5:6:7:8")
ODD = (
    "10.0.0.256", "010.0.0.1", "10.0.0", "10.0.0.9-10.0.0.1", "10.0.0.0/33", "10.0.0.0/255.255.255.0", "10.0.0.1 - 10.0.0.4",
    "10.0.0.0/24-10.0.1.0", "22", "22-25", "::1:", "1:2", "::1-10.0.0.1", "52:54:00:12:34:56", "eth0", "10.0.0.1 . 22",
    "10.0.0.1 : accept", "$hosts", "{ 10.0.0.5, 10.0.0.6 }", "", "*", '"10.0.0.1"', "@other", "10.0.0.1 10.0.0.2", "10.0.0.0/",
    "10.0.0.1-", "1.2.3.4.5", "::/129", "0::0::0", "10.0.0.1;", "\\", "10.0.0.1 timeout", "tcp",
)  # fmt: skip
EXTRAS = ("", "", "", "", " timeout 1h", " timeout 1d2h expires 3s", " counter packets 1 bytes 60", ' comment "a, b"', ' comment "ab"',
          ' comment "#1"', " limit rate 3/second", " counter")  # fmt: skip
BLANKS = (" ", " ", "\n\t\t     ", "", " \t", " # an evil host\n", ' # "quoted, with a comma\n', "\r\n")


def shown(text: str, long_list: int, monkeypatch: pytest.MonkeyPatch) -> object:
    """The chains with their rules, or the error, with lists of so many characters read at once."""
    monkeypatch.setattr(lexer, "LONG_LIST", long_list)
    monkeypatch.setattr(address_columns, "MANY", long_list)
    try:
        found = lower.read_ruleset(SourceText("x.nft", text))
    except InputError as error:
        return str(error)
    return found.notes, [
        (key, chain.hook, chain.policy, chain.span, [tuple(rule) for rule in columns_of(chain.rules)])
        for key, chain in found.chains.items()
    ]


def assert_same(text: str, monkeypatch: pytest.MonkeyPatch) -> object:
    by_word = shown(text, ALL, monkeypatch)
    assert shown(text, 1, monkeypatch) == by_word, text
    return by_word


def listed(pick: Random, usual: tuple[str, ...], odd: float) -> str:
    """Elements as people and programs write them."""
    parts = []
    for _ in range(pick.randint(1, 9)):
        element = pick.choice(ODD) if pick.random() < odd else pick.choice(usual)
        parts.append(
            f"{pick.choice(BLANKS)}{element}{pick.choice(EXTRAS) if pick.random() < 0.3 else ''}{pick.choice(('', '', ' '))}"
        )
    return ",".join(parts) + pick.choice((" ", "\n", ",\n"))


def ruleset(pick: Random, odd: float) -> str:
    """A set, a variable and braces in rules, each with a list."""
    kind, usual = pick.choice((("ipv4_addr", V4), ("ipv4_addr", V4), ("ipv6_addr", V6)))
    family = "ip" if kind == "ipv4_addr" else "ip6"
    lists = [listed(pick, usual, odd) for _ in range(4)]
    flags = pick.choice(("interval", "interval", "dynamic", "timeout"))
    return (
        f"define hosts = {{ {lists[3]} }}\n"
        f"table inet t {{\n\tset known {{ type {kind}; flags {flags}; elements = {{{lists[0]}}}\n\t}}\n"
        "\tchain in {\n\t\ttype filter hook input priority filter; policy drop;\n"
        f"\t\t{family} {pick.choice(('saddr', 'daddr'))} {pick.choice(('', '!= '))}@known accept\n"
        f"\t\t{pick.choice((f'{family} saddr', f'{family} daddr', 'tcp dport', 'iifname', 'ct state', f'{family} saddr . tcp dport', f'{family} saddr and 255.255.255.0'))}"
        f" {pick.choice(('', '!= '))}{{{lists[1].strip()}}} drop\n"
        f"\t\t{family} saddr {pick.choice(('$hosts', '{ $hosts, 10.9.9.9 }'))} accept\n"
        f"\t\t{family} saddr {pick.choice(('vmap', 'vmap', '<'))} {{{lists[2].strip()}}}\n"
        f"\t\tmeta mark set 1 {family} saddr {{{lists[1].strip()}}} accept\n"
        "\t}\n}\n"
        f"{pick.choice(('', f'add element inet t known {{ {lists[2].strip()} }}'))}\n"
    )


def right(pick: Random) -> str:
    """A ruleset of which every line is right."""
    kind, usual = pick.choice((("ipv4_addr", V4), ("ipv6_addr", V6)))
    family = "ip" if kind == "ipv4_addr" else "ip6"

    def some() -> str:
        return ", ".join(f"{pick.choice(usual)}{pick.choice(EXTRAS[:7])}" for _ in range(pick.randint(1, 30)))

    def bare() -> str:
        return ", ".join(pick.choice(usual) for _ in range(pick.randint(1, 30)))

    return (
        f"define hosts = {{ {bare()} }}\n"
        f"table inet t {{\n\tset known {{ type {kind}; flags interval; elements = {{ {some()}, }}\n\t}}\n"
        f"\tset other {{ type {kind}; flags interval; elements = {{ $hosts, {some()} }}\n\t}}\n"
        "\tchain in {\n\t\ttype filter hook input priority filter; policy drop;\n"
        f"\t\t{family} saddr @known accept\n\t\t{family} daddr != @other drop\n\t\t{family} saddr $hosts accept\n"
        f"\t\tmeta mark set 1 {family} saddr {{ {bare()} }} tcp dport 22 accept\n"
        f"\t\tmeta mark {{ 1, 2 }} {family} saddr != {{ {bare()} }} accept\n\t}}\n}}\n"
        f"add element inet t known {{ {some()} }}\n"
    )


def test_lists_that_are_right(monkeypatch: pytest.MonkeyPatch) -> None:
    for seed in range(200):
        found = assert_same(right(Random(seed)), monkeypatch)
        assert isinstance(found, tuple), found


@pytest.mark.parametrize("odd", [0.0, 0.05, 0.3])
def test_lists_that_are_nearly_lists_of_addresses(odd: float, monkeypatch: pytest.MonkeyPatch) -> None:
    for seed in range(400):
        assert_same(ruleset(Random(seed), odd), monkeypatch)


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("usual", [V4, V6], ids=["v4", "v6"])
def test_one_odd_element_in_a_set(usual: tuple[str, ...], odd: str, monkeypatch: pytest.MonkeyPatch) -> None:
    kind = "ipv4_addr" if usual is V4 else "ipv6_addr"
    family = "ip" if usual is V4 else "ip6"
    for at in range(3):
        parts = [usual[0], usual[3], usual[4]]
        parts.insert(at, odd)
        text = (
            f"table inet t {{\n\tset known {{ type {kind}; flags interval; elements = {{ {', '.join(parts)} }}\n\t}}\n\tchain in {{\n"
            f"\t\ttype filter hook input priority filter; policy drop;\n\t\t{family} saddr @known accept\n\t}}\n}}\n"
        )
        assert_same(text, monkeypatch)


def test_a_list_is_one_word() -> None:
    """What is above would hold as well if no list were ever read at once."""
    text = f"{{ {', '.join(f'10.0.{at >> 8}.{at & 255}' for at in range(300))} }}"
    assert [word.kind for word in lexer.words_of(SourceText("x", text), text, bulk=True)] == [
        "symbol", "list", "word", "symbol", "end",
    ]  # fmt: skip


def test_lines_around_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    """The columns of a large file's lines are those that reading every line gives."""
    for seed in range(100):
        pick = Random(seed)
        lines: list[str] = []
        for _ in range(pick.randint(1, 6)):
            lines += ["\t\tip saddr 10.0.0.1 accept"] * pick.randint(0, 3)
            lines += pick.choice(
                (["\tset x { }"], ["elements = {"], ["elements = { 10.9.9.9, 10.9.9.8,"], ["{ 10.1.1.1,"])
            )
            lines += [
                pick.choice((" 10.0.0.1, 10.0.0.2,", "10.0.0.3,", "# word", "")) for _ in range(pick.randint(0, 5))
            ]
            lines += pick.choice(([" 10.0.0.9 }"], ["}"], [" ip daddr 10.0.0.1 drop"], []))
        text = "\n".join(lines) + pick.choice(("", "\n"))
        made = []
        for long_list in (1, ALL):
            monkeypatch.setattr(lexer, "LONG_LIST", long_list)
            read = rule_lines.rule_lines(text)
            assert read is not None
            forms = [None if number < 0 else read.forms[number] for number in read.numbers]
            held = [at for at, form in enumerate(forms) if form is not None]
            made.append((forms, [(read.firsts[at], read.lasts[at], read.ports[at]) for at in held], read.starts))
            assert len(read.firsts) == len(read.places) == len(read.starts) - 1
        assert made[0] == made[1], text
