"""A folder as Traefik has it: the static file, and the files that its file provider names."""

from __future__ import annotations

from pathlib import Path

import pytest
from configs.balancer.shown import model_shown

from portspec.configs.balancer.traefik import read
from portspec.configs.files import load
from portspec.configs.folders import place
from portspec.configs.registry import detect
from portspec.errors import InputError

STATIC = 'entryPoints:\n  api: {address: ":6443"}\nproviders:\n  file: {%s}\n'
ROUTERS = "tcp:\n  routers:\n    api: {entryPoints: [api], rule: 'HostSNI(`*`)', service: api}\n"
SERVICES = (
    '[tcp.services.api.loadBalancer]\n[[tcp.services.api.loadBalancer.servers]]\naddress = "192.168.22.201:6443"\n'
)
COMPOSE = "services:\n  traefik: {image: traefik}\n"


def folder(path: Path, files: dict[str, str]) -> str:
    for name, text in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(text)
    return str(path)


def model(path: Path, files: dict[str, str]) -> str:
    return model_shown(read(load(folder(path, files), "lb")))


def test_a_directory_of_files(tmp_path: Path) -> None:
    files = {
        "traefik.yml": STATIC % "directory: /etc/traefik/dynamic/",
        "dynamic/a.yml": ROUTERS,
        "dynamic/tcp/b.toml": SERVICES,
        "docker-compose.yml": COMPOSE,
        "old/api.yml": "tcp: [",
    }
    shown = model(tmp_path, files)
    assert "  to api" in shown
    assert "  member 192.168.22.201 192.168.22.201 6443" in shown
    assert not {"refused", "unknown", "ignored"} & {line.split()[0] for line in shown.splitlines()}


def test_one_file_by_its_name(tmp_path: Path) -> None:
    files = {
        "traefik.toml": '[entryPoints.api]\naddress = ":6443"\n[providers.file]\nfilename = "/etc/traefik/api.yml"\n',
        "api.yml": ROUTERS,
        "other.yml": "tcp: [",
    }
    shown = model(tmp_path, files)
    assert "refused 7:53-65 no-service name=api" in shown


def test_the_static_file_itself(tmp_path: Path) -> None:
    shown = model(tmp_path, {"traefik.yml": STATIC % "filename: /etc/traefik/traefik.yml" + ROUTERS})
    assert "no-service name=api" in shown


def test_sections_of_the_other_kind_are_ignored(tmp_path: Path) -> None:
    files = {
        "traefik.yml": STATIC % "directory: d" + "tcp: {}\n",
        "d/a.yml": 'entryPoints:\n  b: {address: ":1"}\n' + ROUTERS,
    }
    shown = model(tmp_path, files)
    assert "ignored 5:1-4 root name=tcp" in shown
    assert "ignored 6:1-12 root name=entryPoints" in shown
    assert ":1" not in [line.split()[1] for line in shown.splitlines() if line.startswith("  listen")]


def test_files_that_are_not_there(tmp_path: Path) -> None:
    shown = model(tmp_path, {"traefik.yml": STATIC % "directory: /srv/elsewhere", "a.yml": ROUTERS})
    assert "unknown 4:3-7 file-elsewhere path=/srv/elsewhere" in shown


def test_places_are_those_of_the_files(tmp_path: Path) -> None:
    files = {"traefik.yml": STATIC % "directory: d", "d/a.yml": ROUTERS, "d/b.yml": "tcp:\n  services:\n    api: {}\n"}
    found = read(load(folder(tmp_path, files), "lb"))
    assert [place(found.source, remark.span.line) for remark in found.remarks] == [("lb/d/b.yml", 3)]


def test_an_error_names_its_file(tmp_path: Path) -> None:
    files = {"traefik.yml": STATIC % "directory: d", "d/a.yml": "tcp: [\n"}
    with pytest.raises(InputError) as caught:
        read(load(folder(tmp_path, files), "lb"))
    assert (caught.value.path, caught.value.line) == ("lb/d/a.yml", 2)


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside.yml"
    outside.write_text(ROUTERS)
    inside = tmp_path / "lb"
    folder(inside, {"traefik.yml": STATIC % "directory: d"})
    (inside / "d").mkdir()
    (inside / "d" / "a.yml").symlink_to(outside)
    with pytest.raises(InputError, match="a link that leads out"):
        load(str(inside), "lb")


def test_a_folder_is_taken_for_what_it_is(tmp_path: Path) -> None:
    files = {"traefik.yml": STATIC % "directory: d", "d/a.yml": ROUTERS, "compose.yml": COMPOSE}
    assert detect(load(folder(tmp_path, files), "lb")) == "traefik"
