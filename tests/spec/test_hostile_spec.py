"""A spec that is meant to do harm, or that an editor broke: `portspec lint` says where, and never more than that."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from portspec.cli import main

MINIMAL = Path(__file__).parent / "minimal"
SERVICE = (MINIMAL / "services" / "api.yaml").read_text(encoding="utf-8")

BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10)
)


def changed(old: str, new: str) -> str:
    assert old in SERVICE
    return SERVICE.replace(old, new, 1)


UNREADABLE: dict[str, tuple[str | bytes, str]] = {
    "alias bomb": (BOMB, ":5:30: more than 50000 values once aliases are expanded"),
    "deep nesting": ("[" * 5000, ":1:33: nested more than 32 deep"),
    "deep mappings": ("".join(f"{'  ' * n}a:\n" for n in range(60)), ":33:65: nested more than 32 deep"),
    "python tag": (
        changed("id: api", "id: !!python/object/apply:os.system [id]"),
        ":1:5: tag tag:yaml.org,2002:python/",
    ),
    "local tag": (changed("id: api", "id: !env HOME"), ":1:5: tag !env: tags are not read here"),
    "duplicate key": (SERVICE + "id: again\n", ":28:1: duplicate key 'id'; it is set in line 1 already"),
    "alias to nothing": (changed("[manual]", "*s"), ":13:64: alias *s without an anchor"),
    "NUL": (changed("API server", "API\0server"), ":2:16: character U+0000 is not allowed in YAML"),
    "tab": (changed("  - port", "\t- port"), ":5:1: not valid YAML: found character '\\t'"),
    "UTF-16": (SERVICE.encode("utf-16"), ":1:1: not UTF-8: byte 0xff"),
    "binary": (bytes(range(256)), ":2:118: not UTF-8: byte 0x80"),
    "two documents": (SERVICE + "---\n" + SERVICE, ":28:1: a second YAML document; expected one"),
    "half a surrogate": (
        changed("The door to the cluster.", '"\\ud800"'),
        ":8:19: half a surrogate pair is no character",
    ),
    "cut off": (SERVICE[: SERVICE.index("via: api")], ":13:"),
    "too large": ("x: " + "a" * 600_000, ": the file has 600003 characters; at most 500000 are read"),
}

WRONG: dict[str, tuple[str, str]] = {
    "empty": ("", ":1:1: schema found null; expected object"),
    "only comments": ("# nothing\n", ":1:1: schema found null; expected object"),
    "a list": ("- a\n", ':1:1: schema found ["a"]; expected object'),
    "merge key": (changed("id: api\n", "id: api\n<<: {component: x}\n"), ":2:1: schema unknown key '<<'; known: "),
    "thousands of digits": (changed("port: 6443", f"port: {'9' * 5000}"), ":5:11: schema ports[0].port: found "),
    "past the last port": (changed("port: 6443", "port: 99999"), ":5:11: schema ports[0].port: 99999 is greater than "),
    "infinity": (changed("port: 6443", "port: .inf"), ":5:11: schema ports[0].port: found Infinity; expected a port"),
    "no number": (changed("port: 6443", "port: .nan"), ":5:11: schema ports[0].port: found NaN; expected a port"),
    "release of digits": (changed('"4.1"', f'"{"9" * 5000}.1"'), ":16:12: schema ports[0].added: found "),
    "release and line end": (changed('"4.1"', '"4.1\\n"'), ':16:12: schema ports[0].added: found "4.1\\n"; expected '),
    "Arabic digits": (changed('"4.1"', '"٤.١"'), ":16:12: schema ports[0].added: found "),
    "full-width range": (changed("9000-9999", '"９０００-９９９９"'), ":19:11: schema ports[1].port: found "),
    "id that is a path": (changed("id: api", "id: ../../api"), ':1:5: schema id: found "../../api"; expected an '),
    "mapping for a role": (changed("{role: worker}", "{role: {a: b}}"), ":24:16: schema ports[1].held_by[0].role: "),
    "null for flows": (changed("flows: unknown", "flows:"), ":25:10: schema ports[1].flows: found null; expected "),
}

HARMLESS: dict[str, str | bytes] = {
    "anchors": changed("sources: [manual]", "sources: &s [manual]").replace("sources: [manual]", "sources: *s"),
    "byte order mark": "\ufeff" + SERVICE,
    "CRLF": SERVICE.replace("\n", "\r\n").encode(),
}


def spec_with(folder: Path, text: str | bytes) -> None:
    shutil.copytree(MINIMAL, folder / "spec")
    content = text if isinstance(text, bytes) else text.encode()
    (folder / "spec" / "services" / "api.yaml").write_bytes(content)


@pytest.mark.parametrize(("text", "told"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_ends_the_run(
    text: str | bytes, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    spec_with(tmp_path, text)
    monkeypatch.chdir(tmp_path)
    started = time.perf_counter()
    assert main(["lint", "--lang", "en", "spec"]) == 2
    assert time.perf_counter() - started < 5
    out, err = capsys.readouterr()
    assert out == ""
    first, *help_line = err.splitlines()
    assert first.startswith(f"spec/services/api.yaml{told}")
    assert len(help_line) <= 1
    assert all(line.startswith("  ") for line in help_line)


@pytest.mark.parametrize(("text", "told"), WRONG.values(), ids=WRONG)
def test_what_the_schema_refuses_is_told_in_one_line(
    text: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    spec_with(tmp_path, text)
    monkeypatch.chdir(tmp_path)
    assert main(["lint", "--lang", "en", "spec"]) == 1
    first, last = capsys.readouterr().out.splitlines()
    assert first.startswith(f"spec/services/api.yaml{told}")
    assert last == "1 problem in 11 files"


@pytest.mark.parametrize("text", HARMLESS.values(), ids=HARMLESS)
def test_what_does_no_harm_is_read(text: str | bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec_with(tmp_path, text)
    monkeypatch.chdir(tmp_path)
    assert main(["lint", "spec"]) == 0
