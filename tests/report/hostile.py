"""Inputs of a hostile pull request, and what no report may print of them as it stands."""

from __future__ import annotations

import re

EVIL = "\x1b[31m::error file=x::gotcha ##[error]y ##vso[task]z \u202e\u2066 \x9b1m"
COMMAND = re.compile(r"^\s*::|::error[ :]", re.MULTILINE)
HARMFUL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]|##\\[|##vso")
QUIET = "::error::x##[error]y##vso[task]z"
FRONT = "listen api\n  bind :6443\n"
CHAIN = "*filter\n:INPUT DROP [0:0]\n:{name} - [0:0]\n-A INPUT -j {name}\n"
HOSTILE = {
    "a comment": ("lb.cfg", f"{FRONT}  mode http # {EVIL}\n  server a 10.0.0.1:1\n"),
    "a server's name": ("lb.cfg", f"{FRONT}  server {QUIET} 10.0.0.1:1 {EVIL}\n"),
    "a frontend's name": ("lb.cfg", f"listen {QUIET}\n  bind :22623\n  mode http\n  server a 10.0.0.1:1\n"),
    "a keyword": ("lb.cfg", f"{FRONT}  {QUIET} on\n"),
    "a chain's name": ("edge.rules", CHAIN.format(name="::error::x") + "-A ::error::x -p tcp --dport 22623 -j ACCEPT\nCOMMIT\n"),
    "a rule's comment": ("edge.rules", f'*filter\n:INPUT DROP [0:0]\n-A INPUT -p tcp --dport 22623 -m comment --comment "{EVIL}" -j ACCEPT\nCOMMIT\n'),
    "a set of nftables": ("fw.nft", f'table inet f {{\n chain i {{\n  type filter hook input priority 0; policy drop;\n  tcp dport 22623 accept comment "{EVIL}"\n }}\n}}\n'),
    "an ignore": ("lb.cfg", f"{FRONT}  mode tcp # portspec: ignore[PS999] {EVIL}\n"),
    "a code that is ignored": ("lb.cfg", f"{FRONT}  mode tcp # portspec: ignore[{QUIET.replace(']', '')}] because\n"),
    "nothing that is read": ("lb.cfg", EVIL + "\n"),
    "the file's name": (f"lb{EVIL.replace('/', '')}\n::error::.cfg", f"{FRONT}  mode http\n"),
}  # fmt: skip

MARKUP = (
    "<img src=x onerror=alert(1)> [a](javascript:alert(1)) **b** `c` | d @everyone #1 https://evil.example ]] --> ]]>"
)
"""What would become markup, a mention or a link where it is not escaped. No blank stands at its ends."""
NAMES = {
    "an escape sequence": "lb\x1b[31m.cfg",
    "a command": "::error file=x::y.cfg",
    "an old command": "##[error]x.cfg",
    "a line break": "a\nb.cfg",
    "a carriage return": "a\rb.cfg",
    "markup": f"{MARKUP.replace('/', '')}.cfg",
    "a percent sign": "100%0Ax.cfg",
    "commas and colons": "a,line=1,b: c.cfg",
    "quotes": "a\"b'c&d<e>.cfg",
    "backticks": "```\n``` `.cfg",
    "Chinese": "負載平衡器 一.cfg",
    "no Unicode": "a\udcffb.cfg",
    "a turned direction": "a\u202egfc.x",
    "a pipe": "a|b|c.cfg",
    "a long name": "n" * 200 + ".cfg",
}
"""Names that a file can have on Linux."""
