"""Why a finding has no fix, for each code that none is made for: a decision that a file cannot make."""

from __future__ import annotations

REASONS = {
    "PS001": "where a config is enforced is known to people only",
    "PS003": "the reason for an ignore has to come from whoever accepts the finding",
    "PS004": "the content of a MachineConfig is encoded; it is made anew, not edited",
    "PS005": "the baseline is written anew with --write-baseline",
    "PS102": "a filter of replies has no connection state; which state to keep is a design of its own",
    "PS103": "what the files leave open has to be written out first",
    "PS203": "what the site needs beyond the policy, such as SSH, is not in the files: closing the rest would cut it",
    "PS303": "who ends TLS, and with which certificate, changes what clients see",
    "PS312": "how far a port is published may be kept by another device",
    "PS315": "another health port has to be chosen",
    "PS316": "the address that a name stands for is not in the files",
    "PS317": "the program refuses the line; what was meant is not known",
    "PS318": "the program ignores the line; what was meant is not known",
    "PS319": "how long a probe may wait depends on the members",
    "PS321": "the probe's way leads through filters of several files",
    "PS322": "which of the filters on the way should close the port is a choice",
    "PS323": "how long a silent connection is kept depends on the applications",
    "PS324": "both ends of the PROXY protocol have to change at once",
    "PS326": "who uses the listener is not in the files",
    "PS327": "why the balancer turns clients away is not in the files",
    "PS404": "an unused chain or set may be there for another tool",
    "PS405": "what the rest is that somebody may need is not in the files",
    "PS501": "the spec that is pinned is changed with portspec pin",
    "PS502": "an upgrade is no change of a config",
    "PS503": "whether to try a preview release is a choice",
}
"""By code. Every other code has a fix in some dialect, as its bad example shows."""
