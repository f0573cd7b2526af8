"""The matrix of `oc commatrix` in every form that the plugin and its documentation have, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from portspec.configs.files import load
from portspec.errors import InputError
from portspec.policy.matrix import LARGEST, MOST_ROWS, Row, read_matrix
from portspec.source import SourceText

FORMS = sorted((Path(__file__).parent / "matrices").iterdir())
ROWS = [
    Row("ingress", "tcp", 22, 22, "Host system service", "sshd", "", "", "master", True, 0),
    Row("ingress", "tcp", 6443, 6443, "openshift-kube-apiserver", "apiserver", "kube-apiserver", "kube-apiserver", "master", False, 0),
    Row("ingress", "tcp", 9454, 9454, "openshift-kni-infra", "", "haproxy", "haproxy", "master", True, 0),
    Row("ingress", "udp", 111, 111, "Host system service", "rpcbind", "", "", "master", True, 0),
    Row("ingress", "tcp", 9100, 9100, "openshift-monitoring", "node-exporter", "node-exporter", "kube-rbac-proxy", "worker", True, 0),
    Row("ingress", "tcp", 9777, 9777, "", "backup, of the site", "", "", "worker-infra", False, 0),
    Row("egress", "udp", 123, 123, "", "ntp", "", "", "worker", False, 0),
    Row("ingress", "tcp", 30000, 32767, "", "Kubelet node ports", "", "", "", True, 0),
]  # fmt: skip


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.name)
def test_every_form_says_the_same(path: Path) -> None:
    matrix = read_matrix(load(str(path), str(path), LARGEST))
    assert matrix.form == path.suffix[1:]
    assert sorted(row._replace(line=0) for row in matrix.rows) == sorted(ROWS)
    text = path.read_text(encoding="utf-8").split("\n")
    for row in matrix.rows:
        near = "".join(text[row.line - 1 : row.line + 10])
        assert str(row.first) in near, "the line is the row's own"


HEADER = "Direction,Protocol,Port,Namespace,Service,Pod,Container,NodeGroup,Optional\n"
GOOD = "Ingress,TCP,22,,sshd,,,master,true\n"
ODD = {
    "columns in another order, and one more": (
        "Node Role,PORT,protocol,direction,Optional,More\nmaster,22,TCP,Ingress,,x\n",
        1,
    ),
    "blank lines and blanks around cells": (HEADER + "\n" + GOOD.replace(",", " , ") + "\n", 1),
    "a byte order mark was taken off and no last line end": (HEADER + GOOD.strip(), 1),
    "no port": (HEADER + GOOD + GOOD.replace("22", ""), 1),
    "quotes": (HEADER + 'Ingress,TCP,"22","a ""b""","x, y",,,master,"true"\n', 1),
    "a range with blanks": (HEADER + GOOD.replace("22", "9000 - 9999"), 1),
    "no ranges": ('{"Ports": [{"direction": "Ingress", "protocol": "TCP", "port": 22}], "DynamicRanges": null}', 1),
    "JSON in one line": ('[{"direction":"Ingress","protocol":"SCTP","port":"22","optional":null,"extra":1}]', 1),
}


@pytest.mark.parametrize("name", ODD)
def test_odd_but_right(name: str) -> None:
    text, count = ODD[name]
    assert len(read_matrix(SourceText("m", text)).rows) == count


JSON = '[\n  {"direction": "Ingress", "protocol": "TCP", "port": 22, "nodeRole": "master", "optional": true}\n]\n'
WRONG = {
    "nothing": ("\n", "m:1:1: "),
    "a header alone": (HEADER, "m:1:1: the matrix has no rows"),
    "an empty list": ("[]", "m:1:1: the matrix has no rows"),
    "an object of something else": ('{"items": []}', "m:1:1: neither Matrix nor Ports is in it"),
    "a word": ("hello\n", "m:1:1: this is no matrix"),
    "a list of words": ("- a\n", "m:1:3: expected an object"),
    "no port column": (HEADER.replace("Port,", "") + GOOD, "m:1:1: no column 'Port'"),
    "no role column": (HEADER.replace("NodeGroup,", "") + GOOD, "m:1:1: no column 'Node Role' or 'NodeGroup'"),
    "a column twice": (HEADER.replace("Pod,", "Port,") + GOOD, "m:1:1: a column stands twice in the header"),
    "a cell too few": (HEADER + GOOD.replace(",,,", ",,"), "m:2:34: 8 cells; the header has 9"),
    "a cell too many": (HEADER + GOOD.replace(",,,", ",,,,"), "m:2:32: 10 cells; the header has 9"),
    "port 0": (HEADER + GOOD.replace("22", "0"), "m:2:13: port: found '0'"),
    "port 65536": (HEADER + GOOD.replace("22", "65536"), "m:2:13: port: found '65536'"),
    "a port of many digits": (HEADER + GOOD.replace("22", "9" * 5000), "m:2:13: port: found '9999"),
    "a range upside down": (HEADER + GOOD.replace("22", "30-20"), "m:2:13: port: found '30-20'"),
    "a range of three": (HEADER + GOOD.replace("22", "10-20-30"), "m:2:13: port: found '10-20-30'"),
    "a negative port": (HEADER + GOOD.replace("22", "-22"), "m:2:13: port: found '-22'"),
    "full-width digits": (HEADER + GOOD.replace("22", "２２"), "m:2:13: port: found '２２'"),
    "another protocol": (HEADER + GOOD.replace("TCP", "ICMP"), "m:2:9: protocol: found 'ICMP'; expected tcp, udp, sctp"),
    "another direction": (HEADER + GOOD.replace("Ingress", "Sideways"), "m:2:1: direction: found 'Sideways'"),
    "optional maybe": (HEADER + GOOD.replace("true", "maybe"), "m:2:31: optional: found 'maybe'; expected true, false"),
    "the plugin's own difference": (HEADER + "+ " + GOOD, "m:2:1: a row that begins with '+'"),
    "an open quote": (HEADER + GOOD.replace("sshd", '"sshd'), "m:2:17: a quote that does not stand around a whole cell"),
    "a quote over two lines": (HEADER + GOOD.replace("sshd", '"ss\nhd"'), "m:2:17: a quote that does not stand"),
    "no protocol in JSON": (JSON.replace('"protocol": "TCP", ', ""), "m:2:3: a row without protocol"),
    "a port that is a list": (JSON.replace("22", "[22]"), "m:2:55: port: expected a single value"),
    "a port that is a fraction": (JSON.replace("22", "22.5"), "m:2:55: port: found '22.5'"),
    "a role by both names": (JSON.replace('"optional"', '"NodeRole": "x", "optional"'), "m:2:81: NodeRole stands twice"),
    "JSON that ends early": (JSON[:40], "m:"),
    "deep JSON": ("[" * 50_000, "m:1:"),
    "an alias bomb": ("a: &a [x, x]\nb: &b [*a, *a]\nPorts: *b\n", "m:"),
    "two documents": ("- {}\n---\n- {}\n", "m:2:1: a second YAML document"),
    "a range without its end": ('{"DynamicRanges": [{"direction": "Ingress", "protocol": "TCP", "minPort": 1}]}', "m:1:75: port: found '1-'"),
    "too many rows": (HEADER + GOOD * (MOST_ROWS + 1), f"m:{MOST_ROWS + 2}:1: more than {MOST_ROWS} rows"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_refused(name: str) -> None:
    text, told = WRONG[name]
    with pytest.raises(InputError) as caught:
        read_matrix(SourceText("m", text))
    assert str(caught.value).startswith(told)
