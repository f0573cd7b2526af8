"""What is read of MachineConfig and Butane objects. The nftables file itself is read as the table of that format says."""

from __future__ import annotations

from portspec.configs.constructs import Construct

CONSTRUCTS: tuple[Construct, ...] = (
    Construct(
        "source: data:,… (percent-encoded)",
        "exact",
        "a finding stands at the source, with the line in the file beside it",
    ),
    Construct("source: data:;base64,…", "exact"),
    Construct("compression: gzip", "exact", "up to 16 MiB when it is unpacked"),
    Construct("inline: | (Butane)", "exact", "every rule has its own line"),
    Construct("List", "exact"),
    Construct("several documents", "exact", "one of the objects carries an nftables file"),
    Construct("include of another file of the object", "exact"),
    Construct("no unit", "exact", "a note says that nothing here loads the file"),
    Construct("source: https://…", "refused", "what is fetched when a node starts is not in the repository"),
    Construct("append", "refused"),
    Construct("no nftables file", "refused", "known by name, by the unit that loads it, or by its look"),
    Construct("several objects with nftables files", "refused", "one file holds the filter of one role"),
    Construct("several files, none of them loaded", "refused"),
    Construct("a unit that is masked", "refused", "its file never filters"),
    Construct("a unit that is not enabled", "refused", "its file never filters"),
    Construct("include of a file of the node", "refused"),
    Construct("local outside the repository", "refused", "inside it, a file beside the Butane file is read"),
    Construct("storage.trees (Butane)", "refused", "where no file carries a ruleset"),
)
"""Every construct, by what the specifications call it."""
