"""A right HAProxy config of an installation, from which the checks make their examples."""

from __future__ import annotations

RIGHT = """\
defaults
  mode tcp
  timeout connect 10s
  timeout client 1m
  timeout server 1m
  timeout check 10s

listen api
  bind 192.168.22.10:6443
  option httpchk GET /readyz
  balance roundrobin
  server bootstrap 192.168.22.200:6443 check check-ssl verify none inter 10s fall 2 rise 3 backup
  server master-0 192.168.22.201:6443 check check-ssl verify none inter 10s fall 2 rise 3
  server master-1 192.168.22.202:6443 check check-ssl verify none inter 10s fall 2 rise 3
  server master-2 192.168.22.203:6443 check check-ssl verify none inter 10s fall 2 rise 3

listen machine-config
  bind 192.168.22.10:22623
  server bootstrap 192.168.22.200:22623 check inter 1s backup
  server master-0 192.168.22.201:22623 check inter 1s
  server master-1 192.168.22.202:22623 check inter 1s
  server master-2 192.168.22.203:22623 check inter 1s

listen https
  bind 192.168.22.10:443
  balance source
  server worker-0 192.168.22.211:443 check inter 1s
  server worker-1 192.168.22.212:443 check inter 1s
  server worker-2 192.168.22.213:443 check inter 1s

listen http
  bind 192.168.22.10:80
  balance source
  server worker-0 192.168.22.211:80 check inter 1s
  server worker-1 192.168.22.212:80 check inter 1s
  server worker-2 192.168.22.213:80 check inter 1s
"""


RUNNING = "".join(line for line in RIGHT.splitlines(keepends=True) if "bootstrap" not in line)
"""The same once the cluster runs."""


def wrong(old: str, new: str) -> str:
    """The right config with one passage replaced."""
    if old not in RIGHT:
        raise AssertionError(f"the example has no {old!r}")
    return RIGHT.replace(old, new, 1)
