"""What the real nginx says to a config."""

from __future__ import annotations

import subprocess
from pathlib import Path

from conftest_programs import require

MODULE = "/usr/lib/nginx/modules/ngx_stream_module.so"
BALANCER, LOOPBACK = "192.168.22.10:", "127.22.22.10:"


ANY_ADDRESS = 'ip link set lo up; echo 1 > /proc/sys/net/ipv4/ip_nonlocal_bind; echo 1 > /proc/sys/net/ipv6/ip_nonlocal_bind; exec "$@"'
"""A network of its own where every address can be bound."""


def nginx_refuses(text: str, folder: Path, *, anywhere: bool = False) -> str:
    """What `nginx -t` complains of; empty when it accepts the config. `anywhere`: it may bind whatever it likes."""
    program = require("nginx", package="nginx-light")
    path = folder / "nginx.conf"
    # nginx binds what it is asked to listen on, even for a test.
    path.write_text(f"load_module {MODULE};\n{text.replace(BALANCER, LOOPBACK)}")
    (folder / "logs").mkdir(exist_ok=True)
    wrapper = ["unshare", "-n", "sh", "-c", ANY_ADDRESS, "sh"] if anywhere else []
    done = subprocess.run(
        [
            *wrapper,
            program,
            "-t",
            "-q",
            "-p",
            str(folder),
            "-c",
            str(path),
            "-e",
            str(folder / "error.log"),
            "-g",
            f"pid {folder}/pid;",
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return "" if done.returncode == 0 else done.stderr or "refused"
