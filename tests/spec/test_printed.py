"""What `show` and `ports` print, word for word (`printed/`), and what holds for everything that they print."""

from __future__ import annotations

import csv
import io
import json
import os
from pathlib import Path
from unicodedata import east_asian_width

import pytest
from ruamel.yaml import YAML

from portspec.cli.show import ports_named
from portspec.policy.flows import FlowRecord, flows
from portspec.policy.model import Profile
from portspec.policy.store import releases, snapshot
from portspec.report.flows import COLUMNS, as_csv, as_json, as_markdown, as_table, as_yaml
from portspec.report.service import render
from portspec.spec.vocabulary import LANGUAGES

PRINTED = Path(__file__).parent / "printed"
SHOWN = ("22623", "6443", "6080", "80", "1936", "etcd", "kubelet")
LISTED = {
    "none": Profile(),
    "single-node": Profile(topology="single-node"),
    "gcp-compact": Profile("gcp", topology="compact"),
}
KEYS = {"service", "port", "transport", "from", "to", "via", "necessity", "phases", "reach", "sources"}


def as_printed(name: str, text: str) -> None:
    file = PRINTED / name
    if os.environ.get("PORTSPEC_REFRESH") == "1":
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")


def columns(text: str) -> int:
    return sum(2 if east_asian_width(char) in {"W", "F"} else 1 for char in text)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("word", SHOWN)
def test_a_port_or_service_is_shown(word: str, lang: str) -> None:
    known = snapshot("4.22")
    as_printed(f"show-{word}.{lang}.txt", render(known, ports_named(known, word), lang))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", LISTED)
def test_flows_are_listed(name: str, lang: str) -> None:
    found = flows(snapshot("4.22"), LISTED[name])
    as_printed(f"ports-{name}.{lang}.txt", as_table(found, "4.22", LISTED[name], lang))


@pytest.mark.parametrize("release", releases())
@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_line_is_too_long(lang: str, release: str) -> None:
    """A table fits 80 columns, what is shown 100; a name without blanks may be longer than either."""
    known = snapshot(release)
    for platform in known.platforms:
        profile = Profile(platform)
        table = as_table(flows(known, profile), release, profile, lang)
        assert [line for line in table.splitlines() if columns(line) > 80] == []
    for name in known.services:
        lines = render(known, ports_named(known, name), lang).splitlines()
        assert [line for line in lines if columns(line) > 100 and len(line.split()) > 1] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_is_left_unsaid_or_untranslated(lang: str) -> None:
    """Every source that a port's facts name is explained, and no word of the program's own stands in a zh-TW line."""
    known = snapshot("4.22")
    for name, service in known.services.items():
        text = render(known, ports_named(known, name), lang)
        for port in service.ports:
            assert port.purpose[lang].split()[0] in text
            for source in port.sources:
                assert f"{source}: {known.sources[source].title.split()[0]}" in text
        if lang == "zh-TW":
            told = text.partition("\n角色")[0]
            assert not {"required", "recommended", "always", "direct", "via", "install"} & set(told.split())


@pytest.mark.parametrize("profile", LISTED.values(), ids=LISTED)
def test_every_format_says_the_same(profile: Profile) -> None:
    found = flows(snapshot("4.22"), profile)
    from_json = json.loads(as_json(found))
    assert all(set(one) >= KEYS for one in from_json)
    assert all(one["port"] is None or isinstance(one["port"], str) for one in from_json)
    assert YAML(typ="safe", pure=True).load(as_yaml(found)) == from_json
    rows = [{name: row[name] for name in COLUMNS} for row in csv.DictReader(io.StringIO(as_csv(found)))]
    assert rows == [cells(one) for one in found]
    header, _, *body = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in as_markdown(found).splitlines()
    ]
    assert tuple(header) == COLUMNS
    assert [dict(zip(COLUMNS, row, strict=True)) for row in body] == rows


def cells(one: FlowRecord) -> dict[str, str]:
    return {
        "service": one.service,
        "port": one.port or "",
        "transport": one.transport,
        "from": one.sender,
        "to": one.target,
        "via": one.via or "",
        "necessity": one.necessity,
        "phases": " ".join(one.phases),
        "reach": one.reach,
        "sources": " ".join(one.sources),
    }
