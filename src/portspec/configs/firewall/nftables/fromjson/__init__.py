"""nftables as `nft -j list ruleset` prints it, and as `nft -j -f` reads it (libnftables-json(5)).

The JSON is put into the words of nft's own language, which the rest of the reader understands; each word keeps the place of
the value that it comes from.
"""
