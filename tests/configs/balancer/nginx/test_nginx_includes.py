"""What `include` names: from the folder of nginx.conf, inside the repository, told with its own place."""

from __future__ import annotations

from pathlib import Path

import pytest
from configs.balancer.nginx.nginx_program import nginx_refuses
from configs.balancer.shown import model_shown

from portspec.configs.balancer.nginx import read
from portspec.configs.files import load
from portspec.errors import InputError
from portspec.source import SourceText

UPSTREAM = "upstream {0} {{\n  server 10.0.0.{1}:6443;\n}}\n"


def written(folder: Path, files: dict[str, str]) -> Path:
    (folder / ".git").mkdir(exist_ok=True)
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder / "nginx.conf"


FILES = {
    "a.conf": UPSTREAM.format("a", 1),
    "conf.d/b.conf": UPSTREAM.format("b", 2),
    "conf.d/c.conf": UPSTREAM.format("c", 3),
    "conf.d/deep.inc": "include a.conf;\ninclude conf.d/c.conf;\n",
    "conf.d/empty.inc": "",
    "servers.inc": "server 10.0.0.8:1; server 10.0.0.9:1;",
    "names.inc": "api.x a; default b;",
}


@pytest.mark.parametrize(
    ("lines", "pools"),
    [
        ("include a.conf;", ["a"]),
        ("include conf.d/*.conf;", ["b", "c"]),
        ("include conf.d/[c]*.conf;", ["c"]),
        ("include conf.d/deep.inc;", ["a", "c"]),
        ("include 'conf.d/empty.inc';", []),
        ("include conf.d/../a.conf; include conf.d/b.conf;", ["a", "b"]),
        ("upstream u { include servers.inc; }", ["u"]),
    ],
)
def test_what_is_included(lines: str, pools: list[str], tmp_path: Path) -> None:
    text = f"events {{ }}\nstream {{ {lines} }}\n"
    path = written(tmp_path, {**FILES, "nginx.conf": text})
    model = read(load(str(path), str(path)))
    assert [pool.name for pool in model.pools] == pools
    assert model.remarks == ()
    assert nginx_refuses(text, tmp_path) == ""


def test_the_folder_of_packages_is_that_of_the_file(tmp_path: Path) -> None:
    text = "events { }\nstream { include /etc/nginx/conf.d/*.conf; include /etc/nginx/none.d/*.conf; }\n"
    path = written(tmp_path, {**FILES, "nginx.conf": text})
    model = read(load(str(path), str(path)))
    assert [pool.name for pool in model.pools] == ["b", "c"]
    assert [(remark.key, remark.values["path"]) for remark in model.remarks] == [
        ("include", "/etc/nginx/none.d/*.conf")
    ]


def test_a_map_may_include_its_lines(tmp_path: Path) -> None:
    text = "events { }\nstream { map $ssl_preread_server_name $to { include names.inc; } include a.conf; include conf.d/b.conf;\n"
    text += "server { listen 127.0.0.1:6443; ssl_preread on; proxy_pass $to; } }\n"
    path = written(tmp_path, {**FILES, "nginx.conf": text})
    model = read(load(str(path), str(path)))
    assert [route.pool for route in model.frontends[0].routes] == ["a", "b"]
    assert nginx_refuses(text, tmp_path) == ""


def test_a_place_in_an_included_file_is_told(tmp_path: Path) -> None:
    text = "events { }\nstream {\n  include conf.d/deep.inc;\n}\n"
    path = written(tmp_path, {**FILES, "nginx.conf": text, "conf.d/c.conf": "\nupstream c {\n  server 10.0.0.3;\n}\n"})
    model = read(load(str(path), str(path)))
    assert "refused 3:3-26 no-port text=10.0.0.3" in model_shown(model)
    assert [remark.span.within.rpartition(str(tmp_path))[2] for remark in model.remarks] == ["/conf.d/c.conf:3"]


@pytest.mark.parametrize(
    ("files", "message", "line"),
    [
        ({"nginx.conf": "\ninclude nginx.conf;\n"}, "includes itself", 2),
        ({"nginx.conf": "include b.conf;\n", "b.conf": "\n\ninclude nginx.conf;\n"}, "includes itself", 3),
        (
            {
                "nginx.conf": "include 0.conf;\n",
                **{f"{n}.conf": f"include {n + 1}.conf;" for n in range(20)},
                "20.conf": "",
            },
            "deep inside each other",
            1,
        ),
        ({"nginx.conf": "include b.conf;\n", "b.conf": "events {\n"}, "never closed", 1),
        (
            {
                "nginx.conf": "include 0.conf;\n",
                **{f"{n}.conf": f"include {n + 1}.conf;" * 9 for n in range(9)},
                "9.conf": "#" * 999,
            },
            "too much is included",
            1,
        ),
        ({"nginx.conf": "events { include b.conf; }\n", "b.conf": "multi_accept on; }\n"}, "unexpected '}'", 1),
    ],
)
def test_what_cannot_be_included(files: dict[str, str], message: str, line: int, tmp_path: Path) -> None:
    path = written(tmp_path, files)
    with pytest.raises(InputError, match=message) as caught:
        read(SourceText(str(path), path.read_text()))
    assert caught.value.line == line


@pytest.mark.parametrize("name", ["/etc/hostname", "../secret.conf", "../*.conf", "link.conf", "none.conf", "conf.d"])
def test_what_lies_elsewhere_is_not_read(name: str, tmp_path: Path) -> None:
    (tmp_path / "secret.conf").write_text(UPSTREAM.format("secret", 9))
    folder = tmp_path / "repository"
    folder.mkdir()
    path = written(folder, {**FILES, "nginx.conf": f"events {{ }}\nstream {{ include {name}; }}\n"})
    (folder / "link.conf").symlink_to(tmp_path / "secret.conf")
    model = read(load(str(path), str(path)))
    assert model.pools == ()
    assert [(remark.kind, remark.key) for remark in model.remarks] == [("unknown", "include")]
